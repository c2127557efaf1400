//! The key slots: the database key is random, and each password, the printed recovery key and a key
//! file wraps it, as in LUKS. The file stands beside the database and names nobody: a slot is found by
//! a keyed hash of the login.

use super::env::{Env, NoRandom};
use super::owner;
use crate::record::secret::{HashError, KdfCost, argon2id};
use crate::secret_file::{SecretFileError, text_in};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hub_protocol::frame::{FrameError, from_cbor, to_cbor};
use hub_protocol::identity::Domain;
use hub_protocol::symbols::{self, SymbolError};
use hub_protocol::{Identity, PublicKey, UserId};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, Zeroizing};

pub(super) const FILE: &str = "keys.cbor";
/// A keys file is a few kilobytes; a larger one is not ours.
const FILE_MAX_BYTES: u64 = 1024 * 1024;
const RECOVERY_BYTES: usize = 20;

/// The key of the database.
pub type DataKey = Zeroizing<[u8; 32]>;

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the keys file cannot be read or written")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    #[error("the keys file is damaged")]
    Damaged(#[from] FrameError),
    #[error("the keys file asks for an impossible effort")]
    Cost,
    #[error("the password hash failed: {0}")]
    Kdf(String),
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
}

impl KeysError {
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Io(error) if is_disk_full(error))
    }
}

/// The disk has no room, or none for this user.
pub(super) fn is_disk_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

impl From<HashError> for KeysError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Cost => Self::Cost,
            HashError::Failed(why) => Self::Kdf(why),
        }
    }
}

