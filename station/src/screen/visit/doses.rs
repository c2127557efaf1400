//! Doses that are entered: the batch that is asked for, saving, and taking back what was saved.

use super::basket::{self, Chose, Recorded, Shot, Warning};
use super::stored::Stored;
use super::{Action, Ask, Message, Panel, UNDO_MS, Undo, Visit, view};
use crate::screen::today::doses_in_words;
use crate::screen::{Hands, blocking};
use crate::ui::{Banner, Press, Trouble, focus, focus_first, tab_stop, typed_date};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::Session;
use clinic::date::{india, to_day};
use clinic::record::command::{Command, CommandKind, DoseKey, GivenAt};
use clinic::record::fact::{CAME, UNDONE};
use clinic::record::role::Right;
use clinic::store::{DoseTakenBack, TaskLine};
use hub_protocol::TaskId;
use iced::Task;
use iced::widget::operation::{AbsoluteOffset, scroll_to};
use std::collections::BTreeMap;

impl Visit {
    /// Fills the list of what to give, keeping what a person did to it.
    pub(super) fn refill(&mut self) {
        // Which doses were given elsewhere nobody knows before their day.
        if self.elsewhere.is_some() && self.day().is_none() {
            self.basket.set_aside();
        }
        if let (Some(page), Some(day)) = (&self.page, self.day()) {
            let of_our_vials = day == page.on && self.elsewhere.is_none();
            let today =
                |line: &&DoseTakenBack| line.to.is_none() && line.reason != UNDONE && india(line.at_ms) == page.on;
            let not_given = page.taken_back.iter().filter(today).map(|line| line.product.clone());
            // Whoever is not looked after here stands here by mistake, or is to be brought back first.
            let gone = page.next.iter().filter(|_| page.gone.is_some()).flat_map(|line| line.products.clone());
            let asked = page.next.iter().filter(|_| self.asks_whence).flat_map(|line| line.products.clone());
            self.basket.not_by_itself(not_given.chain(gone).chain(asked).collect());
            self.basket.at_hand(if of_our_vials { page.at_hand.clone() } else { BTreeMap::new() });
            self.basket.used(page.used.clone());
            self.basket.fill(&page.next, day, of_our_vials, self.all);
        }
    }

