//! What is written of a child, as a person types it: for a new child and for one that is there.

use crate::screen::Now;
use crate::screen::today::weekday;
use crate::screen::villages::{self, Villages};
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Trouble, choice, field, tick, typed_date, typed_number};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::{to_date, to_day};
use clinic::record::command::ChildForm;
use clinic::record::fact::{Food, Place, Sex};
use clinic::record::form_faults;
use clinic::record::refusal::{Field, Refusal};
use clinic::reminder::Language;
use iced::Length;
use iced::widget::{column, row};
use serde::{Deserialize, Serialize};

pub const NAME: &str = "child-form-name";
const DOB: &str = "child-form-dob";
const SEX: &str = "child-form-sex";
pub const MOTHER: &str = "child-form-mother";
const FATHER: &str = "child-form-father";
const PHONE: &str = "child-form-phone";
pub const VILLAGE: &str = "child-form-village";
const LANDMARK: &str = "child-form-landmark";
const ABHA: &str = "child-form-abha";
const RCH: &str = "child-form-rch";
const UWIN: &str = "child-form-uwin";
const BIRTH_ORDER: &str = "child-form-birth-order";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    name: String,
    dob: String,
    dob_estimated: bool,
    #[serde(skip)]
    sex: Option<Sex>,
    mother: String,
    father: String,
    phone: String,
    village: String,
    landmark: String,
    consent_reminders: bool,
    consent_tracing: bool,
    abha: String,
    rch: String,
    uwin: String,
    birth_order: String,
    #[serde(skip)]
    food: Option<Food>,
    #[serde(skip)]
    language: Option<Language>,
    /// Measured elsewhere; kept as it was.
    #[serde(skip)]
    place: Option<Place>,
    /// What is rarely asked is shown too.
    #[serde(skip)]
    more: bool,
    #[serde(skip)]
    no_sex: bool,
    /// The villages that are known.
    #[serde(skip)]
    villages: Villages,
}

/// The fields in their order on the page, after the choice of the sex.
const AFTER_SEX: [Field; 4] = [Field::Village, Field::Mother, Field::Father, Field::Phone];
const SEXES: [Sex; 3] = [Sex::Female, Sex::Male, Sex::Other];
const FOODS: [Food; 3] = [Food::Veg, Food::Egg, Food::NonVeg];

/// A form as it is kept until it is saved. What is chosen stands as its place in the list.
#[derive(Serialize, Deserialize)]
struct Kept<F> {
    form: F,
    sex: Option<usize>,
    food: Option<usize>,
    /// A form that an older program kept has none.
    #[serde(default)]
    language: Option<usize>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Name(String),
    Dob(String),
    Estimated,
    Sex(Sex),
    Mother(String),
    Father(String),
    Phone(String),
    Village(String),
    Villages(villages::Message),
    Landmark(String),
    Reminders,
    Tracing,
    Abha(String),
    Rch(String),
    Uwin(String),
    BirthOrder(String),
    Food(Food),
    Language(Language),
    More,
}

impl Form {
    pub fn of(form: &ChildForm) -> Self {
        let mut typed = Self {
            name: form.name.clone(),
            dob: to_date(form.dob).map(typed_date::write).unwrap_or_default(),
            dob_estimated: form.dob_estimated,
            sex: Some(form.sex),
            mother: form.mother.clone(),
            father: form.father.clone(),
            phone: form.phone.clone(),
            village: form.village.clone(),
            landmark: form.landmark.clone(),
            consent_reminders: form.consent_reminders,
            consent_tracing: form.consent_tracing,
            abha: form.abha.clone(),
            rch: form.rch.clone(),
            uwin: form.uwin.clone(),
            birth_order: form.birth_order.map(|n| n.to_string()).unwrap_or_default(),
            food: form.food,
            language: form.language,
            place: form.place,
            more: false,
            no_sex: false,
            villages: Villages::default(),
        };
        typed.more = typed.has_more();
        typed
    }

    /// Would something that was typed be lost?
    pub fn has_input(&self) -> bool {
        let texts = [
            &self.name,
            &self.dob,
            &self.mother,
            &self.father,
            &self.phone,
            &self.village,
            &self.landmark,
            &self.abha,
            &self.rch,
            &self.uwin,
            &self.birth_order,
        ];
        texts.into_iter().any(|text| !text.trim().is_empty())
    }

    /// The name as far as it is typed.
    pub fn name(&self) -> Option<&str> {
        Some(self.name.trim()).filter(|name| !name.is_empty())
    }

    /// With the villages that the other one offers.
    pub fn offering(self, other: &Self) -> Self {
        Self { villages: other.villages.clone(), ..self }
    }

    /// The villages that are offered.
    pub fn offer(&mut self, villages: Vec<String>) {
        self.villages.offer(villages);
    }

