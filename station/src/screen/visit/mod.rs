//! A child at the desk: what to give today, what was given, and when to come back.

pub mod basket;
mod decline;
pub mod draft;
mod past;
mod put_right;
mod reasons;
mod view;

use super::aefi::{self, Aefi};
use super::growth::{self, Growth};
use super::{Hands, OnReader, Step, beside, blocking};
use crate::paper::wanted::Wanted;
use crate::ui::{Banner, Press, Trouble, focus, tab_stop, typed_date};
use crate::words::Words;
use basket::{Basket, Recorded, Shot, Warning};
use chrono::NaiveDate;
use clinic::date::{india, to_day};
use clinic::record::command::{Command, CommandKind, DoseKey, GivenAt};
use clinic::record::fact::UNDONE;
use clinic::record::role::{Query, Right};
use clinic::store::{CertificateData, ChildPage, DoseTakenBack};
use decline::Decline;
use hub::CardMeaning;
use hub_protocol::ChildId;
use iced::Task;
use put_right::PutRight;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What follows sooner after a page came or changed was meant for what stood there before: the second stroke
/// of a key that bounces, or of a hand in a hurry.
const SETTLE_MS: u64 = 1_000;
/// The second half of a double click, which opened the page.
const DOUBLE_CLICK_MS: u64 = 500;
/// Doses can be undone with one key for so long after they were saved.
const UNDO_MS: u64 = 60_000;

pub struct Visit {
    child: ChildId,
    page: Option<ChildPage>,
    trouble: Option<Trouble>,
    /// The date of the doses, as typed.
    on: String,
    basket: Basket,
    /// Vaccines that may not be given now are shown too.
    all: bool,
    busy: bool,
    /// Doses that were saved since the child came.
    saved: usize,
    /// When what is to be saved last changed by itself.
    changed_ms: u64,
    /// Doses are entered that were given elsewhere: what was seen as the proof of it.
    elsewhere: Option<String>,
    /// What was saved last.
    undo: Option<Undo>,
    panel: Panel,
    ask: Ask,
    /// The child was registered just now: the first page leads to the first batch.
    just_registered: bool,
    /// Typed since it was kept last.
    unkept: bool,
    /// Something of this page is kept beside the records.
    is_kept: bool,
    /// It was typed before the program ended.
    from_before: bool,
}

/// Doses that the page ticked by itself are not saved with no batch before somebody did something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// The first Enter asks for the batch.
    First,
    /// It was asked; Enter means what it says.
    Asked,
    /// Somebody went from field to field.
    Not,
}

struct Undo {
    doses: Vec<DoseKey>,
    saved_ms: u64,
}

/// What stands on the page beside what comes next.
enum Panel {
    /// What to give, and what was given.
    Give,
    PutRight(Box<PutRight>),
    Decline(Box<Decline>),
    Growth(Box<Growth>),
    Aefi(Box<Aefi>),
}

/// What stands in the field of the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TypedDay {
    Good(NaiveDate),
    Future,
    BeforeBirth,
    NoSuchDay,
    /// Nothing that can be read yet.
    Unfinished,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Box<ChildPage>, Trouble>),
    On(String),
    Tick(usize),
    Batch(usize, String),
    /// The next of the products that fit.
    Product(usize),
    Reason(usize, String),
    /// Enter in the date, or in the batch before this row.
    BatchFrom(usize),
    ShowAll,
    Save,
    Saved(NaiveDate, Vec<Recorded>),
    Undo,
    Undone(Result<usize, Trouble>),
    Elsewhere,
    Proof(String),
    /// A line of the doses that were given.
    OpenDose(usize),
    OpenDecline,
    OpenGrowth,
    OpenAefi,
    PutRight(put_right::Message),
    Decline(decline::Message),
    Growth(growth::Message),
    Aefi(aefi::Message),
    /// What was typed the last time and not saved.
    Kept(Result<Option<Vec<u8>>, Trouble>),
    KeptNow,
    /// None of what was kept is wanted.
    Empty,
    GiveCard,
    CardGiven(Result<(), Trouble>),
    /// The doses that the card tells are put into the record.
    TakeDoses,
    DosesTaken(Result<usize, Trouble>),
    Certificate,
    Issued(Result<Arc<CertificateData>, Trouble>),
    Papers,
    NextChild,
    /// What is written of the child.
    Record,
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Back,
    /// To the child's record and its history.
    Record(ChildId),
    /// Good news, and what follows.
    Said(Banner, Task<Message>),
    /// The card on the reader is this child's now.
    CardGiven(Banner, Task<Message>),
    Papers(Vec<Wanted>),
    Trouble(Trouble),
}

