//! Opening an encrypted database: what every connection needs before anything is read.

use super::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// SQLite counts itself ready before SQLCipher's part is: a second thread that opened its first database in that
/// moment would be told that its key is no key. So the first opening of a process is alone.
static FIRST: Once = Once::new();
/// How long who was in another's way waits before it tries again.
const STEP_BACK: Duration = Duration::from_millis(5);

/// Opens the file and gives the connection its key. Whether the key fits shows at the first read.
pub fn open_encrypted(path: impl AsRef<Path>, flags: OpenFlags, key: &[u8; 32]) -> rusqlite::Result<Connection> {
    FIRST.call_once(|| drop(Connection::open_in_memory()));
    let conn = Connection::open_with_flags(path, flags)?;
    // A wrong key is our own answer to give, in words, not a line on somebody's terminal.
    conn.pragma_update(None, "cipher_log_level", "NONE")?;
    conn.pragma_update(None, "key", &*raw(key))?;
    Ok(conn)
}

/// As [`open_encrypted`], for a file that several connections of several processes write: each of them waits up to
/// `wait` for another's transaction, and changes go to a log beside the file.
pub fn open_shared(path: impl AsRef<Path>, key: &[u8; 32], wait: Duration) -> rusqlite::Result<Connection> {
    let conn = open_encrypted(path, OpenFlags::default(), key)?;
    conn.busy_timeout(wait)?;
    let until = Instant::now() + wait;
    // SQLite waits for no other that makes the same new file and changes to the log in the same moment: both have read
    // it then, and one of the two has to step back.
    while let Err(error) = conn.pragma_update(None, "journal_mode", "WAL") {
        if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) || Instant::now() >= until {
            return Err(error);
        }
        std::thread::sleep(STEP_BACK);
    }
    Ok(conn)
}

/// Writes every page of an open database anew, under another key.
pub fn put_under(conn: &Connection, key: &[u8; 32]) -> Result<(), StoreError> {
    // SQLCipher says of any failure that a key has at least one character.
    conn.pragma_update(None, "rekey", &*raw(key)).map_err(StoreError::NotRekeyed)
}

/// As SQLCipher reads a key that is none of a passphrase.
fn raw(key: &[u8; 32]) -> Zeroizing<String> {
    let hex = Zeroizing::new(data_encoding::HEXLOWER.encode(key));
    Zeroizing::new(format!("x'{}'", *hex))
}
