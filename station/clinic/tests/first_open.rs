//! Several encrypted databases opened in the same moment, as the first thing a process does.
#![allow(clippy::unwrap_used)]

use clinic::store::open_encrypted;
use rusqlite::OpenFlags;
use std::process::Command;
use std::sync::Barrier;

/// Set for the processes that the test starts.
const CHILD: &str = "TIKKA_TEST_FIRST_OPEN";
/// One after the other in each of some rows: the fault needs a busy machine to show.
const PROCESSES: usize = 20;
const ROWS: usize = 12;
const THREADS: usize = 8;

#[test]
fn the_first_databases_of_a_process_may_be_opened_at_once() {
    if std::env::var_os(CHILD).is_some() {
        let dir = tempfile::tempdir().unwrap();
        let start = Barrier::new(THREADS);
        std::thread::scope(|threads| {
            for n in 0..THREADS {
                let (start, path) = (&start, dir.path().join(n.to_string()));
                threads.spawn(move || {
                    start.wait();
                    let conn = open_encrypted(path, OpenFlags::default(), &[7; 32]).unwrap();
                    conn.execute_batch("CREATE TABLE a(b)").unwrap();
                });
            }
        });
        return;
    }
    let me = std::env::current_exe().unwrap();
    std::thread::scope(|rows| {
        for _ in 0..ROWS {
            rows.spawn(|| {
                for _ in 0..PROCESSES {
                    let output = Command::new(&me).env(CHILD, "1").output().unwrap();
                    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                }
            });
        }
    });
}
