//! What a claim proposes, who bears it, and the states of a claim. Pure.
//!
//! ```text
//! opened ──decide──▶ accepted | rejected ──escalate (once)──▶ escalated ──decide──▶ resolved
//! ```

use std::time::Duration;

use crate::kernel::{Invalid, Money, Quantity, Role, text_enum};
use crate::ledger::AccountKind;

text_enum! {
    /// What is wrong.
    pub enum ClaimKind {
        Damaged = "damaged",
        Short = "short",
        NotAsDescribed = "not_as_described",
        Spoiled = "spoiled",
        Late = "late",
    }
}

text_enum! {
    /// What a claim counts: sales units, or single pieces of a pack.
    pub enum ClaimUnit {
        Unit = "unit",
        Piece = "piece",
    }
}

text_enum! {
    pub enum ClaimState {
        Opened = "opened",
        Accepted = "accepted",
        Rejected = "rejected",
        Escalated = "escalated",
        Resolved = "resolved",
    }
}

text_enum! {
    /// What was decided.
    pub enum Verdict as ClaimVerdict {
        Refund = "refund",
        /// The goods are sent again.
        Resend = "resend",
        Reject = "reject",
    }
}

text_enum! {
    /// Who bears what is granted.
    pub enum Bearer as ClaimBearer {
        LossReserve = "loss_reserve",
        Household = "household",
        /// The carrier's part of the price.
        Freight = "freight",
        Packing = "packing",
    }
}

impl Bearer {
    #[must_use]
    pub const fn account(self) -> AccountKind {
        match self {
            Self::LossReserve => AccountKind::LossReserve,
            Self::Household => AccountKind::FarmerPayable,
            Self::Freight => AccountKind::Freight,
            Self::Packing => AccountKind::Packing,
        }
    }
}

impl ClaimKind {
    /// Who bears it unless somebody decides otherwise.
    #[must_use]
    pub const fn borne_by(self) -> Bearer {
        match self {
            Self::Damaged | Self::Spoiled => Bearer::LossReserve,
            Self::Short => Bearer::Packing,
            Self::NotAsDescribed => Bearer::Household,
            Self::Late => Bearer::Freight,
        }
    }

    /// Whether it can be seen, and so has to be shown.
    #[must_use]
    pub const fn needs_photo(self) -> bool {
        !matches!(self, Self::Late)
    }
}

/// Hours in which goods can be claimed, unless their template says otherwise.
const WINDOW_H: u64 = 48;

/// How long after its receipt a good can be claimed.
#[must_use]
pub fn window(template_h: Option<i64>) -> Duration {
    Duration::from_secs(template_h.and_then(|hours| u64::try_from(hours).ok()).unwrap_or(WINDOW_H) * 3_600)
}

/// After a decision the buyer may ask the county for so long.
pub const APPEAL: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Broken pieces that are paid back one by one; beyond, the pack is spoiled.
const PIECES_MAX: i64 = 2;

/// The line that a claim is about, as far as the proposal depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Goods {
    pub price_fen: Money,
    pub quantity: Quantity,
    /// Pieces in a sales unit, where it is a pack of pieces.
    pub pieces: Option<u32>,
    /// What of the line can still be granted.
    pub left_fen: Money,
}

/// What the buyer says is wrong with how much.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub kind: ClaimKind,
    pub unit: ClaimUnit,
    pub quantity: Quantity,
}

impl Goods {
    /// # Errors
    /// `invalid_quantity` for more than was ordered, `not_sold_in_pieces`.
    pub fn check(&self, asked: &Asked) -> Result<(), Invalid> {
        let most = match asked.unit {
            ClaimUnit::Unit => self.quantity.get(),
            ClaimUnit::Piece => {
                let pieces = self.pieces.ok_or_else(|| Invalid::new("not_sold_in_pieces"))?;
                self.quantity.get().saturating_mul(i64::from(pieces))
            }
        };
        if asked.quantity.get() <= most { Ok(()) } else { Err(Invalid::new("invalid_quantity").with("max", most)) }
    }
}

/// What is granted unless somebody decides otherwise: each of up to two broken pieces, or the pack; missing
/// pieces by the piece; else whole units. Never more than is left of the line.
///
/// # Errors
/// As [`Goods::check`].
pub fn propose(goods: &Goods, asked: &Asked) -> Result<Money, Invalid> {
    goods.check(asked)?;
    let count = asked.quantity.get();
    let units = |units: i64| Quantity::new(units).and_then(|units| goods.price_fen.times(units));
    let amount = match (asked.unit, goods.pieces) {
        (ClaimUnit::Piece, Some(pieces)) => {
            let pack = i64::from(pieces);
            match asked.kind {
                ClaimKind::Damaged if count <= PIECES_MAX => of_pieces(goods.price_fen, pieces, count)?,
                ClaimKind::Short => {
                    let whole = if count >= pack { units(count / pack)? } else { Money::ZERO };
                    whole.checked_add(of_pieces(goods.price_fen, pieces, count % pack)?)?
                }
                _ => units((count + pack - 1) / pack)?,
            }
        }
        _ => units(count)?,
    };
    Ok(amount.min(goods.left_fen))
}

/// What some pieces of one or more packs cost: the parts of a pack sum to its price.
fn of_pieces(price: Money, pieces: u32, count: i64) -> Result<Money, Invalid> {
    let pack = usize::try_from(pieces).unwrap_or(usize::MAX);
    let parts = price.split(&vec![1; pack])?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    Money::sum(parts.into_iter().cycle().take(count))
}

