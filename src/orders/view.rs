//! Orders as they are shown. A view may ask any domain.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::rules::{Command, OrderState};
use super::service;
use super::store::{self, Checkout, Line, Order};
use super::types::{Address, CheckoutId, CheckoutState, GiftMessage, OrderError, OrderId};
use crate::catalog::{ListingId, PriceComposition};
use crate::db::{Conn, DbResult};
use crate::gateways::Providers;
use crate::households::{self, HouseholdId, HouseholdRef};
use crate::identity;
use crate::kernel::{Instant, Money, Quantity, RegionCode, Role, UserId};
use crate::livestream;
use crate::log::{self, Subject};
use crate::pairing::PairingId;
use crate::payments::{self, Payment, PaymentOut, PaymentState};
use crate::regions::{self, RegionRef};
use crate::secrets::Secrets;
use crate::settlement::{self, PayoutState};

/// An order in the answer of a checkout.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlacedOrder {
    id: OrderId,
    number: String,
    state: OrderState,
    village_code: RegionCode,
    village: RegionRef,
    /// Goods and freight.
    total_fen: Money,
    /// What the parcel costs beyond the prices.
    freight_fen: Money,
    /// Of a pre-order: what is paid of it now; the rest is asked for when its date stands.
    deposit_fen: Option<Money>,
}

/// What a buyer pays at once.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Checkout)]
pub struct CheckoutOut {
    id: CheckoutId,
    state: CheckoutState,
    total_fen: Money,
    /// What is paid now: deposits, and the whole of what asks none.
    due_now_fen: Money,
    /// Until then it has to be paid.
    expires_at: Instant,
    /// One for each village: a village sends one parcel.
    orders: Vec<PlacedOrder>,
    /// The payment that was begun last, and how it is paid.
    payment: Option<PaymentOut>,
}

impl CheckoutOut {
    #[must_use]
    pub fn new(checkout: &Checkout, orders: &[Order], villages: &HashMap<RegionCode, RegionRef>) -> Self {
        let show = |order: &Order| PlacedOrder {
            id: order.id,
            number: order.number.clone(),
            state: order.state,
            village_code: order.village_code.clone(),
            village: villages[&order.village_code].clone(),
            total_fen: order.total_fen,
            freight_fen: order.freight_fen,
            deposit_fen: order.deposit_fen,
        };
        Self {
            id: checkout.id,
            state: checkout.state,
            total_fen: checkout.total_fen,
            // No more than the total, so the sum fits as that does.
            due_now_fen: Money::sum(orders.iter().map(Order::first_fen)).unwrap_or(checkout.total_fen),
            expires_at: checkout.expires_at,
            orders: orders.iter().map(show).collect(),
            payment: None,
        }
    }
}

/// Of payments for one thing, the oldest first, the one that is shown: the first in a state that says more than
/// those that were given up, else the newest.
pub(super) fn that_tells(mut payments: Vec<Payment>, wanted: PaymentState) -> Option<Payment> {
    match payments.iter().position(|payment| payment.state == wanted) {
        Some(place) => Some(payments.swap_remove(place)),
        None => payments.pop(),
    }
}

/// # Errors
/// Those of the database.
pub fn show_checkout(conn: &mut Conn, providers: &Providers, checkout: &Checkout) -> DbResult<CheckoutOut> {
    let orders = store::list_of_checkout(conn, checkout.id)?;
    let villages = regions::names(conn, orders.iter().map(|order| &order.village_code))?;
    let mut payments = payments::list_of_checkout(conn, checkout.id)?;
    payments.retain(|payment| payment.balance_of_order_id.is_none());
    let payment = that_tells(payments, PaymentState::Succeeded)
        .map(|payment| payments::show_payment(conn, providers, payment))
        .transpose()?;
    Ok(CheckoutOut { payment, ..CheckoutOut::new(checkout, &orders, &villages) })
}

/// An order in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderSummary {
    id: OrderId,
    number: String,
    state: OrderState,
    village: RegionRef,
    total_fen: Money,
    placed_at: Instant,
    /// What was ordered: 土鸡蛋 ×2.
    titles: Vec<String>,
    stream_code: Option<String>,
}

/// # Errors
/// Those of the database.
pub fn summarize(conn: &mut Conn, orders: Vec<Order>) -> DbResult<Vec<OrderSummary>> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut titles = titles(store::list_lines(conn, &ids)?);
    let villages = regions::names(conn, orders.iter().map(|order| &order.village_code))?;
    let streams: Vec<_> = orders.iter().filter_map(|order| order.stream_id).collect();
    let streams = livestream::titles(conn, &streams)?;
    let show = |order: Order| OrderSummary {
        titles: titles.remove(&order.id).unwrap_or_default(),
        village: villages[&order.village_code].clone(),
        stream_code: order.stream_id.and_then(|id| streams.get(&id)).map(|(code, _)| code.clone()),
        id: order.id,
        number: order.number,
        state: order.state,
        total_fen: order.total_fen,
        placed_at: order.placed_at,
    };
    Ok(orders.into_iter().map(show).collect())
}