    /// Down and Up choose one of those that are offered.
    pub fn step_village(&mut self, down: bool) {
        self.villages.step(down, &self.village);
    }

    fn has_more(&self) -> bool {
        let texts = [&self.landmark, &self.abha, &self.rch, &self.uwin, &self.birth_order];
        self.food.is_some() || self.language.is_some() || texts.into_iter().any(|text| !text.is_empty())
    }

    /// Gives the field that is being corrected: what was wrong with it is no longer said.
    pub fn update(&mut self, message: Message) -> Option<Field> {
        Some(match message {
            Message::Name(typed) => (self.name = typed, Field::Name).1,
            Message::Dob(typed) => (self.dob = typed, Field::Dob).1,
            Message::Mother(typed) => (self.mother = typed, Field::Mother).1,
            Message::Father(typed) => (self.father = typed, Field::Mother).1,
            Message::Phone(typed) => (self.phone = typed, Field::Phone).1,
            Message::Village(typed) => {
                self.villages.typed();
                self.village = typed;
                Field::Village
            }
            Message::Villages(message) => {
                if let Some(village) = self.villages.update(message, &self.village) {
                    self.village = village;
                }
                Field::Village
            }
            Message::Landmark(typed) => (self.landmark = typed, Field::Landmark).1,
            Message::Abha(typed) => (self.abha = typed, Field::Abha).1,
            Message::Rch(typed) => (self.rch = typed, Field::Rch).1,
            Message::Uwin(typed) => (self.uwin = typed, Field::Uwin).1,
            Message::BirthOrder(typed) => (self.birth_order = typed, Field::BirthOrder).1,
            Message::Sex(sex) => {
                self.sex = Some(sex);
                self.no_sex = false;
                return None;
            }
            Message::Food(food) => {
                // Once more takes it back.
                self.food = if self.food == Some(food) { None } else { Some(food) };
                return None;
            }
            Message::Language(language) => {
                self.language = if self.language == Some(language) { None } else { Some(language) };
                return None;
            }
            Message::Estimated => {
                self.dob_estimated = !self.dob_estimated;
                return None;
            }
            Message::Reminders => {
                self.consent_reminders = !self.consent_reminders;
                return None;
            }
            Message::Tracing => {
                self.consent_tracing = !self.consent_tracing;
                return None;
            }
            Message::More => {
                self.more = !self.more;
                return None;
            }
        })
    }

    /// What is typed so far, to be kept beside the records.
    pub fn keep(&self) -> Option<Vec<u8>> {
        let sex = SEXES.iter().position(|sex| Some(*sex) == self.sex);
        let food = FOODS.iter().position(|food| Some(*food) == self.food);
        let language = Language::ALL.iter().position(|language| Some(*language) == self.language);
        serde_json::to_vec(&Kept { form: self, sex, food, language }).ok().filter(|_| self.has_input())
    }

    /// What was kept; what another version of the program kept may be unknown.
    pub fn kept(body: &[u8]) -> Option<Self> {
        let Kept { form, sex, food, language } = serde_json::from_slice::<Kept<Self>>(body).ok()?;
        let sex = sex.and_then(|at| SEXES.get(at).copied());
        let food = food.and_then(|at| FOODS.get(at).copied());
        let language = language.and_then(|at| Language::ALL.get(at).copied());
        Some(Self { sex, food, language, ..form })
    }

    /// What no draft holds stands as it is in the records.
    pub fn over(self, before: &Self) -> Self {
        Self { place: before.place, more: before.more || self.has_more(), ..self }
    }

    /// The form as the records take it, or all that is wrong with it; that there is no sex is said beside its choice.
    pub fn read(&mut self, today: NaiveDate) -> Result<ChildForm, Vec<Trouble>> {
        self.no_sex = self.sex.is_none();
        let mut faults = Vec::new();
        let dob = typed_date::parse(&self.dob);
        if dob.is_none() {
            faults.push(match self.dob.trim().is_empty() {
                true => Refusal::Missing(Field::Dob).into(),
                false => Trouble::no_date(&self.dob, Field::Dob),
            });
        }
        let order = typed_number::latin(&self.birth_order);
        let birth_order = order.parse().ok();
        if birth_order.is_none() && !order.is_empty() {
            faults.push(Refusal::Range(Field::BirthOrder).into());
        }
        // What cannot be read stands for something that has no fault.
        let form = self.filled(dob.unwrap_or(today), self.sex.unwrap_or(Sex::Other), birth_order);
        faults.extend(form_faults(&form, today).into_iter().map(Trouble::from));
        if faults.is_empty() && !self.no_sex { Ok(form) } else { Err(faults) }
    }

