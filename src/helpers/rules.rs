//! The states of a tie between an elder and a helper. Pure.
//!
//! ```text
//! invited ──accept──▶ active ──end──▶ ended
//!    └──end (taken back, too many tries, too late)──▶ ended
//! ```

use std::time::Duration;

use crate::kernel::{Instant, text_enum};

text_enum! {
    pub enum HelperState {
        Invited = "invited",
        Active = "active",
        Ended = "ended",
    }
}

text_enum! {
    pub enum Command as HelperCommand {
        /// The helper typed the digits that the elder read out.
        Accept = "accept",
        End = "end",
    }
}

/// How long the digits are good.
pub const CODE_LIFE: Duration = Duration::from_secs(30 * 60);

/// How often they may be got wrong.
pub const TRIES_MAX: i64 = 5;

/// Helpers and open invitations of one elder.
pub const TIES_MAX: usize = 5;

/// The state after a command; the same state if it was carried out before.
///
/// # Errors
/// The present state, if the command does not apply to it.
pub fn decide(state: HelperState, command: Command) -> Result<HelperState, HelperState> {
    use HelperState::{Active, Ended, Invited};
    match (state, command) {
        (Invited | Active, Command::Accept) => Ok(Active),
        (Invited | Active | Ended, Command::End) => Ok(Ended),
        (Ended, Command::Accept) => Err(Ended),
    }
}

/// Whether a tie counts as one: active, or an invitation that can still be accepted.
#[must_use]
pub fn lives(state: HelperState, tries: i64, expires_at: Instant, at: Instant) -> bool {
    match state {
        HelperState::Active => true,
        HelperState::Invited => tries < TRIES_MAX && at < expires_at,
        HelperState::Ended => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    #[test]
    fn scenarios() {
        use Command::{Accept, End};
        let run = |commands: &[Command]| {
            commands.iter().try_fold(HelperState::Invited, |state, command| decide(state, *command))
        };
        for (commands, outcome) in [
            (&[Accept][..], Ok(HelperState::Active)),
            (&[Accept, End], Ok(HelperState::Ended)),
            (&[End], Ok(HelperState::Ended)),
            (&[Accept, Accept], Ok(HelperState::Active)),
            (&[End, Accept], Err(HelperState::Ended)),
            (&[Accept, End, Accept], Err(HelperState::Ended)),
        ] {
            assert_eq!(run(commands), outcome, "{commands:?}");
        }
    }

    #[test]
    fn an_invitation_ends_by_time_and_by_tries() {
        let at = Instant::from_unix_micros(1_000_000);
        let later = at.plus(CODE_LIFE);
        assert!(lives(HelperState::Invited, TRIES_MAX - 1, later, at));
        assert!(!lives(HelperState::Invited, TRIES_MAX, later, at));
        assert!(!lives(HelperState::Invited, 0, at, at), "not at that very moment");
        assert!(lives(HelperState::Active, TRIES_MAX, at, later));
        assert!(!lives(HelperState::Ended, 0, later, at));
    }

    proptest! {
        #[test]
        fn no_help_without_a_yes_and_none_after_the_end(commands in prop::collection::vec(select(Command::ALL), 0..10)) {
            let (mut state, mut over) = (HelperState::Invited, false);
            for command in commands {
                let Ok(next) = decide(state, command) else { continue };
                prop_assert!(next != HelperState::Active || (command == Command::Accept && !over));
                prop_assert_eq!(decide(next, command), Ok(next), "replay changes nothing");
                over |= next == HelperState::Ended;
                prop_assert!(!over || next == HelperState::Ended);
                state = next;
            }
        }
    }
}
