//! A card on the reader, and what the desk does about it.

use super::*;

impl Desk {
    /// A card was put down: what is it?
    pub(super) fn card(&self, card: CardIn) -> Task<Message> {
        let Some(live) = self.hands.live.as_ref().filter(|_| self.hands.session.may(Right::See(Query::Child))) else {
            return Task::none();
        };
        let meaning = live.hub.meaning(self.hands.session.clone(), card.clone());
        Task::perform(meaning, move |meaning| Message::Card(card, meaning.map_err(Trouble::from)))
    }

    pub(super) fn card_means(&mut self, card: CardIn, meaning: CardMeaning, words: &Words) -> Task<Message> {
        // It may have been taken away while it was looked up.
        if self.live.as_ref().and_then(|live| live.card.as_ref()) != Some(&card) {
            return Task::none();
        }
        self.on_reader = Some(OnReader { card, meaning });
        let key = match meaning {
            CardMeaning::Child(child) => return self.card_of(child, words),
            // On a child's page the button to give the card appears by itself.
            CardMeaning::New | CardMeaning::NotAssigned(_) if matches!(self.screen, Screen::Visit(_)) => {
                return Task::none();
            }
            CardMeaning::New | CardMeaning::NotAssigned(_) => "live-card-nobodys",
            CardMeaning::Stopped => "refusal-card-stopped",
            CardMeaning::Neighbour => "live-card-neighbour",
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
            Screen::Visit(visit) if visit.child() == child => Task::none(),
            Screen::Record(record) if record.child() == child => Task::none(),
            screen if screen.has_input() => {
                // What is half typed is worth more than the shortcut.
                self.say(Banner::wait(words.get("live-card-of-child")));
                self.banner_child = Some(child);
                Task::none()
            }
            _ => self.open_child(child),
        }
    }
}
