//! Emulated children's cards for vpcd, the virtual reader of pcscd.
//!
//! A [`Chip`] is the card itself: its memory and its answers to the PC/SC storage commands, as readers show
//! an NTAG or a MIFARE Classic, or to ISO 7816-4 commands. A [`VirtualCard`] is a chip lying on a reader: a thread that speaks vpcd's
//! protocol (the reader listens, the card connects) until it is removed. What a card remembers survives in
//! the chip, and in an image file when it has one.
//!
//! ```no_run
//! use tests::{pcscd::Pcscd, vcard::{Chip, Kind, VirtualCard}};
//! # fn main() -> std::io::Result<()> {
//! let pcscd = Pcscd::start();
//! let card = VirtualCard::insert(pcscd.port(), Chip::blank(Kind::Ntag215, &[4, 1, 2, 3, 4, 5, 6])?)?;
//! // ... a program that was started with `pcscd.env()` sees the card ...
//! let chip = card.remove();
//! # Ok(()) }
//! ```

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::linux::net::TcpStreamExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Where Debian's vpcd listens for its first slot; the second one is the port above.
pub const DEFAULT_PORT: u16 = 35963;

const PAGE_BYTES: usize = 4;
/// First page that is neither UID nor lock bytes: the capability container, whose bits are set once and for all.
const CAPABILITY_PAGE: usize = 3;
/// Of the NDEF file; its first two bytes say how long its message is.
const FILE_BYTES: usize = 2048;
const FILE_NO: u16 = 0xE104;
const CAPABILITY_NO: u16 = 0xE103;
const APPLICATION: [u8; 7] = [0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01];
/// Reads at most 58 bytes at once, writes 52, as a DESFire does.
const CAPABILITIES: [u8; 15] =
    [0x00, 0x0F, 0x20, 0x00, 0x3A, 0x00, 0x34, 0x04, 0x06, 0xE1, 0x04, 0x08, 0x00, 0x00, 0x00];
const FILE_WRITE_MAX: usize = 0x34;
/// A bit for each of the pages 3 to 15.
const LOCK_BYTES: std::ops::Range<usize> = 10..12;
const WORN_FROM_PAGE: usize = 12;
/// How long the reader may take to listen, when a card is put down.
const CONNECT_TIMEOUT_MS: u64 = 60_000;
const RECONNECT_PAUSE_MS: u64 = 50;
/// vpcd's control bytes, which come instead of an APDU.
const CONTROL_ATR: u8 = 4;

const OK: [u8; 2] = [0x90, 0x00];
const FAILED: [u8; 2] = [0x63, 0x00];
const WRONG_LENGTH: [u8; 2] = [0x67, 0x00];
const UNKNOWN: [u8; 2] = [0x6D, 0x00];
const NOT_FOUND: [u8; 2] = [0x6A, 0x82];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tells its UID; its memory wants a key, which nobody has.
    Classic,
    Ntag213,
    Ntag215,
    Ntag216,
    /// A processor with the files of an NFC Forum type 4 tag, 2 KiB.
    Files,
    /// A processor that knows none of our commands but its UID, as a bank's.
    Bank,
}

impl Kind {
    /// Pages of the whole chip, and the size byte of its capability container.
    fn pages(self) -> (usize, u8) {
        match self {
            Self::Classic | Self::Bank => (0, 0),
            Self::Files => (FILE_BYTES / PAGE_BYTES, 0),
            Self::Ntag213 => (45, 0x12),
            Self::Ntag215 => (135, 0x3E),
            Self::Ntag216 => (231, 0x6D),
        }
    }

    fn is_ntag(self) -> bool {
        matches!(self, Self::Ntag213 | Self::Ntag215 | Self::Ntag216)
    }

    fn uid_bytes(self) -> usize {
        if self == Self::Classic { 4 } else { 7 }
    }
}

impl FromStr for Kind {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "classic" => Ok(Self::Classic),
            "ntag213" => Ok(Self::Ntag213),
            "ntag215" => Ok(Self::Ntag215),
            "ntag216" => Ok(Self::Ntag216),
            "files" => Ok(Self::Files),
            "bank" => Ok(Self::Bank),
            _ => Err("a card's kind is classic, ntag213, ntag215, ntag216, files or bank".into()),
        }
    }
}

/// A card: what it remembers and how it answers.
#[derive(Debug, Clone)]
pub struct Chip {
    kind: Kind,
    uid: Vec<u8>,
    /// Every page of the chip, from page 0.
    memory: Vec<u8>,
    image: Option<PathBuf>,
    /// The file that was selected, of a card with files.
    file: Option<u16>,
    /// Writes that succeed before the card is pulled in the middle of the next one.
    writes_left: Option<usize>,
    /// How much of the write in which it is pulled is kept.
    torn_bytes: usize,
    worn: bool,
    /// The commands that changed it, or were to.
    writes: Vec<Vec<u8>>,
}

