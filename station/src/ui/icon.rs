//! Our own drawings, from `assets/icons`: SVG files that use `path` (absolute M L H V C Z) and `circle` on
//! a field of 24 by 24. A drawing with `stroke="currentColor"` is lines, any other is filled.

use iced::widget::canvas::{self, Canvas, LineCap, LineJoin, Path, Stroke};
use iced::{Color, Point, Rectangle, Renderer, Theme, mouse};

const FIELD: f32 = 24.0;
const LINE_WIDTH: f32 = 2.0;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident => $file:literal),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Icon { $($(#[$doc])* $name),* }

        impl Icon {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            fn svg(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../../../assets/icons/", $file, ".svg"))),* }
            }
        }
    };
}

icons! {
    Today => "today",
    Child => "child",
    ChildNew => "child-new",
    Toy => "toy",
    Staff => "staff",
    Settings => "settings",
    Lock => "lock",
    LogOut => "log-out",
    Search => "search",
    Card => "card",
    Paper => "paper",
    Check => "check",
    Cross => "cross",
    Back => "back",
    Clock => "clock",
    Drop => "drop",
    Chart => "chart",
    /// States, by shape.
    Triangle => "triangle",
    Disc => "disc",
    Ring => "ring",
    Square => "square",
    /// A box that can be ticked.
    BoxEmpty => "box-empty",
    BoxTicked => "box-ticked",
    RadioEmpty => "ring",
    RadioChosen => "radio-chosen",
}

/// For words of the small size.
pub const SMALL: f32 = 12.0;
pub const USUAL: f32 = 18.0;

pub fn icon<'a, M: 'a>(icon: Icon, size: f32, color: Color) -> super::Element<'a, M> {
    Canvas::new(Drawing { icon, color }).width(size).height(size).into()
}

pub fn small<'a, M: 'a>(which: Icon, color: Color) -> super::Element<'a, M> {
    icon(which, SMALL, color)
}

struct Drawing {
    icon: Icon,
    color: Color,
}

impl<M> canvas::Program<M> for Drawing {
    type State = ();

    fn draw(
        &self,
        _: &(),
        renderer: &Renderer,
        _: &Theme,
        bounds: Rectangle,
        _: mouse::Cursor,
    ) -> Vec<canvas::Geometry> {
        let mut frame = canvas::Frame::new(renderer, bounds.size());
        let scale = bounds.width / FIELD;
        let svg = self.icon.svg();
        let lines = svg.contains("stroke=\"currentColor\"");
        for path in paths(svg, scale) {
            if lines {
                let stroke = Stroke::default()
                    .with_color(self.color)
                    .with_width(LINE_WIDTH * scale)
                    .with_line_cap(LineCap::Round)
                    .with_line_join(LineJoin::Round);
                frame.stroke(&path, stroke);
            } else {
                frame.fill(&path, self.color);
            }
        }
        vec![frame.into_geometry()]
    }
}

/// The shapes of a drawing, in order.
fn paths(svg: &str, scale: f32) -> Vec<Path> {
    svg.split('<')
        .filter_map(|element| {
            if element.starts_with("path ") {
                attribute(element, "d").map(|d| path(d, scale))
            } else if element.starts_with("circle ") {
                let number = |name| attribute(element, name)?.parse::<f32>().ok().map(|n| n * scale);
                Some(Path::circle(Point::new(number("cx")?, number("cy")?), number("r")?))
            } else {
                None
            }
        })
        .collect()
}

fn attribute<'s>(element: &'s str, name: &str) -> Option<&'s str> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn path(d: &str, scale: f32) -> Path {
    Path::new(|path| {
        let (mut at, mut start) = (Point::ORIGIN, Point::ORIGIN);
        for (command, numbers) in commands(d) {
            let n = |i: usize| numbers.get(i).copied().unwrap_or_default() * scale;
            let point = |i| Point::new(n(i), n(i + 1));
            match command {
                'M' => {
                    at = point(0);
                    start = at;
                    path.move_to(at);
                }
                'L' => {
                    at = point(0);
                    path.line_to(at);
                }
                'H' => {
                    at.x = n(0);
                    path.line_to(at);
                }
                'V' => {
                    at.y = n(0);
                    path.line_to(at);
                }
                'C' => {
                    at = point(4);
                    path.bezier_curve_to(point(0), point(2), at);
                }
                _ => {
                    at = start;
                    path.close();
                }
            }
        }
    })
}

/// Letters with the numbers after them; each command is written with its own letter.
fn commands(d: &str) -> impl Iterator<Item = (char, Vec<f32>)> + '_ {
    d.split_inclusive(|c: char| c.is_ascii_alphabetic())
        .scan(None, |before: &mut Option<char>, part| {
            let letter = part.chars().next_back().filter(char::is_ascii_alphabetic);
            let numbers = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let numbers = numbers.split([' ', ',']).filter_map(|n| n.parse().ok()).collect();
            let command = std::mem::replace(before, letter);
            Some(command.map(|command| (command, numbers)))
        })
        .flatten()
        // A path that ends in Z has nothing after its last letter.
        .chain(d.trim_end().ends_with('Z').then(|| ('Z', Vec::new())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let read: Vec<_> = commands("M2 3L4.5,6H7V8C1 2 3 4 5 6Z").collect();
        let expected = [
            ('M', vec![2.0, 3.0]),
            ('L', vec![4.5, 6.0]),
            ('H', vec![7.0]),
            ('V', vec![8.0]),
            ('C', vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            ('Z', vec![]),
        ];
        assert_eq!(read, expected);
        let twice: Vec<_> = commands("M0 0ZM1 1L2 2").map(|(c, _)| c).collect();
        assert_eq!(twice, ['M', 'Z', 'M', 'L']);
    }

    #[test]
    fn every_drawing_uses_only_what_is_read_here() {
        for icon in Icon::ALL {
            let svg = icon.svg();
            assert!(svg.contains("viewBox=\"0 0 24 24\""), "{icon:?}");
            assert!(!paths(svg, 1.0).is_empty(), "{icon:?}");
            for element in svg.split('<').skip(1) {
                let name = element.split([' ', '>']).next().unwrap();
                assert!(matches!(name, "svg" | "/svg" | "path" | "circle"), "{icon:?}: {name}");
                if name == "path" {
                    for (command, numbers) in commands(attribute(element, "d").unwrap()) {
                        let wanted = match command {
                            'M' | 'L' => 2,
                            'H' | 'V' => 1,
                            'C' => 6,
                            'Z' => 0,
                            other => panic!("{icon:?}: {other}"),
                        };
                        assert_eq!(numbers.len(), wanted, "{icon:?}: {command}");
                        assert!(numbers.iter().all(|n| (0.0..=FIELD).contains(n)), "{icon:?}: {numbers:?}");
                    }
                }
            }
        }
    }
}
