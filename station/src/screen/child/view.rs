//! How a child's record looks.

use super::alike::{born, child_name, sex_key};
use super::form::{food_key, language_key};
use super::{Doing, Loaded, Message, Record, act, history};
use crate::screen::Now;
use crate::screen::ask_district::{asked_sentence, may_ask};
use crate::screen::today::spaced_phone;
use crate::ui::theme::{RING, TIGHT, gap};
use crate::ui::{self, Beside, Button, Element, Look, field, headed_card, note, panes, tag};
use crate::words::Words;
use clinic::date::to_date;
use clinic::record::command::CommandKind;
use clinic::record::fact::Gone;
use clinic::record::role::Right;
use clinic::store::ChildRecord;
use iced::Length;
use iced::widget::{column, container, row, text};

const SIDE_WIDTH: f32 = 360.0;
const LABEL_WIDTH: f32 = 132.0;
/// Lines of the history that are shown first.
const FIRST_LINES: usize = 25;

impl Record {
    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(loaded) = &self.loaded else {
            let said: Element<'a, Message> = match &self.trouble {
                Some(trouble) => note(Look::Late, trouble.sentence(words)),
                None => ui::working(words.get("shell-loading")),
            };
            return ui::card(said).width(Length::Fill).into();
        };
        match &self.doing {
            Doing::Looking => self.look(loaded, now),
            Doing::Editing { form, reason, .. } => self.edit_view(form, reason, loaded, now),
            Doing::Acting(act) => {
                let head = head(&loaded.record, words);
                let view = |head| act.view(head, loaded, (self.trouble.as_ref(), self.busy), words);
                match now.room.is_low() {
                    // It goes away with the page: both do not fit.
                    true => view(Some(head)),
                    false => column![ui::card(head).width(Length::Fill), view(None)].spacing(gap(3)).into(),
                }
            }
        }
    }

    fn look<'a>(&'a self, loaded: &'a Loaded, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let record = &loaded.record;
        let mut main = column![head(record, words)].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let mut buttons = row![].spacing(gap(3));
        if now.may(Right::Do(CommandKind::EditChild)) {
            buttons = buttons.push(Button::secondary(words.get("record-edit"), Some(Message::Edit)).key("E"));
        }
        if record.line.gone == Some(Gone::MovedStation) {
            let asked = loaded.asked.as_ref();
            if let Some(said) = asked.and_then(|asked| asked_sentence(asked, words)) {
                main = main.push(note(Look::Upcoming, said));
            }
            if may_ask(asked, now) {
                buttons = buttons.push(Button::secondary(words.get("ask-district"), Some(Message::Ask)));
            }
        }
        buttons = buttons.push(ui::push());
        buttons = buttons.push(Button::secondary(words.get("record-to-visit"), Some(Message::Visit)).key("Esc"));
        let history = self.history(loaded, now);
        let main = column![ui::card(main).width(Length::Fill), ui::scroll(history).height(Length::Fill), buttons];
        let mut side = column![].spacing(gap(3));
        let parts = act::parts(record, now);
        if !parts.is_empty() {
            side = side.push(headed_card(words.get("record-parts"), column(parts).spacing(gap(2))));
        }
        side = side.push(details(record, now));
        let acts = act::buttons(record, now);
        if !acts.is_empty() {
            side = side.push(ui::card(column(acts).spacing(gap(2))).width(Length::Fill));
        }
        let main = main.spacing(gap(3)).width(Length::Fill);
        panes(now.room, main, Beside::Also(container(side).padding(RING).into()), SIDE_WIDTH)
    }

    fn history<'a>(&'a self, loaded: &'a Loaded, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let lines = &loaded.history;
        let shown = if self.all { lines.len() } else { lines.len().min(FIRST_LINES) };
        let mut all = column![ui::bold(words.with("history-title", &[("n", lines.len().into())]))].spacing(gap(2));
        for line in &lines[..shown] {
            all = all.push(ui::rule()).push(history::line(line, loaded.record.line.id, now).map(Message::Open));
        }
        if shown < lines.len() {
            all = all.push(Button::quiet(words.get("history-all"), Some(Message::All)));
        }
        ui::card(all).width(Length::Fill).into()
    }

    fn edit_view<'a>(
        &'a self,
        form: &'a super::Form,
        reason: &'a str,
        loaded: &'a Loaded,
        now: Now<'a>,
    ) -> Element<'a, Message> {
        let words = now.words;
        let whole =
            self.trouble.as_ref().filter(|trouble| trouble.field().is_none_or(|f| f == clinic::record::Field::Date));
        let notice = whole.map(|trouble| note(Look::Late, trouble.sentence(words)));
        let fields = form.view(self.trouble.as_slice(), now, Message::Form, None);
        let wrong = self.trouble.as_ref().filter(|trouble| trouble.field() == Some(clinic::record::Field::Reason));
        let why = field(words.get("record-edit-reason"), reason, Message::Reason)
            .id(act::REASON)
            .hint(words.get("record-edit-reason-hint"))
            .error(wrong.map(|trouble| trouble.sentence(words)));
        let before = self.from_before.then(|| note(Look::Wait, words.get("register-from-before")));
        let save = if self.busy { words.get("shell-saving") } else { words.get("register-save") };
        let end = row![
            Button::primary(save, (!self.busy).then_some(Message::Save)).key("Ctrl S"),
            Button::secondary(words.get("shell-cancel"), Some(Message::Leave)).key("Esc"),
            ui::push(),
            ui::small(words.get("register-enter-hint")),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        let body = column![fields, Element::from(why)].spacing(gap(3));
        let main = column![
            head(&loaded.record, words),
            ui::above(before.into_iter().chain(notice).collect()),
            ui::scroll(container(body).padding(RING)).height(Length::Fill),
            container(end).padding(RING),
        ]
        .spacing(gap(2));
        ui::card(main).width(Length::Fill).height(Length::Fill).max_width(form.width()).into()
    }
}

