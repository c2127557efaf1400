//! How the page looks.

use super::form::{Form, Input, SmsBy, Text, is_typed};
use super::{Message, Reminders};
use crate::screen::Now;
use crate::ui::choice::short_choice;
use crate::ui::theme::{RING, gap};
use crate::ui::{self, Button, Element, Look, Trouble, field, headed_card, note, tick};
use crate::words::Words;
use clinic::record::fact::Body;
use clinic::record::refusal::Field;
use clinic::reminder::{Channel, Language, sms_size};
use iced::Length;
use iced::widget::{column, container, row};

const HOUR_WIDTH: f32 = 190.0;
const PRICE_WIDTH: f32 = 160.0;
const ID_WIDTH: f32 = 230.0;
const NAME_WIDTH: f32 = 230.0;
const PAGE_WIDTH: f32 = 1120.0;

const WAYS: [(SmsBy, &str); 3] = [
    (SmsBy::Nothing, "reminders-sms-none"),
    (SmsBy::Gateway, "reminders-sms-gateway"),
    (SmsBy::Modem, "reminders-sms-modem"),
];
const BODIES: [(Body, &str); 2] = [(Body::Json, "reminders-body-json"), (Body::Form, "reminders-body-form")];

pub fn view<'a>(screen: &'a Reminders, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let head = ui::opened(words.get("reminders-title"), Message::Back, words);
    let trouble = screen.trouble.as_ref();
    if screen.loaded.is_none() {
        let said: Element<'a, Message> = match trouble {
            Some(trouble) => note(Look::Late, trouble.sentence(words)),
            None => ui::working(words.get("shell-loading")),
        };
        return column![head, ui::card(said).width(Length::Fill)].spacing(gap(3)).into();
    }
    let page = Page { screen, trouble, words };
    let cards = column![
        headed_card(words.get("reminders-when"), page.when()),
        headed_card(words.get("reminders-sms"), page.sms()),
        headed_card(words.get("reminders-whatsapp"), page.whatsapp()),
    ]
    .spacing(gap(3))
    .max_width(PAGE_WIDTH);
    let before = screen.from_before.then(|| note(Look::Wait, words.get("register-from-before")));
    let notice = trouble.map(|trouble| note(Look::Late, trouble.sentence(words)));
    let partly = screen.partly.then(|| note(Look::Wait, words.get("reminders-partly")));
    let save = if screen.busy { words.get("shell-saving") } else { words.get("reminders-save") };
    let changed = screen.has_input() && !screen.busy;
    let end = row![
        Button::primary(save, changed.then_some(Message::Save)).key("Ctrl S"),
        Button::quiet(words.get("settings-undo"), changed.then_some(Message::Undo)),
    ]
    .spacing(gap(3))
    .align_y(iced::Center);
    column![
        head,
        ui::scroll(container(cards).padding(RING)).width(Length::Fill).height(Length::Fill),
        ui::above(before.into_iter().chain(notice).chain(partly).collect()),
        end,
    ]
    .spacing(gap(2))
    .into()
}

struct Page<'a> {
    screen: &'a Reminders,
    trouble: Option<&'a Trouble>,
    words: &'a Words,
}

