//! Reminders on their way to families. What is sent to whom, and what may be tried again, stands in the records and their
//! rules; this task gives them time, a gateway and a modem.

mod gateway;
mod http;
mod modem;
mod text;
mod trouble;
mod whatsapp;

pub use trouble::{Trouble, WayTrouble};

use clinic::Clinic;
use clinic::record::fact::{Became, ReminderSettings, SmsGateway};
use clinic::reminder::{Answer, Channel, MessageState, is_opt_out, sms_size};
use clinic::store::{Awaited, MessageStep, NextMessage, Outgoing, SaidStop, StoreError, Way};
use http::{Client, Outcome};
use modem::{Dialogue, Heard, ModemError, Reports, TriedPin};
use serial2_tokio::SerialPort;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

/// The run of a day, and what waits for its time, is looked at so often.
const TICK: Duration = Duration::from_secs(30);
/// Changes of the records that come faster are looked at together.
const CHANGES_MIN_INTERVAL: Duration = Duration::from_secs(5);
/// What gateways and the modem heard is asked for so often.
const ASK_INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Between two messages: no gateway is flooded.
const BETWEEN_MESSAGES: Duration = Duration::from_millis(200);
/// Messages whose state is asked for at once.
const AWAITED_MAX: usize = 200;
/// How long a message that is on its way may hold up the end of the program. One that is cut off is told as unknown.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// What was made of a message that was given to a gateway.
#[derive(Debug)]
struct Given {
    answer: Answer,
    /// The gateway's own number of it; empty: it gave none.
    id: String,
    /// Parts that the network may have; nothing: all of them, or none, by the answer.
    parts: Option<u8>,
    /// Why it is not on its way; the words for the log, with no number and no text of a family, and no key.
    trouble: Option<(Trouble, String)>,
}

impl Given {
    fn of(answer: Answer) -> Self {
        Self { answer, id: String::new(), parts: None, trouble: None }
    }

    fn not_now(after_ms: Option<u64>, trouble: Trouble, words: String) -> Self {
        Self { trouble: Some((trouble, words)), ..Self::of(Answer::NotNow { after_ms }) }
    }

    fn unclear(words: &str) -> Self {
        Self { trouble: Some((Trouble::NoAnswer, words.to_owned())), ..Self::of(Answer::Unclear) }
    }

    /// The settings are not those any more with which it was begun: the next look finds it as they are.
    fn changed() -> Self {
        Self::of(Answer::NotNow { after_ms: None })
    }

    /// It will never be taken like this.
    fn refused(words: String) -> Self {
        Self { trouble: Some((Trouble::Refuses, words)), ..Self::of(Answer::Refused) }
    }
}

/// What a family wrote back.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    from: String,
    text: String,
    /// All that the gateway or the modem lists of it.
    entry: String,
}

/// What a gateway says later of a message that it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Later {
    Delivered,
    NotDelivered,
}

impl From<Later> for MessageStep {
    fn from(later: Later) -> Self {
        use clinic::record::fact::NotSent;
        match later {
            Later::Delivered => Self::Became { became: Became::Delivered, why: None },
            Later::NotDelivered => Self::Became { became: Became::Failed, why: Some(NotSent::NotDelivered) },
        }
    }
}

/// The running task. It ends when this is shut down.
pub struct Messages {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Messages {
    /// `troubles` is told what keeps messages from going out.
    pub fn start(clinic: Clinic, changed: watch::Receiver<u64>, troubles: watch::Sender<Vec<WayTrouble>>) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop, task: tokio::spawn(run(clinic, changed, troubles, stopped)) }
    }

    /// Lets a message that is on its way arrive, for a while.
    pub async fn shutdown(mut self) {
        drop(self.stop);
        if timeout(ENDS_WITHIN, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

async fn run(
    clinic: Clinic,
    mut changed: watch::Receiver<u64>,
    troubles: watch::Sender<Vec<WayTrouble>>,
    mut stopped: oneshot::Receiver<()>,
) {
    let client = match tokio::task::spawn_blocking(Client::new).await {
        Ok(Ok(client)) => client,
        Ok(Err(error)) => return tracing::error!(%error, "no message goes out: the encryption cannot be set up"),
        Err(_) => return,
    };
    let random = chance();
    if let Err(error) = ask(&clinic, move |c| c.resume_messages(random)).await {
        return tracing::error!(%error, "no message goes out: what was on its way cannot be looked up");
    }
    let mut sender = Sender {
        clinic,
        client,
        tried: TriedPin::default(),
        reports: Reports::default(),
        troubles,
        between: BETWEEN_MESSAGES,
        stopping: false,
    };
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ask_at = Instant::now();
    let mut look_at = Instant::now();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            _ = tick.tick() => {}
            more = changed.changed(), if Instant::now() >= look_at => if more.is_err() { break },
        }
        look_at = Instant::now() + CHANGES_MIN_INTERVAL;
        let done = sender.work(&mut stopped, Instant::now() >= ask_at).await;
        match done {
            Ok(true) => ask_at = Instant::now() + ASK_INTERVAL,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the messages to families"),
        }
        if sender.stopping {
            break;
        }
    }
}

