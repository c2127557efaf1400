//! The records of a clinic: what is true, who may change it, and how it is kept.
//!
//! One way in: every change is a [`record::Command`] by one actor, checked by the rules, appended to the
//! ledger as one event and applied to the read tables in one transaction ([`store`]). One way out:
//! queries over the read tables, or the ledger itself. No socket, no screen, no clock of its own.

mod cases;
pub mod codes;
pub mod date;
pub mod device;
pub mod diet;
pub mod exit;
pub mod export;
pub mod forecast;
pub mod growth;
pub mod health_card;
pub mod import;
pub mod ledger;
pub mod milestone;
pub mod names;
pub mod record;
pub mod reminder;
pub mod replica;
pub mod secret_file;
pub mod store;

pub use store::{Clinic, Env, Session};
