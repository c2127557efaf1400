//! What a card tells a clinic that has never met the child: the doses given, and what is due next. Sealed with a key
//! that the district gives its stations, so that a card that is found or read in passing tells nothing.
//!
//! ```text
//! sealed  = key's number (4 bytes, big endian) | nonce (24 bytes) | XChaCha20-Poly1305 of summary
//! AAD     = "tikka card summary 1\0" | card number (8 bytes, big endian) | chip's UID
//! summary = {0: doses left out, 1: [* [days since the visit before, + product]], ? 2: [day, + product]}
//! ```
//!
//! A visit's days count from the one before it, the first one's from 1970-01-01. A summary that does not fit leaves
//! out its oldest doses, and says how many.

use super::{CardNo, SEALED_MAX_BYTES};
use crate::day::Day;
use crate::frame;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use minicbor::{Decode, Encode};

/// Bytes of a nonce. It is random: no station knows what another one used.
pub const NONCE_BYTES: usize = 24;
const KEY_ID_BYTES: usize = 4;
const TAG_BYTES: usize = 16;
/// The longest summary, in bytes.
const SUMMARY_MAX_BYTES: usize = SEALED_MAX_BYTES - KEY_ID_BYTES - NONCE_BYTES - TAG_BYTES;
const AAD_TAG: &[u8] = b"tikka card summary 1\0";

/// The products by their number on a card. A number stays what it is for ever; new products are put at the end.
pub const PRODUCTS: [&str; 23] = [
    "BCG", "HepB", "OPV", "PENTA", "DPT", "RVV", "fIPV", "PCV", "MR", "MMR", "JE", "VitA", "Td", "HPV", "IPV", "RV",
    "Hib", "HEXA", "Flu", "MMRV", "Var", "HepA", "TCV",
];

/// The number of a product on a card. `Tdap` and whatever a later schedule brings have none yet.
pub fn product_no(product: &str) -> Option<u8> {
    PRODUCTS.iter().position(|known| *known == product).and_then(|at| u8::try_from(at).ok())
}

/// What is given or due on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDay {
    pub on: Day,
    /// As in [`PRODUCTS`]; a newer station may know more of them.
    pub products: Vec<u8>,
}

/// What the doses of a child come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Doses that are not on the card: the oldest ones, when it is full, and those whose product has no number.
    pub left_out: u32,
    /// The oldest first, a day once.
    pub given: Vec<OnDay>,
    pub next: Option<OnDay>,
}

/// Why a sealed summary gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SummaryError {
    #[error("the summary is sealed with a key that is not known here")]
    UnknownKey,
    #[error("the seal of the summary is broken, or of another card")]
    BrokenSeal,
    #[error("the summary cannot be read")]
    Malformed,
    #[error("the summary cannot be sealed")]
    Unsealable,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Plain {
    #[n(0)]
    left_out: u32,
    #[n(1)]
    given: Vec<Vec<i32>>,
    #[n(2)]
    next: Option<Vec<i32>>,
}

impl Summary {
    /// Of doses by product and day, and of what is due next, in any order.
    pub fn of(given: impl IntoIterator<Item = (String, Day)>, next: Option<(Day, Vec<String>)>) -> Self {
        let mut summary = Self::default();
        let mut doses: Vec<(Day, u8)> = Vec::new();
        for (product, on) in given {
            match product_no(&product) {
                Some(no) => doses.push((on, no)),
                None => summary.left_out += 1,
            }
        }
        doses.sort_unstable();
        doses.dedup();
        for (on, no) in doses {
            match summary.given.last_mut() {
                Some(visit) if visit.on == on => visit.products.push(no),
                _ => summary.given.push(OnDay { on, products: vec![no] }),
            }
        }
        summary.next = next.and_then(|(on, products)| {
            let products: Vec<u8> = products.iter().filter_map(|product| product_no(product)).collect();
            (!products.is_empty()).then_some(OnDay { on, products })
        });
        summary
    }

