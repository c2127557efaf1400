//! What registers and files call a vaccine, and which product of a schedule that is.

use super::cells::plain;
use crate::forecast::{ProductId, Schedule};
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::char::is_combining_mark;

const NAMES: &str = include_str!("../../../../assets/codes/names.csv");

/// A longer text is no name of a vaccine.
const NAME_MAX_CHARS: usize = 60;

/// What may follow a name and tells which dose it was: that the schedule finds out by itself, from the dates.
const OF_THE_DOSE: [&str; 36] = [
    "dose",
    "doses",
    "birth",
    "birthdose",
    "zero",
    "at",
    "first",
    "second",
    "third",
    "st",
    "nd",
    "rd",
    "th",
    "i",
    "ii",
    "iii",
    "b",
    "bo",
    "bd",
    "booster",
    "boost",
    "year",
    "years",
    "yr",
    "yrs",
    "y",
    "vaccine",
    "vac",
    "जन्म",
    "पर",
    "खुराक",
    "बूस्टर",
    "टीका",
    "साल",
    "पहली",
    "दूसरी",
];

/// The product that a text names: the schedule's own name, or another one that people use, with or without the number
/// of the dose (`Penta-1`, `OPV 0`, `Hep B birth`, `DPT booster 2`).
pub fn product(text: &str, schedule: &Schedule) -> Option<ProductId> {
    let text = text.trim();
    if text.chars().nth(NAME_MAX_CHARS).is_some() {
        return None;
    }
    if let Some(own) = schedule.product(text) {
        return Some(own);
    }
    let mut parts = parts(text);
    loop {
        if let Some(names) = NAMED.get(parts.concat().as_str()) {
            return names.split('|').find_map(|name| schedule.product(name));
        }
        let last = parts.pop()?;
        let of_the_dose = last.bytes().all(|b| b.is_ascii_digit()) || OF_THE_DOSE.contains(&last.as_str());
        if !of_the_dose {
            return None;
        }
    }
}

/// Words and numbers, in small letters.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut was = ' ';
    for c in plain(text).chars() {
        let letter = |c: char| c.is_alphabetic() || is_combining_mark(c);
        match parts.last_mut() {
            Some(part) if (letter(was) && letter(c)) || (was.is_ascii_digit() && c.is_ascii_digit()) => part.push(c),
            _ if letter(c) || c.is_ascii_digit() => parts.push(c.to_string()),
            _ => {}
        }
        was = c;
    }
    parts
}

// A test holds the table to be readable, so it is never empty in a release.
static NAMED: LazyLock<HashMap<String, String>> = LazyLock::new(|| read(NAMES).unwrap_or_default());

fn read(text: &str) -> Result<HashMap<String, String>, csv::Error> {
    let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    rows.deserialize::<(String, String)>().map(|row| row.map(|(name, products)| (plain(&name), products))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn named<'s>(text: &str, schedule: &'s str) -> Option<&'s str> {
        let schedule = Schedule::builtin(schedule).unwrap();
        product(text, schedule).map(|product| schedule.product_name(product))
    }

    #[test]
    fn every_other_name_leads_to_a_product_and_every_product_has_its_own() {
        let schedules = Schedule::builtin_ids().map(|id| Schedule::builtin(id).unwrap());
        let table = read(NAMES).unwrap();
        let lines = NAMES.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(table.len(), lines - 1, "a name stands twice");
        for (name, products) in &table {
            assert_eq!(parts(name).concat(), *name, "could never be found");
            for product in products.split('|') {
                assert!(schedules.iter().any(|s| s.product(product).is_some()), "{name}: {product}");
            }
        }
        for schedule in schedules {
            for product in schedule.products() {
                let name = schedule.product_name(product);
                for typed in [name.to_owned(), name.to_lowercase(), format!("{name}-1"), format!(" {name} booster 2 ")]
                {
                    assert_eq!(super::product(&typed, schedule), Some(product), "{typed}");
                }
            }
        }
    }

    #[test]
    fn names_as_registers_write_them() {
        for (typed, uip, seed) in [
            ("Penta-1", Some("PENTA"), Some("PENTA")),
            ("Pentavalent 3rd dose", Some("PENTA"), Some("PENTA")),
            ("penta1", Some("PENTA"), Some("PENTA")),
            ("OPV-0 (birth dose)", Some("OPV"), Some("OPV")),
            ("b-OPV 2", Some("OPV"), Some("OPV")),
            ("Hep B birth", Some("HepB"), Some("HepB")),
            ("Hepatitis-B 0", Some("HepB"), Some("HepB")),
            ("MR 1", Some("MR"), Some("MR")),
            ("Measles & Rubella II", Some("MR"), Some("MR")),
            ("DPT B1", Some("DPT"), Some("DPT")),
            ("DPT booster-2", Some("DPT"), Some("DPT")),
            ("Rota 3", Some("RVV"), Some("RV")),
            ("f-IPV 1", Some("fIPV"), None),
            ("IPV", None, Some("IPV")),
            ("Td 10 yrs", Some("Td"), Some("Td")),
            ("Vit. A (2)", Some("VitA"), Some("VitA")),
            ("पेंटा १", Some("PENTA"), Some("PENTA")),
            ("हेपेटाइटिस बी जन्म खुराक", Some("HepB"), Some("HepB")),
            ("विटामिन ए", Some("VitA"), Some("VitA")),
            ("Hexavalent", None, Some("HEXA")),
            ("polio", None, None),
            ("measles", None, None),
            ("1", None, None),
            ("booster", None, None),
            ("BCG x", None, None),
            ("", None, None),
        ] {
            assert_eq!((named(typed, "uip"), named(typed, "seed")), (uip, seed), "{typed}");
        }
        assert_eq!(named(&"OPV".repeat(4_000_000), "uip"), None);
    }
}
