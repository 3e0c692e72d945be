//! The states of a listing. Pure.
//!
//! ```text
//! draft ──submit──▶ in_review ──approve──▶ live ◀──resume── paused
//!   ▲                   │                   │ └────pause────▶ │
//! rejected ◀──reject────┘                   └──close──▶ closed ◀──close──┘
//!   └──submit──▶ in_review        (draft, in_review and rejected may be closed too)
//! ```

use super::types::ListingState;
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
}
