//! Accounts, postings, transactions.

use crate::db::DbError;
use crate::kernel::{Id, Instant, Invalid, Money, RegionCode, text_enum};

text_enum! {
    /// What an account is for. `provider` is what a payment party holds for us and `receivable` what
    /// somebody owes us, assets both; every other account is what is owed to somebody, a liability.
    pub enum AccountKind {
        Provider = "provider",
        Receivable = "receivable",
        BuyerHold = "buyer_hold",
        RefundPayable = "refund_payable",
        FarmerPayable = "farmer_payable",
        Payout = "payout",
        CoopFee = "coop_fee",
        Packing = "packing",
        Freight = "freight",
        Inspection = "inspection",
        CollectiveFund = "collective_fund",
        LossReserve = "loss_reserve",
        PlatformCost = "platform_cost",
        LateInterest = "late_interest",
    }
}

impl AccountKind {
    /// Whether debits are what it holds: its balance is debits less credits.
    #[must_use]
    pub const fn is_asset(self) -> bool {
        matches!(self, Self::Provider | Self::Receivable)
    }
}

text_enum! {
    /// What a transaction records.
    pub enum TransactionKind {
        /// Money came in: provider to buyer_hold.
        Payment = "payment",
        /// An order will not be delivered: buyer_hold to refund_payable.
        RefundOwed = "refund_owed",
        /// The provider paid it back: refund_payable to provider.
        RefundPaid = "refund_paid",
        /// An order was delivered: buyer_hold to everybody who has a part in its price.
        Settlement = "settlement",
        /// A household's money was sent: farmer_payable to payout.
        PayoutSent = "payout_sent",
        /// It arrived: payout to provider.
        PayoutConfirmed = "payout_confirmed",
        /// It came back: payout to farmer_payable.
        PayoutBounced = "payout_bounced",
        /// The mirror image of another transaction.
        Reversal = "reversal",
        /// Somebody bears what is paid back after the settlement: their account, or what they then owe,
        /// to refund_payable.
        Charged = "charged",
        /// The settlement of an order anew, after its reversal.
        Correction = "correction",
        /// What somebody owes is kept back from what they earned: farmer_payable to receivable.
        ReceivableOffset = "receivable_offset",
        /// Money of a village's account was spent: collective_fund, freight, … to provider.
        Disbursed = "disbursed",
        /// Interest for a buyer whose prepaid goods did not come: coop_fee or receivable to refund_payable.
        InterestOwed = "interest_owed",
        /// An organisation buys on terms: receivable to buyer_hold.
        Invoiced = "invoiced",
        /// It paid: provider to receivable.
        InvoicePaid = "invoice_paid",
        /// It paid late: receivable to late_interest.
        LateInterest = "late_interest",
    }
}

/// An account: what it is for, and whose. The owner is an id or code as text: an order, a
/// household, a village, a provider.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    pub kind: AccountKind,
    pub owner: String,
}

impl Account {
    pub fn new(kind: AccountKind, owner: impl ToString) -> Self {
        Self { kind, owner: owner.to_string() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Debit,
    Credit,
}

/// An amount on one side of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub account: Account,
    pub side: Side,
    pub amount: Money,
}

pub type TransactionId = Id<Transaction>;

/// A transaction as it stands in the books.
#[derive(Debug, Clone)]
pub struct Transaction {
    pub id: TransactionId,
    pub kind: TransactionKind,
    pub order_id: Option<uuid::Uuid>,
    pub village_code: RegionCode,
    pub stream_id: Option<uuid::Uuid>,
    pub at: Instant,
    pub postings: Vec<Posting>,
}

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("debits of {debit_fen} fen and credits of {credit_fen} fen do not balance")]
    Unbalanced { debit_fen: i64, credit_fen: i64 },
    #[error("account {} of {} would be overdrawn", .0.kind, .0.owner)]
    Overdrawn(Account),
    #[error("no such transaction")]
    NotFound,
    #[error("amount refused: {0}")]
    Amount(#[from] Invalid),
    #[error(transparent)]
    Db(#[from] DbError),
}
