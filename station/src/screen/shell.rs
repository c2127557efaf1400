//! What stands around every screen: the bar that tells the truth, the rail whose numbers are the shortcuts.

use super::Now;
use super::toys::is_new;
use crate::ui::button::{rail, rail_tight};
use crate::ui::tag::{lamp, tag};
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Banner, Button, Element, Icon, Kind, Look};
use crate::words::{Lang, Words};
use clinic::record::command::CommandKind;
use clinic::record::role::{Query, Right, Role};
use clinic::store::Sync;
use clinic::{Session, store::ClinicView};
use hub::cards::ReaderState;
use hub::toys::Presence;
use hub::uplink::LinkState;
use iced::widget::{Column, column, container, row, space, stack, text};
use iced::{Length, Padding};

const RAIL_WIDTH: f32 = 184.0;
/// With the names under the signs.
const RAIL_TIGHT_WIDTH: f32 = 104.0;
const BAR_HEIGHT: f32 = 46.0;
/// In two lines.
const BAR_NARROW_HEIGHT: f32 = 70.0;
/// A longer name is cut off: what is safe where is not.
const NAME_WIDTH: f32 = 200.0;
const WHO_WIDTH: u32 = 260;
/// Room for one line of news over the page, and what is left over and under it.
const BANNER_ROOM: f32 = 52.0;
const BANNER_EDGE: f32 = 4.0;
/// The buttons at the end of a page, which news over its end leave free.
const BUTTONS_ROOM: f32 = 58.0;
/// A countdown in steps of this: each step is a new picture.
pub const COUNT_STEP_S: u64 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Today,
    Find,
    Children,
    Register,
    Toys,
    Tasks,
    Sessions,
    Cards,
    Reports,
    Staff,
    Settings,
}

impl Place {
    const ALL: [Self; 11] = [
        Self::Today,
        Self::Find,
        Self::Children,
        Self::Register,
        Self::Toys,
        Self::Tasks,
        Self::Sessions,
        Self::Cards,
        Self::Reports,
        Self::Staff,
        Self::Settings,
    ];

    fn allowed(self, session: &Session) -> bool {
        let right = match self {
            Self::Today => Right::See(Query::Today),
            Self::Children => Right::See(Query::Children),
            Self::Register => Right::Do(CommandKind::RegisterChild),
            Self::Toys => Right::See(Query::Toys),
            Self::Staff => Right::See(Query::Users),
            Self::Tasks => Right::See(Query::Tasks),
            Self::Sessions => Right::See(Query::Sessions),
            Self::Cards => Right::See(Query::Cards),
            Self::Reports => Right::See(Query::Reports),
            // Who sees the due list has all of it there.
            Self::Find => return session.may(Right::See(Query::Find)) && !session.may(Right::See(Query::Today)),
            Self::Settings => Right::See(Query::Clinic),
        };
        session.may(right)
    }

    /// The places of this person, in the order of the rail.
    pub fn of(session: &Session) -> Vec<Self> {
        Self::ALL.into_iter().filter(|place| place.allowed(session)).collect()
    }

    /// Where a person begins: a Supervisor with the figures.
    pub fn first(session: &Session) -> Self {
        match session.role {
            Role::Supervisor => Self::Reports,
            _ => Self::of(session).first().copied().unwrap_or(Self::Settings),
        }
    }

    /// Its number key: one for everybody, so that who stands in for another finds each place. A role that lacks a
    /// place lacks its number.
    fn digit(self) -> u8 {
        match self {
            // Nobody has both.
            Self::Today | Self::Find => 1,
            Self::Children => 2,
            Self::Register => 3,
            Self::Toys => 4,
            Self::Tasks => 5,
            Self::Sessions => 6,
            Self::Cards => 7,
            Self::Reports => 8,
            Self::Staff => 9,
            Self::Settings => 0,
        }
    }

    /// The place behind a number key.
    pub fn at(digit: u8, session: &Session) -> Option<Self> {
        Self::of(session).into_iter().find(|place| place.digit() == digit)
    }

