//! The keyboard of the whole program, and whether anybody is there.
//!
//! [`watch`] sees an event after the widgets inside it: what a field takes never becomes a shortcut. With Alt a
//! key is a shortcut wherever the focus is. A digit alone is one only on a page without fields: elsewhere it
//! may have missed its field. Keys are told by their place on the keyboard, so that they also work while a
//! Hindi layout is on.

use super::focus::{Move, focus_now};
use iced::advanced::widget::operation::TextInput;
use iced::advanced::widget::{Id, Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Shell, Widget, layout, mouse, overlay, renderer};
use iced::keyboard::key::{Code, Key, Named, Physical};
use iced::keyboard::{self, Modifiers};
use iced::time::Instant;
use iced::{Element, Event, Length, Rectangle, Size, Vector};
use std::time::Duration;

/// Signs of life are told at most this often: each costs a new view.
const ACTIVE_EVERY: Duration = Duration::from_secs(10);

/// A key that no widget took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// Of the number row, for a place of the program.
    Digit(u8),
    /// A digit alone on a page with fields, none of which has the focus.
    Stray(u8),
    /// Upper case, by the place of the key.
    Letter(char),
    Ctrl(char),
    Enter,
    Escape,
    /// The words shall be larger, or smaller.
    Larger,
    Smaller,
    /// And as they were at first.
    Usual,
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
}

/// What a key means to this program, if anything.
pub fn press(event: &keyboard::Event) -> Option<Press> {
    let keyboard::Event::KeyPressed { key, physical_key, modifiers, repeat, .. } = event else { return None };
    // A key that is held down says it once, not to every page and every child that come after; it goes on in a list.
    let goes_on = matches!(key, Key::Named(Named::ArrowUp | Named::ArrowDown | Named::PageUp | Named::PageDown));
    if *repeat && !goes_on {
        return None;
    }
    let command = modifiers.command() && !modifiers.alt();
    let plain = !modifiers.intersects(Modifiers::CTRL | Modifiers::ALT | Modifiers::LOGO);
    if let Key::Named(named) = key {
        return match named {
            Named::Enter if plain => Some(Press::Enter),
            Named::Escape => Some(Press::Escape),
            Named::ArrowUp => Some(Press::Up),
            Named::ArrowDown => Some(Press::Down),
            Named::ArrowLeft => Some(Press::Left),
            Named::ArrowRight => Some(Press::Right),
            Named::PageUp => Some(Press::PageUp),
            Named::PageDown => Some(Press::PageDown),
            Named::Home => Some(Press::Home),
            Named::End => Some(Press::End),
            _ => None,
        };
    }
    let Physical::Code(code) = physical_key else { return None };
    if let Some(letter) = letter(*code) {
        return match (command, plain && !modifiers.shift()) {
            (true, _) => Some(Press::Ctrl(letter)),
            (false, true) => Some(Press::Letter(letter)),
            (false, false) => None,
        };
    }
    let digit = digit(*code).filter(|_| plain && !modifiers.shift())?;
    Some(Press::Digit(digit))
}

/// What a key means wherever the focus is: with Alt, and those that change the size of the words.
fn everywhere(event: &keyboard::Event) -> Option<Press> {
    let keyboard::Event::KeyPressed { physical_key: Physical::Code(code), modifiers, repeat: false, .. } = event else {
        return None;
    };
    if *modifiers == Modifiers::ALT {
        return letter(*code).map(Press::Letter).or_else(|| digit(*code).map(Press::Digit));
    }
    let command = modifiers.difference(Modifiers::SHIFT) == Modifiers::COMMAND;
    match code {
        Code::Equal | Code::NumpadAdd if command => Some(Press::Larger),
        Code::Minus | Code::NumpadSubtract if command => Some(Press::Smaller),
        Code::Digit0 | Code::Numpad0 if command => Some(Press::Usual),
        _ => None,
    }
}

/// A key that is held down writes in a field and goes on in a list; it decides nothing, also where a field would take it.
fn is_held_down(event: &keyboard::Event) -> bool {
    let keyboard::Event::KeyPressed { key, modifiers, repeat: true, .. } = event else { return false };
    match key {
        Key::Named(Named::Enter | Named::Escape) => true,
        Key::Named(_) => false,
        _ => modifiers.intersects(Modifiers::CTRL | Modifiers::ALT | Modifiers::LOGO),
    }
}

/// Where the focus goes by a key.
fn moves(event: &keyboard::Event, enter_goes_on: bool) -> Option<Move> {
    let keyboard::Event::KeyPressed { key: Key::Named(named), modifiers, repeat, .. } = event else { return None };
    let plain = !modifiers.intersects(Modifiers::CTRL | Modifiers::ALT | Modifiers::LOGO);
    match named {
        Named::Tab if plain && modifiers.shift() => Some(Move::Previous),
        Named::Tab if plain => Some(Move::Next),
        Named::Enter if plain && enter_goes_on && !repeat => Some(Move::Next),
        _ => None,
    }
}

/// Is there a field on the page?
#[derive(Default)]
struct LookForField(bool);

