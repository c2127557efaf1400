//! The words for a day on which a family is asked to come.

use crate::words::Words;
use clinic::store::ComeBack;

/// Where to come, when a session is planned for the day.
pub fn place(back: &ComeBack, words: &Words) -> Option<String> {
    let (kind, site) = back.session.as_ref()?;
    let kind = words.get(&format!("session-kind-{}", kind.code()));
    Some(if site.is_empty() {
        kind
    } else {
        words.with("coming-place", &[("kind", kind.into()), ("site", site.into())])
    })
}

/// What speaks against the day that was wanted.
pub fn why_not_then(back: &ComeBack, words: &Words) -> Option<String> {
    let why = words.with(&format!("not-then-{}", back.not_then?.code()), &[("day", words.day(back.wanted).into())]);
    Some(if back.on == back.wanted { format!("{why} {}", words.get("coming-no-other")) } else { why })
}
