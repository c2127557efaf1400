//! One toy: what became of it, what it did, and that it is lost, blocked, retired, or back.

use super::{Action, Message};
use crate::live::LiveNow;
use crate::screen::cards::thing_line;
use crate::screen::{Hands, Now, blocking};
use crate::ui::ask::STAY;
use crate::ui::theme::gap;
use crate::ui::trouble::time_of_day;
use crate::ui::{self, Button, Element, Kind, Look, Press, Trouble, field, focus, headed_card, note, tag};
use crate::words::Words;
use chrono::Days;
use clinic::device::Outlook;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{Fact, ToyStop};
use clinic::record::role::Right;
use clinic::store::{Holder, ThingEvent, ToyCourse, ToyLine, ToyNow, ToyOrder, ToyReport};
use hub::toys::Presence;
use hub_protocol::toy::OrderKind;
use hub_protocol::{DeviceId, UserId};
use iced::widget::column;
use iced::{Length, Task};

/// What a toy did is told for so many days.
const REPORT_DAYS: u64 = 30;

/// What is known of one toy.
#[derive(Debug, Clone)]
pub struct Known {
    report: ToyReport,
    /// All who had it at any time.
    holders: Vec<Holder>,
    history: Vec<ThingEvent>,
    now: Option<ToyNow>,
    course: ToyCourse,
    outlook: Outlook,
    /// The revision of the settings that all toys are to obey.
    settings: u64,
}

const NOTE: &str = "toys-note";
const RETURN: &str = "toys-return";

/// The key of each, by which what takes a toy out of use gets the focus: it is done by Enter, and never by one stroke.
fn stop_key(why: ToyStop) -> (char, &'static str, &'static str) {
    match why {
        ToyStop::Lost => ('L', "L", "toys-lost"),
        ToyStop::Blocked => ('B', "B", "toys-blocked"),
        ToyStop::Retired => ('T', "T", "toys-retired"),
    }
}

fn order_key(what: OrderKind) -> (char, &'static str, &'static str) {
    match what {
        OrderKind::Lock => ('K', "K", "toys-lock"),
        OrderKind::Unlock => ('U', "U", "toys-unlock"),
        OrderKind::Wipe => ('W', "W", "toys-wipe"),
    }
}

pub struct One {
    toy: DeviceId,
    known: Option<Known>,
    note: String,
    /// It was said that it is to be wiped, which takes away what is on it: it is asked whether that is meant.
    asks_wipe: bool,
    busy: bool,
    trouble: Option<Trouble>,
}

impl One {
    pub fn new(toy: DeviceId, hands: &Hands) -> (Self, Task<Message>) {
        (Self { toy, known: None, note: String::new(), asks_wipe: false, busy: false, trouble: None }, read(toy, hands))
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        read(self.toy, hands)
    }

    pub fn has_input(&self) -> bool {
        !self.note.trim().is_empty()
    }

    /// Was it asked whether it is to be wiped?
    pub fn asks_wipe(&self) -> bool {
        self.asks_wipe
    }

