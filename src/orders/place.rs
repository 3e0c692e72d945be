//! Placing orders: many wishes, one transaction, one answer each.
//!
//! The rows that a batch needs are read once, locked in the order of their ids; the wishes are
//! decided in memory by [`Shelf`]; the outcome is written by a few multi-row statements. A refused
//! wish leaves nothing: no order, no number, no key.

use actix_web::http::StatusCode;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use super::decided::{Decided, DecidedOrder};
use super::rules::OrderState;
use super::shelf::{Shelf, StreamGoods};
use super::store::{Checkout, Order};
use super::store_place::{self, LineRow, Rows};
use super::store_terms::OrganisationOrder;
use super::types::{CheckoutState, OrderError, PERISHABLE_RULE, Placement, SPLIT_RULE};
use super::view::CheckoutOut;
use crate::cart;
use crate::catalog::{self, ForSale, ListingId};
use crate::cycles;
use crate::db::{Conn, DbError, DbResult};
use crate::freight;
use crate::households::HouseholdId;
use crate::identity::{self, IdentityError};
use crate::jobs::{self, JobKind, NewJob};
use crate::kernel::{Act, Invalid, RegionCode, UserId};
use crate::livestream::{self, counts_for};
use crate::log::{self, Change, Subject};
use crate::organisations::{self, OrganisationId};
use crate::pairing::{self, PairingId};
use crate::regions::{self, RegionRef};
use crate::secrets::SecretsError;
use crate::web::Code;
use crate::web::idempotency::{self, KeyRow, Saved};

/// Places every wish that can be placed, in their order; call it inside `Db::write`.
///
/// # Errors
/// Those that concern the batch as a whole; a wish's own refusal is its answer.
pub fn place_all(
    conn: &mut Conn,
    act: &Act,
    time_to_pay: Duration,
    wishes: &[Placement],
) -> Result<Vec<Result<Saved, OrderError>>, OrderError> {
    // The listings are locked first: a wish with the same key in another process locks the same ones, so
    // its answer is saved by the time the keys are read.
    let mut shelf = load_shelf(conn, act, wishes)?;
    let saved = store_place::list_saved(conn, wishes.iter().map(key_of))?;
    let living = identity::list_living(conn, &buyers_of(wishes))?;
    let members = members_of(conn, wishes)?;
    let saved: HashMap<(UserId, &str), &KeyRow> =
        saved.iter().map(|row| ((row.user_id, row.key.as_str()), row)).collect();
    // Decided in the order of arrival; a wish repeated within the batch gets the answer of the first.
    let mut decided: Vec<(&Placement, Decided)> = Vec::new();
    let mut placed: HashMap<(UserId, &str), usize> = HashMap::new();
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let key = key_of(wish);
        outcomes.push(if let Some(row) = saved.get(&key) {
            Outcome::Answered(replay(wish, row))
        } else if let Some(first) = placed.get(&key) {
            repeated(wish, decided[*first].0, *first)
        } else if !living.contains(&wish.buyer_id) {
            // The account was deleted while the wish was on its way.
            Outcome::Answered(Err(IdentityError::Unauthenticated.into()))
        } else if wish.terms.organisation_id.is_some_and(|id| !members.contains(&(id, wish.buyer_id))) {
            let invalid = Invalid::new("not_your_organisation");
            Outcome::Answered(Err(OrderError::Invalid("/organisation_id", invalid)))
        } else {
            match shelf.decide(wish) {
                Ok(outcome) => {
                    placed.insert(key, decided.len());
                    decided.push((wish, outcome));
                    Outcome::Placed(decided.len() - 1)
                }
                Err(refusal) => Outcome::Answered(Err(refusal)),
            }
        });
    }
    let answers = write(conn, act, time_to_pay, decided, &shelf)?;
    Ok(outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Placed(index) => Ok(answers[index].clone()),
            Outcome::Answered(answer) => answer,
        })
        .collect())
}

/// Keys belong to whoever acts: a helper's are not the elder's.
fn key_of(wish: &Placement) -> (UserId, &str) {
    (wish.ticket.user_id, wish.ticket.key.as_str())
}

/// Who of them orders for which organisation.
fn members_of(conn: &mut Conn, wishes: &[Placement]) -> DbResult<HashSet<(OrganisationId, UserId)>> {
    let named: Vec<OrganisationId> = wishes.iter().filter_map(|wish| wish.terms.organisation_id).collect();
    if named.is_empty() {
        Ok(HashSet::new())
    } else {
        organisations::list_active_pairs(conn, &named, &buyers_of(wishes))
    }
}

