//! What came of a call to a family, or of a visit at its house.

use super::{Action, Message, weekday};
use crate::screen::{Hands, Now, blocking, coming};
use crate::ui::theme::{self, SIZE_BIG, gap};
use crate::ui::typed_date::{self, parse};
use crate::ui::{self, Button, Element, Look, Press, Trouble, field, focus, headed_card, note};
use crate::words::Words;
use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::ledger::EventId;
use clinic::record::command::Command;
use clinic::record::fact::{CallMade, CallOutcome};
use clinic::record::refusal::Field;
use clinic::store::ComeBack;
use clinic::store::{DueChild, LastCall};
use iced::widget::column;
use iced::{Length, Task};

const COMES_ON: &str = "call-comes-on";
/// Takes the day that is offered instead.
const THEN: &str = "D";
/// A family that will come is asked for a day within the week.
const COMES_DAYS: u64 = 7;

/// The call that is being written down.
pub struct Calling {
    due: DueChild,
    today: NaiveDate,
    comes_on: String,
    /// The day was typed: it is the family's.
    typed: bool,
    /// What is known of the day that stands there.
    coming: Option<ComeBack>,
    /// It was to be written down for a day on which nobody is there.
    in_vain: bool,
    note: String,
    busy: bool,
    trouble: Option<Trouble>,
}

/// A call that was written down, as long as one key takes it back.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    pub call: EventId,
    pub outcome: CallOutcome,
    pub will_come_on: Option<NaiveDate>,
}

/// What became of writing down a call.
#[derive(Debug, Clone)]
pub enum Written {
    Stored(Told),
    /// On that day nobody is there; another one is offered.
    NobodyThere(ComeBack),
}

/// The keys of the outcomes.
fn key(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::WillCome => "W",
        CallOutcome::NoAnswer => "N",
        CallOutcome::Moved => "M",
        CallOutcome::Refused => "R",
        CallOutcome::WrongNumber => "X",
    }
}

/// The words of an outcome.
fn outcome_words(words: &Words, outcome: CallOutcome) -> String {
    words.get(&format!("call-{}", outcome.code()))
}

/// What came of the last call, in one line.
pub fn told(words: &Words, call: LastCall) -> (Look, String) {
    let look = match call.outcome {
        CallOutcome::WillCome => Look::Good,
        CallOutcome::NoAnswer => Look::Wait,
        CallOutcome::Moved | CallOutcome::Refused | CallOutcome::WrongNumber => Look::Late,
    };
    let said = match call.will_come_on {
        Some(day) => words.with("call-told-comes", &[("day", words.day(day).into())]),
        None => words.with(
            "call-told",
            &[("outcome", outcome_words(words, call.outcome).into()), ("day", words.day(call.on).into())],
        ),
    };
    (look, said)
}

impl Told {
    /// What was written down, with the day.
    pub fn said(self, words: &Words) -> String {
        match self.will_come_on {
            Some(day) => words.with("call-told-comes", &[("day", weekday(words, day).into())]),
            None => outcome_words(words, self.outcome),
        }
    }
}

impl Calling {
    pub fn new(due: DueChild, today: NaiveDate, hands: &Hands) -> (Self, Task<Message>) {
        let comes_on = typed_date::write(today + Days::new(COMES_DAYS));
        let calling = Self {
            due,
            today,
            comes_on,
            typed: false,
            coming: None,
            in_vain: false,
            note: String::new(),
            busy: false,
            trouble: None,
        };
        let ask = calling.ask(hands);
        (calling, ask)
    }

    pub fn has_input(&self) -> bool {
        self.busy || self.typed || !self.note.trim().is_empty()
    }

