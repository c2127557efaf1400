//! The workers' devices: which of their values are worth a row, and what a person must be told.
//!
//! Pure: what the hub saw and the time come in, and a [`Batch`] of what is to be kept comes out.

mod alert;
mod fence;
mod one;
mod outlook;
mod sample;
mod side;
mod watch;

pub use alert::{Alert, AlertKind, UNKNOWN_OPEN_MAX};
pub use fence::{Fence, FenceFor, FenceId, Place, Shape, metres};
pub use one::{CLOCK_WRONG_MS, FAULT_GONE_MS, GRACE_MS, LOST_GONE_MS, OFFLINE_MS, STRANGER_MS, WELL_MS};
pub use outlook::{AHEAD_DAYS, BACK_MS, Because, Outlook, Sign, reasons};
pub use sample::{LOW_BATTERY_PERCENT, PERIOD_MS, STORAGE_LOW_KIB, Sample};
pub use side::EDGE_M;
pub use watch::{Batch, Happened, Happening, Known, News, Rule, Seen, TICK_MS, Watch};

#[cfg(test)]
mod tests;
