//! Whose turn it is to supply pooled goods, rule [`RULE`], and how evenly it comes out. Pure.
//!
//! Unit by unit: a household without a sale before one with, then the one with the least so far for each of
//! its members, then one that is looked after, then by id. Nobody gives more than was accepted of it, nor
//! more than it may promise.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::households::HouseholdId;
use crate::kernel::text_enum;

/// The published rule by which turns are taken.
pub const RULE: &str = "turns-2026-1";

text_enum! {
    /// Why a household supplies a line: never why it is looked after.
    pub enum Reason as AllocationReason {
        /// Its first sale of the season.
        FirstTurn = "first_turn",
        /// The least so far for each of its members.
        NextTurn = "next_turn",
    }
}

/// A household that has goods, in sales units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub household_id: HouseholdId,
    /// What it may still promise.
    pub cap: i64,
    /// What was accepted of it and has no order.
    pub accepted: i64,
    /// What it has supplied this season.
    pub sold: i64,
    pub members: i64,
    /// Goes first among equals; shown nowhere.
    pub is_looked_after: bool,
}

impl Candidate {
    fn left(&self) -> i64 {
        self.cap.min(self.accepted).max(0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub household_id: HouseholdId,
    pub quantity: i64,
    pub reason: Reason,
}

/// A place in the queue: the smallest comes next.
#[derive(PartialEq, Eq)]
struct Turn<'a> {
    of: &'a Candidate,
    sold: i64,
    left: i64,
}

impl Ord for Turn<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let share = |turn: &Self, members: i64| i128::from(turn.sold) * i128::from(members.max(1));
        // Sold by members, without a fraction.
        let least = share(self, other.of.members).cmp(&share(other, self.of.members));
        (self.sold > 0)
            .cmp(&(other.sold > 0))
            .then(least)
            .then(other.of.is_looked_after.cmp(&self.of.is_looked_after))
            .then(self.of.household_id.cmp(&other.of.household_id))
    }
}

impl PartialOrd for Turn<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Who gives how many of `units`, in the order of the households' first turns; each household stands at most
/// twice, once for each reason. What nobody can give is left out.
#[must_use]
pub fn allocate(units: i64, candidates: &[Candidate]) -> Vec<Given> {
    let turns = candidates.iter().filter(|it| it.left() > 0);
    let mut queue: BinaryHeap<Reverse<Turn<'_>>> =
        turns.map(|of| Reverse(Turn { of, sold: of.sold, left: of.left() })).collect();
    let mut given: Vec<Given> = Vec::new();
    for _ in 0..units.max(0) {
        let Some(Reverse(turn)) = queue.pop() else { break };
        let reason = if turn.sold > 0 { Reason::NextTurn } else { Reason::FirstTurn };
        let household_id = turn.of.household_id;
        match given.iter_mut().find(|it| (it.household_id, it.reason) == (household_id, reason)) {
            Some(row) => row.quantity += 1,
            None => given.push(Given { household_id, quantity: 1, reason }),
        }
        if turn.left > 1 {
            queue.push(Reverse(Turn { sold: turn.sold + 1, left: turn.left - 1, of: turn.of }));
        }
    }
    given
}

