//! Text on paper: each script in its own font, shaped, measured, broken into lines and drawn as glyphs.
//!
//! The glyphs of a Devanagari word say little about its letters (signs are drawn before the letter they
//! follow), so each Devanagari run carries its letters as `ActualText`: search and copy stay exact.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use harfrust::{Direction, FontRef, GlyphBuffer, Language, Script, ShapePlan, ShaperData, UnicodeBuffer, script};
use printpdf::ParsedFont;

use super::content::Content;
use super::cut::Cutter;
use super::{PaperError, Step};
use crate::fonts::{self, Fonts};
use crate::words::is_devanagari;

/// How a text looks. Sizes are in points; `grey` goes from 0, black, to 1, white.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    pub size: f32,
    pub bold: bool,
    pub grey: f32,
}

impl Style {
    pub const fn plain(size: f32) -> Self {
        Self { size, bold: false, grey: 0.0 }
    }

    pub const fn bold(size: f32) -> Self {
        Self { size, bold: true, grey: 0.0 }
    }

    pub const fn grey(self, grey: f32) -> Self {
        Self { grey, ..self }
    }

    /// From one baseline to the next; room for the signs above and below Devanagari letters.
    pub fn leading(self) -> f32 {
        self.size * 1.38
    }

    /// From the top of a line to its baseline.
    pub fn ascent(self) -> f32 {
        self.size * 1.06
    }
}

/// One shaped line.
#[derive(Debug, Clone)]
pub struct Line {
    pub style: Style,
    pub width: f32,
    runs: Vec<Run>,
    /// Its Latin too carries its letters as text: slanted glyphs are not put together to words by readers.
    spoken: bool,
}

/// A part of a line in one font.
#[derive(Debug, Clone)]
struct Run {
    face: usize,
    text: String,
    glyphs: Rc<[Glyph]>,
}

/// Distances in thousandths of the text size.
#[derive(Debug, Clone)]
struct Glyph {
    id: u16,
    /// Where the letters that it stands for begin in the run's text.
    cluster: usize,
    advance: f32,
    x_offset: f32,
    y_offset: f32,
}

struct Face<'f> {
    font: FontRef<'f>,
    shaper: ShaperData,
    /// How its script is shaped; to work this out costs more than to shape a word.
    plan: ShapePlan,
    cutter: Cutter,
    units_per_em: f32,
    /// What was shaped before: the same words stand on one paper after the other.
    shaped: RefCell<HashMap<String, Rc<[Glyph]>>>,
}

/// Shapes and draws with four fonts; a paper holds only the glyphs it uses. It costs more to make one, which reads the
/// fonts, than a paper with it.
pub struct Typesetter<'f> {
    faces: [Face<'f>; 4],
    watch: Option<Watch>,
}

/// Told how far a paper is; breaks when nobody wants it any more.
type Watch = Box<dyn Fn(Step) -> ControlFlow<()>>;

/// Texts whose glyphs are kept, of each font.
const SHAPED_MAX: usize = 4_096;

const LATIN: usize = 0;
const DEVANAGARI: usize = 2;
/// Added to a script's index for its bold font.
const BOLD: usize = 1;

/// Names of the fonts inside a paper. PDF asks for six letters that mark a font as cut down.
const NAMES: [&str; 4] = [
    "TIKLAR+NotoSans-Regular",
    "TIKLAB+NotoSans-Bold",
    "TIKDER+NotoSansDevanagari-Regular",
    "TIKDEB+NotoSansDevanagari-Bold",
];

impl<'f> Typesetter<'f> {
    pub fn new(fonts: &'f Fonts) -> Result<Self, PaperError> {
        let [latin, latin_bold, devanagari, devanagari_bold] = fonts.faces();
        Ok(Self {
            faces: [
                Face::read(latin, LATIN, NAMES[0])?,
                Face::read(latin_bold, LATIN, NAMES[1])?,
                Face::read(devanagari, DEVANAGARI, NAMES[2])?,
                Face::read(devanagari_bold, DEVANAGARI, NAMES[3])?,
            ],
            watch: None,
        })
    }

    /// From here on `watch` is told how far each paper is.
    pub fn watched(self, watch: impl Fn(Step) -> ControlFlow<()> + 'static) -> Self {
        Self { watch: Some(Box::new(watch)), ..self }
    }

    pub(super) fn tell(&self, step: Step) -> Result<(), PaperError> {
        match &self.watch {
            Some(watch) if watch(step).is_break() => Err(PaperError::Stopped),
            _ => Ok(()),
        }
    }

