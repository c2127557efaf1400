#![allow(clippy::unwrap_used)]
use super::sample::SPARE_ROWS;
use super::*;
use crate::date::{india, to_day};
use hub_protocol::toy::{Faults, Position, Telemetry};
use hub_protocol::{Day, DeviceId, Identity};

const START_MS: u64 = 1_795_156_200_000;
const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;

fn id(n: u8) -> DeviceId {
    Identity::from_seed([n; 32]).device_id()
}

fn rule(n: u8) -> Rule {
    Rule { toy: id(n), given_ms: Some(START_MS), stopped: false, lost: false, lost_seen: false, fences: Vec::new() }
}

fn telemetry() -> Telemetry {
    Telemetry {
        at_ms: START_MS,
        battery_percent: 80,
        charging: false,
        temperature_c: 25,
        storage_free_kib: 4_000,
        restarts: 1,
        position: None,
        records_held: 0,
        faults: None,
        sleep_s: None,
    }
}

/// Metres north and east of one village.
fn at(north_m: f64, east_m: f64) -> Place {
    let degree_m = 111_195.08;
    let shrink = 28.6_f64.to_radians().cos();
    Place {
        latitude_e7: 286_000_000 + (north_m / degree_m * 1e7) as i32,
        longitude_e7: 772_000_000 + (east_m / degree_m / shrink * 1e7) as i32,
    }
}

fn fix(place: Place, accuracy_m: u32) -> Telemetry {
    let Place { latitude_e7, longitude_e7 } = place;
    Telemetry { position: Some(Position { latitude_e7, longitude_e7, accuracy_m }), ..telemetry() }
}

/// One toy under watch.
struct One {
    watch: Watch,
    short: String,
    now_ms: u64,
}

impl One {
    fn new(rule: Rule) -> Self {
        let short = rule.toy.short();
        let mut watch = Watch::new(Vec::new(), Vec::new(), START_MS);
        watch.rules(vec![rule], START_MS);
        Self { watch, short, now_ms: START_MS }
    }

    fn online(rule: Rule) -> Self {
        let mut one = Self::new(rule);
        one.news(News::Seen(Seen::Online));
        one
    }

    fn news(&mut self, news: News) {
        self.watch.take(&self.short, news, self.now_ms);
    }

    fn tell(&mut self, told: Telemetry) {
        self.news(News::Told(told));
    }

    fn pass(&mut self, ms: u64) {
        self.now_ms += ms;
        self.watch.tick(self.now_ms);
    }

    fn batch(&mut self) -> Batch {
        self.watch.take_batch()
    }

