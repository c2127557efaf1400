//! A child of another station: the district is asked for its record.

use super::{Hands, Now};
use crate::ui::theme::gap;
use crate::ui::{Button, Element, Icon, Look, Trouble, empty, note, note_with};
use crate::words::Words;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::Sought;
use clinic::record::role::Right;
use clinic::store::{AskAnswer, AskedFor};
use iced::widget::column;
use iced::{Center, Length, Task};

/// Lines of what was asked that stand above the list.
const SHOWN: usize = 3;

pub fn ask_district<M: Send + 'static>(
    hands: &Hands,
    sought: Sought,
    done: impl FnOnce(Result<(), Trouble>) -> M + Send + 'static,
) -> Task<M> {
    hands.submit(Command::AskForChild { sought }, done)
}

/// It was asked by mistake.
pub fn withdraw_ask<M: Send + 'static>(
    hands: &Hands,
    sought: Sought,
    done: impl FnOnce(Result<(), Trouble>) -> M + Send + 'static,
) -> Task<M> {
    hands.submit(Command::WithdrawAsk { sought }, done)
}

/// What became of asking for this one.
pub fn asked_for(sought: Sought, hands: &Hands) -> Result<Option<AskedFor>, Trouble> {
    Ok(hands.clinic.asked_for(&hands.session)?.into_iter().find(|asked| asked.sought == sought))
}

/// May this person ask, and is there nobody whose answer is waited for?
pub fn may_ask(asked: Option<&AskedFor>, now: Now<'_>) -> bool {
    now.may(Right::Do(CommandKind::AskForChild)) && now.view.district.is_some() && !asked.is_some_and(waits)
}

pub fn waits(asked: &AskedFor) -> bool {
    asked.answer == AskAnswer::NotYet
}

/// What became of it; nothing when the record came.
pub fn asked_sentence(asked: &AskedFor, words: &Words) -> Option<String> {
    let who = match asked.sought {
        Sought::Child(child) => child.to_string(),
        Sought::Card(card) => words.with("ask-district-card", &[("card", card.to_string().into())]),
    };
    let (who, on) = (("who", who.into()), ("day", words.day(asked.on).into()));
    match &asked.answer {
        AskAnswer::NotYet => Some(words.with("ask-district-waits", &[who, on])),
        AskAnswer::Withheld(reason) => {
            Some(words.with("ask-district-withheld", &[who, on, ("reason", reason.clone().into())]))
        }
        AskAnswer::Came => None,
    }
}

/// Those of which there is something to say.
fn told<'a>(asks: &[&'a AskedFor]) -> impl Iterator<Item = &'a AskedFor> {
    asks.iter().copied().filter(|asked| asked.answer != AskAnswer::Came)
}

/// Which of the lines the key takes back: the first one for which an answer is waited.
pub fn first_waiting(asks: &[&AskedFor]) -> Option<Sought> {
    told(asks).take(SHOWN).find(|asked| waits(asked)).map(|asked| asked.sought)
}

/// The latest of them, each in a line, and how many more there are.
pub fn asked_lines<'a, M: Clone + 'a>(
    asks: &[&AskedFor],
    take_back: impl Fn(Sought) -> M,
    now: Now<'_>,
) -> Vec<Element<'a, M>> {
    let words = now.words;
    let may = now.may(Right::Do(CommandKind::WithdrawAsk));
    let keyed = first_waiting(asks);
    let line = |asked: &AskedFor| {
        let sentence = asked_sentence(asked, words)?;
        if !may || !waits(asked) {
            return Some(note(Look::Upcoming, sentence));
        }
        let button = Button::quiet(words.get("ask-district-take-back"), Some(take_back(asked.sought)));
        let button = if keyed == Some(asked.sought) { button.key("W") } else { button };
        Some(note_with(Look::Upcoming, sentence, button))
    };
    let mut lines: Vec<Element<'a, M>> = told(asks).take(SHOWN).filter_map(line).collect();
    let more = told(asks).count().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(note(Look::Upcoming, words.with("ask-district-more", &[("n", more.into())])));
    }
    lines
}

/// A number that nobody here has may be that of a child of another station: what asks for it, or that its record comes.
pub fn elsewhere<'a, M: Clone + 'a>(ask: Option<M>, words: &Words) -> Element<'a, M> {
    let next = if ask.is_some() { "children-elsewhere-next" } else { "ask-district-comes" };
    let about = empty(Icon::Search, words.get("children-elsewhere"), words.get(next));
    let ask = ask.map(|ask| Button::primary(words.get("ask-district"), Some(ask)).into());
    column![about].extend(ask).spacing(gap(3)).align_x(Center).width(Length::Fill).into()
}
