//! Children and doses from files: what is taken, what is refused and why, and that nothing is ever doubled.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod messy;

use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::import::{Ended, FileFault, Import, Options, Outcome, Progress, Report, What, Which, Why, run};
use clinic::record::command::{Command, CommandKind, DoseKey, GivenAt, NewUser};
use clinic::record::fact::{ChildDetails, Gone, Sex};
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Role;
use clinic::replica::content;
use clinic::store::{Keep, SubmitError};
use clinic::{Clinic, Session};
use common::*;
use hub_protocol::ChildId;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

const CHILDREN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/import/children.csv"));
const DOSES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/import/doses.csv"));

fn read(children: &str, doses: &str, decisions: &str, options: &Options) -> Import {
    fn file(text: &str) -> Option<&[u8]> {
        (!text.is_empty()).then_some(text.as_bytes())
    }
    Import::read(file(children), file(doses), file(decisions), options.clone()).unwrap()
}

fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

struct Files<'a> {
    children: &'a str,
    doses: &'a str,
    decisions: &'a str,
    options: Options,
}

impl<'a> Files<'a> {
    fn new(children: &'a str, doses: &'a str) -> Self {
        let options = Options { same: "a line of the file".into(), ..Options::default() };
        Self { children, doses, decisions: "", options }
    }

    fn import(&self) -> Import {
        read(self.children, self.doses, self.decisions, &self.options)
    }

    fn run(&self, d: &Desk, keep: Keep) -> Vec<Outcome> {
        let report = run(&d.clinic, &d.admin, self.import(), keep, go_on).unwrap();
        assert!(matches!(report.ended, Ended::All));
        assert_eq!(report.outcomes.len(), report.lines);
        report.outcomes
    }

    /// A trial that changes nothing, then the real run, which must say the same.
    fn both(&self, d: &Desk) -> Vec<Outcome> {
        let before = ledger(&d.clinic);
        let tried = self.run(d, Keep::No);
        assert_eq!(ledger(&d.clinic), before, "a trial wrote something");
        let done = self.run(d, Keep::Yes);
        assert_eq!(tried, done);
        assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
        done
    }
}

/// How long the station's own log is, and the hash of it.
fn ledger(clinic: &Clinic) -> (u64, Vec<u8>) {
    let own = content(clinic, &clinic.identity().public_key()).unwrap();
    (own.events, own.hash.to_vec())
}

fn codes(outcomes: &[Outcome], which: Which) -> Vec<(usize, &str, &str)> {
    let of_it = outcomes.iter().filter(|outcome| outcome.which == which);
    of_it.map(|outcome| (outcome.line, outcome.what.code(), why(&outcome.what))).collect()
}

fn why(what: &What) -> &'static str {
    match what {
        What::Refused { why: Why::Rule(refusal), .. } => refusal.code(),
        What::Refused { why: Why::Cell { fault, .. }, .. } => fault.code(),
        _ => "",
    }
}

fn taken(outcomes: &[Outcome], reference: &str) -> ChildId {
    let found = outcomes.iter().find(|o| o.which == Which::Children && o.reference == reference).unwrap();
    found.what.taken().unwrap_or_else(|| panic!("{found:?}"))
}