/// What opens a slot.
pub enum Secret<'a> {
    Password { login: &'a str, password: &'a str },
    Recovery(&'a RecoveryKey),
    KeyFile(&'a KeyFile),
}

impl Secret<'_> {
    fn kind(&self) -> SlotKind {
        match self {
            Self::Password { .. } => SlotKind::Password,
            Self::Recovery(_) => SlotKind::Recovery,
            Self::KeyFile(_) => SlotKind::KeyFile,
        }
    }

    fn login(&self) -> &str {
        match self {
            Self::Password { login, .. } => login,
            Self::Recovery(_) => "",
            Self::KeyFile(file) => &file.login,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Password { password, .. } => password.as_bytes(),
            Self::Recovery(key) => &key.0[..],
            Self::KeyFile(file) => file.secret.as_bytes(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum SlotKind {
    #[n(0)]
    Password,
    #[n(1)]
    Recovery,
    #[n(2)]
    KeyFile,
}

/// 160 random bits on paper. Opens the database, and derives the key that a takeover must sign with.
#[derive(Clone)]
pub struct RecoveryKey(Zeroizing<[u8; RECOVERY_BYTES]>);

impl RecoveryKey {
    pub fn generate(env: &Env) -> Result<Self, NoRandom> {
        Ok(Self(Zeroizing::new(env.random()?)))
    }

    /// As it is printed: groups of five, each with its own check symbol.
    pub fn printed(&self) -> String {
        symbols::write_bytes(&self.0[..])
    }

    pub fn typed(text: &str) -> Result<Self, SymbolError> {
        let mut bytes = symbols::read_bytes(text, RECOVERY_BYTES)?;
        let mut key = Zeroizing::new([0; RECOVERY_BYTES]);
        key.copy_from_slice(&bytes);
        bytes.zeroize();
        Ok(Self(key))
    }

    pub fn public_key(&self) -> PublicKey {
        self.signer().public_key()
    }

    /// Says that a new computer may take the place of the one that is gone, see
    /// [`hub_protocol::replica::takeover_words`].
    pub fn sign_takeover(&self, words: &[u8]) -> [u8; 64] {
        self.signer().sign(Domain::Takeover, words)
    }

    fn signer(&self) -> Identity {
        let mut seed = Zeroizing::new([0; 32]);
        // 32 bytes are far below what HKDF can give.
        let _ = Hkdf::<Sha256>::new(None, &self.0[..]).expand(b"tikka recovery signing key 1", &mut seed[..]);
        Identity::from_seed(*seed)
    }
}

/// A file that opens the database for one user without a password, for a headless hub.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    pub version: u32,
    pub login: String,
    secret: String,
}

impl KeyFile {
    pub fn generate(env: &Env, login: &str) -> Result<Self, NoRandom> {
        let secret = symbols::write_bytes(&env.random::<32>()?);
        Ok(Self { version: 1, login: login.to_owned(), secret })
    }

    pub fn read(path: &Path) -> Result<Self, KeysError> {
        let text = text_in(path)?;
        serde_json::from_str(&text).map_err(|e| FrameError::Malformed(e.to_string()).into())
    }

    /// Writes a new file that only its owner can read. Never overwrites.
    pub fn write(&self, path: &Path) -> Result<(), KeysError> {
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::other)?;
        let mut file = private(path)?;
        file.write_all(&text)?;
        file.sync_all()?;
        Ok(())
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Slot {
    #[cbor(n(0), with = "minicbor::bytes")]
    tag: [u8; 8],
    #[n(1)]
    kind: SlotKind,
    #[n(2)]
    memory_kib: u32,
    #[n(3)]
    passes: u32,
    #[cbor(n(4), with = "minicbor::bytes")]
    salt: [u8; 16],
    #[cbor(n(5), with = "minicbor::bytes")]
    nonce: [u8; 24],
    #[cbor(n(6), with = "minicbor::bytes")]
    sealed: Vec<u8>,
    /// A password whose event was not known to be committed yet: when the user's last event had been, or 0. It
    /// counts once the records know a later one.
    #[n(7)]
    waits_since: Option<u64>,
    /// Whose it is. The login alone does not say: it may turn out to be another's, when an older log comes back.
    #[n(8)]
    user: Option<u64>,
}

impl Slot {
    fn id(&self) -> SlotId {
        SlotId(self.salt)
    }
}

/// Which slot a secret opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotId([u8; 16]);

/// A user, as far as slots are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub user: UserId,
    pub login: String,
    /// The last event about the user or the password.
    pub since: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Slots {
    #[n(0)]
    version: u16,
    #[cbor(n(1), with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(2)]
    slots: Vec<Slot>,
}

/// The keys file of a clinic.
pub struct Keys {
    path: PathBuf,
    file: Slots,
}

impl Keys {
    pub fn create(dir: &Path, env: &Env) -> Result<Self, KeysError> {
        Ok(Self { path: dir.join(FILE), file: Slots { version: 1, salt: env.random()?, slots: Vec::new() } })
    }

    pub fn read(dir: &Path) -> Result<Self, KeysError> {
        let path = dir.join(FILE);
        if fs::metadata(&path)?.len() > FILE_MAX_BYTES {
            return Err(FrameError::Malformed("too large".into()).into());
        }
        Self::parse(&fs::read(&path)?, dir)
    }

    /// Slots from elsewhere, for a clinic in `dir`. Nothing is written until one is put.
    pub fn parse(bytes: &[u8], dir: &Path) -> Result<Self, KeysError> {
        let file: Slots = from_cbor(bytes)?;
        if file.version != 1 {
            return Err(FrameError::Malformed("a version this program does not know".into()).into());
        }
        Ok(Self { path: dir.join(FILE), file })
    }

    /// The same file with the recovery key's slot alone, for a backup. `None` when there is none.
    pub fn for_recovery(&self) -> Option<Vec<u8>> {
        let mut file = self.file.clone();
        file.slots.retain(|slot| slot.kind == SlotKind::Recovery);
        (file.slots.len() == 1).then(|| to_cbor(&file))
    }

    /// What kind of secret opens each slot.
    pub fn kinds(&self) -> Vec<SlotKind> {
        self.file.slots.iter().map(|slot| slot.kind).collect()
    }

    /// The name under which tries and slots of a login are kept.
    pub fn tag(&self, kind: SlotKind, login: &str) -> [u8; 8] {
        let mut hasher = Sha256::new();
        hasher.update(self.file.salt);
        hasher.update([kind as u8]);
        hasher.update(login.trim().to_lowercase());
        let mut tag = [0; 8];
        tag.copy_from_slice(&hasher.finalize()[..8]);
        tag
    }

    /// The name under which wrong one-time codes for a user are counted.
    pub(super) fn code_tag(&self, user: UserId) -> [u8; 8] {
        let mut hasher = Sha256::new();
        hasher.update(self.file.salt);
        hasher.update(b"code");
        hasher.update(user.0.to_be_bytes());
        let mut tag = [0; 8];
        tag.copy_from_slice(&hasher.finalize()[..8]);
        tag
    }

    /// The database key, when the secret opens a slot. `None` takes as long as a wrong password does.
    pub fn open(&self, secret: &Secret<'_>, env: &Env) -> Result<Option<DataKey>, KeysError> {
        Ok(self.open_slot(secret, env)?.map(|(key, _)| key))
    }

    /// The same, and which slot it was: a password that is being changed has two.
    pub(super) fn open_slot(&self, secret: &Secret<'_>, env: &Env) -> Result<Option<(DataKey, SlotId)>, KeysError> {
        let tag = self.tag(secret.kind(), secret.login());
        let mut tried = false;
        for slot in self.file.slots.iter().filter(|s| s.kind == secret.kind() && s.tag == tag) {
            tried = true;
            let cost = KdfCost { memory_kib: slot.memory_kib, passes: slot.passes };
            let key = wrapping_key(secret.bytes(), &slot.salt, cost)?;
            let payload = Payload { msg: &slot.sealed, aad: &slot.tag };
            let Ok(opened) = cipher(&key).decrypt(&XNonce::from(slot.nonce), payload) else { continue };
            let opened = Zeroizing::new(opened);
            let mut data_key = Zeroizing::new([0; 32]);
            if opened.len() == data_key.len() {
                data_key.copy_from_slice(&opened);
                return Ok(Some((data_key, slot.id())));
            }
        }
        if !tried {
            wrapping_key(secret.bytes(), &self.file.salt, env.kdf)?;
        }
        Ok(None)
    }

    /// Adds a slot, or replaces the one of the same login. Durable when it returns.
    pub fn put(&mut self, secret: &Secret<'_>, data_key: &DataKey, env: &Env) -> Result<(), KeysError> {
        self.put_of(None, secret, data_key, env)
    }

    /// The same, for a user; nobody's becomes that of whoever has the login when the clinic is opened next.
    pub(super) fn put_of(
        &mut self,
        user: Option<UserId>,
        secret: &Secret<'_>,
        data_key: &DataKey,
        env: &Env,
    ) -> Result<(), KeysError> {
        let slot = Slot { user: user.map(|u| u.0), ..self.seal(secret, data_key, env)? };
        let mut next = self.file.clone();
        next.slots.retain(|s| s.kind != slot.kind || s.tag != slot.tag);
        next.slots.push(slot);
        self.replace(next)
    }

    /// Adds the slot of a new password beside the old one, for [`Keys::reconciled`] to choose between them: the
    /// new one counts once the records know an event about the user that is later than `since`. Durable when it
    /// returns.
    pub(super) fn put_beside(
        &mut self,
        secret: &Secret<'_>,
        data_key: &DataKey,
        env: &Env,
        user: UserId,
        since: u64,
    ) -> Result<(), KeysError> {
        let slot = Slot { waits_since: Some(since), user: Some(user.0), ..self.seal(secret, data_key, env)? };
        let mut next = self.file.clone();
        next.slots.push(slot);
        self.replace(next)
    }

    fn seal(&self, secret: &Secret<'_>, data_key: &DataKey, env: &Env) -> Result<Slot, KeysError> {
        let tag = self.tag(secret.kind(), secret.login());
        let (salt, nonce) = (env.random()?, env.random()?);
        let key = wrapping_key(secret.bytes(), &salt, env.kdf)?;
        let payload = Payload { msg: &data_key[..], aad: &tag };
        let sealed = cipher(&key)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| KeysError::Kdf("a key cannot be wrapped".into()))?;
        let KdfCost { memory_kib, passes } = env.kdf;
        Ok(Slot { tag, kind: secret.kind(), memory_kib, passes, salt, nonce, sealed, waits_since: None, user: None })
    }

    /// The slots as the records say they should be: those of active users and the recovery key's. Of two
    /// passwords the new one stays when its event is there, and the old one when it is not; with the old one
    /// goes the key file that was made with it.
    fn reconciled(&self, holders: &[Holder]) -> Slots {
        let mut next = self.file.clone();
        let tagged = |kind| holders.iter().map(move |holder| (self.tag(kind, &holder.login), holder));
        let mut by_tag: HashMap<[u8; 8], &Holder> = tagged(SlotKind::Password).collect();
        by_tag.extend(tagged(SlotKind::KeyFile));
        for slot in next.slots.iter_mut().filter(|slot| slot.user.is_none()) {
            slot.user = by_tag.get(&slot.tag).map(|holder| holder.user.0);
        }
        let holder = |slot: &Slot| by_tag.get(&slot.tag).filter(|holder| slot.user == Some(holder.user.0));
        let has_come = |slot: &Slot| {
            let since = slot.waits_since?;
            holder(slot).map(|now| now.since > since)
        };
        next.slots.retain(|slot| match slot.kind {
            SlotKind::Recovery => true,
            SlotKind::KeyFile => holder(slot).is_some(),
            SlotKind::Password => holder(slot).is_some() && has_come(slot) != Some(false),
        });
        let new: Vec<([u8; 8], SlotId)> =
            next.slots.iter().filter(|slot| has_come(slot) == Some(true)).map(|slot| (slot.tag, slot.id())).collect();
        let replaced =
            |slot: &Slot| new.iter().rev().find(|(tag, _)| *tag == slot.tag).is_some_and(|n| n.1 != slot.id());
        let is_new = |holder: &&Holder| new.iter().any(|(tag, _)| *tag == self.tag(SlotKind::Password, &holder.login));
        let voided: Vec<[u8; 8]> =
            holders.iter().filter(is_new).map(|holder| self.tag(SlotKind::KeyFile, &holder.login)).collect();
        next.slots.retain(|slot| match slot.kind {
            SlotKind::Recovery => true,
            SlotKind::KeyFile => !voided.contains(&slot.tag),
            SlotKind::Password => !replaced(slot),
        });
        for slot in &mut next.slots {
            slot.waits_since = None;
        }
        next
    }

    /// Whose this slot is, if it opens the clinic as the records stand.
    pub(super) fn stands(&self, slot: SlotId, holders: &[Holder]) -> Option<UserId> {
        self.reconciled(holders).slots.iter().find(|s| s.id() == slot)?.user.map(UserId)
    }

    /// Makes the slots what the records say. Says how many went. Durable when it returns.
    pub(super) fn reconcile(&mut self, holders: &[Holder]) -> Result<usize, KeysError> {
        let next = self.reconciled(holders);
        let gone = self.file.slots.len() - next.slots.len();
        if next != self.file {
            self.replace(next)?;
        }
        Ok(gone)
    }

    fn replace(&mut self, next: Slots) -> Result<(), KeysError> {
        write_durably(&self.path, &to_cbor(&next))?;
        self.file = next;
        Ok(())
    }
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

fn wrapping_key(secret: &[u8], salt: &[u8; 16], cost: KdfCost) -> Result<Zeroizing<[u8; 32]>, KeysError> {
    Ok(argon2id(secret, salt, cost)?)
}

/// A new file that only its owner can read.
pub(super) fn private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The same for a file of a clinic's folder: it belongs to whoever the folder belongs to.
pub(super) fn private_of_folder(path: &Path) -> io::Result<File> {
    let file = private(path)?;
    if let Some(dir) = path.parent() {
        owner::give(&file, dir)?;
    }
    Ok(file)
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Replaces a file of a clinic's folder so that after a power cut either the old or the new content is there.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    // What a power cut left there, or somebody put there: it is never written through.
    remove(&beside)?;
    let mut file = private_of_folder(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    match path.parent() {
        Some(dir) => File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cheap() -> Env {
        let mut env = Env::with_clock(|| 0);
        env.kdf = KdfCost { memory_kib: 64, passes: 1 };
        env
    }

    #[test]
    fn each_secret_opens_and_a_removed_one_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let env = cheap();
        let mut keys = Keys::create(dir.path(), &env).unwrap();
        let data_key = Zeroizing::new([9; 32]);
        let recovery = RecoveryKey::generate(&env).unwrap();
        let key_file = KeyFile::generate(&env, "meena").unwrap();
        keys.put(&Secret::Password { login: "asha", password: "one" }, &data_key, &env).unwrap();
        keys.put(&Secret::Recovery(&recovery), &data_key, &env).unwrap();
        keys.put(&Secret::KeyFile(&key_file), &data_key, &env).unwrap();

        let mut keys = Keys::read(dir.path()).unwrap();
        let opens = |keys: &Keys, secret: &Secret<'_>| keys.open(secret, &env).unwrap() == Some(data_key.clone());
        assert!(opens(&keys, &Secret::Password { login: "Asha ", password: "one" }));
        assert!(!opens(&keys, &Secret::Password { login: "asha", password: "two" }));
        assert!(!opens(&keys, &Secret::Password { login: "meena", password: "one" }));
        let typed = RecoveryKey::typed(&recovery.printed().to_lowercase()).unwrap();
        assert!(opens(&keys, &Secret::Recovery(&typed)));
        assert!(opens(&keys, &Secret::KeyFile(&key_file)));

        let holders = [Holder { user: UserId(1), login: "meena".into(), since: 1 }];
        assert_eq!(keys.reconcile(&holders).unwrap(), 1);
        let keys = Keys::read(dir.path()).unwrap();
        assert!(!opens(&keys, &Secret::Password { login: "asha", password: "one" }));
        assert!(opens(&keys, &Secret::KeyFile(&key_file)));
        assert!(opens(&keys, &Secret::Recovery(&recovery)));
        // With a new password goes the key file that was made with the old one, once the event is there.
        let mut keys = keys;
        keys.put_beside(&Secret::Password { login: "meena", password: "new" }, &data_key, &env, UserId(1), 1).unwrap();
        assert_eq!(keys.reconciled(&holders).slots.len(), 2);
        assert_eq!(keys.reconcile(&[Holder { user: UserId(1), login: "meena".into(), since: 2 }]).unwrap(), 1);
        let keys = Keys::read(dir.path()).unwrap();
        assert!(!opens(&keys, &Secret::KeyFile(&key_file)));
        assert!(opens(&keys, &Secret::Password { login: "meena", password: "new" }));
        // The login is another's now: what the one before had opens nothing, not even to a password that waits.
        let mut keys = keys;
        keys.put_beside(&Secret::Password { login: "meena", password: "more" }, &data_key, &env, UserId(1), 2).unwrap();
        assert_eq!(keys.reconcile(&[Holder { user: UserId(2), login: "meena".into(), since: 9 }]).unwrap(), 2);
        assert_eq!(keys.kinds(), [SlotKind::Recovery]);
        let names = fs::read(dir.path().join(FILE)).unwrap();
        assert!(!String::from_utf8_lossy(&names).contains("meena"));
    }
}
