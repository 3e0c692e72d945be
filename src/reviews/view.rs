//! Reviews as they are shown. A view may ask any domain.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::Review;
use super::{ReviewError, ReviewId, rules};
use crate::catalog::ListingId;
use crate::db::Conn;
use crate::identity;
use crate::kernel::{Instant, Page, Quantity};
use crate::orders::{self, Line};

/// What a buyer said of a good.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewOut {
    id: ReviewId,
    listing_id: ListingId,
    line_no: i64,
    /// What was bought: 土鸡蛋 30 枚/盒.
    title: String,
    /// The first character of the buyer's name: 陈**.
    by: String,
    /// Left out of what was removed, as are the words and the reply.
    stars: Option<i64>,
    words: Option<String>,
    written_at: Instant,
    edited_at: Option<Instant>,
    /// Until then its author edits it.
    editable_until: Instant,
    reply: Option<String>,
    replied_at: Option<Instant>,
    removed_at: Option<Instant>,
    removed_reason: Option<String>,
}

/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, reviews: Vec<Review>) -> Result<Vec<ReviewOut>, ReviewError> {
    let names = identity::names(conn, reviews.iter().map(|review| review.buyer_id))?;
    let orders: Vec<_> = reviews.iter().map(|review| review.order_id).collect();
    let lines = orders::list_lines(conn, &orders)?;
    let show = |review: Review| {
        let stands = review.removed_at.is_none();
        let of_line = |line: &&Line| line.order_id == review.order_id && line.line_no == review.line_no;
        ReviewOut {
            title: lines.iter().find(of_line).map(|line| line.title.clone()).unwrap_or_default(),
            by: identity::mask_name(names.get(&review.buyer_id).map_or("", String::as_str)),
            editable_until: rules::edited_until(review.written_at),
            stars: stands.then_some(review.stars),
            words: Some(review.words).filter(|_| stands),
            reply: review.reply.filter(|_| stands),
            replied_at: review.replied_at.filter(|_| stands),
            id: review.id,
            listing_id: review.listing_id,
            line_no: review.line_no,
            written_at: review.written_at,
            edited_at: review.edited_at,
            removed_at: review.removed_at,
            removed_reason: review.removed_reason,
        }
    };
    Ok(reviews.into_iter().map(show).collect())
}

/// A page of the reviews of a good. The mean is the sum of the stars by the count.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingReviews {
    /// Of all reviews that stand.
    pub count: i64,
    pub sum_stars: i64,
    #[serde(flatten)]
    pub page: Page<ReviewOut>,
}

/// A line that has no review yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewableLine {
    pub line_no: i64,
    pub title: String,
    pub quantity: Quantity,
}

/// The reviews of an order, and what of it can still be reviewed.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderReviews {
    pub data: Vec<ReviewOut>,
    pub reviewable: Vec<ReviewableLine>,
}
