//! Use cases of goods that are settled by weight: weighing them, packing them, paying back what they are
//! lighter, and putting a wrong weight right.

use super::rules::{Command, OrderState};
use super::service::{self, Moved};
use super::store::{self, Line, LineWeight, Order};
use super::types::OrderError;
use super::{pay, store_weights, weights};
use crate::catalog;
use crate::db::Conn;
use crate::kernel::{Act, Any, Grams, Id, Invalid, Money};
use crate::ledger::LedgerError;
use crate::log::{self, Change, Subject};
use crate::payments::{self, RefundCause};

/// What a line was found to weigh.
#[derive(Debug, Clone)]
pub struct Weighed {
    pub line_no: i64,
    pub final_g: Grams,
    /// Why it is outside the band.
    pub reason: Option<String>,
}

/// Writes down what lines weigh, until the parcel leaves. Weighing the same again changes nothing; once it is
/// packed the difference is on its way back to the buyer, so a line can only become lighter.
///
/// # Errors
/// [`OrderError::WrongState`], [`OrderError::Weight`] with the line that is not acceptable.
pub fn weigh(conn: &mut Conn, act: &Act, order: &Order, found: &[Weighed]) -> Result<(), OrderError> {
    store::lock_checkout(conn, order.checkout_id)?.ok_or(OrderError::NotFound)?;
    let order = service::load(conn, order.id)?;
    if !matches!(order.state, OrderState::Confirmed | OrderState::Packed) {
        return Err(OrderError::WrongState(order.state));
    }
    write(conn, act, &order, found, ("weigh", None))?;
    if order.state == OrderState::Packed { refund_less(conn, act, &order) } else { Ok(()) }
}

/// Puts right what lines of a settled order weigh; the books are for the caller to follow. The checkout is
/// locked when it comes back.
///
/// # Errors
/// [`OrderError::WrongState`], [`OrderError::Weight`].
pub fn correct_weights(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    found: &[Weighed],
    reason: &str,
) -> Result<Moved, OrderError> {
    store::lock_checkout(conn, order.checkout_id)?.ok_or(OrderError::NotFound)?;
    let order = service::load(conn, order.id)?;
    if order.state != OrderState::Settled {
        return Err(OrderError::WrongState(order.state));
    }
    write(conn, act, &order, found, ("correct_weight", Some(reason)))
}

/// Packs the parcel, and owes the buyer what its goods are lighter than they were thought to be.
///
/// # Errors
/// [`OrderError::WrongState`], [`OrderError::WeightsMissing`].
pub fn pack(conn: &mut Conn, act: &Act, order: &Order) -> Result<Moved, OrderError> {
    store::lock_checkout(conn, order.checkout_id)?.ok_or(OrderError::NotFound)?;
    let order = service::load(conn, order.id)?;
    if order.state == OrderState::Confirmed {
        let lines = store::list_lines(conn, &[order.id])?;
        let missing: Vec<i64> = lines.iter().filter(|line| line.lacks_weight()).map(|line| line.line_no).collect();
        if !missing.is_empty() {
            return Err(OrderError::WeightsMissing(missing));
        }
    }
    let moved = service::transition(conn, act, &order, Command::Pack, None)?;
    if moved == Moved::Changed {
        refund_less(conn, act, &order)?;
    }
    Ok(moved)
}

/// Writes weights and says so in the log, each line for itself.
fn write(
    conn: &mut Conn,
    act: &Act,
    order: &Order,
    found: &[Weighed],
    (action, because): (&str, Option<&str>),
) -> Result<Moved, OrderError> {
    let lines = store::list_lines(conn, &[order.id])?;
    let mut moved = Moved::Unchanged;
    for (place, weighed) in found.iter().enumerate() {
        let refuse = |member: &str, invalid| OrderError::Weight(format!("/lines/{place}/{member}"), invalid);
        let line = lines.iter().find(|line| line.line_no == weighed.line_no);
        let line = line.ok_or_else(|| refuse("line_no", Invalid::new("unknown_line")))?;
        let after = judge(conn, order, line, weighed, because.is_some()).map_err(|fault| match fault {
            Fault::Refused(invalid) => refuse("final_g", invalid),
            Fault::Order(error) => error,
        })?;
        if line.weight == after {
            continue;
        }
        if !store_weights::update(conn, (order.id, line.line_no), &line.weight, &after)? {
            return Err(refuse("line_no", Invalid::new("weighed_twice")));
        }
        moved = Moved::Changed;
        let why = weighed.reason.as_deref().or(because).unwrap_or_default();
        let reason = format!("{}: {} g {why}", line.line_no, weighed.final_g.get());
        log::append(conn, act, &Change::new(Subject::Order, order.id, action).because(Some(reason.trim_end())))?;
    }
    Ok(moved)
}

enum Fault {
    Refused(Invalid),
    Order(OrderError),
}

impl From<Invalid> for Fault {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(invalid)
    }
}

/// What a line's weight comes to, if it is acceptable.
fn judge(
    conn: &mut Conn,
    order: &Order,
    line: &Line,
    weighed: &Weighed,
    has_reason: bool,
) -> Result<LineWeight, Fault> {
    let band = catalog::find_weight_band(conn, line.listing_id, line.listing_version)
        .map_err(|error| Fault::Order(error.into()))?;
    let (Some(estimated_g), Some(band)) = (line.weight.estimated_g, band) else {
        return Err(Invalid::new("not_by_weight").into());
    };
    let final_g = weighed.final_g.get();
    weights::check_band(band, line.quantity.get(), final_g, has_reason || weighed.reason.is_some())?;
    let total = weights::final_total(line.total_fen, estimated_g, final_g)?;
    // What went back to the buyer is theirs.
    if order.state != OrderState::Confirmed && total > line.settled_fen() {
        return Err(Invalid::new("weight_refunded").with("max_fen", line.settled_fen().fen()).into());
    }
    Ok(LineWeight { estimated_g: line.weight.estimated_g, final_g: Some(final_g), final_total_fen: Some(total) })
}

/// Owes the buyer what the lines cost less by their weight, as far as it was not owed before. The caller has
/// locked the checkout.
///
/// # Errors
/// Those of [`pay::refund`].
pub fn refund_less(conn: &mut Conn, act: &Act, order: &Order) -> Result<(), OrderError> {
    let lines = store::list_lines(conn, &[order.id])?;
    let less: i64 = lines.iter().map(|line| line.total_fen.fen() - line.settled_fen().fen()).sum();
    let refunds = payments::list_refunds_of_order(conn, order.id)?;
    let of_weight = refunds.iter().filter(|refund| refund.cause == RefundCause::Weight);
    let owed = less - of_weight.map(|refund| refund.amount_fen.fen()).sum::<i64>();
    if owed <= 0 {
        return Ok(());
    }
    let cause: Id<Any> = act.new_id();
    pay::refund(conn, act, order, (RefundCause::Weight, cause), Money::from_fen(owed).map_err(LedgerError::from)?)
}