struct Sender {
    clinic: Clinic,
    client: Client,
    tried: TriedPin,
    reports: Reports,
    /// The last one of each channel, until something goes out by it again.
    troubles: watch::Sender<Vec<WayTrouble>>,
    /// Waited for after each message.
    between: Duration,
    stopping: bool,
}

impl Sender {
    /// Makes the day's run, sends what can go out, and asks what became of what did. Gives whether it asked. What families
    /// wrote is heard before the first message goes out: a STOP may have waited all night.
    async fn work(&mut self, stopped: &mut oneshot::Receiver<()>, ask_too: bool) -> Result<bool, StoreError> {
        let Some(set) = ask(&self.clinic, Clinic::reminders).await?.filter(|set| set.settings.on) else {
            self.keep_troubles(|_| false);
            return Ok(false);
        };
        let channels = set.settings.channels();
        self.keep_troubles(|of| channels.contains(&of.channel));
        if let Some(made) = ask(&self.clinic, Clinic::run_reminders).await? {
            tracing::info!(made, "the reminders of the day are made");
        }
        self.send_all(&set.settings, stopped).await?;
        if !ask_too || self.stopping {
            return Ok(false);
        }
        self.ask_later(&set.settings).await?;
        Ok(true)
    }

    /// A channel that does not take a message now is left alone until the next look: what waits for it is not worn out by
    /// its tries, and the others go on.
    async fn send_all(
        &mut self,
        settings: &ReminderSettings,
        stopped: &mut oneshot::Receiver<()>,
    ) -> Result<(), StoreError> {
        let mut without = ask(&self.clinic, Clinic::closed_ways).await?;
        for channel in &without {
            tracing::warn!(channel = channel.code(), "nobody typed at this computer what opens it: its messages wait");
        }
        // Kept open from message to message.
        let mut line: Option<Dialogue<SerialPort>> = None;
        let mut heard_at: Option<Instant> = None;
        loop {
            if !matches!(stopped.try_recv(), Err(oneshot::error::TryRecvError::Empty)) {
                self.stopping = true;
                return Ok(());
            }
            let but = without.clone();
            match ask(&self.clinic, move |c| c.next_message_but(&but)).await? {
                NextMessage::Wait(_) => return Ok(()),
                NextMessage::Drop(reference, why) => {
                    let gone = MessageStep::Became { became: Became::Failed, why: Some(why) };
                    let _ = ask(&self.clinic, move |c| c.message_step(reference, gone)).await?;
                }
                NextMessage::Send(_) if heard_at.is_none_or(|at| at.elapsed() >= ASK_INTERVAL) => {
                    line = None;
                    without.extend(self.hear(settings, &without).await?);
                    heard_at = Some(Instant::now());
                }
                NextMessage::Send(out) => {
                    let channel = out.channel;
                    if !self.send(settings, &out, &mut line).await? {
                        without.push(channel);
                        line = line.filter(|_| channel != Channel::Modem);
                    }
                    sleep(self.between).await;
                }
            }
        }
    }

    /// Gives one message to its gateway. Gives whether the channel takes more.
    async fn send(
        &mut self,
        settings: &ReminderSettings,
        out: &Outgoing,
        line: &mut Option<Dialogue<SerialPort>>,
    ) -> Result<bool, StoreError> {
        let (reference, channel) = (out.reference, out.channel);
        let way = ask(&self.clinic, move |c| c.message_way(channel)).await?.unwrap_or_default();
        // Nothing is tried, and no try is counted, where there is nobody to give it to.
        if channel == Channel::Modem && line.is_none() {
            match modem::open(&way.place, &way.secret, &mut self.tried).await {
                Ok(open) => *line = Some(open),
                Err(error) => {
                    self.modem_fails(&error);
                    return Ok(false);
                }
            }
        }
        // From here on it may go out: that is durable before its first byte is.
        let begun = ask(&self.clinic, move |c| c.message_step(reference, MessageStep::Begin)).await?;
        if begun != MessageState::Sending {
            return Ok(true);
        }
        let (given, parts, paise) = self.give(settings, out, &way, line).await;
        if let Some((trouble, words)) = &given.trouble {
            tracing::warn!(channel = channel.code(), trouble = words, "a message to a family was not sent");
            self.fails(channel, *trouble);
        } else {
            self.works(channel);
        }
        let goes_on = matches!(given.answer, Answer::Taken | Answer::Refused);
        let Given { answer, id: gateway_id, .. } = given;
        let step = MessageStep::Answered { answer, gateway_id, parts, paise, random: chance() };
        let _ = ask(&self.clinic, move |c| c.message_step(reference, step)).await?;
        Ok(goes_on)
    }

