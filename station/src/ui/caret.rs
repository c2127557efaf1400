//! Fields whose caret stands where the next letter goes, in every script.
//!
//! iced counts extended grapheme clusters where it writes and legacy ones where it draws the caret, and takes the first
//! glyph of a cluster for all of it: in a word of Devanagari its caret stands letters too far left. This is iced's own
//! field, drawn by iced's own renderer; another [`Line`] says where a grapheme stands.

use super::Element;
use iced::advanced::graphics::text::{Editor, Paragraph};
use iced::advanced::renderer::{Quad, Style};
use iced::advanced::text::{
    self, Alignment, Difference, Hit, LineHeight, Renderer as _, Shaping, Span, Text, Wrapping,
};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Shell, Widget, image, layout, mouse};
use iced::alignment::Vertical;
use iced::keyboard::{self, key::Named};
use iced::widget::{TextInput, text_input};
use iced::{Background, Color, Event, Font, Length, Pixels, Point, Rectangle, Renderer, Size, Theme, Transformation};
use unicode_segmentation::UnicodeSegmentation;

/// iced's field, with all that can be set on it; [`caret`] puts it on a page.
pub type Input<'a, M> = TextInput<'a, M, Theme, Fields>;

pub fn input<'a, M: Clone + 'a>(value: &str) -> Input<'a, M> {
    text_input("", value)
}

