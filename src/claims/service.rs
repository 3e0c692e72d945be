//! Use cases of claims.

use std::time::Duration;

use super::charge;
use super::rules::{self, Asked, Bearer, ClaimKind, ClaimState, ClaimUnit, Goods, Verdict};
use super::store::{self, Claim};
use super::types::{ClaimError, ClaimId};
use crate::catalog;
use crate::db::Conn;
use crate::inbox::{self, Kind, Told};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, Instant, Invalid, Money, Quantity, Role};
use crate::log::{self, Change, Subject};
use crate::orders::{self, Line, Order, OrderError, OrderId, OrderState};
use crate::photos::{self, PhotoId};
use crate::templates::{self, Base, Template};

/// What a buyer says.
#[derive(Debug, Clone)]
pub struct NewClaim {
    pub line_no: i64,
    pub kind: ClaimKind,
    pub unit: ClaimUnit,
    pub quantity: Quantity,
    pub words: String,
    pub photos: Vec<PhotoId>,
}

/// What somebody decides; an amount or a bearer that is left out is as proposed.
#[derive(Debug, Clone)]
pub struct Ruling {
    pub verdict: Verdict,
    pub amount_fen: Option<Money>,
    pub borne_by: Option<Bearer>,
    pub reason: Option<String>,
}

/// A line of an order that was received, until when it can be claimed, and what of it counts.
#[derive(Debug, Clone)]
pub struct Claimable {
    pub line: Line,
    pub until: Instant,
    pub goods: Goods,
}

/// # Errors
/// [`OrderError::WrongState`] for an order that is not received.
pub fn claimable(conn: &mut Conn, order: &Order) -> Result<Vec<Claimable>, ClaimError> {
    if !matches!(order.state, OrderState::Received | OrderState::Settled) {
        return Err(OrderError::WrongState(order.state).into());
    }
    let received_at = orders::received_at(conn, order.id)?;
    let mut lines = Vec::new();
    for line in orders::list_lines(conn, &[order.id])? {
        let template = template_of(conn, &line)?;
        let until = received_at.plus(rules::window(template.as_ref().map(|it| it.claim_window_h)));
        let granted = store::granted_fen(conn, order.id, line.line_no)?;
        let left = Money::from_fen((line.total_fen.fen() - granted).max(0)).map_err(|it| refused("/quantity", it))?;
        let left_fen = match order.state {
            OrderState::Settled => left,
            // Weight or a shortage may have been paid back before.
            _ => left.min(orders::held_fen(conn, order)?),
        };
        let in_pieces = template.filter(|it| it.base == Base::Piece && it.pack_quantity > 1);
        let pieces = in_pieces.and_then(|it| u32::try_from(it.pack_quantity).ok());
        let goods = Goods { price_fen: line.price_fen, quantity: line.quantity, pieces, left_fen };
        lines.push(Claimable { line, until, goods });
    }
    Ok(lines)
}

fn template_of(conn: &mut Conn, line: &Line) -> Result<Option<Template>, ClaimError> {
    let listing = catalog::load(conn, line.listing_id).map_err(OrderError::from)?;
    Ok(listing.template_id.map(|id| templates::find(conn, id)).transpose()?.flatten())
}

/// When a received order can settle: when none of its goods can be claimed any more. An installation without
/// a claim window waits for none.
///
/// # Errors
/// [`OrderError::NotFound`] for an order that was not received.
pub fn settles_at(conn: &mut Conn, order_id: OrderId, usual: Duration) -> Result<Instant, ClaimError> {
    let received_at = orders::received_at(conn, order_id)?;
    if usual.is_zero() {
        return Ok(received_at);
    }
    let mut longest = Duration::ZERO;
    for line in orders::list_lines(conn, &[order_id])? {
        let template = template_of(conn, &line)?;
        longest = longest.max(template.map_or(usual, |it| rules::window(Some(it.claim_window_h))));
    }
    Ok(received_at.plus(longest))
}

