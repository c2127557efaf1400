//! What is written on a child's card, signed by the station.
//!
//! A card gives an area of [`AREA_BYTES`], cut into two slots that are written in turn. A slot holds one
//! NDEF message TLV with one external record (`tikka:c`) whose payload is a COSE_Sign1 (RFC 9052, Ed25519)
//! over [`CardRecord`]:
//!
//! ```text
//! 03 LEN | D4 07 LEN "tikka:c" | COSE_Sign1 | FE
//! COSE_Sign1 = [<<{1: -8, 4: station's KeyId}>>, {}, <<{0: version, 1: card number, 2: counter, ? 3: sealed}>>, signature]
//! ```
//!
//! The external AAD names the chip's UID, so a record copied to another chip is refused. The valid record
//! with the higher counter counts: a write that was torn leaves the other slot as it was. Beside a newer one whose
//! station is not known to the reader the older one counts no more. Nothing on the card says who the child is.
//! Cards of every kind hold the same area, so that what one clinic wrote is whole for another one, whatever the chip.
//!
//! A record has exactly one encoding; any other bytes are refused.

pub mod summary;

use crate::frame;
use crate::id::CardNo;
use crate::identity::{DeviceId, Domain, Identity, PublicKey};
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, iana};
use minicbor::{Decode, Encode};
use std::fmt;

/// The version this crate writes, and the newest that it reads.
pub const VERSION: u16 = 1;

/// Bytes of one slot: 62 pages of an NTAG, and the longest NDEF message with one byte of length fits.
pub const SLOT_BYTES: usize = 248;
/// Bytes of both slots: the whole NDEF area of an NTAG215, the first part of an NTAG216's.
pub const AREA_BYTES: usize = 2 * SLOT_BYTES;
/// The longest sealed summary, in bytes: what a slot has left beside the largest record.
pub const SEALED_MAX_BYTES: usize = 128;

/// The NDEF external type, `urn:nfc:ext:tikka:c`.
const TYPE: &[u8; 7] = b"tikka:c";
const TLV_NDEF: u8 = 0x03;
const TLV_END: u8 = 0xFE;
/// A whole short record of external type: message begin, message end, short, TNF 4.
const RECORD_FLAGS: u8 = 0xD4;
/// Bytes from the start of a slot to the COSE_Sign1.
const HEAD_BYTES: usize = 5 + TYPE.len();
/// Bytes that a reader writes at once; a torn write ends between two pages.
const PAGE_BYTES: usize = 4;
/// Before the UID in the external AAD.
const AAD_TAG: &[u8] = b"tikka card 1\0";
const KEY_ID_BYTES: usize = 8;
/// Numbers that [`CardNo::from_random`] can give.
const CARD_NO_BITS: u32 = 55;

/// What a new card may hold instead of nothing: an empty NDEF message (from the factory), or one empty
/// record (from a phone that erased it).
const EMPTY: [&[u8]; 3] = [&[], &[0x03, 0x00, 0xFE], &[0x03, 0x03, 0xD0, 0x00, 0x00, 0xFE]];

/// What the station signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRecord {
    pub card_no: CardNo,
    /// 1 at the first write, then one more each time. The ledger knows it too: a lower one is a copy.
    pub counter: u32,
    /// A summary for a clinic that has never met the child, sealed with a key of the district ([`summary`]). A
    /// station without such a key writes none.
    pub sealed: Option<Vec<u8>>,
}

impl CardRecord {
    fn in_range(&self) -> bool {
        self.counter > 0
            && self.card_no.0 >> CARD_NO_BITS == 0
            && self.sealed.as_ref().is_none_or(|s| s.len() <= SEALED_MAX_BYTES)
    }
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Payload {
    #[n(0)]
    version: u16,
    #[n(1)]
    card_no: CardNo,
    #[n(2)]
    counter: u32,
    #[cbor(n(3), with = "minicbor::bytes")]
    sealed: Option<Vec<u8>>,
}

/// Names the station that signed: the first bytes of its DeviceId.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; KEY_ID_BYTES]);

impl KeyId {
    pub fn of(device: &DeviceId) -> Self {
        let mut id = [0; KEY_ID_BYTES];
        id.copy_from_slice(&device.0[..KEY_ID_BYTES]);
        Self(id)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({})", crate::symbols::plain(&self.0))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    A,
    B,
}

impl Slot {
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// Where the slot starts, in bytes from the start of the area.
    pub fn offset(self) -> usize {
        match self {
            Self::A => 0,
            Self::B => SLOT_BYTES,
        }
    }
}

/// A record whose signature is good, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub record: CardRecord,
    pub slot: Slot,
    pub station: DeviceId,
}

/// Why a card gives no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardRefusal {
    #[error("the card is blank")]
    Blank,
    #[error("the card holds something that is not ours")]
    Foreign,
    #[error("the record on the card is damaged")]
    Malformed,
    #[error("the record was signed by a station that is not known here")]
    UnknownStation,
    #[error("the signature does not fit the record or the chip")]
    BadSignature,
    #[error("the record was written by a newer version")]
    FutureVersion,
}

