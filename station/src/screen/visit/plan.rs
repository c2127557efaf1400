//! The plan of the child, age by age: each dose with how it stands.

use super::{Message, Visit, view};
use crate::screen::Now;
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Icon, Look, Press, headed_card, tag};
use crate::words::Words;
use clinic::forecast::Span;
use clinic::store::{ChildPage, StripLine, StripState};
use iced::widget::operation::{self, AbsoluteOffset};
use iced::widget::{column, container, row};
use iced::{Length, Task};

const AGE_WIDTH: f32 = 104.0;
/// One press of an arrow, and of a page key.
const STEP: f32 = 40.0;
const PAGE_STEP: f32 = 240.0;

impl Visit {
    /// A key while the plan is shown: what is longer than the window is scrolled without a mouse.
    pub(super) fn scrolls(press: Press) -> Option<Task<Message>> {
        let y = match press {
            Press::Up => -STEP,
            Press::Down => STEP,
            Press::PageUp => -PAGE_STEP,
            Press::PageDown => PAGE_STEP,
            Press::Home => f32::MIN,
            Press::End => f32::MAX,
            _ => return None,
        };
        Some(operation::scroll_by(view::PAGE, AbsoluteOffset { x: 0.0, y }))
    }
}

pub fn view<'a>(page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut lines = column![].spacing(gap(2));
    for of_age in page.strip.chunk_by(|one, next| one.age == next.age) {
        let doses = row(of_age.iter().map(|line| dose(line, page, now))).spacing(gap(2));
        let age = container(ui::bold(age_in_words(of_age[0].age, words))).width(AGE_WIDTH);
        let doses = container(doses.wrap().vertical_spacing(gap(1))).width(Length::Fill);
        lines = lines.push(row![age, doses].spacing(gap(2))).push(ui::rule());
    }
    headed_card(words.get("plan-title"), lines).into()
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
    let day = line.on.map_or_else(String::new, |on| words.day(on));
    let args = [("dose", words.dose_label(&line.item).into()), ("day", day.into())];
    let stands = tag(look, words.with(&format!("plan-{}", state.code()), &args));
    match line.refused {
        None => stands,
        Some(on) => {
            let refused = tag(Look::Wait, words.with("visit-refused-on", &[("day", words.day(on).into())]));
            row![stands, refused].spacing(gap(1)).into()
        }
    }
}

/// `6 weeks`, `16 months`; a child is as old as no time at its birth.
fn age_in_words(age: Span, words: &Words) -> String {
    let parts =
        [("age-years", age.years), ("age-months", age.months), ("age-weeks", age.weeks), ("age-days", age.days)];
    let said = parts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| words.with(key, &[("n", i64::from(n).into())]));
    let said = said.collect::<Vec<_>>().join(" ");
    if said.is_empty() { words.get("plan-at-birth") } else { said }
}
