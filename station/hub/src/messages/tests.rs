//! Thirty days of reminders through a gateway that misbehaves in every way: none twice, none missing.
#![allow(clippy::unwrap_used)]

mod answers;
mod by_modem;
mod faults;
mod two_ways;
mod ways;

use super::*;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use clinic::date::{india, to_day};
use clinic::record::command::{ChildForm, Command};
use clinic::record::fact::{Body, Filled, NotSent, ReferenceKey, Says, SmsGateway, Template};
use clinic::reminder::{Language, Stage};
use clinic::store::{Founding, KdfCost, NewPerson, OutboxLine, OutboxShow, RecoveryKey, found};
use clinic::{Env, Session};
use hub_protocol::ChildId;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use zeroize::Zeroizing;

/// 2026-11-20, noon in India.
const NOON_MS: u64 = 1_795_156_200_000;
const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
const DAYS: u64 = 30;
/// Births, one a day: each is told on the day, and seven days later.
const BIRTH_DAYS: u64 = 20;

/// What a gateway does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Takes,
    IsBusy,
    SaysErrorInside,
    Redirects,
    LetsNobodyIn,
    Refuses,
    // From here on it has taken the message.
    TakesAndBreaks,
    TakesAndClosesTheLine,
    TakesAndSaysHalf,
    TakesAndTalksNonsense,
    /// Keeps the line open.
    TakesAndSaysNothing,
}

const ALL: [Does; 11] = [
    Does::Takes,
    Does::IsBusy,
    Does::SaysErrorInside,
    Does::Redirects,
    Does::LetsNobodyIn,
    Does::TakesAndBreaks,
    Does::TakesAndClosesTheLine,
    Does::TakesAndSaysHalf,
    Does::TakesAndTalksNonsense,
    Does::TakesAndSaysNothing,
    // What is refused is given up: the last one, for who wants all to arrive.
    Does::Refuses,
];

impl Does {
    fn takes(self) -> bool {
        use Does::{IsBusy, LetsNobodyIn, Redirects, Refuses, SaysErrorInside};
        !matches!(self, IsBusy | SaysErrorInside | Redirects | LetsNobodyIn | Refuses)
    }

    fn says(self) -> &'static str {
        match self {
            Self::Takes => "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"status\":\"ok\",\"id\":\"7\"}",
            Self::IsBusy => "HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n",
            Self::SaysErrorInside => "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"status\":\"error\"}",
            Self::TakesAndBreaks => "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n",
            Self::Redirects => "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            Self::LetsNobodyIn => "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
            Self::Refuses => "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n",
            Self::TakesAndTalksNonsense => "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n<html>OK",
            Self::TakesAndClosesTheLine | Self::TakesAndSaysNothing => "",
            Self::TakesAndSaysHalf => "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"sta",
        }
    }
}

/// How often families got the message of each reference.
type Taken = Arc<Mutex<BTreeMap<String, u32>>>;

