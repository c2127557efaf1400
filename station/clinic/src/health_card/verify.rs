//! Is a card true? Every answer names its reason.

use super::bundle::ReadClaims;
use super::key::KeySet;
use super::{CARD_TYPE, CVX, FHIR_VERSION};
use chrono::NaiveDate;
use data_encoding::BASE64URL_NOPAD;
use flate2::read::DeflateDecoder;
use serde::Deserialize;
use serde_json::Value;
use std::io::Read;

/// A longer card is not read. Cards in files may be longer than those in QR codes.
const CARD_MAX_CHARS: usize = 256 * 1024;
/// A small card that unpacks to more than this wants to fill the memory.
const CLAIMS_MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Clocks differ: a card that was signed so much later than now is believed, in seconds.
const CLOCKS_DIFFER_S: f64 = 300.0;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    #[error("this is larger than any card")]
    TooLarge,
    #[error("this is no health card: neither a file, nor the text of a QR code, nor a signed card")]
    NoCard,
    #[error("the text of a QR code begins with shc:/, and this does not")]
    NoPrefix,
    #[error("the text of the QR code has an odd number of digits")]
    OddDigits,
    #[error("the text of the QR code has digits that stand for no letter")]
    Digit,
    #[error("this is one of several codes of a card that was split: such cards are not read")]
    Part,
    #[error("a signed card has three parts in base64url, and this has not")]
    Shape,
    #[error("the head of the card cannot be read")]
    Head,
    #[error("the card is not signed by ES256")]
    Algorithm,
    #[error("the card is not packed by DEFLATE")]
    Packing,
    #[error("the card names a key that is not in the key set ({kid})")]
    UnknownKey { kid: String },
    #[error("a signature of ES256 has 64 bytes, and this has {bytes}")]
    SignatureLength { bytes: usize },
    #[error("the signature does not fit: the card was changed, or another key signed it")]
    Signature,
    #[error("the card cannot be unpacked: it is not raw DEFLATE")]
    Unpack,
    #[error("what was signed is not the content of a health card")]
    Content,
    #[error("what was signed is not a health card")]
    NotAHealthCard,
    #[error("the card is of FHIR {0}, not of {FHIR_VERSION}")]
    FhirVersion(String),
    #[error("the card is dated in the future")]
    NotYet,
    #[error("the card has expired")]
    Expired,
}

impl CardError {
    /// For scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::NoCard => "no-card",
            Self::NoPrefix => "no-prefix",
            Self::OddDigits => "odd-digits",
            Self::Digit => "wrong-digit",
            Self::Part => "part-of-a-card",
            Self::Shape => "shape",
            Self::Head => "head",
            Self::Algorithm => "algorithm",
            Self::Packing => "packing",
            Self::UnknownKey { .. } => "unknown-key",
            Self::SignatureLength { .. } => "signature-length",
            Self::Signature => "signature",
            Self::Unpack => "unpack",
            Self::Content => "content",
            Self::NotAHealthCard => "not-a-health-card",
            Self::FhirVersion(_) => "fhir-version",
            Self::NotYet => "not-yet",
            Self::Expired => "expired",
        }
    }
}

/// A card whose signature is good, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    pub iss: String,
    pub kid: String,
    /// Seconds since 1970.
    pub signed_s: f64,
    pub name: String,
    /// As the card writes it: a year alone is possible.
    pub born: String,
    pub doses: Vec<VerifiedDose>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedDose {
    pub cvx: String,
    pub on: String,
    pub lot: Option<String>,
    pub place: Option<String>,
    pub outside: bool,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    zip: Option<String>,
    kid: String,
}

