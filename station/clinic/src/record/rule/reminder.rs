//! How reminders are set, who wants none, and what a person decides about a message.

use super::{Look, No};
use crate::record::fact::{
    self, Fact, MessageSettled, OptOutSet, ReferenceKey, ReminderSettings, RemindersChanged, SmsGateway, Template,
};
use crate::record::limits::{FILLED_MAX, MESSAGE_TEXT_MAX_CHARS, OTHER_ID_MAX_CHARS, TEMPLATES_MAX, TEXT_MAX_CHARS};
use crate::record::refusal::{Field, Refusal};
use crate::record::text;
use crate::reminder::{Language, MessageState, Stage};

const DAY_MIN: u16 = 24 * 60;
/// Letters or digits of a registered sender's name.
const SENDER_CHARS: usize = 6;
/// What can be filled into a template's text.
const VARIABLES: [&str; 5] = ["date", "day", "month", "year", "children"];
/// And what into a gateway's fields.
const FIELD_VARIABLES: [&str; 8] = ["to", "text", "unicode", "sender", "entity", "template", "reference", "key"];
/// An operator drops a message that comes without these (DLT).
const REGISTERED: [&str; 3] = ["{sender}", "{entity}", "{template}"];
/// A status that could say that a message was taken.
const TAKEN_STATUS: std::ops::Range<u16> = 200..400;

/// Settings as they would be kept, or what is wrong with them.
pub fn change_reminders(settings: ReminderSettings) -> Result<ReminderSettings, Refusal> {
    let minutes = [settings.run_at_min, settings.quiet_from_min, settings.quiet_until_min];
    if minutes.into_iter().any(|minute| minute >= DAY_MIN) {
        return Err(Refusal::Range(Field::Hours));
    }
    // What is said of "today" must go out today: the run comes before the quiet hours, and they leave half of the day.
    let hours = settings.hours();
    let quiet = (hours.quiet_until_min + DAY_MIN - hours.quiet_from_min) % DAY_MIN;
    if hours.is_quiet(hours.run_at_min) || quiet > DAY_MIN / 2 {
        return Err(Refusal::Range(Field::Hours));
    }
    // Both send an SMS, and a family would have each message twice.
    if settings.sms.is_some() && settings.modem.is_some() {
        return Err(Refusal::TwoWays);
    }
    let ways = settings.sms.is_some() || settings.whatsapp.is_some() || settings.modem.is_some();
    if settings.on && !ways {
        return Err(Refusal::Missing(Field::Gateway));
    }
    let language = settings.language;
    if let Some(sms) = &settings.sms {
        gateway(sms, settings.on)?;
        templates(&sms.templates, language, true)?;
    }
    if let Some(whatsapp) = &settings.whatsapp {
        address(&whatsapp.url)?;
        number(Field::NumberId, &whatsapp.number_id)?;
        templates(&whatsapp.templates, language, true)?;
    }
    if let Some(modem) = &settings.modem {
        templates(&modem.templates, language, false)?;
    }
    Ok(settings)
}

fn gateway(sms: &SmsGateway, is_on: bool) -> Result<(), Refusal> {
    address(&sms.url)?;
    if sms.fields.len() > FILLED_MAX || sms.headers.len() > FILLED_MAX {
        return Err(Refusal::TooLong(Field::GatewayFields));
    }
    for filled in sms.fields.iter().chain(&sms.headers) {
        let name = text::required(Field::GatewayFields, &filled.name, TEXT_MAX_CHARS)?;
        let plain = name.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b':' | b'"'));
        if !plain || filled.value.bytes().any(|b| b.is_ascii_control()) {
            return Err(Refusal::Characters(Field::GatewayFields));
        }
        if filled.value.chars().nth(TEXT_MAX_CHARS).is_some() {
            return Err(Refusal::TooLong(Field::GatewayFields));
        }
        variables(Field::GatewayFields, &filled.value, &FIELD_VARIABLES)?;
    }
    // A gateway that is told neither to whom nor what would take it and send nothing.
    let says = |variable: &str| sms.fields.iter().any(|filled| filled.value.contains(variable));
    if !says("{to}") || !says("{text}") {
        return Err(Refusal::Missing(Field::GatewayFields));
    }
    let somewhere =
        |variable: &str| sms.fields.iter().chain(&sms.headers).any(|filled| filled.value.contains(variable));
    // What was set before this was asked can still be switched off.
    if is_on && !REGISTERED.into_iter().all(somewhere) {
        return Err(Refusal::Missing(Field::GatewayFields));
    }
    // Nothing is taken only once by a reference that is not given.
    if sms.once_by_reference && !says("{reference}") {
        return Err(Refusal::Missing(Field::GatewayFields));
    }
    if sms.sender.len() != SENDER_CHARS || !sms.sender.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Refusal::Form(Field::Sender));
    }
    number(Field::Entity, &sms.entity)?;
    if sms.taken_status.is_some_and(|status| !TAKEN_STATUS.contains(&status)) {
        return Err(Refusal::Range(Field::GatewayAnswer));
    }
    pointer(&sms.id_pointer)?;
    let later = sms.status.iter().flat_map(|status| [&status.delivered, &status.failed]);
    for says in sms.taken.iter().chain(&sms.not_taken).chain(later) {
        pointer(&says.pointer)?;
        let _ = text::required(Field::GatewayAnswer, &says.value, TEXT_MAX_CHARS)?;
    }
    if let Some(status) = &sms.status {
        address(&status.url)?;
        if sms.id_pointer.is_empty() {
            return Err(Refusal::Missing(Field::GatewayAnswer));
        }
    }
    if let Some(answers) = &sms.answers {
        address(&answers.url)?;
        for place in [&answers.list_pointer, &answers.from_pointer, &answers.text_pointer] {
            pointer(place)?;
        }
    }
    Ok(())
}

