//! Routes of the cart: one's own, or that of the elder whom one helps.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

use super::rules::{Choice, LINES_MAX, MergeNote, Standing};
use super::{CartError, rules, service, store};
use crate::catalog::{self, Listing, ListingCard, ListingId};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::helpers::access::Shopper;
use crate::kernel::{Instant, Invalid, Money, Quantity, UserId};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, show_cart, put_cart_line, remove_cart_line, merge_cart);
}

/// What the owner saw, where it has changed since.
#[derive(Serialize, ToSchema)]
struct SeenOut {
    title: String,
    price_fen: Money,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CartLine)]
struct LineOut {
    /// As it is now.
    listing: ListingCard,
    /// The version that is in force; name it when ordering, once it was looked at.
    version: i64,
    quantity: Quantity,
    standing: Standing,
    /// Whether the goods do not come back without a reason, which has to be ticked when ordering.
    is_perishable: bool,
    seen_version: i64,
    /// What was seen, if it was not what is in force.
    seen: Option<SeenOut>,
    added_at: Instant,
}

#[derive(Serialize, ToSchema)]
struct MergeNoteOut {
    listing_id: ListingId,
    note: MergeNote,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Cart)]
struct CartOut {
    /// In the order in which the cart was filled.
    lines: Vec<LineOut>,
    /// Of what can be ordered now, at the prices of now.
    total_fen: Money,
    /// After merging: what of the phone's lines is not as it was asked.
    notes: Vec<MergeNoteOut>,
}

fn show(conn: &mut Conn, owner: UserId, notes: Vec<(ListingId, MergeNote)>) -> DbResult<CartOut> {
    let chosen = store::list_of_owner(conn, owner)?;
    let ids: Vec<ListingId> = chosen.iter().map(|line| line.listing_id).collect();
    let facts = store::list_facts(conn, &ids)?;
    let is_old =
        |line: &&store::CartLine| facts.get(&line.listing_id).is_some_and(|now| now.version != line.seen_version);
    let old: Vec<(ListingId, i64)> =
        chosen.iter().filter(is_old).map(|line| (line.listing_id, line.seen_version)).collect();
    let mut seen = if old.is_empty() { HashMap::new() } else { store::list_seen(conn, &old)? };
    let perishable = store::list_perishable(conn, &ids)?;
    let cards = catalog::show_cards(catalog::cards_by_id(conn, &ids)?);
    let mut cards: HashMap<ListingId, ListingCard> = cards.into_iter().map(|card| (card.id, card)).collect();
    let mut lines = Vec::with_capacity(chosen.len());
    for line in chosen {
        let (Some(listing), Some(now)) = (cards.remove(&line.listing_id), facts.get(&line.listing_id)) else {
            continue;
        };
        let was =
            if now.version == line.seen_version { None } else { seen.remove(&(line.listing_id, line.seen_version)) };
        lines.push(LineOut {
            listing,
            version: now.version,
            quantity: line.quantity,
            standing: rules::standing(Some(now)),
            is_perishable: perishable.contains(&line.listing_id),
            seen_version: line.seen_version,
            seen: was.map(|(title, price_fen)| SeenOut { title, price_fen }),
            added_at: line.added_at,
        });
    }
    let orderable = lines.iter().filter(|line| line.standing == Standing::ForSale);
    // A checkout of more than an amount can hold is refused; the cart shows as much as it can.
    let amounts = orderable.filter_map(|line| line.listing.price_fen.times(line.quantity).ok());
    let total_fen = amounts.fold(Money::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum));
    let notes = notes.into_iter().map(|(listing_id, note)| MergeNoteOut { listing_id, note }).collect();
    Ok(CartOut { lines, total_fen, notes })
}

/// What the caller has chosen, with what it costs now and what has changed since it was seen.
#[utoipa::path(get, path = "/cart", tag = "orders", params(("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = CartOut)))]
async fn show_cart(who: Shopper, context: web::Data<Context>) -> ApiResult<web::Json<CartOut>> {
    Ok(web::Json(context.db.read(move |conn| show(conn, who.user_id, Vec::new())).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CartLineIn {
    quantity: Quantity,
    /// The version that the buyer saw; by default the one in force.
    #[schema(minimum = 1)]
    version: Option<i64>,
}

/// Chooses so many units of a listing; the quantity before is replaced. A cart holds at most 50 listings.
#[utoipa::path(put, path = "/cart/lines/{id}", tag = "orders", request_body = CartLineIn,
    params(("id" = ListingId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = CartOut)))]
async fn put_cart_line(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Listing>,
    body: Body<CartLineIn>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let CartLineIn { quantity, version } = body.value;
    let choice = Choice { listing_id: id.0, quantity, seen_version: version };
    let cart = context.db.write(move |conn| {
        service::put(conn, &act, who.user_id, &choice)?;
        Ok::<_, CartError>(show(conn, who.user_id, Vec::new())?)
    });
    Ok(HttpResponse::Ok().json(cart.await?))
}

/// Takes a listing out of the cart; one that does not lie there is out already.
#[utoipa::path(delete, path = "/cart/lines/{id}", tag = "orders",
    params(("id" = ListingId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = CartOut)))]
async fn remove_cart_line(who: Shopper, context: web::Data<Context>, id: PathId<Listing>) -> ApiResult<HttpResponse> {
    let cart = context.db.write(move |conn| {
        service::remove(conn, who.user_id, id.0)?;
        Ok::<_, CartError>(show(conn, who.user_id, Vec::new())?)
    });
    Ok(HttpResponse::Ok().json(cart.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeLine {
    listing_id: ListingId,
    quantity: Quantity,
    /// The version that the buyer saw.
    #[schema(minimum = 1)]
    version: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CartMergeIn {
    /// At most 50, each listing once.
    #[schema(max_items = 50)]
    lines: Vec<MergeLine>,
}

/// Brings what lies on a phone into the cart. The larger quantity counts, as far as that many are left;
/// `notes` tells of each line that is not as it was asked.
#[utoipa::path(post, path = "/cart/merge", tag = "orders", request_body = CartMergeIn,
    params(("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = CartOut)))]
async fn merge_cart(who: Shopper, context: web::Data<Context>, body: Body<CartMergeIn>) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let mut lines: Vec<(ListingId, Quantity, Option<i64>)> = Vec::new();
    if body.value.lines.len() > LINES_MAX {
        return Err(ApiError::field("/lines", Invalid::new("too_many").with("max", LINES_MAX)));
    }
    for (index, MergeLine { listing_id, quantity, version }) in body.value.lines.into_iter().enumerate() {
        if lines.iter().any(|line| line.0 == listing_id) {
            return Err(ApiError::field(format!("/lines/{index}/listing_id"), Invalid::new("listing_twice")));
        }
        lines.push((listing_id, quantity, version));
    }
    let cart = context.db.write(move |conn| {
        let notes = service::merge(conn, &act, who.user_id, &lines)?;
        show(conn, who.user_id, notes)
    });
    Ok(HttpResponse::Ok().json(cart.await?))
}

impl From<CartError> for ApiError {
    fn from(error: CartError) -> Self {
        match error {
            CartError::UnknownListing => Self::new(Code::NotFound),
            CartError::NotForSale(state) => Self::new(Code::ListingNotLive).with("state", state.as_str()),
            CartError::Full => Self::new(Code::CartFull).with("max", LINES_MAX),
            CartError::Db(error) => error.into(),
        }
    }
}
