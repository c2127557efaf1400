//! A vaccine that the family refuses, or that would harm the child.

use super::stored::Stored;
use crate::screen::{Hands, Now, Step, blocking};
use crate::ui::theme::gap;
use crate::ui::{self, Banner, Button, Element, Look, Press, Trouble, choice, field, focus, note, tag, typed_date};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::{india, to_day};
use clinic::record::command::Command;
use clinic::record::fact::{Declined, DoseDeclined};
use clinic::store::{ChildPage, DeclineLine};
use hub_protocol::ChildId;
use iced::Task;
use iced::widget::{column, row};
use serde::{Deserialize, Serialize};

/// What is asked first: which vaccine.
const FIRST: &str = "decline-first";
const REASON: &str = "decline-reason";
const UNTIL: &str = "decline-until";
const UNTIL_WIDTH: f32 = 220.0;
/// Every live vaccine, as the records name it.
const LIVE: &str = "kind:live";

pub struct Decline {
    child: ChildId,
    /// What is due today, and what else may come: a dose of each is offered.
    due: Vec<String>,
    later: Vec<String>,
    against: Vec<String>,
    why: Declined,
    /// The last day of it, as typed; empty: for good.
    until: String,
    reason: String,
    busy: bool,
    trouble: Option<Trouble>,
}

/// What was typed, as it is kept until it is saved.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    against: Vec<String>,
    /// Its code.
    why: String,
    until: String,
    reason: String,
}

#[derive(Debug, Clone)]
pub enum Message {
    Against(String),
    /// All that is due, or none of it.
    AllDue,
    Why(Declined),
    Until(String),
    Reason(String),
    Save,
    Lift(String, Declined),
    Saved(Result<Stored, Trouble>),
    Lifted(Result<(), Trouble>),
    Leave,
}

