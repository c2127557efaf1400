//! The lines of a growth chart, to be drawn behind a child's points.

use std::ops::RangeInclusive;

use super::lms::Lms;
use super::score::{for_age, for_length};
use super::table::{self, TableError};
use super::{Indicator, Sex};

/// The lines of WHO's charts, from the lowest.
pub const SD_LINES: [i8; 5] = [-3, -2, 0, 2, 3];

/// More points than any screen has columns; the step grows when a range would need more.
const MOST_POINTS: u32 = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chart {
    /// x in days, y in g. Ends at 10 years.
    WeightForAge,
    /// x in days, y in mm. Between the days 730 and 731 the lines fall by 7 mm, from length to height.
    LengthForAge,
    /// x in mm lying, y in g: under 731 days.
    WeightForLength,
    /// x in mm standing, y in g: 731 days to 5 years.
    WeightForHeight,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Days, or mm.
    pub x: u32,
    /// g, or mm.
    pub y: f32,
}

/// One SD line.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    pub sd: i8,
    pub points: Vec<Point>,
}

impl Chart {
    pub const ALL: [Self; 4] = [Self::WeightForAge, Self::LengthForAge, Self::WeightForLength, Self::WeightForHeight];

    fn row(self, sex: Sex, x: u32) -> Result<Option<Lms>, TableError> {
        match self {
            Self::WeightForAge => for_age(Indicator::WeightForAge, sex, x),
            Self::LengthForAge => for_age(Indicator::LengthForAge, sex, x),
            Self::WeightForLength | Self::WeightForHeight => {
                x.checked_mul(1_000).map_or(Ok(None), |um| for_length(sex, self == Self::WeightForHeight, um))
            }
        }
    }

    /// All that the tables have: days of age, or mm.
    pub fn whole(self) -> Result<RangeInclusive<u32>, TableError> {
        let of = |table: Result<&table::Table, &TableError>| {
            table.map(|table| table.first..=table.last()).map_err(Clone::clone)
        };
        match self {
            // The last whole day before the last row, which is there for interpolation: 121 and 229 months.
            Self::WeightForAge => Ok(0..=of(table::weight_months())?.end() * 487 / 16),
            Self::LengthForAge => Ok(0..=of(table::height_months())?.end() * 487 / 16),
            Self::WeightForLength => of(table::weight_for_length()),
            Self::WeightForHeight => of(table::weight_for_height()),
        }
    }
}

/// The lines [`SD_LINES`] over a range of x, cut to what the tables have; without lines for a child whose sex is
/// not one of the two WHO has tables for. `step` is the distance of the points; the last x is always one of them.
pub fn curves(chart: Chart, sex: Sex, range: RangeInclusive<u32>, step: u32) -> Result<Vec<Curve>, TableError> {
    let whole = chart.whole()?;
    let (from, to) = (*range.start().max(whole.start()), *range.end().min(whole.end()));
    if from > to || sex == Sex::Other {
        return Ok(Vec::new());
    }
    let step = step.max((to - from) / MOST_POINTS).max(1);
    let to_unit = match chart {
        Chart::LengthForAge => 10.0,
        Chart::WeightForAge | Chart::WeightForLength | Chart::WeightForHeight => 1_000.0,
    };
    let mut curves = SD_LINES.map(|sd| Curve { sd, points: Vec::new() });
    let mut xs: Vec<u32> = (from..=to).step_by(usize::try_from(step).unwrap_or(1)).collect();
    if xs.last() != Some(&to) {
        xs.push(to);
    }
    for x in xs {
        let Some(row) = chart.row(sex, x)? else { continue };
        for curve in &mut curves {
            #[allow(clippy::cast_possible_truncation)]
            let y = (row.at(f64::from(curve.sd)) * to_unit) as f32;
            curve.points.push(Point { x, y });
        }
    }
    Ok(curves.into())
}
