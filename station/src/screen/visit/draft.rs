//! What stands on the page of a child and is not saved, kept for the day the power goes: for each person the pages of
//! the last children.

use super::basket::KeptRow;
use super::decline::{self, Decline};
use super::put_right::{self, PutRight};
use super::{Action, Message, Panel, Visit};
use crate::screen::aefi::{self, Aefi};
use crate::screen::growth::{self, Growth};
use crate::screen::{Hands, blocking};
use clinic::record::command::CommandKind;
use clinic::record::role::{Query, Right};
use clinic::store::{DRAFT_MAX_BYTES, Draft};
use hub_protocol::ChildId;
use iced::Task;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Kept {
    child: u64,
    on: String,
    elsewhere: Option<String>,
    rows: Vec<KeptRow>,
    panel: Option<KeptPanel>,
}

#[derive(Serialize, Deserialize)]
enum KeptPanel {
    Growth(growth::Kept),
    Aefi(Box<aefi::Kept>),
    PutRight(put_right::Kept),
    Decline(decline::Kept),
}

/// Whose page was kept last.
pub fn child(body: &[u8]) -> Option<ChildId> {
    read(body).last().map(|kept| ChildId(kept.child))
}

/// The pages, the one that was kept last at the end; what another version of the program kept may be unknown.
fn read(body: &[u8]) -> Vec<Kept> {
    serde_json::from_slice(body).unwrap_or_default()
}

/// As much as is kept: the oldest pages go first.
fn write(mut pages: Vec<Kept>) -> Option<Vec<u8>> {
    while !pages.is_empty() {
        let body = serde_json::to_vec(&pages).ok()?;
        if body.len() <= DRAFT_MAX_BYTES {
            return Some(body);
        }
        let _oldest = pages.remove(0);
    }
    None
}

impl Visit {
    /// Something was typed that a power cut would take.
    pub fn is_unkept(&self) -> bool {
        self.unkept
    }

    /// Keeps what stands here so far, for the next time this child is opened.
    pub fn keep(&mut self, hands: &Hands) -> Task<Message> {
        self.unkept = false;
        let kept = self.kept();
        self.is_kept = kept.is_some();
        keep(self.child, kept, hands)
    }

    /// Nothing of it is wanted any more.
    pub fn forget(&mut self, hands: &Hands) -> Task<Message> {
        self.unkept = false;
        if std::mem::take(&mut self.is_kept) { keep(self.child, None, hands) } else { Task::none() }
    }

    fn kept(&self) -> Option<Kept> {
        if !self.has_input() {
            return None;
        }
        let panel = match &self.panel {
            Panel::Growth(growth) if growth.has_input() => Some(KeptPanel::Growth(growth.kept())),
            Panel::Aefi(aefi) if aefi.has_input() => aefi.kept().map(|kept| KeptPanel::Aefi(Box::new(kept))),
            Panel::PutRight(panel) if panel.has_input() => Some(KeptPanel::PutRight(panel.kept())),
            Panel::Decline(panel) if panel.has_input() => Some(KeptPanel::Decline(panel.kept())),
            Panel::Give
            | Panel::Plan
            | Panel::Growth(_)
            | Panel::Aefi(_)
            | Panel::PutRight(_)
            | Panel::Decline(_)
            | Panel::Certify { .. }
            | Panel::GiveCard(_) => None,
        };
        Some(Kept {
            child: self.child.0,
            on: self.on.clone(),
            elsewhere: self.elsewhere.clone(),
            rows: self.basket.kept(),
            panel,
        })
    }

    pub(super) fn look_for_kept(hands: &Hands) -> Task<Message> {
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(clinic.draft(&session, Draft::Visit)?), Message::Kept)
    }

    /// Puts back what was kept of this child, unless somebody was faster.
    pub(super) fn take_kept(&mut self, body: &[u8], hands: &Hands) -> Action {
        let own = read(body).into_iter().find(|kept| kept.child == self.child.0);
        let Some(kept) = own.filter(|_| !self.has_input()) else { return Action::None };
        let Some(page) = &self.page else { return Action::None };
        let Kept { on, elsewhere, rows, panel, .. } = kept;
        let panel = panel.and_then(|panel| match panel {
            KeptPanel::Growth(kept) => {
                let (mut growth, load) = Growth::new(page, hands);
                growth.restore(kept);
                Some((Panel::Growth(Box::new(growth)), load.map(Message::Growth)))
            }
            KeptPanel::Aefi(kept) => {
                let mut aefi = Aefi::new(page, hands);
                let load = aefi.restore(*kept, hands);
                Some((Panel::Aefi(Box::new(aefi)), load.map(Message::Aefi)))
            }
            KeptPanel::PutRight(kept) => {
                let panel = PutRight::restored(page, kept)?;
                Some((Panel::PutRight(Box::new(panel)), Task::none()))
            }
            KeptPanel::Decline(kept) => {
                let (mut decline, focus) = Decline::new(page);
                decline.restore(kept);
                Some((Panel::Decline(Box::new(decline)), focus))
            }
        });
        (self.on, self.elsewhere) = (on, elsewhere);
        // What was ticked may not fit on that day: then it was chosen among all.
        self.all = true;
        self.refill();
        let left = self.basket.restore(rows);
        if !left {
            self.all = false;
            self.refill();
        }
        (self.from_before, self.is_kept) = (true, true);
        self.settle(hands);
        match panel {
            Some((Panel::Aefi(_), _)) if !hands.session.may(Right::See(Query::Aefis)) => Action::None,
            Some((Panel::PutRight(_), _)) if !hands.session.may(Right::Do(CommandKind::CorrectDose)) => Action::None,
            Some((Panel::Decline(_), _)) if !hands.session.may(Right::Do(CommandKind::DeclineDose)) => Action::None,
            Some((panel, load)) => {
                self.panel = panel;
                Action::Run(load)
            }
            None => Action::None,
        }
    }

    /// What stands here from before is not wanted.
    pub(super) fn empty(&mut self, hands: &Hands) -> Action {
        let forget = self.forget(hands);
        let (again, load) = Self::new(self.child, hands);
        *self = again;
        Action::Run(forget.chain(load))
    }
}

/// Keeps this of the child beside what is kept of others, or nothing more.
fn keep(child: ChildId, kept: Option<Kept>, hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    let work = move || {
        let mut pages = clinic.draft(&session, Draft::Visit)?.map_or_else(Vec::new, |body| read(&body));
        pages.retain(|page| page.child != child.0);
        pages.extend(kept);
        Ok(clinic.keep_draft(&session, Draft::Visit, write(pages))?)
    };
    // What is not kept is still on the screen; the log says why.
    blocking(work, |_| Message::KeptNow)
}
