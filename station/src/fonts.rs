//! The system's Noto Sans and Noto Sans Devanagari, for the screen and for paper.
//!
//! The program carries no fonts of its own: the package `fonts-noto-core` has them.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use iced::advanced::graphics::text::{Paragraph, font_system};
use iced::advanced::text::{Alignment, LineHeight, Paragraph as _, Shaping, Text, Wrapping};

use fontdb::{Database, Family, Query, Source, Stretch, Style, Weight};

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
        self.faces().into_iter().map(|face| Cow::Owned(face.bytes.to_vec())).collect()
    }
}

/// The screen looks at every font of the system when it is first asked for letters, which takes as long as an empty window
/// takes to open.
pub fn look_around() {
    let _ = font_system();
}

/// Loads the screen's own fonts, and shapes the first words.
pub fn get_ready(own: Vec<Cow<'static, [u8]>>) {
    if let Ok(mut system) = font_system().write() {
        own.into_iter().for_each(|font| system.load_font(font));
    }
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
