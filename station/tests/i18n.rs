//! The two files of words against each other and against the sources: nothing is missing, nothing is left
//! over, nothing is left in English.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clinic::forecast::{Against, NextStatus, Schedule, Why};
use clinic::store::StripState;
use fluent_bundle::FluentResource;
use station::words::{Lang, Words};

/// Keys that are made from data at run time: the beginning, and why no source names the whole key.
const MADE_FROM_DATA: &[(&str, &str)] = &[
    ("month-", "the number of the month"),
    ("product-", "products of the schedules"),
    ("dose-", "entries of the schedules"),
    ("reason-", "codes of the forecast"),
    ("schedule-", "ids of the schedules"),
    ("weekday-", "the number of the day of the week"),
    ("role-", "codes of the roles"),
    ("field-", "codes of the fields of a form"),
    ("refusal-", "codes of the refusals"),
    ("conflict-", "kinds of doses that are not believed"),
    ("proposed-", "kinds of doses that are not believed"),
    ("seen-", "codes of the audit"),
    ("status-", "codes of the forecast"),
    ("plan-", "how a dose of the plan stands"),
    ("why-", "codes of the forecast"),
    ("given-", "codes of the forecast"),
    ("declined-", "why a vaccine is not given"),
    ("grown-", "classes of growth"),
    ("aefi-class-", "classes of an adverse event"),
    ("aefi-outcome-", "outcomes of an adverse event"),
    ("call-", "what became of a call"),
    ("gone-", "why a child is not looked after here"),
    ("called-", "what became of a call"),
    ("channel-", "ways of a message"),
    ("found-", "whom a worker found at home"),
    ("message-", "what became of a message"),
    ("not-sent-", "why a message was not sent"),
    ("way-trouble-", "why messages do not go out"),
    ("stage-", "when a family is reminded"),
    ("toy-sign-", "signs that a toy will fail"),
    ("card-stop-", "why a card opens nothing"),
    ("cards-do-", "why a card opens nothing"),
    ("toy-stop-", "why a toy is not used"),
    ("toys-do-", "why a toy is not used, and orders to it"),
    ("toy-order-", "orders to a toy and how they stand"),
    ("toys-was-", "orders to a toy and what became of them"),
    ("toy-alert-", "kinds of alerts"),
    ("toy-fault-", "codes of the faults of a toy"),
    ("toy-part-", "what a toy says to be broken of itself"),
    ("toy-happened-", "what happened to a toy"),
    ("session-kind-", "kinds of sessions"),
    ("stock-", "why vials left the shelf"),
    ("hmis-", "lines of the monthly report"),
    ("drop-out-", "rates of the report"),
    ("check-", "checks of the report"),
    ("fully-set-", "which doses make a child fully immunized"),
    ("settings-effect-", "what becomes of a vaccine"),
    ("settings-contrast-", "strengths of the colours"),
    ("not-then-", "what speaks against a day"),
    ("alert-closed-", "how an alert was closed"),
    ("import-", "codes of the import"),
];

/// Keys that no source of this crate names: the facts of the diet plan do, and a test of their own holds them.
const OF_THE_DIET_PLAN: &str = "diet-";

/// A text in the sources that begins so is always a key, whatever it is given to.
const ALWAYS_KEYS: &[&str] = &["paper-", "age-", "sex-", "refusal-"];

/// Hindi that is the same as the English on purpose: names that are not translated.
const SAME_IN_BOTH: &[&str] =
    &["channel-sms", "channel-whatsapp", "reminders-body-json", "reminders-sms", "reminders-whatsapp"];

/// Spellings that are right, and not the ones of this file: a word that is written in two ways is hard to look for.
const OTHER_SPELLINGS: &[&str] = &[
    "ग़लत",
    "बाक़ी",
    "ख़ाली",
    "तारीख़",
    "कागज़",
    "ख़राब",
    "आख़िरी",
    "ख़ुद",
    "ख़िलाफ़",
    "नक़ल",
    "प्रमाणपत्र",
    "लॉग इन",
    "सेटिंग्स",
    "हिंदी",
    "क्लिनिक",
    "पेज",
    "आयु",
    "वायल",
    "भंडार",
    "निष्क्रिय",
    "पहचान संख्या",
    "एफ-आईपीवी",
];

