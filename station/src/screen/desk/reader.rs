//! A card on the reader, and what the desk does about it.

use super::*;
use crate::screen::beside;

impl Desk {
    /// A card was put down: what is it?
    pub(super) fn card(&self, card: CardIn) -> Task<Message> {
        let Some(live) = self.hands.live.as_ref().filter(|_| self.hands.session.may(Right::See(Query::Child))) else {
            return Task::none();
        };
        let (hub, hands, session, lies) =
            (live.hub.clone(), self.hands.clone(), self.hands.session.clone(), card.clone());
        let looked = async move {
            let meaning = hub.meaning(session.clone(), lies.clone()).await?;
            let told = match meaning {
                CardMeaning::Child(child) => hub.card_told(session, lies, Some(child)).await?,
                CardMeaning::Neighbour(_) => hub.card_told(session, lies, None).await?,
                _ => None,
            };
            let asked = match meaning {
                CardMeaning::Neighbour(card) | CardMeaning::Distrusted(Some(card)) => {
                    beside(move || asked_for(Sought::Card(card), &hands)).await?
                }
                _ => None,
            };
            Ok(Looked { meaning, told, asked })
        };
        Task::perform(looked, move |read: Result<_, Trouble>| Message::Card(card, read))
    }

    /// The card that lies there, looked at once more: what it stands for has changed.
    pub(super) fn card_again(&self) -> Task<Message> {
        self.on_reader.as_ref().map_or_else(Task::none, |on| self.card(on.card.clone()))
    }

    /// Writes the record of the child on the screen on its card, when the card lies there.
    pub(super) fn renew(&self) -> Task<Message> {
        let (Some(on), Screen::Visit(visit), Some(live)) = (&self.on_reader, &self.screen, &self.hands.live) else {
            return Task::none();
        };
        let may = self.hands.session.may(Right::Do(CommandKind::WriteCard));
        if !may
            || on.meaning != CardMeaning::Child(visit.child())
            || on.told.as_ref().is_some_and(|t| !t.doses.is_empty())
        {
            return Task::none();
        }
        let work = live.hub.renew_card(self.hands.session.clone(), on.card.clone());
        Task::perform(work, |done| Message::Renewed(done.map_err(Trouble::from)))
    }

    pub(super) fn renewed(&mut self, wrote: bool, words: &Words) -> Action {
        if wrote {
            self.say(Banner::good(words.get("live-card-renewed")));
        }
        Action::None
    }

    /// What a card of another clinic tells, in a line.
    fn neighbours(told: Option<&CardTold>, words: &Words) -> String {
        match told.and_then(|told| Some((told.station.clone()?, told))) {
            Some((station, told)) => {
                let args = [("station", station.into()), ("n", told.doses.len().into())];
                let doses = words.with("live-card-neighbour-doses", &args);
                match told.more {
                    0 => doses,
                    more => format!("{doses} {}", words.with("live-card-more", &[("n", i64::from(more).into())])),
                }
            }
            None => words.get("live-card-neighbour"),
        }
    }

    pub(super) fn card_means(
        &mut self,
        card: CardIn,
        Looked { meaning, told, asked }: Looked,
        words: &Words,
    ) -> Task<Message> {
        // It may have been taken away while it was looked up.
        if self.live.as_ref().and_then(|live| live.card.as_ref()) != Some(&card) {
            return Task::none();
        }
        let about = match meaning {
            CardMeaning::Distrusted(_) => words.get("live-card-distrusted"),
            _ => Self::neighbours(told.as_ref(), words),
        };
        self.on_reader = Some(OnReader { card, meaning, told });
        let key = match meaning {
            CardMeaning::Child(child) => return self.card_of(child, words),
            // On the list of cards the button to register it, on a child's page that to give it appears by itself.
            CardMeaning::New
                if matches!(self.screen, Screen::Cards(_))
                    && self.hands.session.may(Right::Do(CommandKind::RegisterCard)) =>
            {
                return Task::none();
            }
            CardMeaning::New | CardMeaning::NotAssigned(_) | CardMeaning::Neighbour(_)
                if matches!(self.screen, Screen::Visit(_)) =>
            {
                return Task::none();
            }
            CardMeaning::New | CardMeaning::NotAssigned(_) => "live-card-nobodys",
            CardMeaning::Stopped => "refusal-card-stopped",
            CardMeaning::Neighbour(card) | CardMeaning::Distrusted(Some(card)) => {
                let may = self.hands.session.may(Right::Do(CommandKind::AskForChild));
                let waits = asked.as_ref().is_some_and(waits);
                let said = asked.and_then(|asked| asked_sentence(&asked, words));
                self.say(Banner::wait([Some(about), said].into_iter().flatten().collect::<Vec<_>>().join(" ")));
                if may && !waits {
                    self.banner_leads = Some(Leads::Ask(Sought::Card(card)));
                }
                return Task::none();
            }
            CardMeaning::Distrusted(None) => "live-card-distrusted",
            CardMeaning::Copied => "live-card-copied",
            CardMeaning::AnotherClinic => "live-card-another-clinic",
            CardMeaning::Foreign => "trouble-card-foreign",
            CardMeaning::Altered => "live-card-altered",
            CardMeaning::Unreadable(ReadFailure::NoAnswer) => "live-card-no-answer",
            CardMeaning::Unreadable(ReadFailure::Busy) => "trouble-card-busy",
            CardMeaning::Unreadable(ReadFailure::NoUid) => "live-card-no-number",
            CardMeaning::Unreadable(ReadFailure::RandomUid) => "live-card-random",
            CardMeaning::Unreadable(ReadFailure::Locked) => "live-card-locked",
        };
        self.say(Banner::wait(words.get(key)));
        Task::none()
    }

    pub(super) fn card_of(&mut self, child: ChildId, words: &Words) -> Task<Message> {
        match &self.screen {
            // What was saved before the card came is written on it now.
            Screen::Visit(visit) if visit.child() == child => self.renew(),
            Screen::Record(record) if record.child() == child => Task::none(),
            _ if self.has_input() || self.papers.is_some() => {
                // What is half typed is worth more than the shortcut.
                self.say(Banner::wait(words.get("live-card-of-child")));
                self.banner_leads = Some(Leads::ToChild(child));
                Task::none()
            }
            _ => self.open_child(child),
        }
    }
}
