//! How far a long piece of work is, on stderr, for whoever waits.

use clinic::store::{Progress, Step};
use std::time::{Duration, Instant};

/// Work that is done sooner needs no line.
const FIRST_AFTER: Duration = Duration::from_secs(2);
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Prints a line from time to time.
pub fn teller() -> impl FnMut(Progress) + Send + 'static {
    let mut next = Instant::now() + FIRST_AFTER;
    move |Progress { step, done, total }| {
        let now = Instant::now();
        if now < next || total == 0 {
            return;
        }
        next = now + AGAIN_AFTER;
        match step {
            Step::Copying => eprintln!("Copying: {} of {} MB.", done / 1_000_000, total / 1_000_000),
            Step::Checking => eprintln!("Checking: {done} of {total} events."),
            Step::Building => eprintln!("Building the read tables: {done} of {total} events."),
        }
    }
}
