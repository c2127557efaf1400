//! A founded clinic with its first people, for tests of the store.
#![allow(dead_code, clippy::unwrap_used)]

pub mod toys;

use chrono::NaiveDate;
use clinic::date::to_day;
use clinic::ledger::{Actor, Chain, Event, Hlc};
use clinic::record::command::{ChildForm, Command, GivenAt};
use clinic::record::fact::{
    AefiClass, AefiDose, AefiForm, AefiOutcome, Fact, Modem, OpenedWhy, OriginOpened, ReminderSettings, Sex, Template,
    UserSent,
};
use clinic::record::refusal::Refusal;
use clinic::record::role::Role;
use clinic::record::secret::{OneTimeCode, SecretHash};
use clinic::reminder::{Language, Stage};
use clinic::replica::{self, Done, Job, Logs, perform};
use clinic::store::{Founding, KdfCost, NewPerson, RecoveryKey, SubmitError, found};
use clinic::{Clinic, Env, Session};
use hub_protocol::replica::Head;
use hub_protocol::{ChildId, Day, Identity, OriginId, UserId};
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// 2026-11-20, noon in India.
pub const NOON_MS: u64 = 1_795_156_200_000;

pub fn env() -> Env {
    let mut env = Env::with_clock(|| NOON_MS);
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

/// A clock that a test moves.
pub fn clocked(now: &Arc<AtomicU64>) -> Env {
    let clock = now.clone();
    let mut env = Env::with_clock(move || clock.load(Ordering::Relaxed));
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

pub fn today() -> NaiveDate {
    clinic::date::india(NOON_MS)
}

/// A fever after one dose, of which the child recovered.
pub fn minor_aefi(product: &str, given_on: Day, onset_on: Day) -> AefiForm {
    AefiForm {
        class: AefiClass::Minor,
        doses: vec![AefiDose {
            product: product.into(),
            on: given_on,
            at_min: None,
            opened_ms: None,
            diluent: String::new(),
        }],
        onset_on,
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
    }
}

pub fn password(login: &str) -> String {
    format!("horse staple {}", login.len())
}

pub fn founding() -> Founding {
    let with = |login: &str| NewPerson {
        login: login.into(),
        name: format!("The {login}"),
        password: Zeroizing::new(password(login)),
    };
    Founding {
        clinic: "PHC Rampur".into(),
        schedule: "uip".into(),
        je_endemic: false,
        super_admin: with("root1"),
        admin: with("admin"),
        worker: with("asha"),
        recovery: RecoveryKey::generate(&env()).unwrap(),
        demo: false,
    }
}

/// A district of the test's own: writes directives for a clinic, as the real one does.
pub struct TestDistrict {
    pub key: Identity,
    pub chain: Chain,
    hlc: u64,
}

pub const OPERATOR: UserId = UserId(4_000_000);

impl TestDistrict {
    /// With the beginning of a log, which the clinic has not seen yet.
    pub fn new() -> (Self, Vec<Event>) {
        let key = Identity::from_seed([77; 32]);
        let mut district = Self { key, chain: Chain::empty(OriginId([66; 16])), hlc: 0 };
        let opened = OriginOpened { node: district.key.public_key(), why: OpenedWhy::Admitted };
        let first = district.write(&[Fact::OriginOpened(opened)]);
        (district, first)
    }

    /// One that this clinic belongs to.
    pub fn joined(d: &Desk) -> Self {
        let (district, first) = Self::new();
        let join = Command::JoinDistrict {
            district: district.key.device_id(),
            address: "district.example:4433".into(),
            district_name: "District Rampur".into(),
            station_name: "PHC Rampur".into(),
        };
        d.clinic.submit(&d.root, join).unwrap();
        district.deliver(&d.clinic, &first);
        district
    }

    /// The next events of its log.
    pub fn write(&mut self, facts: &[Fact]) -> Vec<Event> {
        let next = |fact: &Fact| {
            self.hlc += 1;
            let hlc = Hlc((NOON_MS << 16) + self.hlc);
            self.chain.append(fact.to_entry(hlc, Actor(Some(OPERATOR))))
        };
        facts.iter().map(next).collect()
    }

    /// As the replication does with a verified batch. The head is that of the last of these.
    pub fn deliver(&self, clinic: &Clinic, events: &[Event]) {
        let last = events.last().unwrap();
        let head = Head { origin: last.id.origin, seq: last.id.seq, hash: last.hash };
        assert_eq!(clinic.store(&self.key.public_key(), events, head.sign(&self.key)).unwrap(), head);
    }

    pub fn tell(&mut self, clinic: &Clinic, facts: &[Fact]) {
        let events = self.write(facts);
        self.deliver(clinic, &events);
    }

    /// A new person with this login, and their code.
    pub fn sends(user: UserId, login: &str, role: Role) -> (Fact, OneTimeCode) {
        let code = OneTimeCode::from_random([user.0 as u8; 10]);
        let hash = SecretHash::of(code.bytes(), [1; 16], env().kdf).unwrap();
        let sent = UserSent { user, login: login.into(), name: format!("The {login}"), role, code: hash };
        (Fact::UserSent(sent), code)
    }
}

/// A district that checks everything takes all that this clinic wrote.
pub fn a_district_takes_all_of(clinic: &Clinic) {
    let (me, key) = (clinic.identity(), clinic.identity().public_key());
    let district = Identity::from_seed([99; 32]).public_key();
    let own = clinic.heads().unwrap().into_iter().filter(|head| clinic.writer(head.origin).unwrap() == Some(key));
    for head in own {
        let (mut end, mut clock) = (Chain::empty(head.origin), Hlc(0));
        while end.head().seq < head.seq {
            let read = Job::Read { from: end.head(), max_events: 2_000, max_bytes: 1 << 20 };
            let Ok(Done::Read(batch)) = perform(clinic, me, &district, read) else { panic!("it cannot be sent") };
            let taken = replica::verify(end, clock, &batch, &key).unwrap();
            (end, clock) = (Chain::at(batch.head.head), taken.last().unwrap().entry.hlc);
        }
        assert_eq!(end.head(), head);
    }
}

pub struct Desk {
    pub clinic: Clinic,
    pub root: Session,
    pub admin: Session,
    pub asha: Session,
}

pub fn desk(dir: &Path) -> Desk {
    desk_of(dir, &founding())
}

pub fn desk_of(dir: &Path, founding: &Founding) -> Desk {
    let clinic = found(dir, founding, env()).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let (root, admin, asha) = (login("root1"), login("admin"), login("asha"));
    Desk { clinic, root, admin, asha }
}

/// Reminders by a modem: the way that needs least to be set up.
pub fn by_modem() -> ReminderSettings {
    let template = |stage, language| Template {
        stage,
        language,
        id: String::new(),
        text: "Please bring your child on {date}. PHC Rampur".into(),
    };
    let templates = Stage::ALL.into_iter().flat_map(|stage| Language::ALL.map(|language| template(stage, language)));
    let modem = Modem { templates: templates.collect(), part_paise: 25 };
    ReminderSettings { on: true, modem: Some(modem), ..ReminderSettings::default() }
}

pub fn form(name: &str, dob: NaiveDate) -> ChildForm {
    ChildForm {
        name: name.into(),
        dob: to_day(dob),
        dob_estimated: false,
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        father: String::new(),
        phone: "98765 43210".into(),
        village: "Rampur".into(),
        landmark: String::new(),
        consent_reminders: true,
        consent_tracing: true,
        ..ChildForm::default()
    }
}

impl Desk {
    pub fn give_toy(&self, toy: &Identity, worker: UserId) {
        let register = Command::RegisterToy { key: toy.public_key(), model: "m".into(), label: "7".into() };
        self.clinic.submit(&self.admin, register).unwrap();
        let assign = Command::AssignToy { toy: toy.device_id(), worker: Some(worker) };
        self.clinic.submit(&self.admin, assign).unwrap();
    }

    #[allow(clippy::needless_pass_by_value, reason = "each test makes a form for one child")]
    pub fn register(&self, by: &Session, form: ChildForm, worker: Option<UserId>) -> Result<ChildId, SubmitError> {
        let child = self.clinic.env().new_child_id().unwrap();
        let mut distinct_from = Vec::new();
        // Tests name children alike; each is meant as another. More may come while one looks.
        loop {
            let (asked, others) = (form.clone(), distinct_from.clone());
            match self.clinic.submit(by, Command::RegisterChild { child, form: asked, worker, distinct_from: others }) {
                Err(SubmitError::Refused(Refusal::Duplicates)) => {}
                outcome => return outcome.map(|_| child),
            }
            let alike = self.clinic.probable_duplicates(by, &form)?;
            distinct_from = alike.into_iter().map(|line| line.child.id).collect();
        }
    }

    pub fn dose(&self, by: &Session, child: ChildId, product: &str, on: NaiveDate) -> Result<(), SubmitError> {
        let command = Command::RecordDose {
            child,
            product: product.into(),
            on: to_day(on),
            batch: Some("B 17".into()),
            reason: None,
            at: GivenAt::Here(None),
        };
        self.clinic.submit(by, command).map(|_| ())
    }
}

pub fn refusal<T: std::fmt::Debug>(result: Result<T, SubmitError>) -> Refusal {
    match result {
        Err(SubmitError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// The database of a clinic, past the program.
pub fn database(dir: &Path, key: &clinic::store::DataKey) -> rusqlite::Connection {
    database_at(&dir.join("ledger.db"), key)
}

pub fn database_at(path: &Path, key: &clinic::store::DataKey) -> rusqlite::Connection {
    let conn = rusqlite::Connection::open(path).unwrap();
    let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
    conn.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
    conn
}

/// Every row of every table, in an order that follows from the rows. What an index of words keeps is its own.
pub fn tables(conn: &rusqlite::Connection) -> BTreeMap<String, Vec<String>> {
    let mut names =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'child_word%'").unwrap();
    let names: Vec<String> = names.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    let rows = |table: &String| {
        let mut statement = conn.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = statement.column_count();
        let row = |r: &rusqlite::Row<'_>| {
            (0..columns).map(|n| r.get::<_, rusqlite::types::Value>(n)).collect::<Result<Vec<_>, _>>()
        };
        let mut rows: Vec<String> =
            statement.query_map([], row).unwrap().map(|r| format!("{:?}", r.unwrap())).collect();
        rows.sort();
        rows
    };
    names.iter().map(|table| (table.clone(), rows(table))).collect()
}

/// Waits until a process says something; fails when it ends before.
pub fn wait_for_line(out: impl std::io::Read, line: &str) {
    use std::io::BufRead;
    let said = std::io::BufReader::new(out).lines().map_while(Result::ok).any(|said| said.contains(line));
    assert!(said, "it never said {line}");
}

/// The folder of a disk that is soon full.
const SMALL_DISK: &str = "TIKKA_TEST_SMALL_DISK";

/// Runs the test of this name once more in a process that has a disk of two megabytes to itself, and gives none; there it
/// gives the folder of that disk.
pub fn on_a_small_disk(test: &str) -> Option<PathBuf> {
    if let Some(disk) = std::env::var_os(SMALL_DISK) {
        return Some(disk.into());
    }
    let disk = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size=2m tmpfs '{}' && exec \"$1\" --exact {test}", disk.path().display());
    let unshare: &[&str] = if is_root() { &["--mount"] } else { &["--mount", "--map-root-user"] };
    let done = Process::new("unshare")
        .args(unshare)
        .args(["sh", "-c", &mount, "sh"])
        .arg(std::env::current_exe().unwrap())
        .env(SMALL_DISK, disk.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&done.stderr));
    None
}

pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}