/// SplitMix64 (Steele, Lea, Flood 2014).
fn mixed(n: u64) -> u64 {
    let z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// `once`: it sends one reference once, however often it is given.
async fn gateway(seed: u64, once: bool) -> (String, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let taken = Taken::default();
    let counted = taken.clone();
    tokio::spawn(async move {
        for n in 0.. {
            let Ok((mut line, _)) = listener.accept().await else { return };
            let does = some(seed + n, if once { &ALL[..ALL.len() - 1] } else { &ALL });
            let body = request_body(&mut line).await;
            assert!(body["text"].as_str().unwrap().starts_with("Come on "), "{body}");
            let reference = body["ref"].as_str().unwrap().to_owned();
            if does.takes() {
                let mut counted = counted.lock().unwrap();
                let count = counted.entry(reference).or_default();
                *count = if once { 1 } else { *count + 1 };
            }
            let _ = line.write_all(does.says().as_bytes()).await;
            if does == Does::TakesAndSaysNothing {
                tokio::spawn(open_until_left(line));
            }
        }
    });
    (url, taken)
}

/// It works every other time.
fn some(n: u64, all: &[Does]) -> Does {
    let which = usize::try_from(mixed(n) % (2 * all.len() as u64)).unwrap();
    all.get(which).copied().unwrap_or(Does::Takes)
}

async fn open_until_left(mut line: TcpStream) {
    let _ = line.read(&mut [0]).await;
}

async fn request_body(line: &mut TcpStream) -> serde_json::Value {
    let mut read = Vec::new();
    loop {
        let mut some = [0; 2_048];
        let count = line.read(&mut some).await.unwrap();
        assert!(count > 0, "a request that is not whole");
        read.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap().parse::<usize>().unwrap();
        if body.len() == length {
            return serde_json::from_str(body).unwrap();
        }
    }
}

struct Station {
    dir: tempfile::TempDir,
    clinic: Clinic,
    admin: Session,
    now: Arc<AtomicU64>,
    sender: Sender,
}

fn env(now: &Arc<AtomicU64>) -> Env {
    let clock = now.clone();
    let mut env = Env::with_clock(move || clock.load(Ordering::Relaxed));
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

fn password(login: &str) -> String {
    format!("horse staple {}", login.len())
}

/// An answer that comes so late is as good as none: to the rules it is the same.
const PATIENCE: Duration = Duration::from_millis(500);

fn sender(clinic: &Clinic) -> Sender {
    let mut client = Client::new().unwrap();
    client.answer_within = PATIENCE;
    Sender {
        clinic: clinic.clone(),
        client,
        tried: TriedPin::default(),
        reports: Reports::default(),
        troubles: watch::channel(Vec::new()).0,
        between: Duration::ZERO,
        stopping: false,
    }
}

impl Station {
    fn new(settings: ReminderSettings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicU64::new(NOON_MS));
        let env = env(&now);
        let person = |login: &str| NewPerson {
            login: login.into(),
            name: format!("The {login}"),
            password: Zeroizing::new(password(login)),
        };
        let founding = Founding {
            clinic: "PHC Rampur".into(),
            schedule: "uip".into(),
            je_endemic: false,
            super_admin: person("root1"),
            admin: person("admin"),
            worker: person("asha"),
            recovery: RecoveryKey::generate(&env).unwrap(),
            demo: false,
        };
        let clinic = found(&dir.path().join("clinic"), &founding, env).unwrap();
        let admin = clinic.login("admin", &password("admin")).unwrap();
        clinic.submit(&admin, Command::ChangeReminders { settings, key: ReferenceKey([3; 32]) }).unwrap();
        let sender = sender(&clinic);
        Self { dir, clinic, admin, now, sender }
    }

    fn today(&self) -> NaiveDate {
        india(self.clinic.env().now_ms())
    }

    /// Gives who was born.
    fn born_today(&self, n: u64) -> ChildId {
        let form = ChildForm {
            name: format!("Child {n}"),
            dob: to_day(self.today()),
            mother: format!("Mother {n}"),
            phone: format!("98765432{n:02}"),
            village: "Rampur".into(),
            consent_reminders: true,
            ..ChildForm::default()
        };
        let child = self.clinic.env().new_child_id().unwrap();
        let alike = self.clinic.probable_duplicates(&self.admin, &form).unwrap();
        let distinct_from = alike.into_iter().map(|line| line.child.id).collect();
        self.clinic.submit(&self.admin, Command::RegisterChild { child, form, worker: None, distinct_from }).unwrap();
        child
    }

    async fn thirty_days(&mut self) {
        let (_stop, mut stopped) = oneshot::channel();
        for day in 0..DAYS {
            let midnight = NOON_MS - DAY_MS / 2 + day * DAY_MS;
            self.now.store(midnight + 8 * 60 * MINUTE_MS, Ordering::Relaxed);
            if is_birthday(self.today()) && day < BIRTH_DAYS {
                let _ = self.born_today(day);
            }
            // All day long, every fifteen minutes.
            for quarter in 32..84 {
                self.now.store(midnight + quarter * 15 * MINUTE_MS, Ordering::Relaxed);
                let _ = self.sender.work(&mut stopped, false).await.unwrap();
            }
        }
    }

    fn outbox(&self) -> Vec<OutboxLine> {
        let page = self.clinic.outbox(&self.admin, OutboxShow::All, 0).unwrap();
        assert_eq!(usize::try_from(page.count).unwrap(), page.lines.len());
        page.lines
    }
}

fn settings(url: String, once: bool) -> ReminderSettings {
    let filled = |name: &str, value: &str| Filled { name: name.into(), value: value.into() };
    let template = |stage| Template {
        stage,
        language: Language::English,
        id: "1107".into(),
        text: "Come on {date}. PHC Rampur".into(),
    };
    let sms = SmsGateway {
        url,
        body: Body::Json,
        fields: vec![
            filled("to", "91{to}"),
            filled("text", "{text}"),
            filled("ref", "{reference}"),
            filled("dlt", "{sender} {entity} {template}"),
        ],
        headers: Vec::new(),
        taken: Some(Says { pointer: "/status".into(), value: "ok".into() }),
        id_pointer: "/id".into(),
        once_by_reference: once,
        sender: "PHCRAM".into(),
        entity: "1101".into(),
        templates: Stage::ALL.into_iter().map(template).collect(),
        part_paise: 18,
        status: None,
        answers: None,
        not_taken: Some(Says { pointer: "/status".into(), value: "error".into() }),
        taken_status: None,
    };
    ReminderSettings { on: true, sms: Some(Box::new(sms)), ..ReminderSettings::default() }
}

/// On a Sunday the clinic is closed, and the day to come is another one.
fn is_birthday(day: NaiveDate) -> bool {
    day.weekday() != Weekday::Sun
}

/// What families should have been told: the day of birth, and that it was missed a week later.
fn expected(first: NaiveDate) -> Vec<(NaiveDate, Stage)> {
    let mut all = Vec::new();
    for born in (0..BIRTH_DAYS).map(|n| first + Days::new(n)).filter(|day| is_birthday(*day)) {
        all.push((born, Stage::Today));
        all.push((born + Days::new(7), Stage::Late));
    }
    all.sort_unstable();
    all
}

#[test]
fn numbers_as_networks_write_them() {
    for from in ["9876543210", "09876543210", "+91 98765-43210", "919876543210"] {
        assert_eq!(ten_digits(from).as_deref(), Some("9876543210"), "{from}");
    }
    for from in ["", "VM-BANKXY", "56161", "449876543210"] {
        assert_eq!(ten_digits(from), None, "{from}");
    }
}

async fn thirty(seed: u64, once: bool) -> (Vec<OutboxLine>, BTreeMap<String, u32>) {
    eprintln!("seed {seed}, once by reference: {once}");
    let (url, taken) = gateway(seed, once).await;
    let mut station = Station::new(settings(url, once));
    let first = station.today();
    station.thirty_days().await;
    let lines = station.outbox();
    let mut made: Vec<_> = lines.iter().map(|line| (line.run_on, line.stage)).collect();
    made.sort_unstable();
    assert_eq!(made, expected(first), "each family is told what it should be, once");
    assert_eq!(station.clinic.verify(&station.admin).unwrap().problems, []);
    let taken = taken.lock().unwrap().clone();
    (lines, taken)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_takes_any_reference_each_time_gets_none_twice() {
    let (lines, taken) = thirty(1, false).await;
    assert!(taken.values().all(|count| *count == 1), "a family has a message twice: {taken:?}");
    let (mut sent, mut unknown) = (0, 0);
    for line in &lines {
        let got = taken.contains_key(&hex(line.reference));
        match line.state {
            MessageState::Sent => {
                assert!(got, "it was told as sent, and was not: {line:?}");
                sent += 1;
            }
            MessageState::Unknown => unknown += 1,
            MessageState::Failed => assert!(!got, "it was told as failed, and was sent: {line:?}"),
            other => panic!("{other:?} at the end: {line:?}"),
        }
    }
    // Else the faults, or the days without them, show nothing.
    assert!(sent > 5 && unknown > 5, "{sent} sent, {unknown} unknown of {}", lines.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_takes_a_reference_once_gets_all() {
    let (lines, taken) = thirty(2, true).await;
    for line in &lines {
        assert_eq!(line.state, MessageState::Sent, "{line:?}");
        assert!(taken.contains_key(&hex(line.reference)), "{line:?}");
        assert_eq!((line.why, line.paise), (None::<NotSent>, Some(18)));
    }
}
