//! How a run of events is packed for the wire.
//!
//! Entries of one kind are alike: the same keys in the same order, the same few products, days near each other. So a run
//! is sent by columns (all days, then all products, ...) under zstd. What the columns would not give back to
//! the byte is sent as it is. A run that is written row by row, one entry's CBOR after the other, is read too; so small
//! a run is written that way when it is shorter.

mod columns;
mod shape;

use super::Entry;
use hub_protocol::frame::to_cbor;
use hub_protocol::replica::{BATCH_MAX_EVENTS, BATCH_MAX_RAW_BYTES};

/// zstd level of a packed run: higher ones find hardly more in columns.
const ZSTD_LEVEL: i32 = 3;
/// How every zstd frame begins (RFC 8878); neither rows nor columns begin so.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// An array of five, as every entry begins.
const ROW: u8 = 0x85;
/// Runs up to this long are written in both ways, to take the shorter.
const ROWS_MAX: usize = 4;

#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("a packed run is damaged or too large: {0}")]
    Damaged(String),
    #[error("a packed run holds {0} events, over the limit")]
    TooMany(usize),
}

fn damaged(what: impl std::fmt::Display) -> PackError {
    PackError::Damaged(what.to_string())
}

/// The entries, packed. Their places and hashes follow and are not sent.
pub fn pack(entries: &[Entry]) -> Result<Vec<u8>, PackError> {
    let mut best = squeezed(columns::write(entries))?;
    if entries.len() <= ROWS_MAX {
        let rows = squeezed(entries.iter().flat_map(to_cbor).collect())?;
        if rows.len() < best.len() {
            best = rows;
        }
    }
    Ok(best)
}

/// A few entries row by row, packed against the bytes before them, which the reader has too.
pub fn pack_after(entries: &[Entry], before: &[u8]) -> Result<Vec<u8>, PackError> {
    let rows: Vec<u8> = entries.iter().flat_map(to_cbor).collect();
    let mut zstd = zstd::bulk::Compressor::with_dictionary(ZSTD_LEVEL, before).map_err(damaged)?;
    let packed = zstd.compress(&rows).map_err(damaged)?;
    Ok(if packed.len() < rows.len() { packed } else { rows })
}

/// Reads what [`pack_after`] wrote after the same bytes; after others, an error or other entries.
pub fn unpack_after(packed: &[u8], before: &[u8]) -> Result<Vec<Entry>, PackError> {
    if !packed.starts_with(&ZSTD_MAGIC) {
        return read(packed);
    }
    let mut zstd = zstd::bulk::Decompressor::with_dictionary(before).map_err(damaged)?;
    read(&zstd.decompress(packed, BATCH_MAX_RAW_BYTES).map_err(damaged)?)
}

/// Under zstd, or as it is when that is shorter.
fn squeezed(raw: Vec<u8>) -> Result<Vec<u8>, PackError> {
    let packed = zstd::bulk::compress(&raw, ZSTD_LEVEL).map_err(damaged)?;
    Ok(if packed.len() < raw.len() { packed } else { raw })
}

/// Reads what [`pack`] wrote. Never unfolds to more than the limits, whatever the bytes claim.
pub fn unpack(packed: &[u8]) -> Result<Vec<Entry>, PackError> {
    if !packed.starts_with(&ZSTD_MAGIC) {
        return read(packed);
    }
    read(&zstd::bulk::decompress(packed, BATCH_MAX_RAW_BYTES).map_err(damaged)?)
}

fn read(raw: &[u8]) -> Result<Vec<Entry>, PackError> {
    match raw.first() {
        None => Ok(Vec::new()),
        Some(&ROW) => read_rows(raw),
        Some(_) => columns::read(raw),
    }
}

fn read_rows(raw: &[u8]) -> Result<Vec<Entry>, PackError> {
    let mut decoder = minicbor::Decoder::new(raw);
    let mut entries = Vec::new();
    while decoder.position() < raw.len() {
        if entries.len() == BATCH_MAX_EVENTS as usize {
            return Err(PackError::TooMany(entries.len() + 1));
        }
        let start = decoder.position();
        let entry: Entry = decoder.decode().map_err(damaged)?;
        // The hash is over the bytes: what would not encode to the same bytes again is not ours.
        if to_cbor(&entry) != raw[start..decoder.position()] {
            return Err(damaged("an entry is not in deterministic form"));
        }
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests;
