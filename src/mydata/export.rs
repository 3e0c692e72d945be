//! Collecting everything that is kept of a person, opened.

use std::collections::HashMap;

use super::deletion::MyDataError;
use super::records::{
    AccessRecord, AddressRecord, CartRecord, CheckoutRecord, Export, HelperRecord, LineRecord, LogRecord, OrderRecord,
    OrganisationRecord, PairingRecord, PaymentRecord, RefundRecord, ShipmentRecord, StepRecord,
};
use crate::addresses;
use crate::cart::{self, CartLine};
use crate::db::Conn;
use crate::helpers;
use crate::households::{self, HouseholdId, HouseholdRef};
use crate::identity;
use crate::kernel::{Any, Id, Instant, RegionCode, UserId};
use crate::log::{self, Entry, Subject};
use crate::orders::{self, Address, Checkout, CheckoutId, Line, Order, OrderId};
use crate::organisations;
use crate::pairing;
use crate::payments::{self, Payment, PaymentId, Refund};
use crate::privacy;
use crate::regions;
use crate::secrets::Secrets;

/// More accesses than one person is ever asked about.
const ACCESSES_MAX: i64 = 100_000;

/// Everything that is kept of somebody: a fixed number of queries, however much it is.
///
/// # Errors
/// Those of the database, and of what was sealed with another key.
pub fn gather(conn: &mut Conn, secrets: &Secrets, user_id: UserId, at: Instant) -> Result<Export, MyDataError> {
    let account = identity::load_account(conn, secrets, user_id)?;
    let helpers = gather_helpers(conn, secrets, user_id)?;
    let organisations = gather_organisations(conn, user_id)?;
    let left_alone_since = organisations::left_alone_since(conn, user_id)?;
    let pairings = gather_pairings(conn, user_id)?;
    let checkouts = orders::list_checkouts_of_buyer(conn, user_id)?;
    let ids: Vec<CheckoutId> = checkouts.iter().map(|checkout| checkout.id).collect();
    let payments = payments::list_of_checkouts(conn, &ids)?;
    let payment_ids: Vec<PaymentId> = payments.iter().map(|payment| payment.id).collect();
    let refunds = payments::list_refunds(conn, &payment_ids)?;
    let orders = gather_orders(conn, user_id, refunds)?;
    let checkouts = gather_checkouts(conn, secrets, checkouts, payments)?;
    let (log, accesses) = (gather_log(conn, user_id)?, privacy::list_of_user(conn, user_id, ACCESSES_MAX, None)?.data);
    let accesses = accesses.into_iter().map(show_access).collect();
    let addresses = gather_addresses(conn, secrets, user_id)?;
    let chosen = |CartLine { listing_id, quantity, added_at, .. }| CartRecord { listing_id, quantity, added_at };
    let cart = cart::list(conn, user_id)?.into_iter().map(chosen).collect();
    Ok(Export {
        exported_at: at,
        account,
        helpers,
        organisations,
        left_alone_since,
        pairings,
        addresses,
        cart,
        checkouts,
        orders,
        log,
        accesses,
    })
}

fn gather_helpers(conn: &mut Conn, secrets: &Secrets, user_id: UserId) -> Result<Vec<HelperRecord>, MyDataError> {
    let ties = helpers::list_of_person(conn, user_id)?;
    let people: Vec<UserId> = ties.iter().flat_map(|tie| [Some(tie.elder_id), tie.helper_id]).flatten().collect();
    let names = identity::names(conn, people)?;
    let show = |tie: helpers::Tie| {
        let is_elder = tie.elder_id == user_id;
        let other = if is_elder { tie.helper_id } else { Some(tie.elder_id) };
        Ok(HelperRecord {
            is_elder,
            other: other.and_then(|id| names.get(&id).cloned()),
            phone: helpers::open_phone(secrets, &tie)?.map(|phone| phone.as_str().to_owned()),
            id: tie.id,
            state: tie.state,
            relation: tie.relation,
            invited_at: tie.invited_at,
            accepted_at: tie.accepted_at,
            ended_at: tie.ended_at,
        })
    };
    ties.into_iter().map(show).collect()
}