    /// The doses by product and day, the oldest first. Nothing for a number that this program does not know.
    pub fn doses(&self) -> impl Iterator<Item = (Option<&'static str>, Day)> + '_ {
        self.given
            .iter()
            .flat_map(|visit| visit.products.iter().map(|no| (PRODUCTS.get(usize::from(*no)).copied(), visit.on)))
    }

    /// How many of the doses that are left out a record may lack that tells of these. Which ones are left out does not
    /// stand on a card: the oldest, so what the record has beside the card and from before its first day is taken
    /// for them, as is what has no number.
    pub fn left_out_beside(&self, record: &[(String, Day)]) -> u32 {
        let shown: Vec<(Option<&str>, Day)> = self.doses().collect();
        let first = self.given.first().map(|visit| visit.on);
        let may_be_left_out = |(product, on): &&(String, Day)| {
            product_no(product).is_none()
                || first.is_none_or(|first| *on <= first) && !shown.contains(&(Some(product.as_str()), *on))
        };
        let had = record.iter().filter(may_be_left_out).count();
        self.left_out.saturating_sub(u32::try_from(had).unwrap_or(u32::MAX))
    }

    /// As it stands under the seal.
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut before = 0;
        let visit = |on: i32, products: &[u8]| {
            [&[on][..], &products.iter().map(|no| i32::from(*no)).collect::<Vec<_>>()].concat()
        };
        let given = self.given.iter().map(|day| {
            let since = day.on.0 - std::mem::replace(&mut before, day.on.0);
            visit(since, &day.products)
        });
        let given = given.collect();
        let next = self.next.as_ref().map(|day| visit(day.on.0, &day.products));
        frame::to_cbor(&Plain { left_out: self.left_out, given, next })
    }

    /// Reads what stood under a seal.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, SummaryError> {
        Self::read(bytes).ok_or(SummaryError::Malformed)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let plain: Plain = frame::from_cbor(bytes).ok()?;
        let on_day = |line: &[i32]| {
            let (on, products) = line.split_first()?;
            let products = products.iter().map(|no| u8::try_from(*no).ok()).collect::<Option<Vec<u8>>>()?;
            (!products.is_empty()).then_some(OnDay { on: Day(*on), products })
        };
        let mut given: Vec<OnDay> = Vec::with_capacity(plain.given.len());
        for line in &plain.given {
            let mut visit = on_day(line)?;
            if let Some(before) = given.last() {
                // Days go forward, and a day stands once.
                if visit.on.0 < 1 {
                    return None;
                }
                visit.on = Day(before.on.0.checked_add(visit.on.0)?);
            }
            given.push(visit);
        }
        let next = match &plain.next {
            Some(line) => Some(on_day(line)?),
            None => None,
        };
        Some(Self { left_out: plain.left_out, given, next })
    }

    /// The summary as it fits a card: the oldest doses are left out first. What is due next stays.
    pub fn fitted(mut self) -> Self {
        while self.to_cbor().len() > SUMMARY_MAX_BYTES {
            match self.given.first_mut() {
                Some(visit) => {
                    let _ = visit.products.remove(0);
                    self.left_out = self.left_out.saturating_add(1);
                    if visit.products.is_empty() {
                        let _ = self.given.remove(0);
                    }
                }
                None => self.next = None,
            }
        }
        self
    }

    /// The number of the key with which a summary was sealed.
    pub fn key_id(sealed: &[u8]) -> Option<u32> {
        sealed.first_chunk::<KEY_ID_BYTES>().map(|id| u32::from_be_bytes(*id))
    }

    /// Seals it for one card on one chip. A nonce is used once.
    pub fn seal(
        self,
        key: (u32, &[u8; 32]),
        nonce: &[u8; NONCE_BYTES],
        card: CardNo,
        uid: &[u8],
    ) -> Result<Vec<u8>, SummaryError> {
        let (id, key) = key;
        let payload = Payload { msg: &self.fitted().to_cbor(), aad: &aad(card, uid) };
        let cipher = XChaCha20Poly1305::new(&Key::from(*key));
        let sealed = cipher.encrypt(&XNonce::from(*nonce), payload).map_err(|_| SummaryError::Unsealable)?;
        Ok([&id.to_be_bytes()[..], nonce, &sealed].concat())
    }

    /// Opens what stands on this card on this chip; `key` finds a key of the district by its number.
    pub fn open(
        sealed: &[u8],
        key: impl Fn(u32) -> Option<[u8; 32]>,
        card: CardNo,
        uid: &[u8],
    ) -> Result<Self, SummaryError> {
        let (id, rest) = sealed.split_first_chunk::<KEY_ID_BYTES>().ok_or(SummaryError::Malformed)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(SummaryError::Malformed)?;
        let key = key(u32::from_be_bytes(*id)).ok_or(SummaryError::UnknownKey)?;
        let payload = Payload { msg: sealed, aad: &aad(card, uid) };
        let cipher = XChaCha20Poly1305::new(&Key::from(key));
        let plain = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SummaryError::BrokenSeal)?;
        Self::from_cbor(&plain)
    }
}

