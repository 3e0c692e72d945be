//! How transactions are put together. Pure.

use uuid::Uuid;

use super::types::{Account, LedgerError, Posting, Side, Transaction, TransactionId, TransactionKind};
use crate::kernel::{Id, Money, RegionCode};

/// A transaction that is not in the books yet.
#[derive(Debug, Clone)]
pub struct Draft {
    kind: TransactionKind,
    command_key: String,
    village_code: RegionCode,
    order_id: Option<Uuid>,
    stream_id: Option<Uuid>,
    reverses_id: Option<TransactionId>,
    postings: Vec<Posting>,
}

impl Draft {
    /// `command` is the id of what causes the transaction; with the kind it makes the key under
    /// which it is posted once.
    #[must_use]
    pub fn new<T>(kind: TransactionKind, command: Id<T>, village_code: &RegionCode) -> Self {
        Self {
            kind,
            command_key: format!("{kind}:{command}"),
            village_code: village_code.clone(),
            order_id: None,
            stream_id: None,
            reverses_id: None,
            postings: Vec::new(),
        }
    }

    /// Sets apart what one cause posts several times: the attempts of a payout, the orders of a payment.
    #[must_use]
    pub fn part(mut self, part: impl std::fmt::Display) -> Self {
        self.command_key = format!("{}:{part}", self.command_key);
        self
    }

    /// The order, and the stream that sold it, for whom the auditor sums up.
    #[must_use]
    pub fn of_order<O, S>(mut self, order_id: Id<O>, stream_id: Option<Id<S>>) -> Self {
        self.order_id = Some(order_id.uuid());
        self.stream_id = stream_id.map(Id::uuid);
        self
    }

    #[must_use]
    pub fn debit(self, account: Account, amount: Money) -> Self {
        self.side(account, Side::Debit, amount)
    }

    #[must_use]
    pub fn credit(self, account: Account, amount: Money) -> Self {
        self.side(account, Side::Credit, amount)
    }

    /// Nothing is not posted: a part of a price may be zero.
    fn side(mut self, account: Account, side: Side, amount: Money) -> Self {
        if !amount.is_zero() {
            self.postings.push(Posting { account, side, amount });
        }
        self
    }

    /// The mirror image of `original`.
    ///
    /// # Errors
    /// None for what was balanced before.
    pub fn reversal_of(original: &Transaction) -> Result<Self, LedgerError> {
        check_balanced(&original.postings)?;
        let mirrored = |posting: &Posting| Posting {
            side: if posting.side == Side::Debit { Side::Credit } else { Side::Debit },
            ..posting.clone()
        };
        Ok(Self {
            kind: TransactionKind::Reversal,
            command_key: format!("{}:{}", TransactionKind::Reversal, original.id),
            village_code: original.village_code.clone(),
            order_id: original.order_id,
            stream_id: original.stream_id,
            reverses_id: Some(original.id),
            postings: original.postings.iter().map(mirrored).collect(),
        })
    }

    #[must_use]
    pub fn kind(&self) -> TransactionKind {
        self.kind
    }

    #[must_use]
    pub fn command_key(&self) -> &str {
        &self.command_key
    }

    #[must_use]
    pub fn village_code(&self) -> &RegionCode {
        &self.village_code
    }

    #[must_use]
    pub fn order_id(&self) -> Option<Uuid> {
        self.order_id
    }

    #[must_use]
    pub fn stream_id(&self) -> Option<Uuid> {
        self.stream_id
    }

    #[must_use]
    pub fn reverses_id(&self) -> Option<TransactionId> {
        self.reverses_id
    }

    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

/// # Errors
/// [`LedgerError::Unbalanced`] unless debits equal credits and are not nothing.
pub fn check_balanced(postings: &[Posting]) -> Result<(), LedgerError> {
    let sum = |side| Money::sum(postings.iter().filter(|posting| posting.side == side).map(|posting| posting.amount));
    let (debit, credit) = (sum(Side::Debit)?, sum(Side::Credit)?);
    if debit == credit && !debit.is_zero() {
        return Ok(());
    }
    Err(LedgerError::Unbalanced { debit_fen: debit.fen(), credit_fen: credit.fen() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{IdSource, Instant};
    use crate::ledger::AccountKind;
    use proptest::prelude::*;

    enum Thing {}

    fn draft() -> Draft {
        let id: Id<Thing> = IdSource::seeded(1).new_id(Instant::from_unix_micros(0));
        Draft::new(TransactionKind::Settlement, id, &RegionCode::parse("510824115216").unwrap())
    }

    fn fen(fen: i64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    fn account(kind: AccountKind) -> Account {
        Account::new(kind, "x")
    }

    #[test]
    fn one_side_alone_is_no_transaction() {
        assert!(check_balanced(draft().postings()).is_err());
        let lopsided =
            draft().debit(account(AccountKind::BuyerHold), fen(4_800)).credit(account(AccountKind::Packing), fen(450));
        assert!(matches!(
            check_balanced(lopsided.postings()),
            Err(LedgerError::Unbalanced { debit_fen: 4_800, credit_fen: 450 })
        ));
    }

    proptest! {
        #[test]
        fn a_split_of_a_hold_balances_and_so_does_its_reversal(total in 1..1_000_000_i64, weights in prop::collection::vec(0_u32..100, 1..8)) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let mut settlement = draft().debit(account(AccountKind::BuyerHold), fen(total));
            for part in fen(total).split(&weights).unwrap() {
                settlement = settlement.credit(account(AccountKind::FarmerPayable), part);
            }
            prop_assert!(check_balanced(settlement.postings()).is_ok());
            let posted = Transaction {
                id: IdSource::seeded(2).new_id(Instant::from_unix_micros(0)),
                kind: settlement.kind(),
                order_id: None,
                village_code: settlement.village_code().clone(),
                stream_id: None,
                at: Instant::from_unix_micros(0),
                postings: settlement.postings().to_vec(),
            };
            let reversal = Draft::reversal_of(&posted).unwrap();
            prop_assert!(check_balanced(reversal.postings()).is_ok());
            let net: i64 = settlement.postings().iter().chain(reversal.postings())
                .map(|posting| if posting.side == Side::Debit { posting.amount.fen() } else { -posting.amount.fen() })
                .sum();
            prop_assert_eq!(net, 0);
        }
    }
}