#[test]
fn the_example_files_go_in_and_a_second_run_adds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let files = Files::new(CHILDREN, DOSES);
    assert_eq!(files.import().notes()[0].unknown_columns, ["Ward"]);
    let done = files.both(&d);
    let children = [
        (2, "added", ""),
        (3, "added", ""),
        (4, "added", ""),
        (5, "added", ""),
        (8, "refused", "short-year"),
        (9, "refused", "missing"),
        (10, "refused", "form"),
        (11, "looks-like", ""),
    ];
    assert_eq!(codes(&done, Which::Children), children);
    let doses = [
        (2, "added", ""),
        (3, "added", ""),
        (4, "added", ""),
        (5, "added", ""),
        (6, "added", ""),
        (7, "added", ""),
        (8, "refused", "needs-reason"),
        (9, "refused", "ref-not-taken"),
        (10, "refused", "before-birth"),
        (11, "refused", "unknown-product"),
        (12, "refused", "missing"),
    ];
    assert_eq!(codes(&done, Which::Doses), doses);
    assert_eq!(done[7].what, What::LooksLike(vec![taken(&done, "A-1")]));

    let asha = d.clinic.child(&d.admin, taken(&done, "A-1")).unwrap();
    assert_eq!((asha.child.name.as_str(), asha.child.sex), ("Asha Example", Sex::Female));
    assert_eq!(asha.child.worker.as_ref().map(|(id, _)| *id), Some(d.asha.user));
    let products: std::collections::BTreeSet<_> = asha.doses.iter().map(|dose| dose.product.as_str()).collect();
    assert_eq!(products.into_iter().collect::<Vec<_>>(), ["BCG", "HepB", "OPV", "PENTA"]);
    let ravi = d.clinic.child(&d.admin, taken(&done, "A-2")).unwrap();
    assert_eq!((ravi.child.phone.as_str(), ravi.child.worker.is_some(), ravi.doses.len()), ("9876543211", false, 1));
    // The dose that was given here opened the session of its day, and nobody is said to have held it.
    let day = NaiveDate::from_ymd_opt(2024, 3, 28).unwrap();
    let (sessions, _) = d.clinic.sessions(&d.admin, &(day..=day), 0).unwrap();
    assert_eq!(sessions.iter().map(|s| (s.on, s.worker.is_some(), s.doses)).collect::<Vec<_>>(), [(day, false, 1)]);

    // Edited since: still the same lines.
    let id = taken(&done, "A-1");
    let edit = Command::EditChild { child: id, form: form("Asha Kumari", asha.child.dob), reason: "her name".into() };
    d.clinic.submit(&d.admin, edit).unwrap();
    let before = ledger(&d.clinic);
    let again = files.both(&d);
    assert_eq!(ledger(&d.clinic), before);
    assert_eq!(codes(&again, Which::Children)[..4].iter().map(|c| c.1).collect::<Vec<_>>(), ["already-here"; 4]);
    assert_eq!(codes(&again, Which::Doses)[..6].iter().map(|c| c.1).collect::<Vec<_>>(), ["already-here"; 6]);
    assert_eq!(taken(&again, "A-1"), id);
}

