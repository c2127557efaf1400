#![allow(clippy::unwrap_used)]

mod duplicates;
mod generated;
mod keys;
mod search;
mod tables;
