//! The toy's durable file: an append-only run of sealed entries.
//!
//! Layout: [`MAGIC`], 16 random bytes that name this file, then frames. A frame is four bytes of length
//! (of what follows the index), eight bytes of index, a random 24-byte nonce and the sealed entry
//! (XChaCha20-Poly1305). The file's name, the length and the index are authenticated with it, so a frame can
//! be neither moved nor taken from an older file.
//!
//! Only one append is ever under way, so a crash can spoil the last frame alone. Anything that does not
//! verify is therefore a torn tail when no good frame follows it, and damage when one does.

use crate::disk::{self, Power};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

const MAGIC: [u8; 8] = *b"TIKTOY1\n";
const NAME_BYTES: usize = 16;
const HEAD_BYTES: usize = MAGIC.len() + NAME_BYTES;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// Length and index.
const FRAME_HEAD_BYTES: usize = 4 + 8;
const FRAME_MIN_BYTES: usize = FRAME_HEAD_BYTES + NONCE_BYTES + TAG_BYTES;

/// What one frame costs above its entry.
pub const FRAME_OVERHEAD_BYTES: u64 = FRAME_MIN_BYTES as u64;
/// The largest entry: a whole roster with room to spare.
pub const ENTRY_MAX_BYTES: usize = 128 * 1024;
/// The largest file that is opened: more than the store ever writes.
pub const FILE_MAX_BYTES: u64 = 32 * 1024 * 1024;

const FILE: &str = "journal";
const FILE_NEW: &str = "journal.new";

