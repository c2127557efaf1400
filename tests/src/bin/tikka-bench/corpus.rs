//! Invented clinics, made through the commands like any other.

use chrono::{Days, NaiveDate};
use clinic::date::{india, to_day};
use clinic::forecast::{self, Child, Given, Item, Schedule};
use clinic::record::command::{ChildForm, Command, GivenAt};
use clinic::record::fact::Sex;
use clinic::record::refusal::Refusal;
use clinic::store::{Founding, KdfCost, NewPerson, RecoveryKey, SubmitError, found};
use clinic::{Clinic, Env, Session};
use hub_protocol::ChildId;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub type Error = Box<dyn std::error::Error + Send + std::marker::Sync>;

/// 2026-11-20, noon in India: the figures do not depend on the day they are made on.
pub const NOW_MS: u64 = 1_795_156_200_000;
pub const PASSWORD: &str = "bench horse staple";
/// Commands that wait for one answer.
const GROUP: usize = 500;

const GIRLS: [&str; 24] = [
    "Aarohi",
    "Anjali",
    "Bhavna",
    "Chandni",
    "Diya",
    "Gauri",
    "Isha",
    "Jyoti",
    "Kavya",
    "Lakshmi",
    "Meher",
    "Naina",
    "Pari",
    "Radha",
    "Saanvi",
    "Tara",
    "Uma",
    "Vidya",
    "Yamini",
    "Zoya",
    "अंजलि",
    "कविता",
    "प्रिया",
    "श्रेया",
];
const BOYS: [&str; 24] = [
    "Aarav",
    "Arjun",
    "Bharat",
    "Chirag",
    "Dev",
    "Farhan",
    "Gopal",
    "Harsh",
    "Ishaan",
    "Kabir",
    "Mohan",
    "Nakul",
    "Om",
    "Rohan",
    "Sameer",
    "Tushar",
    "Uday",
    "Vivaan",
    "Wasim",
    "Yash",
    "अर्जुन",
    "कृष्ण",
    "राहुल",
    "सूरज",
];
const PARENTS: [&str; 24] = [
    "Asha",
    "Bimla",
    "Champa",
    "Fatima",
    "Geeta",
    "Kamla",
    "Laxmi",
    "Meena",
    "Nirmala",
    "Parvati",
    "Rukhsana",
    "Sarita",
    "Shanti",
    "Sunita",
    "Usha",
    "Vimla",
    "Hasina",
    "Indu",
    "Jamuna",
    "Kanti",
    "मीना",
    "सुनीता",
    "फ़ातिमा",
    "गीता",
];
const FAMILIES: [&str; 20] = [
    "Devi",
    "Kumari",
    "Yadav",
    "Prajapati",
    "Khan",
    "Sahu",
    "Verma",
    "Paswan",
    "Lodhi",
    "Ansari",
    "Gupta",
    "Mishra",
    "Tiwari",
    "Chauhan",
    "Rajput",
    "Maurya",
    "Nishad",
    "Bano",
    "Singh",
    "Pal",
];
const VILLAGES: [&str; 30] = [
    "Rampur",
    "Madhopur",
    "Sundarpur",
    "Khairi",
    "Belwa",
    "Pipra Khurd",
    "Naya Gaon",
    "Tola Purab",
    "Bhagwanpur",
    "Chandpur",
    "Dharampur",
    "Fatehpur",
    "Gopalganj",
    "Hariharpur",
    "Islampur",
    "Jagdishpur",
    "Kalyanpur",
    "Lalganj",
    "Mirzapur",
    "Narayanpur",
    "Parsa",
    "Raghunathpur",
    "Sitapur",
    "Tikapur",
    "Udaipur",
    "Vishunpur",
    "Wazirganj",
    "Baheri",
    "Kotwa",
    "Semra",
];

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, below: u64) -> u64 {
        self.next() % below
    }

    pub fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[(self.next() % from.len() as u64) as usize]
    }
}

