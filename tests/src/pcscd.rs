//! A PC/SC service of our own, with the virtual reader vpcd: beside a service of the machine and beside
//! those of other tests, without touching either.
//!
//! pcscd takes its socket from whom starts it, as systemd would give it, and libpcsclite looks for it where
//! `PCSCLITE_CSOCK_NAME` says. So every [`Pcscd`] has a socket and a port of its own, needs no root, and sees
//! no reader on USB. A program that is to use it is started with [`Pcscd::env`]; a test that uses PC/SC in
//! its own process runs in [`in_own_process`].
//!
//! vpcd listens on all addresses: for test machines only.

use std::ffi::OsString;
use std::fs::File;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where libpcsclite looks for the service.
const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";
/// Reader names with one of these in them are left alone: those on USB all have a space, ours has none.
const IGNORE_VARIABLE: &str = "PCSCLITE_FILTER_IGNORE_READER_NAMES";
/// What `unplugged.c` reads.
const UNPLUGGED_VARIABLE: &str = "TIKKA_TEST_UNPLUGGED";
const READER: &str = "TikkaTest";
const DRIVERS: [&str; 3] = [
    "/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
    "/usr/lib/x86_64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so",
    "/usr/lib/aarch64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so",
];
/// Where pcscd is; not everybody's PATH has it.
const SBIN: &str = "/usr/sbin";
const START_TIMEOUT_MS: u64 = 60_000;
const POLL_MS: u64 = 10;
const PORT_TRIES: u32 = 4;

/// A shell that starts pcscd with the socket (our stdout) as descriptor 3 and its own pid in LISTEN_PID, and
/// ends it, by that pid, when our end of stdin closes: also when the test is killed.
const KEEPER: &str = r#"
exec 3>&1 1>&2
sh -c 'echo $$ > "$1/pid"; LISTEN_PID=$$ LISTEN_FDS=1 PATH="$PATH:/usr/sbin" exec pcscd --foreground --info --config "$1/conf"' sh "$1" </dev/null &
daemon=$!
exec 3>&-
read -r word
kill -CONT "$daemon"
kill "$daemon"
wait "$daemon"
"#;

/// A running pcscd; it ends when this is dropped.
#[derive(Debug)]
pub struct Pcscd {
    dir: Dir,
    port: u16,
    keeper: Option<Child>,
}

#[derive(Debug)]
enum Dir {
    Own(TempDir),
    /// The one that [`in_own_process`] made.
    Given(PathBuf),
}

impl Dir {
    fn path(&self) -> &Path {
        match self {
            Self::Own(dir) => dir.path(),
            Self::Given(dir) => dir,
        }
    }
}

impl Pcscd {
    /// Starts pcscd with one virtual reader that has two slots.
    ///
    /// # Panics
    /// When pcscd or vpcd is not installed, or does not start: the panic says so in plain words.
    pub fn start() -> Self {
        let mut it = Self::new();
        it.run(true);
        for _ in 1..PORT_TRIES {
            if it.listens() {
                break;
            }
            // Somebody else took a port in the meantime.
            it.end();
            it.port = two_free_ports();
            it.run(true);
        }
        assert!(it.listens(), "the virtual reader did not get its ports. pcscd said:\n{}", it.log());
        it
    }

    /// Starts pcscd without any reader.
    ///
    /// # Panics
    /// As [`Pcscd::start`].
    pub fn start_without_reader() -> Self {
        let mut it = Self::new();
        it.run(false);
        it
    }

    /// The port of the first slot, to put a card on ([`crate::vcard::VirtualCard::insert`]).
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port of the second slot.
    pub fn second_port(&self) -> u16 {
        self.port + 1
    }

