//! Use cases of changes that need the buyer's yes: a line is to come from another household, or as other goods.
//!
//! What always holds: nothing changes before the buyer says yes; what comes instead costs no more, and what it costs
//! less is the buyer's (预付式消费解释 §9: neither price nor kind is changed by one side).

use super::rules::OrderState;
use super::store::{self, Line, Order};
use super::store_changes::{self, Change, ChangeId, ChangeState};
use super::types::{OrderError, OrderId};
use super::{ending, pay, preorder, service, store_place};
use crate::catalog::{self, ForSale, ListingId, ListingState};
use crate::cycles;
use crate::db::{Conn, DbError};
use crate::kernel::{Act, Invalid, Money, UserId, text_enum};
use crate::ledger::LedgerError;
use crate::log::{self, Subject};
use crate::payments::RefundCause;

text_enum! {
    /// What a buyer says to a change.
    pub enum Answer as ChangeAnswer {
        /// So be it.
        Accept = "accept",
        /// As it was ordered, or not at all: the order stays.
        Keep = "keep",
        /// The order ends, and all of its money goes back.
        End = "end",
    }
}

/// Whether goods of an order may still be others.
#[must_use]
pub fn is_changeable(state: OrderState) -> bool {
    use OrderState::{BalanceDue, Confirmed, DepositPaid, Paid};
    matches!(state, DepositPaid | BalanceDue | Paid | Confirmed)
}

/// What keeps goods from coming in the place of a line's; the total that the line would have.
fn fits(order: &Order, line: &Line, to: &ForSale) -> Result<Money, OrderError> {
    let refuse = |code| OrderError::Invalid("/listing_id", Invalid::new(code));
    if to.id == line.listing_id || to.village_code != order.village_code || to.state != ListingState::Live {
        return Err(refuse("change_listing_unfit"));
    }
    if order.cycle_id.is_some() || to.estimated_g.is_some() || line.weight.estimated_g.is_some() {
        return Err(refuse("change_of_cycle_or_weight"));
    }
    if to.price_fen > line.price_fen {
        return Err(refuse("change_costs_more"));
    }
    let total_fen = to.price_fen.times(line.quantity).map_err(LedgerError::from)?;
    let less_fen = line.total_fen.checked_sub(total_fen).map_err(LedgerError::from)?;
    let order_fen = order.total_fen.checked_sub(less_fen).map_err(LedgerError::from)?;
    if order.deposit_fen.is_some_and(|deposit| order_fen <= deposit) {
        return Err(refuse("change_below_deposit"));
    }
    if to.stock_available < line.quantity.get() {
        let (requested, available) = (line.quantity.get(), to.stock_available);
        return Err(OrderError::OutOfStock { listing_id: to.id, requested, available });
    }
    Ok(total_fen)
}

fn find_line(conn: &mut Conn, order: &Order, line_no: i64) -> Result<Line, OrderError> {
    let lines = store::list_lines(conn, &[order.id])?;
    let line = lines.into_iter().find(|line| line.line_no == line_no);
    line.ok_or_else(|| OrderError::Invalid("/line_no", Invalid::new("unknown_line")))
}

/// Both goods, locked in the order of their ids; those that come instead.
fn lock_goods(conn: &mut Conn, act: &Act, from: ListingId, to: ListingId) -> Result<ForSale, OrderError> {
    let mut ids = vec![from, to];
    ids.sort();
    let found = catalog::load_for_sale(conn, &ids)?.into_iter().find(|listing| listing.id == to);
    let refuse = |code| OrderError::Invalid("/listing_id", Invalid::new(code));
    let found = found.ok_or_else(|| refuse("change_listing_unfit"))?;
    if cycles::standings(conn, &[to], act.at)?.contains_key(&to) {
        return Err(refuse("change_of_cycle_or_weight"));
    }
    Ok(found)
}

