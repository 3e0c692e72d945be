//! Orders of organisations that are paid after acceptance.
//!
//! What always holds: an order goes on terms only while a contract with its county is in force and no more is
//! owed on it than its limit; what the organisation owes is its `receivable`, and what is held for the order is
//! the same amount; the order settles only when the money has come, so nobody is paid out of what is owed.

use super::interest::late_interest;
use super::pay::{close_payments, log_checkout, paid_back};
use super::rules::{Command, OrderState};
use super::service;
use super::store::{self, Checkout, Order};
use super::store_terms::{self, Invoice};
use super::types::{CheckoutId, CheckoutState, OrderError};
use crate::db::{Conn, DbResult};
use crate::gateways::Providers;
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Any, Day, Id, Instant, Money, RegionLevel, UserId};
use crate::ledger::{self, Account, AccountKind, Draft, Finding, LedgerError, TransactionKind};
use crate::log::{self, Change, Subject};
use crate::organisations::{self, Contract, OrganisationId};
use crate::payments::{self, Asked, Credit, Payment, PaymentError, Provider, RefundCause};

/// A transfer is waited for as long as it takes; this is only so that it has an end.
const WAITING_DAYS: i64 = 3 * 365;

fn waits_until(act: &Act) -> Instant {
    act.at.day().plus_days(WAITING_DAYS).start()
}

/// Orders of one's own checkout for an organisation, to be paid after acceptance. Doing so again changes nothing.
///
/// # Errors
/// [`OrderError::CheckoutExpired`], [`OrderError::CheckoutClosed`]; [`OrderError::NoContract`],
/// [`OrderError::CreditLimit`]; [`PaymentError::ProviderUnavailable`] where no transfers are taken in.
pub fn order_on_terms(
    conn: &mut Conn,
    act: &Act,
    providers: &Providers,
    buyer_id: UserId,
    id: CheckoutId,
) -> Result<Checkout, OrderError> {
    let checkout = store::lock_checkout(conn, id)?.filter(|checkout| checkout.buyer_id == buyer_id);
    let checkout = checkout.ok_or(OrderError::NotFound)?;
    let orders = store::list_of_checkout(conn, id)?;
    let first = orders.first().ok_or(OrderError::NotFound)?;
    if checkout.state == CheckoutState::Paid && store_terms::find(conn, first.id)?.is_some() {
        return Ok(checkout);
    }
    match checkout.state {
        CheckoutState::Open if checkout.expires_at <= act.at => return Err(OrderError::CheckoutExpired),
        CheckoutState::Expired => return Err(OrderError::CheckoutExpired),
        CheckoutState::Cancelled | CheckoutState::Paid => return Err(OrderError::CheckoutClosed(checkout.state)),
        CheckoutState::Open => {}
    }
    let no_contract = || OrderError::NoContract(first.village_code.clone());
    let organisation_id = store_terms::find_organisation(conn, first.id)?.ok_or_else(no_contract)?;
    if !providers.offers(Provider::Offline) {
        return Err(PaymentError::ProviderUnavailable.into());
    }
    organisations::lock_for_member(conn, organisation_id, buyer_id)?;
    store::update_checkout_state(conn, id, CheckoutState::Open, CheckoutState::Paid)?;
    log_checkout(conn, act, &checkout, CheckoutState::Paid)?;
    close_payments(conn, act, id)?;
    for order in &orders {
        issue(conn, act, order, organisation_id)?;
    }
    store::find_checkout(conn, id)?.ok_or(OrderError::NotFound)
}

