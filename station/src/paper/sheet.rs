//! Pages of A4 filled from top to bottom: paragraphs, boxes of facts, tables that go on over the page.
//!
//! Distances are in points. `y` is counted downwards from the top of the page here; PDF counts upwards.

mod codes;
mod table;

pub use table::{Column, Row, Table};

use super::content::Content;
use super::file::Page;
use super::text::{Line, Style, Typesetter};
use super::{PaperError, Step};

const FOOTER: Style = Style::plain(7.5).grey(0.25);

/// A kind of page, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Format {
    width: f32,
    height: f32,
    margin: f32,
    /// Below the content; the footer stands in it.
    foot: f32,
}

impl Format {
    pub const A4: Self = Self { width: 595.28, height: 841.89, margin: 40.0, foot: 50.0 };
    /// What is kept with the family's card: a quarter of A4.
    pub const A6: Self = Self { width: 297.64, height: 419.53, margin: 18.0, foot: 34.0 };

    /// A strip of 80 mm, as receipt printers have it, as long as what stands on it.
    pub const fn receipt(height: f32) -> Self {
        Self { width: 226.77, height, margin: 11.0, foot: 11.0 }
    }

    /// Letters across the page, behind everything else.
    pub fn large(self) -> f32 {
        self.width * 0.141
    }

    /// The width between the margins.
    fn inner(self) -> f32 {
        self.width - 2.0 * self.margin
    }

    /// The lowest line of the content.
    fn bottom(self) -> f32 {
        self.height - self.foot
    }
}

const THIN: f32 = 0.35;
const THICK: f32 = 0.9;
const LINE_GREY: f32 = 0.45;
const SHADE: f32 = 0.93;
const PAD_X: f32 = 4.0;
const PAD_Y: f32 = 2.0;
/// More pages than any paper of a clinic has: a limit against a run-away table.
const PAGES_MAX: usize = 50;

/// A paragraph: its text and how it looks.
#[derive(Debug, Clone)]
pub struct Text {
    pub text: String,
    pub style: Style,
}

impl Text {
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

/// Paragraphs one below the other.
pub type Cell = Vec<Text>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// A fact in a box of its own: what it is, and what is known.
#[derive(Debug, Clone)]
pub struct Fact {
    pub label: String,
    pub value: Cell,
    pub share: f32,
}

/// A share of a whole, as a bar.
#[derive(Debug, Clone)]
pub struct Bar {
    pub label: Cell,
    /// From 0 to 1.
    pub share: f32,
    pub figure: Text,
}

/// Lines broken to a width, with the space they take.
struct Block {
    lines: Vec<Line>,
    height: f32,
}

/// Large and pale, slanted over each page, behind everything else.
#[derive(Debug, Clone)]
pub struct Backdrop {
    pub text: String,
    pub size: f32,
}

pub struct Sheet<'t, 'f> {
    setter: &'t Typesetter<'f>,
    backdrop: Content,
    /// Over each page but the first.
    heading: Option<Block>,
    pages: Vec<Content>,
    format: Format,
    /// Where the page's own things begin, and how far they go.
    top: f32,
    y: f32,
}

impl<'t, 'f> Sheet<'t, 'f> {
    pub fn new(setter: &'t Typesetter<'f>, format: Format, backdrop: Option<&Backdrop>) -> Result<Self, PaperError> {
        let backdrop = match backdrop {
            Some(text) => slanted(setter, format, text)?,
            None => Content::default(),
        };
        let (pages, top) = (vec![backdrop.clone()], format.margin);
        Ok(Self { setter, backdrop, heading: None, pages, format, top, y: top })
    }

    /// What stands over each page from the next one on: a page that was torn off says whose it is.
    pub fn heading(&mut self, text: &Text) -> Result<(), PaperError> {
        self.heading = Some(self.block(std::slice::from_ref(text), self.format.inner())?);
        Ok(())
    }

    /// Room without anything in it.
    pub fn space(&mut self, height: f32) {
        self.y += height;
    }

    /// Goes on to a new page when less than this is left.
    pub fn need(&mut self, height: f32) -> Result<(), PaperError> {
        if self.y + height > self.format.bottom() && self.y > self.top { self.next_page() } else { Ok(()) }
    }

    /// A line across the page.
    pub fn rule(&mut self) {
        let y = self.y;
        self.stroke((self.format.margin, y), (self.format.margin + self.format.inner(), y), THICK, 0.0);
    }

