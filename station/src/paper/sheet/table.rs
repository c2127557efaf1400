//! Tables that go on over the page.

use super::{Align, Block, Cell, LINE_GREY, PAD_X, PAD_Y, SHADE, Sheet, THICK, THIN, fill, tallest};
use crate::paper::PaperError;

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

impl Sheet<'_, '_> {
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
            && let Some(content) = self.pages.last_mut()
        {
            fill(content, self.format, (self.format.margin, top), (width, height), SHADE);
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