impl<'a> Page<'a> {
    fn form(&self) -> &'a Form {
        &self.screen.form
    }

    fn error(&self, field: Field) -> Option<String> {
        self.trouble.filter(|trouble| trouble.field() == Some(field)).map(|trouble| trouble.sentence(self.words))
    }

    fn typed(&self, key: &str, value: &'a str, input: Input) -> ui::field::Field<'a, Message> {
        field(self.words.get(key), value, move |typed| Message::Typed(input, typed)).plain()
    }

    fn when(&self) -> Element<'a, Message> {
        let (form, words) = (self.form(), self.words);
        let hours = row![
            self.typed("reminders-run-at", &form.run_at, Input::RunAt).width(HOUR_WIDTH),
            self.typed("reminders-quiet-until", &form.quiet_until, Input::QuietUntil).width(HOUR_WIDTH),
            self.typed("reminders-quiet-from", &form.quiet_from, Input::QuietFrom).width(HOUR_WIDTH),
        ]
        .spacing(gap(3))
        .wrap()
        .vertical_spacing(gap(2));
        let languages = Language::ALL.map(|language| {
            let label = words.get(&format!("language-{}", language.code()));
            short_choice(label, form.language == language, Message::Language(language))
        });
        column![
            ui::small(words.get("reminders-about")),
            tick(words.get("reminders-on"), form.on, Message::On),
            hours,
            self.error(Field::Hours).map(ui::field::error),
            ui::labelled(words.get("reminders-language"), row(languages).spacing(gap(1))),
        ]
        .spacing(gap(3))
        .into()
    }

    fn sms(&self) -> Element<'a, Message> {
        let (form, words) = (self.form(), self.words);
        let ways = WAYS.map(|(by, key)| short_choice(words.get(key), form.sms_by == by, Message::Sms(by)));
        let all = column![row(ways).spacing(gap(1)).wrap().vertical_spacing(gap(1))].spacing(gap(3));
        match form.sms_by {
            SmsBy::Nothing => all.into(),
            SmsBy::Gateway => all.push(self.gateway()).push(self.answers()).push(self.texts(Channel::Sms)).into(),
            SmsBy::Modem => all.push(self.modem()).push(self.texts(Channel::Modem)).into(),
        }
    }

    fn gateway(&self) -> Element<'a, Message> {
        let (form, words) = (self.form(), self.words);
        let who = row![
            self.typed("reminders-sender", &form.sender, Input::Sender)
                .width(HOUR_WIDTH)
                .error(self.error(Field::Sender)),
            self.typed("field-entity", &form.entity, Input::Entity).width(ID_WIDTH).error(self.error(Field::Entity)),
            self.price(&form.price, Input::Price),
        ]
        .spacing(gap(3))
        .wrap()
        .vertical_spacing(gap(2));
        let bodies = BODIES.map(|(body, key)| short_choice(words.get(key), form.body == body, Message::Body(body)));
        column![
            ui::small(words.get("reminders-gateway-about")),
            self.typed("field-gateway-address", &form.url, Input::Url).error(self.error(Field::GatewayAddress)),
            who,
            self.secret(Channel::Sms, "reminders-key"),
            ui::labelled(words.get("reminders-body"), row(bodies).spacing(gap(1))),
            self.pairs("reminders-fields", &form.fields, Input::FieldName, Input::FieldValue),
            self.pairs("reminders-headers", &form.headers, Input::HeaderName, Input::HeaderValue),
            ui::small(words.get("reminders-fields-about")),
            self.error(Field::GatewayFields).map(ui::field::error),
        ]
        .spacing(gap(3))
        .into()
    }

    /// What the gateway says, and what it can be asked later.
    fn answers(&self) -> Element<'a, Message> {
        let (form, words) = (self.form(), self.words);
        let says = |at: &'a str, at_input, says: &'a str, says_input| {
            row![
                self.typed("reminders-at", at, at_input).width(NAME_WIDTH),
                self.typed("reminders-says", says, says_input).width(NAME_WIDTH),
            ]
            .spacing(gap(2))
            .wrap()
            .vertical_spacing(gap(1))
        };
        let labelled = |key: &str, row| ui::labelled(words.get(key), row);
        let mut all = column![
            ui::bold(words.get("reminders-answer")),
            ui::small(words.get("reminders-answer-about")),
            self.typed("reminders-taken-status", &form.taken_status, Input::TakenStatus).width(NAME_WIDTH),
            labelled("reminders-taken", says(&form.taken.0, Input::TakenAt, &form.taken.1, Input::TakenSays)),
        ]
        .spacing(gap(3));
        if is_typed(&form.taken) || is_typed(&form.not_taken) {
            let no = &form.not_taken;
            all = all.push(labelled("reminders-not-taken", says(&no.0, Input::NotTakenAt, &no.1, Input::NotTakenSays)));
        }
        all = all
            .push(self.typed("reminders-id-at", &form.id_at, Input::IdAt).width(NAME_WIDTH))
            .push(tick(words.get("reminders-once"), form.once, Message::Once))
            .push(self.typed("reminders-status-url", &form.status_url, Input::StatusUrl));
        if !form.status_url.trim().is_empty() {
            let (delivered, failed) = (&form.delivered, &form.failed);
            all = all
                .push(labelled(
                    "reminders-delivered",
                    says(&delivered.0, Input::DeliveredAt, &delivered.1, Input::DeliveredSays),
                ))
                .push(labelled("reminders-failed", says(&failed.0, Input::FailedAt, &failed.1, Input::FailedSays)));
        }
        all = all.push(self.typed("reminders-answers-url", &form.answers_url, Input::AnswersUrl));
        if !form.answers_url.trim().is_empty() {
            let places = row![
                self.typed("reminders-answers-at", &form.answers_at, Input::AnswersAt).width(NAME_WIDTH),
                self.typed("reminders-from-at", &form.from_at, Input::FromAt).width(NAME_WIDTH),
                self.typed("reminders-text-at", &form.text_at, Input::TextAt).width(NAME_WIDTH),
            ];
            all = all.push(places.spacing(gap(2)).wrap().vertical_spacing(gap(1)));
        }
        all.push(self.error(Field::GatewayAnswer).map(ui::field::error)).into()
    }

    fn modem(&self) -> Element<'a, Message> {
        let words = self.words;
        let port = field(words.get("reminders-port"), &self.screen.port, Message::Port).plain().width(ID_WIDTH * 1.4);
        let line = row![Element::from(port), self.price(&self.form().modem_price, Input::ModemPrice)];
        column![
            ui::small(words.get("reminders-modem-about")),
            line.spacing(gap(3)).wrap().vertical_spacing(gap(2)),
            self.secret(Channel::Modem, "reminders-pin"),
        ]
        .spacing(gap(3))
        .into()
    }

    fn whatsapp(&self) -> Element<'a, Message> {
        let (form, words) = (self.form(), self.words);
        let on = tick(words.get("reminders-whatsapp-on"), form.by_whatsapp, Message::WhatsApp);
        if !form.by_whatsapp {
            return on;
        }
        let who = row![
            self.typed("field-number-id", &form.number_id, Input::NumberId)
                .width(ID_WIDTH * 1.4)
                .error(self.error(Field::NumberId)),
            self.price(&form.whatsapp_price, Input::WhatsAppPrice),
        ];
        column![
            on,
            ui::small(words.get("reminders-whatsapp-about")),
            self.typed("reminders-whatsapp-url", &form.whatsapp_url, Input::WhatsAppUrl)
                .error(self.error(Field::GatewayAddress)),
            who.spacing(gap(3)).wrap().vertical_spacing(gap(2)),
            self.secret(Channel::WhatsApp, "reminders-token"),
            self.texts(Channel::WhatsApp),
        ]
        .spacing(gap(3))
        .into()
    }

    fn price(&self, value: &'a str, input: Input) -> Element<'a, Message> {
        self.typed("field-price", value, input).width(PRICE_WIDTH).error(self.error(Field::Price)).into()
    }

    /// What opens a way. What is kept is not shown, and stays when nothing is typed.
    fn secret(&self, channel: Channel, key: &str) -> Element<'a, Message> {
        let words = self.words;
        let kept = self.screen.loaded.as_ref().is_some_and(|loaded| loaded.ways[channel as usize].secret);
        let hint = words.get(if kept { "reminders-secret-kept" } else { "reminders-secret-none" });
        let typed = &self.screen.secrets[channel as usize];
        let asked = field(words.get(key), typed, move |typed| Message::Secret(channel, typed)).secure().hint(hint);
        asked.width(ID_WIDTH * 2.0).into()
    }

    fn pairs(
        &self,
        key: &str,
        rows: &'a [(String, String)],
        name_at: fn(usize) -> Input,
        value_at: fn(usize) -> Input,
    ) -> Element<'a, Message> {
        let words = self.words;
        let mut all = column![ui::small_bold(words.get(key))].spacing(gap(1));
        for (n, (name, value)) in rows.iter().enumerate() {
            let (name_at, value_at) = (name_at(n), value_at(n));
            // Named once, over the first of them.
            let label = |key| if n == 0 { words.get(key) } else { String::new() };
            let typed = |key, value, input| field(label(key), value, move |typed| Message::Typed(input, typed)).plain();
            let name = typed("reminders-name", name, name_at).width(NAME_WIDTH);
            let value = typed("reminders-value", value, value_at);
            all = all.push(row![Element::from(name), Element::from(value)].spacing(gap(2)));
        }
        all.into()
    }

    fn texts(&self, channel: Channel) -> Element<'a, Message> {
        let words = self.words;
        let mut all = column![ui::bold(words.get("reminders-texts")), ui::small(words.get("reminders-texts-about"))]
            .spacing(gap(2));
        for (n, text) in self.form().texts[channel as usize].iter().enumerate() {
            all = all.push(self.text(channel, n, text));
        }
        let wrong = self.error(Field::Template).or_else(|| self.error(Field::TemplateId));
        all.push(wrong.map(ui::field::error)).into()
    }

    fn text(&self, channel: Channel, n: usize, text: &'a Text) -> Element<'a, Message> {
        let words = self.words;
        let stage = words.get(&format!("stage-{}", text.stage.code()));
        let language = words.get(&format!("language-{}", text.language.code()));
        let label = words.with("reminders-text", &[("stage", stage.into()), ("language", language.into())]);
        let body = field(label, &text.text, move |typed| Message::Typed(Input::Text(channel, n), typed)).plain();
        // How many messages are paid for: the day and the number take about the room of their names.
        let parts = u64::try_from(sms_size(&text.text).segments).unwrap_or(u64::MAX);
        let counts = channel != Channel::WhatsApp && !text.text.is_empty();
        let body = if counts { body.hint(words.with("reminders-parts", &[("n", parts.into())])) } else { body };
        let id_key = if channel == Channel::WhatsApp { "reminders-template-name" } else { "field-template-id" };
        let id = self.typed(id_key, &text.id, Input::TextId(channel, n)).width(ID_WIDTH);
        let id = (channel != Channel::Modem).then(|| Element::from(id));
        row![].push(id).push(Element::from(body)).spacing(gap(2)).into()
    }
}
