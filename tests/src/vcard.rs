//! Emulated children's cards for vpcd, the virtual reader of pcscd.
//!
//! A [`Chip`] is the card itself: its memory and its answers to the PC/SC storage commands, as readers show
//! an NTAG or a MIFARE Classic. A [`VirtualCard`] is a chip lying on a reader: a thread that speaks vpcd's
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
/// A bit for each of the pages 3 to 15.
const LOCK_BYTES: std::ops::Range<usize> = 10..12;
const WORN_FROM_PAGE: usize = 12;
/// How long the reader may take to listen, when a card is put down.
const CONNECT_TIMEOUT_MS: u64 = 10_000;
const RECONNECT_PAUSE_MS: u64 = 50;
/// vpcd's control bytes, which come instead of an APDU.
const CONTROL_ATR: u8 = 4;

const OK: [u8; 2] = [0x90, 0x00];
const FAILED: [u8; 2] = [0x63, 0x00];
const WRONG_LENGTH: [u8; 2] = [0x67, 0x00];
const UNKNOWN: [u8; 2] = [0x6D, 0x00];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tells its UID; its memory wants a key, which nobody has.
    Classic,
    Ntag213,
    Ntag215,
    Ntag216,
}

impl Kind {
    /// Pages of the whole chip, and the size byte of its capability container.
    fn pages(self) -> (usize, u8) {
        match self {
            Self::Classic => (0, 0),
            Self::Ntag213 => (45, 0x12),
            Self::Ntag215 => (135, 0x3E),
            Self::Ntag216 => (231, 0x6D),
        }
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
            _ => Err("a card's kind is classic, ntag213, ntag215 or ntag216".into()),
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
    /// Page writes that succeed before the card is pulled in the middle of the next one.
    writes_left: Option<usize>,
    worn: bool,
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
        if kind != Kind::Classic {
            memory[..3].copy_from_slice(&uid[..3]);
            memory[3] = 0x88 ^ uid[0] ^ uid[1] ^ uid[2];
            memory[4..8].copy_from_slice(&uid[3..]);
            memory[8] = uid[3] ^ uid[4] ^ uid[5] ^ uid[6];
            memory[12..16].copy_from_slice(&[0xE1, 0x10, size, 0x00]);
            memory[16..19].copy_from_slice(&[0x03, 0x00, 0xFE]);
        }
        Ok(Self { kind, uid: uid.to_vec(), memory, image: None, writes_left: None, worn: false })
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
        let own = Self::blank(kind, uid)?.memory;
        let fixed = own.len().min(2 * PAGE_BYTES + 1);
        chip.memory[..fixed].copy_from_slice(&own[..fixed]);
        chip.image = Some(image.to_owned());
        Ok(chip)
    }

    /// Puts other bytes from page 4 on, as a phone would write them.
    pub fn with_data(mut self, data: &[u8]) -> Self {
        let from = (CAPABILITY_PAGE + 1) * PAGE_BYTES;
        self.memory[from..from + data.len()].copy_from_slice(data);
        self
    }

    /// The card will be pulled in the middle of the `nth` page write (1 is the first): that page stays as it
    /// was, and no answer comes. It happens once.
    pub fn pulled_at_write(mut self, nth: usize) -> Self {
        self.writes_left = Some(nth.saturating_sub(1));
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

    /// Every page of the chip.
    pub fn memory(&self) -> &[u8] {
        &self.memory
    }

    /// The pages that hold data: all behind the capability container.
    pub fn data(&self) -> &[u8] {
        self.memory.get((CAPABILITY_PAGE + 1) * PAGE_BYTES..).unwrap_or_default()
    }

    /// What a reader says when the card comes: a storage card by its name in PC/SC part 3.
    fn atr(&self) -> Vec<u8> {
        let name = if self.kind == Kind::Classic { 0x01 } else { 0x03 };
        let mut atr = vec![0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0, 0, 3, 6, 3, 0, name, 0, 0, 0, 0];
        let check = atr[1..].iter().fold(0, |sum, byte| sum ^ byte);
        atr.push(check);
        atr
    }

    fn answer(&mut self, command: &[u8]) -> Answer {
        let status = |word: [u8; 2]| Answer::Says(word.to_vec());
        match *command {
            [0xFF, 0xCA, 0x00, 0x00, ..] => Answer::Says([&self.uid[..], &OK].concat()),
            [0xFF, 0xB0, 0x00, page, len] => self.read(page.into(), len.into()),
            [0xFF, 0xD6, 0x00, page, 4, a, b, c, d] => self.write(page.into(), [a, b, c, d]),
            [0xFF, 0xB0 | 0xD6, ..] => status(WRONG_LENGTH),
            _ => status(UNKNOWN),
        }
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
        let Some(target) = self.memory.get_mut(from..from + PAGE_BYTES).filter(|_| page >= CAPABILITY_PAGE) else {
            return Answer::Says(FAILED.to_vec());
        };
        match self.writes_left {
            Some(0) => {
                self.writes_left = None;
                return Answer::Pulled;
            }
            Some(left) => self.writes_left = Some(left - 1),
            None => {}
        }
        if self.worn && page >= WORN_FROM_PAGE {
            return Answer::Says(OK.to_vec());
        }
        for (old, new) in target.iter_mut().zip(bytes) {
            *old = if page == CAPABILITY_PAGE { *old | new } else { new };
        }
        let kept = self.image.as_ref().is_none_or(|image| std::fs::write(image, &self.memory).is_ok());
        Answer::Says(if kept { OK } else { FAILED }.to_vec())
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
