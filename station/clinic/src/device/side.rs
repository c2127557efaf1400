//! Inside or outside, decided so that a toy at the edge does not come and go with every fix.

use super::fence::{Fence, Place};
use hub_protocol::toy::Position;

/// A fix this far outside, or as far as it may be wrong, is outside; one inside is inside. What lies between changes
/// nothing, in metres.
pub const EDGE_M: u32 = 50;
/// A position that may be wrong by more says nothing, in metres.
const VAGUE_M: u32 = 500;
/// For so long a toy must be on the other side, with every fix, in ms.
const SETTLES_MS: u64 = 30_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Side {
    pub outside: bool,
    /// Since when every fix says the other side.
    turned_ms: Option<u64>,
}

impl Side {
    pub fn known(outside: bool) -> Self {
        Self { outside, turned_ms: None }
    }

    /// Takes a fix. Says the fence that was left or entered, when one was.
    pub fn take<'a>(&mut self, fences: &'a [Fence], position: Position, now_ms: u64) -> Option<&'a Fence> {
        if position.accuracy_m > VAGUE_M {
            return None;
        }
        let at = Place::of(position);
        let (fence, outside_m) = fences
            .iter()
            .map(|fence| (fence, fence.shape.outside_m(at)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        let seems_outside = if outside_m > f64::from(EDGE_M.max(position.accuracy_m)) {
            true
        } else if outside_m <= 0.0 {
            false
        } else {
            self.turned_ms = None;
            return None;
        };
        if seems_outside == self.outside {
            self.turned_ms = None;
            return None;
        }
        let since_ms = *self.turned_ms.get_or_insert(now_ms);
        if now_ms.saturating_sub(since_ms) < SETTLES_MS {
            return None;
        }
        *self = Self::known(seems_outside);
        Some(fence)
    }
}
