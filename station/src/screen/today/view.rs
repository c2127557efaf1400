//! How Today looks, and what other lists share of it.

use super::{Message, ROW_HEIGHT, Today, call, side};
use crate::screen::Now;
use crate::ui::theme::{self, LIST_HEAD, TIGHT, gap};
use crate::ui::{self, Beside, Button, Element, Icon, Look, empty, note, panes, tag};
use crate::words::{Words, completed_months};
use chrono::{NaiveDate, TimeDelta};
use clinic::record::command::CommandKind;
use clinic::record::fact::CallOutcome;
use clinic::record::role::Right;
use clinic::store::{DueChild, DueFilter};
use iced::widget::{button, column, container, row, text};
use iced::{Length, Padding};

const SIDE_WIDTH: f32 = 290.0;
const CHILD_WIDTH: f32 = 204.0;
const GUARDIAN_WIDTH: f32 = 142.0;
const WHEN_WIDTH: f32 = 148.0;
/// Letters of what is to be given that stand in a row.
const DOSES_MAX_CHARS: usize = 68;
const DOSES_TIGHT_CHARS: usize = 34;
/// From so many days on nobody counts days.
const DAYS_UNTIL: i64 = 60;
/// And from so many on, months.
const MONTHS_UNTIL: i64 = 24;

