//! The district's operator: the real commands of a real `tikka-district`.

use super::server::District;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;
use tempfile::TempDir;

pub const PASSWORD: &str = "tall neem tree 42";

pub struct Operator<'a> {
    pub district: &'a District,
    dir: TempDir,
}

impl<'a> Operator<'a> {
    /// Of a district whose first Super Admin is `boss` and whose first Admin is `rao`.
    pub fn first(district: &'a District) -> Self {
        let operator = Self { district, dir: tempfile::tempdir().unwrap() };
        let file = operator.file("first", PASSWORD);
        let file = file.to_str().unwrap();
        let first = ["user", "add", "boss", "--district", "--name", "The boss", "--role", "super-admin"];
        operator.does(&[&first[..], &["--new-password-file", file]].concat());
        let second = ["user", "add", "rao", "--district", "--name", "Dr. Rao", "--role", "admin"];
        operator.as_login("boss", &[&second[..], &["--new-password-file", file]].concat());
        operator
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        tests::private_file(&path, &format!("{text}\n"));
        path
    }

    /// Without anybody's login.
    pub fn tries(&self, arguments: &[&str]) -> Output {
        self.district.command(arguments)
    }

    pub fn does(&self, arguments: &[&str]) -> String {
        said(&self.tries(arguments))
    }

    pub fn tries_as(&self, login: &str, password: &str, arguments: &[&str]) -> Output {
        let file = self.file("password", password);
        self.tries(&[arguments, &["--login", login, "--password-file", file.to_str().unwrap()]].concat())
    }

    pub fn as_login(&self, login: &str, arguments: &[&str]) -> String {
        said(&self.tries_as(login, PASSWORD, arguments))
    }

    /// As the Admin of the district.
    pub fn rao(&self, arguments: &[&str]) -> String {
        self.as_login("rao", arguments)
    }

    pub fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        self.rao(arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Refused with exit code 4, and words.
    pub fn refused(&self, login: &str, password: &str, arguments: &[&str], word: &str) {
        let output = self.tries_as(login, password, arguments);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(4) && words.contains(word), "{arguments:?}: {words}");
    }
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}
