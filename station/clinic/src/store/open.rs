//! Founding a clinic, opening it, and keeping everybody else out.

use super::encrypted::open_shared;
use super::env::{Env, NoRandom};
use super::keys::{
    DataKey, FILE as KEYS, KeyFile, Keys, KeysError, RecoveryKey, Secret, SlotId, SlotKind, is_disk_full,
    private_of_folder,
};
use super::lock::FolderLock;
use super::schema::{DERIVED, FORECAST, LEDGER, LOCAL, SCHEMA_VERSION};
use super::sql::{bytes, one, run};
use super::tries::TriesFile;
use super::upgrade::{self, upgrade};
use super::writer::Writer;
use super::{Clinic, Session, StoreError, owner, rekey};
use crate::date::india;
use crate::forecast::Schedule;
use crate::ledger::Actor;
use crate::record::command::NewUser;
use crate::record::fact::{ClinicFounded, Fact, OpenedWhy, OriginOpened, UserRegistered};
use crate::record::limits::NAME_MAX_CHARS;
use crate::record::refusal::{Field, Refusal};
use crate::record::role::Role;
use crate::record::{rule, text};
use hub_protocol::{Identity, OriginId, UserId};
use rusqlite::Connection;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) const DATABASE: &str = "ledger.db";
/// Where a clinic is made before it is moved into place.
const FOUNDING: &str = "founding";
/// Where a clinic from a backup is made before it is moved into place.
const RESTORING: &str = "restoring";
/// Where a clinic whose computer is gone comes from the district, before it is moved into place.
const TAKING_OVER: &str = "taking-over";
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages that one connection keeps in memory at most.
const CACHE_MAX_KIB: i64 = 8 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("no clinic was founded in this folder")]
    NoClinic,
    #[error("a clinic was founded in this folder already")]
    Founded,
    /// Its keys must not be replaced: the records may come back.
    #[error("the keys of a clinic are in this folder, but not its records")]
    RecordsGone,
    #[error("another program has this clinic open")]
    InUse,
    #[error("the key does not open this database")]
    WrongKey,
    #[error("the database was made by a newer program (form {0})")]
    Newer(i64),
    /// Where the program keeps a folder of its own.
    #[error("{0} in the clinic's folder is no folder")]
    InTheWay(&'static str),
    /// What it stands for would stay as it is.
    #[error("{0} is not the file itself")]
    NotTheFile(&'static str),
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    #[error("files")]
    Io(#[from] io::Error),
    #[error("key slots")]
    Keys(#[from] KeysError),
    #[error("records")]
    Store(#[from] StoreError),
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
}

impl OpenError {
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Io(error) => is_disk_full(error),
            Self::Keys(error) => error.is_disk_full(),
            Self::Store(error) => error.is_disk_full(),
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Login unknown, password wrong, or user disabled: not told apart for a stranger.
    #[error("login or password is wrong")]
    Wrong,
    #[error("too many wrong passwords; locked until {}", crate::date::india_clock(*until_ms))]
    Locked { until_ms: u64 },
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// One of the first people of a clinic.
pub struct NewPerson {
    pub login: String,
    pub name: String,
    pub password: Zeroizing<String>,
}

impl NewPerson {
    /// Would this person be taken as one of the first? Gives the login as it will be.
    pub fn check(&self, role: Role) -> Result<NewUser, Refusal> {
        let new = rule::user_fields(&NewUser { login: self.login.clone(), name: self.name.clone(), role })?;
        rule::password(&self.password, &new.login)?;
        Ok(new)
    }
}

/// Everything that the first run asks for.
pub struct Founding {
    pub clinic: String,
    /// `uip` or `seed`.
    pub schedule: String,
    pub je_endemic: bool,
    pub super_admin: NewPerson,
    pub admin: NewPerson,
    pub worker: NewPerson,
    /// Shown on paper and typed back before this is called.
    pub recovery: RecoveryKey,
    /// A demo clinic says so on every paper and refuses real toys and districts.
    pub demo: bool,
}

/// Is there a clinic in this folder?
pub fn is_founded(dir: &Path) -> bool {
    dir.join(DATABASE).exists()
}

/// Makes a clinic in a folder and opens it, with nobody logged in. Either all of it is there afterwards
/// or nothing.
pub fn found(dir: &Path, founding: &Founding, env: Env) -> Result<Clinic, OpenError> {
    let (clinic, people) = founding.checked()?;
    let place = Place::take(dir, FOUNDING)?;
    let beside = &place.beside;

    let data_key: DataKey = Zeroizing::new(env.random()?);
    let identity = Identity::from_seed(env.random()?);
    let origin = OriginId(env.random()?);
    let conn = create(beside, &data_key)?;
    make_database(&conn, &identity, origin)?;
    let mut keys = Keys::create(beside, &env)?;
    keys.put(&Secret::Recovery(&founding.recovery), &data_key, &env)?;

    let mut facts = vec![
        (Actor::NODE, Fact::OriginOpened(OriginOpened { node: identity.public_key(), why: OpenedWhy::Founded })),
        (
            Actor::NODE,
            Fact::ClinicFounded(ClinicFounded {
                name: clinic,
                schedule: founding.schedule.clone(),
                je_endemic: founding.je_endemic,
                recovery: founding.recovery.public_key(),
                demo: founding.demo,
            }),
        ),
    ];
    // The first Super Admin is the founding's; each next one is made by the one before.
    let mut by: Option<UserId> = None;
    for (new, password) in people {
        let secret = Secret::Password { login: &new.login, password };
        keys.put(&secret, &data_key, &env)?;
        let user = env.new_user_id()?;
        let NewUser { login, name, role } = new;
        facts.push((Actor(by), Fact::UserRegistered(UserRegistered { user, login, name, role })));
        by = Some(user);
    }
    let mut writer = Writer::new(conn, identity, origin, env.clone())?;
    writer.found(facts)?;
    writer.fold()?;
    drop(writer);

    let lock = place.fill()?;
    let keys = Keys::read(dir)?;
    Clinic::start(dir.to_owned(), lock, connect_first(dir, &data_key)?, data_key, keys, env)
}

/// A new database, without tables.
pub(super) fn create(dir: &Path, data_key: &DataKey) -> Result<Connection, OpenError> {
    // What SQLite puts beside it has the same owner.
    drop(private_of_folder(&dir.join(DATABASE))?);
    Ok(connect(dir, data_key)?)
}

/// All tables, and whose they are.
pub(super) fn make_database(conn: &Connection, identity: &Identity, origin: OriginId) -> Result<(), StoreError> {
    conn.execute_batch(&format!(
        "BEGIN; {LEDGER} {DERIVED} {FORECAST} {LOCAL} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
    ))?;
    run(conn, "INSERT INTO node VALUES (1, ?1, ?2, 0)", (identity.seed(), origin.0))?;
    Ok(())
}

/// A folder without a clinic, held, and the folder in it where one is being made. The records come last:
/// until they are in their place there is no clinic, and the making may be repeated.
pub(super) struct Place {
    pub dir: PathBuf,
    lock: FolderLock,
    pub beside: PathBuf,
}

impl Place {
    fn take(dir: &Path, beside: &'static str) -> Result<Self, OpenError> {
        make_private_dir(dir)?;
        let lock = FolderLock::take(dir)?;
        may_found(dir)?;
        for unfinished in [FOUNDING, RESTORING, TAKING_OVER, rekey::MAKING] {
            if let Some(unfinished) = own_folder(dir, unfinished)? {
                fs::remove_dir_all(&unfinished)?;
            }
        }
        let beside = make_own_folder(dir, beside)?;
        Ok(Self { dir: dir.to_owned(), lock, beside })
    }

    pub fn for_restoring(dir: &Path) -> Result<Self, OpenError> {
        Self::take(dir, RESTORING)
    }

    /// With what came so far, if one was cut off before.
    pub fn for_takeover(dir: &Path) -> Result<Self, OpenError> {
        make_private_dir(dir)?;
        let lock = FolderLock::take(dir)?;
        may_found(dir)?;
        let beside = make_own_folder(dir, TAKING_OVER)?;
        // Cut off just before the end: the keys were in their place already.
        if !beside.join(KEYS).exists() && beside.join(DATABASE).exists() && dir.join(KEYS).exists() {
            fs::rename(dir.join(KEYS), beside.join(KEYS))?;
        }
        Ok(Self { dir: dir.to_owned(), lock, beside })
    }

    /// Nothing is left of what was made beside.
    pub fn give_up(self) -> Result<(), OpenError> {
        Ok(fs::remove_dir_all(&self.beside)?)
    }

    /// Moves keys and records to where a clinic has them; durable when it returns.
    pub fn fill(self) -> Result<FolderLock, OpenError> {
        fs::rename(self.beside.join(KEYS), self.dir.join(KEYS))?;
        fs::rename(self.beside.join(DATABASE), self.dir.join(DATABASE))?;
        File::open(&self.dir)?.sync_all()?;
        fs::remove_dir_all(&self.beside)?;
        Ok(self.lock)
    }
}

impl Clinic {
    /// Opens a clinic with somebody's password, and logs them in.
    pub fn unlock(dir: &Path, login: &str, password: &str, env: Env) -> Result<(Self, Session), LoginError> {
        Self::open(dir, &Secret::Password { login, password }, login, env)
    }

    /// Opens a clinic with a key file, as the user it was made for.
    pub fn unlock_with_file(dir: &Path, file: &KeyFile, env: Env) -> Result<(Self, Session), LoginError> {
        Self::open(dir, &Secret::KeyFile(file), &file.login, env)
    }

    /// Gives a user a new password, by the recovery key on paper. The reset is an event: everybody can see
    /// that it happened. The new slot is durable first.
    pub fn recover(
        dir: &Path,
        recovery: &RecoveryKey,
        login: &str,
        new_password: &str,
        env: Env,
    ) -> Result<(), LoginError> {
        let (clinic, session) = Self::open(dir, &Secret::Recovery(recovery), login, env)?;
        let recovered = clinic.recover_password(&session, new_password);
        Ok(recovered.inspect_err(|_| clinic.note_failed_recovery(Some(session.user)))?)
    }

    fn open(dir: &Path, secret: &Secret<'_>, login: &str, env: Env) -> Result<(Self, Session), LoginError> {
        if !is_founded(dir) {
            return Err(OpenError::NoClinic.into());
        }
        let lock = FolderLock::take(dir)?;
        rekey::finish(dir)?;
        let keys = Keys::read(dir).map_err(OpenError::from)?;
        let mut tries = TriesFile::read(dir);
        let (data_key, slot) = guess(&keys, &mut tries, secret, &env)?;
        let mut conn = connect_known(dir, &data_key)?;
        upgrade(&mut conn, india(env.now_ms()), &mut |_| {})?;
        let clinic = Self::start(dir.to_owned(), lock, conn, data_key, keys, env)?;
        // A password whose event never came, or that another one replaced, opens the file and nothing else.
        let session = match secret {
            Secret::Recovery(_) => clinic.session_by(login).inspect_err(|_| clinic.note_failed_recovery(None))?,
            _ => clinic.session_of(clinic.slot_stands(slot).map_err(OpenError::from)?.ok_or(LoginError::Wrong)?)?,
        };
        if !matches!(secret, Secret::Recovery(_)) {
            clinic.note_login(&session);
        }
        Ok((clinic, session))
    }
}

/// Is there room for a clinic in this folder? A founding that was cut off may be repeated; a folder with the
/// keys of a clinic whose records are elsewhere is left alone.
pub fn may_found(dir: &Path) -> Result<(), OpenError> {
    if is_founded(dir) {
        return Err(OpenError::Founded);
    }
    let cut_off = [FOUNDING, RESTORING, TAKING_OVER].iter().any(|name| dir.join(name).join(DATABASE).exists());
    // Records under a new key wait to be put in their place, and would be put over others.
    if dir.join(rekey::MADE).join(DATABASE).exists() {
        return Err(OpenError::RecordsGone);
    }
    let traces = [KEYS, "ledger.db-wal", "ledger.db-shm"].map(|name| dir.join(name));
    if !cut_off && traces.iter().any(|path| path.exists()) { Err(OpenError::RecordsGone) } else { Ok(()) }
}

/// Each with the password as typed.
type FirstPeople<'a> = Vec<(NewUser, &'a str)>;

impl Founding {
    /// Would these answers be taken? Changes nothing.
    pub fn check(&self) -> Result<(), OpenError> {
        self.checked().map(drop)
    }

    /// The clinic's name and the first people, checked before anything is made.
    fn checked(&self) -> Result<(String, FirstPeople<'_>), OpenError> {
        if Schedule::builtin(&self.schedule).is_none() {
            return Err(StoreError::UnknownSchedule.into());
        }
        let clinic = text::name(Field::ClinicName, &self.clinic, NAME_MAX_CHARS)?;
        let roles =
            [(&self.super_admin, Role::SuperAdmin), (&self.admin, Role::Admin), (&self.worker, Role::PhcWorker)];
        let mut people: FirstPeople<'_> = Vec::new();
        for (person, role) in roles {
            let new = person.check(role)?;
            if people.iter().any(|(other, _)| other.login == new.login) {
                return Err(Refusal::LoginTaken.into());
            }
            people.push((new, &person.password));
        }
        Ok((clinic, people))
    }
}

/// Tries a secret; a wrong one is counted before the answer is given.
pub(super) fn guess(
    keys: &Keys,
    tries: &mut TriesFile,
    secret: &Secret<'_>,
    env: &Env,
) -> Result<(DataKey, SlotId), LoginError> {
    let tag = match secret {
        Secret::Password { login, .. } => Some(keys.tag(SlotKind::Password, login)),
        Secret::Recovery(_) | Secret::KeyFile(_) => None,
    };
    let now_ms = env.now_ms();
    if let Some(tag) = tag
        && let Some(until_ms) = tries.locked_until_ms(tag, now_ms).map_err(OpenError::from)?
    {
        return Err(LoginError::Locked { until_ms });
    }
    let opened = keys.open_slot(secret, env).map_err(OpenError::from)?;
    let noted = match (tag, secret) {
        (Some(tag), _) if opened.is_some() => tries.right(tag),
        (Some(tag), _) => tries.wrong(tag, now_ms),
        // Nobody guesses it, but that somebody tried is told.
        (None, Secret::Recovery(_)) if opened.is_none() => tries.note(keys.tag(SlotKind::Recovery, ""), now_ms),
        (None, _) => Ok(()),
    };
    if let Err(error) = noted {
        // A full disk must not keep the staff out; the cost of a guess still holds.
        tracing::warn!(%error, "the count of wrong passwords cannot be written");
    }
    opened.ok_or(LoginError::Wrong)
}

pub(super) fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    // One that was there before may be open to others.
    #[cfg(unix)]
    fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// A folder of ours in the clinic's, if it is there. A file or a link of its name is none: nothing is taken from it, and
/// it is nobody's to throw away.
pub(super) fn own_folder(dir: &Path, name: &'static str) -> Result<Option<PathBuf>, OpenError> {
    let path = dir.join(name);
    match fs::symlink_metadata(&path) {
        Ok(is) if is.is_dir() => Ok(Some(path)),
        Ok(_) => Err(OpenError::InTheWay(name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn make_own_folder(dir: &Path, name: &'static str) -> Result<PathBuf, OpenError> {
    let path = dir.join(name);
    if own_folder(dir, name)?.is_none() {
        let mut builder = fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        owner::give_folder(&path, dir)?;
    }
    Ok(path)
}

pub(super) fn connect(dir: &Path, data_key: &DataKey) -> Result<Connection, StoreError> {
    let conn = open_shared(dir.join(DATABASE), data_key, BUSY_TIMEOUT)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // A page in the cache is neither read nor decrypted again; what is not touched is not kept.
    conn.pragma_update(None, "cache_size", -CACHE_MAX_KIB)?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(conn)
}

/// A connection to an existing clinic, once the key is known to fit. The database may have an older form.
pub(super) fn connect_known(dir: &Path, data_key: &DataKey) -> Result<Connection, OpenError> {
    connect(dir, data_key).map_err(|error| match error {
        // SQLCipher cannot tell a wrong key from a file that is no database.
        StoreError::Sqlite(rusqlite::Error::SqliteFailure(e, _)) if e.code == rusqlite::ErrorCode::NotADatabase => {
            OpenError::WrongKey
        }
        error => error.into(),
    })
}

/// The writer's connection to an existing clinic, once key and form of the database are known to fit.
pub(super) fn connect_first(dir: &Path, data_key: &DataKey) -> Result<Connection, OpenError> {
    let conn = connect_known(dir, data_key)?;
    let version = upgrade::version(&conn)?;
    if version == SCHEMA_VERSION { Ok(conn) } else { Err(OpenError::Newer(version)) }
}

/// Who this station is.
pub(super) fn node(conn: &Connection) -> Result<(Identity, OriginId), StoreError> {
    one(conn, "SELECT seed, origin FROM node", [], |r| Ok((Identity::from_seed(bytes(r, 0)?), OriginId(bytes(r, 1)?))))?
        .ok_or(StoreError::NoClinic)
}
