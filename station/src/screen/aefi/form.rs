//! The form of an adverse event.

use crate::ui::theme::gap;
use crate::ui::{self, Element, choice, field, tick, typed_date, typed_number};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::{to_date, to_day};
use clinic::record::fact::{AefiClass, AefiDose, AefiForm, AefiOutcome};
use clinic::record::is_suspected;
use hub_protocol::Day;
use iced::widget::{column, container, row};
use serde::{Deserialize, Serialize};

/// Doses that can be chosen from at first: what was given long before is hardly suspected.
const DOSES_SHOWN: usize = 8;
const DATE_WIDTH: f32 = 170.0;
const TIME_WIDTH: f32 = 110.0;
const CLASS_WIDTH: f32 = 330.0;

/// A dose that can be suspected.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    product: String,
    #[serde(with = "iso")]
    on: NaiveDate,
    ticked: bool,
    at: String,
    diluent: String,
    opened_ms: Option<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Form {
    #[serde(with = "class")]
    class: Option<AefiClass>,
    doses: Vec<Row>,
    onset: String,
    onset_time: String,
    description: String,
    hospital: String,
    admitted: String,
    #[serde(with = "outcome")]
    outcome: Option<AefiOutcome>,
    died: String,
    past_reactions: String,
    case_id: String,
    told_by: String,
    cluster: bool,
    touched: bool,
}

/// A class and an outcome are kept as their codes.
macro_rules! by_code {
    ($module:ident, $kind:ty) => {
        mod $module {
            use super::*;
            use serde::de::Error;
            use serde::{Deserializer, Serializer};

            pub fn serialize<S: Serializer>(value: &Option<$kind>, to: S) -> Result<S::Ok, S::Error> {
                value.map(|one| one.code()).serialize(to)
            }

            pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<$kind>, D::Error> {
                let Some(code) = Option::<String>::deserialize(from)? else { return Ok(None) };
                let one = <$kind>::ALL.into_iter().find(|one| one.code() == code);
                one.map(Some).ok_or_else(|| D::Error::custom("no such code"))
            }
        }
    };
}

mod iso {
    use super::*;
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(day: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(day)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

by_code!(class, AefiClass);
by_code!(outcome, AefiOutcome);

#[derive(Debug, Clone)]
pub enum Message {
    Class(AefiClass),
    Dose(usize),
    At(usize, String),
    Diluent(usize, String),
    Onset(String),
    OnsetTime(String),
    Description(String),
    Hospital(String),
    Admitted(String),
    Outcome(AefiOutcome),
    Died(String),
    PastReactions(String),
    CaseId(String),
    ToldBy(String),
    Cluster,
}

/// `9:05`, `0905`, `९:०५`: minutes after midnight. Empty is not known.
fn time(typed: &str) -> Result<Option<u16>, ()> {
    let typed = typed_number::latin(typed);
    if typed.is_empty() {
        return Ok(None);
    }
    let (hours, minutes) = match typed.split_once([':', '.']) {
        Some(parts) => parts,
        None if typed.len() == 4 && typed.is_ascii() => typed.split_at(2),
        None => return Err(()),
    };
    let read = |text: &str, most: u16| {
        let number = text.parse::<u16>().ok().filter(|n| *n < most);
        number.filter(|_| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).ok_or(())
    };
    Ok(Some(read(hours, 24)? * 60 + read(minutes, 60)?))
}

fn write_time(minutes: Option<u16>) -> String {
    minutes.map(|m| format!("{:02}:{:02}", m / 60, m % 60)).unwrap_or_default()
}

fn write_day(day: Option<Day>) -> String {
    day.and_then(to_date).map(typed_date::write).unwrap_or_default()
}

/// A day that may be left out.
fn day(typed: &str) -> Result<Option<Day>, ()> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    typed_date::parse(typed).map(|day| Some(to_day(day))).ok_or(())
}

impl Form {
    pub fn new(today: NaiveDate, doses: &[(String, NaiveDate)]) -> Self {
        let row = |(product, on): &(String, NaiveDate)| Row {
            product: product.clone(),
            on: *on,
            ticked: is_suspected(*on, today),
            at: String::new(),
            diluent: String::new(),
            opened_ms: None,
        };
        Self {
            // A serious case that is saved in a hurry becomes no minor one.
            class: None,
            doses: doses.iter().take(DOSES_SHOWN).map(row).collect(),
            onset: String::new(),
            onset_time: String::new(),
            description: String::new(),
            hospital: String::new(),
            admitted: String::new(),
            outcome: None,
            died: String::new(),
            past_reactions: String::new(),
            case_id: String::new(),
            told_by: String::new(),
            cluster: false,
            touched: false,
        }
    }

