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

/// A row, and what it is of: by that the chosen one is found again, wherever it stands.
pub trait Row {
    type Id: Copy + PartialEq;

    fn id(&self) -> Self::Id;
}

/// Rows by their pages. Each question has a number, so that a slow answer to an old one is not taken.
pub struct Paged<T: Row> {
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
    /// The same is asked again: the row that was chosen, and where it stood. It is looked for in what comes.
    sought: Option<(T::Id, usize)>,
}

impl Page {
    /// The first of its rows, counted from 0.
    pub fn offset(self, page_rows: u32) -> u32 {
        self.number.saturating_mul(page_rows)
    }
}

impl<T: Row> Paged<T> {
    pub fn new(list: List, page_rows: u32) -> Self {
        let (pages, reading) = (BTreeMap::new(), BTreeSet::new());
        Self { list, page_rows, asked: 0, shown: 0, total: None, pages, reading, sought: None }
    }

    /// Another question: its first page. The old rows stay until it is there.
    pub fn ask(&mut self) -> Page {
        self.sought = None;
        self.ask_for([0])[0]
    }

    /// The question again: the pages that can be seen.
    pub fn ask_again(&mut self) -> Vec<Page> {
        self.seek();
        let seen = self.seen();
        self.ask_for(seen)
    }

    /// The question again, from its first page on; the rest is missing then.
    pub fn ask_first_again(&mut self) -> Page {
        self.seek();
        self.ask_for([0])[0]
    }

    fn ask_for<I: IntoIterator<Item = u32>>(&mut self, numbers: I) -> Vec<Page> {
        self.asked += 1;
        self.reading = numbers.into_iter().collect();
        self.reading.iter().map(|number| Page { asked: self.asked, number: *number }).collect()
    }

    /// Remembers what is chosen. A row that is sought already may not be there yet.
    fn seek(&mut self) {
        if !self.is_sought() {
            self.sought = self.row(self.list.chosen).map(|row| (row.id(), self.list.chosen));
        }
    }

    /// The chosen row is still looked for; nobody chose another one meanwhile.
    fn is_sought(&self) -> bool {
        self.sought.is_some_and(|(_, at)| at == self.list.chosen)
    }

    /// An answer, with how many rows there are in all. False: it is one to an old question.
    pub fn take(&mut self, page: Page, rows: Vec<T>, total: u32, now_ms: u64) -> bool {
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
        self.find_chosen(now_ms);
        true
    }

    /// The chosen row stays so. It may be on a page that was not read yet: then its place is kept until that comes.
    fn find_chosen(&mut self, now_ms: u64) {
        let sought = self.sought.filter(|_| self.is_sought()).map(|(id, _)| id);
        let found = sought.and_then(|id| self.position(id));
        let len = self.len();
        if found.is_none() && sought.is_some() && self.list.chosen < len && self.row(self.list.chosen).is_none() {
            return;
        }
        self.sought = None;
        self.list.follow(sought, |_| found, len, now_ms);
    }