/// A message or an attribute (`key.attribute`), with its words as they stand in the file.
fn messages(lang: Lang) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut key = String::new();
    let mut last = String::new();
    for line in lang.source().lines() {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (name, words) = line.split_once('=').unwrap();
            name.trim().clone_into(&mut key);
            last.clone_from(&key);
            assert!(found.insert(key.clone(), words.trim().to_owned()).is_none(), "{lang}: {key} stands twice");
        } else if let Some(attribute) = line.trim_start().strip_prefix('.') {
            let (name, words) = attribute.split_once('=').unwrap();
            last = format!("{key}.{}", name.trim());
            assert!(found.insert(last.clone(), words.trim().to_owned()).is_none(), "{lang}: {last} stands twice");
        } else if line.starts_with([' ', '}']) {
            let words = found.get_mut(&last).unwrap();
            words.push('\n');
            words.push_str(line.trim());
        } else {
            assert!(line.is_empty() || line.starts_with('#'), "{lang}: a line is neither words nor a comment: {line}");
        }
    }
    found
}

fn placeholders(words: &str) -> BTreeSet<&str> {
    words
        .split('$')
        .skip(1)
        .map(|rest| rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next().unwrap())
        .collect()
}

/// The words without what stands in braces.
fn without_values(words: &str) -> String {
    let mut depth = 0u32;
    words
        .chars()
        .filter(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut paths);
    assert!(paths.len() > 5);
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The first argument of each call, when it is a text that has the form of a key.
fn keys_asked_for<'s>(source: &'s str, call: &str) -> Vec<&'s str> {
    source
        .match_indices(call)
        .filter_map(|(at, _)| source[at + call.len()..].trim_start().strip_prefix('"')?.split('"').next())
        .filter(|key| {
            key.contains('-') && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
        })
        .collect()
}

#[test]
fn both_files_are_without_errors() {
    for lang in Lang::ALL {
        let resource = FluentResource::try_new(lang.source().to_owned());
        let resource = resource.unwrap_or_else(|(_, errors)| panic!("{lang}: {errors:?}"));
        let words = Words::new(lang);
        let found = messages(lang);
        for key in found.keys().filter(|key| !key.contains('.')) {
            assert!(words.has(key), "{lang}: {key} was not read");
        }
        // What the parser could not read it would have kept as junk.
        assert!(resource.entries().all(|entry| !format!("{entry:?}").starts_with("Junk")));
    }
}

#[test]
fn both_files_have_the_same_keys_and_values() {
    let (en, hi) = (messages(Lang::En), messages(Lang::Hi));
    let missing: Vec<_> = en.keys().filter(|key| !hi.contains_key(*key)).collect();
    let left_over: Vec<_> = hi.keys().filter(|key| !en.contains_key(*key)).collect();
    assert!(missing.is_empty() && left_over.is_empty(), "not in Hindi: {missing:?}; not in English: {left_over:?}");
    for (key, words) in &en {
        assert_eq!(placeholders(words), placeholders(&hi[key]), "{key}");
    }
}

#[test]
fn nothing_is_left_in_english() {
    let (en, hi) = (messages(Lang::En), messages(Lang::Hi));
    for (key, words) in &en {
        let same = words == &hi[key] && without_values(words).chars().any(char::is_alphabetic);
        assert_eq!(same, SAME_IN_BOTH.contains(&key.as_str()), "{key}: {words}");
        let latin = without_values(&hi[key]).chars().filter(char::is_ascii_alphabetic).count();
        let devanagari = hi[key].chars().filter(|c| station::words::is_devanagari(*c)).count();
        assert!(same || latin <= devanagari || latin == 0, "{key} is hardly Hindi: {}", hi[key]);
    }
}

#[test]
fn hindi_spells_a_word_in_one_way() {
    for (key, words) in messages(Lang::Hi) {
        let other = OTHER_SPELLINGS.iter().find(|spelling| words.contains(**spelling));
        assert_eq!(other, None, "{key}: {words}");
    }
}

#[test]
fn every_key_that_is_asked_for_exists() {
    let known = messages(Lang::En);
    let mut asked = 0;
    for (path, source) in all_sources() {
        for key in [".get(", ".with("].iter().flat_map(|call| keys_asked_for(&source, call)) {
            assert!(known.contains_key(key), "{} asks for {key}, which has no words", path.display());
            asked += 1;
        }
        for start in ALWAYS_KEYS {
            for (at, _) in source.match_indices(&format!("\"{start}")) {
                let key = source[at + 1..].split('"').next().unwrap();
                let whole = !key.contains(['{', ' ']) && !key.ends_with('-');
                assert!(!whole || known.contains_key(key), "{} names {key}, which has no words", path.display());
            }
        }
    }
    assert!(asked > 20, "only {asked} keys found in the sources: has the way of asking changed?");
}