    /// It is being written down: what becomes of it is told here.
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Outcome(outcome) => return self.save(outcome, hands),
            Message::ComesOn(typed) => {
                (self.comes_on, self.typed, self.coming, self.trouble) = (typed, true, None, None);
                self.in_vain = false;
                return Action::Run(self.ask(hands));
            }
            Message::ComesThen(day) => {
                (self.comes_on, self.trouble) = (typed_date::write(day), None);
                return Action::Run(self.ask(hands));
            }
            // Unless another day stands there by now.
            Message::Coming(Ok(back)) if parse(&self.comes_on) == Some(back.wanted) => {
                // The day that this program proposes is one on which somebody is there.
                if !self.typed {
                    self.comes_on = typed_date::write(back.on);
                }
                self.coming = Some(back);
            }
            Message::Coming(Err(trouble)) => self.trouble = Some(trouble),
            Message::Note(typed) => self.note = typed,
            Message::Called(Ok(Written::NobodyThere(back))) => {
                self.busy = false;
                (self.coming, self.in_vain) = (Some(back), true);
                return Action::Run(focus(COMES_ON));
            }
            Message::Called(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            _ => {}
        }
        Action::None
    }

    /// What can come of it: without a phone somebody was at the house, and no number was wrong.
    fn outcomes(&self) -> impl Iterator<Item = CallOutcome> + use<> {
        let phone = self.has_phone();
        CallOutcome::ALL.into_iter().filter(move |outcome| phone || *outcome != CallOutcome::WrongNumber)
    }

    fn has_phone(&self) -> bool {
        !self.due.child.phone.is_empty()
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        let Press::Letter(letter) = press else { return Action::None };
        if THEN.starts_with(letter)
            && let Some(day) = self.better_day()
        {
            return self.update(Message::ComesThen(day), hands);
        }
        let outcome = self.outcomes().find(|outcome| key(*outcome).starts_with(letter));
        outcome.map_or(Action::None, |outcome| self.save(outcome, hands))
    }

    /// The next day on which somebody is there, where that is not the one in the field.
    fn better_day(&self) -> Option<NaiveDate> {
        let back = self.nobody_there()?;
        (back.on != back.wanted).then_some(back.on)
    }

    /// On the day in the field nobody is there.
    fn nobody_there(&self) -> Option<&ComeBack> {
        self.coming.as_ref().filter(|back| back.not_then.is_some() && parse(&self.comes_on) == Some(back.wanted))
    }

    /// And another day is better: it is not written down.
    fn meets_nobody(&self) -> bool {
        self.nobody_there().is_some_and(ComeBack::meets_nobody)
    }

    /// Is somebody there on the day that stands in the field?
    fn ask(&self, hands: &Hands) -> Task<Message> {
        let Some(day) = parse(&self.comes_on) else { return Task::none() };
        let (Hands { clinic, session, .. }, child) = (hands.clone(), self.due.child.id);
        blocking(move || Ok(clinic.coming(&session, child, day)?), Message::Coming)
    }

    /// What is to be said of the day in the field, and another one that is better.
    fn about_the_day<'a>(&'a self, words: &Words) -> Option<Element<'a, Message>> {
        let back = self.coming.as_ref()?;
        let mut lines = column![].spacing(gap(2));
        if let Some(why) = self.nobody_there().and_then(|back| coming::why_not_then(back, words)) {
            lines = lines.push(note(Look::Wait, why));
            if let Some(better) = self.better_day() {
                let label = words.with("call-comes-then", &[("day", weekday(words, better).into())]);
                let then = Button::secondary(label, Some(Message::ComesThen(better)));
                lines = lines.push(then.key(THEN).width(Length::Fill));
            }
        }
        let place = coming::place(back, words);
        if self.nobody_there().is_none() {
            let day = weekday(words, back.on);
            lines = lines.push(ui::small(place.map_or(day.clone(), |place| format!("{day} · {place}"))));
        } else {
            lines = lines.push(place.map(ui::small));
        }
        Some(lines.into())
    }

    /// One key, whatever came of it; one more takes it back.
    fn save(&mut self, outcome: CallOutcome, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        let will_come_on = match (outcome, parse(&self.comes_on)) {
            (CallOutcome::WillCome, None) => {
                self.trouble = Some(Trouble::no_date(&self.comes_on, Field::Until));
                return Action::Run(focus(COMES_ON));
            }
            (CallOutcome::WillCome, day) => day,
            _ => None,
        };
        self.busy = true;
        self.trouble = None;
        let child = self.due.child.id;
        let (on, note) = (to_day(self.today), self.note.clone());
        let call = CallMade { child, on, outcome, will_come_on: will_come_on.map(to_day), note };
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || {
            let back = will_come_on.map(|day| clinic.coming(&session, child, day)).transpose()?;
            if let Some(back) = back.filter(ComeBack::meets_nobody) {
                return Ok(Written::NobodyThere(back));
            }
            let call = clinic.submit(&session, Command::RecordCall(call))?.event;
            Ok(Written::Stored(Told { call, outcome, will_come_on }))
        };
        Action::Run(blocking(work, Message::Called))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let child = &self.due.child;
        let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
        let mut lines = column![
            ui::bold(words.child_name(&child.name, &child.mother)),
            ui::small(format!("{guardian} · {}", child.village)),
        ]
        .spacing(gap(2));
        lines = lines.push(if self.has_phone() {
            Element::from(ui::number(super::spaced_phone(&child.phone), theme::colors().action).size(SIZE_BIG))
        } else {
            note(Look::Wait, words.get("call-no-phone"))
        });
        if !self.due.consent_tracing {
            lines = lines.push(note(Look::Wait, words.get("call-no-tracing")));
        }
        if let Some(call) = self.due.call {
            let (look, said) = told(words, call);
            lines = lines.push(ui::tag(look, said));
        }
        // Each answer is stored at once: what is to be noted comes before it.
        lines = lines.push(Element::from(field(words.get("call-note"), &self.note, Message::Note).plain()));
        let wrong = self.trouble.as_ref().filter(|t| t.field() == Some(Field::Until)).map(|t| t.sentence(words));
        let in_vain = (self.in_vain && self.meets_nobody()).then(|| words.get("call-nobody-then"));
        let wrong = wrong.or(in_vain);
        let day = field(words.get("call-comes-on"), &self.comes_on, Message::ComesOn).id(COMES_ON).plain();
        lines = lines.push(Element::from(day.error(wrong).on_enter(Message::Outcome(CallOutcome::WillCome))));
        lines = lines.push(self.about_the_day(words));
        for outcome in self.outcomes() {
            let label = match outcome {
                CallOutcome::NoAnswer if !self.has_phone() => words.get("visited-nobody"),
                outcome => words.get(&format!("called-{}", outcome.code())),
            };
            let in_vain = outcome == CallOutcome::WillCome && self.meets_nobody();
            let press = (!self.busy && !in_vain).then_some(Message::Outcome(outcome));
            lines = lines.push(Button::secondary(label, press).key(key(outcome)).width(Length::Fill));
        }
        if let Some(trouble) = self.trouble.as_ref().filter(|t| t.field() != Some(Field::Until)) {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        lines = lines.push(ui::small(words.get("call-undo-hint")));
        lines = lines.push(Button::quiet(words.get("shell-cancel"), Some(Message::LeaveCall)).key("Esc"));
        let title = if self.has_phone() { "call-title" } else { "call-title-visit" };
        headed_card(words.get(title), lines).into()
    }
}
