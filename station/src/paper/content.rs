//! What stands on a page, in PDF's own words.
//!
//! printpdf makes a node of each glyph, and of each square of a code, before it writes it; that takes longer than all the
//! rest of a paper. Distances are in points here, from the page's lower left corner.

use std::collections::BTreeMap;

/// Of a point: 4 micrometres.
const DECIMALS: u32 = 2;
/// Of the numbers of a matrix, which a whole page is multiplied with.
const MATRIX_DECIMALS: u32 = 5;
const HEX: &[u8; 16] = b"0123456789ABCDEF";

#[derive(Debug, Clone, Default)]
pub struct Content {
    bytes: Vec<u8>,
    /// Where the codes of glyphs go: they are known when the fonts are cut.
    glyphs: Vec<Glyph>,
    /// What each glyph of a font stands for.
    letters: BTreeMap<(usize, u16), String>,
    /// As it was set last.
    fill: Option<f32>,
    stroke: Option<(f32, f32)>,
}

#[derive(Debug, Clone, Copy)]
struct Glyph {
    at: usize,
    face: usize,
    id: u16,
}

impl Content {
    /// From 0, black, to 1, white: of letters and rectangles from here on.
    pub fn fill(&mut self, grey: f32) {
        if self.fill.replace(grey) != Some(grey) {
            self.number(grey);
            self.word("g");
        }
    }

    /// A rectangle by its lower left corner, filled.
    pub fn rectangle(&mut self, corner: (f32, f32), size: (f32, f32)) {
        self.corners(corner, size);
        self.word("f");
    }

    /// Rectangles of whole numbers: corner, then size.
    pub fn rectangles(&mut self, all: impl Iterator<Item = [usize; 4]>) {
        for [x, y, width, height] in all {
            self.corners((x as f32, y as f32), (width as f32, height as f32));
        }
        self.word("f");
    }

    fn corners(&mut self, (x, y): (f32, f32), (width, height): (f32, f32)) {
        [x, y, width, height].into_iter().for_each(|number| self.number(number));
        self.word("re");
    }

    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32, grey: f32) {
        if self.stroke.replace((thickness, grey)) != Some((thickness, grey)) {
            self.number(grey);
            self.word("G");
            self.number(thickness);
            self.word("w");
        }
        for ((x, y), word) in [(from, "m"), (to, "l")] {
            self.number(x);
            self.number(y);
            self.word(word);
        }
        self.word("S");
    }

    /// What is drawn in another system of coordinates.
    pub fn within(&mut self, matrix: [f32; 6], draw: impl FnOnce(&mut Self)) {
        let before = (self.fill, self.stroke);
        self.word("q");
        matrix.into_iter().for_each(|number| self.decimal(number, MATRIX_DECIMALS));
        self.word("cm");
        draw(self);
        self.word("Q");
        (self.fill, self.stroke) = before;
    }

    /// What is drawn is read as this text, whatever its glyphs say.
    pub fn spoken(&mut self, text: &str, draw: impl FnOnce(&mut Self)) {
        self.bytes.extend_from_slice(b"/Span<</ActualText<FEFF");
        text.encode_utf16().for_each(|unit| self.hex(unit));
        self.word(">>>BDC");
        draw(self);
        self.word("EMC");
    }

    /// Text in one font, named as the document has it.
    pub fn text(&mut self, face: usize, font: &str, size: f32, draw: impl FnOnce(&mut Shown<'_>)) {
        self.word("BT");
        self.bytes.push(b'/');
        self.bytes.extend_from_slice(font.as_bytes());
        self.bytes.push(b' ');
        self.number(size);
        self.word("Tf");
        let mut shown = Shown { content: self, face, array: false, string: false };
        draw(&mut shown);
        shown.close();
        self.word("ET");
    }

    /// The glyphs of one font, with what they stand for.
    pub fn letters_of(&self, face: usize) -> impl Iterator<Item = (u16, &str)> {
        self.letters.range((face, 0)..=(face, u16::MAX)).map(|((_, id), letters)| (*id, letters.as_str()))
    }

    /// With the codes that the glyphs have in the fonts of the document.
    pub fn coded(mut self, code: impl Fn(usize, u16) -> u16) -> Vec<u8> {
        for Glyph { at, face, id } in self.glyphs {
            self.bytes[at..at + 4].copy_from_slice(&hex(code(face, id)));
        }
        self.bytes
    }

    fn word(&mut self, word: &str) {
        self.bytes.extend_from_slice(word.as_bytes());
        self.bytes.push(b'\n');
    }

    fn hex(&mut self, number: u16) {
        self.bytes.extend_from_slice(&hex(number));
    }

    fn number(&mut self, number: f32) {
        self.decimal(number, DECIMALS);
    }

    /// A number and a space. Formatting it in the usual way is a third of what a page takes.
    fn decimal(&mut self, number: f32, decimals: u32) {
        let one = 10_u64.pow(decimals);
        let parts = (f64::from(number) * one as f64).round();
        if parts < 0.0 {
            self.bytes.push(b'-');
        }
        let parts = parts.abs() as u64;
        self.digits(parts / one, 1);
        let (mut part, mut places) = (parts % one, decimals as usize);
        if part > 0 {
            while part % 10 == 0 {
                (part, places) = (part / 10, places - 1);
            }
            self.bytes.push(b'.');
            self.digits(part, places);
        }
        self.bytes.push(b' ');
    }

    /// A number with at least so many digits.
    fn digits(&mut self, mut number: u64, least: usize) {
        let start = self.bytes.len();
        while number > 0 || self.bytes.len() - start < least {
            self.bytes.push(b'0' + (number % 10) as u8);
            number /= 10;
        }
        self.bytes[start..].reverse();
    }
}