#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the journal cannot be {what}")]
    Io { what: &'static str, source: io::Error },
    #[error("the file is not a toy's journal")]
    NotAJournal,
    #[error("the journal was written with another key, or its beginning is damaged")]
    WrongKey,
    #[error("the journal is damaged at byte {at}, and good entries follow")]
    Damaged { at: u64 },
    #[error("the journal has {len} bytes; more than {FILE_MAX_BYTES} are not read")]
    TooLarge { len: u64 },
    #[error("an entry of {len} bytes is over the limit of {ENTRY_MAX_BYTES}")]
    EntryTooLong { len: usize },
    #[error("a write failed before; the journal must be opened again")]
    Broken,
    #[error("the system gives no random bytes")]
    NoRandom(#[source] getrandom::Error),
    #[error("an entry cannot be sealed")]
    Seal,
}

fn io_error(what: &'static str) -> impl FnOnce(io::Error) -> JournalError {
    move |source| JournalError::Io { what, source }
}

/// The open journal of one directory.
pub struct Journal {
    dir: PathBuf,
    cipher: XChaCha20Poly1305,
    file: File,
    name: [u8; NAME_BYTES],
    next_index: u64,
    len: u64,
    /// A write failed and could not be taken back.
    broken: bool,
    power: Power,
}

/// What [`Journal::open`] found.
pub struct Found {
    pub journal: Journal,
    pub entries: Vec<Vec<u8>>,
    /// Bytes of a torn last append that were cut off.
    pub torn_bytes: u64,
}

impl Journal {
    /// Opens the journal in `dir`; `None` when there is none yet. A torn tail is cut off, durably.
    pub fn open(dir: &Path, key: &[u8; 32]) -> Result<Option<Found>, JournalError> {
        // A crash in the middle of a compaction leaves a file that nobody needs.
        match fs::remove_file(dir.join(FILE_NEW)) {
            Ok(()) => disk::sync_dir(dir).map_err(io_error("cleaned"))?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(io_error("cleaned")(e)),
        }
        let mut file = match OpenOptions::new().read(true).write(true).open(dir.join(FILE)) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(io_error("opened")(e)),
        };
        let len = file.metadata().map_err(io_error("opened"))?.len();
        if len > FILE_MAX_BYTES {
            return Err(JournalError::TooLarge { len });
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io_error("read"))?;
        let cipher = XChaCha20Poly1305::new(&Key::from(*key));
        let name = read_head(&bytes)?;
        let (entries, good) = read_frames(&cipher, &name, &bytes)?;
        let torn_bytes = (bytes.len() - good) as u64;
        let mut journal = Self {
            dir: dir.to_owned(),
            cipher,
            file,
            name,
            next_index: entries.len() as u64,
            len: good as u64,
            broken: false,
            power: Power::default(),
        };
        if torn_bytes > 0 {
            journal.cut().map_err(io_error("cut at its torn tail"))?;
        }
        Ok(Some(Found { journal, entries, torn_bytes }))
    }

    /// Makes a new journal that begins with `entries` (at least one), replacing any other.
    pub fn create(dir: &Path, key: &[u8; 32], entries: &[Vec<u8>]) -> Result<Self, JournalError> {
        let cipher = XChaCha20Poly1305::new(&Key::from(*key));
        let power = Power::default();
        let (file, name, len) = write_file(dir, &cipher, entries, &power)?;
        disk::sync_dir(dir).map_err(io_error("made durable"))?;
        let next_index = entries.len() as u64;
        Ok(Self { dir: dir.to_owned(), cipher, file, name, next_index, len, broken: false, power })
    }

    /// What it is written with.
    pub fn power(&self) -> &Power {
        &self.power
    }

    /// Bytes of the file.
    pub fn len_bytes(&self) -> u64 {
        self.len
    }

    /// Adds one entry. It is durable when this returns `Ok`, and absent when it returns an error.
    pub fn append(&mut self, entry: &[u8]) -> Result<(), JournalError> {
        if self.broken {
            return Err(JournalError::Broken);
        }
        let frame = seal(&self.cipher, &self.name, self.next_index, entry)?;
        let written =
            self.file.seek(SeekFrom::Start(self.len)).and_then(|_| self.power.write_all(&mut self.file, &frame));
        if let Err(e) = written {
            // Part of the frame may stand there; the next append must not come after it.
            self.broken = self.cut().is_err();
            return Err(io_error("written")(e));
        }
        if let Err(e) = self.file.sync_data() {
            // What a failed fsync left on the disk is unknown: only opening it again can tell.
            self.broken = true;
            return Err(io_error("made durable")(e));
        }
        self.len += frame.len() as u64;
        self.next_index += 1;
        Ok(())
    }

    /// Replaces the whole content by `entries` (at least one), at once and durably.
    pub fn replace(&mut self, entries: &[Vec<u8>]) -> Result<(), JournalError> {
        if self.broken {
            return Err(JournalError::Broken);
        }
        let (file, name, len) = write_file(&self.dir, &self.cipher, entries, &self.power)?;
        self.file = file;
        self.name = name;
        self.len = len;
        self.next_index = entries.len() as u64;
        if let Err(e) = disk::sync_dir(&self.dir) {
            // Which of the two files a crash would leave is unknown now.
            self.broken = true;
            return Err(io_error("made durable")(e));
        }
        Ok(())
    }

    /// Cuts the file where the last good frame ends.
    fn cut(&mut self) -> io::Result<()> {
        self.power.check()?;
        self.file.set_len(self.len)?;
        self.file.sync_all()
    }
}

/// Writes the new file beside the old one and moves it into place. The directory is not synced yet.
fn write_file(
    dir: &Path,
    cipher: &XChaCha20Poly1305,
    entries: &[Vec<u8>],
    power: &Power,
) -> Result<(File, [u8; NAME_BYTES], u64), JournalError> {
    let mut name = [0; NAME_BYTES];
    getrandom::fill(&mut name).map_err(JournalError::NoRandom)?;
    let mut bytes = [&MAGIC[..], &name].concat();
    for (index, entry) in entries.iter().enumerate() {
        bytes.extend(seal(cipher, &name, index as u64, entry)?);
    }
    let new = dir.join(FILE_NEW);
    let written = disk::create(&new)
        .and_then(|mut file| power.write_all(&mut file, &bytes).and_then(|()| file.sync_all()).map(|()| file))
        .and_then(|file| fs::rename(&new, dir.join(FILE)).map(|()| file));
    match written {
        Ok(file) => Ok((file, name, bytes.len() as u64)),
        Err(e) => {
            // Best effort: opening the journal removes it too, which is all that can be done without power.
            let _ = power.check().and_then(|()| fs::remove_file(&new));
            Err(io_error("compacted")(e))
        }
    }
}

