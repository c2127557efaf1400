//! Moves the focus, and brings what has it into sight: iced moves the focus also to what lies below the fold,
//! and leaves it there.

use iced::advanced::widget::operation::scrollable::AbsoluteOffset;
use iced::advanced::widget::operation::{Focusable, Operation, Outcome, Scrollable, TextInput};
use iced::advanced::widget::{self, Id};
use iced::{Rectangle, Task, Vector};

/// Room over what has the focus, for the name over a field; and under it, for what is said there, and for news over
/// the end of a page.
const ABOVE: f32 = 28.0;
const BELOW: f32 = 64.0;

/// Moves the focus to what has this name.
pub fn focus<M: Send + 'static>(id: impl Into<Id>) -> Task<M> {
    widget::operate(Look::new(Move::To(id.into())))
}

/// Moves the focus to the first field of the page, if it has one.
pub fn focus_first<M: Send + 'static>() -> Task<M> {
    widget::operate(Look::new(Move::FirstField))
}

/// The name of the chosen row of a list.
pub const ROW: &str = "chosen-row";

/// Brings the chosen row into sight, and leaves the focus where it is.
pub fn show_row<M: Send + 'static>() -> Task<M> {
    show(ROW)
}

/// The same with a part of a page.
pub fn show<M: Send + 'static>(id: &'static str) -> Task<M> {
    widget::operate(Look::new(Move::Show(Id::new(id))))
}

/// Moves the focus at once; `operate` walks through the widgets.
pub fn focus_now(to: Move, mut operate: impl FnMut(&mut dyn Operation)) {
    let mut next: Option<Box<dyn Operation>> = Some(Box::new(Look::new(to)));
    while let Some(mut now) = next.take() {
        operate(now.as_mut());
        if let Outcome::Chain(chained) = now.finish() {
            next = Some(chained);
        }
    }
}

/// Where the focus goes.
#[derive(Debug, Clone)]
pub enum Move {
    Next,
    Previous,
    To(Id),
    FirstField,
    /// Only what is seen moves: a row has no focus.
    Show(Id),
}

/// What can have the focus, and in which scrollables it lies, from the outermost.
struct Stop {
    id: Option<Id>,
    focused: bool,
    bounds: Rectangle,
    inside: Vec<usize>,
}

struct Pane {
    bounds: Rectangle,
    content_height: f32,
    offset: f32,
}

/// Looks where the focus is, and what is around it.
struct Look {
    to: Move,
    stops: Vec<Stop>,
    panes: Vec<Pane>,
    /// Where fields are.
    fields: Vec<Rectangle>,
    /// A scrollable whose content comes next.
    entered: Option<usize>,
    inside: Vec<usize>,
}

impl Look {
    fn new(to: Move) -> Self {
        Self { to, stops: Vec::new(), panes: Vec::new(), fields: Vec::new(), entered: None, inside: Vec::new() }
    }

    /// The stop to which the focus goes; after the last comes the first.
    fn target(&self) -> Option<usize> {
        let focused = self.stops.iter().position(|stop| stop.focused);
        let last = self.stops.len().checked_sub(1)?;
        match (&self.to, focused) {
            (Move::To(id) | Move::Show(id), _) => self.stops.iter().position(|stop| stop.id.as_ref() == Some(id)),
            (Move::FirstField, _) => self.stops.iter().position(|stop| self.fields.contains(&stop.bounds)),
            (Move::Next, Some(at)) if at < last => Some(at + 1),
            (Move::Next, _) => Some(0),
            (Move::Previous, Some(at)) if at > 0 => Some(at - 1),
            (Move::Previous, _) => Some(last),
        }
    }

    /// How far each scrollable around a stop must be moved, so that it is seen.
    fn moved(&self, stop: &Stop) -> Vec<(usize, f32)> {
        let (mut top, mut bottom) = (stop.bounds.y - ABOVE, stop.bounds.y + stop.bounds.height + BELOW);
        let mut moved = Vec::new();
        for at in stop.inside.iter().rev() {
            let Some(Pane { bounds, content_height, offset }) = self.panes.get(*at) else { continue };
            let seen = bounds.y + offset;
            let begins_above = top < seen + bounds.height / 2.0;
            let by = if top < seen {
                top - seen
            } else if begins_above && bottom - top > bounds.height {
                // It does not fit, and most of what fits is seen.
                0.0
            } else {
                // What is higher than the pane is shown from its top.
                (bottom - seen - bounds.height).max(0.0).min(top - seen)
            };
            let to = (offset + by).clamp(0.0, (content_height - bounds.height).max(0.0));
            moved.push((*at, to - offset));
            (top, bottom) = (top - to, bottom - to);
        }
        moved
    }
}

