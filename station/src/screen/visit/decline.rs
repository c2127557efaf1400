//! A vaccine that the family refuses, or that would harm the child.

use crate::screen::{Hands, Now, Step};
use crate::ui::theme::gap;
use crate::ui::{self, Banner, Button, Element, Look, Press, Trouble, choice, field, focus, note, tag, typed_date};
use crate::words::Words;
use clinic::date::{india, to_day};
use clinic::forecast::NextStatus;
use clinic::record::command::Command;
use clinic::record::fact::{Declined, DoseDeclined};
use clinic::store::{ChildPage, DeclineLine};
use hub_protocol::ChildId;
use iced::widget::{column, row};
use serde::{Deserialize, Serialize};

const REASON: &str = "decline-reason";
const UNTIL_WIDTH: f32 = 220.0;
/// Every live vaccine, as the records name it.
const LIVE: &str = "kind:live";

pub struct Decline {
    child: ChildId,
    against: Option<String>,
    why: Declined,
    /// The last day of it, as typed; empty: for good.
    until: String,
    reason: String,
    busy: bool,
    trouble: Option<Trouble>,
}

/// What was typed, as it is kept until it is saved.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    against: Option<String>,
    /// Its code.
    why: String,
    until: String,
    reason: String,
}

#[derive(Debug, Clone)]
pub enum Message {
    Against(String),
    Why(Declined),
    Until(String),
    Reason(String),
    Save,
    Lift(String, Declined),
    Saved(Result<(), Trouble>),
    Lifted(Result<(), Trouble>),
    Leave,
}

impl Decline {
    pub fn new(child: ChildId) -> Self {
        Self {
            child,
            against: None,
            why: Declined::Refused,
            until: String::new(),
            reason: String::new(),
            busy: false,
            trouble: None,
        }
    }

    pub fn kept(&self) -> Kept {
        Kept {
            against: self.against.clone(),
            why: self.why.code().to_owned(),
            until: self.until.clone(),
            reason: self.reason.clone(),
        }
    }

    pub fn restore(&mut self, kept: Kept) {
        self.why = Declined::ALL.into_iter().find(|why| why.code() == kept.why).unwrap_or(self.why);
        (self.against, self.until, self.reason) = (kept.against, kept.until, kept.reason);
    }