impl Today {
    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main = column![self.heading(now)].spacing(if now.room.is_low() { gap(1) } else { gap(3) });
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(loaded) = &self.loaded else {
            main = main.push(ui::working(words.get("shell-loading")));
            return ui::card(main).width(Length::Fill).height(Length::Fill).into();
        };
        let unfiltered = self.filter == DueFilter::default();
        if loaded.view.children == 0 && unfiltered && self.rows.is_empty() {
            main = main.push(empty(Icon::Child, words.get("today-no-children"), words.get("today-no-children-next")));
            if now.may(Right::Do(CommandKind::RegisterChild)) {
                let register = Button::primary(words.get("children-register"), Some(Message::Register));
                main = main.push(container(register.icon(Icon::ChildNew)).center_x(Length::Fill));
            }
        } else if self.rows.is_empty() {
            main = main.push(self.filters(now, &loaded.view.list));
            main = main.push(empty(Icon::Today, words.get("today-nobody"), words.get("today-nobody-next")));
        } else {
            main = main.push(self.filters(now, &loaded.view.list));
            if !now.room.is_low() {
                main = main.push(column_names(now)).push(ui::rule());
            }
            let row = |n| self.row_view(n, now);
            main = main.push(self.rows.view(row, Message::Scrolled));
            main = main.push(self.keys(now));
        }
        let main = ui::card(main).width(Length::Fill).height(Length::Fill);
        let side = match &self.calling {
            Some(calling) => Beside::Asked(calling.view(now)),
            // A list in a page that is scrolled as well would be two bars, and no row in sight.
            None if now.room.is_low() && !self.shows_side => return main.padding(gap(2)).into(),
            None if now.room.is_low() => {
                let back = Button::quiet(words.get("today-list"), Some(Message::Side)).key("Esc");
                Beside::Asked(column![back, side::side(loaded, now)].spacing(gap(2)).into())
            }
            None => Beside::Also(side::side(loaded, now)),
        };
        panes(now.room, main, side, SIDE_WIDTH)
    }

    /// How the list is used without a mouse, and what can be done about the chosen child.
    fn keys<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let how = if now.room.is_low() { ui::push() } else { container(keys(words)).width(Length::Fill).into() };
        let mut all = row![how].spacing(gap(2)).align_y(iced::Center);
        if let Some(undo) = self.undoable(now.now_ms) {
            all = all.push(Button::quiet(words.get(undo.label()), Some(Message::Undo)).key("U"));
        }
        if let Some(due) = self.rows.chosen() {
            let child = due.child.id;
            if now.may(Right::Do(CommandKind::RecordCall)) {
                let key = if due.child.phone.is_empty() { "today-met" } else { "today-call" };
                let call = Button::quiet(words.get(key), Some(Message::Call(child)));
                all = all.push(call.key("C"));
            }
            if now.may(Right::Do(CommandKind::AssignTask)) {
                let ask = due.trace.is_none().then_some(Message::Trace(child));
                all = all.push(Button::quiet(words.get("today-trace"), ask).key("T"));
            }
        }
        all.into()
    }

    fn heading<'a>(&self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let on = self.loaded.as_ref().map_or_else(|| now.today(), |loaded| loaded.view.on);
        let title = words.with("today-title", &[("day", weekday(words, on).into())]);
        let mut left = column![ui::title(title)].spacing(TIGHT).width(Length::Fill);
        if let Some(loaded) = self.loaded.as_ref().filter(|_| !now.room.is_low()) {
            let view = &loaded.view;
            let counts = words.with(
                "today-counts",
                &[("late", view.list.late.into()), ("due", view.list.due.into()), ("children", view.children.into())],
            );
            left = left.push(ui::small(counts));
            // Of one or two nobody asks why they stand so.
            let has_order = view.list.late > 2 && !now.room.is_tight();
            left = left.push(has_order.then(|| ui::small(words.get("today-order"))));
        }
        let find = Button::primary(words.get("today-new-visit"), Some(Message::Find)).key("V");
        let missed = self.loaded.as_ref().map_or(0, |loaded| loaded.view.missed);
        let alerts = match missed {
            0 => words.get("shell-alerts"),
            n => words.with("today-alerts", &[("n", n.into())]),
        };
        let alerts = Button::quiet(alerts, Some(Message::Alerts)).key("A");
        let papers = Button::quiet(words.get("papers-open"), Some(Message::Papers)).key("P");
        if now.room.is_low() {
            let toys_and_tasks = Button::quiet(words.get("today-side"), Some(Message::Side)).key("S");
            let find = Button::quiet(words.get("today-new-visit"), Some(Message::Find)).key("V");
            let buttons = row![toys_and_tasks, alerts, papers].align_y(iced::Center);
            let first = row![left, find].align_y(iced::Center);
            return column![first, buttons.wrap().vertical_spacing(gap(1))].spacing(gap(1)).into();
        }
        if now.room.is_tight() {
            let buttons = row![papers, alerts, find].spacing(gap(3)).align_y(iced::Center);
            return column![left, buttons.wrap().vertical_spacing(gap(1))].spacing(gap(2)).into();
        }
        row![left, papers, alerts, find].spacing(gap(3)).align_y(iced::Center).into()
    }

    fn row_view<'a>(&'a self, n: usize, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(due) = self.rows.row(n) else {
            return container(ui::working(words.get("shell-loading"))).height(ROW_HEIGHT).into();
        };
        let child = &due.child;
        let today = self.loaded.as_ref().map_or_else(|| now.today(), |l| l.view.on);
        let place = format!("{} · {}", words.age(child.dob, today), child.village);
        let who = column![
            ui::bold(words.child_name(&child.name, &child.mother)).wrapping(text::Wrapping::None),
            ui::small(place).wrapping(text::Wrapping::None)
        ];
        let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
        let phone = if child.phone.is_empty() { words.get("child-no-phone") } else { spaced_phone(&child.phone) };
        let family = column![
            ui::body(guardian.as_str()).wrapping(text::Wrapping::None),
            ui::small(phone).wrapping(text::Wrapping::None)
        ];
        let max_chars = if now.room.is_tight() { DOSES_TIGHT_CHARS } else { DOSES_MAX_CHARS };
        let doses = doses_in_words(words, due.doses.iter().map(|d| d.item.as_str()), max_chars);
        // What the family said comes first: what is cut off below is told on the child's page.
        let mark = marks(words, due);
        let mark = mark.map(|(look, said)| ui::small_bold(said).color(look.ink()));
        let doses = ui::small(doses).color(theme::colors().ink);
        let give = match mark {
            // In a narrow column it takes all the lines there are, and is read whole.
            Some(mark) if now.room.is_tight() => column![mark],
            Some(mark) => column![mark.wrapping(text::Wrapping::None), doses],
            None => column![doses],
        };
        let when = if due.late {
            tag(Look::Late, late_in_words(words, due.days_late, today))
        } else if due.days_late > 0 {
            tag(Look::Good, words.with("today-due-since", &[("n", due.days_late.into())]))
        } else {
            tag(Look::Good, words.get("today-due-today"))
        };
        let cells = row![container(who).width(CHILD_WIDTH).clip(true)]
            // The family's phone is also where the call is written down.
            .push((!now.room.is_tight()).then(|| container(family).width(GUARDIAN_WIDTH).clip(true)))
            .push(container(give).width(Length::Fill).max_height(ROW_HEIGHT - 6.0).clip(true))
            .push(container(when).width(WHEN_WIDTH))
            .spacing(gap(3))
            .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.rows.list.chosen == n, Message::Open(child.id))
    }
}

/// What is known of the family, in one line: a task to find the child, what it said last, that it said no.
fn marks(words: &Words, due: &DueChild) -> Option<(Look, String)> {
    // What was refused at the desk; a call in which the family said no tells it by itself.
    let refused = due.is_refused() && due.call.is_none_or(|call| call.outcome != CallOutcome::Refused);
    let refused = refused.then(|| words.get("today-refused"));
    match (known(words, due), refused) {
        (Some((look, said)), Some(refused)) => Some((look, format!("{refused} · {said}"))),
        (None, Some(refused)) => Some((Look::Late, refused)),
        (known, None) => known,
    }
}

