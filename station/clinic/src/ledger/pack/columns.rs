//! A run of entries by columns.
//!
//! A column of numbers has the difference to the number before (the first: to 0), modulo 2^64, zigzag (RFC 8949 has no
//! such; Protocol Buffers' `sint64`), in LEB128. A column of words has for each word 0, its length in LEB128 and its bytes
//! when it is new, or how many words after it were new, itself included, when it came before.

use super::shape::{Kind, PARTS_MAX, Shape, Value};
use super::{PackError, damaged};
use crate::ledger::{Actor, Entry, Hlc};
use hub_protocol::frame::{from_cbor, to_cbor};
use hub_protocol::replica::{BATCH_MAX_EVENTS, BATCH_MAX_RAW_BYTES};
use minicbor::bytes::ByteVec;
use minicbor::decode::Error;
use minicbor::{Decode, Decoder, Encode};
use std::collections::HashMap;

const COUNTER_BITS: u32 = 16;
/// Bytes of the head of a CBOR item, at most.
const HEAD_MAX_BYTES: usize = 9;
const COUNTER: u64 = (1 << COUNTER_BITS) - 1;

#[derive(Debug, Encode, Decode)]
#[cbor(map)]
struct Run {
    #[n(0)]
    events: u32,
    /// Numbers: the milliseconds of the hybrid clocks.
    #[n(1)]
    clocks: ByteVec,
    /// Numbers: their counters.
    #[n(2)]
    counters: ByteVec,
    /// Words: the CBOR of each actor.
    #[n(3)]
    actors: ByteVec,
    /// Numbers: the group of each entry.
    #[n(4)]
    order: ByteVec,
    #[cbor(n(5), decode_with = "all_groups")]
    groups: Vec<Group>,
}

/// Entries that are alike.
#[derive(Debug, Encode, Decode)]
struct Group {
    #[n(0)]
    kind: u16,
    #[n(1)]
    version: u8,
    #[n(2)]
    shape: Shape,
    /// One for each value of the shape.
    #[cbor(n(3), decode_with = "group_columns")]
    columns: Vec<ByteVec>,
}

fn all_groups<'b, C>(d: &mut Decoder<'b>, context: &mut C) -> Result<Vec<Group>, Error> {
    bounded(d, context, BATCH_MAX_EVENTS as usize)
}

fn group_columns<'b, C>(d: &mut Decoder<'b>, context: &mut C) -> Result<Vec<ByteVec>, Error> {
    bounded(d, context, PARTS_MAX)
}

/// An array of at most `max` items: an item may cost more in memory than on the wire.
fn bounded<'b, C, T: Decode<'b, C>>(d: &mut Decoder<'b>, context: &mut C, max: usize) -> Result<Vec<T>, Error> {
    match d.array()? {
        Some(items) if items <= max as u64 => (0..items).map(|_| d.decode_with(context)).collect(),
        _ => Err(Error::message("a list that is too long, or of no definite length")),
    }
}

pub(super) fn write(entries: &[Entry]) -> Vec<u8> {
    let actors: Vec<Vec<u8>> = entries.iter().map(|entry| to_cbor(&entry.actor)).collect();
    let mut groups = Groups::default();
    let order: Vec<u64> = entries.iter().map(|entry| groups.put(entry)).collect();
    to_cbor(&Run {
        events: entries.len() as u32,
        clocks: numbers(entries.iter().map(|entry| entry.hlc.0 >> COUNTER_BITS)).into(),
        counters: numbers(entries.iter().map(|entry| entry.hlc.0 & COUNTER)).into(),
        actors: words(actors.iter().map(Vec::as_slice)).into(),
        order: numbers(order).into(),
        groups: groups.made.into_iter().map(Making::done).collect(),
    })
}

#[derive(Default)]
struct Groups<'a> {
    places: HashMap<(u16, u8, Shape), usize>,
    made: Vec<Making<'a>>,
}