fn issue(conn: &mut Conn, act: &Act, order: &Order, organisation_id: OrganisationId) -> Result<(), OrderError> {
    let contract = contract_for(conn, order, organisation_id)?;
    let payment = payments::expect(conn, act, order.asks(order.total_fen, waits_until(act)))?;
    let invoice = Invoice {
        order_id: order.id,
        organisation_id,
        contract_id: contract.id,
        payment_id: payment.id,
        village_code: order.village_code.clone(),
        pay_days: contract.pay_days,
        late_rate_bp: contract.late_rate_bp,
        amount_fen: order.total_fen,
        issued_at: act.at,
        accepted_at: None,
        due_on: None,
        paid_at: None,
        paid_on: None,
        interest_fen: Money::ZERO,
        interest_payment_id: None,
        interest_paid_at: None,
    };
    store_terms::insert(conn, &invoice)?;
    log::append(conn, act, &Change::new(Subject::Order, order.id, "invoice"))?;
    let draft = Draft::new(TransactionKind::Invoiced, order.id, &order.village_code)
        .of_order(order.id, order.stream_id)
        .debit(Account::new(AccountKind::Receivable, organisation_id), order.total_fen)
        .credit(Account::new(AccountKind::BuyerHold, order.id), order.total_fen);
    ledger::post(conn, act, &draft)?;
    service::transition(conn, &act.by_system(), order, Command::Pay, None)?;
    Ok(())
}

/// The contract on which an order goes, if there is room for it. A pre-order goes on none: its deposit is money.
fn contract_for(conn: &mut Conn, order: &Order, organisation_id: OrganisationId) -> Result<Contract, OrderError> {
    let no_contract = || OrderError::NoContract(order.village_code.clone());
    let county = order.village_code.ancestors().into_iter().find(|place| place.level() == RegionLevel::County);
    let county = county.filter(|_| order.deposit_fen.is_none()).ok_or_else(no_contract)?;
    let contract = organisations::contract_in_force(conn, organisation_id, &county)?.ok_or_else(no_contract)?;
    let limit = contract.limit_fen.unwrap_or(Money::ZERO).fen();
    let unpaid = store_terms::list_unpaid_of_contract(conn, contract.id)?;
    let expected: Vec<_> = unpaid.iter().map(|invoice| invoice.payment_id).collect();
    let mut owed = 0;
    for payment in payments::list_by_id(conn, &expected)? {
        owed += payment.due_fen()?.fen();
    }
    if owed + order.total_fen.fen() > limit {
        return Err(OrderError::CreditLimit((limit - owed).max(0)));
    }
    Ok(contract)
}

/// What is to be paid of an invoice, or was: its amount less what was credited.
fn due_fen(conn: &mut Conn, invoice: &Invoice) -> Result<Money, OrderError> {
    let payment = payments::find(conn, invoice.payment_id)?.ok_or(OrderError::NotFound)?;
    Ok(payment.due_fen()?)
}

/// Whether an order waits for the money of an organisation.
///
/// # Errors
/// Those of the database.
pub fn is_owed(conn: &mut Conn, order: &Order) -> Result<bool, OrderError> {
    match store_terms::find(conn, order.id)? {
        Some(invoice) if invoice.paid_at.is_none() => Ok(due_fen(conn, &invoice)? > Money::ZERO),
        _ => Ok(false),
    }
}

/// The buyer has the parcel: from that day on the days to pay are counted.
pub(super) fn accepted(conn: &mut Conn, act: &Act, order: &Order) -> DbResult<()> {
    store_terms::accept(conn, order.id, act.at)
}

