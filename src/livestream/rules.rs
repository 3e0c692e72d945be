//! The states of a stream, and which orders count as its own. Pure.
//!
//! ```text
//! scheduled ──start──▶ live ──end──▶ ended
//!     └──cancel──▶ cancelled
//! ```

use std::time::Duration;

use crate::kernel::{Instant, text_enum};

text_enum! {
    pub enum StreamState {
        Scheduled = "scheduled",
        Live = "live",
        Ended = "ended",
        Cancelled = "cancelled",
    }
}

text_enum! {
    pub enum Command as StreamCommand {
        Start = "start",
        End = "end",
        Cancel = "cancel",
    }
}

/// The state after a command; the same state if it was carried out before.
///
/// # Errors
/// The present state, if the command does not apply to it.
pub fn decide(state: StreamState, command: Command) -> Result<StreamState, StreamState> {
    use StreamState::{Cancelled, Ended, Live, Scheduled};
    match (state, command) {
        (Scheduled | Live, Command::Start) => Ok(Live),
        (Live | Ended, Command::End) => Ok(Ended),
        (Scheduled | Cancelled, Command::Cancel) => Ok(Cancelled),
        _ => Err(state),
    }
}

/// How long after its end a stream still counts as what led to an order: a replay sells too, but
/// not for ever.
pub const ATTRIBUTION: Duration = Duration::from_secs(7 * 24 * 3600);

/// True if an order that carries the stream's code is the stream's own.
#[must_use]
pub fn counts_for(state: StreamState, ended_at: Option<Instant>, ordered_at: Instant) -> bool {
    match state {
        StreamState::Scheduled | StreamState::Live => true,
        StreamState::Ended => ended_at.is_some_and(|ended_at| ordered_at <= ended_at.plus(ATTRIBUTION)),
        StreamState::Cancelled => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    #[test]
    fn an_order_counts_while_the_stream_runs_and_a_week_after() {
        let end = Instant::from_unix_micros(1_790_000_000_000_000);
        assert!(counts_for(StreamState::Live, None, end));
        assert!(counts_for(StreamState::Ended, Some(end), end.plus(ATTRIBUTION)));
        assert!(!counts_for(StreamState::Ended, Some(end), end.plus(ATTRIBUTION + Duration::from_secs(1))));
        assert!(!counts_for(StreamState::Cancelled, None, end));
    }

    proptest! {
        #[test]
        fn what_ended_does_not_start_again(commands in prop::collection::vec(select(Command::ALL), 0..10)) {
            let (mut state, mut over) = (StreamState::Scheduled, false);
            for command in commands {
                let Ok(next) = decide(state, command) else { continue };
                prop_assert_eq!(decide(next, command), Ok(next), "replay changes nothing");
                prop_assert!(!over || next == state);
                over |= matches!(next, StreamState::Ended | StreamState::Cancelled);
                state = next;
            }
        }
    }
}