fn buyers_of(wishes: &[Placement]) -> Vec<UserId> {
    wishes.iter().map(|wish| wish.buyer_id).collect::<BTreeSet<_>>().into_iter().collect()
}

enum Outcome {
    /// Index among the decided wishes.
    Placed(usize),
    Answered(Result<Saved, OrderError>),
}

fn replay(wish: &Placement, row: &KeyRow) -> Result<Saved, OrderError> {
    idempotency::replay(&wish.ticket, row).map_err(|error| match error.code {
        Code::IdempotencyConflict => OrderError::IdempotencyConflict,
        _ => OrderError::Secrets(SecretsError::Sealed),
    })
}

/// A wish whose key came earlier in the same batch.
fn repeated(wish: &Placement, first: &Placement, index: usize) -> Outcome {
    if wish.ticket.request_hash == first.ticket.request_hash {
        Outcome::Placed(index)
    } else {
        Outcome::Answered(Err(OrderError::IdempotencyConflict))
    }
}

fn load_shelf(conn: &mut Conn, act: &Act, wishes: &[Placement]) -> Result<Shelf, OrderError> {
    let ids: BTreeSet<ListingId> = wishes.iter().flat_map(|wish| wish.lines.iter().map(|(id, _)| *id)).collect();
    let ids: Vec<ListingId> = ids.into_iter().collect();
    let listings = catalog::load_for_sale(conn, &ids)?;
    let households: Vec<_> =
        listings.iter().map(|listing| listing.household_id).collect::<BTreeSet<_>>().into_iter().collect();
    let pairings = pairing::list_active(conn, &buyers_of(wishes), &households)?;
    let codes: Vec<String> = wishes.iter().filter_map(|wish| wish.stream_code.clone()).collect();
    let streams = if codes.is_empty() { HashMap::new() } else { load_streams(conn, act, &codes)? };
    fill_shelf(conn, act, listings, pairings, streams)
}

/// The shelf as a quote sees it: nothing is locked.
///
/// # Errors
/// Those of the database.
pub fn look_at_shelf(conn: &mut Conn, act: &Act, ids: &[ListingId]) -> Result<Shelf, OrderError> {
    let listings = catalog::list_for_sale(conn, ids)?;
    fill_shelf(conn, act, listings, Vec::new(), HashMap::new())
}

fn fill_shelf(
    conn: &mut Conn,
    act: &Act,
    listings: Vec<ForSale>,
    pairings: Vec<(UserId, HouseholdId, PairingId)>,
    streams: HashMap<String, StreamGoods>,
) -> Result<Shelf, OrderError> {
    let ids: Vec<ListingId> = listings.iter().map(|listing| listing.id).collect();
    let villages: BTreeSet<RegionCode> = listings.iter().map(|listing| listing.village_code.clone()).collect();
    let villages: Vec<RegionCode> = villages.into_iter().collect();
    let tariffs = freight::in_force(conn, &villages, act.at.day())?;
    let perishable = cart::list_perishable(conn, &ids)?;
    let standings = cycles::standings(conn, &ids, act.at)?;
    Ok(Shelf::new(listings, pairings, streams).with_terms(tariffs, perishable).in_cycles(standings))
}

fn load_streams(conn: &mut Conn, act: &Act, codes: &[String]) -> DbResult<HashMap<String, StreamGoods>> {
    let streams = livestream::list_by_code(conn, codes)?;
    let ids: Vec<_> = streams.iter().map(|stream| stream.id).collect();
    let mut goods = livestream::list_listing_ids(conn, &ids)?;
    let load = |stream: livestream::Stream| {
        let listing_ids: HashSet<ListingId> = goods.remove(&stream.id).unwrap_or_default().into_iter().collect();
        let counts = counts_for(stream.state, stream.ended_at, act.at);
        (stream.code, StreamGoods { id: stream.id, listing_ids, counts })
    };
    Ok(streams.into_iter().map(load).collect())
}

