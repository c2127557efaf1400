//! Short messages as a modem takes and gives them (3GPP TS 23.040 in the form of TS 27.005): what is sent, what a phone
//! sent, and what became of one.

use clinic::reminder::{Alphabet, sms_size};

/// The default alphabet of 3GPP TS 23.038 in the order of its codes; 0x1b leads to the extension.
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: [(char, u8); 10] = [
    ('\u{000c}', 0x0a),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2f),
    ('[', 0x3c),
    ('~', 0x3d),
    (']', 0x3e),
    ('|', 0x40),
    ('€', 0x65),
];
const ESCAPE: u8 = 0x1b;
/// SMS-SUBMIT, a validity period follows, a report is asked for.
const SUBMIT: u8 = 0x01 | 0x10 | 0x20;
const HEADER_FOLLOWS: u8 = 0x40;
/// National numbers carry the country of India here.
const INTERNATIONAL: u8 = 0x91;
const INDIA: &str = "91";
/// (n - 166) days, from 167 on: two days.
const VALID_TWO_DAYS: u8 = 168;
const UCS2: u8 = 0x08;
const PART_SEPTETS: usize = 153;
const PART_UNITS: usize = 67;
/// A byte counts them.
const PARTS_MAX: usize = 255;

/// One part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    /// What follows the service centre's address: what `AT+CMGS` counts.
    pub tpdu_bytes: usize,
    /// In hexadecimal, with the empty address of the service centre before it: the SIM card's is used.
    pub hex: String,
}

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A phone wrote. Only the first part of a longer text: one that says STOP is short.
    Text { from: String, text: String },
    /// What became of the part of this number, sent to this phone.
    Report { number: u8, to: String, state: Reported },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    Delivered,
    /// The service centre goes on trying.
    Trying,
    Failed,
}

/// A message to ten digits in India, in as many parts as [`sms_size`] says. `number`: joins the parts, any number.
pub fn submit(to: &str, text: &str, number: u8) -> Option<Vec<Submit>> {
    let size = sms_size(text);
    if size.segments > PARTS_MAX || to.len() != 10 || !to.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let parts = match size.alphabet {
        Alphabet::Gsm7 => split(&text.chars().map(septets).collect::<Option<Vec<_>>>()?, size.segments, PART_SEPTETS),
        Alphabet::Ucs2 => {
            let bytes = |c: char| -> Vec<u8> {
                c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()).collect()
            };
            split(&text.chars().map(bytes).collect::<Vec<_>>(), size.segments, 2 * PART_UNITS)
        }
    };
    let of = u8::try_from(parts.len()).ok()?;
    let header = |n: usize| -> Option<Vec<u8>> {
        if of == 1 { Some(Vec::new()) } else { Some(vec![5, 0, 3, number, of, u8::try_from(n + 1).ok()?]) }
    };
    parts.iter().enumerate().map(|(n, part)| Some(one(to, size.alphabet, &header(n)?, part))).collect()
}

/// Letters in parts of so many bytes (septets, or those of UTF-16). No letter is cut in two.
fn split(letters: &[Vec<u8>], segments: usize, part: usize) -> Vec<Vec<u8>> {
    if segments == 1 {
        return vec![letters.concat()];
    }
    let mut parts = vec![Vec::new()];
    for letter in letters {
        if parts.last().is_none_or(|last| last.len() + letter.len() > part) {
            parts.push(Vec::new());
        }
        if let Some(last) = parts.last_mut() {
            last.extend_from_slice(letter);
        }
    }
    parts
}

fn one(to: &str, alphabet: Alphabet, header: &[u8], part: &[u8]) -> Submit {
    let first = if header.is_empty() { SUBMIT } else { SUBMIT | HEADER_FOLLOWS };
    let number = format!("{INDIA}{to}");
    let mut tpdu = vec![first, 0, u8::try_from(number.len()).unwrap_or_default(), INTERNATIONAL];
    tpdu.extend(semi_octets(&number));
    let coding = if alphabet == Alphabet::Ucs2 { UCS2 } else { 0 };
    tpdu.extend([0, coding, VALID_TWO_DAYS]);
    let (length, data) = match alphabet {
        Alphabet::Gsm7 => {
            // The text begins at a septet after the header.
            let skip = (header.len() * 8).div_ceil(7);
            let mut data = pack(part, skip);
            data[..header.len()].copy_from_slice(header);
            (skip + part.len(), data)
        }
        Alphabet::Ucs2 => (header.len() + part.len(), [header, part].concat()),
    };
    tpdu.push(u8::try_from(length).unwrap_or(u8::MAX));
    tpdu.extend(data);
    Submit { tpdu_bytes: tpdu.len(), hex: format!("00{}", hex(&tpdu)) }
}