    pub fn is_of(&self, toy: DeviceId) -> bool {
        self.toy == toy
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Known(toy, known) if toy == self.toy => match *known {
                Ok(known) => self.known = Some(known),
                Err(trouble) => self.trouble = Some(trouble),
            },
            Message::Note(typed) => self.note = typed,
            Message::Stop(why) => {
                let (toy, note) = (self.toy, self.note.clone());
                return self.submit(Command::StopToy { toy, why, note }, hands);
            }
            Message::Return => {
                let (toy, note) = (self.toy, self.note.clone());
                return self.submit(Command::ReturnToy { toy, note }, hands);
            }
            Message::AskWipe(asks) => {
                self.asks_wipe = asks;
                // The question comes into sight, and a key that bounces answers no.
                return if asks { Action::Run(focus(STAY)) } else { Action::None };
            }
            Message::Order(what) => {
                if self.busy {
                    return Action::None;
                }
                self.asks_wipe = false;
                (self.busy, self.trouble) = (true, None);
                let (toy, note) = (self.toy, self.note.clone());
                return Action::Run(
                    hands.submit(Command::OrderToy { toy, what, note }, move |done| Message::Ordered(toy, done)),
                );
            }
            Message::Ring => {
                let Some(live) = hands.live.as_ref().filter(|_| !self.busy) else { return Action::None };
                (self.busy, self.trouble) = (true, None);
                let toy = self.toy;
                let ring = live.hub.ring_toy(hands.session.clone(), toy);
                return Action::Run(Task::perform(ring, move |done| Message::Rang(toy, done.map_err(Trouble::from))));
            }
            Message::Rang(toy, Ok(())) if self.is_of(toy) => self.busy = false,
            Message::Rang(toy, Err(trouble))
            | Message::Stopped(toy, Err(trouble))
            | Message::Ordered(toy, Err(trouble))
                if self.is_of(toy) =>
            {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            _ => {}
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        let Press::Letter(letter) = press else { return Action::None };
        let stops = ToyStop::ALL.map(stop_key);
        let orders = OrderKind::ALL.map(order_key);
        // What is not on the page gets no focus.
        let named = stops.iter().chain(&orders).find(|(key, ..)| *key == letter);
        match (letter, named) {
            ('R', _) if hands.session.may(Right::Do(CommandKind::OrderToy)) => self.update(Message::Ring, hands),
            ('N', _) => Action::Run(focus(NOTE)),
            ('A', _) => Action::Run(focus(RETURN)),
            (_, Some((.., id))) => Action::Run(focus(*id)),
            _ => Action::None,
        }
    }

    fn submit(&mut self, command: Command, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        self.busy = true;
        self.trouble = None;
        let toy = self.toy;
        Action::Run(hands.submit(command, move |done| Message::Stopped(toy, done)))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut lines = column![].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(Known { report, holders, history, now: last, course, outlook, settings }) = &self.known else {
            lines = lines.push(ui::working(words.get("shell-loading")));
            return headed_card(String::new(), lines).into();
        };
        if let Some(why) = report.toy.stopped {
            lines = lines.push(tag(Look::Late, words.get(&format!("toy-stop-{}", why.code()))));
        }
        let told = [
            ("n", report.doses.into()),
            ("measured", report.besides.measured.into()),
            ("visits", report.besides.visits.into()),
            ("children", report.besides.children.into()),
            ("doubted", report.doubted.into()),
            ("days", REPORT_DAYS.into()),
        ];
        lines = lines.push(ui::body(words.with("toys-report", &told)));
        if let Some(order) = &report.toy.order {
            lines = lines.push(order_lines(order, words));
        }
        if now.may(Right::Do(CommandKind::StopToy)) {
            lines = lines.push(Element::from(field(words.get("call-note"), &self.note, Message::Note).id(NOTE)));
            for why in ToyStop::ALL.into_iter().filter(|why| report.toy.stopped != Some(*why)) {
                let label = words.get(&format!("toys-do-{}", why.code()));
                let press = (!self.busy).then_some(Message::Stop(why));
                let (_, key, id) = stop_key(why);
                lines = lines.push(Button::new(Kind::Danger, label, press).key(key).id(id).width(Length::Fill));
                // Blocked is said here, locked is done at the toy: the two words sound alike.
                lines = lines.push((why == ToyStop::Blocked).then(|| ui::small(words.get("toys-do-blocked-about"))));
            }
            if report.toy.stopped.is_some() {
                let back = (!self.busy).then_some(Message::Return);
                lines = lines
                    .push(Button::secondary(words.get("toys-return"), back).key("A").id(RETURN).width(Length::Fill));
            } else {
                lines = lines.push(ui::small(words.get("toys-stop-about")));
            }
        }
        let is_here =
            |live: &LiveNow| live.toys.iter().any(|seen| seen.id == Some(self.toy) && seen.state == Presence::Online);
        if now.may(Right::Do(CommandKind::OrderToy)) {
            let ring = (!self.busy && now.live.is_some_and(is_here)).then_some(Message::Ring);
            lines = lines.push(Button::secondary(words.get("toys-ring"), ring).key("R").width(Length::Fill));
            if !now.live.is_some_and(is_here) {
                lines = lines.push(ui::small(words.get("toys-ring-away")));
            }
        }
        if now.may(Right::Do(CommandKind::OrderToy)) {
            let holds = report.toy.order.as_ref().map_or(OrderKind::Unlock, |order| order.what);
            for what in OrderKind::ALL.into_iter().filter(|what| *what != holds) {
                let kind = if what == OrderKind::Unlock { Kind::Secondary } else { Kind::Danger };
                let (_, key, id) = order_key(what);
                if what == OrderKind::Wipe && self.asks_wipe {
                    lines = lines.push(self.ask_wipe(report, (key, id), words));
                    continue;
                }
                let order = if what == OrderKind::Wipe { Message::AskWipe(true) } else { Message::Order(what) };
                let press = (!self.busy).then_some(order);
                let label = words.get(&format!("toys-do-{}", what.code()));
                lines = lines.push(Button::new(kind, label, press).key(key).id(id).width(Length::Fill));
                lines = lines.push((what == OrderKind::Lock).then(|| ui::small(words.get("toys-do-lock-about"))));
            }
            lines = lines.push(ui::small(words.get("toys-order-about")));
        }
        lines = lines.push(Button::quiet(words.get("shell-back"), Some(Message::Close)).key("Esc"));
        // What grows while it is looked at stands below what is clicked.
        lines = lines.push(ui::rule());
        for holder in holders {
            let from = words.day(clinic::date::india(holder.from_ms));
            let until = holder.until_ms.map(|ms| words.day(clinic::date::india(ms)));
            let name = ("name", (&holder.name).into());
            let said = match until {
                Some(until) => words.with("toys-held", &[name, ("from", from.into()), ("until", until.into())]),
                None => words.with("toys-held-since", &[name, ("from", from.into())]),
            };
            lines = lines.push(ui::small(said));
        }
        if let Some(because) = outlook.likely_to_fail() {
            let why = super::alerts::because(because, words);
            lines = lines.push(tag(Look::Late, words.get("toys-outlook")));
            lines = lines.push(ui::small(words.with("toys-outlook-why", &[("detail", why.into())])));
        }
        lines = lines.push(super::course::view(last.as_ref(), *settings, course, now));
        lines = lines.push(ui::rule()).push(ui::small_bold(words.get("cards-history")));
        let mut holds = None;
        for event in history {
            lines = lines.push(event_line(event, &mut holds, holders, words));
        }
        headed_card(report.toy.label.clone(), lines).into()
    }
}

impl One {
    /// Which toy and whose: what stands over the panel is scrolled away.
    fn ask_wipe<'a>(
        &self,
        report: &ToyReport,
        (key, id): (&'static str, &'static str),
        words: &Words,
    ) -> Element<'a, Message> {
        let wipe = (!self.busy).then_some(Message::Order(OrderKind::Wipe));
        let ToyLine { label, worker, .. } = &report.toy;
        let toy = match worker {
            Some((_, name)) => words.with("toys-label-name", &[("label", label.into()), ("name", name.into())]),
            None => label.clone(),
        };
        column![
            ui::bold(words.with("toys-wipe-ask", &[("toy", toy.into())])),
            note(Look::Wait, words.get("toys-wipe-about")),
            Button::new(Kind::Danger, words.get("toys-wipe-yes"), wipe).key(key).id(id).width(Length::Fill),
            Button::quiet(words.get("shell-cancel"), Some(Message::AskWipe(false))).key("Esc").id(STAY),
        ]
        .spacing(gap(2))
        .into()
    }
}