    pub fn paragraph(&mut self, text: &Text, align: Align) -> Result<(), PaperError> {
        let block = self.block(std::slice::from_ref(text), self.format.inner())?;
        self.need(block.height)?;
        self.put(&block, self.format.margin, self.y, self.format.inner(), align);
        self.y += block.height;
        Ok(())
    }

    /// Two groups of paragraphs side by side, the second one at the right margin.
    pub fn pair(&mut self, left: &[Text], right: &[Text], left_share: f32) -> Result<(), PaperError> {
        let left_width = self.format.inner() * left_share - PAD_X;
        let right_width = self.format.inner() - left_width - 2.0 * PAD_X;
        let left = self.block(left, left_width)?;
        let right = self.block(right, right_width)?;
        let height = left.height.max(right.height);
        self.need(height)?;
        self.put(&left, self.format.margin, self.y, left_width, Align::Left);
        self.put(&right, self.format.margin + self.format.inner() - right_width, self.y, right_width, Align::Right);
        self.y += height;
        Ok(())
    }

    /// Rows of boxes. Each row fills the page's width.
    pub fn facts(&mut self, rows: &[Vec<Fact>], label: Style) -> Result<(), PaperError> {
        for (n, row) in rows.iter().enumerate() {
            let shares: f32 = row.iter().map(|fact| fact.share).sum();
            let mut boxes = Vec::with_capacity(row.len());
            for fact in row {
                let width = self.format.inner() * fact.share / shares;
                let texts: Vec<Text> =
                    std::iter::once(Text::new(fact.label.as_str(), label)).chain(fact.value.iter().cloned()).collect();
                boxes.push((width, self.block(&texts, width - 2.0 * PAD_X)?));
            }
            let height = tallest(boxes.iter().map(|(_, block)| block)) + 2.0 * PAD_Y;
            self.need(height)?;
            let top = self.y;
            if n == 0 || top == self.top {
                self.stroke(
                    (self.format.margin, top),
                    (self.format.margin + self.format.inner(), top),
                    THIN,
                    LINE_GREY,
                );
            }
            let mut x = self.format.margin;
            for (width, block) in &boxes {
                self.stroke((x, top), (x, top + height), THIN, LINE_GREY);
                self.put(block, x + PAD_X, top + PAD_Y, width - 2.0 * PAD_X, Align::Left);
                x += width;
            }
            self.stroke((x, top), (x, top + height), THIN, LINE_GREY);
            self.y += height;
            let y = self.y;
            self.stroke((self.format.margin, y), (x, y), THIN, LINE_GREY);
        }
        Ok(())
    }

    /// The pages, each with a footer at both margins; the last text of the footer knows the page and how
    /// many there are.
    pub fn finish(mut self, left: &str, right: impl Fn(usize, usize) -> String) -> Result<Vec<Page>, PaperError> {
        let count = self.pages.len();
        let y = self.format.bottom() + 12.0;
        for page in 0..count {
            let right = self.setter.line(&right(page + 1, count), FOOTER)?;
            let left = self.setter.wrap(left, FOOTER, self.format.inner() - right.width - 2.0 * PAD_X)?;
            let content = &mut self.pages[page];
            stroke(
                content,
                self.format,
                (self.format.margin, y),
                (self.format.margin + self.format.inner(), y),
                THIN,
                LINE_GREY,
            );
            self.setter.draw(
                content,
                &right,
                self.format.margin + self.format.inner() - right.width,
                self.format.height - y - FOOTER.leading(),
            );
            for (n, line) in left.iter().enumerate() {
                let down = y + FOOTER.leading() * (n as f32 + 1.0);
                self.setter.draw(content, line, self.format.margin, self.format.height - down);
            }
        }
        Ok(self.strip())
    }

    /// How much of the page is used, down from its top.
    pub fn used(&self) -> f32 {
        self.y + self.format.foot
    }

    /// The pages without a footer: a strip has none.
    pub fn strip(self) -> Vec<Page> {
        let Format { width, height, .. } = self.format;
        self.pages.into_iter().map(|content| Page { width, height, content }).collect()
    }

