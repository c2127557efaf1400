//! A calendar date on the wire: days since 1970-01-01, no time zone.

use minicbor::{Decode, Encode};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Day(#[n(0)] pub i32);
