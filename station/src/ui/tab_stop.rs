//! Makes anything reachable with Tab. iced focuses text inputs only.

use super::theme::colors;
use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{self, Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Shell, Widget, layout, mouse, overlay, renderer};
use iced::keyboard::{self, key::Named};
use iced::{Border, Color, Element, Event, Length, Rectangle, Size, Vector, touch};

pub struct TabStop<'a, M, T, R> {
    content: Element<'a, M, T, R>,
    /// What Space, and mostly Enter, mean while the focus is here.
    activate: M,
    enter: bool,
    radius: f32,
    on_deep: bool,
    id: Option<widget::Id>,
}

/// Enter and Space publish `activate` while the focus is on `content`.
pub fn tab_stop<'a, M: Clone + 'a, T: 'a, R: iced::advanced::Renderer + 'a>(
    content: impl Into<Element<'a, M, T, R>>,
    activate: M,
) -> TabStop<'a, M, T, R> {
    TabStop { content: content.into(), activate, enter: true, radius: super::theme::RADIUS, on_deep: false, id: None }
}

impl<M, T, R> TabStop<'_, M, T, R> {
    /// For what is chosen or ticked: Enter is left to the page, as in a field.
    pub fn by_space(self) -> Self {
        Self { enter: false, ..self }
    }

    /// The name by which the focus is moved here.
    pub fn id(self, id: Option<&'static str>) -> Self {
        Self { id: id.map(widget::Id::new), ..self }
    }

    /// It stands on the bar: its ring is seen there too.
    pub fn on_deep(self, on_deep: bool) -> Self {
        Self { on_deep, ..self }
    }

    /// How round the ring is.
    pub fn radius(self, radius: f32) -> Self {
        Self { radius, ..self }
    }
}

#[derive(Default)]
struct State {
    focused: bool,
}

impl Focusable for State {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
    }
}

impl<'a, M: Clone, T, R: iced::advanced::Renderer> Widget<M, T, R> for TabStop<'a, M, T, R> {
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
        let node = self.content.as_widget_mut().layout(&mut tree.children[0], renderer, limits);
        layout::Node::with_children(node.size(), vec![node])
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &R, operation: &mut dyn Operation) {
        operation.focusable(self.id.as_ref(), layout.bounds(), tree.state.downcast_mut::<State>());
        operation.traverse(&mut |operation| {
            self.content.as_widget_mut().operate(&mut tree.children[0], layout.child(0), renderer, operation);
        });
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
        self.content.as_widget_mut().update(
            &mut tree.children[0],
            event,
            layout.child(0),
            cursor,
            renderer,
            clipboard,
            shell,
            viewport,
        );
        let state = tree.state.downcast_mut::<State>();
        match event {
            // The ring is for those who use the keyboard.
            Event::Mouse(mouse::Event::ButtonPressed(_)) | Event::Touch(touch::Event::FingerPressed { .. })
                if state.focused =>
            {
                state.focused = false;
                shell.request_redraw();
            }
            Event::Keyboard(keyboard::Event::KeyPressed {
                key: keyboard::Key::Named(key @ (Named::Enter | Named::Space)),
                repeat: false,
                ..
            }) if state.focused && (self.enter || *key == Named::Space) && !shell.is_event_captured() => {
                shell.publish(self.activate.clone());
                shell.capture_event();
            }
            _ => {}
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
        self.content.as_widget().draw(&tree.children[0], renderer, theme, style, layout.child(0), cursor, viewport);
        if tree.state.downcast_ref::<State>().focused {
            // A layer of its own, or the content's text is drawn over it.
            renderer.with_layer(*viewport, |renderer| {
                renderer.fill_quad(
                    renderer::Quad {
                        bounds: layout.bounds().expand(2.0),
                        border: Border {
                            color: if self.on_deep { colors().on_deep } else { colors().focus },
                            width: 3.0,
                            radius: (self.radius + 2.0).into(),
                        },
                        ..Default::default()
                    },
                    Color::TRANSPARENT,
                );
            });
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &R,
    ) -> mouse::Interaction {
        self.content.as_widget().mouse_interaction(&tree.children[0], layout.child(0), cursor, viewport, renderer)
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &R,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, M, T, R>> {
        self.content.as_widget_mut().overlay(&mut tree.children[0], layout.child(0), renderer, viewport, translation)
    }
}

impl<'a, M: Clone + 'a, T: 'a, R: iced::advanced::Renderer + 'a> From<TabStop<'a, M, T, R>> for Element<'a, M, T, R> {
    fn from(stop: TabStop<'a, M, T, R>) -> Self {
        Element::new(stop)
    }
}

/// The name by which the program moves the focus to a field.
pub fn id(name: &'static str) -> widget::Id {
    widget::Id::new(name)
}
