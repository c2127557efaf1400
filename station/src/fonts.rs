//! The system's Noto Sans and Noto Sans Devanagari, for the screen and for paper.
//!
//! The program carries no fonts of its own: the package `fonts-noto-core` has them.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use iced::advanced::graphics::text::{Paragraph, font_system};
use iced::advanced::text::{Alignment, LineHeight, Paragraph as _, Shaping, Text, Wrapping};

use fontdb::{Database, FaceInfo, Family, Query, Source, Stretch, Style, Weight};

use crate::words::Words;

pub const LATIN_FAMILY: &str = "Noto Sans";
pub const DEVANAGARI_FAMILY: &str = "Noto Sans Devanagari";

/// What the screen writes with; Devanagari letters fall back to [`DEVANAGARI_FAMILY`].
pub const SCREEN: iced::Font = iced::Font::with_name(LATIN_FAMILY);
pub const SCREEN_BOLD: iced::Font = iced::Font { weight: iced::font::Weight::Bold, ..SCREEN };

/// Where the package puts them: looked at first, because a look at every font of the system costs more
/// than the whole rest of the start.
const USUAL_DIR: &str = "/usr/share/fonts/truetype/noto";
const USUAL_FILES: [&str; 4] =
    ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf"];

/// One font file in memory.
#[derive(Clone)]
pub struct Face {
    pub file: PathBuf,
    /// Which font of the file, when it holds several.
    pub index: u32,
    pub bytes: Arc<[u8]>,
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.file.display(), self.index)
    }
}

#[derive(Debug, Clone)]
pub struct Fonts {
    pub latin: Face,
    pub latin_bold: Face,
    pub devanagari: Face,
    pub devanagari_bold: Face,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the font {family} is not installed (package fonts-noto-core)")]
pub struct FontsMissing {
    pub family: &'static str,
}

impl FontsMissing {
    /// What happened and what to do, for people.
    pub fn sentence(&self, words: &Words) -> String {
        words.get("fonts-missing")
    }
}

impl Fonts {
    pub fn load() -> Result<Self, FontsMissing> {
        Self::load_from(Path::new(USUAL_DIR)).or_else(|_| Self::load_anywhere())
    }

    /// From all fonts of the system, wherever another distribution puts them.
    pub fn load_anywhere() -> Result<Self, FontsMissing> {
        let mut db = Database::new();
        db.load_system_fonts();
        Self::choose(&db)
    }

    /// From one directory, under the names that the package gives.
    pub fn load_from(dir: &Path) -> Result<Self, FontsMissing> {
        let mut db = Database::new();
        for name in USUAL_FILES {
            if let Err(error) = db.load_font_file(dir.join(name)) {
                tracing::debug!(name, %error, "a font is not in its usual place");
            }
        }
        Self::choose(&db)
    }

    fn choose(db: &Database) -> Result<Self, FontsMissing> {
        Ok(Self {
            latin: face(db, LATIN_FAMILY, Weight::NORMAL)?,
            latin_bold: face(db, LATIN_FAMILY, Weight::BOLD)?,
            devanagari: face(db, DEVANAGARI_FAMILY, Weight::NORMAL)?,
            devanagari_bold: face(db, DEVANAGARI_FAMILY, Weight::BOLD)?,
        })
    }

    pub fn faces(&self) -> [&Face; 4] {
        [&self.latin, &self.latin_bold, &self.devanagari, &self.devanagari_bold]
    }

    /// The four files as iced's settings want them.
    pub fn for_screen(&self) -> Vec<Cow<'static, [u8]>> {
        self.faces().into_iter().map(|face| Cow::Owned(with_spaces_drawn(&face.bytes))).collect()
    }
}

/// An outline that covers nothing and still has a width and a height: three points on one line, there and back.
const GHOST: [u8; 32] = [
    0, 1, // One contour,
    0, 0, 0, 0, 0, 100, 0, 100, // in a field from 0 to 100,
    0, 2, 0, 0, // of three points and no program.
    1, 1, 1, // Each is on the line, and its steps are written in full:
    0, 0, 0, 100, 0xff, 206, // 0, 100 and back to 50,
    0, 0, 0, 100, 0xff, 206, // up as far as to the right.
    0, 0, 0,
];

/// The same font, whose spaces are letters that cover nothing. The screen's renderer keeps a picture of each letter, but
/// not of one without pixels: for each line with a space it ran the font's hinting programs anew, half of what a picture of
/// the screen cost. A font that is written otherwise than Noto stays as it is.
fn with_spaces_drawn(font: &[u8]) -> Vec<u8> {
    with_ghosts(font).unwrap_or_else(|| font.to_vec())
}

fn with_ghosts(font: &[u8]) -> Option<Vec<u8>> {
    let u16_at = |at: usize| Some(usize::from(u16::from_be_bytes(font.get(at..at + 2)?.try_into().ok()?)));
    let u32_at = |at: usize| Some(u32::from_be_bytes(font.get(at..at + 4)?.try_into().ok()?) as usize);
    let record = |tag: &[u8; 4]| {
        let records = (0..u16_at(4)?).map(|n| 12 + 16 * n);
        records.into_iter().find(|at| font.get(*at..at + 4).is_some_and(|found| found == tag))
    };
    let (glyf, loca) = (record(b"glyf")?, record(b"loca")?);
    let start_of = |record: usize| u32_at(record + 8);
    let (outlines, places) = (start_of(glyf)?, start_of(loca)?);
    // Places are written in four bytes.
    if u16_at(start_of(record(b"head")?)? + 50)? != 1 {
        return None;
    }
    let (mut drawn, mut placed) = (Vec::new(), vec![0; 4]);
    for glyph in 0..u16_at(start_of(record(b"maxp")?)? + 4)? {
        let (from, to) = (u32_at(places + 4 * glyph)?, u32_at(places + 4 * glyph + 4)?);
        let outline = font.get(outlines + from..outlines + to)?;
        drawn.extend_from_slice(if outline.is_empty() { &GHOST } else { outline });
        placed.extend_from_slice(&u32::try_from(drawn.len()).ok()?.to_be_bytes());
    }
    let mut font = font.to_vec();
    for (record, table) in [(glyf, drawn), (loca, placed)] {
        font.resize(font.len().next_multiple_of(4), 0);
        let start = u32::try_from(font.len()).ok()?.to_be_bytes();
        font[record + 8..record + 12].copy_from_slice(&start);
        font[record + 12..record + 16].copy_from_slice(&u32::try_from(table.len()).ok()?.to_be_bytes());
        font.extend(table);
    }
    Some(font)
}

