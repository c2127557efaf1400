//! The immunization certificate: who the child is, every dose with what it counts for, what comes next.
//!
//! Its QR codes are signed by the clinic; without one it says that it cannot be verified, and prints no unsigned one.
//! Doses that do not count are marked, never left out.

use chrono::NaiveDate;

use super::file::{Page, pdf};
use super::sheet::{Align, Backdrop, Cell, Column, Fact, Format, Row, Sheet, Table, Text};
use super::text::{Style, Typesetter};
use super::tongues::Tongues;
use super::{Languages, PaperError, qr};
use crate::words::Words;

/// Limits of what one certificate holds: 16 years of any schedule fit several times.
pub const TEXT_MAX_CHARS: usize = 300;
pub const DOSES_MAX: usize = 200;
pub const NEXT_MAX: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub number: String,
    pub issued_on: NaiveDate,
    /// Which one of the child's certificates it is, from 1; and when the first one was issued.
    pub issue: u32,
    pub first_on: NaiveDate,
    /// Name and post of the person who issues it and signs by hand.
    pub issued_by: String,
    pub facility: Facility,
    /// Empty while the child has no name: then the guardian's stands for it.
    pub child_name: String,
    pub child_id: String,
    /// Of other registers: the words' key of each, and the number.
    pub numbers: Vec<(&'static str, String)>,
    pub dob: NaiveDate,
    pub dob_estimated: bool,
    pub sex: Sex,
    pub guardian: String,
    pub village: String,
    /// The id of the schedule that judged the doses, and its name for one these words do not know.
    pub schedule: String,
    pub schedule_name: String,
    /// In any order.
    pub doses: Vec<CertificateDose>,
    pub next: Vec<CertificateNext>,
    pub milestones: Option<Milestones>,
    /// None: nothing was signed.
    pub proof: Option<Proof>,
    /// Made for showing: each page says so.
    pub specimen: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facility {
    pub name: String,
    pub address: Option<String>,
    pub code: Option<String>,
    pub phone: Option<String>,
}

/// The doses again, for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The texts of the QR codes (SMART Health Cards), one or more.
    pub codes: Vec<String>,
    /// The name of the key that signed them.
    pub kid: String,
    /// Doses whose batch and place stand on the paper alone.
    pub brief: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
    /// Other, or not recorded.
    Other,
}

/// One thing that an injection or drops counted for; a combined vaccine has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateDose {
    /// Entry of the schedule (`PENTA-1`), or the series when it fills no entry.
    pub item: String,
    /// The product that was given (`PENTA`).
    pub product: String,
    pub on: NaiveDate,
    pub batch: Option<String>,
    pub place: String,
    /// Initials or id of the vaccinator.
    pub given_by: String,
    pub standing: Standing,
    /// The forecast's code of why (`min-age`).
    pub reason: Option<String>,
    pub source: DoseSource,
}