impl Operation for LookForField {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn text_input(&mut self, _: Option<&Id>, _: Rectangle, _: &mut dyn TextInput) {
        self.0 = true;
    }
}

fn letter(code: Code) -> Option<char> {
    Some(match code {
        Code::KeyA => 'A',
        Code::KeyB => 'B',
        Code::KeyC => 'C',
        Code::KeyD => 'D',
        Code::KeyE => 'E',
        Code::KeyF => 'F',
        Code::KeyG => 'G',
        Code::KeyH => 'H',
        Code::KeyI => 'I',
        Code::KeyJ => 'J',
        Code::KeyK => 'K',
        Code::KeyL => 'L',
        Code::KeyM => 'M',
        Code::KeyN => 'N',
        Code::KeyO => 'O',
        Code::KeyP => 'P',
        Code::KeyQ => 'Q',
        Code::KeyR => 'R',
        Code::KeyS => 'S',
        Code::KeyT => 'T',
        Code::KeyU => 'U',
        Code::KeyV => 'V',
        Code::KeyW => 'W',
        Code::KeyX => 'X',
        Code::KeyY => 'Y',
        Code::KeyZ => 'Z',
        _ => return None,
    })
}

fn digit(code: Code) -> Option<u8> {
    Some(match code {
        Code::Digit0 | Code::Numpad0 => 0,
        Code::Digit1 | Code::Numpad1 => 1,
        Code::Digit2 | Code::Numpad2 => 2,
        Code::Digit3 | Code::Numpad3 => 3,
        Code::Digit4 | Code::Numpad4 => 4,
        Code::Digit5 | Code::Numpad5 => 5,
        Code::Digit6 | Code::Numpad6 => 6,
        Code::Digit7 | Code::Numpad7 => 7,
        Code::Digit8 | Code::Numpad8 => 8,
        Code::Digit9 | Code::Numpad9 => 9,
        _ => return None,
    })
}

pub struct Watch<'a, M, T, R> {
    content: Element<'a, M, T, R>,
    on_press: fn(Press) -> M,
    on_active: fn(Instant) -> M,
    enter_goes_on: bool,
}

impl<M, T, R> Watch<'_, M, T, R> {
    /// As in a ledger: Enter goes on to the next field.
    pub fn enter_goes_on(self, enter_goes_on: bool) -> Self {
        Self { enter_goes_on, ..self }
    }
}

/// Tells keys that nothing inside took, and now and then that somebody is there.
pub fn watch<'a, M, T, R>(
    content: impl Into<Element<'a, M, T, R>>,
    on_press: fn(Press) -> M,
    on_active: fn(Instant) -> M,
) -> Watch<'a, M, T, R> {
    Watch { content: content.into(), on_press, on_active, enter_goes_on: false }
}

#[derive(Default)]
struct State {
    told: Option<Instant>,
}

