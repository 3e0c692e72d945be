//! The states of a pairing. Pure.
//!
//! ```text
//! requested ──accept──▶ active ──end──▶ ended
//!     ├──decline──▶ declined
//!     └──end (taken back)──▶ ended
//! ```

use crate::kernel::{Role, text_enum};

text_enum! {
    pub enum PairingState {
        Requested = "requested",
        Active = "active",
        Declined = "declined",
        Ended = "ended",
    }
}

text_enum! {
    pub enum Command as PairingCommand {
        Accept = "accept",
        Decline = "decline",
        End = "end",
    }
}

impl Command {
    /// Who may give it: for the household its village's coordinator, for the family the buyer.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Accept | Self::Decline => &[Role::Coordinator],
            Self::End => &[Role::Coordinator, Role::Buyer],
        }
    }
}

/// The state after a command; the same state if it was carried out before.
///
/// # Errors
/// The present state, if the command does not apply to it.
pub fn decide(state: PairingState, command: Command) -> Result<PairingState, PairingState> {
    use PairingState::{Active, Declined, Ended, Requested};
    match (state, command) {
        (Requested | Active, Command::Accept) => Ok(Active),
        (Requested | Declined, Command::Decline) => Ok(Declined),
        (Requested | Active | Ended, Command::End) => Ok(Ended),
        _ => Err(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    #[test]
    fn scenarios() {
        use Command::{Accept, Decline, End};
        let run = |commands: &[Command]| {
            commands.iter().try_fold(PairingState::Requested, |state, command| decide(state, *command))
        };
        for (commands, outcome) in [
            (&[Accept][..], Ok(PairingState::Active)),
            (&[Accept, End], Ok(PairingState::Ended)),
            (&[Decline], Ok(PairingState::Declined)),
            (&[End], Ok(PairingState::Ended)),
            (&[Accept, Accept], Ok(PairingState::Active)),
            (&[Decline, Accept], Err(PairingState::Declined)),
            (&[Accept, Decline], Err(PairingState::Active)),
            (&[End, Accept], Err(PairingState::Ended)),
        ] {
            assert_eq!(run(commands), outcome, "{commands:?}");
        }
    }

    proptest! {
        #[test]
        fn no_tie_without_a_yes_and_none_after_its_end(commands in prop::collection::vec(select(Command::ALL), 0..10)) {
            let (mut state, mut over) = (PairingState::Requested, false);
            for command in commands {
                let Ok(next) = decide(state, command) else { continue };
                prop_assert!(next != PairingState::Active || (command == Command::Accept && !over));
                prop_assert_eq!(decide(next, command), Ok(next), "replay changes nothing");
                over |= matches!(next, PairingState::Ended | PairingState::Declined);
                state = next;
            }
        }
    }
}