/// Families' numbers cross no network in the clear.
fn address(url: &str) -> Result<(), Refusal> {
    if url.chars().nth(TEXT_MAX_CHARS).is_some() {
        return Err(Refusal::TooLong(Field::GatewayAddress));
    }
    let host = |rest: &str| rest.split(['/', ':', '?']).next().is_some_and(|host| !host.is_empty());
    let here = |rest: &str| matches!(rest.split(['/', ':', '?']).next(), Some("127.0.0.1" | "localhost"));
    let good = url.strip_prefix("https://").is_some_and(host) || url.strip_prefix("http://").is_some_and(here);
    let plain = url.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'@'));
    if good && plain { Ok(()) } else { Err(Refusal::Form(Field::GatewayAddress)) }
}

/// RFC 6901; empty is the whole answer.
fn pointer(pointer: &str) -> Result<(), Refusal> {
    let good = pointer.is_empty() || pointer.starts_with('/');
    if good && pointer.chars().nth(TEXT_MAX_CHARS).is_none() {
        Ok(())
    } else {
        Err(Refusal::Form(Field::GatewayAnswer))
    }
}

fn number(field: Field, number: &str) -> Result<(), Refusal> {
    let good = (1..=OTHER_ID_MAX_CHARS).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    if good { Ok(()) } else { Err(Refusal::Form(field)) }
}

/// One for each stage in the clinic's language at least: it stands for the languages that have none.
fn templates(templates: &[Template], language: Language, registered: bool) -> Result<(), Refusal> {
    if templates.len() > TEMPLATES_MAX {
        return Err(Refusal::TooLong(Field::Template));
    }
    for (at, template) in templates.iter().enumerate() {
        let _ = text::required(Field::Template, &template.text, MESSAGE_TEXT_MAX_CHARS)?;
        variables(Field::Template, &template.text, &VARIABLES)?;
        let id = &template.id;
        let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if id.is_empty() == registered || id.len() > TEXT_MAX_CHARS || !plain {
            return Err(Refusal::Form(Field::TemplateId));
        }
        let same = |other: &Template| (other.stage, other.language) == (template.stage, template.language);
        if templates[..at].iter().any(same) {
            return Err(Refusal::Taken(Field::Template));
        }
    }
    let has = |stage: Stage| templates.iter().any(|t| t.stage == stage && t.language == language);
    if Stage::ALL.into_iter().all(has) { Ok(()) } else { Err(Refusal::Missing(Field::Template)) }
}

/// Braces hold what is known and nothing else: an unknown word would be sent as it stands.
fn variables(field: Field, text: &str, known: &[&str]) -> Result<(), Refusal> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, then)) = after.split_once('}') else { return Err(Refusal::Form(field)) };
        if !known.contains(&name) {
            return Err(Refusal::Form(field));
        }
        rest = then;
    }
    Ok(())
}

pub(super) fn change<L: Look>(settings: ReminderSettings, fresh: ReferenceKey, look: &L) -> Result<Fact, No<L::Error>> {
    // The first key holds: the references of what was sent must not change.
    let key = look.reference_key()?.unwrap_or(fresh);
    Ok(Fact::RemindersChanged(RemindersChanged { settings: change_reminders(settings)?, key }))
}