fn aad(card: CardNo, uid: &[u8]) -> Vec<u8> {
    [AAD_TAG, &card.0.to_be_bytes(), uid].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const KEY: [u8; 32] = [5; 32];
    const NONCE: [u8; NONCE_BYTES] = [6; NONCE_BYTES];
    const UID: [u8; 7] = [4, 1, 2, 3, 4, 5, 6];
    const CARD: CardNo = CardNo(77);

    fn key(id: u32) -> Option<[u8; 32]> {
        (id == 3).then_some(KEY)
    }

    fn dose(product: &str, on: i32) -> (String, Day) {
        (product.to_owned(), Day(on))
    }

    /// The whole plan of the UIP until five years of age, as it is given.
    fn a_whole_childhood() -> Vec<(String, Day)> {
        let visits: [(i32, &[&str]); 14] = [
            (20_000, &["BCG", "HepB", "OPV"]),
            (20_044, &["OPV", "PENTA", "RVV", "fIPV", "PCV"]),
            (20_075, &["OPV", "PENTA", "RVV"]),
            (20_106, &["OPV", "PENTA", "RVV", "fIPV", "PCV"]),
            (20_280, &["MR", "PCV", "fIPV", "JE", "VitA"]),
            (20_500, &["MR", "JE", "DPT", "OPV", "VitA"]),
            (20_690, &["VitA"]),
            (20_880, &["VitA"]),
            (21_070, &["VitA"]),
            (21_260, &["VitA"]),
            (21_450, &["VitA"]),
            (21_640, &["VitA"]),
            (21_830, &["VitA", "DPT"]),
            (23_700, &["Td"]),
        ];
        visits.iter().flat_map(|(on, products)| products.iter().map(|product| dose(product, *on))).collect()
    }

    #[test]
    fn what_is_sealed_is_opened_by_the_same_key_for_the_same_card_alone() {
        let given = [dose("PENTA", 20_044), dose("BCG", 20_000), dose("OPV", 20_000), dose("BCG", 20_000)];
        let wrote = Summary::of(given, Some((Day(20_075), vec!["PENTA".into(), "OPV".into()])));
        assert_eq!(wrote.doses().collect::<Vec<_>>().len(), 3, "a dose stands once");
        let sealed = wrote.clone().seal((3, &KEY), &NONCE, CARD, &UID).unwrap();
        assert_eq!(Summary::open(&sealed, key, CARD, &UID), Ok(wrote));
        assert_eq!(Summary::open(&sealed, |_| None, CARD, &UID), Err(SummaryError::UnknownKey));
        let wrong = |_| Some([9; 32]);
        assert_eq!(Summary::open(&sealed, wrong, CARD, &UID), Err(SummaryError::BrokenSeal));
        assert_eq!(Summary::open(&sealed, key, CardNo(78), &UID), Err(SummaryError::BrokenSeal));
        assert_eq!(Summary::open(&sealed, key, CARD, &[9; 7]), Err(SummaryError::BrokenSeal));
        for at in KEY_ID_BYTES..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(Summary::open(&changed, key, CARD, &UID).is_err(), "byte {at}");
        }
        for len in 0..sealed.len() {
            assert!(Summary::open(&sealed[..len], key, CARD, &UID).is_err(), "{len} bytes");
        }
    }

    #[test]
    fn a_full_card_leaves_out_the_oldest_doses_and_says_how_many() {
        let next = Some((Day(23_800), vec!["Td".to_owned()]));
        for count in 0..=a_whole_childhood().len() {
            let wrote = Summary::of(a_whole_childhood().into_iter().take(count), next.clone());
            let sealed = wrote.clone().seal((3, &KEY), &NONCE, CARD, &UID).unwrap();
            assert!(sealed.len() <= SEALED_MAX_BYTES);
            let read = Summary::open(&sealed, key, CARD, &UID).unwrap();
            let (held, all): (Vec<_>, Vec<_>) = (read.doses().collect(), wrote.doses().collect());
            assert_eq!(held.len() + read.left_out as usize, all.len());
            assert!(all.ends_with(&held), "the newest stay");
            assert_eq!(read.next, wrote.next);
            assert!(count > 30 || read.left_out == 0, "{count} doses fit");
        }
        let many = (0..400).map(|n| dose("Flu", 20_000 + 300 * n));
        let sealed = Summary::of(many, None).seal((3, &KEY), &NONCE, CARD, &UID).unwrap();
        let read = Summary::open(&sealed, key, CARD, &UID).unwrap();
        assert!(read.left_out > 300 && read.doses().count() + read.left_out as usize == 400);
    }

    #[test]
    fn a_record_lacks_of_what_is_left_out_what_it_has_not_from_before() {
        let later = (0..9).map(|n| dose("Flu", 22_100 + 365 * n));
        let all: Vec<_> = a_whole_childhood().into_iter().chain(later).collect();
        let full = Summary::of([all.clone(), vec![dose("Tdap", 22_000)]].concat(), None).fitted();
        let shown: Vec<_> = full.doses().map(|(product, on)| (product.unwrap().to_owned(), on)).collect();
        let left_out = full.left_out;
        assert!(left_out > 2);
        let beside = |more: &[(String, Day)]| full.left_out_beside(&[&shown[..], more].concat());
        assert_eq!(beside(&[]), left_out);
        assert_eq!(beside(&[dose("Flu", 24_001)]), left_out, "it was given since");
        assert_eq!(beside(&[dose("Tdap", 22_000), all[0].clone()]), left_out - 2);
        assert_eq!(beside(&[all, vec![dose("Tdap", 22_000)]].concat()), 0);
        assert_eq!(Summary { left_out: 2, ..Summary::default() }.left_out_beside(&[dose("BCG", 20_000)]), 1);
    }

    #[test]
    fn what_has_no_number_is_counted_and_a_number_that_is_not_known_is_no_product() {
        let summary = Summary::of([dose("Tdap", 20_000), dose("BCG", 20_000)], Some((Day(1), vec!["Tdap".into()])));
        assert_eq!((summary.left_out, summary.given.len(), &summary.next), (1, 1, &None));
        let newer = Summary { left_out: 0, given: vec![OnDay { on: Day(5), products: vec![200] }], next: None };
        assert_eq!(Summary::read(&newer.to_cbor()).unwrap().doses().collect::<Vec<_>>(), [(None, Day(5))]);
        let numbers: std::collections::BTreeSet<_> = PRODUCTS.iter().map(|product| product_no(product)).collect();
        assert_eq!(numbers.len(), PRODUCTS.len());
    }

    #[test]
    fn days_that_go_back_and_empty_visits_are_not_read() {
        for lines in [vec![vec![5, 1], vec![0, 2]], vec![vec![5, 1], vec![-1, 2]], vec![vec![5]], vec![vec![]]] {
            let plain = frame::to_cbor(&Plain { left_out: 0, given: lines.clone(), next: None });
            assert_eq!(Summary::read(&plain), None, "{lines:?}");
        }
        let overflow = frame::to_cbor(&Plain { left_out: 0, given: vec![vec![i32::MAX, 1], vec![1, 1]], next: None });
        assert_eq!(Summary::read(&overflow), None);
        assert_eq!(Summary::read(&frame::to_cbor(&Plain { left_out: 0, given: vec![], next: Some(vec![1]) })), None);
    }

    /// Cards written today must be read for years: these bytes never change.
    #[test]
    fn the_bytes_are_frozen() {
        let summary =
            Summary::of([dose("BCG", 20_000), dose("PENTA", 20_044)], Some((Day(20_075), vec!["PENTA".into()])));
        assert_eq!(
            data_encoding::HEXLOWER.encode(&summary.to_cbor()),
            "a300000182".to_owned() + "82194e2000" + "82182c03" + "0282194e6b03"
        );
    }
}
