//! What crosses a wire or sits on a child's card, and nothing else: no socket, clock, file or database.
//!
//! Every message is deterministic CBOR (RFC 8949 4.2) with small integer keys; `hub.cddl` says the same
//! in CDDL for people who build toys in C. Every length has a limit, and a message that breaks one is
//! refused with a typed reason.

pub mod card;
pub mod certificate;
pub mod day;
pub mod frame;
pub mod id;
pub mod identity;
pub mod line;
pub mod replica;
pub mod symbols;
pub mod tls;
pub mod toy;

pub use day::Day;
pub use id::{CardNo, ChildId, OriginId, SessionId, TaskId, UserId};
pub use identity::{DeviceId, Identity, PublicKey};