/// Writes what was decided and gives the answers, in the same order.
fn write(
    conn: &mut Conn,
    act: &Act,
    time_to_pay: Duration,
    decided: Vec<(&Placement, Decided)>,
    shelf: &Shelf,
) -> Result<Vec<Saved>, OrderError> {
    if decided.is_empty() {
        return Ok(Vec::new());
    }
    let taken: Vec<(ListingId, i64)> = shelf.taken().iter().map(|(id, units)| (*id, *units)).collect();
    let enough = store_place::take_stock(conn, &taken)?;
    // The rows were locked when the shelf was filled, so this cannot differ; if it does, nothing of
    // the batch may stand.
    let in_cycles: Vec<cycles::Take> = shelf.taken_in_cycles().collect();
    let enough_in_cycles = in_cycles.is_empty() || cycles::take(conn, &in_cycles, act.at)? == in_cycles.len();
    if enough != taken.len() || !enough_in_cycles {
        return Err(DbError::Unavailable("stock changed under a lock".into()).into());
    }
    let of_wish =
        |(wish, _): &(&Placement, Decided)| wish.lines.iter().map(|(id, _)| (wish.buyer_id, *id)).collect::<Vec<_>>();
    cart::take_out(conn, &decided.iter().flat_map(of_wish).collect())?;
    let villages = village_names(conn, &decided)?;
    let count = decided.iter().map(|(_, outcome)| outcome.orders.len()).sum::<usize>();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let day = act.at.day();
    let mut number = store_place::take_numbers(conn, day, count)? - count;

    let mut rows = Rows::default();
    let mut expiries = Vec::with_capacity(decided.len());
    let mut answers = Vec::with_capacity(decided.len());
    let mut entries = Vec::new();
    for (wish, outcome) in decided {
        let checkout = Checkout {
            id: wish.checkout_id,
            buyer_id: wish.buyer_id,
            state: CheckoutState::Open,
            total_fen: outcome.total_fen,
            address_sealed: wish.address_sealed.clone(),
            region_code: wish.region_code.clone(),
            created_at: act.at,
            expires_at: act.at.plus(time_to_pay),
            perishable_rule: outcome.is_perishable.then(|| PERISHABLE_RULE.to_owned()),
            perishable_by: wish.actor.user_id.filter(|_| outcome.is_perishable),
            perishable_at: outcome.is_perishable.then_some(act.at),
            is_gift: wish.terms.is_gift,
            gift_message_sealed: wish.terms.gift_message_sealed.clone(),
        };
        if outcome.is_perishable {
            let change = Change::new(Subject::Checkout, checkout.id, "acknowledge").states(None, PERISHABLE_RULE);
            entries.push((wish.actor, change));
        }
        let mut orders = Vec::with_capacity(outcome.orders.len());
        for DecidedOrder { village_code, stream_id, cycle, total_fen, freight_fen, deposit_fen, lines, .. } in
            outcome.orders
        {
            number += 1;
            let (cycle_id, deliver_on) = cycle.map(|(id, arrival_on)| (id.any(), arrival_on)).unzip();
            let order = Order {
                id: act.new_id(),
                number: format!("{}-{number:05}", day.compact()),
                checkout_id: checkout.id,
                buyer_id: wish.buyer_id,
                village_code,
                stream_id,
                state: OrderState::Placed,
                total_fen,
                rule_version: SPLIT_RULE.to_owned(),
                placed_at: act.at,
                freight_fen,
                deposit_fen,
                cycle_id,
                balance_due_at: None,
                deliver_on,
            };
            let of = wish.terms.organisation_id;
            rows.of_organisations.extend(of.map(|organisation_id| OrganisationOrder {
                order_id: order.id,
                organisation_id,
                placed_at: act.at,
            }));
            let change = Change::new(Subject::Order, order.id, "place").states(None, order.state.as_str());
            entries.push((wish.actor, change));
            rows.lines.extend((1..).zip(lines).map(|(line_no, line)| LineRow::new(order.id, line_no, line)));
            orders.push(order);
        }
        let answer = CheckoutOut::new(&checkout, &orders, &villages);
        let answer = Saved::new(StatusCode::CREATED, &answer)?;
        rows.keys.push(idempotency::row(&wish.ticket, &answer, act.at));
        answers.push(answer);
        expiries.push(NewJob::new(act, JobKind::ExpireCheckout, checkout.id, checkout.expires_at));
        rows.orders.extend(orders);
        rows.checkouts.push(checkout);
    }
    store_place::insert(conn, &rows)?;
    jobs::enqueue_all(conn, &expiries)?;
    log::append_all(conn, act.at, &entries)?;
    Ok(answers)
}

fn village_names(conn: &mut Conn, decided: &[(&Placement, Decided)]) -> DbResult<HashMap<RegionCode, RegionRef>> {
    regions::names(conn, decided.iter().flat_map(|(_, outcome)| outcome.orders.iter().map(|order| &order.village_code)))
}
