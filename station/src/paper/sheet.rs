//! Pages of A4 filled from top to bottom: paragraphs, boxes of facts, tables that go on over the page.
//!
//! Distances are in points. `y` is counted downwards from the top of the page here; PDF counts upwards.

use printpdf::{Color, CurTransMat, Greyscale, Line as Stroke, LinePoint, Mm, Op, PaintMode, PdfPage, Point, Pt, Rect};

use super::PaperError;
use super::qr::Code;
use super::text::{Line, Style, Typesetter};

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
/// White around a QR code: four squares of the smallest code that is printed.
const QUIET: f32 = 14.0;
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

/// A table whose head is repeated on each page it reaches.
#[derive(Debug, Clone)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub head: Cell,
    /// Its part of the table's width; the table takes the sum of all parts.
    pub share: f32,
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// Stands below the cells over the whole width, from the second column on.
    pub note: Cell,
    pub shaded: bool,
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
    backdrop: Vec<Op>,
    pages: Vec<Vec<Op>>,
    format: Format,
    y: f32,
}

impl<'t, 'f> Sheet<'t, 'f> {
    pub fn new(setter: &'t Typesetter<'f>, format: Format, backdrop: Option<&Backdrop>) -> Result<Self, PaperError> {
        let backdrop = match backdrop {
            Some(text) => slanted(setter, format, text)?,
            None => Vec::new(),
        };
        Ok(Self { setter, pages: vec![backdrop.clone()], backdrop, format, y: format.margin })
    }

    /// Room without anything in it.
    pub fn space(&mut self, height: f32) {
        self.y += height;
    }

