//! What the watch over the toys keeps: once, in order, for as long as it says; alerts and areas; and who sees what.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Days;
use clinic::date::to_day;
use clinic::device::{
    Alert, AlertKind, Batch, FenceFor, FenceId, Happened, Happening, Known, Place, Sample, Shape, Watch,
};
use clinic::record::command::{ChildForm, Command, NewUser};
use clinic::record::fact::{FenceSet, ToyStop};
use clinic::record::limits::FENCES_MAX;
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Role;
use clinic::store::found;
use common::{Desk, NOON_MS, clocked, desk, form, founding, password, refusal, today};
use hub_protocol::toy::Position;
use hub_protocol::{Day, DeviceId, Identity};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const CENTRE: Place = Place { latitude_e7: 286_000_000, longitude_e7: 772_000_000 };

fn toy(d: &Desk, n: u8) -> DeviceId {
    let toy = Identity::from_seed([n; 32]);
    d.give_toy(&toy, d.asha.user);
    toy.device_id()
}

fn sample(at_ms: u64) -> Sample {
    Sample {
        at_ms,
        battery_percent: 55,
        charging: true,
        temperature_c: -4,
        storage_free_kib: 4_000,
        restarts: 3,
        records_held: 2,
        clock_offset_ms: -1_500,
        position: None,
    }
}

fn alert(toy: DeviceId, kind: AlertKind, opened_ms: u64) -> (Option<DeviceId>, Alert) {
    (Some(toy), Alert { short: toy.short(), kind, opened_ms, detail: "floods".into() })
}

#[test]
fn what_a_toy_said_is_there_after_a_restart_of_the_hub() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let id = toy(&d, 1);
    assert_eq!(d.clinic.toys_watched().unwrap().known, []);
    let position = Some(Position { latitude_e7: -1, longitude_e7: 2, accuracy_m: 12 });
    let placed = Sample { position, ..sample(NOON_MS - 2_000) };
    let happened = |at_ms, what, detail: &str| Happening { toy: id, at_ms, what, detail: detail.into() };
    let batch = Batch {
        samples: vec![(id, placed), (id, sample(NOON_MS - 1_000))],
        happened: vec![
            happened(NOON_MS - 3_000, Happened::Firmware, "1.0"),
            happened(NOON_MS - 3_000, Happened::Online, ""),
            happened(NOON_MS, Happened::Offline, ""),
        ],
        ..Batch::default()
    };
    // Stored twice, because the answer was lost the first time.
    d.clinic.keep_devices(batch.clone()).unwrap();
    d.clinic.keep_devices(batch).unwrap();
    let (said, firmware) = (Some(sample(NOON_MS - 1_000)), "1.0".to_owned());
    let known = Known { toy: id, sample: said, seen_ms: NOON_MS, firmware, settings: None };
    assert_eq!(d.clinic.toys_watched().unwrap().known, [known]);
    let now = d.clinic.toys_now(&d.asha).unwrap();
    assert_eq!(now.len(), 1);
    assert_eq!((now[0].heard_ms, now[0].firmware.as_str()), (Some(NOON_MS), "1.0"));
    assert_eq!((now[0].sample, now[0].place), (Some(sample(NOON_MS - 1_000)), Some(placed)));
    let course = d.clinic.toy_course(&d.admin, id, NOON_MS - DAY_MS, NOON_MS).unwrap();
    assert_eq!(course.samples, [placed, sample(NOON_MS - 1_000)]);
    assert_eq!(course.happened.iter().map(|h| h.what.code()).collect::<Vec<_>>(), ["online", "firmware", "offline"]);
    let part = d.clinic.toy_course(&d.admin, id, NOON_MS - 1_500, NOON_MS - 500).unwrap();
    assert_eq!((part.samples.len(), part.happened.len()), (1, 0));
    // What does not fit one answer is said to be missing, and is had by asking again for what is before.
    let many = (1..=4_999).map(|n| (id, sample(NOON_MS - DAY_MS - n * 1_000))).collect();
    d.clinic.keep_devices(Batch { samples: many, ..Batch::default() }).unwrap();
    let end = d.clinic.toy_course(&d.admin, id, 0, NOON_MS).unwrap();
    assert_eq!((end.samples.len(), end.has_older), (5_000, true));
    let rest = d.clinic.toy_course(&d.admin, id, 0, end.samples[0].at_ms - 1).unwrap();
    assert_eq!((rest.samples, rest.has_older), (vec![sample(NOON_MS - DAY_MS - 4_999_000)], false));
    // What is older than 400 days goes, when the toy says something new.
    let old = Batch { samples: vec![(id, sample(NOON_MS - 401 * DAY_MS))], ..Batch::default() };
    d.clinic.keep_devices(old).unwrap();
    assert_eq!(d.clinic.toy_course(&d.admin, id, 0, NOON_MS - 401 * DAY_MS).unwrap().samples, []);
    // No log tells of it: the records are whole without it.
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

