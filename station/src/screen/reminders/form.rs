//! How families are reminded, as a person types it.

use crate::ui::typed_number;
use clinic::record::fact::{
    AnswersPage, Body, Filled, Modem, ReminderSettings, Says, SmsGateway, StatusPage, Template, WhatsApp,
    clock_minutes, clock_text,
};
use clinic::record::refusal::{Field, Refusal};
use clinic::reminder::{Channel, Language, Stage};
use serde::{Deserialize, Serialize};

/// The address of WhatsApp's API as it is today.
const WHATSAPP_URL: &str = "https://graph.facebook.com/v23.0";
/// What nearly every gateway asks for: names are changed to its own.
const USUAL_FIELDS: [(&str, &str); 6] = [
    ("to", "91{to}"),
    ("text", "{text}"),
    ("unicode", "{unicode}"),
    ("sender", "{sender}"),
    ("entity_id", "{entity}"),
    ("template_id", "{template}"),
];
const USUAL_HEADERS: [(&str, &str); 1] = [("authorization", "Bearer {key}")];

/// By what an SMS goes: a family would else have each message twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SmsBy {
    Nothing,
    Gateway,
    Modem,
}

/// What is sent at one stage in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub stage: Stage,
    pub language: Language,
    pub id: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub on: bool,
    pub run_at: String,
    pub quiet_from: String,
    pub quiet_until: String,
    pub language: Language,
    pub sms_by: SmsBy,
    pub by_whatsapp: bool,
    pub url: String,
    pub sender: String,
    pub entity: String,
    pub price: String,
    pub body: Body,
    /// The last one is empty, for one more.
    pub fields: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub taken: (String, String),
    pub not_taken: (String, String),
    pub taken_status: String,
    pub id_at: String,
    pub once: bool,
    pub status_url: String,
    pub delivered: (String, String),
    pub failed: (String, String),
    pub answers_url: String,
    pub answers_at: String,
    pub from_at: String,
    pub text_at: String,
    pub whatsapp_url: String,
    pub number_id: String,
    pub whatsapp_price: String,
    pub modem_price: String,
    /// One list for each channel, by its number.
    pub texts: [Vec<Text>; 3],
}

/// A place where something is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    RunAt,
    QuietFrom,
    QuietUntil,
    Url,
    Sender,
    Entity,
    Price,
    FieldName(usize),
    FieldValue(usize),
    HeaderName(usize),
    HeaderValue(usize),
    TakenAt,
    TakenSays,
    NotTakenAt,
    NotTakenSays,
    TakenStatus,
    IdAt,
    StatusUrl,
    DeliveredAt,
    DeliveredSays,
    FailedAt,
    FailedSays,
    AnswersUrl,
    AnswersAt,
    FromAt,
    TextAt,
    WhatsAppUrl,
    NumberId,
    WhatsAppPrice,
    ModemPrice,
    TextId(Channel, usize),
    Text(Channel, usize),
}

