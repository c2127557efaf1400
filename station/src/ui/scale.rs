//! How large everything is drawn, for eyes that need it.

use std::fmt;
use std::str::FromStr;

/// In hundredths of the usual size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale(u16);

impl Scale {
    pub const USUAL: Self = Self(100);
    /// The sizes that can be chosen, the smallest first.
    pub const ALL: [Self; 4] = [Self(100), Self(125), Self(150), Self(200)];

    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }

    /// The next larger one, as far as there is one.
    pub fn larger(self) -> Self {
        Self::ALL.into_iter().find(|other| other.0 > self.0).unwrap_or(self)
    }

    pub fn smaller(self) -> Self {
        Self::ALL.into_iter().rev().find(|other| other.0 < self.0).unwrap_or(self)
    }
}

/// `125 %`.
impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a size of the words")]
pub struct NoScale;

impl FromStr for Scale {
    type Err = NoScale;

    fn from_str(text: &str) -> Result<Self, NoScale> {
        let text = text.trim();
        Self::ALL.into_iter().find(|scale| scale.to_string() == text).ok_or(NoScale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_size_to_size_and_back() {
        let all = Scale::ALL.map(Scale::larger);
        assert_eq!(all, [Scale(125), Scale(150), Scale(200), Scale(200)]);
        assert_eq!(Scale::ALL.map(Scale::smaller), [Scale(100), Scale(100), Scale(125), Scale(150)]);
        assert!(Scale::ALL.into_iter().all(|scale| scale.to_string().parse() == Ok(scale)));
        assert_eq!("90 %".parse::<Scale>(), Err(NoScale));
    }
}
