//! How the sheet of a session on paper looks.

use super::{Entering, FIRST, Message, ON, REASON, SEARCH, Sheet, VILLAGE};
use crate::screen::Now;
use crate::screen::today::opened_row;
use crate::screen::villages;
use crate::screen::visit::basket::Row;
use crate::screen::visit::view::offered_products;
use crate::ui::theme::{self, RADIUS_ROW, RING, gap};
use crate::ui::{self, Beside, Button, Element, Look, choice, field, headed_card, note, page, panes, tab_stop, tag};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::store::ChildLine;
use iced::widget::{button, column, container, row, text};
use iced::{Length, Padding};

const ROW_HEIGHT: f32 = 54.0;
const SIDE_WIDTH: f32 = 320.0;
const BATCH_WIDTH: f32 = 220.0;
const DAY_WIDTH: f32 = 260.0;
const WHEN_WIDTH: f32 = 190.0;
/// Lines of the sheet that are told, the latest first.
const ENTERED_SHOWN: usize = 40;

impl Sheet {
    /// The day and the batches.
    pub(super) fn head<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let back = Button::quiet(words.get("shell-back"), Some(Message::Back)).key("Esc");
        let day = field(words.get("field-date"), &self.on, Message::On)
            .id(ON)
            .hint(words.get("sheet-on-hint"))
            .error(self.trouble.as_ref().map(|trouble| trouble.sentence(words)))
            .width(DAY_WIDTH);
        let mut village =
            field(words.get("sheet-village"), &self.village, Message::Village).id(VILLAGE).width(DAY_WIDTH);
        village = match self.villages.view(&self.village, words) {
            Some(under) => village.under(under.map(Message::Villages)),
            None => village.hint(words.get("sheet-village-hint")),
        };
        if self.villages.is_chosen(&self.village) {
            village = village.on_enter(Message::Villages(villages::Message::Take));
        }
        let batch = |(n, (product, batch)): (usize, &'a (String, String))| {
            let label = words.product(product);
            field(label, batch, move |typed| Message::Batch(n, typed)).width(BATCH_WIDTH).plain().into()
        };
        let batches = iced::widget::Row::with_children(self.batches.iter().enumerate().map(batch));
        let fields = column![
            row![Element::from(day), Element::from(village)].spacing(gap(3)).wrap().vertical_spacing(gap(2)),
            ui::bold(words.get("sheet-batches")),
            ui::small(words.get("sheet-batches-about")),
            batches.spacing(gap(3)).wrap().vertical_spacing(gap(3)),
        ]
        .spacing(gap(3));
        let about = match &self.forgotten {
            Some(day) => ui::small(words.with("sheet-forgotten", &[("day", day.into())])).color(theme::colors().wait),
            None => ui::small(words.get("sheet-about")),
        };
        let begin = Button::primary(words.get("sheet-begin"), Some(Message::Begin)).key("Ctrl S");
        let main = column![
            row![ui::title(words.get("sheet-title")).width(Length::Fill), back].align_y(iced::Center),
            about,
            ui::scroll(container(fields).padding(RING).width(Length::Fill)).height(Length::Fill),
            row![begin, ui::push(), ui::small(words.get("register-enter-hint"))].align_y(iced::Center),
        ]
        .spacing(gap(2));
        ui::card(main).width(Length::Fill).height(Length::Fill).into()
    }

    pub(super) fn children<'a>(&'a self, day: NaiveDate, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let title = words.with("sheet-of-day", &[("day", words.day(day).into())]);
        let place = self.village.trim();
        let title = if place.is_empty() { title } else { format!("{title} · {place}") };
        let head = Button::quiet(words.get("sheet-to-head"), Some(Message::ToHead));
        let finish = (!self.busy).then_some(Message::Finish);
        let finish = self.child.is_none().then(|| Button::secondary(words.get("sheet-finish"), finish).key("Ctrl S"));
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let below = match &self.child {
            Some(child) => child.view(day, now),
            None => self.search(day, now),
        };
        let main = column![
            row![ui::title(title).width(Length::Fill), head]
                .push(finish.map(Element::from))
                .spacing(gap(2))
                .align_y(iced::Center),
            ui::above(trouble.into_iter().collect()),
            below,
        ]
        .spacing(gap(2));
        let end = self.child.as_ref().map(|child| child.buttons(self.busy, now));
        match now.room.is_narrow() {
            // The buttons stay in sight, however far the page is scrolled.
            true => {
                let main = ui::card(main).width(Length::Fill);
                column![page(now.room, main, self.entered(words), SIDE_WIDTH)].push(end).spacing(gap(3)).into()
            }
            false => {
                let main = ui::card(main.push(end)).width(Length::Fill).height(Length::Fill);
                panes(now.room, main, Beside::Also(self.entered(words)), SIDE_WIDTH)
            }
        }
    }

    fn search<'a>(&'a self, day: NaiveDate, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let search = field(words.get("sheet-child"), &self.typed, Message::Typed)
            .id(SEARCH)
            .searches()
            .hint(words.get("sheet-child-hint"))
            .on_enter(Message::PickChosen);
        let mut lines = column![Element::from(search)].spacing(gap(1));
        if self.found.is_empty() && !self.typed.trim().is_empty() {
            lines = lines.push(ui::small(words.get("sheet-nobody")));
        }
        for (n, child) in self.found.iter().enumerate() {
            lines = lines.push(found(n, child, day, n == self.chosen, words));
        }
        scrolled(lines, now)
    }

    /// What is in the records already, the latest first.
    fn entered<'a>(&'a self, words: &Words) -> Element<'a, Message> {
        let mut lines = column![ui::small(self.counts(words))].spacing(gap(2));
        if !self.entered.is_empty() {
            let back = (!self.busy).then_some(Message::TakeBack);
            lines = lines.push(Button::quiet(words.get("sheet-take-back"), back).key("Ctrl Z"));
        }
        for line in self.entered.iter().rev().take(ENTERED_SHOWN) {
            let given: Vec<_> = line.products.iter().map(|product| words.product(product)).collect();
            lines = lines.push(column![ui::bold(line.name.as_str()), ui::small(given.join(", "))]).push(ui::rule());
        }
        headed_card(words.get("sheet-entered"), lines).into()
    }
}