#[test]
fn every_key_is_used() {
    let sources = all_sources();
    let named = |text: &str| sources.iter().any(|(_, source)| source.contains(text));
    for (prefix, why) in MADE_FROM_DATA {
        assert!(named(&format!("\"{prefix}")), "no source makes keys {prefix}… from {why} any more");
    }
    for key in messages(Lang::En).keys() {
        let made = MADE_FROM_DATA.iter().any(|(prefix, _)| key.starts_with(prefix));
        let made = made || key.starts_with(OF_THE_DIET_PLAN);
        assert!(made || named(&format!("\"{key}\"")), "{key} is used nowhere");
    }
}

#[test]
fn missing_words_show_their_key() {
    assert_eq!(Words::new(Lang::En).get("no-such-key"), "[no-such-key]");
}

/// The texts between quotes after `id = `, and the names before ` = [` of the table of products.
fn ids_of_schedules() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut doses, mut products) = (BTreeSet::new(), BTreeSet::new());
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/schedules");
    for entry in std::fs::read_dir(dir).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut table = "";
        for line in text.lines() {
            if line.starts_with('[') {
                table = line;
            } else if table == "[product]"
                && let Some((id, _)) = line.split_once(" = [")
            {
                products.insert(id.trim().to_owned());
            } else if !table.is_empty()
                && let Some((_, rest)) = line.split_once("id = \"")
            {
                doses.insert(rest.split('"').next().unwrap().to_owned());
            }
            if let Some(series) = line.strip_prefix("series = \"") {
                doses.insert(series.split('"').next().unwrap().to_owned());
            }
        }
    }
    assert!(doses.len() > 60 && products.len() > 20, "{doses:?} {products:?}");
    (doses, products)
}

#[test]
fn every_vaccine_of_every_schedule_has_a_name() {
    let (doses, products) = ids_of_schedules();
    let hi = Words::new(Lang::Hi);
    let latin = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic());
    for id in &products {
        assert!(Words::new(Lang::En).has(&format!("product-{}", id.to_lowercase())), "{id}");
        assert!(!latin(&hi.product(id)), "{id}: {}", hi.product(id));
    }
    for id in &doses {
        assert!(!latin(&hi.dose_label(id)), "{id}: {}", hi.dose_label(id));
        assert!(!Words::new(Lang::En).dose_label(id).contains('['), "{id}");
    }
}

#[test]
fn doses_are_called_as_nurses_call_them() {
    let (en, hi) = (Words::new(Lang::En), Words::new(Lang::Hi));
    for (id, english, hindi) in [
        ("BCG", "BCG", "बीसीजी"),
        ("PENTA-1", "Pentavalent 1", "पेंटावेलेंट 1"),
        ("HepB-0", "Hepatitis B birth dose", "हेपेटाइटिस बी जन्म खुराक"),
        ("OPV-0", "OPV 0 (birth dose)", "ओपीवी 0 (जन्म खुराक)"),
        ("OPV-B", "OPV booster", "ओपीवी बूस्टर"),
        ("DPT-B2", "DPT booster 2", "डीपीटी बूस्टर 2"),
        ("fIPV-3", "fIPV 3", "एफआईपीवी 3"),
        ("VitA-9", "Vitamin A 9", "विटामिन ए 9"),
        ("Td-16", "Td, 16 years", "टीडी, 16 साल"),
        ("DTP", "DPT", "डीपीटी"),
        ("NEW-2", "NEW 2", "NEW 2"),
        ("NEW-BOX", "NEW-BOX", "NEW-BOX"),
        ("NEW-", "NEW-", "NEW-"),
    ] {
        let plain = |label: String| label.replace('\u{A0}', " ");
        let (told_en, told_hi) = (en.dose_label(id), hi.dose_label(id));
        // A number at the beginning of a line is read as a count.
        let breaks = |label: &str| label.contains(" 1") || label.contains(" 2") || label.contains(" 3");
        assert!(
            !english.contains(|c: char| c.is_ascii_digit()) || id.starts_with("Td") || !breaks(&told_en),
            "{told_en}"
        );
        assert_eq!((plain(told_en), plain(told_hi)), (english.to_owned(), hindi.to_owned()), "{id}");
    }
    assert_eq!(en.reason("min-age").unwrap(), "given before the minimum age");
    assert_eq!(en.reason("from-the-future"), None);
}