#[test]
fn each_bad_line_is_refused_for_what_is_wrong_with_it_and_the_others_go_in() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let head = "ref,name,dob,dob_estimated,sex,mother,village,phone,birth_order,abha,rch,food,worker\n";
    let huge = "x".repeat(10_000_000);
    let long = "x".repeat(100_000);
    let bad: Vec<(&str, String)> = vec![
        ("missing", "1,a,,,F,m,v,,,,,,".into()),
        ("no-date", "2,a,31/02/2024,,F,m,v,,,,,,".into()),
        ("short-year", "3,a,01/02/24,,F,m,v,,,,,,".into()),
        ("no-date", "4,a,45422,,F,m,v,,,,,,".into()),
        ("future", "5,a,2026-11-21,,F,m,v,,,,,,".into()),
        ("too-old", "6,a,2001-01-01,,F,m,v,,,,,,".into()),
        ("word", "7,a,2024-01-01,perhaps,F,m,v,,,,,,".into()),
        ("word", "8,a,2024-01-01,,Q,m,v,,,,,,".into()),
        ("missing", "9,a,2024-01-01,,F,,v,,,,,,".into()),
        ("missing", "10,a,2024-01-01,,F,m,,,,,,,".into()),
        ("form", "11,a,2024-01-01,,F,m,v,12345,,,,,".into()),
        ("shortened", "12,a,2024-01-01,,F,m,v,9.87654E+09,,,,,".into()),
        ("number", "13,a,2024-01-01,,F,m,v,,two,,,,".into()),
        ("range", "14,a,2024-01-01,,F,m,v,,77,,,,".into()),
        ("form", "15,a,2024-01-01,,F,m,v,,,91234567890123,,,".into()),
        ("shortened", "16,a,2024-01-01,,F,m,v,,,9.1E+13,,,".into()),
        ("characters", "17,a,2024-01-01,,F,m,v,,,,a'b,,".into()),
        ("word", "18,a,2024-01-01,,F,m,v,,,,,meat,".into()),
        ("unknown-user", "19,a,2024-01-01,,F,m,v,,,,,,nobody".into()),
        ("not-a-worker", "20,a,2024-01-01,,F,m,v,,,,,,admin".into()),
        ("too-long", format!("21,{huge},2024-01-01,,F,m,v,,,,,,")),
        ("characters", "22,a\u{202e}b,2024-01-01,,F,m,v,,,,,,".into()),
        ("characters", "23,a\0b,2024-01-01,,F,m,v,,,,,,".into()),
        ("too-wide", "24,a,2024-01-01,,F,m,v,,,,,,,,more".into()),
        ("ref-twice", "24,a,2024-01-01,,F,m,v,,,,,,".into()),
        ("characters", "2\u{200f}5,a,2024-01-01,,F,m,v,,,,,,".into()),
        ("too-long", format!("{long},a,2024-01-01,,F,m,v,,,,,,")),
        ("no-date", format!("27,a,{long},,F,m,v,,,,,,")),
        ("no-date", "28,a,2024-00-10,,F,m,v,,,,,,".into()),
    ];
    let mut file = head.to_owned();
    for (n, (_, line)) in bad.iter().enumerate() {
        // A good line after each bad one.
        let (name, mother) = (word(n as u64 * 37 + 5), word(n as u64 * 91 + 8));
        writeln!(file, "{line}\nG{n},{name},2024-01-{:02},,M,{mother},Village{n},,,,,,", n + 1).unwrap();
    }
    let done = Files::new(&file, "").both(&d);
    for (n, (code, line)) in bad.iter().enumerate() {
        let shown: String = line.chars().take(60).collect();
        assert_eq!((why(&done[2 * n].what), done[2 * n].line), (*code, 2 * n + 2), "{shown}");
        assert!(matches!(done[2 * n + 1].what, What::Added(_)), "{:?}", done[2 * n + 1]);
    }

    let child = taken(&done, "G0");
    let other = taken(&done, "G1");
    let mut wrong = child.to_string().into_bytes();
    wrong[0] = if wrong[0] == b'7' { b'8' } else { b'7' };
    let wrong = String::from_utf8(wrong).unwrap();
    let bad = [
        ("missing", ",,BCG,2024-02-01,,c,".to_owned()),
        ("child-number", format!(",{wrong},BCG,2024-02-01,,c,")),
        ("too-long", format!(",{long},BCG,2024-02-01,,c,")),
        ("unknown-child", format!(",{},BCG,2024-02-01,,c,", ChildId(77))),
        ("two-children", format!("G1,{child},BCG,2024-02-01,,c,")),
        ("ref-unknown", "nobody,,BCG,2024-02-01,,c,".into()),
        ("ref-not-taken", "5,,BCG,2024-02-01,,c,".into()),
        ("missing", "G0,,,2024-02-01,,c,".into()),
        ("unknown-product", "G0,,measles,2024-02-01,,c,".into()),
        ("unknown-product", format!("G0,,{long},2024-02-01,,c,")),
        ("missing", "G0,,BCG,,,c,".into()),
        ("future", "G0,,BCG,2026-11-21,,c,".into()),
        ("before-birth", "G0,,BCG,2023-12-31,,c,".into()),
        ("missing", "G0,,BCG,2024-02-01,,,".into()),
        ("too-long", format!("G0,,BCG,2024-02-01,,{long},")),
        ("too-long", format!("G0,,BCG,2024-02-01,{long},c,")),
        ("characters", "G0,,BCG,2024-02-01,B\u{202e}1,c,".into()),
        ("word", "G0,,BCG,2024-02-01,,c,perhaps".into()),
    ];
    let mut doses = "ref,id,product,date,batch,proof,here\n".to_owned();
    bad.iter().for_each(|(_, line)| writeln!(doses, "{line}").unwrap());
    let good = format!("nobody,{child},BCG,2024-02-01,,c,\nG1,{other},BCG,2024-02-01,,c,\n");
    doses.push_str(&good);
    let done = Files::new(&file, &doses).both(&d);
    let given: Vec<&Outcome> = done.iter().filter(|outcome| outcome.which == Which::Doses).collect();
    for ((code, line), outcome) in bad.iter().zip(&given) {
        let shown: String = line.chars().take(60).collect();
        assert_eq!(why(&outcome.what), *code, "{shown}: {outcome:?}");
    }
    assert!(given[bad.len()..].iter().all(|outcome| matches!(outcome.what, What::Added(_))), "{given:?}");
}