/// What the chip does with one command.
enum Answer {
    Says(Vec<u8>),
    /// It is pulled from the reader before it answers.
    Pulled,
}

impl Chip {
    /// A card as the factory delivers it. A MIFARE Classic has a UID of 4 bytes, an NTAG one of 7.
    pub fn blank(kind: Kind, uid: &[u8]) -> io::Result<Self> {
        if uid.len() != kind.uid_bytes() {
            let text = format!("a UID of this kind of card has {} bytes", kind.uid_bytes());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let (pages, size) = kind.pages();
        let mut memory = vec![0; pages * PAGE_BYTES];
        if kind.is_ntag() {
            memory[..3].copy_from_slice(&uid[..3]);
            memory[3] = 0x88 ^ uid[0] ^ uid[1] ^ uid[2];
            memory[4..8].copy_from_slice(&uid[3..]);
            memory[8] = uid[3] ^ uid[4] ^ uid[5] ^ uid[6];
            memory[12..16].copy_from_slice(&[0xE1, 0x10, size, 0x00]);
            memory[16..19].copy_from_slice(&[0x03, 0x00, 0xFE]);
        }
        Ok(Self {
            kind,
            uid: uid.to_vec(),
            memory,
            image: None,
            file: None,
            writes_left: None,
            torn_bytes: 0,
            worn: false,
            writes: Vec::new(),
        })
    }

    /// A card whose memory lives in a file; a file that is not there yet means a blank card.
    pub fn in_file(kind: Kind, uid: &[u8], image: &Path) -> io::Result<Self> {
        let mut chip = Self::blank(kind, uid)?;
        match std::fs::read(image) {
            Ok(bytes) if bytes.len() == chip.memory.len() => chip.memory = bytes,
            Ok(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "the image is of another kind of card")),
            Err(e) if e.kind() == io::ErrorKind::NotFound => std::fs::write(image, &chip.memory)?,
            Err(e) => return Err(e),
        }
        // A chip keeps its own UID, whatever memory is copied on it.
        if !kind.is_ntag() {
            chip.image = Some(image.to_owned());
            return Ok(chip);
        }
        let own = Self::blank(kind, uid)?.memory;
        let fixed = own.len().min(2 * PAGE_BYTES + 1);
        chip.memory[..fixed].copy_from_slice(&own[..fixed]);
        chip.image = Some(image.to_owned());
        Ok(chip)
    }

    /// Puts other bytes where the data begins, as a phone would write them.
    pub fn with_data(mut self, data: &[u8]) -> Self {
        let from = self.data_at();
        self.memory[from..from + data.len()].copy_from_slice(data);
        self
    }

    /// The card will be pulled in the middle of the `nth` write (1 is the first): what it was to write stays as it
    /// was ([`Chip::torn_at_byte`] says otherwise), and no answer comes. It happens once.
    pub fn pulled_at_write(mut self, nth: usize) -> Self {
        self.writes_left = Some(nth.saturating_sub(1));
        self
    }

    /// Of the write in which the card is pulled so many bytes are kept.
    pub fn torn_at_byte(mut self, bytes: usize) -> Self {
        self.torn_bytes = bytes;
        self
    }

    /// Pages 3 to 15 were locked for good, as a shop does with its own cards.
    pub fn locked(mut self) -> Self {
        self.memory[LOCK_BYTES].fill(0xFF);
        self
    }

    /// The memory is worn out: from page 12 on it takes what is written and does not keep it.
    pub fn worn(mut self) -> Self {
        self.worn = true;
        self
    }

    /// Every command so far that changed the chip, or was to.
    pub fn writes(&self) -> &[Vec<u8>] {
        &self.writes
    }

    /// Says these commands to the chip, as a reader would, until it is pulled.
    pub fn replay(&mut self, commands: &[Vec<u8>]) {
        let _pulled = commands.iter().any(|command| matches!(self.answer(command), Answer::Pulled));
    }

    /// Every page of the chip.
    pub fn memory(&self) -> &[u8] {
        &self.memory
    }

    /// The memory that holds data: all behind an NTAG's capability container, the whole file of a card with files.
    pub fn data(&self) -> &[u8] {
        self.memory.get(self.data_at()..).unwrap_or_default()
    }

    fn data_at(&self) -> usize {
        if self.kind.is_ntag() { (CAPABILITY_PAGE + 1) * PAGE_BYTES } else { 0 }
    }

