//! What people read: sentences, dates, ages and names of vaccines in English and Hindi.
//!
//! Every sentence stands in `assets/i18n/{en,hi}.ftl` under one key and is compiled in. `tests/i18n.rs`
//! holds the two files together and against the sources.

mod calendar;
mod diet;
mod script;
mod vaccine;

pub use calendar::completed_months;
pub use script::{indian_grouping, is_devanagari, join_scripts};

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// A language of the screens and papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    En,
    Hi,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a language of this program; use \"en\" or \"hi\"")]
pub struct UnknownLang;

impl Lang {
    pub const ALL: [Self; 2] = [Self::En, Self::Hi];

    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Hi => "hi",
        }
    }

    /// The language's words as they stand in `assets/i18n`.
    pub fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../../../assets/i18n/en.ftl"),
            Self::Hi => include_str!("../../../assets/i18n/hi.ftl"),
        }
    }

    /// For the choice of plurals.
    fn identifier(self) -> LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        Self::ALL.into_iter().find(|lang| lang.code() == text).ok_or(UnknownLang)
    }
}

/// A value that is put into a sentence. Numbers choose the plural and are grouped the Indian way; a number
/// that is a name (a year, a batch) is given as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg<'a> {
    Text(Cow<'a, str>),
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Arg<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The words of one language. A clone is a pointer.
#[derive(Clone)]
pub struct Words {
    lang: Lang,
    bundle: Arc<FluentBundle<FluentResource>>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.lang)
    }
}

impl Words {
    /// The files are read once in the life of the program.
    pub fn new(lang: Lang) -> Self {
        static READ: [OnceLock<Words>; 2] = [OnceLock::new(), OnceLock::new()];
        READ[lang as usize].get_or_init(|| Self::read(lang)).clone()
    }

    fn read(lang: Lang) -> Self {
        // Both cannot fail on the files that tests/i18n.rs has passed; what can be read is still shown.
        let resource = FluentResource::try_new(lang.source().to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(%lang, errors = errors.len(), "the words of a language have errors");
            resource
        });
        let mut bundle = FluentBundle::new_concurrent(vec![lang.identifier()]);
        // The marks are for mixing with right-to-left text, and they break the shaping of words.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(whole_numbers));
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(%lang, errors = errors.len(), "the words of a language hold a key twice");
        }
        Self { lang, bundle: Arc::new(bundle) }
    }

    pub fn lang(&self) -> Lang {
        self.lang
    }

    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The words of a key, or of an attribute as `key.attribute`.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The words of a key with values in its placeholders.
    pub fn with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.find(key, args).unwrap_or_else(|| {
            tracing::warn!(key, lang = %self.lang, "words are missing");
            format!("[{key}]")
        })
    }

    /// The words of a key made from data, which may be newer than the words.
    pub(crate) fn find(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let (message, attribute) = match key.split_once('.') {
            Some((message, attribute)) => (message, Some(attribute)),
            None => (key, None),
        };
        let message = self.bundle.get_message(message)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            match arg {
                Arg::Text(text) => values.set(*name, text.as_ref()),
                Arg::Number(number) => values.set(*name, *number),
            }
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors);
        if !errors.is_empty() {
            tracing::warn!(key, lang = %self.lang, errors = errors.len(), "a sentence lacks a value");
        }
        Some(join_scripts(&text))
    }

    /// `1,204`, `1,00,000`.
    pub fn number(&self, number: i64) -> String {
        indian_grouping(number)
    }
}

/// Fluent prints 100000 as it is; here it becomes 1,00,000.
fn whole_numbers<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    // Above this a number with a fraction part no longer holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 && number.value.abs() <= EXACT => {
            Some(indian_grouping(number.value as i64))
        }
        _ => None,
    }
}