    /// What to add to the environment of a program that is to use this service.
    pub fn env(&self) -> [(&'static str, OsString); 1] {
        [(SOCKET_VARIABLE, self.socket().into_os_string())]
    }

    /// Stops the service as an administrator would; cards that lie on the reader stay there.
    pub fn stop(&mut self) {
        self.end();
    }

    /// Starts the service again after [`Pcscd::stop`], with its reader, on the same port.
    ///
    /// # Panics
    /// As [`Pcscd::start`].
    pub fn start_again(&mut self) {
        self.end();
        self.run(true);
        assert!(self.listens(), "the virtual reader did not get its ports back. pcscd said:\n{}", self.log());
    }

    /// Freezes the service: it takes what is sent and answers nothing, until [`Pcscd::thaw`].
    ///
    /// # Panics
    /// When it does not run.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets a frozen service go on.
    ///
    /// # Panics
    /// When it does not run.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = std::fs::read_to_string(self.dir.path().join("pid")).expect("pcscd runs");
        let status = Command::new("sh").args(["-c", "kill \"$1\" \"$2\"", "sh", signal, pid.trim()]).status();
        assert!(status.is_ok_and(|s| s.success()), "pcscd takes no signal");
    }

    fn new() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let installed = std::env::split_paths(&path).chain([SBIN.into()]).any(|dir| dir.join("pcscd").exists());
        assert!(installed, "pcscd is not installed: apt-get install pcscd vsmartcard-vpcd");
        let dir = match std::env::var_os(SOCKET_VARIABLE).map(PathBuf::from) {
            Some(socket) => Dir::Given(socket.parent().map(Path::to_path_buf).unwrap_or_default()),
            None => Dir::Own(own_dir()),
        };
        Self { dir, port: two_free_ports(), keeper: None }
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("socket")
    }

    fn write_config(&self, with_reader: bool) {
        let conf = self.dir.path().join("conf");
        std::fs::create_dir_all(&conf).expect("the directory for pcscd's settings can be made");
        let reader = if with_reader {
            let driver = DRIVERS.into_iter().find(|path| Path::new(path).exists());
            let driver = driver.expect("the virtual card reader is not installed: apt-get install vsmartcard-vpcd");
            let port = self.port;
            format!(
                "FRIENDLYNAME \"{READER}\"\nDEVICENAME /dev/null:{port:#X}\nLIBPATH {driver}\nCHANNELID {port:#X}\n"
            )
        } else {
            String::new()
        };
        std::fs::write(conf.join("vpcd"), reader).expect("pcscd's settings can be written");
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Do both slots listen?
    fn listens(&self) -> bool {
        self.log().matches("Waiting for virtual ICC on port").count() == 2
    }

    fn run(&mut self, with_reader: bool) {
        self.write_config(with_reader);
        let dir = self.dir.path();
        let socket = self.socket();
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket).expect("the socket for pcscd can be made");
        let log = File::create(dir.join("log")).expect("pcscd's log can be made");
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(dir)
            .env(IGNORE_VARIABLE, " ")
            .stdin(Stdio::piped())
            .stdout(OwnedFd::from(listener))
            .stderr(log)
            .spawn()
            .expect("a shell can be started");
        self.keeper = Some(keeper);

        let until = Instant::now() + Duration::from_millis(START_TIMEOUT_MS);
        while !self.log().contains("daemon ready") {
            assert!(Instant::now() < until, "pcscd did not start. It said:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(POLL_MS));
        }
    }

    /// The keeper ends pcscd and then itself when it reads the end of its input.
    fn end(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
            let _ = std::fs::remove_file(self.socket());
        }
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs the body of a test in a process of its own, whose PC/SC service is the [`Pcscd`] that the body
/// starts, or none. Give the test's full name, as `cargo test` prints it.
///
/// # Panics
/// When the body panics in its process, or takes longer than `timeout`.
pub fn in_own_process(test: &str, timeout: Duration, body: impl FnOnce()) {
    if std::env::var_os(SOCKET_VARIABLE).is_some() {
        return body();
    }
    again_in_own_process(test, timeout, &own_dir(), &[]);
}

/// As [`in_own_process`], with readers that can be pulled off while their service runs.
///
/// # Panics
/// As [`in_own_process`]; when there is no C compiler, or pcsc-lite's headers are not installed.
pub fn with_plugs(test: &str, timeout: Duration, body: impl FnOnce(&Plugs)) {
    if let Some(file) = std::env::var_os(UNPLUGGED_VARIABLE) {
        return body(&Plugs { file: file.into() });
    }
    let dir = own_dir();
    let library = dir.path().join("unplugged.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/unplugged.c");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-I/usr/include/PCSC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .expect("there is a C compiler");
    assert!(compiled.success(), "unplugged.c is not compiled: is libpcsclite-dev installed?");
    let more = [("LD_PRELOAD", library), (UNPLUGGED_VARIABLE, dir.path().join("unplugged"))];
    again_in_own_process(test, timeout, &dir, &more);
}

/// The plugs of the readers of this process.
#[derive(Debug)]
pub struct Plugs {
    file: PathBuf,
}

impl Plugs {
    /// Pulls readers off.
    ///
    /// # Panics
    /// When a file cannot be written.
    pub fn pull(&self, readers: &[&str]) {
        let lines: String = readers.iter().map(|reader| format!("0 80100017 {reader}\n")).collect();
        self.write(&lines);
    }

    /// Pulls a reader off after some more commands to its card; `answer` is what each later call on it answers.
    ///
    /// # Panics
    /// As [`Plugs::pull`].
    pub fn pull_after(&self, commands: u32, reader: &str, answer: u32) {
        self.write(&format!("{commands} {answer:x} {reader}\n"));
    }

    /// Plugs all readers in again.
    ///
    /// # Panics
    /// As [`Plugs::pull`].
    pub fn plug_in(&self) {
        self.write("");
    }

    /// In one step: it is read at any time.
    fn write(&self, lines: &str) {
        let new = self.file.with_extension("new");
        std::fs::write(&new, lines).expect("what is unplugged can be written");
        std::fs::rename(&new, &self.file).expect("what is unplugged can be written");
    }
}

fn again_in_own_process(test: &str, timeout: Duration, dir: &TempDir, more: &[(&str, PathBuf)]) {
    let output = dir.path().join("output");
    let log = File::create(&output).expect("the test's output can be kept");
    let copy = log.try_clone().expect("the test's output can be kept");
    let mut child = Command::new(std::env::current_exe().expect("a test knows its own program"))
        .args(["--exact", "--nocapture", test])
        .env(SOCKET_VARIABLE, dir.path().join("socket"))
        .envs(more.iter().map(|(name, value)| (name, value)))
        .stdout(log)
        .stderr(copy)
        .spawn()
        .expect("a test can be started");
    let until = Instant::now() + timeout;
    let status = loop {
        if let Some(status) = child.try_wait().expect("a test can be waited for") {
            break Some(status);
        }
        if Instant::now() > until {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(POLL_MS));
    };
    let said = std::fs::read_to_string(output).unwrap_or_default();
    match status {
        Some(status) if status.success() => assert!(said.contains("1 passed"), "no test is named {test}:\n{said}"),
        Some(_) => panic!("{said}"),
        None => panic!("the test took longer than {timeout:?}. It said:\n{said}"),
    }
}

fn own_dir() -> TempDir {
    tempfile::Builder::new().prefix("tikka-pcscd-").tempdir().expect("a temporary directory can be made")
}

/// Two ports in a row that nobody has: one a slot.
fn two_free_ports() -> u16 {
    loop {
        let first = TcpListener::bind(("0.0.0.0", 0)).expect("a port is free");
        let port = first.local_addr().expect("a bound socket has an address").port();
        if port < u16::MAX && TcpListener::bind(("0.0.0.0", port + 1)).is_ok() {
            return port;
        }
    }
}
