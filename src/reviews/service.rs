//! Use cases of reviews.

use super::rules;
use super::store::{self, Review};
use super::{ReviewError, ReviewId};
use crate::db::Conn;
use crate::identity;
use crate::inbox::{self, Kind, Told};
use crate::kernel::{Act, Invalid, Role};
use crate::log::{self, Change, Subject};
use crate::orders::{self, Order, OrderError, OrderState};

/// What a buyer says of a line, checked.
#[derive(Debug, Clone)]
pub struct Words {
    pub stars: i64,
    pub words: String,
}

/// Writes the review of a line of the buyer's order. Writing the same again changes nothing.
///
/// # Errors
/// [`ReviewError::OwnVillage`], [`ReviewError::Exists`], [`OrderError::WrongState`], `unknown_line`.
pub fn write(conn: &mut Conn, act: &Act, order: &Order, line_no: i64, said: &Words) -> Result<Review, ReviewError> {
    let order = orders::lock(conn, order.id)?;
    if !matches!(order.state, OrderState::Received | OrderState::Settled) {
        return Err(OrderError::WrongState(order.state).into());
    }
    let people = [Some(order.buyer_id), act.user_id];
    for person in people.into_iter().flatten() {
        let scope = identity::scope_in_force(conn, person, Role::Coordinator, act.at)?;
        if scope.is_some_and(|scope| scope.covers(&order.village_code)) {
            return Err(ReviewError::OwnVillage);
        }
    }
    let line = orders::list_lines(conn, &[order.id])?.into_iter().find(|line| line.line_no == line_no);
    let line = line.ok_or_else(|| ReviewError::Invalid("/line_no", Invalid::new("unknown_line")))?;
    if let Some(known) = store::list_of_order(conn, order.id)?.into_iter().find(|it| it.line_no == line_no) {
        let same = known.stars == said.stars && known.words == said.words;
        return if same { Ok(known) } else { Err(ReviewError::Exists) };
    }
    let review = Review {
        id: act.new_id(),
        order_id: order.id,
        line_no,
        listing_id: line.listing_id,
        village_code: order.village_code.clone(),
        buyer_id: order.buyer_id,
        stars: said.stars,
        words: said.words.clone(),
        written_at: act.at,
        edited_at: None,
        reply: None,
        replied_by: None,
        replied_at: None,
        removed_reason: None,
        removed_by: None,
        removed_at: None,
    };
    store::insert(conn, &review)?;
    log::append(conn, act, &Change::new(Subject::Review, review.id, "write").states(None, "standing"))?;
    let told = Told::role(Role::Coordinator, &review.village_code, Kind::ReviewWritten, review.id);
    inbox::tell(conn, act, &[told.called(&order.number)])?;
    Ok(review)
}

/// # Errors
/// [`ReviewError::NotFound`].
pub fn load(conn: &mut Conn, id: ReviewId) -> Result<Review, ReviewError> {
    store::find(conn, id)?.ok_or(ReviewError::NotFound)
}

/// Its author thinks again, within a week.
///
/// # Errors
/// [`ReviewError::Closed`], [`ReviewError::Removed`].
pub fn edit(conn: &mut Conn, act: &Act, review: &Review, said: &Words) -> Result<Review, ReviewError> {
    if review.stars == said.stars && review.words == said.words {
        return Ok(review.clone());
    }
    let until = rules::edited_until(review.written_at);
    if act.at >= until {
        return Err(ReviewError::Closed(until));
    }
    let edited = Review { stars: said.stars, words: said.words.clone(), edited_at: Some(act.at), ..review.clone() };
    change(conn, act, edited, ("edit", None))
}

/// The village answers; answering again replaces the answer.
///
/// # Errors
/// [`ReviewError::Removed`].
pub fn reply(conn: &mut Conn, act: &Act, review: &Review, words: &str) -> Result<Review, ReviewError> {
    if review.reply.as_deref() == Some(words) {
        return Ok(review.clone());
    }
    let answered =
        Review { reply: Some(words.to_owned()), replied_by: act.user_id, replied_at: Some(act.at), ..review.clone() };
    let answered = change(conn, act, answered, ("reply", None))?;
    inbox::tell(conn, act, &[Told::person(review.buyer_id, Kind::ReviewAnswered, review.order_id)])?;
    Ok(answered)
}

/// An approver takes a review away; that, and why, stays to be read. Removing it again changes nothing.
///
/// # Errors
/// [`ReviewError::Removed`] if it was removed meanwhile.
pub fn remove(conn: &mut Conn, act: &Act, review: &Review, reason: &str) -> Result<Review, ReviewError> {
    if review.removed_at.is_some() {
        return Ok(review.clone());
    }
    let removed = Review {
        removed_reason: Some(reason.to_owned()),
        removed_by: act.user_id,
        removed_at: Some(act.at),
        ..review.clone()
    };
    change(conn, act, removed, ("remove", Some(reason)))
}

fn change(
    conn: &mut Conn,
    act: &Act,
    review: Review,
    (action, reason): (&str, Option<&str>),
) -> Result<Review, ReviewError> {
    if !store::update(conn, &review)? {
        return Err(ReviewError::Removed);
    }
    let to = if review.removed_at.is_some() { "removed" } else { "standing" };
    let change = Change::new(Subject::Review, review.id, action).states("standing", to).because(reason);
    log::append(conn, act, &change)?;
    Ok(review)
}
