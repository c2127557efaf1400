//! One message, and a gateway that misbehaves in one way: what becomes of it, and what the desk is told.

use super::*;
use crate::messages::http::{Asked, NotAsked};
use clinic::record::fact::{StatusPage, WhatsApp};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

/// What a server does once it has read the request.
#[derive(Debug, Clone)]
enum Reply {
    Says(String),
    /// Keeps the line open.
    Nothing,
    /// Says how long the answer is, and less.
    NeverEnds,
    Closes,
}

fn said(status: u16, body: &str) -> Reply {
    Reply::Says(format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

/// Its address, and the first line of each request.
async fn server(replies: impl Fn(&str) -> Reply + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            let request = request(&mut line).await;
            let first = request.lines().next().unwrap_or_default().to_owned();
            let reply = replies(&first);
            noted.lock().unwrap().push(first);
            match reply {
                Reply::Says(says) => drop(line.write_all(says.as_bytes()).await),
                Reply::Nothing => drop(tokio::spawn(open_until_left(line))),
                Reply::NeverEnds => {
                    let _ = line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{").await;
                    tokio::spawn(open_until_left(line));
                }
                Reply::Closes => {}
            }
        }
    });
    (url, asked)
}

async fn request(line: &mut TcpStream) -> String {
    let mut read = Vec::new();
    loop {
        let mut some = [0; 2_048];
        let count = line.read(&mut some).await.unwrap();
        assert!(count > 0, "a request that is not whole");
        read.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() == length.unwrap_or(0) {
            return text;
        }
    }
}

fn by_whatsapp(url: String) -> ReminderSettings {
    let templates = settings(String::new(), false).sms.unwrap().templates;
    let whatsapp = WhatsApp { url, number_id: "1234".into(), templates, message_paise: 12 };
    ReminderSettings { on: true, whatsapp: Some(whatsapp), ..ReminderSettings::default() }
}

/// A station with one message to send.
fn station(settings: ReminderSettings) -> Station {
    let channel = settings.channels()[0];
    let station = Station::new(settings);
    let way = Way { place: String::new(), secret: "t0k".into() };
    station.clinic.set_message_way(&station.admin, channel, &way).unwrap();
    let _ = station.born_today(10);
    station
}

impl Station {
    async fn look(&mut self) -> (MessageState, Option<Trouble>) {
        let (_stop, mut stopped) = oneshot::channel();
        let _ = self.sender.work(&mut stopped, false).await.unwrap();
        let lines = self.outbox();
        assert_eq!(lines.len(), 1);
        (lines[0].state, self.sender.troubles.borrow().first().map(|of| of.trouble))
    }
}

type ByWay = fn(String) -> ReminderSettings;