fn septets(c: char) -> Option<Vec<u8>> {
    if c == char::from(ESCAPE) {
        return None;
    }
    if let Some(code) = ALPHABET.chars().position(|known| known == c) {
        return Some(vec![u8::try_from(code).ok()?]);
    }
    EXTENSION.iter().find(|(known, _)| *known == c).map(|(_, code)| vec![ESCAPE, *code])
}

/// Septets one after the other, the low bits first, after `skip` empty ones.
fn pack(septets: &[u8], skip: usize) -> Vec<u8> {
    let mut packed = vec![0; ((skip + septets.len()) * 7).div_ceil(8)];
    for (at, septet) in septets.iter().enumerate() {
        let bit = (skip + at) * 7;
        let shifted = u16::from(*septet & 0x7f) << (bit % 8);
        let [low, high] = shifted.to_le_bytes();
        packed[bit / 8] |= low;
        if high != 0 {
            packed[bit / 8 + 1] |= high;
        }
    }
    packed
}

fn unpack(packed: &[u8], count: usize) -> Vec<u8> {
    let bit_at = |bit: usize| packed.get(bit / 8).map_or(0, |byte| byte >> (bit % 8) & 1);
    (0..count).map(|n| (0..7).fold(0, |septet, bit| septet | bit_at(7 * n + bit) << bit)).collect()
}