/// Asks the buyer whether a line may come as another listing; what was asked before is not asked any more.
///
/// # Errors
/// [`OrderError::WrongState`] once it is packed; [`OrderError::Invalid`], [`OrderError::OutOfStock`] for goods that
/// cannot come instead.
pub fn propose(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    (order, line_no): (&Order, i64),
    (to, reason): (ListingId, &str),
) -> Result<(), OrderError> {
    let order = service::lock(conn, order.id)?;
    if !is_changeable(order.state) {
        return Err(OrderError::WrongState(order.state));
    }
    let line = find_line(conn, &order, line_no)?;
    let to = lock_goods(conn, act, line.listing_id, to)?;
    let total_fen = fits(&order, &line, &to)?;
    if let Some(open) = store_changes::find_open(conn, order.id)? {
        if (open.line_no, open.to_listing_id, open.to_version) == (line_no, to.id, to.version) && open.reason == reason
        {
            return Ok(());
        }
        store_changes::decide(conn, act, open.id, ChangeState::Withdrawn)?;
    }
    let change = Change {
        id: act.new_id(),
        order_id: order.id,
        line_no,
        state: ChangeState::Open,
        reason: reason.to_owned(),
        from_listing_id: line.listing_id,
        from_total_fen: line.total_fen,
        to_listing_id: to.id,
        to_version: to.version,
        to_total_fen: total_fen,
        proposed_by: by,
        proposed_at: act.at,
        decided_at: None,
    };
    store_changes::insert(conn, &change)?;
    let entry = log::Change::new(Subject::Order, order.id, "propose_change").because(Some(reason));
    Ok(log::append(conn, act, &entry)?)
}

/// The buyer answers what is asked. Giving the same answer again changes nothing.
///
/// # Errors
/// [`OrderError::NotFound`] for what is not asked; [`OrderError::WrongState`] once it is packed; as [`propose`], if
/// the goods cannot come any more.
pub fn answer(
    conn: &mut Conn,
    act: &Act,
    (id, change_id): (OrderId, ChangeId),
    answer: Answer,
) -> Result<(), OrderError> {
    let order = service::lock(conn, id)?;
    let change = store_changes::find(conn, change_id)?.filter(|change| change.order_id == id);
    let change = change.ok_or(OrderError::NotFound)?;
    let wanted = if answer == Answer::Accept { ChangeState::Accepted } else { ChangeState::Declined };
    if change.state != ChangeState::Open {
        return if change.state == wanted { Ok(()) } else { Err(OrderError::NotFound) };
    }
    if !is_changeable(order.state) {
        return Err(OrderError::WrongState(order.state));
    }
    if !store_changes::decide(conn, act, change.id, wanted)? {
        return Err(OrderError::NotFound);
    }
    let action = format!("{answer}_change");
    let entry = log::Change::new(Subject::Order, order.id, &action);
    log::append(conn, act, &entry)?;
    match answer {
        Answer::Accept => carry_out(conn, act, &order, &change),
        Answer::Keep => Ok(()),
        Answer::End => ending::end_for_shortage(conn, act, &order, &change.reason),
    }
}

/// The line becomes the other goods: stock moves, and what they cost less goes back or is not asked for.
fn carry_out(conn: &mut Conn, act: &Act, order: &Order, change: &Change) -> Result<(), OrderError> {
    let line = find_line(conn, order, change.line_no)?;
    let to = lock_goods(conn, act, line.listing_id, change.to_listing_id)?;
    if to.version != change.to_version {
        let (listing_id, version, price_fen) = (to.id, to.version, to.price_fen);
        return Err(OrderError::PriceChanged { line: 0, listing_id, version, price_fen });
    }
    let total_fen = fits(order, &line, &to)?;
    let less_fen = line.total_fen.checked_sub(total_fen).map_err(LedgerError::from)?;
    let took = store_place::take_stock(conn, &[(to.id, line.quantity.get())])?;
    catalog::return_stock(conn, line.listing_id, line.quantity)?;
    if took != 1 || !store_changes::replace_line(conn, &line, &to, total_fen)? {
        return Err(DbError::Unavailable("a line changed under a lock".into()).into());
    }
    store_changes::lower_totals(conn, order, less_fen)?;
    if order.state == OrderState::BalanceDue {
        // Another balance is owed now than a payment was begun for.
        preorder::close_balance(conn, act, order)?;
    }
    if order.state.is_paid() && !less_fen.is_zero() {
        pay::refund(conn, act, order, (RefundCause::Shortage, change.id.any()), less_fen)?;
    }
    Ok(())
}
