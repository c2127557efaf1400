//! A card with a processor and the files of an NFC Forum type 4 tag (version 2.0): the area of our two slots lies in its
//! NDEF file, behind the length of an NDEF message, which stays zero: other programs see an empty tag.

use super::chip::{Chip, Fault};
use hub_protocol::card::AREA_BYTES;

/// Of the NDEF application.
const SELECT_APPLICATION: [u8; 13] = [0x00, 0xA4, 0x04, 0x00, 0x07, 0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01, 0x00];
/// The file that says what the card can do.
const CAPABILITY_FILE: u16 = 0xE103;
const CAPABILITY_BYTES: u8 = 15;
/// In the capabilities: the longest that is read and written at once, then the description of the NDEF file.
const READ_MAX_AT: usize = 3;
const WRITE_MAX_AT: usize = 5;
const NDEF_FILE_TAG: [u8; 2] = [0x04, 0x06];
const NDEF_FILE_AT: usize = 7;
/// The length of the NDEF message in front of it.
const LENGTH_BYTES: usize = 2;
/// The longest that this program reads or writes at once.
const CHUNK_MAX_BYTES: u16 = 240;

/// The NDEF file of a card, with room for our area, that anybody may read and write.
pub(super) struct Files {
    file: u16,
    read_max: usize,
    write_max: usize,
}

/// What the card has; nothing when it is not such a card, or its file is too small or closed.
pub(super) fn open(chip: &Chip<'_>) -> Result<Option<Files>, pcsc::Error> {
    let capability = || {
        let _ = chip.send(&SELECT_APPLICATION)?;
        select(chip, CAPABILITY_FILE)?;
        chip.send(&[0x00, 0xB0, 0x00, 0x00, CAPABILITY_BYTES])
    };
    match capability() {
        Ok(bytes) => Ok(Files::of(&bytes)),
        Err(Fault::Status(_)) => Ok(None),
        Err(Fault::Link(error)) => Err(error),
    }
}

fn select(chip: &Chip<'_>, file: u16) -> Result<(), Fault> {
    let [high, low] = file.to_be_bytes();
    chip.send(&[0x00, 0xA4, 0x00, 0x0C, 0x02, high, low]).map(drop)
}

impl Files {
    fn of(capability: &[u8]) -> Option<Self> {
        let number = |at: usize| capability.get(at..at + 2).map(|two| u16::from_be_bytes([two[0], two[1]]));
        let description = capability.get(NDEF_FILE_AT..usize::from(CAPABILITY_BYTES))?;
        let size = usize::from(number(NDEF_FILE_AT + 4)?);
        let open = description.starts_with(&NDEF_FILE_TAG) && description.ends_with(&[0x00, 0x00]);
        let chunk = |at| number(at).map(|max| usize::from(max.min(CHUNK_MAX_BYTES))).filter(|max| *max > 0);
        let (read_max, write_max) = (chunk(READ_MAX_AT)?, chunk(WRITE_MAX_AT)?);
        let fits = size >= LENGTH_BYTES + AREA_BYTES;
        (open && fits).then_some(Self { file: number(NDEF_FILE_AT + 2)?, read_max, write_max })
    }

    /// Our area; nothing when the file holds an NDEF message, which is somebody else's.
    pub(super) fn read_area(&self, chip: &Chip<'_>) -> Result<Option<Vec<u8>>, Fault> {
        select(chip, self.file)?;
        let mut all = Vec::with_capacity(LENGTH_BYTES + AREA_BYTES);
        while all.len() < LENGTH_BYTES + AREA_BYTES {
            let len = self.read_max.min(LENGTH_BYTES + AREA_BYTES - all.len());
            let [high, low] = (all.len() as u16).to_be_bytes();
            let part = chip.send(&[0x00, 0xB0, high, low, len as u8])?;
            if part.len() != len {
                return Err(Fault::Status(0));
            }
            all.extend_from_slice(&part);
        }
        let area = all.split_off(LENGTH_BYTES);
        Ok((all == [0, 0]).then_some(area))
    }

    /// Writes into our area.
    pub(super) fn write(&self, chip: &Chip<'_>, offset: usize, bytes: &[u8]) -> Result<(), Fault> {
        select(chip, self.file)?;
        for (part, at) in bytes.chunks(self.write_max).zip((LENGTH_BYTES + offset..).step_by(self.write_max)) {
            let [high, low] = (at as u16).to_be_bytes();
            chip.send(&[&[0x00, 0xD6, high, low, part.len() as u8], part].concat()).map(drop)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a DESFire EV2 with a file of 2 KiB has it.
    const DESFIRE: [u8; 15] =
        [0x00, 0x0F, 0x20, 0x00, 0x3A, 0x00, 0x34, 0x04, 0x06, 0xE1, 0x04, 0x08, 0x00, 0x00, 0x00];

    #[test]
    fn the_capabilities_say_how_the_file_is_used() {
        let files = Files::of(&DESFIRE).expect("a card with room");
        assert_eq!((files.file, files.read_max, files.write_max), (0xE104, 0x3A, 0x34));
        let with = |at: usize, byte: u8| {
            let mut bytes = DESFIRE;
            bytes[at] = byte;
            Files::of(&bytes).is_some()
        };
        assert!(!with(14, 0xFF), "a file that is closed for writing");
        assert!(!with(11, 0x01), "a file that is too small");
        assert!(!with(7, 0x05), "another file");
        assert!(!with(6, 0x00), "nothing can be written");
        for len in 0..DESFIRE.len() {
            assert!(Files::of(&DESFIRE[..len]).is_none());
        }
    }
}
