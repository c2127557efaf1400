//! What people type, scan or bring as text files.

use super::chosen;
use chrono::NaiveDate;
use clinic::forecast::{Child, Given, Schedule, Sex, forecast};
use clinic::health_card::{CARDS_MAX, IssuerKey, KeySet, cards_in, qr_text, verify};
use clinic::import::{Import, Options};
use clinic::store::RecoveryKey;
use hub_protocol::replica::EnrolLink;
use hub_protocol::{ChildId, DeviceId, symbols};

/// Links, numbers and codes: what was understood is printed and understood again as the same.
pub fn texts(data: &[u8]) {
    let Some((form, data)) = chosen(data) else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    match form {
        0 => {
            if let Ok(link) = text.parse::<EnrolLink>() {
                assert_eq!(link.to_string().parse(), Ok(link));
            }
        }
        1 => {
            if let Ok(child) = text.parse::<ChildId>() {
                assert_eq!(child.to_string().parse(), Ok(child));
            }
        }
        2 => {
            if let Ok(device) = DeviceId::from_full(text) {
                assert_eq!(DeviceId::from_full(&device.full()), Ok(device));
                assert_eq!(device.matches_code(&device.code()), Ok(true));
            }
            let _ = DeviceId([0; 32]).matches_code(text);
        }
        3 => {
            if let Ok(key) = RecoveryKey::typed(text) {
                assert_eq!(RecoveryKey::typed(&key.printed()).map(|k| k.printed()), Ok(key.printed()));
            }
        }
        length => {
            let length = usize::from(length);
            if let Ok(bytes) = symbols::read_bytes(text, length) {
                assert_eq!(bytes.len(), length);
                assert_eq!(symbols::read_bytes(&symbols::write_bytes(&bytes), length), Ok(bytes));
            }
        }
    }
}

/// The proof of a certificate: files, what a scanner reads, signed cards and key sets. Nothing that a fuzzer makes is
/// signed by our key.
pub fn health_cards(data: &[u8]) {
    const NOW_S: u64 = 1_795_156_200;
    let Some((form, data)) = chosen(data) else { return };
    if form == 0 {
        let _ = KeySet::read(data).map(|keys| verify("a.b.c", &keys, NOW_S));
        return;
    }
    let Ok(keys) = KeySet::read(IssuerKey::of(&[1; 32]).key_set().as_bytes()) else { return };
    let Ok(cards) = cards_in(data) else { return };
    assert!(cards.len() <= CARDS_MAX);
    for card in cards {
        // Only what a JWS can have comes back from the digits of a code as it was.
        if card.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_')) {
            assert_eq!(cards_in(qr_text(&card).as_bytes()), Ok(vec![card.clone()]));
        }
        assert!(verify(&card, &keys, NOW_S).is_err(), "a card of nobody's is believed");
    }
}

/// The three files of an import, parted by a byte that is in no text.
pub fn sheets(data: &[u8]) {
    const PARTING: u8 = 0xff;
    let mut files = data.splitn(3, |byte| *byte == PARTING);
    let (children, doses, decisions) = (files.next(), files.next(), files.next());
    if let Ok(import) = Import::read(children, doses, decisions, Options::default()) {
        let newlines = data.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
        assert!(import.lines() <= newlines + 3, "more lines than the files have");
        assert!(import.decisions_of_no_line() <= newlines + 3);
    }
}

/// The tables of cases that the command line reads.
pub fn cases(data: &[u8]) {
    let mut out = Vec::new();
    match chosen(data) {
        Some((0, rest)) => drop(clinic::forecast::run_cases(rest, &mut out, |_| {})),
        Some((_, rest)) => drop(clinic::growth::run_cases(rest, &mut out, |_| {})),
        None => {}
    }
    assert!(std::str::from_utf8(&out).is_ok());
}

/// A schedule file: what is taken can be forecast with.
pub fn schedule(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(schedule) = Schedule::parse(text) else { return };
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let child = Child { dob: day(2024, 2, 29), sex: Sex::Female, je_endemic: true };
    let products: Vec<_> = schedule.products().take(6).collect();
    let given: Vec<Given> = products
        .iter()
        .zip(1..)
        .map(|(product, month)| Given { product: *product, on: day(2024, 2 + month, 3) })
        .collect();
    for on in [child.dob, day(2024, 12, 31), day(2040, 1, 1)] {
        let before: Vec<Given> = given.iter().filter(|dose| dose.on <= on).copied().collect();
        let found = forecast(&schedule, &child, &before, on);
        let found = found.unwrap_or_else(|e| panic!("{e}: a schedule that was taken gives no forecast"));
        for row in &found.next {
            let _ = (schedule.item_name(row.item), row.status_on(on));
        }
    }
}
