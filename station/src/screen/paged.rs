//! A list of which only the pages that can be seen are read.

use crate::ui::Element;
use crate::ui::list::{List, Scrolled};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// A page that is to be read, and for which question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    asked: u64,
    number: u32,
}

/// Rows by their pages. Each question has a number, so that a slow answer to an old one is not taken.
pub struct Paged<T> {
    pub list: List,
    /// Rows that are read at once: the store's page.
    page_rows: u32,
    asked: u64,
    /// Whose answer stands in the list.
    shown: u64,
    total: Option<u32>,
    /// By number of the page.
    pages: BTreeMap<u32, Vec<T>>,
    /// Pages of what was asked last that are being read.
    reading: BTreeSet<u32>,
}

impl Page {
    /// The first of its rows, counted from 0.
    pub fn offset(self, page_rows: u32) -> u32 {
        self.number.saturating_mul(page_rows)
    }
}

impl<T> Paged<T> {
    pub fn new(list: List, page_rows: u32) -> Self {
        Self { list, page_rows, asked: 0, shown: 0, total: None, pages: BTreeMap::new(), reading: BTreeSet::new() }
    }

    /// Another question: its first page. The old rows stay until it is there.
    pub fn ask(&mut self) -> Page {
        self.asked += 1;
        self.reading = BTreeSet::from([0]);
        Page { asked: self.asked, number: 0 }
    }

    /// The question again: the pages that can be seen.
    pub fn ask_again(&mut self) -> Vec<Page> {
        self.asked += 1;
        self.reading = self.seen().collect();
        self.reading.iter().map(|number| Page { asked: self.asked, number: *number }).collect()
    }

    /// An answer, with how many rows there are in all. False: it is one to an old question.
    pub fn take(&mut self, page: Page, rows: Vec<T>, total: u32) -> bool {
        if page.asked != self.asked {
            return false;
        }
        // The first answer to a new question: everything before belongs to another one.
        if self.shown != self.asked || self.total != Some(total) {
            self.pages.clear();
        }
        (self.total, self.shown) = (Some(total), self.asked);
        let _ = self.reading.remove(&page.number);
        let _ = self.pages.insert(page.number, rows);
        self.list.chosen = self.list.chosen.min(self.len().saturating_sub(1));
        true
    }

    /// It was not read: it is asked for again when it is seen again. False: nobody waits for it.
    pub fn failed(&mut self, page: Page) -> bool {
        let is_awaited = page.asked == self.asked;
        if is_awaited {
            let _ = self.reading.remove(&page.number);
        }
        is_awaited
    }

    pub fn scrolled(&mut self, to: Scrolled) -> Vec<Page> {
        self.list.scrolled(to);
        self.missing()
    }

    /// The pages that can be seen and are not there; from here on they are being read.
    pub fn missing(&mut self) -> Vec<Page> {
        if self.is_empty() {
            return Vec::new();
        }
        let (seen, asked) = (self.seen(), self.asked);
        let missing = seen.filter(|number| !self.pages.contains_key(number) && self.reading.insert(*number));
        missing.map(|number| Page { asked, number }).collect()
    }

    fn seen(&self) -> RangeInclusive<u32> {
        let visible = self.list.visible(self.len());
        self.page_of(visible.start)..=self.page_of(visible.end.saturating_sub(1))
    }

    fn page_of(&self, row: usize) -> u32 {
        u32::try_from(row).unwrap_or(u32::MAX) / self.page_rows
    }

    /// Is what stands in the list the answer to what was asked last?
    pub fn is_current(&self) -> bool {
        self.shown == self.asked
    }

    /// None before the first answer.
    pub fn total(&self) -> Option<u32> {
        self.total
    }

    pub fn len(&self) -> usize {
        self.total.unwrap_or_default() as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn row(&self, n: usize) -> Option<&T> {
        self.pages.get(&self.page_of(n))?.get(n % self.page_rows as usize)
    }

    pub fn chosen(&self) -> Option<&T> {
        self.row(self.list.chosen)
    }

    /// `row` makes one row of exactly the list's height.
    pub fn view<'a, M: 'a>(
        &'a self,
        row: impl Fn(usize) -> Element<'a, M>,
        on_scroll: impl Fn(Scrolled) -> M + 'a,
    ) -> Element<'a, M> {
        self.list.view(self.len(), row, on_scroll)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paged() -> Paged<u32> {
        Paged::new(List::new("test", 50.0), 10)
    }

    fn numbers(pages: &[Page]) -> Vec<u32> {
        pages.iter().map(|page| page.number).collect()
    }

    #[test]
    fn pages_are_read_when_they_are_seen_and_each_once() {
        let mut rows = paged();
        assert!(rows.missing().is_empty() && rows.total().is_none());
        let first = rows.ask();
        assert!(!rows.is_current());
        assert!(rows.take(first, (0..10).collect(), 100));
        assert!(rows.is_current());
        // Fifteen rows and some beyond the edge.
        let missing = rows.missing();
        assert_eq!(numbers(&missing), [1, 2]);
        assert!(rows.missing().is_empty());
        assert_eq!((rows.row(9), rows.row(10)), (Some(&9), None));
        assert!(rows.take(missing[0], (10..20).collect(), 100));
        assert_eq!(rows.row(10), Some(&10));
        // What could not be read is asked for when it is seen again.
        assert!(rows.failed(missing[1]));
        assert_eq!(numbers(&rows.missing()), [2]);
    }

    #[test]
    fn an_answer_to_an_old_question_is_not_taken() {
        let mut rows = paged();
        let old = rows.ask();
        let new = rows.ask();
        assert!(!rows.take(old, vec![1], 1) && !rows.failed(old));
        assert!(rows.take(new, vec![2], 1));
        assert_eq!(rows.row(0), Some(&2));
        // Of as many rows others may be meant: none of the old ones stay.
        let many = rows.ask();
        assert!(rows.take(many, (0..10).collect(), 30));
        let second = rows.missing();
        assert!(rows.take(second[0], (10..20).collect(), 30));
        let other = rows.ask();
        assert!(rows.take(other, (50..60).collect(), 30));
        assert_eq!((rows.row(0), rows.row(10)), (Some(&50), None));
    }

    #[test]
    fn the_question_again_reads_what_is_seen() {
        let mut rows = paged();
        assert_eq!(numbers(&rows.ask_again()), [0]);
        let first = rows.ask();
        assert!(rows.take(first, (0..10).collect(), 100));
        rows.list.chosen = 99;
        let again = rows.ask_again();
        assert_eq!(numbers(&again), [0, 1, 2]);
        // A row was taken away; the pages that are being read are not asked for twice.
        assert!(rows.take(again[0], (0..10).collect(), 99));
        assert_eq!((rows.list.chosen, rows.len()), (98, 99));
        assert!(rows.missing().is_empty());
    }
}