#[test]
fn a_date_that_can_be_read_in_two_ways_is_not_guessed_at() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let file = "name,dob,mother,village\n\
                Anita,03/04/2024,Rekha Bai,Rampur\n\
                Sunil,12/25/2024,Geeta Bai,Sonpur\n\
                Mohan,25/12/2024,Lata Bai,Motipur\n\
                Kiran,05/05/2024,Usha Bai,Hajipur\n\
                Pooja,2024-03-04,Nisha Bai,Belapur\n";
    let done = Files::new(file, "").both(&d);
    let expected = ["either-way", "month-first", "", "", ""];
    assert_eq!(done.iter().map(|outcome| why(&outcome.what)).collect::<Vec<_>>(), expected);
    let What::Refused { why: Why::Cell { fault, .. }, .. } = done[0].what else { panic!("{:?}", done[0]) };
    assert_eq!(fault.line(), Some(3));
    // One line among more that have the day first is a slip, and the others are in no doubt.
    let slip = format!("{file}Ravi,26/11/2024,Maya Bai,Devpur\n");
    let expected = ["", "month-first", "", "", "", ""];
    assert_eq!(Files::new(&slip, "").both(&d).iter().map(|outcome| why(&outcome.what)).collect::<Vec<_>>(), expected);
    // Without that line there is no doubt.
    let without = file.replace("12/25/2024", "25/12/2024");
    assert!(Files::new(&without, "").both(&d).iter().all(|outcome| outcome.what.taken().is_some()));
}