impl CardRefusal {
    /// When both slots are refused, the higher one says more about the card.
    fn weight(self) -> u8 {
        match self {
            Self::Blank => 0,
            Self::Foreign => 1,
            Self::Malformed => 2,
            Self::UnknownStation => 3,
            Self::BadSignature => 4,
            Self::FutureVersion => 5,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    #[error("the counter is 0, or the card number is over its range")]
    OutOfRange,
    #[error("a sealed summary of {0} bytes is over the limit")]
    SealedTooLong(usize),
    #[error("a chip's UID has 4, 7 or 10 bytes, not {0}")]
    UidLength(usize),
    #[error("the record cannot be encoded: {0}")]
    Cose(String),
}

/// Whose the bytes of a card are, without looking at any signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    Blank,
    /// At least one slot begins as ours do, be it whole or torn.
    Ours,
    Foreign,
}

/// Whose is this area? Only a blank one or ours may be written.
pub fn ownership(area: &[u8]) -> Ownership {
    if area.len() < AREA_BYTES {
        return Ownership::Foreign;
    }
    let found = [Slot::A, Slot::B].map(|slot| cose_bytes(slot_of(area, slot)));
    let ours = |slot: &Result<&[u8], CardRefusal>| matches!(slot, Ok(_) | Err(CardRefusal::Malformed));
    if found.iter().any(ours) {
        Ownership::Ours
    } else if found.iter().all(|slot| *slot == Err(CardRefusal::Blank)) {
        Ownership::Blank
    } else {
        Ownership::Foreign
    }
}

/// The number that the area claims, without looking at any signature: to find a card whose copy this is.
pub fn claimed(area: &[u8]) -> Option<CardNo> {
    let claims = |slot| {
        let cose = CoseSign1::from_slice(cose_bytes(slot_of(area, slot)).ok()?).ok()?;
        frame::from_cbor::<Payload>(cose.payload.as_deref()?).ok().map(|payload| payload.card_no)
    };
    claims(Slot::A).or_else(|| claims(Slot::B))
}

/// The bytes of one slot, signed for the chip with this UID. Shorter than [`SLOT_BYTES`], padded to whole
/// pages; what lies behind them in the slot does not matter.
pub fn encode(record: &CardRecord, uid: &[u8], station: &Identity) -> Result<Vec<u8>, EncodeError> {
    if !matches!(uid.len(), 4 | 7 | 10) {
        return Err(EncodeError::UidLength(uid.len()));
    }
    if let Some(sealed) = record.sealed.as_ref().filter(|s| s.len() > SEALED_MAX_BYTES) {
        return Err(EncodeError::SealedTooLong(sealed.len()));
    }
    if !record.in_range() {
        return Err(EncodeError::OutOfRange);
    }
    let payload = frame::to_cbor(&Payload {
        version: VERSION,
        card_no: record.card_no,
        counter: record.counter,
        sealed: record.sealed.clone(),
    });
    let cose = unsigned(KeyId::of(&station.device_id()), payload)
        .create_signature(&aad(uid), |message| station.sign(Domain::CardRecord, message).to_vec())
        .build()
        .to_vec()
        .map_err(|e| EncodeError::Cose(e.to_string()))?;

    let mut slot = Vec::with_capacity(SLOT_BYTES);
    slot.extend_from_slice(&head(cose.len()));
    slot.extend_from_slice(&cose);
    slot.push(TLV_END);
    slot.resize(slot.len().next_multiple_of(PAGE_BYTES), 0);
    Ok(slot)
}

/// Reads one slot of the chip with this UID. `station` finds the public key of a station of this district.
pub fn parse(
    slot: &[u8],
    uid: &[u8],
    station: impl Fn(&KeyId) -> Option<PublicKey>,
) -> Result<(CardRecord, DeviceId), CardRefusal> {
    Claim::read(slot)?.verify(uid, station)
}

/// A record as a slot holds it, whole, its signature not looked at yet.
struct Claim {
    record: CardRecord,
    kid: KeyId,
    signature: [u8; 64],
    cose: CoseSign1,
}

impl Claim {
    fn read(slot: &[u8]) -> Result<Self, CardRefusal> {
        let bytes = cose_bytes(slot)?;
        let cose = CoseSign1::from_slice(bytes).map_err(|_| CardRefusal::Malformed)?;
        let payload = cose.payload.as_deref().ok_or(CardRefusal::Malformed)?;
        if version(payload).ok_or(CardRefusal::Malformed)? > VERSION {
            return Err(CardRefusal::FutureVersion);
        }

        let kid = cose.protected.header.key_id.as_slice().try_into();
        let kid = KeyId(kid.map_err(|_| CardRefusal::Malformed)?);
        let signature: [u8; 64] = cose.signature.as_slice().try_into().map_err(|_| CardRefusal::Malformed)?;
        let decoded: Payload = frame::from_cbor(payload).map_err(|_| CardRefusal::Malformed)?;
        let record = CardRecord { card_no: decoded.card_no, counter: decoded.counter, sealed: decoded.sealed.clone() };
        if decoded.version != VERSION || !record.in_range() {
            return Err(CardRefusal::Malformed);
        }
        // One record, one encoding: nothing can hide beside what is signed.
        let again = unsigned(kid, frame::to_cbor(&decoded)).signature(signature.to_vec()).build();
        if again.clone().to_vec().ok().as_deref() != Some(bytes) {
            return Err(CardRefusal::Malformed);
        }
        Ok(Self { record, kid, signature, cose: again })
    }