    /// As it was written last, with the child's other doses beside.
    pub fn of(written: &AefiForm, doses: &[(String, NaiveDate)]) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for dose in &written.doses {
            let Some(on) = to_date(dose.on) else { continue };
            rows.push(Row {
                product: dose.product.clone(),
                on,
                ticked: true,
                at: write_time(dose.at_min),
                diluent: dose.diluent.clone(),
                opened_ms: dose.opened_ms,
            });
        }
        for (product, on) in doses.iter().take(DOSES_SHOWN) {
            if !rows.iter().any(|row| row.product == *product && row.on == *on) {
                let (at, diluent) = (String::new(), String::new());
                rows.push(Row { product: product.clone(), on: *on, ticked: false, at, diluent, opened_ms: None });
            }
        }
        Self {
            class: Some(written.class),
            doses: rows,
            onset: write_day(Some(written.onset_on)),
            onset_time: write_time(written.onset_min),
            description: written.description.clone(),
            hospital: written.hospital.clone(),
            admitted: write_day(written.admitted_on),
            outcome: Some(written.outcome),
            died: write_day(written.died_on),
            past_reactions: written.past_reactions.clone(),
            case_id: written.case_id.clone(),
            told_by: written.told_by.clone(),
            cluster: written.cluster,
            touched: false,
        }
    }

    pub fn has_input(&self) -> bool {
        self.touched
    }

    pub fn update(&mut self, message: Message) {
        self.touched = true;
        match message {
            Message::Class(class) => self.class = Some(class),
            Message::Dose(at) => {
                if let Some(row) = self.doses.get_mut(at) {
                    row.ticked = !row.ticked;
                }
            }
            Message::At(at, typed) => {
                if let Some(row) = self.doses.get_mut(at) {
                    row.at = typed;
                }
            }
            Message::Diluent(at, typed) => {
                if let Some(row) = self.doses.get_mut(at) {
                    row.diluent = typed;
                }
            }
            Message::Onset(typed) => self.onset = typed,
            Message::OnsetTime(typed) => self.onset_time = typed,
            Message::Description(typed) => self.description = typed,
            Message::Hospital(typed) => self.hospital = typed,
            Message::Admitted(typed) => self.admitted = typed,
            Message::Outcome(outcome) => self.outcome = Some(outcome),
            Message::Died(typed) => self.died = typed,
            Message::PastReactions(typed) => self.past_reactions = typed,
            Message::CaseId(typed) => self.case_id = typed,
            Message::ToldBy(typed) => self.told_by = typed,
            Message::Cluster => self.cluster = !self.cluster,
        }
    }

    /// What is written, when all of it can be read.
    pub fn read(&self) -> Option<AefiForm> {
        let mut doses = Vec::new();
        for row in self.doses.iter().filter(|row| row.ticked) {
            doses.push(AefiDose {
                product: row.product.clone(),
                on: to_day(row.on),
                at_min: time(&row.at).ok()?,
                opened_ms: row.opened_ms,
                diluent: row.diluent.clone(),
            });
        }
        let died = self.outcome == Some(AefiOutcome::Died);
        Some(AefiForm {
            class: self.class?,
            doses,
            onset_on: day(&self.onset).ok()??,
            onset_min: time(&self.onset_time).ok()?,
            description: self.description.clone(),
            hospital: self.hospital.clone(),
            admitted_on: day(&self.admitted).ok()?,
            outcome: self.outcome?,
            died_on: if died { day(&self.died).ok()? } else { None },
            past_reactions: self.past_reactions.clone(),
            case_id: self.case_id.clone(),
            told_by: self.told_by.clone(),
            cluster: self.cluster,
        })
    }