    fn filled(&self, dob: NaiveDate, sex: Sex, birth_order: Option<u8>) -> ChildForm {
        ChildForm {
            name: self.name.clone(),
            dob: to_day(dob),
            dob_estimated: self.dob_estimated,
            sex,
            mother: self.mother.clone(),
            father: self.father.clone(),
            phone: self.phone.clone(),
            village: self.village.clone(),
            landmark: self.landmark.clone(),
            consent_reminders: self.consent_reminders,
            consent_tracing: self.consent_tracing,
            abha: self.abha.clone(),
            rch: self.rch.clone(),
            uwin: self.uwin.clone(),
            birth_order,
            food: self.food,
            place: self.place,
            language: self.language,
        }
    }

    /// Shows the fields that are wrong, and gives the name of the first one's input.
    pub fn show_all(&mut self, faults: &[Trouble]) -> Option<&'static str> {
        let fields: Vec<Field> = faults.iter().filter_map(Trouble::field).collect();
        for field in &fields {
            let _input = self.show(*field);
        }
        let at = |order: &[Field]| order.iter().find(|field| fields.contains(field)).and_then(|field| input_of(*field));
        let before = at(&[Field::Name, Field::Dob]);
        before.or(self.no_sex.then_some(SEX)).or_else(|| at(&AFTER_SEX)).or_else(|| at(&fields))
    }

    /// Shows the field that a refusal is about, and gives the name of its input.
    pub fn show(&mut self, field: Field) -> Option<&'static str> {
        let rare = [Field::Landmark, Field::Abha, Field::Rch, Field::Uwin, Field::BirthOrder];
        self.more |= rare.contains(&field);
        input_of(field)
    }

    /// The child on the left, the family on the right; `family` goes on with what is asked beside the form.
    pub fn view<'a, M: Clone + 'a>(
        &'a self,
        faults: &[Trouble],
        now: Now<'a>,
        to: fn(Message) -> M,
        family: Option<Element<'a, M>>,
    ) -> Element<'a, M> {
        let error = |field: Field| {
            let fault = faults.iter().find(|fault| fault.field() == Some(field))?;
            Some(fault.sentence(now.words))
        };
        let mut right = column![self.family(&error, now.words).map(to)].spacing(gap(3)).width(Length::Fill);
        if let Some(family) = family {
            right = right.push(family);
        }
        let (child, room) = (self.child(&error, now).map(to), now.room);
        let rare = self.more.then(|| self.rare(&error, now.words).map(to));
        let columns: Element<'a, M> = match (room.is_tight(), room.is_narrow()) {
            (true, _) => column![child, right].push(rare).spacing(gap(3)).into(),
            (false, true) => column![row![child, right].spacing(gap(6))].push(rare).spacing(gap(3)).into(),
            // Beside the rest, so that nothing has to be scrolled to.
            (false, false) => row![child, right].push(rare).spacing(gap(6)).into(),
        };
        let key = if self.more { "child-form-fewer" } else { "child-form-more" };
        column![columns, Button::quiet(now.words.get(key), Some(to(Message::More)))].spacing(gap(1)).into()
    }

    /// How wide the page is made for it.
    pub fn width(&self) -> f32 {
        if self.more { 1400.0 } else { 1060.0 }
    }

    fn child<'a>(&'a self, error: &dyn Fn(Field) -> Option<String>, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let age = match typed_date::parse(&self.dob) {
            Some(dob) => born(words, dob, now.today()),
            None => words.get("register-dob-hint"),
        };
        let mut sex = row![].spacing(gap(2));
        for (which, key) in [(Sex::Female, "sex-female"), (Sex::Male, "sex-male"), (Sex::Other, "sex-other")] {
            let id = (which == Sex::Female).then_some(SEX);
            sex = sex.push(choice::short_choice_at(words.get(key), self.sex == Some(which), id, Message::Sex(which)));
        }
        let under_sex: Element<'a, Message> = if self.no_sex {
            field::error(words.get("register-sex-missing"))
        } else {
            iced::widget::space().height(16).into()
        };
        column![
            field(words.get("register-name"), &self.name, Message::Name)
                .id(NAME)
                .hint(words.get("register-name-hint"))
                .error(error(Field::Name)),
            field(words.get("field-dob"), &self.dob, Message::Dob)
                .id(DOB)
                .hint(age)
                .mark(words.get("child-form-needed"))
                .error(error(Field::Dob)),
            tick(words.get("register-dob-estimated"), self.dob_estimated, Message::Estimated),
            column![field::named(words.get("register-sex"), Some(words.get("child-form-needed"))), sex, under_sex]
                .spacing(gap(1)),
            self.village(error(Field::Village), words),
            self.more.then(|| self.food(words)),
            self.more.then(|| self.language(words)),
        ]
        .spacing(gap(2))
        .width(Length::Fill)
        .into()
    }

    /// With the villages that are known and begin like this under it.
    fn village<'a>(&'a self, wrong: Option<String>, words: &Words) -> Element<'a, Message> {
        let mut typed = field(words.get("field-village"), &self.village, Message::Village)
            .id(VILLAGE)
            .mark(words.get("child-form-needed"))
            .error(wrong);
        if let Some(under) = self.villages.view(&self.village, words) {
            typed = typed.under(under.map(Message::Villages));
        }
        if self.villages.is_chosen(&self.village) {
            typed = typed.on_enter(Message::Villages(villages::Message::Take));
        }
        typed.into()
    }

    fn food<'a>(&self, words: &Words) -> Element<'a, Message> {
        let each = [Food::Veg, Food::Egg, Food::NonVeg].map(|which| {
            choice::short_choice(words.get(food_key(which)), self.food == Some(which), Message::Food(which))
        });
        let each = row(each).spacing(gap(2)).wrap().vertical_spacing(gap(1));
        column![ui::small_bold(words.get("child-form-food")), Element::from(each)].spacing(gap(1)).into()
    }

    fn language<'a>(&self, words: &Words) -> Element<'a, Message> {
        let each = Language::ALL.map(|which| {
            choice::short_choice(words.get(language_key(which)), self.language == Some(which), Message::Language(which))
        });
        let each = row(each).spacing(gap(2)).wrap().vertical_spacing(gap(1));
        column![ui::small_bold(words.get("child-form-language")), Element::from(each)].spacing(gap(1)).into()
    }

    fn family<'a>(&'a self, error: &dyn Fn(Field) -> Option<String>, words: &Words) -> Element<'a, Message> {
        column![
            field(words.get("field-mother"), &self.mother, Message::Mother)
                .id(MOTHER)
                .hint(words.get("register-mother-hint"))
                .error(error(Field::Mother)),
            field(words.get("field-father"), &self.father, Message::Father).id(FATHER).error(error(Field::Father)),
            field(words.get("field-phone"), &self.phone, Message::Phone)
                .id(PHONE)
                .hint(words.get("register-phone-hint"))
                .error(error(Field::Phone)),
            column![
                ui::small_bold(words.get("register-consent")),
                tick(words.get("register-consent-reminders"), self.consent_reminders, Message::Reminders),
                tick(words.get("register-consent-tracing"), self.consent_tracing, Message::Tracing),
            ],
        ]
        .spacing(gap(2))
        .width(Length::Fill)
        .into()
    }

    /// What is asked of few.
    fn rare<'a>(&'a self, error: &dyn Fn(Field) -> Option<String>, words: &Words) -> Element<'a, Message> {
        column![
            field(words.get("field-landmark"), &self.landmark, Message::Landmark)
                .id(LANDMARK)
                .error(error(Field::Landmark)),
            field(words.get("field-birth-order"), &self.birth_order, Message::BirthOrder)
                .id(BIRTH_ORDER)
                .hint(words.get("child-form-birth-order-hint"))
                .error(error(Field::BirthOrder)),
            field(words.get("field-abha"), &self.abha, Message::Abha)
                .id(ABHA)
                .hint(words.get("child-form-abha-hint"))
                .error(error(Field::Abha)),
            field(words.get("field-rch"), &self.rch, Message::Rch).id(RCH).error(error(Field::Rch)),
            field(words.get("field-uwin"), &self.uwin, Message::Uwin).id(UWIN).error(error(Field::Uwin)),
        ]
        .spacing(gap(2))
        .width(Length::Fill)
        .into()
    }
}

/// The words of what a family eats.
pub fn food_key(food: Food) -> &'static str {
    match food {
        Food::Veg => "diet-choice-veg",
        Food::Egg => "diet-choice-egg",
        Food::NonVeg => "diet-choice-nonveg",
    }
}

/// The words of the language in which a family is written to.
pub fn language_key(language: Language) -> &'static str {
    match language {
        Language::English => "language-en",
        Language::Hindi => "language-hi",
    }
}

/// The age as a check of the date that was typed.
fn born(words: &Words, dob: NaiveDate, today: NaiveDate) -> String {
    if dob > today {
        return words.get("register-dob-future");
    }
    let day = weekday(words, dob);
    words.with("register-dob-check", &[("age", words.age(dob, today).into()), ("day", day.into())])
}

fn input_of(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Name => NAME,
        Field::Dob => DOB,
        Field::Mother => MOTHER,
        Field::Father => FATHER,
        Field::Phone => PHONE,
        Field::Village => VILLAGE,
        Field::Landmark => LANDMARK,
        Field::Abha => ABHA,
        Field::Rch => RCH,
        Field::Uwin => UWIN,
        Field::BirthOrder => BIRTH_ORDER,
        _ => return None,
    })
}