/// The screen looks at every font of the system when it is first asked for letters, which takes as long as an empty window
/// takes to open. It would take the system's own Noto before ours.
pub fn look_around() {
    if let Ok(mut system) = font_system().write() {
        let db = system.raw().db_mut();
        let ours = |family: &str| family == LATIN_FAMILY || family == DEVANAGARI_FAMILY;
        let theirs = |face: &&FaceInfo| {
            !matches!(face.source, Source::Binary(_)) && face.families.iter().any(|(family, _)| ours(family))
        };
        let theirs: Vec<_> = db.faces().filter(theirs).map(|face| face.id).collect();
        theirs.into_iter().for_each(|id| db.remove_face(id));
    }
}

/// Loads the screen's own fonts.
pub fn load(own: &[Cow<'static, [u8]>]) {
    look_around();
    if let Ok(mut system) = font_system().write() {
        own.iter().for_each(|font| system.load_font(font.clone()));
    }
}

/// Loads the screen's own fonts, and shapes the first words.
pub fn get_ready(own: &[Cow<'static, [u8]>]) {
    load(own);
    for font in [SCREEN, SCREEN_BOLD] {
        let _ = Paragraph::with_text(Text {
            content: "Aa हिन्दी",
            bounds: iced::Size::INFINITE,
            size: 15.into(),
            line_height: LineHeight::default(),
            font,
            align_x: Alignment::Default,
            align_y: iced::alignment::Vertical::Top,
            shaping: Shaping::Advanced,
            wrapping: Wrapping::None,
        });
    }
}

fn face(db: &Database, family: &'static str, weight: Weight) -> Result<Face, FontsMissing> {
    let missing = FontsMissing { family };
    let query = Query { families: &[Family::Name(family)], weight, stretch: Stretch::Normal, style: Style::Normal };
    let id = db.query(&query).ok_or_else(|| missing.clone())?;
    // A query also answers with the nearest weight; a light face would be the wrong one.
    if db.face(id).is_none_or(|found| found.weight != weight) {
        return Err(missing);
    }
    let file = match db.face_source(id) {
        Some((Source::File(file) | Source::SharedFile(file, _), _)) => file,
        _ => return Err(missing),
    };
    db.with_face_data(id, |bytes, index| Face { file, index, bytes: Arc::from(bytes) }).ok_or(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use harfrust::{FontRef, Tag};

    #[test]
    fn for_the_screen_only_the_empty_letters_are_others() {
        let fonts = Fonts::load().unwrap();
        for (whole, screen) in fonts.faces().into_iter().zip(fonts.for_screen()) {
            let (before, after) = (FontRef::new(&whole.bytes).unwrap(), FontRef::new(&screen).unwrap());
            let table = |font: &FontRef<'_>, tag: Tag| font.table_data(tag).unwrap().as_bytes().to_vec();
            let records = before.table_directory.table_records().iter().map(|record| record.tag());
            let others: Vec<_> = records.filter(|tag| table(&before, *tag) != table(&after, *tag)).collect();
            assert_eq!(others, [Tag::new(b"glyf"), Tag::new(b"loca")], "{whole:?}");
            let outlines = |font: &FontRef<'_>| -> Vec<Vec<u8>> {
                let (glyf, loca) = (table(font, Tag::new(b"glyf")), table(font, Tag::new(b"loca")));
                let places: Vec<_> =
                    loca.chunks(4).map(|at| u32::from_be_bytes(at.try_into().unwrap()) as usize).collect();
                places.windows(2).map(|at| glyf[at[0]..at[1]].to_vec()).collect()
            };
            let (before, after) = (outlines(&before), outlines(&after));
            assert_eq!(before.len(), after.len());
            assert!(before.iter().any(Vec::is_empty));
            for (before, after) in before.iter().zip(&after) {
                assert_eq!(if before.is_empty() { &GHOST[..] } else { before }, after);
            }
        }
        // What is no such font is given on as it is.
        let whole = &fonts.latin.bytes;
        for bytes in [&b""[..], b"\0\x01\0\0\0\x11", &whole[..300], &whole[..whole.len() / 2]] {
            assert_eq!(with_spaces_drawn(bytes), bytes);
        }
    }

    #[test]
    fn the_screen_takes_our_fonts_before_those_of_the_system() {
        load(&Fonts::load().unwrap().for_screen());
        let mut system = font_system().write().unwrap();
        let db = system.raw().db_mut();
        for family in [LATIN_FAMILY, DEVANAGARI_FAMILY] {
            for weight in [Weight::NORMAL, Weight::BOLD] {
                let query = Query { families: &[Family::Name(family)], weight, ..Query::default() };
                let face = db.face(db.query(&query).unwrap()).unwrap();
                assert_eq!(face.weight, weight);
                assert!(matches!(face.source, Source::Binary(_)), "{family} {weight:?} comes from {:?}", face.source);
            }
        }
    }
}
