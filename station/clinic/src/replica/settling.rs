//! How far do the two hold the same of the logs that we write? Asked before anything is sent where they are known to
//! differ, and meanwhile where they may.

use super::fork::Fork;
use super::job::{Asker, Job};
use hub_protocol::replica::{Ask, Head};
use std::collections::VecDeque;

/// One log after the other.
#[derive(Debug, Default)]
pub(super) struct Settling {
    forks: VecDeque<Fork>,
    /// What we hold at the places that the peer was asked for.
    ours: Option<Vec<Head>>,
}

impl Settling {
    pub fn new(forks: Vec<Fork>) -> Self {
        Self { forks: forks.into(), ours: None }
    }

    /// Are the two known to differ? Then this session can only end.
    pub fn is_sure(&self) -> bool {
        self.forks.front().is_some_and(|fork| !fork.is_doubt())
    }

    pub fn is_idle(&self) -> bool {
        self.forks.is_empty()
    }

    /// What is to be done next, if there is anything.
    pub fn next_job(&mut self) -> Option<Job> {
        loop {
            let fork = self.forks.front()?;
            if let Some(ask) = fork.next() {
                return Some(Job::Recall { ask, by: Asker::We });
            }
            if !fork.is_none() {
                return Some(Job::Settle { origin: fork.origin(), common: fork.common() });
            }
            let _ = self.forks.pop_front();
        }
    }

    /// We know what we hold there. Gives what to ask the peer.
    pub fn recalled(&mut self, heads: Vec<Head>) -> Option<Ask> {
        self.ours = Some(heads);
        self.forks.front()?.next()
    }

    /// The peer's answer. Gives whether there was a question.
    pub fn told(&mut self, theirs: &[Head]) -> bool {
        let fork = self.forks.front_mut();
        let (Some(fork), Some(ours)) = (fork, self.ours.take()) else { return false };
        fork.weigh(&ours, theirs);
        true
    }
}
