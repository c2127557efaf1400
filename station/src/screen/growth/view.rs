//! How the growth of a child looks.

use super::chart::Drawing;
use super::{Figure, Growth, LENGTH, MUAC, Message, Part, REASON, SAVE, WEIGHT, diet};
use crate::screen::Now;
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Icon, Look, choice, empty, field, halves, note, tag, tick, typed_date};
use crate::words::Words;
use clinic::date::to_date;
use clinic::diet::{Choice, Input, Region, plan};
use clinic::growth::{Assessment, Chart, Indicator, Remeasure, Thinness, WastedBy, Wasting};
use clinic::record::asks_breastfed;
use clinic::record::command::CommandKind;
use clinic::record::fact::{GrowthMeasured, UNDONE};
use clinic::record::role::Right;
use clinic::store::{ChartView, GrowthLine};
use iced::Length;
use iced::widget::{canvas, column, container, row, space};

/// The name of what is chosen beside the form.
pub const PART: &str = "growth-part";
/// And of the question whether what is hardly possible is right.
pub const SURE: &str = "growth-sure";
/// So that the months below it are seen on the usual screen without scrolling.
const CHART_HEIGHT: f32 = 250.0;

impl Growth {
    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        if !now.may(Right::Do(CommandKind::MeasureGrowth)) {
            return self.beside(now);
        }
        halves(now.room, self.form(now), self.beside(now))
    }

    pub fn buttons<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut all = row![].spacing(gap(3));
        if now.may(Right::Do(CommandKind::MeasureGrowth)) {
            let ready = !self.busy && self.measured().is_some();
            let save = Button::primary(words.get("growth-save"), ready.then_some(Message::Save));
            all = all.push(save.key("Ctrl S").id(SAVE));
        }
        if self.undoable(now.now_ms).is_some() {
            all = all.push(Button::secondary(words.get("growth-undo"), Some(Message::Undo)).key("U"));
        }
        let hint = now.may(Right::Do(CommandKind::MeasureGrowth)) && !now.room.is_narrow();
        all = all.push(hint.then(|| ui::small(words.get("register-enter-hint")))).align_y(iced::Center);
        let papers = Button::secondary(words.get("papers-open"), Some(Message::Papers)).icon(Icon::Paper).key("P");
        let back = Button::secondary(words.get("shell-back"), Some(Message::Leave)).key("Esc");
        all.push(ui::push()).push(papers).push(back).into()
    }

    fn form<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let wrong = |figure: Figure| (figure == Figure::Unreadable).then(|| words.get("growth-unreadable"));
        let on_error = match self.day() {
            Some(day) if day > self.today => Some(words.get("register-dob-future")),
            Some(day) if day < self.dob => Some(words.get("visit-day-before-birth")),
            Some(_) => None,
            None if typed_date::is_whole(&self.on) => Some(words.get("visit-day-no-such")),
            None => Some(words.get("visit-day-unreadable")),
        };
        let stands = self.is_standing();
        let length = if stands { "growth-height" } else { "growth-length" };
        let first = row![
            Element::from(
                field(words.get("growth-weight"), &self.weight, Message::Weight)
                    .id(WEIGHT)
                    .on_enter(Message::To(LENGTH))
                    .error(wrong(self.weight_g()))
            ),
            Element::from(
                field(words.get(length), &self.length, Message::Length)
                    .id(LENGTH)
                    .on_enter(Message::To(MUAC))
                    .error(wrong(self.length_mm()))
            ),
            Element::from(
                field(words.get("growth-muac"), &self.muac, Message::Muac)
                    .id(MUAC)
                    .on_enter(Message::To(SAVE))
                    .error(wrong(self.muac_mm()))
            ),
        ]
        .spacing(gap(2));
        // All stand under each other in three columns.
        let cell = |content: Element<'a, Message>| Element::from(container(content).width(Length::Fill));
        let three = |cells: [Element<'a, Message>; 3]| row(cells.map(cell)).spacing(gap(2)).align_y(iced::Center);
        let position = three([
            choice::short_choice(words.get("growth-lying"), !stands, Message::Standing(false)),
            choice::short_choice(words.get("growth-standing"), stands, Message::Standing(true)),
            tick(words.get("growth-oedema"), self.oedema, Message::Oedema),
        ]);
        let on = field(words.get("growth-on"), &self.on, Message::On).on_enter(Message::To(WEIGHT)).error(on_error);
        let heading = three([ui::bold(words.get("growth-title")).into(), space().into(), on.into()]);
        let mut parts = column![heading, first, position].spacing(gap(1));
        if asks_breastfed(self.age_days(self.today)) {
            parts = parts.push(three([
                ui::small_bold(words.get("growth-breastfed")).into(),
                choice::short_choice(words.get("growth-yes"), self.breastfed == Some(true), Message::Breastfed(true)),
                choice::short_choice(words.get("growth-no"), self.breastfed == Some(false), Message::Breastfed(false)),
            ]));
        }
        let typed = self.measured();
        if let Some(measured) = typed.as_ref().or(self.saved.as_ref())
            && let Some(found) = self.meaning(measured)
        {
            parts = parts.push(ui::rule());
            // The fields are empty again: it is said what the advice is of.
            parts = parts.push(
                typed
                    .is_none()
                    .then(|| ui::bold(words.with("growth-of-saved", &[("figures", figures(measured, words).into())]))),
            );
            parts = parts.push(self.means(&found, measured, words));
        }
        if let Some(found) = self.asked() {
            let figures = self.doubted_figures(&found, words);
            let asked = note(Look::Wrong, words.with("growth-sure", &[("figures", figures.into())]));
            parts = parts.push(container(asked).id(SURE));
        }
        if let Some(trouble) = &self.trouble {
            parts = parts.push(note(Look::Late, trouble.sentence(words)));
        }
        ui::card(parts).width(Length::Fill).into()
    }

    /// The figures that are hardly possible: `23.00 kg`.
    fn doubted_figures(&self, found: &Assessment, words: &Words) -> String {
        let Some(mut measured) = self.measured() else { return String::new() };
        let doubted = found.doubted();
        measured.weight_g = measured.weight_g.filter(|_| doubted.contains(&Remeasure::Weight));
        measured.length_mm = measured.length_mm.filter(|_| doubted.contains(&Remeasure::Length));
        measured.muac_mm = measured.muac_mm.filter(|_| doubted.contains(&Remeasure::Muac));
        measured.oedema = false;
        figures(&measured, words)
    }

    /// What was measured means, and what to do.
    fn means<'a>(&self, found: &Assessment, measured: &GrowthMeasured, words: &Words) -> Element<'a, Message> {
        let mut parts = column![scores(found, words)].spacing(gap(2));
        let input = Input {
            dob: self.dob,
            on: to_date(measured.on).unwrap_or(self.today).max(self.dob),
            sex: self.sex,
            breastfed: measured.breastfed,
            choice: Choice::Veg,
            region: Region::North,
            growth: Some(found),
        };
        if let Ok(plan) = plan(&input) {
            for line in &plan.referral {
                parts = parts.push(note(Look::Late, words.diet_line(line)));
            }
            for line in &plan.advice {
                parts = parts.push(ui::body(words.diet_line(line)));
            }
        }
        parts.into()
    }

    fn beside<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let tab = |key: &str, letter: &'static str, part: Part| {
            choice::keyed_choice(words.get(key), letter, self.part == part, Message::Part(part))
        };
        let tabs = row![
            tab("growth-chart-weight", "W", Part::Chart(Chart::WeightForAge)),
            tab("growth-chart-height", "H", Part::Chart(Chart::LengthForAge)),
            tab("growth-chart-thin", "B", Part::Chart(self.thin_chart())),
            tab("growth-diet", "F", Part::Diet),
            tab("growth-list", "L", Part::List),
        ]
        .spacing(gap(2))
        .wrap()
        .vertical_spacing(gap(2));
        let Some(loaded) = &self.loaded else {
            let said = match &self.trouble {
                Some(trouble) => note(Look::Late, trouble.sentence(words)),
                None => ui::working(words.get("shell-loading")),
            };
            return ui::card(said).width(Length::Fill).into();
        };
        let part: Element<'a, Message> = match self.part {
            Part::Chart(chart) => match loaded.growth.charts.iter().find(|view| view.chart == chart) {
                Some(view) => self.chart(view, words),
                None => ui::body(words.get("growth-no-chart")).into(),
            },
            Part::Diet => diet::view(loaded.diet.as_ref(), now),
            Part::List => self.list(&loaded.growth.lines, &loaded.growth.withdrawn, now),
        };
        ui::card(column![tabs, part].spacing(gap(3))).id(PART).width(Length::Fill).into()
    }

    fn chart<'a>(&self, view: &'a ChartView, words: &Words) -> Element<'a, Message> {
        if view.curves.is_empty() {
            return empty(Icon::Chart, words.get("growth-no-chart"), words.get("growth-no-chart-next"));
        }
        let drawing = Drawing { view, typed: self.typed_point(view.chart) };
        let (across, up) = match view.chart {
            Chart::WeightForAge => ("growth-axis-months", "growth-axis-kg"),
            Chart::LengthForAge => ("growth-axis-months", "growth-axis-cm"),
            Chart::WeightForLength | Chart::WeightForHeight => ("growth-axis-cm", "growth-axis-kg"),
        };
        column![
            row![ui::small(words.get(up)), ui::push(), ui::small(words.get("growth-lines-about"))],
            canvas(drawing).width(Length::Fill).height(CHART_HEIGHT),
            container(ui::small(words.get(across))).center_x(Length::Fill),
        ]
        .spacing(gap(1))
        .into()
    }

    /// Where the point will stand that is typed now.
    fn typed_point(&self, chart: Chart) -> Option<(u32, u32)> {
        let (measured, found) = (self.measured()?, self.found()?);
        let length = found.standardised_um.map(|um| um / 1_000);
        match chart {
            Chart::WeightForAge => Some((found.age_days, measured.weight_g?)),
            Chart::LengthForAge => Some((found.age_days, length?)),
            Chart::WeightForLength | Chart::WeightForHeight => Some((length?, measured.weight_g?)),
        }
    }

    fn list<'a>(
        &'a self,
        lines: &'a [GrowthLine],
        withdrawn: &'a [(GrowthLine, String)],
        now: Now<'a>,
    ) -> Element<'a, Message> {
        let words = now.words;
        if lines.is_empty() && withdrawn.is_empty() {
            return empty(Icon::Chart, words.get("growth-none"), words.get("growth-none-next"));
        }
        let may = now.may(Right::Do(CommandKind::WithdrawGrowth));
        let mut rows = column![].spacing(gap(2));
        for line in lines {
            let mut said = column![ui::bold(figures(&line.measured, words))].spacing(gap(1)).width(Length::Fill);
            if let Some(found) = &line.found {
                said = said.push(scores(found, words));
            }
            said = said.push(ui::small(&*line.by));
            let taking = self.taking_back.as_ref().filter(|(event, _)| *event == line.event);
            let end: Element<'a, Message> = match taking {
                None if may => Button::quiet(words.get("growth-take-back"), Some(Message::TakeBack(line.event))).into(),
                _ => space().into(),
            };
            rows = rows.push(row![container(ui::body(words.day(line.on))).width(110), said, end].spacing(gap(2)));
            if let Some((_, reason)) = taking {
                let asked = field(words.get("growth-take-back-why"), reason, Message::Reason)
                    .id(REASON)
                    .on_enter(Message::Withdraw)
                    .plain();
                let go = Button::new(ui::Kind::Danger, words.get("growth-take-back"), Some(Message::Withdraw));
                rows = rows.push(row![Element::from(asked), Element::from(go)].spacing(gap(2)).align_y(iced::Bottom));
            }
            rows = rows.push(ui::rule());
        }
        for (line, why) in withdrawn {
            let why = if why == UNDONE { words.get("past-undone") } else { why.clone() };
            let args = [("figures", figures(&line.measured, words).into()), ("reason", why.into())];
            rows = rows.push(ui::small(format!("{} · {}", words.day(line.on), words.with("growth-taken-back", &args))));
        }
        rows.into()
    }
}

