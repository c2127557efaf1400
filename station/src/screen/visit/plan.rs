//! The plan of the child: a row for each vaccine, a column for each age, and each dose with how it stands.

use super::{Message, Visit, view};
use crate::screen::Now;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Button, Element, Icon, Look, Press, headed_card, tag};
use crate::words::Words;
use clinic::forecast::Span;
use clinic::store::{ChildPage, StripLine, StripState};
use iced::widget::operation::{self, AbsoluteOffset};
use iced::widget::scrollable::{Direction, Scrollbar};
use iced::widget::{Column, Row, column, container, row};
use iced::{Length, Task};

/// What is scrolled to the side.
const AGES: &str = "plan-ages";
const VACCINE_WIDTH: f32 = 116.0;
const CELL_WIDTH: f32 = 172.0;
const HEAD_HEIGHT: f32 = 30.0;
const CELL_HEIGHT: f32 = 44.0;
const AGE_WIDTH: f32 = 104.0;
/// One press of an arrow, and of a page key.
const STEP: f32 = 40.0;
const PAGE_STEP: f32 = 240.0;

impl Visit {
    /// A key while the plan is shown: what is larger than the window is scrolled without a mouse.
    pub(super) fn scrolls(press: Press) -> Option<Task<Message>> {
        let down = |y| (view::PAGE, AbsoluteOffset { x: 0.0, y });
        let aside = |x| (AGES, AbsoluteOffset { x, y: 0.0 });
        let (what, by) = match press {
            Press::Up => down(-STEP),
            Press::Down => down(STEP),
            Press::PageUp => down(-PAGE_STEP),
            Press::PageDown => down(PAGE_STEP),
            Press::Home => down(f32::MIN),
            Press::End => down(f32::MAX),
            Press::Left => aside(-CELL_WIDTH),
            Press::Right => aside(CELL_WIDTH),
            _ => return None,
        };
        Some(operation::scroll_by(what, by))
    }
}

/// To what is to be given first, with the age before it in sight; else to the age that the child has.
pub fn to_its_age(page: &ChildPage) -> Task<Message> {
    let (ages, dob) = (ages(page), page.child.dob);
    let is_open = |line: &&StripLine| matches!(line.state, StripState::Due | StripState::Late);
    let open = page.strip.iter().find(is_open).and_then(|line| ages.iter().position(|age| *age == line.age));
    let at = open.unwrap_or_else(|| ages.iter().filter(|age| age.after(dob) <= page.on).count());
    let x = at.saturating_sub(1) as f32 * CELL_WIDTH;
    operation::scroll_to(AGES, AbsoluteOffset { x: Some(x), y: None })
}

/// From birth on, each once.
fn ages(page: &ChildPage) -> Vec<Span> {
    page.strip.chunk_by(|one, next| one.age == next.age).map(|of_age| of_age[0].age).collect()
}

pub fn view<'a>(page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
    // A table of which no two rows and columns are seen at once is none.
    let (title, plan) = if now.room.is_tight() {
        ("plan-title-ages", by_age(page, now))
    } else {
        ("plan-title", by_vaccine(page, now))
    };
    headed_card(now.words.get(title), plan).into()
}

fn by_age<'a>(page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
    let lines = page.strip.chunk_by(|one, next| one.age == next.age).map(|of_age| {
        let doses = row(of_age.iter().map(|line| dose(line, page, now))).spacing(gap(3));
        let age = container(ui::bold(age_in_words(of_age[0].age, now.words))).width(AGE_WIDTH);
        let doses = container(doses.wrap().vertical_spacing(gap(2))).width(Length::Fill);
        column![row![age, doses].spacing(gap(2)), ui::rule()].spacing(gap(2)).into()
    });
    ui::stack(lines).into()
}

