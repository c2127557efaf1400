//! The tables, made and brought up to date by whoever opens the database first.

use super::{ArchiveError, Session};
use deadpool_postgres::Transaction;

/// What each version adds to the one before. A step that was released is never edited.
const STEPS: [&str; 2] = [include_str!("schema.sql"), include_str!("identities.sql")];
/// Any number that no other program on the same database takes: "tikka" in ASCII.
const LOCK: i64 = 0x74_69_6b_6b_61;

/// Brings the tables up to date, in the caller's transaction. Two that open at once wait for each other.
pub(super) fn prepare(tx: &Session<'_, Transaction<'_>>) -> Result<(), ArchiveError> {
    if tx.row("SELECT 1 WHERE current_setting('fsync') = 'off'", &[])?.is_some() {
        return Err(ArchiveError::NotDurable);
    }
    // Most of the time there is nothing to do, and nobody waits.
    let made = "SELECT 1 FROM pg_tables WHERE schemaname = 'tikka' AND tablename = 'schema_version'";
    if tx.row(made, &[])?.is_some() && version(tx)? == STEPS.len() as i64 {
        return Ok(());
    }
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])?;
    tx.batch("CREATE SCHEMA IF NOT EXISTS tikka; CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL)")?;
    let found = version(tx)?;
    let missing = usize::try_from(found).ok().and_then(|found| STEPS.get(found..));
    for step in missing.ok_or(ArchiveError::Newer(found))? {
        tx.batch(step)?;
    }
    tx.execute("DELETE FROM schema_version", &[])?;
    tx.execute("INSERT INTO schema_version (version) VALUES ($1)", &[&(STEPS.len() as i64)]).map(drop)
}

/// 0 before the first step.
fn version(tx: &Session<'_, Transaction<'_>>) -> Result<i64, ArchiveError> {
    Ok(tx.row("SELECT coalesce(max(version), 0) FROM schema_version", &[])?.map_or(Ok(0), |row| row.try_get(0))?)
}
