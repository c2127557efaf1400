//! Wrong passwords are counted beside the database, because they come before it is open. Somebody who
//! can write to the disk can reset the count; the cost of each guess is what protects a stolen disk.

use super::keys::write_durably;
use crate::record::limits::{LOCK_FIRST_S, LOCK_MAX_S, LOGIN_TRIES};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

pub(super) const FILE: &str = "tries.json";
/// Logins that were guessed at; beyond that the ones that did least are forgotten.
const LOGINS_MAX: usize = 1_000;

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Tries {
    wrong: u32,
    locked_at_ms: u64,
    locked_for_ms: u64,
    /// When it was locked or noted last, until the records know of it: they may be shut when it happens.
    #[serde(default)]
    untold_ms: Option<u64>,
}

pub struct TriesFile {
    path: PathBuf,
    by_tag: BTreeMap<String, Tries>,
}

impl TriesFile {
    /// A missing or damaged file is an empty one: it must never keep people out.
    pub fn read(dir: &Path) -> Self {
        let path = dir.join(FILE);
        let by_tag = std::fs::read(&path).ok().and_then(|b| serde_json::from_slice(&b).ok()).unwrap_or_default();
        Self { path, by_tag }
    }

    /// Until when this login is locked, if it is. Setting the clock back begins the same time again: it neither
    /// opens the lock nor makes it last for years.
    pub fn locked_until_ms(&mut self, tag: [u8; 8], now_ms: u64) -> io::Result<Option<u64>> {
        let Some(tries) = self.by_tag.get_mut(&name(tag)) else { return Ok(None) };
        if tries.locked_for_ms > 0 && tries.locked_at_ms > now_ms {
            tries.locked_at_ms = now_ms;
            self.save()?;
        }
        let until = self.by_tag.get(&name(tag)).map_or(0, |t| t.locked_at_ms.saturating_add(t.locked_for_ms));
        Ok((until > now_ms).then_some(until))
    }

    /// Counts a wrong password before it is known to be wrong for the one who waits. Durable when it returns.
    pub fn wrong(&mut self, tag: [u8; 8], now_ms: u64) -> io::Result<()> {
        if self.by_tag.len() >= LOGINS_MAX {
            let least = self.by_tag.iter().min_by_key(|(_, t)| t.wrong).map(|(k, _)| k.clone());
            if let Some(least) = least {
                self.by_tag.remove(&least);
            }
        }
        let tries = self.by_tag.entry(name(tag)).or_default();
        tries.wrong = tries.wrong.saturating_add(1);
        if let Some(over) = tries.wrong.checked_sub(LOGIN_TRIES) {
            let lock_s = LOCK_FIRST_S.saturating_mul(1 << over.min(16)).min(LOCK_MAX_S);
            (tries.locked_at_ms, tries.locked_for_ms) = (now_ms, lock_s * 1000);
            tries.untold_ms = Some(now_ms);
        }
        self.save()
    }

    /// Something that locks nobody out, and that the records are to know of.
    pub fn note(&mut self, tag: [u8; 8], now_ms: u64) -> io::Result<()> {
        self.by_tag.entry(name(tag)).or_default().untold_ms = Some(now_ms);
        self.save()
    }

    pub fn right(&mut self, tag: [u8; 8]) -> io::Result<()> {
        let Some(tries) = self.by_tag.remove(&name(tag)) else { return Ok(()) };
        if tries.untold_ms.is_some() {
            self.by_tag.insert(name(tag), Tries { untold_ms: tries.untold_ms, ..Tries::default() });
        }
        self.save()
    }

    /// What the records do not know of yet: of whom, and when.
    pub fn untold(&self) -> Vec<(String, u64)> {
        self.by_tag.iter().filter_map(|(tag, tries)| Some((tag.clone(), tries.untold_ms?))).collect()
    }

    /// The records know of all of them now.
    pub fn told(&mut self) -> io::Result<()> {
        for tries in self.by_tag.values_mut() {
            tries.untold_ms = None;
        }
        self.by_tag.retain(|_, tries| tries.wrong > 0);
        self.save()
    }

    fn save(&self) -> io::Result<()> {
        let bytes = serde_json::to_vec(&self.by_tag).map_err(io::Error::other)?;
        write_durably(&self.path, &bytes)
    }
}

pub fn name(tag: [u8; 8]) -> String {
    data_encoding::HEXLOWER.encode(&tag)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_passwords_lock_for_a_growing_time() {
        let dir = tempfile::tempdir().unwrap();
        let tag = [1; 8];
        for _ in 0..LOGIN_TRIES - 1 {
            TriesFile::read(dir.path()).wrong(tag, 0).unwrap();
        }
        let locked = |tag, now_ms| TriesFile::read(dir.path()).locked_until_ms(tag, now_ms).unwrap();
        assert_eq!(locked(tag, 0), None);
        TriesFile::read(dir.path()).wrong(tag, 0).unwrap();
        assert_eq!(locked(tag, 0), Some(60_000));
        assert_eq!(locked([2; 8], 0), None);
        assert_eq!(locked(tag, 60_000), None);
        TriesFile::read(dir.path()).wrong(tag, 60_000).unwrap();
        assert_eq!(locked(tag, 60_000), Some(180_000));
        assert_eq!(locked(tag, 50_000), Some(170_000), "the clock was set back: the same time again");
        TriesFile::read(dir.path()).right(tag).unwrap();
        assert_eq!(locked(tag, 60_000), None);
        // What happened is kept for the records, once.
        assert_eq!(TriesFile::read(dir.path()).untold(), [(name(tag), 60_000)]);
        TriesFile::read(dir.path()).told().unwrap();
        assert_eq!(TriesFile::read(dir.path()).untold(), []);
        assert_eq!(std::fs::read_to_string(dir.path().join(FILE)).unwrap(), "{}");
    }
}
