//! `tikka-district serve` as a process, for the tests that have it as a module: see [`tests::district`].
#![allow(unused_imports, reason = "each test takes what it needs")]

pub use tests::district::{District, get, run};
