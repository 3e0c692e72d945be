//! The split of an order and the states of a payout. Pure.
//!
//! ```text
//! due ──approve──▶ approved ──send──▶ sent ──confirm──▶ confirmed
//!                     ▲                 └──bounce──▶ bounced ──approve──┐
//!                     └────────────────────────────────────────────────┘
//! ```

use std::collections::BTreeMap;

use super::store::Payout;
use crate::catalog::PriceComposition;
use crate::households::HouseholdId;
use crate::kernel::{Invalid, Money, RegionCode, Role, UserId, text_enum};
use crate::ledger::{Account, AccountKind};
use crate::orders::Line;

text_enum! {
    pub enum PayoutState {
        Due = "due",
        Approved = "approved",
        Sent = "sent",
        Confirmed = "confirmed",
        Bounced = "bounced",
    }
}

text_enum! {
    pub enum Command as PayoutCommand {
        Approve = "approve",
        Send = "send",
        Confirm = "confirm",
        Bounce = "bounce",
    }
}

impl Command {
    /// Who may give it, where the village lies in their scope.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Approve => &[Role::Approver],
            Self::Send | Self::Confirm | Self::Bounce => &[Role::Coordinator, Role::Approver],
        }
    }
}

/// Why a command on a payout is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    WrongState(PayoutState),
    /// Who approved does not send.
    SamePerson,
}

/// The state after a command; the same state if it was carried out before.
///
/// # Errors
/// [`Refusal`].
pub fn decide(
    state: PayoutState,
    command: Command,
    approved_by: Option<UserId>,
    by: UserId,
) -> Result<PayoutState, Refusal> {
    use PayoutState::{Approved, Bounced, Confirmed, Due, Sent};
    match (state, command) {
        (Approved, Command::Send) if approved_by == Some(by) => Err(Refusal::SamePerson),
        (Due | Bounced | Approved, Command::Approve) => Ok(Approved),
        (Approved | Sent, Command::Send) => Ok(Sent),
        (Sent | Confirmed, Command::Confirm) => Ok(Confirmed),
        (Sent | Bounced, Command::Bounce) => Ok(Bounced),
        (state, _) => Err(Refusal::WrongState(state)),
    }
}

/// A payout with another amount: what was approved has to be approved anew, what is on its way or has arrived
/// stays what it was.
#[must_use]
pub fn amended(payout: &Payout, amount_fen: Money) -> Option<Payout> {
    let is_open = matches!(payout.state, PayoutState::Due | PayoutState::Approved | PayoutState::Bounced);
    if !is_open || payout.amount_fen == amount_fen {
        return None;
    }
    let state = if payout.state == PayoutState::Approved { PayoutState::Due } else { payout.state };
    Some(Payout { state, amount_fen, approved_by: None, approved_at: None, ..payout.clone() })
}

/// Who gets what of an order: rule [`SPLIT_RULE`](crate::orders::SPLIT_RULE). The parts sum to the
/// order because each line's parts sum to its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// What each household gets: pay and quality bonus of its lines.
    pub households: BTreeMap<HouseholdId, Money>,
    /// Every part, with the account that it goes to; equal accounts stand once.
    pub credits: BTreeMap<Account, Money>,
}

/// Units of each line that households supply; the rest of a line is of the household that offers it.
pub type Suppliers = BTreeMap<i64, BTreeMap<HouseholdId, i64>>;

/// # Errors
/// `amount_too_large` beyond what an amount can hold.
pub fn split(lines: &[Line], suppliers: &Suppliers, village: &RegionCode) -> Result<Split, Invalid> {
    let mut split = Split { households: BTreeMap::new(), credits: BTreeMap::new() };
    for line in lines {
        let price = line.settled_price()?;
        let to_farmer = price.to_farmer()?;
        for (household_id, amount) in share(to_farmer, &units_of(line, suppliers.get(&line.line_no)))? {
            add(&mut split.households, household_id, amount)?;
            add(&mut split.credits, Account::new(AccountKind::FarmerPayable, household_id), amount)?;
        }
        for (kind, amount) in village_parts(&price) {
            add(&mut split.credits, Account::new(kind, village), amount)?;
        }
    }
    split.households.retain(|_, amount| !amount.is_zero());
    split.credits.retain(|_, amount| !amount.is_zero());
    Ok(split)
}

impl Split {
    /// What the parcel cost beyond the prices goes to the village's freight.
    ///
    /// # Errors
    /// `amount_too_large` beyond what an amount can hold.
    pub fn with_freight(mut self, freight_fen: Money, village: &RegionCode) -> Result<Self, Invalid> {
        if !freight_fen.is_zero() {
            add(&mut self.credits, Account::new(AccountKind::Freight, village), freight_fen)?;
        }
        Ok(self)
    }

