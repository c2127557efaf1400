//! What both ends of the line between a station and its district agree on without saying so. The sockets are
//! elsewhere.

/// A connection on which nothing came for so long is over. The smaller of both ends' counts.
pub const IDLE_TIMEOUT_MS: u32 = 60_000;
/// What an end sends before anything is known of the way: a second's worth of a village's link.
pub const INITIAL_WINDOW_BYTES: u64 = 32 * 1024;
