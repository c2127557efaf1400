//! Rows of one height, of which only some are made. Each keeps its state while others come and go at either end: iced's
//! own columns know a child by its place, and would shape the words of all rows anew whenever a list is scrolled by one.

use super::Element;
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Shell, Widget, layout, mouse, overlay, renderer};
use iced::{Event, Length, Point, Rectangle, Renderer, Size, Theme, Vector};
use std::ops::Range;

pub struct Rows<'a, M> {
    /// Of the list, also those that are not made.
    len: usize,
    height: f32,
    /// The first one that is made.
    first: usize,
    rows: Vec<Element<'a, M>>,
}

impl<'a, M> Rows<'a, M> {
    pub fn new(len: usize, height: f32, made: Range<usize>, row: impl Fn(usize) -> Element<'a, M>) -> Self {
        Self { len, height, first: made.start, rows: made.map(row).collect() }
    }
}

struct State {
    first: usize,
}

impl<M> Widget<M, Theme, Renderer> for Rows<'_, M> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State { first: self.first })
    }

    fn children(&self) -> Vec<Tree> {
        self.rows.iter().map(Tree::new).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        let before = std::mem::replace(&mut tree.state.downcast_mut::<State>().first, self.first);
        let mut kept: Vec<Option<Tree>> = std::mem::take(&mut tree.children).into_iter().map(Some).collect();
        let mut of = |row: usize| kept.get_mut(row.checked_sub(before)?)?.take();
        let made = self.rows.iter().enumerate().map(|(n, row)| match of(self.first + n) {
            Some(mut tree) => {
                tree.diff(row);
                tree
            }
            None => Tree::new(row),
        });
        tree.children = made.collect();
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fixed(self.len as f32 * self.height))
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        let width = limits.max().width;
        let of_row = layout::Limits::new(Size::ZERO, Size::new(width, self.height));
        let laid = self.rows.iter_mut().zip(&mut tree.children).enumerate().map(|(n, (row, tree))| {
            let y = (self.first + n) as f32 * self.height;
            row.as_widget_mut().layout(tree, renderer, &of_row).move_to(Point::new(0.0, y))
        });
        let laid = laid.collect();
        layout::Node::with_children(Size::new(width, self.len as f32 * self.height), laid)
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        operation.container(None, layout.bounds());
        operation.traverse(&mut |operation| {
            for ((row, tree), layout) in self.rows.iter_mut().zip(&mut tree.children).zip(layout.children()) {
                row.as_widget_mut().operate(tree, layout, renderer, operation);
            }
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
        viewport: &Rectangle,
    ) {
        for ((row, tree), layout) in self.rows.iter_mut().zip(&mut tree.children).zip(layout.children()) {
            row.as_widget_mut().update(tree, event, layout, cursor, renderer, clipboard, shell, viewport);
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let all = self.rows.iter().zip(&tree.children).zip(layout.children());
        for ((row, tree), layout) in all.filter(|(_, layout)| layout.bounds().intersects(viewport)) {
            row.as_widget().draw(tree, renderer, theme, style, layout, cursor, viewport);
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let all = self.rows.iter().zip(&tree.children).zip(layout.children());
        let each = all
            .map(|((row, tree), layout)| row.as_widget().mouse_interaction(tree, layout, cursor, viewport, renderer));
        each.max().unwrap_or_default()
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, M, Theme, Renderer>> {
        overlay::from_children(&mut self.rows, tree, layout, renderer, viewport, translation)
    }
}

impl<'a, M: 'a> From<Rows<'a, M>> for Element<'a, M> {
    fn from(rows: Rows<'a, M>) -> Self {
        Element::new(rows)
    }
}

/// A list that is as high as a whole number of its rows: what is left of its room stays free, and no row is cut through.
pub struct Whole<'a, M> {
    list: Element<'a, M>,
    row_height: f32,
}

impl<'a, M> Whole<'a, M> {
    pub fn new(list: impl Into<Element<'a, M>>, row_height: f32) -> Self {
        Self { list: list.into(), row_height }
    }
}

/// So much of a room do whole rows take; of one that is lower than a row, all.
fn whole(room: f32, row_height: f32) -> f32 {
    if room < row_height || room.is_infinite() { room } else { (room / row_height).floor() * row_height }
}

impl<M> Widget<M, Theme, Renderer> for Whole<'_, M> {
    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.list)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.list));
    }

    fn size(&self) -> Size<Length> {
        self.list.as_widget().size()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        let max = limits.max();
        let of_list = layout::Limits::new(Size::ZERO, Size::new(max.width, whole(max.height, self.row_height)));
        let list = self.list.as_widget_mut().layout(&mut tree.children[0], renderer, &of_list);
        let size = Size::new(list.size().width, if max.height.is_infinite() { list.size().height } else { max.height });
        layout::Node::with_children(size, vec![list])
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        self.list.as_widget_mut().operate(&mut tree.children[0], layout.child(0), renderer, operation);
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
        viewport: &Rectangle,
    ) {
        let (layout, tree) = (layout.child(0), &mut tree.children[0]);
        self.list.as_widget_mut().update(tree, event, layout, cursor, renderer, clipboard, shell, viewport);
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        self.list.as_widget().draw(&tree.children[0], renderer, theme, style, layout.child(0), cursor, viewport);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        self.list.as_widget().mouse_interaction(&tree.children[0], layout.child(0), cursor, viewport, renderer)
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, M, Theme, Renderer>> {
        self.list.as_widget_mut().overlay(&mut tree.children[0], layout.child(0), renderer, viewport, translation)
    }
}

impl<'a, M: 'a> From<Whole<'a, M>> for Element<'a, M> {
    fn from(whole: Whole<'a, M>) -> Self {
        Element::new(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_as_high_as_whole_rows() {
        let heights = [(171.0, 54.0, 162.0), (162.0, 54.0, 162.0), (53.0, 54.0, 53.0)];
        for (room, row, height) in heights {
            assert!((whole(room, row) - height).abs() < 0.01, "{room} {row}");
        }
        assert!(whole(f32::INFINITY, 54.0).is_infinite());
    }
}
