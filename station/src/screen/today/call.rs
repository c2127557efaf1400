//! What came of a call to a family, or of a visit at its house.

use super::{Action, Message, weekday};
use crate::screen::{Hands, Now, blocking, coming};
use crate::ui::theme::{self, gap};
use crate::ui::typed_date::{self, parse};
use crate::ui::{self, Button, Element, Look, Press, Trouble, field, headed_card, note, tab_stop};
use crate::words::Words;
use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::record::command::Command;
use clinic::record::fact::{CallMade, CallOutcome};
use clinic::record::refusal::Field;
use clinic::store::ComeBack;
use clinic::store::{DueChild, LastCall};
use iced::widget::{column, operation};
use iced::{Length, Task};

const COMES_ON: &str = "call-comes-on";
/// A family that will come is asked for a day within the week.
const COMES_DAYS: u64 = 7;

/// The call that is being written down.
pub struct Calling {
    due: DueChild,
    today: NaiveDate,
    outcome: Option<CallOutcome>,
    comes_on: String,
    /// The day was typed: it is the family's.
    typed: bool,
    /// What is known of the day that stands there.
    coming: Option<ComeBack>,
    note: String,
    busy: bool,
    trouble: Option<Trouble>,
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

impl Calling {
    pub fn new(due: DueChild, today: NaiveDate) -> Self {
        let comes_on = typed_date::write(today + Days::new(COMES_DAYS));
        Self {
            due,
            today,
            outcome: None,
            comes_on,
            typed: false,
            coming: None,
            note: String::new(),
            busy: false,
            trouble: None,
        }
    }

    pub fn has_input(&self) -> bool {
        self.outcome.is_some() || !self.note.trim().is_empty()
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Outcome(CallOutcome::WillCome) if self.outcome != Some(CallOutcome::WillCome) => {
                self.outcome = Some(CallOutcome::WillCome);
                self.trouble = None;
                let focus = operation::focus(tab_stop::id(COMES_ON));
                return Action::Run(Task::batch([focus, self.ask(hands)]));
            }
            Message::Outcome(outcome) => return self.save(outcome, hands),
            Message::ComesOn(typed) => {
                (self.comes_on, self.typed, self.coming) = (typed, true, None);
                return Action::Run(self.ask(hands));
            }
            Message::ComesThen(day) => {
                self.comes_on = typed_date::write(day);
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
            Message::Called(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            _ => {}
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        match press {
            Press::Letter(letter) => {
                let outcome = CallOutcome::ALL.into_iter().find(|outcome| key(*outcome).starts_with(letter));
                outcome.map_or(Action::None, |outcome| self.update(Message::Outcome(outcome), hands))
            }
            Press::Enter => self.outcome.map_or(Action::None, |outcome| self.save(outcome, hands)),
            _ => Action::None,
        }
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
        if parse(&self.comes_on) == Some(back.wanted)
            && let Some(why) = coming::why_not_then(back, words)
        {
            lines = lines.push(note(Look::Wait, why));
            if back.on != back.wanted {
                let day = weekday(words, back.on);
                let label = words.with("call-comes-then", &[("day", day.into())]);
                lines = lines.push(Button::secondary(label, Some(Message::ComesThen(back.on))).width(Length::Fill));
            }
        }
        if let Some(place) = coming::place(back, words) {
            lines = lines.push(ui::small(place));
        }
        Some(lines.into())
    }

    fn save(&mut self, outcome: CallOutcome, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        let will_come_on = match (outcome, parse(&self.comes_on)) {
            (CallOutcome::WillCome, None) => {
                self.trouble = Some(Trouble::Refused(clinic::record::refusal::Refusal::Form(Field::Until)));
                return Action::None;
            }
            (CallOutcome::WillCome, Some(day)) => Some(to_day(day)),
            _ => None,
        };
        self.busy = true;
        self.trouble = None;
        let call = CallMade {
            child: self.due.child.id,
            on: to_day(self.today),
            outcome,
            will_come_on,
            note: self.note.clone(),
        };
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || Ok(clinic.submit(&session, Command::RecordCall(call)).map(|_| ())?);
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
        lines = lines.push(if child.phone.is_empty() {
            ui::small(words.get("child-no-phone")).into()
        } else {
            Element::from(ui::number(super::spaced_phone(&child.phone), theme::ACTION).size(26))
        });
        if !self.due.consent_tracing {
            lines = lines.push(note(Look::Wait, words.get("call-no-tracing")));
        }
        if let Some(call) = self.due.call {
            let (look, said) = told(words, call);
            lines = lines.push(ui::tag(look, said));
        }
        for outcome in CallOutcome::ALL {
            let label = words.get(&format!("called-{}", outcome.code()));
            let press = (!self.busy).then_some(Message::Outcome(outcome));
            let chosen = self.outcome == Some(outcome);
            let button = if chosen { Button::primary(label, press) } else { Button::secondary(label, press) };
            lines = lines.push(button.key(key(outcome)).width(Length::Fill));
            if chosen && outcome == CallOutcome::WillCome {
                let save = Message::Outcome(CallOutcome::WillCome);
                let wrong = self.trouble.as_ref().filter(|t| t.field() == Some(Field::Until));
                let day = field(words.get("call-comes-on"), &self.comes_on, Message::ComesOn).id(COMES_ON);
                lines = lines.push(Element::from(day.error(wrong.map(|t| t.sentence(words))).on_enter(save)));
                if let Some(about) = self.about_the_day(words) {
                    lines = lines.push(about);
                }
            }
        }
        lines = lines.push(Element::from(field(words.get("call-note"), &self.note, Message::Note)));
        if let Some(trouble) = self.trouble.as_ref().filter(|t| t.field() != Some(Field::Until)) {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        lines = lines.push(Button::quiet(words.get("shell-cancel"), Some(Message::LeaveCall)).key("Esc"));
        headed_card(words.get("call-title"), lines).into()
    }
}
