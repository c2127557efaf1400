//! Vaccine on the shelf: batches, open vials and when they must go, what was wasted.

use super::{Hands, Now, blocking};
use crate::ui::choice::short_choice;
use crate::ui::theme::{TIGHT, gap};
use crate::ui::trouble::time_of_day;
use crate::ui::typed_date::parse;
use crate::ui::{self, Banner, Button, Element, Icon, Look, Press, Trouble, empty, field, headed_card, note, tag};
use crate::ui::{Beside, focus, panes, typed_number};
use crate::words::Words;
use chrono::Months;
use clinic::date::{india, to_day};
use clinic::forecast::Schedule;
use clinic::ledger::EventId;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{BatchReceived, StockWhy};
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Right;
use clinic::record::stock_change;
use clinic::store::{BatchLine, BatchStage, StockView, VialLine, WastageLine};
use iced::widget::{Row, column, container, row, text};
use iced::{Length, Task};

const SIDE_WIDTH: f32 = 360.0;
const BATCH: &str = "stock-batch";
const WASTED: &str = "stock-wasted";
/// Months back for which the wastage is told.
const WASTAGE_MONTHS: u32 = 2;

#[derive(Debug, Clone)]
pub struct Loaded {
    stock: StockView,
    wastage: Vec<WastageLine>,
}
/// What stands in the field of the doses that were thrown away.
const NO_DOSES: &str = "0";

pub struct Stock {
    loaded: Option<Loaded>,
    trouble: Option<Trouble>,
    panel: Panel,
    busy: bool,
}

enum Panel {
    Nothing,
    Receive(Receiving),
    Change { product: String, batch: String, vials: String, why: StockWhy, note: String },
    Close { vial: EventId, product: String, wasted: String },
}

#[derive(Default)]
struct Receiving {
    product: Option<String>,
    batch: String,
    manufacturer: String,
    expires: String,
    doses: String,
    vials: String,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Loaded, Trouble>),
    Receive,
    Product(String),
    Batch(String),
    Manufacturer(String),
    Expires(String),
    Doses(String),
    Vials(String),
    Change(String, String),
    Why(StockWhy),
    Note(String),
    OpenVial(String, String),
    CloseVial(EventId, String),
    Wasted(String),
    Save,
    Saved(Result<(), Trouble>),
    Leave,
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Back,
}

