//! What must hold for every child, tried on many invented ones.

use chrono::{Datelike, Days, NaiveDate};

use super::*;

/// A small generator with a fixed start, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).expect("small")]
    }
}

/// Windows in the middle and at the end of a series, short intervals, several lists by age.
const AWKWARD: &str = include_str!("awkward.toml");

fn schedules() -> Vec<Schedule> {
    let builtin = |id| Schedule::builtin(id).expect("a schedule").clone();
    vec![
        builtin("seed"),
        builtin("uip").with_optional(&["HPV-14"]).expect("an optional dose"),
        Schedule::parse(AWKWARD).expect("the awkward schedule is valid"),
    ]
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}

fn child(dice: &mut Dice) -> Child {
    let first = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a date");
    let mut dob = later(first, dice.below(3_000));
    if dice.one_in(4) {
        // Births at the end of a month are where calendar arithmetic goes wrong.
        dob = NaiveDate::from_ymd_opt(2016, dice.pick(&[2, 8, 12]), 29 + u32::from(dice.one_in(2)) * 2)
            .unwrap_or(NaiveDate::from_ymd_opt(2016, 2, 29).expect("a leap day"));
    }
    Child { dob, sex: dice.pick(&[Sex::Female, Sex::Male, Sex::Other]), je_endemic: dice.one_in(2) }
}

/// Doses as a clinic would give them, with mistakes: a little early, late, forgotten, twice.
fn history(dice: &mut Dice, s: &Schedule, c: &Child) -> (Vec<Given>, NaiveDate) {
    let mut given: Vec<Given> = Vec::new();
    let mut today = c.dob;
    for _ in 0..dice.below(14) {
        let rows = forecast(s, c, &given, today).expect("good input").next;
        let open: Vec<_> = rows.iter().filter(|row| row.due.is_some()).collect();
        if open.is_empty() {
            break;
        }
        let row = open[usize::try_from(dice.below(open.len() as u64)).expect("small")];
        let aim = dice.pick(&[row.earliest, row.due, row.overdue.or(row.due), row.last_day.or(row.due)]);
        let aim = later(aim.expect("an open row has dates") - Days::new(3), dice.below(7));
        if !dice.one_in(3) && aim > today && aim < later(c.dob, 4_000) {
            today = aim;
        }
        let Item::Entry(entry) = row.item else { continue };
        let all: Vec<_> = s.products().collect();
        let product = if dice.one_in(8) { dice.pick(&all) } else { dice.pick(s.products_for(entry)) };
        given.push(Given { product, on: today });
        if dice.one_in(3) {
            // A session often gives several at once.
            given.push(Given { product: dice.pick(&all), on: today });
        }
    }
    if dice.one_in(2) {
        today = later(today, dice.below(600));
    }
    (given, today)
}

/// What may stand against vaccines for a child, on days around today.
fn constraints(dice: &mut Dice, s: &Schedule, today: NaiveDate) -> (Vec<Contraindication>, Vec<Refused>) {
    let series: Vec<_> = s.series().collect();
    let products: Vec<_> = s.products().collect();
    let against = |dice: &mut Dice| match dice.below(5) {
        0 => Against::LiveVaccines,
        1 | 2 => Against::Product(dice.pick(&products)),
        _ => Against::Series(dice.pick(&series)),
    };
    let near = |dice: &mut Dice| later(today, dice.below(400)) - Days::new(200);
    let contraindications = (0..dice.below(7))
        .map(|_| Contraindication {
            against: against(dice),
            until: if dice.one_in(3) { None } else { Some(near(dice)) },
        })
        .collect();
    let refusals = (0..dice.below(4)).map(|_| Refused { against: against(dice), on: near(dice) }).collect();
    (contraindications, refusals)
}

#[test]
fn constraints_never_bring_a_dose_forward() {
    let mut dice = Dice(6);
    let (mut moved, mut forbidden, mut refused) = (0, 0, 0);
    for s in &schedules() {
        for _ in 0..300 {
            let c = child(&mut dice);
            let (given, today) = history(&mut dice, s, &c);
            let (contraindications, refusals) = constraints(&mut dice, s, today);
            let with = Constraints { contraindications: &contraindications, refusals: &refusals };
            let free = forecast(s, &c, &given, today).expect("good input");
            let held = forecast_with(s, &c, &given, &with, today).expect("good input");
            assert_eq!(held.given, free.given, "doses that were given are judged as they are");
            let only_refused = Constraints { refusals: &refusals, ..Constraints::default() };
            let told = forecast_with(s, &c, &given, &only_refused, today).expect("good input");
            assert_eq!(told.next.len(), free.next.len());
            for (mut told, free) in told.next.into_iter().zip(&free.next) {
                refused += usize::from(told.refused_on().is_some());
                told.why.retain(|why| !matches!(why, Why::Refused { .. }));
                assert_eq!(told, *free, "a refusal changes nothing else");
            }
            for row in &held.next {
                let Item::Entry(entry) = row.item else { continue };
                let Some(free) = free.next.iter().find(|free| free.item == row.item) else { continue };
                if row.status == NextStatus::Contraindicated {
                    assert_eq!(with.products_for(s, entry, NaiveDate::MAX).count(), 0);
                    assert_eq!((row.earliest, row.due, row.overdue, row.last_day), (None, None, None, None));
                    forbidden += 1;
                }
                if let (Some(earliest), Some(was)) = (row.earliest, free.earliest) {
                    assert!(earliest >= was && row.due >= free.due, "{c:?} {given:?} {today}");
                    moved += usize::from(earliest > was);
                    // From the first day on there is a product for it.
                    assert!(with.products_for(s, entry, earliest.max(today)).next().is_some());
                }
            }
        }
    }
    assert!(moved > 300 && forbidden > 500 && refused > 300, "{moved} {forbidden} {refused}");
}

