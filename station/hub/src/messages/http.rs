//! One request, one connection, one answer. What matters here is what can be said when there is no answer: whether the
//! other side may have been given the request, or certainly was not.

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// For the connection and its keys.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// From the first byte of the request to the last one of the answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// An answer of a gateway is a few lines.
const ANSWER_MAX_BYTES: usize = 256 * 1024;
const AGENT: &str = concat!("tikka-station/", env!("CARGO_PKG_VERSION"));

/// Why nothing can have been taken. Without addresses, which may hold a key.
#[derive(Debug, thiserror::Error)]
pub enum NotAsked {
    #[error("the address of the gateway is none")]
    Address,
    #[error("a header of the gateway is none")]
    Header,
    #[error("the system trusts no certificates")]
    NoRoots,
    #[error("the encryption")]
    Tls(#[from] rustls::Error),
    #[error("the gateway cannot be reached")]
    Connect(#[source] std::io::Error),
    #[error("the gateway cannot be reached in time")]
    Slow,
}

#[derive(Debug)]
pub enum Outcome {
    /// No byte of the request went out.
    NotAsked(NotAsked),
    /// It may have been read, and no whole answer came.
    NoAnswer,
    Answer(Said),
}

#[derive(Debug)]
pub struct Said {
    pub status: u16,
    /// When the other side names seconds; a date is not waited for.
    pub retry_after_ms: Option<u64>,
    pub body: Bytes,
}

impl Said {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Nothing when it is no text.
    pub fn text(&self) -> Option<String> {
        std::str::from_utf8(&self.body).ok().map(|text| text.trim().to_owned())
    }

    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

pub struct Asked {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub content_type: Option<&'static str>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn get(url: String, headers: Vec<(String, String)>) -> Self {
        Self { method: Method::GET, url, headers, content_type: None, body: Vec::new() }
    }
}

/// The certificates that this computer trusts, read once.
#[derive(Clone)]
pub struct Client {
    tls: Option<Arc<ClientConfig>>,
    pub connect_within: Duration,
    pub answer_within: Duration,
}

impl Client {
    /// Reads the system's certificates: blocks on the disk.
    pub fn new() -> Result<Self, NotAsked> {
        let mut roots = RootCertStore::empty();
        let (_, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::trusting(roots)
    }

    pub fn trusting(roots: RootCertStore) -> Result<Self, NotAsked> {
        let of = |tls| Self { tls, connect_within: CONNECT_TIMEOUT, answer_within: ANSWER_TIMEOUT };
        if roots.is_empty() {
            // Said when it is needed: a clinic with a modem needs none.
            return Ok(of(None));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        Ok(of(Some(Arc::new(config))))
    }

    /// Follows no other address: what is sent to one gateway is told to no other.
    pub async fn ask(&self, asked: Asked) -> Outcome {
        match timeout(self.connect_within, self.connect(&asked)).await {
            Err(_) => Outcome::NotAsked(NotAsked::Slow),
            Ok(Err(error)) => Outcome::NotAsked(error),
            Ok(Ok((stream, request))) => match timeout(self.answer_within, exchange(stream, request)).await {
                Ok(Some(said)) => Outcome::Answer(said),
                Ok(None) | Err(_) => Outcome::NoAnswer,
            },
        }
    }

    async fn connect(&self, asked: &Asked) -> Result<(Box<dyn Stream>, Request<Full<Bytes>>), NotAsked> {
        let uri: Uri = asked.url.parse().map_err(|_| NotAsked::Address)?;
        let host = uri.host().ok_or(NotAsked::Address)?.to_owned();
        let secure = match uri.scheme_str() {
            Some("https") => true,
            // The settings allow it on this computer alone; asked once more where it matters.
            Some("http") if matches!(host.as_str(), "127.0.0.1" | "localhost") => false,
            _ => return Err(NotAsked::Address),
        };
        let request = request(asked, &uri)?;
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let tcp = TcpStream::connect((host.as_str(), port)).await.map_err(NotAsked::Connect)?;
        if !secure {
            return Ok((Box::new(tcp), request));
        }
        let tls = self.tls.clone().ok_or(NotAsked::NoRoots)?;
        let name = ServerName::try_from(host).map_err(|_| NotAsked::Address)?;
        let stream = TlsConnector::from(tls).connect(name, tcp).await.map_err(NotAsked::Connect)?;
        Ok((Box::new(stream), request))
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

fn request(asked: &Asked, uri: &Uri) -> Result<Request<Full<Bytes>>, NotAsked> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().ok_or(NotAsked::Address)?.as_str();
    let mut request = Request::builder()
        .method(asked.method.clone())
        .uri(path)
        .header(HOST, authority)
        .header(USER_AGENT, AGENT)
        .body(Full::new(Bytes::from(asked.body.clone())))
        .map_err(|_| NotAsked::Address)?;
    let headers = request.headers_mut();
    if let Some(content_type) = asked.content_type {
        let _ = headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in &asked.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| NotAsked::Header)?;
        let mut value = HeaderValue::from_str(value).map_err(|_| NotAsked::Header)?;
        // It holds the key: no log of a library writes it.
        value.set_sensitive(true);
        let _ = headers.insert(name, value);
    }
    Ok(request)
}

async fn exchange(stream: Box<dyn Stream>, request: Request<Full<Bytes>>) -> Option<Said> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let driver = tokio::spawn(connection);
    let said = answer(&mut sender, request).await;
    // One request a connection: what is left of it is let go.
    driver.abort();
    said
}

async fn answer(sender: &mut http1::SendRequest<Full<Bytes>>, request: Request<Full<Bytes>>) -> Option<Said> {
    let response = sender.send_request(request).await.ok()?;
    let (status, retry_after) = (response.status().as_u16(), response.headers().get(RETRY_AFTER).cloned());
    let seconds = retry_after.and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    let body = Limited::new(response.into_body(), ANSWER_MAX_BYTES).collect().await.ok()?.to_bytes();
    Some(Said { status, retry_after_ms: seconds.map(|s| s.saturating_mul(1_000)), body })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A gateway that reads a request and says these bytes, or closes the line without a word. Gives what it read.
    async fn asked(says: &'static str) -> (Outcome, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let gateway = tokio::spawn(async move {
            let (mut line, _) = listener.accept().await.unwrap();
            let mut read = Vec::new();
            // The request of these tests ends with its body.
            while !read.ends_with(b"to=1") {
                let mut some = [0; 1_024];
                let count = line.read(&mut some).await.unwrap();
                assert!(count > 0, "the request is not whole");
                read.extend_from_slice(&some[..count]);
            }
            // Who has heard enough closes the line.
            let _ = line.write_all(says.as_bytes()).await;
            String::from_utf8(read).unwrap()
        });
        let request = Asked {
            method: Method::POST,
            url: format!("http://{address}/send?v=1"),
            headers: vec![("authorization".into(), "Bearer k".into())],
            content_type: Some("text/plain"),
            body: b"to=1".to_vec(),
        };
        let outcome = Client::new().unwrap().ask(request).await;
        (outcome, gateway.await.unwrap())
    }

    #[tokio::test]
    async fn a_request_is_whole_and_its_answer_read() {
        let (outcome, read) = asked("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 8\r\n\r\n{\"a\": 1}").await;
        let Outcome::Answer(said) = outcome else { panic!("{outcome:?}") };
        assert_eq!((said.status, said.retry_after_ms), (503, Some(7_000)));
        assert_eq!(said.json().unwrap()["a"], 1);
        let read = read.to_lowercase();
        assert!(read.starts_with("post /send?v=1 http/1.1\r\n"), "{read}");
        for line in ["host: 127.0.0.1:", "authorization: bearer k\r\n", "content-length: 4\r\n"] {
            assert!(read.contains(line), "{read}");
        }
    }

    #[tokio::test]
    async fn a_line_that_ends_too_early_is_no_answer() {
        for says in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "hello\r\n\r\n"] {
            let (outcome, _) = asked(says).await;
            assert!(matches!(outcome, Outcome::NoAnswer), "{says}: {outcome:?}");
        }
    }

