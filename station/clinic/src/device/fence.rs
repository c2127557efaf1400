//! Where a toy may be: circles and polygons on the ground.

use hub_protocol::UserId;
use hub_protocol::toy::Position;
use minicbor::{Decode, Encode};

/// The Earth as a ball: at the size of a fence the error is far below that of any position.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Degrees times 10^7, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Place {
    #[n(0)]
    pub latitude_e7: i32,
    #[n(1)]
    pub longitude_e7: i32,
}

impl Place {
    pub fn of(position: Position) -> Self {
        Self { latitude_e7: position.latitude_e7, longitude_e7: position.longitude_e7 }
    }

    pub fn on_earth(self) -> bool {
        (-900_000_000..=900_000_000).contains(&self.latitude_e7)
            && (-1_800_000_000..=1_800_000_000).contains(&self.longitude_e7)
    }

    /// Metres east and north of `origin`, on a plane that touches the ground there.
    pub fn on_plane(self, origin: Self) -> (f64, f64) {
        let degrees = |e7: i64| e7 as f64 / 1e7;
        let around = (i64::from(self.longitude_e7) - i64::from(origin.longitude_e7) + 1_800_000_000)
            .rem_euclid(3_600_000_000)
            - 1_800_000_000;
        let north = degrees(i64::from(self.latitude_e7) - i64::from(origin.latitude_e7));
        let shrink = degrees(i64::from(origin.latitude_e7)).to_radians().cos();
        let metres = |degrees: f64| degrees.to_radians() * EARTH_RADIUS_M;
        (metres(degrees(around)) * shrink, metres(north))
    }
}

/// How far two places are apart, in metres.
pub fn metres(one: Place, other: Place) -> f64 {
    let (east, north) = other.on_plane(one);
    east.hypot(north)
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Shape {
    #[n(0)]
    Circle {
        #[n(0)]
        centre: Place,
        #[n(1)]
        radius_m: u32,
    },
    /// The corners in turn; the last is joined to the first.
    #[n(1)]
    Polygon(#[n(0)] Vec<Place>),
}

impl Shape {
    /// How far outside a place is, in metres; inside it is negative: how far from the edge.
    pub fn outside_m(&self, at: Place) -> f64 {
        match self {
            Self::Circle { centre, radius_m } => metres(*centre, at) - f64::from(*radius_m),
            Self::Polygon(corners) => {
                let corners: Vec<(f64, f64)> = corners.iter().map(|corner| corner.on_plane(at)).collect();
                let edges = || corners.iter().zip(corners.iter().cycle().skip(1));
                let away = edges().map(|(a, b)| from_segment(*a, *b)).fold(f64::INFINITY, f64::min);
                // A ray to the east meets the edge an odd number of times from inside.
                let crossed = edges().filter(|(a, b)| crosses(**a, **b)).count();
                if crossed % 2 == 1 { -away } else { away }
            }
        }
    }
}

/// Does the ray from here to the east meet this edge?
fn crosses(a: (f64, f64), b: (f64, f64)) -> bool {
    (a.1 > 0.0) != (b.1 > 0.0) && a.0 + (b.0 - a.0) * a.1 / (a.1 - b.1) > 0.0
}

/// How far the place (0, 0) is from the line between two points.
fn from_segment(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (along, length2) = ((b.0 - a.0, b.1 - a.1), (b.0 - a.0).powi(2) + (b.1 - a.1).powi(2));
    let part = if length2 == 0.0 { 0.0 } else { (-(a.0 * along.0 + a.1 * along.1) / length2).clamp(0.0, 1.0) };
    (a.0 + along.0 * part).hypot(a.1 + along.1 * part)
}

/// Names a fence for ever; random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct FenceId(#[n(0)] pub u64);

impl FenceId {
    pub fn from_random(random: [u8; 8]) -> Self {
        // The positive half: SQLite's integers are signed.
        Self(u64::from_be_bytes(random) >> 1)
    }
}

/// Whose toys a fence is for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum FenceFor {
    #[n(0)]
    Everybody,
    #[n(1)]
    Worker(#[n(0)] UserId),
    /// Of all workers who have children in this village.
    #[n(2)]
    Village(#[n(0)] String),
}

/// A place where a toy may be. One that has several may be in any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    pub name: String,
    pub shape: Shape,
}
