//! Payouts as staff and auditors see them.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::PayoutId;
use super::rules::{Command, PayoutState};
use super::service;
use super::store::Payout;
use crate::db::{Conn, DbResult};
use crate::households::{self, HouseholdRef};
use crate::identity::access::Staff;
use crate::kernel::{Instant, Money};
use crate::orders::{self, OrderId};
use crate::regions::{self, RegionRef};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderRef {
    id: OrderId,
    number: String,
}

/// What a household is to be paid for one order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Payout)]
pub struct PayoutOut {
    id: PayoutId,
    /// Printed on the slip; opens the public receipt.
    code: String,
    state: PayoutState,
    amount_fen: Money,
    household: HouseholdRef,
    village: RegionRef,
    order: OrderRef,
    due_at: Instant,
    approved_at: Option<Instant>,
    sent_at: Option<Instant>,
    confirmed_at: Option<Instant>,
    bank_reference: Option<String>,
    /// What the caller may do with it now.
    actions: Vec<Command>,
}

/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, payouts: Vec<Payout>, to: Option<&Staff>) -> DbResult<Vec<PayoutOut>> {
    let households = households::refs_for_staff(conn, payouts.iter().map(|payout| payout.household_id))?;
    let villages = regions::names(conn, payouts.iter().map(|payout| &payout.village_code))?;
    let order_ids: Vec<OrderId> = payouts.iter().map(|payout| payout.order_id).collect();
    let numbers: HashMap<OrderId, String> =
        orders::list_by_id(conn, &order_ids)?.into_iter().map(|order| (order.id, order.number)).collect();
    let show = |payout: Payout| {
        let actions = to.map(|staff| {
            service::actions(&payout, staff.user_id, |roles| staff.role_at(&payout.village_code, roles).is_some())
        });
        let nameless = || HouseholdRef::nameless(payout.household_id);
        PayoutOut {
            household: households.get(&payout.household_id).cloned().unwrap_or_else(nameless),
            village: villages[&payout.village_code].clone(),
            order: OrderRef { id: payout.order_id, number: numbers.get(&payout.order_id).cloned().unwrap_or_default() },
            actions: actions.unwrap_or_default(),
            id: payout.id,
            code: payout.code,
            state: payout.state,
            amount_fen: payout.amount_fen,
            due_at: payout.due_at,
            approved_at: payout.approved_at,
            sent_at: payout.sent_at,
            confirmed_at: payout.confirmed_at,
            bank_reference: payout.bank_reference,
        }
    };
    Ok(payouts.into_iter().map(show).collect())
}
