//! Opening an encrypted database: what every connection needs before anything is read.

use super::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Once;
use zeroize::Zeroizing;

/// SQLite counts itself ready before SQLCipher's part is: a second thread that opened its first database in that
/// moment would be told that its key is no key. So the first opening of a process is alone.
static FIRST: Once = Once::new();

/// Opens the file and gives the connection its key. Whether the key fits shows at the first read.
pub fn open_encrypted(path: impl AsRef<Path>, flags: OpenFlags, key: &[u8; 32]) -> rusqlite::Result<Connection> {
    FIRST.call_once(|| drop(Connection::open_in_memory()));
    let conn = Connection::open_with_flags(path, flags)?;
    // A wrong key is our own answer to give, in words, not a line on somebody's terminal.
    conn.pragma_update(None, "cipher_log_level", "NONE")?;
    conn.pragma_update(None, "key", &*raw(key))?;
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