    /// What was opened (+) and closed (-) since.
    fn alerts(&mut self) -> String {
        let batch = self.batch();
        let opened = batch.opened.iter().map(|(_, alert)| format!("+{}", alert.kind.code()));
        let closed = batch.closed.iter().map(|(_, kind, _)| format!("-{}", kind.code()));
        opened.chain(closed).collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn an_alert_that_closes_and_comes_again_before_it_is_stored_stays_open() {
    let mut one = One::online(rule(1));
    let low = Telemetry { battery_percent: 5, ..telemetry() };
    one.tell(low);
    assert_eq!(one.alerts(), "+low-battery");
    let charged = |one: &mut One| {
        one.tell(Telemetry { charging: true, ..low });
        one.pass(WELL_MS);
    };
    charged(&mut one);
    one.now_ms += 1_000;
    one.tell(low);
    assert_eq!(one.alerts(), "");
    // The same when the end was on its way to a disk that did not take it.
    charged(&mut one);
    let batch = one.watch.take_batch();
    one.now_ms += 1_000;
    one.tell(low);
    one.watch.put_back(batch);
    assert_eq!(one.alerts(), "");
    charged(&mut one);
    assert_eq!(one.alerts(), "-low-battery");
}

/// It says something else every two seconds for an hour: one alert, and one end when it is calm.
#[test]
fn a_toy_that_changes_its_word_all_the_time_gives_one_alert() {
    let mut one = One::online(rule(1));
    let mut alerts = Vec::new();
    for n in 0..1_800 {
        let well = n % 2 == 1;
        one.tell(Telemetry { battery_percent: if well { 90 } else { 5 }, ..telemetry() });
        one.news(News::ClockOffset(if well { 0 } else { 2 * CLOCK_WRONG_MS as i64 }));
        one.news(News::TooMuch(!well));
        one.pass(2_000);
        alerts.push(one.alerts());
    }
    alerts.retain(|told| !told.is_empty());
    assert_eq!(alerts, ["+low-battery +wrong-clock +too-much"]);
    one.pass(WELL_MS);
    let mut over: Vec<String> = one.alerts().split(' ').map(str::to_owned).collect();
    over.sort();
    assert_eq!(over, ["-low-battery", "-too-much", "-wrong-clock"]);
    // Taken out of use, it is over at once.
    one.tell(Telemetry { battery_percent: 5, ..telemetry() });
    assert_eq!(one.alerts(), "+low-battery");
    one.watch.rules(vec![Rule { stopped: true, ..rule(1) }], one.now_ms);
    assert_eq!(one.alerts(), "-low-battery");
}

#[test]
fn what_was_kept_by_a_clock_that_stood_ahead_blinds_nobody() {
    let ahead_ms = START_MS + 300 * 24 * HOUR_MS;
    let sample = Some(Sample::of(&telemetry(), 0, ahead_ms));
    let known = Known { toy: id(1), sample, seen_ms: ahead_ms, firmware: String::new(), settings: None };
    let mut watch = Watch::new(vec![known], Vec::new(), START_MS);
    watch.rules(vec![rule(1)], START_MS);
    watch.take(&id(1).short(), News::Seen(Seen::Online), START_MS);
    watch.take(&id(1).short(), News::Told(telemetry()), START_MS);
    let samples = watch.take_batch().samples;
    assert_eq!(samples.iter().map(|(_, sample)| sample.at_ms).collect::<Vec<_>>(), [START_MS]);
}

#[test]
fn a_toy_that_says_it_restarts_all_the_time_fills_no_disk() {
    let mut one = One::online(rule(1));
    one.tell(telemetry());
    let _ = one.batch();
    for n in 1..=120 {
        one.now_ms += 1_000;
        one.tell(Telemetry { restarts: 1 + n, ..telemetry() });
    }
    let restarts: Vec<String> = one
        .batch()
        .happened
        .into_iter()
        .filter(|happened| happened.what == Happened::Restarted)
        .map(|happened| happened.detail)
        .collect();
    assert_eq!(restarts, ["1", "60"], "one a minute, and none is lost on the way");
}

#[test]
fn a_row_is_written_for_a_change_or_a_quarter_of_an_hour() {
    let mut one = One::online(rule(1));
    // A message a second for an hour, and nothing happens.
    for second in 0..3_600 {
        one.now_ms = START_MS + second * 1_000;
        one.tell(telemetry());
    }
    assert_eq!(one.batch().samples.len(), 4);
    let mut changes = [
        Telemetry { charging: true, ..telemetry() },
        Telemetry { restarts: 2, ..telemetry() },
        Telemetry { records_held: 1, ..telemetry() },
        Telemetry { battery_percent: 75, ..telemetry() },
        Telemetry { temperature_c: 30, ..telemetry() },
        fix(at(0.0, 0.0), 10),
        fix(at(150.0, 0.0), 10),
    ]
    .into_iter();
    changes.by_ref().for_each(|told| {
        one.now_ms += 3_000;
        one.tell(told);
        assert_eq!(one.batch().samples.len(), 1, "{told:?}");
        // And a little of anything else is none.
        one.now_ms += 3_000;
        one.tell(Telemetry { battery_percent: told.battery_percent - 1, ..told });
        assert_eq!(one.batch().samples.len(), 0, "{told:?}");
    });
    // Further away than before, but no further than the fix may be wrong.
    one.tell(fix(at(0.0, 0.0), 10));
    let _ = one.batch();
    one.now_ms += 3_000;
    one.tell(fix(at(300.0, 0.0), 400));
    assert_eq!(one.batch().samples.len(), 0);
    // However fast a toy flips, it fills no disk: and what it came to is not lost.
    for n in 0..1_000_u32 {
        one.now_ms += 10;
        one.tell(Telemetry { charging: n % 2 == 0, ..telemetry() });
    }
    one.now_ms += 5_000;
    one.tell(Telemetry { charging: true, ..telemetry() });
    let flipped = one.batch().samples;
    assert!(flipped.len() <= 7 + SPARE_ROWS as usize, "{}", flipped.len());
    assert!(flipped.last().unwrap().1.charging);
}

#[test]
fn a_change_right_after_a_row_waits_for_its_own_and_is_not_lost() {
    let mut one = One::online(rule(1));
    one.tell(telemetry());
    one.now_ms += 500;
    one.tell(Telemetry { battery_percent: 60, ..telemetry() });
    assert_eq!(one.batch().samples.len(), 1);
    one.pass(1_000);
    assert_eq!(one.batch().samples.len(), 0);
    // The toy says nothing more: time alone brings the row, once.
    one.pass(1_000);
    one.pass(1_000);
    let kept = one.batch().samples;
    assert_eq!((kept.len(), kept[0].1.battery_percent, kept[0].1.at_ms), (1, 60, START_MS + 500));
}

#[test]
fn a_state_that_flips_back_at_once_is_kept_until_a_toy_flips_for_its_own_sake() {
    let mut one = One::online(rule(1));
    one.tell(telemetry());
    let _ = one.batch();
    for _ in 0..SPARE_ROWS / 2 {
        for charging in [true, false] {
            one.now_ms += 100;
            one.tell(Telemetry { charging, ..telemetry() });
            let kept = one.batch().samples;
            assert_eq!(kept.iter().map(|(_, sample)| sample.charging).collect::<Vec<_>>(), [charging]);
        }
    }
    one.now_ms += 100;
    one.tell(Telemetry { charging: true, ..telemetry() });
    assert_eq!(one.batch().samples.len(), 0, "it flips too often: two seconds later");
    // Another quarter of an hour.
    one.now_ms += PERIOD_MS;
    one.tell(telemetry());
    one.now_ms += 100;
    one.tell(Telemetry { charging: true, ..telemetry() });
    assert_eq!(one.batch().samples.len(), 2);
}

#[test]
fn what_was_heard_of_a_toy_while_it_was_being_registered_is_kept() {
    let mut one = One::new(rule(1));
    one.watch.rules(Vec::new(), START_MS);
    one.news(News::Firmware("1.0".into()));
    one.news(News::Seen(Seen::Online));
    one.tell(telemetry());
    assert!(one.batch().is_empty());
    one.watch.rules(vec![rule(1)], one.now_ms);
    one.pass(1_000);
    let batch = one.batch();
    assert_eq!(batch.happened.iter().map(|h| h.what.code()).collect::<Vec<_>>(), ["online", "firmware"]);
    assert_eq!(batch.samples.len(), 1);
}

#[test]
fn the_last_values_before_a_toy_leaves_are_kept() {
    let mut one = One::online(rule(1));
    one.tell(telemetry());
    one.now_ms += 60_000;
    one.tell(Telemetry { battery_percent: 78, ..telemetry() });
    one.news(News::Seen(Seen::Offline));
    let batch = one.batch();
    assert_eq!(batch.samples.iter().map(|(_, s)| s.battery_percent).collect::<Vec<_>>(), [80, 78]);
    let happened: Vec<&str> = batch.happened.iter().map(|h| h.what.code()).collect();
    assert_eq!(happened, ["online", "offline"]);
}

#[test]
fn a_low_battery_is_told_once_and_closes_itself() {
    let mut one = One::online(rule(1));
    let battery = |percent, charging| Telemetry { battery_percent: percent, charging, ..telemetry() };
    one.tell(battery(20, false));
    assert_eq!(one.alerts(), "");
    one.tell(battery(19, false));
    assert_eq!(one.alerts(), "+low-battery");
    // It wavers at the edge, the toy goes and comes: nothing is told twice.
    for percent in [20, 19, 24, 18] {
        one.tell(battery(percent, false));
        one.news(News::Seen(Seen::Offline));
        one.news(News::Seen(Seen::Online));
    }
    assert_eq!(one.alerts(), "");
    one.tell(battery(18, true));
    assert_eq!(one.alerts(), "", "it may say something else in a moment");
    one.pass(WELL_MS);
    assert_eq!(one.alerts(), "-low-battery");
}

#[test]
fn a_wrong_clock_is_told_until_it_is_right() {
    let mut one = One::online(rule(1));
    let minutes = |n: i64| News::ClockOffset(n * 60_000);
    one.news(minutes(-11));
    assert_eq!(one.alerts(), "+wrong-clock");
    one.news(minutes(-9));
    assert_eq!(one.alerts(), "");
    one.news(minutes(1));
    one.pass(WELL_MS);
    assert_eq!(one.alerts(), "-wrong-clock");
    one.news(minutes(9));
    assert_eq!(one.alerts(), "");
}

/// So many days after the Friday on which the tests begin, at noon.
fn worked(days: i32) -> Option<Day> {
    Some(Day(to_day(india(START_MS)).0 + days))
}

#[test]
fn a_toy_that_misses_a_working_day_is_missed_and_nobodys_is_not() {
    let mut one = One::online(rule(1));
    one.pass(HOUR_MS);
    one.news(News::Seen(Seen::Offline));
    // A weekend, and Monday, on which people come back; it is missed when Monday is over.
    one.watch.worked(worked(0));
    one.pass(60 * HOUR_MS);
    one.pass(21 * HOUR_MS);
    assert_eq!(one.alerts(), "");
    one.watch.worked(worked(3));
    assert_eq!(one.alerts(), "");
    one.pass(3 * HOUR_MS);
    assert_eq!(one.alerts(), "+offline");
    one.news(News::Seen(Seen::Online));
    assert_eq!(one.alerts(), "-offline");
    let mut nobodys = One::new(Rule { given_ms: None, ..rule(1) });
    nobodys.watch.worked(worked(3));
    nobodys.pass(1_000 * HOUR_MS);
    assert_eq!(nobodys.alerts(), "");
}

#[test]
fn a_toy_is_missed_after_a_week_whoever_worked() {
    let mut one = One::online(rule(1));
    one.news(News::Seen(Seen::Offline));
    one.pass(OFFLINE_MS);
    assert_eq!(one.alerts(), "");
    one.pass(1_000);
    assert_eq!(one.alerts(), "+offline");
}

#[test]
fn a_hub_that_was_off_for_a_weekend_waits_for_its_toys_and_tells_nothing_twice() {
    let known = |seen_ms| Known { toy: id(1), sample: None, seen_ms, firmware: String::new(), settings: None };
    let low = Alert { short: id(1).short(), kind: AlertKind::LowBattery, opened_ms: 1, detail: String::new() };
    let now_ms = START_MS + 60 * HOUR_MS;
    let mut watch = Watch::new(vec![known(START_MS)], vec![low], now_ms);
    watch.worked(worked(1));
    watch.rules(vec![rule(1)], now_ms);
    watch.tick(now_ms + GRACE_MS);
    assert!(watch.take_batch().is_empty());
    watch.tick(now_ms + GRACE_MS + 1_000);
    assert_eq!(watch.take_batch().opened[0].1.kind, AlertKind::Offline);
    let short = id(1).short();
    watch.take(&short, News::Seen(Seen::Online), now_ms + GRACE_MS + 2_000);
    watch.take(&short, News::Told(Telemetry { battery_percent: 15, ..telemetry() }), now_ms + GRACE_MS + 2_000);
    let batch = watch.take_batch();
    assert_eq!((batch.opened.len(), batch.closed[0].1), (0, AlertKind::Offline));
}

#[test]
fn a_failing_toy_is_told_until_it_has_worked_for_a_while() {
    let mut one = One::online(rule(1));
    one.news(News::Seen(Seen::Failing("floods")));
    let batch = one.batch();
    assert_eq!((batch.opened[0].1.kind, batch.opened[0].1.detail.as_str()), (AlertKind::Failing, "floods"));
    // It comes back, works for a minute, and fails again: that is the same failing.
    for _ in 0..5 {
        one.news(News::Seen(Seen::Online));
        one.pass(MINUTE_MS);
        one.news(News::Seen(Seen::Failing("floods")));
    }
    assert_eq!(one.alerts(), "");
    one.news(News::Seen(Seen::Online));
    one.pass(FAULT_GONE_MS);
    assert_eq!(one.alerts(), "-failing");
}

#[test]
fn an_unknown_device_is_told_when_it_stays_and_a_fleet_of_them_does_not_fill_the_list() {
    let mut watch = Watch::new(Vec::new(), Vec::new(), START_MS);
    let here = |watch: &mut Watch, short: &str| {
        watch.take(short, News::Model("bear".into()), START_MS);
        watch.take(short, News::Seen(Seen::Stranger), START_MS);
    };
    here(&mut watch, "passes");
    watch.take("passes", News::Gone, START_MS + 5_000);
    for n in 0..100 {
        here(&mut watch, &format!("stays-{n}"));
    }
    watch.tick(START_MS + STRANGER_MS);
    let opened = watch.take_batch().opened;
    assert_eq!(opened.len(), UNKNOWN_OPEN_MAX);
    assert!(opened.iter().all(|(toy, alert)| toy.is_none() && alert.detail == "bear" && alert.short != "passes"));
    // A flapping announcement closes nothing; being gone does, and makes room for the next.
    let first = opened[0].1.short.clone();
    watch.take(&first, News::Gone, START_MS + STRANGER_MS);
    watch.take(&first, News::Seen(Seen::Stranger), START_MS + STRANGER_MS + 10_000);
    watch.tick(START_MS + HOUR_MS);
    assert!(watch.take_batch().is_empty());
    watch.take(&first, News::Gone, START_MS + HOUR_MS);
    watch.tick(START_MS + HOUR_MS + 2 * MINUTE_MS);
    let batch = watch.take_batch();
    assert_eq!(batch.closed, [(first, AlertKind::Unknown, START_MS + HOUR_MS + 2 * MINUTE_MS)]);
    // Registered, it is a stranger no more.
    let mut one = One::new(rule(1));
    one.watch.rules(Vec::new(), START_MS);
    one.news(News::Seen(Seen::Stranger));
    one.pass(STRANGER_MS);
    assert_eq!(one.alerts(), "+unknown");
    one.watch.rules(vec![rule(1)], one.now_ms);
    assert_eq!(one.alerts(), "-unknown");
}

/// What is counted as open follows from what was told before the hub started, and from each that closes.
#[test]
fn a_fleet_of_unknown_devices_is_still_counted_after_a_restart() {
    let alert = |n: usize| Alert {
        short: format!("known-{n:02}"),
        kind: AlertKind::Unknown,
        opened_ms: 1,
        detail: String::new(),
    };
    let mut watch = Watch::new(Vec::new(), (0..UNKNOWN_OPEN_MAX).map(alert).collect(), START_MS);
    let news = |watch: &mut Watch, short: &str, now_ms| watch.take(short, News::Seen(Seen::Stranger), now_ms);
    (0..UNKNOWN_OPEN_MAX).for_each(|n| news(&mut watch, &alert(n).short, START_MS));
    (0..50).for_each(|n| news(&mut watch, &format!("new-{n:02}"), START_MS));
    watch.tick(START_MS + HOUR_MS);
    assert!(watch.take_batch().is_empty());
    // Three go: three others have room, and no more.
    (0..3).for_each(|n| watch.take(&alert(n).short, News::Gone, START_MS + HOUR_MS));
    watch.tick(START_MS + 2 * HOUR_MS);
    watch.tick(START_MS + 3 * HOUR_MS);
    let batch = watch.take_batch();
    assert_eq!((batch.closed.len(), batch.opened.len()), (3, 3));
    // One is registered: its alert closes, and a stranger has room again.
    let mut one = One::new(rule(1));
    let open = (1..UNKNOWN_OPEN_MAX).map(alert).chain([Alert { short: id(1).short(), ..alert(0) }]).collect();
    one.watch = Watch::new(Vec::new(), open, START_MS);
    one.watch.take("new", News::Seen(Seen::Stranger), START_MS);
    one.watch.rules(vec![rule(1)], START_MS + MINUTE_MS);
    one.watch.tick(START_MS + MINUTE_MS);
    assert_eq!(one.alerts(), "+unknown -unknown");
}

#[test]
fn a_lost_toy_that_comes_near_is_told_and_its_battery_is_not() {
    let mut one = One::online(Rule { lost: true, stopped: true, given_ms: None, ..rule(1) });
    one.tell(Telemetry { battery_percent: 3, ..telemetry() });
    assert_eq!(one.alerts(), "+lost-is-here");
    one.news(News::Seen(Seen::Offline));
    one.pass(48 * HOUR_MS);
    assert_eq!(one.alerts(), "", "somebody is to see that it was here");
    one.watch.rules(vec![rule(1)], one.now_ms);
    assert!(one.alerts().contains("-lost-is-here"));
}

#[test]
fn a_lost_toy_that_was_here_is_over_when_somebody_saw_it_and_it_is_gone() {
    let lost = |lost_seen| Rule { lost: true, lost_seen, stopped: true, given_ms: None, ..rule(1) };
    let mut one = One::online(lost(false));
    one.pass(HOUR_MS);
    assert_eq!(one.alerts(), "+lost-is-here");
    one.watch.rules(vec![lost(true)], one.now_ms);
    one.pass(HOUR_MS);
    assert_eq!(one.alerts(), "", "it is here");
    one.news(News::Seen(Seen::Offline));
    one.pass(LOST_GONE_MS - 1);
    assert_eq!(one.alerts(), "", "it may come back at once");
    one.pass(1);
    assert_eq!(one.alerts(), "-lost-is-here");
    // It comes again: another alert, which nobody has seen yet.
    one.news(News::Seen(Seen::Online));
    one.news(News::Seen(Seen::Offline));
    one.pass(48 * HOUR_MS);
    assert_eq!(one.alerts(), "+lost-is-here");
}

#[test]
fn a_lost_toy_is_here_when_it_says_that_it_is_anothers_and_not_when_another_answers() {
    for (code, told) in [("anothers", "+lost-is-here"), ("forgotten", "+lost-is-here"), ("wrong-key", "")] {
        let mut one = One::new(Rule { lost: true, stopped: true, given_ms: None, ..rule(1) });
        one.news(News::Seen(Seen::Failing(code)));
        assert_eq!(one.alerts(), told, "{code}");
    }
}

#[test]
fn a_hub_that_starts_waits_for_a_lost_toy_before_it_says_that_it_is_gone() {
    let alert = Alert { short: id(1).short(), kind: AlertKind::LostIsHere, opened_ms: 1, detail: String::new() };
    let mut one = One::new(rule(1));
    one.watch = Watch::new(Vec::new(), vec![alert], START_MS);
    let lost = Rule { lost: true, lost_seen: true, stopped: true, given_ms: None, ..rule(1) };
    one.watch.rules(vec![lost], START_MS);
    one.pass(GRACE_MS);
    assert_eq!(one.alerts(), "");
    one.pass(1);
    assert_eq!(one.alerts(), "-lost-is-here");
}

fn circle(radius_m: u32) -> Fence {
    Fence { name: "Rampur".into(), shape: Shape::Circle { centre: at(0.0, 0.0), radius_m } }
}

#[test]
fn places_are_as_far_apart_as_they_are() {
    assert!((metres(at(0.0, 0.0), at(3_000.0, 4_000.0)) - 5_000.0).abs() < 5.0);
    let (east, west) = (1_799_999_000, -1_799_999_000);
    let date_line = |longitude_e7| Place { latitude_e7: 0, longitude_e7 };
    assert!((metres(date_line(east), date_line(west)) - 22.2).abs() < 0.2);
    let corner = |north, east| at(north, east);
    let field = Shape::Polygon(vec![
        corner(0.0, 0.0),
        corner(0.0, 1_000.0),
        // A bay: the field is no rectangle.
        corner(500.0, 500.0),
        corner(1_000.0, 1_000.0),
        corner(1_000.0, 0.0),
    ]);
    let near = |place, wanted: f64| {
        let outside_m = field.outside_m(place);
        assert!((outside_m - wanted).abs() < 2.0, "{outside_m} and not {wanted}");
    };
    near(at(500.0, 100.0), -100.0);
    near(at(500.0, -200.0), 200.0);
    near(at(500.0, 900.0), 282.8);
    near(at(-300.0, -400.0), 500.0);
    near(at(100.0, 500.0), -100.0);
    assert!((circle(1_000).shape.outside_m(at(0.0, 1_200.0)) - 200.0).abs() < 2.0);
}

#[test]
fn a_toy_that_leaves_its_fence_is_told_once_and_closes_when_it_is_back() {
    let mut one = One::online(Rule { fences: vec![circle(1_000)], ..rule(1) });
    let walk = |one: &mut One, place| {
        for _ in 0..4 {
            one.now_ms += 15_000;
            one.tell(fix(place, 12));
        }
    };
    walk(&mut one, at(0.0, 500.0));
    assert_eq!(one.alerts(), "");
    walk(&mut one, at(0.0, 1_500.0));
    let batch = one.batch();
    assert_eq!((batch.opened.len(), batch.opened[0].1.detail.as_str()), (1, "Rampur"));
    assert_eq!(batch.happened.last().map(|h| (h.what, h.detail.as_str())), Some((Happened::Left, "Rampur")));
    walk(&mut one, at(0.0, 3_000.0));
    assert_eq!(one.alerts(), "");
    walk(&mut one, at(0.0, 900.0));
    assert_eq!(one.alerts(), "-left-fence");
    // A second fence is as good as the first.
    let second = Fence { shape: Shape::Circle { centre: at(0.0, 3_000.0), radius_m: 500 }, ..circle(0) };
    one.watch.rules(vec![Rule { fences: vec![circle(1_000), second], ..rule(1) }], one.now_ms);
    walk(&mut one, at(0.0, 3_000.0));
    assert_eq!(one.alerts(), "");
}

/// An hour at the edge, with fixes that jump by their accuracy, and now and then one from the other side of the river.
#[test]
fn a_toy_at_the_edge_of_its_fence_does_not_come_and_go() {
    for seed in 1..=20_u64 {
        println!("seed {seed}");
        let mut random = seed;
        let mut jump = |most: f64| {
            // A xorshift is noise enough here.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            ((random % 2_001) as f64 / 1_000.0 - 1.0) * most
        };
        let mut one = One::online(Rule { fences: vec![circle(1_000)], ..rule(1) });
        for n in 0..720 {
            one.now_ms += 5_000;
            let east_m = if n % 50 == 49 { 1_400.0 } else { 1_000.0 + jump(40.0) };
            one.tell(fix(at(jump(40.0), east_m), 25));
        }
        assert_eq!(one.alerts(), "");
    }
}

#[test]
fn a_vague_position_says_nothing() {
    let mut one = One::online(Rule { fences: vec![circle(1_000)], ..rule(1) });
    for _ in 0..10 {
        one.now_ms += 15_000;
        one.tell(fix(at(0.0, 9_000.0), 600));
    }
    assert_eq!(one.alerts(), "");
}

#[test]
fn what_could_not_be_stored_is_tried_again_in_order() {
    let mut one = One::online(rule(1));
    one.tell(telemetry());
    let first = one.batch();
    one.news(News::Seen(Seen::Offline));
    one.watch.put_back(first);
    let happened: Vec<&str> = one.batch().happened.iter().map(|h| h.what.code()).collect();
    assert_eq!(happened, ["online", "offline"]);
}

#[test]
fn a_memory_that_fills_is_told_and_closes_itself() {
    let mut one = One::online(rule(1));
    let free = |storage_free_kib| Telemetry { storage_free_kib, ..telemetry() };
    one.tell(free(STORAGE_LOW_KIB));
    assert_eq!(one.alerts(), "");
    one.tell(free(STORAGE_LOW_KIB - 1));
    assert_eq!(one.alerts(), "+low-storage");
    one.tell(free(STORAGE_LOW_KIB + 1));
    one.pass(WELL_MS);
    assert_eq!(one.alerts(), "", "a little more room is not enough");
    one.tell(free(2 * STORAGE_LOW_KIB));
    one.pass(WELL_MS);
    assert_eq!(one.alerts(), "-low-storage");
}

#[test]
fn what_a_toy_says_to_be_broken_is_told_and_kept() {
    let mut one = One::online(rule(1));
    let broken = |faults| Telemetry { faults: Some(Faults(faults)), ..telemetry() };
    one.tell(telemetry());
    one.tell(broken(0));
    let noted = |batch: &Batch| {
        let broken = batch.happened.iter().filter(|happened| happened.what == Happened::Broken);
        broken.map(|happened| happened.detail.clone()).collect::<Vec<_>>()
    };
    assert_eq!(noted(&one.batch()), Vec::<String>::new());
    one.tell(broken(1 | 1 << 9));
    let batch = one.batch();
    assert_eq!((noted(&batch), batch.opened[0].1.kind), (vec!["sensor 9".to_owned()], AlertKind::Broken));
    assert_eq!(batch.opened[0].1.detail, "sensor 9");
    // However often it changes its word, a row a minute is kept, and what it came to.
    for n in 0..30_u32 {
        one.tell(broken(n % 2));
        one.pass(1_000);
    }
    one.tell(broken(0));
    assert_eq!(noted(&one.batch()), Vec::<String>::new());
    one.pass(MINUTE_MS);
    let batch = one.batch();
    assert_eq!((noted(&batch), batch.closed.len()), (vec![String::new()], 1));
    // A toy that does not look says nothing.
    one.tell(telemetry());
    one.pass(MINUTE_MS);
    assert!(one.batch().happened.is_empty());
}

#[test]
fn a_list_that_is_too_long_is_told_until_it_fits() {
    let mut one = One::online(rule(1));
    one.news(News::LeftOut(0));
    assert_eq!(one.alerts(), "");
    one.news(News::LeftOut(7));
    let batch = one.batch();
    assert_eq!((batch.opened[0].1.kind, batch.opened[0].1.detail.as_str()), (AlertKind::LeftOut, "7"));
    one.news(News::LeftOut(0));
    assert_eq!(one.alerts(), "-left-out");
}

#[test]
fn a_toy_that_sleeps_is_missed_when_it_overslept() {
    let mut one = One::online(rule(1));
    one.watch.worked(worked(3));
    let until_ms = START_MS + 100 * HOUR_MS;
    one.news(News::Seen(Seen::Asleep(until_ms)));
    let asleep = one.batch().happened.pop().unwrap();
    assert_eq!((asleep.what, asleep.detail), (Happened::Asleep, until_ms.to_string()));
    one.pass(100 * HOUR_MS + GRACE_MS);
    assert_eq!(one.alerts(), "");
    one.pass(1_000);
    assert_eq!(one.alerts(), "+offline");
    one.news(News::Seen(Seen::Online));
    assert_eq!(one.alerts(), "-offline");
}