/// What was ordered, in words, by order.
#[must_use]
pub fn titles(lines: Vec<Line>) -> HashMap<OrderId, Vec<String>> {
    let mut titles: HashMap<OrderId, Vec<String>> = HashMap::new();
    for line in lines {
        titles.entry(line.order_id).or_default().push(format!("{} ×{}", line.title, line.quantity));
    }
    titles
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LineOut {
    line_no: i64,
    listing_id: ListingId,
    /// The version of the listing on which the line was placed.
    listing_version: i64,
    title: String,
    unit_label: String,
    quantity: Quantity,
    unit_price_fen: Money,
    total_fen: Money,
    /// What of the line the household gets.
    farmer_fen: Money,
    /// What the pieces were thought to weigh together, where the line is settled by weight.
    estimated_g: Option<i64>,
    /// What they weighed.
    final_g: Option<i64>,
    /// What the line costs by that; never more than `total_fen`.
    final_total_fen: Option<Money>,
    household: HouseholdRef,
    /// The pairing to which the line belongs.
    pairing_id: Option<PairingId>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AddressOut {
    /// Whether parts are hidden: 陈**, 139****0001, 春熙路**.
    is_masked: bool,
    recipient: String,
    phone: String,
    region: RegionRef,
    /// Where the region lies: 四川省成都市.
    path: String,
    detail: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShipmentOut {
    carrier: String,
    tracking_number: String,
    shipped_at: Instant,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StreamRef {
    code: String,
    title: String,
}

/// Who acted for whom: a family helper for an elder. Auditors read the first character of each name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActedFor {
    display_name: String,
    on_behalf_of: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineEntry {
    state: OrderState,
    at: Instant,
    actor_role: Role,
    reason: Option<String>,
    /// Only where a helper acted. With `paid` stands who began to pay.
    by: Option<ActedFor>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlipRef {
    /// Opens the public receipt.
    code: String,
    state: PayoutState,
    farmer_fen: Money,
    household: HouseholdRef,
}

/// An order whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderOut {
    id: OrderId,
    number: String,
    checkout_id: CheckoutId,
    state: OrderState,
    village: RegionRef,
    total_fen: Money,
    placed_at: Instant,
    /// Until then it has to be paid.
    expires_at: Instant,
    /// Of a pre-order: what was paid at first; it always goes back (订金).
    deposit_fen: Option<Money>,
    /// Until then the rest has to be paid; null until the date stands.
    balance_due_at: Option<Instant>,
    /// The day on which it is promised to arrive; null where none was promised.
    #[schema(format = Date)]
    deliver_on: Option<String>,
    lines: Vec<LineOut>,
    /// What the parcel costs beyond the prices; in the total, and not in the split.
    freight_fen: Money,
    /// Whether no prices go into the parcel.
    is_gift: bool,
    /// What the buyer writes to whom it is for; for the same people as the address.
    gift_message: Option<String>,
    /// The price compositions of all lines, summed.
    split: PriceComposition,
    rule_version: String,
    /// For the buyer and for the coordinators who pack and ship; left out for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<AddressOut>,
    shipment: Option<ShipmentOut>,
    stream: Option<StreamRef>,
    timeline: Vec<TimelineEntry>,
    slips: Vec<SlipRef>,
    /// What the caller may do with it now.
    actions: Vec<Command>,
}

/// An order for somebody in a role; the address only if `secrets` are given to open it, and in full only
/// for those whose it is.
///
/// # Errors
/// Those of the database; [`OrderError::Secrets`] for an address sealed with another key.
pub fn show(conn: &mut Conn, order: Order, role: Role, secrets: Option<&Secrets>) -> Result<OrderOut, OrderError> {
    let checkout = store::find_checkout(conn, order.checkout_id)?.ok_or(OrderError::NotFound)?;
    let lines = store::list_lines(conn, &[order.id])?;
    let payouts = settlement::list_of_order(conn, order.id)?;
    let households = lines.iter().map(|line| line.household_id).chain(payouts.iter().map(|payout| payout.household_id));
    let is_buyer = matches!(role, Role::Buyer | Role::Helper);
    let households =
        if is_buyer { households::refs(conn, households)? } else { households::refs_for_staff(conn, households)? };
    let household = |id: HouseholdId| households.get(&id).cloned().unwrap_or(HouseholdRef::nameless(id));
    let too_large = |invalid| OrderError::Invalid("/lines", invalid);
    let mut split = PriceComposition::default();
    for line in &lines {
        split = split.plus(&line.settled_price().map_err(too_large)?).map_err(too_large)?;
    }
    let show_line = |line: Line| -> Result<LineOut, OrderError> {
        Ok(LineOut {
            farmer_fen: line.settled_price().and_then(|price| price.to_farmer()).map_err(too_large)?,
            household: household(line.household_id),
            line_no: line.line_no,
            listing_id: line.listing_id,
            listing_version: line.listing_version,
            title: line.title,
            unit_label: line.unit_label,
            quantity: line.quantity,
            unit_price_fen: line.price_fen,
            total_fen: line.total_fen,
            estimated_g: line.weight.estimated_g,
            final_g: line.weight.final_g,
            final_total_fen: line.weight.final_total_fen,
            pairing_id: line.pairing_id,
        })
    };
    let slips = payouts.into_iter().map(|payout| SlipRef {
        household: household(payout.household_id),
        code: payout.code,
        state: payout.state,
        farmer_fen: payout.amount_fen,
    });
    let stream = order.stream_id.map(|id| livestream::titles(conn, &[id])).transpose()?;
    Ok(OrderOut {
        village: regions::names(conn, [&order.village_code])?[&order.village_code].clone(),
        expires_at: checkout.expires_at,
        address: secrets.map(|secrets| show_address(conn, secrets, &checkout, !is_buyer)).transpose()?.flatten(),
        gift_message: match secrets {
            Some(secrets) => GiftMessage::open(secrets, checkout.id, &checkout.gift_message_sealed)?,
            None => None,
        },
        is_gift: checkout.is_gift,
        freight_fen: order.freight_fen,
        shipment: store::find_shipment(conn, order.id)?.map(|shipment| ShipmentOut {
            carrier: shipment.carrier,
            tracking_number: shipment.tracking_number,
            shipped_at: shipment.shipped_at,
        }),
        stream: stream.and_then(|streams| streams.into_values().next()).map(|(code, title)| StreamRef { code, title }),
        timeline: show_timeline(conn, &order, role)?,
        slips: slips.collect(),
        actions: service::actions(&order, role),
        lines: lines.into_iter().map(show_line).collect::<Result<_, _>>()?,
        split,
        id: order.id,
        number: order.number,
        checkout_id: order.checkout_id,
        state: order.state,
        total_fen: order.total_fen,
        placed_at: order.placed_at,
        deliver_on: order.deliver_on,
        deposit_fen: order.deposit_fen,
        balance_due_at: order.balance_due_at,
        rule_version: order.rule_version,
    })
}

/// The address, unless its buyer has deleted the account.
///
/// # Errors
/// Those of the database; [`OrderError::Secrets`] for an address sealed with another key.
pub fn show_address(
    conn: &mut Conn,
    secrets: &Secrets,
    checkout: &Checkout,
    is_masked: bool,
) -> Result<Option<AddressOut>, OrderError> {
    let Some(address) = Address::open(secrets, checkout.id, &checkout.address_sealed)? else { return Ok(None) };
    let address = if is_masked { address.masked()? } else { address };
    let code = address.region_code;
    Ok(Some(AddressOut {
        is_masked,
        recipient: address.recipient,
        phone: address.phone,
        detail: address.detail,
        path: regions::paths(conn, std::slice::from_ref(&code))?.remove(&code).unwrap_or_default(),
        region: regions::names(conn, [&code])?[&code].clone(),
    }))
}

fn show_timeline(conn: &mut Conn, order: &Order, role: Role) -> DbResult<Vec<TimelineEntry>> {
    let entries = log::list_entries(conn, Subject::Order, order.id)?;
    let payments: Vec<_> = payments::list_of_checkout(conn, order.checkout_id)?.iter().map(|paid| paid.id).collect();
    let begun = log::list_of_many(conn, Subject::Payment, &payments)?;
    let begun = begun.into_iter().find(|(_, entry)| entry.on_behalf_of.is_some()).map(|(_, entry)| entry);
    let names = names_of_acts(conn, entries.iter().chain(&begun))?;
    let show = |entry: log::Entry| {
        let state: OrderState = entry.to_state.as_ref()?.parse().ok()?;
        // That it is paid, the provider tells; who began to pay stands with the payment.
        let act = begun.as_ref().filter(|_| state == OrderState::Paid).unwrap_or(&entry);
        let by = acted_for(&names, act, role == Role::Auditor);
        Some(TimelineEntry { state, by, at: entry.at, actor_role: entry.actor_role, reason: entry.reason })
    };
    Ok(entries.into_iter().filter_map(show).collect())
}

/// The names that stand on acts of helpers.
///
/// # Errors
/// Those of the database.
pub fn names_of_acts<'a>(
    conn: &mut Conn,
    entries: impl IntoIterator<Item = &'a log::Entry>,
) -> DbResult<HashMap<UserId, String>> {
    let both = |entry: &log::Entry| [entry.actor_id, entry.on_behalf_of];
    let of_helpers = entries.into_iter().filter(|entry| entry.on_behalf_of.is_some());
    let ids: Vec<UserId> = of_helpers.flat_map(both).flatten().collect();
    if ids.is_empty() { Ok(HashMap::new()) } else { identity::names(conn, ids) }
}

/// Both names, where a helper acted.
#[must_use]
pub fn acted_for(names: &HashMap<UserId, String>, entry: &log::Entry, is_masked: bool) -> Option<ActedFor> {
    let name = |id: UserId| {
        let name = names.get(&id).cloned().unwrap_or_default();
        if is_masked { identity::mask_name(&name) } else { name }
    };
    Some(ActedFor { on_behalf_of: name(entry.on_behalf_of?), display_name: name(entry.actor_id?) })
}
