//! A child at the desk: what to give today, what was given, and when to come back.

pub mod basket;
mod card;
mod decline;
mod doses;
pub mod draft;
mod panel;
mod past;
mod plan;
mod put_right;
mod reasons;
mod stored;
pub mod view;

use super::aefi::{self, Aefi};
use super::growth::{self, Growth};
use super::{Hands, OnReader, blocking};
use crate::paper::wanted::Wanted;
use crate::ui::{Banner, Press, SETTLE_MS, Trouble, focus, typed_date};
use crate::words::Words;
use basket::{Basket, Recorded};
use chrono::NaiveDate;
use clinic::date::india;
use clinic::record::command::{CommandKind, DoseKey};
use clinic::record::role::Right;
use clinic::store::{CertificateData, ChildPage};
use decline::Decline;
use hub::cards::CardIn;
use hub_protocol::{ChildId, TaskId};
use iced::Task;
use put_right::PutRight;
use std::sync::Arc;
use stored::Stored;

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
    /// Some were saved, and of others the reason is asked.
    asks_reason: bool,
    /// The child was registered just now: the first page leads to the first batch.
    just_registered: bool,
    /// It is asked whether the doses of a new child are given today, or stand on its paper card.
    asks_whence: bool,
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

/// What was saved last, as long as one key takes it back.
pub struct Undo {
    doses: Vec<DoseKey>,
    saved_ms: u64,
}

impl Undo {
    pub fn is_of(&self, child: ChildId) -> bool {
        self.doses.iter().all(|dose| dose.child == child)
    }
}

/// What stands on the page beside what comes next.
enum Panel {
    /// What to give, and what was given.
    Give,
    PutRight(Box<PutRight>),
    Decline(Box<Decline>),
    Growth(Box<Growth>),
    Aefi(Box<Aefi>),
    /// Every dose of the plan, age by age.
    Plan,
    /// A certificate has a number and is kept: it is asked before it is issued.
    Certify {
        with_numbers: bool,
    },
    /// The card on the reader would be this child's for good: it is asked before it is given.
    GiveCard(CardIn),
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
    /// Offers the products that fit.
    Product(usize),
    TakeProduct(usize, String),
    Reason(usize, String),
    /// Enter in the date, or in the batch before this row.
    BatchFrom(usize),
    ShowAll,
    Save,
    Saved(NaiveDate, Vec<Recorded>),
    Undo,
    Undone(Result<Stored, Trouble>),
    Elsewhere,
    /// No paper card: what is due is given here today.
    HereToday,
    /// What was asked of a worker is done.
    CloseTask(TaskId),
    /// What is larger than the window, to where this key moves it.
    Scroll(Press),
    TaskClosed(Result<(), Trouble>),
    Proof(String),
    /// A line of the doses that were given.
    OpenDose(usize),
    OpenDecline,
    OpenGrowth,
    OpenAefi,
    OpenPlan,
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
    /// It is meant.
    GiveCardNow,
    CardGiven(Result<(), Trouble>),
    /// The doses that the card tells are put into the record.
    TakeDoses,
    DosesTaken(Result<Stored, Trouble>),
    Certificate,
    /// Do the numbers of other registers stand on it?
    CertifyNumbers,
    /// It is meant.
    Certify,
    LeavePanel,
    Issued(Result<Arc<CertificateData>, Trouble>),
    Papers,
    NextChild,
    /// What is written of the child.
    Record,
    Back,
}

impl Message {
    /// It takes the place of the part of the page that is open.
    pub fn replaces(&self) -> bool {
        matches!(
            self,
            Self::OpenDose(_)
                | Self::OpenDecline
                | Self::OpenGrowth
                | Self::OpenAefi
                | Self::OpenPlan
                | Self::Certificate
                | Self::GiveCard
                | Self::LeavePanel
        )
    }
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
            asks_reason: false,
            just_registered: false,
            asks_whence: false,
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

    /// Whose page it is.
    pub fn named(&self, words: &Words) -> Option<String> {
        self.page.as_ref().map(|page| words.child_name(&page.child.name, &page.child.mother))
    }

    /// The page is left: what could still be undone here.
    pub fn leave_undo(&mut self) -> Option<Undo> {
        self.undo.take()
    }

    /// What was saved of this child, when its page was left a moment ago.
    pub fn take_up(&mut self, left: Undo) {
        self.undo = Some(left);
    }

    fn load(&self, hands: &Hands) -> Task<Message> {
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        blocking(move || Ok(Box::new(clinic.child(&session, child)?)), Message::Loaded)
    }

