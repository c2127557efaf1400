//! Numbers that name things. All but [`OriginId`] are random; a child's is read aloud by people.

use crate::symbols::{self, SymbolError};
use minicbor::{Decode, Encode};
use std::fmt;

/// Symbols of a child's id before its check symbol: 55 random bits.
const CHILD_SYMBOLS: u32 = 11;
const CARD_SYMBOLS: u32 = 11;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub u64);

        impl $name {
            /// From 8 random bytes; 55 bits are kept, so that it fits a database integer and 11 symbols.
            pub fn from_random(bytes: [u8; 8]) -> Self {
                Self(u64::from_be_bytes(bytes) >> 9)
            }
        }
    };
}

number! {
    /// A child. Printed as 12 symbols, the last one a check: `K7QM-2XDR-9FWT`.
    ChildId
}
number! {
    /// A person who logs in.
    UserId
}
number! {
    /// The random number written on a child's card.
    CardNo
}
number! {
    /// A task given to a worker.
    TaskId
}

number! {
    /// A session: one day, one place, where doses are given.
    SessionId
}

impl fmt::Display for ChildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&symbols::write_number(self.0, CHILD_SYMBOLS))
    }
}

impl std::str::FromStr for ChildId {
    type Err = SymbolError;
    fn from_str(s: &str) -> Result<Self, SymbolError> {
        symbols::read_number(s, CHILD_SYMBOLS).map(Self)
    }
}

impl fmt::Display for CardNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&symbols::write_number(self.0, CARD_SYMBOLS))
    }
}

impl std::str::FromStr for CardNo {
    type Err = SymbolError;
    fn from_str(s: &str) -> Result<Self, SymbolError> {
        symbols::read_number(s, CARD_SYMBOLS).map(Self)
    }
}

/// One append-only log: random, new at enrolment, restore and takeover.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct OriginId(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

impl fmt::Display for OriginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&symbols::plain(&self.0))
    }
}

impl fmt::Debug for OriginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OriginId({self})")
    }
}