struct Making<'a> {
    group: Group,
    columns: Vec<Vec<Value<'a>>>,
}

impl<'a> Groups<'a> {
    fn put(&mut self, entry: &'a Entry) -> u64 {
        let (shape, values) = Shape::of(&entry.body);
        let new = self.made.len();
        let key = (entry.kind, entry.version, shape);
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None => {
                let (kind, version, shape) = key.clone();
                let columns = values.iter().map(|_| Vec::new()).collect();
                self.made.push(Making { group: Group { kind, version, shape, columns: Vec::new() }, columns });
                self.places.insert(key, new);
                new
            }
        };
        for (column, value) in self.made[place].columns.iter_mut().zip(values) {
            column.push(value);
        }
        place as u64
    }
}

impl Making<'_> {
    fn done(self) -> Group {
        let column = |values: Vec<Value<'_>>| {
            let are_numbers = matches!(values.first(), Some(Value::Number(_)));
            let number = |value: &Value<'_>| if let Value::Number(n) = value { Some(*n) } else { None };
            if are_numbers {
                return numbers(values.iter().filter_map(number)).into();
            }
            words(values.iter().filter_map(|value| if let Value::Words(w) = value { Some(*w) } else { None })).into()
        };
        Group { columns: self.columns.into_iter().map(column).collect(), ..self.group }
    }
}

fn numbers(values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let (mut out, mut before) = (Vec::new(), 0_u64);
    for value in values {
        let step = value.wrapping_sub(before).cast_signed();
        put_leb128(&mut out, ((step << 1) ^ (step >> 63)).cast_unsigned());
        before = value;
    }
    out
}

fn words<'w>(values: impl IntoIterator<Item = &'w [u8]>) -> Vec<u8> {
    let (mut out, mut known) = (Vec::new(), HashMap::new());
    for word in values {
        let new = known.len();
        match known.get(word) {
            Some(place) => put_leb128(&mut out, (new - place) as u64),
            None => {
                known.insert(word, new);
                put_leb128(&mut out, 0);
                put_leb128(&mut out, word.len() as u64);
                out.extend_from_slice(word);
            }
        }
    }
    out
}

fn put_leb128(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn read(raw: &[u8]) -> Result<Vec<Entry>, PackError> {
    let run: Run = from_cbor(raw).map_err(damaged)?;
    if run.events > BATCH_MAX_EVENTS {
        return Err(PackError::TooMany(run.events as usize));
    }
    let mut groups = run.groups.iter().map(Reading::of).collect::<Result<Vec<_>, _>>()?;
    let (mut clocks, mut counters) = (Numbers::of(&run.clocks), Numbers::of(&run.counters));
    let (mut actors, mut order) = (Words::of(&run.actors), Numbers::of(&run.order));
    let mut entries = Vec::with_capacity(run.events as usize);
    let mut body_bytes = 0;
    for _ in 0..run.events {
        let short = || damaged("a column is too short");
        let (ms, counter) = (clocks.next().ok_or_else(short)?, counters.next().ok_or_else(short)?);
        if ms > u64::MAX >> COUNTER_BITS || counter > COUNTER {
            return Err(damaged("a clock is out of bounds"));
        }
        let actor: Actor = from_cbor(actors.next().ok_or_else(short)?).map_err(damaged)?;
        let group = order.next().and_then(|n| groups.get_mut(usize::try_from(n).ok()?)).ok_or_else(short)?;
        // A body may be a few bytes over what is left: the heads of its values are not counted beforehand.
        let room = BATCH_MAX_RAW_BYTES.checked_sub(body_bytes).ok_or_else(|| damaged("the bodies are too large"))?;
        let body = group.body(room)?;
        body_bytes += body.len();
        let (kind, version) = (group.kind, group.version);
        entries.push(Entry { hlc: Hlc(ms << COUNTER_BITS | counter), actor, kind, version, body });
    }
    let mut ended = [clocks.ended(), counters.ended(), order.ended(), actors.ended()].into_iter();
    if ended.all(|ended| ended) && groups.iter().all(Reading::ended) {
        Ok(entries)
    } else {
        Err(damaged("a column is too long"))
    }
}

/// A group whose bodies are put together one after the other.
struct Reading<'a> {
    kind: u16,
    version: u8,
    shape: &'a Shape,
    columns: Vec<Column<'a>>,
}

