//! What is about to be recorded: one row for each dose that fits, several rows for one injection when a
//! combined vaccine is chosen.

use crate::ui::{Press, Trouble};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::forecast::GivenReason;
use clinic::record::refusal::Refusal;
use clinic::store::{NextLine, ProductUse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Basket {
    rows: Vec<Row>,
    /// What a person did to rows that are not shown for this day: another day brings them back.
    aside: Vec<Row>,
    /// The batch last used of each product.
    batches: BTreeMap<String, String>,
    /// What a person wrote for each product: it comes back with the product.
    written: BTreeMap<String, String>,
    /// How each product is used in this clinic.
    used: BTreeMap<String, ProductUse>,
    /// Another product is being chosen for a row.
    choosing: Option<Choosing>,
    /// The batches that a dose of each product may be of now.
    at_hand: BTreeMap<String, Vec<String>>,
    /// Products that a person ticks, or nobody.
    not_by_itself: Vec<String>,
}

/// What a key did in the list of products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chose {
    NotYet,
    /// Enter: what is chosen is to be taken.
    Taken,
}

#[derive(Debug)]
struct Choosing {
    item: String,
    /// The one that Enter takes.
    chosen: usize,
}

#[derive(Debug, Clone)]
pub struct Row {
    pub item: String,
    products: Vec<String>,
    chosen: usize,
    pub batch: String,
    /// The batch was written by a person; otherwise it is the one last used.
    typed: bool,
    pub ticked: bool,
    /// A person ticked, unticked, or wrote something here.
    by_hand: bool,
    /// The schedule allows it on that day.
    pub allowed: bool,
    pub due: Option<NaiveDate>,
    pub earliest: Option<NaiveDate>,
    /// The family said no.
    pub refused: Option<NaiveDate>,
    /// On that day, not before: it is ticked by a person only.
    said_no: bool,
    /// A rule warned: it is stored only with a reason.
    pub warning: Option<Warning>,
    pub reason: String,
}

/// What speaks against storing a dose, unless a person says why it is given all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    Schedule(GivenReason),
    Expired,
    Harmful,
}

impl Warning {
    pub fn of(refusal: Refusal) -> Option<Self> {
        match refusal {
            Refusal::NeedsReason(reason) => Some(Self::Schedule(reason)),
            Refusal::BatchExpired => Some(Self::Expired),
            Refusal::ContraIndicated => Some(Self::Harmful),
            _ => None,
        }
    }

    pub fn words(self, words: &Words) -> String {
        match self {
            Self::Schedule(reason) => {
                let said = words.get(&format!("given-{}", reason.as_str()));
                words.with("visit-warning", &[("warning", said.into())])
            }
            Self::Expired => words.get("visit-warning-expired"),
            Self::Harmful => words.get("visit-warning-harmful"),
        }
    }
}

/// A row that a person did something to, as it is kept until it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRow {
    item: String,
    product: String,
    /// Written by a person.
    batch: Option<String>,
    ticked: bool,
    reason: String,
}

/// One dose to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    pub product: String,
    pub batch: Option<String>,
    pub reason: Option<String>,
}

/// What became of one.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub product: String,
    pub outcome: Result<(), Trouble>,
}

impl Row {
    pub fn product(&self) -> &str {
        self.products.get(self.chosen).map_or("", String::as_str)
    }

    pub fn has_choice(&self) -> bool {
        self.products.len() > 1
    }
}

impl Basket {
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Doses of these products are not ticked by themselves: above all those that were withdrawn today, because nobody
    /// gave them.
    pub fn not_by_itself(&mut self, products: Vec<String>) {
        self.not_by_itself = products;
    }

    /// The batches of each product that are offered for a dose.
    pub fn at_hand(&mut self, batches: BTreeMap<String, Vec<String>>) {
        self.at_hand = batches;
    }

    /// How each product is used in this clinic.
    pub fn used(&mut self, used: BTreeMap<String, ProductUse>) {
        self.used = used;
    }

