//! What bodies of one kind have in common: everything but the numbers and the words in them.

use minicbor::data::Type;
use minicbor::decode::Error;
use minicbor::encode::Write;
use minicbor::{Decode, Decoder, Encode, Encoder};

/// Bodies that are nested deeper are sent as they are.
const DEPTH_MAX: u32 = 8;
/// And so are bodies with more parts: a bound for what a shape may cost who reads it.
pub const PARTS_MAX: usize = 128;

/// One part of a body.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// These bytes.
    Fixed(Vec<u8>),
    /// A value of the next column.
    Value(Kind),
}

/// What kind of CBOR item a value is put back as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Unsigned,
    /// The column has what CBOR has: -1 - n.
    Negative,
    Bytes,
    Text,
    /// A whole body, without a head of its own.
    Raw,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Unsigned, Self::Negative, Self::Bytes, Self::Text, Self::Raw];

    /// Is its column one of numbers?
    pub fn is_number(self) -> bool {
        matches!(self, Self::Unsigned | Self::Negative)
    }
}

/// A value of a body, in the order of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    Number(u64),
    Words(&'a [u8]),
}

/// In CBOR: an array of byte strings (fixed) and small numbers (the kind of a value).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Shape(pub Vec<Part>);

impl Shape {
    /// Takes a body apart. One that could not be put together again to the byte is one raw value.
    pub fn of(body: &[u8]) -> (Self, Vec<Value<'_>>) {
        let mut taken = Taken { decoder: Decoder::new(body), shape: Self::default(), values: Vec::new() };
        let whole = taken.item(DEPTH_MAX).is_some() && taken.decoder.position() == body.len();
        if whole && taken.shape.0.len() <= PARTS_MAX {
            let Taken { shape, values, .. } = taken;
            let mut again = Vec::with_capacity(body.len());
            let mut left = values.iter().copied();
            if shape.put_together(&mut again, |_| left.next()).is_some() && again == body {
                return (shape, values);
            }
        }
        (Self(vec![Part::Value(Kind::Raw)]), vec![Value::Words(body)])
    }

    /// The values that a body of this shape has.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.0.iter().filter_map(|part| if let Part::Value(kind) = part { Some(*kind) } else { None })
    }

    pub fn fixed_bytes(&self) -> usize {
        self.0.iter().map(|part| if let Part::Fixed(bytes) = part { bytes.len() } else { 1 }).sum()
    }

    /// Appends a body; `None` when `next` has no fitting value.
    pub fn put_together<'v>(&self, out: &mut Vec<u8>, mut next: impl FnMut(Kind) -> Option<Value<'v>>) -> Option<()> {
        for part in &self.0 {
            match part {
                Part::Fixed(bytes) => out.extend_from_slice(bytes),
                Part::Value(kind) => put(out, *kind, next(*kind)?)?,
            }
        }
        Some(())
    }

    fn fixed(&mut self, bytes: &[u8]) {
        match self.0.last_mut() {
            Some(Part::Fixed(before)) => before.extend_from_slice(bytes),
            _ => self.0.push(Part::Fixed(bytes.to_vec())),
        }
    }
}

fn put(out: &mut Vec<u8>, kind: Kind, value: Value<'_>) -> Option<()> {
    // Writing to a Vec cannot fail.
    let mut encoder = Encoder::new(&mut *out);
    match (kind, value) {
        (Kind::Unsigned, Value::Number(n)) => drop(encoder.u64(n)),
        (Kind::Negative, Value::Number(n)) => {
            let n = minicbor::data::Int::try_from(-1 - i128::from(n)).ok()?;
            drop(encoder.int(n));
        }
        (Kind::Bytes, Value::Words(bytes)) => drop(encoder.bytes(bytes)),
        (Kind::Text, Value::Words(bytes)) => drop(encoder.str(std::str::from_utf8(bytes).ok()?)),
        (Kind::Raw, Value::Words(bytes)) => out.extend_from_slice(bytes),
        _ => return None,
    }
    Some(())
}

struct Taken<'a> {
    decoder: Decoder<'a>,
    shape: Shape,
    values: Vec<Value<'a>>,
}

impl<'a> Taken<'a> {
    /// Takes one item; `None` when it is not one that columns are made of.
    fn item(&mut self, depth: u32) -> Option<()> {
        let start = self.decoder.position();
        let (kind, value) = match self.decoder.datatype().ok()? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => (Kind::Unsigned, Value::Number(self.decoder.u64().ok()?)),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => {
                let n = -1 - i128::from(self.decoder.int().ok()?);
                (Kind::Negative, Value::Number(u64::try_from(n).ok()?))
            }
            Type::Bytes => (Kind::Bytes, Value::Words(self.decoder.bytes().ok()?)),
            Type::String => (Kind::Text, Value::Words(self.decoder.str().ok()?.as_bytes())),
            Type::Bool | Type::Null => {
                self.decoder.skip().ok()?;
                self.keep(start);
                return Some(());
            }
            Type::Array => {
                let items = self.decoder.array().ok()??;
                self.keep(start);
                return (0..items).try_for_each(|_| self.item(depth.checked_sub(1)?));
            }
            Type::Map => {
                let pairs = self.decoder.map().ok()??;
                self.keep(start);
                return (0..pairs).try_for_each(|_| {
                    let key = self.decoder.position();
                    self.decoder.skip().ok()?;
                    self.keep(key);
                    self.item(depth.checked_sub(1)?)
                });
            }
            _ => return None,
        };
        self.shape.0.push(Part::Value(kind));
        self.values.push(value);
        Some(())
    }

    fn keep(&mut self, start: usize) {
        let bytes = &self.decoder.input()[start..self.decoder.position()];
        self.shape.fixed(bytes);
    }
}

impl<C> Encode<C> for Shape {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(self.0.len() as u64)?;
        for part in &self.0 {
            match part {
                Part::Fixed(bytes) => e.bytes(bytes)?,
                Part::Value(kind) => e.u8(*kind as u8)?,
            };
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Shape {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, Error> {
        let parts = d.array()?.ok_or_else(|| Error::message("a shape of no definite length"))?;
        if parts > PARTS_MAX as u64 {
            return Err(Error::message("a shape of too many parts"));
        }
        let mut shape = Self::default();
        for _ in 0..parts {
            shape.0.push(match d.datatype()? {
                Type::Bytes => Part::Fixed(d.bytes()?.to_vec()),
                _ => {
                    let kind = Kind::ALL.get(usize::from(d.u8()?)).copied();
                    Part::Value(kind.ok_or_else(|| Error::message("a value of no known kind"))?)
                }
            });
        }
        Ok(shape)
    }
}
