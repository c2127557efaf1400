//! Where the toys are, drawn without a map behind it, so that it needs no internet: the areas, the last place of each toy,
//! and the track of one toy's day. North is up.

use super::at_once;
use crate::screen::{Hands, Now, blocking};
use crate::ui::drawn::label;
use crate::ui::theme::{SIZE_FIGURE, colors, gap};
use crate::ui::trouble::time_of_day;
use crate::ui::{self, Button, Chosen, Element, Look, Press, Trouble, headed_card, note};
use crate::words::Words;
use clinic::date::{india, india_ms};
use clinic::device::{Place, Sample, Shape};
use clinic::store::{FenceLine, ToyNow};
use hub_protocol::DeviceId;
use iced::widget::canvas::{self, Canvas, Frame, Geometry, Path, Stroke};
use iced::widget::text::Alignment;
use iced::widget::{column, row};
use iced::{Length, Point, Rectangle, Renderer, Size, Task, Theme, mouse};

const HEIGHT: f32 = 320.0;
const MARGIN: f32 = 24.0;
/// Below what is drawn, for the bar that says how large it is.
const FOOT: f32 = 24.0;
const FIGURES: f32 = SIZE_FIGURE;
const DOT: f32 = 9.0;
/// The least that the plot shows across, in metres: a village.
const SPAN_MIN_M: f64 = 500.0;
/// A bar of one of these lengths says how large it is, in metres.
const BARS_M: [f64; 12] = [50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 5e5];
/// Two samples further apart than this are not joined: nobody knows where it was between, in ms.
const GAP_MS: u64 = 30 * 60 * 1000;

#[derive(Debug, Clone)]
pub struct Known {
    fences: Vec<FenceLine>,
    toys: Vec<ToyNow>,
}

#[derive(Default)]
pub struct Map {
    known: Option<Known>,
    at: Chosen<DeviceId>,
    /// Today's places of one toy.
    track: Option<(DeviceId, Vec<Sample>)>,
    /// Whose track was asked for last: that of another one comes too late.
    asked: Option<DeviceId>,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Known, Trouble>),
    Track(DeviceId),
    Tracked(DeviceId, Result<Vec<Sample>, Trouble>),
    Close,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Close,
}

impl Map {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let map = Self::default();
        let read = map.reload(hands);
        (map, read)
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let Hands { clinic, session, .. } = hands.clone();
        let read = move || Ok(Known { fences: clinic.fences(&session)?, toys: clinic.toys_now(&session)? });
        let track = self.asked.map_or_else(Task::none, |toy| read_track(toy, hands));
        Task::batch([blocking(read, Message::Loaded), track])
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Loaded(Ok(known)) => {
                self.known = Some(known);
                self.at.follow(&self.rows(), hands.clinic.env().now_ms());
            }
            Message::Tracked(toy, _) if self.asked != Some(toy) => {}
            Message::Tracked(toy, Ok(samples)) => self.track = Some((toy, samples)),
            Message::Loaded(Err(trouble)) | Message::Tracked(_, Err(trouble)) => self.trouble = Some(trouble),
            Message::Track(toy) => {
                (self.trouble, self.asked) = (None, Some(toy));
                return Action::Run(read_track(toy, hands));
            }
            Message::Close => return Action::Close,
        }
        Action::None
    }

    /// The toys of which a track can be drawn.
    fn rows(&self) -> Vec<DeviceId> {
        let toys = self.known.iter().flat_map(|known| &known.toys);
        toys.filter(|toy| toy.place.is_some()).map(|toy| toy.toy).collect()
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        let rows = self.rows();
        if let Some(task) = self.at.press(press, &rows) {
            return Action::Run(task);
        }
        match self.at.seen(&rows, hands.clinic.env().now_ms()).filter(|_| press == Press::Letter('T')) {
            Some(toy) => self.update(Message::Track(toy), hands),
            None => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut lines = column![].spacing(gap(2));
        if let Some(trouble) = &self.trouble {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(known) = &self.known else {
            return headed_card(words.get("toys-map"), lines.push(ui::working(words.get("shell-loading")))).into();
        };
        let toys: Vec<ToyNow> = known.toys.iter().map(|toy| at_once(toy, now)).collect();
        let rows: Vec<_> = toys.iter().enumerate().map(|(n, toy)| self.toy(n, toy, words)).collect();
        let track = self.track.as_ref().map_or(&[][..], |(_, samples)| &samples[..]);
        let drawing = Drawing { fences: &known.fences, toys, track, words };
        match drawing.frame() {
            Some(_) => {
                lines = lines.push(Canvas::new(drawing).width(Length::Fill).height(HEIGHT + FOOT));
                lines = lines.push(ui::small(words.get("toys-map-about")));
            }
            None => lines = lines.push(ui::small(words.get("toys-map-none"))),
        }
        for row in rows {
            lines = lines.push(row);
        }
        lines = lines.push(ui::chosen::how(self.rows().len(), words));
        lines = lines.push(Button::quiet(words.get("shell-back"), Some(Message::Close)).key("Esc"));
        headed_card(words.get("toys-map"), lines).into()
    }

    /// Every toy has its line, so that none moves when one says where it is.
    fn toy<'a>(&self, n: usize, toy: &ToyNow, words: &Words) -> Element<'a, Message> {
        let name = match &toy.worker {
            Some((_, name)) => words.with("toys-label-name", &[("label", (&toy.label).into()), ("name", name.into())]),
            None => toy.label.clone(),
        };
        let when = toy.place.as_ref().map(|place| {
            let day = words.day(india(place.at_ms));
            words.with("toys-map-when", &[("day", day.into()), ("time", time_of_day(place.at_ms).into())])
        });
        let who = column![
            ui::body(format!("{}. {name}", n + 1)),
            ui::small(when.unwrap_or_else(|| words.get("toys-map-not-told")))
        ];
        let is_drawn = self.track.as_ref().is_some_and(|(drawn, _)| *drawn == toy.toy);
        let track: Element<'a, Message> = match &self.track {
            Some((_, samples)) if is_drawn => {
                let places = samples.iter().filter(|sample| sample.position.is_some()).count();
                ui::small(words.with("toys-map-places", &[("n", places.into())])).into()
            }
            _ if toy.place.is_none() => ui::small("").into(),
            _ => {
                let track = Button::quiet(words.get("toys-map-track"), Some(Message::Track(toy.toy)));
                if self.at.is(&toy.toy) { track.key("T").into() } else { track.into() }
            }
        };
        self.at.row(&toy.toy, row![who.width(Length::Fill), track].spacing(gap(2)).align_y(iced::Center))
    }
}