    /// The fonts by their names inside a paper.
    pub fn cutters(&self) -> impl Iterator<Item = (&'static str, &Cutter)> {
        NAMES.into_iter().zip(self.faces.iter().map(|face| &face.cutter))
    }

    /// One line, however long.
    pub fn line(&self, text: &str, style: Style) -> Result<Line, PaperError> {
        let mut runs = Vec::new();
        let mut width = 0.0;
        for (script, part) in by_script(text) {
            let face = script + if style.bold { BOLD } else { 0 };
            let glyphs = self.faces[face].glyphs(&part)?;
            width += glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * style.size / 1000.0;
            runs.push(Run { face, text: part, glyphs });
        }
        Ok(Line { style, width, runs, spoken: false })
    }

    /// Lines no wider than `width`, broken between words, or inside a word that is wider than that.
    pub fn wrap(&self, text: &str, style: Style, width: f32) -> Result<Vec<Line>, PaperError> {
        let whole = self.line(text, style)?;
        if whole.width <= width {
            return Ok(vec![whole]);
        }
        let mut lines = Vec::new();
        // Set when a part is known to fit.
        let mut current: Option<(String, Line)> = None;
        for (space, word) in words(text) {
            if let Some((before, _)) = &current {
                let longer = format!("{before}{}{word}", if space { " " } else { "" });
                let line = self.line(&longer, style)?;
                if line.width <= width {
                    current = Some((longer, line));
                    continue;
                }
            }
            lines.extend(current.take().map(|(_, line)| line));
            let mut rest = word.to_owned();
            let mut line = self.line(&rest, style)?;
            while line.width > width {
                let at = line.fitting(width);
                let tail = rest.split_off(at);
                lines.push(self.line(&rest, style)?);
                rest = tail;
                line = self.line(&rest, style)?;
                if rest.is_empty() {
                    break;
                }
            }
            current = (!rest.is_empty()).then_some((rest, line));
        }
        lines.extend(current.map(|(_, line)| line));
        Ok(lines)
    }

    /// Draws a line with its left end and baseline at a point counted from the page's lower left corner.
    pub fn draw(&self, content: &mut Content, line: &Line, x: f32, y: f32) {
        content.fill(line.style.grey);
        let mut pen = x;
        for run in &line.runs {
            if line.spoken || run.face >= DEVANAGARI {
                content.spoken(&run.text, |content| self.draw_run(content, run, line.style.size, pen, y));
            } else {
                self.draw_run(content, run, line.style.size, pen, y);
            }
            pen += run.glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * line.style.size / 1000.0;
        }
    }

    fn draw_run(&self, content: &mut Content, run: &Run, size: f32, x: f32, y: f32) {
        let face = &self.faces[run.face];
        let scale = size / 1000.0;
        content.text(run.face, NAMES[run.face], size, |shown| {
            let mut pen = 0.0;
            // Where the reader's own pen stands.
            let mut at = 0.0;
            let mut height = None;
            for (n, glyph) in run.glyphs.iter().enumerate() {
                let left = pen + glyph.x_offset;
                if height != Some(glyph.y_offset) {
                    shown.at(x + left * scale, y + glyph.y_offset * scale);
                    height = Some(glyph.y_offset);
                } else if left != at {
                    shown.back(at - left);
                }
                shown.glyph(glyph.id, run.letters(n));
                at = left + face.cutter.printed_width(glyph.id, face.units_per_em);
                pen += glyph.advance;
            }
        });
    }
}

impl<'f> Face<'f> {
    fn read(face: &'f fonts::Face, script: usize, name: &'static str) -> Result<Self, PaperError> {
        let font = FontRef::from_index(&face.bytes, face.index).map_err(|_| PaperError::Font)?;
        let index = usize::try_from(face.index).map_err(|_| PaperError::Font)?;
        let parsed = ParsedFont::from_bytes(&face.bytes, index, &mut Vec::new()).ok_or(PaperError::Font)?;
        let shaper = ShaperData::new(&font);
        let (script, language): (Script, Option<Language>) =
            if script == DEVANAGARI { (script::DEVANAGARI, "hi".parse().ok()) } else { (script::LATIN, None) };
        let built = shaper.shaper(&font).build();
        let plan = ShapePlan::new(&built, Direction::LeftToRight, Some(script), language.as_ref(), &[]);
        let units_per_em = built.units_per_em() as f32;
        let (cutter, shaped) = (Cutter::new(name, parsed), RefCell::default());
        Ok(Self { font, shaper, plan, cutter, units_per_em, shaped })
    }

