//! When a cycle is what, and what of its goods can be had. Pure.
//!
//! ```text
//! planned ─opens_at▶ open ─closes_at▶ closed ─the day after arrival▶ done
//!    └──────────────cancel──┴───────────────┴──▶ cancelled
//! ```

use super::CycleId;
use crate::kernel::{Day, Instant, Invalid, text_enum};

text_enum! {
    pub enum CycleState {
        Planned = "planned",
        Open = "open",
        Closed = "closed",
        Done = "done",
        Cancelled = "cancelled",
    }
}

/// The times of a cycle, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub opens_at: Instant,
    /// The first moment at which nothing is sold any more.
    pub closes_at: Instant,
    /// Until when the households say what they bring.
    pub report_by: Day,
    pub intake_on: Day,
    pub dispatch_on: Day,
    pub arrival_on: Day,
}

impl Times {
    /// # Errors
    /// The first time that is not after the one before it.
    pub fn check(&self, now: Instant) -> Result<(), (&'static str, Invalid)> {
        let in_order = [
            ("/closes_at", self.opens_at < self.closes_at && now < self.closes_at),
            ("/report_by", self.opens_at.day() <= self.report_by),
            ("/intake_on", self.report_by <= self.intake_on && self.closes_at.day() <= self.intake_on),
            ("/dispatch_on", self.intake_on <= self.dispatch_on),
            ("/arrival_on", self.dispatch_on <= self.arrival_on),
        ];
        match in_order.iter().find(|(_, fine)| !fine) {
            Some((pointer, _)) => Err((pointer, Invalid::new("cycle_times_not_in_order"))),
            None => Ok(()),
        }
    }
}

/// What a cycle is at a moment, unless it was cancelled.
#[must_use]
pub fn state_at(opens_at: Instant, closes_at: Instant, arrival_on: &str, at: Instant) -> CycleState {
    if at < opens_at {
        CycleState::Planned
    } else if at < closes_at {
        CycleState::Open
    } else if at.day().to_string().as_str() <= arrival_on {
        CycleState::Closed
    } else {
        CycleState::Done
    }
}

/// A listing in a cycle that was not cancelled.
#[derive(Debug, Clone)]
pub struct Entry {
    pub cycle_id: CycleId,
    pub state: CycleState,
    pub opens_at: Instant,
    pub arrival_on: String,
    /// Units that can still be had.
    pub left: i64,
}

/// How a listing stands that is sold in cycles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Open { cycle_id: CycleId, arrival_on: String, left: i64 },
    Closed { next_opens_at: Option<Instant> },
}

/// How a listing stands; `None` if no cycle concerns it any more, so that it is sold as other goods are.
#[must_use]
pub fn standing(entries: &[Entry]) -> Option<Standing> {
    if let Some(open) = entries.iter().find(|entry| entry.state == CycleState::Open) {
        let Entry { cycle_id, arrival_on, left, .. } = open.clone();
        return Some(Standing::Open { cycle_id, arrival_on, left });
    }
    let concerns = |entry: &&Entry| matches!(entry.state, CycleState::Planned | CycleState::Closed);
    let mut concerned = entries.iter().filter(concerns).peekable();
    concerned.peek()?;
    let planned = concerned.filter(|entry| entry.state == CycleState::Planned);
    Some(Standing::Closed { next_opens_at: planned.map(|entry| entry.opens_at).min() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Id;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600_000_000;

    fn at(hour: i64) -> Instant {
        Instant::from_unix_micros(1_768_838_400_000_000 + hour * HOUR)
    }

    fn entry(number: u128, state: CycleState, opens: i64) -> Entry {
        let cycle_id = Id::from_uuid(uuid::Uuid::from_u128(number));
        Entry { cycle_id, state, opens_at: at(opens), arrival_on: "2026-01-30".into(), left: 5 }
    }

    #[test]
    fn it_opens_and_closes_at_the_very_moment() {
        let micro = std::time::Duration::from_micros(1);
        let arrival = at(48).day();
        let (arrives, day_after) = (arrival.to_string(), arrival.plus_days(1).start());
        let state = |now| state_at(at(0), at(24), &arrives, now);
        assert_eq!(state(at(0).minus(micro)), CycleState::Planned);
        assert_eq!(state(at(0)), CycleState::Open);
        assert_eq!(state(at(24).minus(micro)), CycleState::Open);
        assert_eq!(state(at(24)), CycleState::Closed);
        assert_eq!(state(day_after.minus(micro)), CycleState::Closed);
        assert_eq!(state(day_after), CycleState::Done);
    }

    #[test]
    fn times_are_in_order() {
        let day = |days| at(0).day().plus_days(days);
        let fine = Times {
            opens_at: at(0),
            closes_at: at(24),
            report_by: day(1),
            intake_on: day(2),
            dispatch_on: day(2),
            arrival_on: day(4),
        };
        assert_eq!(fine.check(at(0)), Ok(()));
        for (wrong, pointer) in [
            (Times { closes_at: at(0), ..fine }, "/closes_at"),
            (Times { report_by: day(-1), ..fine }, "/report_by"),
            (Times { intake_on: day(0), ..fine }, "/intake_on"),
            (Times { closes_at: at(24 * 3), ..fine }, "/intake_on"),
            (Times { dispatch_on: day(1), ..fine }, "/dispatch_on"),
            (Times { arrival_on: day(1), ..fine }, "/arrival_on"),
        ] {
            assert_eq!(wrong.check(at(0)).unwrap_err().0, pointer);
        }
        assert_eq!(fine.check(at(24)).unwrap_err().0, "/closes_at", "over before it was made");
    }

    #[test]
    fn goods_of_a_cycle_are_sold_while_it_is_open() {
        use CycleState::{Closed, Done, Open, Planned};
        assert_eq!(standing(&[]), None);
        assert_eq!(standing(&[entry(1, Done, 0)]), None);
        assert_eq!(standing(&[entry(1, Closed, 0)]), Some(Standing::Closed { next_opens_at: None }));
        let both = [entry(1, Closed, 0), entry(2, Planned, 90), entry(3, Planned, 60)];
        assert_eq!(standing(&both), Some(Standing::Closed { next_opens_at: Some(at(60)) }));
        let open = standing(&[entry(1, Closed, 0), entry(2, Open, 60), entry(3, Planned, 90)]);
        assert!(matches!(open, Some(Standing::Open { left: 5, .. })), "{open:?}");
    }

    proptest! {
        #[test]
        fn a_cycle_only_goes_forward(opens in 0..50_i64, lasts in 1..50_i64, first in 0..300_i64, later in 0..300_i64) {
            let arrives = at(opens + lasts).day().plus_days(1).to_string();
            let state = |hour| state_at(at(opens), at(opens + lasts), &arrives, at(hour));
            prop_assert!(state(first) <= state(first + later), "planned, open, closed, done");
        }
    }
}
