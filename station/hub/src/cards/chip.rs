//! The words spoken with a card: PC/SC part 3 storage commands, which every reader translates, or those of a card with
//! files ([`super::files`]).

use super::files;
use super::{CardError, CardKind, Content, ReadFailure};
use hub_protocol::card::{self, AREA_BYTES, Ownership, Slot};

/// An NTAG's page, in bytes: what is written at once.
const PAGE_BYTES: usize = 4;
/// What a reader reads of an NTAG at once, in bytes.
const READ_BYTES: usize = 16;
/// Page 3 tells how large the NDEF area is, page 4 is its first.
const CAPABILITY_PAGE: u8 = 3;
const FIRST_PAGE: u8 = 4;
/// An answer: at most 256 bytes of data, and a status word.
const ANSWER_MAX_BYTES: usize = 258;
/// First byte of a 4-byte UID that the chip invents anew each time (ISO 14443-3).
const RANDOM_UID: u8 = 0x08;

/// Why a command gave nothing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// The service, the reader or the radio failed.
    Link(pcsc::Error),
    /// The card or the reader answered with a status that is not 9000.
    Status(u16),
}

impl From<pcsc::Error> for Fault {
    fn from(error: pcsc::Error) -> Self {
        Self::Link(error)
    }
}

impl From<pcsc::Error> for CardError {
    fn from(error: pcsc::Error) -> Self {
        use pcsc::Error as E;
        match error {
            E::RemovedCard
            | E::NoSmartcard
            | E::UnpoweredCard
            | E::UnresponsiveCard
            | E::ResetCard
            | E::NotTransacted => Self::CardPulled,
            E::ReaderUnavailable | E::UnknownReader => Self::ReaderGone,
            E::NoService | E::ServiceStopped | E::CommError | E::InvalidHandle => Self::ServiceNotRunning,
            E::SharingViolation => Self::Busy,
            other => Self::Pcsc(other),
        }
    }
}

/// What a card shows of itself.
pub(super) struct Look {
    pub uid: Vec<u8>,
    pub kind: CardKind,
    pub content: Content,
}

pub(super) struct Chip<'c>(pub &'c pcsc::Card);

impl Chip<'_> {
    pub(super) fn send(&self, command: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut buffer = [0; ANSWER_MAX_BYTES];
        match self.0.transmit(command, &mut buffer)? {
            [data @ .., 0x90, 0x00] => Ok(data.to_vec()),
            [.., sw1, sw2] => Err(Fault::Status(u16::from_be_bytes([*sw1, *sw2]))),
            _ => Err(Fault::Status(0)),
        }
    }

    fn uid(&self) -> Result<Vec<u8>, Fault> {
        self.send(&[0xFF, 0xCA, 0x00, 0x00, 0x00])
    }

    fn read_pages(&self, page: u8) -> Result<[u8; READ_BYTES], Fault> {
        let data = self.send(&[0xFF, 0xB0, 0x00, page, READ_BYTES as u8])?;
        data.try_into().map_err(|_| Fault::Status(0))
    }

    fn read_area(&self) -> Result<Vec<u8>, Fault> {
        let mut area = Vec::with_capacity(AREA_BYTES);
        for page in (FIRST_PAGE..).step_by(READ_BYTES / PAGE_BYTES).take(AREA_BYTES / READ_BYTES) {
            area.extend_from_slice(&self.read_pages(page)?);
        }
        Ok(area)
    }

    fn write_page(&self, page: u8, bytes: &[u8]) -> Result<(), Fault> {
        let command = [&[0xFF, 0xD6, 0x00, page, PAGE_BYTES as u8], bytes].concat();
        self.send(&command).map(drop)
    }

    /// What kind of card is it, what is its UID, and what does it hold? An error is of the link alone.
    pub(super) fn look(&self) -> Result<Look, pcsc::Error> {
        let unreadable = |kind, why| Look { uid: Vec::new(), kind, content: Content::Unreadable(why) };
        let storage = storage_name(self.0.status2_owned()?.atr());
        let files = match storage {
            None => files::open(self)?,
            Some(_) => None,
        };
        let kind = match storage {
            None if files.is_some() => CardKind::Files,
            None => CardKind::Iso7816,
            Some(name) if is_classic(name) => CardKind::UidOnly,
            Some(_) => match self.read_pages(CAPABILITY_PAGE) {
                Ok(pages) => kind_of(&pages),
                Err(Fault::Status(_)) => CardKind::UidOnly,
                Err(Fault::Link(e)) => return Err(e),
            },
        };
        let uid = match self.uid() {
            Ok(uid) if uid.len() == 4 && uid[0] == RANDOM_UID => return Ok(unreadable(kind, ReadFailure::RandomUid)),
            Ok(uid) if matches!(uid.len(), 4 | 7 | 10) => uid,
            Ok(_) | Err(Fault::Status(_)) => return Ok(unreadable(kind, ReadFailure::NoUid)),
            Err(Fault::Link(e)) => return Err(e),
        };
        let content = if !kind.holds_record() {
            Content::NoStorage
        } else {
            let read = match &files {
                Some(files) => files.read_area(self),
                None => self.read_area().map(Some),
            };
            match read {
                Ok(Some(area)) => content_of(area),
                Ok(None) => Content::Foreign,
                Err(Fault::Status(_)) => Content::Unreadable(ReadFailure::Locked),
                Err(Fault::Link(e)) => return Err(e),
            }
        };
        Ok(Look { uid, kind, content })
    }

    /// Writes one slot, page after page, and reads it back.
    pub(super) fn write_slot(&self, look: &Look, slot: Slot, bytes: &[u8]) -> Result<Look, CardError> {
        let uid = &look.uid[..];
        let wrote = match look.kind {
            CardKind::Files => match files::open(self)? {
                Some(files) => files.write(self, slot.offset(), bytes),
                None => return Err(CardError::CardPulled),
            },
            _ => self.write_pages(slot, bytes),
        };
        wrote.map_err(|fault| self.why(uid, fault))?;
        let after = self.look()?;
        if after.uid != uid {
            return Err(CardError::CardPulled);
        }
        match &after.content {
            Content::Ours { area } if area[slot.offset()..].starts_with(bytes) => Ok(after),
            _ => Err(CardError::NotKept),
        }
    }

    fn write_pages(&self, slot: Slot, bytes: &[u8]) -> Result<(), Fault> {
        let first = FIRST_PAGE + (slot.offset() / PAGE_BYTES) as u8;
        (first..).zip(bytes.chunks(PAGE_BYTES)).try_for_each(|(page, four)| self.write_page(page, four))
    }

    /// Some readers answer with a status when the card is gone, so ask whether it still is there.
    fn why(&self, uid: &[u8], fault: Fault) -> CardError {
        match fault {
            Fault::Link(e) => e.into(),
            Fault::Status(status) if self.uid().is_ok_and(|now| now == uid) => CardError::WriteRefused { status },
            Fault::Status(_) => CardError::CardPulled,
        }
    }
}