    /// Takes what claims were granted from who bears it, as far as their part reaches; gives what they then
    /// owe. Credits less what is given stay what they were less the charges, so that all still balances.
    ///
    /// # Errors
    /// `amount_too_large` beyond what an amount can hold.
    pub fn deduct(
        &mut self,
        charges: impl IntoIterator<Item = (Account, Money)>,
    ) -> Result<BTreeMap<Account, Money>, Invalid> {
        let mut owed = BTreeMap::new();
        for (account, amount) in charges {
            let part = self.credits.get(&account).copied().unwrap_or_default();
            let covered = part.min(amount);
            self.credits.insert(account.clone(), part.checked_sub(covered)?);
            for (household, earned) in &mut self.households {
                if account == Account::new(AccountKind::FarmerPayable, household) {
                    *earned = earned.checked_sub(covered)?;
                }
            }
            add(&mut owed, Account::new(AccountKind::Receivable, account.owner), amount.checked_sub(covered)?)?;
        }
        self.households.retain(|_, amount| !amount.is_zero());
        self.credits.retain(|_, amount| !amount.is_zero());
        owed.retain(|_, amount| !amount.is_zero());
        Ok(owed)
    }
}

/// How many units of a line are whose.
fn units_of(line: &Line, suppliers: Option<&BTreeMap<HouseholdId, i64>>) -> BTreeMap<HouseholdId, i64> {
    let mut units = suppliers.cloned().unwrap_or_default();
    let own = line.quantity.get() - units.values().sum::<i64>();
    if own > 0 {
        *units.entry(line.household_id).or_default() += own;
    }
    units
}

/// An amount by units, by largest remainder, then by id.
///
/// # Errors
/// `amount_too_large` beyond what an amount can hold.
fn share(amount: Money, units: &BTreeMap<HouseholdId, i64>) -> Result<Vec<(HouseholdId, Money)>, Invalid> {
    let counts: Vec<i64> = units.values().copied().collect();
    if counts.iter().sum::<i64>() == 0 {
        return Ok(Vec::new());
    }
    Ok(units.keys().copied().zip(amount.split(&counts)?).collect())
}

/// The parts that do not go to the household, all on accounts of the village but the platform's.
fn village_parts(price: &PriceComposition) -> [(AccountKind, Money); 7] {
    [
        (AccountKind::CoopFee, price.coop_fee_fen),
        (AccountKind::Packing, price.packing_fen),
        (AccountKind::Freight, price.freight_fen),
        (AccountKind::Inspection, price.inspection_fen),
        (AccountKind::CollectiveFund, price.collective_fund_fen),
        (AccountKind::LossReserve, price.loss_reserve_fen),
        (AccountKind::PlatformCost, price.platform_cost_fen),
    ]
}

