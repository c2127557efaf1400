//! Where toys may be: the fences there are, and a form for one more.

use crate::screen::{Hands, Now, blocking, undo};
use crate::ui::choice::short_choice;
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Look, Trouble, field, headed_card, note, typed_number};
use crate::words::Words;
use clinic::device::{FenceFor, FenceId, Place, Shape};
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::FenceSet;
use clinic::record::refusal::Field;
use clinic::record::role::Right;
use clinic::store::FenceLine;
use hub_protocol::UserId;
use iced::widget::{column, row};
use iced::{Length, Task};

pub struct Fences {
    lines: Option<Vec<FenceLine>>,
    workers: Vec<(UserId, String)>,
    name: String,
    places: String,
    radius: String,
    whose: Whose,
    village: String,
    busy: bool,
    trouble: Option<Trouble>,
    /// The area that was removed last, and when.
    removed: Option<(FenceSet, u64)>,
}

/// What was done to an area.
#[derive(Debug, Clone)]
pub enum Did {
    Save,
    Remove(Box<FenceSet>),
    PutBack,
}

impl Did {
    /// The key of what is said of it.
    pub fn said(&self) -> &'static str {
        match self {
            Self::Save => "fences-saved",
            Self::Remove(_) => "fences-removed",
            Self::PutBack => "fences-put-back",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    #[default]
    Everybody,
    Village,
    Worker(UserId),
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Vec<FenceLine>, Trouble>),
    Name(String),
    Places(String),
    Radius(String),
    Whose(Whose),
    Village(String),
    Save,
    Remove(FenceId),
    /// The one that was removed last is an area again.
    Undo,
    Done(Did, Result<(), Trouble>),
    Close,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Did(Did, Task<Message>),
    Close,
}

impl Fences {
    pub fn new(workers: Vec<(UserId, String)>, hands: &Hands) -> (Self, Task<Message>) {
        let fences = Self {
            lines: None,
            workers,
            name: String::new(),
            places: String::new(),
            radius: String::new(),
            whose: Whose::default(),
            village: String::new(),
            busy: false,
            trouble: None,
            removed: None,
        };
        (fences, read(hands))
    }

    pub fn has_input(&self) -> bool {
        [&self.name, &self.places, &self.village].iter().any(|text| !text.trim().is_empty())
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Loaded(Ok(lines)) => self.lines = Some(lines),
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Name(typed) => self.name = typed,
            Message::Places(typed) => self.places = typed,
            Message::Radius(typed) => self.radius = typed,
            Message::Whose(whose) => self.whose = whose,
            Message::Village(typed) => self.village = typed,
            Message::Save => return self.save(hands),
            Message::Remove(fence) => return self.remove(fence, hands),
            Message::Undo => return self.undo(hands),
            Message::Done(did, Ok(())) => {
                self.busy = false;
                match &did {
                    Did::Save => (self.name, self.places, self.village) = Default::default(),
                    Did::Remove(area) => self.removed = Some(((**area).clone(), hands.clinic.env().now_ms())),
                    Did::PutBack => {}
                }
                return Action::Did(did, read(hands));
            }
            Message::Done(_, Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Close => return Action::Close,
        }
        Action::None
    }

    fn save(&mut self, hands: &Hands) -> Action {
        if !hands.session.may(Right::Do(CommandKind::SetFence)) || self.name.trim().is_empty() {
            return Action::None;
        }
        let (Some(shape), Ok(fence)) = (self.shape(), hands.clinic.env().new_fence_id()) else { return Action::None };
        let whose = match self.whose {
            Whose::Everybody => FenceFor::Everybody,
            Whose::Village => FenceFor::Village(self.village.clone()),
            Whose::Worker(worker) => FenceFor::Worker(worker),
        };
        self.submit(Command::SetFence(FenceSet { fence, name: self.name.clone(), whose, shape }), Did::Save, hands)
    }

    fn remove(&mut self, fence: FenceId, hands: &Hands) -> Action {
        let Some(line) = self.lines.iter().flatten().find(|line| line.fence == fence) else { return Action::None };
        let FenceLine { name, whose, shape, .. } = line.clone();
        let area = Box::new(FenceSet { fence, name, whose, shape });
        self.submit(Command::RemoveFence { fence }, Did::Remove(area), hands)
    }

    fn undoable(&self, now_ms: u64) -> Option<&FenceSet> {
        undo::still(self.removed.as_ref().map(|(area, at_ms)| (area, *at_ms)), now_ms)
    }

    pub fn undo(&mut self, hands: &Hands) -> Action {
        let Some(area) = self.undoable(hands.clinic.env().now_ms()).filter(|_| !self.busy).cloned() else {
            return Action::None;
        };
        self.removed = None;
        self.submit(Command::SetFence(area), Did::PutBack, hands)
    }

    fn submit(&mut self, command: Command, did: Did, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        (self.busy, self.trouble) = (true, None);
        Action::Run(hands.submit(command, move |done| Message::Done(did, done)))
    }

