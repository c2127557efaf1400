//! QR codes: from a text to black and white squares.

use super::PaperError;
use qrcode::bits::Bits;
use qrcode::{EcLevel, QrCode, Version};

/// The largest code that is still read when it is printed at 40 mm.
const VERSION_MAX: i16 = 22;

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
    let fitting = (1..=VERSION_MAX).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(prefix.as_bytes()).ok()?;
        bits.push_numeric_data(digits.as_bytes()).ok()?;
        bits.push_terminator(EcLevel::L).ok()?;
        QrCode::with_bits(bits, EcLevel::L).ok()
    });
    let code = fitting.ok_or(PaperError::Code)?;
    let width = code.width();
    Ok(Code { width, black: code.into_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect() })
}

impl Code {
    /// The black stretches of each row: row, first column, columns.
    pub fn stretches(&self) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        for (row, squares) in self.black.chunks(self.width).enumerate() {
            let mut start = 0;
            for stretch in squares.chunk_by(|a, b| a == b) {
                if stretch[0] {
                    found.push((row, start, stretch.len()));
                }
                start += stretch.len();
            }
        }
        found
    }
}