impl<T: 'static> Operation<T> for Look {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        let entered = self.entered.take();
        self.inside.extend(entered);
        operate(self);
        if entered.is_some() {
            let _ = self.inside.pop();
        }
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        by: Vector,
        _: &mut dyn Scrollable,
    ) {
        self.entered = Some(self.panes.len());
        self.panes.push(Pane { bounds, content_height: content.height, offset: by.y });
    }

    fn container(&mut self, id: Option<&Id>, bounds: Rectangle) {
        if matches!(&self.to, Move::Show(row) if Some(row) == id) {
            self.stops.push(Stop { id: id.cloned(), focused: false, bounds, inside: self.inside.clone() });
        }
    }

    fn focusable(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        let (id, focused, inside) = (id.cloned(), state.is_focused(), self.inside.clone());
        self.stops.push(Stop { id, focused, bounds, inside });
    }

    fn text_input(&mut self, _: Option<&Id>, bounds: Rectangle, _: &mut dyn TextInput) {
        self.fields.push(bounds);
    }

    fn finish(&self) -> Outcome<T> {
        let target = self.target();
        let moved = target.and_then(|at| self.stops.get(at)).map_or_else(Vec::new, |stop| self.moved(stop));
        let stays = matches!(self.to, Move::Show(_));
        Outcome::Chain(Box::new(Apply { target, stays, moved, stops: 0, panes: 0 }))
    }
}

/// Moves the focus, and the scrollables around it.
struct Apply {
    target: Option<usize>,
    /// The focus stays where it is.
    stays: bool,
    moved: Vec<(usize, f32)>,
    /// How many of each have been met.
    stops: usize,
    panes: usize,
}

impl<T: 'static> Operation<T> for Apply {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        _: Vector,
        state: &mut dyn Scrollable,
    ) {
        if let Some((_, y)) = self.moved.iter().find(|(at, y)| *at == self.panes && *y != 0.0) {
            state.scroll_by(AbsoluteOffset { x: 0.0, y: *y }, bounds, content);
        }
        self.panes += 1;
    }

    fn focusable(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn Focusable) {
        if self.stays {
            return;
        }
        if self.target != Some(self.stops) {
            state.unfocus();
        } else if !state.is_focused() {
            state.focus();
        }
        self.stops += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(y: f32, inside: Vec<usize>) -> Stop {
        let bounds = Rectangle { x: 0.0, y, width: 100.0, height: 40.0 };
        Stop { id: None, focused: false, bounds, inside }
    }

    fn pane(y: f32, height: f32, content_height: f32, offset: f32) -> Pane {
        Pane { bounds: Rectangle { x: 0.0, y, width: 100.0, height }, content_height, offset }
    }

    fn look(panes: Vec<Pane>) -> Look {
        Look { panes, ..Look::new(Move::Next) }
    }

    #[test]
    fn what_is_seen_already_moves_nothing() {
        let look = look(vec![pane(100.0, 400.0, 1_000.0, 0.0)]);
        assert_eq!(look.moved(&stop(200.0, vec![0])), [(0, 0.0)]);
        assert!(look.moved(&stop(900.0, Vec::new())).is_empty());
    }

    #[test]
    fn what_is_below_or_above_comes_into_sight() {
        let below = look(vec![pane(100.0, 400.0, 1_000.0, 0.0)]);
        assert_eq!(below.moved(&stop(600.0, vec![0])), [(0, 600.0 + 40.0 + BELOW - 500.0)]);
        // Not farther than the content goes.
        assert_eq!(below.moved(&stop(1_060.0, vec![0])), [(0, 600.0)]);
        let above = look(vec![pane(100.0, 400.0, 1_000.0, 300.0)]);
        assert_eq!(above.moved(&stop(200.0, vec![0])), [(0, 200.0 - ABOVE - 400.0)]);
    }

    #[test]
    fn what_does_not_fit_is_moved_when_little_of_it_is_seen() {
        let look = look(vec![pane(100.0, 400.0, 2_000.0, 0.0)]);
        let tall = |y| Stop { bounds: Rectangle { x: 0.0, y, width: 100.0, height: 900.0 }, ..stop(y, vec![0]) };
        assert_eq!(look.moved(&tall(200.0)), [(0, 0.0)]);
        assert_eq!(look.moved(&tall(400.0)), [(0, 400.0 - ABOVE - 100.0)]);
    }

    #[test]
    fn a_pane_in_a_pane_moves_with_it() {
        // The inner pane begins below the fold of the outer one.
        let look = look(vec![pane(0.0, 300.0, 1_000.0, 0.0), pane(400.0, 200.0, 500.0, 0.0)]);
        let moved = look.moved(&stop(700.0, vec![0, 1]));
        assert_eq!(moved[0], (1, 700.0 + 40.0 + BELOW - 600.0));
        assert_eq!(moved[1], (0, 300.0));
    }
}
