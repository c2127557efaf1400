//! How a child grows: weigh and measure, what it means, the chart, and what to eat.

mod chart;
mod diet;
mod view;

use super::{Hands, Step, blocking};
use crate::ui::focus::show;
use crate::ui::{Banner, Press, Trouble, focus, typed_date, typed_number};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::{to_date, to_day};
use clinic::growth::{Assessment, Chart, Measurement, Position, STANDING_FROM_DAY, assess};
use clinic::ledger::EventId;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{GrowthMeasured, UNDONE};
use clinic::record::role::Right;
use clinic::record::{asks_breastfed, engine_sex};
use clinic::store::{ChildPage, DietView, GrowthView};
use hub_protocol::ChildId;
use iced::Task;
use serde::{Deserialize, Serialize};
pub use view::doubted_in_words;

/// The first field, those after it, and the button at their end.
pub const WEIGHT: &str = "growth-weight";
pub const LENGTH: &str = "growth-length";
pub const MUAC: &str = "growth-muac";
pub const SAVE: &str = "growth-save";
/// The reason of taking a measuring back.
pub const REASON: &str = "growth-reason";
/// A measuring can be undone with one key for so long after it was saved.
const UNDO_MS: u64 = 60_000;
/// What follows sooner on a question is the second stroke of the same key.
const ANSWER_MS: u64 = 1_000;

/// What is shown beside the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Chart(Chart),
    Diet,
    List,
}

/// What was read for this part.
#[derive(Debug, Clone)]
pub struct Loaded {
    growth: GrowthView,
    diet: Option<DietView>,
}

pub struct Growth {
    child: ChildId,
    dob: NaiveDate,
    today: NaiveDate,
    sex: clinic::growth::Sex,
    loaded: Option<Box<Loaded>>,
    part: Part,
    on: String,
    weight: String,
    length: String,
    muac: String,
    /// `None`: as the age says.
    standing: Option<bool>,
    oedema: bool,
    breastfed: Option<bool>,
    /// A measuring that is taken back, and why.
    taking_back: Option<(EventId, String)>,
    /// It is hardly possible; it was asked at that time whether it is right.
    asked: Option<(GrowthMeasured, u64)>,
    busy: bool,
    /// What was saved last stays to be read until something new is typed.
    saved: Option<GrowthMeasured>,
    /// And since when one key takes it back.
    undo: Option<(EventId, u64)>,
    trouble: Option<Trouble>,
    /// It was said that something is not saved.
    warned: bool,
}

/// What is typed of a measuring, as it is kept until it is saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    on: String,
    weight: String,
    length: String,
    muac: String,
    standing: Option<bool>,
    oedema: bool,
    breastfed: Option<bool>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Loaded(Result<Box<Loaded>, Trouble>),
    Part(Part),
    On(String),
    Weight(String),
    Length(String),
    Muac(String),
    Standing(bool),
    Oedema,
    Breastfed(bool),
    /// Enter in a field: on to this one.
    To(&'static str),
    Save,
    Saved(Result<(GrowthMeasured, EventId), Trouble>),
    Undo,
    TakeBack(EventId),
    Reason(String),
    Withdraw,
    Withdrawn(Result<(), Trouble>),
    /// The page of the child makes them.
    Papers,
    Leave,
}

/// A figure as it stands in its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    Empty,
    Is(u32),
    Unreadable,
}

impl Figure {
    fn value(self) -> Option<u32> {
        match self {
            Self::Is(value) => Some(value),
            Self::Empty | Self::Unreadable => None,
        }
    }
}

/// `11.5` of a unit that has `parts` of the smaller one: `11,5` and digits of either script too.
fn figure(typed: &str, parts: u32) -> Figure {
    let typed = typed_number::latin(typed);
    if typed.is_empty() {
        return Figure::Empty;
    }
    let (whole, rest) = typed.split_once(['.', ',']).unwrap_or((&typed, ""));
    let digits = |text: &str| text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    let places = parts.ilog10() as usize;
    if whole.is_empty() || !digits(whole) || !digits(rest) || rest.trim_end_matches('0').len() > places {
        return Figure::Unreadable;
    }
    let rest = format!("{rest:0<places$}");
    let small: Option<u32> = rest.get(..places).and_then(|rest| rest.parse().ok());
    let value = whole.parse::<u32>().ok().and_then(|whole| whole.checked_mul(parts)?.checked_add(small?));
    value.map_or(Figure::Unreadable, Figure::Is)
}

