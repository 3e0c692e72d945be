//! What happens next, by a seed.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Something that may happen in the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    Order,
    Pay,
    /// The provider tells of a payment: the first time, or again.
    Told,
    /// It tells another amount.
    ToldWrongly,
    Village,
    Buyer,
    Payout,
    Jobs,
    Time,
    Restart,
}

const WEIGHTS: [(Event, u32); 10] = [
    (Event::Order, 20),
    (Event::Pay, 18),
    (Event::Told, 12),
    (Event::ToldWrongly, 2),
    (Event::Village, 30),
    (Event::Buyer, 12),
    (Event::Payout, 16),
    (Event::Jobs, 12),
    (Event::Time, 12),
    (Event::Restart, 1),
];

pub struct Chance(StdRng);

impl Chance {
    pub fn seeded(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    pub fn event(&mut self) -> Event {
        let mut at = self.0.random_range(0..WEIGHTS.iter().map(|(_, weight)| weight).sum());
        for (event, weight) in WEIGHTS {
            if at < weight {
                return event;
            }
            at -= weight;
        }
        Event::Time
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u32) -> bool {
        self.0.random_range(0..times) == 0
    }

    /// From the first to the last, both included.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        self.0.random_range(first..=last)
    }

    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        (!choices.is_empty()).then(|| &choices[self.0.random_range(0..choices.len())])
    }
}