    /// Goes on to a new page when less than this is left.
    pub fn need(&mut self, height: f32) -> Result<(), PaperError> {
        if self.y + height > self.format.bottom() && self.y > self.format.margin { self.next_page() } else { Ok(()) }
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

    /// Lines to sign on, side by side, each with what stands below it.
    pub fn signatures(&mut self, places: &[Cell]) -> Result<(), PaperError> {
        const GAP: f32 = 40.0;
        let gaps = places.len().saturating_sub(1) as f32 * GAP;
        let width = (self.format.inner() - gaps) / places.len().max(1) as f32;
        let mut blocks = Vec::with_capacity(places.len());
        for place in places {
            blocks.push(self.block(place, width)?);
        }
        let height = tallest(blocks.iter()) + PAD_Y;
        self.need(height)?;
        let top = self.y;
        for (n, block) in blocks.iter().enumerate() {
            let x = self.format.margin + n as f32 * (width + GAP);
            self.stroke((x, top), (x + width, top), THIN, 0.0);
            self.put(block, x, top + PAD_Y, width, Align::Left);
        }
        self.y += height;
        Ok(())
    }

    /// QR codes side by side, each with what stands below it; more than fit go into another row. What is to be said of
    /// them stands beside the last ones, or below when they fill their row. A reader's white border is kept all round.
    pub fn codes(&mut self, codes: &[(Code, Cell)], size: f32, about: &[Text]) -> Result<(), PaperError> {
        let a_row = ((self.format.inner() / (size + QUIET)) as usize).max(1);
        let (mut left, mut height) = (self.format.margin, 0.0);
        for row in codes.chunks(a_row) {
            let mut captions = Vec::with_capacity(row.len());
            for (_, caption) in row {
                captions.push(self.block(caption, size)?);
            }
            height = size + QUIET + tallest(captions.iter());
            self.need(height)?;
            left = self.format.margin;
            for ((code, _), caption) in row.iter().zip(&captions) {
                self.draw_code(code, (left, self.y + QUIET / 2.0), size);
                self.put(caption, left, self.y + QUIET + size, size, Align::Left);
                left += size + QUIET;
            }
            self.y += height;
        }
        let width = self.format.margin + self.format.inner() - left;
        if width < size {
            return about.iter().try_for_each(|text| self.paragraph(text, Align::Left));
        }
        let about = self.block(about, width)?;
        self.put(&about, left, self.y - height + QUIET / 2.0, width, Align::Left);
        Ok(())
    }

    fn draw_code(&mut self, code: &Code, (left, top): (f32, f32), size: f32) {
        let Some(ops) = self.pages.last_mut() else { return };
        let square = size / code.width as f32;
        for (row, column, columns) in code.stretches() {
            let corner = (left + column as f32 * square, top + row as f32 * square);
            fill(ops, self.format, corner, (columns as f32 * square, square), 0.0);
        }
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
            if n == 0 || top == self.format.margin {
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

    pub fn table(&mut self, table: &Table) -> Result<(), PaperError> {
        let shares: f32 = table.columns.iter().map(|column| column.share).sum();
        let widths: Vec<f32> = table.columns.iter().map(|column| self.format.inner() * column.share / shares).collect();
        let head = Row { cells: table.columns.iter().map(|column| column.head.clone()).collect(), ..Row::default() };
        let head = self.measure(&head, &widths)?;
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            rows.push(self.measure(row, &widths)?);
        }
        // A head never stands alone at the foot of a page.
        self.need(head.height() + rows.first().map_or(0.0, Measured::height))?;
        self.draw_head(&head, &widths);
        for row in &rows {
            if self.y + row.height() > self.format.bottom() {
                self.next_page()?;
                self.draw_head(&head, &widths);
            }
            self.draw_row(row, &widths);
        }
        Ok(())
    }

    /// The pages, each with a footer at both margins; the last text of the footer knows the page and how
    /// many there are.
    pub fn finish(mut self, left: &str, right: impl Fn(usize, usize) -> String) -> Result<Vec<PdfPage>, PaperError> {
        let count = self.pages.len();
        let y = self.format.bottom() + 12.0;
        for page in 0..count {
            let right = self.setter.line(&right(page + 1, count), FOOTER)?;
            let left = self.setter.wrap(left, FOOTER, self.format.inner() - right.width - 2.0 * PAD_X)?;
            let ops = &mut self.pages[page];
            stroke(
                ops,
                self.format,
                (self.format.margin, y),
                (self.format.margin + self.format.inner(), y),
                THIN,
                LINE_GREY,
            );
            self.setter.draw(
                ops,
                &right,
                self.format.margin + self.format.inner() - right.width,
                self.format.height - y - FOOTER.leading(),
            );
            for (n, line) in left.iter().enumerate() {
                let down = y + FOOTER.leading() * (n as f32 + 1.0);
                self.setter.draw(ops, line, self.format.margin, self.format.height - down);
            }
        }
        let (width, height) = (Mm::from(Pt(self.format.width)), Mm::from(Pt(self.format.height)));
        Ok(self.pages.into_iter().map(|ops| PdfPage::new(width, height, ops)).collect())
    }

    /// How much of the page is used, down from its top.
    pub fn used(&self) -> f32 {
        self.y + self.format.foot
    }

    /// One page without a footer: a strip has none.
    pub fn strip(self) -> Vec<PdfPage> {
        let (width, height) = (Mm::from(Pt(self.format.width)), Mm::from(Pt(self.format.height)));
        self.pages.into_iter().map(|ops| PdfPage::new(width, height, ops)).collect()
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
            if let Some(ops) = self.pages.last_mut() {
                fill(ops, format, (left, middle), (full, THICKNESS), SHADE);
                fill(ops, format, (left, middle), (full * bar.share.clamp(0.0, 1.0), THICKNESS), 0.35);
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
        self.y = self.format.margin;
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
        let Some(ops) = self.pages.last_mut() else { return };
        let mut top = y;
        for line in &block.lines {
            let left = match align {
                Align::Left => x,
                Align::Centre => x + (width - line.width) / 2.0,
                Align::Right => x + width - line.width,
            };
            self.setter.draw(ops, line, left, self.format.height - top - line.style.ascent());
            top += line.style.leading();
        }
    }

    fn stroke(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32, grey: f32) {
        if let Some(ops) = self.pages.last_mut() {
            stroke(ops, self.format, from, to, thickness, grey);
        }
    }

    fn measure(&self, row: &Row, widths: &[f32]) -> Result<Measured, PaperError> {
        let mut cells = Vec::with_capacity(row.cells.len());
        for (cell, width) in row.cells.iter().zip(widths) {
            cells.push(self.block(cell, width - 2.0 * PAD_X)?);
        }
        let note_width = widths.iter().skip(1).sum::<f32>() - 2.0 * PAD_X;
        Ok(Measured { cells, note: self.block(&row.note, note_width)?, shaded: row.shaded })
    }

    fn draw_head(&mut self, head: &Measured, widths: &[f32]) {
        let (top, width) = (self.y, widths.iter().sum::<f32>());
        self.stroke((self.format.margin, top), (self.format.margin + width, top), THICK, 0.0);
        self.draw_row(head, widths);
        let y = self.y;
        self.stroke((self.format.margin, y), (self.format.margin + width, y), THICK, 0.0);
    }

    fn draw_row(&mut self, row: &Measured, widths: &[f32]) {
        let (top, height, width) = (self.y, row.height(), widths.iter().sum::<f32>());
        if row.shaded
            && let Some(ops) = self.pages.last_mut()
        {
            fill(ops, self.format, (self.format.margin, top), (width, height), SHADE);
        }
        let note_top = top + row.cells_height() + PAD_Y;
        let mut x = self.format.margin;
        for (n, (cell, width)) in row.cells.iter().zip(widths).enumerate() {
            // The note runs through all columns but the first.
            let bottom = if n <= 1 || row.note.lines.is_empty() { top + height } else { note_top };
            self.stroke((x, top), (x, bottom), THIN, LINE_GREY);
            self.put(cell, x + PAD_X, top + PAD_Y, width - 2.0 * PAD_X, Align::Left);
            x += width;
        }
        self.stroke((x, top), (x, top + height), THIN, LINE_GREY);
        if let Some(first) = widths.first() {
            let left = self.format.margin + first + PAD_X;
            self.put(&row.note, left, note_top, x - left - PAD_X, Align::Left);
        }
        self.y += height;
        let y = self.y;
        self.stroke((self.format.margin, y), (x, y), THIN, LINE_GREY);
    }
}

struct Measured {
    cells: Vec<Block>,
    note: Block,
    shaded: bool,
}

impl Measured {
    fn cells_height(&self) -> f32 {
        tallest(self.cells.iter())
    }

    fn height(&self) -> f32 {
        self.cells_height() + self.note.height + 2.0 * PAD_Y
    }
}

fn tallest<'b>(blocks: impl Iterator<Item = &'b Block>) -> f32 {
    blocks.map(|block| block.height).fold(0.0, f32::max)
}

fn point(format: Format, (x, y): (f32, f32)) -> Point {
    Point { x: Pt(x), y: Pt(format.height - y) }
}

fn grey(level: f32) -> Color {
    Color::Greyscale(Greyscale::new(level, None))
}

fn stroke(ops: &mut Vec<Op>, format: Format, from: (f32, f32), to: (f32, f32), thickness: f32, level: f32) {
    let points = [from, to].map(|end| LinePoint { p: point(format, end), bezier: false }).to_vec();
    ops.extend([
        Op::SetOutlineColor { col: grey(level) },
        Op::SetOutlineThickness { pt: Pt(thickness) },
        Op::DrawLine { line: Stroke { points, is_closed: false } },
    ]);
}

fn fill(ops: &mut Vec<Op>, format: Format, (x, y): (f32, f32), (width, height): (f32, f32), level: f32) {
    let mut rectangle = Rect::from_xywh(Pt(x), Pt(format.height - y - height), Pt(width), Pt(height));
    rectangle.mode = Some(PaintMode::Fill);
    ops.extend([Op::SetFillColor { col: grey(level) }, Op::DrawRectangle { rectangle }]);
}

/// The backdrop's text along the page's diagonal, in its middle.
fn slanted(setter: &Typesetter<'_>, format: Format, backdrop: &Backdrop) -> Result<Vec<Op>, PaperError> {
    const ANGLE: f32 = 52.0;
    let line = setter.line(&backdrop.text, Style::bold(backdrop.size).grey(0.87))?.spoken();
    let (sin, cos) = ANGLE.to_radians().sin_cos();
    let mut ops = vec![
        Op::SaveGraphicsState,
        Op::SetTransformationMatrix {
            matrix: CurTransMat::Raw([cos, sin, -sin, cos, format.width / 2.0, format.height / 2.0]),
        },
    ];
    // Capitals are about 0.7 of the size high.
    setter.draw(&mut ops, &line, -line.width / 2.0, -backdrop.size * 0.35);
    ops.push(Op::RestoreGraphicsState);
    Ok(ops)
}