impl Stock {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self { loaded: None, trouble: None, panel: Panel::Nothing, busy: false };
        (screen, Self::reload(hands))
    }

    pub fn reload(hands: &Hands) -> Task<Message> {
        let Hands { clinic, session, .. } = hands.clone();
        let read = move || {
            let today = india(clinic.env().now_ms());
            let from = today.checked_sub_months(Months::new(WASTAGE_MONTHS)).unwrap_or(today);
            let stock = clinic.stock(&session, 0)?;
            Ok(Loaded { stock, wastage: clinic.wastage(&session, &(from..=today))? })
        };
        blocking(read, Message::Loaded)
    }

    pub fn has_input(&self) -> bool {
        match &self.panel {
            Panel::Nothing => false,
            Panel::Receive(form) => !(form.batch.trim().is_empty() && form.manufacturer.trim().is_empty()),
            Panel::Change { vials, note, .. } => !(vials.trim().is_empty() && note.trim().is_empty()),
            Panel::Close { wasted, .. } => wasted.trim() != NO_DOSES,
        }
    }

    fn submit(&mut self, command: Command, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        self.busy = true;
        self.trouble = None;
        Action::Run(hands.submit(command, Message::Saved))
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => self.loaded = Some(loaded),
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Receive if hands.session.may(Right::Do(CommandKind::ReceiveBatch)) => {
                self.trouble = None;
                self.panel = Panel::Receive(Receiving { doses: "10".to_owned(), ..Receiving::default() });
                return Action::Run(focus(BATCH));
            }
            Message::Change(product, batch) => {
                self.trouble = None;
                let (vials, note) = (String::new(), String::new());
                self.panel = Panel::Change { product, batch, vials, why: StockWhy::Broken, note };
                return Action::Run(focus(BATCH));
            }
            Message::OpenVial(product, batch) => return self.submit(Command::OpenVial { product, batch }, hands),
            Message::CloseVial(vial, product) => {
                self.trouble = None;
                self.panel = Panel::Close { vial, product, wasted: NO_DOSES.to_owned() };
                return Action::Run(focus(WASTED));
            }
            Message::Save => return self.save(hands),
            Message::Saved(Ok(())) => {
                self.busy = false;
                self.panel = Panel::Nothing;
                return Action::Said(Banner::good(words.get("stock-saved")), Self::reload(hands));
            }
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Leave => {
                self.panel = Panel::Nothing;
                self.trouble = None;
            }
            Message::Back => return Action::Back,
            message => self.typed(message),
        }
        Action::None
    }

    fn typed(&mut self, message: Message) {
        match (&mut self.panel, message) {
            (Panel::Receive(form), message) => match message {
                Message::Product(product) => form.product = Some(product),
                Message::Batch(typed) => form.batch = typed,
                Message::Manufacturer(typed) => form.manufacturer = typed,
                Message::Expires(typed) => form.expires = typed,
                Message::Doses(typed) => form.doses = typed,
                Message::Vials(typed) => form.vials = typed,
                _ => {}
            },
            (Panel::Change { vials, .. }, Message::Vials(typed)) => *vials = typed,
            (Panel::Change { why, .. }, Message::Why(chosen)) => *why = chosen,
            (Panel::Change { note, .. }, Message::Note(typed)) => *note = typed,
            (Panel::Close { wasted, .. }, Message::Wasted(typed)) => *wasted = typed,
            _ => {}
        }
    }

    fn save(&mut self, hands: &Hands) -> Action {
        match self.command(hands) {
            Ok(Some(command)) => self.submit(command, hands),
            Ok(None) => Action::None,
            Err(trouble) => {
                self.trouble = Some(trouble);
                Action::None
            }
        }
    }

    /// What was typed, as far as it can be read; the rules judge it.
    fn command(&self, hands: &Hands) -> Result<Option<Command>, Trouble> {
        let no = |refusal| Err(Trouble::Refused(refusal));
        Ok(Some(match &self.panel {
            Panel::Nothing => return Ok(None),
            Panel::Receive(form) => {
                let Some(product) = form.product.clone() else { return no(Refusal::Missing(Field::Product)) };
                let expires = parse(&form.expires).ok_or_else(|| Trouble::no_date(&form.expires, Field::Expiry))?;
                let Some(doses_per_vial) = typed_number::parse(&form.doses) else {
                    return no(Refusal::Form(Field::DosesPerVial));
                };
                let Some(vials) = typed_number::parse(&form.vials) else { return no(Refusal::Form(Field::Vials)) };
                Command::ReceiveBatch(BatchReceived {
                    product,
                    batch: form.batch.clone(),
                    manufacturer: form.manufacturer.clone(),
                    expires_on: to_day(expires),
                    doses_per_vial,
                    vials,
                    on: to_day(india(hands.clinic.env().now_ms())),
                })
            }
            Panel::Change { product, batch, vials, why, note } => {
                let Some(count) = typed_number::parse::<i32>(vials) else { return no(Refusal::Form(Field::Vials)) };
                let (product, batch, why, note) = (product.clone(), batch.clone(), *why, note.clone());
                let vials = stock_change(why, count);
                Command::ChangeStock { product, batch, vials, why, note }
            }
            Panel::Close { vial, wasted, .. } => {
                let Some(wasted_doses) = typed_number::parse(wasted) else {
                    return no(Refusal::Form(Field::DosesPerVial));
                };
                Command::CloseVial { vial: *vial, wasted_doses }
            }
        }))
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        match (&self.panel, press) {
            (Panel::Nothing, Press::Escape) => Action::Back,
            (Panel::Nothing, Press::Letter('N')) => self.update(Message::Receive, hands, words),
            (Panel::Nothing, _) => Action::None,
            (_, Press::Escape) => self.update(Message::Leave, hands, words),
            (_, Press::Enter) => self.update(Message::Save, hands, words),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut heading = ui::opened(words.get("stock-title"), Message::Back, words);
        if now.may(Right::Do(CommandKind::ReceiveBatch)) {
            heading = heading.push(Button::primary(words.get("stock-receive"), Some(Message::Receive)).key("N"));
        }
        let mut main = column![heading].spacing(gap(3));
        if let Some(trouble) = self.trouble.as_ref().filter(|_| matches!(self.panel, Panel::Nothing)) {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        match &self.loaded {
            None => main = main.push(ui::working(words.get("shell-loading"))),
            Some(loaded) if loaded.stock.batches.is_empty() => {
                let may_receive = now.may(Right::Do(CommandKind::ReceiveBatch));
                let next = if may_receive { "stock-none-next" } else { "stock-none-others" };
                main = main.push(empty(Icon::Drop, words.get("stock-none"), words.get(next)));
            }
            Some(loaded) => {
                for line in &loaded.stock.batches {
                    main = main.push(self.batch(line, now)).push(ui::rule());
                }
            }
        }
        let side = match (&self.panel, &self.loaded) {
            (Panel::Nothing, None) => Beside::Nothing,
            (Panel::Nothing, Some(loaded)) => {
                let side = column![self.vials(&loaded.stock.vials, now), wastage(&loaded.wastage, words)];
                Beside::Also(side.spacing(gap(3)).into())
            }
            (panel, _) => Beside::Asked(self.panel(panel, now)),
        };
        let list = ui::scroll(ui::card(main).width(Length::Fill)).width(Length::Fill).height(Length::Fill);
        panes(now.room, list, side, SIDE_WIDTH)
    }

    fn batch<'a>(&'a self, line: &'a BatchLine, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let expires = words.day(line.expires_on);
        let (look, key) = match line.stage {
            BatchStage::Good => (Look::Good, "stock-expires"),
            BatchStage::ExpiresSoon => (Look::Wait, "stock-expires-soon"),
            BatchStage::Expired => (Look::Late, "stock-expired"),
            BatchStage::Empty => (Look::Closed, "stock-empty"),
        };
        let counts = [("vials", line.vials.into()), ("doses", line.doses_per_vial.to_string().into())];
        let who = column![
            ui::bold(format!("{} · {}", words.product(&line.product), line.batch)).wrapping(text::Wrapping::None),
            ui::small(words.with("stock-vials", &counts)).wrapping(text::Wrapping::None)
        ];
        let mut state = column![tag(look, words.with(key, &[("day", expires.into())]))].spacing(TIGHT);
        if line.next {
            state = state.push(ui::small_bold(words.get("stock-use-first")));
        }
        let mut all = row![container(who).width(Length::Fill).clip(true), container(state).width(210)];
        let (product, batch) = (line.product.clone(), line.batch.clone());
        if now.may(Right::Do(CommandKind::OpenVial)) && line.next {
            let open = Message::OpenVial(product.clone(), batch.clone());
            all = all.push(Button::secondary(words.get("stock-open"), (!self.busy).then_some(open)));
        }
        if now.may(Right::Do(CommandKind::ChangeStock)) {
            all = all.push(Button::quiet(words.get("stock-change"), Some(Message::Change(product, batch))));
        }
        all.spacing(gap(3)).align_y(iced::Center).into()
    }

    fn vials<'a>(&'a self, vials: &'a [VialLine], now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut lines = column![].spacing(gap(2));
        if vials.is_empty() {
            lines = lines.push(ui::small(words.get("stock-no-open")));
        }
        for vial in vials {
            let name = format!("{} · {}", words.product(&vial.product), vial.batch);
            let opened = words.with("stock-opened", &[("time", moment(vial.opened_ms, words).into())]);
            let state = match vial.discard_ms {
                _ if !vial.usable => tag(Look::Late, words.get("stock-throw-away")),
                Some(until) => tag(Look::Good, words.with("stock-until", &[("time", moment(until, words).into())])),
                None => tag(Look::Good, words.get("stock-usable")),
            };
            let mut line = row![column![ui::bold(name), ui::small(opened), state].spacing(TIGHT).width(Length::Fill)];
            if now.may(Right::Do(CommandKind::CloseVial)) {
                let close = Message::CloseVial(vial.vial, vial.product.clone());
                line = line.push(Button::quiet(words.get("stock-close"), Some(close)));
            }
            lines = lines.push(line.align_y(iced::Center));
        }
        headed_card(words.get("stock-open-vials"), lines).into()
    }

    fn panel<'a>(&'a self, panel: &'a Panel, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let wrong = |field| self.trouble.as_ref().filter(|t| t.field() == Some(field)).map(|t| t.sentence(words));
        let (title, mut lines) = match panel {
            Panel::Nothing => (String::new(), column![]),
            Panel::Receive(form) => {
                let batch = field(words.get("field-batch"), &form.batch, Message::Batch).id(BATCH);
                let maker = field(words.get("field-manufacturer"), &form.manufacturer, Message::Manufacturer);
                let expires = field(words.get("field-expiry"), &form.expires, Message::Expires);
                let expires = expires.hint(words.get("stock-date-hint"));
                let doses = field(words.get("field-doses-per-vial"), &form.doses, Message::Doses);
                let vials = field(words.get("field-vials"), &form.vials, Message::Vials);
                let batch = Element::from(batch.error(wrong(Field::Batch)));
                let maker = Element::from(maker.error(wrong(Field::Manufacturer)));
                let doses = Element::from(doses.error(wrong(Field::DosesPerVial)));
                let vials = Element::from(vials.error(wrong(Field::Vials)));
                let lines = column![
                    ui::small_bold(words.get("field-product")),
                    products(form.product.as_deref(), now),
                    row![batch, maker].spacing(gap(2)),
                    Element::from(expires.error(wrong(Field::Expiry))),
                    row![doses, vials].spacing(gap(2)),
                ];
                (words.get("stock-receive"), lines)
            }
            Panel::Change { product, batch, vials, why, note } => {
                let reasons = StockWhy::ALL
                    .map(|w| short_choice(words.get(&format!("stock-{}", w.code())), *why == w, Message::Why(w)));
                let count = field(words.get("field-vials"), vials, Message::Vials).id(BATCH);
                let count = if *why == StockWhy::Counted { count.hint(words.get("stock-counted-hint")) } else { count };
                let lines = column![
                    ui::bold(format!("{} · {batch}", words.product(product))),
                    Row::with_children(reasons).spacing(gap(1)).wrap(),
                    Element::from(count.error(wrong(Field::Vials))),
                    Element::from(field(words.get("call-note"), note, Message::Note).error(wrong(Field::Note))),
                ];
                (words.get("stock-change"), lines)
            }
            Panel::Close { product, wasted, .. } => {
                let count = field(words.get("stock-wasted"), wasted, Message::Wasted).id(WASTED);
                let count = count.error(wrong(Field::DosesPerVial)).on_enter(Message::Save);
                (words.get("stock-close"), column![ui::bold(words.product(product)), Element::from(count)])
            }
        };
        let at_fields =
            [Field::Batch, Field::Manufacturer, Field::Expiry, Field::DosesPerVial, Field::Vials, Field::Note];
        if let Some(trouble) = self.trouble.as_ref().filter(|t| t.field().is_none_or(|f| !at_fields.contains(&f))) {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        let save = Button::primary(words.get("stock-save"), (!self.busy).then_some(Message::Save)).key("Enter");
        let leave = Button::quiet(words.get("shell-cancel"), Some(Message::Leave)).key("Esc");
        let buttons = row![save, leave].spacing(gap(1)).align_y(iced::Center);
        headed_card(title, lines.push(buttons).spacing(gap(2))).into()
    }
}

