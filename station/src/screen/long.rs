//! Long work: it says how far it is, and ends when somebody stops it or when nobody waits for it any more.

use super::beside;
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Trouble};
use crate::words::Words;
use clinic::store::Stop;
use iced::Task;
use iced::futures::SinkExt;
use iced::futures::channel::mpsc;
use iced::widget::column;
use tokio::sync::watch;

/// Messages that may wait for the screen.
const WAITING: usize = 4;

/// Work that goes on, with the newest word of how far it is.
pub struct Running<P> {
    told: Option<P>,
    stop: Stop,
}

/// By which the work says how far it is.
#[derive(Clone)]
pub struct Teller<P>(watch::Sender<Option<P>>);

impl<P> Teller<P> {
    pub fn tell(&self, progress: P) {
        let _before = self.0.send_replace(Some(progress));
    }
}

impl<P> Drop for Running<P> {
    fn drop(&mut self) {
        self.stop.ask();
    }
}

impl<P: Copy + Send + Sync + 'static> Running<P> {
    /// Begins the work, beside the screen.
    pub fn begin<T: Send + 'static, M: Send + 'static>(
        work: impl FnOnce(&Stop, &Teller<P>) -> Result<T, Trouble> + Send + 'static,
        told: impl Fn(P) -> M + Send + 'static,
        done: impl Fn(Result<T, Trouble>) -> M + Send + 'static,
    ) -> (Self, Task<M>) {
        let stop = Stop::default();
        let running = Self { told: None, stop: stop.clone() };
        let stream = iced::stream::channel(WAITING, async move |mut out: mpsc::Sender<M>| {
            let (tell, mut news) = watch::channel(None);
            let work = beside(move || work(&stop, &Teller(tell)));
            let mut work = std::pin::pin!(work);
            loop {
                let (message, last) = tokio::select! {
                    outcome = &mut work => (done(outcome), true),
                    // The newest is enough.
                    Ok(()) = news.changed() => match *news.borrow_and_update() {
                        Some(progress) => (told(progress), false),
                        None => continue,
                    },
                };
                if out.send(message).await.is_err() || last {
                    return;
                }
            }
        });
        (running, Task::stream(stream))
    }

    pub fn hear(&mut self, progress: P) {
        self.told = Some(progress);
    }

    pub fn stop(&self) {
        self.stop.ask();
    }

    /// How far it is, and the button that stops it.
    pub fn view<'a, M: Clone + 'a>(&self, how_far: impl Fn(P) -> String, stop: M, words: &Words) -> Element<'a, M> {
        let asked = self.stop.is_asked();
        let said = match self.told {
            _ if asked => words.get("long-stopping"),
            Some(progress) => how_far(progress),
            None => words.get("long-begins"),
        };
        let stop = Button::secondary(words.get("long-stop"), (!asked).then_some(stop));
        column![ui::working(said), stop].spacing(gap(2)).into()
    }
}
