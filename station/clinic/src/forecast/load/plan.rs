//! The doses of the plan and the figures of each.

use toml::Spanned;

use super::file::FileDose;
use super::words::{check_name, interval, small, sooner, span};
use super::{Builder, Checked, MOST_STEPS, complain};
use crate::forecast::Sex;
use crate::forecast::schedule::{Entry, EntryId, EntryKind, Rule, Series, SeriesId, Step};

impl Builder {
    pub(super) fn plan(&mut self, doses: &Spanned<Vec<FileDose>>, optional: &[FileDose]) -> Checked<()> {
        if doses.get_ref().is_empty() {
            return complain(doses.span(), "the schedule has no doses");
        }
        let plan = doses.get_ref().iter().map(|dose| (dose, EntryKind::Plan));
        let optional = optional.iter().map(|dose| (dose, EntryKind::Optional));
        for (dose, kind) in plan.chain(optional) {
            let Some(name) = &dose.series else {
                return complain(dose.id.span(), format!("dose \"{}\" names no series", dose.id.get_ref()));
            };
            check_name(name, "series")?;
            let series = match self.series_by_name.get(name.get_ref()) {
                Some(series) => *series,
                None => {
                    let series = SeriesId(small(self.series.len(), name.span(), "series")?);
                    self.series_by_name.insert(name.get_ref().clone(), series);
                    self.series.push(Series {
                        name: name.get_ref().clone(),
                        live: false,
                        je_endemic_only: false,
                        only_sex: None,
                        plan: Vec::new(),
                        catch_up: Vec::new(),
                        late_start: None,
                        complete_if: None,
                    });
                    series
                }
            };
            let (entry, rule) = self.entry(dose, series, kind)?;
            if self.entry_by_id.contains_key(&entry.id) {
                return complain(dose.id.span(), format!("dose \"{}\" is listed twice", entry.id));
            }
            let interval = entry.min_interval;
            let entry = self.add(dose, entry, rule)?;
            let listed = self.entries.iter().filter(|known| known.series == series).count();
            if listed > MOST_STEPS {
                return complain(dose.id.span(), format!("a series may have at most {MOST_STEPS} doses"));
            }
            if kind == EntryKind::Plan {
                self.series[series.index()].plan.push(Step { entry, interval });
            }
        }
        Ok(())
    }

