//! A PostgreSQL for tests: the one that `tests/run` started, or one of this test's own, started the same way by
//! `tests/postgres`. Also used by the tests of the crate `district`, which cannot use this crate: only `std` here.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// Names a PostgreSQL that tests may fill.
const VARIABLE: &str = "TIKKA_TEST_DATABASE_URL";

/// The URL of a PostgreSQL that other tests use too: each takes a district key of its own. Without one the test fails.
pub fn url() -> &'static str {
    static OWN: OnceLock<(String, Option<Server>)> = OnceLock::new();
    let start = || match std::env::var(VARIABLE) {
        Ok(url) => (url, None),
        Err(_) => {
            let server = Server::start();
            (server.url.clone(), Some(server))
        }
    };
    &OWN.get_or_init(start).0
}

/// Runs statements as the database's owner, as an administrator would. Gives the rows, one a line.
pub fn sql(url: &str, sql: &str) -> String {
    let arguments = [url, "-v", "ON_ERROR_STOP=1", "-AtqX", "-c", sql];
    let output = Command::new("psql").args(arguments).output().expect("psql cannot be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// A server of one test's own, which may be killed. It ends with the test, however that ends.
pub struct Server {
    pub url: String,
    script: Child,
    answers: BufReader<ChildStdout>,
}

impl Server {
    pub fn start() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = here.ancestors().map(|dir| dir.join("tests/postgres")).filter(|path| path.is_file());
        let path = found.next().expect("tests/postgres is missing");
        let mut script = Command::new(path)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests/postgres cannot be run");
        let mut answers = BufReader::new(script.stdout.take().expect("it is piped"));
        let url = line(&mut answers);
        assert!(!url.is_empty(), "no PostgreSQL for this test: see above, or say its URL in {VARIABLE}");
        Self { url, script, answers }
    }

    /// Ends at once, as at a power cut.
    pub fn stop(&mut self) {
        self.order("stop");
    }

    /// SIGKILL to each of its processes.
    pub fn kill(&mut self) {
        self.order("kill");
    }

    pub fn start_again(&mut self) {
        self.order("start");
    }

    /// From now on it is reached over the network too, encrypted. Gives the URL of that way, which says whose certificate
    /// is trusted.
    pub fn tls(&mut self) -> String {
        self.tell("tls");
        let url = line(&mut self.answers);
        self.done();
        url
    }

    fn order(&mut self, order: &str) {
        self.tell(order);
        self.done();
    }

    fn tell(&mut self, order: &str) {
        let input = self.script.stdin.as_mut().expect("it is piped");
        writeln!(input, "{order}").expect("tests/postgres has ended");
    }

    fn done(&mut self) {
        assert_eq!(line(&mut self.answers), "done", "tests/postgres has ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

fn line(answers: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    answers.read_line(&mut line).expect("tests/postgres cannot be read");
    line.trim_end().to_owned()
}
