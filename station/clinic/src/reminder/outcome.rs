//! What becomes of a message, and whether it may be tried again.
//!
//! A message that may have gone out is never sent again by itself. Only a gateway that is known to take one reference
//! once may be given it a second time; with every other, an outcome that nobody knows stays [`MessageState::Unknown`]
//! until the gateway says more, or a person decides.

/// The numbers stand in databases and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Nothing was given to the gateway, or what was given is known not to have been taken.
    Queued = 0,
    /// Kept durably before the first byte goes to the gateway.
    Sending = 1,
    /// The gateway took it.
    Sent = 2,
    /// The family's phone has it.
    Delivered = 3,
    Failed = 4,
    /// It may have gone out.
    Unknown = 5,
}

impl MessageState {
    pub const ALL: [Self; 6] = [Self::Queued, Self::Sending, Self::Sent, Self::Delivered, Self::Failed, Self::Unknown];

    /// The last part of the words' key `message-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// What a gateway made of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Taken,
    /// It will never be taken like this: a wrong template, number or password.
    Refused,
    /// Not taken now, and it says so: busy, or no connection was made. `after_ms`: it named a time to wait.
    NotNow {
        after_ms: Option<u64>,
    },
    /// The connection broke after the message was given, or the answer cannot be read.
    Unclear,
}

/// How a channel may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// The gateway takes one reference once, however often it is given.
    pub once_by_reference: bool,
    pub tries_max: u32,
}

/// The wait before the second try, and the longest one, in ms.
const WAIT_FIRST_MS: u64 = 60_000;
const WAIT_MAX_MS: u64 = 60 * 60_000;
const DOUBLINGS_MAX: u32 = 16;
/// A gateway that names a longer time is not waited for longer.
pub const WAIT_LONGEST_MS: u64 = 6 * 60 * 60_000;

/// The state after the `tries`th try, and in how many ms the next one is, when there is one. `random`: any number.
pub fn after_answer(answer: Answer, tries: u32, retry: Retry, random: u32) -> (MessageState, Option<u64>) {
    let again = |asked: Option<u64>| {
        let wait = wait_ms(tries, random);
        (tries < retry.tries_max).then(|| wait.max(asked.unwrap_or_default().min(WAIT_LONGEST_MS)))
    };
    match answer {
        Answer::Taken => (MessageState::Sent, None),
        Answer::Refused => (MessageState::Failed, None),
        Answer::NotNow { after_ms } => match again(after_ms) {
            Some(wait) => (MessageState::Queued, Some(wait)),
            None => (MessageState::Failed, None),
        },
        Answer::Unclear if retry.once_by_reference => match again(None) {
            Some(wait) => (MessageState::Queued, Some(wait)),
            None => (MessageState::Unknown, None),
        },
        Answer::Unclear => (MessageState::Unknown, None),
    }
}

/// The state of a message when the program starts: a power cut in the middle of a try is an unclear answer.
pub fn after_start(state: MessageState, tries: u32, retry: Retry, random: u32) -> (MessageState, Option<u64>) {
    match state {
        MessageState::Sending => after_answer(Answer::Unclear, tries, retry, random),
        state => (state, None),
    }
}

/// Doubles with each try, up to an hour; the second half is chance.
pub fn wait_ms(tries: u32, random: u32) -> u64 {
    let doublings = tries.saturating_sub(1).min(DOUBLINGS_MAX);
    let whole = (WAIT_FIRST_MS << doublings).min(WAIT_MAX_MS);
    let half = whole / 2;
    whole - half + u64::from(random) % (half + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONCE: Retry = Retry { once_by_reference: true, tries_max: 3 };
    const EACH: Retry = Retry { once_by_reference: false, tries_max: 3 };

    #[test]
    fn what_may_have_gone_out_is_not_sent_again_unless_the_gateway_takes_it_once() {
        for tries in 1..9 {
            assert_eq!(after_answer(Answer::Unclear, tries, EACH, 1), (MessageState::Unknown, None));
            assert_eq!(after_start(MessageState::Sending, tries, EACH, 1), (MessageState::Unknown, None));
        }
        assert!(matches!(after_answer(Answer::Unclear, 1, ONCE, 1), (MessageState::Queued, Some(_))));
        assert!(matches!(after_start(MessageState::Sending, 1, ONCE, 1), (MessageState::Queued, Some(_))));
        assert_eq!(after_answer(Answer::Unclear, 3, ONCE, 1), (MessageState::Unknown, None));
        for state in [MessageState::Queued, MessageState::Sent, MessageState::Delivered, MessageState::Failed] {
            assert_eq!(after_start(state, 1, ONCE, 1), (state, None));
        }
    }

    #[test]
    fn tries_end_and_a_named_time_is_kept() {
        let busy = |after_ms, tries| after_answer(Answer::NotNow { after_ms }, tries, EACH, 0);
        assert_eq!(busy(Some(600_000), 1), (MessageState::Queued, Some(600_000)));
        assert_eq!(busy(Some(u64::MAX), 1), (MessageState::Queued, Some(WAIT_LONGEST_MS)));
        assert_eq!(busy(Some(0), 1), (MessageState::Queued, Some(30_000)));
        assert_eq!(busy(None, 3), (MessageState::Failed, None));
        assert_eq!(after_answer(Answer::Refused, 1, ONCE, 0), (MessageState::Failed, None));
        assert_eq!(after_answer(Answer::Taken, 1, EACH, 0), (MessageState::Sent, None));
    }

    #[test]
    fn waits_grow_to_an_hour() {
        for random in [0, 1, u32::MAX] {
            assert!((30_000..=60_000).contains(&wait_ms(1, random)));
            assert!((60_000..=120_000).contains(&wait_ms(2, random)));
            for tries in [8, 100, u32::MAX] {
                assert!((WAIT_MAX_MS / 2..=WAIT_MAX_MS).contains(&wait_ms(tries, random)));
            }
        }
    }
}
