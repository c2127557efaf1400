//! What happened to a child, in words: for the screen, and for a paper.

use super::alike::{born, sex_key};
use super::form::{food_key, language_key};
use crate::screen::Now;
use crate::screen::growth::doubted_in_words;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::trouble::time_of_day;
use crate::ui::{self, Button, Element, Look, tag};
use crate::words::Words;
use clinic::date::{india, to_date};
use clinic::growth::Remeasure;
use clinic::record::fact::{
    AefiForm, BY_MISTAKE, CAME, CardStop, Declined, DoseTold, GrowthMeasured, HANDED_OVER, UNDONE,
};
use clinic::store::{Change, Detail, DoseSaid, Happened, HistoryLine, Told};
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, Day};
use iced::Length;
use iced::widget::{column, container, row};

const WHEN_WIDTH: f32 = 136.0;
const WHO_WIDTH: f32 = 150.0;

/// One line of the history. The message opens another child's page.
pub fn line<'a>(line: &'a HistoryLine, child: ChildId, now: Now<'a>) -> Element<'a, ChildId> {
    let words = now.words;
    let when = column![ui::body(words.day(india(line.at_ms))), ui::small(time_of_day(line.at_ms)),].spacing(TIGHT);
    let said = said(line, words);
    let mut what = column![ui::bold(said.what)].spacing(TIGHT).width(Length::Fill);
    for more in said.more {
        what = what.push(ui::small(more).color(theme::colors().ink));
    }
    let named = matches!(line.what, Happened::Merged { .. } | Happened::Unmerged { .. });
    for doubt in said.doubts {
        what = what.push(tag(Look::Wrong, doubt));
    }
    if line.record != child && !named {
        what = what.push(ui::small(words.with("history-of-part", &[("id", line.record.to_string().into())])));
    }
    if let Some(other) = said.other.filter(|other| *other != child) {
        what = what.push(Button::quiet(words.get("history-open"), Some(other)));
    }
    let by = line.by.clone().unwrap_or_else(|| words.get("history-by-station"));
    let (look, held) = now.held(line.event, line.at_district);
    let held = row![ui::icon::small(look.icon(), look.ink()), ui::small(words.get(held))]
        .spacing(gap(1))
        .align_y(iced::Center);
    let who = column![ui::body(by), held].spacing(TIGHT);
    row![container(when).width(WHEN_WIDTH), what, container(who).width(WHO_WIDTH).clip(true)].spacing(gap(3)).into()
}

/// What happened, what more is known of it, and which other record it speaks of.
pub struct Said {
    pub what: String,
    pub more: Vec<String>,
    /// What is to be looked at again.
    pub doubts: Vec<String>,
    pub other: Option<ChildId>,
}

impl Said {
    fn new(what: String) -> Self {
        Self { what, more: Vec::new(), doubts: Vec::new(), other: None }
    }

    fn more(mut self, more: Option<String>) -> Self {
        self.more.extend(more);
        self
    }
}

