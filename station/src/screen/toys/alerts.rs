//! What a person must be told of the toys: each alert once, until its cause is gone.

use super::{Message, Row};
use crate::screen::Now;
use crate::ui::theme::gap;
use crate::ui::trouble::time_of_day;
use crate::ui::{self, Button, Chosen, Element, Look, headed_card, tag};
use crate::words::Words;
use clinic::device::{AlertKind, Because, reasons};
use clinic::record::command::CommandKind;
use clinic::record::role::Right;
use clinic::store::{ToyAlertLine, ToyAlerts};
use hub::toys::{Fault, Presence};
use hub_protocol::toy::Faults;
use iced::Length;
use iced::widget::{column, row};

/// Alerts that are over and still shown, so that nobody wonders where one went.
const OVER_SHOWN: usize = 3;

/// Nobody said that they have seen it, and its cause is not gone.
pub(super) fn is_unseen(line: &ToyAlertLine) -> bool {
    line.closed_ms.is_none() && line.seen.is_none()
}

/// Those that are shown, in the order in which they came: a new one moves none of the others.
pub(super) fn shown(alerts: &ToyAlerts) -> Vec<&ToyAlertLine> {
    let (open, over): (Vec<_>, Vec<_>) = alerts.lines.iter().partition(|line| line.closed_ms.is_none());
    let mut shown: Vec<_> = open.into_iter().chain(over.into_iter().take(OVER_SHOWN)).collect();
    shown.sort_by_key(|line| line.no);
    shown
}

/// How many there are, in one line, also when there is none.
pub(super) fn count<'a>(alerts: &ToyAlerts, words: &Words) -> Element<'a, Message> {
    let look = if alerts.open == 0 { Look::Done } else { Look::Late };
    tag(look, words.with("toys-alerts-title", &[("n", alerts.open.into())]))
}

/// `keys`: those of the list mean something.
pub(super) fn view<'a>(alerts: &'a ToyAlerts, (at, keys): (&Chosen<Row>, bool), now: Now<'a>) -> Element<'a, Message> {
    let mut lines = column![count(alerts, now.words)].spacing(gap(2));
    let may = now.may(Right::Do(CommandKind::AcknowledgeAlert));
    for line in shown(alerts) {
        let row = Row::Alert(line.no);
        let view = alert(line, (may, keys && at.is(&row)), now);
        lines = lines.push(at.row(&row, view));
    }
    headed_card(now.words.get("toys-alerts"), lines).into()
}

fn alert<'a>(line: &'a ToyAlertLine, (may, keys): (bool, bool), now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut said = column![ui::body(sentence(line, now)), ui::small(when(line, words))].width(Length::Fill);
    if let Some((name, _)) = &line.seen {
        said = said.push(ui::small(words.with("toys-alert-seen-by", &[("name", name.into())])));
    }
    let (look, state) = match (line.closed_ms, &line.seen) {
        (Some(_), _) => (Look::Done, "toys-alert-over"),
        (None, Some(_)) => (Look::Wait, "toys-alert-open"),
        (None, None) => (Look::Late, "toys-alert-new"),
    };
    let does = (may && is_unseen(line)).then(|| {
        let seen = Button::secondary(words.get("toys-alert-seen"), Some(Message::Seen(line.no)));
        if keys { seen.key("S") } else { seen }
    });
    let said = row![tag(look, words.get(state)), said].spacing(gap(3)).align_y(iced::Center);
    column![said].push(does).spacing(gap(2)).into()
}

/// What is wrong, in words.
pub fn sentence(line: &ToyAlertLine, now: Now<'_>) -> String {
    let words = now.words;
    let toy = match (&line.toy, &line.worker) {
        (Some((_, label)), Some((_, name))) => {
            words.with("toys-label-name", &[("label", label.into()), ("name", name.into())])
        }
        (Some((_, label)), None) => label.clone(),
        (None, _) => line.short.clone(),
    };
    let fault = match line.kind {
        AlertKind::Failing => words.get(&format!("toy-fault-{}", line.detail)),
        _ => String::new(),
    };
    let detail = match line.kind {
        AlertKind::Broken => broken(&line.detail, words),
        AlertKind::LikelyToFail => because(&reasons(&line.detail), words),
        _ => line.detail.clone(),
    };
    let values = [("toy", toy.into()), ("detail", detail.into()), ("fault", fault.into())];
    match line.kind {
        AlertKind::LostIsHere if line.closed_ms.is_some() || !is_here(line, now) => {
            words.with("toy-alert-lost-was-here", &values)
        }
        kind => words.with(&format!("toy-alert-{}", kind.code()), &values),
    }
}

/// Is the toy in this network, as far as the hub sees now?
fn is_here(line: &ToyAlertLine, now: Now<'_>) -> bool {
    let toy = line.toy.as_ref().map(|(toy, _)| *toy);
    let seen = now.live.and_then(|live| live.toys.iter().find(|seen| seen.id == toy));
    let is_away = |state| {
        use Presence::{Asleep, Connecting, Failing, Offline};
        matches!(state, Offline { .. } | Asleep { .. } | Connecting | Failing(Fault::WrongKey))
    };
    seen.is_some_and(|seen| !is_away(seen.state))
}

/// What a toy says to be broken, in words: what nobody here knows yet has its number.
pub fn broken(codes: &str, words: &Words) -> String {
    let said = codes.split_whitespace().map(|code| match Faults::CODES.contains(&code) {
        true => words.get(&format!("toy-part-{code}")),
        false => words.with("toy-part-number", &[("number", code.into())]),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Why a toy is likely to fail, in words.
pub fn because(reasons: &[Because], words: &Words) -> String {
    let said = reasons.iter().map(|because| {
        let values = [("now", because.now.into()), ("before", because.before.into())];
        words.with(&format!("toy-sign-{}", because.sign.code()), &values)
    });
    said.collect::<Vec<_>>().join("; ")
}

fn when(line: &ToyAlertLine, words: &Words) -> String {
    let moment = |ms: u64| [("day", words.day(clinic::date::india(ms)).into()), ("time", time_of_day(ms).into())];
    match line.closed_ms {
        None => words.with("toys-alert-since", &moment(line.opened_ms)),
        Some(ms) => words.with("toys-alert-until", &moment(ms)),
    }
}
