//! From a child's doses to signed cards that each fit one QR code.

use super::bundle::{Claims, Credential, Told};
use super::key::IssuerKey;
use super::{JWS_MAX_CHARS, text};
use chrono::NaiveDate;
use data_encoding::BASE64URL_NOPAD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// A signature of ES256 in base64url, and the dots of a compact JWS.
const SIGNATURE_CHARS: usize = 86 + 2;

/// About what batch and place of a dose take of a card, when others have told the place before.
const FULL_DOSE_CHARS: usize = 20;

/// What a card tells of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub name: String,
    pub born: NaiveDate,
    /// In the order of their days.
    pub doses: Vec<CardDose>,
}

/// One injection, or drops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardDose {
    /// CDC's code of the vaccine.
    pub cvx: String,
    pub on: NaiveDate,
    pub lot: Option<String>,
    /// Where it was given.
    pub place: Option<String>,
    /// Copied from another card: the clinic vouches for the copy, not for the dose.
    pub outside: bool,
}

/// A signed card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub jws: String,
    pub doses: usize,
    /// So many of the oldest are told without batch and place.
    pub brief: usize,
}

impl Card {
    /// What stands in the QR code.
    pub fn qr_text(&self) -> String {
        text::qr_text(&self.jws)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one dose with the child's name is more than a QR code holds")]
pub struct TooLong;

struct Issuer<'a> {
    iss: &'a str,
    nbf_s: u64,
    key: &'a IssuerKey,
    /// In base64url.
    header: String,
}

/// Signs a child's doses: one card when they fit, else as few as hold them. A child without doses has one card that
/// names none.
pub fn issue(content: &Content, iss: &str, nbf_s: u64, key: &IssuerKey) -> Result<Vec<Card>, TooLong> {
    let header = format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{}"}}"#, key.kid());
    let issuer = Issuer { iss, nbf_s, key, header: BASE64URL_NOPAD.encode(header.as_bytes()) };
    let most = content.doses.len().max(1);
    (1..=most).find_map(|cards| issuer.parted(content, cards)).ok_or(TooLong)
}

impl Issuer<'_> {
    /// The doses over so many cards, as evenly as it goes; `None` when one of them is too long.
    fn parted(&self, content: &Content, cards: usize) -> Option<Vec<Card>> {
        let all = content.doses.len();
        let part = |n: usize| &content.doses[n * all / cards..(n + 1) * all / cards];
        (0..cards).map(|n| self.card(content, part(n))).collect()
    }

    /// With batch and place of as many of the latest doses as fit.
    fn card(&self, content: &Content, doses: &[CardDose]) -> Option<Card> {
        let born = content.born.to_string();
        let packed = |brief: usize| {
            let told = doses.iter().enumerate().map(|(n, dose)| Told {
                cvx: &dose.cvx,
                on: dose.on,
                outside: dose.outside,
                lot: dose.lot.as_deref().filter(|_| n >= brief),
                place: dose.place.as_deref().filter(|_| n >= brief),
            });
            self.payload(Credential::new(&content.name, &born, told))
        };
        let fits = |payload: &str| self.header.len() + payload.len() + SIGNATURE_CHARS <= JWS_MAX_CHARS;
        // Each dose that is told in full makes it longer, and nearly by as much as the other: from a guess it is a step or two.
        let mut brief = doses.len();
        let mut payload = packed(brief).filter(|shortest| fits(shortest))?;
        let room = JWS_MAX_CHARS.saturating_sub(self.header.len() + payload.len() + SIGNATURE_CHARS);
        let guess = brief.saturating_sub(room / FULL_DOSE_CHARS);
        if let Some(longer) = packed(guess).filter(|payload| fits(payload)) {
            (payload, brief) = (longer, guess);
            while brief > 0
                && let Some(longer) = packed(brief - 1).filter(|payload| fits(payload))
            {
                (payload, brief) = (longer, brief - 1);
            }
        } else {
            let fit = (guess + 1..brief).find_map(|n| Some((packed(n).filter(|payload| fits(payload))?, n)));
            (payload, brief) = fit.unwrap_or((payload, brief));
        }
        let signed = format!("{}.{payload}", self.header);
        let signature = BASE64URL_NOPAD.encode(&self.key.sign(signed.as_bytes()));
        Some(Card { jws: format!("{signed}.{signature}"), doses: doses.len(), brief })
    }

    /// Raw DEFLATE, in base64url. Writing to memory cannot fail.
    fn payload(&self, vc: Credential<'_>) -> Option<String> {
        let claims = serde_json::to_vec(&Claims { iss: self.iss, nbf: self.nbf_s, vc }).ok()?;
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        deflate.write_all(&claims).ok()?;
        Some(BASE64URL_NOPAD.encode(&deflate.finish().ok()?))
    }
}