    /// With what it costs: parts, and paise for all of them.
    async fn give(
        &self,
        settings: &ReminderSettings,
        out: &Outgoing,
        way: &Way,
        line: &mut Option<Dialogue<SerialPort>>,
    ) -> (Given, u8, u32) {
        let templates = match out.channel {
            Channel::Sms => settings.sms.as_ref().map(|sms| &sms.templates),
            Channel::WhatsApp => settings.whatsapp.as_ref().map(|whatsapp| &whatsapp.templates),
            Channel::Modem => settings.modem.as_ref().map(|modem| &modem.templates),
        };
        let template = templates.and_then(|all| text::template(all, out.stage, out.language, settings.language));
        // The settings were changed this very moment: the next look drops the message, or has a text for it.
        let Some(template) = template else {
            return (Given::changed(), 0, 0);
        };
        let text = text::message(template, out.on, out.children);
        let reference = hex(out.reference);
        let parts = u8::try_from(sms_size(&text).segments).unwrap_or(u8::MAX);
        match (out.channel, &settings.sms, &settings.whatsapp, &settings.modem) {
            (Channel::Sms, Some(sms), ..) => {
                let values =
                    gateway::Values { to: &out.phone, text: &text, template, reference: &reference, key: &way.secret };
                let outcome = self.client.ask(gateway::request(sms, &values)).await;
                (gateway::given(sms, outcome), parts, u32::from(parts) * u32::from(sms.part_paise))
            }
            (Channel::WhatsApp, _, Some(whatsapp), _) => {
                let values = whatsapp::Values {
                    to: &out.phone,
                    on: out.on,
                    children: out.children,
                    template,
                    reference: &reference,
                    token: &way.secret,
                };
                let outcome = self.client.ask(whatsapp::request(whatsapp, &values)).await;
                (whatsapp::given(outcome), 1, whatsapp.message_paise.into())
            }
            (Channel::Modem, .., Some(modem)) => {
                let given = match line {
                    // Its own number in the message follows from the reference.
                    Some(line) => line.send(&out.phone, &text, out.reference[0]).await,
                    None => Given::changed(),
                };
                let parts = given.parts.unwrap_or(parts);
                (given, parts, u32::from(parts) * u32::from(modem.part_paise))
            }
            _ => (Given::changed(), 0, 0),
        }
    }

    /// What families wrote back. Gives the channels that did not tell it: a STOP may wait there, and nothing goes out.
    async fn hear(&mut self, settings: &ReminderSettings, without: &[Channel]) -> Result<Vec<Channel>, StoreError> {
        let mut deaf = Vec::new();
        if settings.modem.is_some() && !without.contains(&Channel::Modem) && !self.hear_modem().await? {
            deaf.push(Channel::Modem);
        }
        if let Some(sms) = settings.sms.as_ref().filter(|_| !without.contains(&Channel::Sms))
            && !self.hear_gateway(sms).await?
        {
            deaf.push(Channel::Sms);
        }
        Ok(deaf)
    }

    /// Asks what families wrote back, and what became of what was sent.
    async fn ask_later(&mut self, settings: &ReminderSettings) -> Result<(), StoreError> {
        let without = ask(&self.clinic, Clinic::closed_ways).await?;
        let _ = self.hear(settings, &without).await?;
        let mut awaited = ask(&self.clinic, Clinic::awaited_messages).await?;
        awaited.truncate(AWAITED_MAX);
        for message in awaited.iter().filter(|message| message.channel == Channel::Modem) {
            self.became(message, modem::later(&message.gateway_id, &self.reports)).await?;
        }
        let Some((sms, status)) = settings.sms.as_ref().and_then(|sms| sms.status.as_ref().map(|page| (sms, page)))
        else {
            return Ok(());
        };
        let key = self.key().await?;
        for message in awaited.iter().filter(|message| message.channel == Channel::Sms) {
            let outcome = self.client.ask(gateway::page(sms, &status.url, &message.gateway_id, &key)).await;
            if matches!(outcome, Outcome::NotAsked(_)) {
                // The others would not be answered either.
                break;
            }
            self.became(message, gateway::later(status, &outcome)).await?;
        }
        Ok(())
    }

