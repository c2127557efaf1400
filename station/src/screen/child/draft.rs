//! The form of a child that is edited, kept for the day the power goes: for each person the last one.

use super::{Doing, Form, Message, Record};
use crate::screen::{Hands, blocking};
use clinic::record::command::CommandKind;
use clinic::record::role::Right;
use clinic::store::Draft;
use hub_protocol::ChildId;
use iced::Task;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Kept {
    child: u64,
    /// As [`Form::keep`] gives it.
    form: Vec<u8>,
    reason: String,
}

/// Whose form it is.
pub fn child(body: &[u8]) -> Option<ChildId> {
    read(body).map(|kept| ChildId(kept.child))
}

/// What another version of the program kept may be unknown.
fn read(body: &[u8]) -> Option<Kept> {
    serde_json::from_slice(body).ok()
}

impl Record {
    /// Something was typed that a power cut would take.
    pub fn is_unkept(&self) -> bool {
        self.unkept
    }

    /// Keeps what is typed so far, for the next time this record is opened.
    pub fn keep(&mut self, hands: &Hands) -> Task<Message> {
        self.unkept = false;
        let body = match &self.doing {
            Doing::Editing { form, reason, .. } if self.has_input() => form
                .keep()
                .and_then(|form| serde_json::to_vec(&Kept { child: self.child.0, form, reason: reason.clone() }).ok()),
            _ => None,
        };
        self.is_kept = body.is_some();
        keep(body, hands)
    }

    /// Nothing of it is wanted any more.
    pub fn forget(&mut self, hands: &Hands) -> Task<Message> {
        self.unkept = false;
        if std::mem::take(&mut self.is_kept) { keep(None, hands) } else { Task::none() }
    }

    pub(super) fn look_for_kept(hands: &Hands) -> Task<Message> {
        if !hands.session.may(Right::Do(CommandKind::EditChild)) {
            return Task::none();
        }
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(clinic.draft(&session, Draft::Edit)?), Message::Kept)
    }

    /// Puts back what was kept of this child, unless somebody was faster.
    pub(super) fn take_kept(&mut self, body: Option<&[u8]>) {
        let Some(kept) = body.and_then(read).filter(|kept| kept.child == self.child.0) else { return };
        let (Some(loaded), Doing::Looking) = (&self.loaded, &self.doing) else { return };
        let Some(form) = Form::kept(&kept.form) else { return };
        let before = Box::new(Form::of(&loaded.record.form));
        let form = Box::new(form.over(&before));
        self.doing = Doing::Editing { form, before, reason: kept.reason };
        (self.is_kept, self.from_before) = (true, true);
    }
}

fn keep(body: Option<Vec<u8>>, hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    // What is not kept is still on the screen; the log says why.
    blocking(move || Ok(clinic.keep_draft(&session, Draft::Edit, body)?), |_| Message::KeptNow)
}