    /// Records changed. A look at another worker's child is recorded each time, so that page waits.
    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let own = |page: &ChildPage| page.child.worker.as_ref().is_none_or(|(id, _)| *id == hands.session.user);
        let all = hands.session.may(Right::Do(CommandKind::AssignChild));
        // After midnight other doses are due, and given on another day.
        let is_old = |page: &ChildPage| page.on != india(hands.clinic.env().now_ms());
        match &self.page {
            Some(page) if !self.busy && (all || own(page) || is_old(page)) => self.load(hands),
            _ => Task::none(),
        }
    }

    /// Something is being stored.
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    /// Would something that was typed or ticked by hand be lost?
    pub fn has_input(&self) -> bool {
        let proof = self.elsewhere.as_ref().is_some_and(|proof| !proof.trim().is_empty());
        let panel = match &self.panel {
            Panel::Give | Panel::Plan | Panel::Certify { .. } | Panel::GiveCard(_) => false,
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

    /// Esc would take away what was typed on a part of the page.
    pub fn escape_loses(&self) -> bool {
        match &self.panel {
            Panel::PutRight(panel) => panel.has_input(),
            Panel::Decline(panel) => panel.has_input(),
            // These two ask by themselves.
            Panel::Growth(_) | Panel::Aefi(_) => false,
            Panel::Give | Panel::Plan | Panel::Certify { .. } | Panel::GiveCard(_) => false,
        }
    }

    /// All that was to be given is saved.
    fn is_done(&self) -> bool {
        // What was left unticked was meant so; of doses of another place more may be told.
        let settled = self.basket.rows().is_empty() || (self.elsewhere.is_none() && self.basket.is_settled());
        self.saved > 0 && !self.busy && settled
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
                // What was given elsewhere was not given today: its day is always typed. Any other day is today's until
                // somebody types one.
                let was_today = self.page.as_ref().is_some_and(|old| self.on == typed_date::write(old.on));
                if first || (self.elsewhere.is_none() && (self.on.is_empty() || was_today)) {
                    self.on = typed_date::write(page.on);
                }
                // A record that became a part of another shows the other.
                self.child = page.child.id;
                self.page = Some(*page);
                self.trouble = None;
                if first {
                    let may = hands.session.may(Right::Do(CommandKind::RecordDose));
                    self.asks_whence =
                        may && self.just_registered && self.page.as_ref().is_some_and(ChildPage::may_have_paper_card);
                }
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
                if std::mem::take(&mut self.asks_reason) && self.basket.warned() > 0 {
                    return Action::Run(focus(view::REASON));
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
            // Enter means the list while it is open, wherever the focus is.
            Message::BatchFrom(_) | Message::Save if self.basket.is_choosing() => return self.take_product(hands),
            Message::Product(at) if self.basket.offered(at).is_empty() => {
                self.basket.choose(at);
                return Action::Run(focus(view::CHANGE));
            }
            Message::Product(_) => return self.take_product(hands),
            Message::TakeProduct(at, product) => self.basket.take(at, &product),
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
            Message::HereToday => return self.here_today(hands),
            Message::CloseTask(task) => return self.close_task(task, hands),
            Message::Scroll(press) => return Self::scrolls(press).map_or(Action::None, Action::Run),
            Message::TaskClosed(Ok(())) => {
                return Action::Said(Banner::good(words.get("visit-task-closed")), self.load(hands));
            }
            Message::TaskClosed(Err(trouble)) => return Action::Trouble(trouble),
            Message::Proof(proof) => {
                if let Some(held) = &mut self.elsewhere {
                    *held = proof;
                }
            }
            Message::OpenDose(at) => return self.open_dose(at, hands),
            Message::OpenDecline => return self.open_decline(hands),
            Message::OpenGrowth => return self.open_growth(hands),
            Message::OpenAefi => return self.open_aefi(hands),
            Message::OpenPlan => return self.open_plan(),
            Message::Papers | Message::Growth(growth::Message::Papers) => return self.offer_papers(),
            Message::PutRight(_) | Message::Decline(_) | Message::Growth(_) | Message::Aefi(_) => {
                return self.in_panel(message, hands, words);
            }
            Message::GiveCard => return self.ask_to_give_card(hands, card),
            Message::GiveCardNow if !self.is_seen(hands) => {}
            Message::GiveCardNow => return self.give_card(hands, card),
            Message::TakeDoses => return self.take_doses(hands, card, words),
            Message::DosesTaken(taken) => {
                self.busy = false;
                let said = match taken {
                    Ok(stored) => {
                        stored.banner(words, |n| Banner::good(words.with("visit-card-doses-taken", &[("n", n.into())])))
                    }
                    Err(trouble) => Banner::wrong(trouble.sentence(words)),
                };
                // What the card tells beyond the record is looked up again.
                return Action::CardGiven(said, self.load(hands));
            }
            Message::CardGiven(Ok(())) => {
                self.busy = false;
                self.leave_card_question();
                return Action::CardGiven(Banner::good(words.get("visit-card-given")), self.load(hands));
            }
            Message::CardGiven(Err(trouble)) => {
                self.busy = false;
                self.leave_card_question();
                return Action::Trouble(trouble);
            }
            Message::Certificate => self.ask_to_certify(),
            Message::CertifyNumbers => {
                if let Panel::Certify { with_numbers } = &mut self.panel {
                    *with_numbers = !*with_numbers;
                }
            }
            Message::Certify => return self.certify(hands),
            Message::LeavePanel => self.panel = Panel::Give,
            Message::Issued(issued) => {
                self.busy = false;
                self.panel = Panel::Give;
                return match issued {
                    Ok(data) => Action::Papers(vec![Wanted::Certificate(data)]),
                    Err(trouble) => Action::Trouble(trouble),
                };
            }
            Message::NextChild | Message::Back => return Action::Back,
            Message::Record => return Action::Record(self.child),
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands, card: Option<&OnReader>) -> Action {
        let may = |kind| hands.session.may(Right::Do(kind));
        if press == Press::Letter('P') && matches!(self.panel, Panel::Give | Panel::Growth(_) | Panel::Plan) {
            return self.offer_papers();
        }
        let step = match &mut self.panel {
            Panel::Give => None,
            Panel::Plan => {
                return match press {
                    Press::Escape => {
                        self.panel = Panel::Give;
                        self.settle(hands);
                        Action::None
                    }
                    press => Self::scrolls(press).map_or(Action::None, Action::Run),
                };
            }
            Panel::Certify { .. } => {
                return match press {
                    Press::Enter => self.certify(hands),
                    Press::Escape => {
                        self.panel = Panel::Give;
                        self.settle(hands);
                        Action::None
                    }
                    _ => Action::None,
                };
            }
            Panel::GiveCard(_) => {
                return match press {
                    Press::Enter | Press::Letter('K') if self.is_seen(hands) => self.give_card(hands, card),
                    Press::Escape if !self.busy => {
                        self.panel = Panel::Give;
                        self.settle(hands);
                        Action::None
                    }
                    _ => Action::None,
                };
            }
            Panel::PutRight(panel) => Some(panel.press(press, hands).map(Message::PutRight)),
            Panel::Decline(panel) => Some(panel.press(press, hands).map(Message::Decline)),
            Panel::Growth(panel) => Some(panel.press(press, hands).map(Message::Growth)),
            Panel::Aefi(panel) => Some(panel.press(press, hands).map(Message::Aefi)),
        };
        if let Some(step) = step {
            return self.take(step, hands);
        }
        if may(CommandKind::RecordDose)
            && let Some(action) = self.choose_product(press, hands)
        {
            return action;
        }
        match press {
            Press::Letter('U') => self.undo(hands),
            Press::Letter('H') if self.asks_whence => self.here_today(hands),
            Press::Letter('T') => match self.task_to_close(&hands.session) {
                Some(task) => self.close_task(task, hands),
                None => Action::None,
            },
            Press::Letter('E') if may(CommandKind::RecordDose) => self.switch_elsewhere(),
            Press::Letter('D') => self.open_decline(hands),
            Press::Letter('G') => self.open_growth(hands),
            Press::Letter('A') => self.open_aefi(hands),
            Press::Letter('S') => self.open_plan(),
            // It missed the field of the batch.
            Press::Stray(digit) => self.digit_for_batch(digit),
            Press::Enter if !self.is_seen(hands) => Action::None,
            Press::Enter if self.is_done() => Action::Back,
            Press::Ctrl('S') if !self.is_seen(hands) => Action::None,
            // In a field Enter goes on to the next one.
            Press::Enter | Press::Ctrl('S') if may(CommandKind::RecordDose) => self.save(hands),
            Press::Escape => Action::Back,
            Press::Letter('R') => Action::Record(self.child),
            Press::Letter('C') if may(CommandKind::IssueCertificate) => {
                self.ask_to_certify();
                Action::None
            }
            Press::Letter('K') => self.ask_to_give_card(hands, card),
            Press::Letter('M') if may(CommandKind::RecordDose) => {
                self.all = !self.all;
                self.refill();
                Action::None
            }
            _ => Action::None,
        }
    }

    /// Digits that missed their field are the start of a batch.
    pub fn takes_digits(&self) -> bool {
        matches!(self.panel, Panel::Give) && self.basket.first_without_batch().is_some()
    }
}