#[test]
fn a_clock_that_stands_ahead_for_a_while_takes_no_history_away() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clinic = found(dir.path(), &founding(), clocked(&now)).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let d = Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() };
    let id = toy(&d, 1);
    let keep = |at_ms| clinic.keep_devices(Batch { samples: vec![(id, sample(at_ms))], ..Batch::default() }).unwrap();
    keep(NOON_MS);
    now.store(NOON_MS + 500 * DAY_MS, Ordering::Relaxed);
    keep(NOON_MS + 500 * DAY_MS);
    now.store(NOON_MS + 1_000, Ordering::Relaxed);
    assert_eq!(clinic.toy_course(&d.admin, id, 0, NOON_MS).unwrap().samples, [sample(NOON_MS)]);
}

#[test]
fn an_alert_is_told_once_seen_by_a_person_and_closes_itself() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let id = toy(&d, 1);
    let stranger = Alert { short: "stranger".into(), kind: AlertKind::Unknown, opened_ms: 5, detail: "bear".into() };
    let open = |opened| Batch { opened, ..Batch::default() };
    d.clinic.keep_devices(open(vec![alert(id, AlertKind::Failing, 3), (None, stranger.clone())])).unwrap();
    // Told again, as a batch is whose answer was lost: it is the same one.
    d.clinic.keep_devices(open(vec![alert(id, AlertKind::Failing, 4)])).unwrap();
    let alerts = d.clinic.toy_alerts(&d.admin).unwrap();
    assert_eq!((alerts.lines.len(), alerts.open, alerts.unseen), (2, 2, 2));
    let failing = alerts.lines.iter().find(|line| line.kind == AlertKind::Failing).unwrap();
    assert_eq!((failing.opened_ms, failing.detail.as_str()), (3, "floods"));
    assert_eq!(failing.toy, Some((id, "7".into())));
    assert_eq!(failing.worker.as_ref().map(|(user, _)| *user), Some(d.asha.user));
    // A worker hears of her own toy, and of no stranger's.
    assert_eq!(
        d.clinic.toy_alerts(&d.asha).unwrap().lines.iter().map(|l| l.kind).collect::<Vec<_>>(),
        [AlertKind::Failing]
    );

    assert_eq!(refusal(d.clinic.acknowledge_alert(&d.admin, 99)), Refusal::UnknownAlert);
    d.clinic.acknowledge_alert(&d.admin, failing.no).unwrap();
    d.clinic.acknowledge_alert(&d.admin, failing.no).unwrap();
    let alerts = d.clinic.toy_alerts(&d.admin).unwrap();
    assert_eq!((alerts.open, alerts.unseen), (2, 1));
    // What nobody saw stands first.
    assert_eq!(alerts.lines[0].kind, AlertKind::Unknown);
    assert_eq!(alerts.lines[1].seen, Some(("The admin".into(), NOON_MS)));
    // The watch goes on with both after a restart.
    let watched = d.clinic.toys_watched().unwrap();
    assert_eq!(watched.open, [alert(id, AlertKind::Failing, 3).1, stranger]);

    let closed = vec![(id.short(), AlertKind::Failing, NOON_MS)];
    d.clinic.keep_devices(Batch { closed, ..Batch::default() }).unwrap();
    let alerts = d.clinic.toy_alerts(&d.admin).unwrap();
    assert_eq!((alerts.open, alerts.lines[1].closed_ms), (1, Some(NOON_MS)));
    // The same cause again is another alert, that nobody has seen.
    d.clinic.keep_devices(open(vec![alert(id, AlertKind::Failing, NOON_MS + 1)])).unwrap();
    let alerts = d.clinic.toy_alerts(&d.admin).unwrap();
    assert_eq!((alerts.open, alerts.unseen, alerts.lines.len()), (2, 2, 3));
}