/// A closed clinic and how to open it.
pub struct Place {
    pub dir: PathBuf,
    pub doses: u64,
    /// The file before the first dose, and after the last.
    pub bytes_before: u64,
    pub bytes_after: u64,
    pub children: usize,
}

pub fn env() -> Env {
    let mut env = Env::with_clock(|| NOW_MS);
    // The price of a password guess is paid once a day and is not what is measured here.
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

pub fn today() -> NaiveDate {
    india(NOW_MS)
}

pub fn schedule() -> Result<&'static Schedule, Error> {
    Schedule::builtin("seed").ok_or_else(|| "no schedule".into())
}

pub struct Desk {
    pub clinic: Clinic,
    pub admin: Session,
    pub worker: Session,
}

pub fn make(dir: &Path, env: Env) -> Result<Desk, Error> {
    let person =
        |login: &str| NewPerson { login: login.into(), name: login.into(), password: PASSWORD.to_owned().into() };
    let founding = Founding {
        clinic: "PHC of the bench".into(),
        schedule: "seed".into(),
        je_endemic: false,
        super_admin: person("super"),
        admin: person("admin"),
        worker: person("worker"),
        recovery: RecoveryKey::generate(&env)?,
        demo: false,
    };
    enter(found(dir, &founding, env)?)
}

fn enter(clinic: Clinic) -> Result<Desk, Error> {
    let (admin, worker) = (clinic.login("admin", PASSWORD)?, clinic.login("worker", PASSWORD)?);
    Ok(Desk { clinic, admin, worker })
}

/// A closed clinic, opened by both who work in it.
pub fn desk(dir: &Path, env: Env) -> Result<Desk, Error> {
    let (clinic, _) = Clinic::unlock(dir, "admin", PASSWORD, env)?;
    enter(clinic)
}

pub fn open(dir: &Path) -> Result<(Clinic, Session), Error> {
    Ok(Clinic::unlock(dir, "admin", PASSWORD, env())?)
}

/// The database's file, with what was not folded into it yet.
pub fn bytes(dir: &Path) -> u64 {
    let size = |name: &str| std::fs::metadata(dir.join(name)).map_or(0, |m| m.len());
    size("ledger.db") + size("ledger.db-wal")
}

/// A clinic of children with about 30 doses each.
pub fn dosed(dir: &Path, children: usize, seed: u64) -> Result<Place, Error> {
    let dir = dir.join("dosed");
    let start = Instant::now();
    let desk = make(&dir, env())?;
    let mut chance = Chance(seed);
    let mut invented = Vec::with_capacity(children);
    for _ in 0..children {
        // Four of five are of an age by which most is given.
        let age_days = if chance.below(5) == 0 { chance.below(4 * 365) } else { 4 * 365 + chance.below(6 * 365) };
        invented.push((ChildId(chance.next() >> 9), child_form(&mut chance, today() - Days::new(age_days))));
    }
    register(&desk, &invented)?;
    drop(desk);
    let bytes_before = bytes(&dir);
    let desk = {
        let (clinic, _) = open(&dir)?;
        enter(clinic)?
    };
    let mut doses = 0;
    let mut waiting = Vec::new();
    for (id, form) in &invented {
        for (product, on) in history(&mut chance, form)? {
            let batch = Some(format!("{}{:03}", &product[..product.len().min(3)], 100 + chance.below(12)));
            let (on, at) = (to_day(on), GivenAt::Here(None));
            waiting.push(Command::RecordDose { child: *id, product, on, batch, reason: Some("as planned".into()), at });
            doses += 1;
        }
        if waiting.len() >= GROUP {
            give(&desk, std::mem::take(&mut waiting))?;
        }
    }
    give(&desk, waiting)?;
    drop(desk);
    let bytes_after = bytes(&dir);
    eprintln!("{children} children with {doses} doses were made in {:.0} s", start.elapsed().as_secs_f64());
    Ok(Place { dir, doses, bytes_before, bytes_after, children })
}