pub(super) fn set_opt_out<L: Look>(phone: &str, out: bool, look: &L) -> Result<Fact, No<L::Error>> {
    let phone = text::phone(phone)?;
    if phone.is_empty() {
        return Err(Refusal::Missing(Field::Phone).into());
    }
    if look.opted_out(&phone)? == out {
        return Err(Refusal::OptOutKnown.into());
    }
    Ok(Fact::OptOutSet(OptOutSet { phone, out }))
}

/// What may be sent again, and what may be given up: see [`MessageState`].
pub(super) fn settle_message<L: Look>(reference: [u8; 16], again: bool, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.message(reference)?.ok_or(Refusal::UnknownMessage)?;
    let open = match state {
        MessageState::Unknown => true,
        MessageState::Failed => again,
        MessageState::Queued => !again,
        MessageState::Sending | MessageState::Sent | MessageState::Delivered => false,
    };
    if !open {
        return Err(Refusal::MessageOver.into());
    }
    Ok(Fact::MessageSettled(MessageSettled { reference, again }))
}

/// Does this fact of a message say anything new? A gateway says things again, and late.
pub fn message_became(state: MessageState, became: fact::Became) -> bool {
    use fact::Became::{Delivered, Failed, Sent, Unknown};
    match (state, became) {
        // What the phone has, it has.
        (MessageState::Delivered, _) => false,
        (_, Delivered) => true,
        // The network may give back what the gateway took.
        (MessageState::Sent, Failed) => true,
        // Given up here, and taken all the same.
        (MessageState::Failed, Sent) => true,
        (MessageState::Sent | MessageState::Failed, _) => false,
        (MessageState::Unknown, Sent | Failed) => true,
        (MessageState::Unknown, Unknown) => false,
        (MessageState::Queued | MessageState::Sending, _) => true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::record::fact::{Became, Body, Filled, Modem, Says};

    fn texts(id: &str) -> Vec<Template> {
        let template = |stage| Template {
            stage,
            language: Language::English,
            id: id.into(),
            text: "Please bring {children} on {date}. PHC Rampur".into(),
        };
        Stage::ALL.into_iter().map(template).collect()
    }

    fn filled(name: &str, value: &str) -> Filled {
        Filled { name: name.into(), value: value.into() }
    }

    fn sms() -> SmsGateway {
        SmsGateway {
            url: "https://sms.example.in/send".into(),
            body: Body::Form,
            fields: vec![
                filled("to", "91{to}"),
                filled("msg", "{text}"),
                filled("ref", "{reference}"),
                filled("from", "{sender}"),
                filled("dlt", "{template}"),
            ],
            headers: vec![filled("Authorization", "Bearer {key}"), filled("X-Entity", "{entity}")],
            taken: None,
            id_pointer: String::new(),
            once_by_reference: true,
            sender: "PHCRAM".into(),
            entity: "1101234567890123456".into(),
            templates: texts("1107123456789012345"),
            part_paise: 18,
            status: None,
            answers: None,
            not_taken: None,
            taken_status: None,
        }
    }

    fn with(sms: SmsGateway) -> ReminderSettings {
        ReminderSettings { on: true, sms: Some(Box::new(sms)), ..ReminderSettings::default() }
    }

    #[test]
    fn settings_that_work_are_kept_as_they_are() {
        let good = with(sms());
        assert_eq!(change_reminders(good.clone()), Ok(good));
        let mut by_numbers = sms();
        by_numbers.taken_status = Some(202);
        by_numbers.fields.push(filled("unicode", "{unicode}"));
        by_numbers.templates[0].text = "Come on {day}-{month}-{year}. PHC Rampur".into();
        assert!(change_reminders(with(by_numbers)).is_ok());
        let modem = Modem { templates: texts(""), part_paise: 25 };
        let good = ReminderSettings { on: true, modem: Some(modem.clone()), ..ReminderSettings::default() };
        assert!(change_reminders(good).is_ok());
        assert_eq!(
            change_reminders(ReminderSettings { modem: Some(modem), ..with(sms()) }),
            Err(Refusal::TwoWays),
            "a family would have it twice"
        );
    }

    #[test]
    fn what_would_send_nothing_or_to_everybody_is_refused() {
        let gateway = |change: fn(&mut SmsGateway)| {
            let mut sms = sms();
            change(&mut sms);
            change_reminders(with(sms)).unwrap_err()
        };
        assert_eq!(gateway(|s| s.url = "http://sms.example.in".into()), Refusal::Form(Field::GatewayAddress));
        assert_eq!(gateway(|s| s.url = "https://".into()), Refusal::Form(Field::GatewayAddress));
        assert_eq!(gateway(|s| s.url = "http://127.0.0.1@evil.example/".into()), Refusal::Form(Field::GatewayAddress));
        assert_eq!(gateway(|s| s.fields[0].value = "91{phone}".into()), Refusal::Form(Field::GatewayFields));
        assert_eq!(gateway(|s| s.fields[1].value = "hello".into()), Refusal::Missing(Field::GatewayFields));
        assert_eq!(gateway(|s| drop(s.fields.remove(2))), Refusal::Missing(Field::GatewayFields));
        // An operator drops what does not say who sends what.
        for n in [3, 4] {
            let mut sms = sms();
            drop(sms.fields.remove(n));
            assert_eq!(change_reminders(with(sms)), Err(Refusal::Missing(Field::GatewayFields)), "{n}");
        }
        assert_eq!(gateway(|s| drop(s.headers.pop())), Refusal::Missing(Field::GatewayFields));
        for status in [0, 199, 400, 500] {
            let refused = change_reminders(with(SmsGateway { taken_status: Some(status), ..sms() }));
            assert_eq!(refused, Err(Refusal::Range(Field::GatewayAnswer)), "{status}");
        }
        assert_eq!(gateway(|s| s.headers[0].value = "a\r\nb: c".into()), Refusal::Characters(Field::GatewayFields));
        assert_eq!(gateway(|s| s.sender = "PHC".into()), Refusal::Form(Field::Sender));
        assert_eq!(gateway(|s| s.entity = "x".into()), Refusal::Form(Field::Entity));
        let says = |s: &mut SmsGateway| s.not_taken = Some(Says { pointer: "/status".into(), value: " ".into() });
        assert_eq!(gateway(says), Refusal::Missing(Field::GatewayAnswer));
        assert_eq!(gateway(|s| drop(s.templates.pop())), Refusal::Missing(Field::Template));
        assert_eq!(gateway(|s| s.templates[0].text = "come {when}".into()), Refusal::Form(Field::Template));
        assert_eq!(gateway(|s| s.templates[0].text = "come {date".into()), Refusal::Form(Field::Template));
        assert_eq!(gateway(|s| s.templates[0].id = String::new()), Refusal::Form(Field::TemplateId));
        assert_eq!(gateway(|s| s.templates[1] = s.templates[0].clone()), Refusal::Taken(Field::Template));
        let on = ReminderSettings { on: true, ..ReminderSettings::default() };
        assert_eq!(change_reminders(on), Err(Refusal::Missing(Field::Gateway)));
        let midnight = ReminderSettings { run_at_min: 24 * 60, ..ReminderSettings::default() };
        assert_eq!(change_reminders(midnight), Err(Refusal::Range(Field::Hours)));
        let hours = |run_at_min, quiet_from_min, quiet_until_min| {
            let off = ReminderSettings::default();
            change_reminders(ReminderSettings { run_at_min, quiet_from_min, quiet_until_min, ..off }).is_ok()
        };
        assert!(hours(9 * 60, 0, 0) && hours(8 * 60, 20 * 60, 8 * 60) && hours(10 * 60, 12 * 60, 14 * 60));
        // It would be made at night, or wait for nearly a day.
        assert!(!hours(22 * 60, 21 * 60, 8 * 60) && !hours(13 * 60, 12 * 60, 14 * 60));
        assert!(!hours(9 * 60, 20 * 60, 8 * 60 + 1) && !hours(9 * 60, 10 * 60, 8 * 60));
    }

    #[test]
    fn a_late_word_of_the_gateway_changes_nothing_that_is_over() {
        let says = |state, became| message_became(state, became);
        assert!(says(MessageState::Queued, Became::Sent) && says(MessageState::Sent, Became::Delivered));
        assert!(says(MessageState::Unknown, Became::Sent) && says(MessageState::Failed, Became::Delivered));
        assert!(!says(MessageState::Delivered, Became::Failed) && !says(MessageState::Sent, Became::Sent));
        assert!(!says(MessageState::Sent, Became::Unknown) && says(MessageState::Sent, Became::Failed));
    }
}
