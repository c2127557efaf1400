//! The demo's own folder: made by a demo, known by its mark, and never anybody's real records.

use super::{DemoError, tell};
use clinic::store::OpenError;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

const MARK: &str = "demo.json";
const LOCK: &str = "demo.lock";

fn lock(dir: &Path) -> Result<File, DemoError> {
    let file = File::options().create(true).truncate(false).write(true).open(dir.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(DemoError::Open(OpenError::InUse)),
        Err(fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

/// One of the demo's people. Their passwords are random, new in each demo, and stand here so that a demo can
/// be opened again.
#[derive(Clone, Serialize, Deserialize)]
pub struct Person {
    pub login: String,
    pub name: String,
    pub password: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Mark {
    /// Names this run; its toys and its hub find each other by it.
    pub run: String,
    pub seed: u64,
    pub super_admin: Person,
    pub admin: Person,
    pub workers: Vec<Person>,
    /// The whole story was played.
    pub finished: bool,
}

pub struct Ground {
    /// One demo in one folder.
    _lock: File,
    pub dir: PathBuf,
    pub mark: Mark,
    /// The folder was there from an earlier, unfinished run.
    pub resumed: bool,
}

impl Ground {
    /// Takes a folder for the demo. One that was left unfinished is gone on with, a finished one is begun
    /// anew, and a folder with anything else in it is refused.
    pub fn take(dir: &Path, fresh: impl FnOnce() -> Result<Mark, DemoError>) -> Result<Self, DemoError> {
        let held = match fs::read(dir.join(MARK)) {
            Ok(bytes) => {
                let mark = serde_json::from_slice(&bytes).map_err(|_| DemoError::NotADemo(dir.to_owned()))?;
                Some(mark)
            }
            Err(_) if dir.exists() && fs::read_dir(dir)?.next().is_some() => {
                return Err(DemoError::NotADemo(dir.to_owned()));
            }
            Err(_) => None,
        };
        fs::create_dir_all(dir)?;
        let lock = lock(dir)?;
        if let Some(mark) = held.clone().filter(|mark: &Mark| !mark.finished) {
            return Ok(Self { _lock: lock, dir: dir.to_owned(), mark, resumed: true });
        }
        if held.is_some() {
            tell("An earlier demo in this folder is replaced.");
            // The mark goes last, with the new one: a folder that is half cleared stays a demo's.
            for entry in fs::read_dir(dir)? {
                let path = entry?.path();
                if path.is_dir() {
                    fs::remove_dir_all(path)?;
                } else if !path.ends_with(LOCK) && !path.ends_with(MARK) {
                    fs::remove_file(path)?;
                }
            }
        }
        let ground = Self { _lock: lock, dir: dir.to_owned(), mark: fresh()?, resumed: false };
        ground.save()?;
        Ok(ground)
    }

    /// Did a demo make what is in this folder?
    pub fn is_a_demos(dir: &Path) -> bool {
        dir.join(MARK).exists()
    }

    pub fn finish(&mut self) -> Result<(), DemoError> {
        self.mark.finished = true;
        self.save()
    }

    pub fn station(&self) -> PathBuf {
        self.dir.join("station")
    }

    pub fn district(&self) -> PathBuf {
        self.dir.join("district")
    }

    pub fn toy(&self, number: usize) -> PathBuf {
        self.dir.join(format!("toy-{number}"))
    }

    pub fn key_file(&self) -> PathBuf {
        self.dir.join("station.key")
    }

    fn save(&self) -> Result<(), DemoError> {
        let bytes = serde_json::to_vec_pretty(&self.mark).map_err(std::io::Error::other)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        file.write_all(&bytes)?;
        file.as_file().sync_all()?;
        file.persist(self.dir.join(MARK)).map_err(|e| e.error)?;
        Ok(())
    }
}
