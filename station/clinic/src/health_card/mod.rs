//! A child's doses as a SMART Health Card (framework 1.4.0): signed by the clinic, checked by anybody offline.
//!
//! A small FHIR bundle as minified JSON, raw DEFLATE, a compact JWS under ES256. On paper it is a QR code of two
//! segments: the bytes `shc:/`, then two digits for each character of the JWS.
//!
//! One code holds a JWS of at most [`JWS_MAX_CHARS`]. When a child has more doses than fit, the oldest ones lose batch
//! and place (both stand on the paper); when that is not enough, the doses are parted, in the order of their days, over
//! several cards, each valid by itself.

mod bundle;
mod issue;
mod key;
mod text;
mod verify;

pub use issue::{Card, CardDose, Content, TooLong, issue};
pub use key::{IssuerKey, KeySet, KeySetError, key_set};
pub use text::{CARDS_MAX, FILE_MAX_BYTES, card_file, cards_in, qr_text};
pub use verify::{CardError, Verified, VerifiedDose, verify};

/// What one QR code of version 22 with correction level L holds.
pub const JWS_MAX_CHARS: usize = 1_195;
/// What every card of the framework says it is.
const CARD_TYPE: &str = "https://smarthealth.cards#health-card";
const FHIR_VERSION: &str = "4.0.1";
const CVX: &str = "http://hl7.org/fhir/sid/cvx";

/// Where a clinic's keys would be published. A clinic has no web server: the name ends in a top level that is nobody's
/// (RFC 2606), so that no stranger can answer for it, and the keys are handed over as a file.
pub fn issuer_of(device: &hub_protocol::DeviceId) -> String {
    format!("https://{}.tikka.invalid", device.short())
}

#[cfg(test)]
mod tests;