/// The words of one line.
pub fn said(line: &HistoryLine, words: &Words) -> Said {
    let because = |reason: &str| {
        let reason = match reason {
            UNDONE => words.get("past-undone"),
            CAME => words.get("task-came"),
            BY_MISTAKE => words.get("task-by-mistake"),
            reason => reason.to_owned(),
        };
        (!reason.is_empty()).then(|| words.with("history-because", &[("reason", reason.into())]))
    };
    let to = |worker: &Option<String>| match worker {
        Some(name) => words.with("history-worker", &[("name", name.into())]),
        None => words.get("history-nobodys"),
    };
    match &line.what {
        Happened::Registered { worker, distinct_from } => {
            let apart = distinct_from.len();
            let apart = (apart > 0).then(|| words.with("history-looked-alike", &[("n", apart.into())]));
            Said::new(words.get("history-registered")).more(Some(to(worker))).more(apart)
        }
        Happened::RegisteredOnToy { toy, doubt } => {
            Said::new(words.get("history-registered-on-toy")).more(why_doubted(doubt, words)).more(from_toy(toy, words))
        }
        Happened::Edited { changes, reason } => {
            let mut said = Said::new(words.get("history-edited"));
            said.more.extend(changes.iter().map(|c| change(c, words)));
            if changes.is_empty() {
                said.more.push(words.get("history-unchanged"));
            }
            said.more(because(reason))
        }
        Happened::Assigned { to: worker } => Said::new(words.get("history-assigned")).more(Some(to(worker))),
        Happened::Merged { child, into, reason } => {
            let args = [("child", child.to_string().into()), ("into", into.to_string().into())];
            Said::new(words.with("history-merged", &args)).more(because(reason))
        }
        Happened::Unmerged { child, worker, reason } => {
            let what = words.with("history-unmerged", &[("child", child.to_string().into())]);
            Said { other: Some(*child), ..Said::new(what) }.more(Some(to(worker))).more(because(reason))
        }
        Happened::ToldApart { other } => {
            let what = words.with("history-told-apart", &[("child", other.to_string().into())]);
            Said { other: Some(*other), ..Said::new(what) }
        }
        Happened::WentAway { why, on, note } => {
            let why = words.get(&format!("gone-{}", why.code()));
            let what = words.with("history-went-away", &[("why", why.into()), ("day", words.day(*on).into())]);
            Said::new(what).more(because(note))
        }
        Happened::CameBack { worker, reason } => {
            Said::new(words.get("history-came-back")).more(Some(to(worker))).more(because(reason))
        }
        Happened::MovedIn { from, on } => {
            Said::new(words.with("history-moved-in", &[("station", from.into()), ("day", words.day(*on).into())]))
        }
        Happened::MovedOut { to, on } => {
            Said::new(words.with("history-moved-out", &[("station", to.into()), ("day", words.day(*on).into())]))
        }
        Happened::Dose(dose) => dose_said(dose, words),
        Happened::DoseCorrected { product, on, to, reason } => {
            let what = words.with("history-dose-corrected", &[("dose", dose(product, *on, words).into())]);
            Said::new(what).more(Some(corrected(to, words))).more(because(reason))
        }
        Happened::DoseWithdrawn { product, on, reason } => {
            let what = words.with("history-dose-withdrawn", &[("dose", dose(product, *on, words).into())]);
            Said::new(what).more(because(reason))
        }
        Happened::Declined { series, why, on: _, until, reason } => {
            let key = match why {
                Declined::Refused => "history-refused",
                Declined::ContraIndicated => "history-contraindicated",
            };
            let until = until.map(|day| words.with("why-until", &[("day", words.day(day).into())]));
            let what = words.with(key, &[("vaccine", words.dose_label(series).into())]);
            Said::new(what).more(until).more(because(reason))
        }
        Happened::DeclineLifted { series, reason } => {
            let what = words.with("history-decline-lifted", &[("vaccine", words.dose_label(series).into())]);
            Said::new(what).more(because(reason))
        }
        Happened::DoubtSettled { accepted, reason } => {
            let key = if *accepted { "history-doubt-true" } else { "history-doubt-aside" };
            Said::new(words.get(key)).more(because(reason))
        }
        Happened::AefiReported(form) => aefi("history-aefi", form, words),
        Happened::AefiUpdated(form) => aefi("history-aefi-updated", form, words),
        Happened::AefiWithdrawn { reason } => Said::new(words.get("history-aefi-withdrawn")).more(because(reason)),
        Happened::Measured(growth, doubted) => measured(growth, doubted, words),
        Happened::MeasuredOnToy { growth, doubted, toy, doubt } => {
            measured(growth, doubted, words).more(why_doubted(doubt, words)).more(from_toy(toy, words))
        }
        Happened::Sighted { on, found, note, toy, doubt } => {
            let values = [("day", words.day(*on).into())];
            Said::new(words.with(&format!("found-{}", found.code()), &values))
                .more(because(note))
                .more(why_doubted(doubt, words))
                .more(from_toy(toy, words))
        }
        Happened::MeasureWithdrawn { on, reason } => {
            let day = on.map(|day| words.day(day)).unwrap_or_default();
            Said::new(words.with("history-measure-withdrawn", &[("day", day.into())])).more(because(reason))
        }
        Happened::Called(call) => {
            let outcome = words.get(&format!("call-{}", call.outcome.code()));
            let will_come = call.will_come_on.and_then(to_date);
            let will_come = will_come.map(|day| words.with("history-will-come", &[("day", words.day(day).into())]));
            Said::new(words.with("history-called", &[("outcome", outcome.into())]))
                .more(will_come)
                .more(because(&call.note))
        }
        Happened::CallWithdrawn => Said::new(words.get("history-call-withdrawn")),
        Happened::CardGiven { card } => {
            Said::new(words.with("history-card-given", &[("card", card.to_string().into())]))
        }
        Happened::CardStopped { card, why } => {
            let key = match why {
                CardStop::Lost => "history-card-lost",
                CardStop::Blocked => "history-card-blocked",
                CardStop::Replaced => "history-card-replaced",
            };
            Said::new(words.with(key, &[("card", card.to_string().into())]))
        }
        Happened::CardUnblocked { card, reason } => {
            Said::new(words.with("history-card-unblocked", &[("card", card.to_string().into())])).more(because(reason))
        }
        Happened::TaskGiven { worker, kind, due, note, .. } => {
            let kind = words.get(match kind {
                TaskKind::Visit => "today-task-visit",
                TaskKind::Trace => "today-task-trace",
                TaskKind::Card => "today-task-card",
                TaskKind::Other => "today-task-other",
            });
            let due = words.with("today-task-due", &[("name", worker.into()), ("day", words.day(*due).into())]);
            let note = (!note.is_empty()).then(|| note.clone());
            Said::new(words.with("history-task", &[("kind", kind.into())])).more(Some(due)).more(note)
        }
        Happened::TaskClosed { done, reason, .. } => {
            if reason == HANDED_OVER {
                return Said::new(words.get("task-handed-over"));
            }
            let key = if *done { "history-task-done" } else { "history-task-not-done" };
            Said::new(words.get(key)).more(because(reason))
        }
        Happened::TaskReopened { .. } => Said::new(words.get("history-task-reopened")),
        Happened::Certificate { number, on } => {
            let args = [("number", number.to_string().into()), ("day", words.day(*on).into())];
            Said::new(words.with("history-certificate", &args))
        }
    }
}