    /// What a reader says when the card comes: a storage card by its name in PC/SC part 3.
    fn atr(&self) -> Vec<u8> {
        if matches!(self.kind, Kind::Files | Kind::Bank) {
            return vec![0x3B, 0x81, 0x80, 0x01, 0x80, 0x80];
        }
        let name = if self.kind == Kind::Classic { 0x01 } else { 0x03 };
        let mut atr = vec![0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0, 0, 3, 6, 3, 0, name, 0, 0, 0, 0];
        let check = atr[1..].iter().fold(0, |sum, byte| sum ^ byte);
        atr.push(check);
        atr
    }

    fn answer(&mut self, command: &[u8]) -> Answer {
        if matches!(command, [_, 0xD6, ..]) {
            self.writes.push(command.to_vec());
        }
        let status = |word: [u8; 2]| Answer::Says(word.to_vec());
        match *command {
            [0xFF, 0xCA, 0x00, 0x00, ..] => Answer::Says([&self.uid[..], &OK].concat()),
            [0x00, ..] if self.kind == Kind::Files => self.file_command(command),
            [0x00, ..] if self.kind == Kind::Bank => status(NOT_FOUND),
            _ if matches!(self.kind, Kind::Files | Kind::Bank) => status(UNKNOWN),
            [0xFF, 0xB0, 0x00, page, len] => self.read(page.into(), len.into()),
            [0xFF, 0xD6, 0x00, page, 4, a, b, c, d] => self.write(page.into(), [a, b, c, d]),
            [0xFF, 0xB0 | 0xD6, ..] => status(WRONG_LENGTH),
            _ => status(UNKNOWN),
        }
    }

    /// What a card with files does (ISO 7816-4): selects, reads, writes.
    fn file_command(&mut self, command: &[u8]) -> Answer {
        let status = |word: [u8; 2]| Answer::Says(word.to_vec());
        match *command {
            [_, 0xA4, 0x04, 0x00, 7, ref rest @ ..] if rest.starts_with(&APPLICATION) => status(OK),
            [_, 0xA4, 0x00, 0x0C, 2, high, low] => {
                let file = u16::from_be_bytes([high, low]);
                let found = matches!(file, CAPABILITY_NO | FILE_NO);
                self.file = found.then_some(file);
                status(if found { OK } else { NOT_FOUND })
            }
            [_, 0xA4, ..] => status(NOT_FOUND),
            [_, 0xB0, high, low, len] => {
                let from = usize::from(u16::from_be_bytes([high, low]));
                let file: &[u8] = match self.file {
                    Some(CAPABILITY_NO) => &CAPABILITIES,
                    Some(_) => &self.memory,
                    None => return status(NOT_FOUND),
                };
                match file.get(from..from + usize::from(len)) {
                    Some(bytes) => Answer::Says([bytes, &OK].concat()),
                    None => status(WRONG_LENGTH),
                }
            }
            [_, 0xD6, high, low, len, ref bytes @ ..] => {
                let from = usize::from(u16::from_be_bytes([high, low]));
                let fits = bytes.len() == usize::from(len) && bytes.len() <= FILE_WRITE_MAX;
                if self.file != Some(FILE_NO) || !fits || from + bytes.len() > self.memory.len() {
                    return status(FAILED);
                }
                self.put(from, bytes)
            }
            _ => status(UNKNOWN),
        }
    }

    /// Writes bytes, or is pulled while it does.
    fn put(&mut self, from: usize, bytes: &[u8]) -> Answer {
        let pulled = self.writes_left == Some(0);
        let kept = if pulled { self.torn_bytes.min(bytes.len()) } else { bytes.len() };
        self.memory[from..from + kept].copy_from_slice(&bytes[..kept]);
        self.writes_left = self.writes_left.and_then(|left| left.checked_sub(1));
        let stored = self.image.as_ref().is_none_or(|image| std::fs::write(image, &self.memory).is_ok());
        if pulled { Answer::Pulled } else { Answer::Says(if stored { OK } else { FAILED }.to_vec()) }
    }

    fn read(&self, page: usize, len: usize) -> Answer {
        let from = page * PAGE_BYTES;
        match self.memory.get(from..from + len) {
            Some(bytes) if len > 0 && len <= 4 * PAGE_BYTES => Answer::Says([bytes, &OK].concat()),
            _ => Answer::Says(FAILED.to_vec()),
        }
    }