    fn icon(self) -> Icon {
        match self {
            Self::Today => Icon::Today,
            Self::Children => Icon::Child,
            Self::Register => Icon::ChildNew,
            Self::Toys => Icon::Toy,
            Self::Staff => Icon::Staff,
            Self::Tasks => Icon::Check,
            Self::Sessions => Icon::Clock,
            Self::Cards => Icon::Card,
            Self::Reports => Icon::Paper,
            Self::Find => Icon::Search,
            Self::Settings => Icon::Settings,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Today => "shell-today",
            Self::Children => "shell-children",
            Self::Register => "shell-register",
            Self::Toys => "shell-toys",
            Self::Staff => "shell-staff",
            Self::Tasks => "shell-tasks",
            Self::Sessions => "shell-sessions",
            Self::Cards => "shell-cards",
            Self::Reports => "shell-reports",
            Self::Find => "shell-find",
            Self::Settings => "shell-settings",
        }
    }
}

#[derive(Clone, Copy)]
pub enum Message {
    Go(Place),
    Lang(Lang),
    Lock,
    LogOut,
    CloseBanner,
    /// The answer, when it was asked whether to leave a page.
    Leave(bool),
    /// What the banner speaks of.
    OpenBanner,
}

/// A banner's button that leads somewhere.
pub type OpenLabel<'a> = Option<&'a str>;

/// What stands around a page.
pub struct Around<'a, 'w> {
    pub sync: Option<&'a Sync>,
    /// The place to which the page belongs.
    pub here: Option<Place>,
    pub banner: Option<(&'a Banner, OpenLabel<'w>)>,
    /// What is wrong with the toys: so many things.
    pub toy_alerts: u32,
}

pub fn view<'a, M: 'a>(
    now: Now<'a>,
    Around { sync, here, banner, toy_alerts }: Around<'a, '_>,
    content: Element<'a, M>,
    wrap: fn(Message) -> M,
) -> Element<'a, M> {
    let words = now.words;
    // The bar is drawn over room left for it: it comes last when Tab goes round, so that the language is not
    // changed by who looks for the first field.
    let bar_height = if now.room.is_narrow() { BAR_NARROW_HEIGHT } else { BAR_HEIGHT };
    let mut all = column![space().height(bar_height)];
    if now.view.demo {
        all = all.push(demo_strip(words));
    }
    // Where every line counts they come over the end of the page, and go when they are read.
    let low = now.room.is_low();
    let edge = if low { gap(2) } else { gap(4) };
    let page = container(content)
        .padding(Padding::from(edge).top(if low { edge } else { BANNER_ROOM }))
        .width(Length::Fill)
        .height(Length::Fill);
    // News come into room of their own: nothing moves away from under a hand that is about to click.
    let banner = banner.map(|(banner, open)| banner_view(banner, open, words).map(wrap));
    let edges = Padding::from([BANNER_EDGE, gap(4)]);
    let banner = container(Column::with_children(banner));
    let banner = match low {
        true => banner.padding(edges.bottom(BUTTONS_ROOM)).align_bottom(Length::Fill),
        false => banner.padding(edges),
    };
    let main = stack![page, banner].width(Length::Fill).height(Length::Fill);
    let all = all.push(row![places(now, here, toy_alerts).map(wrap), main].height(Length::Fill));
    stack![all, container(bar(now, sync).map(wrap)).height(bar_height)].into()
}

fn banner_view<'a>(banner: &'a Banner, open: OpenLabel<'_>, words: &Words) -> Element<'a, Message> {
    let close = banner.view(words.get("shell-close"), Message::CloseBanner);
    match open {
        None => close,
        Some(key) => {
            row![container(close).width(Length::Fill), Button::primary(words.get(key), Some(Message::OpenBanner))]
                .spacing(gap(2))
                .align_y(iced::Center)
                .into()
        }
    }
}