    /// The focus goes to what is asked first: a batch that nobody knows, else the button.
    pub(super) fn go_to_first(&mut self, hands: &Hands) -> Action {
        if !hands.session.may(Right::Do(CommandKind::RecordDose)) {
            return Action::None;
        }
        if self.asks_whence {
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

    /// Where somebody goes on who was away for a while.
    pub fn go_on(&mut self, hands: &Hands) -> Task<Message> {
        match &self.panel {
            Panel::Give if self.elsewhere.is_some() => focus(view::ON),
            Panel::Give => match self.go_to_first(hands) {
                Action::Run(go) => go,
                _ => Task::none(),
            },
            Panel::PutRight(_) | Panel::Decline(_) | Panel::Growth(_) | Panel::Aefi(_) => focus_first(),
            Panel::Plan | Panel::Certify { .. } | Panel::GiveCard(_) => Task::none(),
        }
    }

    pub(super) fn digit_for_batch(&mut self, digit: u8) -> Action {
        let Some(at) = self.basket.first_without_batch().map(|row| row.item.clone()) else { return Action::None };
        let Some(at) = self.basket.rows().iter().position(|row| row.item == at) else { return Action::None };
        self.basket.batch(at, char::from(b'0' + digit).to_string());
        self.basket.rows().get(at).map_or(Action::None, focus_batch)
    }

    /// Enter goes on to the next batch, and after the last one to the button; it does not save from a field.
    pub(super) fn go_to_batch(&mut self, from: usize, hands: &Hands) -> Action {
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

    /// The keys of the list of products, while it is open; else the one that opens it.
    pub(super) fn choose_product(&mut self, press: Press, hands: &Hands) -> Option<Action> {
        match self.basket.press(press)? {
            Chose::Taken => Some(self.take_product(hands)),
            // The keys are not for a field meanwhile.
            Chose::NotYet => Some(Action::Run(focus(view::CHANGE))),
        }
    }

    /// What is chosen is taken; its batch is asked for next, if nobody knows it.
    pub(super) fn take_product(&mut self, hands: &Hands) -> Action {
        self.settle(hands);
        let taken = self.basket.take_chosen().and_then(|at| self.basket.next_batch(at));
        match taken {
            Some(row) if row.batch.is_empty() => focus_batch(row),
            _ => Action::Run(focus(view::SAVE)),
        }
    }

    /// Batches, or a day and a proof, are being written: Enter goes on to the next field.
    pub(super) fn is_in_fields(&self) -> bool {
        !self.is_done() && (self.elsewhere.is_some() || self.ask == Ask::Not || self.basket.has_written_batch())
    }

    /// It was asked for a batch that nobody knows, and there is no answer yet.
    pub(super) fn asks_for_batch(&self) -> bool {
        let open = self.basket.first_without_batch().is_some() && !self.basket.has_written_batch();
        // What was answered holds while a reason is asked for.
        self.ask == Ask::Asked && open && !self.basket.has_warned()
    }

    pub(super) fn save(&mut self, hands: &Hands) -> Action {
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

    pub(super) fn saved(&mut self, on: NaiveDate, outcomes: Vec<Recorded>, hands: &Hands, words: &Words) -> Action {
        self.busy = false;
        self.settle(hands);
        let good = outcomes.iter().filter(|r| r.outcome.is_ok()).count();
        self.trouble = outcomes.iter().find_map(|r| match &r.outcome {
            // The row itself asks for the reason.
            Ok(()) => None,
            Err(Trouble::Refused(refusal)) if Warning::of(*refusal).is_some() => None,
            // It would say that nothing was changed.
            Err(Trouble::Plain(_)) if good > 0 => Some(Trouble::Plain("visit-some-not-saved")),
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
        let waiting = self.basket.warned();
        // What was answered of the batches holds while a reason is asked for.
        if good > 0 && waiting == 0 {
            self.ask = Ask::First;
        }
        let ask = match waiting > 0 {
            true => focus(view::REASON),
            false if good > 0 => scroll_to(view::PAGE, AbsoluteOffset { x: None, y: Some(0.0) }),
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
        // What was stored goes, and other doses come: the field is looked for again then.
        self.asks_reason = waiting > 0;
        let said = match waiting {
            0 => Banner::good(words.with("visit-saved", &[("n", good.into())])),
            _ => {
                let open = doses_in_words(words, self.basket.waiting().into_iter(), usize::MAX);
                Banner::wait(words.with("visit-saved-some", &[("n", good.into()), ("doses", open.into())]))
            }
        };
        Action::Said(said, Task::batch([self.load(hands), ask]))
    }

    /// What can still be undone.
    pub(super) fn undoable(&self, now_ms: u64) -> Option<&Undo> {
        self.undo.as_ref().filter(|undo| now_ms.abs_diff(undo.saved_ms) < UNDO_MS)
    }

    /// Takes back what was saved last, with no question asked.
    pub(super) fn undo(&mut self, hands: &Hands) -> Action {
        if self.busy || self.undoable(hands.clinic.env().now_ms()).is_none() {
            return Action::None;
        }
        let Some(Undo { doses, .. }) = self.undo.take() else { return Action::None };
        self.busy = true;
        let hands = hands.clone();
        let withdraw = |dose| Command::WithdrawDose { dose, reason: UNDONE.to_owned() };
        let commands = doses.into_iter().map(withdraw).collect();
        Action::Run(blocking(move || Ok(Stored::submit(&hands, commands)), Message::Undone))
    }

    pub(super) fn undone(&mut self, undone: Result<Stored, Trouble>, hands: &Hands, words: &Words) -> Action {
        self.busy = false;
        self.saved = 0;
        self.ask = Ask::First;
        self.settle(hands);
        match undone {
            Ok(stored) => {
                let all = |n: usize| Banner::wait(words.with("visit-undone", &[("n", n.into())]));
                Action::Said(stored.banner(words, all), self.load(hands))
            }
            Err(trouble) => {
                self.trouble = Some(trouble);
                Action::Run(self.load(hands))
            }
        }
    }

    /// The doses that are due are given now.
    pub(super) fn here_today(&mut self, hands: &Hands) -> Action {
        if !std::mem::take(&mut self.asks_whence) {
            return Action::None;
        }
        self.refill();
        self.settle(hands);
        self.go_to_first(hands)
    }

    /// The task that is done by what was given today, for whoever may close it.
    pub(super) fn task_to_close(&self, session: &Session) -> Option<TaskId> {
        let page = self.page.as_ref().filter(|_| session.may(Right::Do(CommandKind::CloseTask)))?;
        let all = session.may(Right::Do(CommandKind::AssignTask));
        let own = |task: &&TaskLine| all || task.worker.0 == session.user;
        page.open_tasks.iter().filter(own).find(|task| page.is_found(task)).map(|task| task.id)
    }

    pub(super) fn close_task(&self, task: TaskId, hands: &Hands) -> Action {
        let command = Command::CloseTask { task, done: true, reason: CAME.to_owned() };
        Action::Run(hands.submit(command, Message::TaskClosed))
    }

    /// Doses of a paper card: the day they were given there, and the proof.
    pub(super) fn switch_elsewhere(&mut self) -> Action {
        let Some(page) = &self.page else { return Action::None };
        let today = typed_date::write(page.on);
        self.ask = Ask::First;
        self.asks_whence = false;
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
}

fn focus_batch(row: &basket::Row) -> Action {
    Action::Run(focus(view::batch_id(&row.item)))
}