/// The buyer says what is wrong. While a claim on the line waits for its decision, no other is opened.
///
/// # Errors
/// [`ClaimError::WindowClosed`], [`ClaimError::Open`], [`ClaimError::Invalid`], [`OrderError::WrongState`].
pub fn open(conn: &mut Conn, act: &Act, order: &Order, new: &NewClaim) -> Result<Claim, ClaimError> {
    let order = orders::lock(conn, order.id)?;
    let found = claimable(conn, &order)?.into_iter().find(|it| it.line.line_no == new.line_no);
    let Claimable { line, until, goods } = found.ok_or_else(|| refused("/line_no", Invalid::new("unknown_line")))?;
    if act.at >= until {
        return Err(ClaimError::WindowClosed(until));
    }
    let known = store::list_of_order(conn, order.id)?;
    if known.iter().any(|claim| claim.line_no == line.line_no && rules::decides(claim.state).is_some()) {
        return Err(ClaimError::Open);
    }
    if new.kind.needs_photo() && new.photos.is_empty() {
        return Err(refused("/photo_ids", Invalid::new("photo_required")));
    }
    for photo in &new.photos {
        let by = act.user_id.ok_or(ClaimError::NotFound)?;
        if !photos::is_own(conn, *photo, by)? {
            return Err(refused("/photo_ids", Invalid::new("unknown_photo")));
        }
    }
    let asked = Asked { kind: new.kind, unit: new.unit, quantity: new.quantity };
    let proposed_fen = rules::propose(&goods, &asked).map_err(|invalid| refused("/quantity", invalid))?;
    let claim = Claim {
        id: act.new_id(),
        order_id: order.id,
        line_no: line.line_no,
        village_code: order.village_code.clone(),
        buyer_id: order.buyer_id,
        kind: new.kind,
        unit: new.unit,
        quantity: new.quantity,
        words: new.words.clone(),
        state: ClaimState::Opened,
        proposed_fen,
        granted_fen: Money::ZERO,
        verdict: None,
        borne_by: new.kind.borne_by(),
        reason: None,
        decided_by: None,
        decided_at: None,
        appeal: None,
        escalated_at: None,
        opened_at: act.at,
    };
    store::insert(conn, &claim, &new.photos)?;
    log::append(conn, act, &Change::new(Subject::Claim, claim.id, "open").states(None, claim.state.as_str()))?;
    let told = Told::role(Role::Coordinator, &claim.village_code, Kind::ClaimOpened, claim.id).called(&order.number);
    inbox::tell(conn, act, &[told])?;
    Ok(claim)
}

/// # Errors
/// [`ClaimError::NotFound`].
pub fn load(conn: &mut Conn, id: ClaimId) -> Result<Claim, ClaimError> {
    store::find(conn, id)?.ok_or(ClaimError::NotFound)
}

/// The coordinator of the village decides, or the county's approver what was brought before the county.
/// Deciding the same again changes nothing. `usual` is the claim window after which an order settles.
///
/// # Errors
/// [`ClaimError::WrongState`], [`ClaimError::SamePerson`], [`ClaimError::Invalid`].
pub fn decide(conn: &mut Conn, act: &Act, id: ClaimId, ruling: &Ruling, usual: Duration) -> Result<Claim, ClaimError> {
    let order_id = load(conn, id)?.order_id;
    let order = orders::lock(conn, order_id)?;
    let claim = load(conn, id)?;
    if act.user_id == Some(claim.buyer_id) {
        return Err(ClaimError::SamePerson);
    }
    let Some(next) = rules::decided(claim.state, ruling.verdict, act.role) else {
        let same =
            claim.verdict == Some(ruling.verdict) && claim.decided_by == act.user_id && claim.reason == ruling.reason;
        let as_asked = ruling.amount_fen.is_none_or(|amount| amount == claim.granted_fen);
        let said_before = same && as_asked && claim.state != ClaimState::Escalated;
        return if said_before { Ok(claim) } else { Err(ClaimError::WrongState(claim.state)) };
    };
    let (line, more) = granted_by(conn, &order, &claim, ruling)?;
    let decided = Claim {
        state: next,
        granted_fen: claim.granted_fen.checked_add(more).map_err(|invalid| refused("/amount_fen", invalid))?,
        verdict: Some(ruling.verdict),
        borne_by: ruling.borne_by.unwrap_or(claim.borne_by),
        reason: ruling.reason.clone(),
        decided_by: act.user_id,
        decided_at: Some(act.at),
        ..claim.clone()
    };
    if !store::update(conn, &claim, &decided)? {
        return Err(ClaimError::WrongState(load(conn, id)?.state));
    }
    let change = Change::new(Subject::Claim, id, ruling.verdict.as_str())
        .states(claim.state.as_str(), next.as_str())
        .because(ruling.reason.as_deref());
    log::append(conn, act, &change)?;
    charge::grant(conn, act, &decided, (&order, &line), more)?;
    if order.state == OrderState::Received {
        let at = settles_at(conn, order.id, usual)?.max(act.at);
        jobs::enqueue(conn, act, JobKind::SettleOrder, order.id, at)?;
    }
    tell_buyer(conn, act, &order, &decided)?;
    Ok(decided)
}

