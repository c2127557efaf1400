//! What crosses a wire or sits on a card.

use super::chosen;
use hub_protocol::card::summary::{NONCE_BYTES, Summary};
use hub_protocol::card::{self, AREA_BYTES, KeyId, SLOT_BYTES};
use hub_protocol::frame::{FrameError, REPLICA_MAX_BYTES, Reader, TOY_MAX_BYTES, from_cbor, to_cbor};
use hub_protocol::toy::{Record, SignedRecord, ToHub, ToToy};
use hub_protocol::{CardNo, Identity, replica};
use minicbor::{Decode, Encode};
use std::fmt::Debug;

/// A stream of framed messages: what arrives in pieces is the same as what arrives at once.
pub fn frames(data: &[u8]) {
    match chosen(data) {
        Some((0, rest)) => stream::<replica::Message>(rest, REPLICA_MAX_BYTES),
        Some((1, rest)) => stream::<ToHub>(rest, TOY_MAX_BYTES),
        Some((_, rest)) => stream::<ToToy>(rest, TOY_MAX_BYTES),
        None => {}
    }
}

fn stream<T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug>(data: &[u8], limit: usize) {
    let Some((size, data)) = chosen(data) else { return };
    let (whole, ended) = all::<T>(&[data], limit);
    let pieces: Vec<&[u8]> = data.chunks(usize::from(size).max(1)).collect();
    let (parts, ended_too) = all::<T>(&pieces, limit);
    assert_eq!((&whole, ended), (&parts, ended_too), "pieces are read otherwise than the whole");
    for message in whole {
        assert_eq!(from_cbor::<T>(&to_cbor(&message)).ok(), Some(message));
    }
}

/// The messages of a stream, and whether it ended in an error.
fn all<T: for<'b> Decode<'b, ()>>(pieces: &[&[u8]], limit: usize) -> (Vec<T>, bool) {
    let (mut reader, mut found) = (Reader::new(limit), Vec::new());
    for piece in pieces {
        reader.push(piece);
        loop {
            match reader.message() {
                Ok(Some(message)) => found.push(message),
                Ok(None) => break,
                Err(FrameError::TooLong { .. } | FrameError::Malformed(_)) => return (found, true),
            }
        }
    }
    (found, false)
}

/// One message: what was understood is written and understood again as the same.
pub fn messages(data: &[u8]) {
    match chosen(data) {
        Some((0, rest)) => same::<replica::Message>(rest),
        Some((1, rest)) => same::<ToHub>(rest),
        Some((2, rest)) => same::<ToToy>(rest),
        Some((3, rest)) => same::<Record>(rest),
        Some((_, rest)) => record(rest),
        None => {}
    }
}

fn same<T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug>(data: &[u8]) {
    if let Ok(message) = from_cbor::<T>(data) {
        let bytes = to_cbor(&message);
        assert!(!bytes.is_empty(), "{message:?} cannot be written");
        assert_eq!(from_cbor::<T>(&bytes).ok(), Some(message));
    }
}

/// A toy's record with a good signature over any body.
fn record(body: &[u8]) {
    let toy = Identity::from_seed([1; 32]);
    let signature = toy.sign(hub_protocol::identity::Domain::ToyRecord, body);
    if let Ok(record) = (SignedRecord { body: body.to_vec(), signature }).open(&toy.public_key()) {
        assert_eq!(to_cbor(&record), body, "a record has one encoding");
    }
}

/// A card's whole area, on a chip with a UID of 4, 7 or 10 bytes, written by a station that is known.
pub fn card(data: &[u8]) {
    let Some((length, data)) = chosen(data) else { return };
    let uid_bytes = [4, 7, 10][usize::from(length) % 3];
    let Some((uid, bytes)) = data.split_at_checked(uid_bytes) else { return };
    let station = Identity::from_seed([7; 32]);
    let key = station.public_key();
    let known = |id: &KeyId| (*id == KeyId::of(&key.device_id())).then_some(key);
    let mut area = bytes.to_vec();
    area.resize(AREA_BYTES, 0);
    for area in [&area[..], bytes] {
        let whose = card::ownership(area);
        let read = card::read(area, uid, known);
        if let Ok(verified) = &read {
            assert_eq!(whose, card::Ownership::Ours);
            assert_eq!(verified.station, key.device_id());
            let slot = card::encode(&verified.record, uid, &station);
            let slot = slot.unwrap_or_else(|e| panic!("{e}: a record that was read cannot be written"));
            assert!(slot.len() <= SLOT_BYTES);
            assert_eq!(card::parse(&slot, uid, known).ok(), Some((verified.record.clone(), verified.station)));
            // What is signed is what is claimed, or the other slot claims another number.
            assert!(card::claimed(area).is_some());
        }
    }
    sealed_summary(uid, bytes);
}

/// A summary that a station with the district's key sealed, whatever it put there.
fn sealed_summary(uid: &[u8], bytes: &[u8]) {
    let open = |sealed: &[u8]| Summary::open(sealed, |_| Some([5; 32]), CardNo(77), uid);
    let _ = open(bytes);
    if let Ok(summary) = Summary::from_cbor(bytes) {
        let fitted = summary.fitted();
        let sealed = fitted.clone().seal((1, &[5; 32]), &[6; NONCE_BYTES], CardNo(77), uid);
        let sealed = sealed.unwrap_or_else(|e| panic!("{e}: a summary that was read cannot be sealed"));
        assert!(sealed.len() <= card::SEALED_MAX_BYTES);
        assert_eq!(open(&sealed), Ok(fitted));
    }
}