/// A task to find the child, and what the family said last.
fn known(words: &Words, due: &DueChild) -> Option<(Look, String)> {
    let traced = due.trace.is_some().then(|| words.get("today-being-traced"));
    let promised = due.call.filter(|call| call.will_come_on.is_some()).map(|call| call::told(words, call));
    match (traced, promised) {
        (Some(traced), Some((look, said))) => return Some((look, format!("{said} · {traced}"))),
        (Some(traced), None) => return Some((Look::Wait, traced)),
        (None, promised @ Some(_)) => return promised,
        (None, None) => {}
    }
    due.call.map(|call| call::told(words, call))
}

fn column_names<'a>(now: Now<'a>) -> Element<'a, Message> {
    let name =
        |key, width: Length| Element::from(container(ui::small_bold(now.words.get(key))).width(width).clip(true));
    row![name("today-column-child", CHILD_WIDTH.into())]
        .push((!now.room.is_tight()).then(|| name("today-column-guardian", GUARDIAN_WIDTH.into())))
        .push(name("today-column-give", Length::Fill))
        .push(name("today-column-when", WHEN_WIDTH.into()))
        .spacing(gap(3))
        .padding(LIST_HEAD)
        .into()
}

/// A row of a list that opens something: of fixed height, with a line under it.
pub fn opened_row<'a, M: Clone + 'a>(
    cells: impl Into<Element<'a, M>>,
    height: f32,
    chosen: bool,
    message: M,
) -> Element<'a, M> {
    let face = button(container(cells).center_y(Length::Fill))
        .padding(Padding::from([TIGHT, gap(2)]))
        .width(Length::Fill)
        .height(height - 1.0)
        .style(theme::row_style(chosen))
        .on_press(message);
    column![face, ui::rule()].height(height).into()
}

/// How the list is used without a mouse.
pub fn keys<'a, M: 'a>(words: &Words) -> Element<'a, M> {
    let cap = |key| ui::button::key_cap(key, theme::colors().muted);
    row![
        cap("↑"),
        cap("↓"),
        ui::small(words.get("shell-keys-choose")),
        cap("Enter"),
        ui::small(words.get("shell-keys-open")),
    ]
    .spacing(gap(2))
    .align_y(iced::Center)
    .into()
}

/// `Wednesday, 25 Nov 2026`.
pub fn weekday(words: &Words, day: NaiveDate) -> String {
    words.with("today-weekday", &[("weekday", words.weekday(day).into()), ("day", words.day(day).into())])
}

/// Doses in a row as far as there is room, and how many more there are.
pub fn doses_in_words<'d>(words: &Words, items: impl ExactSizeIterator<Item = &'d str>, max_chars: usize) -> String {
    let count = items.len();
    let mut said = String::new();
    for (n, item) in items.enumerate() {
        let label = words.dose_label(item);
        if n > 0 && said.chars().count() + label.chars().count() > max_chars {
            let rest = words.with("today-more-doses", &[("n", (count - n).into())]);
            return format!("{said}, {rest}");
        }
        if n > 0 {
            said.push_str(", ");
        }
        said.push_str(&label);
    }
    said
}

/// `43 days late`, `5 months late`, `2 years late`, by the calendar up to a day.
pub fn late_in_words(words: &Words, days: i64, on: NaiveDate) -> String {
    let months = completed_months(on - TimeDelta::days(days), on);
    let (key, n) = if days < DAYS_UNTIL {
        ("today-days-late", days)
    } else if months < MONTHS_UNTIL {
        ("today-months-late", months)
    } else {
        ("today-years-late", months / 12)
    };
    words.with(key, &[("n", n.into())])
}

/// `98765 43210`.
pub fn spaced_phone(phone: &str) -> String {
    match phone.split_at_checked(5) {
        Some((first, rest)) if !rest.is_empty() => format!("{first} {rest}"),
        _ => phone.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn how_late_is_told_in_whole_months_of_the_calendar() {
        let words = Words::new(Lang::En);
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default();
        let late = |due: NaiveDate, on: NaiveDate| late_in_words(&words, (on - due).num_days(), on);
        assert_eq!(late(day(2025, 8, 24), day(2026, 11, 20)), "14 months late");
        assert_eq!(late(day(2025, 8, 20), day(2026, 11, 20)), "15 months late");
        assert_eq!(late(day(2024, 11, 21), day(2026, 11, 20)), "23 months late");
        assert_eq!(late(day(2024, 11, 20), day(2026, 11, 20)), "2 years late");
        assert_eq!(late(day(2026, 10, 31), day(2026, 11, 20)), "20 days late");
    }
}
