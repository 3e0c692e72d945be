//! Claims as they are shown. A view may ask any domain.

use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::rules::{Bearer, ClaimKind, ClaimState, ClaimUnit, Verdict};
use super::service::{self, Claimable};
use super::store::{self, Claim};
use super::types::{ClaimError, ClaimId};
use crate::db::Conn;
use crate::kernel::{Instant, Money, Quantity, Role};
use crate::orders::{self, Line, OrderId};
use crate::photos::{self, PhotoOut};
use crate::regions::{self, RegionRef};

/// What a buyer says is wrong with a line, and what was decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Claim)]
pub struct ClaimOut {
    id: ClaimId,
    order_id: OrderId,
    order_number: String,
    village: RegionRef,
    line_no: i64,
    title: String,
    kind: ClaimKind,
    unit: ClaimUnit,
    quantity: Quantity,
    words: String,
    photos: Vec<PhotoOut>,
    state: ClaimState,
    /// By the rule: each of up to two broken pieces, or the pack; what is missing; else whole units.
    proposed_fen: Money,
    /// What was granted so far.
    granted_fen: Money,
    /// What the line cost.
    line_total_fen: Money,
    /// Of the decision that stands.
    verdict: Option<Verdict>,
    borne_by: Bearer,
    reason: Option<String>,
    decided_at: Option<Instant>,
    /// Why the buyer asked the county.
    appeal: Option<String>,
    escalated_at: Option<Instant>,
    opened_at: Instant,
    /// What the caller may do with it now.
    #[schema(value_type = Vec<ClaimAction>)]
    actions: Vec<&'static str>,
}

/// What can be done with a claim.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the words of `actions`")]
pub enum ClaimAction {
    Decide,
    Escalate,
}

/// Claims, to somebody whose role depends on the claim.
///
/// # Errors
/// Those of the database.
pub fn show(
    conn: &mut Conn,
    claims: Vec<Claim>,
    at: Instant,
    role_of: impl Fn(&Claim) -> Option<Role>,
) -> Result<Vec<ClaimOut>, ClaimError> {
    let ids: Vec<ClaimId> = claims.iter().map(|claim| claim.id).collect();
    let order_ids: Vec<OrderId> = claims.iter().map(|claim| claim.order_id).collect();
    let mut photos = store::list_photos(conn, &ids)?;
    let shown = photos::list_by_id(conn, photos.values().flatten().copied())?;
    let villages = regions::names(conn, claims.iter().map(|claim| &claim.village_code))?;
    let numbers: HashMap<OrderId, String> =
        orders::list_by_id(conn, &order_ids)?.into_iter().map(|order| (order.id, order.number)).collect();
    let lines: HashMap<(OrderId, i64), Line> =
        orders::list_lines(conn, &order_ids)?.into_iter().map(|line| ((line.order_id, line.line_no), line)).collect();
    let show = |claim: Claim| {
        let line = lines.get(&(claim.order_id, claim.line_no));
        let photos = photos.remove(&claim.id).unwrap_or_default();
        ClaimOut {
            actions: role_of(&claim).map(|role| service::actions(&claim, role, at)).unwrap_or_default(),
            order_number: numbers.get(&claim.order_id).cloned().unwrap_or_default(),
            village: villages[&claim.village_code].clone(),
            title: line.map(|line| line.title.clone()).unwrap_or_default(),
            line_total_fen: line.map(|line| line.total_fen).unwrap_or_default(),
            photos: photos.iter().filter_map(|id| shown.get(id).cloned()).collect(),
            id: claim.id,
            order_id: claim.order_id,
            line_no: claim.line_no,
            kind: claim.kind,
            unit: claim.unit,
            quantity: claim.quantity,
            words: claim.words,
            state: claim.state,
            proposed_fen: claim.proposed_fen,
            granted_fen: claim.granted_fen,
            verdict: claim.verdict,
            borne_by: claim.borne_by,
            reason: claim.reason,
            decided_at: claim.decided_at,
            appeal: claim.appeal,
            escalated_at: claim.escalated_at,
            opened_at: claim.opened_at,
        }
    };
    Ok(claims.into_iter().map(show).collect())
}

/// A line that can still be claimed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClaimableLine {
    line_no: i64,
    title: String,
    unit_label: String,
    quantity: Quantity,
    /// Pieces in one sales unit, where single ones can be claimed.
    pieces: Option<u32>,
    /// Until then.
    until: Instant,
}

#[must_use]
pub fn show_claimable(lines: Vec<Claimable>, at: Instant) -> Vec<ClaimableLine> {
    let open = lines.into_iter().filter(|it| at < it.until && !it.goods.left_fen.is_zero());
    open.map(|it| ClaimableLine {
        line_no: it.line.line_no,
        title: it.line.title,
        unit_label: it.line.unit_label,
        quantity: it.line.quantity,
        pieces: it.goods.pieces,
        until: it.until,
    })
    .collect()
}

/// The claims on an order, and what of it can still be claimed.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderClaims {
    pub data: Vec<ClaimOut>,
    pub claimable: Vec<ClaimableLine>,
}
