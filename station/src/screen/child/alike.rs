//! Children side by side: what is alike, and what is not.

use crate::screen::today::spaced_phone;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Element, Look, tag};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::to_date;
use clinic::names::duplicates::{Level, Reason};
use clinic::record::command::ChildForm;
use clinic::record::fact::Sex;
use clinic::record::text::phone;
use clinic::store::ChildLine;
use iced::Length;
use iced::widget::{column, container, row, text};

const LABEL_WIDTH: f32 = 104.0;
pub const CARD_WIDTH: f32 = 372.0;

/// What tells a child apart, in words.
pub struct Shown {
    name: String,
    id: String,
    born: String,
    sex: String,
    mother: String,
    father: String,
    phone: String,
    village: String,
    gone: Option<String>,
}

impl Shown {
    pub fn line(child: &ChildLine, words: &Words) -> Self {
        Self {
            name: child_name(&child.name, &child.mother, child.birth_order, words),
            id: child.id.to_string(),
            born: born(child.dob, child.dob_estimated, words),
            sex: words.get(sex_key(child.sex)),
            mother: child.mother.clone(),
            father: child.father.clone(),
            phone: spaced_phone(&child.phone),
            village: child.village.clone(),
            gone: child.gone.map(|gone| words.get(&format!("gone-{}", gone.code()))),
        }
    }

    /// A child that has no number yet.
    pub fn form(form: &ChildForm, words: &Words) -> Self {
        Self {
            name: child_name(&form.name, &form.mother, form.birth_order, words),
            id: words.get("alike-new"),
            born: to_date(form.dob).map(|dob| born(dob, form.dob_estimated, words)).unwrap_or_default(),
            sex: words.get(sex_key(form.sex)),
            mother: form.mother.clone(),
            father: form.father.clone(),
            phone: phone(&form.phone).map(|phone| spaced_phone(&phone)).unwrap_or_default(),
            village: form.village.clone(),
            gone: None,
        }
    }

    /// In a line: who, born when, of whom, where.
    pub fn brief(&self, words: &Words) -> String {
        let mother = (!self.mother.is_empty()).then(|| words.with("alike-mother", &[("name", (&self.mother).into())]));
        let born = words.with("alike-born", &[("day", (&self.born).into())]);
        let parts = [Some(self.name.clone()), Some(born), mother, Some(self.village.clone())];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// One of the cards that stand side by side.
    pub fn view<'a, M: 'a>(self, words: &Words) -> Element<'a, M> {
        let line = |key: &str, said: String| {
            let said = if said.is_empty() { "–".to_owned() } else { said };
            row![
                container(ui::small(words.get(key))).width(LABEL_WIDTH),
                ui::body(said).width(Length::Fill).wrapping(text::Wrapping::WordOrGlyph)
            ]
            .spacing(gap(2))
        };
        let mut head = column![ui::bold(self.name), ui::small(self.id)].spacing(TIGHT);
        if let Some(gone) = self.gone {
            head = head.push(tag(Look::Closed, gone));
        }
        column![
            head,
            line("field-dob", self.born),
            line("register-sex", self.sex),
            line("field-mother", self.mother),
            line("field-father", self.father),
            line("field-village", self.village),
            line("field-phone", self.phone),
        ]
        .spacing(gap(1))
        .into()
    }
}

/// How sure it is, and what speaks for and against it.
pub fn why<'a, M: 'a>(level: Level, why: &[Reason], words: &Words) -> Element<'a, M> {
    let (look, key) = match level {
        Level::Probable => (Look::Wait, "alike-probable"),
        Level::Possible => (Look::Upcoming, "alike-possible"),
    };
    let said: Vec<String> = why.iter().map(|why| reason(*why, words)).collect();
    column![tag(look, words.get(key)), ui::small(said.join(" · ")).color(theme::colors().ink)].spacing(gap(1)).into()
}

fn reason(why: Reason, words: &Words) -> String {
    let days = |days: u16| [("n", u32::from(days).into())];
    match why {
        Reason::NameSame => words.get("alike-name-same"),
        Reason::NameAlike => words.get("alike-name-alike"),
        Reason::NamePartly => words.get("alike-name-partly"),
        Reason::NameMissing => words.get("alike-name-missing"),
        Reason::DobSame => words.get("alike-dob-same"),
        Reason::DobSwapped => words.get("alike-dob-swapped"),
        Reason::DobNear { days: n } => words.with("alike-dob-near", &days(n)),
        Reason::DobEstimated { days: n } => words.with("alike-dob-estimated", &days(n)),
        Reason::DobSlip => words.get("alike-dob-slip"),
        Reason::MotherSame => words.get("alike-mother-same"),
        Reason::MotherAlike => words.get("alike-mother-alike"),
        Reason::FatherSame => words.get("alike-father-same"),
        Reason::FatherAlike => words.get("alike-father-alike"),
        Reason::PhoneSame => words.get("alike-phone-same"),
        Reason::VillageSame => words.get("alike-village-same"),
        Reason::SexDiffers => words.get("alike-sex-differs"),
        Reason::MotherDiffers => words.get("alike-mother-differs"),
        Reason::FatherDiffers => words.get("alike-father-differs"),
        Reason::PhoneDiffers => words.get("alike-phone-differs"),
        Reason::VillageDiffers => words.get("alike-village-differs"),
    }
}

/// A child's name; of twins without a name, which of them.
pub fn child_name(name: &str, mother: &str, birth_order: Option<u8>, words: &Words) -> String {
    let said = words.child_name(name, mother);
    match birth_order {
        Some(order) if name.is_empty() => {
            words.with("alike-twin", &[("name", said.into()), ("n", u32::from(order).into())])
        }
        _ => said,
    }
}

pub fn born(dob: NaiveDate, estimated: bool, words: &Words) -> String {
    let day = words.day(dob);
    if estimated { words.with("date-estimated", &[("date", day.into())]) } else { day }
}

pub fn sex_key(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "sex-female",
        Sex::Male => "sex-male",
        Sex::Other => "sex-other",
    }
}
