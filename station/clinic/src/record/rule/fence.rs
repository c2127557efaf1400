//! Where toys may be.

use super::people::active_worker;
use super::{Look, No};
use crate::device::{FenceFor, FenceId, Place, Shape};
use crate::record::fact::{Fact, FenceRemoved, FenceSet};
use crate::record::limits;
use crate::record::refusal::{Field, Refusal};
use crate::record::text;

pub(super) fn set<L: Look>(fence: FenceSet, look: &L) -> Result<Fact, No<L::Error>> {
    let FenceSet { fence, name, whose, shape } = fence;
    let max = limits::FENCES_MAX;
    if !look.has_fence(fence)? && look.fences()? >= max {
        return Err(Refusal::FencesFull { max }.into());
    }
    let name = text::name(Field::Name, &name, limits::NAME_MAX_CHARS)?;
    let whose = match whose {
        FenceFor::Everybody => FenceFor::Everybody,
        FenceFor::Worker(worker) => {
            active_worker(worker, look)?;
            FenceFor::Worker(worker)
        }
        FenceFor::Village(village) => FenceFor::Village(text::name(Field::Village, &village, limits::NAME_MAX_CHARS)?),
    };
    fits(&shape)?;
    Ok(Fact::FenceSet(FenceSet { fence, name, whose, shape }))
}

pub(super) fn remove<L: Look>(fence: FenceId, look: &L) -> Result<Fact, No<L::Error>> {
    if !look.has_fence(fence)? {
        return Err(Refusal::UnknownFence.into());
    }
    Ok(Fact::FenceRemoved(FenceRemoved { fence }))
}

fn fits(shape: &Shape) -> Result<(), Refusal> {
    let (corners, size) = match shape {
        Shape::Circle { centre, radius_m } => {
            let sizes = limits::FENCE_RADIUS_MIN_M..=limits::FENCE_RADIUS_MAX_M;
            (std::slice::from_ref(centre), sizes.contains(radius_m))
        }
        Shape::Polygon(corners) => {
            let counts = limits::FENCE_CORNERS_MIN..=limits::FENCE_CORNERS_MAX;
            (corners.as_slice(), counts.contains(&corners.len()))
        }
    };
    if !size {
        return Err(Refusal::Range(Field::Place));
    }
    if corners.iter().copied().all(Place::on_earth) { Ok(()) } else { Err(Refusal::Form(Field::Place)) }
}