fn demo_strip<'a, M: 'a>(words: &Words) -> Element<'a, M> {
    let said = text(words.get("shell-demo"))
        .size(theme::SIZE_SMALL)
        .font(crate::fonts::SCREEN_BOLD)
        .color(theme::colors().wait);
    let face = row![ui::icon::small(Icon::Square, theme::colors().wait), said].spacing(gap(2)).align_y(iced::Center);
    container(face)
        .center_x(Length::Fill)
        .padding(Padding::from([TIGHT, gap(4)]))
        .style(theme::chip(theme::colors().wait_back, 0.0))
        .into()
}

fn places<'a>(now: Now<'a>, here: Option<Place>, toy_alerts: u32) -> Element<'a, Message> {
    const KEYS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let mut all = column![].spacing(gap(1));
    for place in Place::of(now.session) {
        let key = KEYS[usize::from(place.digit())];
        let label = now.words.get(place.key());
        let mark = (place == Place::Toys && toy_alerts > 0).then(|| tag(Look::Late, toy_alerts.to_string()));
        let place_button = if now.room.is_tight() { rail_tight } else { rail };
        all = all.push(place_button(place.icon(), label, (key, mark), here == Some(place), Message::Go(place)));
    }
    let hint = row![ui::button::key_cap("Alt", theme::colors().muted), ui::small(now.words.get("shell-keys-alt"))];
    let hint = container(hint.spacing(gap(2)).wrap()).padding(gap(2));
    let width = if now.room.is_tight() { RAIL_TIGHT_WIDTH } else { RAIL_WIDTH };
    let all = ui::scroll(container(all.push(hint)).padding(gap(2)));
    container(all).width(width).height(Length::Fill).style(theme::shade).into()
}

fn bar<'a>(now: Now<'a>, sync: Option<&Sync>) -> Element<'a, Message> {
    let words = now.words;
    let name = text(now.view.name.as_str())
        .size(theme::SIZE_NAME)
        .font(crate::fonts::SCREEN_BOLD)
        .color(theme::colors().on_deep)
        .wrapping(text::Wrapping::None);
    let room = now.room;
    let mut facts = row![].spacing(gap(if room.is_narrow() { 4 } else { 6 })).align_y(iced::Center);
    if let Some(sync) = sync {
        let (look, said) = sync_line(now, sync);
        facts = facts.push(lamp(look, said));
    }
    if let Some(live) = now.live {
        if now.may(Right::See(Query::Toys)) {
            let registered = live.toys.iter().filter(|t| !is_new(t) && t.state != Presence::Anothers);
            let online = registered.clone().filter(|t| t.state == Presence::Online).count();
            let all = registered.count();
            // Without room only what is not as it should be is said.
            if all > 0 && !(room.is_tight() && online == all) {
                let look = if online == all { Look::Good } else { Look::Wait };
                facts = facts
                    .push(lamp(look, words.with("shell-toys-online", &[("n", online.into()), ("of", all.into())])));
            }
        }
        let (look, said) = reader_line(&live.reader, live.card.is_some(), words);
        if !(room.is_tight() && look == Look::Good && live.card.is_none()) {
            facts = facts.push(lamp(look, said));
        }
    }
    let other = Lang::ALL.into_iter().find(|lang| *lang != words.lang()).unwrap_or_default();
    let other_name = Words::new(other).get("shell-language-name");
    let role = words.get(&format!("role-{}", now.session.role.code()));
    let who = match room.is_tight() {
        true => now.session.name.clone(),
        false => words.with("shell-who", &[("name", (&now.session.name).into()), ("role", role.into())]),
    };
    let who = text(who).size(theme::SIZE_TEXT).color(theme::colors().on_deep).wrapping(text::Wrapping::None);
    let lock = Button::new(Kind::Bar, words.get("shell-lock"), Some(Message::Lock)).icon(Icon::Lock).key("Ctrl L");
    let log_out = Button::new(Kind::Bar, words.get("shell-log-out"), Some(Message::LogOut)).icon(Icon::LogOut);
    let end = row![
        container(who).max_width(if room.is_tight() { 150 } else { WHO_WIDTH }).clip(true),
        lock,
        // Words twice as large leave no room for its key.
        if room.is_tight() { log_out } else { log_out.key("Ctrl U") },
        Button::new(Kind::Bar, other_name, Some(Message::Lang(other))),
    ]
    .spacing(gap(2))
    .align_y(iced::Center);
    // What does not fit in one line goes on in a second one: half of a sentence is no truth.
    let facts = facts.wrap().vertical_spacing(0);
    let bar: Element<'a, Message> = match room.is_narrow() {
        // Who is here and what is safe where: each has its line.
        true => {
            let first = row![container(name).width(Length::Fill).clip(true), end].spacing(gap(4));
            column![first.align_y(iced::Center), container(facts).width(Length::Fill)].spacing(TIGHT).into()
        }
        false => {
            let name = container(name).max_width(NAME_WIDTH).clip(true);
            let facts = container(facts).width(Length::Fill);
            row![name, facts, end].spacing(gap(5)).align_y(iced::Center).into()
        }
    };
    container(bar)
        .center_y(Length::Fill)
        .padding(Padding::ZERO.left(gap(4) + TIGHT).right(gap(2)))
        .width(Length::Fill)
        .style(theme::bar)
        .into()
}

