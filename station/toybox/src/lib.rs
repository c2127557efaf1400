//! The reference toy: a small device program that a worker's toy could run, built on the hub protocol
//! alone. It has a key and a store of its own, announces itself by mDNS, serves its hub by QUIC and keeps
//! every record until the hub reports it durable at the district.
//!
//! What a case with buttons and sensors would do comes in as lines of JSON ([`panel`]); faults of a real
//! device (flat battery, wrong clock, no radio, lost packets, power cut in the middle of a write, lies) are knobs there.
//! One process runs one toy or many.

pub mod air;
pub mod announce;
pub mod case;
pub mod device;
pub mod disk;
pub mod journal;
pub mod label;
pub mod pairing;
pub mod panel;
pub mod rules;
pub mod run;
pub mod session;
pub mod store;
pub mod toy;
pub mod track;
pub mod wire;