impl Growth {
    pub fn new(page: &ChildPage, hands: &Hands) -> (Self, Task<Message>) {
        let mut screen = Self {
            child: page.child.id,
            dob: page.child.dob,
            today: page.on,
            sex: engine_sex(page.child.sex),
            loaded: None,
            part: Part::Chart(Chart::WeightForAge),
            on: typed_date::write(page.on),
            weight: String::new(),
            length: String::new(),
            muac: String::new(),
            standing: None,
            oedema: false,
            breastfed: None,
            taking_back: None,
            asked: None,
            busy: false,
            saved: None,
            undo: None,
            trouble: None,
            warned: false,
        };
        // What was said last holds until somebody says otherwise.
        if asks_breastfed(screen.age_days(page.on)) {
            screen.breastfed = page.growth.iter().find_map(|line| line.measured.breastfed);
        }
        let focus = focus(WEIGHT);
        let load = Task::batch([screen.load(hands), focus]);
        (screen, load)
    }

    fn load(&self, hands: &Hands) -> Task<Message> {
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let work = move || {
            let growth = clinic.child_growth(&session, child)?;
            Ok(Box::new(Loaded { growth, diet: clinic.diet_plan(&session, child)? }))
        };
        blocking(work, Message::Loaded)
    }

    pub fn has_input(&self) -> bool {
        [&self.weight, &self.length, &self.muac].iter().any(|typed| !typed.trim().is_empty())
            || self.oedema
            || self.on != typed_date::write(self.today)
            || self.taking_back.as_ref().is_some_and(|(_, reason)| !reason.is_empty())
    }

    pub fn kept(&self) -> Kept {
        Kept {
            on: self.on.clone(),
            weight: self.weight.clone(),
            length: self.length.clone(),
            muac: self.muac.clone(),
            standing: self.standing,
            oedema: self.oedema,
            breastfed: self.breastfed,
        }
    }