    /// Shares as bars: what each is, a bar as long as the share, and the figure in words.
    pub fn bars(&mut self, bars: &[Bar]) -> Result<(), PaperError> {
        const LABEL: f32 = 0.38;
        const FIGURE: f32 = 0.24;
        const THICKNESS: f32 = 7.0;
        let inner = self.format.inner();
        let full = inner * (1.0 - LABEL - FIGURE) - 2.0 * PAD_X;
        let left = self.format.margin + inner * LABEL;
        for bar in bars {
            let label = self.block(&bar.label, inner * LABEL - PAD_X)?;
            let figure = self.block(std::slice::from_ref(&bar.figure), inner * FIGURE)?;
            let height = label.height.max(figure.height) + PAD_Y;
            self.need(height)?;
            let (top, format) = (self.y, self.format);
            self.put(&label, format.margin, top, inner * LABEL, Align::Left);
            self.put(&figure, format.margin + inner * (1.0 - FIGURE), top, inner * FIGURE, Align::Left);
            let middle = top + (height - PAD_Y - THICKNESS) / 2.0;
            if let Some(content) = self.pages.last_mut() {
                fill(content, format, (left, middle), (full, THICKNESS), SHADE);
                fill(content, format, (left, middle), (full * bar.share.clamp(0.0, 1.0), THICKNESS), 0.35);
            }
            self.y += height;
        }
        Ok(())
    }

    fn next_page(&mut self) -> Result<(), PaperError> {
        if self.pages.len() >= PAGES_MAX {
            return Err(PaperError::TooMany { max: PAGES_MAX });
        }
        self.pages.push(self.backdrop.clone());
        self.setter.tell(Step::Page(u32::try_from(self.pages.len()).unwrap_or(u32::MAX)))?;
        self.y = self.format.margin;
        if let Some(heading) = self.heading.take() {
            self.put(&heading, self.format.margin, self.y, self.format.inner(), Align::Left);
            self.y += heading.height + PAD_Y;
            self.rule();
            self.space(5.0);
            self.heading = Some(heading);
        }
        self.top = self.y;
        Ok(())
    }

    fn block(&self, texts: &[Text], width: f32) -> Result<Block, PaperError> {
        let mut lines = Vec::new();
        for text in texts {
            lines.extend(self.setter.wrap(&text.text, text.style, width)?);
        }
        let height = lines.iter().map(|line| line.style.leading()).sum();
        Ok(Block { lines, height })
    }

    fn put(&mut self, block: &Block, x: f32, y: f32, width: f32, align: Align) {
        let Some(content) = self.pages.last_mut() else { return };
        let mut top = y;
        for line in &block.lines {
            let left = match align {
                Align::Left => x,
                Align::Centre => x + (width - line.width) / 2.0,
                Align::Right => x + width - line.width,
            };
            self.setter.draw(content, line, left, self.format.height - top - line.style.ascent());
            top += line.style.leading();
        }
    }

    fn stroke(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32, grey: f32) {
        if let Some(content) = self.pages.last_mut() {
            stroke(content, self.format, from, to, thickness, grey);
        }
    }
}

fn tallest<'b>(blocks: impl Iterator<Item = &'b Block>) -> f32 {
    blocks.map(|block| block.height).fold(0.0, f32::max)
}

fn stroke(content: &mut Content, format: Format, from: (f32, f32), to: (f32, f32), thickness: f32, grey: f32) {
    let [from, to] = [from, to].map(|(x, y)| (x, format.height - y));
    content.line(from, to, thickness, grey);
}

fn fill(content: &mut Content, format: Format, (x, y): (f32, f32), (width, height): (f32, f32), grey: f32) {
    content.fill(grey);
    content.rectangle((x, format.height - y - height), (width, height));
}

/// The backdrop's text along the page's diagonal, in its middle.
fn slanted(setter: &Typesetter<'_>, format: Format, backdrop: &Backdrop) -> Result<Content, PaperError> {
    const ANGLE: f32 = 52.0;
    let line = setter.line(&backdrop.text, Style::bold(backdrop.size).grey(0.87))?.spoken();
    let (sin, cos) = ANGLE.to_radians().sin_cos();
    let mut content = Content::default();
    content.within([cos, sin, -sin, cos, format.width / 2.0, format.height / 2.0], |content| {
        // Capitals are about 0.7 of the size high.
        setter.draw(content, &line, -line.width / 2.0, -backdrop.size * 0.35);
    });
    Ok(content)
}
