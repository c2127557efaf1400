//! How families are reminded: when, by which way, and in what words. An Admin sets it here; what opens a gateway is kept
//! at this computer alone.

mod form;
mod view;

use super::{Hands, Now, blocking};
use crate::ui::{Banner, Element, Press, Trouble};
use crate::words::Words;
use clinic::record::command::Command;
use clinic::record::fact::{Body, ReferenceKey, ReminderSettings};
use clinic::reminder::{Channel, Language};
use clinic::store::{Draft, StoreError, Way};
use form::{Form, Input, SmsBy};
use iced::Task;
use serde::{Deserialize, Serialize};

/// What is kept at this computer of a way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    place: String,
    /// There is a key, a token or a PIN. It is never shown.
    secret: bool,
}

#[derive(Debug, Clone)]
pub struct Loaded {
    settings: ReminderSettings,
    /// By the number of the channel.
    ways: [Kept; 3],
}

pub struct Reminders {
    loaded: Option<Loaded>,
    form: Form,
    /// The modem's port.
    port: String,
    /// What was typed to open each way.
    secrets: [String; 3],
    busy: bool,
    trouble: Option<Trouble>,
    /// Some of what was to be saved is, in spite of that.
    partly: bool,
    /// Typed since it was kept last.
    unkept: bool,
    /// Something of it is kept beside the records.
    is_kept: bool,
    /// It was typed before the program ended.
    from_before: bool,
}

/// What was typed, as it is kept until it is saved. What opens a gateway is never a part of it.
#[derive(Serialize, Deserialize)]
struct Unsaved {
    form: Form,
    port: String,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Box<Loaded>, Trouble>),
    On,
    Language(Language),
    Sms(SmsBy),
    WhatsApp,
    Body(Body),
    Once,
    Typed(Input, String),
    Port(String),
    Secret(Channel, String),
    Save,
    Saved(Result<(), Unfinished>),
    Undo,
    Back,
    /// What is stored by now, under what is typed.
    Stored(Result<Box<Loaded>, Trouble>),
    /// What was typed the last time and not saved.
    Unsaved(Result<Option<Vec<u8>>, Trouble>),
    KeptNow,
}

/// Not all of it was stored.
#[derive(Debug, Clone)]
pub struct Unfinished {
    /// Something of it was: what, the page says when it is read again.
    partly: bool,
    trouble: Trouble,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Back,
}