#[test]
fn who_looks_like_a_registered_child_waits_for_an_admin() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(400);
    let known = d.register(&d.admin, form("Asha Kumari", dob), None).unwrap();
    let line = |reference: &str, name: &str| format!("{reference},{name},{dob},F,Meena Devi,9876543210,Rampur\n");
    let head = "ref,name,dob,sex,mother,phone,village\n";
    let file = format!("{head}{}{}", line("1", "Aasha Kumaari"), line("2", "आशा कुमारी"));
    let doses = format!("ref,product,date,proof\n1,BCG,{dob},card\n2,OPV,{dob},card\n");
    let mut files = Files::new(&file, &doses);
    let done = files.both(&d);
    assert_eq!(done[0].what, What::LooksLike(vec![known]));
    assert_eq!(done[1].what, What::LooksLike(vec![known]));
    assert_eq!(codes(&done, Which::Doses), [(2, "refused", "ref-not-taken"), (3, "refused", "ref-not-taken")]);

    // The first is the registered child: her doses go there. The second is another child.
    let decisions = format!("file,line,ref,child,decision\nchildren,2,1,{known},same\nchildren,3,2,{known},OTHER\n");
    files.decisions = &decisions;
    let done = files.both(&d);
    assert_eq!(done[0].what, What::Joined(known));
    let second = taken(&done, "2");
    assert!(second != known && matches!(done[1].what, What::Added(_)));
    assert_eq!(codes(&done, Which::Doses), [(2, "added", ""), (3, "added", "")]);
    assert_eq!(d.clinic.child(&d.admin, known).unwrap().doses.len(), 1);
    assert_eq!(d.clinic.duplicates(&d.admin, 0).unwrap().len(), 0, "an Admin told them apart");
    // Again, and the second without its decision: it is known by its line.
    assert!(files.both(&d).iter().all(|outcome| matches!(outcome.what, What::AlreadyHere(_))));

    // A third who looks like both needs a word about both. By line, where there is no reference.
    let third = format!("{head}{}", line("", "Asha Kumari"));
    let mut files = Files::new(&third, "");
    let What::LooksLike(mut both) = files.both(&d).remove(0).what else { panic!() };
    both.sort_unstable();
    let mut expected = vec![known, second];
    expected.sort_unstable();
    assert_eq!(both, expected);
    let one = format!("line,child,decision\n2,{known},other\n");
    files.decisions = &one;
    assert_eq!(files.both(&d)[0].what, What::LooksLike(vec![second]));
    let two = format!("{one}2,{second},अलग\n7,{second},same\n");
    files.decisions = &two;
    assert_eq!(files.import().decisions_of_no_line(), 1);
    assert!(matches!(files.both(&d)[0].what, What::Added(_)));
    let nobody = format!("ref,child,decision\n9,{},same\n", ChildId(5));
    let file = format!("{head}{}", line("9", "Asha Kumari"));
    let files = Files { decisions: &nobody, ..Files::new(&file, "") };
    assert_eq!(why(&files.both(&d)[0].what), "unknown-child");

    let wrong = |text: &str| {
        let read = Import::read(None, None, Some(text.as_bytes()), Options::default());
        read.err().map(|(which, fault)| {
            assert_eq!(which, Which::Decisions);
            fault
        })
    };
    let k = known.to_string();
    assert_eq!(wrong(&format!("line,child,decision\n2,{k},yes\n")), Some(FileFault::Decision { line: 2 }));
    assert_eq!(wrong("line,child,decision\n2,,same\n"), Some(FileFault::DecisionChild { line: 2 }));
    assert_eq!(wrong("line,child,decision\n2,AAAA,same\n"), Some(FileFault::DecisionChild { line: 2 }));
    assert_eq!(wrong(&format!("line,child,decision\n,{k},same\n")), Some(FileFault::DecisionOf { line: 2 }));
    let doses = format!("file,line,child,decision\ndoses,2,{k},same\n");
    assert_eq!(wrong(&doses), Some(FileFault::DecisionOf { line: 2 }));
    let twice = format!("line,child,decision\n2,{k},same\n2,{second},same\n");
    assert_eq!(wrong(&twice), Some(FileFault::SameTwice { line: 3 }));
}

