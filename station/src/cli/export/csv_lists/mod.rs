//! Every list as CSV: one line a row, columns named in the first one, days as 2026-10-31.

mod children;
mod things;
mod toy_samples;

use super::Stopped;
use super::month::{EARLIEST, LATEST};
use crate::cli::Failure;
use crate::paper::wanted::narrowed;
use crate::spreadsheet::{self, line};
use chrono::NaiveDate;
use clinic::record::role::Query;
use clinic::store::{ReportFilter, SubmitError};
use clinic::{Clinic, Session};
use std::io::{self, Write};
use std::ops::RangeInclusive;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum List {
    /// Every child who is looked after here.
    Children,
    /// Every dose of every child, given here or elsewhere: a line for each series that it counts for.
    Doses,
    /// Children with a dose that is due or late; those who are late, the defaulters, say so.
    Due,
    /// Every measuring of every child.
    Growth,
    /// Children who need more food or a facility, the most urgent first.
    Malnourished,
    /// Adverse events.
    Aefis,
    /// Certificates that were issued.
    Certificates,
    /// Sessions, planned and held.
    Sessions,
    /// Batches on the shelf.
    Stock,
    /// What became of the doses of each product, by month.
    Wastage,
    /// Toys, with the doses taken from each.
    Toys,
    /// What each toy was to each worker in a time: doses, days in contact, battery, restarts, faults.
    ToyUse,
    /// What each toy said of itself, and where it was, the newest first.
    ToySamples,
    /// Cards.
    Cards,
    /// Tasks, open and done.
    Tasks,
    /// The people who work here.
    Users,
    /// Facts that broke a rule: those that wait for an answer, then those that were answered.
    Conflicts,
    /// Messages to families, the newest run first.
    Messages,
    /// Who saw whose record, who took records out.
    Audit,
    /// The counts of a time: the month's report, coverage, drop-out, checks.
    Report,
}

impl List {
    /// Can it be of a time?
    pub fn has_days(self) -> bool {
        match self {
            Self::Doses | Self::Growth | Self::Aefis | Self::Certificates | Self::Sessions => true,
            Self::Wastage | Self::ToyUse | Self::ToySamples | Self::Audit | Self::Report => true,
            Self::Children | Self::Due | Self::Malnourished | Self::Stock => false,
            Self::Toys | Self::Cards | Self::Tasks | Self::Users | Self::Conflicts | Self::Messages => false,
        }
    }

    /// What somebody sees who takes it out.
    pub fn query(self) -> Query {
        match self {
            Self::Children => Query::Children,
            Self::Doses | Self::Growth => Query::Child,
            Self::Due | Self::Malnourished => Query::Today,
            Self::Aefis => Query::Aefis,
            Self::Certificates => Query::Certificates,
            Self::Sessions => Query::Sessions,
            Self::Stock | Self::Wastage => Query::Stock,
            Self::Toys | Self::ToyUse | Self::ToySamples => Query::Toys,
            Self::Cards => Query::Cards,
            Self::Tasks => Query::Tasks,
            Self::Users => Query::Users,
            Self::Conflicts => Query::Conflicts,
            Self::Messages => Query::Reminders,
            Self::Audit => Query::Audit,
            Self::Report => Query::Reports,
        }
    }
}