    fn write(&mut self, page: usize, bytes: [u8; PAGE_BYTES]) -> Answer {
        let from = page * PAGE_BYTES;
        let locks = self.memory.get(LOCK_BYTES).map_or(0, |bits| u16::from_le_bytes([bits[0], bits[1]]));
        if page < 16 && (locks >> page) & 1 == 1 {
            return Answer::Says(FAILED.to_vec());
        }
        let Some(old) = self.memory.get(from..from + PAGE_BYTES).filter(|_| page >= CAPABILITY_PAGE) else {
            return Answer::Says(FAILED.to_vec());
        };
        if self.worn && page >= WORN_FROM_PAGE {
            return Answer::Says(OK.to_vec());
        }
        let mut new = bytes;
        if page == CAPABILITY_PAGE {
            new.iter_mut().zip(old).for_each(|(new, old)| *new |= old);
        }
        self.put(from, &new)
    }
}

/// What the two threads of a card on a reader share.
#[derive(Debug)]
struct OnReader {
    chip: Chip,
    /// The connection while there is one.
    stream: Option<TcpStream>,
    removed: bool,
}

/// A card that lies on the reader until it is removed or dropped. When pcscd goes and comes back, the card
/// still lies there.
#[derive(Debug)]
pub struct VirtualCard {
    shared: Arc<Mutex<OnReader>>,
    thread: Option<JoinHandle<()>>,
}

impl VirtualCard {
    /// Puts the card on the slot of vpcd that listens at this port; waits until it listens.
    pub fn insert(port: u16, chip: Chip) -> io::Result<Self> {
        let stream = connect(port, Instant::now() + Duration::from_millis(CONNECT_TIMEOUT_MS))?;
        let shared = Arc::new(Mutex::new(OnReader { chip, stream: Some(stream.try_clone()?), removed: false }));
        let theirs = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("vcard".into()).spawn(move || lie_there(port, stream, &theirs))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Takes the card away.
    pub fn remove(mut self) -> Chip {
        self.pull();
        lock(&self.shared).chip.clone()
    }

    /// What the card remembers now.
    pub fn chip(&self) -> Chip {
        lock(&self.shared).chip.clone()
    }

    /// Does it still lie there? A card that was to be pulled at a write no longer does.
    pub fn is_there(&self) -> bool {
        !lock(&self.shared).removed
    }

    fn pull(&mut self) {
        {
            let mut shared = lock(&self.shared);
            shared.removed = true;
            if let Some(stream) = shared.stream.take() {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for VirtualCard {
    fn drop(&mut self) {
        self.pull();
    }
}

fn lock(shared: &Mutex<OnReader>) -> std::sync::MutexGuard<'_, OnReader> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(port: u16, until: Instant) -> io::Result<TcpStream> {
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(e) if Instant::now() >= until => return Err(e),
            Err(_) => std::thread::sleep(Duration::from_millis(RECONNECT_PAUSE_MS)),
        }
    }
}

fn lie_there(port: u16, mut stream: TcpStream, shared: &Mutex<OnReader>) {
    loop {
        // An error and an end mean the same: the service went away, or the card did.
        let pulled = matches!(converse(&mut stream, shared), Ok(true));
        let _ = stream.shutdown(Shutdown::Both);
        lock(shared).removed |= pulled;
        loop {
            if lock(shared).removed {
                return;
            }
            let again = connect(port, Instant::now());
            if let Ok(again) = again.and_then(|new| new.try_clone().map(|copy| (new, copy))) {
                lock(shared).stream = Some(again.1);
                stream = again.0;
                break;
            }
            std::thread::sleep(Duration::from_millis(RECONNECT_PAUSE_MS));
        }
    }
}

/// Answers until the reader is gone; true when the card was pulled at a write. A message is two bytes of
/// length and a body.
fn converse(stream: &mut TcpStream, shared: &Mutex<OnReader>) -> io::Result<bool> {
    loop {
        let mut len = [0; 2];
        read_exact(stream, &mut len)?;
        let mut message = vec![0; u16::from_be_bytes(len).into()];
        read_exact(stream, &mut message)?;
        let answer = match message[..] {
            [CONTROL_ATR] => Answer::Says(lock(shared).chip.atr()),
            // Power off, on, reset: nothing that is remembered here depends on them, and no answer is wanted.
            [_] => continue,
            _ => lock(shared).chip.answer(&message),
        };
        match answer {
            Answer::Pulled => return Ok(true),
            Answer::Says(bytes) => {
                stream.write_all(&[&(bytes.len() as u16).to_be_bytes()[..], &bytes].concat())?;
            }
        }
    }
}

/// vpcd sends a length and its body apart: without quick acknowledgement each costs 40 ms.
fn read_exact(stream: &mut TcpStream, mut rest: &mut [u8]) -> io::Result<()> {
    while !rest.is_empty() {
        stream.set_quickack(true)?;
        match stream.read(rest)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => rest = &mut rest[n..],
        }
    }
    Ok(())
}