#[test]
fn until_the_recheck_date_only_the_status_changes() {
    let mut dice = Dice(1);
    let (mut never, mut soon, mut far) = (0, 0, 0);
    for s in &schedules() {
        for _ in 0..300 {
            let c = child(&mut dice);
            let (given, today) = history(&mut dice, s, &c);
            let (contraindications, refusals) =
                if dice.one_in(2) { constraints(&mut dice, s, today) } else { Default::default() };
            let with = Constraints { contraindications: &contraindications, refusals: &refusals };
            let now = forecast_with(s, &c, &given, &with, today).expect("good input");
            let limit = later(today, 5_000);
            match now.recheck_on {
                None => never += 1,
                Some(day) if day == later(today, 1) => soon += 1,
                Some(_) => far += 1,
            }
            let end = now.recheck_on.unwrap_or(limit).min(limit);
            assert!(end > today);
            // The days around every date in the rows, the last day before the recheck, and others.
            let mut days: Vec<NaiveDate> = now
                .next
                .iter()
                .flat_map(|row| [row.earliest, row.due, row.overdue, row.last_day])
                .flatten()
                .flat_map(|day| [day - Days::new(1), day, later(day, 1)])
                .chain([1, 2, 27, 28, 29].map(|days| later(today, days)))
                .chain((0..10).map(|_| later(today, dice.below(5_000))))
                .chain([end - Days::new(1)])
                .filter(|day| (today..end).contains(day))
                .collect();
            days.sort_unstable();
            days.dedup();
            for day in days {
                let then = forecast_with(s, &c, &given, &with, day).expect("good input");
                let expected: Vec<_> = now.next.iter().map(|row| row.as_of(day)).collect();
                assert_eq!(then.next, expected, "{} {c:?} {given:?} {with:?} {today} on {day}", s.id());
                assert_eq!(then.given, now.given, "time does not change what was given");
                assert_eq!(then.recheck_on, now.recheck_on);
            }
        }
    }
    assert!(never > 50 && soon > 20 && far > 50, "{never} {soon} {far}");
}

#[test]
fn a_dose_is_valid_from_its_earliest_day_and_not_before() {
    let mut dice = Dice(2);
    let (mut valid, mut too_early) = (0, 0);
    for s in &schedules() {
        for _ in 0..400 {
            let c = child(&mut dice);
            let (given, today) = history(&mut dice, s, &c);
            let now = forecast(s, &c, &given, today).expect("good input");
            for row in &now.next {
                let (Item::Entry(entry), Some(earliest)) = (row.item, row.earliest) else { continue };
                let first = earliest.max(today);
                let given_today = |series| now.given.iter().any(|row| row.on == first && row.series == series);
                if now.recheck_on.is_some_and(|day| day <= first) || given_today(row.series) {
                    continue;
                }
                let judge = |on: NaiveDate| {
                    let mut with = given.clone();
                    with.push(Given { product: s.products_for(entry)[0], on });
                    let rows = forecast(s, &c, &with, on).expect("good input").given;
                    *rows.iter().rev().find(|given| given.series == row.series && given.on == on).expect("a row")
                };
                let found = judge(first);
                assert_eq!((found.item, found.status), (row.item, GivenStatus::Valid), "{c:?} {given:?} {first}");
                valid += 1;
                if earliest > today && now.given.iter().all(|row| row.on < earliest - Days::new(1)) {
                    let found = judge(earliest - Days::new(1));
                    // A combination's part may be saved by another part, but it is never valid.
                    assert_ne!(found.status, GivenStatus::Valid, "{c:?} {given:?} {earliest}");
                    assert_eq!(found.valid_from, Some(earliest));
                    too_early += 1;
                }
            }
        }
    }
    assert!(valid > 3_000 && too_early > 1_000, "{valid} {too_early}");
}

