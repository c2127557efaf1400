//! A walk: where the toy is carried, second by second, along places that a GPS logger wrote.

use hub_protocol::toy::Position;
use serde::Deserialize;
use std::io;
use std::path::Path;

/// Points of one track: a day with one a second.
const POINTS_MAX: usize = 100_000;

#[derive(Debug, thiserror::Error)]
pub enum TrackError {
    #[error("the track cannot be read: {0}")]
    Csv(#[from] csv::Error),
    #[error("the track cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("line {line} of the track names no place on Earth")]
    NoPlace { line: usize },
    #[error("line {line} of the track is not later than the one before")]
    NotLater { line: usize },
    #[error("a track has 1 to {POINTS_MAX} lines")]
    Length,
}

/// One line of the file. Degrees are WGS 84.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    seconds: f64,
    latitude: f64,
    longitude: f64,
    accuracy_m: u32,
}

#[derive(Debug, Clone)]
pub struct Track(Vec<Point>);

impl Track {
    /// Reads a CSV file with the columns `seconds` (since the begin), `latitude`, `longitude` and `accuracy_m`.
    pub fn open(path: &Path) -> Result<Self, TrackError> {
        Self::read(std::fs::File::open(path)?)
    }

    fn read(file: impl io::Read) -> Result<Self, TrackError> {
        let mut points: Vec<Point> = Vec::new();
        for (at, point) in csv::Reader::from_reader(file).into_deserialize::<Point>().enumerate() {
            // The first line has the names.
            let (point, line) = (point?, at + 2);
            let on_earth = (-90.0..=90.0).contains(&point.latitude) && (-180.0..=180.0).contains(&point.longitude);
            if !on_earth {
                return Err(TrackError::NoPlace { line });
            }
            let after = points.last().map_or(0.0, |before| before.seconds);
            let is_later = if at == 0 { point.seconds >= after } else { point.seconds > after };
            if !(is_later && point.seconds.is_finite()) {
                return Err(TrackError::NotLater { line });
            }
            if at == POINTS_MAX {
                return Err(TrackError::Length);
            }
            points.push(point);
        }
        if points.is_empty() { Err(TrackError::Length) } else { Ok(Self(points)) }
    }

    pub fn points(&self) -> usize {
        self.0.len()
    }

    /// Where the toy is so many seconds after the first point. At the end of the track it is carried back.
    pub fn at(&self, seconds: f64) -> Position {
        let (first, last) = (self.0[0], self.0[self.0.len() - 1]);
        let long = last.seconds - first.seconds;
        let around = if long > 0.0 { seconds.max(0.0) % (2.0 * long) } else { 0.0 };
        let at = first.seconds + if around > long { 2.0 * long - around } else { around };
        let next = self.0.partition_point(|point| point.seconds <= at).min(self.0.len() - 1);
        let (from, to) = (self.0[next.saturating_sub(1)], self.0[next]);
        let part = if to.seconds > from.seconds { (at - from.seconds) / (to.seconds - from.seconds) } else { 0.0 };
        let between = |from: f64, to: f64| from + (to - from) * part.clamp(0.0, 1.0);
        // In range, so that the product fits 32 bits.
        Position {
            latitude_e7: (between(from.latitude, to.latitude) * 1e7).round() as i32,
            longitude_e7: (between(from.longitude, to.longitude) * 1e7).round() as i32,
            accuracy_m: from.accuracy_m.max(to.accuracy_m),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(lines: &str) -> Result<Track, TrackError> {
        Track::read(format!("seconds,latitude,longitude,accuracy_m\n{lines}").as_bytes())
    }

    #[test]
    fn a_walk_goes_from_point_to_point_and_back() {
        let track = read("10,28.6,77.2,5\n20,28.7,77.2,20\n40,28.7,77.4,5\n").unwrap();
        let at = |seconds| {
            let position = track.at(seconds);
            (position.latitude_e7, position.longitude_e7, position.accuracy_m)
        };
        assert_eq!(at(-1.0), (286_000_000, 772_000_000, 20));
        assert_eq!(at(5.0), (286_500_000, 772_000_000, 20));
        assert_eq!(at(20.0), (287_000_000, 773_000_000, 20));
        assert_eq!(at(30.0), (287_000_000, 774_000_000, 20));
        assert_eq!(at(40.0), at(20.0), "on the way back");
        assert_eq!(at(65.0), at(5.0), "and on the way again");
    }

    #[test]
    fn one_point_is_a_place_to_stay() {
        let track = read("0,-28.6,77.2,5\n").unwrap();
        assert_eq!(track.at(1_000.0), track.at(0.0));
        assert_eq!(track.at(0.0).latitude_e7, -286_000_000);
    }

    #[test]
    fn what_is_no_track_is_refused() {
        assert!(matches!(read(""), Err(TrackError::Length)));
        assert!(matches!(read("0,91,0,5\n"), Err(TrackError::NoPlace { line: 2 })));
        assert!(matches!(read("0,1,0,5\n0,1,0,5\n"), Err(TrackError::NotLater { line: 3 })));
        assert!(matches!(read("NaN,1,0,5\n"), Err(TrackError::NotLater { line: 2 })));
        assert!(matches!(read("0,1,east,5\n"), Err(TrackError::Csv(_))));
        let long: String = (0..=POINTS_MAX).map(|n| format!("{n},1,1,5\n")).collect();
        assert!(matches!(read(&long), Err(TrackError::Length)));
    }
}
