//! One or two languages on one paper.

use chrono::NaiveDate;

use crate::words::{Arg, Lang, Words};

/// What a paper is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Languages {
    En,
    Hi,
    /// English, then Hindi.
    Both,
}

impl From<Lang> for Languages {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Hi => Self::Hi,
        }
    }
}

/// The words of a paper's languages.
pub(super) struct Tongues(Vec<Words>);

impl Tongues {
    pub fn new(languages: Languages) -> Self {
        Self(match languages {
            Languages::En => vec![Words::new(Lang::En)],
            Languages::Hi => vec![Words::new(Lang::Hi)],
            Languages::Both => Lang::ALL.into_iter().map(Words::new).collect(),
        })
    }

    pub fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// One text for each language; equal ones once.
    pub fn each(&self, say: impl Fn(&Words) -> String) -> Vec<String> {
        let mut texts: Vec<String> = self.0.iter().map(say).collect();
        texts.dedup();
        texts
    }

    pub fn joined(&self, say: impl Fn(&Words) -> String) -> String {
        self.each(say).join(" / ")
    }

    pub fn get(&self, key: &str) -> String {
        self.joined(|words| words.get(key))
    }

    pub fn with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.joined(|words| words.with(key, args))
    }

    pub fn day(&self, day: NaiveDate) -> String {
        self.joined(|words| words.day(day))
    }
}