    /// What is asked for before it can be saved.
    pub fn missing(&self) -> Option<&'static str> {
        let open = [
            (self.class.is_none(), "aefi-missing-class"),
            (self.onset.trim().is_empty(), "aefi-missing-onset"),
            (self.outcome.is_none(), "aefi-missing-outcome"),
            (self.read().is_none(), "aefi-missing-readable"),
        ];
        open.into_iter().find(|(open, _)| *open).map(|(_, key)| key)
    }

    pub fn view<'a>(&'a self, today: NaiveDate, words: &'a Words) -> Element<'a, Message> {
        // Which is worse, the words alone do not tell.
        let classes = AefiClass::ALL.map(|class| {
            let label = words.get(&format!("aefi-class-{}", class.code()));
            let about = Some(words.get(&format!("aefi-class-{}-about", class.code())));
            let one = choice::choice(label, about, self.class == Some(class), Message::Class(class));
            container(one).width(CLASS_WIDTH).into()
        });
        let classes = row(classes).spacing(gap(2)).wrap().vertical_spacing(gap(2));
        let mut doses = column![ui::small_bold(words.get("aefi-doses"))].spacing(gap(1));
        for (at, dose) in self.doses.iter().enumerate() {
            doses = doses.push(dose_row(at, dose, words));
        }
        let wrong_day = |typed: &str| {
            let wrong = match typed_date::parse(typed) {
                Some(day) if day > today => Some("register-dob-future"),
                Some(_) => None,
                None if typed.trim().is_empty() => None,
                None if typed_date::is_whole(typed) => Some("visit-day-no-such"),
                None => Some("visit-day-unreadable"),
            };
            wrong.map(|key| words.get(key))
        };
        let wrong_time = |typed: &str| time(typed).is_err().then(|| words.get("aefi-time-unreadable"));
        let date = |key: &str, typed: &'a str, message: fn(String) -> Message| -> Element<'a, Message> {
            let hint = words.get("visit-day-unreadable");
            field(words.get(key), typed, message).error(wrong_day(typed)).hint(hint).width(DATE_WIDTH).into()
        };
        let text = |key: &str, typed: &'a str, message: fn(String) -> Message| -> Element<'a, Message> {
            field(words.get(key), typed, message).plain().into()
        };
        let onset = row![
            date("aefi-onset", &self.onset, Message::Onset),
            Element::from(
                field(words.get("aefi-onset-time"), &self.onset_time, Message::OnsetTime)
                    .error(wrong_time(&self.onset_time))
                    .width(TIME_WIDTH)
            ),
            text("aefi-description", &self.description, Message::Description),
        ];
        let stay = row![
            text("aefi-hospital", &self.hospital, Message::Hospital),
            date("aefi-admitted", &self.admitted, Message::Admitted),
            text("aefi-told-by", &self.told_by, Message::ToldBy),
        ];
        let outcomes = AefiOutcome::ALL.map(|outcome| {
            let label = words.get(&format!("aefi-outcome-{}", outcome.code()));
            choice::short_choice(label, self.outcome == Some(outcome), Message::Outcome(outcome))
        });
        let mut parts = column![
            classes,
            doses,
            onset.spacing(gap(3)),
            stay.spacing(gap(3)),
            ui::small_bold(words.get("aefi-outcome")),
            row(outcomes).spacing(gap(2)).wrap().vertical_spacing(gap(2)),
        ]
        .spacing(gap(2));
        if self.outcome == Some(AefiOutcome::Died) {
            parts = parts.push(date("aefi-died", &self.died, Message::Died));
        }
        let more = row![
            text("aefi-past", &self.past_reactions, Message::PastReactions),
            text("aefi-case-id", &self.case_id, Message::CaseId),
            tick(words.get("aefi-cluster"), self.cluster, Message::Cluster),
        ];
        parts.push(more.spacing(gap(3)).align_y(iced::Center)).into()
    }
}

