//! The connections that read. Opening one costs more than most questions do: its key is derived, the schema is read.

use super::guard;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Connections that are kept; more than the processors of such a computer only wait for each other.
const KEPT_MAX: usize = 4;
/// So long one more waits for one of these. Then it gets its own: a long export, or a reader that asks for a second one
/// while it has its first, must hold nobody up.
const PATIENCE: Duration = Duration::from_millis(100);

pub struct Readers<C> {
    state: Mutex<State<C>>,
    back: Condvar,
    patience: Duration,
}

struct State<C> {
    idle: Vec<C>,
    /// In somebody's hands.
    out: usize,
}

impl<C> Default for Readers<C> {
    fn default() -> Self {
        Self { state: Mutex::new(State { idle: Vec::new(), out: 0 }), back: Condvar::new(), patience: PATIENCE }
    }
}

impl<C> Readers<C> {
    /// Reads by a connection that is free, or by a new one.
    pub fn read<T, E>(
        &self,
        connect: impl FnOnce() -> Result<C, E>,
        read: impl FnOnce(&C) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lent = Lent { readers: self, conn: self.take() };
        let conn = match lent.conn.take() {
            Some(conn) => conn,
            None => connect()?,
        };
        read(lent.conn.insert(conn))
    }

    fn take(&self) -> Option<C> {
        let all_out = |state: &mut State<C>| state.idle.is_empty() && state.out >= KEPT_MAX;
        let waited = self.back.wait_timeout_while(guard(&self.state), self.patience, all_out);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.out += 1;
        state.idle.pop()
    }
}

/// Comes back whatever becomes of the reader.
struct Lent<'r, C> {
    readers: &'r Readers<C>,
    conn: Option<C>,
}

impl<C> Drop for Lent<'_, C> {
    fn drop(&mut self) {
        let mut state = guard(&self.readers.state);
        state.out -= 1;
        if let Some(conn) = self.conn.take()
            && state.idle.len() < KEPT_MAX
        {
            state.idle.push(conn);
        }
        drop(state);
        self.readers.back.notify_one();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn many_who_read_at_once_share_a_few_connections() {
        // Longer than any machine is busy.
        let readers = Readers { patience: Duration::from_secs(60), ..Readers::default() };
        let opened = AtomicUsize::new(0);
        let connect = || Ok::<_, ()>(opened.fetch_add(1, Ordering::Relaxed));
        std::thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let read = readers.read(connect, |_| {
                            std::thread::yield_now();
                            Ok(())
                        });
                        read.unwrap();
                    }
                });
            }
        });
        assert!(opened.load(Ordering::Relaxed) <= KEPT_MAX, "{opened:?} were opened");
    }

    #[test]
    fn who_reads_while_reading_is_not_held_up_and_what_failed_or_panicked_gives_its_place_back() {
        fn nested(readers: &Readers<()>, depth: usize) -> Result<(), &'static str> {
            readers.read(|| Ok(()), |()| if depth == 0 { Ok(()) } else { nested(readers, depth - 1) })
        }
        let readers = Readers::default();
        nested(&readers, KEPT_MAX + 1).unwrap();
        assert_eq!(readers.read(|| Ok(()), |()| Err::<(), _>("broken")), Err("broken"));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = readers.read(|| Ok::<_, ()>(()), |()| -> Result<(), ()> { panic!("on purpose") });
        }));
        assert!(panicked.is_err());
        let state = guard(&readers.state);
        assert_eq!((state.out, state.idle.len()), (0, KEPT_MAX));
    }
}