#[test]
fn areas_are_for_all_for_a_worker_or_for_a_village() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let id = toy(&d, 1);
    let fence = |n: u64, whose| {
        let shape = Shape::Circle { centre: CENTRE, radius_m: 500 };
        FenceSet { fence: FenceId(n), name: format!("Area {n}"), whose, shape }
    };
    let set = |fence| d.clinic.submit(&d.admin, Command::SetFence(fence));
    let new = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::PhcWorker };
    let bina = d.clinic.register_user(&d.admin, &new, "horse staple 44").unwrap();
    let of_toy =
        || -> Vec<String> { d.clinic.toy_rules().unwrap()[0].fences.iter().map(|fence| fence.name.clone()).collect() };
    assert!(of_toy().is_empty());
    set(fence(1, FenceFor::Everybody)).unwrap();
    set(fence(2, FenceFor::Worker(bina))).unwrap();
    set(fence(3, FenceFor::Worker(d.asha.user))).unwrap();
    set(fence(4, FenceFor::Village(" rampur ".into()))).unwrap();
    assert_eq!(of_toy(), ["Area 1", "Area 3"]);
    // She is given a child there.
    let village = ChildForm { village: "Rampur".into(), ..form("Asha", today() - Days::new(60)) };
    d.register(&d.asha, village, Some(d.asha.user)).unwrap();
    assert_eq!(of_toy(), ["Area 1", "Area 3", "Area 4"]);
    let names = |session| d.clinic.fences(session).unwrap().into_iter().map(|f| f.name).collect::<Vec<_>>();
    assert_eq!(names(&d.admin).len(), 4);
    assert_eq!(names(&d.asha), ["Area 1", "Area 3", "Area 4"]);
    // The same area anew, and away.
    set(FenceSet { name: "Field".into(), ..fence(1, FenceFor::Everybody) }).unwrap();
    assert_eq!(of_toy(), ["Area 3", "Area 4", "Field"]);
    d.clinic.submit(&d.admin, Command::RemoveFence { fence: FenceId(1) }).unwrap();
    let again = d.clinic.submit(&d.admin, Command::RemoveFence { fence: FenceId(1) });
    assert_eq!(refusal(again), Refusal::UnknownFence);
    // A stopped toy has no worker, so it has no area.
    d.clinic.submit(&d.admin, Command::StopToy { toy: id, why: ToyStop::Lost, note: String::new() }).unwrap();
    let rule = d.clinic.toy_rules().unwrap().remove(0);
    assert_eq!((rule.given_ms, rule.stopped, rule.lost, rule.fences.len()), (None, true, true, 0));

    let everybody = |shape| FenceSet { shape, ..fence(9, FenceFor::Everybody) };
    let circle = |radius_m| everybody(Shape::Circle { centre: CENTRE, radius_m });
    let corners = |n| everybody(Shape::Polygon(vec![CENTRE; n]));
    for wrong in [circle(49), circle(100_001), corners(2), corners(101)] {
        assert_eq!(refusal(set(wrong)), Refusal::Range(Field::Place));
    }
    for right in [circle(50), circle(100_000), corners(3), corners(100)] {
        set(right).unwrap();
    }
    let nowhere = Place { latitude_e7: 900_000_001, longitude_e7: 0 };
    let lost = Shape::Circle { centre: nowhere, radius_m: 500 };
    assert_eq!(refusal(set(everybody(lost))), Refusal::Form(Field::Place));
    assert_eq!(refusal(set(FenceSet { name: " ".into(), ..circle(500) })), Refusal::Missing(Field::Name));
    assert_eq!(refusal(set(fence(9, FenceFor::Worker(d.admin.user)))), Refusal::NotAWorker);
    for n in 10..10 + u64::from(FENCES_MAX) - 4 {
        set(fence(n, FenceFor::Everybody)).unwrap();
    }
    assert_eq!(refusal(set(fence(999, FenceFor::Everybody))), Refusal::FencesFull { max: FENCES_MAX });
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

#[test]
fn a_day_of_work_is_one_on_which_a_person_recorded_something() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clinic = found(dir.path(), &founding(), clocked(&now)).unwrap();
    let admin = clinic.login("admin", &password("admin")).unwrap();
    let friday = to_day(today());
    let after = |days: i32| Day(friday.0 + days);
    let hire = |name: &str| {
        let new = NewUser { login: name.into(), name: name.into(), role: Role::PhcWorker };
        clinic.register_user(&admin, &new, &password(name)).unwrap();
    };
    hire("bina");
    // Not while the day lasts; and nobody's login is work.
    assert_eq!(clinic.worked_before(friday).unwrap(), None);
    now.fetch_add(3 * DAY_MS, Ordering::Relaxed);
    clinic.login("admin", &password("admin")).unwrap();
    assert_eq!(clinic.worked_before(after(3)).unwrap(), Some(friday));
    hire("chitra");
    assert_eq!(clinic.worked_before(after(3)).unwrap(), Some(friday));
    assert_eq!(clinic.worked_before(after(4)).unwrap(), Some(after(3)));
    assert_eq!(clinic.worked_before(Day(i32::MAX)).unwrap(), None);
}

/// What the watch decides comes back to it as it left.
#[test]
fn a_watch_goes_on_where_the_last_one_ended() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let id = toy(&d, 1);
    let mut watch = Watch::new(Vec::new(), Vec::new(), NOON_MS);
    watch.rules(d.clinic.toy_rules().unwrap(), NOON_MS);
    watch.take(&id.short(), clinic::device::News::Seen(clinic::device::Seen::Failing("floods")), NOON_MS);
    d.clinic.keep_devices(watch.take_batch()).unwrap();
    let watched = d.clinic.toys_watched().unwrap();
    let mut again = Watch::new(watched.known, watched.open, NOON_MS + 1_000);
    again.rules(d.clinic.toy_rules().unwrap(), NOON_MS + 1_000);
    again.take(&id.short(), clinic::device::News::Seen(clinic::device::Seen::Failing("floods")), NOON_MS + 2_000);
    assert!(again.take_batch().opened.is_empty());
    assert_eq!(d.clinic.toy_alerts(&d.admin).unwrap().open, 1);
}
