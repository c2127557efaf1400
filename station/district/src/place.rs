//! Which district a command is about: where its store is, and the key of it.

use crate::cli::{Failure, random};
use clap::Args;
use district::archive::{Archive, KeyFile, KeyFileError, PostgresArchive, SqliteArchive};
use hub_protocol::Identity;
use std::path::{Path, PathBuf};

/// Stands in the directory of a district that is kept in PostgreSQL, so that nobody begins another one beside it.
const MARKER: &str = "district.postgresql";
const MARKER_TEXT: &str = "The district of this directory is in PostgreSQL: say --database-url.\n";

#[derive(Debug, Args)]
pub struct Data {
    /// The directory with the district's data. It is made if it does not exist.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The file with the key of the database. It is made with the database; without it nothing can be read.
    /// Keep a copy in a safe place, apart from backups of the data. The default is DIR/district.key.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Keep the district in PostgreSQL 15 or newer instead of a file in DIR, where nothing but the key file is then. For
    /// example postgres://tikka@db.example/tikka. Better given as the environment variable, which no list of processes
    /// shows.
    #[arg(long, value_name = "URL", env = "TIKKA_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

impl Data {
    pub fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("district.key"))
    }

    /// The key of a district that is there.
    pub fn key(&self) -> Result<[u8; 32], Failure> {
        let path = self.key_path();
        Ok(KeyFile::read(&path)?.ok_or(KeyFileError::Missing(path))?.key)
    }

    fn in_sqlite(&self) -> bool {
        SqliteArchive::path_in(&self.data).exists()
    }

    fn in_postgres(&self) -> bool {
        self.data.join(MARKER).exists()
    }

    /// A district was begun here.
    pub fn is_taken(&self) -> bool {
        self.in_sqlite() || self.in_postgres()
    }

    /// The store that is asked for is the one that is here.
    fn check_store(&self) -> Result<(), Failure> {
        match &self.database_url {
            Some(_) if self.in_sqlite() => Err(Failure::InSqlite(self.data.clone())),
            None if self.in_postgres() => Err(Failure::InPostgres(self.data.clone())),
            _ => Ok(()),
        }
    }

    /// Notes that the district of this directory is in PostgreSQL.
    pub fn mark(&self) -> Result<(), Failure> {
        let marker = self.data.join(MARKER);
        std::fs::write(&marker, MARKER_TEXT).map_err(|error| Failure::File(marker, error))
    }

    fn open_with(&self, key: [u8; 32], new: Option<&Identity>) -> Result<Box<dyn Archive>, Failure> {
        match (&self.database_url, new) {
            (Some(url), new) => Ok(Box::new(PostgresArchive::open(url, key, new)?)),
            (None, Some(identity)) => Ok(Box::new(SqliteArchive::open(&self.data, key, identity)?)),
            (None, None) => Err(Failure::NoDistrict(self.data.clone())),
        }
    }
}

/// Opens the archive of a district that was served before: a slip in a path makes no new one.
pub fn open_existing(data: &Data) -> Result<Box<dyn Archive>, Failure> {
    data.check_store()?;
    if data.database_url.is_none() && !data.in_sqlite() {
        return Err(Failure::NoDistrict(data.data.clone()));
    }
    let new = Identity::from_seed(random()?);
    data.open_with(data.key()?, data.in_sqlite().then_some(&new))
}

/// Opens the archive, or makes it and says where its key is.
pub fn open(data: &Data) -> Result<Box<dyn Archive>, Failure> {
    data.check_store()?;
    SqliteArchive::make_directory(&data.data)?;
    let path = data.key_path();
    let file = match KeyFile::read(&path)? {
        Some(file) => file,
        None if data.is_taken() => return Err(KeyFileError::Missing(path).into()),
        None => KeyFile::create(&path, random()?)?,
    };
    if file.new {
        say_where_the_key_is(&path);
    }
    let new = Identity::from_seed(random()?);
    let archive = data.open_with(file.key, (!data.in_postgres()).then_some(&new))?;
    if data.database_url.is_some() {
        data.mark()?;
    }
    Ok(archive)
}

fn say_where_the_key_is(path: &Path) {
    eprintln!("The database is encrypted with a new key in {}.", path.display());
    eprintln!("Without this file nothing can be read: keep a copy in a safe place.");
    eprintln!("Whoever has it and the data reads everything: keep it apart from backups of the data.");
}