fn content_of(area: Vec<u8>) -> Content {
    match card::ownership(&area) {
        Ownership::Blank => Content::Blank,
        Ownership::Ours => Content::Ours { area },
        Ownership::Foreign => Content::Foreign,
    }
}

/// The name of a storage card in the ATR that readers make for it; a card with a processor has none.
fn storage_name(atr: &[u8]) -> Option<u16> {
    /// Application identifier, length, and the PC/SC Workgroup's registered id.
    const WORKGROUP: [u8; 8] = [0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06];
    let name = atr.get(4..)?.strip_prefix(&WORKGROUP)?.get(1..3)?;
    Some(u16::from_be_bytes([name[0], name[1]]))
}

/// MIFARE Classic 1K, 4K and Mini want a key before they are read, and some lose the card when asked without.
fn is_classic(name: u16) -> bool {
    matches!(name, 0x0001 | 0x0002 | 0x0026)
}

/// An NTAG's factory tells its size in the capability container: magic, version 1.0, size in 8 bytes.
fn kind_of(capability: &[u8; READ_BYTES]) -> CardKind {
    match capability[..3] {
        [0xE1, 0x10, 0x12] => CardKind::Ntag213,
        [0xE1, 0x10, 0x3E] => CardKind::Ntag215,
        [0xE1, 0x10, 0x6D] => CardKind::Ntag216,
        _ => CardKind::UidOnly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ATRs as an ACR122U gives them.
    #[test]
    fn an_atr_tells_storage_from_processor() {
        let classic = [0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0, 0, 3, 6, 3, 0, 1, 0, 0, 0, 0, 0x6A];
        let ultralight = [0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0, 0, 3, 6, 3, 0, 3, 0, 0, 0, 0, 0x68];
        let desfire = [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80];
        assert_eq!(storage_name(&classic).map(is_classic), Some(true));
        assert_eq!(storage_name(&ultralight).map(is_classic), Some(false));
        assert_eq!(storage_name(&desfire), None);
        for cut in 0..15 {
            assert_eq!(storage_name(&classic[..cut]), None);
        }
    }

    #[test]
    fn a_capability_container_tells_the_size() {
        let with = |cc: [u8; 4]| {
            let mut pages = [0; READ_BYTES];
            pages[..4].copy_from_slice(&cc);
            kind_of(&pages)
        };
        assert_eq!(with([0xE1, 0x10, 0x12, 0]), CardKind::Ntag213);
        assert_eq!(with([0xE1, 0x10, 0x3E, 0]), CardKind::Ntag215);
        assert_eq!(with([0xE1, 0x10, 0x6D, 0x0F]), CardKind::Ntag216);
        assert_eq!(with([0xE1, 0x10, 0x06, 0]), CardKind::UidOnly);
        assert_eq!(with([0, 0, 0, 0]), CardKind::UidOnly);
    }
}
