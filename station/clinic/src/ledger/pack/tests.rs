#![allow(clippy::unwrap_used)]

use super::*;
use crate::ledger::{Actor, Chain, Event, Hlc};
use hub_protocol::{OriginId, UserId};
use minicbor::Encoder;

fn entry(n: u64, body: Vec<u8>) -> Entry {
    Entry { hlc: Hlc((1_795_156_200_000 + n * 977) << 16), actor: Actor(Some(UserId(7))), kind: 30, version: 1, body }
}

/// A body like a dose's.
fn dose(n: u64) -> Vec<u8> {
    let mut body = Vec::new();
    let mut e = Encoder::new(&mut body);
    e.map(5).unwrap();
    e.u8(0).unwrap().u64((n / 3).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 9).unwrap();
    e.u8(1).unwrap().str(["PENTA", "OPV", "RVV"][(n % 3) as usize]).unwrap();
    e.u8(2).unwrap().i64(20_000 + (n / 40) as i64).unwrap();
    e.u8(3).unwrap().str(["P17", "O3", "R8"][(n % 3) as usize]).unwrap();
    e.u8(4).unwrap().i64(n as i64 - 5).unwrap();
    body
}

fn rows(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(to_cbor).collect()
}

#[test]
fn a_packed_run_gives_the_same_chain() {
    let entries: Vec<Entry> = (0..900).map(|n| entry(n, dose(n))).collect();
    let hashes = |entries: Vec<Entry>| {
        let mut chain = Chain::empty(OriginId([3; 16]));
        let events: Vec<Event> = entries.into_iter().map(|e| chain.append(e)).collect();
        (events, chain)
    };
    let packed = pack(&entries).unwrap();
    let as_rows = zstd::bulk::compress(&rows(&entries), ZSTD_LEVEL).unwrap();
    assert!(packed.len() * 2 < as_rows.len(), "{} by columns, {} by rows", packed.len(), as_rows.len());
    assert_eq!(hashes(unpack(&packed).unwrap()), hashes(entries.clone()));
    // The other form, under zstd or not, stays readable.
    assert_eq!(unpack(&as_rows).unwrap(), entries);
    assert_eq!(unpack(&rows(&entries)).unwrap(), entries);
}

/// A run that is written in columns once is read for ever: `packed-columns.hex` beside the frozen messages, which
/// hub.cddl explains.
#[test]
fn the_frozen_columns_are_read_and_written_so() {
    let entries: Vec<Entry> = (0..3).map(|n| entry(n, dose(n))).chain([entry(3, b"no CBOR".to_vec())]).collect();
    let hex: String = columns::write(&entries).iter().map(|byte| format!("{byte:02x}")).collect();
    let vectors = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hub-protocol/vectors");
    let Ok(frozen) = std::fs::read_to_string(vectors.join("packed-columns.hex")) else {
        panic!("no vector; its bytes are\n{hex}");
    };
    assert_eq!(hex, frozen.trim());
    let bytes: Vec<u8> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
    assert_eq!(unpack(&bytes).unwrap(), entries);
}

#[test]
fn whatever_the_body_it_comes_back_to_the_byte() {
    let odd: [&[u8]; 18] = [
        b"",
        b"no CBOR at all",
        &[0x18, 0x05], // 5, not in the shortest form
        &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x9f, 0x01, 0xff],       // an array of no definite length
        &[0x5f, 0x41, 0x01, 0xff], // and such a byte string
        &[0xc1, 0x01],             // a tag
        &[0xf9, 0x3c, 0x00],       // a float
        &[0xe0],
        &[0x62, 0xff, 0xfe], // text that is no UTF-8
        &[0x01, 0x02],       // two items
        &[0x82, 0x01],       // cut off
        &[0xa1, 0x61, 0x61, 0x43, 1, 2, 3],
        &[0xa1, 0x82, 0x01, 0x02, 0x60],
        &[0x84, 0xf4, 0xf5, 0xf6, 0x20],
        &[0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x00],
        &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];
    let mut entries: Vec<Entry> = odd.iter().enumerate().map(|(n, body)| entry(n as u64, body.to_vec())).collect();
    entries.push(Entry { hlc: Hlc(u64::MAX), actor: Actor(Some(UserId(u64::MAX))), ..entries[0].clone() });
    entries.push(Entry { hlc: Hlc(0), actor: Actor::NODE, kind: u16::MAX, version: u8::MAX, ..entries[1].clone() });
    assert_eq!(unpack(&pack(&entries).unwrap()).unwrap(), entries);
    for entry in &entries {
        let alone = std::slice::from_ref(entry);
        assert_eq!(unpack(&pack(alone).unwrap()).unwrap(), alone);
    }
    assert_eq!(unpack(&pack(&[]).unwrap()).unwrap(), []);
}

#[test]
fn no_cut_and_no_changed_byte_makes_it_fall() {
    let entries: Vec<Entry> = (0..40).map(|n| entry(n, dose(n))).collect();
    let columns = columns::write(&entries);
    assert_eq!(unpack(&columns).unwrap(), entries);
    for at in 0..columns.len() {
        assert!(unpack(&columns[..at]).is_ok_and(|e| e.is_empty()) == (at == 0), "read although it is cut at {at}");
        for change in [0x01, 0x80, 0xff] {
            let mut changed = columns.clone();
            changed[at] ^= change;
            // Refused, or another run: the chain decides.
            assert!(unpack(&changed).map_or(true, |read| read != entries), "byte {at} says nothing");
        }
    }
}

#[test]
fn a_bomb_is_refused() {
    let bomb = zstd::bulk::compress(&vec![0u8; BATCH_MAX_RAW_BYTES + 1], ZSTD_LEVEL).unwrap();
    assert!(matches!(unpack(&bomb), Err(PackError::Damaged(_))));
    assert!(unpack(&[1, 2, 3]).is_err());

    // A long word that is named again and again: few bytes, which would unfold to gigabytes.
    let long = entry(0, [&[0x5a, 0, 0x10, 0, 0][..], &[7; 1 << 20]].concat());
    let entries = vec![long; BATCH_MAX_EVENTS as usize];
    let bomb = pack(&entries).unwrap();
    assert!(bomb.len() < 10_000);
    assert!(matches!(unpack(&bomb), Err(PackError::Damaged(why)) if why.contains("too large")));

    // Nor is the bound passed by the few bytes that are not counted beforehand.
    let word = |len: u32| entry(0, [&[0x5a][..], &len.to_be_bytes(), &vec![7; len as usize]].concat());
    const LONG: u32 = 1_000_000;
    let left = BATCH_MAX_RAW_BYTES as u32 - 4 * (LONG + 5);
    for over in 0..8 {
        let entries = [vec![word(LONG); 4], vec![word(left - over)], vec![word(LONG); 3]].concat();
        let bomb = pack(&entries).unwrap();
        assert!(matches!(unpack(&bomb), Err(PackError::Damaged(why)) if why.contains("too large")), "{over}");
    }

    let many = vec![entry(0, vec![0]); BATCH_MAX_EVENTS as usize + 1];
    assert!(matches!(unpack(&pack(&many).unwrap()), Err(PackError::TooMany(_))));
    assert!(matches!(unpack(&rows(&many)), Err(PackError::TooMany(_))));
}