fn aad(name: &[u8; NAME_BYTES], frame_head: &[u8]) -> Vec<u8> {
    [&name[..], frame_head].concat()
}

fn seal(
    cipher: &XChaCha20Poly1305,
    name: &[u8; NAME_BYTES],
    index: u64,
    entry: &[u8],
) -> Result<Vec<u8>, JournalError> {
    if entry.len() > ENTRY_MAX_BYTES {
        return Err(JournalError::EntryTooLong { len: entry.len() });
    }
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(JournalError::NoRandom)?;
    let sealed_len = (NONCE_BYTES + entry.len() + TAG_BYTES) as u32;
    let mut frame = sealed_len.to_be_bytes().to_vec();
    frame.extend(index.to_be_bytes());
    let payload = Payload { msg: entry, aad: &aad(name, &frame) };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| JournalError::Seal)?;
    frame.extend(nonce);
    frame.extend(sealed);
    Ok(frame)
}

fn read_head(bytes: &[u8]) -> Result<[u8; NAME_BYTES], JournalError> {
    let rest = bytes.strip_prefix(&MAGIC[..]).ok_or(JournalError::NotAJournal)?;
    rest.first_chunk().copied().ok_or(JournalError::NotAJournal)
}

/// The entry of the frame at `at`, with its index and the place behind it.
fn read_frame(
    cipher: &XChaCha20Poly1305,
    name: &[u8; NAME_BYTES],
    bytes: &[u8],
    at: usize,
    wanted: impl Fn(u64) -> bool,
) -> Option<(Vec<u8>, usize)> {
    let head = bytes.get(at..at + FRAME_HEAD_BYTES)?;
    let (len, index) = head.split_first_chunk::<4>()?;
    let len = u32::from_be_bytes(*len) as usize;
    let index = u64::from_be_bytes(index.try_into().ok()?);
    if !(NONCE_BYTES + TAG_BYTES..=NONCE_BYTES + TAG_BYTES + ENTRY_MAX_BYTES).contains(&len) || !wanted(index) {
        return None;
    }
    let body = at + FRAME_HEAD_BYTES;
    let (nonce, sealed) = bytes.get(body..body + len)?.split_first_chunk::<NONCE_BYTES>()?;
    let entry = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad(name, head) }).ok()?;
    Some((entry, body + len))
}

