//! A schedule file as it is written: the shape only, the meaning is checked when it is built.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) type Word = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) schema: Spanned<u32>,
    pub(super) id: Word,
    pub(super) name: Word,
    #[serde(default)]
    pub(super) country: String,
    pub(super) grace_days: Option<Spanned<u32>>,
    pub(super) live_products: Vec<Word>,
    pub(super) live_series: Vec<Word>,
    #[serde(default)]
    pub(super) notes: Vec<String>,
    #[serde(default)]
    pub(super) sources: BTreeMap<String, String>,
    pub(super) vaccine: BTreeMap<String, Spanned<FileVaccine>>,
    pub(super) product: BTreeMap<String, Spanned<Vec<Word>>>,
    pub(super) dose: Spanned<Vec<FileDose>>,
    #[serde(default)]
    pub(super) catchup: Vec<FileCatchUp>,
    #[serde(default)]
    pub(super) alternative: Vec<FileAlternative>,
    #[serde(default)]
    pub(super) optional_dose: Vec<FileDose>,
    #[serde(default)]
    pub(super) complete_if: Vec<FileCompleteIf>,
    #[serde(default)]
    pub(super) live_pair: Vec<FileLivePair>,
    pub(super) milestone: Option<FileMilestone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileVaccine {
    pub(super) name: String,
    pub(super) antigens: Vec<String>,
    pub(super) kind: Word,
    pub(super) route: String,
    pub(super) site: String,
    pub(super) volume: String,
    pub(super) diluent: Option<String>,
    #[serde(default)]
    pub(super) src: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileDose {
    pub(super) id: Word,
    pub(super) series: Option<Word>,
    pub(super) vaccine: Option<Word>,
    /// The product usually given, when it is not the one named like the vaccine.
    pub(super) product: Option<Word>,
    pub(super) label: Option<String>,
    pub(super) rec_from: Word,
    pub(super) rec_to: Word,
    pub(super) min_age: Word,
    pub(super) min_interval: Word,
    pub(super) from_first: Option<Word>,
    pub(super) latest_age: Word,
    #[serde(default)]
    pub(super) window_only: bool,
    pub(super) skip_if_previous_at: Option<Word>,
    pub(super) region: Option<Word>,
    pub(super) sex: Option<Word>,
    #[serde(default)]
    pub(super) src: FileSources,
}

/// Where each figure of a dose comes from.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSources {
    pub(super) rec: Option<String>,
    pub(super) min_age: Option<String>,
    pub(super) min_interval: Option<String>,
    pub(super) from_first: Option<String>,
    pub(super) latest_age: Option<String>,
    pub(super) skip: Option<String>,
}

impl FileSources {
    pub(super) fn by_figure(&self) -> BTreeMap<String, String> {
        let figures = [
            ("rec", &self.rec),
            ("min_age", &self.min_age),
            ("min_interval", &self.min_interval),
            ("from_first", &self.from_first),
            ("latest_age", &self.latest_age),
            ("skip", &self.skip),
        ];
        let known = figures.into_iter().filter_map(|(figure, source)| Some((figure.to_owned(), source.clone()?)));
        known.collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileCatchUp {
    pub(super) series: Word,
    pub(super) start_from: Word,
    pub(super) start_before: Word,
    pub(super) doses: Spanned<Vec<Word>>,
    pub(super) intervals: Spanned<Vec<Word>>,
    #[serde(default, rename = "src")]
    pub(super) _src: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileAlternative {
    pub(super) series: Word,
    pub(super) start_from: Word,
    #[serde(default, rename = "when")]
    pub(super) _when: String,
    #[serde(default, rename = "src")]
    pub(super) _src: String,
    pub(super) dose: Spanned<Vec<FileDose>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileCompleteIf {
    pub(super) series: Word,
    pub(super) counted_doses: Spanned<u32>,
    pub(super) last_min_age: Word,
    #[serde(default, rename = "src")]
    pub(super) _src: String,
}

/// How long after one live product another may follow, where four weeks are not the rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileLivePair {
    pub(super) first: Word,
    pub(super) then: Word,
    pub(super) interval: Word,
    #[serde(default, rename = "src")]
    pub(super) _src: String,
}

/// What makes a child fully, and completely, immunized. A need is the id of a dose, or several joined by " or ".
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileMilestone {
    pub(super) dtp_series: Word,
    pub(super) fully: Spanned<Vec<Word>>,
    pub(super) completely: Spanned<Vec<Word>>,
    #[serde(default, rename = "src")]
    pub(super) _src: String,
}
