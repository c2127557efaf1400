//! Reading the facts of a diet plan and refusing what a nurse could not trust.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::facts::{Ages, Fact, FactBand, FactDeworming, FactRegion, FactSupplement, Facts, Lists};
use super::{Choice, Region};
use crate::forecast::{Sex, Span};
use crate::growth::Advice;

/// Named in errors.
const FILE: &str = "assets/diet/plan.toml";
pub(super) const PLAN: &str = include_str!("../../../../assets/diet/plan.toml");

// Far above any real plan.
const MOST_BYTES: usize = 1 << 20;
const LONGEST_KEY: usize = 64;
/// kcal a day is the largest figure of a plan.
const LARGEST_NUMBER: u32 = 10_000;
/// A birth date to lay ages side by side: the day of the month never runs out.
const SOME_BIRTH: (i32, u32, u32) = (2000, 1, 1);

/// A text that cannot be used: where, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct FactsError {
    pub file: &'static str,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

type Word = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<u32>,
    sources: BTreeMap<String, String>,
    band: Spanned<Vec<FileBand>>,
    lines: FileLists,
    region: Spanned<BTreeMap<Word, FileRegion>>,
    supplement: Vec<FileSupplement>,
    deworming: FileDeworming,
    advice: Spanned<BTreeMap<Word, FileFact>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileBand {
    id: Word,
    from: Word,
    to: Word,
    title: Word,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLists {
    milk: Vec<FileFact>,
    meals: Vec<FileFact>,
    snacks: Vec<FileFact>,
    texture: Vec<FileFact>,
    amount: Vec<FileFact>,
    energy: Vec<FileFact>,
    groups: Vec<FileFact>,
    foods: Vec<FileFact>,
    anganwadi: Vec<FileFact>,
    rules: Vec<FileFact>,
    choking: Vec<FileFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRegion {
    title: Word,
    staple: Vec<FileFact>,
    pulse: Vec<FileFact>,
    more: Vec<FileFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSupplement {
    id: Word,
    from: Word,
    to: Word,
    dose: FileFact,
    content: FileFact,
    #[serde(default)]
    notes: Vec<FileFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDeworming {
    days: Spanned<Vec<FileDay>>,
    date: FileFact,
    doses: Vec<FileFact>,
    notes: Vec<FileFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDay {
    month: u32,
    day: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileFact {
    key: Word,
    from: Option<Word>,
    to: Option<Word>,
    sex: Option<Word>,
    breastfed: Option<bool>,
    malnourished: Option<bool>,
    choice: Option<Spanned<Vec<Word>>>,
    n: Option<Spanned<u32>>,
    #[serde(default)]
    src: Vec<Word>,
    #[serde(default)]
    unsourced: bool,
    unsourced_from: Option<Word>,
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

pub(super) fn parse(text: &str) -> Result<Facts, FactsError> {
    let wrong = |at: usize, reason: String| {
        let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        FactsError { file: FILE, line, reason }
    };
    if text.len() > MOST_BYTES {
        return Err(wrong(0, format!("the file is larger than {MOST_BYTES} bytes")));
    }
    let file: File = toml::from_str(text)
        .map_err(|error| wrong(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
    build(file).map_err(|complaint| wrong(complaint.at.start, complaint.reason))
}

fn build(file: File) -> Checked<Facts> {
    if *file.schema.get_ref() != 1 {
        return complain(file.schema.span(), "schema must be 1; this program reads no other");
    }
    let bands = bands(&file.band)?;
    let mut reader = Reader { sources: &file.sources, numbers: HashMap::new() };
    let lists = Lists {
        milk: reader.aged(file.lines.milk)?,
        meals: reader.aged(file.lines.meals)?,
        snacks: reader.aged(file.lines.snacks)?,
        texture: reader.aged(file.lines.texture)?,
        amount: reader.aged(file.lines.amount)?,
        energy: reader.aged(file.lines.energy)?,
        groups: reader.aged(file.lines.groups)?,
        foods: reader.aged(file.lines.foods)?,
        anganwadi: reader.aged(file.lines.anganwadi)?,
        rules: reader.aged(file.lines.rules)?,
        choking: reader.aged(file.lines.choking)?,
    };
    let regions = reader.regions(file.region)?;
    let supplements = reader.supplements(file.supplement)?;
    let deworming = reader.deworming(file.deworming)?;
    let advice = reader.advice(file.advice)?;
    Ok(Facts { bands, lists, regions, supplements, deworming, advice, sources: file.sources })
}

/// The bands follow each other from birth, without a gap.
fn bands(found: &Spanned<Vec<FileBand>>) -> Checked<Vec<FactBand>> {
    let mut bands: Vec<FactBand> = Vec::new();
    for band in found.get_ref() {
        let ages = ages(&band.from, &band.to)?;
        let follows = bands.last().map_or(Span::default(), |before| before.ages.to);
        if on_line(ages.from) != on_line(follows) {
            return complain(band.from.span(), format!("the band must begin where the one before ends: {follows}"));
        }
        if bands.iter().any(|known| known.id == *band.id.get_ref()) {
            return complain(band.id.span(), format!("band \"{}\" is listed twice", band.id.get_ref()));
        }
        bands.push(FactBand { id: band.id.get_ref().clone(), ages, title: key(&band.title)? });
    }
    if bands.is_empty() {
        return complain(found.span(), "there are no bands");
    }
    Ok(bands)
}

struct Reader<'s> {
    sources: &'s BTreeMap<String, String>,
    /// Whether the words of a key have a number: the same wherever it stands.
    numbers: HashMap<String, bool>,
}

impl Reader<'_> {
    /// Lines that must say for which ages they are.
    fn aged(&mut self, found: Vec<FileFact>) -> Checked<Vec<Fact>> {
        let mut facts = Vec::new();
        for fact in found {
            if fact.from.is_none() {
                return complain(fact.key.span(), format!("\"{}\" says for no age", fact.key.get_ref()));
            }
            facts.push(self.fact(fact)?);
        }
        Ok(facts)
    }

    fn facts(&mut self, found: Vec<FileFact>) -> Checked<Vec<Fact>> {
        found.into_iter().map(|fact| self.fact(fact)).collect()
    }

    fn fact(&mut self, found: FileFact) -> Checked<Fact> {
        let name = key(&found.key)?;
        let ages = match (&found.from, &found.to) {
            (Some(from), Some(to)) => Some(ages(from, to)?),
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => return complain(one.span(), "an age needs both from and to"),
        };
        let sex = match found.sex.as_ref().map(|sex| (sex.get_ref().as_str(), sex.span())) {
            None => None,
            Some(("F", _)) => Some(Sex::Female),
            Some(("M", _)) => Some(Sex::Male),
            Some((other, at)) => return complain(at, format!("\"{other}\" is not F or M")),
        };
        let number = match &found.n {
            Some(n) if (1..=LARGEST_NUMBER).contains(n.get_ref()) => Some(*n.get_ref()),
            Some(n) => return complain(n.span(), format!("n must be from 1 to {LARGEST_NUMBER}")),
            None => None,
        };
        if *self.numbers.entry(name.clone()).or_insert(number.is_some()) != number.is_some() {
            return complain(found.key.span(), format!("\"{name}\" stands with and without a number"));
        }
        let choices = found.choice.map(choices).transpose()?;
        let mut sources = Vec::new();
        for source in found.src {
            if !self.sources.contains_key(source.get_ref()) {
                return complain(source.span(), format!("there is no source \"{}\"", source.get_ref()));
            }
            sources.push(source.into_inner());
        }
        let unsourced_from = match (found.unsourced, &found.unsourced_from) {
            (true, None) => Some(Span::default()),
            (false, Some(from)) => Some(span(from)?),
            (false, None) => None,
            (true, Some(from)) => return complain(from.span(), "unsourced and unsourced_from exclude each other"),
        };
        if sources.is_empty() && !found.unsourced {
            return complain(found.key.span(), format!("\"{name}\" has no source and does not say so"));
        }
        let FileFact { breastfed, malnourished, .. } = found;
        Ok(Fact { key: name, ages, sex, breastfed, malnourished, choices, number, sources, unsourced_from })
    }

    fn regions(&mut self, found: Spanned<BTreeMap<Word, FileRegion>>) -> Checked<BTreeMap<Region, FactRegion>> {
        let at = found.span();
        let mut regions = BTreeMap::new();
        for (code, region) in found.into_inner() {
            let Some(known) = Region::of_code(code.get_ref()) else {
                return complain(code.span(), format!("\"{}\" is not a region", code.get_ref()));
            };
            if key(&region.title)? != known.key() {
                return complain(region.title.span(), format!("the title of this region is \"{}\"", known.key()));
            }
            let facts = FactRegion {
                staple: self.aged(region.staple)?,
                pulse: self.aged(region.pulse)?,
                more: self.aged(region.more)?,
            };
            regions.insert(known, facts);
        }
        if let Some(missing) = Region::ALL.iter().find(|region| !regions.contains_key(region)) {
            return complain(at, format!("region \"{}\" is missing", missing.code()));
        }
        Ok(regions)
    }

    fn supplements(&mut self, found: Vec<FileSupplement>) -> Checked<Vec<FactSupplement>> {
        let mut supplements: Vec<FactSupplement> = Vec::new();
        for supplement in found {
            let id = supplement.id.get_ref();
            if supplements.iter().any(|known| known.id == *id) {
                return complain(supplement.id.span(), format!("supplement \"{id}\" is listed twice"));
            }
            supplements.push(FactSupplement {
                ages: ages(&supplement.from, &supplement.to)?,
                dose: self.fact(supplement.dose)?,
                content: self.fact(supplement.content)?,
                notes: self.facts(supplement.notes)?,
                id: supplement.id.into_inner(),
            });
        }
        Ok(supplements)
    }

    fn deworming(&mut self, found: FileDeworming) -> Checked<FactDeworming> {
        let at = found.days.span();
        let days: Vec<(u32, u32)> = found.days.into_inner().iter().map(|day| (day.month, day.day)).collect();
        // A day of every year: not 29 February.
        let is_day = |(month, day): &(u32, u32)| NaiveDate::from_ymd_opt(2001, *month, *day).is_some();
        if days.is_empty() || !days.iter().all(is_day) || !days.is_sorted_by(|a, b| a < b) {
            return complain(at, "the days must be days of every year, in order");
        }
        Ok(FactDeworming {
            days,
            date: self.fact(found.date)?,
            doses: self.aged(found.doses)?,
            notes: self.facts(found.notes)?,
        })
    }

    fn advice(&mut self, found: Spanned<BTreeMap<Word, FileFact>>) -> Checked<BTreeMap<String, Fact>> {
        let at = found.span();
        let mut advice = BTreeMap::new();
        for (code, fact) in found.into_inner() {
            if !Advice::CODES.contains(&code.get_ref().as_str()) {
                return complain(code.span(), format!("growth gives no advice \"{}\"", code.get_ref()));
            }
            advice.insert(code.into_inner(), self.fact(fact)?);
        }
        match Advice::CODES.iter().find(|code| !advice.contains_key(**code)) {
            Some(missing) => complain(at, format!("advice \"{missing}\" is missing")),
            None => Ok(advice),
        }
    }
}

fn choices(found: Spanned<Vec<Word>>) -> Checked<Vec<Choice>> {
    if found.get_ref().is_empty() {
        return complain(found.span(), "a choice of nothing is for nobody");
    }
    found
        .into_inner()
        .into_iter()
        .map(|choice| match Choice::of_code(choice.get_ref()) {
            Some(known) => Ok(known),
            None => complain(choice.span(), format!("\"{}\" is not a choice (veg, egg, nonveg)", choice.get_ref())),
        })
        .collect()
}

/// `diet-` and words in kebab case.
fn key(found: &Word) -> Checked<String> {
    let name = found.get_ref();
    let kebab = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if name.starts_with("diet-") && kebab && name.len() <= LONGEST_KEY {
        Ok(name.clone())
    } else {
        complain(found.span(), "a key begins with \"diet-\" and has small letters, digits and hyphens")
    }
}

fn span(found: &Word) -> Checked<Span> {
    Span::parse(found.get_ref()).or_else(|reason| complain(found.span(), reason))
}

fn ages(from: &Word, to: &Word) -> Checked<Ages> {
    let ages = Ages { from: span(from)?, to: span(to)? };
    if on_line(ages.from) < on_line(ages.to) {
        Ok(ages)
    } else {
        complain(to.span(), "the age must end after it begins")
    }
}

/// Ages beside each other: 24m and 2y are the same.
fn on_line(age: Span) -> NaiveDate {
    let (year, month, day) = SOME_BIRTH;
    age.after(NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default())
}