fn by_vaccine<'a>(page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut series: Vec<&str> = Vec::new();
    for line in &page.strip {
        if !series.contains(&line.series.as_str()) {
            series.push(&line.series);
        }
    }
    let cell = |content: Element<'a, Message>, width: f32, height: f32| {
        container(content).width(width).height(height).align_y(iced::alignment::Vertical::Center).into()
    };
    let ages = ages(page);
    let mut names = column![cell(iced::widget::space().into(), VACCINE_WIDTH, HEAD_HEIGHT)];
    let heads = ages.iter().map(|age| cell(ui::bold(age_in_words(*age, words)).into(), CELL_WIDTH, HEAD_HEIGHT));
    let mut grid = column![Row::with_children(heads)];
    for series in series {
        let at = |age: &Span| page.strip.iter().filter(|line| line.series == series && line.age == *age).collect();
        let cells: Vec<Vec<&StripLine>> = ages.iter().map(at).collect();
        let height = CELL_HEIGHT * cells.iter().map(Vec::len).max().unwrap_or_default() as f32;
        let name = container(ui::small_bold(words.dose_label(series))).width(VACCINE_WIDTH - gap(2));
        names = names.push(line(VACCINE_WIDTH)).push(cell(name.into(), VACCINE_WIDTH, height));
        let cells = cells.into_iter().map(|doses| {
            let doses = doses.into_iter().map(|line| cell(dose(line, page, now), CELL_WIDTH, CELL_HEIGHT));
            cell(Column::with_children(doses).into(), CELL_WIDTH, height)
        });
        grid = grid.push(line(CELL_WIDTH * ages.len() as f32)).push(Row::with_children(cells));
    }
    let bar = Scrollbar::new().width(6).scroller_width(6).spacing(gap(1));
    let grid = iced::widget::scrollable(grid).id(AGES).direction(Direction::Horizontal(bar)).style(theme::scroll);
    let grid = grid.width(Length::Fill);
    let cap = |key| ui::button::key_cap(key, theme::colors().muted);
    let turn = |key, cap, press| Button::quiet(words.get(key), Some(Message::Scroll(press))).key(cap);
    let keys = row![
        turn("plan-ages-before", "←", Press::Left),
        turn("plan-ages-after", "→", Press::Right),
        ui::push(),
        cap("↑"),
        cap("↓"),
        ui::small(words.get("plan-vaccines")),
    ];
    let keys = keys.spacing(gap(2)).align_y(iced::Center);
    column![keys, row![names, grid]].spacing(gap(1)).into()
}

fn line<'a>(width: f32) -> Element<'a, Message> {
    container(ui::rule()).width(width).into()
}

pub fn buttons<'a>(words: &Words) -> Element<'a, Message> {
    let papers = Button::secondary(words.get("papers-open"), Some(Message::Papers)).icon(Icon::Paper).key("P");
    let back = Button::secondary(words.get("shell-back"), Some(Message::LeavePanel)).key("Esc");
    row![ui::push(), papers, back].spacing(gap(3)).into()
}

fn dose<'a>(line: &StripLine, page: &ChildPage, now: Now<'_>) -> Element<'a, Message> {
    let words = now.words;
    // Late as the lists have it, not as the engine: that waits for weeks.
    let state = match (line.state, line.on) {
        (StripState::Due | StripState::Late, Some(on)) if now.is_late(on, page.on) => StripState::Late,
        (StripState::Late, _) => StripState::Due,
        (state, _) => state,
    };
    let look = match state {
        StripState::Given => Look::Done,
        StripState::Due => Look::Good,
        StripState::Late => Look::Late,
        StripState::Upcoming | StripState::Later => Look::Upcoming,
        StripState::Missed | StripState::ContraIndicated | StripState::NotNeeded => Look::Closed,
    };
    let (look, said) = match line.refused {
        Some(on) => (Look::Wait, words.with("visit-refused-on", &[("day", words.day(on).into())])),
        None => {
            let day = line.on.map_or_else(String::new, |on| words.day(on));
            (look, words.with(&format!("plan-{}", state.code()), &[("day", day.into())]))
        }
    };
    column![tag(look, words.dose_label(&line.item)), ui::small(said)].spacing(TIGHT).into()
}

/// `6 weeks`, `16 months`; a child is as old as no time at its birth.
fn age_in_words(age: Span, words: &Words) -> String {
    let parts =
        [("age-years", age.years), ("age-months", age.months), ("age-weeks", age.weeks), ("age-days", age.days)];
    let said = parts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| words.with(key, &[("n", i64::from(n).into())]));
    let said = said.collect::<Vec<_>>().join(" ");
    if said.is_empty() { words.get("plan-at-birth") } else { said }
}