impl<M, T, R: iced::advanced::Renderer> Widget<M, T, R> for Watch<'_, M, T, R> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &R, limits: &layout::Limits) -> layout::Node {
        self.content.as_widget_mut().layout(&mut tree.children[0], renderer, limits)
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &R, operation: &mut dyn Operation) {
        self.content.as_widget_mut().operate(&mut tree.children[0], layout, renderer, operation);
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &R,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
        viewport: &Rectangle,
    ) {
        let content = self.content.as_widget_mut();
        let (first, is_held) = match event {
            Event::Keyboard(event) => (everywhere(event), is_held_down(event)),
            _ => (None, false),
        };
        match first {
            Some(press) => {
                shell.publish((self.on_press)(press));
                shell.capture_event();
            }
            None if is_held => shell.capture_event(),
            None => content.update(&mut tree.children[0], event, layout, cursor, renderer, clipboard, shell, viewport),
        }
        if !matches!(event, Event::Keyboard(_) | Event::Mouse(_) | Event::Touch(_)) {
            return;
        }
        let state = tree.state.downcast_mut::<State>();
        let now = Instant::now();
        if state.told.is_none_or(|told| now.duration_since(told) >= ACTIVE_EVERY) {
            state.told = Some(now);
            shell.publish((self.on_active)(now));
        }
        let Event::Keyboard(event) = event else { return };
        if shell.is_event_captured() {
            return;
        }
        let mut operate = |operation: &mut dyn Operation| {
            content.operate(&mut tree.children[0], layout, renderer, operation);
        };
        // At once: the letters that come right after it are for the next field.
        if let Some(to) = moves(event, self.enter_goes_on) {
            focus_now(to, operate);
            shell.capture_event();
            shell.request_redraw();
            return;
        }
        let press = match press(event) {
            Some(Press::Digit(digit)) => {
                let mut look = LookForField::default();
                operate(&mut look);
                Some(if look.0 { Press::Stray(digit) } else { Press::Digit(digit) })
            }
            press => press,
        };
        if let Some(press) = press {
            shell.publish((self.on_press)(press));
            shell.capture_event();
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut R,
        theme: &T,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        self.content.as_widget().draw(&tree.children[0], renderer, theme, style, layout, cursor, viewport);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &R,
    ) -> mouse::Interaction {
        self.content.as_widget().mouse_interaction(&tree.children[0], layout, cursor, viewport, renderer)
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &R,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, M, T, R>> {
        self.content.as_widget_mut().overlay(&mut tree.children[0], layout, renderer, viewport, translation)
    }
}

impl<'a, M: 'a, T: 'a, R: iced::advanced::Renderer + 'a> From<Watch<'a, M, T, R>> for Element<'a, M, T, R> {
    fn from(watch: Watch<'a, M, T, R>) -> Self {
        Element::new(watch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str, code: Code, modifiers: Modifiers) -> keyboard::Event {
        let key = Key::Character(text.into());
        keyboard::Event::KeyPressed {
            key: key.clone(),
            modified_key: key,
            physical_key: Physical::Code(code),
            location: keyboard::Location::Standard,
            modifiers,
            text: Some(text.into()),
            repeat: false,
        }
    }

    #[test]
    fn keys_work_on_a_hindi_layout() {
        assert_eq!(press(&key("१", Code::Digit1, Modifiers::empty())), Some(Press::Digit(1)));
        assert_eq!(press(&key("ल", Code::KeyN, Modifiers::empty())), Some(Press::Letter('N')));
        assert_eq!(press(&key("त", Code::KeyL, Modifiers::CTRL)), Some(Press::Ctrl('L')));
        assert_eq!(press(&key("1", Code::Numpad1, Modifiers::empty())), Some(Press::Digit(1)));
    }

    fn held(event: keyboard::Event) -> keyboard::Event {
        let mut event = event;
        if let keyboard::Event::KeyPressed { repeat, .. } = &mut event {
            *repeat = true;
        }
        event
    }

    fn named(named: Named, code: Code) -> keyboard::Event {
        let mut event = key("", code, Modifiers::empty());
        if let keyboard::Event::KeyPressed { key, text, .. } = &mut event {
            (*key, *text) = (Key::Named(named), None);
        }
        event
    }

    #[test]
    fn a_key_that_is_held_down_counts_once() {
        let once = [
            named(Named::Enter, Code::Enter),
            named(Named::Escape, Code::Escape),
            named(Named::Home, Code::Home),
            key("n", Code::KeyN, Modifiers::empty()),
            key("1", Code::Digit1, Modifiers::empty()),
            key("z", Code::KeyZ, Modifiers::CTRL),
        ];
        for event in once {
            assert!(press(&event).is_some(), "{event:?}");
            assert_eq!(press(&held(event.clone())), None, "{event:?}");
        }
        for (goes_on, code) in [
            (Named::ArrowUp, Code::ArrowUp),
            (Named::ArrowDown, Code::ArrowDown),
            (Named::PageUp, Code::PageUp),
            (Named::PageDown, Code::PageDown),
        ] {
            let event = named(goes_on, code);
            assert!(press(&event).is_some());
            assert_eq!(press(&held(event.clone())), press(&event));
        }
    }

    #[test]
    fn a_held_key_writes_in_a_field_and_sends_nothing() {
        assert!(is_held_down(&held(named(Named::Enter, Code::Enter))));
        assert!(is_held_down(&held(key("v", Code::KeyV, Modifiers::CTRL))));
        assert!(!is_held_down(&named(Named::Enter, Code::Enter)));
        assert!(!is_held_down(&held(key("n", Code::KeyN, Modifiers::empty()))));
        assert!(!is_held_down(&held(named(Named::Backspace, Code::Backspace))));
    }

    #[test]
    fn other_combinations_are_left_alone() {
        assert_eq!(press(&key("!", Code::Digit1, Modifiers::SHIFT)), None);
        assert_eq!(press(&key("n", Code::KeyN, Modifiers::ALT)), None);
        assert_eq!(press(&key(",", Code::Comma, Modifiers::empty())), None);
    }

    #[test]
    fn with_alt_a_key_is_a_shortcut_everywhere() {
        assert_eq!(everywhere(&key("2", Code::Digit2, Modifiers::ALT)), Some(Press::Digit(2)));
        assert_eq!(everywhere(&key("ल", Code::KeyN, Modifiers::ALT)), Some(Press::Letter('N')));
        assert_eq!(everywhere(&key("2", Code::Digit2, Modifiers::empty())), None);
        assert_eq!(everywhere(&key("+", Code::Equal, Modifiers::CTRL | Modifiers::SHIFT)), Some(Press::Larger));
        assert_eq!(everywhere(&key("-", Code::Minus, Modifiers::CTRL)), Some(Press::Smaller));
        assert_eq!(everywhere(&key("0", Code::Digit0, Modifiers::CTRL)), Some(Press::Usual));
        assert_eq!(everywhere(&key("0", Code::Digit0, Modifiers::empty())), None);
        // Right Alt with Ctrl writes letters on some layouts.
        assert_eq!(everywhere(&key("e", Code::KeyE, Modifiers::ALT | Modifiers::CTRL)), None);
    }
}
