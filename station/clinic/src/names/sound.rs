//! From letters to the key. What could still change with the next letter typed is left out of an open word.

use super::letters::{CH, NASAL};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    /// More may be typed.
    Open,
}

pub(super) fn encode(letters: &[u8], end: End, out: &mut String) {
    let mut coder = Coder { letters, at: 0, end, out };
    while coder.at < letters.len() {
        if coder.is_vowel(coder.at) {
            coder.vowels();
        } else {
            coder.consonant();
        }
    }
}

struct Coder<'a> {
    letters: &'a [u8],
    at: usize,
    end: End,
    out: &'a mut String,
}

/// What was heard last within a run of vowels.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    Nothing,
    A,
    E,
    I,
    U,
}

impl Coder<'_> {
    fn letter(&self, at: usize) -> Option<u8> {
        self.letters.get(at).copied()
    }

    fn is_vowel(&self, at: usize) -> bool {
        match self.letters[at] {
            b'a' | b'e' | b'i' | b'o' | b'u' => true,
            b'y' => at > 0,
            // Gowri, Chowdhary; but Jowar.
            b'w' => {
                at > 0
                    && self.letters[at - 1] == b'o'
                    && !matches!(self.letter(at + 1), Some(b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
            }
            _ => false,
        }
    }

    fn vowels(&mut self) {
        let first = self.at == 0;
        let mut to = self.at;
        while to < self.letters.len() && self.is_vowel(to) {
            to += 1;
        }
        let run = &self.letters[self.at..to];
        let next = self.letter(to);
        let open = next.is_none() && self.end == End::Open;
        let before = self.out.len();
        self.at = to;

        let mut heard = Heard::Nothing;
        // The e of Pandey, which may be missing; not the ai of Jai or the ea of Shreya.
        let mut plain_e = false;
        let mut n = 0;
        while n < run.len() {
            let letter = run[n];
            let double = matches!(letter, b'e' | b'o') && run.get(n + 1) == Some(&letter);
            n += if double { 2 } else { 1 };
            let sound = match letter {
                b'a' => Heard::A,
                b'e' if !double => Heard::E,
                b'e' | b'i' | b'y' => Heard::I,
                b'w' => continue,
                _ => Heard::U,
            };
            heard = match (heard, sound) {
                (Heard::Nothing, Heard::A) => {
                    if first {
                        self.out.push('a');
                    }
                    Heard::A
                }
                (Heard::Nothing, Heard::E) if !first => {
                    plain_e = true;
                    self.say('e', Heard::E)
                }
                // At the start of a word Eshwar and Ishwar are one.
                (Heard::Nothing, Heard::E | Heard::I) => self.say('i', Heard::I),
                (Heard::Nothing, Heard::U) => self.say('u', Heard::U),
                (Heard::A, Heard::E | Heard::I) if first => self.say('i', Heard::I),
                (Heard::A, Heard::E | Heard::I) => self.say('e', Heard::E),
                // Rao is Rav, Deo is Dev, Gaon is Ganv.
                (Heard::A | Heard::E, Heard::U) if letter == b'o' && !double && n == run.len() => {
                    if !open {
                        if heard == Heard::A && next == Some(b'n') {
                            self.out.push('n');
                            self.at += 1;
                        }
                        self.out.push('v');
                    }
                    Heard::U
                }
                (Heard::A | Heard::E | Heard::I, Heard::U) => self.say('u', Heard::U),
                (Heard::E, Heard::A) => {
                    plain_e = false;
                    Heard::E
                }
                (Heard::U, Heard::A) => Heard::A,
                (Heard::U, Heard::E) => self.say('e', Heard::E),
                (Heard::U, Heard::I) => self.say('i', Heard::I),
                (same, _) => same,
            };
        }
        if heard == Heard::E && self.out.ends_with('e') && self.silent_e(before, plain_e, next) {
            self.out.pop();
        }
    }

    fn silent_e(&self, before: usize, plain: bool, next: Option<u8>) -> bool {
        let alone = plain && self.out.len() == before + 1;
        match next {
            None => self.end == End::Open || alone,
            // Rehman is Rahman.
            Some(b'h') => true,
            // Rajender is Rajendra.
            Some(b'r') => alone && self.out[..before].ends_with("nd"),
            // Mohammed is Mohammad.
            Some(b'd') => alone && self.out[..before].ends_with('m'),
            Some(_) => false,
        }
    }

    fn say(&mut self, sound: char, heard: Heard) -> Heard {
        self.out.push(sound);
        heard
    }

    fn consonant(&mut self) {
        let at = self.at;
        self.at += 1;
        let letter = self.letters[at];
        let before = at.checked_sub(1).map(|b| self.letters[b]);
        let next = self.letter(at + 1);
        let open = next.is_none() && self.end == End::Open;
        let sound = match letter {
            b'h' => match self.breath(at, before, next) {
                Some(sound) => sound,
                None => return,
            },
            b'c' => match next {
                Some(b'h') => 'c',
                Some(b'e' | b'i' | b'y') => 's',
                Some(b'c' | b'k' | b'q') => return,
                None if open && !self.out.is_empty() => return,
                None if open => 'c',
                _ => 'k',
            },
            CH => 'c',
            b'q' => {
                let mute = match self.letter(at + 2) {
                    Some(after) => matches!(after, b'e' | b'i' | b'y'),
                    None => self.end == End::Open,
                };
                if next == Some(b'u') && mute {
                    self.at += 1;
                }
                'k'
            }
            b'x' => {
                self.put(at, 'k');
                self.out.push('s');
                return;
            }
            b'z' => 'j',
            b'f' => 'p',
            b'w' => 'v',
            NASAL if open => return,
            NASAL if matches!(next, Some(b'p' | b'b' | b'm' | b'f')) => 'm',
            NASAL => 'n',
            other => char::from(other),
        };
        self.put(at, sound);
    }

    /// What an `h` says; nothing after a letter it aspirates.
    fn breath(&self, at: usize, before: Option<u8>, next: Option<u8>) -> Option<char> {
        const ASPIRATED: &[u8] = b"kgcjtdpbsqzwh";
        let Some(before) = before else { return Some('h') };
        if ASPIRATED.contains(&before) || before == CH {
            return None;
        }
        let sin = self.out.ends_with("sin");
        if before == NASAL && sin {
            return Some('g'); // सिंह
        }
        if next.is_none() {
            if self.is_vowel(at - 1) && self.out.len() >= 2 {
                return None; // Fatimah
            }
            if before == b'n' && sin {
                return (self.end == End::Whole).then_some('g'); // Sinh, but Sinha
            }
        }
        Some('h')
    }

    fn put(&mut self, at: usize, sound: char) {
        let doubled = at > 0 && !self.is_vowel(at - 1) && self.out.ends_with(sound);
        if !doubled {
            self.out.push(sound);
        }
    }
}
