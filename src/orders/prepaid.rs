//! Money that is paid before goods come: deposits, thinking it over, and what is owed when it ends. Pure.
//!
//! Sources: 最高人民法院关于审理预付式消费民事纠纷案件适用法律若干问题的解释 (法释〔2025〕4号) §14, seven days to think it
//! over, and §15–16, the balance with interest; 消费者权益保护法 §53, interest on what was prepaid. The first is
//! written for goods that come in several times; here it counts for every good that is prepaid.

use crate::kernel::{Day, Money, Role, text_enum};

text_enum! {
    /// Which published rate.
    pub enum RateKind {
        /// 一年期贷款市场报价利率.
        Lpr1y = "lpr_1y",
        /// The benchmark of deposits.
        Deposit = "deposit",
    }
}

text_enum! {
    /// Why a prepaid order ends early.
    pub enum Fault {
        Seller = "seller",
        Buyer = "buyer",
    }
}

impl Fault {
    /// What is paid for the time for which the money lay.
    #[must_use]
    pub const fn rate(self) -> RateKind {
        match self {
            Self::Seller => RateKind::Lpr1y,
            Self::Buyer => RateKind::Deposit,
        }
    }
}

/// Days for thinking it over after the last payment, and how far off goods are that are prepaid.
pub const DAYS_TO_THINK: i64 = 7;

/// The deposit on a line: its percent, down to the fen, and at least one.
#[must_use]
pub fn deposit(total_fen: Money, percent: i64) -> Money {
    let fen = i128::from(total_fen.fen()) * i128::from(percent) / 100;
    let fen = i64::try_from(fen).unwrap_or(i64::MAX).clamp(total_fen.fen().min(1), total_fen.fen());
    Money::from_fen(fen).unwrap_or(total_fen)
}

/// Whether money lies with the seller for a while: a deposit was paid, or the whole price for a day that is far off.
#[must_use]
pub fn is_prepaid(has_deposit: bool, first_paid: Day, deliver_on: Option<Day>) -> bool {
    has_deposit || deliver_on.is_some_and(|day| first_paid.plus_days(DAYS_TO_THINK) < day)
}

/// The last day for thinking it over; the day of the payment does not count (民法典 §201).
#[must_use]
pub fn think_until(last_paid: Day) -> Day {
    last_paid.plus_days(DAYS_TO_THINK)
}

/// How a prepaid order ends that is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The principal goes back whole, without a question.
    CoolOff,
    /// The balance goes back, with interest.
    Ended(Fault),
}

/// The village ends it, or its promised day is over: it is the seller's; else the buyer may think it over, and
/// later ends it for a reason of their own.
#[must_use]
pub fn ending(role: Role, today: Day, last_paid: Day, deliver_on: Option<Day>) -> Ending {
    let is_buyer = matches!(role, Role::Buyer | Role::Helper);
    if !is_buyer || deliver_on.is_some_and(|day| day < today) {
        Ending::Ended(Fault::Seller)
    } else if today <= think_until(last_paid) {
        Ending::CoolOff
    } else {
        Ending::Ended(Fault::Buyer)
    }
}

/// What goes back of what was paid.
#[must_use]
pub fn balance(paid_fen: Money, delivered_fen: Money) -> Money {
    paid_fen.checked_sub(delivered_fen).unwrap_or(Money::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn fen(fen: i64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    #[test]
    fn a_deposit_is_a_part() {
        for (total, percent, expected) in
            [(10_000, 30, 3_000), (9_999, 30, 2_999), (3, 1, 1), (1, 50, 1), (100, 99, 99)]
        {
            assert_eq!(deposit(fen(total), percent).fen(), expected, "{total} {percent}");
        }
    }

    #[test]
    fn the_seventh_day_is_the_last_to_think_it_over() {
        let paid = day("2026-09-21");
        let ends = |role, today: &str, promised: Option<&str>| ending(role, day(today), paid, promised.map(day));
        for (role, today, promised, expected) in [
            (Role::Buyer, "2026-09-21", None, Ending::CoolOff),
            (Role::Helper, "2026-09-28", Some("2026-10-20"), Ending::CoolOff),
            (Role::Buyer, "2026-09-29", Some("2026-10-20"), Ending::Ended(Fault::Buyer)),
            (Role::Buyer, "2026-10-20", Some("2026-10-20"), Ending::Ended(Fault::Buyer)),
            (Role::Buyer, "2026-10-21", Some("2026-10-20"), Ending::Ended(Fault::Seller)),
            (Role::Coordinator, "2026-09-21", Some("2026-10-20"), Ending::Ended(Fault::Seller)),
        ] {
            assert_eq!(ends(role, today, promised), expected, "{role} {today}");
        }
    }

    #[test]
    fn prepaid_is_a_deposit_or_a_day_far_off() {
        let paid = day("2026-09-21");
        for (has_deposit, promised, expected) in [
            (true, None, true),
            (false, None, false),
            (false, Some("2026-09-28"), false),
            (false, Some("2026-09-29"), true),
        ] {
            assert_eq!(is_prepaid(has_deposit, paid, promised.map(day)), expected, "{promised:?}");
        }
    }

    proptest! {
        #[test]
        fn a_deposit_is_never_more_than_its_line(total in 1..100_000_000_i64, percent in 1..100_i64) {
            let part = deposit(fen(total), percent);
            prop_assert!(part.fen() >= 1 && part.fen() <= total);
        }

        #[test]
        fn what_goes_back_and_what_came_are_what_was_paid(paid in 0..1_000_000_i64, part in 0..1_000_000_i64) {
            let delivered = part.min(paid);
            prop_assert_eq!(balance(fen(paid), fen(delivered)).fen() + delivered, paid);
        }
    }
}
