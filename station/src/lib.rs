//! The desktop of the clinic and its command line.

pub mod fonts;
pub mod paper;
pub mod words;
