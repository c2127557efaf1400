//! What was given to the child, and what was taken back.

use super::super::Now;
use super::Message;
use crate::ui::theme::{self, RADIUS_ROW, SIZE_SMALL, TIGHT, gap};
use crate::ui::{self, Element, Look, tab_stop, tag};
use crate::words::Words;
use clinic::forecast::GivenStatus;
use clinic::record::fact::UNDONE;
use clinic::store::{ChildPage, DoseLine, DoseTakenBack};
use iced::widget::{button, column, container, rich_text, row, span};
use iced::{Length, Padding};

const DAY_WIDTH: f32 = 116.0;
const STATUS_WIDTH: f32 = 112.0;
const HISTORY_BATCH_WIDTH: f32 = 100.0;
const BY_WIDTH: f32 = 120.0;
const HELD_WIDTH: f32 = 112.0;

/// The doses that were given, the latest first, and what was taken back.
pub fn past<'a>(page: &'a ChildPage, may_correct: bool, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    // A combined vaccine is one dose with several lines.
    let mut given: Vec<_> = page.doses.iter().map(|dose| (dose.event.origin, dose.event.seq)).collect();
    given.sort_unstable();
    given.dedup();
    let heading = ui::bold(words.with("visit-history-title", &[("n", given.len().into())]));
    let mut lines = column![heading].spacing(gap(2));
    if page.doses.is_empty() {
        lines = lines.push(ui::small(words.get("visit-history-none")));
    } else {
        if !now.room.is_tight() {
            lines = lines.push(history_names(words));
        }
        lines = lines.push(ui::rule());
    }
    for (at, dose) in page.doses.iter().enumerate().rev() {
        lines = lines.push(history_row(at, dose, may_correct, now)).push(ui::rule());
    }
    if may_correct && !page.doses.is_empty() {
        lines = lines.push(ui::small(words.get("past-put-right-hint")));
    }
    if !page.taken_back.is_empty() {
        lines = lines.push(ui::small_bold(words.get("past-taken-back")));
        for line in &page.taken_back {
            lines = lines.push(taken_back(line, words));
        }
    }
    ui::card(lines).width(Length::Fill).into()
}

fn history_names<'a>(words: &Words) -> Element<'a, Message> {
    let name = |key: &str, width: Length| container(ui::small_bold(words.get(key))).width(width);
    row![
        name("visit-column-day", DAY_WIDTH.into()),
        name("visit-column-dose", Length::Fill),
        name("visit-column-status", STATUS_WIDTH.into()),
        name("field-batch", HISTORY_BATCH_WIDTH.into()),
        name("visit-column-by", BY_WIDTH.into()),
        name("visit-column-held", HELD_WIDTH.into()),
    ]
    .spacing(gap(2))
    .into()
}

fn history_row<'a>(at: usize, dose: &'a DoseLine, may_correct: bool, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let look = match dose.status {
        GivenStatus::Valid => Look::Done,
        GivenStatus::InvalidTooEarly => Look::Wrong,
        GivenStatus::Duplicate | GivenStatus::Extra => Look::Upcoming,
    };
    let mut what = column![ui::body(words.dose_label(&dose.item))].spacing(TIGHT);
    if let Some(why) = dose.why.and_then(|why| words.reason(why.as_str())) {
        what = what.push(ui::small(why));
    }
    if let Some(from) = dose.valid_from {
        what = what.push(ui::small(words.with("past-valid-from", &[("day", words.day(from).into())])));
    }
    if let Some(proof) = &dose.outside {
        what = what.push(ui::small(words.with("past-outside", &[("proof", proof.into())])));
    }
    if let Some(session) = dose.session.as_ref().filter(|session| !session.site.is_empty()) {
        what = what.push(ui::small(words.with("past-session", &[("site", (&session.site).into())])));
    }
    if let Some(reason) = &dose.reason {
        what = what.push(ui::small(words.with("visit-stored-because", &[("reason", reason.into())])));
    }
    let mut by = column![ui::small(dose.by.as_str()).color(theme::colors().ink)].spacing(TIGHT);
    if let Some(toy) = &dose.toy {
        by = by.push(ui::small(words.with("visit-from-toy", &[("toy", toy.into())])));
    }
    let (held_look, held) = now.held(dose.event, dose.at_district);
    let held: Element<'a, Message> =
        row![ui::icon::small(held_look.icon(), held_look.ink()), ui::small(words.get(held)).color(theme::colors().ink)]
            .spacing(gap(1))
            .align_y(iced::Center)
            .into();
    let status = tag(look, words.get(&format!("status-{}", dose.status.as_str())));
    if now.room.is_tight() {
        // The name of the vaccine first, and the rest under it.
        let batch = dose.batch.as_deref().unwrap_or("–");
        let head = row![what.width(Length::Fill), status].spacing(gap(2)).align_y(iced::Center);
        let facts = row![ui::small(format!("{} · {batch}", words.day(dose.on))).width(Length::Fill), by, held];
        let line = column![head, facts.spacing(gap(2)).align_y(iced::Center)].spacing(gap(1));
        return opened(at, line.into(), may_correct);
    }
    let line = row![
        container(ui::body(words.day(dose.on))).width(DAY_WIDTH),
        container(what).width(Length::Fill),
        container(status).width(STATUS_WIDTH),
        container(ui::small(dose.batch.as_deref().unwrap_or("–")).color(theme::colors().ink))
            .width(HISTORY_BATCH_WIDTH)
            .clip(true),
        container(by).width(BY_WIDTH).clip(true),
        container(held).width(HELD_WIDTH),
    ]
    .spacing(gap(2))
    .align_y(iced::Center);
    opened(at, line.into(), may_correct)
}

/// A dose can be put right by who may.
fn opened<'a>(at: usize, line: Element<'a, Message>, may_correct: bool) -> Element<'a, Message> {
    if !may_correct {
        return container(line).padding(Padding::from([gap(1), gap(2)])).into();
    }
    let opened = button(line)
        .padding(Padding::from([gap(1), gap(2)]))
        .width(Length::Fill)
        .style(theme::row_style(false))
        .on_press(Message::OpenDose(at));
    tab_stop(opened, Message::OpenDose(at)).radius(RADIUS_ROW).into()
}

/// Struck through: what was written, what became of it, who said so and why.
fn taken_back<'a>(line: &'a DoseTakenBack, words: &Words) -> Element<'a, Message> {
    let was = format!("{} · {}", words.product(&line.product), words.day(line.on));
    let struck =
        rich_text::<(), Message, _, _>([span(was).strikethrough(true)]).size(SIZE_SMALL).color(theme::colors().muted);
    let became = match &line.to {
        None => words.get("past-withdrawn"),
        Some((product, on, batch)) => {
            let batch = batch.as_deref().unwrap_or("–");
            let args =
                [("dose", words.product(product).into()), ("day", words.day(*on).into()), ("batch", batch.into())];
            words.with("past-corrected", &args)
        }
    };
    let reason = match line.reason.as_str() {
        UNDONE => words.get("past-undone"),
        reason => reason.to_owned(),
    };
    let at = clinic::date::india(line.at_ms);
    let said = words
        .with("past-said", &[("reason", reason.into()), ("name", (&line.by).into()), ("day", words.day(at).into())]);
    let again = if line.stands_again { words.get("past-again") } else { String::new() };
    row![container(struck).width(210), ui::small(format!("{became} {said} {again}")).width(Length::Fill)]
        .spacing(gap(2))
        .into()
}
