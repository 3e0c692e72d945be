//! The states of a listing. Pure.
//!
//! ```text
//! draft ──submit──▶ in_review ──approve──▶ live ◀──resume── paused
//!   ▲                   │                   │ └────pause────▶ │
//! rejected ◀──reject────┘                   └──close──▶ closed ◀──close──┘
//!   └──submit──▶ in_review        (draft, in_review and rejected may be closed too)
//! ```
//!
//! An edit of what nobody has approved yet is in force at once; of what is or was for sale it waits beside
//! the version in force, and approve and reject decide on it.

use super::types::{Decision, ListingState};
use crate::kernel::{Role, text_enum};

text_enum! {
    pub enum Command as ListingCommand {
        Submit = "submit",
        Approve = "approve",
        Reject = "reject",
        Pause = "pause",
        Resume = "resume",
        Close = "close",
    }
}

impl Command {
    /// Who may give it, where the listing lies in their scope.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Submit => &[Role::Coordinator],
            Self::Approve | Self::Reject => &[Role::Approver],
            Self::Pause | Self::Resume | Self::Close => &[Role::Coordinator, Role::Approver],
        }
    }

    const fn target(self) -> ListingState {
        match self {
            Self::Submit => ListingState::InReview,
            Self::Approve | Self::Resume => ListingState::Live,
            Self::Reject => ListingState::Rejected,
            Self::Pause => ListingState::Paused,
            Self::Close => ListingState::Closed,
        }
    }
}

/// The state after a command; the same state if it was carried out before.
///
/// # Errors
/// The present state, if the command does not apply to it.
pub fn decide(state: ListingState, command: Command) -> Result<ListingState, ListingState> {
    use ListingState::{Closed, Draft, InReview, Live, Paused, Rejected};
    let target = command.target();
    let allowed = match command {
        Command::Submit => matches!(state, Draft | Rejected),
        Command::Approve | Command::Reject => state == InReview,
        Command::Pause => state == Live,
        Command::Resume => state == Paused,
        Command::Close => state != Closed,
    };
    if allowed || state == target { Ok(target) } else { Err(state) }
}

/// What a command comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out before.
    Nothing,
    Move(ListingState),
    /// The version that waits is decided on; the state stays.
    Decide(Decision),
}

/// What a command comes to, where a version may wait beside the one in force.
///
/// # Errors
/// The present state, if the command does not apply to it.
pub fn outcome(state: ListingState, has_pending: bool, command: Command) -> Result<Outcome, ListingState> {
    match command {
        Command::Approve if has_pending => Ok(Outcome::Decide(Decision::Approved)),
        Command::Reject if has_pending => Ok(Outcome::Decide(Decision::Rejected)),
        _ => decide(state, command).map(|next| if next == state { Outcome::Nothing } else { Outcome::Move(next) }),
    }
}

/// What becomes of new content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editing {
    /// Nobody has seen the old: the new is in force at once.
    AtOnce,
    /// It waits for an approver.
    Waits,
}

