//! A child at the desk: what to give today, what was given, and when to come back.

mod basket;
mod view;

use super::{Hands, OnReader, beside, blocking};
use crate::ui::{Banner, Press, Trouble, tab_stop, typed_date};
use crate::words::Words;
use basket::{Basket, Recorded, Shot};
use chrono::NaiveDate;
use clinic::date::to_day;
use clinic::record::command::{Command, CommandKind, GivenAt};
use clinic::record::refusal::Refusal;
use clinic::record::role::Right;
use clinic::store::{CertificateData, ChildPage};
use hub::CardMeaning;
use hub_protocol::ChildId;
use iced::Task;
use iced::widget::operation;

/// What follows sooner after a page came or changed was meant for what stood there before: the second stroke
/// of a key that bounces, or of a hand in a hurry.
const SETTLE_MS: u64 = 1_000;
/// The second half of a double click, which opened the page.
const DOUBLE_CLICK_MS: u64 = 500;

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
    Saved(Vec<Recorded>),
    GiveCard,
    CardGiven(Result<(), Trouble>),
    Certificate,
    Issued(Result<Box<CertificateData>, Trouble>),
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
    /// Make the paper of a certificate that was issued.
    Paper(Box<CertificateData>),
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
        };
        let load = screen.load(hands);
        (screen, load)
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
        self.basket.touched()
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
        match message {
            Message::Loaded(Ok(page)) => {
                let (first, shots) = (self.page.is_none(), self.basket.shots());
                if first || self.on.is_empty() {
                    self.on = typed_date::write(page.on);
                }
                self.page = Some(*page);
                self.trouble = None;
                self.refill();
                if first || shots != self.basket.shots() {
                    self.settle(hands);
                }
            }
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
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
            Message::Saved(outcomes) => return self.saved(outcomes, hands, words),
            Message::GiveCard => return self.give_card(hands, card),
            Message::CardGiven(Ok(())) => {
                self.busy = false;
                return Action::CardGiven(Banner::good(words.get("visit-card-given")), self.load(hands));
            }
            Message::CardGiven(Err(trouble)) => {
                self.busy = false;
                return Action::Trouble(trouble);
            }
            Message::Certificate => return self.certificate(hands),
            Message::Issued(Ok(data)) => return Action::Paper(data),
            Message::Issued(Err(trouble)) => return Action::Trouble(trouble),
            Message::NextChild | Message::Back => return Action::Back,
            Message::Record => return Action::Record(self.child),
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands, card: Option<&OnReader>) -> Action {
        let may = |kind| hands.session.may(Right::Do(kind));
        match press {
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
            self.basket.fill(&page.next, day, page.on, self.all);
        }
    }

    /// Enter goes on to the next batch, and after the last one to the button; it does not save from a field.
    fn go_to_batch(&mut self, from: usize, hands: &Hands) -> Action {
        let next = match self.basket.next_batch(from) {
            Some(row) => view::batch_id(&row.item),
            None => {
                self.settle(hands);
                tab_stop::id(view::SAVE)
            }
        };
        Action::Run(operation::focus(next))
    }

    fn save(&mut self, hands: &Hands) -> Action {
        let Some(day) = self.day() else { return Action::None };
        let shots = self.basket.shots();
        if self.busy || shots.is_empty() {
            return Action::None;
        }
        self.busy = true;
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let work = move || {
            let record = |shot: Shot| {
                let Shot { product, batch, reason } = shot;
                let (on, at) = (to_day(day), GivenAt::Here(None));
                let command = Command::RecordDose { child, product: product.clone(), on, batch, reason, at };
                let outcome = clinic.submit(&session, command).map(|_| ()).map_err(Trouble::from);
                Recorded { product, outcome }
            };
            Ok(shots.into_iter().map(record).collect())
        };
        Action::Run(blocking(work, |done| {
            Message::Saved(
                done.unwrap_or_else(|trouble| vec![Recorded { product: String::new(), outcome: Err(trouble) }]),
            )
        }))
    }

    fn saved(&mut self, outcomes: Vec<Recorded>, hands: &Hands, words: &Words) -> Action {
        self.busy = false;
        self.settle(hands);
        let good = outcomes.iter().filter(|r| r.outcome.is_ok()).count();
        self.trouble = outcomes.iter().find_map(|r| match &r.outcome {
            // The row itself asks for the reason.
            Ok(()) | Err(Trouble::Refused(Refusal::NeedsReason(_))) => None,
            Err(trouble) => Some(trouble.clone()),
        });
        self.basket.learn(outcomes);
        let ask = match self.basket.is_warned() {
            true => operation::focus(tab_stop::id(view::REASON)),
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

    /// The card on the reader becomes the child's.
    fn give_card(&mut self, hands: &Hands, card: Option<&OnReader>) -> Action {
        let (Some(OnReader { card, meaning }), Some(page), Some(live)) = (card, &self.page, &hands.live) else {
            return Action::None;
        };
        let issued = match meaning {
            CardMeaning::NotAssigned(number) => Ok(*number),
            CardMeaning::New => Err(live.hub.issue_card(hands.session.clone(), card.clone())),
            _ => return Action::None,
        };
        if page.card.is_some() || self.busy {
            return Action::None;
        }
        self.busy = true;
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let work = async move {
            let number = match issued {
                Ok(number) => number,
                Err(issue) => issue.await?,
            };
            let assign = Command::AssignCard { card: number, child };
            beside(move || Ok(clinic.submit(&session, assign).map(|_| ())?)).await
        };
        Action::Run(Task::perform(work, Message::CardGiven))
    }

    fn certificate(&self, hands: &Hands) -> Action {
        if self.page.is_none() {
            return Action::None;
        }
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let work = move || Ok(Box::new(clinic.issue_certificate(&session, child)?));
        Action::Run(blocking(work, Message::Issued))
    }
}
