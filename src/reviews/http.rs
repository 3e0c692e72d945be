//! Routes of reviews: buyers write and edit, villages answer, approvers remove, everybody reads.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::service::{self, Words};
use super::store::{self, Review};
use super::view::{ListingReviews, OrderReviews, ReviewOut, ReviewableLine, show};
use super::{ReviewError, ReviewId, rules};
use crate::catalog::{Listing, ListingId, find_published};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::helpers::access::Shopper;
use crate::identity::access::{Approver, Coordinator, Staff};
use crate::kernel::{Act, Page, PageQuery, Scope, UserId, paragraphs};
use crate::orders::{self, Order, OrderId, OrderState};
use crate::web::access::Anyone;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        write_review,
        list_order_reviews,
        list_listing_reviews,
        list_reviews,
        edit_review,
        reply_review,
        remove_review
    );
}

const WORDS_MAX: usize = 500;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewIn {
    line_no: i64,
    #[schema(minimum = 1, maximum = 5)]
    stars: i64,
    #[schema(max_length = 500)]
    words: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewEdit {
    #[schema(minimum = 1, maximum = 5)]
    stars: i64,
    #[schema(max_length = 500)]
    words: String,
}

fn said(stars: i64, words: &str) -> ApiResult<Words> {
    let mut fields = Fields::default();
    let stars = fields.take("/stars", rules::check_stars(stars));
    match (stars, fields.take("/words", paragraphs(words, WORDS_MAX))) {
        (Some(stars), Some(words)) => Ok(Words { stars, words }),
        _ => Err(fields.refusal()),
    }
}

fn one(conn: &mut Conn, review: Review) -> Result<ReviewOut, ReviewError> {
    show(conn, vec![review])?.pop().ok_or(ReviewError::NotFound)
}

/// The buyer says what a line of a received order was like, once a line.
#[utoipa::path(post, path = "/orders/{id}/reviews", tag = "reviews", params(("id" = OrderId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), request_body = ReviewIn, responses((status = 201, body = ReviewOut)))]
async fn write_review(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Order>,
    body: Body<ReviewIn>,
) -> ApiResult<HttpResponse> {
    let ReviewIn { line_no, stars, words } = body.value;
    let (act, said) = (who.act(&context), said(stars, &words)?);
    let review = context.db.write(move |conn| {
        let order = orders::load_own(conn, who.user_id, id.0)?;
        let review = service::write(conn, &act, &order, line_no, &said)?;
        one(conn, review)
    });
    Ok(HttpResponse::Created().json(review.await?))
}

/// What the buyer said of an order, and what of it can still be reviewed.
#[utoipa::path(get, path = "/orders/{id}/reviews", tag = "reviews", params(("id" = OrderId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = OrderReviews)))]
async fn list_order_reviews(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Order>,
) -> ApiResult<web::Json<OrderReviews>> {
    let reviews = context.db.read(move |conn| {
        let order = orders::load_own(conn, who.user_id, id.0)?;
        let written = store::list_of_order(conn, order.id)?;
        let is_received = matches!(order.state, OrderState::Received | OrderState::Settled);
        let lines = if is_received { orders::list_lines(conn, &[order.id])? } else { Vec::new() };
        let open = lines.into_iter().filter(|line| written.iter().all(|review| review.line_no != line.line_no));
        let reviewable =
            open.map(|line| ReviewableLine { line_no: line.line_no, title: line.title, quantity: line.quantity });
        let reviewable = reviewable.collect();
        Ok::<_, ReviewError>(OrderReviews { data: show(conn, written)?, reviewable })
    });
    Ok(web::Json(reviews.await?))
}

/// What buyers said of a good that is published, newest first; what was removed stands there as removed.
#[utoipa::path(get, path = "/listings/{id}/reviews", tag = "reviews", params(("id" = ListingId, Path), PageQuery), responses((status = 200, body = ListingReviews)))]
async fn list_listing_reviews(
    _: Anyone,
    context: web::Data<Context>,
    id: PathId<Listing>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<ListingReviews>> {
    let (limit, after) = page(&query.0)?;
    let reviews = context.db.read(move |conn| {
        find_published(conn, id.0)?.ok_or(ReviewError::NotFound)?;
        let (count, sum_stars) = store::count(conn, id.0)?;
        let Page { data, page } = store::list_of_listing(conn, id.0, limit, after)?;
        Ok::<_, ReviewError>(ListingReviews { count, sum_stars, page: Page { data: show(conn, data)?, page } })
    });
    Ok(web::Json(reviews.await?))
}

/// What buyers said of the goods of the caller's villages, newest first.
#[utoipa::path(get, path = "/reviews", tag = "reviews", params(PageQuery), responses((status = 200, body = Page<ReviewOut>)))]
async fn list_reviews(
    who: Staff,
    context: web::Data<Context>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<ReviewOut>>> {
    let (limit, after) = page(&query.0)?;
    let reviews = context.db.read(move |conn| {
        let Page { data, page } = store::list_in_scope(conn, &who.scope(), limit, after)?;
        Ok::<_, ReviewError>(Page { data: show(conn, data)?, page })
    });
    Ok(web::Json(reviews.await?))
}

/// Its author thinks again, within a week.
#[utoipa::path(patch, path = "/reviews/{id}", tag = "reviews", params(("id" = ReviewId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), request_body = ReviewEdit, responses((status = 200, body = ReviewOut)))]
async fn edit_review(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<Review>,
    body: Body<ReviewEdit>,
) -> ApiResult<web::Json<ReviewOut>> {
    let (act, said) = (who.act(&context), said(body.value.stars, &body.value.words)?);
    let review = context.db.write(move |conn| {
        let review = service::load(conn, id.0)?;
        if review.buyer_id != who.user_id {
            return Err(ReviewError::NotFound);
        }
        let review = service::edit(conn, &act, &review, &said)?;
        one(conn, review)
    });
    Ok(web::Json(review.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplyIn {
    #[schema(max_length = 500)]
    words: String,
}

/// The village answers; everybody reads it.
#[utoipa::path(post, path = "/reviews/{id}/reply", tag = "reviews", params(("id" = ReviewId, Path)), request_body = ReplyIn, responses((status = 200, body = ReviewOut)))]
async fn reply_review(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Review>,
    body: Body<ReplyIn>,
) -> ApiResult<web::Json<ReviewOut>> {
    let words = paragraphs(&body.value.words, WORDS_MAX).map_err(|invalid| ApiError::field("/words", invalid))?;
    let act = who.act(&context);
    by_staff(&context, who.scope, id.0, move |conn, review| service::reply(conn, &act, review, &words)).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RemovalIn {
    /// Everybody reads it.
    #[schema(max_length = 300)]
    reason: String,
}

/// An approver takes a review away; that, and why, stays to be read.
#[utoipa::path(post, path = "/reviews/{id}/remove", tag = "reviews", params(("id" = ReviewId, Path)), request_body = RemovalIn, responses((status = 200, body = ReviewOut)))]
async fn remove_review(
    who: Approver,
    context: web::Data<Context>,
    id: PathId<Review>,
    body: Body<RemovalIn>,
) -> ApiResult<web::Json<ReviewOut>> {
    let reason = paragraphs(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let act: Act = who.act(&context);
    by_staff(&context, who.scope, id.0, move |conn, review| service::remove(conn, &act, review, &reason)).await
}

async fn by_staff(
    context: &Context,
    scope: Scope,
    id: ReviewId,
    change: impl Fn(&mut Conn, &Review) -> Result<Review, ReviewError> + Send + 'static,
) -> ApiResult<web::Json<ReviewOut>> {
    let review = context.db.write(move |conn| {
        let review = service::load(conn, id)?;
        if !scope.covers(&review.village_code) {
            return Err(ReviewError::NotFound);
        }
        let review = change(conn, &review)?;
        one(conn, review)
    });
    Ok(web::Json(review.await?))
}

impl From<ReviewError> for ApiError {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::NotFound => Self::new(Code::NotFound),
            ReviewError::OwnVillage => Self::new(Code::SamePerson),
            ReviewError::Exists => Self::new(Code::WrongState).with("state", "reviewed"),
            ReviewError::Closed(_) => Self::new(Code::WrongState).with("state", "closed"),
            ReviewError::Removed => Self::new(Code::WrongState).with("state", "removed"),
            ReviewError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            ReviewError::Order(error) => error.into(),
            ReviewError::Identity(error) => error.into(),
            ReviewError::Db(error) => error.into(),
        }
    }
}
