//! Families are reminded by real programs: what an Admin sets on the command line, a hub sends through a gateway.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tests::station::{Station, lines, words};

/// Longer than a slow machine needs to send a message.
const PATIENCE: Duration = Duration::from_secs(60);
const KEY: &str = "a-key-of-the-gateway";

/// A gateway at this computer: each request as it came, its head and its body.
fn gateway() -> (String, Receiver<(String, serde_json::Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let (heard, requests) = channel();
    std::thread::spawn(move || {
        for line in listener.incoming() {
            let request = answered(line.unwrap());
            if heard.send(request).is_err() {
                return;
            }
        }
    });
    (url, requests)
}

fn answered(mut line: TcpStream) -> (String, serde_json::Value) {
    let mut read = Vec::new();
    loop {
        let mut some = [0; 4_096];
        let count = line.read(&mut some).unwrap();
        assert!(count > 0, "a request that is not whole");
        read.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        if let Ok(body) = serde_json::from_str(body) {
            line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"status\":\"ok\",\"id\":\"7\"}").unwrap();
            return (head.to_owned(), body);
        }
    }
}

/// Without quiet hours, so that a test may run at night.
fn settings(url: &str) -> String {
    let text = |stage: &str| {
        format!(
            "{{ stage = \"{stage}\", language = \"en\", id = \"1107\", text = \"{stage} {{date}}. PHC Rampur\" }},\n"
        )
    };
    format!(
        "on = true\nrun-at = \"00:00\"\nquiet-from = \"00:00\"\nquiet-until = \"00:00\"\nlanguage = \"en\"\n\
         [sms]\nurl = \"{url}\"\nbody = \"json\"\nsender = \"PHCRAM\"\nentity = \"1101\"\npart-paise = 18\n\
         fields = [\n{{ name = \"to\", value = \"91{{to}}\" }},\n{{ name = \"text\", value = \"{{text}}\" }},\n\
         {{ name = \"dlt\", value = \"{{sender}} {{entity}} {{template}}\" }},\n]\n\
         headers = [{{ name = \"authorization\", value = \"Bearer {{key}}\" }}]\n\
         taken = {{ pointer = \"/status\", value = \"ok\" }}\nid-pointer = \"/id\"\ntemplates = [\n{}{}{}]\n",
        text("ahead"),
        text("today"),
        text("late"),
    )
}

fn typed(clinic: &Station, args: &[&str], line: &str) -> Output {
    let mut child = clinic.as_admin(args).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn run(clinic: &Station, args: &[&str]) -> Output {
    let done = clinic.as_admin(args).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{args:?}: {}", words(&done));
    done
}

#[test]
fn a_family_gets_one_message_and_one_that_wrote_stop_gets_none() {
    let clinic = Station::found(None);
    let (url, requests) = gateway();
    let now_ms = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let today = clinic::date::india(now_ms);
    let born = |name: &str, phone: &str| format!("{name},{today},F,Mother of {name},Rampur,{phone},yes\n");
    let children = clinic.path("born.csv");
    let head = "name,dob,sex,mother,village,phone,consent_reminders\n";
    fs::write(&children, format!("{head}{}{}", born("Chhaya", "9876543210"), born("Tulsi", "9876543211"))).unwrap();
    clinic.import(&children);

    // Whoever begins is shown what a file may hold, and is not told that anything is sent.
    let file = clinic.path("reminders.toml");
    fs::write(&file, run(&clinic, &["reminders", "show"]).stdout).unwrap();
    assert!(fs::read_to_string(&file).unwrap().contains("#[modem]"));
    let off = clinic.as_admin(&["reminders", "set"]).arg(&file).output().unwrap();
    assert_eq!(off.status.code(), Some(0), "{}", words(&off));
    assert!(words(&off).contains("Nothing is sent"), "{}", words(&off));
    fs::write(&file, settings(&url).replace("PHCRAM", "PHC")).unwrap();
    let refused = clinic.as_admin(&["reminders", "set"]).arg(&file).output().unwrap();
    assert_eq!(refused.status.code(), Some(4), "{}", words(&refused));
    fs::write(&file, settings(&url)).unwrap();
    let set = clinic.as_admin(&["reminders", "set"]).arg(&file).output().unwrap();
    assert_eq!(set.status.code(), Some(0), "{}", words(&set));
    let shown = String::from_utf8(run(&clinic, &["reminders", "show"]).stdout).unwrap();
    assert!(shown.contains(&url) && shown.contains("PHCRAM") && !shown.contains(KEY), "{shown}");
    assert!(!shown.contains("#[modem]"), "{shown}");
    let stop = |phone: &str| typed(&clinic, &["reminders", "stop"], phone);
    let (known, unknown, wrong) = (stop("98765 43211\n"), stop("98765 43299\n"), stop("12345\n"));
    assert_eq!((known.status.code(), unknown.status.code(), wrong.status.code()), (Some(0), Some(0), Some(4)));
    assert!(!words(&known).contains("no family") && words(&unknown).contains("no family"), "{}", words(&unknown));
    assert!(words(&wrong).contains("98765 43210"), "{}", words(&wrong));

    // Without the key a message waits, and is not worn out.
    let hub = clinic.hub();
    assert_eq!(hub.terminate(), Some(0));
    assert_eq!(typed(&clinic, &["reminders", "way", "sms"], &format!("{KEY}\n")).status.code(), Some(0));
    let hub = clinic.hub();
    let (head, body) = requests.recv_timeout(PATIENCE).unwrap();
    assert!(head.contains(&format!("Bearer {KEY}")), "{head}");
    assert_eq!(body["to"], "919876543210");
    assert_eq!(body["text"], format!("today {}. PHC Rampur", today.format("%d-%m-%Y")));
    assert_eq!(hub.terminate(), Some(0));

    let messages = lines(&run(&clinic, &["list", "messages"]));
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!((&messages[0]["state"], &messages[0]["paise"]), (&"sent".into(), &18.into()), "{messages:?}");
    // The day's run was made: a hub that starts again makes no other.
    assert_eq!(clinic.hub().terminate(), Some(0));
    assert_eq!(lines(&run(&clinic, &["list", "messages"])), messages);
    assert!(requests.try_recv().is_err(), "one message, once");
    clinic.verified();
}