    fn position(&self, id: T::Id) -> Option<usize> {
        let first = |number: u32| number as usize * self.page_rows as usize;
        self.pages.iter().find_map(|(number, rows)| Some(first(*number) + rows.iter().position(|row| row.id() == id)?))
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

    pub fn rows(&self) -> impl Iterator<Item = &T> {
        self.pages.values().flatten()
    }

    pub fn chosen(&self) -> Option<&T> {
        self.row(self.list.chosen)
    }

    /// The chosen row, once the person had time to see which it is: what a key means.
    pub fn chosen_at(&self, now_ms: u64) -> Option<&T> {
        self.chosen().filter(|_| self.list.is_seen(now_ms))
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

    const NOW_MS: u64 = 5_000;

    impl Row for u32 {
        type Id = u32;

        fn id(&self) -> u32 {
            *self
        }
    }

    fn paged() -> Paged<u32> {
        Paged::new(List::new("test", 40.0), 10)
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
        assert!(rows.take(first, (0..10).collect(), 100, NOW_MS));
        assert!(rows.is_current());
        // Twenty rows and some beyond the edge.
        let missing = rows.missing();
        assert_eq!(numbers(&missing), [1, 2]);
        assert!(rows.missing().is_empty());
        assert_eq!((rows.row(9), rows.row(10)), (Some(&9), None));
        assert!(rows.take(missing[0], (10..20).collect(), 100, NOW_MS));
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
        assert!(!rows.take(old, vec![1], 1, NOW_MS) && !rows.failed(old));
        assert!(rows.take(new, vec![2], 1, NOW_MS));
        assert_eq!(rows.row(0), Some(&2));
        // Of as many rows others may be meant: none of the old ones stay.
        let many = rows.ask();
        assert!(rows.take(many, (0..10).collect(), 30, NOW_MS));
        let second = rows.missing();
        assert!(rows.take(second[0], (10..20).collect(), 30, NOW_MS));
        let other = rows.ask();
        assert!(rows.take(other, (50..60).collect(), 30, NOW_MS));
        assert_eq!((rows.row(0), rows.row(10)), (Some(&50), None));
    }

    #[test]
    fn the_question_again_reads_what_is_seen() {
        let mut rows = paged();
        assert_eq!(numbers(&rows.ask_again()), [0]);
        let first = rows.ask();
        assert!(rows.take(first, (0..10).collect(), 100, NOW_MS));
        rows.list.chosen = 99;
        let again = rows.ask_again();
        assert_eq!(numbers(&again), [0, 1, 2]);
        // A row was taken away; the pages that are being read are not asked for twice.
        assert!(rows.take(again[0], (0..10).collect(), 99, NOW_MS));
        assert_eq!((rows.list.chosen, rows.len()), (98, 99));
        assert!(rows.missing().is_empty());
    }

    #[test]
    fn the_chosen_row_stays_chosen_when_another_comes_before_it() {
        let mut rows = paged();
        let first = rows.ask();
        assert!(rows.take(first, (0..10).collect(), 10, NOW_MS));
        rows.list.chosen = 3;
        let again = rows.ask_again();
        assert!(rows.take(again[0], (100..101).chain(0..9).collect(), 11, NOW_MS));
        assert_eq!((rows.list.chosen, rows.chosen_at(NOW_MS)), (4, Some(&3)));
        // It was taken away: what stands there now is no answer to a key that was struck before.
        let again = rows.ask_first_again();
        assert!(rows.take(again, vec![100, 0, 1, 2, 4, 5], 6, NOW_MS));
        assert_eq!((rows.chosen(), rows.chosen_at(NOW_MS)), (Some(&4), None));
        assert_eq!(rows.chosen_at(NOW_MS + 1_000), Some(&4));
        // Of another question the first one is chosen.
        let _task = rows.list.reset::<()>();
        let other = rows.ask();
        assert!(rows.take(other, vec![100, 0, 4], 3, NOW_MS + 1_000));
        assert_eq!(rows.chosen_at(NOW_MS + 1_000), Some(&100));
    }

    #[test]
    fn a_chosen_row_of_a_later_page_waits_for_it() {
        let mut rows = paged();
        let first = rows.ask();
        assert!(rows.take(first, (0..10).collect(), 30, NOW_MS));
        for page in rows.missing() {
            let from = page.offset(10);
            assert!(rows.take(page, (from..from + 10).collect(), 30, NOW_MS));
        }
        rows.list.chosen = 15;
        let again = rows.ask_first_again();
        assert!(rows.take(again, (100..101).chain(0..9).collect(), 31, NOW_MS));
        assert_eq!(rows.chosen(), None);
        let second = rows.missing()[0];
        // Records changed once more before it came.
        let again = rows.ask_first_again();
        assert!(!rows.take(second, (9..19).collect(), 31, NOW_MS));
        assert!(rows.take(again, (100..101).chain(0..9).collect(), 31, NOW_MS));
        let second = rows.missing()[0];
        assert!(rows.take(second, (9..19).collect(), 31, NOW_MS));
        assert_eq!(rows.chosen_at(NOW_MS), Some(&15));
    }
}
