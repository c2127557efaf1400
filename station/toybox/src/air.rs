//! The toy's radio, with what a bad one does to packets: some are lost, and after a power cut nothing is heard at all.

use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, Endpoint, EndpointConfig, UdpPoller, default_runtime};
use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};

/// How many of a thousand packets are lost, each way. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Loss(Arc<AtomicU32>);

impl Loss {
    pub const MAX_PER_MILLE: u16 = 1_000;

    pub fn set(&self, per_mille: u16) {
        self.0.store(per_mille.into(), Ordering::Relaxed);
    }
}

/// What becomes of the packets of one endpoint.
#[derive(Debug)]
pub struct Air {
    loss: Loss,
    silent: AtomicBool,
    dice: AtomicU64,
}

impl Air {
    pub fn new(loss: Loss, seed: u64) -> Self {
        Self { loss, silent: AtomicBool::new(false), dice: AtomicU64::new(seed) }
    }

    /// From here on nothing is sent and nothing is heard: not even that the toy goes.
    pub fn fall_silent(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    fn loses(&self) -> bool {
        let per_mille = self.loss.0.load(Ordering::Relaxed);
        self.silent.load(Ordering::Relaxed) || (per_mille > 0 && self.roll() % 1_000 < u64::from(per_mille))
    }

    /// SplitMix64: a die that many tasks may roll.
    fn roll(&self) -> u64 {
        let mut z = self.dice.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// An endpoint at an address, whose packets go through this air.
pub fn endpoint(address: SocketAddr, air: Arc<Air>) -> io::Result<Endpoint> {
    let runtime = default_runtime().ok_or_else(|| io::Error::other("no async runtime"))?;
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        // One socket for both families; where that is not to be had, the caller takes IPv4.
        socket.set_only_v6(false)?;
    }
    socket.bind(&address.into())?;
    let inner = runtime.wrap_udp_socket(socket.into())?;
    Endpoint::new_with_abstract_socket(EndpointConfig::default(), None, Arc::new(Radio { inner, air }), runtime)
}

#[derive(Debug)]
struct Radio {
    inner: Arc<dyn AsyncUdpSocket>,
    air: Arc<Air>,
}

impl AsyncUdpSocket for Radio {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        self.inner.clone().create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        if self.air.loses() { Ok(()) } else { self.inner.try_send(transmit) }
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let received = self.inner.poll_recv(cx, buffers, meta);
        if let Poll::Ready(Ok(count)) = received {
            // One that is lost has no bytes.
            meta.iter_mut().take(count).filter(|_| self.air.loses()).for_each(|lost| lost.len = 0);
        }
        received
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    // Packets are sent one by one, so that they are lost one by one: the default of the trait.

    fn max_receive_segments(&self) -> usize {
        self.inner.max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.inner.may_fragment()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_lost_as_was_set() {
        let loss = Loss::default();
        let air = Air::new(loss.clone(), 7);
        let lost = || (0..10_000).filter(|_| air.loses()).count();
        assert_eq!(lost(), 0);
        loss.set(100);
        assert!((900..1_100).contains(&lost()));
        loss.set(Loss::MAX_PER_MILLE);
        assert_eq!(lost(), 10_000);
        loss.set(0);
        air.fall_silent();
        assert_eq!(lost(), 10_000);
    }
}