    pub fn restore(&mut self, kept: Kept) {
        let Kept { on, weight, length, muac, standing, oedema, breastfed } = kept;
        (self.on, self.weight, self.length, self.muac) = (on, weight, length, muac);
        (self.standing, self.oedema, self.breastfed) = (standing, oedema, breastfed);
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Step<Message> {
        match press {
            Press::Escape if self.taking_back.is_some() => {
                self.taking_back = None;
                Step::Stay
            }
            Press::Escape => self.leave(),
            Press::Enter => self.go_to(SAVE),
            Press::Ctrl('S') => self.save(hands),
            Press::Letter('U') => self.undo(hands),
            Press::Letter('W') => self.show(Part::Chart(Chart::WeightForAge)),
            Press::Letter('H') => self.show(Part::Chart(Chart::LengthForAge)),
            Press::Letter('B') => self.show(Part::Chart(self.thin_chart())),
            Press::Letter('F') => self.show(Part::Diet),
            Press::Letter('L') => self.show(Part::List),
            _ => Step::Stay,
        }
    }

    /// With something typed it is left only when that was said.
    fn leave(&mut self) -> Step<Message> {
        if !self.has_input() || std::mem::replace(&mut self.warned, true) {
            return Step::Close;
        }
        self.trouble = Some(Trouble::Plain("shell-escape-loses"));
        Step::Stay
    }

    fn show(&mut self, part: Part) -> Step<Message> {
        self.part = part;
        // With large words it stands below the form.
        Step::Run(show(view::PART))
    }

    /// Weight against length while lying, against height later.
    fn thin_chart(&self) -> Chart {
        if self.age_days(self.today) < STANDING_FROM_DAY { Chart::WeightForLength } else { Chart::WeightForHeight }
    }

    fn age_days(&self, on: NaiveDate) -> u32 {
        u32::try_from((on - self.dob).num_days()).unwrap_or_default()
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Step<Message> {
        if !matches!(message, Message::Leave | Message::Loaded(_)) && std::mem::take(&mut self.warned) {
            self.trouble = None;
        }
        match message {
            Message::Loaded(Ok(loaded)) => self.loaded = Some(loaded),
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Part(part) => return self.show(part),
            Message::On(typed) => self.on = typed,
            Message::Weight(typed) => self.weight = typed,
            Message::Length(typed) => self.length = typed,
            Message::Muac(typed) => self.muac = typed,
            Message::Standing(standing) => self.standing = Some(standing),
            Message::Oedema => self.oedema = !self.oedema,
            // Pressed once more: nobody asked.
            Message::Breastfed(yes) => self.breastfed = (self.breastfed != Some(yes)).then_some(yes),
            Message::To(field) => return self.go_to(field),
            Message::Save => return self.save(hands),
            Message::Undo => return self.undo(hands),
            Message::Saved(Ok((measured, event))) => {
                self.busy = false;
                self.saved = Some(measured);
                self.undo = Some((event, hands.clinic.env().now_ms()));
                self.trouble = None;
                for typed in [&mut self.weight, &mut self.length, &mut self.muac] {
                    typed.clear();
                }
                self.oedema = false;
                self.asked = None;
                self.on = typed_date::write(self.today);
                return Step::StoredHere(Banner::good(words.get("growth-saved")), self.load(hands));
            }
            Message::TakeBack(event) => {
                self.taking_back = Some((event, String::new()));
                return Step::Run(focus(REASON));
            }
            Message::Reason(typed) => {
                if let Some((_, reason)) = &mut self.taking_back {
                    *reason = typed;
                }
            }
            Message::Withdraw => return self.withdraw(hands),
            Message::Withdrawn(Ok(())) => {
                self.busy = false;
                (self.saved, self.undo) = (None, None);
                self.trouble = None;
                self.taking_back = None;
                return Step::StoredHere(Banner::good(words.get("growth-withdrawn")), self.load(hands));
            }
            Message::Saved(Err(trouble)) | Message::Withdrawn(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Papers => {}
            Message::Leave => return self.leave(),
        }
        Step::Stay
    }

    fn day(&self) -> Option<NaiveDate> {
        typed_date::parse(&self.on)
    }

    fn weight_g(&self) -> Figure {
        figure(&self.weight, 1_000)
    }

    fn length_mm(&self) -> Figure {
        figure(&self.length, 10)
    }

    fn muac_mm(&self) -> Figure {
        figure(&self.muac, 10)
    }

    fn is_standing(&self) -> bool {
        self.standing.unwrap_or_else(|| self.age_days(self.day().unwrap_or(self.today)) >= STANDING_FROM_DAY)
    }

    /// What is typed, when all of it can be read.
    fn measured(&self) -> Option<GrowthMeasured> {
        let figures = [self.weight_g(), self.length_mm(), self.muac_mm()];
        // What does not fit is left out by nobody.
        let muac_mm = figures[2].value().map(u16::try_from).transpose().ok()?;
        if figures.contains(&Figure::Unreadable) || (figures == [Figure::Empty; 3] && !self.oedema) {
            return None;
        }
        Some(GrowthMeasured {
            child: self.child,
            on: to_day(self.day()?),
            weight_g: figures[0].value(),
            length_mm: figures[1].value(),
            standing: figures[1].value().is_some() && self.is_standing(),
            muac_mm,
            head_mm: None,
            oedema: self.oedema,
            breastfed: self.breastfed,
        })
    }

    /// What that means, before it is saved.
    fn found(&self) -> Option<Assessment> {
        self.meaning(&self.measured()?)
    }

    fn meaning(&self, measured: &GrowthMeasured) -> Option<Assessment> {
        let on = to_date(measured.on)?;
        let position = if measured.standing { Position::Standing } else { Position::Lying };
        assess(&Measurement {
            sex: self.sex,
            dob: self.dob,
            on,
            weight_g: measured.weight_g,
            length_mm: measured.length_mm,
            position: measured.length_mm.map(|_| position),
            head_mm: None,
            muac_mm: measured.muac_mm,
            oedema: measured.oedema,
        })
        .ok()
    }

    /// What is asked about now, and was not changed since.
    fn asked(&self) -> Option<Assessment> {
        let (asked, _) = self.asked.as_ref()?;
        self.found().filter(|_| self.measured().as_ref() == Some(asked))
    }

    fn save(&mut self, hands: &Hands) -> Step<Message> {
        let may = hands.session.may(Right::Do(CommandKind::MeasureGrowth));
        let Some(measured) = self.measured().filter(|_| may && !self.busy) else { return Step::Stay };
        if self.found().is_some_and(|found| !found.doubted().is_empty()) {
            let now_ms = hands.clinic.env().now_ms();
            match &self.asked {
                // A key that bounces is no answer.
                Some((asked, ms)) if *asked == measured && now_ms.abs_diff(*ms) < ANSWER_MS => return Step::Stay,
                Some((asked, _)) if *asked == measured => {}
                _ => {
                    self.asked = Some((measured, now_ms));
                    return Step::Run(show(view::SURE));
                }
            }
        }
        self.busy = true;
        self.trouble = None;
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || {
            let receipt = clinic.submit(&session, Command::MeasureGrowth(measured.clone()))?;
            Ok((measured, receipt.event))
        };
        Step::Run(blocking(work, Message::Saved))
    }

    /// Enter goes on from field to field, and from the last one to the button, as in every form.
    fn go_to(&self, field: &'static str) -> Step<Message> {
        Step::Run(focus(if field == SAVE && self.measured().is_none() { WEIGHT } else { field }))
    }

    /// The measuring that one key takes back.
    fn undoable(&self, now_ms: u64) -> Option<EventId> {
        self.undo.filter(|(_, saved_ms)| !self.busy && now_ms.abs_diff(*saved_ms) < UNDO_MS).map(|(event, _)| event)
    }

    /// Takes back what was saved last, with no question asked.
    fn undo(&mut self, hands: &Hands) -> Step<Message> {
        match self.undoable(hands.clinic.env().now_ms()) {
            Some(growth) => self.send_withdrawal(growth, UNDONE.to_owned(), hands),
            None => Step::Stay,
        }
    }

    fn withdraw(&mut self, hands: &Hands) -> Step<Message> {
        match self.taking_back.clone().filter(|_| !self.busy) {
            Some((growth, reason)) => self.send_withdrawal(growth, reason, hands),
            None => Step::Stay,
        }
    }

    fn send_withdrawal(&mut self, growth: EventId, reason: String, hands: &Hands) -> Step<Message> {
        self.busy = true;
        self.trouble = None;
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || Ok(clinic.submit(&session, Command::WithdrawGrowth { growth, reason }).map(drop)?);
        Step::Run(blocking(work, Message::Withdrawn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_as_a_scale_shows_them() {
        for (typed, parts, wanted) in [
            ("7.35", 1_000, Figure::Is(7_350)),
            ("7,3", 1_000, Figure::Is(7_300)),
            ("७.३५", 1_000, Figure::Is(7_350)),
            (" 12 ", 10, Figure::Is(120)),
            ("11.5", 10, Figure::Is(115)),
            ("11.50", 10, Figure::Is(115)),
            ("", 10, Figure::Empty),
            ("11.55", 10, Figure::Unreadable),
            ("7.3505", 1_000, Figure::Unreadable),
            ("-3", 10, Figure::Unreadable),
            (".5", 10, Figure::Unreadable),
            ("1e3", 10, Figure::Unreadable),
            ("9999999", 10, Figure::Unreadable),
        ] {
            assert_eq!(figure(typed, parts), wanted, "{typed}");
        }
    }
}
