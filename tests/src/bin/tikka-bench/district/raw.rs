//! What the bare transport needs on the same link: one stream of so many bytes over QUIC, with the same settings, and
//! nothing of ours around it.

use super::Error;
use super::network;
use hub_protocol::Identity;
use hub_protocol::line::INITIAL_WINDOW_BYTES;
use hub_protocol::tls::{ALPN_DISTRICT, Expect, SERVER_NAME, client_config, server_config};
use quinn::congestion::{BbrConfig, ControllerFactory, CubicConfig, NewRenoConfig};
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{ClientConfig, Endpoint, ServerConfig, TransportConfig, VarInt};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::badlink::{BadLink, Link};

/// Nobody dials again for it.
const IDLE_TIMEOUT_MS: u32 = 300_000;

pub fn send(link: Link, bytes: u64, control: &str, seed: u64) -> Result<Duration, Error> {
    let (here, there) = (Identity::from_seed([61; 32]), Identity::from_seed([62; 32]));
    let mut server =
        ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(server_config(&there, &[ALPN_DISTRICT])?)?));
    server.transport_config(transport(control));
    let tls = client_config(&here, &[ALPN_DISTRICT], Expect::Exactly(there.device_id()))?;
    let mut client = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls)?));
    client.transport_config(transport(control));
    network()?.block_on(async {
        let listening = Endpoint::server(server, "127.0.0.1:0".parse()?)?;
        let bad = BadLink::start(listening.local_addr()?, link, seed).await?;
        let took = tokio::spawn(async move {
            let connection = listening.accept().await.ok_or("nobody came")?.await?;
            let mut stream = connection.accept_uni().await?;
            let mut buffer = vec![0; 64 * 1024];
            while stream.read(&mut buffer).await?.is_some() {}
            let _ = connection.closed().await;
            Ok::<_, Error>(())
        });
        let dialling = Endpoint::client("127.0.0.1:0".parse()?)?;
        let start = Instant::now();
        let connection = dialling.connect_with(client, bad.address(), SERVER_NAME)?.await?;
        let mut stream = connection.open_uni().await?;
        stream.write_all(&vec![7; usize::try_from(bytes)?]).await?;
        stream.finish()?;
        // Until the other side has all of it, as we wait for the district's last word.
        let _ = stream.stopped().await?;
        let elapsed = start.elapsed();
        connection.close(0_u32.into(), b"");
        dialling.wait_idle().await;
        let _ = took.await?;
        Ok(elapsed)
    })
}

fn transport(control: &str) -> Arc<TransportConfig> {
    let factory: Arc<dyn ControllerFactory + Send + Sync> = match control {
        "cubic" => Arc::new(CubicConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
        "newreno" => Arc::new(NewRenoConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
        _ => Arc::new(BbrConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
    };
    let mut transport = TransportConfig::default();
    transport.congestion_controller_factory(factory).max_idle_timeout(Some(VarInt::from_u32(IDLE_TIMEOUT_MS).into()));
    Arc::new(transport)
}
