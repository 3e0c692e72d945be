//! One order, followed from end to end.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use crate::db::Conn;
use crate::identity;
use crate::kernel::{Instant, Money, Role, UserId};
use crate::ledger::{self, AccountKind, Figures, TransactionId, TransactionKind, TransactionRow};
use crate::log::{self, Entry, Subject};
use crate::orders::{self, ActedFor, Order, OrderError, OrderOut};
use crate::payments::{self, Payment, PaymentId, PaymentState, Provider, Refund, RefundId, RefundState};
use crate::secrets::Secrets;
use crate::settlement::{self, PayoutOut};

/// A buyer, masked.
#[derive(Serialize, ToSchema)]
pub struct AuditBuyer {
    id: UserId,
    /// The first character, the rest hidden.
    display_name_masked: String,
    /// `null` once the account was deleted.
    phone_masked: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AuditOrder {
    #[serde(flatten)]
    order: OrderOut,
    buyer: AuditBuyer,
}

#[derive(Serialize, ToSchema)]
pub struct AuditRefund {
    id: RefundId,
    state: RefundState,
    amount_fen: Money,
    gateway_refund_id: Option<String>,
    created_at: Instant,
    completed_at: Option<Instant>,
}

#[derive(Serialize, ToSchema)]
pub struct AuditPayment {
    id: PaymentId,
    provider: Provider,
    state: PaymentState,
    /// What of the payment is this order's; the rest may be other villages'.
    amount_fen: Money,
    gateway_transaction_id: Option<String>,
    created_at: Instant,
    completed_at: Option<Instant>,
    /// Of this order.
    refunds: Vec<AuditRefund>,
}

#[derive(Serialize, ToSchema)]
pub struct AuditPosting {
    transaction_id: TransactionId,
    kind: TransactionKind,
    account: AccountKind,
    /// Whose account: the id of an order or household, the code of a village, a provider.
    owner: String,
    debit_fen: i64,
    credit_fen: i64,
    at: Instant,
}

#[derive(Serialize, ToSchema)]
pub struct AuditLogEntry {
    seq: i64,
    action: String,
    from_state: Option<String>,
    to_state: Option<String>,
    actor_id: Option<UserId>,
    actor_role: Role,
    /// The elder, where a family helper acted.
    on_behalf_of: Option<UserId>,
    /// Both names, masked, where a family helper acted.
    by: Option<ActedFor>,
    reason: Option<String>,
    at: Instant,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AuditOrderPage)]
pub struct AuditOrderOut {
    order: AuditOrder,
    payments: Vec<AuditPayment>,
    /// Every posting of the order, oldest first.
    ledger: Vec<AuditPosting>,
    /// Sums of these postings.
    totals: Figures,
    payouts: Vec<PayoutOut>,
    /// What happened to the order and its payouts.
    log: Vec<AuditLogEntry>,
}

/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, secrets: &Secrets, order: Order) -> Result<AuditOrderOut, OrderError> {
    let buyer = identity::load_person(conn, secrets, order.buyer_id)?;
    let payments = payments::list_of_checkout(conn, order.checkout_id)?;
    let ids: Vec<PaymentId> = payments.iter().map(|payment| payment.id).collect();
    let refunds: Vec<Refund> = payments::list_refunds(conn, &ids)?
        .into_iter()
        .filter(|refund| refund.order_id.uuid() == order.id.uuid())
        .collect();
    let rows = ledger::list_of_order(conn, order.id)?;
    let payouts = settlement::list_of_order(conn, order.id)?;
    let mut entries = log::list_entries(conn, Subject::Order, order.id)?;
    for payment in &payments {
        entries.extend(log::list_entries(conn, Subject::Payment, payment.id)?);
    }
    for refund in &refunds {
        entries.extend(log::list_entries(conn, Subject::Refund, refund.id)?);
    }
    for payout in &payouts {
        entries.extend(log::list_entries(conn, Subject::Payout, payout.id)?);
    }
    entries.sort_by_key(|entry| entry.seq);
    let names = orders::names_of_acts(conn, &entries)?;
    Ok(AuditOrderOut {
        totals: ledger::figures_of(&rows),
        ledger: rows.into_iter().map(show_posting).collect(),
        payments: payments.into_iter().map(|payment| show_payment(payment, order.total_fen, &refunds)).collect(),
        payouts: settlement::show_payouts(conn, payouts, None)?,
        log: entries.into_iter().map(|entry| show_entry(entry, &names)).collect(),
        order: AuditOrder {
            order: orders::show(conn, order, Role::Auditor, None)?,
            buyer: AuditBuyer {
                id: buyer.id,
                display_name_masked: identity::mask_name(&buyer.display_name),
                phone_masked: buyer.phone_masked(),
            },
        },
    })
}

fn show_payment(payment: Payment, amount_fen: Money, refunds: &[Refund]) -> AuditPayment {
    let own = refunds.iter().filter(|refund| refund.payment_id == payment.id);
    let show = |refund: &Refund| AuditRefund {
        id: refund.id,
        state: refund.state,
        amount_fen: refund.amount_fen,
        gateway_refund_id: refund.gateway_refund_id.clone(),
        created_at: refund.created_at,
        completed_at: refund.completed_at,
    };
    AuditPayment {
        refunds: own.map(show).collect(),
        id: payment.id,
        provider: payment.provider,
        state: payment.state,
        amount_fen,
        gateway_transaction_id: payment.gateway_transaction_id,
        created_at: payment.created_at,
        completed_at: payment.completed_at,
    }
}

fn show_posting(row: TransactionRow) -> AuditPosting {
    let TransactionRow { transaction_id, kind, account, owner, debit_fen, credit_fen, at, reverses_id: _ } = row;
    AuditPosting { transaction_id, kind, account, owner, debit_fen, credit_fen, at }
}

fn show_entry(entry: Entry, names: &HashMap<UserId, String>) -> AuditLogEntry {
    let by = orders::acted_for(names, &entry, true);
    let Entry { seq, action, from_state, to_state, actor_id, actor_role, reason, at, on_behalf_of } = entry;
    AuditLogEntry { seq, action, from_state, to_state, actor_id, actor_role, on_behalf_of, by, reason, at }
}
