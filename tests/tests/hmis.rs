//! The monthly report (HMIS) against a count by a program that knows nothing of this one: `verifiers/count_hmis.py`, over
//! the lists of a clinic with a random history. `TIKKA_SEED` makes a history again.
#![allow(clippy::unwrap_used)]

use chrono::{Datelike, Days, Months, NaiveDate};
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, DoseKey, GivenAt, Settings};
use clinic::record::fact::{
    AefiClass, AefiDose, AefiForm, AefiOutcome, DoseTold, Fact, Gone, SessionKind, SessionPlan, Sex,
};
use clinic::record::refusal::Refusal;
use clinic::store::{KeyFile, SubmitError};
use clinic::{Clinic, Env, Session};
use hub_protocol::{ChildId, SessionId};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command as Process;
use tests::station::{Station, sounds, words};

const CHILDREN: u64 = 160;
/// Doses of the national plan and about when each is given, in days of life.
const PLAN: [(&str, u64); 36] = [
    ("BCG", 0),
    ("OPV", 0),
    ("HepB", 0),
    ("OPV", 45),
    ("PENTA", 45),
    ("RVV", 45),
    ("fIPV", 45),
    ("PCV", 45),
    ("OPV", 82),
    ("PENTA", 82),
    ("RVV", 82),
    ("OPV", 119),
    ("PENTA", 119),
    ("RVV", 119),
    ("fIPV", 119),
    ("PCV", 119),
    ("MR", 280),
    ("JE", 280),
    ("PCV", 280),
    ("fIPV", 280),
    ("VitA", 280),
    ("MR", 500),
    ("JE", 500),
    ("DPT", 500),
    ("OPV", 500),
    ("VitA", 500),
    ("VitA", 690),
    ("VitA", 880),
    ("VitA", 1_070),
    ("VitA", 1_260),
    ("VitA", 1_450),
    ("VitA", 1_640),
    ("VitA", 1_820),
    ("DPT", 1_900),
    ("Td", 3_700),
    ("Td", 5_900),
];

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

/// The people of a clinic that live through a history, and what was written down so far.
struct History {
    clinic: Clinic,
    admin: Session,
    asha: Session,
    today: NaiveDate,
    c: Chance,
    children: Vec<(ChildId, NaiveDate)>,
    doses: Vec<DoseKey>,
}

impl History {
    fn live(station: &Station, seed: u64) {
        let env = Env::system();
        let key = KeyFile::read(&station.key_file()).unwrap();
        let (clinic, admin) = Clinic::unlock_with_file(&station.data(), &key, env).unwrap();
        let asha = clinic.login("asha", "horse staple 3").unwrap();
        let today = clinic::date::india(clinic.env().now_ms());
        let (children, doses) = (Vec::new(), Vec::new());
        let mut history = Self { clinic, admin, asha, today, c: Chance(seed), children, doses };
        let before = history.clinic.settings(&history.admin).unwrap();
        let settings = Settings { je_endemic: true, ..before };
        history.does(true, Command::ChangeSettings(settings)).unwrap();
        history.sessions();
        history.on_time();
        for n in 0..CHILDREN {
            history.child(n);
        }
        history.put_right();
        history.aefis();
        history.leave();
    }

    fn does(&self, as_admin: bool, command: Command) -> Result<Fact, SubmitError> {
        let by = if as_admin { &self.admin } else { &self.asha };
        self.clinic.submit(by, command).map(|receipt| receipt.fact)
    }