/// What is written, for those who read it: nothing of it is a field.
pub fn written<'a, M: 'a>(form: &'a AefiForm, words: &Words) -> Element<'a, M> {
    let day = |day: Day| to_date(day).map(|day| words.day(day)).unwrap_or_default();
    let at = |on: Day, minutes: Option<u16>| {
        let parts = [day(on), write_time(minutes)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let class = words.get(&format!("aefi-class-{}", form.class.code()));
    let mut lines = column![ui::body(class)].spacing(gap(2));
    let dose = |dose: &AefiDose| {
        let mut said = format!("{}, {}", words.product(&dose.product), at(dose.on, dose.at_min));
        if !dose.diluent.is_empty() {
            said = format!("{said} · {} {}", words.get("aefi-diluent"), dose.diluent);
        }
        said
    };
    let doses = form.doses.iter().map(dose).collect::<Vec<_>>().join("\n");
    let outcome = words.get(&format!("aefi-outcome-{}", form.outcome.code()));
    let parts = [
        ("aefi-doses", doses),
        ("aefi-onset", at(form.onset_on, form.onset_min)),
        ("aefi-description", form.description.clone()),
        ("aefi-hospital", form.hospital.clone()),
        ("aefi-admitted", form.admitted_on.map(day).unwrap_or_default()),
        ("aefi-told-by", form.told_by.clone()),
        ("aefi-outcome", outcome),
        ("aefi-died", form.died_on.map(day).unwrap_or_default()),
        ("aefi-past", form.past_reactions.clone()),
        ("aefi-case-id", form.case_id.clone()),
    ];
    for (key, said) in parts.into_iter().filter(|(_, said)| !said.is_empty()) {
        lines = lines.push(ui::labelled(words.get(key), ui::body(said)));
    }
    lines.push(form.cluster.then(|| ui::body(words.get("aefi-cluster")))).into()
}

fn dose_row<'a>(at: usize, dose: &'a Row, words: &Words) -> Element<'a, Message> {
    let label = format!("{}, {}", words.product(&dose.product), words.day(dose.on));
    let mut line = row![container(tick(label, dose.ticked, Message::Dose(at))).width(300)].spacing(gap(3));
    if dose.ticked {
        let wrong = time(&dose.at).is_err().then(|| words.get("aefi-time-unreadable"));
        let given =
            field(words.get("aefi-dose-time"), &dose.at, move |typed| Message::At(at, typed)).error(wrong).plain();
        let diluent = field(words.get("aefi-diluent"), &dose.diluent, move |typed| Message::Diluent(at, typed)).plain();
        line = line.push(Element::from(given.width(TIME_WIDTH + 30.0))).push(Element::from(diluent.width(DATE_WIDTH)));
    }
    line.align_y(iced::Center).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_day_as_they_are_written() {
        for (typed, wanted) in [
            ("", Ok(None)),
            ("9:05", Ok(Some(545))),
            ("09.05", Ok(Some(545))),
            ("0905", Ok(Some(545))),
            ("९:०५", Ok(Some(545))),
            ("23:59", Ok(Some(1_439))),
            ("24:00", Err(())),
            ("9:60", Err(())),
            ("905", Err(())),
            ("9:+5", Err(())),
            ("nine", Err(())),
        ] {
            assert_eq!(time(typed), wanted, "{typed}");
        }
        assert_eq!(write_time(Some(545)), "09:05");
    }
}