fn hex(number: u16) -> [u8; 4] {
    [12, 8, 4, 0].map(|shift| HEX[usize::from(number >> shift & 0xF)])
}

/// Text that is being shown.
pub struct Shown<'c> {
    content: &'c mut Content,
    face: usize,
    /// An array of strings and moves is open, and a string in it.
    array: bool,
    string: bool,
}

impl Shown<'_> {
    /// The next glyph stands here.
    pub fn at(&mut self, x: f32, y: f32) {
        self.close();
        self.content.bytes.extend_from_slice(b"1 0 0 1 ");
        self.content.number(x);
        self.content.number(y);
        self.content.word("Tm");
        self.content.bytes.push(b'[');
        self.array = true;
    }

    /// Back by so many thousandths of the text size.
    pub fn back(&mut self, thousandths: f32) {
        self.end_string();
        self.content.number(thousandths);
    }

    /// A glyph, and the letters it stands for. What it stood for first is kept.
    pub fn glyph(&mut self, id: u16, letters: &str) {
        if !self.string {
            self.content.bytes.push(b'<');
            self.string = true;
        }
        let (at, face) = (self.content.bytes.len(), self.face);
        self.content.glyphs.push(Glyph { at, face, id });
        self.content.hex(0);
        let known = self.content.letters.entry((face, id)).or_default();
        if known.is_empty() {
            known.push_str(letters);
        }
    }

    fn end_string(&mut self) {
        if std::mem::take(&mut self.string) {
            self.content.bytes.push(b'>');
        }
    }

    fn close(&mut self) {
        self.end_string();
        if std::mem::take(&mut self.array) {
            self.content.word("]TJ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(draw: impl FnOnce(&mut Content)) -> String {
        let mut content = Content::default();
        draw(&mut content);
        String::from_utf8(content.coded(|face, id| id + face as u16)).unwrap_or_default()
    }

    #[test]
    fn numbers_are_short_and_rounded() {
        for (number, text) in [
            (0.0, "0 "),
            (-0.001, "0 "),
            (12.0, "12 "),
            (-7.5, "-7.5 "),
            (0.05, "0.05 "),
            (1.999, "2 "),
            (841.89, "841.89 "),
        ] {
            assert_eq!(written(|c| c.number(number)), text, "{number}");
        }
        assert_eq!(written(|c| c.decimal(0.61566, MATRIX_DECIMALS)), "0.61566 ");
    }

    #[test]
    fn what_is_set_already_is_not_set_again() {
        let text = written(|c| {
            c.fill(0.5);
            c.rectangle((1.0, 2.0), (3.0, 4.0));
            c.fill(0.5);
            c.within([1.0, 0.0, 0.0, 1.0, 5.0, 6.0], |c| {
                c.fill(0.0);
                c.rectangles([[1, 2, 3, 4], [5, 6, 7, 8]].into_iter());
            });
            c.fill(0.5);
            c.line((0.0, 0.0), (9.0, 0.0), 0.35, 0.45);
            c.line((0.0, 1.0), (9.0, 1.0), 0.35, 0.45);
        });
        let wanted = "0.5 g\n1 2 3 4 re\nf\nq\n1 0 0 1 5 6 cm\n0 g\n1 2 3 4 re\n5 6 7 8 re\nf\nQ\n\
                      0.45 G\n0.35 w\n0 0 m\n9 0 l\nS\n0 1 m\n9 1 l\nS\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn glyphs_stand_together_and_have_the_codes_of_the_document() {
        let text = written(|c| {
            c.spoken("क", |c| {
                c.text(2, "TIK", 8.5, |shown| {
                    shown.at(10.0, 20.0);
                    shown.glyph(0x12, "क");
                    shown.glyph(0xFFD, "");
                    shown.back(-3.25);
                    shown.glyph(0x12, "ख");
                    shown.at(30.0, 21.0);
                    shown.glyph(1, "");
                });
            });
            assert_eq!(c.letters_of(2).collect::<Vec<_>>(), [(1, ""), (0x12, "क"), (0xFFD, "")]);
        });
        let wanted = "/Span<</ActualText<FEFF0915>>>BDC\nBT\n/TIK 8.5 Tf\n1 0 0 1 10 20 Tm\n[<00140FFF>-3.25 <0014>]TJ\n\
                      1 0 0 1 30 21 Tm\n[<0003>]TJ\nET\nEMC\n";
        assert_eq!(text, wanted);
    }
}