#[test]
fn rows_are_complete_and_in_order() {
    let mut dice = Dice(3);
    for s in &schedules() {
        for _ in 0..200 {
            let c = child(&mut dice);
            let (mut given, today) = history(&mut dice, s, &c);
            let found = forecast(s, &c, &given, today).expect("good input");
            let parts: usize = given.iter().map(|dose| s.product_series(dose.product).len()).sum();
            assert_eq!(found.given.len(), parts, "every part of every dose has its row");
            assert!(found.given.is_sorted_by_key(|row| (row.on, row.index)));
            assert!(found.next.is_sorted_by_key(|row| row.series));
            let with_rows = found.next.chunk_by(|a, b| a.series == b.series).count();
            assert_eq!(with_rows, s.series().count());
            for row in &found.next {
                assert!(!row.why.is_empty());
                assert_eq!(row.earliest.is_some(), row.due.is_some());
                assert!(row.earliest <= row.due);
                assert!(row.overdue.is_none_or(|overdue| Some(overdue) >= row.due));
                assert_eq!(row.as_of(today), *row);
            }
            // The order of entry matters only within a day.
            given.reverse();
            given.sort_by_key(|dose| dose.on);
            let mut again = given.clone();
            again.rotate_left(given.len() / 2);
            let again = forecast(s, &c, &again, today).expect("good input");
            let sorted = forecast(s, &c, &given, today).expect("good input");
            if given.windows(2).all(|pair| pair[0].on != pair[1].on) {
                assert_eq!(again.next, sorted.next);
            }
        }
    }
}

#[test]
fn the_ends_of_the_calendar_are_safe() {
    let mut dice = Dice(4);
    for s in &schedules() {
        let products: Vec<_> = s.products().collect();
        for dob in [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::MAX - Days::new(400)] {
            let c = Child { dob, sex: Sex::Female, je_endemic: true };
            let contraindications = [Contraindication { against: Against::LiveVaccines, until: Some(NaiveDate::MAX) }];
            let refusals = [Refused { against: Against::LiveVaccines, on: NaiveDate::MAX }];
            let with = Constraints { contraindications: &contraindications, refusals: &refusals };
            for _ in 0..50 {
                let mut on = || dob.checked_add_days(Days::new(dice.below(800))).unwrap_or(NaiveDate::MAX);
                let days: Vec<_> = (0..20).map(|_| on()).collect();
                let given: Vec<_> = days.into_iter().map(|on| Given { product: dice.pick(&products), on }).collect();
                let found = forecast_with(s, &c, &given, &with, NaiveDate::MAX).expect("good input");
                for row in &found.next {
                    assert_ne!(row.as_of(NaiveDate::MIN).why, []);
                }
                assert!(forecast(s, &c, &given, dob).is_ok() || dob != NaiveDate::MAX);
            }
        }
    }
}

fn span(dice: &mut Dice) -> Span {
    let mut number = |limit: u64| u16::try_from(dice.below(limit)).expect("small");
    Span { years: number(20), months: number(30), weeks: number(60), days: number(400) }
}

#[test]
fn adding_to_dates_follows_the_calendar() {
    let mut dice = Dice(5);
    let first = NaiveDate::from_ymd_opt(1999, 12, 1).expect("a date");
    let mut rolled = 0;
    // Every day of a leap year and its neighbours, so every end of a month and both 28 and 29 February.
    for days in 0..3 * 366 {
        let date = later(first, days);
        let next = later(date, 1);
        for months in 0..40_u16 {
            let added = Span { months, ..Span::default() }.after(date);
            // The same day of the month, or the first of the month after the one that lacks it.
            let total = u32::from(months) + date.month0();
            let month = (date.year() + i32::try_from(total / 12).expect("small"), total % 12);
            if added.day() == date.day() {
                assert_eq!((added.year(), added.month0()), month, "{date} + {months}m");
            } else {
                assert!(date.day() > 28 && added.day() == 1, "{date} + {months}m = {added}");
                let before = added - Days::new(1);
                assert_eq!((before.year(), before.month0()), month, "{date} + {months}m");
                rolled += 1;
            }
            // Who is born later never comes of age sooner, and is never more than a month behind.
            assert!(Span { months, ..Span::default() }.after(next) >= added, "{date} + {months}m");
        }
        for _ in 0..20 {
            let span = span(&mut dice);
            let added = span.after(date);
            assert!(added >= date && span.after(next) >= added, "{date} + {span}");
            // Twelve months are a year, seven days a week.
            let months = span.years * 12 + span.months;
            let same = Span { years: 0, months, weeks: 0, days: span.weeks * 7 + span.days };
            assert_eq!(same.after(date), added, "{date} + {span}");
            // A longer span never ends sooner.
            let day_more = Span { days: span.days + 1, ..span };
            assert_eq!(day_more.after(date), later(added, 1));
            assert!(Span { months: span.months + 1, ..span }.after(date) > added, "{date} + {span}");
            assert_eq!(Span::parse(&span.to_string()), Ok(span));
        }
        let weeks = u16::try_from(days % 60).expect("small");
        assert_eq!(Span::weeks(weeks).after(date), later(date, u64::from(weeks) * 7));
        assert_eq!(Span::default().after(date), date);
        // A completed age is reached on the birthday and not on the day before it.
        let age = Span { years: 1, ..Span::default() };
        let birthday = age.after(date);
        assert!((365..=366).contains(&(birthday - date).num_days()), "{date}");
    }
    assert!(rolled > 500, "{rolled}");
}