/// The key of the words for a class of growth.
fn class_key(code: &str) -> String {
    format!("grown-{}", code.replace('_', "-").to_lowercase())
}

/// What is told of the measures that are hardly possible.
pub fn doubted_in_words(doubted: &[Remeasure], words: &Words) -> Vec<String> {
    let of = |part: &Remeasure| match part {
        Remeasure::Weight => Some("growth-of-weight"),
        Remeasure::Length => Some("growth-of-length"),
        Remeasure::Muac => Some("growth-of-arm"),
        Remeasure::Head => Some("growth-of-head"),
        Remeasure::Lying => None,
    };
    let said = |of: &str| words.with("growth-impossible", &[("of", words.get(of).into())]);
    doubted.iter().filter_map(of).map(said).collect()
}

fn scores<'a>(found: &Assessment, words: &Words) -> Element<'a, Message> {
    let z = |indicator: Indicator| found.z(indicator).map(|z| format!(" {z}")).unwrap_or_default();
    let mut tags: Vec<Element<'a, Message>> = Vec::new();
    let doubted = found.doubted();
    tags.extend(doubted_in_words(&doubted, words).into_iter().map(|said| tag(Look::Wrong, said)));
    // Weight and length together say nothing good while one of them is hardly possible; what is severe stays said.
    let (weight, length) = (doubted.contains(&Remeasure::Weight), doubted.contains(&Remeasure::Length));
    let pair = !weight && !length;
    let mut add = |look: Look, code: &str, of: &str, z: String| {
        let name = words.get(of);
        let args = [("of", name.into()), ("class", words.get(&class_key(code)).into()), ("z", z.trim().into())];
        let key = if z.is_empty() { "growth-found" } else { "growth-found-z" };
        tags.push(tag(look, words.with(key, &args)));
    };
    let look = |rank: usize| [Look::Done, Look::Wait, Look::Wrong][rank.min(2)];
    if let Some(class) = found.wasting.filter(|class| pair || *class == Wasting::Sam) {
        // The score stands there when it says so itself: the arm or a swelling may say more.
        let by_score = found.wasted_by.is_empty() || found.wasted_by.contains(&WastedBy::WeightForLength);
        let z = if by_score { z(Indicator::WeightForLength) } else { String::new() };
        add(look(class as usize), class.code(), "growth-of-wasting", z);
    }
    if let Some(class) = found.thinness.filter(|class| pair || *class == Thinness::Severe) {
        add(look(class as usize), class.code(), "growth-of-wasting", z(Indicator::BmiForAge));
    }
    if let Some(class) = found.underweight.filter(|_| !weight) {
        add(look(class as usize), class.code(), "growth-of-weight", z(Indicator::WeightForAge));
    }
    if let Some(class) = found.stunting.filter(|_| !length) {
        add(look(class as usize), class.code(), "growth-of-length", z(Indicator::LengthForAge));
    }
    if let Some(class) = found.overweight.filter(|class| pair && *class as usize > 0) {
        add(look(class as usize), class.code(), "growth-of-overweight", String::new());
    }
    row(tags).spacing(gap(2)).wrap().vertical_spacing(gap(1)).into()
}

/// `8.7 kg · 71.5 cm · MUAC 11.4 cm · oedema`
fn figures(measured: &GrowthMeasured, words: &Words) -> String {
    let decimal = |value: u32, parts: u32, places: usize| format!("{:.places$}", f64::from(value) / f64::from(parts));
    let mut said = Vec::new();
    if let Some(g) = measured.weight_g {
        said.push(words.with("growth-kg", &[("n", decimal(g, 1_000, 2).into())]));
    }
    if let Some(mm) = measured.length_mm {
        let key = if measured.standing { "growth-cm-standing" } else { "growth-cm-lying" };
        said.push(words.with(key, &[("n", decimal(mm, 10, 1).into())]));
    }
    if let Some(mm) = measured.muac_mm {
        said.push(words.with("growth-cm-muac", &[("n", decimal(mm.into(), 10, 1).into())]));
    }
    if measured.oedema {
        said.push(words.get("growth-oedema-found"));
    }
    said.join(" · ")
}