/// What the clinic's schedule uses.
fn products<'a>(chosen: Option<&str>, now: Now<'a>) -> Element<'a, Message> {
    let schedule = Schedule::builtin(&now.view.schedule);
    let names = schedule.into_iter().flat_map(|s| s.products().map(|p| s.product_name(p)).collect::<Vec<_>>());
    let choices = names.map(|name| {
        let on = chosen == Some(name);
        short_choice(now.words.product(name), on, Message::Product(name.to_owned()))
    });
    Row::with_children(choices).spacing(gap(1)).wrap().into()
}

fn moment(at_ms: u64, words: &Words) -> String {
    format!("{} {}", words.day(india(at_ms)), time_of_day(at_ms))
}

fn wastage<'a>(wastage: &'a [WastageLine], words: &Words) -> Element<'a, Message> {
    let mut lines = column![].spacing(gap(1));
    if wastage.is_empty() {
        lines = lines.push(ui::small(words.get("stock-no-wastage")));
    }
    for line in wastage {
        let (year, month) = line.month;
        let month = format!("{} {year}", words.get(&format!("month-{month}")));
        let rate = line.rate_permille().map_or_else(String::new, |permille| {
            let sign = if permille < 0 { "-" } else { "" };
            let rate = format!("{sign}{}.{}", permille.abs() / 10, permille.abs() % 10);
            words.with("reports-percent", &[("n", rate.into())])
        });
        let (used, given) = (line.opened + line.lost, ("given", line.given.into()));
        let said = match used {
            0 => words.with("stock-wastage-no-vial", &[given]),
            used => words.with("stock-wastage-line", &[("used", used.into()), given]),
        };
        let name = column![ui::bold(words.product(&line.product)), ui::small(format!("{month} · {said}"))];
        lines = lines.push(row![name.width(Length::Fill), ui::bold(rate)].align_y(iced::Center));
    }
    headed_card(words.get("stock-wastage"), lines).into()
}