impl Entering {
    fn view<'a>(&'a self, day: NaiveDate, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let child = &self.page.child;
        let mother =
            (!child.mother.is_empty()).then(|| words.with("visit-mother", &[("name", (&child.mother).into())]));
        let born = words.with("sheet-born", &[("day", words.day(child.dob).into())]);
        let facts = [born, words.age(child.dob, day), child.village.clone(), child.id.to_string()];
        let facts: Vec<String> = mother.into_iter().chain(facts).collect();
        let who = column![
            ui::bold(words.child_name(&child.name, &child.mother)).size(theme::SIZE_TITLE),
            ui::small(facts.join(" · "))
        ];
        let mut lines = column![container(who).padding(Padding::ZERO.bottom(gap(2)))].spacing(gap(1));
        if self.basket.rows().is_empty() {
            lines = lines.push(note(Look::Wait, words.get("sheet-nothing-due")));
        }
        let warned = self.basket.rows().iter().position(|row| row.warning.is_some());
        for (at, dose) in self.basket.rows().iter().enumerate() {
            lines = lines.push(self.dose(at, dose, warned == Some(at), day, words));
        }
        if now.room.is_tight() {
            let more = row![self.more(words), ui::small(words.get("sheet-keys"))].spacing(gap(2));
            lines = lines.push(more.align_y(iced::Center).wrap().vertical_spacing(gap(1)));
        }
        scrolled(lines, now)
    }

    fn more<'a>(&self, words: &Words) -> Button<'a, Message> {
        Button::secondary(words.get("visit-show-all"), Some(Message::ShowAll)).key("M")
    }

    fn buttons<'a>(&'a self, busy: bool, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let any = !busy && !self.basket.shots().is_empty();
        let another = Button::quiet(words.get("sheet-another"), Some(Message::LeaveChild)).key("Esc");
        let save = Button::primary(words.get("sheet-save"), any.then_some(Message::Save)).key("Enter");
        let all = row![save].spacing(gap(2)).align_y(iced::Center);
        match now.room.is_tight() {
            // News would cover a second line.
            true => all.push(another).into(),
            false => all
                .push(self.more(words))
                .push(another)
                .push(ui::push())
                .push(ui::small(words.get("sheet-keys")))
                .into(),
        }
    }

    fn dose<'a>(
        &'a self,
        at: usize,
        dose: &'a Row,
        first_warned: bool,
        day: NaiveDate,
        words: &'a Words,
    ) -> Element<'a, Message> {
        let mut what = column![ui::bold(words.dose_label(&dose.item))].width(Length::Fill);
        let said = match (self.basket.part_of(at), dose.batch.trim()) {
            (Some(of), _) => words.with("sheet-with", &[("dose", words.dose_label(&of.item).into())]),
            (None, "") => words.product(dose.product()),
            (None, batch) => {
                let args = [("product", words.product(dose.product()).into()), ("batch", batch.into())];
                words.with("sheet-product", &args)
            }
        };
        what = what.push(ui::small(said));
        let when = match (dose.allowed, dose.earliest) {
            (true, _) => tag(Look::Good, words.get("sheet-fits")),
            (false, Some(earliest)) if earliest > day => {
                tag(Look::Wait, words.with("visit-not-before", &[("day", words.day(earliest).into())]))
            }
            _ => tag(Look::Closed, words.get("status-missed-window")),
        };
        let face = row![choice::mark(dose.ticked), what, container(when).width(WHEN_WIDTH)];
        let face = button(face.spacing(gap(3)).align_y(iced::Center))
            .padding(Padding::from([gap(1), gap(2)]))
            .width(Length::Fill)
            .style(theme::row_style(false))
            .on_press(Message::Tick(at));
        let face = tab_stop(face, Message::Tick(at)).by_space().radius(RADIUS_ROW).id((at == 0).then_some(FIRST));
        let mut line = row![face].spacing(gap(2)).align_y(iced::Center);
        if dose.has_choice() && dose.ticked {
            let other = Button::quiet(words.get("sheet-other-product"), Some(Message::Product(at)));
            line = line.push(if self.basket.first_choice() == Some(at) { other.key("V") } else { other });
        }
        let mut lines = column![line].spacing(gap(1));
        lines = lines.push(offered_products(&self.basket, at, words, Message::TakeProduct));
        if let Some(warning) = dose.warning.filter(|_| dose.ticked) {
            let mut reason = field(words.get("field-reason"), &dose.reason, move |typed| Message::Reason(at, typed))
                .error(Some(warning.words(words)))
                .on_enter(Message::Save);
            if first_warned {
                reason = reason.id(REASON);
            }
            lines = lines.push(container(Element::from(reason)).padding(Padding::ZERO.left(gap(10))));
        }
        lines.push(ui::rule()).into()
    }
}