/// What a dose is worth for the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Valid,
    /// Given too early, or given twice: it does not count.
    Invalid,
    /// Nothing wrong with it, but the schedule did not ask for it.
    Extra,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoseSource {
    Recorded,
    /// Copied from another card or certificate.
    Outside,
    /// Its date was stamped by a clock that was wrong, and nobody confirmed it yet.
    DoubtfulDate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateNext {
    pub item: String,
    pub due: NaiveDate,
    pub overdue: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestones {
    /// Fully immunized at 1 year.
    pub first_year: Milestone,
    /// Completely immunized at 2 years.
    pub second_year: Milestone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Milestone {
    Reached {
        on: NaiveDate,
    },
    Missed,
    /// The child is younger, and it is not reached yet.
    Open,
}

const TITLE: Style = Style::bold(16.0);
const FACILITY: Style = Style::bold(11.0);
const SMALL: Style = Style::plain(8.0).grey(0.2);
const LABEL: Style = Style::plain(7.0).grey(0.3);
const VALUE: Style = Style::plain(9.5);
const VALUE_BOLD: Style = Style::bold(10.5);
const SECTION: Style = Style::bold(10.5);
const HEAD: Style = Style::bold(7.5);
const CELL: Style = Style::plain(8.5);
const CELL_BOLD: Style = Style::bold(8.5);
const NOTE: Style = Style::plain(7.8);
const NOTE_BOLD: Style = Style::bold(7.8);
/// 48 mm: a code of the largest kind has squares of 0.46 mm.
const CODE_SIZE: f32 = 136.0;

/// The certificate as a PDF file.
pub fn render(certificate: &Certificate, setter: &Typesetter<'_>, languages: Languages) -> Result<Vec<u8>, PaperError> {
    certificate.check_limits()?;
    let tongues = Tongues::new(languages);
    let pages = Writer { certificate, tongues: &tongues }.pages(setter)?;

    let title = format!("{} {}", tongues.get("paper-certificate-title"), certificate.number);
    pdf(&title, certificate.issued_on, setter, pages)
}

impl Certificate {
    fn check_limits(&self) -> Result<(), PaperError> {
        if self.doses.len() > DOSES_MAX {
            return Err(PaperError::TooMany { max: DOSES_MAX });
        }
        if self.next.len() > NEXT_MAX {
            return Err(PaperError::TooMany { max: NEXT_MAX });
        }
        let facility = &self.facility;
        let own = [
            &self.number,
            &self.issued_by,
            &facility.name,
            &self.child_name,
            &self.child_id,
            &self.guardian,
            &self.village,
            &self.schedule,
            &self.schedule_name,
        ];
        let optional = [&facility.address, &facility.code, &facility.phone];
        let of_doses = self.doses.iter().flat_map(|dose| {
            [&dose.item, &dose.product, &dose.place, &dose.given_by]
                .into_iter()
                .chain(dose.batch.as_ref())
                .chain(dose.reason.as_ref())
        });
        let texts = own
            .into_iter()
            .chain(self.numbers.iter().map(|(_, number)| number))
            .chain(optional.into_iter().flatten())
            .chain(of_doses)
            .chain(self.next.iter().map(|next| &next.item));
        for text in texts {
            if text.chars().count() > TEXT_MAX_CHARS {
                return Err(PaperError::TooLong { max: TEXT_MAX_CHARS });
            }
        }
        Ok(())
    }
}

struct Writer<'c> {
    certificate: &'c Certificate,
    tongues: &'c Tongues,
}

impl Writer<'_> {
    fn pages(&self, setter: &Typesetter<'_>) -> Result<Vec<Page>, PaperError> {
        let certificate = self.certificate;
        let backdrop = certificate.specimen.then(|| Backdrop {
            text: self.tongues.each(|w| w.get("paper-specimen")).join(" "),
            size: Format::A4.large(),
        });
        let mut sheet = Sheet::new(setter, Format::A4, backdrop.as_ref())?;
        self.head(&mut sheet)?;
        let title = self.tongues.get("paper-certificate-title");
        let (number, name) = (&certificate.number, self.tongues.joined(|words| self.name(words)));
        let heading = format!("{title} {number} · {name} · {}", self.tongues.day(certificate.dob));
        sheet.heading(&Text::new(heading, NOTE_BOLD))?;
        sheet.facts(&self.child(), LABEL)?;
        sheet.space(10.0);
        self.doses(&mut sheet)?;
        sheet.space(10.0);
        self.next(&mut sheet)?;
        self.foot(&mut sheet)?;
        let left = format!(
            "{} {} · {} {}",
            self.tongues.get("paper-footer-certificate"),
            certificate.number,
            self.tongues.get("paper-footer-child"),
            certificate.child_id
        );
        sheet.finish(&left, |page, pages| {
            self.tongues.with("paper-page", &[("page", page.into()), ("pages", pages.into())])
        })
    }

    /// Of the child; while it has none, it is called after its guardian.
    fn name(&self, words: &Words) -> String {
        words.child_name(&self.certificate.child_name, &self.certificate.guardian)
    }

    /// The same text in each language, one below the other.
    fn stacked(&self, key: &str, first: Style, others: Style) -> Cell {
        stack(self.tongues.each(|words| words.get(key)), first, others)
    }

    fn head(&self, sheet: &mut Sheet<'_, '_>) -> Result<(), PaperError> {
        let facility = &self.certificate.facility;
        let mut left = vec![Text::new(&*facility.name, FACILITY)];
        left.extend(facility.address.as_ref().map(|address| Text::new(address, SMALL)));
        let code = facility.code.as_ref().map(|code| format!("{} {code}", self.tongues.get("paper-facility-code")));
        let phone =
            facility.phone.as_ref().map(|phone| format!("{} {phone}", self.tongues.get("paper-facility-phone")));
        let contact: Vec<String> = code.into_iter().chain(phone).collect();
        if !contact.is_empty() {
            left.push(Text::new(contact.join(" · "), SMALL));
        }
        let issued = self.tongues.day(self.certificate.issued_on);
        let right = [
            Text::new(self.tongues.get("paper-certificate-number"), LABEL),
            Text::new(&*self.certificate.number, VALUE_BOLD),
            Text::new(self.tongues.get("paper-issued-on"), LABEL),
            Text::new(issued, VALUE),
        ];
        sheet.pair(&left, &right, 0.58)?;
        sheet.space(3.0);
        sheet.rule();
        sheet.space(5.0);
        for words in self.tongues.each(|words| {
            let title = words.get("paper-certificate-title");
            if self.certificate.specimen { format!("{} — {title}", words.get("paper-specimen")) } else { title }
        }) {
            sheet.paragraph(&Text::new(words, TITLE), Align::Centre)?;
        }
        // A paper that was lost can still be shown by somebody: whoever sees both knows which is the later one.
        if self.certificate.issue > 1 {
            let again = |words: &Words| {
                let first = words.day(self.certificate.first_on);
                words.with("paper-reissue", &[("n", self.certificate.issue.into()), ("day", first.into())])
            };
            for note in self.tongues.each(again) {
                sheet.paragraph(&Text::new(note, NOTE_BOLD), Align::Centre)?;
            }
        }
        if self.certificate.specimen {
            for note in self.tongues.each(|words| words.get("paper-specimen-note")) {
                sheet.paragraph(&Text::new(note, SMALL), Align::Centre)?;
            }
        }
        sheet.space(5.0);
        Ok(())
    }

    fn child(&self) -> Vec<Vec<Fact>> {
        let certificate = self.certificate;
        let plain = |key: &str, value: String, share: f32| self.fact(key, vec![Text::new(value, VALUE)], share);
        let stacked = |key: &str, values: Vec<String>, share: f32| self.fact(key, stack(values, VALUE, VALUE), share);
        let names = self.tongues.each(|words| self.name(words));
        let sex = match certificate.sex {
            Sex::Female => "sex-female",
            Sex::Male => "sex-male",
            Sex::Other => "sex-other",
        };
        let dob = self.tongues.each(|words| {
            let day = words.day(certificate.dob);
            if certificate.dob_estimated { words.with("date-estimated", &[("date", day.into())]) } else { day }
        });
        let schedule = self
            .tongues
            .each(|words| words.schedule(&certificate.schedule).unwrap_or_else(|| certificate.schedule_name.clone()));
        let mut rows = vec![
            vec![
                self.fact("paper-child-name", stack(names, VALUE_BOLD, VALUE_BOLD), 0.66),
                plain("paper-child-id", certificate.child_id.clone(), 0.34),
            ],
            vec![
                stacked("paper-dob", dob, 0.36),
                stacked("paper-age", self.tongues.each(|w| w.age(certificate.dob, certificate.issued_on)), 0.4),
                plain("paper-sex", self.tongues.get(sex), 0.24),
            ],
            vec![
                plain("paper-guardian", certificate.guardian.clone(), 0.6),
                plain("paper-village", certificate.village.clone(), 0.4),
            ],
        ];
        if !certificate.numbers.is_empty() {
            let shares = [0.34, 0.33, 0.33];
            let numbers = certificate.numbers.iter().zip(shares);
            rows.push(numbers.map(|((key, number), share)| plain(key, number.clone(), share)).collect());
        }
        let mut plan = vec![self.fact("paper-schedule", stack(schedule, CELL, CELL), 0.44)];
        if let Some(milestones) = certificate.milestones {
            let told = |milestone: Milestone| match milestone {
                Milestone::Reached { on } => {
                    self.tongues.each(|words| words.with("paper-milestone-reached", &[("day", words.day(on).into())]))
                }
                Milestone::Missed => self.tongues.each(|words| words.get("paper-milestone-missed")),
                Milestone::Open => self.tongues.each(|words| words.get("paper-milestone-open")),
            };
            plan.push(stacked("paper-first-year", told(milestones.first_year), 0.26));
            plan.push(stacked("paper-second-year", told(milestones.second_year), 0.3));
        }
        rows.push(plan);
        rows
    }

    fn fact(&self, key: &str, value: Cell, share: f32) -> Fact {
        Fact { label: self.tongues.get(key), value, share }
    }

    fn column(&self, key: &str, share: f32) -> Column {
        Column { head: self.stacked(key, HEAD, HEAD), share }
    }

    fn doses(&self, sheet: &mut Sheet<'_, '_>) -> Result<(), PaperError> {
        sheet.need(70.0)?;
        sheet.paragraph(&Text::new(self.tongues.get("paper-doses-title"), SECTION), Align::Left)?;
        sheet.space(2.0);
        if self.certificate.doses.is_empty() {
            return sheet.paragraph(&Text::new(self.tongues.get("paper-no-doses"), VALUE), Align::Left);
        }
        let mut doses: Vec<&CertificateDose> = self.certificate.doses.iter().collect();
        doses.sort_by_key(|dose| dose.on);
        let table = Table {
            columns: vec![
                Column { head: Vec::new(), share: 20.0 },
                self.column("paper-dose-vaccine", 138.0),
                self.column("paper-dose-given-on", 82.0),
                self.column("paper-dose-age", 70.0),
                self.column("paper-dose-batch", 66.0),
                self.column("paper-dose-place", 78.0),
                self.column("paper-dose-given-by", 57.0),
            ],
            rows: self.numbered(&doses),
        };
        sheet.table(&table)?;
        if doses.iter().any(|dose| dose.standing == Standing::Invalid) {
            sheet.space(3.0);
            for legend in self.tongues.each(|words| words.get("paper-not-counted-legend")) {
                sheet.paragraph(&Text::new(legend, NOTE), Align::Left)?;
            }
        }
        Ok(())
    }

    /// The doses that stand are counted; the others carry a cross.
    fn numbered(&self, doses: &[&CertificateDose]) -> Vec<Row> {
        let mut count = 0;
        let mut rows = Vec::with_capacity(doses.len());
        for dose in doses {
            let mark = if dose.standing == Standing::Invalid {
                Text::new("×", CELL_BOLD)
            } else {
                count += 1;
                Text::new(count.to_string(), CELL)
            };
            rows.push(self.dose(mark, dose));
        }
        rows
    }

    fn dose(&self, mark: Text, dose: &CertificateDose) -> Row {
        let mut vaccine = stack(self.tongues.each(|words| words.dose_label(&dose.item)), CELL_BOLD, CELL_BOLD);
        // "Pentavalent 1" names its product; "DPT 1" given as pentavalent does not.
        if !item_names_product(&dose.item, &dose.product) {
            let given_as =
                |words: &Words| words.with("paper-dose-with", &[("product", words.product(&dose.product).into())]);
            vaccine.push(Text::new(self.tongues.joined(given_as), NOTE));
        }
        let plain = |text: &str| vec![Text::new(text, CELL)];
        Row {
            cells: vec![
                vec![mark],
                vaccine,
                stack(self.tongues.each(|words| words.day(dose.on)), CELL, CELL),
                stack(self.tongues.each(|words| words.age(self.certificate.dob, dose.on)), CELL, CELL),
                plain(dose.batch.as_deref().unwrap_or("—")),
                plain(&dose.place),
                plain(if dose.given_by.is_empty() { "—" } else { &dose.given_by }),
            ],
            note: self.remarks(dose),
            shaded: dose.standing == Standing::Invalid,
        }
    }

    fn remarks(&self, dose: &CertificateDose) -> Cell {
        let reason = |key: &str| {
            self.tongues.joined(|words| {
                let reason = dose.reason.as_deref().map(|code| words.reason(code).unwrap_or_else(|| code.to_owned()));
                let reason = reason.unwrap_or_else(|| words.get("paper-dose-no-reason"));
                words.with(key, &[("reason", reason.into())])
            })
        };
        let mut remarks = Vec::new();
        match (dose.standing, &dose.reason) {
            (Standing::Valid, None) => {}
            (Standing::Valid, Some(_)) => remarks.push(Text::new(reason("paper-dose-remark"), NOTE)),
            (Standing::Extra, _) => remarks.push(Text::new(reason("paper-dose-extra"), NOTE)),
            (Standing::Invalid, _) => remarks.push(Text::new(reason("paper-dose-not-counted"), NOTE_BOLD)),
        }
        match dose.source {
            DoseSource::Recorded => {}
            DoseSource::Outside => remarks.push(Text::new(self.tongues.get("paper-dose-outside"), NOTE)),
            DoseSource::DoubtfulDate => remarks.push(Text::new(self.tongues.get("paper-dose-doubtful-date"), NOTE)),
        }
        remarks
    }

    fn next(&self, sheet: &mut Sheet<'_, '_>) -> Result<(), PaperError> {
        sheet.need(70.0)?;
        sheet.paragraph(&Text::new(self.tongues.get("paper-next-title"), SECTION), Align::Left)?;
        sheet.space(2.0);
        if self.certificate.next.is_empty() {
            return sheet.paragraph(&Text::new(self.tongues.get("paper-no-next"), VALUE), Align::Left);
        }
        let mut next: Vec<&CertificateNext> = self.certificate.next.iter().collect();
        next.sort_by_key(|next| next.due);
        let mut columns = vec![self.column("paper-next-vaccine", 190.0), self.column("paper-next-due", 150.0)];
        let is_late = next.iter().any(|next| next.overdue);
        if is_late {
            columns.push(self.column("paper-next-remark", 171.0));
        }
        let row = |next: &&CertificateNext| {
            let vaccine = self.tongues.joined(|words| words.dose_label(&next.item));
            let mut cells =
                vec![vec![Text::new(vaccine, CELL_BOLD)], vec![Text::new(self.tongues.day(next.due), CELL)]];
            if is_late {
                let overdue = || self.stacked("paper-next-overdue", CELL_BOLD, CELL_BOLD);
                cells.push(if next.overdue { overdue() } else { Vec::new() });
            }
            Row { cells, ..Row::default() }
        };
        sheet.table(&Table { columns, rows: next.iter().map(row).collect() })
    }

    /// Seal, signature and the codes, or the sentence that there is none, stay together on one page.
    fn foot(&self, sheet: &mut Sheet<'_, '_>) -> Result<(), PaperError> {
        let issued_by = format!("{} {}", self.tongues.get("paper-issued-by"), self.certificate.issued_by);
        let places = [
            vec![Text::new(self.tongues.get("paper-seal"), SMALL)],
            vec![Text::new(self.tongues.get("paper-signature"), SMALL), Text::new(issued_by, SMALL)],
        ];
        if let Some(proof) = &self.certificate.proof {
            sheet.space(6.0);
            return self.proof(sheet, proof, &places);
        }
        sheet.need(if self.tongues.are_several() { 122.0 } else { 108.0 })?;
        sheet.space(44.0);
        sheet.signatures(&places)?;
        sheet.space(6.0);
        for sentence in self.tongues.each(|words| words.get("paper-no-qr")) {
            sheet.paragraph(&Text::new(sentence, SMALL), Align::Left)?;
        }
        Ok(())
    }

    fn proof(&self, sheet: &mut Sheet<'_, '_>, proof: &Proof, places: &[Cell]) -> Result<(), PaperError> {
        let count = proof.codes.len();
        let mut codes = Vec::with_capacity(count);
        for (n, text) in proof.codes.iter().enumerate() {
            let caption = |words: &Words| words.with("paper-qr-of", &[("n", (n + 1).into()), ("of", count.into())]);
            let caption = if count > 1 { stack(self.tongues.each(caption), NOTE, NOTE) } else { Vec::new() };
            codes.push((qr::health_card(text)?, caption));
        }
        let kid = || proof.kid.as_str().into();
        let mut sentences = self.tongues.each(|words| words.with("paper-qr", &[("key", kid())]));
        if proof.brief > 0 {
            sentences.extend(self.tongues.each(|words| words.with("paper-qr-brief", &[("n", proof.brief.into())])));
        }
        let about: Vec<Text> = sentences.into_iter().map(|sentence| Text::new(sentence, SMALL)).collect();
        sheet.codes(&codes, CODE_SIZE, places, &about)
    }
}

fn stack(texts: Vec<String>, first: Style, others: Style) -> Cell {
    texts.into_iter().enumerate().map(|(n, text)| Text::new(text, if n == 0 { first } else { others })).collect()
}

/// Whether an entry's id already names the product that filled it: `PENTA-1` and `PENTA`.
fn item_names_product(item: &str, product: &str) -> bool {
    item.rsplit_once('-').map_or(item, |(series, _)| series).eq_ignore_ascii_case(product)
}