#[test]
fn a_line_that_is_a_registered_child_gives_the_record_what_it_lacked_and_is_known_again() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(400);
    let mut known_form = form("Asha Kumari", dob);
    (known_form.phone, known_form.rch, known_form.father) = (String::new(), "RCH/7".into(), String::new());
    let known = d.register(&d.admin, known_form.clone(), None).unwrap();
    let file = format!(
        "ref,name,dob,sex,mother,father,phone,village,landmark,uwin,rch,consent_reminders\n\
         1,Aasha Kumaari,{dob},F,Meena Devi,Ramesh,9876543210,Rampur,by the well,UW-1,,yes\n"
    );
    let decisions = format!("ref,child,decision\n1,{known},same\n");
    let files = Files { decisions: &decisions, ..Files::new(&file, "") };
    assert_eq!(files.both(&d)[0].what, What::Joined(known));
    let record = d.clinic.child_record(&d.admin, known).unwrap();
    let has = |of: &ChildDetails| [&of.name, &of.father, &of.phone, &of.landmark, &of.uwin, &of.rch].map(Clone::clone);
    let whole = ["Asha Kumari", "Ramesh", "9876543210", "by the well", "UW-1", "RCH/7"].map(str::to_owned);
    assert_eq!(has(&record.form), whole);
    // What was not asked for at the desk is not agreed to in a file.
    assert_eq!(record.form.consent_reminders, known_form.consent_reminders);
    // The line itself is kept as it was.
    assert_eq!(record.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["Aasha Kumaari"]);
    // Known again, also without the decision.
    let before = ledger(&d.clinic);
    for decisions in [decisions.as_str(), ""] {
        let files = Files { decisions, ..Files::new(&file, "") };
        assert_eq!(files.both(&d)[0].what, What::AlreadyHere(known));
    }
    assert_eq!(ledger(&d.clinic), before);

    // All of it or nothing: a number that another child has is refused, and nothing is joined.
    let mut other = form("Mukesh", today() - Days::new(900));
    (other.mother, other.village, other.uwin) = ("Sarita Bano".into(), "Delhi".into(), "UW-2".into());
    let other = d.register(&d.admin, other, None).unwrap();
    let file = file.replace("1,Aasha", "2,Asha").replace("UW-1", "UW-2").replace("by the well", "by the temple");
    let decisions = format!("ref,child,decision\n2,{known},same\n");
    let before = ledger(&d.clinic);
    let files = Files { decisions: &decisions, ..Files::new(&file, "") };
    assert_eq!(why(&files.both(&d)[0].what), "taken");
    assert_eq!(ledger(&d.clinic), before);

    // Of a child who died only the record is completed, and nobody comes back.
    let gone = Command::InactivateChild { child: other, why: Gone::Died, on: to_day(today()), note: String::new() };
    d.clinic.submit(&d.admin, gone).unwrap();
    let born = today() - Days::new(900);
    let file = format!("ref,name,dob,sex,mother,father,village\n3,Mukesh,{born},F,Sarita Bano,Imran,Delhi\n");
    let decisions = format!("ref,child,decision\n3,{other},same\n");
    let files = Files { decisions: &decisions, ..Files::new(&file, "") };
    assert_eq!(files.both(&d)[0].what, What::Joined(other));
    let record = d.clinic.child_record(&d.admin, other).unwrap();
    assert_eq!((record.form.father.as_str(), record.parts.len(), record.line.gone), ("Imran", 0, Some(Gone::Died)));
}

#[test]
fn twins_and_doubles_inside_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let file = "ref,name,dob,sex,mother,village,birth_order\n\
                1,,2026-10-01,F,Kamla Devi,Sonpur,1\n\
                2,,2026-10-01,F,Kamla Devi,Sonpur,2\n\
                3,Gita,2026-01-05,F,Radha Devi,Sonpur,\n\
                3,Gita,2026-01-05,F,Radha Devi,Sonpur,\n\
                4,Geeta,2026-01-05,F,Radha Devi,Sonpur,\n";
    let done = Files::new(file, "").both(&d);
    let gita = taken(&done, "3");
    assert_eq!(done[0].what.code(), "added");
    assert_eq!(done[1].what.code(), "added");
    // The very same line twice is one child; one that is nearly the same is asked about.
    assert_eq!(done[3].what, What::AlreadyHere(gita));
    assert_eq!(done[4].what, What::LooksLike(vec![gita]));
}

#[test]
fn a_number_of_another_system_finds_the_child_but_not_a_stranger() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(400);
    let known = d
        .register(
            &d.admin,
            {
                let mut f = form("Asha Kumari", dob);
                f.rch = "RCH/77".into();
                f
            },
            None,
        )
        .unwrap();
    let file = format!(
        "ref,name,dob,sex,mother,village,rch\n\
         1,Asha,{dob},F,Meena,Rampur,rch/77\n\
         2,Mukesh,2025-01-01,M,Sarita Bano,Delhi,RCH/77\n"
    );
    let done = Files::new(&file, "").both(&d);
    assert_eq!(done[0].what, What::Joined(known));
    let taken = Why::Rule(Refusal::Taken(Field::Rch));
    assert_eq!(done[1].what, What::Refused { why: taken, child: Some(known) });
}

