//! Time, randomness and the price of a password guess: given to the store, never fetched by a rule.

use crate::device::FenceId;
use crate::record::secret::KdfCost;
use hub_protocol::{CardNo, ChildId, TaskId, UserId};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoRandom(String);

#[derive(Clone)]
pub struct Env {
    now_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
    pub kdf: KdfCost,
}

impl Env {
    /// The system's clock.
    pub fn system() -> Self {
        Self::with_clock(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
    }

    /// A clock of the caller's: generated histories and tests of time.
    pub fn with_clock(now_ms: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self { now_ms: Arc::new(now_ms), kdf: KdfCost::CLINIC }
    }

    pub fn now_ms(&self) -> u64 {
        (self.now_ms)()
    }

    pub fn random<const N: usize>(&self) -> Result<[u8; N], NoRandom> {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).map_err(|e| NoRandom(e.to_string()))?;
        Ok(bytes)
    }

    pub fn new_child_id(&self) -> Result<ChildId, NoRandom> {
        Ok(ChildId::from_random(self.random()?))
    }

    pub fn new_user_id(&self) -> Result<UserId, NoRandom> {
        Ok(UserId::from_random(self.random()?))
    }

    pub fn new_card_no(&self) -> Result<CardNo, NoRandom> {
        Ok(CardNo::from_random(self.random()?))
    }

    pub fn new_fence_id(&self) -> Result<FenceId, NoRandom> {
        Ok(FenceId::from_random(self.random()?))
    }

    pub fn new_task_id(&self) -> Result<TaskId, NoRandom> {
        Ok(TaskId::from_random(self.random()?))
    }
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Env").field("kdf", &self.kdf).finish_non_exhaustive()
    }
}
