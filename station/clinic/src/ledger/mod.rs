//! The append-only log: events, the hash chain over them, and the clock that orders them.

mod clock;
mod event;
mod pack;

pub use clock::{Hlc, HlcClock};
pub use event::{Actor, Chain, Entry, Event, EventId};
pub use pack::{PackError, pack, pack_after, unpack, unpack_after};
