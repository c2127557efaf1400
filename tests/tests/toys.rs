//! Toys as real processes, found by real mDNS, over real QUIC. The records behind the hub are a map in
//! memory: what is tested is the hub's and the toy's side of the wire.

#![allow(clippy::unwrap_used)]

#[path = "toys/avahi.rs"]
mod avahi;
#[path = "toys/clinic.rs"]
mod clinic;
#[path = "toys/desk.rs"]
mod desk;
#[path = "toys/process.rs"]
mod process;

use ::clinic::Clinic;
use ::clinic::device::{AlertKind, Happened};
use ::clinic::record::command::{Command, ToySettings};
use ::clinic::record::fact::{CardStop, ToyStop};
use ::clinic::reminder::Language;
use avahi::Avahi;
use clinic::RealClinic;
use desk::{CHILD, Desk};
use hub::toys::{Fault, Mode, Presence, ToyError, ToyHub, ToySeen};
use hub_protocol::toy::{Order, OrderKind, PAIR_TRIES, Refusal, SETUP_SECRET_BYTES, ToyState};
use hub_protocol::{CardNo, ChildId, Identity, PublicKey};
use process::Toy;
use serde_json::json;
use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// Far longer than anything here takes, and shorter than mDNS needs to forget a toy that is gone: 120 s.
const PATIENCE: Duration = Duration::from_secs(100);

/// As far as a busy machine lets a clock be measured.
const CLOCK_MS: i64 = 60_000;

struct Hub {
    hub: ToyHub,
    desk: Arc<Desk>,
    changed: watch::Sender<u64>,
}

impl Hub {
    fn start(mode: Mode) -> Self {
        let mut seed = [0; 32];
        std::fs::File::open("/dev/urandom").unwrap().read_exact(&mut seed).unwrap();
        let changed = watch::Sender::new(0);
        let desk = Arc::new(Desk::default());
        // Nobody keeps what is seen of the toys here.
        let (news, _) = mpsc::channel(1);
        let hub = ToyHub::start(Identity::from_seed(seed), desk.clone(), changed.subscribe(), mode, news).unwrap();
        Self { hub, desk, changed }
    }

    /// Waits until the toy is seen as wanted.
    async fn sees(&self, toy: &Toy, what: &str, wanted: impl Fn(&ToySeen) -> bool) -> ToySeen {
        let mut seen = self.hub.watch();
        let found = |all: &Vec<ToySeen>| all.iter().any(|t| t.short == toy.short && wanted(t));
        match timeout(PATIENCE, seen.wait_for(found)).await {
            Ok(all) => all.unwrap().iter().find(|t| t.short == toy.short).unwrap().clone(),
            Err(_) => panic!("never seen: {what}; now: {:?}", self.now(toy)),
        }
    }

    async fn is(&self, toy: &Toy, state: Presence) -> ToySeen {
        self.sees(toy, &format!("{state:?}"), |t| t.state == state).await
    }

    fn now(&self, toy: &Toy) -> Option<ToySeen> {
        self.hub.watch().borrow().iter().find(|t| t.short == toy.short).cloned()
    }

    async fn register(&self, toy: &Toy) -> Result<PublicKey, ToyError> {
        self.hub.register(&toy.short, toy.id, toy.secret, "PHC Test").await
    }

    /// All that an Admin does to make a toy the clinic's.
    async fn adopt(&self, toy: &mut Toy) {
        self.sees(toy, "announced", |_| true).await;
        toy.tell(&json!({"do": "pair"}));
        toy.event("pair");
        let key = self.register(toy).await.unwrap();
        toy.tell(&json!({"do": "unpair"}));
        self.desk.add(&toy.short, key);
        self.hub.refresh();
        self.is(toy, Presence::Online).await;
        toy.event("roster");
    }