fn add<K: Ord>(amounts: &mut BTreeMap<K, Money>, key: K, amount: Money) -> Result<(), Invalid> {
    let sum = amounts.entry(key).or_default();
    *sum = sum.checked_add(amount)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Id, Quantity};
    use proptest::prelude::*;
    use proptest::sample::select;
    use uuid::Uuid;

    fn id<T>(number: u128) -> Id<T> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    fn line(household: u128, quantity: i64, parts: [i64; 9]) -> Line {
        let [a, b, c, d, e, f, g, h, i] = parts.map(|fen| Money::from_fen(fen).unwrap());
        let price = PriceComposition {
            farmer_pay_fen: a,
            quality_bonus_fen: b,
            coop_fee_fen: c,
            packing_fen: d,
            freight_fen: e,
            inspection_fen: f,
            collective_fund_fen: g,
            loss_reserve_fen: h,
            platform_cost_fen: i,
        };
        let quantity = Quantity::new(quantity).unwrap();
        let price_fen = price.sum().unwrap();
        Line {
            order_id: id(1),
            line_no: 1,
            listing_version: 1,
            listing_id: id(2),
            household_id: id(household),
            pairing_id: None,
            title: String::new(),
            unit_label: String::new(),
            quantity,
            price_fen,
            price,
            total_fen: price_fen.times(quantity).unwrap(),
            weight: crate::orders::LineWeight::default(),
        }
    }

    fn village() -> RegionCode {
        RegionCode::parse("510824115216").unwrap()
    }

    #[test]
    fn two_boxes_of_eggs_and_a_three_year_hen() {
        let eggs = line(1, 2, [3_300, 0, 200, 450, 700, 0, 100, 50, 0]);
        let hen = line(2, 1, [14_000, 600, 1_400, 900, 3_600, 1_200, 500, 400, 200]);
        let split = split(&[eggs, hen], &Suppliers::new(), &village()).unwrap();
        let fen: Vec<i64> = split.households.values().map(|amount| amount.fen()).collect();
        assert_eq!(fen, [6_600, 14_600]);
        let credit = |kind| split.credits[&Account::new(kind, village())].fen();
        assert_eq!(credit(AccountKind::CoopFee), 2 * 200 + 1_400);
        assert_eq!(credit(AccountKind::Freight), 2 * 700 + 3_600);
        assert_eq!(credit(AccountKind::PlatformCost), 200);
        assert_eq!(Money::sum(split.credits.into_values()).unwrap().fen(), 2 * 4_800 + 22_800);
    }

    #[test]
    fn who_supplies_is_paid_by_units() {
        let mut eggs = line(1, 5, [3_300, 0, 200, 450, 700, 0, 100, 50, 0]);
        eggs.line_no = 1;
        let suppliers = Suppliers::from([(1, BTreeMap::from([(id(7), 3), (id(8), 1)]))]);
        let split = split(&[eggs], &suppliers, &village()).unwrap();
        let fen: Vec<i64> = split.households.values().map(|amount| amount.fen()).collect();
        assert_eq!(fen, [3_300, 9_900, 3_300], "one unit is of the co-op itself");
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_amount(fen in 0..1_000_000_i64, units in prop::collection::btree_map(1..9_u128, 1..50_i64, 1..8)) {
            let units: BTreeMap<HouseholdId, i64> = units.into_iter().map(|(no, count)| (id(no), count)).collect();
            let shares = share(Money::from_fen(fen).unwrap(), &units).unwrap();
            prop_assert_eq!(shares.iter().map(|(_, amount)| amount.fen()).sum::<i64>(), fen);
            let all: i64 = units.values().sum();
            for (id, amount) in shares {
                let exact = fen * units[&id] / all;
                prop_assert!((exact..=exact + 1).contains(&amount.fen()));
            }
        }
    }

    #[test]
    fn who_approved_does_not_send() {
        let (first, second) = (id(1), id(2));
        assert_eq!(decide(PayoutState::Approved, Command::Send, Some(first), first), Err(Refusal::SamePerson));
        assert_eq!(decide(PayoutState::Approved, Command::Send, Some(first), second), Ok(PayoutState::Sent));
        assert_eq!(decide(PayoutState::Due, Command::Send, None, second), Err(Refusal::WrongState(PayoutState::Due)));
        assert_eq!(decide(PayoutState::Bounced, Command::Approve, Some(first), first), Ok(PayoutState::Approved));
    }

    proptest! {
        #[test]
        fn a_split_sums_to_the_order(
            lines in prop::collection::vec((1..4_u128, 1..50_i64, prop::array::uniform9(0..100_000_i64)), 1..8),
            freight in 0..10_000_i64,
        ) {
            let lines: Vec<Line> = lines.into_iter().map(|(household, quantity, parts)| line(household, quantity, parts)).collect();
            let freight = Money::from_fen(freight).unwrap();
            let split = split(&lines, &Suppliers::new(), &village()).unwrap().with_freight(freight, &village()).unwrap();
            let total = Money::sum(lines.iter().map(|line| line.total_fen).chain([freight])).unwrap();
            prop_assert_eq!(Money::sum(split.credits.values().copied()).unwrap(), total);
            for (household, amount) in &split.households {
                prop_assert_eq!(split.credits[&Account::new(AccountKind::FarmerPayable, household)], *amount);
            }
        }

        #[test]
        fn what_claims_took_is_borne_and_all_still_balances(
            lines in prop::collection::vec((1..4_u128, 1..50_i64, prop::array::uniform9(0..100_000_i64)), 1..8),
            charges in prop::collection::vec((0..4_usize, 1..4_u128, 0..200_000_i64), 0..6),
        ) {
            let lines: Vec<Line> = lines.into_iter().map(|(household, quantity, parts)| line(household, quantity, parts)).collect();
            let total = Money::sum(lines.iter().map(|line| line.total_fen)).unwrap();
            let mut left = total.fen();
            let mut split = split(&lines, &Suppliers::new(), &village()).unwrap();
            let before = split.clone();
            let mut taken = Vec::new();
            for (kind, household, fen) in charges {
                let fen = fen.min(left);
                left -= fen;
                let account = match kind {
                    0 => Account::new(AccountKind::LossReserve, village()),
                    1 => Account::new(AccountKind::Freight, village()),
                    2 => Account::new(AccountKind::Packing, village()),
                    _ => Account::new(AccountKind::FarmerPayable, id::<()>(household)),
                };
                taken.push((account, Money::from_fen(fen).unwrap()));
            }
            let owed = split.deduct(taken).unwrap();
            // What is still held, and what is owed now, is what is credited.
            let credited = Money::sum(split.credits.values().copied()).unwrap().fen();
            let owing = Money::sum(owed.values().copied()).unwrap().fen();
            prop_assert_eq!(left + owing, credited);
            for (account, amount) in &split.credits {
                prop_assert!(*amount <= before.credits[account]);
            }
            for (household, amount) in &split.households {
                prop_assert_eq!(split.credits[&Account::new(AccountKind::FarmerPayable, household)], *amount);
            }
        }

        #[test]
        fn no_money_leaves_without_two_people(commands in prop::collection::vec((select(Command::ALL), 1..4_u128), 0..12)) {
            let (mut state, mut approved_by) = (PayoutState::Due, None);
            for (command, person) in commands {
                let Ok(next) = decide(state, command, approved_by, id(person)) else { continue };
                if next == PayoutState::Sent && state != next {
                    prop_assert!(approved_by.is_some() && approved_by != Some(id(person)));
                }
                if next == PayoutState::Approved && state != next {
                    approved_by = Some(id(person));
                }
                state = next;
            }
        }
    }
}