    pub(super) fn entry(&mut self, dose: &FileDose, series: SeriesId, kind: EntryKind) -> Checked<(Entry, Rule)> {
        let id = dose.id.get_ref();
        check_name(&dose.id, "dose id")?;
        let series_name = self.series[series.index()].name.clone();
        // Where no vaccine is named, the series is named like its vaccine.
        let (vaccine, at) = match &dose.vaccine {
            Some(vaccine) => (vaccine.get_ref(), vaccine.span()),
            None => (&series_name, dose.id.span()),
        };
        let Some(&vaccine) = self.vaccine_by_id.get(vaccine) else {
            return complain(at, format!("dose \"{id}\": there is no vaccine \"{vaccine}\""));
        };
        let rec_from = span(&dose.rec_from)?;
        let rec_to = span(&dose.rec_to)?;
        let min_age = match dose.min_age.get_ref().as_str() {
            "unsourced" => None,
            _ => Some(span(&dose.min_age)?),
        };
        let min_interval = interval(&dose.min_interval)?;
        let from_first = dose.from_first.as_ref().map(span).transpose()?;
        let latest_age = match dose.latest_age.get_ref().as_str() {
            "none" | "unsourced" => None,
            _ => Some(span(&dose.latest_age)?),
        };
        let skip_if_previous_at = dose.skip_if_previous_at.as_ref().map(span).transpose()?;
        let je_endemic_only = match dose.region.as_ref().map(|region| (region.get_ref().as_str(), region.span())) {
            None => false,
            Some(("je-endemic", _)) => true,
            Some((other, at)) => return complain(at, format!("\"{other}\" is not a region (je-endemic)")),
        };
        let only_sex = match dose.sex.as_ref().map(|sex| (sex.get_ref().as_str(), sex.span())) {
            None => None,
            Some(("female", _)) => Some(Sex::Female),
            Some(("male", _)) => Some(Sex::Male),
            Some((other, at)) => return complain(at, format!("\"{other}\" is not a sex here (female, male)")),
        };

        if let Some(other) = self.entries.iter().find(|other| other.series == series)
            && (other.je_endemic_only, other.only_sex) != (je_endemic_only, only_sex)
        {
            return complain(
                dose.id.span(),
                format!("dose \"{id}\": region and sex must be the same for all doses of series \"{series_name}\""),
            );
        }
        let of_series = &mut self.series[series.index()];
        (of_series.je_endemic_only, of_series.only_sex) = (je_endemic_only, only_sex);

        let starts = min_age.unwrap_or(rec_from);
        if sooner(rec_to, rec_from) {
            return complain(dose.rec_to.span(), format!("dose \"{id}\": rec_to comes before rec_from"));
        }
        if sooner(rec_to, starts) {
            return complain(dose.min_age.span(), format!("dose \"{id}\": min_age comes after rec_to"));
        }
        if let Some(latest) = latest_age
            && !sooner(rec_from, latest)
        {
            return complain(dose.latest_age.span(), format!("dose \"{id}\": latest_age comes before rec_from"));
        }
        if let Some(latest) = latest_age
            && !sooner(starts, latest)
        {
            return complain(dose.latest_age.span(), format!("dose \"{id}\": latest_age leaves no day to give it"));
        }
        if dose.window_only && latest_age.is_none() {
            return complain(dose.latest_age.span(), format!("dose \"{id}\": window_only needs a latest_age"));
        }

        let rule = Rule {
            min_age: self.age(starts),
            rec_from: self.age(rec_from),
            rec_to: self.age(rec_to),
            latest_age: latest_age.map(|latest| self.age(latest)),
            from_first,
            skip_if_previous_at: skip_if_previous_at.map(|age| self.age(age)),
            window_only: dose.window_only,
            live: self.vaccines[vaccine.index()].kind.is_live(),
        };
        let entry = Entry {
            id: id.clone(),
            label: dose.label.clone().unwrap_or_else(|| id.clone()),
            kind,
            series,
            series_name,
            vaccine,
            rec_from,
            rec_to,
            min_age,
            min_interval,
            from_first,
            latest_age,
            window_only: dose.window_only,
            skip_if_previous_at,
            je_endemic_only,
            only_sex,
            sources: dose.src.by_figure(),
        };
        Ok((entry, rule))
    }

    pub(super) fn add(&mut self, dose: &FileDose, entry: Entry, rule: Rule) -> Checked<EntryId> {
        let id = EntryId(small(self.entries.len(), dose.id.span(), "doses")?);
        self.entry_by_id.insert(entry.id.clone(), id);
        self.entries.push(entry);
        self.rules.push(rule);
        self.places.push((dose.id.span(), dose.product.clone()));
        Ok(id)
    }

    /// The doses of a list follow each other in age; `from_first` and `skip_if_previous_at` need a dose before.
    pub(super) fn in_order(&self, optional: &[FileDose]) -> Checked<()> {
        for series in &self.series {
            let optional = optional.iter().filter_map(|dose| self.entry_by_id.get(dose.id.get_ref()).copied());
            let of_series =
                |entry: &EntryId| self.series[self.entries[entry.index()].series.index()].name == series.name;
            let plan = series.plan.iter().map(|step| step.entry).chain(optional.filter(of_series));
            self.check_order(plan)?;
            if let Some(late_start) = &series.late_start {
                self.check_order(late_start.steps.iter().map(|step| step.entry))?;
            }
        }
        Ok(())
    }

    fn check_order(&self, list: impl Iterator<Item = EntryId>) -> Checked<()> {
        let mut before: Option<&Entry> = None;
        for id in list {
            let (entry, (at, _)) = (&self.entries[id.index()], &self.places[id.index()]);
            match before {
                None if entry.from_first.is_some() => {
                    return complain(
                        at.clone(),
                        format!("dose \"{}\" is the first of its series; from_first needs a dose before it", entry.id),
                    );
                }
                None if entry.skip_if_previous_at.is_some() => {
                    return complain(
                        at.clone(),
                        format!(
                            "dose \"{}\" is the first of its series; skip_if_previous_at needs a dose before it",
                            entry.id
                        ),
                    );
                }
                Some(before) if sooner(entry.rec_from, before.rec_from) => {
                    return complain(
                        at.clone(),
                        format!("dose \"{}\" is planned at a younger age than \"{}\" before it", entry.id, before.id),
                    );
                }
                _ => before = Some(entry),
            }
        }
        Ok(())
    }
}