fn gather_organisations(conn: &mut Conn, user_id: UserId) -> Result<Vec<OrganisationRecord>, MyDataError> {
    let members = organisations::list_of_user(conn, user_id)?;
    let known = organisations::refs(conn, members.iter().map(|member| member.organisation_id))?;
    let show = |member: organisations::Membership| OrganisationRecord {
        organisation: known.get(&member.organisation_id).cloned(),
        role: member.role,
        state: member.state,
        accepted_at: member.accepted_at,
        ended_at: member.ended_at,
    };
    Ok(members.into_iter().map(show).collect())
}

fn gather_pairings(conn: &mut Conn, user_id: UserId) -> Result<Vec<PairingRecord>, MyDataError> {
    let pairings = pairing::list_all_of_buyer(conn, user_id)?;
    let households = households::refs(conn, pairings.iter().map(|pairing| pairing.household_id))?;
    let villages = regions::names(conn, pairings.iter().map(|pairing| &pairing.village_code))?;
    let show = |pairing: pairing::Pairing| PairingRecord {
        household: households.get(&pairing.household_id).cloned(),
        village: villages.get(&pairing.village_code).cloned(),
        id: pairing.id,
        state: pairing.state,
        message: pairing.message,
        requested_at: pairing.requested_at,
        accepted_at: pairing.accepted_at,
        ended_at: pairing.ended_at,
    };
    Ok(pairings.into_iter().map(show).collect())
}

fn gather_addresses(conn: &mut Conn, secrets: &Secrets, user_id: UserId) -> Result<Vec<AddressRecord>, MyDataError> {
    let entries = addresses::list_opened(conn, secrets, user_id)?;
    let codes: Vec<RegionCode> = entries.iter().map(|entry| entry.door.region_code.clone()).collect();
    let (names, paths) = (regions::names(conn, &codes)?, regions::paths(conn, &codes)?);
    let show = |addresses::Entry { door, .. }: addresses::Entry| AddressRecord {
        path: paths.get(&door.region_code).cloned().unwrap_or_default(),
        region: names.get(&door.region_code).cloned(),
        recipient: door.recipient,
        phone: door.phone,
        detail: door.detail,
    };
    Ok(entries.into_iter().map(show).collect())
}

fn gather_checkouts(
    conn: &mut Conn,
    secrets: &Secrets,
    checkouts: Vec<Checkout>,
    payments: Vec<Payment>,
) -> Result<Vec<CheckoutRecord>, MyDataError> {
    let codes: Vec<RegionCode> = checkouts.iter().map(|checkout| checkout.region_code.clone()).collect();
    let (names, paths) = (regions::names(conn, &codes)?, regions::paths(conn, &codes)?);
    let mut by_checkout: HashMap<Id<Any>, Vec<PaymentRecord>> = HashMap::new();
    for payment in payments {
        by_checkout.entry(payment.checkout_id).or_default().push(show_payment(payment));
    }
    let show_address = |address: Address| AddressRecord {
        path: paths.get(&address.region_code).cloned().unwrap_or_default(),
        region: names.get(&address.region_code).cloned(),
        recipient: address.recipient,
        phone: address.phone,
        detail: address.detail,
    };
    let show = |checkout: Checkout| {
        let address =
            Address::open(secrets, checkout.id, &checkout.address_sealed).map_err(orders::OrderError::from)?;
        let gift_message = orders::GiftMessage::open(secrets, checkout.id, &checkout.gift_message_sealed)
            .map_err(orders::OrderError::from)?;
        Ok(CheckoutRecord {
            gift_message,
            is_gift: checkout.is_gift,
            perishable_rule: checkout.perishable_rule,
            perishable_at: checkout.perishable_at,
            address: address.map(show_address),
            payments: by_checkout.remove(&Id::from_uuid(checkout.id.uuid())).unwrap_or_default(),
            id: checkout.id,
            state: checkout.state,
            total_fen: checkout.total_fen,
            created_at: checkout.created_at,
            expires_at: checkout.expires_at,
        })
    };
    checkouts.into_iter().map(show).collect()
}

fn show_payment(payment: Payment) -> PaymentRecord {
    let Payment { id, provider, state, amount_fen, gateway_transaction_id, created_at, completed_at, .. } = payment;
    PaymentRecord { id, provider, state, amount_fen, gateway_transaction_id, created_at, completed_at }
}

