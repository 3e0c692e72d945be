//! The route of a quote: what ordering would cost, before anything is ordered.

use actix_web::web;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

use super::arrival::{self, Arrival};
use super::decided::{DecidedLine, DecidedOrder};
use super::http_checkout::{WishLine, merge, refused_region};
use super::place::look_at_shelf;
use super::types::{OrderError, Placement, Terms};
use crate::catalog::ListingId;
use crate::context::Context;
use crate::endpoints;
use crate::helpers::access::Shopper;
use crate::kernel::{Day, Money, Quantity, RegionCode, UserId};
use crate::regions::{self, RegionRef};
use crate::web::idempotency::Ticket;
use crate::web::{ApiError, ApiResult, Body, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, quote_checkout);
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuoteIn {
    /// At most 50; lines of one listing are added together.
    lines: Vec<WishLine>,
    /// A county or a place inside one, to which the parcels would go.
    region_code: String,
}

#[derive(Serialize, ToSchema)]
struct QuoteLine {
    listing_id: ListingId,
    title: String,
    /// The version in force; name it when ordering.
    version: i64,
    quantity: Quantity,
    price_fen: Money,
    total_fen: Money,
}

#[derive(Serialize, ToSchema)]
struct QuoteParcel {
    village: RegionRef,
    lines: Vec<QuoteLine>,
    /// The net weight of its goods, as far as it is known.
    weight_g: i64,
    goods_fen: Money,
    /// Beyond the freight that is in the prices.
    freight_fen: Money,
    total_fen: Money,
    /// Of a pre-order: what is paid of it now; the rest is asked for when its date stands.
    deposit_fen: Option<Money>,
    /// When it will likely come, with the public holidays that are announced.
    arrival: Arrival,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Quote)]
struct QuoteOut {
    parcels: Vec<QuoteParcel>,
    goods_fen: Money,
    /// Name it as `freight_seen_fen` when ordering.
    freight_fen: Money,
    total_fen: Money,
    /// What is paid now: deposits, and the whole of what asks none.
    due_now_fen: Money,
    /// Whether any of it does not come back without a reason, which has to be ticked.
    is_perishable: bool,
}

/// What ordering these lines to a place would cost, in which parcels, and when they would come; nothing is
/// reserved.
#[utoipa::path(post, path = "/checkouts/quote", tag = "orders", request_body = QuoteIn,
    params(("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = QuoteOut)))]
async fn quote_checkout(
    who: Shopper,
    context: web::Data<Context>,
    body: Body<QuoteIn>,
) -> ApiResult<web::Json<QuoteOut>> {
    let (lines, seen) = merge(body.value.lines)?;
    let region_code = RegionCode::parse(&body.value.region_code);
    let region_code = region_code.map_err(|invalid| ApiError::field("/region_code", invalid))?;
    let act = who.act(&context);
    let wish = Placement {
        // Decided and thrown away: no key is kept of it.
        ticket: Ticket::new(who.by, String::new(), Vec::new(), &context.secrets),
        buyer_id: who.user_id,
        actor: act.actor(),
        checkout_id: act.new_id(),
        lines,
        seen,
        address_sealed: Vec::new(),
        region_code,
        stream_code: None,
        terms: Terms { perishable_acknowledged: true, ..Terms::default() },
    };
    let quote = context.db.read(move |conn| {
        regions::check_address(conn, &wish.region_code).map_err(|error| refused_region("/region_code", error))?;
        let ids: Vec<ListingId> = wish.lines.iter().map(|(id, _)| *id).collect();
        let decided = look_at_shelf(conn, &act, &ids)?.decide(&wish)?;
        let villages = regions::names(conn, decided.orders.iter().map(|order| &order.village_code))?;
        let too_large = |invalid| ApiError::from(OrderError::Invalid("/lines", invalid));
        let freight_fen = Money::sum(decided.orders.iter().map(|order| order.freight_fen)).map_err(too_large)?;
        let due_now_fen = Money::sum(decided.orders.iter().map(|order| order.deposit_fen.unwrap_or(order.total_fen)));
        let today = act.at.day();
        let parcels = decided.orders.into_iter().map(|order| show_parcel(order, &villages, today, &wish.region_code));
        Ok::<_, ApiError>(QuoteOut {
            parcels: parcels.collect::<ApiResult<_>>()?,
            goods_fen: decided.total_fen.checked_sub(freight_fen).map_err(too_large)?,
            freight_fen,
            total_fen: decided.total_fen,
            due_now_fen: due_now_fen.map_err(too_large)?,
            is_perishable: decided.is_perishable,
        })
    });
    Ok(web::Json(quote.await?))
}

fn show_parcel(
    order: DecidedOrder,
    villages: &HashMap<RegionCode, RegionRef>,
    today: Day,
    to: &RegionCode,
) -> ApiResult<QuoteParcel> {
    let goods_fen = order.total_fen.checked_sub(order.freight_fen);
    let show_line = |line: DecidedLine| QuoteLine {
        listing_id: line.listing_id,
        title: line.title,
        version: line.listing_version,
        quantity: line.quantity,
        price_fen: line.price_fen,
        total_fen: line.total_fen,
    };
    Ok(QuoteParcel {
        goods_fen: goods_fen.map_err(|invalid| ApiError::field("/lines", invalid))?,
        village: villages[&order.village_code].clone(),
        weight_g: order.parcel_g,
        freight_fen: order.freight_fen,
        total_fen: order.total_fen,
        deposit_fen: order.deposit_fen,
        arrival: arrival::estimate(today, &order.village_code, to),
        lines: order.lines.into_iter().map(show_line).collect(),
    })
}