/// How much of what was written here is safe at the district: the truth, in one line.
fn sync_line(now: Now<'_>, sync: &Sync) -> (Look, String) {
    let words = now.words;
    let events = ("n", sync.events.into());
    let ClinicView { district, .. } = now.view;
    if district.is_none() {
        return (Look::Wait, words.with("shell-sync-no-district", &[events]));
    }
    let status = now.live.map(|live| &live.link);
    let link = status.map(|status| status.state);
    match link {
        Some(LinkState::Refused(_)) => return (Look::Late, words.get("shell-sync-refused")),
        Some(LinkState::WrongDistrict) => return (Look::Late, words.get("shell-sync-wrong-district")),
        _ => {}
    }
    let arriving = status.map_or(0, |status| status.arriving);
    if arriving > 0 {
        return (Look::Wait, words.with("shell-sync-arriving", &[("n", arriving.into())]));
    }
    let waiting = sync.events.saturating_sub(sync.at_district);
    if waiting == 0 {
        return (Look::Good, words.with("shell-sync-all", &[events]));
    }
    let since = sync.waiting_since_ms.map_or_else(String::new, |ms| now.moment(ms));
    let (n, since) = (("n", waiting.into()), ("since", since.into()));
    match link {
        Some(LinkState::Waiting { next_try_ms }) => {
            let seconds = next_try_ms.saturating_sub(now.now_ms).div_ceil(1000).next_multiple_of(COUNT_STEP_S);
            (Look::Wait, words.with("shell-sync-waiting", &[n, since, ("seconds", seconds.max(COUNT_STEP_S).into())]))
        }
        Some(LinkState::Spent { .. }) => (Look::Wait, words.with("shell-sync-spent", &[n])),
        Some(LinkState::Connected) => {
            let of = ("of", sync.events.into());
            (Look::Wait, words.with("shell-sync-sending", &[n, of]))
        }
        _ => (Look::Wait, words.with("shell-sync-not-sent", &[n, since])),
    }
}

fn reader_line(reader: &ReaderState, card: bool, words: &Words) -> (Look, String) {
    match reader {
        ReaderState::Ready { .. } if card => (Look::Good, words.get("shell-reader-card")),
        ReaderState::Ready { .. } => (Look::Good, words.get("shell-reader-ready")),
        ReaderState::Starting => (Look::Upcoming, words.get("shell-reader-starting")),
        ReaderState::NoReader => (Look::Upcoming, words.get("shell-reader-none")),
        ReaderState::ServiceNotRunning => (Look::Wait, words.get("shell-reader-no-service")),
        ReaderState::ServiceRefused => (Look::Wait, words.get("shell-reader-refused")),
    }
}
