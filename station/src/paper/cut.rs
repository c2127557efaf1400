//! A font cut down to the glyphs of a paper.

use super::PaperError;
use super::file::deflated;
use flate2::Compression;
use printpdf::{FontEmbeddingMode, ParsedFont, PdfFont, PrintpdfFontMeta, subset_font};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A cut font may have more glyphs than a paper needs, by one for so many that it does.
const A_SPARE_ONE_FOR: usize = 2;

pub struct Cutter {
    /// Inside a paper.
    name: &'static str,
    whole: ParsedFont,
    /// What was cut for the paper before: one certificate needs nearly the same glyphs as the other.
    last: RefCell<Option<Rc<Cut>>>,
}

pub struct Cut {
    /// By the glyphs of the whole font.
    codes: BTreeMap<u16, u16>,
    font: ParsedFont,
    /// The font's file, and the same as it stands in a paper.
    pub bytes: Vec<u8>,
    pub deflated: Vec<u8>,
}

impl Cutter {
    pub fn new(name: &'static str, whole: ParsedFont) -> Self {
        Self { name, whole, last: RefCell::default() }
    }

    /// How far a reader moves its pen after a glyph, of a font with so many units: printpdf writes whole thousandths.
    pub fn printed_width(&self, glyph: u16, units_per_em: f32) -> f32 {
        (f32::from(self.whole.get_horizontal_advance(glyph)) * 1000.0 / units_per_em).trunc()
    }

    /// A font with these glyphs, and perhaps some that papers before it needed.
    pub fn cut(&self, needed: &BTreeMap<u16, String>) -> Result<Rc<Cut>, PaperError> {
        let mut last = self.last.borrow_mut();
        let mut all = needed.clone();
        let before = last.iter().flat_map(|cut| cut.codes.keys());
        all.extend(before.filter(|glyph| !needed.contains_key(glyph)).map(|glyph| (*glyph, String::new())));
        if all.len() > needed.len() + needed.len() / A_SPARE_ONE_FOR {
            return Ok(Rc::new(self.cut_to(needed)?));
        }
        match last.as_ref().filter(|cut| cut.codes.len() == all.len()) {
            Some(cut) => Ok(cut.clone()),
            None => Ok(last.insert(Rc::new(self.cut_to(&all)?)).clone()),
        }
    }

    fn cut_to(&self, glyphs: &BTreeMap<u16, String>) -> Result<Cut, PaperError> {
        let cut = subset_font(&self.whole, glyphs).map_err(|_| PaperError::Font)?;
        let mut font = ParsedFont::from_bytes(&cut.bytes, 0, &mut Vec::new()).ok_or(PaperError::Font)?;
        font.font_name = Some(self.name.to_owned());
        let codes = cut.glyph_mapping.into_iter().map(|(glyph, (code, _))| (glyph, code)).collect();
        Ok(Cut { codes, font, deflated: deflated(&cut.bytes, Compression::best())?, bytes: cut.bytes })
    }
}

impl Cut {
    /// Zero is the glyph for what is missing.
    pub fn code(&self, glyph: u16) -> u16 {
        self.codes.get(&glyph).copied().unwrap_or_default()
    }

    /// As it is: printpdf is not to cut it once more.
    pub fn font(&self) -> PdfFont {
        let embedding_mode = FontEmbeddingMode::Full;
        let meta = PrintpdfFontMeta { embedding_mode, requires_subsetting: false, ..PrintpdfFontMeta::default() };
        PdfFont::with_meta(self.font.clone(), meta)
    }
}