    /// A refusal of a random thing changes nothing; anything else is a fault.
    fn tries(&self, as_admin: bool, command: Command) -> Option<Fact> {
        match self.does(as_admin, command) {
            Ok(fact) => Some(fact),
            Err(SubmitError::Refused(_)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// A day of this month or of the one before, not after today.
    fn day(&mut self) -> NaiveDate {
        let first = self.today.with_day0(0).unwrap() - Months::new(1);
        let days = u64::try_from((self.today - first).num_days()).unwrap() + 1;
        first + Days::new(self.c.below(days))
    }

    fn sessions(&mut self) {
        for n in 0..12 {
            let session = SessionId(1_000 + n);
            let plan = SessionPlan {
                on: to_day(self.day()),
                kind: SessionKind::Outreach,
                site: format!("Anganwadi {n}"),
                villages: vec!["Belwa".into()],
                worker: self.c.one_in(2).then_some(self.asha.user),
            };
            if self.c.one_in(4) {
                let _ = self.tries(false, Command::HoldSession { session, plan: Some(plan) });
                continue;
            }
            let _ = self.tries(true, Command::PlanSession { session, plan });
            let _ = match self.c.below(3) {
                0 => self.tries(false, Command::HoldSession { session, plan: None }),
                1 => self.tries(true, Command::CancelSession { session, reason: "rain".into() }),
                _ => None,
            };
        }
    }

    /// Two girls and two boys who became fully immunized in the month before this one, whatever chance does.
    fn on_time(&mut self) {
        let first = self.today.with_day0(0).unwrap() - Months::new(1);
        for n in 0..4 {
            let born = first + Days::new(3 * n) - Days::new(280);
            let sex = if n % 2 == 0 { Sex::Female } else { Sex::Male };
            let child = self.register(CHILDREN + n, born, sex);
            for (product, age) in PLAN.into_iter().filter(|(_, age)| *age <= 280) {
                let (product, on) = (product.to_owned(), to_day(born + Days::new(age)));
                let command =
                    Command::RecordDose { child, product, on, batch: None, reason: None, at: GivenAt::Here(None) };
                self.does(false, command).unwrap();
            }
        }
    }

    fn register(&mut self, n: u64, born: NaiveDate, sex: Sex) -> ChildId {
        let child = self.clinic.env().new_child_id().unwrap();
        let form = ChildForm {
            name: sounds(n),
            dob: to_day(born),
            sex,
            mother: sounds(n + 1_000_003),
            village: self.c.pick(&["Rampur", "Belwa", "बेलवा"]).into(),
            ..ChildForm::default()
        };
        self.does(true, Command::RegisterChild { child, form, worker: None, distinct_from: Vec::new() }).unwrap();
        child
    }

    /// A child for whom some dose of the plan falls into the two months, and what was given until today.
    fn child(&mut self, n: u64) {
        let (_, age) = self.c.pick(&PLAN);
        // Also on the last day of February, and on the day of the birthday itself.
        let age = if self.c.one_in(6) { 365 } else { age };
        let born = self.day() - Days::new(age + self.c.below(20));
        let sex = self.c.pick(&[Sex::Female, Sex::Male, Sex::Other]);
        let child = self.register(n, born, sex);
        self.children.push((child, born));
        let late = self.c.pick(&[0, 0, 3, 20, 120]);
        for (product, age) in PLAN {
            let on = born + Days::new(if age == 0 { self.c.below(3) } else { age + late + self.c.below(9) });
            // Some come far too early.
            let on = if self.c.one_in(25) && age > 0 { on - Days::new(20) } else { on };
            if self.c.one_in(20) || on > self.today {
                continue;
            }
            let product = match product {
                "MR" if self.c.one_in(8) => "MMR",
                "PENTA" if on >= born + Days::new(365) => "DPT",
                product => product,
            };
            self.give(child, product, on);
            // And some get the same vaccine twice on one day, under another name.
            if self.c.one_in(30) {
                let again = self.c.pick(&["OPV", "DPT", "PENTA", "MMR", "MR"]);
                self.give(child, again, on);
            }
        }
    }

    fn give(&mut self, child: ChildId, product: &str, on: NaiveDate) {
        let at = if self.c.one_in(8) { GivenAt::Outside("birth card".into()) } else { GivenAt::Here(None) };
        let is_brought_in = self.c.one_in(6);
        let command = |reason: Option<String>| {
            let (product, on, batch, at) = (product.to_owned(), to_day(on), Some("B 1".to_owned()), at.clone());
            if is_brought_in {
                Command::ImportDose { child, product, on, batch, reason, at }
            } else {
                Command::RecordDose { child, product, on, batch, reason, at }
            }
        };
        let told = match self.does(is_brought_in, command(None)) {
            Err(SubmitError::Refused(Refusal::NeedsReason(_))) => {
                self.tries(is_brought_in, command(Some("the mother asked".into())))
            }
            Ok(fact) => Some(fact),
            Err(SubmitError::Refused(_)) => None,
            Err(error) => panic!("{error}"),
        };
        if told.is_some() {
            self.doses.push(DoseKey { child, product: product.into(), on: to_day(on) });
        }
    }

    fn a_dose(&mut self) -> DoseKey {
        let at = self.c.below(self.doses.len() as u64);
        self.doses[usize::try_from(at).unwrap()].clone()
    }

    /// Some were written down wrong, some were never given.
    fn put_right(&mut self) {
        for _ in 0..60 {
            let dose = self.a_dose();
            if self.c.one_in(2) {
                let _ = self.tries(false, Command::WithdrawDose { dose, reason: "another child's".into() });
                continue;
            }
            let product = if self.c.one_in(3) { "VitA".to_owned() } else { dose.product.clone() };
            let to = DoseTold { product, on: to_day(self.day()), batch: None };
            let _ = self.tries(false, Command::CorrectDose { dose, to, reason: "a slip".into(), anyway: true });
        }
    }

    fn aefis(&mut self) {
        for _ in 0..40 {
            let DoseKey { child, product, on } = self.a_dose();
            let outcome = self.c.pick(&[AefiOutcome::Recovered, AefiOutcome::Recovering, AefiOutcome::Died]);
            let form = AefiForm {
                class: self.c.pick(&AefiClass::ALL),
                doses: vec![AefiDose { product, on, at_min: None, opened_ms: None, diluent: String::new() }],
                onset_on: on,
                onset_min: None,
                description: "fever".into(),
                hospital: if self.c.one_in(5) { "Sadar".into() } else { String::new() },
                admitted_on: None,
                outcome,
                died_on: (outcome == AefiOutcome::Died).then(|| to_day(self.today)),
                past_reactions: String::new(),
                case_id: String::new(),
                told_by: "the mother".into(),
                cluster: self.c.one_in(9),
            };
            let _ = self.tries(false, Command::ReportAefi { child, form });
        }
    }

    /// Some go away, and some records turn out to be of one child.
    fn leave(&mut self) {
        for n in 0..12 {
            let (child, born) = self.children[n * 3];
            let why = self.c.pick(&[Gone::MovedAway, Gone::Died, Gone::Other]);
            let on = to_day(self.day().max(born));
            let _ = self.tries(true, Command::InactivateChild { child, why, on, note: String::new() });
            let (child, into) = (self.children[100 + 2 * n].0, self.children[101 + 2 * n].0);
            let _ = self.tries(true, Command::MergeChildren { child, into, reason: "one child".into() });
        }
    }
}

/// What the other program counts: the number of each item and its figure.
fn counted_again(station: &Station, month: &str) -> BTreeMap<String, String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/verifiers/count_hmis.py");
    let said = Process::new("python3").arg(script).arg(station.path("")).arg(month).output().expect("python3");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said: BTreeMap<String, u32> = serde_json::from_slice(&said.stdout).unwrap();
    said.into_iter().map(|(number, count)| (number, count.to_string())).collect()
}

fn out(station: &Station, args: &[&str]) -> Vec<u8> {
    let done = station.as_admin(&[&["export", "csv"], args].concat()).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{args:?}: {}", words(&done));
    done.stdout
}

/// What the report says of each item that is recorded here.
fn reported(station: &Station, month: &str) -> BTreeMap<String, String> {
    let report = out(station, &["report", "--month", month]);
    let rows = csv::Reader::from_reader(&*report).into_records().map(Result::unwrap);
    let items = rows.filter(|row| &row[0] == "hmis" && !row[3].is_empty());
    items.map(|row| (row[1].to_owned(), row[3].to_owned())).collect()
}

/// The doses of one village, and those that one worker gave: the other program is given their lines alone. Events and
/// sessions are not narrowed in its lists, and who is fully immunized is not a worker's by who gave the last dose.
fn a_part_is_what_another_program_counts(station: &Station, month: &str, doses: &str) {
    let asha = "by";
    for (column, narrow, value) in [("village", "--village", "Rampur"), (asha, "--worker", "asha")] {
        let mut all = csv::Reader::from_reader(doses.as_bytes());
        let heads = all.headers().unwrap().clone();
        let at = heads.iter().position(|head| head == column).unwrap();
        let mut part = csv::Writer::from_path(station.path("doses.csv")).unwrap();
        part.write_record(&heads).unwrap();
        let is_of = |cell: &str| if column == asha { cell.to_lowercase().contains("worker") } else { cell == value };
        let kept: Vec<_> = all.records().map(Result::unwrap).filter(|row| is_of(&row[at])).collect();
        assert!(!kept.is_empty() && kept.len() < doses.lines().count() - 1, "{value}: {} lines", kept.len());
        kept.iter().for_each(|row| part.write_record(row).unwrap());
        drop(part);
        let narrowed = |counts: BTreeMap<String, String>| -> BTreeMap<String, String> {
            let other = |number: &str| {
                number.starts_with("9.6") || number.starts_with("9.7") || column == asha && number.starts_with("9.2.5")
            };
            counts.into_iter().filter(|(number, _)| !other(number)).collect()
        };
        let report = out(station, &["report", "--month", month, narrow, value]);
        let rows = csv::Reader::from_reader(&*report).into_records().map(Result::unwrap);
        let items = rows.filter(|row| &row[0] == "hmis" && !row[3].is_empty());
        let said: BTreeMap<String, String> = items.map(|row| (row[1].to_owned(), row[3].to_owned())).collect();
        let (said, again) = (narrowed(said), narrowed(counted_again(station, month)));
        assert_eq!(again, said, "{value}");
        assert!(said.values().any(|count| count != "0"), "{value}: {said:?}");
    }
    fs::write(station.path("doses.csv"), doses).unwrap();
}

#[test]
fn the_monthly_report_is_what_another_program_counts() {
    let seed = std::env::var("TIKKA_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| Env::system().now_ms());
    println!("TIKKA_SEED={seed}");
    let station = Station::found(None);
    History::live(&station, seed);
    for list in ["doses", "aefis", "sessions"] {
        fs::write(station.path(&format!("{list}.csv")), out(&station, &[list])).unwrap();
    }
    let today = clinic::date::india(Env::system().now_ms());
    let months = [today - Months::new(1), today].map(|day| day.format("%Y-%m").to_string());
    for month in &months {
        assert_eq!(counted_again(&station, month), reported(&station, month), "{month}");
    }
    // It is no count of nothing, and one more or less is seen.
    let said = reported(&station, &months[0]);
    let used = said.values().filter(|count| *count != "0").count();
    assert!(used > 30, "{used} of {} items: {said:?}", said.len());
    assert!(said["9.2.5.a"] != "0" && said["9.2.5.b"] != "0", "nobody is fully immunized: {said:?}");
    let doses = fs::read_to_string(station.path("doses.csv")).unwrap();
    a_part_is_what_another_program_counts(&station, &months[0], &doses);
    let wanted = format!(",BCG,BCG,{}-", months[0]);
    let kept = |line: &&str| !line.contains(&wanted) || !line.contains(",yes,") || line.contains("duplicate");
    let one = doses.lines().find(|line| !kept(line)).expect("BCG was given in the month");
    fs::write(station.path("doses.csv"), doses.replacen(&format!("{one}\n"), "", 1)).unwrap();
    let less = counted_again(&station, &months[0]);
    let differ: Vec<_> = said.iter().filter(|(number, count)| less[*number] != **count).map(|(n, _)| n).collect();
    assert_eq!(differ.first().map(|n| n.as_str()), Some("9.1.2"), "{differ:?}");
}
