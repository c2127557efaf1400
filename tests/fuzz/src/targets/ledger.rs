//! Runs of events, and the facts in them.

use super::chosen;
use clinic::ledger::{Actor, Entry, Hlc, pack, unpack};
use clinic::record::Fact;
use hub_protocol::replica::{BATCH_MAX_EVENTS, BATCH_MAX_RAW_BYTES};

/// A packed run, as it came or with the compression done for the fuzzer.
pub fn packed(data: &[u8]) {
    let packed = match chosen(data) {
        Some((0, rest)) => rest.to_vec(),
        Some((_, rest)) => zstd::bulk::compress(rest, 1).unwrap_or_default(),
        None => return,
    };
    let Ok(entries) = unpack(&packed) else { return };
    assert!(entries.len() <= BATCH_MAX_EVENTS as usize);
    assert!(entries.iter().map(|e| e.body.len()).sum::<usize>() <= BATCH_MAX_RAW_BYTES);
    let again = pack(&entries).unwrap_or_else(|e| panic!("{e}: what was unpacked cannot be packed"));
    assert_eq!(unpack(&again).ok(), Some(entries));
}

/// A fact of any kind and version: two bytes of kind, one of version, and the body.
pub fn facts(data: &[u8]) {
    let [kind_high, kind_low, version, body @ ..] = data else { return };
    let kind = u16::from_be_bytes([*kind_high, *kind_low]);
    let entry = Entry { hlc: Hlc(1 << 16), actor: Actor::NODE, kind, version: *version, body: body.to_vec() };
    let Ok(fact) = Fact::of(&entry) else { return };
    assert_eq!(fact.kind(), kind);
    // Written in today's version it says the same.
    let again = fact.to_entry(entry.hlc, entry.actor);
    assert!(again.version >= *version);
    assert_eq!(Fact::of(&again).ok(), Some(fact));
}