/// Money came in for an invoice, or for the interest on it.
pub(super) fn paid(
    conn: &mut Conn,
    act: &Act,
    payment: &Payment,
    (order, invoice): (&Order, Invoice),
) -> Result<(), OrderError> {
    let amount_fen = payment.due_fen()?;
    let receivable = Account::new(AccountKind::Receivable, invoice.organisation_id);
    let draft = Draft::new(TransactionKind::InvoicePaid, payment.id, &order.village_code)
        .of_order(order.id, order.stream_id)
        .debit(Account::new(AccountKind::Provider, payment.provider), amount_fen)
        .credit(receivable.clone(), amount_fen);
    ledger::post(conn, act, &draft)?;
    if invoice.interest_payment_id == Some(payment.id) {
        store_terms::update_interest_paid(conn, order.id, act.at)?;
        return Ok(());
    }
    let paid_on = payments::paid_on(conn, payment.id)?.unwrap_or_else(|| act.at.day());
    let due_on: Option<Day> = invoice.due_on.as_deref().and_then(|day| day.parse().ok());
    let interest_fen = match due_on {
        Some(due_on) => late_interest(amount_fen, due_on, paid_on, invoice.late_rate_bp).map_err(LedgerError::from)?,
        None => Money::ZERO,
    };
    let mut moved = Invoice { paid_at: Some(act.at), paid_on: Some(paid_on.to_string()), interest_fen, ..invoice };
    if interest_fen > Money::ZERO {
        let draft = Draft::new(TransactionKind::LateInterest, payment.id, &order.village_code)
            .of_order(order.id, order.stream_id)
            .debit(receivable, interest_fen)
            .credit(Account::new(AccountKind::LateInterest, &order.village_code), interest_fen);
        ledger::post(conn, act, &draft)?;
        let asked = order.asks(interest_fen, waits_until(act));
        let asked = Asked { memo: format!("{} 利息", order.number), ..asked };
        moved.interest_payment_id = Some(payments::expect(conn, act, asked)?.id);
    }
    if store_terms::update_paid(conn, &moved)? {
        log::append(conn, act, &Change::new(Subject::Order, order.id, "invoice_paid"))?;
    }
    if order.state == OrderState::Received {
        jobs::enqueue(conn, act, JobKind::SettleOrder, order.id, act.at)?;
    }
    Ok(())
}

/// A part of an order on terms goes back: while its money has not come, so much less is owed. False if it has
/// come, and goes back as other money does.
pub(super) fn credit(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    (cause, cause_id): (RefundCause, Id<Any>),
    amount_fen: Money,
) -> Result<bool, OrderError> {
    let Some(invoice) = store_terms::find(conn, order.id)?.filter(|invoice| invoice.paid_at.is_none()) else {
        return Ok(false);
    };
    let refund = match payments::credit(conn, act, invoice.payment_id, order.id.any(), (cause, cause_id), amount_fen)? {
        Credit::Known => return Ok(true),
        Credit::GoesBack => return Ok(false),
        Credit::Less(refund) => refund,
    };
    let draft = Draft::new(TransactionKind::RefundPaid, refund.id, &order.village_code)
        .of_order(order.id, order.stream_id)
        .debit(Account::new(AccountKind::RefundPayable, order.id), amount_fen)
        .credit(Account::new(AccountKind::Receivable, invoice.organisation_id), amount_fen);
    ledger::post(conn, act, &draft)?;
    let order = service::load(conn, order.id)?;
    paid_back(conn, &act.by_system(), &order)?;
    Ok(true)
}

/// What an organisation owes by the books is what stands open on its invoices and their interest.
///
/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> Result<Vec<Finding>, LedgerError> {
    let mut owed: std::collections::BTreeMap<OrganisationId, i64> = std::collections::BTreeMap::new();
    for invoice in store_terms::list_all(conn)? {
        let payment = payments::find(conn, invoice.payment_id)?;
        let due = payment.map_or(0, |payment| payment.amount_fen.fen() - payment.credited_fen.fen());
        let mut open = if invoice.paid_at.is_none() { due } else { 0 };
        if invoice.interest_paid_at.is_none() {
            open += invoice.interest_fen.fen();
        }
        *owed.entry(invoice.organisation_id).or_default() += open;
    }
    let mut findings = Vec::new();
    for (id, open) in owed {
        let balance = ledger::balance_fen(conn, &Account::new(AccountKind::Receivable, id))?;
        if balance != open {
            findings.push(format!("organisation {id} owes {balance} fen, but its invoices say {open}"));
        }
    }
    Ok(findings)
}