    /// The gateway's.
    async fn key(&self) -> Result<String, StoreError> {
        Ok(ask(&self.clinic, |c| c.message_way(Channel::Sms)).await?.unwrap_or_default().secret)
    }

    /// Whether the gateway told what families wrote, where it has a page for it.
    async fn hear_gateway(&self, sms: &SmsGateway) -> Result<bool, StoreError> {
        let Some(page) = &sms.answers else { return Ok(true) };
        let outcome = self.client.ask(gateway::page(sms, &page.url, "", &self.key().await?)).await;
        let Some(answers) = gateway::answers(page, &outcome) else {
            tracing::warn!(channel = Channel::Sms.code(), "the page of what families wrote gave no list");
            self.fails(Channel::Sms, Trouble::Answers);
            return Ok(false);
        };
        self.answered(Channel::Sms, answers).await?;
        self.keep_troubles(|of| of.trouble != Trouble::Answers);
        Ok(true)
    }

    /// Heard, made durable, then taken off the modem: a STOP is in one of them at every moment. Whether it told all.
    async fn hear_modem(&mut self) -> Result<bool, StoreError> {
        let way = ask(&self.clinic, |c| c.message_way(Channel::Modem)).await?.unwrap_or_default();
        let mut line = match modem::open(&way.place, &way.secret, &mut self.tried).await {
            Ok(line) => line,
            Err(error) => {
                self.modem_fails(&error);
                return Ok(false);
            }
        };
        let mut heard = Heard::default();
        let listened = line.hear(&mut heard).await;
        self.answered(Channel::Modem, std::mem::take(&mut heard.answers)).await?;
        self.reports.learn(std::mem::take(&mut heard.reports));
        if let Err(error) = listened {
            // It stays there, and is heard again.
            self.modem_fails(&error);
            return Ok(false);
        }
        // What it does not give up is heard again, and changes nothing.
        match line.forget(heard).await {
            Ok(()) => self.works(Channel::Modem),
            Err(error) => self.modem_fails(&error),
        }
        Ok(true)
    }

    /// What families wrote back: who wants no more gets none from here on.
    async fn answered(&self, channel: Channel, answers: Vec<Written>) -> Result<(), StoreError> {
        let stop = |Written { from, entry, .. }| Some(SaidStop { phone: ten_digits(&from)?, entry });
        let stops = answers.into_iter().filter(|written| is_opt_out(&written.text)).filter_map(stop).collect();
        ask(&self.clinic, move |c| c.stops_heard(channel, stops)).await
    }

    fn modem_fails(&self, error: &ModemError) {
        tracing::warn!(channel = Channel::Modem.code(), %error, "the messages of this channel wait");
        self.fails(Channel::Modem, error.into());
    }

    fn fails(&self, channel: Channel, trouble: Trouble) {
        let now = WayTrouble { channel, trouble, at_ms: self.clinic.env().now_ms() };
        self.troubles.send_modify(|all| {
            all.retain(|of| of.channel != channel);
            all.push(now);
        });
    }

    fn works(&self, channel: Channel) {
        self.keep_troubles(|of| of.channel != channel);
    }

    fn keep_troubles(&self, keep: impl Fn(&WayTrouble) -> bool) {
        let _ = self.troubles.send_if_modified(|all| {
            let before = all.len();
            all.retain(|of| keep(of));
            all.len() != before
        });
    }

    async fn became(&self, message: &Awaited, later: Option<Later>) -> Result<(), StoreError> {
        let (reference, Some(later)) = (message.reference, later) else { return Ok(()) };
        let _ = ask(&self.clinic, move |c| c.message_step(reference, later.into())).await?;
        Ok(())
    }
}

/// The number of a family in the forms in which networks write it.
fn ten_digits(from: &str) -> Option<String> {
    let digits: String = from.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        10 => Some(digits),
        11 => digits.strip_prefix('0').map(str::to_owned),
        12 => digits.strip_prefix("91").map(str::to_owned),
        _ => None,
    }
}

fn hex(reference: [u8; 16]) -> String {
    reference.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// For waits that must not be alike at every station. Any number does.
fn chance() -> u32 {
    getrandom::u32().unwrap_or_default()
}

/// The clinic's calls wait for a disk.
async fn ask<T: Send + 'static>(
    clinic: &Clinic,
    call: impl FnOnce(&Clinic) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let clinic = clinic.clone();
    tokio::task::spawn_blocking(move || call(&clinic)).await.unwrap_or(Err(StoreError::Closed))
}

#[cfg(test)]
mod tests;
