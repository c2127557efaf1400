//! What is shown, read again when records change.

use super::*;

/// Something that is read again when records change: once at a time, so that no older answer follows a newer one.
#[derive(Default)]
pub(super) struct Reading {
    goes_on: bool,
    /// Records changed since it began.
    is_old: bool,
}

impl Reading {
    /// Is it to be read now? Else it is read once more when it is there.
    pub(super) fn begins(&mut self) -> bool {
        self.is_old = std::mem::replace(&mut self.goes_on, true);
        !self.is_old
    }

    /// It is there. Is it to be read once more?
    pub(super) fn ends(&mut self) -> bool {
        self.goes_on = false;
        std::mem::take(&mut self.is_old)
    }
}

impl Bar {
    pub(super) fn read(clinic: &Clinic, session: &Session) -> Result<Self, Trouble> {
        let sees_toys = session.may(Right::See(Query::Toys));
        let toy_alerts = if sees_toys { clinic.toy_alerts(session)?.open } else { 0 };
        Ok(Self { view: clinic.clinic()?, sync: clinic.sync()?, toy_alerts })
    }
}

impl Desk {
    pub(super) fn refresh_bar(&mut self) -> Task<Message> {
        if !self.bar.begins() {
            return Task::none();
        }
        let Hands { clinic, session, .. } = self.hands.clone();
        blocking(move || Bar::read(&clinic, &session), Message::Refreshed)
    }

    pub(super) fn refresh(&mut self) -> Task<Message> {
        let bar = self.refresh_bar();
        Task::batch([bar, self.refresh_shown()])
    }

    pub(super) fn refresh_shown(&mut self) -> Task<Message> {
        if !self.shown.begins() {
            return Task::none();
        }
        self.screen.reload(&self.hands).chain(Task::done(Message::Shown))
    }

    pub(super) fn refreshed(&mut self, read: Result<Bar, Trouble>, words: &Words) -> Action {
        match read {
            Ok(Bar { view, sync, toy_alerts }) => {
                self.view = view;
                self.sync = Some(sync);
                self.toy_alerts = toy_alerts;
            }
            Err(trouble) => self.trouble(&trouble, words),
        }
        if self.bar.ends() {
            return Action::Run(self.refresh_bar());
        }
        Action::None
    }
}
