//! A peer that says what it likes, over a connection that is well made.

use clinic::ledger::{Actor, Chain, Entry, Hlc, pack};
use hub_protocol::frame::{REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::{Batch, Head, Hello, Message, Refusal, VERSION_MIN};
use hub_protocol::tls::{ALPN_DISTRICT, Expect, SERVER_NAME, client_config};
use hub_protocol::{DeviceId, Identity, OriginId};
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{ClientConfig, Endpoint, RecvStream, SendStream};
use std::sync::Arc;
use std::time::Duration;
use tests::logs::opening;

/// Well before the transport itself gives a silent connection up.
const DEADLINE: Duration = Duration::from_secs(40);

pub struct Hostile {
    // Must live as long as the streams.
    _endpoint: Endpoint,
    connection: quinn::Connection,
    send: SendStream,
    receive: RecvStream,
    reader: Reader,
}

impl Hostile {
    pub async fn connect(address: &str, district: DeviceId, key: &Identity) -> Self {
        let tls = client_config(key, &[ALPN_DISTRICT], Expect::Exactly(district)).unwrap();
        let config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).unwrap()));
        let endpoint = Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
        let connecting = endpoint.connect_with(config, address.parse().unwrap(), SERVER_NAME).unwrap();
        let connection = tokio::time::timeout(DEADLINE, connecting).await.unwrap().unwrap();
        let (send, receive) = connection.open_bi().await.unwrap();
        Self { _endpoint: endpoint, connection, send, receive, reader: Reader::new(REPLICA_MAX_BYTES) }
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        self.send.write_all(bytes).await.unwrap();
    }

    /// Says whether the district still takes it.
    pub async fn try_send_bytes(&mut self, bytes: &[u8]) -> bool {
        self.send.write_all(bytes).await.is_ok()
    }

    pub async fn try_send(&mut self, message: &Message) -> bool {
        self.try_send_bytes(&write(message, REPLICA_MAX_BYTES).unwrap()).await
    }

    pub async fn send(&mut self, message: &Message) {
        self.send_bytes(&write(message, REPLICA_MAX_BYTES).unwrap()).await;
    }

    /// Says hello and hears the district's.
    pub async fn hello(&mut self, heads: Vec<Head>) {
        self.says_hello(heads, None).await;
    }

    /// The same, and which log it writes.
    pub async fn says_hello(&mut self, heads: Vec<Head>, writes: Option<OriginId>) {
        // As a station of the first version speaks: every message in full.
        let hello = Hello { version_min: VERSION_MIN, version_max: VERSION_MIN, now_ms: 0, heads, writes };
        self.send(&Message::Hello(hello)).await;
        self.until(|m| matches!(m, Message::Hello(_)).then_some(())).await;
    }

    pub async fn ack(&mut self) -> Head {
        self.until(|m| if let Message::Ack(head) = m { Some(head) } else { None }).await
    }

    /// Until the district ends the connection, in whatever way.
    pub async fn hung_up(&self) {
        tokio::time::timeout(DEADLINE, self.connection.closed()).await.expect("the district hangs up");
    }

    /// The district's last word, after which it ends the connection once we have read it.
    pub async fn refusal(&mut self) -> Refusal {
        let refusal = self.until(|m| if let Message::Refused(refusal) = m { Some(refusal) } else { None }).await;
        let end = tokio::time::timeout(DEADLINE, self.receive.read(&mut [0; 64])).await.unwrap();
        assert!(!matches!(end, Ok(Some(_))), "the district goes on after it has refused");
        self.connection.close(0_u32.into(), b"");
        refusal
    }

    async fn until<T>(&mut self, wanted: impl Fn(Message) -> Option<T>) -> T {
        let mut buffer = vec![0; 4096];
        let read = async {
            loop {
                while let Some(message) = self.reader.message::<Message>().unwrap() {
                    if let Some(found) = wanted(message) {
                        return found;
                    }
                }
                let n = self.receive.read(&mut buffer).await.unwrap().expect("the district ended the conversation");
                self.reader.push(&buffer[..n]);
            }
        };
        tokio::time::timeout(DEADLINE, read).await.unwrap()
    }

    /// The first events of a log, signed by anybody: what opens it, and then one with each of these bodies.
    pub fn batch(&self, origin: OriginId, bodies: &[u8], signer: &Identity) -> Message {
        let entry = |body: &u8| Entry { hlc: Hlc(1), actor: Actor::NODE, kind: 1, version: 1, body: vec![*body] };
        let entries: Vec<_> = std::iter::once(opening(signer.public_key())).chain(bodies.iter().map(entry)).collect();
        self.entries(origin, &entries, signer)
    }

    /// The first events of a log, whatever they are.
    pub fn entries(&self, origin: OriginId, entries: &[Entry], signer: &Identity) -> Message {
        let mut chain = Chain::empty(origin);
        for entry in entries {
            chain.append(entry.clone());
        }
        Message::Batch(Batch { first_seq: 1, head: chain.head().sign(signer), packed: pack(entries).unwrap() })
    }
}