/// What a ruling pays back beyond what was granted before, and of which line.
fn granted_by(conn: &mut Conn, order: &Order, claim: &Claim, ruling: &Ruling) -> Result<(Line, Money), ClaimError> {
    let found = claimable(conn, order)?.into_iter().find(|it| it.line.line_no == claim.line_no);
    let Claimable { line, goods, .. } = found.ok_or(ClaimError::NotFound)?;
    let needs_reason = || refused("/reason", Invalid::new("reason_required"));
    if ruling.verdict != Verdict::Refund {
        if ruling.amount_fen.is_some() {
            return Err(refused("/amount_fen", Invalid::new("amount_not_expected")));
        }
        if ruling.verdict == Verdict::Reject && ruling.reason.is_none() {
            return Err(needs_reason());
        }
        return Ok((line, Money::ZERO));
    }
    let most = claim.granted_fen.checked_add(goods.left_fen).map_err(|invalid| refused("/amount_fen", invalid))?;
    let total = ruling.amount_fen.unwrap_or_else(|| claim.proposed_fen.max(claim.granted_fen).min(most));
    if total.is_zero() || total < claim.granted_fen || total > most {
        let invalid = Invalid::new("amount_out_of_range").with("min_fen", claim.granted_fen.fen().max(1));
        return Err(refused("/amount_fen", invalid.with("max_fen", most.fen())));
    }
    if total != claim.proposed_fen && ruling.reason.is_none() {
        return Err(needs_reason());
    }
    let more = total.checked_sub(claim.granted_fen).map_err(|invalid| refused("/amount_fen", invalid))?;
    Ok((line, more))
}

/// The buyer does not agree and asks the county, once. Asking again changes nothing.
///
/// # Errors
/// [`ClaimError::WrongState`], [`ClaimError::WindowClosed`] a week after the decision, [`ClaimError::Open`].
pub fn escalate(conn: &mut Conn, act: &Act, id: ClaimId, appeal: &str) -> Result<Claim, ClaimError> {
    let order_id = load(conn, id)?.order_id;
    let order = orders::lock(conn, order_id)?;
    let claim = load(conn, id)?;
    if claim.state == ClaimState::Escalated && claim.appeal.as_deref() == Some(appeal) {
        return Ok(claim);
    }
    if !rules::may_escalate(claim.state) {
        return Err(ClaimError::WrongState(claim.state));
    }
    let until = claim.decided_at.unwrap_or(claim.opened_at).plus(rules::APPEAL);
    if act.at >= until {
        return Err(ClaimError::WindowClosed(until));
    }
    let of_order = store::list_of_order(conn, order.id)?;
    if of_order.iter().any(|other| other.line_no == claim.line_no && rules::decides(other.state).is_some()) {
        return Err(ClaimError::Open);
    }
    let escalated = Claim {
        state: ClaimState::Escalated,
        appeal: Some(appeal.to_owned()),
        escalated_at: Some(act.at),
        ..claim.clone()
    };
    if !store::update(conn, &claim, &escalated)? {
        return Err(ClaimError::WrongState(load(conn, id)?.state));
    }
    let change = Change::new(Subject::Claim, id, "escalate")
        .states(claim.state.as_str(), escalated.state.as_str())
        .because(Some(appeal));
    log::append(conn, act, &change)?;
    let told = Told::role(Role::Approver, &claim.village_code, Kind::ClaimEscalated, id).called(&order.number);
    inbox::tell(conn, act, &[told])?;
    Ok(escalated)
}

/// What somebody in a role may do with a claim now.
#[must_use]
pub fn actions(claim: &Claim, role: Role, at: Instant) -> Vec<&'static str> {
    let in_time = claim.decided_at.is_some_and(|decided| at < decided.plus(rules::APPEAL));
    match role {
        Role::Buyer | Role::Helper if rules::may_escalate(claim.state) && in_time => vec!["escalate"],
        role if rules::decides(claim.state) == Some(role) => vec!["decide"],
        _ => Vec::new(),
    }
}

/// What the village or the county decided.
fn tell_buyer(conn: &mut Conn, act: &Act, order: &Order, claim: &Claim) -> Result<(), ClaimError> {
    let kind = match claim.verdict {
        Some(Verdict::Refund) => Kind::ClaimRefunded,
        Some(Verdict::Resend) => Kind::ClaimResent,
        Some(Verdict::Reject) | None => Kind::ClaimRejected,
    };
    let told = Told::person(claim.buyer_id, kind, order.id).called(&order.number).amount(claim.granted_fen);
    Ok(inbox::tell(conn, act, &[told])?)
}

fn refused(pointer: &'static str, invalid: Invalid) -> ClaimError {
    ClaimError::Invalid(pointer, invalid)
}
