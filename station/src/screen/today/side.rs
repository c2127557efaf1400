//! What follows from the list: what is to be settled, the toys, the tasks.

use super::{Loaded, Message};
use crate::screen::{Now, toys};
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Button, Element, Icon, Look, headed_card, tag};
use crate::words::Words;
use clinic::record::command::CommandKind;
use clinic::record::role::{Query, Right};
use clinic::store::TaskLine;
use hub_protocol::toy::TaskKind;
use iced::Length;
use iced::widget::{column, row};

/// Lines of a list at the side.
const SIDE_MAX: usize = 6;

pub fn side<'a>(loaded: &'a Loaded, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut cards = column![].spacing(gap(3)).width(Length::Fill);
    // What is done here by a click comes first: the rest grows by itself, and its buttons only open a page.
    if now.may(Right::See(Query::Tasks)) {
        cards = cards.push(task_card(loaded, now));
    }
    if now.may(Right::See(Query::Conflicts)) && !loaded.conflicts.is_empty() {
        cards = cards.push(conflicts(loaded, words));
    }
    if now.may(Right::See(Query::Toys)) {
        cards = cards.push(toy_card(loaded, now));
    }
    cards.into()
}

fn conflicts<'a>(loaded: &'a Loaded, words: &Words) -> Element<'a, Message> {
    let mut lines = column![].spacing(gap(2));
    for conflict in loaded.conflicts.iter().take(SIDE_MAX) {
        let said = column![
            tag(Look::Wait, words.get("today-conflict")),
            ui::small(words.get(&format!("conflict-{}", conflict.kind))).color(theme::colors().ink)
        ]
        .spacing(TIGHT);
        lines = lines.push(said);
    }
    lines = more(lines, loaded.conflicts.len(), words);
    lines = lines.push(Button::secondary(words.get("today-settle"), Some(Message::Conflicts)));
    headed_card(words.get("today-conflicts-title"), lines).into()
}

fn toy_card<'a>(loaded: &'a Loaded, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut lines = column![].spacing(gap(3));
    if let Some(worst) = loaded.alerts.worst() {
        let count = words.with("today-toy-alerts", &[("n", loaded.alerts.open.into())]);
        let said = ui::small(toys::alert_sentence(worst, now)).color(theme::colors().ink);
        lines = lines.push(column![tag(Look::Late, count), said].spacing(gap(1)));
    }
    for toy in loaded.toys.iter().take(SIDE_MAX) {
        let (look, state) = match toy.stopped {
            Some(why) => (Look::Closed, words.get(&format!("toy-stop-{}", why.code()))),
            None => toys::state_of(toy.id, now),
        };
        let worker = toy.worker.as_ref().map_or_else(|| words.get("toys-nobody"), |(_, name)| name.clone());
        let who = column![ui::bold(toy.label.as_str()), ui::small(worker)].width(Length::Fill);
        lines = lines.push(row![who, tag(look, state)].spacing(gap(2)).align_y(iced::Center));
    }
    lines = more(lines, loaded.toys.len(), words);
    if loaded.view.waiting > 0 {
        lines = lines.push(tag(Look::Wait, words.with("today-children-waiting", &[("n", loaded.view.waiting.into())])));
    }
    let may_register = now.may(Right::Do(CommandKind::RegisterToy));
    let new = now.live.map_or(0, |live| live.toys.iter().filter(|t| toys::is_unknown(t, &loaded.toys)).count());
    if may_register && new > 0 {
        lines = lines.push(tag(Look::Wait, words.with("today-new-toys", &[("n", new.into())])));
    }
    let open = |key| Button::quiet(words.get(key), Some(Message::Toys));
    if loaded.alerts.open > 0 {
        lines = lines.push(open("today-look-at-toys"));
    } else if may_register && new > 0 {
        lines = lines.push(open("today-open-toys"));
    } else if loaded.toys.is_empty() {
        let key = if may_register { "today-no-toys" } else { "today-no-toy-of-mine" };
        lines = lines.push(ui::small(words.get(key)));
    }
    headed_card(words.get("today-toys-title"), lines).into()
}

fn task_card<'a>(loaded: &'a Loaded, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let count = loaded.open_tasks;
    let mut lines = column![].spacing(gap(3));
    for task in loaded.tasks.iter().take(SIDE_MAX) {
        let due =
            words.with("today-task-due", &[("day", words.day(task.due).into()), ("name", (&task.worker.1).into())]);
        let mut said = column![ui::bold(words.get(kind_key(task.kind))), ui::small(due)].spacing(TIGHT);
        let about = about(words, task);
        if !about.is_empty() {
            said = said.push(ui::small(about).color(theme::colors().ink));
        }
        let mut buttons = row![].spacing(gap(1));
        if let Some(child) = &task.child {
            buttons = buttons.push(Button::quiet(words.get("today-open-child"), Some(Message::Open(child.id))));
        }
        if now.may(Right::Do(CommandKind::CloseTask)) {
            let done = Button::quiet(words.get("today-task-done"), Some(Message::TaskDone(task.id))).icon(Icon::Check);
            buttons = buttons.push(done);
        }
        lines = lines.push(said.push(buttons));
    }
    lines = more(lines, count, words);
    if count == 0 {
        lines = lines.push(ui::small(words.get("today-no-tasks")));
    }
    lines = lines.push(Button::quiet(words.get("today-all-tasks"), Some(Message::Tasks)));
    headed_card(words.with("today-tasks-title", &[("n", count.into())]), lines).into()
}

fn more<'a>(
    lines: iced::widget::Column<'a, Message>,
    count: usize,
    words: &Words,
) -> iced::widget::Column<'a, Message> {
    match count.checked_sub(SIDE_MAX) {
        None | Some(0) => lines,
        Some(n) => lines.push(ui::small(words.with("today-more", &[("n", n.into())]))),
    }
}

/// The words' key of a kind of task.
pub fn kind_key(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Visit => "today-task-visit",
        TaskKind::Trace => "today-task-trace",
        TaskKind::Card => "today-task-card",
        TaskKind::Other => "today-task-other",
    }
}

/// Whom or what a task is about, and what was noted.
pub fn about(words: &Words, task: &TaskLine) -> String {
    let child = task.child.as_ref().map(|c| format!("{} · {}", words.child_name(&c.name, &c.mother), c.village));
    let parts = [child.unwrap_or_default(), task.place.clone(), task.note.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