fn give(desk: &Desk, doses: Vec<Command>) -> Result<(), Error> {
    for result in desk.clinic.submit_all(&desk.worker, doses) {
        match result {
            Ok(_) | Err(SubmitError::Refused(Refusal::DoseKnown)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Children without doses.
pub fn named(dir: &Path, children: usize, seed: u64) -> Result<Desk, Error> {
    let start = Instant::now();
    let desk = make(&dir.join("named"), env())?;
    let mut chance = Chance(seed);
    let invented: Vec<_> = (0..children)
        .map(|_| {
            let dob = today() - Days::new(chance.below(10 * 365));
            (ChildId(chance.next() >> 9), child_form(&mut chance, dob))
        })
        .collect();
    register(&desk, &invented)?;
    eprintln!("{children} children were registered in {:.0} s", start.elapsed().as_secs_f64());
    Ok(desk)
}

pub fn register(desk: &Desk, invented: &[(ChildId, ChildForm)]) -> Result<(), Error> {
    let mut waiting: Vec<(&(ChildId, ChildForm), Vec<ChildId>)> =
        invented.iter().map(|one| (one, Vec::new())).collect();
    waiting.reverse();
    while !waiting.is_empty() {
        let group = waiting.split_off(waiting.len().saturating_sub(GROUP));
        let commands = group.iter().map(|((child, form), others)| Command::RegisterChild {
            child: *child,
            form: form.clone(),
            worker: None,
            distinct_from: others.clone(),
        });
        let results = desk.clinic.submit_all(&desk.admin, commands);
        for ((one, _), result) in group.iter().zip(results) {
            match result {
                Ok(_) => {}
                // Of so many invented names some are alike: asked again with the others named.
                Err(SubmitError::Refused(Refusal::Duplicates)) => {
                    let alike = desk.clinic.probable_duplicates(&desk.admin, &one.1)?;
                    waiting.push((one, alike.iter().map(|line| line.child.id).collect()));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

pub fn child_form(chance: &mut Chance, dob: NaiveDate) -> ChildForm {
    let girl = chance.below(100) < 49;
    let family = chance.pick(&FAMILIES);
    let first = chance.pick(if girl { &GIRLS } else { &BOYS });
    ChildForm {
        name: format!("{first} {family}"),
        dob: to_day(dob),
        sex: if girl { Sex::Female } else { Sex::Male },
        mother: format!("{} {family}", chance.pick(&PARENTS)),
        father: format!("{} {family}", chance.pick(&BOYS)),
        // As many beginnings as a state has, and a nought where they would become somebody's.
        phone: format!("6{:03}0{:05}", chance.below(1_000), chance.below(100_000)),
        village: chance.pick(&VILLAGES).to_owned(),
        consent_reminders: true,
        consent_tracing: true,
        ..ChildForm::default()
    }
}

/// What was given at each visit, when the next is due or somewhat later; some stop coming.
pub fn history(chance: &mut Chance, form: &ChildForm) -> Result<Vec<(String, NaiveDate)>, Error> {
    let schedule = schedule()?;
    let dob = clinic::date::to_date(form.dob).ok_or("no date")?;
    let sex = if form.sex == Sex::Female { forecast::Sex::Female } else { forecast::Sex::Male };
    let child = Child { dob, sex, je_endemic: false };
    let mut given: Vec<Given> = Vec::new();
    let mut doses = Vec::new();
    let mut visit = dob;
    for _ in 0..40 {
        for row in forecast::forecast(schedule, &child, &given, visit)?.next {
            let Item::Entry(entry) = row.item else { continue };
            let due = row.due.is_some_and(|due| due <= visit) && row.may_be_given_on(visit);
            let Some(product) = schedule.products_for(entry).first().filter(|_| due) else { continue };
            given.push(Given { product: *product, on: visit });
            doses.push((schedule.product_name(*product).to_owned(), visit));
        }
        let then = forecast::forecast(schedule, &child, &given, visit)?.next;
        let Some(next) = then.iter().filter_map(|row| row.due).filter(|due| *due > visit).min() else { break };
        visit = next + Days::new(chance.below(8));
        if visit >= today() || chance.below(100) < 1 {
            break;
        }
    }
    Ok(doses)
}
