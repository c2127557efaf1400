//! The diet plan on the screen.

use super::Message;
use crate::screen::Now;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Element, Look, note};
use clinic::diet::Part;
use clinic::store::DietView;
use iced::widget::{column, row};

pub fn view<'a>(diet: Option<&'a DietView>, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let Some(diet) = diet else { return ui::body(words.get("growth-diet-too-old")).into() };
    let mut parts = column![ui::bold(words.get(diet.plan.band.title_key))].spacing(gap(3));
    let mut assumed = Vec::new();
    if diet.food.is_none() {
        assumed.push("growth-diet-food-unknown");
    }
    if diet.region.is_none() {
        assumed.push("growth-diet-region-unknown");
    }
    if diet.plan.breastfed_assumed {
        assumed.push("growth-diet-breastfed-assumed");
    }
    for key in assumed {
        parts = parts.push(ui::small(words.get(key)));
    }
    for section in diet.plan.sections() {
        let heading = words.get(section.part.key());
        if section.part == Part::Referral {
            let said: Vec<String> = section.lines.iter().map(|line| words.diet_line(line)).collect();
            parts = parts.push(note(Look::Late, format!("{heading}: {}", said.join(" "))));
            continue;
        }
        let mut lines = column![ui::small_bold(heading)].spacing(TIGHT);
        for line in &section.lines {
            let bullet = ui::body("•").color(theme::colors().action);
            let mark = row![bullet, ui::body(words.diet_line(line))].spacing(gap(2));
            lines = lines.push(mark);
        }
        parts = parts.push(lines);
    }
    parts.into()
}