impl Form {
    pub fn of(settings: &ReminderSettings) -> Self {
        let sms_by = match (&settings.sms, &settings.modem) {
            (Some(_), _) => SmsBy::Gateway,
            (None, Some(_)) => SmsBy::Modem,
            (None, None) => SmsBy::Nothing,
        };
        let sms = settings.sms.as_deref().cloned().unwrap_or_else(usual_gateway);
        let whatsapp = settings.whatsapp.clone();
        let says = |says: Option<&Says>| says.map(|s| (s.pointer.clone(), s.value.clone())).unwrap_or_default();
        let status = sms.status.as_ref();
        let answers = sms.answers.as_ref();
        let at = |of: fn(&AnswersPage) -> &String| answers.map(of).cloned().unwrap_or_default();
        let of_channel = |templates: Option<&Vec<Template>>| texts(templates.map_or(&[][..], Vec::as_slice));
        Self {
            on: settings.on,
            run_at: clock_text(settings.run_at_min),
            quiet_from: clock_text(settings.quiet_from_min),
            quiet_until: clock_text(settings.quiet_until_min),
            language: settings.language,
            sms_by,
            by_whatsapp: whatsapp.is_some(),
            fields: rows(&sms.fields),
            headers: rows(&sms.headers),
            taken: says(sms.taken.as_ref()),
            not_taken: says(sms.not_taken.as_ref()),
            taken_status: sms.taken_status.map(|status| status.to_string()).unwrap_or_default(),
            status_url: status.map(|status| status.url.clone()).unwrap_or_default(),
            delivered: says(status.map(|status| &status.delivered)),
            failed: says(status.map(|status| &status.failed)),
            answers_url: at(|page| &page.url),
            answers_at: at(|page| &page.list_pointer),
            from_at: at(|page| &page.from_pointer),
            text_at: at(|page| &page.text_pointer),
            texts: [
                of_channel(Some(&sms.templates)),
                of_channel(whatsapp.as_ref().map(|whatsapp| &whatsapp.templates)),
                of_channel(settings.modem.as_ref().map(|modem| &modem.templates)),
            ],
            url: sms.url,
            sender: sms.sender,
            entity: sms.entity,
            price: sms.part_paise.to_string(),
            body: sms.body,
            id_at: sms.id_pointer,
            once: sms.once_by_reference,
            whatsapp_url: whatsapp.as_ref().map_or_else(|| WHATSAPP_URL.to_owned(), |whatsapp| whatsapp.url.clone()),
            number_id: whatsapp.as_ref().map(|whatsapp| whatsapp.number_id.clone()).unwrap_or_default(),
            whatsapp_price: whatsapp.map_or(0, |whatsapp| whatsapp.message_paise).to_string(),
            modem_price: settings.modem.as_ref().map_or(0, |modem| modem.part_paise).to_string(),
        }
    }

    /// What is typed, or which part of it cannot be read. Whether it can be kept is the rules' to say.
    pub fn settings(&self) -> Result<ReminderSettings, Refusal> {
        let minutes = |text: &str| clock_minutes(&typed_number::latin(text)).ok_or(Refusal::Form(Field::Hours));
        Ok(ReminderSettings {
            on: self.on,
            run_at_min: minutes(&self.run_at)?,
            quiet_from_min: minutes(&self.quiet_from)?,
            quiet_until_min: minutes(&self.quiet_until)?,
            language: self.language,
            sms: (self.sms_by == SmsBy::Gateway).then(|| self.gateway()).transpose()?.map(Box::new),
            whatsapp: self.by_whatsapp.then(|| self.whatsapp()).transpose()?,
            modem: (self.sms_by == SmsBy::Modem).then(|| self.modem()).transpose()?,
        })
    }

    fn gateway(&self) -> Result<SmsGateway, Refusal> {
        let named = |typed: &(String, String)| is_typed(typed).then(|| says(typed));
        let status =
            StatusPage { url: trimmed(&self.status_url), delivered: says(&self.delivered), failed: says(&self.failed) };
        let answers = AnswersPage {
            url: trimmed(&self.answers_url),
            list_pointer: trimmed(&self.answers_at),
            from_pointer: trimmed(&self.from_at),
            text_pointer: trimmed(&self.text_at),
        };
        Ok(SmsGateway {
            url: trimmed(&self.url),
            body: self.body,
            fields: filled(&self.fields),
            headers: filled(&self.headers),
            taken: named(&self.taken),
            not_taken: named(&self.not_taken),
            taken_status: status_code(&self.taken_status)?,
            id_pointer: trimmed(&self.id_at),
            once_by_reference: self.once,
            sender: trimmed(&self.sender),
            entity: trimmed(&self.entity),
            templates: self.templates(Channel::Sms),
            part_paise: paise(&self.price)?,
            status: Some(status).filter(|status| !status.url.is_empty()),
            answers: Some(answers).filter(|answers| !answers.url.is_empty()),
        })
    }

    fn whatsapp(&self) -> Result<WhatsApp, Refusal> {
        Ok(WhatsApp {
            url: trimmed(&self.whatsapp_url),
            number_id: trimmed(&self.number_id),
            templates: self.templates(Channel::WhatsApp),
            message_paise: paise(&self.whatsapp_price)?,
        })
    }

    fn modem(&self) -> Result<Modem, Refusal> {
        Ok(Modem { templates: self.templates(Channel::Modem), part_paise: paise(&self.modem_price)? })
    }