fn read_track(toy: DeviceId, hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    let read = move || {
        let today = india(clinic.env().now_ms());
        let (from_ms, until_ms) = india_ms(today, today);
        Ok(clinic.toy_course(&session, toy, from_ms, until_ms)?.samples)
    };
    blocking(read, move |samples| Message::Tracked(toy, samples))
}

/// What is drawn: a plane that touches the ground in the middle of all that is on it.
struct Drawing<'a> {
    fences: &'a [FenceLine],
    toys: Vec<ToyNow>,
    track: &'a [Sample],
    words: &'a Words,
}

/// The plane: its origin, what lies in its middle in metres, and how many metres it shows at least each way.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Plane {
    origin: Place,
    middle: (f64, f64),
    span: (f64, f64),
}

fn place(sample: &Sample) -> Option<Place> {
    sample.position.map(Place::of)
}

impl Drawing<'_> {
    fn places(&self) -> impl Iterator<Item = Place> {
        let toys = self.toys.iter().filter_map(|toy| toy.place.as_ref());
        toys.chain(self.track).filter_map(place)
    }

    /// Nothing when there is nothing to be drawn.
    fn frame(&self) -> Option<Plane> {
        let corners = self.fences.iter().flat_map(|fence| match &fence.shape {
            Shape::Circle { centre, radius_m } => vec![(*centre, f64::from(*radius_m))],
            Shape::Polygon(corners) => corners.iter().map(|corner| (*corner, 0.0)).collect(),
        });
        let all: Vec<(Place, f64)> = corners.chain(self.places().map(|place| (place, 0.0))).collect();
        let (origin, _) = *all.first()?;
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (place, around) in all {
            let (east, north) = place.on_plane(origin);
            low = (low.0.min(east - around), low.1.min(north - around));
            high = (high.0.max(east + around), high.1.max(north + around));
        }
        let span = ((high.0 - low.0).max(SPAN_MIN_M), (high.1 - low.1).max(SPAN_MIN_M));
        Some(Plane { origin, middle: ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0), span })
    }
}

/// From the ground to points of the window.
struct Scale {
    plane: Plane,
    size: Size,
    px_per_m: f64,
}

impl Scale {
    fn of(plane: Plane, size: Size) -> Self {
        let room = |px: f32, metres: f64| f64::from((px - 2.0 * MARGIN).max(1.0)) / metres;
        let px_per_m = room(size.width, plane.span.0).min(room(size.height, plane.span.1));
        Self { plane, size, px_per_m }
    }

    fn point(&self, place: Place) -> Point {
        let (east, north) = place.on_plane(self.plane.origin);
        let from = |metres: f64, middle: f64| ((metres - middle) * self.px_per_m) as f32;
        let (x, y) = (from(east, self.plane.middle.0), from(north, self.plane.middle.1));
        Point::new(self.size.width / 2.0 + x, self.size.height / 2.0 - y)
    }

    fn px(&self, metres: f64) -> f32 {
        (metres * self.px_per_m) as f32
    }

    /// The longest bar that takes at most a third of the width.
    fn bar_m(&self) -> f64 {
        let fits = |metres: &&f64| self.px(**metres) <= self.size.width / 3.0;
        BARS_M.iter().rev().find(fits).copied().unwrap_or(BARS_M[0])
    }
}

