//! How cards are written and found again: in a QR code, in a file, alone.

use super::verify::CardError;
use serde::{Deserialize, Serialize};

/// A file with more than this is no card.
pub const FILE_MAX_BYTES: usize = 1024 * 1024;
/// Cards of one file.
pub const CARDS_MAX: usize = 100;
/// The digits of a QR code count from the first character that a JWS can have.
const FIRST: u8 = b'-';
/// The two digits of `z`, the last one.
const LAST_DIGITS: u8 = b'z' - FIRST;
const PREFIX: &str = "shc:/";

/// The media type `application/smart-health-card`.
#[derive(Serialize, Deserialize)]
struct CardFile {
    #[serde(rename = "verifiableCredential")]
    cards: Vec<String>,
}

/// What a QR code says: `shc:/`, then two digits for each character.
pub fn qr_text(jws: &str) -> String {
    let digits = jws.bytes().map(|c| format!("{:02}", c.saturating_sub(FIRST)));
    std::iter::once(PREFIX.to_owned()).chain(digits).collect()
}

/// A `.smart-health-card` file.
pub fn card_file<'a>(cards: impl IntoIterator<Item = &'a str>) -> String {
    let file = CardFile { cards: cards.into_iter().map(Into::into).collect() };
    // Plain texts: nothing of it can fail.
    serde_json::to_string(&file).unwrap_or_default()
}

/// The cards of a file, of what a scanner gives (one code a line), or a card alone. Whether they are true is another
/// question.
pub fn cards_in(bytes: &[u8]) -> Result<Vec<String>, CardError> {
    if bytes.len() > FILE_MAX_BYTES {
        return Err(CardError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| CardError::NoCard)?.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') {
        let file: CardFile = serde_json::from_str(text).map_err(|_| CardError::NoCard)?;
        return few(file.cards.into_iter().map(Ok));
    }
    few(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| {
        // What scanners put before a code that they read.
        let line = line.strip_prefix("QR-Code:").unwrap_or(line);
        match line.strip_prefix(PREFIX) {
            Some(digits) => from_digits(digits),
            None if line.bytes().all(|c| c.is_ascii_digit()) => Err(CardError::NoPrefix),
            None => Ok(line.to_owned()),
        }
    }))
}

fn few(cards: impl Iterator<Item = Result<String, CardError>>) -> Result<Vec<String>, CardError> {
    let cards: Vec<String> = cards.take(CARDS_MAX + 1).collect::<Result<_, _>>()?;
    match cards.len() {
        0 => Err(CardError::NoCard),
        1..=CARDS_MAX => Ok(cards),
        _ => Err(CardError::TooLarge),
    }
}

fn from_digits(digits: &str) -> Result<String, CardError> {
    // `1/2/…`: one of several codes that make one card. That way was given up by the framework.
    if digits.contains('/') {
        return Err(CardError::Part);
    }
    if !digits.bytes().all(|c| c.is_ascii_digit()) {
        return Err(CardError::Digit);
    }
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(CardError::OddDigits);
    }
    let letter = |[tens, ones]: &[u8; 2]| {
        let number = (tens - b'0') * 10 + (ones - b'0');
        if number <= LAST_DIGITS { Ok(char::from(number + FIRST)) } else { Err(CardError::Digit) }
    };
    pairs.iter().map(letter).collect()
}