    fn tick(&self) {
        self.changed.send_modify(|n| *n += 1);
    }
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

fn dose() -> serde_json::Value {
    json!({"do": "dose", "child": CHILD.to_string(), "product": "PENTA", "on": "2024-11-20", "batch": "B1"})
}

#[tokio::test(flavor = "multi_thread")]
async fn toys_are_found_registered_by_their_label_and_carry_their_roster() {
    let hub = Hub::start(Mode::Clinic);
    let (bear, mut duck) = (Toy::start("bear"), Toy::start("duck"));
    for toy in [&bear, &duck] {
        let seen = hub.is(toy, Presence::New).await;
        assert_eq!(seen.model, toy.model);
        assert_eq!(seen.telemetry, None);
    }

    // The code that the wire proves is the one on the label, and no other toy's.
    let found = hub.hub.look(&bear.short).await.unwrap();
    assert_eq!(found.id.matches_code(&bear.code), Ok(true));
    assert_eq!(found.id.matches_code(&duck.code), Ok(false));
    assert_eq!(found.state, ToyState::New);
    assert_eq!(hub.now(&bear).unwrap().state, Presence::New);
    let refused = |answer: Result<PublicKey, ToyError>, wanted: Refusal| match answer {
        Err(ToyError::Refused(refusal)) => assert_eq!(refusal, wanted),
        other => panic!("{wanted:?} expected: {other:?}"),
    };
    refused(hub.register(&bear).await, Refusal::NotPairing);
    let other_toy = hub.hub.register(&bear.short, duck.id, bear.secret, "PHC Test").await;
    assert!(matches!(other_toy, Err(ToyError::WrongKey)), "{other_toy:?}");

    // Five wrong secrets a press; then the right one does not help until the button is pressed again.
    bear.tell(&json!({"do": "pair"}));
    bear.event("pair");
    assert_eq!(hub.hub.look(&bear.short).await.unwrap().state, ToyState::Pairing);
    hub.is(&bear, Presence::Pairing).await;
    for _ in 0..PAIR_TRIES {
        let wrong = hub.hub.register(&bear.short, bear.id, [0; SETUP_SECRET_BYTES], "PHC Test").await;
        refused(wrong, Refusal::WrongSecret);
    }
    refused(hub.register(&bear).await, Refusal::TooManyTries);
    for press in ["unpair", "pair"] {
        bear.tell(&json!({"do": press}));
        bear.event("pair");
    }
    let key = hub.register(&bear).await.unwrap();
    assert_eq!(key.device_id(), bear.id);
    assert_eq!(bear.event("registered")["clinic"], "PHC Test");
    // The hub crashed before it wrote that down: it may ask again, button or not.
    bear.tell(&json!({"do": "unpair"}));
    assert_eq!(hub.register(&bear).await.unwrap(), key);

    hub.desk.add(&bear.short, key);
    hub.hub.refresh();
    hub.is(&bear, Presence::Online).await;
    let roster = bear.event("roster");
    assert_eq!((&roster["children"], &roster["worker"]), (&json!(1), &json!(true)));
    bear.tell(&json!({"do": "children"}));
    assert_eq!(bear.event("children")["children"][0]["child"], CHILD.to_string());
    hub.adopt(&mut duck).await;

    // What the sensors see comes up, and the clock is measured.
    bear.tell(&json!({"do": "battery", "percent": 20}));
    hub.sees(&bear, "20 %", |t| t.telemetry.is_some_and(|v| v.battery_percent == 20)).await;
    assert!(hub.now(&bear).unwrap().clock_offset_ms.unwrap().abs() < CLOCK_MS);
    bear.tell(&json!({"do": "clock", "offset_ms": -3_600_000}));
    hub.sees(&bear, "its wrong clock", |t| t.clock_offset_ms.is_some_and(|o| (o + 3_600_000).abs() < CLOCK_MS)).await;

    // Nobody's toy forgets the children, and records no more.
    hub.desk.set_worker(&bear.short, None);
    hub.tick();
    let roster = bear.event("roster");
    assert_eq!((&roster["children"], &roster["worker"]), (&json!(0), &json!(false)));
    bear.tell(&dose());
    assert_eq!(bear.event("refused")["code"], "nobody");

    // A second hub hears that the toy is another's.
    let second = Hub::start(Mode::Clinic);
    second.is(&duck, Presence::New).await;
    assert_eq!(second.hub.look(&duck.short).await.unwrap().state, ToyState::Anothers);
    refused(second.register(&duck).await, Refusal::Anothers);
    second.is(&duck, Presence::Anothers).await;
    assert_eq!(hub.now(&duck).unwrap().state, Presence::Online);
    // Who has the toy in the hand, and its label, gives it away.
    duck.tell(&json!({"do": "pair"}));
    duck.event("pair");
    let key = second.register(&duck).await.unwrap();
    second.desk.add(&duck.short, key);
    second.hub.refresh();
    second.is(&duck, Presence::Online).await;
    let is_lost = |t: &ToySeen| matches!(t.state, Presence::Anothers | Presence::Failing(Fault::Forgotten));
    hub.sees(&duck, "that it is another's", is_lost).await;

    second.hub.shutdown().await;
    hub.hub.shutdown().await;
    assert!(matches!(hub.hub.look(&duck.short).await, Err(ToyError::Stopped)));
}

#[tokio::test(flavor = "multi_thread")]
async fn toys_hand_over_each_offline_dose_exactly_once() {
    let hub = Hub::start(Mode::Clinic);
    let mut toy = Toy::start("bear");
    hub.adopt(&mut toy).await;

    // Recorded without radio, killed before anything could be sent, started again.
    toy.tell(&json!({"do": "offline"}));
    toy.event("radio");
    hub.sees(&toy, "offline", |t| matches!(t.state, Presence::Offline { .. })).await;
    toy.tell(&dose());
    assert_eq!(toy.event("recorded")["seq"], 1);
    toy.kill();
    toy.start_again();
    assert_eq!(toy.event("acked")["committed"], 1);
    hub.is(&toy, Presence::Online).await;
    assert_eq!(hub.desk.doses(toy.id).len(), 1);

    // The connection is cut after the commit, before the toy hears of it.
    let cut = toy.clone_controls();
    hub.desk.after_next_commit(move || {
        cut.tell(&json!({"do": "offline"}));
        cut.event("radio");
    });
    toy.tell(&dose());
    hub.desk.wait_for_commits(toy.id, 2);
    hub.sees(&toy, "offline", |t| matches!(t.state, Presence::Offline { .. })).await;
    toy.tell(&json!({"do": "status"}));
    let status = toy.event("status");
    assert_eq!((&status["last_seq"], &status["held"]), (&json!(2), &json!(2)));
    toy.tell(&json!({"do": "online"}));
    assert_eq!(toy.event("acked")["committed"], 2);

    // Killed after the commit, before the toy hears of it.
    let killed = toy.clone_controls();
    hub.desk.after_next_commit(move || killed.kill());
    toy.tell(&dose());
    hub.desk.wait_for_commits(toy.id, 3);
    toy.start_again();
    assert_eq!(toy.event("acked")["committed"], 3);

    // Sent more than once each, there once each, and kept by the toy until the district has them.
    let doses = hub.desk.doses(toy.id);
    assert_eq!(doses.iter().map(|d| d.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(hub.desk.deliveries(toy.id) > 3);
    toy.tell(&json!({"do": "status"}));
    assert_eq!(toy.event("status")["held"], 3);
    hub.desk.set_durable(toy.id, 2);
    hub.tick();
    assert_eq!(toy.wait_for("acked", |e| e["durable"] == 2)["held"], 1);
    hub.desk.set_durable(toy.id, 3);
    hub.tick();
    assert_eq!(toy.wait_for("acked", |e| e["durable"] == 3)["held"], 0);
    // Forgotten at the toy, and never sent again.
    toy.kill();
    let deliveries = hub.desk.deliveries(toy.id);
    toy.start_again();
    toy.event("connected");
    toy.tell(&dose());
    assert_eq!(toy.event("recorded")["seq"], 4);
    toy.wait_for("acked", |e| e["committed"] == 4);
    assert_eq!(hub.desk.deliveries(toy.id), deliveries + 1);
    hub.hub.shutdown().await;
}

/// Lost with a dose on it, ordered to wipe itself while it is away, and killed on the way.
#[tokio::test(flavor = "multi_thread")]
async fn toys_that_were_lost_are_locked_and_wiped_at_their_next_contact() {
    let hub = Hub::start(Mode::Clinic);
    let mut toy = Toy::start("bear");
    hub.adopt(&mut toy).await;
    let lock = Order { no: 1, what: OrderKind::Lock };
    hub.desk.set_order(toy.id, lock);
    hub.tick();
    hub.desk.wait_for_obeyed(lock);
    toy.tell(&json!({"do": "children"}));
    assert_eq!(toy.event("refused")["code"], "locked");
    let unlock = Order { no: 2, what: OrderKind::Unlock };
    hub.desk.set_order(toy.id, unlock);
    hub.tick();
    hub.desk.wait_for_obeyed(unlock);

    toy.tell(&json!({"do": "offline"}));
    toy.event("radio");
    toy.tell(&dose());
    assert_eq!(toy.event("recorded")["seq"], 1);
    let full = std::fs::metadata(toy.dir().join("journal")).unwrap().len();
    let wipe = Order { no: 3, what: OrderKind::Wipe };
    hub.desk.set_order(toy.id, wipe);
    hub.desk.set_worker(&toy.short, None);
    // The power goes when the dose is committed and the toy has not heard of it.
    let killed = toy.clone_controls();
    hub.desk.after_next_commit(move || killed.kill());
    toy.tell(&json!({"do": "online"}));
    hub.desk.wait_for_commits(toy.id, 1);
    toy.start_again();
    hub.desk.wait_for_obeyed(wipe);
    toy.event("wiped");
    toy.tell(&dose());
    assert_eq!(toy.event("refused")["code"], "locked");
    assert_eq!(hub.desk.doses(toy.id).len(), 1, "what was recorded is handed over first");
    for _ in 0..2 {
        toy.tell(&json!({"do": "status"}));
        let status = toy.event("status");
        assert_eq!((&status["held"], &status["children"]), (&json!(0), &json!(0)));
        assert_eq!((&status["locked"], &status["clinic"]), (&json!(true), &json!("PHC Test")));
        assert!(std::fs::metadata(toy.dir().join("journal")).unwrap().len() < full);
        toy.kill();
        toy.start_again();
    }
    hub.hub.shutdown().await;
}

/// The whole way, with real records behind the hub.
#[tokio::test(flavor = "multi_thread")]
async fn toys_of_a_clinic_are_watched_and_obey_its_admin() {
    let phc = RealClinic::start().await;
    let (mut toy, stranger) = (Toy::start("bear"), Toy::start("duck"));
    let mut seen = phc.hub.toys();
    let announced = |all: &Vec<ToySeen>| all.iter().any(|t| t.short == toy.short);
    timeout(PATIENCE, seen.wait_for(announced)).await.expect("the toy is not seen").unwrap();
    toy.tell(&json!({"do": "pair"}));
    toy.event("pair");
    phc.hub.register_toy(&phc.admin, &toy.short, toy.id, toy.secret, "Toy 1").await.unwrap();
    let assign = Command::AssignToy { toy: toy.id, worker: Some(phc.worker.user) };
    phc.clinic.submit(&phc.admin, assign).unwrap();
    toy.wait_for("roster", |roster| roster["worker"] == true);

    // What it says is kept, with where it is and what runs on it.
    toy.tell(&json!({"do": "battery", "percent": 12}));
    toy.tell(&json!({"do": "position", "latitude": 28.6, "longitude": 77.2, "accuracy_m": 9}));
    toy.tell(&json!({"do": "clock", "offset_ms": -3_600_000}));
    let kept = phc.comes("its last values", |clinic| {
        let now = clinic.toys_now(&phc.worker).unwrap().pop()?;
        now.place.filter(|s| s.battery_percent == 12).map(|place| (place, now.firmware))
    });
    let (place, firmware) = kept.await;
    assert_eq!(place.position.unwrap().latitude_e7, 286_000_000);
    assert!(firmware.starts_with("tikka-toy"));
    let open = |clinic: &Clinic, kind| {
        let alerts = clinic.toy_alerts(&phc.admin).unwrap();
        alerts.lines.into_iter().find(|line| line.kind == kind && line.closed_ms.is_none())
    };
    for kind in [AlertKind::LowBattery, AlertKind::WrongClock] {
        let line = phc.comes(kind.code(), |clinic| open(clinic, kind)).await;
        assert_eq!(line.toy.unwrap().0, toy.id);
        phc.clinic.acknowledge_alert(&phc.admin, line.no).unwrap();
    }
    toy.tell(&json!({"do": "clock", "offset_ms": 0}));
    toy.tell(&json!({"do": "battery", "percent": 12, "charging": true}));
    phc.comes("the end of both alerts", |clinic| {
        [AlertKind::LowBattery, AlertKind::WrongClock].iter().all(|kind| open(clinic, *kind).is_none()).then_some(())
    })
    .await;

    phc.order(toy.id, OrderKind::Lock);
    let locked = |clinic: &Clinic| clinic.toy(&phc.admin, toy.id).unwrap().order.unwrap().obeyed_ms;
    phc.comes("that it is locked", locked).await;
    toy.tell(&json!({"do": "children"}));
    assert_eq!(toy.event("refused")["code"], "locked");
    // Lost, and switched off: the wipe waits for it, and the hub, started again, still knows of it.
    toy.kill();
    let lost = Command::StopToy { toy: toy.id, why: ToyStop::Lost, note: String::new() };
    phc.clinic.submit(&phc.admin, lost).unwrap();
    phc.order(toy.id, OrderKind::Wipe);
    assert_eq!(phc.clinic.toy(&phc.admin, toy.id).unwrap().order.unwrap().obeyed_ms, None);
    toy.start_again();
    toy.wait_for("wiped", |_| true);
    phc.comes("that it is wiped", |clinic| clinic.toy(&phc.admin, toy.id).unwrap().order.unwrap().obeyed_ms).await;
    phc.comes("that the lost toy is here", |clinic| open(clinic, AlertKind::LostIsHere)).await;
    // Half a minute after it was first seen, the stranger is worth telling.
    let unknown = |clinic: &Clinic| {
        // Toys of other tests may be near too.
        let alerts = clinic.toy_alerts(&phc.admin).unwrap();
        alerts.lines.into_iter().find(|line| line.kind == AlertKind::Unknown && line.short == stranger.short)
    };
    let line = phc.comes("the unknown toy", unknown).await;
    assert_eq!((line.detail.as_str(), line.toy), ("duck", None));
    let course = phc.clinic.toy_course(&phc.admin, toy.id, 0, u64::MAX / 2).unwrap();
    let happened: Vec<&str> = course.happened.iter().map(|h| h.what.code()).collect();
    // It was away for so short a time that its new connection took over from the old one.
    assert!(["online", "firmware", "restarted"].iter().all(|what| happened.contains(what)), "{happened:?}");
    phc.hub.shutdown().await;
    assert_eq!(phc.clinic.verify(&phc.admin).unwrap().problems, []);
}

/// Its memory is new: it knows nobody. Registered again it is the same toy, and locked as it was.
#[tokio::test(flavor = "multi_thread")]
async fn toys_that_lost_their_store_are_registered_again_and_locked_as_before() {
    let phc = RealClinic::start().await;
    let mut toy = Toy::start("bear");
    let mut seen = phc.hub.toys();
    let announced = |all: &Vec<ToySeen>| all.iter().any(|t| t.short == toy.short);
    drop(timeout(PATIENCE, seen.wait_for(announced)).await.expect("the toy is not seen").unwrap());
    toy.tell(&json!({"do": "pair"}));
    toy.event("pair");
    phc.hub.register_toy(&phc.admin, &toy.short, toy.id, toy.secret, "Toy 1").await.unwrap();
    toy.event("connected");
    phc.order(toy.id, OrderKind::Lock);
    let locked = |clinic: &Clinic| clinic.toy(&phc.admin, toy.id).unwrap().order.unwrap().obeyed_ms;
    phc.comes("that it is locked", locked).await;

    toy.kill();
    std::fs::remove_file(toy.dir().join("journal")).unwrap();
    toy.start_again();
    let short = toy.short.clone();
    let forgotten = move |all: &Vec<ToySeen>| {
        all.iter().any(|t| t.short == short && t.state == Presence::Failing(Fault::Forgotten))
    };
    drop(timeout(PATIENCE, seen.wait_for(forgotten)).await.expect("it is not missed").unwrap());
    toy.tell(&json!({"do": "pair"}));
    toy.event("pair");
    phc.hub.register_toy(&phc.admin, &toy.short, toy.id, toy.secret, "Another name").await.unwrap();
    toy.wait_for("ordered", |ordered| ordered["what"] == "lock");
    toy.tell(&json!({"do": "children"}));
    assert_eq!(toy.event("refused")["code"], "locked");
    let toys = phc.clinic.toys(&phc.admin).unwrap();
    assert_eq!(toys.iter().map(|toy| toy.label.as_str()).collect::<Vec<_>>(), ["Toy 1"]);
    phc.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn toys_absent_are_missed_and_found_again() {
    let hub = Hub::start(Mode::Clinic);
    let (mut polite, mut gone) = (Toy::start("polite"), Toy::start("gone"));
    hub.adopt(&mut polite).await;
    hub.adopt(&mut gone).await;
    let offline = |t: &ToySeen| matches!(t.state, Presence::Offline { .. }) && t.addr.is_none();
    gone.kill();
    // One says goodbye; of the other neither the connection nor mDNS hears again.
    assert_eq!(polite.terminate(), Some(0));
    hub.sees(&polite, "gone after its goodbye", offline).await;
    polite.start_again();
    hub.is(&polite, Presence::Online).await;
    let missed = hub.sees(&gone, "gone without a word", offline).await;
    assert!(missed.telemetry.is_some(), "the last known values are kept");
    gone.start_again();
    hub.is(&gone, Presence::Online).await;
    hub.hub.shutdown().await;
}

/// The battery is taken out: nobody is told, and the announcement stays. The connection says so, by the hub's own clock:
/// half of them within ten seconds, and each with what a busy machine may need to run both sides.
#[tokio::test(flavor = "multi_thread")]
async fn toys_without_power_are_missed_within_ten_seconds() {
    const WITHIN_MS: u64 = 10_000;
    const BUSY_MS: u64 = 5_000;
    let hub = Hub::start(Mode::Clinic);
    let mut toys = [Toy::start("one"), Toy::start("two"), Toy::start("three")];
    for toy in &mut toys {
        hub.adopt(toy).await;
    }
    let cut_ms = toys.each_ref().map(|toy| {
        let cut_ms = now_ms();
        toy.tell(&json!({"do": "power", "on": false}));
        toy.wait_for("power", |power| power["on"] == false);
        cut_ms
    });
    let missed = |all: &Vec<ToySeen>| {
        let gone = |toy: &&Toy| all.iter().any(|t| t.short == toy.short && matches!(t.state, Presence::Offline { .. }));
        toys.iter().filter(gone).count() == toys.len()
    };
    let mut seen = hub.hub.watch();
    let in_time = timeout(PATIENCE, seen.wait_for(missed)).await.map(drop);
    assert!(in_time.is_ok(), "not missed: {:?}", toys.each_ref().map(|toy| hub.now(toy)));
    let mut missed_after_ms: Vec<u64> = toys
        .iter()
        .zip(cut_ms)
        .map(|(toy, cut_ms)| match hub.now(toy).unwrap().state {
            Presence::Offline { since_ms } => since_ms - cut_ms,
            other => panic!("not missed any more: {other:?}"),
        })
        .collect();
    missed_after_ms.sort_unstable();
    println!("missed after {missed_after_ms:?} ms");
    assert!(missed_after_ms[1] < WITHIN_MS && missed_after_ms[2] < WITHIN_MS + BUSY_MS, "{missed_after_ms:?}");
    hub.hub.shutdown().await;
}

/// It saves power when nobody needs it, says what is broken, and knows the cards that were stopped meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn toys_that_sleep_are_not_missed_and_each_knows_the_cards_that_were_stopped() {
    let phc = RealClinic::start().await;
    let toy = Toy::start("bear");
    let mut seen = phc.hub.toys();
    let announced = |all: &Vec<ToySeen>| all.iter().any(|t| t.short == toy.short);
    drop(timeout(PATIENCE, seen.wait_for(announced)).await.expect("the toy is not seen").unwrap());
    toy.tell(&json!({"do": "pair"}));
    toy.event("pair");
    phc.hub.register_toy(&phc.admin, &toy.short, toy.id, toy.secret, "Toy 1").await.unwrap();
    phc.clinic.submit(&phc.admin, Command::AssignToy { toy: toy.id, worker: Some(phc.worker.user) }).unwrap();
    toy.wait_for("roster", |roster| roster["worker"] == true && roster["blocked"] == 0);

    let [good, lost] = [CardNo(1), CardNo(2)].map(|card| {
        let uid = vec![4, 1, 2, card.0 as u8];
        phc.clinic.submit(&phc.worker, Command::RegisterCard { card, uid, written: true }).unwrap();
        card
    });
    phc.clinic.submit(&phc.worker, Command::StopCard { card: lost, why: CardStop::Lost }).unwrap();
    toy.wait_for("roster", |roster| roster["blocked"] == 1 && roster["left_out"] == 0);
    for (card, blocked) in [(good, false), (lost, true)] {
        toy.tell(&json!({"do": "card", "card": card.to_string()}));
        assert_eq!(toy.event("card")["blocked"], blocked);
    }
    toy.tell(&json!({"do": "card", "card": "rubbish"}));
    assert_eq!(toy.event("refused")["code"], "card-number");
    toy.tell(&json!({"do": "faults", "numbers": [0, 9]}));
    let broken = phc.comes("what is broken", |clinic| {
        let alerts = clinic.toy_alerts(&phc.admin).unwrap();
        alerts.lines.into_iter().find(|line| line.kind == AlertKind::Broken)
    });
    assert_eq!(broken.await.detail, "sensor 9");

    // Until tomorrow: it is asleep, and called offline by nobody. Woken before, it is there.
    toy.tell(&json!({"do": "sleep", "seconds": 86_400}));
    assert_eq!(toy.event("asleep")["seconds"], 86_400);
    let mut state = async |what: &str, wanted: &dyn Fn(Presence) -> bool| {
        let is_so = |all: &Vec<ToySeen>| all.iter().any(|t| t.short == toy.short && wanted(t.state));
        let all = timeout(PATIENCE, seen.wait_for(is_so)).await;
        drop(all.unwrap_or_else(|_| panic!("never {what}")).unwrap());
    };
    state("asleep", &|state| matches!(state, Presence::Asleep { .. })).await;
    toy.tell(&json!({"do": "online"}));
    state("online", &|state| state == Presence::Online).await;
    // It wakes by itself.
    toy.tell(&json!({"do": "sleep", "seconds": 2}));
    state("asleep", &|state| matches!(state, Presence::Asleep { .. })).await;
    toy.event("awake");
    state("online", &|state| state == Presence::Online).await;
    let course = phc.comes("its sleep", |clinic| {
        let course = clinic.toy_course(&phc.admin, toy.id, 0, u64::MAX / 2).unwrap();
        let slept = course.happened.iter().filter(|happened| happened.what == Happened::Asleep).count();
        (slept >= 2).then_some(course)
    });
    let course = course.await;
    assert!(course.happened.iter().all(|happened| happened.what != Happened::Offline), "{:?}", course.happened);
    phc.hub.shutdown().await;
    assert_eq!(phc.clinic.verify(&phc.admin).unwrap().problems, []);
}

/// Born in the village: registered on the toy, given its first dose there, and a child of the clinic at the next contact.
#[tokio::test(flavor = "multi_thread")]
async fn toys_register_children_whom_the_clinic_did_not_know_and_obey_its_settings() {
    let phc = RealClinic::start().await;
    let mut toy = Toy::start("bear");
    let mut seen = phc.hub.toys();
    let announced = |all: &Vec<ToySeen>| all.iter().any(|t| t.short == toy.short);
    timeout(PATIENCE, seen.wait_for(announced)).await.expect("the toy is not seen").unwrap();
    toy.tell(&json!({"do": "pair"}));
    toy.event("pair");
    phc.hub.register_toy(&phc.admin, &toy.short, toy.id, toy.secret, "Toy 1").await.unwrap();
    phc.clinic.submit(&phc.admin, Command::AssignToy { toy: toy.id, worker: Some(phc.worker.user) }).unwrap();
    toy.wait_for("roster", |roster| roster["worker"] == true);

    toy.tell(&json!({"do": "offline"}));
    toy.event("radio");
    let today = ::clinic::date::india(phc.clinic.env().now_ms());
    toy.tell(&json!({"do": "child", "dob": today.to_string(), "sex": "F", "mother": "Meena Devi", "village": "Rampur",
        "phone": "9876543210", "reminders": true}));
    let number = toy.event("recorded")["child"].as_str().unwrap().to_owned();
    toy.tell(&json!({"do": "dose", "child": number, "product": "BCG", "on": today.to_string()}));
    assert_eq!(toy.event("recorded")["seq"], 2);
    // Killed before anybody knew of it.
    toy.kill();
    toy.start_again();
    let child: ChildId = number.parse().unwrap();
    let page = phc.comes("the child with its dose", |clinic| {
        clinic.child(&phc.worker, child).ok().filter(|page| !page.doses.is_empty())
    });
    let page = page.await;
    assert_eq!((page.child.mother.as_str(), page.child.village.as_str()), ("Meena Devi", "Rampur"));
    assert_eq!(page.child.worker, Some((phc.worker.user, "The asha".to_owned())));
    assert_eq!(phc.clinic.conflicts(&phc.admin).unwrap(), []);
    toy.wait_for("roster", |roster| roster["children"] == 1);

    let settings = ToySettings { language: Language::Hindi, report_s: 5, roster_days: 3 };
    phc.clinic.submit(&phc.admin, Command::ChangeToySettings(settings)).unwrap();
    let obeyed = toy.wait_for("settings", |settings| settings["language"] == "hi");
    assert_eq!((&obeyed["report_s"], &obeyed["roster_days"]), (&json!(5), &json!(3)));
    let wanted = phc.clinic.toy_settings().unwrap().revision;
    phc.comes("that it obeys them", |clinic| {
        clinic.toys_now(&phc.admin).unwrap().pop()?.settings.filter(|(revision, _)| *revision == wanted)
    })
    .await;
    // Away for four days by its own clock, it forgets whom it carried; at the next contact it is told again.
    toy.tell(&json!({"do": "offline"}));
    toy.event("radio");
    toy.tell(&json!({"do": "clock", "offset_ms": 4 * 86_400_000_i64}));
    toy.event("expired");
    toy.tell(&json!({"do": "children"}));
    assert_eq!(toy.event("children")["children"], json!([]));
    toy.tell(&json!({"do": "clock", "offset_ms": 0}));
    toy.tell(&json!({"do": "online"}));
    toy.wait_for("roster", |roster| roster["children"] == 1);
    phc.hub.shutdown().await;
    assert_eq!(phc.clinic.verify(&phc.admin).unwrap().problems, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn toys_of_a_demo_and_of_a_clinic_do_not_meet() {
    let (clinic, demo) = (Hub::start(Mode::Clinic), Hub::start(Mode::Demo("run-7".into())));
    let shown = Toy::start_with("bear", &["--demo", "run-7"]);
    let other_run = Toy::start_with("bear", &["--demo", "run-8"]);
    demo.is(&shown, Presence::New).await;
    demo.hub.look(&shown.short).await.unwrap();
    // Started last: a hub that sees it has heard of the others too.
    let real = Toy::start("duck");
    clinic.is(&real, Presence::New).await;
    for (hub, toy) in [(&clinic, &shown), (&clinic, &other_run), (&demo, &other_run), (&demo, &real)] {
        assert_eq!(hub.now(toy), None);
        assert!(matches!(hub.hub.look(&toy.short).await, Err(ToyError::NotSeen)));
    }
    clinic.hub.shutdown().await;
    demo.hub.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn toys_with_the_wrong_key_behind_a_known_name_are_refused() {
    let hub = Hub::start(Mode::Clinic);
    let toy = Toy::start("bear");
    hub.desk.add(&toy.short, Identity::from_seed([1; 32]).public_key());
    hub.hub.refresh();
    let seen = hub.is(&toy, Presence::Failing(Fault::WrongKey)).await;
    assert_ne!(seen.id, Some(toy.id));
    hub.hub.shutdown().await;
}

/// The clinic's toy is switched off, and a thief's device is announced under its name by a foreign program.
#[tokio::test(flavor = "multi_thread")]
async fn toys_that_avahi_pretends_are_refused_and_named() {
    let (phc, avahi) = (RealClinic::start().await, Avahi::start());
    let thief = Toy::start("duck");
    let ours = Identity::from_seed(thief.id.0);
    let (id, short) = (ours.device_id(), ours.device_id().short());
    let register = Command::RegisterToy { key: ours.public_key(), model: "bear".into(), label: "Toy 1".into() };
    phc.clinic.submit(&phc.admin, register).unwrap();
    phc.clinic.submit(&phc.admin, Command::AssignToy { toy: id, worker: Some(phc.worker.user) }).unwrap();

    let _published = avahi.publish(&short, thief.port, &["v=1", "model=bear", &format!("id={short}")]);
    let line = phc
        .comes("the false toy", |clinic| {
            let alerts = clinic.toy_alerts(&phc.admin).unwrap();
            alerts.lines.into_iter().find(|line| line.kind == AlertKind::Failing && line.short == short)
        })
        .await;
    assert_eq!((line.detail.as_str(), line.toy), ("wrong-key", Some((id, "Toy 1".to_owned()))));
    // It got nothing, and nothing that it may have said counts for the toy.
    thief.tell(&json!({"do": "status"}));
    let status = thief.event("status");
    assert_eq!((&status["owner"], &status["children"], &status["connected"]), (&json!(null), &json!(0), &json!(false)));
    let now = phc.clinic.toys_now(&phc.admin).unwrap().into_iter().find(|toy| toy.toy == id).unwrap();
    assert_eq!((now.heard_ms, now.sample), (None, None));
    phc.hub.shutdown().await;
}

#[test]
fn toys_refuse_a_second_process_on_their_directory() {
    let toy = Toy::start("bear");
    let (code, words) = toy.second_process();
    assert_eq!(code, Some(3));
    assert!(words.contains("another process runs a toy on this directory"), "{words}");
}

#[test]
fn toys_refuse_a_damaged_directory() {
    let mut toy = Toy::start("bear");
    toy.kill();
    let journal = toy.dir().join("journal");
    let mut bytes = std::fs::read(&journal).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&journal, &bytes).unwrap();
    let (code, words) = toy.second_process();
    assert_eq!(code, Some(4));
    assert!(words.contains("damaged"), "{words}");
    assert_eq!(std::fs::read(&journal).unwrap(), bytes, "nothing was changed");
}

#[test]
fn toys_are_listed_by_avahi_browse() {
    let (mut bear, duck) = (Toy::start("bear"), Toy::start_with("duck", &["--demo", "run-7"]));
    let avahi = Avahi::start();
    let listed = |lines: &[Vec<String>], toy: &Toy| {
        lines.iter().find(|l| l[3] == toy.short && l[8] == toy.port.to_string()).cloned()
    };
    let lines = avahi.browse_until(|lines| listed(lines, &bear).is_some() && listed(lines, &duck).is_some());
    let bear_txt = &listed(&lines, &bear).unwrap()[9];
    for part in ["\"v=1\"".to_owned(), "\"model=bear\"".to_owned(), format!("\"id={}\"", bear.short)] {
        assert!(bear_txt.contains(&part), "{part} is not in {bear_txt}");
    }
    assert!(!bear_txt.contains("demo"));
    assert!(listed(&lines, &duck).unwrap()[9].contains("\"demo=run-7\""));
    // The goodbye reaches a foreign program too.
    bear.terminate();
    avahi.browse_until(|lines| lines.iter().any(|l| l[3] == duck.short) && lines.iter().all(|l| l[3] != bear.short));
}