fn read(toy: DeviceId, hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    let read = move || {
        let today = clinic::date::india(clinic.env().now_ms());
        let report = clinic.toy_report(&session, toy, &(today - Days::new(REPORT_DAYS)..=today))?;
        let (from_ms, until_ms) = clinic::date::india_ms(today - Days::new(REPORT_DAYS), today);
        Ok(Known {
            report,
            holders: clinic.toy_holders(&session, toy)?,
            history: clinic.toy_history(&session, toy)?,
            now: clinic.toys_now(&session)?.into_iter().find(|now| now.toy == toy),
            course: clinic.toy_course(&session, toy, from_ms, until_ms)?,
            outlook: clinic.toy_outlook(&session, toy)?,
            settings: clinic.toy_settings()?.revision,
        })
    };
    blocking(read, move |known| Message::Known(toy, Box::new(known)))
}

/// What was asked of the toy, by whom and when, and whether it has said that it did so.
fn order_lines<'a>(order: &'a ToyOrder, words: &Words) -> Element<'a, Message> {
    let when = |ms| [("day", words.day(clinic::date::india(ms)).into()), ("time", time_of_day(ms).into())];
    let (look, state) = if order.obeyed_ms.is_some() { (Look::Done, "done") } else { (Look::Wait, "waits") };
    let mut asked = when(order.at_ms).to_vec();
    asked.push(("name", order.by.as_deref().unwrap_or_default().into()));
    let answer = match order.obeyed_ms {
        Some(ms) => words.with("toys-order-confirmed", &when(ms)),
        None => words.get("toys-order-open"),
    };
    column![
        tag(look, words.get(&format!("toy-order-{}-{state}", order.what.code()))),
        ui::small(words.with("toys-order-asked", &asked)),
        ui::small(answer),
    ]
    .spacing(gap(1))
    .into()
}

/// `holds` is who has it after the events before this one.
fn event_line<'a>(
    event: &'a ThingEvent,
    holds: &mut Option<UserId>,
    holders: &[Holder],
    words: &Words,
) -> Element<'a, Message> {
    let name = |worker: UserId| holders.iter().find(|holder| holder.worker == worker).map(|holder| &holder.name);
    if let Fact::ToyAssigned(f) = &event.fact {
        let (key, whose) = match f.worker {
            Some(worker) => ("toys-was-given", Some(worker)),
            None => ("toys-was-taken-back", *holds),
        };
        *holds = f.worker;
        if let Some(name) = whose.and_then(name) {
            let said = words.with(&format!("{key}-name"), &[("name", name.into())]);
            return thing_line(said, "", event, words);
        }
        return thing_line(words.get(key), "", event, words);
    }
    let (key, why) = match &event.fact {
        Fact::ToyOrdered(f) => return thing_line(words.get(&was("ordered", f.what)), &f.note, event, words),
        Fact::ToyObeyed(f) => return thing_line(words.get(&was("obeyed", f.order.what)), "", event, words),
        Fact::ToyRegistered(_) => ("toys-was-registered", ""),
        Fact::ToyStopped(f) => (
            match f.why {
                ToyStop::Lost => "toy-stop-lost",
                ToyStop::Blocked => "toy-stop-blocked",
                ToyStop::Retired => "toy-stop-retired",
            },
            f.note.as_str(),
        ),
        Fact::ToyReturned(f) => ("toys-was-returned", f.note.as_str()),
        _ => ("cards-was-changed", ""),
    };
    thing_line(words.get(key), why, event, words)
}

/// The words' key for an order that was given or obeyed.
fn was(what_became: &str, what: OrderKind) -> String {
    format!("toys-was-{what_became}-{}", what.code())
}
