//! A district with two stations, which carry what they wrote there and back by hand.

use clinic::ledger::{Actor, Chain, Event, Hlc};
use clinic::record::Fact;
use clinic::record::command::Command;
use clinic::record::fact::Sex;
use clinic::record::role::Role;
use clinic::record::rule::Operator;
use clinic::record::secret::KdfCost;
use clinic::replica::Logs;
use clinic::store::{Founding, NewPerson, RecoveryKey, found};
use clinic::{Clinic, Env, Session};
use district::archive::{Archive, SqliteArchive, Station, StationNo, Written};
use district::enrolment::{Asking, admit, make_link};
use district::identity::{make_takeover_link, take_over};
use district::office::{Desk, SignedIn};
use district::station_logs::StationLogs;
use district::wall_ms;
use hub_protocol::replica::{Enrol, Head, TakeOver, VERSION, enrol_proof, takeover_words};
use hub_protocol::{CardNo, ChildId, Identity, OriginId, PublicKey, UserId};
use std::sync::Arc;
use tempfile::TempDir;

pub const CHEAP: KdfCost = KdfCost { memory_kib: 64, passes: 1 };
pub const PASSWORD: &str = "tall neem tree 42";

fn env() -> Env {
    let mut env = Env::system();
    env.kdf = CHEAP;
    env
}

/// A station that carries its log to the district and the district's back by hand.
pub struct Phc {
    pub clinic: Clinic,
    pub admin: Session,
    pub asha: Session,
    pub station: Station,
    pub child: ChildId,
    pub card: CardNo,
    pub recovery: RecoveryKey,
}

pub struct World {
    pub dir: TempDir,
    pub archive: Arc<SqliteArchive>,
    pub one: Phc,
    pub two: Phc,
}

/// A new station of the district, enrolled.
pub fn phc(archive: &SqliteArchive, dir: &TempDir, name: &str, seed: u8) -> Phc {
    let person = |login: &str| NewPerson {
        login: login.into(),
        name: format!("The {login}"),
        password: format!("horse staple {}", login.len()).into(),
    };
    let founding = Founding {
        clinic: name.into(),
        schedule: "uip".into(),
        je_endemic: false,
        super_admin: person("root1"),
        admin: person("admin"),
        worker: person("asha"),
        recovery: RecoveryKey::generate(&env()).unwrap(),
        demo: false,
    };
    let clinic = found(&dir.path().join(name), &founding, env()).unwrap();
    let login = |name: &str| clinic.login(name, &format!("horse staple {}", name.len())).unwrap();
    let (admin, asha) = (login("admin"), login("asha"));
    let link = make_link(archive, name, "district.example:4433", [seed; 15], wall_ms()).unwrap();
    let proof = enrol_proof(&link.secret, &[seed; 32]);
    let request = Enrol { version_min: VERSION, version_max: VERSION, proof, recovery: founding.recovery.public_key() };
    let key = clinic.identity().public_key();
    let asking = Asking { key, exporter: [seed; 32], new_origin: OriginId([seed; 16]), now_ms: wall_ms() };
    admit(archive, &request, &asking).unwrap();
    let station = archive.station_by_key(&key).unwrap().unwrap();

    let child = ChildId(u64::from(seed) * 100);
    let form = clinic::record::ChildForm {
        name: format!("Child of {name}"),
        dob: clinic::date::to_day(clinic::date::india(wall_ms())),
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        village: name.into(),
        ..Default::default()
    };
    let submit = |by: &Session, command| clinic.submit(by, command).unwrap();
    submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from: vec![] });
    let card = CardNo(u64::from(seed) * 7);
    submit(&admin, Command::RegisterCard { card, uid: vec![4, seed, 1], written: true });
    let toy = Identity::from_seed([seed; 32]);
    submit(&admin, Command::RegisterToy { key: toy.public_key(), model: "m".into(), label: format!("T{seed}") });
    Phc { clinic, admin, asha, station, child, card, recovery: founding.recovery }
}

fn copy(from: &impl Logs, writer: &PublicKey, mut put: impl FnMut(Vec<Event>, Head), held: &[Head]) {
    for head in from.heads().unwrap() {
        if from.writer(head.origin).unwrap() != Some(*writer) {
            continue;
        }
        let at = held.iter().find(|held| held.origin == head.origin).copied();
        let at = at.unwrap_or(Chain::empty(head.origin).head());
        let mut chain = Chain::at(at);
        let entries = from.entries(head.origin, at.seq, u32::MAX, usize::MAX).unwrap();
        let events: Vec<Event> = entries.into_iter().map(|entry| chain.append(entry)).collect();
        if !events.is_empty() {
            put(events, chain.head());
        }
    }
}

