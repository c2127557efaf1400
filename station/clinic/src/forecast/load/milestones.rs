//! Which doses make a child fully, and completely, immunized.

use std::collections::BTreeSet;

use toml::Spanned;

use super::file::{FileMilestone, Word};
use super::words::sooner;
use super::{Builder, Checked, complain};
use crate::forecast::schedule::{EntryId, MilestoneSets};

/// Between the ids of doses that stand for one another.
const OR: &str = " or ";

impl Builder {
    pub(super) fn milestones(&self, found: &FileMilestone) -> Checked<MilestoneSets> {
        let mut seen = BTreeSet::new();
        let dtp_series = self.known_series(&found.dtp_series)?;
        let sets = MilestoneSets {
            dtp_series,
            fully: self.needs(&found.fully, &mut seen)?,
            completely: self.needs(&found.completely, &mut seen)?,
        };
        let series_of = |entry: &EntryId| self.entries[entry.index()].series;
        if !sets.fully.iter().flatten().any(|entry| series_of(entry) == dtp_series) {
            return complain(
                found.dtp_series.span(),
                format!("no dose of series \"{}\" is in fully", found.dtp_series.get_ref()),
            );
        }
        Ok(sets)
    }

    fn needs(&self, found: &Spanned<Vec<Word>>, seen: &mut BTreeSet<EntryId>) -> Checked<Vec<Vec<EntryId>>> {
        if found.get_ref().is_empty() {
            return complain(found.span(), "a milestone needs at least one dose");
        }
        found.get_ref().iter().map(|need| self.need(need, seen)).collect()
    }

    fn need(&self, need: &Word, seen: &mut BTreeSet<EntryId>) -> Checked<Vec<EntryId>> {
        let mut one_of: Vec<EntryId> = Vec::new();
        for id in need.get_ref().split(OR) {
            let Some(&entry) = self.entry_by_id.get(id) else {
                return complain(need.span(), format!("the milestone needs \"{id}\", but there is no such dose"));
            };
            if !seen.insert(entry) {
                return complain(need.span(), format!("the milestone needs dose \"{id}\" twice"));
            }
            one_of.push(entry);
        }
        let starts = |entry: &EntryId| self.entries[entry.index()].rec_from;
        if one_of.windows(2).any(|pair| sooner(starts(&pair[1]), starts(&pair[0]))) {
            return complain(need.span(), format!("\"{}\": write the dose that is planned first", need.get_ref()));
        }
        Ok(one_of)
    }
}