type Table<'o> = csv::Writer<&'o mut (dyn Write + 'o)>;

/// Writes a list whole; of those that have days, that of a time, and of the report what was asked for.
pub fn write(
    list: List,
    clinic: &Clinic,
    session: &Session,
    period: Option<RangeInclusive<NaiveDate>>,
    filter: &ReportFilter,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut table = csv::Writer::from_writer(out);
    let days = period.clone().unwrap_or(EARLIEST..=LATEST);
    match list {
        List::Children => children::children(clinic, session, &mut table)?,
        List::Doses => children::doses(clinic, session, &days, &mut table)?,
        List::Due => children::due(clinic, session, &mut table)?,
        List::Growth => children::growth(clinic, session, &days, &mut table)?,
        List::Malnourished => children::malnourished(clinic, session, &mut table)?,
        List::Aefis => children::aefis(clinic, session, &days, &mut table)?,
        List::Certificates => children::certificates(clinic, session, period, &mut table)?,
        List::Sessions => things::sessions(clinic, session, &days, &mut table)?,
        List::Stock => things::stock(clinic, session, &mut table)?,
        List::Wastage => things::wastage(clinic, session, &days, &mut table)?,
        List::Toys => things::toys(clinic, session, &mut table)?,
        List::ToyUse => things::toy_use(clinic, session, &days, &mut table)?,
        List::ToySamples => toy_samples::write(clinic, session, &days, &mut table)?,
        List::Cards => things::cards(clinic, session, &mut table)?,
        List::Tasks => things::tasks(clinic, session, &mut table)?,
        List::Users => things::users(clinic, session, &mut table)?,
        List::Conflicts => things::conflicts(clinic, session, &mut table)?,
        List::Messages => things::messages(clinic, session, &mut table)?,
        List::Audit => things::audit(clinic, session, &days, &mut table)?,
        List::Report => {
            let report = clinic.report(session, &days, filter)?;
            let covered = clinic.coverage(session, *days.end(), filter)?;
            spreadsheet::report(&mut table, &report, &covered, &narrowed(clinic, session, &report, filter))?;
        }
    }
    Ok(table.flush()?)
}

/// All pages of a list; the second value of each is how many there are in all.
fn pages<T>(
    page: impl Fn(u32) -> Result<(Vec<T>, u32), SubmitError>,
    mut each: impl FnMut(&T) -> io::Result<()>,
) -> Result<(), Stopped> {
    let mut offset = 0;
    loop {
        let (lines, total) = page(offset)?;
        lines.iter().try_for_each(&mut each)?;
        offset += u32::try_from(lines.len()).unwrap_or(u32::MAX);
        if offset >= total || lines.is_empty() {
            return Ok(());
        }
    }
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// A moment, in India: RFC 3339.
fn time(ms: u64) -> String {
    clinic::date::india_time(ms).map(|time| time.to_rfc3339()).unwrap_or_default()
}

fn number<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clap::ValueEnum;
    use clinic::Env;
    use clinic::date::to_day;
    use clinic::record::command::{ChildForm, Command, GivenAt, NewTask, NewUser};
    use clinic::record::fact::{AefiClass, AefiDose, AefiForm, AefiOutcome, GrowthMeasured, Sex};
    use clinic::record::role::Role;
    use clinic::store::{Founding, KdfCost, NewPerson, RecoveryKey, found};
    use hub_protocol::TaskId;
    use hub_protocol::toy::TaskKind;

    /// 2026-11-20, noon in India.
    const NOON_MS: u64 = 1_795_156_200_000;
    const PASSWORD: &str = "horse staple 44";

    fn person(login: &str) -> NewPerson {
        NewPerson { login: login.into(), name: format!("The {login}"), password: PASSWORD.to_owned().into() }
    }

    fn founded(dir: &std::path::Path) -> Clinic {
        let mut env = Env::with_clock(|| NOON_MS);
        env.kdf = KdfCost { memory_kib: 64, passes: 1 };
        let founding = Founding {
            clinic: "PHC Rampur".into(),
            schedule: "uip".into(),
            je_endemic: false,
            super_admin: person("root"),
            admin: person("admin"),
            worker: person("asha"),
            recovery: RecoveryKey::generate(&env).unwrap(),
            demo: false,
        };
        found(dir, &founding, env).unwrap()
    }

    /// A child in whose record, and with which, everything happened that a list tells.
    fn full(clinic: &Clinic, admin: &Session, asha: &Session) -> String {
        let today = clinic::date::india(NOON_MS);
        let born = to_day(today - chrono::Days::new(400));
        let child = clinic.env().new_child_id().unwrap();
        let form = ChildForm {
            name: "Meena".into(),
            dob: born,
            sex: Sex::Female,
            mother: "Rukmini".into(),
            phone: "98765 43210".into(),
            village: "Rampur".into(),
            ..ChildForm::default()
        };
        let given = AefiDose { product: "BCG".into(), on: born, at_min: None, opened_ms: None, diluent: String::new() };
        let event = AefiForm {
            class: AefiClass::Minor,
            doses: vec![given],
            onset_on: born,
            onset_min: None,
            description: "fever".into(),
            hospital: String::new(),
            admitted_on: None,
            outcome: AefiOutcome::Recovered,
            died_on: None,
            past_reactions: String::new(),
            case_id: String::new(),
            told_by: String::new(),
            cluster: false,
        };
        let measured = GrowthMeasured {
            child,
            on: to_day(today),
            weight_g: Some(7_000),
            length_mm: Some(735),
            standing: false,
            muac_mm: Some(105),
            head_mm: None,
            oedema: false,
            breastfed: None,
        };
        let (card, batch) = (clinic.env().new_card_no().unwrap(), Some("B7".to_owned()));
        let task = NewTask {
            worker: asha.user,
            kind: TaskKind::Visit,
            child: Some(child),
            place: String::new(),
            due: to_day(today),
            note: "look".into(),
        };
        let at = GivenAt::Here(None);
        for command in [
            Command::RegisterChild { child, form, worker: Some(asha.user), distinct_from: Vec::new() },
            Command::RecordDose { child, product: "BCG".into(), on: born, batch, reason: None, at },
            Command::ReportAefi { child, form: event },
            Command::MeasureGrowth(measured),
            Command::RegisterCard { card, uid: vec![4, 7, 7, 7], written: true },
            Command::AssignCard { card, child },
        ] {
            clinic.submit(asha, command).unwrap();
        }
        clinic.submit(admin, Command::AssignTask { task: TaskId(7), new: task }).unwrap();
        let _ = clinic.issue_certificate(asha, child).unwrap();
        child.to_string()
    }

    #[test]
    fn no_list_tells_a_worker_of_another_ones_children() {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path());
        let login = |name: &str| clinic.login(name, PASSWORD).unwrap();
        let (admin, asha) = (login("admin"), login("asha"));
        let new = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::PhcWorker };
        let _ = clinic.register_user(&admin, &new, PASSWORD).unwrap();
        let bina = login("bina");
        let child = full(&clinic, &admin, &asha);
        let says = |list: List, by: &Session| {
            let mut out = Vec::new();
            write(list, &clinic, by, Some(EARLIEST..=LATEST), &ReportFilter::default(), &mut out).ok()?;
            Some(String::from_utf8(out).unwrap())
        };
        let mut of_children = 0;
        for list in List::value_variants() {
            let hers = says(*list, &asha).is_some_and(|text| text.contains(&child));
            of_children += usize::from(hers);
            let text = says(*list, &bina).unwrap_or_default();
            assert!(!text.contains(&child) && !text.contains("Meena"), "{list:?}: {text}");
        }
        // Children, doses, due, growth, malnourished, events, certificates, cards, tasks.
        assert_eq!(of_children, 9);
    }
}