impl Decline {
    /// With the focus where it begins.
    pub fn new<M: Send + 'static>(page: &ChildPage) -> (Self, Task<M>) {
        let (mut due, mut later): (Vec<String>, Vec<String>) = Default::default();
        for line in &page.next {
            let now = line.is_due_on(page.on) && line.refused != Some(page.on);
            let names = if now { &mut due } else { &mut later };
            if line.status.can_be_declined() && !names.contains(&line.series) {
                names.push(line.series.clone());
            }
        }
        later.retain(|name| !due.contains(name));
        let screen = Self {
            child: page.child.id,
            due,
            later,
            against: Vec::new(),
            why: Declined::Refused,
            until: String::new(),
            reason: String::new(),
            busy: false,
            trouble: None,
        };
        (screen, focus(FIRST))
    }

    pub fn kept(&self) -> Kept {
        Kept {
            against: self.against.clone(),
            why: self.why.code().to_owned(),
            until: self.until.clone(),
            reason: self.reason.clone(),
        }
    }

    pub fn restore(&mut self, kept: Kept) {
        self.why = Declined::ALL.into_iter().find(|why| why.code() == kept.why).unwrap_or(self.why);
        (self.against, self.until, self.reason) = (kept.against, kept.until, kept.reason);
    }

    pub fn has_input(&self) -> bool {
        !self.against.is_empty() || !self.reason.is_empty()
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Step<Message> {
        match press {
            Press::Escape => Step::Close,
            Press::Enter | Press::Ctrl('S') => self.save(hands),
            Press::Letter('A') => {
                self.all_due();
                Step::Stay
            }
            _ => Step::Stay,
        }
    }

    fn is_all_due(&self) -> bool {
        self.due.iter().all(|name| self.against.contains(name))
    }

    fn all_due(&mut self) {
        let all = self.is_all_due();
        self.against.retain(|name| !self.due.contains(name));
        if !all {
            self.against.extend(self.due.iter().cloned());
        }
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Step<Message> {
        match message {
            Message::Against(against) => match self.against.iter().position(|name| *name == against) {
                Some(at) => drop(self.against.remove(at)),
                None => self.against.push(against),
            },
            Message::AllDue => self.all_due(),
            Message::Why(why) => {
                self.why = why;
                // A family does not refuse what lives.
                self.against.retain(|name| why == Declined::ContraIndicated || name != LIVE);
            }
            Message::Until(typed) => self.until = typed,
            Message::Reason(typed) => self.reason = typed,
            Message::Save => return self.save(hands),
            Message::Lift(series, why) if !self.busy => {
                (self.busy, self.trouble) = (true, None);
                let (child, reason) = (self.child, self.reason.clone());
                return Step::Run(hands.submit(Command::LiftDecline { child, series, why, reason }, Message::Lifted));
            }
            Message::Lift(..) => {}
            Message::Saved(Ok(stored)) => match stored.nothing() {
                Some(trouble) => return self.refused(trouble),
                None => return Step::Stored(stored.banner(words, |_| Banner::good(words.get("decline-saved")))),
            },
            Message::Lifted(Ok(())) => return Step::Stored(Banner::good(words.get("decline-lifted"))),
            Message::Saved(Err(trouble)) | Message::Lifted(Err(trouble)) => return self.refused(trouble),
            Message::Leave => return Step::Close,
        }
        Step::Stay
    }

    fn refused(&mut self, trouble: Trouble) -> Step<Message> {
        self.busy = false;
        self.trouble = Some(trouble);
        if self.reason.trim().is_empty() { Step::Run(focus(REASON)) } else { Step::Stay }
    }

    /// What is asked for before it can be written down: the words of it, and where.
    fn missing(&self) -> Option<(&'static str, &'static str)> {
        if self.against.is_empty() {
            return Some(("decline-missing-vaccine", FIRST));
        }
        if self.until().is_err() {
            return Some(("decline-missing-until", UNTIL));
        }
        self.reason.trim().is_empty().then_some(("decline-missing-reason", REASON))
    }

    /// The last day of it, when there is one; what cannot be read is an error.
    fn until(&self) -> Result<Option<NaiveDate>, ()> {
        match (self.why, self.until.trim()) {
            (Declined::Refused, _) | (_, "") => Ok(None),
            (Declined::ContraIndicated, typed) => typed_date::parse(typed).map(Some).ok_or(()),
        }
    }

    fn save(&mut self, hands: &Hands) -> Step<Message> {
        if let Some((_, at)) = self.missing() {
            return Step::Run(focus(at));
        }
        let Ok(until) = self.until() else { return Step::Stay };
        if std::mem::replace(&mut self.busy, true) {
            return Step::Stay;
        }
        self.trouble = None;
        let (child, why, until) = (self.child, self.why, until.map(to_day));
        let on = to_day(india(hands.clinic.env().now_ms()));
        let decline = |series: &String| DoseDeclined {
            child,
            series: series.clone(),
            why,
            on,
            until,
            reason: self.reason.clone(),
        };
        let commands = self.against.iter().map(decline).map(Command::DeclineDose).collect();
        let hands = hands.clone();
        Step::Run(blocking(move || Ok(Stored::submit(&hands, commands)), Message::Saved))
    }

    pub fn view<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut parts = column![ui::title(words.get("decline-title"))].spacing(gap(3));
        if !page.declines.is_empty() {
            let mut held = column![ui::small_bold(words.get("decline-held"))].spacing(gap(2));
            for line in &page.declines {
                held = held.push(self.held(line, words)).push(ui::rule());
            }
            parts = parts.push(held);
        }
        let whys = Declined::ALL.map(|why| {
            let about = words.get(&format!("declined-{}-about", why.code()));
            let label = words.get(&format!("declined-{}", why.code()));
            choice(label, Some(about), self.why == why, Message::Why(why))
        });
        parts = parts
            .push(ui::small_bold(words.get("decline-what")))
            .push(self.vaccines(page, words))
            .push(row(whys).spacing(gap(3)));
        let mut asked = row![].spacing(gap(3));
        if self.why == Declined::ContraIndicated {
            let typed = self.until.trim();
            let wrong = (!typed.is_empty() && typed_date::parse(typed).is_none()).then(|| {
                words.get(if typed_date::is_whole(typed) { "visit-day-no-such" } else { "visit-day-unreadable" })
            });
            let until = field(words.get("decline-until"), &self.until, Message::Until)
                .id(UNTIL)
                .error(wrong)
                .hint(words.get("decline-until-hint"))
                .width(UNTIL_WIDTH);
            asked = asked.push(Element::from(until));
        }
        let reason = field(words.get("decline-reason"), &self.reason, Message::Reason)
            .id(REASON)
            .hint(words.get("decline-reason-hint"));
        parts = parts.push(asked.push(Element::from(reason)));
        if let Some(trouble) = &self.trouble {
            parts = parts.push(note(Look::Late, trouble.sentence(words)));
        }
        ui::card(parts).width(iced::Length::Fill).into()
    }

    /// They stay in sight under the form; beside the grey one stands what it waits for.
    pub fn buttons<'a>(&self, words: &Words) -> Element<'a, Message> {
        let missing = self.missing();
        let ready = !self.busy && missing.is_none();
        row![
            Button::primary(words.get("decline-save"), ready.then_some(Message::Save)).key("Enter"),
            ui::small(missing.map_or_else(String::new, |(missing, _)| words.get(missing))).width(iced::Length::Fill),
            Button::secondary(words.get("shell-back"), Some(Message::Leave)).key("Esc"),
        ]
        .spacing(gap(3))
        .align_y(iced::Center)
        .into()
    }

    /// What is due stands first; for what would harm all live vaccines can be named at once.
    fn vaccines<'a>(&'a self, page: &'a ChildPage, words: &'a Words) -> Element<'a, Message> {
        let mut first = Some(FIRST);
        let mut groups = column![].spacing(gap(2));
        let mut all = (self.due.len() > 1).then(|| {
            let all = words.with("decline-all-due", &[("n", self.due.len().into())]);
            choice::short_tick(all, self.is_all_due(), first.take(), Message::AllDue)
        });
        let live = (self.why == Declined::ContraIndicated).then(|| LIVE.to_owned());
        let later: Vec<&str> = self.later.iter().chain(&live).map(String::as_str).collect();
        let due: Vec<&str> = self.due.iter().map(String::as_str).collect();
        for (heading, names) in [("decline-due", due), ("decline-not-due", later)] {
            if names.is_empty() {
                continue;
            }
            let chips = names.into_iter().map(|name| {
                let chosen = self.against.iter().any(|one| one == name);
                let said = in_list(name, page, words);
                choice::short_tick(said, chosen, first.take(), Message::Against(name.to_owned()))
            });
            let chips = row(all.take().into_iter().chain(chips)).spacing(gap(2)).wrap().vertical_spacing(gap(2));
            groups = groups.push(column![ui::small_bold(words.get(heading)), chips].spacing(gap(1)));
        }
        groups.into()
    }

    fn held<'a>(&'a self, line: &'a DeclineLine, words: &'a Words) -> Element<'a, Message> {
        let lift = Message::Lift(line.against.clone(), line.why);
        row![
            tag(look(line), in_words(line, words)),
            ui::small(words.with(
                "decline-told",
                &[("reason", (&line.reason).into()), ("name", (&line.by).into()), ("day", words.day(line.on).into())],
            ))
            .width(iced::Length::Fill),
            Button::secondary(words.get("decline-lift"), (!self.busy).then_some(lift)),
        ]
        .spacing(gap(3))
        .align_y(iced::Center)
        .into()
    }
}