#[test]
fn the_words_of_the_diet_plan_are_those_its_facts_name() {
    let used = clinic::diet::keys().unwrap();
    assert!(used.len() > 100, "{}", used.len());
    for lang in Lang::ALL {
        let found = messages(lang);
        for used in &used {
            let words = found.get(&used.key).unwrap_or_else(|| panic!("{lang}: {} has no words", used.key));
            let values = [("n", used.number), ("date", used.date)];
            let expected = values.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect::<BTreeSet<_>>();
            assert_eq!(placeholders(words), expected, "{lang}: {}", used.key);
        }
        for key in found.keys().filter(|key| key.starts_with(OF_THE_DIET_PLAN)) {
            assert!(used.iter().any(|used| used.key == *key), "{lang}: no fact of the diet plan names {key}");
        }
    }
}

#[test]
fn what_stands_against_a_vaccine_has_words() {
    let schedule = Schedule::builtin("uip").unwrap();
    let product = schedule.product("PENTA").unwrap();
    let series = schedule.series_id("DTP").unwrap();
    let until = date("2026-11-21");
    let mut reasons = vec![Why::Refused { on: until }, Why::NotWith { product, until: None }];
    reasons.push(Why::NotWith { product, until: Some(until) });
    for against in [Against::Series(series), Against::Product(product), Against::LiveVaccines] {
        reasons.extend([Why::Contraindicated { against }, Why::ContraindicatedUntil { against, until }]);
    }
    for words in Lang::ALL.map(Words::new) {
        let mut told = BTreeSet::new();
        for why in &reasons {
            let args = [("on", "21".into()), ("day", "21".into()), ("product", "PENTA".into())];
            let said = words.with(&format!("why-{}", why.as_str()), &args);
            assert!(!said.contains(['[', '{']), "{why:?}: {said}");
            assert!(told.insert(said), "{why:?} is told as another is");
        }
        assert!(words.has(&format!("status-{}", NextStatus::Contraindicated.as_str())));
        for state in StripState::ALL {
            assert!(words.has(&format!("plan-{}", state.code())), "{state:?}");
        }
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn dates_and_ages_are_told_in_words() {
    let (en, hi) = (Words::new(Lang::En), Words::new(Lang::Hi));
    assert_eq!((en.day(date("2026-11-21")), hi.day(date("2026-11-21"))), ("21 Nov 2026".into(), "21 नवंबर 2026".into()));
    for (dob, on, english, hindi) in [
        ("2026-01-10", "2026-01-09", "before birth", "जन्म से पहले"),
        ("2026-01-10", "2026-01-10", "newborn", "नवजात"),
        ("2026-01-10", "2026-01-11", "1 day", "1 दिन"),
        ("2026-01-10", "2026-01-13", "3 days", "3 दिन"),
        ("2026-01-10", "2026-01-23", "13 days", "13 दिन"),
        ("2026-01-10", "2026-01-24", "2 weeks", "2 हफ़्ते"),
        ("2026-01-10", "2026-02-21", "6 weeks", "6 हफ़्ते"),
        ("2026-01-10", "2026-05-01", "15 weeks", "15 हफ़्ते"),
        ("2026-01-10", "2026-05-10", "4 months", "4 महीने"),
        ("2026-01-10", "2026-10-09", "8 months", "8 महीने"),
        ("2026-01-10", "2026-10-10", "9 months", "9 महीने"),
        ("2024-01-31", "2025-02-28", "12 months", "12 महीने"),
        ("2024-01-31", "2025-03-01", "13 months", "13 महीने"),
        ("2024-02-29", "2026-02-28", "23 months", "23 महीने"),
        ("2024-02-29", "2026-03-01", "2 years", "2 साल"),
        ("2024-01-10", "2026-04-10", "2 years 3 months", "2 साल 3 महीने"),
        ("2024-01-10", "2026-02-10", "2 years 1 month", "2 साल 1 महीना"),
    ] {
        let (dob, on) = (date(dob), date(on));
        assert_eq!((en.age(dob, on), hi.age(dob, on)), (english.to_owned(), hindi.to_owned()), "{dob} {on}");
    }
}

#[test]
fn numbers_in_sentences_are_grouped_and_chosen_by_plural() {
    let en = Words::new(Lang::En);
    assert_eq!(en.with("age-days", &[("n", 1.into())]), "1 day");
    assert_eq!(en.with("age-days", &[("n", 100_000.into())]), "1,00,000 days");
    assert_eq!(Words::new(Lang::Hi).with("age-months", &[("n", 1_204.into())]), "1,204 महीने");
    assert_eq!(en.number(100_000), "1,00,000");
    // A name of the other script in a sentence is parted from it by an invisible space only when they touch.
    assert_eq!(en.child_name("", "A-7क"), "Baby of A-7\u{200B}क");
    assert_eq!(en.child_name(" ", "मीना"), "Baby of मीना");
    assert_eq!("hi".parse(), Ok(Lang::Hi));
    assert!("mr".parse::<Lang>().is_err());
}