/// A field before and after.
fn change(change: &Change, words: &Words) -> String {
    let field = match change.what {
        Detail::DobEstimated => words.get("register-dob-estimated"),
        Detail::Sex => words.get("register-sex"),
        Detail::Food => words.get("child-form-food"),
        what => words.get(&format!("field-{}", what.code())),
    };
    let args =
        [("field", field.into()), ("old", told(&change.old, words).into()), ("new", told(&change.new, words).into())];
    words.with("history-change", &args)
}

fn told(told: &Told, words: &Words) -> String {
    match told {
        Told::Nothing => words.get("history-empty"),
        Told::Text(text) => text.clone(),
        Told::Day(day) => born(*day, false, words),
        Told::Yes(true) => words.get("history-yes"),
        Told::Yes(false) => words.get("history-no"),
        Told::Sex(sex) => words.get(sex_key(*sex)),
        Told::Number(number) => words.number((*number).into()),
        Told::Food(food) => words.get(food_key(*food)),
        Told::Language(language) => words.get(language_key(*language)),
        Told::Place(place) => {
            format!("{:.5}, {:.5}", f64::from(place.lat_udeg) / 1e6, f64::from(place.lon_udeg) / 1e6)
        }
    }
}

fn dose(product: &str, on: chrono::NaiveDate, words: &Words) -> String {
    words.with("history-dose-name", &[("product", words.product(product).into()), ("day", words.day(on).into())])
}

