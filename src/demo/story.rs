//! What happens in the demonstration's year, drawn from the seed.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::village::Village;
use crate::households::HouseholdId;
use crate::kernel::{Day, Instant, Quantity, UserId};
use crate::livestream::StreamId;
use crate::orders::{CheckoutId, OrderId};
use crate::pairing::PairingId;
use crate::settlement::PayoutId;

/// Something that is to happen.
#[derive(Debug, Clone)]
pub enum Event {
    Pair {
        buyer: UserId,
        village: usize,
        household: HouseholdId,
    },
    AcceptPair {
        pairing: PairingId,
        village: usize,
    },
    Announce {
        village: usize,
        starts_at: Instant,
    },
    StartStream {
        stream: StreamId,
        village: usize,
    },
    EndStream {
        stream: StreamId,
        village: usize,
    },
    /// Goods by their number in the village.
    Order {
        buyer: UserId,
        village: usize,
        lines: Vec<(usize, Quantity)>,
        from_stream: bool,
    },
    /// A household asks for more for a good; the coordinator writes it down.
    Reprice {
        village: usize,
        good: usize,
        more_fen: i64,
        why: &'static str,
    },
    ApproveReprice {
        village: usize,
        good: usize,
    },
    Pay {
        buyer: UserId,
        checkout: CheckoutId,
    },
    Cancel {
        buyer: UserId,
        order: OrderId,
    },
    Confirm {
        order: OrderId,
    },
    Pack {
        order: OrderId,
    },
    Ship {
        order: OrderId,
    },
    Receive {
        buyer: UserId,
        order: OrderId,
    },
    ApprovePayout {
        payout: PayoutId,
    },
    SendPayout {
        payout: PayoutId,
    },
    ConfirmPayout {
        payout: PayoutId,
    },
    BouncePayout {
        payout: PayoutId,
    },
}

/// What is to come, earliest first; equals in the order in which they were planned.
pub struct Agenda {
    heap: BinaryHeap<Reverse<(Instant, u64)>>,
    events: Vec<Option<Event>>,
    pub rng: StdRng,
}

pub const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// Streams begin at nineteen o'clock, every other week.
const STREAM_HOUR: u64 = 19;
const STREAM_EVERY_DAYS: usize = 14;

impl Agenda {
    pub fn new(seed: u64) -> Self {
        Self { heap: BinaryHeap::new(), events: Vec::new(), rng: StdRng::seed_from_u64(seed) }
    }

    pub fn plan(&mut self, at: Instant, event: Event) {
        self.heap.push(Reverse((at, self.events.len() as u64)));
        self.events.push(Some(event));
    }

    /// Plans an event some hours from `at`.
    pub fn after(&mut self, at: Instant, hours: std::ops::Range<u64>, event: Event) {
        let minutes = self.rng.random_range(hours.start * 60..hours.end * 60);
        self.plan(at.plus(Duration::from_secs(minutes * 60)), event);
    }

    /// True with the probability of `percent` in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    pub fn next_before(&mut self, end: Instant) -> Option<(Instant, Event)> {
        let Reverse((at, number)) = *self.heap.peek()?;
        if at >= end {
            return None;
        }
        self.heap.pop();
        let event =
            usize::try_from(number).ok().and_then(|number| self.events.get_mut(number)).and_then(Option::take)?;
        Some((at, event))
    }
}

/// Plans the year: pairs in its first weeks, streams every other week, orders every day.
pub fn plan(agenda: &mut Agenda, buyers: &[UserId], villages: &[Village], first: Day, end: Instant) {
    plan_pairs(agenda, buyers, villages, first);
    // So that a visitor finds a stream that is on and one that is coming.
    let (live, coming) = (end.minus(HOUR), end.plus(20 * HOUR));
    agenda.plan(live.minus(DAY), Event::Announce { village: 1, starts_at: live });
    agenda.plan(live, Event::Announce { village: 0, starts_at: coming });
    plan_prices(agenda, first, end);
    let mut day = first.plus_days(3);
    let mut number = 0_usize;
    while day.start() < end {
        for village in 0..villages.len() {
            if (number + village * 5).is_multiple_of(STREAM_EVERY_DAYS) {
                let starts_at = day.start().plus(HOUR * u32::try_from(STREAM_HOUR).unwrap_or(19));
                agenda.plan(starts_at.minus(DAY), Event::Announce { village, starts_at });
                for _ in 0..agenda.rng.random_range(2..5) {
                    let order = draw_order(agenda, buyers, villages, village, true);
                    agenda.after(starts_at, 0..2, order);
                }
            }
        }
        for _ in 0..orders_on(agenda, day) {
            let village = agenda.rng.random_range(0..villages.len());
            let order = draw_order(agenda, buyers, villages, village, false);
            agenda.after(day.start(), 8..22, order);
        }
        day = day.plus_days(1);
        number += 1;
    }
}

/// The eggs of the first village become dearer in the middle of the story; its honey is to, and waits.
fn plan_prices(agenda: &mut Agenda, first: Day, end: Instant) {
    let days = (end.unix_seconds() - first.start().unix_seconds()) / (24 * 3_600);
    let middle = first.plus_days(days / 2).start().plus(10 * HOUR);
    agenda.plan(middle, Event::Reprice { village: 0, good: 0, more_fen: 200, why: "玉米涨价，喂得还是原粮" });
    agenda.plan(middle.plus(20 * HOUR), Event::ApproveReprice { village: 0, good: 0 });
    agenda.plan(end.minus(6 * HOUR), Event::Reprice { village: 0, good: 2, more_fen: 400, why: "今年花期短，取蜜少" });
}

/// Before the new year people order more, in summer less.
fn orders_on(agenda: &mut Agenda, day: Day) -> u32 {
    match day.month() {
        12 | 1 => agenda.rng.random_range(2..5),
        6..=8 => agenda.rng.random_range(0..3),
        _ => agenda.rng.random_range(1..3),
    }
}

fn plan_pairs(agenda: &mut Agenda, buyers: &[UserId], villages: &[Village], first: Day) {
    for (number, buyer) in buyers.iter().enumerate().take(9) {
        let village = number % villages.len();
        let households = &villages[village].households;
        let household = households[number % households.len()];
        let at = first.plus_days(1 + i64::try_from(number).unwrap_or(0) * 4).start();
        agenda.after(at, 9..20, Event::Pair { buyer: *buyer, village, household });
    }
}

fn draw_order(
    agenda: &mut Agenda,
    buyers: &[UserId],
    villages: &[Village],
    village: usize,
    from_stream: bool,
) -> Event {
    let buyer = *buyers.choose(&mut agenda.rng).expect("there are buyers");
    let count = villages[village].goods.len();
    let first = agenda.rng.random_range(0..count);
    let mut lines = vec![(first, draw_quantity(agenda))];
    if agenda.chance(30) {
        lines.push(((first + 1) % count, draw_quantity(agenda)));
    }
    Event::Order { buyer, village, lines, from_stream }
}

fn draw_quantity(agenda: &mut Agenda) -> Quantity {
    let count = *[1, 1, 1, 2, 2, 3].choose(&mut agenda.rng).expect("not empty");
    Quantity::new(count).expect("small and positive")
}
