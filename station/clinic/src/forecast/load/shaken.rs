//! The shipped schedules with the slips of a hand: each is used, or refused with a line; nothing crashes.

use chrono::{Days, NaiveDate};

use super::super::{Child, Given, Sex, forecast};
use super::*;

const SHIPPED: [&str; 2] = [
    include_str!("../../../../../assets/schedules/seed.toml"),
    include_str!("../../../../../assets/schedules/uip.toml"),
];

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("small") % limit.max(1)
    }
}

/// The places of the runs of characters of one kind.
fn runs(text: &str, kind: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| kind(*byte)) {
        match found.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            _ => found.push(at..at + 1),
        }
    }
    found
}

/// One slip: a line dropped, doubled or moved, a number changed, two words swapped, a character lost.
fn slip(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let line = dice.below(lines.len());
    match dice.below(6) {
        0 => drop(lines.remove(line)),
        1 => lines.insert(line, lines[line]),
        2 => {
            let other = dice.below(lines.len());
            lines.swap(line, other);
        }
        3 => {
            let numbers = runs(text, |byte| byte.is_ascii_digit());
            let number = numbers[dice.below(numbers.len())].clone();
            let other = ["0", "1", "7", "28", "99", "999", "65536", "99999999999999999999", "-1", ""][dice.below(10)];
            return format!("{}{other}{}", &text[..number.start], &text[number.end..]);
        }
        4 => {
            let words = runs(text, |byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
            let (a, b) = (dice.below(words.len()), dice.below(words.len()));
            let (a, b) = (words[a.min(b)].clone(), words[a.max(b)].clone());
            if a.end > b.start {
                return text.to_owned();
            }
            let (before, between, after) = (&text[..a.start], &text[a.end..b.start], &text[b.end..]);
            return format!("{before}{}{between}{}{after}", &text[b], &text[a]);
        }
        _ => {
            let places: Vec<_> = text.char_indices().map(|(at, c)| at..at + c.len_utf8()).collect();
            let place = places[dice.below(places.len())].clone();
            return format!("{}{}", &text[..place.start], &text[place.end..]);
        }
    }
    lines.join("\n")
}

/// A schedule that was taken must serve every child.
fn forecasts(schedule: &Schedule, dice: &mut Dice) {
    let dob = NaiveDate::from_ymd_opt(2016, 2, 29).expect("a date");
    let products: Vec<_> = schedule.products().collect();
    for age_days in [0, 300, 4_000] {
        let on = dob + Days::new(age_days);
        let mut given: Vec<Given> = (0..20)
            .map(|_| Given {
                product: products[dice.below(products.len())],
                on: dob + Days::new(dice.below(2_000) as u64),
            })
            .collect();
        given.retain(|dose| dose.on <= on);
        let child = Child { dob, sex: Sex::Female, je_endemic: true };
        let found = forecast(schedule, &child, &given, on).expect("good input");
        assert!(found.next.iter().all(|row| row.earliest <= row.due && !row.why.is_empty()));
    }
}

#[test]
fn a_slip_of_the_hand_loads_or_names_its_line() {
    let mut dice = Dice(11);
    let (mut taken, mut refused) = (0, 0);
    for round in 0..700 {
        let mut text = SHIPPED[round % 2].to_owned();
        for _ in 0..=dice.below(3) {
            text = slip(&text, &mut dice);
        }
        match Schedule::parse(&text) {
            Ok(schedule) => {
                taken += 1;
                forecasts(&schedule, &mut dice);
            }
            Err(error) => {
                refused += 1;
                assert!((1..=text.lines().count()).contains(&error.line), "{error}");
                assert!(!error.reason.trim().is_empty() && !error.reason.contains('\n'), "{error}");
            }
        }
    }
    assert!(taken > 100 && refused > 200, "{taken} {refused}");
}

#[test]
fn a_text_of_another_computer_is_the_same_schedule() {
    for text in SHIPPED {
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let (here, there) = (Schedule::parse(text).expect("shipped"), Schedule::parse(&windows).expect("with CRLF"));
        assert_eq!(here.entries, there.entries);
        // Lines are counted as an editor counts them.
        let wrong = windows.replacen("schema = 1", "schema = 2", 1);
        let line = 1 + text.lines().position(|line| line.starts_with("schema")).expect("a line");
        assert_eq!(Schedule::parse(&wrong).expect_err("schema 2").line, line);
    }
}
