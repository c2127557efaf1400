//! `hub.cddl` against the frozen messages, read by a CDDL library that knows nothing of this program: who builds a toy
//! from the CDDL alone builds one that fits.
#![allow(clippy::unwrap_used)]

use cddl_cat::validate_cbor_bytes;
use data_encoding::HEXLOWER;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../hub-protocol")
}

/// The CDDL; the one control that the library does not know stands in no message here.
fn cddl() -> String {
    let text = std::fs::read_to_string(folder().join("hub.cddl")).unwrap();
    assert_eq!(text.matches(".cborseq").count(), 1);
    text.replace(" .cborseq [* event]", "")
}

fn vectors() -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder().join("vectors")).unwrap().map(|entry| entry.unwrap().path());
    let mut vectors: Vec<_> = files
        .map(|path| {
            let hex = std::fs::read_to_string(&path).unwrap();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), HEXLOWER.decode(hex.trim().as_bytes()).unwrap())
        })
        .collect();
    vectors.sort();
    vectors
}

/// The rule for a vector, by the beginning of its name.
fn rule(name: &str) -> &'static str {
    let rules = [
        ("to-toy-", "to-toy"),
        ("to-hub-", "to-hub"),
        ("record-", "record"),
        ("replica-", "replica"),
        ("worked-proof", "worked-proof"),
        ("worked-label", "worked-label"),
    ];
    let whole =
        [("packed-columns", "packed-columns"), ("card-payload", "card-payload"), ("card-summary", "card-summary")];
    let found = rules.into_iter().chain(whole).find(|(begins, _)| name.starts_with(begins));
    found.unwrap_or_else(|| panic!("{name} is no message that hub.cddl is known to have")).1
}

#[test]
fn every_frozen_message_is_what_the_cddl_says() {
    let (cddl, vectors) = (cddl(), vectors());
    assert!(vectors.len() > 30);
    for (name, bytes) in &vectors {
        validate_cbor_bytes(rule(name), &cddl, bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

#[test]
fn what_is_no_such_message_is_not() {
    let cddl = cddl();
    let refused = |rule: &str, bytes: &[u8]| validate_cbor_bytes(rule, &cddl, bytes).is_err();
    for (name, bytes) in vectors() {
        // A message of one side is none of the other's, and none is a card's.
        let other = if rule(&name) == "to-toy" { "to-hub" } else { "to-toy" };
        assert!(refused(other, &bytes), "{name} is taken for {other}");
        let is_card = rule(&name) == "card-payload";
        assert_eq!(refused("card-payload", &bytes), !is_card, "{name} is taken for a card's");
        assert!(refused(rule(&name), &bytes[..bytes.len() - 1]), "{name} is taken although it is cut off");
    }
    // An order of a kind that there is not, one without its number, one with a text for a number.
    for order in ["820581a200010103", "820581a10100", "820581a20061610100"] {
        let bytes = HEXLOWER.decode(order.as_bytes()).unwrap();
        assert!(refused("to-toy", &bytes), "{order}");
    }
    // What a hub refuses although it is a message: a battery over full, a place that is not on Earth, no records.
    let telemetry =
        |battery: &str, latitude: &str| format!("820481a8000101{battery}02f403000400050006a300{latitude}010002000700");
    let told = |hex: String| refused("to-hub", &HEXLOWER.decode(hex.as_bytes()).unwrap());
    assert!(!told(telemetry("1864", "1a35a4e900")));
    assert!(told(telemetry("1865", "1a35a4e900")) && told(telemetry("1864", "1a35a4e901")));
    assert!(told("82038180".to_owned()));
}
