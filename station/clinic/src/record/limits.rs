//! Every limit of the records, in one place.

/// Active children of one PHC Worker. A limit of the programme.
pub const CHILDREN_PER_WORKER: u32 = 50;
/// The oldest child that may be registered: the longest schedule ends at 16 years.
pub const AGE_MAX_YEARS: u32 = 19;

pub const NAME_MAX_CHARS: usize = 120;
pub const TEXT_MAX_CHARS: usize = 300;
pub const LOGIN_MIN_CHARS: usize = 3;
pub const LOGIN_MAX_CHARS: usize = 32;
pub const PASSWORD_MIN_CHARS: usize = 8;
pub const PASSWORD_MAX_CHARS: usize = 256;
pub const BATCH_MAX_CHARS: usize = 40;
pub const UID_MAX_BYTES: usize = 10;

/// Wrong passwords before a login is locked, and how long the first lock lasts; each next one doubles it.
pub const LOGIN_TRIES: u32 = 5;
pub const LOCK_FIRST_S: u64 = 60;
pub const LOCK_MAX_S: u64 = 60 * 60;

/// A child is a defaulter this many days after `due` of a dose that may still be given.
pub const DEFAULTER_DAYS: i64 = 7;

/// A toy's clock may differ this much from the hub's before its dates are doubted, in ms.
pub const TOY_CLOCK_DOUBT_MS: i64 = 12 * 60 * 60 * 1000;