enum Column<'a> {
    Numbers(Numbers<'a>),
    Words(Words<'a>),
}

impl<'a> Reading<'a> {
    fn of(group: &'a Group) -> Result<Self, PackError> {
        if group.shape.kinds().count() != group.columns.len() {
            return Err(damaged("a group has not the columns of its shape"));
        }
        let column = |(kind, bytes): (Kind, &'a ByteVec)| match kind.is_number() {
            true => Column::Numbers(Numbers::of(bytes)),
            false => Column::Words(Words::of(bytes)),
        };
        let columns = group.shape.kinds().zip(&group.columns).map(column).collect();
        Ok(Self { kind: group.kind, version: group.version, shape: &group.shape, columns })
    }

    /// The next body, of at most `max` bytes.
    fn body(&mut self, max: usize) -> Result<Vec<u8>, PackError> {
        let mut columns = self.columns.iter_mut();
        let mut values = Vec::with_capacity(columns.len());
        let mut bytes = 0;
        for column in &mut columns {
            let value = match column {
                Column::Numbers(numbers) => numbers.next().map(Value::Number),
                Column::Words(words) => words.next().map(Value::Words),
            };
            let value = value.ok_or_else(|| damaged("a column is too short"))?;
            bytes += if let Value::Words(words) = value { words.len() } else { 0 };
            values.push(value);
        }
        // A few bytes of heads do not matter; words that are named again and again would.
        if bytes + self.shape.fixed_bytes() > max {
            return Err(damaged("the bodies are too large"));
        }
        let mut body = Vec::with_capacity(bytes + self.shape.fixed_bytes() + HEAD_MAX_BYTES * values.len());
        let mut values = values.into_iter();
        let whole = self.shape.put_together(&mut body, |_| values.next());
        whole.map(|()| body).ok_or_else(|| damaged("a value does not fit its shape"))
    }

    fn ended(&self) -> bool {
        self.columns.iter().all(|column| match column {
            Column::Numbers(numbers) => numbers.ended(),
            Column::Words(words) => words.ended(),
        })
    }
}

struct Numbers<'a> {
    left: &'a [u8],
    before: u64,
}

impl<'a> Numbers<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { left: bytes, before: 0 }
    }

    fn next(&mut self) -> Option<u64> {
        let zigzag = take_leb128(&mut self.left)?;
        let step = (zigzag >> 1) ^ (zigzag & 1).wrapping_neg();
        self.before = self.before.wrapping_add(step);
        Some(self.before)
    }

    fn ended(&self) -> bool {
        self.left.is_empty()
    }
}

struct Words<'a> {
    left: &'a [u8],
    known: Vec<&'a [u8]>,
}

impl<'a> Words<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { left: bytes, known: Vec::new() }
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        let back = usize::try_from(take_leb128(&mut self.left)?).ok()?;
        if back > 0 {
            return self.known.get(self.known.len().checked_sub(back)?).copied();
        }
        let len = usize::try_from(take_leb128(&mut self.left)?).ok()?;
        let (word, rest) = self.left.split_at_checked(len)?;
        self.left = rest;
        self.known.push(word);
        Some(word)
    }

    fn ended(&self) -> bool {
        self.left.is_empty()
    }
}

fn take_leb128(left: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for (place, byte) in left.iter().enumerate().take(10) {
        let bits = u64::from(byte & 0x7f);
        if place == 9 && bits > 1 {
            return None;
        }
        value |= bits << (7 * place);
        if byte & 0x80 == 0 {
            *left = &left[place + 1..];
            return Some(value);
        }
    }
    None
}