    /// Those that are written: the rules say which must be.
    fn templates(&self, channel: Channel) -> Vec<Template> {
        let is_written = |text: &&Text| !text.text.trim().is_empty() || !text.id.trim().is_empty();
        let written = self.texts[channel as usize].iter().filter(is_written);
        let template = |text: &Text| Template {
            stage: text.stage,
            language: text.language,
            id: if channel == Channel::Modem { String::new() } else { trimmed(&text.id) },
            text: trimmed(&text.text),
        };
        written.map(template).collect()
    }

    pub fn type_in(&mut self, input: Input, typed: String) {
        if let Some(place) = self.place(input) {
            *place = typed;
        }
        one_more(&mut self.fields);
        one_more(&mut self.headers);
    }

    fn place(&mut self, input: Input) -> Option<&mut String> {
        Some(match input {
            Input::RunAt => &mut self.run_at,
            Input::QuietFrom => &mut self.quiet_from,
            Input::QuietUntil => &mut self.quiet_until,
            Input::Url => &mut self.url,
            Input::Sender => &mut self.sender,
            Input::Entity => &mut self.entity,
            Input::Price => &mut self.price,
            Input::FieldName(n) => &mut self.fields.get_mut(n)?.0,
            Input::FieldValue(n) => &mut self.fields.get_mut(n)?.1,
            Input::HeaderName(n) => &mut self.headers.get_mut(n)?.0,
            Input::HeaderValue(n) => &mut self.headers.get_mut(n)?.1,
            Input::TakenAt => &mut self.taken.0,
            Input::TakenSays => &mut self.taken.1,
            Input::NotTakenAt => &mut self.not_taken.0,
            Input::NotTakenSays => &mut self.not_taken.1,
            Input::TakenStatus => &mut self.taken_status,
            Input::IdAt => &mut self.id_at,
            Input::StatusUrl => &mut self.status_url,
            Input::DeliveredAt => &mut self.delivered.0,
            Input::DeliveredSays => &mut self.delivered.1,
            Input::FailedAt => &mut self.failed.0,
            Input::FailedSays => &mut self.failed.1,
            Input::AnswersUrl => &mut self.answers_url,
            Input::AnswersAt => &mut self.answers_at,
            Input::FromAt => &mut self.from_at,
            Input::TextAt => &mut self.text_at,
            Input::WhatsAppUrl => &mut self.whatsapp_url,
            Input::NumberId => &mut self.number_id,
            Input::WhatsAppPrice => &mut self.whatsapp_price,
            Input::ModemPrice => &mut self.modem_price,
            Input::TextId(channel, n) => &mut self.texts[channel as usize].get_mut(n)?.id,
            Input::Text(channel, n) => &mut self.texts[channel as usize].get_mut(n)?.text,
        })
    }
}

fn usual_gateway() -> SmsGateway {
    let filled = |all: &[(&str, &str)]| {
        all.iter().map(|(name, value)| Filled { name: (*name).into(), value: (*value).into() }).collect()
    };
    SmsGateway {
        url: String::new(),
        body: Body::Json,
        fields: filled(&USUAL_FIELDS),
        headers: filled(&USUAL_HEADERS),
        taken: None,
        id_pointer: String::new(),
        once_by_reference: false,
        sender: String::new(),
        entity: String::new(),
        templates: Vec::new(),
        part_paise: 0,
        status: None,
        answers: None,
        not_taken: None,
        taken_status: None,
    }
}

/// One for each stage and language, in this order, whether it is written or not.
fn texts(templates: &[Template]) -> Vec<Text> {
    let of = |stage: Stage, language: Language| {
        let written = templates.iter().find(|t| (t.stage, t.language) == (stage, language));
        let (id, text) = written.map(|t| (t.id.clone(), t.text.clone())).unwrap_or_default();
        Text { stage, language, id, text }
    };
    Stage::ALL.into_iter().flat_map(|stage| Language::ALL.map(|language| of(stage, language))).collect()
}

fn rows(filled: &[Filled]) -> Vec<(String, String)> {
    let mut rows = filled.iter().map(|one| (one.name.clone(), one.value.clone())).collect();
    one_more(&mut rows);
    rows
}

fn one_more(rows: &mut Vec<(String, String)>) {
    if rows.last().is_none_or(|(name, value)| !name.is_empty() || !value.is_empty()) {
        rows.push(Default::default());
    }
}

