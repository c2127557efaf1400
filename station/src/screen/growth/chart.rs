//! The chart: WHO's lines, and the child's points between them.

use crate::ui::drawn::label;
use crate::ui::theme::{self, SIZE_FIGURE, colors};
use clinic::growth::Chart;
use clinic::store::ChartView;
use iced::widget::canvas::{self, Path, Stroke};
use iced::widget::text::Alignment;
use iced::{Color, Point, Rectangle, Renderer, Size, Theme, mouse};

/// Room for the figures at the left, below, at the right, above.
const LEFT: f32 = 44.0;
const BELOW: f32 = 24.0;
const RIGHT: f32 = 34.0;
const ABOVE: f32 = 8.0;
const FIGURES: f32 = SIZE_FIGURE;
/// A figure on the axes at least so far from the next.
const STEP_PX: f32 = 44.0;

pub struct Drawing<'a> {
    pub view: &'a ChartView,
    /// What is typed and not saved yet.
    pub typed: Option<(u32, u32)>,
}

/// From the chart's figures to points of the window.
struct Scale {
    x: (f32, f32),
    y: (f32, f32),
    size: Size,
}

impl Scale {
    fn of(view: &ChartView, typed: Option<(u32, u32)>, size: Size) -> Option<Self> {
        let points = view.points.iter().copied().chain(typed);
        let mut x = (f32::MAX, f32::MIN);
        let mut y = (f32::MAX, f32::MIN);
        let mut take = |at: f32, high: f32| {
            x = (x.0.min(at), x.1.max(at));
            y = (y.0.min(high), y.1.max(high));
        };
        for point in view.curves.iter().flat_map(|curve| &curve.points) {
            take(point.x as f32, point.y);
        }
        for (at, high) in points {
            take(at as f32, high as f32);
        }
        (x.0 < x.1 && y.0 < y.1).then_some(Self { x, y: (y.0 * 0.95, y.1 * 1.03), size })
    }

    fn point(&self, x: f32, y: f32) -> Point {
        let (wide, high) = (self.size.width - LEFT - RIGHT, self.size.height - ABOVE - BELOW);
        let across = (x - self.x.0) / (self.x.1 - self.x.0);
        let up = (y - self.y.0) / (self.y.1 - self.y.0);
        Point::new(LEFT + across * wide, ABOVE + (1.0 - up) * high)
    }
}

/// A round step that leaves room between the figures.
fn step(range: (f32, f32), px: f32, steps: &[f32]) -> f32 {
    let fits = |step: &&f32| px * **step / (range.1 - range.0) >= STEP_PX;
    steps.iter().find(fits).or(steps.last()).copied().unwrap_or(1.0)
}

fn line_color(sd: i8) -> Color {
    match sd.abs() {
        3 => colors().late,
        2 => colors().wait,
        _ => theme::colors().good,
    }
}

impl<M> canvas::Program<M> for Drawing<'_> {
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
        frame.fill_rectangle(Point::ORIGIN, bounds.size(), colors().card);
        if let Some(scale) = Scale::of(self.view, self.typed, bounds.size()) {
            self.axes(&mut frame, &scale);
            self.lines(&mut frame, &scale);
            self.child(&mut frame, &scale);
        }
        vec![frame.into_geometry()]
    }
}

impl Drawing<'_> {
    fn axes(&self, frame: &mut canvas::Frame, scale: &Scale) {
        let by_age = matches!(self.view.chart, Chart::WeightForAge | Chart::LengthForAge);
        let to_kg = self.view.chart != Chart::LengthForAge;
        let thin = Stroke::default().with_color(colors().line).with_width(1.0);
        // Ages in months, lengths in cm.
        let (unit, steps): (f32, &[f32]) =
            if by_age { (30.4375, &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0]) } else { (10.0, &[5.0, 10.0, 20.0]) };
        let range = (scale.x.0 / unit, scale.x.1 / unit);
        let every = step(range, scale.size.width - LEFT - RIGHT, steps);
        let mut at = (range.0 / every).ceil() * every;
        while at <= range.1 {
            let (low, high) = (scale.point(at * unit, scale.y.0), scale.point(at * unit, scale.y.1));
            frame.stroke(&Path::line(low, high), thin);
            let below = Point::new(low.x, low.y + BELOW / 2.0);
            frame.fill_text(label(format!("{at:.0}"), FIGURES, below, colors().muted, Alignment::Center));
            at += every;
        }
        let unit = if to_kg { 1_000.0 } else { 10.0 };
        let range = (scale.y.0 / unit, scale.y.1 / unit);
        let every = step(range, scale.size.height - ABOVE - BELOW, &[1.0, 2.0, 5.0, 10.0, 20.0]);
        let mut at = (range.0 / every).ceil() * every;
        while at <= range.1 {
            let (left, right) = (scale.point(scale.x.0, at * unit), scale.point(scale.x.1, at * unit));
            frame.stroke(&Path::line(left, right), thin);
            frame.fill_text(label(
                format!("{at:.0}"),
                FIGURES,
                Point::new(left.x - 8.0, left.y),
                colors().muted,
                Alignment::Right,
            ));
            at += every;
        }
    }

    fn lines(&self, frame: &mut canvas::Frame, scale: &Scale) {
        for curve in &self.view.curves {
            let path = Path::new(|path| {
                for (n, point) in curve.points.iter().enumerate() {
                    let at = scale.point(point.x as f32, point.y);
                    if n == 0 { path.move_to(at) } else { path.line_to(at) }
                }
            });
            let width = if curve.sd == 0 { 2.0 } else { 1.5 };
            frame.stroke(&path, Stroke::default().with_color(line_color(curve.sd)).with_width(width));
            if let Some(last) = curve.points.last() {
                let end = scale.point(last.x as f32, last.y);
                let name = if curve.sd == 0 { "0".to_owned() } else { format!("{:+}", curve.sd) };
                let beside = Point::new(end.x + 6.0, end.y);
                frame.fill_text(label(name, FIGURES, beside, line_color(curve.sd), Alignment::Left));
            }
        }
    }

    fn child(&self, frame: &mut canvas::Frame, scale: &Scale) {
        let at = |(x, y): (u32, u32)| scale.point(x as f32, y as f32);
        let path = Path::new(|path| {
            for (n, point) in self.view.points.iter().enumerate() {
                if n == 0 { path.move_to(at(*point)) } else { path.line_to(at(*point)) }
            }
        });
        frame.stroke(&path, Stroke::default().with_color(colors().ink).with_width(1.5));
        for point in &self.view.points {
            frame.fill(&Path::circle(at(*point), 4.0), colors().ink);
        }
        // Open, because it is not stored yet.
        if let Some(typed) = self.typed {
            let ring = Path::circle(at(typed), 5.0);
            frame.fill(&ring, colors().card);
            frame.stroke(&ring, Stroke::default().with_color(colors().ink).with_width(2.0));
        }
    }
}