    /// The products that a row may be of, those most used here first.
    fn choices(&self, row: &Row) -> Vec<String> {
        let mut all = row.products.clone();
        all.sort_by_key(|product| std::cmp::Reverse(self.used.get(product).map_or(0, |used| used.doses)));
        all
    }

    /// The products that are offered for a row now, and which of them Enter takes.
    pub fn offered(&self, at: usize) -> Vec<(String, bool)> {
        let row = self.rows.get(at).filter(|row| row.ticked);
        let (Some(row), Some(choosing)) = (row, &self.choosing) else { return Vec::new() };
        if choosing.item != row.item {
            return Vec::new();
        }
        let all = self.choices(row).into_iter().enumerate();
        all.map(|(n, product)| (product, n == choosing.chosen)).collect()
    }

    pub fn is_choosing(&self) -> bool {
        (0..self.rows.len()).any(|at| !self.offered(at).is_empty())
    }

    /// The first row for which another product can be chosen.
    pub fn first_choice(&self) -> Option<usize> {
        self.choice_from(0)
    }

    fn choice_from(&self, from: usize) -> Option<usize> {
        (from..self.rows.len()).find(|at| {
            let row = &self.rows[*at];
            row.ticked && row.has_choice() && self.part_of(*at).is_none()
        })
    }

    /// Offers the products of the first row that has several; then of the next one, and after the last of none.
    pub fn choose_in_turn(&mut self) {
        let open = (0..self.rows.len()).find(|at| !self.offered(*at).is_empty());
        let next = self.choice_from(open.map_or(0, |at| at + 1));
        self.choosing = None;
        if let Some(at) = next {
            self.choose(at);
        }
    }

    /// What a key means for the list of products, which it may open. Gives whether it was for that list.
    pub fn press(&mut self, press: Press) -> Option<Chose> {
        let is_open = self.is_choosing();
        match press {
            Press::Letter('V') if is_open || self.first_choice().is_some() => self.choose_in_turn(),
            Press::Left | Press::Up if is_open => self.choose_next(true),
            Press::Right | Press::Down if is_open => self.choose_next(false),
            Press::Escape if is_open => self.choosing = None,
            Press::Enter if is_open => return Some(Chose::Taken),
            _ => return None,
        }
        Some(Chose::NotYet)
    }

    /// Offers the products of a row.
    pub fn choose(&mut self, at: usize) {
        let Some(row) = self.rows.get(at).filter(|row| row.has_choice()) else { return };
        let chosen = self.choices(row).iter().position(|product| product == row.product()).unwrap_or(0);
        self.choosing = Some(Choosing { item: row.item.clone(), chosen });
    }

    fn choose_next(&mut self, back: bool) {
        let Some(choosing) = &mut self.choosing else { return };
        let count = self.rows.iter().find(|row| row.item == choosing.item).map_or(0, |row| row.products.len());
        let step = if back { count.saturating_sub(1) } else { 1 };
        choosing.chosen = (choosing.chosen + step).checked_rem(count).unwrap_or(0);
    }

    /// Takes what is chosen. Gives the row that it is for.
    pub fn take_chosen(&mut self) -> Option<usize> {
        let at = (0..self.rows.len()).find(|at| !self.offered(*at).is_empty())?;
        let (product, _) = self.offered(at).into_iter().find(|(_, chosen)| *chosen)?;
        self.take(at, &product);
        Some(at)
    }

    /// Batches that an injection may be of as well.
    pub fn other_batches(&self, at: usize) -> Vec<&str> {
        let Some(row) = self.rows.get(at).filter(|row| row.ticked && self.part_of(at).is_none()) else {
            return Vec::new();
        };
        let at_hand = self.at_hand.get(row.product()).into_iter().flatten();
        at_hand.map(String::as_str).filter(|batch| !batch.eq_ignore_ascii_case(row.batch.trim())).collect()
    }