impl World {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let archive = SqliteArchive::open(dir.path(), [42; 32], &Identity::from_seed([9; 32])).unwrap();
        archive.set_name("District Rampur").unwrap();
        let (one, two) = (phc(&archive, &dir, "PHC Belwa", 1), phc(&archive, &dir, "PHC Kheri", 2));
        let world = Self { dir, archive: Arc::new(archive), one, two };
        world.contact();
        world
    }

    /// Both stations carry everything there and back.
    pub fn contact(&self) {
        self.contact_of(&self.one);
        self.contact_of(&self.two);
    }

    pub fn contact_of(&self, phc: &Phc) {
        let district = self.archive.identity().unwrap();
        let logs = self.logs(phc);
        let me = phc.clinic.identity().clone();
        let down = |events: Vec<Event>, head: Head| {
            phc.clinic.store(&district.public_key(), &events, head.sign(&district)).unwrap();
        };
        copy(&logs, &district.public_key(), down, &phc.clinic.heads().unwrap());
        let up = |events: Vec<Event>, head: Head| {
            logs.store(&me.public_key(), &events, head.sign(&me)).unwrap();
        };
        copy(&phc.clinic, &me.public_key(), up, &logs.heads().unwrap());
    }

    pub fn logs(&self, phc: &Phc) -> StationLogs<SqliteArchive> {
        StationLogs::new(self.archive.clone(), &phc.station)
    }

    /// As after the district was put back from an old copy: what it wrote for its stations is closed, and it goes on in
    /// new logs.
    pub fn put_back(&self) {
        for phc in [&self.one, &self.two] {
            let Head { origin, seq, .. } = self.archive.own_log(phc.station.no).unwrap().unwrap();
            self.logs(phc).reopen(origin, seq).unwrap();
            assert_ne!(self.archive.own_log(phc.station.no).unwrap().unwrap().origin, origin);
        }
    }

    /// The district writes this into its log for a station.
    pub fn tell(&self, phc: &Phc, fact: &Fact) {
        let mut chain = Chain::at(self.archive.own_log(phc.station.no).unwrap().unwrap());
        let events = vec![chain.append(fact.to_entry(Hlc(wall_ms() << 16), Actor::NODE))];
        let head = chain.head().sign(&self.archive.identity().unwrap());
        self.archive.write(&[Written { station: phc.station.no, events, head }]).unwrap();
    }

    /// Another computer takes the place of this station's. Gives its key.
    pub fn take_over(&self, phc: &Phc, seed: u8) -> PublicKey {
        let (archive, key, exporter) =
            (self.archive.as_ref(), Identity::from_seed([seed; 32]).public_key(), [seed; 32]);
        let name = &phc.station.name;
        let link = make_takeover_link(archive, &phc.station, name, "district.example:4433", [seed; 15], wall_ms());
        let proof = enrol_proof(&link.unwrap().secret, &exporter);
        let signature = phc.recovery.sign_takeover(&takeover_words(&exporter, &key));
        let asked = TakeOver { version_min: VERSION, version_max: VERSION, proof, signature };
        let asking = Asking { key, exporter, new_origin: OriginId([seed; 16]), now_ms: wall_ms() };
        take_over(archive, &asked, &asking).unwrap();
        key
    }

    /// What the district told a station, log by log.
    pub fn told(&self, phc: &Phc) -> Vec<Fact> {
        let (logs, district) = (self.logs(phc), self.archive.identity().unwrap().public_key());
        let heads = logs.heads().unwrap().into_iter();
        let own = heads.filter(|head| logs.writer(head.origin).unwrap() == Some(district));
        let entries = own.flat_map(|head| logs.entries(head.origin, 0, u32::MAX, usize::MAX).unwrap());
        entries.map(|entry| Fact::of(&entry).unwrap()).collect()
    }

    pub fn desk(&self, role: Role) -> Desk<SqliteArchive> {
        let by = SignedIn { operator: Operator { user: UserId(77), role }, name: "Rao".into(), login: "rao".into() };
        Desk::new(self.archive.clone(), self.dir.path(), by, CHEAP).unwrap()
    }

    /// Everything that the district wrote.
    pub fn written(&self) -> (Option<Head>, Vec<(StationNo, Head)>) {
        (self.archive.own_log(StationNo::OFFICE).unwrap(), self.archive.own_logs().unwrap())
    }

    pub fn verify(&self) {
        for phc in [&self.one, &self.two] {
            assert_eq!(phc.clinic.verify(&phc.admin).unwrap().problems, []);
        }
    }
}
