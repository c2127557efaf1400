//! Other lists of doses than the plan: late starts, catch-up, and when a series ends early.

use std::collections::BTreeSet;

use super::file::{FileAlternative, FileCatchUp, FileCompleteIf};
use super::words::{interval, sooner, span};
use super::{Builder, Checked, MOST_STEPS, complain};
use crate::forecast::schedule::{CatchUp, CompleteIf, Entry, EntryId, EntryKind, LateStart, Rule, Step};

impl Builder {
    pub(super) fn late_starts(&mut self, found: &[FileAlternative]) -> Checked<()> {
        for alternative in found {
            let series = self.known_series(&alternative.series)?;
            if self.series[series.index()].late_start.is_some() {
                return complain(
                    alternative.series.span(),
                    format!("series \"{}\" has two alternatives", alternative.series.get_ref()),
                );
            }
            let from = span(&alternative.start_from)?;
            let doses = alternative.dose.get_ref();
            if doses.is_empty() || doses.len() > MOST_STEPS {
                return complain(
                    alternative.dose.span(),
                    format!("an alternative needs between 1 and {MOST_STEPS} doses"),
                );
            }
            let mut steps: Vec<Step> = Vec::new();
            for dose in doses {
                let id = dose.id.get_ref();
                if let Some(name) = &dose.series
                    && name.get_ref() != alternative.series.get_ref()
                {
                    return complain(name.span(), format!("dose \"{id}\" belongs to another series"));
                }
                let (entry, rule) = self.entry(dose, series, EntryKind::LateStart)?;
                let interval = entry.min_interval;
                let entry = match self.entry_by_id.get(id) {
                    None => self.add(dose, entry, rule)?,
                    // An id stands for one dose with one set of figures, in whichever list it is.
                    Some(&known) if self.same_dose(known, &entry, &rule) => known,
                    Some(_) => {
                        return complain(
                            dose.id.span(),
                            format!("dose \"{id}\" is listed elsewhere with other figures; give this one its own id"),
                        );
                    }
                };
                if steps.iter().any(|step| step.entry == entry) {
                    return complain(dose.id.span(), format!("dose \"{id}\" is listed twice"));
                }
                steps.push(Step { entry, interval });
            }
            let from = self.age(from);
            self.series[series.index()].late_start = Some(LateStart { from, steps });
        }
        Ok(())
    }

    pub(super) fn same_dose(&self, known: EntryId, entry: &Entry, rule: &Rule) -> bool {
        let listed = &self.entries[known.index()];
        listed.kind != EntryKind::Optional
            && listed.series == entry.series
            && listed.vaccine == entry.vaccine
            && listed.min_interval == entry.min_interval
            && self.rules[known.index()] == *rule
    }

    pub(super) fn catch_ups(&mut self, found: &[FileCatchUp]) -> Checked<()> {
        for catch_up in found {
            let series = self.known_series(&catch_up.series)?;
            let name = catch_up.series.get_ref();
            if self.series[series.index()].late_start.is_some() {
                return complain(
                    catch_up.series.span(),
                    format!("series \"{name}\" has an alternative; it cannot have catch-up lists too"),
                );
            }
            let (from, before) = (span(&catch_up.start_from)?, span(&catch_up.start_before)?);
            if !sooner(from, before) {
                return complain(catch_up.start_before.span(), "start_before must come after start_from");
            }
            for other in &self.series[series.index()].catch_up {
                let (other_from, other_before) =
                    (self.ages[usize::from(other.from.0)], self.ages[usize::from(other.before.0)]);
                if sooner(from, other_before) && sooner(other_from, before) {
                    return complain(
                        catch_up.start_from.span(),
                        format!("two catch-up lists of series \"{name}\" cover the same age"),
                    );
                }
            }
            let (doses, intervals) = (catch_up.doses.get_ref(), catch_up.intervals.get_ref());
            if doses.is_empty() || doses.len() > MOST_STEPS {
                return complain(
                    catch_up.doses.span(),
                    format!("a catch-up list needs between 1 and {MOST_STEPS} doses"),
                );
            }
            if doses.len() != intervals.len() {
                return complain(catch_up.intervals.span(), "a catch-up list needs one interval for each dose");
            }
            let mut steps = Vec::new();
            let mut seen = BTreeSet::new();
            for (id, min_interval) in doses.iter().zip(intervals) {
                let listed = self
                    .entry_by_id
                    .get(id.get_ref())
                    .copied()
                    .filter(|entry| self.series[series.index()].plan.iter().any(|step| step.entry == *entry));
                let Some(entry) = listed else {
                    return complain(
                        id.span(),
                        format!("series \"{name}\" has no dose \"{}\" in the plan", id.get_ref()),
                    );
                };
                if !seen.insert(entry) {
                    return complain(id.span(), format!("dose \"{}\" is listed twice", id.get_ref()));
                }
                steps.push(Step { entry, interval: interval(min_interval)? });
            }
            let (from, before) = (self.age(from), self.age(before));
            self.series[series.index()].catch_up.push(CatchUp { from, before, steps });
        }
        Ok(())
    }

    pub(super) fn complete_ifs(&mut self, found: &[FileCompleteIf]) -> Checked<()> {
        for rule in found {
            let series = self.known_series(&rule.series)?;
            if self.series[series.index()].complete_if.is_some() {
                return complain(
                    rule.series.span(),
                    format!("series \"{}\" has two complete_if rules", rule.series.get_ref()),
                );
            }
            let counted_doses = *rule.counted_doses.get_ref();
            if counted_doses == 0 {
                return complain(rule.counted_doses.span(), "counted_doses must be at least 1");
            }
            let last_min_age = span(&rule.last_min_age)?;
            let last_min_age = self.age(last_min_age);
            self.series[series.index()].complete_if = Some(CompleteIf { counted_doses, last_min_age });
        }
        Ok(())
    }
}
