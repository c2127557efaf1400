//! Numbers that people read aloud: Crockford base 32 (no I, L, O, U) with check symbols.
//!
//! The check symbol is Damm's scheme over GF(32): every single wrong symbol and every swap of two
//! neighbours is found (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004).

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    #[error("a character that is not used in these numbers")]
    Character,
    #[error("too short or too long")]
    Length,
    #[error("the check symbol does not fit")]
    Check,
}

/// Times x in GF(32) with x^5 + x^2 + 1.
fn double(v: u8) -> u8 {
    let d = v << 1;
    if d & 32 == 0 { d } else { (d ^ 0b10_0101) & 31 }
}

/// The symbol that makes the whole run check to zero.
fn check(symbols: &[u8]) -> u8 {
    symbols.iter().fold(0, |c, s| double(c ^ s))
}

fn value(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        c => c,
    };
    let at = ALPHABET.iter().position(|a| char::from(*a) == c)?;
    u8::try_from(at).ok()
}

fn letter(v: u8) -> char {
    char::from(ALPHABET[usize::from(v & 31)])
}

/// Symbols of a typed text; spaces and hyphens are for the eye only.
fn read(text: &str) -> Result<Vec<u8>, SymbolError> {
    text.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| value(c).ok_or(SymbolError::Character)).collect()
}

/// `count` symbols of 5 bits and a check symbol, in groups of four: `K7QM-2XDR-9FWT`.
pub fn write_number(number: u64, count: u32) -> String {
    let mut symbols: Vec<u8> = (0..count).rev().map(|i| ((number >> (5 * i)) & 31) as u8).collect();
    symbols.push(check(&symbols));
    grouped(&symbols, 4)
}

/// Reads what [`write_number`] wrote, as a person types it.
pub fn read_number(text: &str, count: u32) -> Result<u64, SymbolError> {
    let symbols = read(text)?;
    let [data @ .., last] = symbols.as_slice() else {
        return Err(SymbolError::Length);
    };
    if data.len() != count as usize {
        return Err(SymbolError::Length);
    }
    if check(data) != *last {
        return Err(SymbolError::Check);
    }
    Ok(data.iter().fold(0, |n, s| (n << 5) | u64::from(*s)))
}

/// Bytes as groups of four symbols and a check symbol each, so that a slip is found in its group.
/// The last group is filled with zero bits.
pub fn write_bytes(bytes: &[u8]) -> String {
    grouped_with_checks(&to_symbols(bytes))
}

/// Reads `len` bytes that [`write_bytes`] wrote.
pub fn read_bytes(text: &str, len: usize) -> Result<Vec<u8>, SymbolError> {
    let symbols = read(text)?;
    if symbols.len() != (len * 8).div_ceil(20) * 5 {
        return Err(SymbolError::Length);
    }
    let mut data = Vec::new();
    for group in symbols.chunks(5) {
        let (body, last) = group.split_at(4);
        if check(body) != last[0] {
            return Err(SymbolError::Check);
        }
        data.extend_from_slice(body);
    }
    let (mut bits, mut held, mut out) = (0u32, 0u32, Vec::with_capacity(len));
    for s in data {
        held = (held << 5) | u32::from(s);
        bits += 5;
        if bits >= 8 && out.len() < len {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Ok(out)
}

fn to_symbols(bytes: &[u8]) -> Vec<u8> {
    let (mut bits, mut held, mut out) = (0u32, 0u32, Vec::new());
    for b in bytes {
        held = (held << 8) | u32::from(*b);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(((held >> bits) & 31) as u8);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(((held << (5 - bits)) & 31) as u8);
    }
    out
}

fn grouped(symbols: &[u8], size: usize) -> String {
    let groups: Vec<String> = symbols.chunks(size).map(|g| g.iter().map(|s| letter(*s)).collect()).collect();
    groups.join("-")
}

/// Plain lower-case base 32 without checks, for names that machines compare.
pub fn plain(bytes: &[u8]) -> String {
    to_symbols(bytes).iter().map(|s| letter(*s).to_ascii_lowercase()).collect()
}

/// What [`plain`] wrote, as [`write_bytes`] would have begun: whole groups, each with its check symbol.
pub fn plain_as_written(plain: &str) -> Result<String, SymbolError> {
    let symbols = read(plain)?;
    if symbols.is_empty() || !symbols.len().is_multiple_of(4) {
        return Err(SymbolError::Length);
    }
    Ok(grouped_with_checks(&symbols))
}

fn grouped_with_checks(symbols: &[u8]) -> String {
    let groups: Vec<String> = symbols
        .chunks(4)
        .map(|g| {
            let mut g = g.to_vec();
            g.resize(4, 0);
            g.push(check(&g));
            g.iter().map(|s| letter(*s)).collect()
        })
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slip_and_every_swap_is_found() {
        let text = write_number(0x2b_cdef_0123_4567, 11).replace('-', "");
        assert_eq!(read_number(&text, 11), Ok(0x2b_cdef_0123_4567));
        let symbols: Vec<char> = text.chars().collect();
        for at in 0..symbols.len() {
            for s in 0..32 {
                let mut wrong = symbols.clone();
                wrong[at] = letter(s);
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(read_number(&wrong, 11).is_ok(), wrong == text);
            }
            if at + 1 < symbols.len() && symbols[at] != symbols[at + 1] {
                let mut swapped = symbols.clone();
                swapped.swap(at, at + 1);
                let swapped: String = swapped.into_iter().collect();
                assert_eq!(read_number(&swapped, 11), Err(SymbolError::Check));
            }
        }
    }

    #[test]
    fn bytes_come_back_as_typed() {
        for len in [0usize, 1, 10, 16, 32] {
            let bytes: Vec<u8> = (0..len).map(|i| (i * 37 + 11) as u8).collect();
            let text = write_bytes(&bytes);
            assert_eq!(read_bytes(&text, len), Ok(bytes.clone()));
            assert_eq!(read_bytes(&text.to_lowercase().replace('-', " "), len), Ok(bytes));
        }
        assert_eq!(read_number("K7QM-2XDR-9FWU", 11), Err(SymbolError::Character));
        assert_eq!(read_number("", 11), Err(SymbolError::Length));
    }
}