/// Digits two and two, each pair turned round; an odd one is filled up.
fn semi_octets(digits: &str) -> Vec<u8> {
    let digit = |b: &u8| b - b'0';
    digits.as_bytes().chunks(2).map(|pair| digit(&pair[0]) | pair.get(1).map_or(0xf0, |b| digit(b) << 4)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Bytes that are read one after the other; too short is `None` everywhere.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    /// A number of so many digits, or a name in septets.
    fn address(&mut self) -> Option<String> {
        let (digits, kind) = (usize::from(self.byte()?), self.byte()?);
        let packed = self.take(digits.div_ceil(2))?;
        if kind & 0x70 == 0x50 {
            return Some(letters(&unpack(packed, digits * 4 / 7)));
        }
        let both = packed.iter().flat_map(|byte| [byte & 0xf, byte >> 4]).take(digits);
        both.map(|digit| char::from_digit(digit.into(), 10)).collect()
    }
}

/// A line of the modem's list. What is neither a text nor a report, or is no PDU, is nothing.
pub fn incoming(line: &str) -> Option<Incoming> {
    let line = line.trim().as_bytes();
    let pairs = line.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let bytes = if line.len().is_multiple_of(2) { pairs.collect::<Option<Vec<u8>>>()? } else { return None };
    let mut bytes = Bytes(&bytes);
    let centre = bytes.byte()?;
    let _ = bytes.take(centre.into())?;
    let first = bytes.byte()?;
    match first & 0x03 {
        0 => deliver(bytes, first & HEADER_FOLLOWS != 0),
        2 => report(bytes),
        _ => None,
    }
}

fn deliver(mut bytes: Bytes<'_>, has_header: bool) -> Option<Incoming> {
    let from = bytes.address()?;
    let (_protocol, coding) = (bytes.byte()?, bytes.byte()?);
    let _when = bytes.take(7)?;
    let length = usize::from(bytes.byte()?);
    let data = bytes.0;
    let header = if has_header { usize::from(*data.first()?) + 1 } else { 0 };
    let text = match coding & 0x0c {
        0x00 => {
            let skip = (header * 8).div_ceil(7);
            letters(unpack(data, length).get(skip..)?)
        }
        0x08 => {
            let units = data.get(header..length.min(data.len()))?.chunks_exact(2);
            String::from_utf16_lossy(&units.map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect::<Vec<_>>())
        }
        // Bytes for a program.
        _ => return None,
    };
    Some(Incoming::Text { from, text })
}

fn report(mut bytes: Bytes<'_>) -> Option<Incoming> {
    let number = bytes.byte()?;
    let to = bytes.address()?;
    let _times = bytes.take(14)?;
    let state = match bytes.byte()? {
        0x00..=0x1f => Reported::Delivered,
        0x20..=0x3f => Reported::Trying,
        _ => Reported::Failed,
    };
    Some(Incoming::Report { number, to, state })
}

fn letters(septets: &[u8]) -> String {
    let mut text = String::new();
    let mut septets = septets.iter();
    while let Some(septet) = septets.next() {
        if *septet == ESCAPE {
            let next = septets.next();
            text.extend(next.and_then(|next| EXTENSION.iter().find(|(_, code)| code == next)).map(|(c, _)| *c));
        } else {
            text.extend(ALPHABET.chars().nth(usize::from(*septet)));
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_its_128_places() {
        assert_eq!(ALPHABET.chars().count(), 128);
        for (c, code) in [('@', 0x00), ('\n', 0x0a), (' ', 0x20), ('A', 0x41), ('a', 0x61), ('à', 0x7f), ('Δ', 0x10)]
        {
            assert_eq!(septets(c), Some(vec![code]), "{c}");
        }
        assert_eq!(septets('€'), Some(vec![0x1b, 0x65]));
        assert_eq!(septets('क'), None);
    }

    /// `hellohello` in septets is the worked example of the literature on SMS in PDU form.
    #[test]
    fn septets_are_packed_as_everybody_packs_them() {
        let septets: Vec<u8> = "hellohello".bytes().collect();
        assert_eq!(hex(&pack(&septets, 0)), "E8329BFD4697D9EC37");
        assert_eq!(unpack(&pack(&septets, 0), 10), septets);
        assert_eq!(semi_octets("46708251358"), [0x64, 0x07, 0x28, 0x15, 0x53, 0xf8]);
    }

    #[test]
    fn a_short_text_is_one_part() {
        let parts = submit("9876543210", "hellohello", 7).unwrap();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].hex, "0031000C9119896745230100".to_owned() + "00A80AE8329BFD4697D9EC37");
        assert_eq!(parts[0].tpdu_bytes, parts[0].hex.len() / 2 - 1);
        let hindi = submit("9876543210", "टीका", 7).unwrap();
        assert!(hindi[0].hex.ends_with("0008A808091F09400915093E"), "{}", hindi[0].hex);
    }

    #[test]
    fn a_long_text_is_in_as_many_parts_as_are_paid_for_and_whole_again() {
        let long = format!("{}{{x}} end", "come ".repeat(60));
        for text in [long, "टीका ".repeat(40), "💉".repeat(40)] {
            let parts = submit("9876543210", &text, 9).unwrap();
            assert_eq!(parts.len(), sms_size(&text).segments);
            let mut whole = String::new();
            for (n, part) in parts.iter().enumerate() {
                let bytes: Vec<u8> = (0..part.hex.len() / 2)
                    .map(|at| u8::from_str_radix(&part.hex[2 * at..2 * at + 2], 16).unwrap())
                    .collect();
                assert!(part.tpdu_bytes == bytes.len() - 1 && part.tpdu_bytes <= 14 + 140 + 1, "{}", part.tpdu_bytes);
                assert_eq!(bytes[1] & HEADER_FOLLOWS, HEADER_FOLLOWS);
                // After address, protocol, coding and validity: length and header.
                let data = &bytes[1 + 4 + 6 + 3..];
                assert_eq!(data[1..7], [5, 0, 3, 9, u8::try_from(parts.len()).unwrap(), u8::try_from(n + 1).unwrap()]);
                // As the family's phone has it.
                let mut deliver = vec![0, HEADER_FOLLOWS, 12, INTERNATIONAL];
                deliver.extend(semi_octets("919876543210"));
                deliver.extend([0, bytes[1 + 4 + 6 + 1]]);
                deliver.extend([0; 7]);
                deliver.extend(data);
                let Some(Incoming::Text { from, text }) = incoming(&hex(&deliver)) else { panic!("not read") };
                assert_eq!(from, "919876543210");
                whole += &text;
            }
            assert_eq!(whole, text);
        }
        assert_eq!(submit("987654321", "x", 0), None);
        assert_eq!(submit("98765x3210", "x", 0), None);
    }

    #[test]
    fn reports_are_read_and_nonsense_is_nothing() {
        let mut report = vec![0, 0x06, 42, 12, INTERNATIONAL];
        report.extend(semi_octets("919876543210"));
        report.extend([0; 14]);
        for (state, means) in [(0x00, Reported::Delivered), (0x30, Reported::Trying), (0x41, Reported::Failed)] {
            let read = incoming(&hex(&[&report[..], &[state]].concat()));
            assert_eq!(read, Some(Incoming::Report { number: 42, to: "919876543210".into(), state: means }));
        }
        for line in ["", "0", "zz", "00", "0006", "+CMGL: 1,1,,24", "ü0", "0004FF91"] {
            assert_eq!(incoming(line), None, "{line}");
        }
        for cut in 0..report.len() {
            assert_eq!(incoming(&hex(&report[..cut])), None);
        }
    }
}