impl<M> canvas::Program<M> for Drawing<'_> {
    type State = ();

    fn draw(
        &self,
        (): &(),
        renderer: &Renderer,
        _theme: &Theme,
        bounds: Rectangle,
        _cursor: mouse::Cursor,
    ) -> Vec<Geometry> {
        let mut frame = Frame::new(renderer, bounds.size());
        frame.fill_rectangle(Point::ORIGIN, bounds.size(), colors().shade);
        if let Some(plane) = self.frame() {
            let plot = Size::new(bounds.width, bounds.height - FOOT);
            let scale = Scale::of(plane, plot);
            self.fences(&mut frame, &scale);
            self.track(&mut frame, &scale);
            self.toys(&mut frame, &scale);
            self.bar(&mut frame, &scale);
        }
        vec![frame.into_geometry()]
    }
}

impl Drawing<'_> {
    fn fences(&self, frame: &mut Frame, scale: &Scale) {
        let edge = Stroke::default().with_color(colors().upcoming).with_width(1.5);
        for fence in self.fences {
            let (path, named_at) = match &fence.shape {
                Shape::Circle { centre, radius_m } => {
                    let (centre, radius) = (scale.point(*centre), scale.px(f64::from(*radius_m)));
                    (Path::circle(centre, radius), Point::new(centre.x, centre.y - radius - FIGURES / 2.0))
                }
                Shape::Polygon(corners) => {
                    let points: Vec<Point> = corners.iter().map(|corner| scale.point(*corner)).collect();
                    let Some(top) = points.iter().copied().min_by(|a, b| a.y.total_cmp(&b.y)) else { continue };
                    let path = Path::new(|path| {
                        for (n, point) in points.iter().enumerate() {
                            if n == 0 { path.move_to(*point) } else { path.line_to(*point) }
                        }
                        path.close();
                    });
                    (path, Point::new(top.x, top.y - FIGURES / 2.0))
                }
            };
            frame.stroke(&path, edge);
            frame.fill_text(label(fence.name.clone(), FIGURES, named_at, colors().upcoming, Alignment::Center));
        }
    }

    fn track(&self, frame: &mut Frame, scale: &Scale) {
        let walked: Vec<(u64, Point)> =
            self.track.iter().filter_map(|sample| Some((sample.at_ms, scale.point(place(sample)?)))).collect();
        for pair in walked.windows(2) {
            if pair[1].0 - pair[0].0 <= GAP_MS {
                let step = Path::line(pair[0].1, pair[1].1);
                frame.stroke(&step, Stroke::default().with_color(colors().action).with_width(2.0));
            }
        }
        for (_, at) in walked {
            frame.fill(&Path::circle(at, 2.5), colors().action);
        }
    }

    /// Each with the number that it has in the list, in the circle in which it is for certain.
    fn toys(&self, frame: &mut Frame, scale: &Scale) {
        for (n, toy) in self.toys.iter().enumerate() {
            let Some(position) = toy.place.as_ref().and_then(|sample| sample.position) else { continue };
            let at = scale.point(Place::of(position));
            let sure = scale.px(f64::from(position.accuracy_m));
            if sure > DOT {
                let thin = Stroke::default().with_color(colors().muted).with_width(1.0);
                frame.stroke(&Path::circle(at, sure), thin);
            }
            frame.fill(&Path::circle(at, DOT), colors().ink);
            frame.fill_text(label((n + 1).to_string(), FIGURES, at, colors().card, Alignment::Center));
        }
    }

    fn bar(&self, frame: &mut Frame, scale: &Scale) {
        let metres = scale.bar_m();
        // Over a circle that reaches so far.
        let foot = Point::new(0.0, scale.size.height);
        frame.fill_rectangle(foot, Size::new(scale.size.width, FOOT), colors().card);
        let (left, y) = (MARGIN / 2.0, scale.size.height + FOOT / 2.0);
        let right = left + scale.px(metres);
        let thick = Stroke::default().with_color(colors().ink).with_width(2.0);
        frame.stroke(&Path::line(Point::new(left, y), Point::new(right, y)), thick);
        let (key, n) = if metres < 1_000.0 { ("toys-map-metres", metres) } else { ("toys-map-km", metres / 1_000.0) };
        let said = self.words.with(key, &[("n", (n as u32).into())]);
        frame.fill_text(label(said, FIGURES, Point::new(right + 6.0, y), colors().ink, Alignment::Left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_apart_fits_and_what_is_close_is_not_blown_up() {
        let place = |latitude_e7, longitude_e7| Place { latitude_e7, longitude_e7 };
        let origin = place(286_000_000, 772_000_000);
        let size = Size::new(340.0, 320.0);
        let plane = Plane { origin, middle: (0.0, 0.0), span: (SPAN_MIN_M, 20_000.0) };
        let scale = Scale::of(plane, size);
        assert_eq!(scale.point(origin), Point::new(170.0, 160.0));
        // Ten kilometres to the north: at the upper margin.
        let north = scale.point(place(286_000_000 + 899_320, 772_000_000));
        assert!((north.x - 170.0).abs() < 0.1 && (north.y - MARGIN).abs() < 1.0, "{north:?}");
        let east = scale.point(place(286_000_000, 772_100_000));
        assert!(east.x > 170.0 && (east.y - 160.0).abs() < 0.1, "{east:?}");
        assert_eq!(scale.bar_m(), 5_000.0);
    }
}