fn head<'a>(record: &'a ChildRecord, words: &Words) -> Element<'a, Message> {
    let line = &record.line;
    let worker = line.worker.as_ref().map_or_else(|| words.get("children-no-worker"), |(_, name)| name.clone());
    let name = ui::title(child_name(&line.name, &line.mother, line.birth_order, words));
    let mut who = column![name].spacing(gap(1)).width(Length::Fill);
    if let Some(gone) = line.gone {
        let why = words.get(&format!("gone-{}", gone.code()));
        let day = record.gone_on.map(|day| words.day(day)).unwrap_or_default();
        who = who.push(tag(Look::Closed, words.with("record-gone", &[("why", why.into()), ("day", day.into())])));
    }
    let id = column![ui::bold(line.id.to_string()), ui::small(words.with("visit-worker", &[("name", worker.into())]))];
    row![who, id.spacing(TIGHT).align_x(iced::Right)].spacing(gap(3)).into()
}

/// The form as it stands.
fn details<'a>(record: &'a ChildRecord, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let form = &record.form;
    let yes = |yes: bool| words.get(if yes { "history-yes" } else { "history-no" });
    let reminders = if record.opted_out { words.get("record-says-stop") } else { yes(form.consent_reminders) };
    let dob = to_date(form.dob).map(|dob| born(dob, form.dob_estimated, words)).unwrap_or_default();
    let lines = [
        ("field-dob", dob),
        ("register-sex", words.get(sex_key(form.sex))),
        ("field-birth-order", form.birth_order.map(|n| n.to_string()).unwrap_or_default()),
        ("field-mother", form.mother.clone()),
        ("field-father", form.father.clone()),
        ("field-phone", spaced_phone(&form.phone)),
        ("field-village", form.village.clone()),
        ("field-landmark", form.landmark.clone()),
        ("field-abha", form.abha.clone()),
        ("field-rch", form.rch.clone()),
        ("field-uwin", form.uwin.clone()),
        ("child-form-food", form.food.map(|food| words.get(food_key(food))).unwrap_or_default()),
        ("field-language", form.language.map(|l| words.get(language_key(l))).unwrap_or_default()),
        ("field-reminders", reminders),
        ("field-tracing", yes(form.consent_tracing)),
    ];
    let mut all = column![].spacing(gap(1));
    for (key, said) in lines {
        let said = if said.is_empty() { "–".to_owned() } else { said };
        let label = container(ui::small(words.get(key))).width(LABEL_WIDTH);
        all = all.push(
            row![label, ui::body(said).width(Length::Fill).wrapping(text::Wrapping::WordOrGlyph)].spacing(gap(2)),
        );
    }
    // Without consent nothing is sent as it is: there is nothing to stop.
    let says = record.opted_out || form.consent_reminders && !form.phone.is_empty();
    if says && now.may(Right::Do(CommandKind::SetOptOut)) {
        let key = if record.opted_out { "record-opt-in" } else { "record-opt-out" };
        all = all.push(Button::quiet(words.get(key), Some(Message::OptOut(!record.opted_out))));
    }
    headed_card(words.get("record-form"), all).into()
}