#[test]
fn the_51st_child_of_a_worker_is_refused_or_goes_on_the_list() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut file = "ref,name,dob,sex,mother,village,worker\n".to_owned();
    for n in 0..52 {
        let (a, b) = (char::from(b'a' + n % 26), char::from(b'a' + n / 26));
        let day = today() - Days::new(30 + 11 * u64::from(n));
        writeln!(file, "{n},B{a}t{b}k Child,{day},M,M{b}l{a}n Mother,V{a}{b}pur,ASHA").unwrap();
    }
    let mut files = Files::new(&file, "");
    let done = files.both(&d);
    assert!(done[..50].iter().all(|outcome| outcome.what.code() == "added"), "{done:?}");
    assert!(done[50..].iter().all(|outcome| why(&outcome.what) == "worker-full"));
    files.options.full_to_list = true;
    let done = files.both(&d);
    assert!(done[50..].iter().all(|outcome| outcome.what.code() == "added-to-list"));
    let child = d.clinic.child(&d.admin, done[51].what.taken().unwrap()).unwrap();
    assert_eq!(child.child.worker, None);
}

#[test]
fn doses_are_seen_in_the_order_in_which_they_were_given_and_never_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
    let child = d.register(&d.admin, form("Asha Kumari", dob), None).unwrap();
    let doses = format!(
        "id,product,date,source,reason\n\
         {child},Penta-3,2025-04-20,card,\n\
         {child},Penta-1,2025-02-12,card,\n\
         {child},Penta-2,2025-03-14,card,\n\
         {child},BCG,2025-01-01,card,not needed\n\
         {child},OPV,2025-01-01,,\n\
         {child},MR,2025-02-12,card,\n"
    );
    let mut files = Files::new("", &doses);
    let done = files.both(&d);
    let expected = ["", "", "", "", "missing", "needs-reason"];
    assert_eq!(done.iter().map(|outcome| why(&outcome.what)).collect::<Vec<_>>(), expected);
    files.options = Options {
        proof: "the old register".into(),
        reason: "so it stands in the register".into(),
        ..Options::default()
    };
    let done = files.both(&d);
    assert_eq!(
        done.iter().map(|o| o.what.code()).collect::<Vec<_>>(),
        ["already-here", "already-here", "already-here", "already-here", "added", "added"]
    );
    let page = d.clinic.child(&d.admin, child).unwrap();
    let reasons: Vec<_> = page.doses.iter().filter_map(|dose| dose.reason.clone()).collect();
    assert_eq!(reasons, ["so it stands in the register"], "a reason is kept where one was needed");

    // What a person took out of the record, no file puts back.
    let dose = DoseKey { child, product: "BCG".into(), on: to_day(dob) };
    d.clinic.submit(&d.asha, Command::WithdrawDose { dose, reason: "another child's".into() }).unwrap();
    let done = files.both(&d);
    assert_eq!(why(&done[3].what), "dose-withdrawn");
}

#[test]
fn only_an_admin_imports() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let before = ledger(&d.clinic);
    for session in [&d.root, &d.asha] {
        for keep in [Keep::No, Keep::Yes] {
            let refused = run(&d.clinic, session, Files::new(CHILDREN, DOSES).import(), keep, go_on);
            assert!(matches!(refusal(refused.map(|_| ())), Refusal::NotAllowed(_)));
        }
    }
    let dob = today() - Days::new(30);
    let child = d.register(&d.asha, form("Asha Kumari", dob), None).unwrap();
    let dose = |product: &str| Command::ImportDose {
        child,
        product: product.into(),
        on: to_day(dob),
        batch: None,
        reason: None,
        at: GivenAt::Outside("card".into()),
    };
    assert_eq!(dose("BCG").kind(), CommandKind::Import);
    for session in [&d.root, &d.asha] {
        assert!(matches!(refusal(d.clinic.submit(session, dose("BCG"))), Refusal::NotAllowed(_)));
    }
    d.clinic.submit(&d.admin, dose("BCG")).unwrap();
    assert!(matches!(refusal(d.dose(&d.admin, child, "OPV", dob)), Refusal::NotAllowed(_)));
    assert_eq!(ledger(&d.clinic).0, before.0 + 2);

    // An Admin whose password is changed meanwhile is stopped, and the lines before it stay.
    let second = NewUser { login: "second".into(), name: "Second".into(), role: Role::Admin };
    d.clinic.register_user(&d.root, &second, "horse staple 77").unwrap();
    let second = d.clinic.login("second", "horse staple 77").unwrap();
    let stopped = break_in(&d, &second);
    assert!(matches!(stopped.ended, Ended::Broken(SubmitError::Refused(Refusal::NotActive))), "{:?}", stopped.ended);
    assert_eq!(stopped.outcomes.len(), 200);
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