fn gather_orders(conn: &mut Conn, user_id: UserId, refunds: Vec<Refund>) -> Result<Vec<OrderRecord>, MyDataError> {
    let orders = orders::list_all_of_buyer(conn, user_id)?;
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let lines = orders::list_lines(conn, &ids)?;
    let households = households::refs(conn, lines.iter().map(|line| line.household_id))?;
    let villages = regions::names(conn, orders.iter().map(|order| &order.village_code))?;
    let steps = log::list_of_many(conn, Subject::Order, &ids)?;
    let names = orders::names_of_acts(conn, steps.iter().map(|(_, entry)| entry))?;
    let steps = steps.into_iter().map(|(id, entry)| (id, show_step(entry, &names)));
    let shipments = orders::list_shipments(conn, &ids)?.into_iter().map(|shipment| {
        let orders::Shipment { order_id, carrier, tracking_number, shipped_at } = shipment;
        (order_id, ShipmentRecord { carrier, tracking_number, shipped_at })
    });
    let refunds = refunds.into_iter().map(|refund| (Id::from_uuid(refund.order_id.uuid()), show_refund(refund)));
    let (mut timelines, mut refunds) = (grouped(steps), grouped(refunds));
    let mut shipments: HashMap<OrderId, ShipmentRecord> = shipments.collect();
    let mut lines = grouped(lines.into_iter().map(|line| (line.order_id, show_line(line, &households))));
    let show = |order: Order| OrderRecord {
        village: villages.get(&order.village_code).cloned(),
        lines: lines.remove(&order.id).unwrap_or_default(),
        timeline: timelines.remove(&order.id).unwrap_or_default(),
        shipment: shipments.remove(&order.id),
        refunds: refunds.remove(&order.id).unwrap_or_default(),
        id: order.id,
        number: order.number,
        checkout_id: order.checkout_id,
        state: order.state,
        total_fen: order.total_fen,
        freight_fen: order.freight_fen,
        rule_version: order.rule_version,
        placed_at: order.placed_at,
    };
    Ok(orders.into_iter().map(show).collect())
}

fn grouped<T>(rows: impl Iterator<Item = (OrderId, T)>) -> HashMap<OrderId, Vec<T>> {
    let mut groups: HashMap<OrderId, Vec<T>> = HashMap::new();
    for (id, row) in rows {
        groups.entry(id).or_default().push(row);
    }
    groups
}

fn show_line(line: Line, households: &HashMap<HouseholdId, HouseholdRef>) -> LineRecord {
    LineRecord {
        household: households.get(&line.household_id).cloned(),
        line_no: line.line_no,
        listing_id: line.listing_id,
        title: line.title,
        unit_label: line.unit_label,
        quantity: line.quantity,
        unit_price_fen: line.price_fen,
        total_fen: line.total_fen,
        price: line.price,
        pairing_id: line.pairing_id,
    }
}

fn show_step(entry: Entry, names: &HashMap<UserId, String>) -> StepRecord {
    let by = orders::acted_for(names, &entry, false);
    let Entry { action, to_state, actor_role, reason, at, .. } = entry;
    StepRecord { action, to_state, actor_role, by, reason, at }
}

fn show_refund(refund: Refund) -> RefundRecord {
    let Refund { state, amount_fen, gateway_refund_id, created_at, completed_at, .. } = refund;
    RefundRecord { state, amount_fen, gateway_refund_id, created_at, completed_at }
}

fn gather_log(conn: &mut Conn, user_id: UserId) -> Result<Vec<LogRecord>, MyDataError> {
    let entries = log::list_of_person(conn, user_id)?;
    let names = orders::names_of_acts(conn, entries.iter().map(|(.., entry)| entry))?;
    let show = |(subject, subject_id, entry): (Subject, Id<Any>, Entry)| {
        let (by, is_own) = (orders::acted_for(&names, &entry, false), entry.actor_id == Some(user_id));
        let Entry { action, from_state, to_state, actor_role, reason, at, .. } = entry;
        LogRecord { subject, subject_id, action, from_state, to_state, is_own, actor_role, by, reason, at }
    };
    Ok(entries.into_iter().map(show).collect())
}

fn show_access(access: privacy::Entry) -> AccessRecord {
    let privacy::Entry { actor_role, fields, thing_kind, thing_id, reason, at, .. } = access;
    AccessRecord { actor_role, fields, thing_kind, thing_id, reason, at }
}
