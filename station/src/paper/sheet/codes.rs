//! QR codes, and places to sign.

use super::{Align, Block, Cell, PAD_Y, Sheet, THIN, Text, tallest};
use crate::paper::PaperError;
use crate::paper::qr::Code;

/// White around a QR code: four squares of the smallest code that is printed.
const QUIET: f32 = 14.0;
/// Over a line to sign on, between two of them, and below them.
const HAND: f32 = 40.0;
const SIGNING_GAP: f32 = 40.0;
const ABOUT_GAP: f32 = 6.0;

/// Places to sign, side by side under room for the hand, and what is to be said below them.
struct Signing {
    room: f32,
    places: Vec<Block>,
    place_width: f32,
    about: Block,
}

impl Signing {
    fn about_top(&self) -> f32 {
        let gap = if self.about.lines.is_empty() { 0.0 } else { ABOUT_GAP };
        self.room + tallest(self.places.iter()) + PAD_Y + gap
    }

    fn height(&self) -> f32 {
        self.about_top() + self.about.height
    }
}

impl Sheet<'_, '_> {
    /// Lines to sign on, side by side, each with what stands below it.
    pub fn signatures(&mut self, places: &[Cell]) -> Result<(), PaperError> {
        let signing = self.signing(0.0, places, &[], self.format.inner())?;
        self.need(signing.height())?;
        self.put_signing(&signing, self.format.margin);
        self.y += signing.height();
        Ok(())
    }

    /// QR codes side by side, each with what stands below it; more than fit go into another row. The places to sign, and
    /// what is to be said of the codes, stand beside the last ones, or below when they fill their row. A reader's white
    /// border is kept all round.
    pub fn codes(
        &mut self,
        codes: &[(Code, Cell)],
        size: f32,
        places: &[Cell],
        about: &[Text],
    ) -> Result<(), PaperError> {
        let (inner, step) = (self.format.inner(), size + QUIET);
        let a_row = ((inner / step) as usize).max(1);
        let in_last_row = codes.chunks(a_row).last().map_or(a_row, <[_]>::len);
        let beside = inner - in_last_row as f32 * step;
        let is_beside = beside >= 2.0 * size;
        let signing = self.signing(HAND, places, about, if is_beside { beside } else { inner })?;
        let rows = codes.len().div_ceil(a_row);
        for (n, row) in codes.chunks(a_row).enumerate() {
            let mut captions = Vec::with_capacity(row.len());
            for (_, caption) in row {
                captions.push(self.block(caption, size)?);
            }
            let mut height = step + tallest(captions.iter());
            let has_signing = is_beside && n + 1 == rows;
            if has_signing {
                height = height.max(signing.height());
            }
            self.need(height)?;
            let mut left = self.format.margin;
            for ((code, _), caption) in row.iter().zip(&captions) {
                self.draw_code(code, (left, self.y + QUIET / 2.0), size);
                self.put(caption, left, self.y + step, size, Align::Left);
                left += step;
            }
            if has_signing {
                self.put_signing(&signing, left);
            }
            self.y += height;
        }
        if !is_beside {
            self.need(signing.height())?;
            self.put_signing(&signing, self.format.margin);
            self.y += signing.height();
        }
        Ok(())
    }

    fn signing(&self, room: f32, places: &[Cell], about: &[Text], width: f32) -> Result<Signing, PaperError> {
        let gaps = places.len().saturating_sub(1) as f32 * SIGNING_GAP;
        let place_width = (width - gaps) / places.len().max(1) as f32;
        let mut blocks = Vec::with_capacity(places.len());
        for place in places {
            blocks.push(self.block(place, place_width)?);
        }
        Ok(Signing { room, places: blocks, place_width, about: self.block(about, width)? })
    }

    fn put_signing(&mut self, signing: &Signing, left: f32) {
        let (line, width) = (self.y + signing.room, signing.place_width);
        for (n, place) in signing.places.iter().enumerate() {
            let x = left + n as f32 * (width + SIGNING_GAP);
            self.stroke((x, line), (x + width, line), THIN, 0.0);
            self.put(place, x, line + PAD_Y, width, Align::Left);
        }
        self.put(&signing.about, left, self.y + signing.about_top(), self.format.inner(), Align::Left);
    }

    fn draw_code(&mut self, code: &Code, (left, top): (f32, f32), size: f32) {
        let Some(content) = self.pages.last_mut() else { return };
        let square = size / code.width as f32;
        content.fill(0.0);
        // Squares are counted downwards from the upper left corner.
        content.within([square, 0.0, 0.0, -square, left, self.format.height - top], |content| {
            content.rectangles(code.stretches().map(|(row, column, columns)| [column, row, columns, 1]));
        });
    }
}