/// Checks one card, offline, against keys that are trusted.
pub fn verify(jws: &str, keys: &KeySet, now_s: u64) -> Result<Verified, CardError> {
    if jws.len() > CARD_MAX_CHARS {
        return Err(CardError::TooLarge);
    }
    let mut parts = jws.split('.');
    let (Some(head), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(CardError::Shape);
    };
    let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| CardError::Shape);
    let read: Head = serde_json::from_slice(&bytes(head)?).map_err(|_| CardError::Head)?;
    if read.alg != "ES256" {
        return Err(CardError::Algorithm);
    }
    // It is told to people before anything is believed: nothing but a thumbprint is.
    if !BASE64URL_NOPAD.decode(read.kid.as_bytes()).is_ok_and(|hash| hash.len() == 32) {
        return Err(CardError::Head);
    }
    if read.zip.as_deref() != Some("DEF") {
        return Err(CardError::Packing);
    }
    let signature = bytes(signature)?;
    let signature: [u8; 64] =
        signature.as_slice().try_into().map_err(|_| CardError::SignatureLength { bytes: signature.len() })?;
    let signed = &jws[..head.len() + 1 + payload.len()];
    match keys.is_signed(&read.kid, signed.as_bytes(), &signature) {
        None => return Err(CardError::UnknownKey { kid: read.kid }),
        Some(false) => return Err(CardError::Signature),
        Some(true) => {}
    }
    let claims = unpack(&bytes(payload)?)?;
    content(read.kid, &claims, now_s)
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, CardError> {
    let mut claims = Vec::new();
    let mut reader = DeflateDecoder::new(packed).take(CLAIMS_MAX_BYTES + 1);
    let _ = reader.read_to_end(&mut claims).map_err(|_| CardError::Unpack)?;
    if claims.len() as u64 > CLAIMS_MAX_BYTES { Err(CardError::TooLarge) } else { Ok(claims) }
}

/// What a signed card says, if it is one of ours to read.
fn content(kid: String, claims: &[u8], now_s: u64) -> Result<Verified, CardError> {
    let claims: ReadClaims = serde_json::from_slice(claims).map_err(|_| CardError::Content)?;
    let now_s = now_s as f64;
    if claims.nbf > now_s + CLOCKS_DIFFER_S {
        return Err(CardError::NotYet);
    }
    if claims.exp.is_some_and(|exp| exp < now_s - CLOCKS_DIFFER_S) {
        return Err(CardError::Expired);
    }
    if !claims.vc.types.iter().any(|kind| kind == CARD_TYPE) {
        return Err(CardError::NotAHealthCard);
    }
    let subject = claims.vc.subject;
    if subject.fhir_version != FHIR_VERSION {
        return Err(CardError::FhirVersion(subject.fhir_version));
    }
    let mut verified = Verified {
        iss: claims.iss,
        kid,
        signed_s: claims.nbf,
        name: String::new(),
        born: String::new(),
        doses: Vec::new(),
    };
    let mut patients = 0;
    for entry in &subject.bundle.entry {
        match entry.resource["resourceType"].as_str() {
            Some("Patient") => {
                patients += 1;
                verified.name = name(&entry.resource["name"][0]);
                entry.resource["birthDate"].as_str().unwrap_or_default().clone_into(&mut verified.born);
            }
            Some("Immunization") => verified.doses.extend(dose(&entry.resource)?),
            Some(_) => {}
            None => return Err(CardError::Content),
        }
    }
    if patients == 1 { Ok(verified) } else { Err(CardError::Content) }
}

fn name(name: &Value) -> String {
    if let Some(text) = name["text"].as_str() {
        return text.to_owned();
    }
    let given = name["given"].as_array().into_iter().flatten().filter_map(Value::as_str);
    given.chain(name["family"].as_str()).collect::<Vec<_>>().join(" ")
}

/// `None`: it was not given.
fn dose(dose: &Value) -> Result<Option<VerifiedDose>, CardError> {
    if dose["status"] != "completed" {
        return Ok(None);
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let codes = dose["vaccineCode"]["coding"].as_array().ok_or(CardError::Content)?;
    let cvx = codes.iter().find(|code| code["system"] == CVX).or(codes.first()).ok_or(CardError::Content)?;
    let on = text(&dose["occurrenceDateTime"]).ok_or(CardError::Content)?;
    let is_day = on.get(..10).is_some_and(|day| day.parse::<NaiveDate>().is_ok());
    Ok(Some(VerifiedDose {
        cvx: text(&cvx["code"]).ok_or(CardError::Content)?,
        on: if is_day { on } else { return Err(CardError::Content) },
        lot: text(&dose["lotNumber"]),
        place: text(&dose["performer"][0]["actor"]["display"]),
        outside: dose["primarySource"] == false,
    }))
}