impl Visit {
    pub fn new(child: ChildId, hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self {
            child,
            page: None,
            trouble: None,
            on: String::new(),
            basket: Basket::default(),
            all: false,
            busy: false,
            saved: 0,
            changed_ms: hands.clinic.env().now_ms(),
            elsewhere: None,
            undo: None,
            panel: Panel::Give,
            ask: Ask::First,
            just_registered: false,
            unkept: false,
            is_kept: false,
            from_before: false,
        };
        let load = screen.load(hands);
        (screen, load)
    }

    /// Whoever pressed a key once more to save the form saves no dose by it.
    pub fn just_registered(&mut self) {
        self.just_registered = true;
    }

    pub fn child(&self) -> ChildId {
        self.child
    }

    fn load(&self, hands: &Hands) -> Task<Message> {
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        blocking(move || Ok(Box::new(clinic.child(&session, child)?)), Message::Loaded)
    }

    /// Records changed. A look at another worker's child is recorded each time, so that page waits.
    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let own = |page: &ChildPage| page.child.worker.as_ref().is_none_or(|(id, _)| *id == hands.session.user);
        let all = hands.session.may(Right::Do(CommandKind::AssignChild));
        match &self.page {
            Some(page) if !self.busy && (all || own(page)) => self.load(hands),
            _ => Task::none(),
        }
    }

    /// Would something that was typed or ticked by hand be lost?
    pub fn has_input(&self) -> bool {
        let proof = self.elsewhere.as_ref().is_some_and(|proof| !proof.trim().is_empty());
        let panel = match &self.panel {
            Panel::Give => false,
            Panel::PutRight(panel) => panel.has_input(),
            Panel::Decline(panel) => panel.has_input(),
            Panel::Growth(panel) => panel.has_input(),
            Panel::Aefi(panel) => panel.has_input(),
        };
        // Once the rest is saved, what was left unticked was meant so.
        let settled = self.saved > 0 && self.basket.is_settled();
        let basket = self.basket.touched() && !settled;
        let today = self.page.as_ref().map(|page| typed_date::write(page.on));
        let day = self.elsewhere.is_none() && !self.on.is_empty() && today.is_some_and(|today| today != self.on);
        basket || (proof && !settled) || (day && !settled) || panel
    }

    /// All that was to be given is saved.
    fn is_done(&self) -> bool {
        self.saved > 0 && !self.busy && self.basket.rows().is_empty()
    }

    /// The day of the doses, when it can be read.
    fn day(&self) -> Option<NaiveDate> {
        match self.typed_day() {
            TypedDay::Good(day) => Some(day),
            _ => None,
        }
    }

    fn typed_day(&self) -> TypedDay {
        let Some(page) = &self.page else { return TypedDay::Unfinished };
        match typed_date::parse(&self.on) {
            Some(day) if day > page.on => TypedDay::Future,
            Some(day) if day < page.child.dob => TypedDay::BeforeBirth,
            Some(day) => TypedDay::Good(day),
            None if typed_date::is_whole(&self.on) => TypedDay::NoSuchDay,
            None => TypedDay::Unfinished,
        }
    }

    fn settle(&mut self, hands: &Hands) {
        self.changed_ms = hands.clinic.env().now_ms();
    }

    /// The person had time to see what would be saved now.
    fn is_seen(&self, hands: &Hands) -> bool {
        self.stands_for_ms(hands) >= SETTLE_MS
    }

    fn stands_for_ms(&self, hands: &Hands) -> u64 {
        hands.clinic.env().now_ms().abs_diff(self.changed_ms)
    }

    pub fn update(&mut self, message: Message, hands: &Hands, card: Option<&OnReader>, words: &Words) -> Action {
        let by_hand = !matches!(message, Message::Loaded(_) | Message::Kept(_) | Message::KeptNow | Message::Empty);
        let action = self.react(message, hands, card, words);
        if by_hand {
            // What was saved or emptied is forgotten in the same way.
            self.unkept = self.has_input() || self.is_kept;
            self.from_before &= self.has_input();
        }
        action
    }

    fn react(&mut self, message: Message, hands: &Hands, card: Option<&OnReader>, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(page)) => {
                let (first, shots) = (self.page.is_none(), self.basket.shots());
                // What was given elsewhere was not given today: its day is always typed.
                if first || (self.on.is_empty() && self.elsewhere.is_none()) {
                    self.on = typed_date::write(page.on);
                }
                // A record that became a part of another shows the other.
                self.child = page.child.id;
                self.page = Some(*page);
                self.trouble = None;
                self.refill();
                if first || shots != self.basket.shots() {
                    self.settle(hands);
                }
                if first {
                    return match self.go_to_first(hands) {
                        Action::Run(go) => Action::Run(Task::batch([go, Self::look_for_kept(hands)])),
                        _ => Action::Run(Self::look_for_kept(hands)),
                    };
                }
            }
            Message::Loaded(Err(trouble)) | Message::Kept(Err(trouble)) => self.trouble = Some(trouble),
            Message::Kept(Ok(kept)) => return kept.map_or(Action::None, |body| self.take_kept(&body, hands)),
            Message::KeptNow => {}
            Message::Empty => return self.empty(hands),
            Message::On(typed) => {
                self.on = typed;
                self.refill();
            }
            Message::Tick(_) if self.stands_for_ms(hands) < DOUBLE_CLICK_MS => {}
            Message::Tick(at) => self.basket.tick(at),
            Message::Batch(at, batch) => self.basket.batch(at, batch),
            Message::Product(at) => self.basket.next_product(at),
            Message::Reason(at, reason) => self.basket.reason(at, reason),
            Message::BatchFrom(at) => return self.go_to_batch(at, hands),
            Message::ShowAll => {
                self.all = !self.all;
                self.refill();
            }
            // A key may press a button too.
            Message::Save | Message::NextChild if !self.is_seen(hands) => {}
            Message::Save => return self.save(hands),
            Message::Saved(on, outcomes) => return self.saved(on, outcomes, hands, words),
            Message::Undo => return self.undo(hands),
            Message::Undone(outcome) => return self.undone(outcome, hands, words),
            Message::Elsewhere => return self.switch_elsewhere(),
            Message::Proof(proof) => {
                if let Some(held) = &mut self.elsewhere {
                    *held = proof;
                }
            }
            Message::OpenDose(at) => return self.open_dose(at, hands),
            Message::OpenDecline => return self.open_decline(hands),
            Message::OpenGrowth => return self.open_growth(hands),
            Message::OpenAefi => return self.open_aefi(hands),
            Message::Papers | Message::Growth(growth::Message::Papers) => return self.offer_papers(),
            Message::PutRight(_) | Message::Decline(_) | Message::Growth(_) | Message::Aefi(_) => {
                return self.in_panel(message, hands, words);
            }
            Message::GiveCard => return self.give_card(hands, card),
            Message::TakeDoses => return self.take_doses(hands, card, words),
            Message::DosesTaken(Ok(n)) => {
                self.busy = false;
                let said = Banner::good(words.with("visit-card-doses-taken", &[("n", n.into())]));
                return Action::CardGiven(said, self.load(hands));
            }
            Message::DosesTaken(Err(trouble)) => {
                self.busy = false;
                // Some of them may be in the record: what the card tells beyond it is looked up again.
                return Action::CardGiven(Banner::wrong(trouble.sentence(words)), self.load(hands));
            }
            Message::CardGiven(Ok(())) => {
                self.busy = false;
                return Action::CardGiven(Banner::good(words.get("visit-card-given")), self.load(hands));
            }
            Message::CardGiven(Err(trouble)) => {
                self.busy = false;
                return Action::Trouble(trouble);
            }
            Message::Certificate => return self.certificate(hands),
            Message::Issued(Ok(data)) => return Action::Papers(vec![Wanted::Certificate(data)]),
            Message::Issued(Err(trouble)) => return Action::Trouble(trouble),
            Message::NextChild | Message::Back => return Action::Back,
            Message::Record => return Action::Record(self.child),
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands, card: Option<&OnReader>) -> Action {
        let may = |kind| hands.session.may(Right::Do(kind));
        if press == Press::Letter('P') && matches!(self.panel, Panel::Give | Panel::Growth(_)) {
            return self.offer_papers();
        }
        let step = match &mut self.panel {
            Panel::Give => None,
            Panel::PutRight(panel) => Some(panel.press(press, hands).map(Message::PutRight)),
            Panel::Decline(panel) => Some(panel.press(press, hands).map(Message::Decline)),
            Panel::Growth(panel) => Some(panel.press(press, hands).map(Message::Growth)),
            Panel::Aefi(panel) => Some(panel.press(press, hands).map(Message::Aefi)),
        };
        if let Some(step) = step {
            return self.take(step, hands);
        }
        match press {
            Press::Letter('U') => self.undo(hands),
            Press::Letter('E') if may(CommandKind::RecordDose) => self.switch_elsewhere(),
            Press::Letter('D') => self.open_decline(hands),
            Press::Letter('G') => self.open_growth(hands),
            Press::Letter('A') => self.open_aefi(hands),
            // It missed the field of the batch.
            Press::Stray(digit) => self.digit_for_batch(digit),
            Press::Enter if !self.is_seen(hands) => Action::None,
            Press::Enter if self.is_done() => Action::Back,
            Press::Enter if may(CommandKind::RecordDose) => self.save(hands),
            Press::Escape => Action::Back,
            Press::Letter('R') => Action::Record(self.child),
            Press::Letter('C') if may(CommandKind::IssueCertificate) => self.certificate(hands),
            Press::Letter('K') if may(CommandKind::AssignCard) => self.give_card(hands, card),
            Press::Letter('M') if may(CommandKind::RecordDose) => {
                self.all = !self.all;
                self.refill();
                Action::None
            }
            _ => Action::None,
        }
    }

    /// Fills the list of what to give, keeping what a person did to it.
    fn refill(&mut self) {
        if let (Some(page), Some(day)) = (&self.page, self.day()) {
            let of_our_vials = day == page.on && self.elsewhere.is_none();
            let today =
                |line: &&DoseTakenBack| line.to.is_none() && line.reason != UNDONE && india(line.at_ms) == page.on;
            let not_given = page.taken_back.iter().filter(today).map(|line| line.product.clone());
            // Whoever is not looked after here stands here by mistake, or is to be brought back first.
            let gone = page.next.iter().filter(|_| page.gone.is_some()).flat_map(|line| line.products.clone());
            self.basket.not_by_itself(not_given.chain(gone).collect());
            self.basket.at_hand(if of_our_vials { page.at_hand.clone() } else { BTreeMap::new() });
            self.basket.fill(&page.next, day, of_our_vials, self.all);
        }
    }

    /// The focus goes to what is asked first: a batch that nobody knows, else the button.
    fn go_to_first(&mut self, hands: &Hands) -> Action {
        if !hands.session.may(Right::Do(CommandKind::RecordDose)) {
            return Action::None;
        }
        let asked = match std::mem::take(&mut self.just_registered) {
            true => {
                self.ask = Ask::Not;
                self.basket.next_batch(0)
            }
            false => self.basket.first_without_batch(),
        };
        match asked {
            Some(row) => focus_batch(row),
            None if self.basket.shots().is_empty() => Action::None,
            None => Action::Run(focus(view::SAVE)),
        }
    }

    /// Digits that missed their field are the start of a batch.
    pub fn takes_digits(&self) -> bool {
        matches!(self.panel, Panel::Give) && self.basket.first_without_batch().is_some()
    }

    fn digit_for_batch(&mut self, digit: u8) -> Action {
        let Some(at) = self.basket.first_without_batch().map(|row| row.item.clone()) else { return Action::None };
        let Some(at) = self.basket.rows().iter().position(|row| row.item == at) else { return Action::None };
        self.basket.batch(at, char::from(b'0' + digit).to_string());
        self.basket.rows().get(at).map_or(Action::None, focus_batch)
    }

    /// Enter goes on to the next batch, and after the last one to the button; it does not save from a field.
    fn go_to_batch(&mut self, from: usize, hands: &Hands) -> Action {
        if self.elsewhere.as_ref().is_some_and(|proof| proof.trim().is_empty()) {
            return Action::Run(focus(view::PROOF));
        }
        match self.ask {
            // As it was asked: nothing was written, and Enter came again.
            Ask::Asked if self.is_seen(hands) && !self.basket.has_written_batch() => return self.save(hands),
            Ask::Asked if !self.basket.has_written_batch() => return Action::None,
            // The first Enter in a batch that nobody knows says that it is asked.
            Ask::First if from > 0 && !self.basket.touched() && self.basket.first_without_batch().is_some() => {
                if self.is_seen(hands) {
                    self.ask = Ask::Asked;
                    self.settle(hands);
                }
                return Action::None;
            }
            _ => self.ask = Ask::Not,
        }
        let next = match self.basket.next_batch(from) {
            Some(row) => view::batch_id(&row.item),
            None => {
                self.settle(hands);
                tab_stop::id(view::SAVE)
            }
        };
        Action::Run(focus(next))
    }

    /// It was asked for a batch that nobody knows, and there is no answer yet.
    fn asks_for_batch(&self) -> bool {
        self.ask == Ask::Asked && !self.basket.has_written_batch() && self.basket.first_without_batch().is_some()
    }

    fn save(&mut self, hands: &Hands) -> Action {
        let Some(day) = self.day() else { return Action::None };
        let shots = self.basket.shots();
        if self.busy || shots.is_empty() {
            return Action::None;
        }
        let proof = self.elsewhere.as_ref().map(|proof| proof.trim().to_owned());
        if proof.as_ref().is_some_and(String::is_empty) {
            return Action::Run(focus(view::PROOF));
        }
        if proof.is_none()
            && self.ask == Ask::First
            && !self.basket.has_written_batch()
            && let Some(row) = self.basket.first_without_batch()
        {
            let focus = focus_batch(row);
            self.ask = Ask::Asked;
            self.settle(hands);
            return focus;
        }
        self.busy = true;
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let work = move || {
            let record = |shot: Shot| {
                let Shot { product, batch, reason } = shot;
                let at = proof.clone().map_or(GivenAt::Here(None), GivenAt::Outside);
                let on = to_day(day);
                let command = Command::RecordDose { child, product: product.clone(), on, batch, reason, at };
                let outcome = clinic.submit(&session, command).map(|_| ()).map_err(Trouble::from);
                Recorded { product, outcome }
            };
            Ok(shots.into_iter().map(record).collect())
        };
        Action::Run(blocking(work, move |done| {
            Message::Saved(
                day,
                done.unwrap_or_else(|trouble| vec![Recorded { product: String::new(), outcome: Err(trouble) }]),
            )
        }))
    }

    fn saved(&mut self, on: NaiveDate, outcomes: Vec<Recorded>, hands: &Hands, words: &Words) -> Action {
        self.busy = false;
        self.settle(hands);
        let good = outcomes.iter().filter(|r| r.outcome.is_ok()).count();
        // What was answered of the batches holds while a reason is asked for.
        if good > 0 {
            self.ask = Ask::First;
        }
        self.trouble = outcomes.iter().find_map(|r| match &r.outcome {
            // The row itself asks for the reason.
            Ok(()) => None,
            Err(Trouble::Refused(refusal)) if Warning::of(*refusal).is_some() => None,
            Err(trouble) => Some(trouble.clone()),
        });
        let child = self.child;
        let stored = outcomes.iter().filter(|r| r.outcome.is_ok());
        let doses: Vec<DoseKey> =
            stored.map(|r| DoseKey { child, product: r.product.clone(), on: to_day(on) }).collect();
        if !doses.is_empty() {
            self.undo = Some(Undo { doses, saved_ms: hands.clinic.env().now_ms() });
        }
        self.basket.learn(outcomes);
        let ask = match self.basket.is_warned() {
            true => focus(view::REASON),
            false => Task::none(),
        };
        if good == 0 {
            return Action::Run(ask);
        }
        self.saved += good;
        if self.basket.is_settled() {
            // What is entered next has a date of its own.
            self.on.clear();
            self.all = false;
        }
        let said = Banner::good(words.with("visit-saved", &[("n", good.into())]));
        Action::Said(said, Task::batch([self.load(hands), ask]))
    }

    /// What can still be undone.
    fn undoable(&self, now_ms: u64) -> Option<&Undo> {
        self.undo.as_ref().filter(|undo| now_ms.abs_diff(undo.saved_ms) < UNDO_MS)
    }

    /// Takes back what was saved last, with no question asked.
    fn undo(&mut self, hands: &Hands) -> Action {
        if self.busy || self.undoable(hands.clinic.env().now_ms()).is_none() {
            return Action::None;
        }
        let Some(Undo { doses, .. }) = self.undo.take() else { return Action::None };
        self.busy = true;
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || {
            let count = doses.len();
            let withdraw = |dose| Command::WithdrawDose { dose, reason: UNDONE.to_owned() };
            for outcome in clinic.submit_all(&session, doses.into_iter().map(withdraw)) {
                outcome?;
            }
            Ok(count)
        };
        Action::Run(blocking(work, Message::Undone))
    }

    fn undone(&mut self, outcome: Result<usize, Trouble>, hands: &Hands, words: &Words) -> Action {
        self.busy = false;
        self.saved = 0;
        self.ask = Ask::First;
        self.settle(hands);
        match outcome {
            Ok(count) => {
                let said = Banner::wait(words.with("visit-undone", &[("n", count.into())]));
                Action::Said(said, self.load(hands))
            }
            Err(trouble) => {
                self.trouble = Some(trouble);
                Action::Run(self.load(hands))
            }
        }
    }

    /// Doses of a paper card: the day they were given there, and the proof.
    fn switch_elsewhere(&mut self) -> Action {
        let Some(page) = &self.page else { return Action::None };
        let today = typed_date::write(page.on);
        self.ask = Ask::First;
        let focus = if self.elsewhere.take().is_some() {
            self.on = today;
            Task::none()
        } else {
            self.elsewhere = Some(String::new());
            self.on.clear();
            focus(view::ON)
        };
        self.refill();
        Action::Run(focus)
    }

    fn open_dose(&mut self, at: usize, hands: &Hands) -> Action {
        let line = self.page.as_ref().and_then(|page| page.doses.get(at));
        let Some(line) = line.filter(|_| hands.session.may(Right::Do(CommandKind::CorrectDose))) else {
            return Action::None;
        };
        self.panel = Panel::PutRight(Box::new(PutRight::new(self.child, line)));
        Action::Run(focus(put_right::REASON))
    }

    fn open_decline(&mut self, hands: &Hands) -> Action {
        if self.page.is_some() && hands.session.may(Right::Do(CommandKind::DeclineDose)) {
            self.panel = Panel::Decline(Box::new(Decline::new(self.child)));
        }
        Action::None
    }

    fn open_growth(&mut self, hands: &Hands) -> Action {
        let Some(page) = &self.page else { return Action::None };
        let (growth, load) = Growth::new(page, hands);
        self.panel = Panel::Growth(Box::new(growth));
        Action::Run(load.map(Message::Growth))
    }

    fn open_aefi(&mut self, hands: &Hands) -> Action {
        if let Some(page) = self.page.as_ref().filter(|_| hands.session.may(Right::See(Query::Aefis))) {
            self.panel = Panel::Aefi(Box::new(Aefi::new(page, hands)));
        }
        Action::None
    }

    fn in_panel(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        let step = match (message, &mut self.panel) {
            (Message::PutRight(message), Panel::PutRight(panel)) => {
                panel.update(message, hands, words).map(Message::PutRight)
            }
            (Message::Decline(message), Panel::Decline(panel)) => {
                panel.update(message, hands, words).map(Message::Decline)
            }
            (Message::Growth(message), Panel::Growth(panel)) => {
                panel.update(message, hands, words).map(Message::Growth)
            }
            (Message::Aefi(message), Panel::Aefi(panel)) => panel.update(message, hands, words).map(Message::Aefi),
            // An answer to a panel that was left.
            _ => Step::Stay,
        };
        self.take(step, hands)
    }

    fn take(&mut self, step: Step<Message>, hands: &Hands) -> Action {
        match step {
            Step::Stay => Action::None,
            Step::Run(task) => Action::Run(task),
            Step::Close => {
                self.panel = Panel::Give;
                self.settle(hands);
                Action::None
            }
            Step::Stored(banner) => {
                self.panel = Panel::Give;
                self.settle(hands);
                Action::Said(banner, self.load(hands))
            }
            Step::StoredHere(banner, task) => Action::Said(banner, Task::batch([self.load(hands), task])),
        }
    }

    /// The card on the reader becomes the child's.
    fn give_card(&mut self, hands: &Hands, card: Option<&OnReader>) -> Action {
        let (Some(OnReader { card, meaning, .. }), Some(page), Some(live)) = (card, &self.page, &hands.live) else {
            return Action::None;
        };
        let issued = match meaning {
            CardMeaning::NotAssigned(number) => Ok(*number),
            CardMeaning::New | CardMeaning::Neighbour(_) => {
                Err(live.hub.issue_card(hands.session.clone(), card.clone()))
            }
            _ => return Action::None,
        };
        if page.card.is_some() || self.busy {
            return Action::None;
        }
        self.busy = true;
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let (hub, lies, renews) = (live.hub.clone(), card.clone(), !matches!(meaning, CardMeaning::Neighbour(_)));
        let work = async move {
            let number = match issued {
                Ok(number) => number,
                Err(issue) => issue.await?,
            };
            let assign = Command::AssignCard { card: number, child };
            let asking = session.clone();
            beside(move || Ok(clinic.submit(&asking, assign).map(|_| ())?)).await?;
            // What another clinic's card tells is looked at first.
            if renews {
                let _ = hub.renew_card(session, lies).await?;
            }
            Ok(())
        };
        Action::Run(Task::perform(work, Message::CardGiven))
    }

    /// A person says that the doses on the card were given: each becomes a dose of the record, with the card as the
    /// proof of it.
    fn take_doses(&mut self, hands: &Hands, card: Option<&OnReader>, words: &Words) -> Action {
        let Some(told) = card.filter(|on| on.meaning == CardMeaning::Child(self.child)).and_then(|on| on.told.as_ref())
        else {
            return Action::None;
        };
        if self.busy || told.doses.is_empty() {
            return Action::None;
        }
        self.busy = true;
        let proof = match &told.station {
            Some(station) => words.with("visit-card-proof", &[("station", station.clone().into())]),
            None => words.get("visit-card-proof-here"),
        };
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let command = move |(product, on)| Command::RecordDose {
            child,
            product,
            on,
            batch: None,
            // It was given, whatever the schedule says against it.
            reason: Some(proof.clone()),
            at: GivenAt::Outside(proof.clone()),
        };
        let commands: Vec<Command> = told.doses.iter().cloned().map(command).collect();
        let work = move || {
            let count = commands.len();
            for outcome in clinic.submit_all(&session, commands) {
                outcome?;
            }
            Ok(count)
        };
        Action::Run(blocking(work, Message::DosesTaken))
    }

    fn certificate(&self, hands: &Hands) -> Action {
        if self.page.is_none() {
            return Action::None;
        }
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let work = move || Ok(Arc::new(clinic.issue_certificate(&session, child)?));
        Action::Run(blocking(work, Message::Issued))
    }

    /// The papers of the child that are no certificate; what is on the screen comes first.
    fn offer_papers(&self) -> Action {
        if self.page.is_none() {
            return Action::None;
        }
        let child = self.child;
        let mut offered = vec![Wanted::Slip(child), Wanted::Schedule(child), Wanted::Child(child), Wanted::Diet(child)];
        if matches!(self.panel, Panel::Growth(_)) {
            offered.rotate_right(1);
        }
        Action::Papers(offered)
    }
}

fn focus_batch(row: &basket::Row) -> Action {
    Action::Run(focus(view::batch_id(&row.item)))
}