fn filled(rows: &[(String, String)]) -> Vec<Filled> {
    let written = rows.iter().filter(|(name, value)| !name.trim().is_empty() || !value.trim().is_empty());
    written.map(|(name, value)| Filled { name: trimmed(name), value: trimmed(value) }).collect()
}

fn status_code(typed: &str) -> Result<Option<u16>, Refusal> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    typed_number::parse(typed).map(Some).ok_or(Refusal::Range(Field::GatewayAnswer))
}

/// Is anything typed of a place and what stands there?
pub fn is_typed((pointer, value): &(String, String)) -> bool {
    !pointer.trim().is_empty() || !value.trim().is_empty()
}

fn says((pointer, value): &(String, String)) -> Says {
    Says { pointer: trimmed(pointer), value: trimmed(value) }
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

fn paise(typed: &str) -> Result<u16, Refusal> {
    typed_number::parse(typed).ok_or(Refusal::Range(Field::Price))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn template(stage: Stage, language: Language) -> Template {
        Template { stage, language, id: "1107".into(), text: format!("{} {}", stage.code(), language.code()) }
    }

    fn whole() -> ReminderSettings {
        let says = |pointer: &str| Says { pointer: pointer.into(), value: "yes".into() };
        let sms = SmsGateway {
            url: "https://sms.example.in/send".into(),
            taken: Some(says("/status")),
            not_taken: Some(says("/error")),
            taken_status: Some(202),
            id_pointer: "/id".into(),
            once_by_reference: true,
            sender: "PHCRAM".into(),
            entity: "1101".into(),
            templates: Stage::ALL.map(|stage| template(stage, Language::Hindi)).to_vec(),
            part_paise: 18,
            status: Some(StatusPage {
                url: "https://sms.example.in/{id}".into(),
                delivered: says("/d"),
                failed: says("/f"),
            }),
            answers: Some(AnswersPage {
                url: "https://sms.example.in/in".into(),
                list_pointer: "/in".into(),
                from_pointer: "/from".into(),
                text_pointer: "/body".into(),
            }),
            ..usual_gateway()
        };
        let whatsapp = WhatsApp {
            url: WHATSAPP_URL.into(),
            number_id: "12".into(),
            templates: vec![template(Stage::Ahead, Language::English)],
            message_paise: 12,
        };
        ReminderSettings {
            on: true,
            run_at_min: 605,
            language: Language::Hindi,
            sms: Some(Box::new(sms)),
            whatsapp: Some(whatsapp),
            ..ReminderSettings::default()
        }
    }

    #[test]
    fn what_is_shown_and_not_touched_stays_as_it_is() {
        let modem = Modem {
            templates: vec![Template { id: String::new(), ..template(Stage::Late, Language::English) }],
            part_paise: 25,
        };
        let by_modem = ReminderSettings { modem: Some(modem), ..ReminderSettings::default() };
        for settings in [whole(), by_modem, ReminderSettings::default()] {
            assert_eq!(Form::of(&settings).settings(), Ok(settings));
        }
    }

    #[test]
    fn what_is_typed_in_the_last_row_makes_room_for_another() {
        let mut form = Form::of(&whole());
        let last = form.fields.len() - 1;
        form.type_in(Input::FieldName(last), "route".into());
        form.type_in(Input::FieldValue(last), " T ".into());
        assert_eq!(form.fields.len(), last + 2);
        let sms = form.settings().unwrap().sms.unwrap();
        assert_eq!(sms.fields.last(), Some(&Filled { name: "route".into(), value: "T".into() }));
        form.type_in(Input::RunAt, "१०:३०".into());
        assert_eq!(form.settings().unwrap().run_at_min, 630);
        form.type_in(Input::FieldName(99), "nowhere".into());
        for (input, wrong, refusal) in [
            (Input::RunAt, "9", Refusal::Form(Field::Hours)),
            (Input::QuietUntil, "24:00", Refusal::Form(Field::Hours)),
            (Input::Price, "-1", Refusal::Range(Field::Price)),
        ] {
            let mut form = Form::of(&whole());
            form.type_in(input, wrong.into());
            assert_eq!(form.settings(), Err(refusal));
        }
    }
}
