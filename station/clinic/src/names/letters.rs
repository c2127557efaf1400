//! From any spelling in Latin or Devanagari to plain Latin letters; the sounds are made of these.

use super::WORD_MAX_CHARS;
use super::sound::End;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// च and छ: unlike the Latin `c`, certain to be `ch`.
pub(super) const CH: u8 = b'C';
/// Anusvara and chandrabindu: `m` or `n`, as the next letter decides.
pub(super) const NASAL: u8 = b'M';

const CAPACITY: usize = WORD_MAX_CHARS * 3 + 8;
/// Characters looked at, ignored ones included.
const READ_MAX_CHARS: usize = WORD_MAX_CHARS * 4;
const VIRAMA: char = '\u{94d}';

pub(super) struct Letters {
    bytes: [u8; CAPACITY],
    len: usize,
    /// The last byte is the `a` that a Devanagari consonant carries unless something else is written.
    inherent: bool,
}

impl Letters {
    /// `None`: there is a digit in it, or a letter of another script.
    pub(super) fn read(word: &str) -> Option<Self> {
        let mut letters = Self { bytes: [0; CAPACITY], len: 0, inherent: false };
        let mut last_consonant = ' ';
        let mut read_chars = 0;
        for c in word.chars().take(READ_MAX_CHARS) {
            match c {
                'a'..='z' | 'A'..='Z' => letters.latin(c),
                '\u{900}'..='\u{963}' | '\u{971}'..='\u{97f}' => letters.devanagari(c, &mut last_consonant),
                c if digit(c).is_some() => return None,
                c if c.is_ascii() || ignored(c) => continue,
                c => letters.other(c)?,
            }
            read_chars += 1;
            if read_chars == WORD_MAX_CHARS {
                break;
            }
        }
        if letters.inherent && letters.len > 1 {
            letters.len -= 1;
        }
        Some(letters)
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Spellings that no rule of sound explains.
    pub(super) fn respell(&mut self, end: End) {
        match (self.as_slice(), end) {
            (b"mohd" | b"mohad" | b"mhd" | b"md", _) | (b"mo" | b"moh", End::Whole) => self.set(b"mohamad"),
            // May become Syed, and that is Sayed.
            (b"sy", End::Open) => self.set(b"s"),
            _ => {}
        }
        if self.as_slice().starts_with(b"sye") {
            self.replace(0, 2, b"say");
        }
        // ज्ञ is written jn, dny, gn by those who do not say gy.
        if let [b'j' | b'd' | b'g', b'n', rest @ ..] = self.as_slice() {
            let old = if rest.first() == Some(&b'y') { 3 } else { 2 };
            self.replace(0, old, b"gy");
        }
        if let Some(at) = self.as_slice().windows(3).position(|w| matches!(w, b"dny" | b"jny")) {
            self.replace(at, 3, b"gy");
        }
    }

    fn set(&mut self, letters: &[u8]) {
        self.bytes[..letters.len()].copy_from_slice(letters);
        self.len = letters.len();
    }

    fn replace(&mut self, at: usize, old: usize, new: &[u8]) {
        let len = self.len - old + new.len();
        if len <= CAPACITY {
            self.bytes.copy_within(at + old..self.len, at + new.len());
            self.bytes[at..at + new.len()].copy_from_slice(new);
            self.len = len;
        }
    }

    fn push(&mut self, letters: &[u8]) {
        if self.len + letters.len() <= CAPACITY {
            self.bytes[self.len..self.len + letters.len()].copy_from_slice(letters);
            self.len += letters.len();
        }
    }

    fn latin(&mut self, c: char) {
        self.inherent = false;
        self.push(&[(c as u8).to_ascii_lowercase()]);
    }

    /// Letters with accents, wide letters and the like lose what is not a Latin letter.
    fn other(&mut self, c: char) -> Option<()> {
        let mut good = true;
        decompose_compatible(c, |part| match part {
            'a'..='z' | 'A'..='Z' => self.latin(part),
            part if part.is_alphanumeric() => good = is_combining_mark(part) && good,
            _ => {}
        });
        good.then_some(())
    }

    fn devanagari(&mut self, c: char, last_consonant: &mut char) {
        let consonant: &[u8] = match c {
            'क' | 'ख' | '\u{958}' | '\u{959}' => b"ka",
            'ग' | 'घ' | '\u{95a}' | '\u{97b}' => b"ga",
            'च' | 'छ' => &[CH, b'a'],
            'ज' | 'झ' | '\u{95b}' | '\u{979}' | '\u{97c}' => b"ja",
            // ज् before ञ: the letter ज्ञ, said gy.
            'ञ' if *last_consonant == 'ज' && !self.inherent && self.as_slice().last() == Some(&b'j') => {
                self.len -= 1;
                b"gya"
            }
            'ङ' | 'ञ' | 'ण' | 'न' | '\u{929}' => b"na",
            'ट' | 'ठ' | 'त' | 'थ' => b"ta",
            'ड' | 'ढ' | 'द' | 'ध' | '\u{97e}' => b"da",
            '\u{95c}' => b"ra",
            '\u{95d}' => b"rha",
            'प' | 'फ' | '\u{95e}' => b"pa",
            'ब' | 'भ' | '\u{97f}' => b"ba",
            'म' => b"ma",
            'य' | '\u{95f}' | '\u{97a}' => b"ya",
            'र' | '\u{931}' => b"ra",
            'ल' | '\u{933}' | '\u{934}' => b"la",
            'व' => b"va",
            'श' | 'ष' | 'स' => b"sa",
            'ह' => b"ha",
            _ => b"",
        };
        if !consonant.is_empty() {
            *last_consonant = c;
            self.push(consonant);
            self.inherent = true;
            return;
        }
        let vowel: &[u8] = match c {
            // The dot turns ड and ढ into sounds that Latin writes with r. Of the others it makes sounds that fall together.
            '\u{93c}' => {
                if self.inherent && matches!(*last_consonant, 'ड' | 'ढ') {
                    self.len -= 2;
                    self.push(if *last_consonant == 'ड' { b"ra" } else { b"rha" });
                }
                return;
            }
            VIRAMA => {
                if self.inherent {
                    self.len -= 1;
                    self.inherent = false;
                }
                return;
            }
            '\u{900}'..='\u{902}' => {
                self.inherent = false;
                return self.push(&[NASAL]);
            }
            'अ' | 'आ' | '\u{904}' | '\u{972}' | '\u{973}' | '\u{974}' => b"a",
            'इ' | 'ई' => b"i",
            'उ' | 'ऊ' | '\u{976}' | '\u{977}' => b"u",
            'ऋ' | '\u{960}' => b"ri",
            'ऌ' | '\u{961}' => b"li",
            'ए' | 'ऍ' | 'ऎ' => b"e",
            'ऐ' => b"ai",
            'ओ' | 'ऑ' | 'ऒ' => b"o",
            'औ' | '\u{975}' => b"au",
            'ॐ' => b"om",
            _ => b"",
        };
        if !vowel.is_empty() {
            self.inherent = false;
            return self.push(vowel);
        }
        let sign: &[u8] = match c {
            '\u{93a}' | '\u{93b}' | 'ा' => b"a",
            'ि' | 'ी' => b"i",
            'ु' | 'ू' | '\u{956}' | '\u{957}' => b"u",
            'ृ' | 'ॄ' => b"ri",
            '\u{962}' | '\u{963}' => b"li",
            '\u{945}' | '\u{946}' | '\u{94e}' | 'े' => b"e",
            'ै' | '\u{955}' => b"ai",
            '\u{949}' | '\u{94a}' | 'ो' => b"o",
            'ौ' | '\u{94f}' => b"au",
            // Visarga, avagraha, marks of accent: not heard.
            _ => return,
        };
        if self.inherent {
            self.len -= 1;
        }
        self.inherent = false;
        self.push(sign);
    }
}

/// A word that is its own key: composed, lower case, Indian digits as ASCII. In one with ASCII digits (a child's id read
/// aloud) the letters o, i, l are taken for the digits they look like.
pub(super) fn write_as_is(word: &str, out: &mut String) {
    let heard = |c: char| (c.is_alphanumeric() || is_combining_mark(c)) && !ignored(c);
    let chars = || word.chars().take(READ_MAX_CHARS).filter(|c| heard(*c)).take(WORD_MAX_CHARS);
    let id = chars().all(|c| c.is_ascii() || digit(c).is_some());
    out.extend(chars().flat_map(char::to_lowercase).nfc().map(|c| match c {
        'o' if id => '0',
        'i' | 'l' if id => '1',
        c => digit(c).unwrap_or(c),
    }));
}

/// The ASCII digit that a digit of an Indian script, Arabic or Persian means.
pub(super) fn digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    const ZEROS: [u32; 12] = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xff10];
    let value = u32::from(c);
    ZEROS.iter().find_map(|zero| char::from_digit(value.checked_sub(*zero)?, 10))
}

/// Joiners, marks of direction, controls: they are in the text, not in the word.
pub(super) fn ignored(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}' => true,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}' => true,
        // An apostrophe belongs to the word it stands in: D'Souza.
        '\'' | '\u{2019}' | '\u{2bc}' => true,
        c => c.is_control(),
    }
}
