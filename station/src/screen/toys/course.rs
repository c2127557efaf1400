//! How a toy was over days: its battery drawn, its last place, what happened to it.

use super::alerts::broken;
use super::{Message, at_once};
use crate::screen::Now;
use crate::ui::theme::{self, gap};
use crate::ui::trouble::time_of_day;
use crate::ui::{self, Element};
use crate::words::Words;
use clinic::device::{Happened, Happening, LOW_BATTERY_PERCENT, Sample};
use clinic::store::{ToyCourse, ToyNow};
use iced::widget::canvas::{self, Canvas, Frame, Geometry, Path, Stroke};
use iced::widget::column;
use iced::{Length, Point, Rectangle, Renderer, Size, Theme, mouse};
use std::borrow::Cow;

const CHART_HEIGHT: f32 = 90.0;
/// Happenings of one list: the last ones.
const HAPPENED_MAX: usize = 20;
/// Two samples further apart than this are not joined: nobody knows what was between, in ms.
const GAP_MS: u64 = 2 * 60 * 60 * 1000;

/// `settings` is the revision that all toys are to obey.
pub fn view<'a>(last: Option<&ToyNow>, settings: u64, course: &'a ToyCourse, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let last = last.map(|last| at_once(last, now));
    let mut lines = column![ui::small_bold(words.get("toys-course"))].spacing(gap(1));
    if let Some(last) = &last {
        if let Some(ms) = last.heard_ms {
            lines = lines.push(ui::small(words.with("toys-heard", &moment(ms, words))));
        }
        if !last.firmware.is_empty() {
            lines = lines.push(ui::small(words.with("toys-firmware", &[("version", (&last.firmware).into())])));
        }
        lines = lines.push(ui::small(match last.settings {
            Some((taken, ms)) if taken == settings => words.with("toys-settings-taken", &moment(ms, words)),
            _ => words.get("toys-settings-wait"),
        }));
        if let Some(place) = &last.place {
            lines = lines.push(ui::small(place_words(place, words)));
        }
    }
    let mut samples = Cow::Borrowed(&course.samples[..]);
    if let Some(sample) = last.and_then(|last| last.sample)
        && samples.last().is_none_or(|kept| kept.at_ms < sample.at_ms)
    {
        samples.to_mut().push(sample);
    }
    if samples.len() > 1 {
        let chart = Canvas::new(Battery(samples)).width(Length::Fill).height(CHART_HEIGHT);
        lines = lines.push(ui::small(words.get("toys-battery-chart"))).push(chart);
    }
    for happening in course.happened.iter().rev().take(HAPPENED_MAX) {
        lines = lines.push(ui::small(happened(happening, words)));
    }
    if course.has_older {
        lines = lines.push(ui::small(words.get("toys-course-cut")));
    }
    if course.samples.is_empty() && course.happened.is_empty() {
        lines = lines.push(ui::small(words.get("toys-course-none")));
    }
    lines.into()
}

fn moment<'a>(ms: u64, words: &Words) -> [(&'static str, crate::words::Arg<'a>); 2] {
    [("day", words.day(clinic::date::india(ms)).into()), ("time", time_of_day(ms).into())]
}

/// Where it was, how well that is known, and when.
fn place_words(sample: &Sample, words: &Words) -> String {
    let Some(at) = sample.position else { return String::new() };
    let degrees = |e7: i32| format!("{:.5}", f64::from(e7) / 1e7);
    let [day, time] = moment(sample.at_ms, words);
    let values = [
        ("latitude", degrees(at.latitude_e7).into()),
        ("longitude", degrees(at.longitude_e7).into()),
        ("metres", at.accuracy_m.into()),
        day,
        time,
    ];
    words.with("toys-place", &values)
}

fn happened(happening: &Happening, words: &Words) -> String {
    let code = match happening.what {
        Happened::Broken if happening.detail.is_empty() => "mended",
        what => what.code(),
    };
    let detail = match happening.what {
        Happened::Failing => words.get(&format!("toy-fault-{}", happening.detail)),
        Happened::Broken => broken(&happening.detail, words),
        Happened::Asleep => happening.detail.parse().map(time_of_day).unwrap_or_default(),
        _ => happening.detail.clone(),
    };
    let what = words.with(&format!("toy-happened-{code}"), &[("detail", detail.into())]);
    let day = words.day(clinic::date::india(happening.at_ms));
    format!("{day}, {} · {what}", time_of_day(happening.at_ms))
}

/// The battery over time, with the line below which it is low.
struct Battery<'a>(Cow<'a, [Sample]>);

impl<M> canvas::Program<M> for Battery<'_> {
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
        let Size { width, height } = bounds.size();
        let (first, last) = (self.0.first(), self.0.last());
        let (Some(first_ms), Some(last_ms)) = (first.map(|s| s.at_ms), last.map(|s| s.at_ms)) else {
            return vec![frame.into_geometry()];
        };
        let span_ms = (last_ms - first_ms).max(1) as f32;
        let at = |sample: &Sample| {
            let x = (sample.at_ms - first_ms) as f32 / span_ms * width;
            Point::new(x, height * (1.0 - f32::from(sample.battery_percent) / 100.0))
        };
        let level = |percent: f32| {
            let y = height * (1.0 - percent / 100.0);
            Path::line(Point::new(0.0, y), Point::new(width, y))
        };
        for percent in [0.0, 50.0, 100.0] {
            frame.stroke(&level(percent), Stroke::default().with_color(theme::colors().line).with_width(1.0));
        }
        let low = level(f32::from(LOW_BATTERY_PERCENT));
        frame.stroke(&low, Stroke::default().with_color(theme::colors().late).with_width(1.0));
        for pair in self.0.windows(2) {
            if pair[1].at_ms - pair[0].at_ms <= GAP_MS {
                let line = Path::line(at(&pair[0]), at(&pair[1]));
                frame.stroke(&line, Stroke::default().with_color(theme::colors().action).with_width(2.0));
            }
        }
        for sample in self.0.iter() {
            frame.fill(&Path::circle(at(sample), 1.5), theme::colors().action);
        }
        vec![frame.into_geometry()]
    }
}