    #[tokio::test]
    async fn another_address_is_not_followed() {
        let (outcome, _) =
            asked("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n").await;
        let Outcome::Answer(said) = outcome else { panic!("{outcome:?}") };
        assert_eq!(said.status, 302);
    }

    #[tokio::test]
    async fn an_answer_without_end_is_not_read_to_its_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let gateway = tokio::spawn(async move {
            let (mut line, _) = listener.accept().await.unwrap();
            line.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let mut written = 0;
            while line.write_all(&[b'x'; 4_096]).await.is_ok() {
                written += 4_096;
            }
            written
        });
        let outcome = Client::new().unwrap().ask(Asked::get(url, Vec::new())).await;
        assert!(matches!(outcome, Outcome::NoAnswer), "{outcome:?}");
        assert!(gateway.await.unwrap() >= ANSWER_MAX_BYTES);
    }

    #[tokio::test]
    async fn where_nobody_listens_nothing_was_asked() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        let client = Client::new().unwrap();
        let get = |url: &str| client.ask(Asked::get(url.to_owned(), Vec::new()));
        assert!(matches!(get(&url).await, Outcome::NotAsked(NotAsked::Connect(_))));
        // In the clear to nobody but this computer.
        for url in ["http://sms.example.in/", "ftp://127.0.0.1/", "nonsense", ""] {
            assert!(matches!(get(url).await, Outcome::NotAsked(NotAsked::Address)), "{url}");
        }
        let header = Asked::get(url, vec![("a b".into(), "c".into())]);
        assert!(matches!(client.ask(header).await, Outcome::NotAsked(NotAsked::Header)));
    }
}
