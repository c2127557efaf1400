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
use clinic::store::{StoreError, Way};
use form::{Form, Input, SmsBy};
use iced::Task;

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
    Saved(Result<(), Trouble>),
    Undo,
    Back,
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
        (Self { loaded: None, form, port, secrets, busy: false, trouble: None }, load(hands))
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
        match message {
            Message::Loaded(Ok(loaded)) => self.show(*loaded),
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
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
                return Action::Said(Banner::good(words.get("reminders-saved")), load(hands));
            }
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
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
        self.trouble = None;
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || {
            if changed {
                let key = ReferenceKey(clinic.env().random().map_err(StoreError::from)?);
                clinic.submit(&session, Command::ChangeReminders { settings, key })?;
            }
            for (channel, (place, typed)) in ways.into_iter().flatten() {
                let kept = clinic.message_way(channel)?.unwrap_or_default().secret;
                clinic.set_message_way(&session, channel, &Way { place, secret: typed.unwrap_or(kept) })?;
            }
            Ok(())
        };
        Action::Run(blocking(work, Message::Saved))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        view::view(self, now)
    }
}

fn load(hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    let read = move || {
        let settings = clinic.reminder_settings(&session)?;
        let mut ways: [Kept; 3] = Default::default();
        for channel in Channel::ALL {
            let way = clinic.message_way(channel)?.unwrap_or_default();
            ways[channel as usize] = Kept { place: way.place, secret: !way.secret.is_empty() };
        }
        Ok(Box::new(Loaded { settings, ways }))
    };
    blocking(read, Message::Loaded)
}