/// Every entry, and where the good frames end.
fn read_frames(
    cipher: &XChaCha20Poly1305,
    name: &[u8; NAME_BYTES],
    bytes: &[u8],
) -> Result<(Vec<Vec<u8>>, usize), JournalError> {
    let (mut entries, mut at) = (Vec::new(), HEAD_BYTES);
    while at < bytes.len() {
        let index = entries.len() as u64;
        if let Some((entry, next)) = read_frame(cipher, name, bytes, at, |i| i == index) {
            entries.push(entry);
            at = next;
            continue;
        }
        let later = index..=index + (bytes.len() - at) as u64 / FRAME_OVERHEAD_BYTES;
        if (at + 1..bytes.len()).any(|a| read_frame(cipher, name, bytes, a, |i| later.contains(&i)).is_some()) {
            return Err(JournalError::Damaged { at: at as u64 });
        }
        break;
    }
    // The first frames came with the file itself and cannot be torn.
    if entries.is_empty() { Err(JournalError::WrongKey) } else { Ok((entries, at)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn entries(n: usize) -> Vec<Vec<u8>> {
        (0..n).map(|i| vec![i as u8; 3 * i + 1]).collect()
    }

    fn opened(dir: &Path) -> Found {
        Journal::open(dir, &KEY).unwrap().unwrap()
    }

    fn file(dir: &Path) -> PathBuf {
        dir.join(FILE)
    }

    #[test]
    fn what_was_appended_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Journal::open(dir.path(), &KEY).unwrap().is_none());
        let all = entries(5);
        let mut journal = Journal::create(dir.path(), &KEY, &all[..2]).unwrap();
        for entry in &all[2..] {
            journal.append(entry).unwrap();
        }
        let found = opened(dir.path());
        assert_eq!(found.entries, all);
        assert_eq!(found.torn_bytes, 0);
        assert_eq!(found.journal.len_bytes(), fs::metadata(file(dir.path())).unwrap().len());
    }

    #[test]
    fn nothing_stands_in_clear() {
        let dir = tempfile::tempdir().unwrap();
        let secret = b"a child's name stands here".to_vec();
        let mut journal = Journal::create(dir.path(), &KEY, std::slice::from_ref(&secret)).unwrap();
        journal.append(&secret).unwrap();
        let bytes = fs::read(file(dir.path())).unwrap();
        assert!(!bytes.windows(8).any(|w| secret.windows(8).any(|s| s == w)));
    }

    /// The last append cut off at every byte, and cut off with zeros or rubbish in its place.
    #[test]
    fn a_torn_tail_is_cut_off_at_every_byte() {
        let dir = tempfile::tempdir().unwrap();
        let all = entries(4);
        let mut journal = Journal::create(dir.path(), &KEY, &all[..3]).unwrap();
        let before = journal.len_bytes() as usize;
        journal.append(&all[3]).unwrap();
        let whole = fs::read(file(dir.path())).unwrap();
        for cut in before..whole.len() {
            for filler in [None, Some(0u8), Some(0xa5)] {
                let mut torn = whole[..cut].to_vec();
                if let Some(filler) = filler {
                    torn.resize(whole.len(), filler);
                }
                fs::write(file(dir.path()), &torn).unwrap();
                let mut found = opened(dir.path());
                // A frame whose last byte happens to be the filler is whole.
                let expected = if torn == whole { 4 } else { 3 };
                assert_eq!(found.entries, all[..expected], "cut at {cut}, filled with {filler:?}");
                assert_eq!(found.torn_bytes as usize, if expected == 4 { 0 } else { torn.len() - before });
                if expected == 3 {
                    found.journal.append(b"after the crash").unwrap();
                    let again = opened(dir.path());
                    assert_eq!(again.entries[3], b"after the crash");
                    assert_eq!(again.torn_bytes, 0);
                }
            }
        }
    }

    #[test]
    fn damage_before_good_entries_is_never_taken_for_a_torn_tail() {
        let dir = tempfile::tempdir().unwrap();
        let all = entries(4);
        let mut journal = Journal::create(dir.path(), &KEY, &all[..1]).unwrap();
        let first_end = journal.len_bytes() as usize;
        journal.append(&all[1]).unwrap();
        let second_end = journal.len_bytes() as usize;
        journal.append(&all[2]).unwrap();
        drop(journal);
        let whole = fs::read(file(dir.path())).unwrap();
        for at in 0..second_end {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(file(dir.path()), &bytes).unwrap();
            let error = Journal::open(dir.path(), &KEY).err().unwrap();
            match at {
                0..8 => assert!(matches!(error, JournalError::NotAJournal)),
                // With another file name nothing verifies, as with another key.
                8..HEAD_BYTES => assert!(matches!(error, JournalError::WrongKey)),
                at if at < first_end => assert!(matches!(error, JournalError::Damaged { .. }), "{at}: {error}"),
                _ => assert!(matches!(error, JournalError::Damaged { at } if at as usize == first_end)),
            }
        }
        fs::write(file(dir.path()), &whole).unwrap();
        assert_eq!(opened(dir.path()).entries, all[..3]);
    }

    #[test]
    fn another_key_opens_nothing_and_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(dir.path(), &KEY, &entries(2)).unwrap();
        journal.append(b"x").unwrap();
        let before = fs::read(file(dir.path())).unwrap();
        assert!(matches!(Journal::open(dir.path(), &[8; 32]), Err(JournalError::WrongKey)));
        assert_eq!(fs::read(file(dir.path())).unwrap(), before);
    }

    #[test]
    fn a_frame_of_another_file_does_not_fit() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(dir.path(), &KEY, &entries(1)).unwrap();
        let start = journal.len_bytes() as usize;
        journal.append(b"old").unwrap();
        let old = fs::read(file(dir.path())).unwrap();
        let mut journal = Journal::create(dir.path(), &KEY, &entries(1)).unwrap();
        assert_eq!(journal.len_bytes() as usize, start);
        journal.append(b"new").unwrap();
        let mut mixed = fs::read(file(dir.path())).unwrap();
        mixed.truncate(start);
        mixed.extend(&old[start..]);
        fs::write(file(dir.path()), &mixed).unwrap();
        assert_eq!(opened(dir.path()).entries, entries(1));
    }

    /// A crash at every byte of a compaction leaves the old content; after the rename the new stands.
    #[test]
    fn a_crash_in_a_compaction_leaves_one_of_the_two() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(dir.path(), &KEY, &entries(3)).unwrap();
        let old = fs::read(file(dir.path())).unwrap();
        journal.replace(&entries(2)).unwrap();
        let new = fs::read(file(dir.path())).unwrap();
        journal.append(b"on the new file").unwrap();
        assert_eq!(opened(dir.path()).entries.len(), 3);
        for cut in 0..=new.len() {
            fs::write(file(dir.path()), &old).unwrap();
            fs::write(dir.path().join(FILE_NEW), &new[..cut]).unwrap();
            assert_eq!(opened(dir.path()).entries, entries(3));
            assert!(!dir.path().join(FILE_NEW).exists());
        }
        fs::write(file(dir.path()), &new).unwrap();
        assert_eq!(opened(dir.path()).entries, entries(2));
    }

    #[test]
    fn an_entry_over_the_limit_is_refused_and_leaves_no_trace() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(dir.path(), &KEY, &entries(1)).unwrap();
        let len = journal.len_bytes();
        let long = vec![0; ENTRY_MAX_BYTES + 1];
        assert!(matches!(journal.append(&long), Err(JournalError::EntryTooLong { .. })));
        journal.append(&long[1..]).unwrap();
        assert!(journal.len_bytes() > len);
        assert_eq!(opened(dir.path()).entries.len(), 2);
    }

    /// The power goes at every byte of an append and of a compaction: what was told to be durable is there, and nothing
    /// is written after it.
    #[test]
    fn a_power_cut_at_every_byte_loses_nothing_that_was_durable() {
        let dir = tempfile::tempdir().unwrap();
        let all = entries(4);
        let mut journal = Journal::create(dir.path(), &KEY, &all[..3]).unwrap();
        let before = journal.len_bytes();
        journal.append(&all[3]).unwrap();
        let whole = fs::read(file(dir.path())).unwrap();
        for cut in 0..=whole.len() as u64 - before {
            fs::write(file(dir.path()), &whole[..before as usize]).unwrap();
            let mut journal = opened(dir.path()).journal;
            journal.power().cut_after(cut);
            assert!(journal.append(&all[3]).is_err(), "cut at {cut}");
            assert!(matches!(journal.append(b"after"), Err(JournalError::Broken)));
            let found = opened(dir.path());
            // Whole, and not known to be: it may be there, as after a real cut.
            let there = if before + cut == whole.len() as u64 { 4 } else { 3 };
            assert_eq!(found.entries, all[..there], "cut at {cut}");
        }
        let long = whole.len() as u64;
        for cut in [0, 1, long / 2, long] {
            fs::write(file(dir.path()), &whole).unwrap();
            let mut journal = opened(dir.path()).journal;
            journal.power().cut_after(cut);
            assert!(journal.replace(&all).is_err(), "cut at {cut}");
            assert_eq!(opened(dir.path()).entries, all, "cut at {cut}");
        }
    }

    /// A disk that takes no more: the append fails, and nothing can be appended after a half frame.
    #[test]
    fn a_failed_write_is_told_and_stops_the_journal() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(dir.path(), &KEY, &entries(1)).unwrap();
        journal.file = File::open(file(dir.path())).unwrap();
        assert!(matches!(journal.append(b"lost"), Err(JournalError::Io { what: "written", .. })));
        assert!(matches!(journal.append(b"after"), Err(JournalError::Broken)));
        assert!(matches!(journal.replace(&entries(2)), Err(JournalError::Broken)));
        assert_eq!(opened(dir.path()).entries, entries(1));
    }
}
