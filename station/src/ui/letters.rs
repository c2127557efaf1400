//! Letters that are drawn before somebody waits for them.
//!
//! The renderer runs the font's hinting programs once for each piece of text in which a letter is new to it: most of what
//! the first picture of a desk costs. While somebody types a name and a password there is time for it.

use super::colors::{Colors, colors};
use super::theme::{SIZE_SMALL, SIZE_TEXT, SIZE_TITLE};
use super::{Element, theme};
use crate::fonts::{SCREEN, SCREEN_BOLD};
use crate::words::Lang;
use iced::widget::{Column, Stack, container, text};
use iced::{Color, Length, Padding};

type ColorOf = fn(&Colors) -> Color;

/// How the first page of a desk writes, what stands there most first: size, bold, colour.
const STYLES: [(f32, bool, ColorOf); 13] = [
    (SIZE_SMALL, false, |c| c.muted),
    (SIZE_TEXT, true, |c| c.ink),
    (SIZE_SMALL, false, |c| c.ink),
    (SIZE_TEXT, false, |c| c.ink),
    (SIZE_SMALL, true, |c| c.late),
    (SIZE_TEXT, true, |c| c.action),
    (11.0, false, |c| c.muted),
    (SIZE_TITLE, true, |c| c.ink),
    (SIZE_SMALL, true, |c| c.muted),
    (SIZE_TEXT, false, |c| c.on_deep),
    (SIZE_SMALL, true, |c| c.good),
    (SIZE_TEXT, true, |c| c.on_deep),
    (SIZE_SMALL, true, |c| c.wait),
];
const LATIN: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789 .,:;·+-–()/'";
const CONSONANTS: &str = "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह";
const VOWELS: &str = "अआइईउऊएऐओऔऑ का कि की कु कू के कै को कौ कं काँ कृ कॉ क: क्र र्क त्र क्ष ज्ञ श्र द्ध द्य ट्ट ड़ ढ़ फ़ ज़ रु रू";
/// A letter is drawn anew at each quarter of a pixel.
const QUARTERS: u8 = 4;

/// How many of the styles were drawn.
#[derive(Debug, Default)]
pub struct Letters(usize);

impl Letters {
    /// The next picture may draw one more.
    pub fn go_on(&mut self) {
        self.0 += 1;
    }

    /// `page`, with letters under it that it covers.
    pub fn under<'a, M: 'a>(&self, page: Element<'a, M>, lang: Lang) -> Element<'a, M> {
        let style = self.0.checked_sub(1).and_then(|n| STYLES.get(n));
        let letters = style.map_or_else(Column::new, |style| drawn(*style, lang));
        // In its place also when it is empty: else what is typed into would lose its focus.
        let page = container(page).width(Length::Fill).height(Length::Fill).style(theme::paper);
        Stack::with_children([
            container(letters).width(Length::Fill).height(Length::Fill).clip(true).into(),
            page.into(),
        ])
        .into()
    }
}

fn drawn<'a, M: 'a>((size, bold, color): (f32, bool, ColorOf), lang: Lang) -> Column<'a, M> {
    let letters = match lang {
        Lang::En => LATIN.to_owned(),
        // Each consonant whole and in half.
        Lang::Hi => CONSONANTS.chars().fold(format!("{LATIN} {VOWELS} "), |all, c| format!("{all}{c}{c}्य")),
    };
    let line = |quarter: u8| {
        let line = text(letters.clone()).size(size).color(color(colors()));
        let line = line.font(if bold { SCREEN_BOLD } else { SCREEN });
        container(line).padding(Padding::ZERO.left(f32::from(quarter) / f32::from(QUARTERS))).into()
    };
    Column::with_children((0..QUARTERS).map(line))
}