fn scrolled<'a>(lines: iced::widget::Column<'a, Message>, now: Now<'_>) -> Element<'a, Message> {
    ui::long(now.room.is_narrow(), container(lines).padding(RING).width(Length::Fill))
}

fn found<'a>(n: usize, child: &'a ChildLine, day: NaiveDate, chosen: bool, words: &Words) -> Element<'a, Message> {
    let family = match (child.mother.as_str(), child.father.as_str()) {
        ("", "") => None,
        ("", father) => Some(words.with("visit-father", &[("name", father.into())])),
        (mother, _) => Some(words.with("visit-mother", &[("name", mother.into())])),
    };
    let facts: Vec<String> = family.into_iter().chain([words.age(child.dob, day), child.village.clone()]).collect();
    let due = child.is_due_on(day).then(|| tag(Look::Wait, words.get("sheet-due")));
    let who = column![
        ui::bold(words.child_name(&child.name, &child.mother)).wrapping(text::Wrapping::None),
        ui::small(facts.join(" · ")).wrapping(text::Wrapping::None)
    ];
    let cells = row![container(who).width(Length::Fill).clip(true)]
        .push(due)
        .push(ui::small(child.id.to_string()))
        .spacing(gap(3))
        .align_y(iced::Center);
    opened_row(cells, ROW_HEIGHT, chosen, Message::Pick(n))
}