impl Reminders {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let form = Form::of(&ReminderSettings::default());
        let (port, secrets) = Default::default();
        let screen = Self {
            loaded: None,
            form,
            port,
            secrets,
            busy: false,
            trouble: None,
            partly: false,
            unkept: false,
            is_kept: false,
            from_before: false,
        };
        (screen, load(hands))
    }

    /// Something was typed that a power cut would take.
    pub fn is_unkept(&self) -> bool {
        self.unkept
    }

    /// Keeps what is typed so far, for the next time this page is opened.
    pub fn keep(&mut self, hands: &Hands) -> Task<Message> {
        self.unkept = false;
        let unsaved = Unsaved { form: self.form.clone(), port: self.port.clone() };
        let body = serde_json::to_vec(&unsaved).ok().filter(|_| self.has_input());
        self.is_kept = body.is_some();
        keep(body, hands)
    }

    /// Nothing of it is wanted any more.
    pub fn forget(&mut self, hands: &Hands) -> Task<Message> {
        self.unkept = false;
        if std::mem::take(&mut self.is_kept) { keep(None, hands) } else { Task::none() }
    }

    /// Puts back what was kept, unless somebody was faster; what another version of the program kept may be unknown.
    fn take_kept(&mut self, body: Option<&[u8]>) {
        let kept = body.and_then(|body| serde_json::from_slice(body).ok()).filter(|_| !self.has_input());
        if let Some(Unsaved { form, port }) = kept {
            (self.form, self.port) = (form, port);
            (self.is_kept, self.from_before) = (true, self.has_input());
        }
    }

    pub fn has_input(&self) -> bool {
        let Some(loaded) = &self.loaded else { return false };
        self.form != Form::of(&loaded.settings)
            || Channel::ALL.into_iter().any(|channel| self.new_way(channel, loaded).is_some())
    }

    /// What opens a way from now on, when that is something else: its place, and a secret when one was typed.
    fn new_way(&self, channel: Channel, loaded: &Loaded) -> Option<(String, Option<String>)> {
        let kept = &loaded.ways[channel as usize];
        let place = if channel == Channel::Modem { self.port.trim() } else { &kept.place };
        let secret = self.secrets[channel as usize].trim();
        let secret = (!secret.is_empty()).then(|| secret.to_owned());
        (secret.is_some() || place != kept.place).then(|| (place.to_owned(), secret))
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        let by_hand =
            !matches!(message, Message::Loaded(_) | Message::Stored(_) | Message::Unsaved(_) | Message::KeptNow);
        let action = self.react(message, hands, words);
        if by_hand {
            // What was saved or undone is forgotten in the same way.
            self.unkept = self.has_input() || self.is_kept;
            self.from_before &= self.has_input();
        }
        action
    }

    fn react(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => {
                let first = self.loaded.is_none();
                self.show(*loaded);
                if first {
                    return Action::Run(look_for_kept(hands));
                }
                // What was kept while it was saved is no draft any more.
                self.unkept |= self.is_kept;
            }
            Message::Loaded(Err(trouble)) | Message::Stored(Err(trouble)) | Message::Unsaved(Err(trouble)) => {
                self.trouble = Some(trouble);
            }
            Message::Unsaved(Ok(kept)) => self.take_kept(kept.as_deref()),
            Message::KeptNow => {}
            Message::On => self.form.on = !self.form.on,
            Message::Language(language) => self.form.language = language,
            Message::Sms(by) => self.form.sms_by = by,
            Message::WhatsApp => self.form.by_whatsapp = !self.form.by_whatsapp,
            Message::Body(body) => self.form.body = body,
            Message::Once => self.form.once = !self.form.once,
            Message::Typed(input, typed) => {
                self.form.type_in(input, typed);
                self.trouble = None;
            }
            Message::Port(typed) => self.port = typed,
            Message::Secret(channel, typed) => self.secrets[channel as usize] = typed,
            Message::Save => return self.save(hands),
            Message::Saved(Ok(())) => {
                self.busy = false;
                let forget = self.forget(hands);
                return Action::Said(Banner::good(words.get("reminders-saved")), Task::batch([forget, load(hands)]));
            }
            Message::Saved(Err(Unfinished { partly, trouble })) => {
                self.busy = false;
                (self.trouble, self.partly) = (Some(trouble), partly);
                if partly {
                    return Action::Run(stored(hands));
                }
            }
            Message::Stored(Ok(loaded)) => self.loaded = Some(*loaded),
            Message::Undo => {
                if let Some(loaded) = self.loaded.take() {
                    self.show(loaded);
                }
            }
            Message::Back => return Action::Back,
        }
        Action::None
    }

    fn show(&mut self, loaded: Loaded) {
        self.form = Form::of(&loaded.settings);
        self.port.clone_from(&loaded.ways[Channel::Modem as usize].place);
        self.secrets = Default::default();
        self.trouble = None;
        self.loaded = Some(loaded);
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        match press {
            Press::Ctrl('S') => self.save(hands),
            Press::Escape => Action::Back,
            _ => Action::None,
        }
    }

    fn save(&mut self, hands: &Hands) -> Action {
        let Some(loaded) = self.loaded.as_ref().filter(|_| !self.busy && self.has_input()) else { return Action::None };
        let settings = match self.form.settings() {
            Ok(settings) => settings,
            Err(refusal) => {
                self.trouble = Some(refusal.into());
                return Action::None;
            }
        };
        let changed = settings != loaded.settings;
        let ways = Channel::ALL.map(|channel| self.new_way(channel, loaded).map(|way| (channel, way)));
        self.busy = true;
        (self.trouble, self.partly) = (None, false);
        let Hands { clinic, session, .. } = hands.clone();
        // The ways stand in no log: each is stored by itself.
        let work = move || {
            let mut partly = false;
            let store = || {
                if changed {
                    let key = ReferenceKey(clinic.env().random().map_err(StoreError::from)?);
                    clinic.submit(&session, Command::ChangeReminders { settings, key })?;
                    partly = true;
                }
                for (channel, (place, typed)) in ways.into_iter().flatten() {
                    let kept = clinic.message_way(channel)?.unwrap_or_default().secret;
                    clinic.set_message_way(&session, channel, &Way { place, secret: typed.unwrap_or(kept) })?;
                    partly = true;
                }
                Ok(())
            };
            let stored: Result<(), Trouble> = store();
            Ok(stored.map_err(|trouble| Unfinished { partly, trouble }))
        };
        let crashed = |trouble| Err(Unfinished { partly: false, trouble });
        Action::Run(blocking(work, move |done| Message::Saved(done.unwrap_or_else(crashed))))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        view::view(self, now)
    }
}

fn look_for_kept(hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    blocking(move || Ok(clinic.draft(&session, Draft::Reminders)?), Message::Unsaved)
}

fn keep(body: Option<Vec<u8>>, hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    // What is not kept is still on the screen; the log says why.
    blocking(move || Ok(clinic.keep_draft(&session, Draft::Reminders, body)?), |_| Message::KeptNow)
}

fn load(hands: &Hands) -> Task<Message> {
    blocking(read(hands), Message::Loaded)
}

fn stored(hands: &Hands) -> Task<Message> {
    blocking(read(hands), Message::Stored)
}

fn read(hands: &Hands) -> impl FnOnce() -> Result<Box<Loaded>, Trouble> + Send + 'static {
    let Hands { clinic, session, .. } = hands.clone();
    move || {
        let settings = clinic.reminder_settings(&session)?;
        let mut ways: [Kept; 3] = Default::default();
        for channel in Channel::ALL {
            let way = clinic.message_way(channel)?.unwrap_or_default();
            ways[channel as usize] = Kept { place: way.place, secret: !way.secret.is_empty() };
        }
        Ok(Box::new(Loaded { settings, ways }))
    }
}
