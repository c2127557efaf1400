//! Lines of the diet plan, for screen and paper.

use super::Words;
use clinic::diet::{Line, UNSOURCED_KEY};

impl Words {
    /// One line of the plan, with the mark of one that no source stands behind.
    pub fn diet_line(&self, line: &Line<'_>) -> String {
        let mut args = Vec::new();
        if let Some(n) = line.number {
            args.push(("n", i64::from(n).into()));
        }
        if let Some(date) = line.date {
            args.push(("date", self.day(date).into()));
        }
        let said = self.with(line.key, &args);
        if line.unsourced { format!("{said} ({})", self.get(UNSOURCED_KEY)) } else { said }
    }
}