    /// The rows for a day, in the order of the schedule; what a person did to a row stays. `all` also shows
    /// what the schedule does not allow on that day. A dose of another day, or place, came from another vial: only
    /// those `of_our_vials` get the batch last used.
    pub fn fill(&mut self, next: &[NextLine], day: NaiveDate, of_our_vials: bool, all: bool) {
        let usual = next.iter().filter_map(|line| Some((line.products.first()?.clone(), line.batch.clone()?)));
        let used = self.used.iter().filter_map(|(product, used)| Some((product.clone(), used.batch.clone()?)));
        let batches = if of_our_vials { used.chain(usual).collect() } else { BTreeMap::new() };
        self.fill_of(next, day, batches, all);
    }

    /// The same, with the batches that were used on that day.
    pub fn fill_of(&mut self, next: &[NextLine], day: NaiveDate, batches: BTreeMap<String, String>, all: bool) {
        self.batches = batches;
        let mut old = std::mem::take(&mut self.rows);
        old.append(&mut self.aside);
        for line in next.iter().filter(|line| !line.products.is_empty()) {
            let allowed = line.may_be_given_on(day);
            let before = old.iter().position(|row| row.item == line.item && row.products == line.products);
            let before = before.map(|at| old.swap_remove(at));
            let kept = before.as_ref().is_some_and(|row| row.by_hand && row.ticked);
            if !(allowed || all || kept) {
                self.aside.extend(before.filter(|row| row.by_hand));
                continue;
            }
            let mut row = Row {
                item: line.item.clone(),
                products: line.products.clone(),
                chosen: 0,
                batch: String::new(),
                typed: false,
                ticked: false,
                by_hand: false,
                allowed,
                due: line.due,
                earliest: line.earliest,
                refused: line.refused,
                said_no: line.is_refused_on(day),
                warning: None,
                reason: String::new(),
            };
            let held_back = row.products.iter().any(|product| self.not_by_itself.contains(product));
            row.ticked = line.is_ticked_on(day) && !held_back;
            // What was ticked before the family said no is not wanted any more.
            let says_no = |before: &Row| row.said_no && before.refused != row.refused;
            if let Some(before) = before.filter(|before| before.by_hand && !says_no(before)) {
                let Row { chosen, batch, typed, ticked, by_hand, warning, reason, .. } = before;
                row = Row { chosen, batch, typed, ticked, by_hand, warning, reason, ..row };
            }
            if !row.typed {
                row.batch = self.batches.get(row.product()).cloned().unwrap_or_default();
            }
            self.rows.push(row);
        }
    }

    /// Nothing is shown before a day is known; what a person did comes back with it.
    pub fn set_aside(&mut self) {
        self.aside.extend(self.rows.drain(..).filter(|row| row.by_hand));
    }

    /// What a person did here.
    pub fn kept(&self) -> Vec<KeptRow> {
        let by_hand = self.rows.iter().filter(|row| row.by_hand);
        let keep = |row: &Row| KeptRow {
            item: row.item.clone(),
            product: row.product().to_owned(),
            batch: row.typed.then(|| row.batch.clone()),
            ticked: row.ticked,
            reason: row.reason.clone(),
        };
        by_hand.map(keep).collect()
    }

    /// Does it again, as far as the rows are still there. Gives whether one of them does not fit on its day.
    pub fn restore(&mut self, kept: Vec<KeptRow>) -> bool {
        let mut misfit = false;
        for KeptRow { item, product, batch, ticked, reason } in kept {
            let Some(row) = self.rows.iter_mut().find(|row| row.item == item) else { continue };
            row.chosen = row.products.iter().position(|one| *one == product).unwrap_or(row.chosen);
            row.typed = batch.is_some();
            row.batch = batch.or_else(|| self.batches.get(row.product()).cloned()).unwrap_or_default();
            // The family may have said no after it was ticked.
            let ticked = ticked && !row.said_no;
            (row.ticked, row.reason, row.by_hand) = (ticked, reason, true);
            misfit |= ticked && !row.allowed;
        }
        misfit
    }

    /// A person wrote a batch.
    pub fn has_written_batch(&self) -> bool {
        self.rows.iter().any(|row| row.ticked && row.typed && !row.batch.trim().is_empty())
    }

    pub fn touched(&self) -> bool {
        self.rows.iter().any(|row| row.by_hand)
    }