    fn verify(
        self,
        uid: &[u8],
        station: impl Fn(&KeyId) -> Option<PublicKey>,
    ) -> Result<(CardRecord, DeviceId), CardRefusal> {
        let key = station(&self.kid).ok_or(CardRefusal::UnknownStation)?;
        let device = key.device_id();
        if KeyId::of(&device) != self.kid {
            return Err(CardRefusal::UnknownStation);
        }
        if key.verify(Domain::CardRecord, &self.cose.tbs_data(&aad(uid)), &self.signature) {
            Ok((self.record, device))
        } else {
            Err(CardRefusal::BadSignature)
        }
    }
}

/// Reads both slots; the valid record with the higher counter counts. What says that it is newer and was signed by a
/// station that is not known here is refused with the card: the record beside it may long be out of date.
pub fn read(area: &[u8], uid: &[u8], station: impl Fn(&KeyId) -> Option<PublicKey>) -> Result<Verified, CardRefusal> {
    if area.len() < AREA_BYTES {
        return Err(CardRefusal::Foreign);
    }
    let [a, b] = [Slot::A, Slot::B].map(|slot| {
        parse(slot_of(area, slot), uid, &station).map(|(record, station)| Verified { record, slot, station })
    });
    match (a, b) {
        // Beside a record of a newer version an old one may long be out of date.
        (Err(CardRefusal::FutureVersion), _) | (_, Err(CardRefusal::FutureVersion)) => Err(CardRefusal::FutureVersion),
        (Ok(a), Ok(b)) => Ok(if b.record.counter > a.record.counter { b } else { a }),
        (Ok(valid), Err(CardRefusal::UnknownStation)) | (Err(CardRefusal::UnknownStation), Ok(valid)) => {
            let claimed = Claim::read(slot_of(area, valid.slot.other()))?;
            let newer = claimed.record.counter > valid.record.counter;
            if newer { Err(CardRefusal::UnknownStation) } else { Ok(valid) }
        }
        (Ok(valid), Err(_)) | (Err(_), Ok(valid)) => Ok(valid),
        (Err(a), Err(b)) => Err(if b.weight() > a.weight() { b } else { a }),
    }
}

fn slot_of(area: &[u8], slot: Slot) -> &[u8] {
    area.get(slot.offset()..slot.offset() + SLOT_BYTES).unwrap_or_default()
}

fn aad(uid: &[u8]) -> Vec<u8> {
    [AAD_TAG, uid].concat()
}

fn unsigned(kid: KeyId, payload: Vec<u8>) -> CoseSign1Builder {
    let protected = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(kid.0.to_vec()).build();
    CoseSign1Builder::new().protected(protected).payload(payload)
}

/// The version stands first in every version's payload.
fn version(payload: &[u8]) -> Option<u16> {
    let mut decoder = minicbor::Decoder::new(payload);
    decoder.map().ok()??;
    (decoder.u8().ok()? == 0).then(|| decoder.u16().ok())?
}

/// A slot's bytes before the COSE_Sign1. Its longest is 235 bytes, so one byte says each length.
fn head(cose_len: usize) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    let record_len = HEAD_BYTES - 2 + cose_len;
    head[..5].copy_from_slice(&[TLV_NDEF, record_len as u8, RECORD_FLAGS, TYPE.len() as u8, cose_len as u8]);
    head[5..].copy_from_slice(TYPE);
    head
}