/// `MR`, `product:OPV` or all live vaccines, as a nurse says it.
pub fn named(against: &str, words: &Words) -> String {
    match against.strip_prefix("product:") {
        Some(product) => words.product(product),
        None if against == LIVE => words.get("decline-live"),
        None => words.dose_label(against),
    }
}

/// A series as the list of what to give calls it: by the vaccine that is given for it now.
fn in_list(series: &str, page: &ChildPage, words: &Words) -> String {
    let line = page.next.iter().find(|line| line.series == series);
    match line.and_then(|line| line.products.first()) {
        // A combined vaccine stands for several: each has its own name then.
        Some(product) if page.next.iter().filter(|line| line.products.first() == Some(product)).count() == 1 => {
            words.product(product)
        }
        _ => named(series, words),
    }
}

pub fn look(line: &DeclineLine) -> Look {
    match (line.counts, line.why) {
        (false, _) => Look::Upcoming,
        (true, Declined::Refused) => Look::Wait,
        (true, Declined::ContraIndicated) => Look::Wrong,
    }
}

/// What stands against which vaccine, and for how long.
pub fn in_words(line: &DeclineLine, words: &Words) -> String {
    let dose = ("dose", named(&line.against, words).into());
    match (line.why, line.until) {
        (Declined::Refused, _) => words.with("decline-line-refused", &[dose]),
        (Declined::ContraIndicated, None) => words.with("decline-line-harm", &[dose]),
        (Declined::ContraIndicated, Some(until)) => {
            words.with("decline-line-harm-until", &[dose, ("day", words.day(until).into())])
        }
    }
}