/// # Errors
/// The present state, if the content cannot be changed in it.
pub const fn editing(state: ListingState) -> Result<Editing, ListingState> {
    use ListingState::{Closed, Draft, InReview, Live, Paused, Rejected};
    match state {
        Draft | Rejected => Ok(Editing::AtOnce),
        Live | Paused => Ok(Editing::Waits),
        InReview | Closed => Err(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    #[test]
    fn scenarios() {
        use Command::{Approve, Close, Pause, Reject, Resume, Submit};
        let run = |commands: &[Command]| {
            commands.iter().try_fold(ListingState::Draft, |state, command| decide(state, *command))
        };
        for (commands, outcome) in [
            (&[Submit, Approve][..], Ok(ListingState::Live)),
            (&[Submit, Reject, Submit, Approve], Ok(ListingState::Live)),
            (&[Submit, Approve, Pause, Resume, Close], Ok(ListingState::Closed)),
            (&[Submit, Submit], Ok(ListingState::InReview)),
            (&[Approve], Err(ListingState::Draft)),
            (&[Submit, Pause], Err(ListingState::InReview)),
            (&[Submit, Approve, Close, Resume], Err(ListingState::Closed)),
            (&[Submit, Approve, Submit], Err(ListingState::Live)),
        ] {
            assert_eq!(run(commands), outcome, "{commands:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_live_that_was_not_approved(commands in prop::collection::vec(select(Command::ALL), 0..12)) {
            let mut state = ListingState::Draft;
            let mut approved = false;
            for command in commands {
                if let Ok(next) = decide(state, command) {
                    approved |= command == Command::Approve && state == ListingState::InReview;
                    prop_assert_eq!(decide(next, command), Ok(next), "replay changes nothing");
                    state = next;
                }
                prop_assert!(state != ListingState::Live || approved);
            }
        }
    }

    /// A listing as the rules see it, with what has been approved.
    #[derive(Debug, Clone, PartialEq)]
    struct Model {
        state: ListingState,
        version: usize,
        pending: Option<usize>,
        last: usize,
        approved: Vec<usize>,
    }

    impl Model {
        fn edit(&mut self) {
            match editing(self.state) {
                Ok(Editing::AtOnce) => (self.last, self.version) = (self.last + 1, self.last + 1),
                Ok(Editing::Waits) => (self.last, self.pending) = (self.last + 1, Some(self.last + 1)),
                Err(_) => {}
            }
        }

        fn give(&mut self, command: Command) {
            match outcome(self.state, self.pending.is_some(), command) {
                Ok(Outcome::Move(next)) => {
                    if command == Command::Approve {
                        self.approved.push(self.version);
                    }
                    if next == ListingState::Closed {
                        self.pending = None;
                    }
                    self.state = next;
                }
                Ok(Outcome::Decide(decision)) => {
                    let waits = self.pending.take().unwrap();
                    if decision == Decision::Approved {
                        self.approved.push(waits);
                        self.version = waits;
                    }
                }
                Ok(Outcome::Nothing) | Err(_) => {}
            }
        }
    }

    proptest! {
        #[test]
        fn no_content_is_for_sale_that_was_not_approved(steps in prop::collection::vec(prop::option::of(select(Command::ALL)), 0..30)) {
            let mut listing =
                Model { state: ListingState::Draft, version: 1, pending: None, last: 1, approved: Vec::new() };
            for step in steps {
                let before = listing.clone();
                match step {
                    Some(command) => listing.give(command),
                    None => listing.edit(),
                }
                let is_public = matches!(listing.state, ListingState::Live | ListingState::Paused);
                prop_assert!(!is_public || listing.approved.contains(&listing.version), "{listing:?}");
                prop_assert!(listing.pending.is_none() || is_public, "only beside what is or was for sale: {listing:?}");
                prop_assert!(listing.pending.is_none_or(|waits| waits > listing.version && waits == listing.last));
                prop_assert!(step.is_some() || listing.state == before.state, "an edit changes no state");
                prop_assert!(listing.version >= before.version);
            }
        }
    }

    #[test]
    fn when_content_may_change() {
        use ListingState::{Closed, Draft, InReview, Live, Paused, Rejected};
        for (state, expected) in [
            (Draft, Ok(Editing::AtOnce)),
            (Rejected, Ok(Editing::AtOnce)),
            (Live, Ok(Editing::Waits)),
            (Paused, Ok(Editing::Waits)),
            (InReview, Err(InReview)),
            (Closed, Err(Closed)),
        ] {
            assert_eq!(editing(state), expected);
        }
    }

    #[test]
    fn a_decision_is_about_what_waits() {
        use ListingState::{Live, Paused};
        for (state, has_pending, command, expected) in [
            (Live, true, Command::Approve, Ok(Outcome::Decide(Decision::Approved))),
            (Paused, true, Command::Reject, Ok(Outcome::Decide(Decision::Rejected))),
            (Live, false, Command::Approve, Ok(Outcome::Nothing)),
            (Live, false, Command::Reject, Err(Live)),
            (Paused, false, Command::Approve, Err(Paused)),
            (Live, true, Command::Pause, Ok(Outcome::Move(Paused))),
        ] {
            assert_eq!(outcome(state, has_pending, command), expected, "{state} {command}");
        }
    }
}