fn dose_said(d: &DoseSaid, words: &Words) -> Said {
    let key = match (d.doubt.is_some(), d.again, d.outside.is_some()) {
        (true, ..) => "history-dose-doubted",
        (_, true, _) => "history-dose-again",
        (.., true) => "history-dose-outside",
        _ => "history-dose",
    };
    let doubt = why_doubted(&d.doubt, words);
    let batch = d.batch.as_ref().map(|batch| words.with("history-batch", &[("batch", batch.into())]));
    let seen = d.outside.as_ref().map(|proof| words.with("history-seen-on", &[("proof", proof.into())]));
    let toy = from_toy(&d.toy, words);
    let stored = d.reason.as_ref().map(|reason| words.with("visit-stored-because", &[("reason", reason.into())]));
    Said::new(words.with(key, &[("dose", dose(&d.product, d.on, words).into())]))
        .more(doubt)
        .more(batch)
        .more(seen)
        .more(toy)
        .more(stored)
}

fn why_doubted(doubt: &Option<String>, words: &Words) -> Option<String> {
    doubt.as_ref().map(|kind| words.get(&format!("conflict-{kind}")))
}

fn from_toy(toy: &Option<String>, words: &Words) -> Option<String> {
    toy.as_ref().map(|toy| words.with("visit-from-toy", &[("toy", toy.into())]))
}

fn corrected(to: &DoseTold, words: &Words) -> String {
    let name = to_date(to.on).map(|on| dose(&to.product, on, words)).unwrap_or_default();
    match &to.batch {
        Some(batch) => words.with("history-now-batch", &[("dose", name.into()), ("batch", batch.into())]),
        None => words.with("history-now", &[("dose", name.into())]),
    }
}

fn aefi(key: &str, form: &AefiForm, words: &Words) -> Said {
    let class = words.get(&format!("aefi-class-{}", form.class.code()));
    let text = (!form.description.is_empty()).then(|| form.description.clone());
    let day = |day: Day| to_date(day).map(|day| words.day(day)).unwrap_or_default();
    let outcome = words.get(&format!("aefi-outcome-{}", form.outcome.code()));
    Said::new(words.with(key, &[("class", class.into()), ("day", day(form.onset_on).into())]))
        .more(text)
        .more(Some(words.with("history-aefi-outcome", &[("outcome", outcome.into())])))
}

fn measured(growth: &GrowthMeasured, doubted: &[Remeasure], words: &Words) -> Said {
    let decimal = |thousandths: u32, digits: usize, unit: f64| format!("{:.digits$}", f64::from(thousandths) / unit);
    let mut parts = Vec::new();
    if let Some(weight) = growth.weight_g {
        parts.push(words.with("history-weight", &[("n", decimal(weight, 2, 1000.0).into())]));
    }
    if let Some(length) = growth.length_mm {
        parts.push(words.with("history-length", &[("n", decimal(length, 1, 10.0).into())]));
    }
    if let Some(muac) = growth.muac_mm {
        parts.push(words.with("history-muac", &[("n", decimal(muac.into(), 1, 10.0).into())]));
    }
    if let Some(head) = growth.head_mm {
        parts.push(words.with("history-head", &[("n", decimal(head.into(), 1, 10.0).into())]));
    }
    if growth.oedema {
        parts.push(words.get("history-oedema"));
    }
    let day = to_date(growth.on).map(|day| words.day(day)).unwrap_or_default();
    let mut said = Said::new(words.with("history-measured", &[("day", day.into())])).more(Some(parts.join(" · ")));
    said.doubts = doubted_in_words(doubted, words);
    said
}
