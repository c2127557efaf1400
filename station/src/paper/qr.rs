//! QR codes: from a text to black and white squares.

use super::PaperError;
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// The largest code that is still read when it is printed at 40 mm.
const VERSION_MAX: u8 = 22;

/// A mask breaks up what is regular in a code. What is packed and signed is noise already, under any of the eight alike,
/// and a reader takes whichever the code names: trying all of them took as long as the rest of a page.
const MASK: u8 = 0;

/// A square of squares.
pub struct Code {
    pub width: usize,
    /// Row by row; true is black.
    pub black: Vec<bool>,
}

/// A health card's text in two segments: `shc:/` as bytes, the digits as numbers. One segment of bytes would make a larger
/// code, which validators do not accept.
pub fn health_card(text: &str) -> Result<Code, PaperError> {
    let (prefix, digits) = text.split_at(text.find('/').map_or(0, |at| at + 1));
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(PaperError::Code);
    }
    let segments = [QrSegment::make_bytes(prefix.as_bytes()), QrSegment::make_numeric(digits)];
    let (ecc, largest) = (QrCodeEcc::Low, Version::new(VERSION_MAX));
    let code = QrCode::encode_segments_advanced(&segments, ecc, Version::MIN, largest, Some(Mask::new(MASK)), false)
        .map_err(|_| PaperError::Code)?;
    let width = code.size();
    let squares = (0..width).flat_map(|y| (0..width).map(move |x| (x, y)));
    Ok(Code { width: width.unsigned_abs() as usize, black: squares.map(|(x, y)| code.get_module(x, y)).collect() })
}

impl Code {
    /// The black stretches of each row: row, first column, columns.
    pub fn stretches(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.black.chunks(self.width).enumerate().flat_map(|(row, squares)| {
            let of_row = squares.chunk_by(|a, b| a == b).scan(0, |start, stretch| {
                let begins = *start;
                *start += stretch.len();
                Some((stretch[0], begins, stretch.len()))
            });
            of_row.filter(|(black, ..)| *black).map(move |(_, column, columns)| (row, column, columns))
        })
    }
}
