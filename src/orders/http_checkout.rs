//! Routes of checking out and paying.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::pay;
use super::queue::PlacementQueue;
use super::store::{self, Checkout};
use super::types::{Address, CheckoutId, GiftMessage, OrderError, Placement, Terms};
use super::view::{self, CheckoutOut};
use crate::catalog::ListingId;
use crate::context::Context;
use crate::endpoints;
use crate::gateways::Letter;
use crate::helpers::access::Shopper;
use crate::kernel::{Invalid, Money, Quantity, RegionCode, UserId, line};
use crate::organisations::OrganisationId;
use crate::payments::{self, PaymentOut, Provider};
use crate::regions;
use crate::web::access::Anyone;
use crate::web::idempotency::{self, RequiredKey};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, check_out, show_checkout, pay_checkout, notify_payment);
    super::http_terms::routes(routes);
}

/// Lines of one checkout.
const LINES_MAX: usize = 50;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WishLine {
    listing_id: ListingId,
    quantity: Quantity,
    /// The version that the buyer saw; refused with `price_changed` if another one is in force by now.
    #[schema(minimum = 1)]
    version: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressIn {
    #[schema(max_length = 40)]
    pub recipient: String,
    pub phone: String,
    /// A county or a place inside one.
    pub region_code: String,
    #[schema(max_length = 200)]
    pub detail: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckoutIn {
    /// At most 50; lines of one listing are added together.
    lines: Vec<WishLine>,
    address: AddressIn,
    /// Of the stream that led here.
    stream_code: Option<String>,
    /// The freight of all parcels that the buyer saw in the quote; refused with `freight_changed` if it is another.
    freight_seen_fen: Option<Money>,
    /// That the buyer has read that fresh goods do not come back without a reason; required for such goods.
    #[serde(default)]
    perishable_acknowledged: bool,
    /// A gift: no prices go into the parcel. The address is that of whom it is for.
    gift: Option<GiftIn>,
    /// For whom it is ordered, if not for the caller; who orders for it is a member of it.
    organisation_id: Option<OrganisationId>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GiftIn {
    /// To whom it is for; goes into the parcel.
    #[schema(max_length = 100)]
    message: Option<String>,
}

impl GiftIn {
    fn seal(&self, context: &Context, checkout_id: CheckoutId) -> ApiResult<Vec<u8>> {
        let Some(text) = self.message.as_deref().filter(|text| !text.trim().is_empty()) else { return Ok(Vec::new()) };
        let text = line(text, GiftMessage::MAX).map_err(|invalid| ApiError::field("/gift/message", invalid))?;
        Ok(GiftMessage::seal(&text, &context.secrets, checkout_id))
    }
}

impl AddressIn {
    /// # Errors
    /// The first field that is not acceptable.
    pub fn parse(&self) -> ApiResult<Address> {
        let region_code = RegionCode::parse(&self.region_code);
        let region_code = region_code.map_err(|invalid| ApiError::field("/address/region_code", invalid))?;
        Address::parse(&self.recipient, &self.phone, region_code, &self.detail)
            .map_err(|(pointer, invalid)| ApiError::field(pointer, invalid))
    }
}

/// What is asked of each listing, and the versions that the buyer saw.
pub type Wishes = (Vec<(ListingId, Quantity)>, BTreeMap<ListingId, i64>);

/// Adds up what is asked of each listing, in the order of first mention. Of two versions the older one
/// counts: it cannot be in force.
pub fn merge(lines: Vec<WishLine>) -> ApiResult<Wishes> {
    let refuse = |invalid| ApiError::field("/lines", invalid);
    if lines.is_empty() {
        return Err(refuse(Invalid::new("lines_required")));
    }
    if lines.len() > LINES_MAX {
        return Err(refuse(Invalid::new("too_many").with("max", LINES_MAX)));
    }
    let mut merged: Vec<(ListingId, Quantity)> = Vec::with_capacity(lines.len());
    let mut seen: BTreeMap<ListingId, i64> = BTreeMap::new();
    for line in lines {
        if let Some(version) = line.version {
            seen.entry(line.listing_id).and_modify(|other| *other = version.min(*other)).or_insert(version);
        }
        match merged.iter_mut().find(|(id, _)| *id == line.listing_id) {
            Some((_, quantity)) => *quantity = Quantity::new(quantity.get() + line.quantity.get()).map_err(refuse)?,
            None => merged.push((line.listing_id, line.quantity)),
        }
    }
    Ok((merged, seen))
}

/// A region to which nothing can be sent.
pub fn refused_region(pointer: &str, error: regions::RegionError) -> ApiError {
    match error {
        regions::RegionError::Invalid(invalid) => ApiError::field(pointer, invalid),
        regions::RegionError::Db(error) => error.into(),
    }
}

/// Orders what is in the cart: all of it or nothing.
#[utoipa::path(post, path = "/checkouts", tag = "orders", request_body = CheckoutIn,
    params(("Idempotency-Key" = String, Header), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 201, body = CheckoutOut)))]