    /// The row whose injection this one is a part of.
    pub fn part_of(&self, at: usize) -> Option<&Row> {
        let row = self.rows.get(at).filter(|row| row.ticked)?;
        self.rows[..at].iter().find(|before| before.ticked && before.product() == row.product())
    }

    /// Ticks or unticks an injection, with all that it counts for.
    pub fn tick(&mut self, at: usize) {
        let Some(row) = self.rows.get(at) else { return };
        let (ticked, product) = (!row.ticked, row.product().to_owned());
        for (n, row) in self.rows.iter_mut().enumerate() {
            if n == at || (row.ticked != ticked && row.product() == product) {
                row.ticked = ticked;
                row.by_hand = true;
                row.warning = row.warning.filter(|_| ticked);
            }
        }
    }

    pub fn batch(&mut self, at: usize, batch: String) {
        if let Some(row) = self.rows.get_mut(at) {
            self.written.insert(row.product().to_owned(), batch.clone());
            row.batch = batch;
            row.typed = true;
            row.by_hand = true;
            row.warning = row.warning.filter(|warning| *warning != Warning::Expired);
        }
    }

    pub fn reason(&mut self, at: usize, reason: String) {
        if let Some(row) = self.rows.get_mut(at) {
            row.reason = reason;
        }
    }

    /// Takes another of the products that fit. A combined one takes along every row that it counts for; leaving it
    /// gives them back their usual ones.
    pub fn take(&mut self, at: usize, taken: &str) {
        self.choosing = None;
        let Some(row) = self.rows.get(at) else { return };
        let left = row.product().to_owned();
        let Some(chosen) = row.products.iter().position(|product| product == taken) else { return };
        if left == taken {
            return;
        }
        for (n, row) in self.rows.iter_mut().enumerate() {
            if n == at {
                row.chosen = chosen;
                row.ticked = true;
            } else if let Some(same) = row.products.iter().position(|p| p == taken) {
                row.chosen = same;
                row.ticked = true;
            } else if row.product() == left {
                row.chosen = 0;
            } else {
                continue;
            }
            row.by_hand = true;
            row.warning = None;
            let written = self.written.get(row.product());
            row.typed = written.is_some();
            row.batch = written.or_else(|| self.batches.get(row.product())).cloned().unwrap_or_default();
        }
    }

    /// The next injection with a field for its batch, from this row on.
    pub fn next_batch(&self, from: usize) -> Option<&Row> {
        (from..self.rows.len()).find(|at| self.rows[*at].ticked && self.part_of(*at).is_none()).map(|at| &self.rows[at])
    }

    /// The first injection with no batch.
    pub fn first_without_batch(&self) -> Option<&Row> {
        let mut at = 0..self.rows.len();
        let at = at.find(|at| {
            let row = &self.rows[*at];
            row.ticked && row.batch.trim().is_empty() && self.part_of(*at).is_none()
        })?;
        self.rows.get(at)
    }

    /// What is to be recorded: each injection once.
    pub fn shots(&self) -> Vec<Shot> {
        let mut shots: Vec<Shot> = Vec::new();
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        for row in self.rows.iter().filter(|row| row.ticked) {
            if shots.iter().all(|shot| shot.product != row.product()) {
                let (product, batch, reason) = (row.product().to_owned(), filled(&row.batch), filled(&row.reason));
                shots.push(Shot { product, batch, reason });
            }
        }
        shots
    }

    /// Rows of what was stored go; rows that were refused say so.
    pub fn learn(&mut self, outcomes: Vec<Recorded>) {
        for Recorded { product, outcome } in outcomes {
            match outcome {
                Ok(()) => self.rows.retain(|row| !(row.ticked && row.product() == product)),
                Err(Trouble::Refused(refusal)) => {
                    let Some(warning) = Warning::of(refusal) else { continue };
                    if let Some(row) = self.rows.iter_mut().find(|row| row.ticked && row.product() == product) {
                        row.warning = Some(warning);
                        row.by_hand = true;
                    }
                }
                Err(_) => {}
            }
        }
    }

