//! How a child stood when it was measured last, as the lists of children in need read it.

use crate::growth::{Assessment, Measurement, assess};
use crate::record::fact::GrowthMeasured;
use crate::record::rule::{ChildState, measurement};
use crate::store::look::PARTS;
use crate::store::sql::{int, one, run, uint};
use hub_protocol::{ChildId, Day};
use rusqlite::{Connection, Row};

/// How urgent it is; the greater, the more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    Well = 0,
    /// Moderately malnourished: more food, and measured again soon.
    Watch = 1,
    /// To be seen by the medical officer or a facility.
    Refer = 2,
}

impl Need {
    pub const ALL: [Self; 3] = [Self::Well, Self::Watch, Self::Refer];

    /// The last part of the words' key `need-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Watch => "watch",
            Self::Refer => "refer",
        }
    }

    /// As it stands in the table.
    pub(crate) fn of_number(number: i64) -> Self {
        Self::ALL.into_iter().find(|need| *need as i64 == number).unwrap_or(Self::Well)
    }

    pub fn of(assessment: &Assessment) -> Self {
        if assessment.is_referred() {
            Self::Refer
        } else if assessment.is_malnourished() {
            Self::Watch
        } else {
            Self::Well
        }
    }
}

/// Columns of `growth` as [`measured`] reads them.
pub const MEASURED: &str = "child, day, weight_g, length_mm, standing, muac_mm, head_mm, oedema, breastfed";

/// A row of [`MEASURED`], which begins with the column `at`.
pub fn measured(r: &Row<'_>, at: usize) -> rusqlite::Result<GrowthMeasured> {
    Ok(GrowthMeasured {
        child: ChildId(uint(r.get(at)?)),
        on: Day(r.get(at + 1)?),
        weight_g: r.get(at + 2)?,
        length_mm: r.get(at + 3)?,
        standing: r.get(at + 4)?,
        muac_mm: r.get(at + 5)?,
        head_mm: r.get(at + 6)?,
        oedema: r.get(at + 7)?,
        breastfed: r.get(at + 8)?,
    })
}

/// The score of a measuring; none where the birth date was corrected to a later day.
pub fn assessed(growth: &GrowthMeasured, child: &ChildState) -> Option<Assessment> {
    let on = crate::date::to_date(growth.on)?;
    let measurement: Measurement = measurement(growth, child, on);
    assess(&measurement).ok()
}

/// Works out again how the child stands. A child that was never measured has no row.
pub fn put(conn: &Connection, child: ChildId, state: &ChildState) -> rusqlite::Result<()> {
    let sql = format!(
        "SELECT {MEASURED} FROM growth WHERE child IN ({PARTS}) AND withdrawn IS NULL
         ORDER BY day DESC, seq DESC, origin DESC LIMIT 1"
    );
    let growth = one(conn, &sql, [int(child.0)], |r| measured(r, 0))?;
    let found = growth.as_ref().and_then(|growth| assessed(growth, state));
    let Some((growth, found)) = growth.zip(found) else { return clear(conn, child) };
    run(
        conn,
        "INSERT INTO nourished VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT(child) DO UPDATE SET day = excluded.day, need = excluded.need, wasting = excluded.wasting,
             underweight = excluded.underweight, stunting = excluded.stunting
         WHERE (day, need, wasting, underweight, stunting)
             IS NOT (excluded.day, excluded.need, excluded.wasting, excluded.underweight, excluded.stunting)",
        (
            int(child.0),
            growth.on.0,
            Need::of(&found) as i64,
            found.wasting.map(|class| class as i64),
            found.underweight.map(|class| class as i64),
            found.stunting.map(|class| class as i64),
        ),
    )?;
    Ok(())
}

pub fn clear(conn: &Connection, child: ChildId) -> rusqlite::Result<()> {
    run(conn, "DELETE FROM nourished WHERE child = ?1", [int(child.0)])?;
    Ok(())
}