    /// One place is the middle of a circle, several are the corners of a field.
    fn shape(&self) -> Option<Shape> {
        let mut places = read_places(&self.places)?;
        if places.len() == 1 {
            let radius_m = typed_number::parse(&self.radius)?;
            return Some(Shape::Circle { centre: places.pop()?, radius_m });
        }
        Some(Shape::Polygon(places))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut lines = column![ui::small(words.get("fences-about"))].spacing(gap(2));
        if let Some(trouble) = &self.trouble {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(fences) = &self.lines else {
            return headed_card(words.get("fences-title"), lines.push(ui::working(words.get("shell-loading")))).into();
        };
        if fences.is_empty() {
            lines = lines.push(ui::small(words.get("fences-none")));
        }
        let may = now.may(Right::Do(CommandKind::SetFence));
        for fence in fences {
            let said = column![ui::bold(fence.name.as_str()), ui::small(shape_words(fence, words))];
            let mut cells = row![said.width(Length::Fill)].spacing(gap(2)).align_y(iced::Center);
            if may {
                let remove = (!self.busy).then_some(Message::Remove(fence.fence));
                cells = cells.push(Button::quiet(words.get("fences-remove"), remove));
            }
            lines = lines.push(cells);
        }
        if self.undoable(now.now_ms).is_some() {
            let undo = (!self.busy).then_some(Message::Undo);
            lines = lines.push(Button::quiet(words.get("fences-undo"), undo).key("Alt U"));
        }
        if may {
            lines = lines.push(ui::rule()).push(self.form(words));
        }
        lines = lines.push(Button::quiet(words.get("shell-back"), Some(Message::Close)).key("Esc"));
        headed_card(words.get("fences-title"), lines).into()
    }

    fn form<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let of = |which: Field| self.trouble.as_ref().filter(|t| t.field() == Some(which)).map(|t| t.sentence(words));
        let typed = !self.places.trim().is_empty();
        let wrong = (typed && read_places(&self.places).is_none()).then(|| words.get("fences-places-wrong"));
        let mut form = column![
            ui::bold(words.get("fences-new")),
            field(words.get("fences-name"), &self.name, Message::Name).error(of(Field::Name)),
            field(words.get("fences-places"), &self.places, Message::Places)
                .hint(words.get("fences-places-hint"))
                .error(wrong.or_else(|| of(Field::Place))),
        ]
        .spacing(gap(2));
        if read_places(&self.places).is_some_and(|places| places.len() == 1) {
            form = form.push(Element::from(field(words.get("fences-radius"), &self.radius, Message::Radius)));
        }
        let choose = |label, whose| short_choice(label, self.whose == whose, Message::Whose(whose));
        form = form.push(choose(words.get("fences-everybody"), Whose::Everybody));
        form = form.push(choose(words.get("fences-of-village"), Whose::Village));
        for (worker, name) in &self.workers {
            form = form.push(choose(name.clone(), Whose::Worker(*worker)));
        }
        if self.whose == Whose::Village {
            let village = field(words.get("field-village"), &self.village, Message::Village);
            form = form.push(Element::from(village.error(of(Field::Village))));
        }
        let ready = !self.busy && self.shape().is_some() && !self.name.trim().is_empty();
        form.push(Button::primary(words.get("fences-save"), ready.then_some(Message::Save)).key("Ctrl S")).into()
    }
}

pub fn read(hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    blocking(move || Ok(clinic.fences(&session)?), Message::Loaded)
}

/// `28.6, 77.2; 28.7, 77.3`: latitude and longitude of each place.
fn read_places(typed: &str) -> Option<Vec<Place>> {
    let degrees = |text: &str, most: f64| {
        let degrees: f64 = typed_number::parse(text)?;
        (-most..=most).contains(&degrees).then_some((degrees * 1e7).round() as i32)
    };
    let place = |text: &str| {
        let (latitude, longitude) = text.split_once(',')?;
        Some(Place { latitude_e7: degrees(latitude, 90.0)?, longitude_e7: degrees(longitude, 180.0)? })
    };
    typed
        .split(';')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(place)
        .collect::<Option<Vec<_>>>()
        .filter(|places| !places.is_empty())
}

/// Whose it is, and how large.
fn shape_words(fence: &FenceLine, words: &Words) -> String {
    let whose = match (&fence.whose, &fence.worker) {
        (FenceFor::Village(village), _) => words.with("fences-whose-village", &[("village", village.into())]),
        (FenceFor::Worker(_), Some(name)) => name.clone(),
        _ => words.get("fences-everybody"),
    };
    let size = match &fence.shape {
        Shape::Circle { radius_m, .. } => words.with("fences-circle", &[("metres", (*radius_m).into())]),
        Shape::Polygon(corners) => words.with("fences-field", &[("n", corners.len().into())]),
    };
    format!("{whose} · {size}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_maps_write_them() {
        let place = |latitude_e7, longitude_e7| Place { latitude_e7, longitude_e7 };
        assert_eq!(read_places("28.6, 77.2"), Some(vec![place(286_000_000, 772_000_000)]));
        let two = vec![place(-286_000_000, 772_000_000), place(0, -1_800_000_000)];
        assert_eq!(read_places("-28.6,77.2 ; 0,-180;"), Some(two));
        for wrong in ["", ";", "28.6", "91, 0", "0, 181", "a, b", "28.6, 77.2; x"] {
            assert_eq!(read_places(wrong), None, "{wrong}");
        }
    }
}
