//! Reading a schedule file and refusing what the engine could not trust.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::Sex;
use super::date::Span;
use super::schedule::{
    AgeId, CatchUp, CompleteIf, Entry, EntryId, EntryKind, Interval, LateStart, Product, ProductId, Rule, Schedule,
    ScheduleError, Series, SeriesId, Step, Vaccine, VaccineId, VaccineKind,
};

// Far above any real schedule; they keep every position within its small number.
const MOST_BYTES: usize = 1 << 20;
const MOST_ITEMS: usize = 1_000;
/// A walk keeps the closed windows of a list in the bits of a `u64`.
const MOST_STEPS: usize = 64;
const MOST_GRACE_DAYS: u32 = 10;
const LONGEST_NAME: usize = 32;

type Word = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<u32>,
    id: Word,
    name: Word,
    #[serde(default)]
    country: String,
    grace_days: Option<Spanned<u32>>,
    live_products: Vec<Word>,
    live_series: Vec<Word>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    sources: BTreeMap<String, String>,
    vaccine: BTreeMap<String, Spanned<FileVaccine>>,
    product: BTreeMap<String, Spanned<Vec<Word>>>,
    dose: Spanned<Vec<FileDose>>,
    #[serde(default)]
    catchup: Vec<FileCatchUp>,
    #[serde(default)]
    alternative: Vec<FileAlternative>,
    #[serde(default)]
    optional_dose: Vec<FileDose>,
    #[serde(default)]
    complete_if: Vec<FileCompleteIf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileVaccine {
    name: String,
    antigens: Vec<String>,
    kind: Word,
    route: String,
    site: String,
    volume: String,
    diluent: Option<String>,
    #[serde(default)]
    src: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDose {
    id: Word,
    series: Option<Word>,
    vaccine: Option<Word>,
    /// The product usually given, when it is not the one named like the vaccine.
    product: Option<Word>,
    label: Option<String>,
    rec_from: Word,
    rec_to: Word,
    min_age: Word,
    min_interval: Word,
    from_first: Option<Word>,
    latest_age: Word,
    #[serde(default)]
    window_only: bool,
    skip_if_previous_at: Option<Word>,
    region: Option<Word>,
    sex: Option<Word>,
    #[serde(default)]
    src: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCatchUp {
    series: Word,
    start_from: Word,
    start_before: Word,
    doses: Spanned<Vec<Word>>,
    intervals: Spanned<Vec<Word>>,
    #[serde(default, rename = "src")]
    _src: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAlternative {
    series: Word,
    start_from: Word,
    #[serde(default, rename = "when")]
    _when: String,
    #[serde(default, rename = "src")]
    _src: String,
    dose: Spanned<Vec<FileDose>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCompleteIf {
    series: Word,
    counted_doses: Spanned<u32>,
    last_min_age: Word,
    #[serde(default, rename = "src")]
    _src: String,
}

/// A complaint and the place in the text it is about.
struct Complaint {
    at: Range<usize>,
    reason: String,
}

type Checked<T> = Result<T, Complaint>;

fn complain<T>(at: Range<usize>, reason: impl Into<String>) -> Checked<T> {
    Err(Complaint { at, reason: reason.into() })
}

pub(super) fn parse(text: &str) -> Result<Schedule, ScheduleError> {
    let line = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    if text.len() > MOST_BYTES {
        return Err(ScheduleError { line: 1, reason: format!("the file is larger than {MOST_BYTES} bytes") });
    }
    let file: File = toml::from_str(text).map_err(|error| ScheduleError {
        line: line(error.span().map_or(0, |span| span.start)),
        reason: error.message().to_owned(),
    })?;
    build(file).map_err(|complaint| ScheduleError { line: line(complaint.at.start), reason: complaint.reason })
}

fn build(file: File) -> Checked<Schedule> {
    if *file.schema.get_ref() != 1 {
        return complain(file.schema.span(), "schema must be 1; this program reads no other");
    }
    check_name(&file.id, "schedule id")?;
    if file.name.get_ref().trim().is_empty() {
        return complain(file.name.span(), "the schedule's name is empty");
    }
    let grace_days = file.grace_days.map_or(Ok(0), |days| match *days.get_ref() {
        allowed if allowed <= MOST_GRACE_DAYS => Ok(u64::from(allowed)),
        _ => complain(days.span(), format!("grace_days may be at most {MOST_GRACE_DAYS}")),
    })?;

    let mut builder = Builder::default();
    builder.vaccines(file.vaccine)?;
    builder.plan(&file.dose, &file.optional_dose)?;
    builder.products(file.product, &file.live_products)?;
    builder.live_series(&file.live_series)?;
    builder.late_starts(&file.alternative)?;
    builder.catch_ups(&file.catchup)?;
    builder.complete_ifs(&file.complete_if)?;
    builder.live_intervals()?;
    builder.products_for()?;

    Ok(Schedule {
        id: file.id.into_inner(),
        name: file.name.into_inner(),
        country: file.country,
        notes: file.notes,
        sources: file.sources,
        vaccines: builder.vaccines,
        product_by_name: builder.product_by_name,
        products: builder.products,
        entry_by_id: builder.entry_by_id,
        entries: builder.entries,
        products_for: builder.products_for,
        series: builder.series,
        rules: builder.rules,
        ages: builder.ages,
        grace_days,
    })
}

#[derive(Default)]
struct Builder {
    vaccines: Vec<Vaccine>,
    vaccine_by_id: HashMap<String, VaccineId>,
    products: Vec<Product>,
    product_by_name: HashMap<String, ProductId>,
    entries: Vec<Entry>,
    /// Where each entry stands in the text, and the product it asks for.
    places: Vec<(Range<usize>, Option<Word>)>,
    entry_by_id: HashMap<String, EntryId>,
    products_for: Vec<Vec<ProductId>>,
    series: Vec<Series>,
    series_by_name: HashMap<String, SeriesId>,
    rules: Vec<Rule>,
    ages: Vec<Span>,
}

impl Builder {
    fn vaccines(&mut self, found: BTreeMap<String, Spanned<FileVaccine>>) -> Checked<()> {
        for (id, vaccine) in in_file_order(found) {
            let at = vaccine.span();
            let vaccine = vaccine.into_inner();
            check_text_name(&id, at.clone(), "vaccine")?;
            let position = small(self.vaccines.len(), at, "vaccines")?;
            let kind = match vaccine.kind.get_ref().as_str() {
                "live-bcg" => VaccineKind::LiveBcg,
                "live-oral" => VaccineKind::LiveOral,
                "live-injected" => VaccineKind::LiveInjected,
                "inactivated" => VaccineKind::Inactivated,
                "supplement" => VaccineKind::Supplement,
                other => {
                    return complain(
                        vaccine.kind.span(),
                        format!(
                            "\"{other}\" is not a kind of vaccine (live-bcg, live-oral, live-injected, inactivated, \
                             supplement)"
                        ),
                    );
                }
            };
            self.vaccine_by_id.insert(id.clone(), VaccineId(position));
            self.vaccines.push(Vaccine {
                id,
                name: vaccine.name,
                antigens: vaccine.antigens,
                kind,
                route: sourced(vaccine.route),
                site: sourced(vaccine.site),
                volume: sourced(vaccine.volume),
                diluent: vaccine.diluent.and_then(sourced),
                source: vaccine.src,
            });
        }
        Ok(())
    }

    fn plan(&mut self, doses: &Spanned<Vec<FileDose>>, optional: &[FileDose]) -> Checked<()> {
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

    fn entry(&mut self, dose: &FileDose, series: SeriesId, kind: EntryKind) -> Checked<(Entry, Rule)> {
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
            sources: dose.src.clone(),
        };
        Ok((entry, rule))
    }

    fn add(&mut self, dose: &FileDose, entry: Entry, rule: Rule) -> Checked<EntryId> {
        let id = EntryId(small(self.entries.len(), dose.id.span(), "doses")?);
        self.entry_by_id.insert(entry.id.clone(), id);
        self.entries.push(entry);
        self.rules.push(rule);
        self.places.push((dose.id.span(), dose.product.clone()));
        Ok(id)
    }

    fn products(&mut self, found: BTreeMap<String, Spanned<Vec<Word>>>, live: &[Word]) -> Checked<()> {
        for (name, fills) in in_file_order(found) {
            check_text_name(&name, fills.span(), "product")?;
            if fills.get_ref().is_empty() {
                return complain(fills.span(), format!("product \"{name}\" counts for no series"));
            }
            let mut series = Vec::new();
            for fill in fills.get_ref() {
                let filled = self.known_series(fill)?;
                if series.contains(&filled) {
                    return complain(fill.span(), format!("product \"{name}\" names a series twice"));
                }
                series.push(filled);
            }
            let position = small(self.products.len(), fills.span(), "products")?;
            self.product_by_name.insert(name.clone(), ProductId(position));
            self.products.push(Product { name, series, live: false });
        }
        for name in live {
            let Some(product) = self.product_by_name.get(name.get_ref()) else {
                return complain(name.span(), format!("there is no product \"{}\"", name.get_ref()));
            };
            self.products[product.index()].live = true;
        }
        Ok(())
    }

    fn live_series(&mut self, live: &[Word]) -> Checked<()> {
        for name in live {
            let series = self.known_series(name)?;
            self.series[series.index()].live = true;
        }
        // A live vaccine left out by mistake would silently lose its 28-day spacing.
        for (entry, (at, _)) in self.entries.iter().zip(&self.places) {
            let injected = self.vaccines[entry.vaccine.index()].kind == VaccineKind::LiveInjected;
            let series = &self.series[entry.series.index()];
            if injected && !series.live {
                return complain(
                    at.clone(),
                    format!(
                        "dose \"{}\" is a live injected vaccine, but its series \"{}\" is not in live_series",
                        entry.id, series.name
                    ),
                );
            }
        }
        Ok(())
    }

    fn late_starts(&mut self, found: &[FileAlternative]) -> Checked<()> {
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

    fn same_dose(&self, known: EntryId, entry: &Entry, rule: &Rule) -> bool {
        let listed = &self.entries[known.index()];
        listed.kind != EntryKind::Optional
            && listed.series == entry.series
            && listed.vaccine == entry.vaccine
            && listed.min_interval == entry.min_interval
            && self.rules[known.index()] == *rule
    }

    fn catch_ups(&mut self, found: &[FileCatchUp]) -> Checked<()> {
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

    fn complete_ifs(&mut self, found: &[FileCompleteIf]) -> Checked<()> {
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

    /// Spacing would call a dose too early that the interval of its own series allows.
    fn live_intervals(&self) -> Checked<()> {
        for series in self.series.iter().filter(|series| series.live) {
            let lists = std::iter::once(&series.plan)
                .chain(series.catch_up.iter().map(|list| &list.steps))
                .chain(series.late_start.iter().map(|list| &list.steps));
            for step in lists.flat_map(|steps| steps.iter().skip(1)) {
                let short = match step.interval {
                    Interval::Is(span) => sooner(span, Span::weeks(4)),
                    Interval::None => true,
                    Interval::Unsourced => false,
                };
                if short {
                    let (entry, (at, _)) = (&self.entries[step.entry.index()], &self.places[step.entry.index()]);
                    return complain(
                        at.clone(),
                        format!("dose \"{}\": live doses need at least 4 weeks (4w) since the last", entry.id),
                    );
                }
            }
        }
        Ok(())
    }

    fn products_for(&mut self) -> Checked<()> {
        for (entry, (at, asked)) in self.entries.iter().zip(&self.places) {
            let vaccine = &self.vaccines[entry.vaccine.index()].id;
            let fills = |product: &ProductId| self.products[product.index()].series.contains(&entry.series);
            let own = match asked {
                None => self.product_by_name.get(vaccine).copied().filter(fills),
                Some(name) => match self.product_by_name.get(name.get_ref()).copied().filter(fills) {
                    None => {
                        return complain(
                            name.span(),
                            format!("no product \"{}\" counts for series \"{}\"", name.get_ref(), entry.series_name),
                        );
                    }
                    own => own,
                },
            };
            // Where a series changes its vaccine on the way (pentavalent, then DPT), the other
            // vaccine's product is not offered for this entry.
            let other_vaccines: BTreeSet<&str> = self
                .entries
                .iter()
                .filter(|other| other.series == entry.series && other.vaccine != entry.vaccine)
                .map(|other| self.vaccines[other.vaccine.index()].id.as_str())
                .collect();
            let mut products: Vec<ProductId> = own.into_iter().collect();
            let in_order = (0..).map(ProductId).take(self.products.len());
            products.extend(in_order.filter(|product| {
                Some(*product) != own
                    && fills(product)
                    && !other_vaccines.contains(self.products[product.index()].name.as_str())
            }));
            if products.is_empty() {
                return complain(at.clone(), format!("no product can be recorded for dose \"{}\"", entry.id));
            }
            self.products_for.push(products);
        }
        Ok(())
    }

    fn known_series(&self, name: &Word) -> Checked<SeriesId> {
        match self.series_by_name.get(name.get_ref()) {
            Some(series) => Ok(*series),
            None => complain(name.span(), format!("no dose belongs to a series \"{}\"", name.get_ref())),
        }
    }

    fn age(&mut self, span: Span) -> AgeId {
        let position = self.ages.iter().position(|known| *known == span).unwrap_or_else(|| {
            self.ages.push(span);
            self.ages.len() - 1
        });
        // At most five ages an entry, and entries are limited.
        AgeId(u16::try_from(position).unwrap_or(u16::MAX))
    }
}

/// The entries of a TOML table as they stand in the text; the table itself is sorted by key.
fn in_file_order<T>(table: BTreeMap<String, Spanned<T>>) -> Vec<(String, Spanned<T>)> {
    let mut rows: Vec<_> = table.into_iter().collect();
    rows.sort_by_key(|(_, value)| value.span().start);
    rows
}

fn small(count: usize, at: Range<usize>, what: &str) -> Checked<u16> {
    match u16::try_from(count) {
        Ok(position) if count < MOST_ITEMS => Ok(position),
        _ => complain(at, format!("a schedule may have at most {MOST_ITEMS} {what}")),
    }
}

fn sourced(text: String) -> Option<String> {
    (text != "unsourced" && !text.trim().is_empty()).then_some(text)
}

fn check_name(name: &Word, what: &str) -> Checked<()> {
    check_text_name(name.get_ref(), name.span(), what)
}

/// Names stand in lists such as `BCG@2024-05-10; OPV@2024-05-10` and in file names.
fn check_text_name(name: &str, at: Range<usize>, what: &str) -> Checked<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(plain) {
        return complain(
            at,
            format!("{what} \"{name}\": use 1 to {LONGEST_NAME} letters a-z, digits, hyphens or underscores"),
        );
    }
    Ok(())
}

fn span(text: &Word) -> Checked<Span> {
    Span::parse(text.get_ref()).or_else(|reason| complain(text.span(), reason))
}

fn interval(text: &Word) -> Checked<Interval> {
    match text.get_ref().as_str() {
        "none" => Ok(Interval::None),
        "unsourced" => Ok(Interval::Unsourced),
        _ => span(text).map(Interval::Is),
    }
}

/// Weeks and months have no fixed ratio; a common year decides which of two spans is shorter.
fn sooner(a: Span, b: Span) -> bool {
    let birth = NaiveDate::from_yo_opt(2001, 1).unwrap_or_default();
    a.after(birth) < b.after(birth)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"schema = 1
id = "small"
name = "Small"
live_products = ["MR"]
live_series = ["MR"]
[vaccine]
MR = { name = "MR", antigens = [], kind = "live-injected", route = "unsourced", site = "arm", volume = "0.5 ml" }
OPV = { name = "OPV", antigens = ["polio"], kind = "live-oral", route = "oral", site = "mouth", volume = "2 drops" }
[product]
OPV = ["OPV"]
MR = ["MR"]
[[dose]]
id = "MR-1"
series = "MR"
rec_from = "9m"
rec_to = "12m"
min_age = "9m"
min_interval = "none"
latest_age = "5y"
[[dose]]
id = "OPV-1"
series = "OPV"
rec_from = "6w"
rec_to = "6w"
min_age = "unsourced"
min_interval = "unsourced"
latest_age = "unsourced"
[[catchup]]
series = "OPV"
start_from = "1y"
start_before = "2y"
doses = ["OPV-1"]
intervals = ["none"]
[[alternative]]
series = "MR"
start_from = "2y"
dose = [{ id = "MR-late", rec_from = "2y", rec_to = "2y", min_age = "2y", min_interval = "none", latest_age = "5y" }]
"#;

    /// The complaint about `SMALL` with one change, and the line it should name.
    fn refused(find: &str, replace: &str) -> (usize, String) {
        assert_eq!(SMALL.matches(find).count(), 1, "{find}");
        let text = SMALL.replace(find, replace);
        let error = Schedule::parse(&text).expect_err(replace);
        (error.line, error.reason)
    }

    #[test]
    fn a_small_schedule_loads() {
        let schedule = Schedule::parse(SMALL).expect("a schedule");
        assert_eq!(schedule.products().count(), 2);
        // In the order of the file, not of the alphabet.
        assert_eq!(schedule.product_name(ProductId(0)), "OPV");
        assert_eq!(schedule.vaccine(VaccineId(0)).id, "MR");
        let order: Vec<_> = schedule.series().map(|series| schedule.series_name(series)).collect();
        assert_eq!(order, ["MR", "OPV"]);
        let late = schedule.entry(schedule.entry_id("MR-late").expect("MR-late"));
        assert_eq!((late.label.as_str(), late.kind), ("MR-late", EntryKind::LateStart));
    }

    #[test]
    fn a_bad_schedule_is_refused_with_line_and_reason() {
        for (find, replace, line, reason) in [
            ("schema = 1", "schema = 2", 1, "schema must be 1"),
            ("schema = 1", "", 1, "missing field `schema`"),
            ("id = \"small\"", "id = \"s m\"", 2, "schedule id \"s m\": use 1 to 32 letters"),
            ("name = \"Small\"", "name = \" \"", 3, "name is empty"),
            ("name = \"Small\"", "name = \"Small", 3, "basic string"),
            ("name = \"Small\"", "name = 7", 3, "invalid type: integer `7`"),
            ("name = \"Small\"", "name = \"Small\"\ngrace_days = 11", 4, "at most 10"),
            ("name = \"Small\"", "name = \"Small\"\ncolour = 1", 4, "unknown field `colour`"),
            ("live_products = [\"MR\"]", "live_products = [\"MX\"]", 4, "no product \"MX\""),
            ("live_series = [\"MR\"]", "live_series = [\"MX\"]", 5, "no dose belongs to a series \"MX\""),
            ("live_series = [\"MR\"]", "live_series = []", 13, "its series \"MR\" is not in live_series"),
            ("kind = \"live-oral\"", "kind = \"live\"", 8, "not a kind of vaccine"),
            ("OPV = [\"OPV\"]", "OPV = [\"DTP\"]", 10, "series \"DTP\""),
            ("OPV = [\"OPV\"]", "OPV = []", 10, "counts for no series"),
            ("OPV = [\"OPV\"]", "OPV = [\"OPV\", \"OPV\"]", 10, "names a series twice"),
            ("OPV = [\"OPV\"]", "", 21, "no product can be recorded for dose \"OPV-1\""),
            ("MR = [\"MR\"]", "MR = [\"MR\"]\nMR = [\"MR\"]", 12, "duplicate key"),
            ("id = \"MR-1\"", "id = \"OPV-1\"", 21, "dose \"OPV-1\" is listed twice"),
            ("id = \"MR-1\"\nseries = \"MR\"", "id = \"MR-1\"", 13, "names no series"),
            ("id = \"MR-1\"", "id = \"MR-1\"\nvaccine = \"MMR\"", 14, "there is no vaccine \"MMR\""),
            ("id = \"MR-1\"", "id = \"MR-1\"\nproduct = \"OPV\"", 14, "no product \"OPV\" counts for series \"MR\""),
            ("id = \"MR-1\"", "id = \"MR-1\"\nregion = \"coast\"", 14, "\"coast\" is not a region"),
            ("id = \"MR-1\"", "id = \"MR-1\"\nsex = \"female\"", 38, "region and sex must be the same"),
            ("id = \"MR-1\"", "id = \"MR-1\"\nsex = \"girl\"", 14, "\"girl\" is not a sex here"),
            ("rec_from = \"9m\"", "rec_from = \"9 months\"", 15, "\"9 months\" is not an age or interval"),
            ("rec_from = \"9m\"", "rec_from = \"2y\"", 16, "rec_to comes before rec_from"),
            ("min_age = \"9m\"", "min_age = \"5y\"", 19, "latest_age leaves no day"),
            ("min_age = \"unsourced\"", "min_age = \"unsourced\"\nwindow_only = true", 28, "window_only needs"),
            ("series = \"OPV\"\nstart_from", "series = \"DTP\"\nstart_from", 29, "series \"DTP\""),
            ("start_before = \"2y\"", "start_before = \"1y\"", 31, "start_before must come after"),
            ("doses = [\"OPV-1\"]", "doses = [\"OPV-2\"]", 32, "no dose \"OPV-2\" in the plan"),
            ("doses = [\"OPV-1\"]", "doses = [\"MR-1\"]", 32, "no dose \"MR-1\" in the plan"),
            ("intervals = [\"none\"]", "intervals = []", 33, "one interval for each dose"),
            ("intervals = [\"none\"]", "intervals = [\"never\"]", 33, "\"never\" is not an age"),
            ("id = \"MR-late\"", "id = \"MR-1\"", 37, "listed elsewhere with other figures"),
            ("start_from = \"2y\"", "", 34, "missing field `start_from`"),
        ] {
            let (found_line, found) = refused(find, replace);
            assert!(found.contains(reason), "{replace}: {found}");
            assert_eq!(found_line, line, "{replace}: {found}");
        }
        for (more, error) in [
            (
                "[[catchup]]\nseries = \"OPV\"\nstart_from = \"18m\"\nstart_before = \"3y\"\n\
                 doses = [\"OPV-1\"]\nintervals = [\"none\"]\n",
                "line 40: two catch-up lists of series \"OPV\" cover the same age",
            ),
            (
                "[[dose]]\nid = \"MR-2\"\nseries = \"MR\"\nrec_from = \"16m\"\nrec_to = \"24m\"\n\
                 min_age = \"12m\"\nmin_interval = \"3w\"\nlatest_age = \"5y\"\n",
                "line 39: dose \"MR-2\": live doses need at least 4 weeks (4w) since the last",
            ),
        ] {
            let found = Schedule::parse(&format!("{SMALL}{more}")).expect_err(more);
            assert_eq!(found.to_string(), error);
        }
        assert!(Schedule::parse(&" ".repeat(MOST_BYTES + 1)).is_err());
        assert_eq!(Schedule::parse("").expect_err("empty").line, 1);
    }

    #[test]
    fn damaged_text_is_refused_not_a_crash() {
        let mut state = 7_u64;
        let mut below = |limit: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).expect("small") % limit
        };
        let awkward = include_str!("awkward.toml");
        let mut refused = 0;
        for round in 0..600 {
            let mut bytes = if round % 2 == 0 { SMALL } else { awkward }.as_bytes().to_vec();
            for _ in 0..=below(3) {
                let at = below(bytes.len());
                match below(4) {
                    0 => bytes[at] = b"0919ymwd\"[]{}=-\n"[below(16)],
                    1 => drop(bytes.remove(at)),
                    2 => bytes.truncate(at + 1),
                    _ => drop(bytes.splice(at..at, bytes[..below(at + 1)].to_vec())),
                }
            }
            refused += usize::from(Schedule::parse(&String::from_utf8_lossy(&bytes)).is_err());
        }
        assert!(refused > 300, "{refused}");
    }
}