fn cose_bytes(slot: &[u8]) -> Result<&[u8], CardRefusal> {
    let blank = |start: &&[u8]| slot.strip_prefix(*start).is_some_and(|rest| rest.iter().all(|b| *b == 0));
    if EMPTY.iter().any(blank) {
        return Err(CardRefusal::Blank);
    }
    if let Some((start, rest)) = slot.split_first_chunk::<HEAD_BYTES>() {
        let cose_len = usize::from(start[4]);
        if same_head(start, HEAD_BYTES) {
            let whole = *start == head(cose_len) && rest.get(cose_len) == Some(&TLV_END);
            return whole.then(|| &rest[..cose_len]).ok_or(CardRefusal::Malformed);
        }
        // A first write that was torn inside the head leaves one or two pages of it on a blank card.
        let torn = |pages: usize| {
            let written = pages * PAGE_BYTES;
            same_head(start, written) && slot[written..].iter().all(|b| matches!(*b, 0 | TLV_END))
        };
        if torn(1) || torn(2) {
            return Err(CardRefusal::Malformed);
        }
    }
    Err(CardRefusal::Foreign)
}

/// Do the first bytes look like our head, whatever the lengths say?
fn same_head(start: &[u8; HEAD_BYTES], bytes: usize) -> bool {
    let wanted = head(0);
    (0..bytes).filter(|at| !matches!(at, 1 | 4)).all(|at| start[at] == wanted[at])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const UID: [u8; 7] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6];

    fn station() -> Identity {
        Identity::from_seed([7; 32])
    }

    fn known(id: &Identity) -> impl Fn(&KeyId) -> Option<PublicKey> {
        let key = id.public_key();
        move |kid| (*kid == KeyId::of(&key.device_id())).then_some(key)
    }

    fn record(counter: u32) -> CardRecord {
        CardRecord { card_no: CardNo(0x0055_AA11_2233_4455), counter, sealed: None }
    }

    fn put(area: &mut [u8], slot: Slot, bytes: &[u8]) {
        area[slot.offset()..slot.offset() + bytes.len()].copy_from_slice(bytes);
    }

    /// A slot as no honest station would write it, with a good signature.
    fn signed(version: u16, record: &CardRecord) -> Vec<u8> {
        let CardRecord { card_no, counter, sealed } = record.clone();
        let payload = frame::to_cbor(&Payload { version, card_no, counter, sealed });
        let cose = unsigned(KeyId::of(&station().device_id()), payload)
            .create_signature(&aad(&UID), |m| station().sign(Domain::CardRecord, m).to_vec())
            .build()
            .to_vec()
            .unwrap();
        [&head(cose.len())[..], &cose, &[TLV_END]].concat()
    }

    /// An area after `writes` records, in turn.
    fn area_after(writes: u32) -> Vec<u8> {
        let mut area = vec![0; AREA_BYTES];
        for counter in 1..=writes {
            let slot = if counter % 2 == 1 { Slot::A } else { Slot::B };
            put(&mut area, slot, &encode(&record(counter), &UID, &station()).unwrap());
        }
        area
    }

    #[test]
    fn what_is_too_short_for_a_card_of_ours_is_foreign_and_holds_nothing() {
        let area = area_after(1);
        assert!(read(&area, &UID, known(&station())).is_ok());
        for bytes in [0, SLOT_BYTES, AREA_BYTES - 1] {
            assert_eq!(ownership(&area[..bytes]), Ownership::Foreign);
            assert_eq!(read(&area[..bytes], &UID, known(&station())), Err(CardRefusal::Foreign));
        }
    }

    #[test]
    fn a_record_is_read_back() {
        for sealed in [None, Some(vec![]), Some(vec![0xFE; SEALED_MAX_BYTES])] {
            for counter in [1, 23, 24, u32::MAX] {
                let wrote = CardRecord { card_no: CardNo((1 << CARD_NO_BITS) - 1), counter, sealed: sealed.clone() };
                let bytes = encode(&wrote, &UID, &station()).unwrap();
                assert!(bytes.len() <= SLOT_BYTES && bytes.len().is_multiple_of(PAGE_BYTES));
                assert_eq!(parse(&bytes, &UID, known(&station())), Ok((wrote, station().device_id())));
            }
        }
    }

    /// Cards written today must be read for years: these bytes never change.
    #[test]
    fn the_bytes_are_frozen() {
        let bytes = encode(&record(1), &UID, &station()).unwrap();
        let hex = data_encoding::HEXLOWER.encode(&bytes);
        assert_eq!(hex, FROZEN);
    }
    const FROZEN: &str = "036cd4076274696b6b613a63844da201270448fe812c12f3ab4ce6a04fa30001011b0055aa112233445502015840\
        27c837d6d3385329d3c110272d4a70203f20a2006d04ddf76ce35ceed4d77d29e8d1fd722c9922a62d450a7ef91d4b0656690fb38\
        17f13f6583a9db6d8b48d07fe00";

    #[test]
    fn limits_are_kept() {
        let too_long = CardRecord { sealed: Some(vec![0; SEALED_MAX_BYTES + 1]), ..record(1) };
        assert_eq!(encode(&too_long, &UID, &station()), Err(EncodeError::SealedTooLong(SEALED_MAX_BYTES + 1)));
        assert_eq!(encode(&record(1), &[1; 5], &station()), Err(EncodeError::UidLength(5)));
        let wrong = [record(0), CardRecord { card_no: CardNo(1 << CARD_NO_BITS), ..record(1) }];
        for record in wrong {
            assert_eq!(encode(&record, &UID, &station()), Err(EncodeError::OutOfRange));
            // Even when a station signs it.
            let slot = signed(1, &record);
            assert_eq!(parse(&slot, &UID, known(&station())), Err(CardRefusal::Malformed));
        }
        assert_eq!(parse(&signed(0, &record(1)), &UID, known(&station())), Err(CardRefusal::Malformed));
        assert!(parse(&signed(1, &record(1)), &UID, known(&station())).is_ok());
    }

    #[test]
    fn no_changed_bit_passes() {
        let bytes = encode(&CardRecord { sealed: Some(vec![1; 9]), ..record(300) }, &UID, &station()).unwrap();
        let end = HEAD_BYTES + usize::from(bytes[4]) + 1;
        for at in 0..end {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                assert!(parse(&changed, &UID, known(&station())).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn no_cut_record_passes() {
        let bytes = encode(&record(1), &UID, &station()).unwrap();
        let end = HEAD_BYTES + usize::from(bytes[4]) + 1;
        for len in 0..end {
            assert!(parse(&bytes[..len], &UID, known(&station())).is_err(), "{len} bytes");
        }
    }

    #[test]
    fn a_record_is_bound_to_station_and_chip() {
        let area = area_after(1);
        assert_eq!(read(&area, &[9; 7], known(&station())), Err(CardRefusal::BadSignature));
        let other = Identity::from_seed([8; 32]);
        assert_eq!(read(&area, &UID, known(&other)), Err(CardRefusal::UnknownStation));
        // A lookup that gives another station's key is not believed.
        assert_eq!(read(&area, &UID, |_| Some(other.public_key())), Err(CardRefusal::UnknownStation));
    }

    /// What the reader does not know may be newer than what it knows: then the card tells it nothing.
    #[test]
    fn a_newer_record_of_an_unknown_station_hides_the_older_one() {
        let other = Identity::from_seed([8; 32]);
        for (ours, theirs, slot) in [(5, 6, Slot::A), (5, 6, Slot::B), (7, 6, Slot::A), (7, 6, Slot::B)] {
            let mut area = vec![0; AREA_BYTES];
            put(&mut area, slot, &encode(&record(ours), &UID, &station()).unwrap());
            let before = area.clone();
            let next = encode(&record(theirs), &UID, &other).unwrap();
            put(&mut area, slot.other(), &next);
            let found = read(&area, &UID, known(&station())).map(|found| found.record);
            let hidden = if theirs > ours { Err(CardRefusal::UnknownStation) } else { Ok(record(ours)) };
            assert_eq!(found, hidden);
            // Who knows both reads the newer one, or finds that it was torn and reads the older one.
            let both = |kid: &KeyId| known(&station())(kid).or_else(|| known(&other)(kid));
            assert_eq!(read(&area, &UID, both).unwrap().record, record(ours.max(theirs)));
            let signed = HEAD_BYTES + usize::from(next[4]);
            for torn_at in 0..signed {
                let mut area = before.clone();
                put(&mut area, slot.other(), &next[..torn_at]);
                assert_eq!(read(&area, &UID, both).unwrap().record, record(ours), "torn at {torn_at}");
            }
        }
    }

    #[test]
    fn a_newer_version_is_named() {
        let mut area = area_after(1);
        put(&mut area, Slot::B, &signed(2, &record(2)));
        assert_eq!(read(&area, &UID, known(&station())), Err(CardRefusal::FutureVersion));
        assert_eq!(ownership(&area), Ownership::Ours);
    }

    #[test]
    fn a_second_encoding_is_refused() {
        let bytes = encode(&record(1), &UID, &station()).unwrap();
        let mut cose = CoseSign1::from_slice(cose_bytes(&bytes).unwrap()).unwrap();
        cose.unprotected.content_type = Some(coset::ContentType::Text("note".into()));
        let cose = cose.to_vec().unwrap();
        let slot = [&head(cose.len())[..], &cose, &[TLV_END]].concat();
        assert_eq!(parse(&slot, &UID, known(&station())), Err(CardRefusal::Malformed));
    }

    #[test]
    fn the_higher_counter_counts() {
        for writes in 1..6 {
            let slot = if writes % 2 == 1 { Slot::A } else { Slot::B };
            let found = read(&area_after(writes), &UID, known(&station())).unwrap();
            assert_eq!((found.record, found.slot), (record(writes), slot));
        }
    }

    /// A renewal torn at any byte leaves the record before it, until nothing of the new one is missing.
    #[test]
    fn a_torn_renewal_leaves_the_older_record() {
        for writes in 1..4 {
            let before = area_after(writes);
            let held = read(&before, &UID, known(&station())).unwrap();
            let next = encode(&record(writes + 1), &UID, &station()).unwrap();
            let mut after = before.clone();
            put(&mut after, held.slot.other(), &next);
            for torn_at in 0..next.len() {
                let mut area = before.clone();
                put(&mut area, held.slot.other(), &next[..torn_at]);
                let counter = if area == after { writes + 1 } else { writes };
                let found = read(&area, &UID, known(&station())).unwrap();
                assert_eq!(found.record, record(counter), "torn at {torn_at}");
                assert_eq!(ownership(&area), Ownership::Ours);
            }
        }
    }

    /// A first write torn after any page gives no record, and the card can still be written.
    #[test]
    fn a_torn_first_write_does_not_make_the_card_foreign() {
        let bytes = encode(&record(1), &UID, &station()).unwrap();
        for start in EMPTY {
            for pages in 0..bytes.len() / PAGE_BYTES {
                let mut area = vec![0; AREA_BYTES];
                put(&mut area, Slot::A, start);
                put(&mut area, Slot::A, &bytes[..pages * PAGE_BYTES]);
                let refusal = read(&area, &UID, known(&station())).unwrap_err();
                let torn = matches!(refusal, CardRefusal::Malformed | CardRefusal::BadSignature);
                assert!(if pages == 0 { refusal == CardRefusal::Blank } else { torn }, "{pages} pages: {refusal}");
                assert_ne!(ownership(&area), Ownership::Foreign, "{pages} pages");
            }
        }
    }

    #[test]
    fn other_peoples_data_is_foreign() {
        let link = [0x03, 0x0C, 0xD1, 0x01, 0x08, 0x55, 0x01, b'a', b'.', b'o', b'r', b'g', b'/', b'x', 0xFE];
        let other_type = [0x03, 0x0B, 0xD4, 0x07, 0x01, b't', b'i', b'k', b'k', b'a', b':', b'd', 0x00, 0xFE];
        let hidden = [0x03, 0x00, 0xFE, 0x00, 0x01];
        for data in [&link[..], &other_type, &hidden] {
            for slot in [Slot::A, Slot::B] {
                let mut area = vec![0; AREA_BYTES];
                put(&mut area, slot, data);
                assert_eq!(ownership(&area), Ownership::Foreign);
                assert_eq!(read(&area, &UID, known(&station())), Err(CardRefusal::Foreign));
            }
        }
        assert_eq!(ownership(&[0xFF; AREA_BYTES]), Ownership::Foreign);
        assert_eq!(ownership(&[0; AREA_BYTES - 1]), Ownership::Foreign);
    }
}
