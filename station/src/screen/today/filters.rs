//! What of the list is shown: late or due, and which village.

use super::{Message, Today};
use crate::screen::Now;
use crate::ui::tag::filter;
use crate::ui::theme::{RING, gap};
use crate::ui::{self, Element, Look};
use clinic::store::{DueList, DueShow};
use iced::Length;
use iced::widget::{column, container, row};

/// Villages that stand over the list by themselves; the others are one key further.
const VILLAGES_MAX: usize = 4;
/// All of them are scrolled in so much room.
const ALL_HEIGHT: f32 = 132.0;

impl Today {
    pub(super) fn filters<'a>(&'a self, now: Now<'a>, list: &'a DueList) -> Element<'a, Message> {
        let (words, show) = (now.words, self.filter.show);
        // One line, where every line counts.
        let villages_max = if now.room.is_low() { 0 } else { VILLAGES_MAX };
        let late = words.with("today-filter-late", &[("n", list.late.into())]);
        let due = words.with("today-filter-due", &[("n", list.due.into())]);
        let mut first = row![
            filter(Look::Late, late, show == DueShow::Late, Message::Show(DueShow::Late)),
            filter(Look::Good, due, show == DueShow::Due, Message::Show(DueShow::Due)),
        ]
        .spacing(gap(2));
        // One village alone is no choice.
        if list.villages.len() < 2 && self.filter.village.is_none() {
            return first.wrap().into();
        }
        let chip = |(village, children): &(String, u32)| {
            let on = self.filter.village.as_ref() == Some(village);
            let label = words.with("today-filter-village", &[("name", village.into()), ("n", (*children).into())]);
            filter(Look::Upcoming, label, on, Message::Village(village.clone()))
        };
        // Nobody of the chosen one is shown: it can be taken back all the same.
        let is_listed = |village: &String| list.villages.iter().any(|(name, _)| name == village);
        let chosen = self.filter.village.as_ref().filter(|village| !is_listed(village));
        let chosen = chosen.map(|village| (village.clone(), 0));
        let is_first = |n: usize, village: &str| n < villages_max || self.filter.village.as_deref() == Some(village);
        let (here, more): (Vec<_>, Vec<_>) =
            list.villages.iter().enumerate().partition(|(n, (village, _))| is_first(*n, village));
        for village in chosen.iter().chain(here.into_iter().map(|(_, village)| village)) {
            first = first.push(chip(village));
        }
        if !more.is_empty() {
            let label = words.with("today-filter-more", &[("n", more.len().into())]);
            first = first.push(filter(Look::Upcoming, label, self.all_villages, Message::AllVillages));
        }
        let mut all = column![first.wrap().vertical_spacing(gap(1))].spacing(gap(2));
        if self.all_villages && !more.is_empty() {
            let chips = row(more.into_iter().map(|(_, village)| chip(village))).spacing(gap(2));
            let chips = container(chips.wrap().vertical_spacing(gap(1))).padding(RING).width(Length::Fill);
            all = all.push(container(ui::scroll(chips)).max_height(ALL_HEIGHT));
        }
        all.into()
    }
}
