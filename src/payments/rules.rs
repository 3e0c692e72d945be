//! The states of a transfer. Pure.
//!
//! ```text
//! expected ──record──▶ recorded ──confirm──▶ confirmed
//!   ▲  │ ▲                │
//!   │  │ └────reject──────┘
//!   │  └─ no longer expected ─▶ closed ──record──▶ recorded
//! ```

use crate::kernel::{Role, UserId, text_enum};

text_enum! {
    pub enum TransferState {
        Expected = "expected",
        /// One person found it at the bank, or has the cash.
        Recorded = "recorded",
        /// Another person found it, too.
        Confirmed = "confirmed",
        /// No longer expected; if it comes all the same, it is recorded and goes back.
        Closed = "closed",
    }
}

text_enum! {
    pub enum Command as TransferCommand {
        Record = "record",
        Confirm = "confirm",
        Reject = "reject",
    }
}

impl Command {
    /// Who may give it, where the village lies in their scope.
    pub const ROLES: &'static [Role] = &[Role::Coordinator, Role::Approver];
}

/// Why a command on a transfer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    WrongState(TransferState),
    /// Who recorded it does not confirm it.
    SamePerson,
}

/// The state after a command; the same state if it was carried out before.
///
/// # Errors
/// [`Refusal`].
pub fn decide(
    state: TransferState,
    command: Command,
    recorded_by: Option<UserId>,
    by: UserId,
) -> Result<TransferState, Refusal> {
    use TransferState::{Closed, Confirmed, Expected, Recorded};
    match (state, command) {
        (Expected | Closed | Recorded, Command::Record) => Ok(Recorded),
        (Recorded, Command::Confirm) if recorded_by == Some(by) => Err(Refusal::SamePerson),
        (Recorded | Confirmed, Command::Confirm) => Ok(Confirmed),
        (Recorded | Expected, Command::Reject) => Ok(Expected),
        (state, _) => Err(Refusal::WrongState(state)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Id;
    use TransferState::{Closed, Confirmed, Expected, Recorded};
    use proptest::prelude::*;
    use proptest::sample::select;
    use uuid::Uuid;

    fn person(number: u128) -> UserId {
        Id::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn one_records_and_another_confirms() {
        let (first, second) = (person(1), person(2));
        let decided = |state, command, by| decide(state, command, Some(first), by);
        assert_eq!(decided(Expected, Command::Record, first), Ok(Recorded));
        assert_eq!(decided(Closed, Command::Record, first), Ok(Recorded));
        assert_eq!(decided(Recorded, Command::Confirm, first), Err(Refusal::SamePerson));
        assert_eq!(decided(Recorded, Command::Confirm, second), Ok(Confirmed));
        assert_eq!(decided(Recorded, Command::Reject, second), Ok(Expected));
        for state in [Expected, Closed] {
            assert_eq!(decided(state, Command::Confirm, second), Err(Refusal::WrongState(state)));
        }
        for command in [Command::Record, Command::Reject] {
            assert_eq!(decided(Confirmed, command, second), Err(Refusal::WrongState(Confirmed)));
        }
    }

    proptest! {
        #[test]
        fn nobody_confirms_alone(commands in prop::collection::vec((select(Command::ALL), 1..4_u128), 1..20)) {
            let (mut state, mut recorded_by) = (Expected, None);
            for (command, by) in commands {
                let by = person(by);
                let Ok(next) = decide(state, command, recorded_by, by) else { continue };
                prop_assert!(next != Confirmed || state == Confirmed || recorded_by.is_some_and(|first| first != by));
                if next == Recorded && state != Recorded {
                    recorded_by = Some(by);
                }
                if next == Expected {
                    recorded_by = None;
                }
                state = next;
            }
        }
    }
}