/// Disables the one who imports after the first group.
fn break_in(d: &Desk, who: &Session) -> Report {
    let file = many(300);
    let import = read(&file, "", "", &Options::default());
    let (clinic, root, user) = (d.clinic.clone(), d.root.clone(), who.user);
    run(&d.clinic, who, import, Keep::Yes, move |progress| {
        if progress.done == 200 {
            clinic.submit(&root, Command::DisableUser { user }).unwrap();
        }
        ControlFlow::Continue(())
    })
    .unwrap()
}

/// Children who do not look alike.
fn many(count: u64) -> String {
    let mut file = "ref,name,dob,sex,mother,village\n".to_owned();
    for n in 0..count {
        let (name, mother, day) = (word(n), word(n * 7 + 3), today() - Days::new(30 + n % 1500));
        writeln!(file, "{n},{name},{day},M,{mother},{}pur", word(n / 40)).unwrap();
    }
    file
}

fn word(mut n: u64) -> String {
    const PARTS: [&str; 12] = ["ka", "mo", "ri", "su", "te", "la", "no", "vi", "ba", "di", "go", "pe"];
    let mut word = String::new();
    for _ in 0..4 {
        word.push_str(PARTS[usize::try_from(n % 12).unwrap()]);
        n /= 12;
    }
    word
}

#[test]
fn a_run_that_was_stopped_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let children = many(450);
    let mut doses = "ref,product,date,proof\n".to_owned();
    (0..450).for_each(|n| writeln!(doses, "{n},BCG,{},card", today() - Days::new(29)).unwrap());
    let files = Files::new(&children, &doses);
    let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let stop_at = |keep: Keep, done: usize| {
        let seen = seen.clone();
        let report = run(&d.clinic, &d.admin, files.import(), keep, move |progress| {
            seen.lock().unwrap().push(progress);
            if progress.done >= done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        report.unwrap()
    };
    let before = ledger(&d.clinic);
    let tried = stop_at(Keep::No, 400);
    assert!(matches!(tried.ended, Ended::Stopped));
    assert_eq!((ledger(&d.clinic), tried.outcomes.len(), tried.lines), (before.clone(), 400, 900));
    let first = stop_at(Keep::Yes, 600);
    assert!(matches!(first.ended, Ended::Stopped));
    assert_eq!(tried.outcomes, first.outcomes[..400]);
    assert!(first.outcomes.iter().all(|outcome| outcome.what.code() == "added"));
    assert_eq!(ledger(&d.clinic).0, before.0 + 600);
    // Asked to stop after the last line, it is done.
    let rest = stop_at(Keep::Yes, 900);
    assert!(matches!(rest.ended, Ended::All));
    let count = |code: &str| rest.outcomes.iter().filter(|outcome| outcome.what.code() == code).count();
    assert_eq!((count("already-here"), count("added")), (600, 300));
    assert_eq!(ledger(&d.clinic).0, before.0 + 900);
    let told = seen.lock().unwrap().clone();
    assert_eq!(told.iter().map(|p| p.done).collect::<Vec<_>>(), [200, 400, 200, 400, 600, 200, 400, 600, 800, 900]);
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}
