//! WHO's tables as they come with the product: read once, each when it is first asked for.

use std::sync::LazyLock;

use super::lms::Lms;
use crate::forecast::Sex;

/// A table that cannot be used: where, and why. A test reads all of them, so a release does not show it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct TableError {
    pub file: &'static str,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

/// Rows for both sexes, without a gap.
#[derive(Debug)]
pub(super) struct Table {
    /// The key of the first row: days, months, or mm where the file has cm.
    pub first: u32,
    girls: Box<[Lms]>,
    boys: Box<[Lms]>,
}

type Loaded = Result<Table, TableError>;

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $file:literal, $key:expr;)*) => {
        $(
            $(#[$doc])*
            pub(super) fn $name() -> Result<&'static Table, &'static TableError> {
                static TABLE: LazyLock<Loaded> = LazyLock::new(|| {
                    let text = include_str!(concat!("../../../../assets/growth/", $file));
                    Table::parse(concat!("assets/growth/", $file), $key, text)
                });
                TABLE.as_ref()
            }
        )*

        /// Every table, for the tests.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, fn() -> Result<&'static Table, &'static TableError>)] =
            &[$((stringify!($name), $name)),*];
    };
}

tables! {
    weight_days = "wfa_days.csv", Key::Days;
    length_days = "lhfa_days.csv", Key::Days;
    bmi_days = "bmifa_days.csv", Key::Days;
    head_days = "hcfa_days.csv", Key::Days;
    muac_days = "muacfa_days.csv", Key::Days;
    weight_for_length = "wfl.csv", Key::Mm;
    weight_for_height = "wfh.csv", Key::Mm;
    weight_months = "wfa_months.csv", Key::Months;
    height_months = "hfa_months.csv", Key::Months;
    bmi_months = "bmifa_months.csv", Key::Months;
}

/// What the second column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Days,
    Months,
    /// The file says cm with one decimal.
    Mm,
}

impl Key {
    fn heading(self) -> &'static str {
        match self {
            Self::Days => "sex,age_days,l,m,s",
            Self::Months => "sex,age_months,l,m,s",
            Self::Mm => "sex,cm,l,m,s",
        }
    }

    fn read(self, text: &str) -> Option<u32> {
        match self {
            Self::Days | Self::Months => text.parse().ok(),
            // One decimal, always: the digits without the point are mm.
            Self::Mm => {
                let (cm, tenth) = text.split_once('.')?;
                let tenth = tenth.parse::<u32>().ok().filter(|_| tenth.len() == 1)?;
                cm.parse::<u32>().ok()?.checked_mul(10)?.checked_add(tenth)
            }
        }
    }
}

impl Table {
    pub(super) fn parse(file: &'static str, key: Key, text: &str) -> Loaded {
        let wrong = |line: usize, reason: &str| Err(TableError { file, line, reason: reason.to_owned() });
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#'));
        match lines.next() {
            Some((_, heading)) if heading == key.heading() => {}
            Some((line, _)) => return wrong(line, &format!("the heading is not \"{}\"", key.heading())),
            None => return wrong(1, "the file is empty"),
        }
        // The first key and the rows of each sex.
        let (mut girls, mut boys) = ((0, Vec::new()), (0, Vec::new()));
        for (line, row) in lines {
            let fields: Vec<&str> = row.split(',').collect();
            let [sex, at, l, m, s] = fields[..] else { return wrong(line, "there must be five fields") };
            let (first, rows) = match sex {
                "F" => &mut girls,
                "M" => &mut boys,
                _ => return wrong(line, "the sex is not F or M"),
            };
            let Some(at) = key.read(at) else { return wrong(line, "the second field is not a whole step") };
            if rows.is_empty() {
                *first = at;
            } else if u32::try_from(rows.len()).ok().and_then(|len| first.checked_add(len)) != Some(at) {
                return wrong(line, "this row does not follow the one before");
            }
            let (Ok(l), Ok(m), Ok(s)) = (l.parse(), m.parse(), s.parse()) else {
                return wrong(line, "L, M or S is not a number");
            };
            let lms = Lms { l, m, s };
            if !lms.is_sound() {
                return wrong(line, "L, M and S give no curve");
            }
            rows.push(lms);
        }
        let ((first, girls), (first_boy, boys)) = (girls, boys);
        if girls.is_empty() || first != first_boy || girls.len() != boys.len() {
            return wrong(text.lines().count(), "girls and boys do not have the same rows");
        }
        Ok(Self { first, girls: girls.into(), boys: boys.into() })
    }

    /// The key of the last row.
    pub fn last(&self) -> u32 {
        // `parse` counted the rows in u32.
        self.first + u32::try_from(self.girls.len() - 1).unwrap_or_default()
    }

    /// The row of a key; none outside the table, and none where the sex is not one of WHO's two.
    pub fn row(&self, sex: Sex, at: u32) -> Option<Lms> {
        let rows = match sex {
            Sex::Female => &self.girls,
            Sex::Male => &self.boys,
            Sex::Other => return None,
        };
        rows.get(usize::try_from(at.checked_sub(self.first)?).ok()?).copied()
    }

    /// Between two rows: `part` of `whole` steps after the row `at`. Exactly on a row the next one is not needed.
    pub fn between(&self, sex: Sex, at: u32, part: u32, whole: u32) -> Option<Lms> {
        let low = self.row(sex, at)?;
        if part == 0 {
            return Some(low);
        }
        Some(low.towards(self.row(sex, at.checked_add(1)?)?, f64::from(part) / f64::from(whole)))
    }
}