/// How unevenly something is spread, in ten-thousandths: 0 if all have the same, near 10,000 if one has all.
#[must_use]
pub fn gini(shares: &[i64]) -> i64 {
    let (count, sum) = (shares.len() as i128, shares.iter().map(|share| i128::from(*share)).sum::<i128>());
    if count == 0 || sum == 0 {
        return 0;
    }
    let between = |one: &i64| shares.iter().map(|other| i128::from(one.abs_diff(*other))).sum::<i128>();
    let differences: i128 = shares.iter().map(between).sum();
    i64::try_from(differences * 10_000 / (2 * count * sum)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Id;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn candidate(no: u128, accepted: i64, sold: i64) -> Candidate {
        let household_id = Id::from_uuid(Uuid::from_u128(no));
        Candidate { household_id, cap: i64::MAX, accepted, sold, members: 1, is_looked_after: false }
    }

    /// Who would give them if the first who brought their goods sold them all: what turns are compared with.
    fn first_come(units: i64, candidates: &[Candidate]) -> Vec<i64> {
        let mut wanted = units.max(0);
        let mut take = |candidate: &Candidate| {
            let taken = candidate.left().min(wanted);
            wanted -= taken;
            taken
        };
        candidates.iter().map(&mut take).collect()
    }

    fn quantities(given: &[Given]) -> BTreeMap<HouseholdId, i64> {
        let mut sums = BTreeMap::new();
        given.iter().for_each(|it| *sums.entry(it.household_id).or_default() += it.quantity);
        sums
    }

    fn run(units: i64, candidates: &[Candidate]) -> Vec<i64> {
        let sums = quantities(&allocate(units, candidates));
        candidates.iter().map(|it| sums.get(&it.household_id).copied().unwrap_or(0)).collect()
    }

    #[test]
    fn turns_by_the_rule() {
        let [a, b, c] = [candidate(1, 10, 0), candidate(2, 10, 0), candidate(3, 10, 4)];
        assert_eq!(run(1, &[a.clone(), b.clone(), c.clone()]), [1, 0, 0], "ties by id");
        assert_eq!(run(2, &[c.clone(), b.clone(), a.clone()]), [0, 1, 1], "without a sale first");
        assert_eq!(run(9, &[a.clone(), b.clone(), c.clone()]), [5, 4, 0], "then those with the least so far");
        let cared_for = Candidate { is_looked_after: true, ..b.clone() };
        assert_eq!(run(1, &[a.clone(), cared_for.clone()]), [0, 1], "first among equals");
        let with_a_sale = Candidate { sold: 1, ..cared_for };
        assert_eq!(run(1, &[a.clone(), with_a_sale]), [1, 0], "and only among equals");
        let large = Candidate { members: 4, ..a.clone() };
        assert_eq!(run(10, &[large, b.clone()]), [8, 2], "for each member");
        assert_eq!(
            run(9, &[Candidate { cap: 2, ..a }, Candidate { accepted: 3, ..b }]),
            [2, 3],
            "no more than there is"
        );
    }

    #[test]
    fn the_reason_is_a_turn_and_nothing_else() {
        let cared_for = Candidate { is_looked_after: true, ..candidate(1, 10, 0) };
        let given = allocate(3, std::slice::from_ref(&cared_for));
        let plain = allocate(3, &[Candidate { is_looked_after: false, ..cared_for }]);
        assert_eq!(given, plain);
        let reasons: Vec<_> = given.iter().map(|it| (it.quantity, it.reason)).collect();
        assert_eq!(reasons, [(1, Reason::FirstTurn), (2, Reason::NextTurn)]);
    }

    #[test]
    fn how_even_it_is() {
        assert_eq!((gini(&[]), gini(&[0, 0]), gini(&[3, 3, 3])), (0, 0, 0));
        assert_eq!(gini(&[9, 0, 0]), 6_666);
        assert_eq!(gini(&[1, 3]), 2_500);
    }

    /// Three households of the demonstration bring 6, 5 and 4 boxes; 7 are ordered.
    #[test]
    fn turns_are_more_even_than_first_come() {
        let candidates = [candidate(1, 6, 0), candidate(2, 5, 0), candidate(3, 4, 0)];
        let (turns, first) = (run(7, &candidates), first_come(7, &candidates));
        println!("turns {turns:?}: gini {} of 10,000; first come {first:?}: gini {}", gini(&turns), gini(&first));
        assert_eq!((turns.as_slice(), first.as_slice()), (&[3, 2, 2][..], &[6, 1, 0][..]));
        assert!(gini(&turns) < gini(&first));
    }

    fn any_candidates() -> impl Strategy<Value = Vec<Candidate>> {
        let one = (0..20_i64, 0..20_i64, 0..5_i64, 1..6_i64, any::<bool>());
        prop::collection::vec(one, 0..8).prop_map(|rows| {
            let row = |(no, (cap, accepted, sold, members, is_looked_after))| Candidate {
                household_id: Id::from_uuid(Uuid::from_u128(no)),
                cap,
                accepted,
                sold,
                members,
                is_looked_after,
            };
            (1..).zip(rows).map(row).collect()
        })
    }

    proptest! {
        #[test]
        fn nobody_gives_more_than_is_there_and_all_that_can_be_is_given(units in 0..120_i64, candidates in any_candidates()) {
            let sums = run(units, &candidates);
            for (sum, it) in sums.iter().zip(&candidates) {
                prop_assert!(*sum <= it.cap && *sum <= it.accepted && *sum >= 0);
            }
            let there: i64 = candidates.iter().map(Candidate::left).sum();
            prop_assert_eq!(sums.iter().sum::<i64>(), units.min(there));
        }

        #[test]
        fn the_order_in_which_they_are_named_does_not_matter(units in 0..60_i64, (candidates, shuffled) in any_candidates().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
            prop_assert_eq!(allocate(units, &candidates), allocate(units, &shuffled));
        }

        #[test]
        fn without_a_sale_comes_before_with_one(units in 1..60_i64, candidates in any_candidates()) {
            let given = quantities(&allocate(units, &candidates));
            let has = |it: &Candidate| given.contains_key(&it.household_id);
            if candidates.iter().any(|it| it.sold > 0 && has(it)) {
                prop_assert!(candidates.iter().filter(|it| it.sold == 0 && it.left() > 0).all(has));
            }
        }

        #[test]
        fn one_after_the_other_is_as_all_at_once(first in 0..30_i64, second in 0..30_i64, candidates in any_candidates()) {
            let mut left = candidates.clone();
            let mut sums = quantities(&allocate(first, &left));
            for it in &mut left {
                let given = sums.get(&it.household_id).copied().unwrap_or(0);
                (it.cap, it.accepted, it.sold) = (it.cap - given, it.accepted - given, it.sold + given);
            }
            for (id, quantity) in quantities(&allocate(second, &left)) {
                *sums.entry(id).or_default() += quantity;
            }
            prop_assert_eq!(sums, quantities(&allocate(first + second, &candidates)));
        }
    }
}
