//! People at the real desktop: from an empty folder to a visit, with their mistakes, in both languages.
#![allow(clippy::unwrap_used)]

mod allowed;
mod asked;
mod certificates;
mod child;
mod clinic_wide;
mod drafts;
mod first_run;
mod goldens;
mod hurry;
mod immunization;
mod importing;
mod in_place;
mod keys;
mod late_answers;
mod lists;
mod login;
mod mishaps;
mod papers;
mod people;
mod quiet_hub;
mod rare;
mod records;
mod reminders;
mod restoring;
mod sheet;
mod shift;
mod shown;
mod tangled;
mod things;
mod undone;
mod visit;
mod window;
mod without_mouse;

use chrono::NaiveDate;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, GivenAt};
use clinic::record::fact::Sex;
use hub_protocol::ChildId;
use window::{Window, session};

/// Names of boys among those of the tests.
const BOYS: [&str; 4] = ["Aarav", "Imran", "Ravi", "आरव"];

fn form(name: &str, dob: NaiveDate) -> ChildForm {
    let is_boy = BOYS.iter().any(|boy| name.starts_with(boy));
    ChildForm {
        name: name.into(),
        dob: to_day(dob),
        dob_estimated: false,
        sex: if is_boy { Sex::Male } else { Sex::Female },
        mother: "Meena Devi".into(),
        father: String::new(),
        phone: "9876543210".into(),
        village: "Khajuri".into(),
        landmark: String::new(),
        consent_reminders: true,
        consent_tracing: true,
        ..ChildForm::default()
    }
}

fn register(clinic: &Clinic, login: &str, form: ChildForm) -> ChildId {
    let (child, by) = (clinic.env().new_child_id().unwrap(), session(clinic, login));
    // Whoever looks the same is another child.
    let alike = clinic.probable_duplicates(&by, &form).unwrap();
    let distinct_from = alike.into_iter().map(|line| line.child.id).collect();
    clinic.submit(&by, Command::RegisterChild { child, form, worker: None, distinct_from }).unwrap();
    child
}

fn give(clinic: &Clinic, child: ChildId, product: &str, on: NaiveDate) {
    let batch = Some(format!("{product}24-118"));
    let (product, at) = (product.into(), GivenAt::Here(None));
    let command = Command::RecordDose { child, product, on: to_day(on), batch, reason: None, at };
    clinic.submit(&session(clinic, "asha"), command).unwrap();
}

/// What is written in Latin letters on a Hindi screen, without names, keys and ids.
fn left_in_english(window: &mut Window) -> Vec<String> {
    let own = [
        "PHC",
        "Ravi Prasad",
        "Sunita Devi",
        "Meena Devi",
        "Khajuri",
        "English",
        "Enter",
        "Ctrl",
        "Esc",
        "Alt",
        "tikka://",
    ];
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    let number = |word: &&str| word.contains('-') && word.chars().all(capital);
    let letters = |word: &str| word.chars().filter(char::is_ascii_alphabetic).count();
    let texts = window.texts().into_iter();
    texts
        .filter(|text| text.split_whitespace().filter(|word| !number(word)).map(letters).sum::<usize>() > 1)
        .filter(|text| !own.iter().any(|name| text.contains(name)))
        .filter(|text| !text.chars().all(capital))
        .collect()
}