    fn glyphs(&self, text: &str) -> Result<Rc<[Glyph]>, PaperError> {
        if let Some(known) = self.shaped.borrow().get(text) {
            return Ok(known.clone());
        }
        let glyphs: Rc<[Glyph]> = self.shape(text)?.into();
        let mut shaped = self.shaped.borrow_mut();
        if shaped.len() >= SHAPED_MAX {
            shaped.clear();
        }
        let _ = shaped.insert(text.to_owned(), glyphs.clone());
        Ok(glyphs)
    }

    fn shape(&self, text: &str) -> Result<Vec<Glyph>, PaperError> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(self.plan.direction());
        if let Some(script) = self.plan.script() {
            buffer.set_script(script);
        }
        if let Some(language) = self.plan.language() {
            buffer.set_language(language.clone());
        }
        let shaped: GlyphBuffer = self.shaper.shaper(&self.font).build().shape_with_plan(&self.plan, buffer, &[]);
        let thousandths = 1000.0 / self.units_per_em;
        shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| {
                let cluster = info.cluster as usize;
                let letter = || text[cluster..].chars().next().unwrap_or_default();
                Ok(Glyph {
                    id: u16::try_from(info.glyph_id)
                        .ok()
                        .filter(|id| *id != 0)
                        .ok_or_else(|| PaperError::NoGlyph(letter()))?,
                    cluster,
                    advance: position.x_advance as f32 * thousandths,
                    x_offset: position.x_offset as f32 * thousandths,
                    y_offset: position.y_offset as f32 * thousandths,
                })
            })
            .collect()
    }
}

impl Run {
    /// The letters of a glyph: all of its cluster for the first one, none for the others.
    fn letters(&self, glyph: usize) -> &str {
        let cluster = self.glyphs[glyph].cluster;
        if glyph > 0 && self.glyphs[glyph - 1].cluster == cluster {
            return "";
        }
        let end = self.glyphs[glyph..].iter().map(|g| g.cluster).find(|c| *c > cluster).unwrap_or(self.text.len());
        &self.text[cluster..end]
    }
}

impl Line {
    /// For text that is not level.
    pub fn spoken(self) -> Self {
        Self { spoken: true, ..self }
    }

    /// How many bytes of the line fit into a width without tearing a letter from its signs. At least one letter.
    fn fitting(&self, width: f32) -> usize {
        let scale = self.style.size / 1000.0;
        let (mut used, mut start, mut fit) = (0.0, 0, None);
        let mut before = None;
        for run in &self.runs {
            for glyph in run.glyphs.iter() {
                let at = start + glyph.cluster;
                let next = run.text[glyph.cluster..].chars().next();
                let last = run.text[..glyph.cluster].chars().next_back().or(before);
                let whole = at > 0 && !next.is_some_and(clings) && !last.is_some_and(holds);
                if whole && (used * scale <= width || fit.is_none()) {
                    fit = Some(at);
                }
                used += glyph.advance;
                if used * scale > width && fit.is_some() {
                    return fit.unwrap_or(at);
                }
            }
            start += run.text.len();
            before = run.text.chars().next_back();
        }
        fit.unwrap_or(start)
    }
}

/// A place where a line may be broken and nothing is seen.
const BREAK: char = '\u{200B}';

/// A sign that is drawn with the letter before it.
fn clings(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{900}'..='\u{903}' | '\u{93A}'..='\u{93C}' | '\u{93E}'..='\u{94F}'
        | '\u{951}'..='\u{957}' | '\u{962}'..='\u{963}' | '\u{200C}' | '\u{200D}')
}

/// A sign that ties the next letter to the one before it.
fn holds(c: char) -> bool {
    matches!(c, '\u{94D}' | '\u{200D}')
}

/// The words of a text, each with whether a space stands before it.
fn words(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut space = false;
    let parts = |c: char| c == BREAK || c.is_whitespace() || c.is_control();
    text.split_inclusive(parts).filter_map(move |part| {
        let word = part.trim_end_matches(parts);
        let before = space;
        space = part[word.len()..].chars().any(|c| c != BREAK) || (word.is_empty() && before);
        (!word.is_empty()).then_some((before, word))
    })
}

/// Parts of one script each. Spaces stay with the part before them; digits and punctuation are Latin.
fn by_script(text: &str) -> Vec<(usize, String)> {
    let mut parts: Vec<(usize, String)> = Vec::new();
    for c in text.chars().filter(|c| *c != BREAK) {
        let c = if c.is_control() { ' ' } else { c };
        let script = if is_devanagari(c) { DEVANAGARI } else { LATIN };
        match parts.last_mut() {
            Some((last, part)) if *last == script || c == ' ' => part.push(c),
            _ => parts.push((script, c.to_string())),
        }
    }
    parts
}
