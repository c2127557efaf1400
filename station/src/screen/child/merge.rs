//! Two records that are to be one, side by side: which stays, which becomes a part, and what each has.

use super::Message;
use super::alike::Shown;
use crate::screen::children::worker_name;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Button, Element, Look, note, tag, trouble};
use crate::words::Words;
use clinic::store::{MergeView, RecordHas};
use hub_protocol::ChildId;
use iced::Length;
use iced::widget::{column, container, row};

/// Of the line that says which one it is; both cards begin at one height.
const HEAD_HEIGHT: f32 = 40.0;
/// Doses of a record that are told one by one.
const DOSES_SHOWN: usize = 12;

/// Which record stays, said before and after.
pub fn said(view: &MergeView, key: &str, words: &Words) -> String {
    let name = |record: &RecordHas| words.child_name(&record.line.name, &record.line.mother);
    let args = [
        ("stays", name(&view.stays).into()),
        ("staysId", view.stays.line.id.to_string().into()),
        ("goes", name(&view.goes).into()),
        ("goesId", view.goes.line.id.to_string().into()),
    ];
    words.with(key, &args)
}

/// `this` is the record whose page is open.
pub fn view<'a>(view: &MergeView, this: ChildId, words: &Words) -> Element<'a, Message> {
    let this_stays = view.stays.line.id == this;
    let (left, right) = if this_stays { (&view.stays, &view.goes) } else { (&view.goes, &view.stays) };
    let card = |record: &RecordHas| {
        let stays = record.line.id == view.stays.line.id;
        let head = if stays {
            row![tag(Look::Good, words.get("merge-stays"))]
        } else {
            let swap = Message::Keep(record.line.id == this);
            let swap = Button::secondary(words.get("merge-swap"), Some(swap));
            row![tag(Look::Wait, words.get("merge-goes")), ui::push(), swap]
        };
        let head = container(head.align_y(iced::Center)).center_y(HEAD_HEIGHT);
        let lines = column![head, whole(record, words)];
        let back = if stays { theme::colors().chosen } else { theme::colors().shade };
        container(lines.spacing(gap(2))).padding(gap(3)).width(Length::Fill).style(theme::chip(back, theme::RADIUS))
    };
    let mut all = column![
        ui::bold(said(view, "merge-before", words)),
        ui::small(words.with("merge-together", &[("n", view.doses.into())])),
        row![card(left), card(right)].spacing(gap(3)),
    ]
    .spacing(gap(2));
    if view.goes.card.is_some() && view.stays.card.is_some() {
        all = all.push(note(Look::Wait, words.get("merge-two-cards")));
    }
    if let Some(refusal) = view.refused {
        all = all.push(note(Look::Late, trouble::refused(refusal, words)));
    }
    all.into()
}

/// A record, with what hangs on it.
pub fn whole<'a, M: 'a>(record: &RecordHas, words: &Words) -> Element<'a, M> {
    column![Shown::line(&record.line, words).view(words), of_record(record, words)].spacing(gap(2)).into()
}

fn of_record<'a, M: 'a>(record: &RecordHas, words: &Words) -> Element<'a, M> {
    let worker = worker_name(&record.line, words);
    let mut lines = column![
        ui::small(words.with("visit-worker", &[("name", worker.into())])),
        ui::small(match record.card {
            Some(card) => words.with("merge-card", &[("card", card.to_string().into())]),
            None => words.get("visit-no-card"),
        }),
        ui::small_bold(words.with("visit-history-title", &[("n", record.doses.len().into())])),
    ]
    .spacing(TIGHT);
    let shown = record.doses.iter().take(DOSES_SHOWN);
    let shown: Vec<_> = shown.map(|(product, on)| format!("{} {}", words.product(product), words.day(*on))).collect();
    if !shown.is_empty() {
        lines = lines.push(ui::small(shown.join(" · ")).color(theme::colors().ink));
    }
    if record.doses.len() > DOSES_SHOWN {
        let more = record.doses.len() - DOSES_SHOWN;
        lines = lines.push(ui::small(words.with("today-more", &[("n", more.into())])));
    }
    let counts = [("merge-measured", record.measurings), ("merge-certificates", record.certificates)];
    for (key, n) in counts.into_iter().filter(|(_, n)| *n > 0) {
        lines = lines.push(ui::small(words.with(key, &[("n", n.into())])));
    }
    lines.into()
}