/// Who decides a claim in its state.
#[must_use]
pub const fn decides(state: ClaimState) -> Option<Role> {
    match state {
        ClaimState::Opened => Some(Role::Coordinator),
        ClaimState::Escalated => Some(Role::Approver),
        ClaimState::Accepted | ClaimState::Rejected | ClaimState::Resolved => None,
    }
}

/// The state after a decision of somebody in a role; `None` if it is not theirs to decide.
#[must_use]
pub fn decided(state: ClaimState, verdict: Verdict, role: Role) -> Option<ClaimState> {
    if decides(state) != Some(role) {
        return None;
    }
    Some(match (state, verdict) {
        (ClaimState::Escalated, _) => ClaimState::Resolved,
        (_, Verdict::Reject) => ClaimState::Rejected,
        _ => ClaimState::Accepted,
    })
}

/// Whether the buyer may ask the county: once, after the village has decided.
#[must_use]
pub const fn may_escalate(state: ClaimState) -> bool {
    matches!(state, ClaimState::Accepted | ClaimState::Rejected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn fen(fen: i64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    fn goods(price: i64, quantity: i64, pieces: Option<u32>, left: i64) -> Goods {
        Goods { price_fen: fen(price), quantity: Quantity::new(quantity).unwrap(), pieces, left_fen: fen(left) }
    }

    fn asked(kind: ClaimKind, unit: ClaimUnit, quantity: i64) -> Asked {
        Asked { kind, unit, quantity: Quantity::new(quantity).unwrap() }
    }

    #[test]
    fn a_box_of_thirty_eggs() {
        use ClaimKind::{Damaged, Late, NotAsDescribed, Short, Spoiled};
        use ClaimUnit::{Piece, Unit};
        // 48.00 for 30 is 1.60 each.
        let eggs = goods(4_800, 2, Some(30), 9_600);
        for (kind, unit, quantity, proposed) in [
            (Damaged, Piece, 1, 160),
            (Damaged, Piece, 2, 320),
            (Damaged, Piece, 3, 4_800),
            (Damaged, Piece, 31, 9_600),
            (Damaged, Unit, 1, 4_800),
            (Short, Piece, 5, 800),
            (Short, Piece, 33, 5_280),
            (Short, Unit, 2, 9_600),
            (Spoiled, Piece, 1, 4_800),
            (NotAsDescribed, Unit, 1, 4_800),
            (Late, Unit, 2, 9_600),
        ] {
            assert_eq!(
                propose(&eggs, &asked(kind, unit, quantity)).unwrap(),
                fen(proposed),
                "{kind} {quantity} {unit}"
            );
        }
        assert_eq!(propose(&eggs, &asked(Damaged, Unit, 3)).unwrap_err().code, "invalid_quantity");
        assert_eq!(propose(&eggs, &asked(Damaged, Piece, 61)).unwrap_err().code, "invalid_quantity");
        let hen = goods(16_800, 1, None, 16_800);
        assert_eq!(propose(&hen, &asked(Damaged, Piece, 1)).unwrap_err().code, "not_sold_in_pieces");
        assert_eq!(propose(&goods(4_800, 2, None, 100), &asked(Spoiled, Unit, 1)).unwrap(), fen(100), "what is left");
    }

    #[test]
    fn odd_fen_of_a_pack_go_to_its_first_pieces() {
        let eggs = goods(1_000, 1, Some(30), 1_000);
        let of = |count| propose(&eggs, &asked(ClaimKind::Short, ClaimUnit::Piece, count)).unwrap().fen();
        assert_eq!((of(1), of(10), of(11), of(30)), (34, 340, 373, 1_000));
    }

    #[test]
    fn a_claim_is_decided_twice_at_most() {
        use ClaimState::{Accepted, Escalated, Opened, Rejected, Resolved};
        for (state, verdict, role, next) in [
            (Opened, Verdict::Refund, Role::Coordinator, Some(Accepted)),
            (Opened, Verdict::Resend, Role::Coordinator, Some(Accepted)),
            (Opened, Verdict::Reject, Role::Coordinator, Some(Rejected)),
            (Opened, Verdict::Refund, Role::Approver, None),
            (Opened, Verdict::Refund, Role::Buyer, None),
            (Rejected, Verdict::Refund, Role::Coordinator, None),
            (Escalated, Verdict::Refund, Role::Coordinator, None),
            (Escalated, Verdict::Reject, Role::Approver, Some(Resolved)),
            (Resolved, Verdict::Refund, Role::Approver, None),
        ] {
            assert_eq!(decided(state, verdict, role), next, "{state} {verdict} {role}");
        }
        assert!(may_escalate(Rejected) && !may_escalate(Opened) && !may_escalate(Resolved));
    }

    proptest! {
        #[test]
        fn never_more_than_is_left(
            kind in select(ClaimKind::ALL), unit in select(ClaimUnit::ALL), count in 1..200_i64,
            price in 0..1_000_000_i64, quantity in 1..5_i64, pieces in prop::option::of(1..60_u32), granted in 0..1_000_000_i64,
        ) {
            let left = (price * quantity - granted).max(0);
            let goods = goods(price, quantity, pieces, left);
            let asked = asked(kind, unit, count);
            if let Ok(proposed) = propose(&goods, &asked) {
                prop_assert!(goods.check(&asked).is_ok());
                prop_assert!(proposed.fen() <= left);
            }
        }

        #[test]
        fn all_pieces_of_a_line_are_the_line(price in 0..1_000_000_i64, quantity in 1..5_i64, pieces in 1..60_u32) {
            let goods = goods(price, quantity, Some(pieces), price * quantity);
            let all = asked(ClaimKind::Short, ClaimUnit::Piece, quantity * i64::from(pieces));
            prop_assert_eq!(propose(&goods, &all).unwrap(), fen(price * quantity));
        }
    }
}