pub fn caret<'a, M: Clone + 'a>(input: Input<'a, M>) -> Element<'a, M> {
    Element::new(Caret { input, leaves_escape: false })
}

/// The same in a field in which there is nothing to lose: Esc is left to the page, and goes back at once.
pub fn caret_leaving_escape<'a, M: Clone + 'a>(input: Input<'a, M>) -> Element<'a, M> {
    Element::new(Caret { input, leaves_escape: true })
}

/// One line of text as it is drawn.
#[derive(Debug, Clone, Default)]
pub struct Line(Paragraph);

impl text::Paragraph for Line {
    type Font = Font;

    fn with_text(text: Text<&str, Font>) -> Self {
        Self(Paragraph::with_text(text))
    }

    fn with_spans<Link>(text: Text<&[Span<'_, Link, Font>], Font>) -> Self {
        Self(Paragraph::with_spans(text))
    }

    fn resize(&mut self, new_bounds: Size) {
        self.0.resize(new_bounds);
    }

    fn compare(&self, text: Text<(), Font>) -> Difference {
        self.0.compare(text)
    }

    fn size(&self) -> Pixels {
        self.0.size()
    }

    fn font(&self) -> Font {
        self.0.font()
    }

    fn line_height(&self) -> LineHeight {
        self.0.line_height()
    }

    fn align_x(&self) -> Alignment {
        self.0.align_x()
    }

    fn align_y(&self) -> Vertical {
        self.0.align_y()
    }

    fn wrapping(&self) -> Wrapping {
        self.0.wrapping()
    }

    fn shaping(&self) -> Shaping {
        self.0.shaping()
    }

    fn bounds(&self) -> Size {
        self.0.bounds()
    }

    fn min_bounds(&self) -> Size {
        self.0.min_bounds()
    }

    fn hit_test(&self, point: Point) -> Option<Hit> {
        self.0.hit_test(point)
    }

    fn hit_span(&self, point: Point) -> Option<usize> {
        self.0.hit_span(point)
    }

    fn span_bounds(&self, index: usize) -> Vec<Rectangle> {
        self.0.span_bounds(index)
    }

    /// The widths of all glyphs before it; of a glyph for several graphemes, their share.
    fn grapheme_position(&self, line: usize, index: usize) -> Option<Point> {
        let run = self.0.buffer().layout_runs().nth(line)?;
        let at = run.text.grapheme_indices(true).nth(index).map_or(run.text.len(), |(at, _)| at);
        let count =
            |from: usize, until: usize| run.text.get(from..until).map_or(0, |part| part.graphemes(true).count());
        let before = run.glyphs.iter().filter(|glyph| glyph.start < at).map(|glyph| match glyph.end > at {
            true => glyph.w * count(glyph.start, at) as f32 / count(glyph.start, glyph.end).max(1) as f32,
            false => glyph.w,
        });
        Some(Point::new(before.sum(), 0.0))
    }
}

/// iced's renderer, for fields.
#[derive(Debug)]
pub struct Fields(Renderer);

impl Fields {
    /// One that draws nothing, for what is asked of the other one.
    fn like(renderer: &Renderer) -> Self {
        Self(Renderer::new(renderer.default_font(), renderer.default_size()))
    }
}

impl iced::advanced::Renderer for Fields {
    fn start_layer(&mut self, bounds: Rectangle) {
        self.0.start_layer(bounds);
    }

    fn end_layer(&mut self) {
        self.0.end_layer();
    }

    fn start_transformation(&mut self, transformation: Transformation) {
        self.0.start_transformation(transformation);
    }

    fn end_transformation(&mut self) {
        self.0.end_transformation();
    }

    fn fill_quad(&mut self, quad: Quad, background: impl Into<Background>) {
        self.0.fill_quad(quad, background);
    }

    fn reset(&mut self, new_bounds: Rectangle) {
        self.0.reset(new_bounds);
    }

    fn allocate_image(
        &mut self,
        handle: &image::Handle,
        callback: impl FnOnce(Result<image::Allocation, image::Error>) + Send + 'static,
    ) {
        self.0.allocate_image(handle, callback);
    }
}

impl text::Renderer for Fields {
    type Font = Font;
    type Paragraph = Line;
    type Editor = Editor;

    const ICON_FONT: Font = <Renderer as text::Renderer>::ICON_FONT;
    const CHECKMARK_ICON: char = <Renderer as text::Renderer>::CHECKMARK_ICON;
    const ARROW_DOWN_ICON: char = <Renderer as text::Renderer>::ARROW_DOWN_ICON;
    const SCROLL_UP_ICON: char = <Renderer as text::Renderer>::SCROLL_UP_ICON;
    const SCROLL_DOWN_ICON: char = <Renderer as text::Renderer>::SCROLL_DOWN_ICON;
    const SCROLL_LEFT_ICON: char = <Renderer as text::Renderer>::SCROLL_LEFT_ICON;
    const SCROLL_RIGHT_ICON: char = <Renderer as text::Renderer>::SCROLL_RIGHT_ICON;
    const ICED_LOGO: char = <Renderer as text::Renderer>::ICED_LOGO;

    fn default_font(&self) -> Font {
        self.0.default_font()
    }

    fn default_size(&self) -> Pixels {
        self.0.default_size()
    }

    fn fill_paragraph(&mut self, text: &Line, position: Point, color: Color, clip_bounds: Rectangle) {
        self.0.fill_paragraph(&text.0, position, color, clip_bounds);
    }

    fn fill_editor(&mut self, editor: &Editor, position: Point, color: Color, clip_bounds: Rectangle) {
        self.0.fill_editor(editor, position, color, clip_bounds);
    }

    fn fill_text(&mut self, text: Text<String, Font>, position: Point, color: Color, clip_bounds: Rectangle) {
        self.0.fill_text(text, position, color, clip_bounds);
    }
}

struct Caret<'a, M> {
    input: Input<'a, M>,
    leaves_escape: bool,
}

impl<'a, M: Clone + 'a> Caret<'a, M> {
    fn inner(&self) -> &dyn Widget<M, Theme, Fields> {
        &self.input
    }

    fn inner_mut(&mut self) -> &mut (dyn Widget<M, Theme, Fields> + 'a) {
        &mut self.input
    }
}

impl<'a, M: Clone + 'a> Widget<M, Theme, Renderer> for Caret<'a, M> {
    fn tag(&self) -> tree::Tag {
        self.inner().tag()
    }

    fn state(&self) -> tree::State {
        self.inner().state()
    }

    fn diff(&self, tree: &mut Tree) {
        self.inner().diff(tree);
    }

    fn size(&self) -> Size<Length> {
        self.inner().size()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        self.inner_mut().layout(tree, &Fields::like(renderer), limits)
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        self.inner_mut().operate(tree, layout, &Fields::like(renderer), operation);
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
        let is_escape = matches!(
            event,
            Event::Keyboard(keyboard::Event::KeyPressed { key: keyboard::Key::Named(Named::Escape), .. })
        );
        if is_escape && self.leaves_escape {
            return;
        }
        let fields = Fields::like(renderer);
        self.inner_mut().update(tree, event, layout, cursor, &fields, clipboard, shell, viewport);
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let mut fields = Fields::like(renderer);
        std::mem::swap(&mut fields.0, renderer);
        self.inner().draw(tree, &mut fields, theme, style, layout, cursor, viewport);
        std::mem::swap(&mut fields.0, renderer);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        self.inner().mouse_interaction(tree, layout, cursor, viewport, &Fields::like(renderer))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::fonts::{self, Fonts};
    use iced::advanced::graphics::text::font_system;
    use iced::advanced::text::Paragraph as _;

    fn line(content: &str) -> Line {
        Line::with_text(Text {
            content,
            bounds: Size::INFINITE,
            size: 15.into(),
            line_height: LineHeight::default(),
            font: fonts::SCREEN,
            align_x: Alignment::Default,
            align_y: Vertical::Center,
            shaping: Shaping::Advanced,
            wrapping: Wrapping::None,
        })
    }

    /// After each letter of a name that is typed, the caret stands at the end of what is drawn.
    #[test]
    fn the_caret_stands_behind_what_is_written() {
        let fonts = Fonts::load().unwrap().for_screen();
        let mut system = font_system().write().unwrap();
        fonts.into_iter().for_each(|font| system.load_font(font));
        drop(system);
        for name in ["Sunita Devi", "सुनीता देवी", "प्रिया", "श्रेया क्षत्रिय", "किरण", "अर्जुन", "ज़्योत्स्ना", "फ़ातिमा"]
        {
            let graphemes: Vec<&str> = name.graphemes(true).collect();
            let all = line(name);
            let mut last = 0.0;
            for index in 1..=graphemes.len() {
                let typed = line(&graphemes[..index].concat());
                let (at, end) = (typed.grapheme_position(0, index).unwrap().x, typed.min_bounds().width);
                assert!((at - end).abs() < 0.5, "{name}, {index}: the caret is at {at}, the end at {end}");
                // And within the whole name it goes on from letter to letter.
                let within = all.grapheme_position(0, index).unwrap().x;
                assert!(within > last, "{name}, {index}: {within} after {last}");
                last = within;
            }
            assert_eq!(all.grapheme_position(0, 0).unwrap().x, 0.0);
        }
    }
}