async fn check_out(
    who: Shopper,
    context: web::Data<Context>,
    queue: web::Data<PlacementQueue>,
    key: RequiredKey,
    body: Body<CheckoutIn>,
) -> ApiResult<HttpResponse> {
    let input = body.value;
    if who.is_helper && input.organisation_id.is_some() {
        return Err(ApiError::field("/organisation_id", Invalid::new("not_your_organisation")));
    }
    let (lines, seen) = merge(input.lines)?;
    let address = input.address.parse()?;
    let region_code = address.region_code.clone();
    let checked = context.db.read(move |conn| regions::check_address(conn, &region_code)).await;
    checked.map_err(|error| refused_region("/address/region_code", error))?;
    let act = who.act(&context);
    let checkout_id: CheckoutId = act.new_id();
    let gift_message_sealed = input.gift.as_ref().map(|gift| gift.seal(&context, checkout_id)).transpose()?;
    let wish = Placement {
        ticket: key.ticket(who.by, &who.fingerprint(&body.sha256), &context.secrets),
        buyer_id: who.user_id,
        actor: act.actor(),
        checkout_id,
        lines,
        seen,
        address_sealed: address.seal(&context.secrets, checkout_id),
        region_code: address.region_code,
        stream_code: input.stream_code.filter(|code| !code.is_empty()),
        terms: Terms {
            freight_seen_fen: input.freight_seen_fen,
            perishable_acknowledged: input.perishable_acknowledged,
            is_gift: input.gift.is_some(),
            gift_message_sealed: gift_message_sealed.unwrap_or_default(),
            organisation_id: input.organisation_id,
        },
    };
    Ok(queue.place(wish).await?.into_response())
}

/// One's own checkout.
#[utoipa::path(get, path = "/checkouts/{id}", tag = "orders", params(("id" = CheckoutId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = CheckoutOut)))]
async fn show_checkout(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Checkout>,
) -> ApiResult<web::Json<CheckoutOut>> {
    let providers = context.providers.clone();
    let checkout = context.db.read(move |conn| {
        let checkout = store::find_checkout(conn, id.0)?.filter(|checkout| checkout.buyer_id == who.user_id);
        Ok::<_, OrderError>(view::show_checkout(conn, &providers, &checkout.ok_or(OrderError::NotFound)?)?)
    });
    Ok(web::Json(checkout.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PayIn {
    pub provider: Provider,
}

#[derive(Serialize, ToSchema)]
struct PayOut {
    payment: PaymentOut,
}

/// Begins to pay; the provider tells when it is done, so look at the checkout again.
#[utoipa::path(post, path = "/checkouts/{id}/pay", tag = "orders", request_body = PayIn,
    params(("id" = CheckoutId, Path), ("Idempotency-Key" = String, Header), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 202, body = PayOut)))]
async fn pay_checkout(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Checkout>,
    key: RequiredKey,
    body: Body<PayIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.by, &who.fingerprint(&body.sha256), &context.secrets);
    let (act, providers) = (who.act(&context), context.providers.clone());
    let saved = context
        .db
        .write(move |conn| {
            idempotency::once(conn, Some(&ticket), act.at, StatusCode::ACCEPTED, |conn| {
                let payment = pay::start(conn, &act, &providers, who.user_id, id.0, body.value.provider)?;
                Ok(PayOut { payment: payments::show_payment(conn, &providers, payment)? })
            })
        })
        .await?;
    Ok(saved.into_response())
}

/// Where a payment provider sends its notifications; believed only with its signature.
#[utoipa::path(post, path = "/payments/{provider}/notify", tag = "orders",
    params(("provider" = Provider, Path), ("Yuanshan-Signature" = String, Header)),
    request_body(content = String, content_type = "application/json"),
    responses((status = 204), (status = 200, content_type = "text/plain", body = String)))]
async fn notify_payment(
    _: Anyone,
    context: web::Data<Context>,
    provider: web::Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> ApiResult<HttpResponse> {
    let provider: Provider = provider.parse().map_err(|_| ApiError::new(Code::NotFound))?;
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let headers = request.headers().iter();
    let headers: BTreeMap<String, String> =
        headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect();
    let letter = Letter { headers: &headers, body: &body, at: context.clock.now() };
    let (told, thanks) = payments::read(&context.providers, provider, letter)?;
    if let Some(notification) = told {
        let act = context.system_act();
        context.db.write(move |conn| pay::notified(conn, &act, &notification)).await?;
    }
    if thanks.is_empty() {
        return Ok(HttpResponse::NoContent().finish());
    }
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(thanks))
}