    /// How many injections the schedule warned about, while nobody has said yet why they are given all the same.
    pub fn warned(&self) -> usize {
        self.waiting().len()
    }

    /// The doses of these injections.
    pub fn waiting(&self) -> Vec<&str> {
        let warned = |row: &&Row| row.ticked && row.warning.is_some() && row.reason.trim().is_empty();
        let alone = self.rows.iter().enumerate().filter(|(at, _)| self.part_of(*at).is_none());
        alone.map(|(_, row)| row).filter(warned).map(|row| row.item.as_str()).collect()
    }

    /// The schedule warned about something that is ticked.
    pub fn has_warned(&self) -> bool {
        self.rows.iter().any(|row| row.ticked && row.warning.is_some())
    }

    /// Nothing is ticked any more.
    pub fn is_settled(&self) -> bool {
        self.rows.iter().all(|row| !row.ticked)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clinic::forecast::NextStatus;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn line(item: &str, products: &[&str], due: &str) -> NextLine {
        NextLine {
            item: item.into(),
            series: item.into(),
            products: products.iter().map(|p| (*p).to_owned()).collect(),
            batch: Some(format!("{}-7", products[0])),
            status: NextStatus::Due,
            why: Vec::new(),
            earliest: Some(day(due)),
            due: Some(day(due)),
            overdue: None,
            last_day: None,
            refused: None,
        }
    }

    fn six_weeks() -> Vec<NextLine> {
        vec![
            line("DPT-1", &["DPT", "PENTA", "HEXA"], "2026-11-01"),
            line("Hib-1", &["Hib", "PENTA", "HEXA"], "2026-11-01"),
            line("OPV-1", &["OPV"], "2026-11-01"),
            line("MMR-1", &["MR", "MMR"], "2027-05-01"),
        ]
    }

    fn products(basket: &Basket) -> Vec<String> {
        basket.shots().into_iter().map(|shot| shot.product).collect()
    }

    #[test]
    fn what_is_due_is_ticked_with_the_batch_last_used() {
        let mut basket = Basket::default();
        basket.fill(&six_weeks(), day("2026-11-20"), true, false);
        assert_eq!(products(&basket), ["DPT", "Hib", "OPV"]);
        assert_eq!(basket.shots()[2].batch.as_deref(), Some("OPV-7"));
        basket.fill(&six_weeks(), day("2026-11-20"), true, true);
        assert_eq!((basket.rows().len(), products(&basket).len()), (4, 3));
        assert!(!basket.touched());
    }

    #[test]
    fn what_nobody_gave_is_not_ticked_by_itself() {
        let mut basket = Basket::default();
        basket.not_by_itself(vec!["PENTA".into()]);
        basket.fill(&six_weeks(), day("2026-11-20"), true, false);
        assert_eq!(products(&basket), ["OPV"]);
        basket.tick(0);
        basket.fill(&six_weeks(), day("2026-11-20"), true, false);
        assert_eq!(products(&basket), ["DPT", "OPV"]);
    }

    #[test]
    fn another_batch_at_hand_is_offered() {
        let mut basket = Basket::default();
        let two = |product: &str, batches: [&str; 2]| (product.to_owned(), batches.map(str::to_owned).to_vec());
        basket.at_hand([two("OPV", ["OPV-7", "OPV-8"]), two("PENTA", ["P-1", "P-2"])].into());
        basket.fill(&six_weeks(), day("2026-11-20"), true, false);
        assert_eq!(basket.other_batches(2), ["OPV-8"]);
        basket.batch(2, "opv-8".into());
        assert_eq!(basket.other_batches(2), ["OPV-7"]);
        basket.tick(2);
        assert_eq!((basket.other_batches(2), basket.other_batches(0)), (vec![], vec![]));
        // A combined vaccine is one injection of one batch.
        basket.take(0, "PENTA");
        assert_eq!((basket.other_batches(0), basket.other_batches(1)), (vec!["P-1", "P-2"], vec![]));
    }

    #[test]
    fn an_empty_batch_is_found() {
        let mut basket = Basket::default();
        basket.fill(&six_weeks(), day("2026-11-20"), true, false);
        assert!(basket.first_without_batch().is_none());
        basket.take(0, "PENTA");
        // The combined vaccine has no batch of its own yet; what it counts for has none to ask for.
        assert_eq!(basket.first_without_batch().unwrap().item, "DPT-1");
        basket.batch(0, "P 1".into());
        assert!(basket.first_without_batch().is_none());
    }

    #[test]
    fn another_day_changes_nothing_that_a_hand_did() {
        let mut basket = Basket::default();
        let (today, long_ago) = (day("2026-11-20"), day("2026-10-01"));
        basket.fill(&six_weeks(), today, true, false);
        basket.tick(2);
        basket.batch(0, "B 9".into());
        // Nothing may be given on that day: what was typed is still to be seen, what was unticked is not.
        basket.fill(&six_weeks(), long_ago, false, false);
        assert_eq!(products(&basket), ["DPT"]);
        basket.fill(&six_weeks(), day("2026-11-10"), false, false);
        assert_eq!(products(&basket), ["DPT", "Hib"]);
        let batches: Vec<Option<String>> = basket.shots().into_iter().map(|shot| shot.batch).collect();
        assert_eq!(batches, [Some("B 9".into()), None]);
        basket.fill(&six_weeks(), today, true, false);
        assert_eq!(products(&basket), ["DPT", "Hib"]);
        assert_eq!(basket.shots()[1].batch.as_deref(), Some("Hib-7"));
        assert_eq!(basket.next_batch(1).unwrap().item, "Hib-1");
        assert!(basket.next_batch(2).is_none());
    }

    #[test]
    fn what_a_hand_did_outlives_the_program() {
        let mut basket = Basket::default();
        basket.fill(&six_weeks(), day("2026-11-20"), true, true);
        basket.take(0, "PENTA");
        basket.batch(0, "P 9".into());
        basket.tick(2);
        basket.tick(3);
        basket.reason(3, "outbreak".into());
        let kept = serde_json::to_string(&basket.kept()).unwrap();
        let mut again = Basket::default();
        again.fill(&six_weeks(), day("2026-11-20"), true, true);
        assert!(again.restore(serde_json::from_str(&kept).unwrap()), "MR is not due yet");
        assert_eq!(again.shots(), basket.shots());
        assert_eq!(again.kept(), basket.kept());
        // What is no longer asked for stays away.
        let mut later = Basket::default();
        later.fill(&six_weeks()[3..], day("2026-11-20"), true, true);
        let _misfit = later.restore(basket.kept());
        assert_eq!(products(&later), ["MR"]);
    }

    #[test]
    fn what_was_refused_today_is_ticked_by_a_person_only() {
        let (mut basket, today) = (Basket::default(), day("2026-11-20"));
        let mut lines = six_weeks();
        basket.fill(&lines, today, true, false);
        // Ticked by hand, and then the family says no.
        basket.batch(2, "O 1".into());
        let before = basket.kept();
        (lines[0].refused, lines[2].refused) = (Some(today), Some(today));
        basket.fill(&lines, today, true, false);
        assert_eq!(products(&basket), ["Hib"]);
        basket.tick(2);
        basket.fill(&lines, today, true, false);
        assert_eq!(products(&basket), ["Hib", "OPV"]);
        let mut again = Basket::default();
        again.fill(&lines, today, true, false);
        let _misfit = again.restore(before);
        assert_eq!(products(&again), ["Hib"]);
        // On a later day it is asked again.
        let mut later = Basket::default();
        later.fill(&lines, day("2026-11-21"), true, false);
        assert_eq!(products(&later), ["DPT", "Hib", "OPV"]);
    }

    #[test]
    fn a_combined_vaccine_is_one_dose() {
        let mut basket = Basket::default();
        basket.fill(&six_weeks(), day("2026-11-20"), true, false);
        basket.take(1, "PENTA");
        assert_eq!(products(&basket), ["PENTA", "OPV"]);
        assert_eq!(basket.part_of(1).unwrap().item, "DPT-1");
        assert!(basket.part_of(0).is_none());
        // Unticking the injection unticks what it counts for.
        basket.tick(0);
        assert_eq!(products(&basket), ["OPV"]);
        basket.tick(0);
        basket.take(0, "HEXA");
        assert_eq!(products(&basket), ["HEXA", "OPV"]);
        basket.take(0, "DPT");
        assert_eq!(products(&basket), ["DPT", "Hib", "OPV"]);
    }

    #[test]
    fn the_vaccine_most_used_is_offered_first_and_each_keeps_its_batch() {
        let mut basket = Basket::default();
        let used = |batch: &str, doses| ProductUse { batch: Some(batch.into()), doses };
        basket.used([("PENTA".to_owned(), used("P-1", 40)), ("DPT".to_owned(), used("DPT-7", 2))].into());
        basket.fill(&six_weeks(), day("2026-11-20"), true, false);
        assert!(!basket.is_choosing());
        assert_eq!(basket.first_choice(), Some(0));
        basket.choose(0);
        let offered = |basket: &Basket| basket.offered(0).into_iter().map(|(product, _)| product).collect::<Vec<_>>();
        assert_eq!(offered(&basket), ["PENTA", "DPT", "HEXA"]);
        // Enter at once leaves it as it is.
        assert_eq!((basket.take_chosen(), products(&basket).len(), basket.touched()), (Some(0), 3, false));
        basket.choose(0);
        assert_eq!(basket.press(Press::Up), Some(Chose::NotYet));
        assert_eq!(basket.take_chosen(), Some(0));
        assert_eq!(products(&basket), ["PENTA", "OPV"]);
        assert_eq!(basket.shots()[0].batch.as_deref(), Some("P-1"));
        basket.batch(0, "P-2".into());
        basket.take(0, "HEXA");
        assert_eq!(basket.shots()[0].batch, None);
        basket.take(0, "PENTA");
        assert_eq!(basket.shots()[0].batch.as_deref(), Some("P-2"));
        // A day on which it came from other vials has no batch of today's.
        let mut elsewhere = Basket::default();
        elsewhere.used([("PENTA".to_owned(), used("P-1", 40))].into());
        elsewhere.fill(&six_weeks(), day("2026-11-20"), false, false);
        elsewhere.take(0, "PENTA");
        assert_eq!(elsewhere.shots()[0].batch, None);
        basket.choose(0);
        assert_eq!((basket.press(Press::Escape), basket.is_choosing()), (Some(Chose::NotYet), false));
        // The vaccine counts for the second row too: there is no other list.
        assert_eq!((basket.press(Press::Letter('V')), basket.is_choosing()), (Some(Chose::NotYet), true));
        assert_eq!((basket.press(Press::Letter('V')), basket.is_choosing()), (Some(Chose::NotYet), false));
        assert_eq!(basket.press(Press::Enter), None);
    }

    #[test]
    fn hands_stay_and_refusals_are_asked_about() {
        let mut basket = Basket::default();
        basket.fill(&six_weeks(), day("2026-11-20"), true, true);
        basket.tick(2);
        basket.tick(3);
        basket.batch(0, " B 9 ".into());
        basket.fill(&six_weeks(), day("2026-11-20"), true, false);
        assert_eq!(products(&basket), ["DPT", "Hib", "MR"]);
        assert_eq!(basket.shots()[0].batch.as_deref(), Some("B 9"));
        let no = Trouble::Refused(Refusal::NeedsReason(GivenReason::MinAge));
        basket.learn(vec![
            Recorded { product: "DPT".into(), outcome: Ok(()) },
            Recorded { product: "Hib".into(), outcome: Ok(()) },
            Recorded { product: "MR".into(), outcome: Err(no) },
        ]);
        assert!(!basket.is_settled());
        let at = basket.rows().iter().position(|row| row.warning.is_some()).unwrap();
        basket.reason(at, "outbreak in the village".into());
        assert_eq!(basket.shots()[0].reason.as_deref(), Some("outbreak in the village"));
        basket.learn(vec![Recorded { product: "MR".into(), outcome: Ok(()) }]);
        assert!(basket.is_settled());
    }
}