    pub fn has_input(&self) -> bool {
        self.against.is_some() || !self.reason.is_empty()
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Step<Message> {
        match press {
            Press::Escape => Step::Close,
            Press::Enter | Press::Ctrl('S') => self.save(hands),
            _ => Step::Stay,
        }
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Step<Message> {
        match message {
            Message::Against(against) => self.against = Some(against),
            Message::Why(why) => self.why = why,
            Message::Until(typed) => self.until = typed,
            Message::Reason(typed) => self.reason = typed,
            Message::Save => return self.save(hands),
            Message::Lift(series, why) => {
                let (child, reason) = (self.child, self.reason.clone());
                return self.submit(Command::LiftDecline { child, series, why, reason }, hands, Message::Lifted);
            }
            Message::Saved(Ok(())) => return Step::Stored(Banner::good(words.get("decline-saved"))),
            Message::Lifted(Ok(())) => return Step::Stored(Banner::good(words.get("decline-lifted"))),
            Message::Saved(Err(trouble)) | Message::Lifted(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
                if self.reason.trim().is_empty() {
                    return Step::Run(focus(REASON));
                }
            }
            Message::Leave => return Step::Close,
        }
        Step::Stay
    }

    fn save(&mut self, hands: &Hands) -> Step<Message> {
        let Some(series) = self.against.clone() else { return Step::Stay };
        let until = match (self.why, self.until.trim()) {
            (Declined::Refused, _) | (_, "") => None,
            (Declined::ContraIndicated, typed) => match typed_date::parse(typed) {
                Some(day) => Some(to_day(day)),
                None => return Step::Stay,
            },
        };
        let on = to_day(india(hands.clinic.env().now_ms()));
        let (child, why, reason) = (self.child, self.why, self.reason.clone());
        let decline = DoseDeclined { child, series, why, on, until, reason };
        self.submit(Command::DeclineDose(decline), hands, Message::Saved)
    }

    fn submit(
        &mut self,
        command: Command,
        hands: &Hands,
        done: impl FnOnce(Result<(), Trouble>) -> Message + Send + 'static,
    ) -> Step<Message> {
        if self.busy {
            return Step::Stay;
        }
        self.busy = true;
        self.trouble = None;
        Step::Run(hands.submit(command, done))
    }

    pub fn view<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut parts = column![ui::title(words.get("decline-title"))].spacing(gap(3));
        if !page.declines.is_empty() {
            let mut held = column![ui::small_bold(words.get("decline-held"))].spacing(gap(2));
            for line in &page.declines {
                held = held.push(self.held(line, words)).push(ui::rule());
            }
            parts = parts.push(held);
        }
        let whys = Declined::ALL.map(|why| {
            let about = words.get(&format!("declined-{}-about", why.code()));
            let label = words.get(&format!("declined-{}", why.code()));
            choice(label, Some(about), self.why == why, Message::Why(why))
        });
        parts = parts
            .push(ui::small_bold(words.get("decline-what")))
            .push(self.vaccines(page, words))
            .push(row(whys).spacing(gap(3)));
        if self.why == Declined::ContraIndicated {
            let typed = self.until.trim();
            let wrong = (!typed.is_empty() && typed_date::parse(typed).is_none()).then(|| {
                words.get(if typed_date::is_whole(typed) { "visit-day-no-such" } else { "visit-day-unreadable" })
            });
            let until = field(words.get("decline-until"), &self.until, Message::Until)
                .error(wrong)
                .hint(words.get("decline-until-hint"))
                .width(UNTIL_WIDTH);
            parts = parts.push(Element::from(until));
        }
        let reason = field(words.get("decline-reason"), &self.reason, Message::Reason)
            .id(REASON)
            .hint(words.get("decline-reason-hint"));
        parts = parts.push(Element::from(reason));
        if let Some(trouble) = &self.trouble {
            parts = parts.push(note(Look::Late, trouble.sentence(words)));
        }
        let ready = !self.busy && self.against.is_some();
        let buttons = row![
            Button::primary(words.get("decline-save"), ready.then_some(Message::Save)).key("Enter"),
            ui::push(),
            Button::secondary(words.get("shell-back"), Some(Message::Leave)).key("Esc"),
        ]
        .spacing(gap(3));
        ui::card(parts.push(buttons)).into()
    }

    /// What may still be given, and for what would harm also all live vaccines at once.
    fn vaccines<'a>(&'a self, page: &'a ChildPage, words: &'a Words) -> Element<'a, Message> {
        let mut names: Vec<&str> = Vec::new();
        for line in &page.next {
            let open = matches!(
                line.status,
                NextStatus::Due | NextStatus::Overdue | NextStatus::Upcoming | NextStatus::Contraindicated
            );
            if open && !names.contains(&line.series.as_str()) {
                names.push(&line.series);
            }
        }
        if self.why == Declined::ContraIndicated {
            names.push(LIVE);
        }
        let chips = names.into_iter().map(|name| {
            let chosen = self.against.as_deref() == Some(name);
            choice::short_choice(with_products(name, page, words), chosen, Message::Against(name.to_owned()))
        });
        row(chips).spacing(gap(2)).wrap().vertical_spacing(gap(2)).into()
    }

    fn held<'a>(&'a self, line: &'a DeclineLine, words: &'a Words) -> Element<'a, Message> {
        let lift = Message::Lift(line.against.clone(), line.why);
        row![
            tag(look(line), in_words(line, words)),
            ui::small(words.with(
                "decline-told",
                &[("reason", (&line.reason).into()), ("name", (&line.by).into()), ("day", words.day(line.on).into())],
            ))
            .width(iced::Length::Fill),
            Button::secondary(words.get("decline-lift"), (!self.busy).then_some(lift)),
        ]
        .spacing(gap(3))
        .align_y(iced::Center)
        .into()
    }
}

/// `MR`, `product:OPV` or all live vaccines, as a nurse says it.
pub fn named(against: &str, words: &Words) -> String {
    match against.strip_prefix("product:") {
        Some(product) => words.product(product),
        None if against == LIVE => words.get("decline-live"),
        None => words.dose_label(against),
    }
}

/// `DPT (Pentavalent)`: a series beside what is given for it, as the family knows it.
fn with_products(series: &str, page: &ChildPage, words: &Words) -> String {
    let said = named(series, words);
    let line = page.next.iter().find(|line| line.series == series && !line.products.is_empty());
    let mut others: Vec<String> = Vec::new();
    for product in line.into_iter().flat_map(|line| &line.products) {
        let name = words.product(product);
        if name != said && !others.contains(&name) {
            others.push(name);
        }
    }
    if others.is_empty() { said } else { format!("{said} ({})", others.join(", ")) }
}

pub fn look(line: &DeclineLine) -> Look {
    match (line.counts, line.why) {
        (false, _) => Look::Upcoming,
        (true, Declined::Refused) => Look::Wait,
        (true, Declined::ContraIndicated) => Look::Wrong,
    }
}

/// What stands against which vaccine, and for how long.
pub fn in_words(line: &DeclineLine, words: &Words) -> String {
    let dose = ("dose", named(&line.against, words).into());
    match (line.why, line.until) {
        (Declined::Refused, _) => words.with("decline-line-refused", &[dose]),
        (Declined::ContraIndicated, None) => words.with("decline-line-harm", &[dose]),
        (Declined::ContraIndicated, Some(until)) => {
            words.with("decline-line-harm-until", &[dose, ("day", words.day(until).into())])
        }
    }
}
