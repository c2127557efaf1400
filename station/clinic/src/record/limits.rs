//! Every limit of the records, in one place.

/// Active children of one PHC Worker. A limit of the programme.
pub const CHILDREN_PER_WORKER: u32 = 50;
/// The oldest child that may be registered: the longest schedule ends at 16 years.
pub const AGE_MAX_YEARS: u32 = 19;

pub use hub_protocol::toy::NAME_MAX_CHARS;
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
pub const DEFAULTER_DAYS: u16 = 7;

/// A toy's clock may differ this much from the hub's before its dates are doubted, in ms.
pub const TOY_CLOCK_DOUBT_MS: i64 = 12 * 60 * 60 * 1000;

/// Records of one toy that are taken on one day: forty of each child that a worker can have. More of them wait on the
/// toy.
pub const TOY_RECORDS_PER_DAY: usize = 2_000;

/// What an Admin may set: how late a defaulter is, and when an idle desk locks itself.
pub const DEFAULTER_DAYS_MAX: u16 = 60;
pub const AUTO_LOCK_MIN: u16 = 5;
pub const AUTO_LOCK_MAX_MIN: u16 = 120;
/// What the line to the district may cost in a day, at most: 1 GB.
pub const LINE_DAILY_MAX_MB: u16 = 1_000;

/// Children of other stations for whom a district can be asked before it has answered.
pub const ASKED_MAX: u32 = 100;
/// Children who can be said to be others than the one that is registered.
pub const DISTINCT_MAX: usize = 50;
/// Where toys may be.
pub const FENCES_MAX: u32 = 100;
pub const FENCE_CORNERS_MIN: usize = 3;
pub const FENCE_CORNERS_MAX: usize = 100;
pub const FENCE_RADIUS_MIN_M: u32 = 50;
pub const FENCE_RADIUS_MAX_M: u32 = 100_000;
/// Digits and letters of a number in another system.
pub const OTHER_ID_MAX_CHARS: usize = 30;
/// Of one birth.
pub const BIRTH_ORDER_MAX: u8 = 9;
/// Doses named in one report of an adverse event.
pub const AEFI_DOSES_MAX: usize = 12;
/// Villages of one session.
pub const VILLAGES_MAX: usize = 60;
/// Vials that come or go at once, and doses in one of them.
pub const VIALS_MAX: u32 = 100_000;
pub const DOSES_PER_VIAL_MAX: u16 = 50;
/// The longest that a batch can be good for, in years from today.
pub const EXPIRY_MAX_YEARS: u32 = 15;
/// How far ahead a session or a task can be planned, in days.
pub const AHEAD_MAX_DAYS: i64 = 400;

/// A file of many children or doses.
pub const IMPORT_FILE_MAX_BYTES: usize = 64_000_000;
pub const IMPORT_LINES_MAX: usize = 300_000;
pub const IMPORT_COLUMNS_MAX: usize = 100;

/// Days that a station may go on without its district, unless the district says otherwise; and what it may say.
pub const CONTACT_DAYS: u16 = 30;
pub const CONTACT_DAYS_MAX: u16 = 365;
/// Bytes of a child's history in one directive.
pub const MOVED_MAX_BYTES: usize = 256 * 1024;

/// Children of whom one run tells. A run is one event, of some 50 bytes for each; who does not fit is told by the next.
pub const TOLD_PER_RUN_MAX: usize = 2_000;
/// Texts of one way: three stages in each language, and room for more.
pub const TEMPLATES_MAX: usize = 12;
pub const MESSAGE_TEXT_MAX_CHARS: usize = 600;
/// Fields, or headers, of a gateway.
pub const FILLED_MAX: usize = 20;
/// A gateway's key, or the token of WhatsApp.
pub const SECRET_MAX_CHARS: usize = 1_000;
