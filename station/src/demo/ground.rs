//! The demo's own folder: made by a demo, known by its mark, and never anybody's real records.

use super::DemoError;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

const MARK: &str = "demo.json";

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
    pub dir: PathBuf,
    pub mark: Mark,
    /// The folder was there from an earlier, unfinished run.
    pub resumed: bool,
}

impl Ground {
    /// Takes a folder for the demo. One that was left unfinished is gone on with, a finished one is begun
    /// anew, and a folder with anything else in it is refused.
    pub fn take(dir: &Path, fresh: impl FnOnce() -> Result<Mark, DemoError>) -> Result<Self, DemoError> {
        let path = dir.join(MARK);
        match fs::read(&path) {
            Ok(bytes) => {
                let mark: Mark = serde_json::from_slice(&bytes).map_err(|_| DemoError::NotADemo(dir.to_owned()))?;
                if !mark.finished {
                    return Ok(Self { dir: dir.to_owned(), mark, resumed: true });
                }
                fs::remove_dir_all(dir)?;
            }
            Err(_) if dir.exists() && fs::read_dir(dir)?.next().is_some() => {
                return Err(DemoError::NotADemo(dir.to_owned()));
            }
            Err(_) => {}
        }
        fs::create_dir_all(dir)?;
        let ground = Self { dir: dir.to_owned(), mark: fresh()?, resumed: false };
        ground.save()?;
        Ok(ground)
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
