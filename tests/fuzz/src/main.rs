//! libFuzzer over one target, which the environment variable TIKKA_TARGET names: `tests/campaign fuzz` runs them all.
#![no_main]

mod targets;

use std::sync::OnceLock;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static RUN: OnceLock<fn(&[u8])> = OnceLock::new();
    let run = RUN.get_or_init(|| {
        let name = std::env::var("TIKKA_TARGET").unwrap_or_default();
        let found = targets::ALL.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("TIKKA_TARGET names no target: {name:?}")).1
    });
    run(data);
});