const WAITS: MessageState = MessageState::Queued;

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_is_what_it_says_and_the_desk_is_told() {
    use MessageState::{Failed, Sent, Unknown};
    use Trouble::{Address, Busy, Key, NoAnswer, Refuses, SaysNo, Unpaid};
    let error = |status, code: u32| said(status, &format!(r#"{{"error":{{"code":{code}}}}}"#));
    let sms = [
        (said(200, r#"{"status":"ok"}"#), Sent, None),
        (said(302, ""), WAITS, Some(Address)),
        (said(401, ""), WAITS, Some(Key)),
        (said(402, ""), WAITS, Some(Unpaid)),
        (said(404, ""), WAITS, Some(Address)),
        (said(429, ""), WAITS, Some(Busy)),
        (said(503, ""), WAITS, Some(Busy)),
        (said(200, r#"{"status":"error"}"#), WAITS, Some(SaysNo)),
        (said(400, ""), Failed, Some(Refuses)),
        (said(500, ""), Unknown, Some(NoAnswer)),
        (said(200, "<html>OK"), Unknown, Some(NoAnswer)),
        (Reply::Says("hello\r\n\r\n".into()), Unknown, Some(NoAnswer)),
        (Reply::Nothing, Unknown, Some(NoAnswer)),
        (Reply::NeverEnds, Unknown, Some(NoAnswer)),
        (Reply::Closes, Unknown, Some(NoAnswer)),
    ];
    let whatsapp = [
        (said(200, r#"{"messages":[{"id":"wamid.x"}]}"#), Sent, None),
        (said(302, ""), WAITS, Some(Address)),
        (error(401, 190), WAITS, Some(Key)),
        (error(403, 10), WAITS, Some(Key)),
        (error(400, 131_042), WAITS, Some(Unpaid)),
        (error(429, 130_429), WAITS, Some(Busy)),
        (error(403, 131_031), WAITS, Some(SaysNo)),
        (error(404, 132_001), Failed, Some(Refuses)),
        (error(400, 131_026), Failed, None),
        (error(500, 1), Unknown, Some(NoAnswer)),
        (said(404, ""), WAITS, Some(Address)),
        (said(200, "<html>OK"), Unknown, Some(NoAnswer)),
        (Reply::Nothing, Unknown, Some(NoAnswer)),
        (Reply::NeverEnds, Unknown, Some(NoAnswer)),
        (Reply::Closes, Unknown, Some(NoAnswer)),
    ];
    let by_sms = |url| settings(url, false);
    let ways: [(&str, ByWay, Vec<_>); 2] =
        [("sms", by_sms, sms.to_vec()), ("whatsapp", by_whatsapp, whatsapp.to_vec())];
    for (way, settings, cases) in ways {
        for (reply, state, trouble) in cases {
            let (now, answers) = (Arc::new(Mutex::new(reply.clone())), reply);
            let says = now.clone();
            let (url, asked) = server(move |_| says.lock().unwrap().clone()).await;
            let mut station = station(settings(url));
            // Only silence is not waited for.
            if !matches!(answers, Reply::Nothing | Reply::NeverEnds) {
                station.sender.client.answer_within = Duration::from_secs(60);
            }
            assert_eq!(station.look().await, (state, trouble), "{way}: {answers:?}");
            // What was not taken goes out once, and the trouble is over.
            *now.lock().unwrap() = said(200, r#"{"status":"ok","messages":[{"id":"wamid.x"}]}"#);
            station.sender.client.answer_within = Duration::from_secs(60);
            station.now.fetch_add(60 * MINUTE_MS, Ordering::Relaxed);
            let times = if state == WAITS { 2 } else { 1 };
            let (state, trouble) = if state == WAITS { (Sent, None) } else { (state, trouble) };
            assert_eq!(station.look().await, (state, trouble), "{way}: {answers:?}");
            assert_eq!(asked.lock().unwrap().len(), times, "{way}: {answers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_listens_it_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for settings in [settings(url.clone(), false), by_whatsapp(url.clone())] {
        assert_eq!(station(settings).look().await, (WAITS, Some(Trouble::Unreachable)));
    }
    // Settings that are not those any more leave nothing behind.
    let mut station = station(settings(url, false));
    let _ = station.look().await;
    let off = Command::ChangeReminders { settings: ReminderSettings::default(), key: ReferenceKey([3; 32]) };
    station.clinic.submit(&station.admin, off).unwrap();
    assert_eq!(station.look().await, (WAITS, None));
}

const LOCALHOST: &[u8] = include_bytes!("localhost.pem");

fn certificate() -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(LOCALHOST).unwrap()
}

/// A server that shows this certificate, answers over it, and counts what it was asked. Gives its port.
async fn secure_server() -> (u16, Arc<AtomicU64>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::from_pem_slice(LOCALHOST).unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicU64::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((line, _)) = listener.accept().await {
            let Ok(mut line) = acceptor.accept(line).await else { continue };
            let mut some = [0; 2_048];
            if line.read(&mut some).await.is_ok_and(|read| read > 0) {
                count.fetch_add(1, Ordering::Relaxed);
                let _ = line.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}").await;
            }
        }
    });
    (port, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_cannot_prove_who_it_is_is_told_nothing() {
    let (port, asked) = secure_server().await;
    let mut trusts = RootCertStore::empty();
    trusts.add(certificate()).unwrap();
    let trusting = Client::trusting(trusts).unwrap();
    // An authority that nobody here knows, and another name than the one that was called.
    let wrong = [(None, "localhost"), (Some(trusting.clone()), "127.0.0.1")];
    for (client, host) in wrong {
        let mut station = station(settings(format!("https://{host}:{port}/send"), false));
        if let Some(client) = client {
            station.sender.client = client;
        }
        assert_eq!(station.look().await, (WAITS, Some(Trouble::Untrusted)), "{host}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0, "nothing was said to it");
    let mut station = station(settings(format!("https://localhost:{port}/send"), false));
    station.sender.client = trusting;
    assert_eq!(station.look().await, (MessageState::Sent, None));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_connection_that_never_gets_ready_asked_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let mut trusts = RootCertStore::empty();
    trusts.add(certificate()).unwrap();
    let mut client = Client::trusting(trusts).unwrap();
    client.connect_within = PATIENCE;
    let outcome = client.ask(Asked::get(url, Vec::new())).await;
    assert!(matches!(outcome, Outcome::NotAsked(NotAsked::Slow)), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_is_asked_later_what_became_of_a_message() {
    let status = Arc::new(Mutex::new(said(500, "")));
    let says = status.clone();
    let (url, asked) = server(move |first| match first.starts_with("POST ") {
        true => said(200, r#"{"status":"ok","id":"a/7"}"#),
        false => says.lock().unwrap().clone(),
    })
    .await;
    let mut settings = settings(format!("{url}/send"), false);
    let is = |value: &str| Says { pointer: "/state".into(), value: value.into() };
    let page =
        StatusPage { url: format!("{url}/status?id={{id}}&k={{key}}"), delivered: is("here"), failed: is("lost") };
    settings.sms.as_mut().unwrap().status = Some(page);
    let mut station = station(settings);
    station.sender.client.answer_within = Duration::from_secs(60);
    assert_eq!(station.look().await.0, MessageState::Sent);
    let (_stop, mut stopped) = oneshot::channel();
    for (page, state) in [
        (said(500, ""), MessageState::Sent),
        (said(200, "<html>"), MessageState::Sent),
        (said(200, r#"{"state":"on its way"}"#), MessageState::Sent),
        (Reply::Closes, MessageState::Sent),
        (said(200, r#"{"state":"lost"}"#), MessageState::Failed),
    ] {
        *status.lock().unwrap() = page.clone();
        assert!(station.sender.work(&mut stopped, true).await.unwrap());
        assert_eq!(station.look().await.0, state, "{page:?}");
    }
    assert_eq!(station.outbox()[0].why, Some(NotSent::NotDelivered));
    let lines = asked.lock().unwrap().clone();
    assert_eq!(lines.iter().filter(|line| line.starts_with("POST ")).count(), 1, "{lines:?}");
    assert_eq!(lines[1..], vec!["GET /status?id=a%2F7&k=t0k HTTP/1.1"; 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_of_two_parts_costs_two() {
    let (url, _) = server(|_| said(200, r#"{"status":"ok"}"#)).await;
    let mut settings = settings(url, false);
    for template in &mut settings.sms.as_mut().unwrap().templates {
        template.text = "कृपया अपने बच्चे को {date} को टीका लगवाने के लिए केंद्र पर लाएँ। संदेश बंद करने के लिए STOP लिखें।".into();
    }
    let mut station = station(settings);
    station.sender.client.answer_within = Duration::from_secs(60);
    assert_eq!(station.look().await.0, MessageState::Sent);
    assert_eq!(station.outbox()[0].paise, Some(2 * 18));
}
