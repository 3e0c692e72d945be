//! Values of listings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::Content;
use super::store::Listing;
use crate::db::DbError;
use crate::households::HouseholdError;
use crate::kernel::{Id, Invalid, Money, Quantity, text_enum};
use crate::papers::Missing;
use crate::prices::Verdict;
use crate::production::ProductionError;
use crate::templates::TemplateError;

pub type ListingId = Id<Listing>;

text_enum! {
    /// Where a listing stands. Only `live` is for sale.
    pub enum ListingState {
        Draft = "draft",
        InReview = "in_review",
        Rejected = "rejected",
        Live = "live",
        Paused = "paused",
        Closed = "closed",
    }
}

text_enum! {
    /// What an approver said of a version.
    pub enum Decision as ListingDecision {
        Approved = "approved",
        Rejected = "rejected",
    }
}

/// What the price of one sales unit is made of. Parts that are left out are zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PriceComposition {
    /// To the household for the goods.
    pub farmer_pay_fen: Money,
    /// To the household for quality.
    pub quality_bonus_fen: Money,
    /// To the village co-op for collecting and checking.
    pub coop_fee_fen: Money,
    pub packing_fen: Money,
    pub freight_fen: Money,
    /// Inspection, quarantine, slaughter.
    pub inspection_fen: Money,
    /// To the village's collective fund (公积公益金).
    pub collective_fund_fen: Money,
    /// Kept for broken and lost goods.
    pub loss_reserve_fen: Money,
    /// The platform's own cost.
    pub platform_cost_fen: Money,
}

impl PriceComposition {
    /// No part of a unit price above a million yuan, so that no order overflows.
    const PART_MAX: i64 = 100_000_000;

    /// The parts in their published order.
    #[must_use]
    pub fn parts(&self) -> [Money; 9] {
        [
            self.farmer_pay_fen,
            self.quality_bonus_fen,
            self.coop_fee_fen,
            self.packing_fen,
            self.freight_fen,
            self.inspection_fen,
            self.collective_fund_fen,
            self.loss_reserve_fen,
            self.platform_cost_fen,
        ]
    }

    /// The reverse of [`PriceComposition::parts`].
    #[must_use]
    pub fn from_parts(parts: [Money; 9]) -> Self {
        let [
            farmer_pay_fen,
            quality_bonus_fen,
            coop_fee_fen,
            packing_fen,
            freight_fen,
            inspection_fen,
            collective_fund_fen,
            loss_reserve_fen,
            platform_cost_fen,
        ] = parts;
        Self {
            farmer_pay_fen,
            quality_bonus_fen,
            coop_fee_fen,
            packing_fen,
            freight_fen,
            inspection_fen,
            collective_fund_fen,
            loss_reserve_fen,
            platform_cost_fen,
        }
    }

    /// # Errors
    /// `amount_too_large` beyond what an amount can hold.
    pub fn sum(&self) -> Result<Money, Invalid> {
        Money::sum(self.parts())
    }

    /// What the household gets.
    ///
    /// # Errors
    /// `amount_too_large` beyond what an amount can hold.
    pub fn to_farmer(&self) -> Result<Money, Invalid> {
        self.farmer_pay_fen.checked_add(self.quality_bonus_fen)
    }

    /// The composition of several units.
    ///
    /// # Errors
    /// `amount_too_large` beyond what an amount can hold.
    pub fn times(&self, quantity: Quantity) -> Result<Self, Invalid> {
        let mut parts = self.parts();
        for part in &mut parts {
            *part = part.times(quantity)?;
        }
        Ok(Self::from_parts(parts))
    }

    /// Part by part.
    ///
    /// # Errors
    /// `amount_too_large` beyond what an amount can hold.
    pub fn plus(&self, other: &Self) -> Result<Self, Invalid> {
        let mut parts = self.parts();
        for (part, more) in parts.iter_mut().zip(other.parts()) {
            *part = part.checked_add(more)?;
        }
        Ok(Self::from_parts(parts))
    }

    /// Checks a price that is to be offered, and that it is `announced` where the caller said so.
    ///
    /// # Errors
    /// `amount_over_limit`, `farmer_pay_required`, `price_is_not_its_parts`.
    pub fn check(&self, announced: Option<Money>) -> Result<Self, Invalid> {
        if self.parts().iter().any(|part| part.fen() > Self::PART_MAX) {
            return Err(Invalid::new("amount_over_limit").with("max_fen", Self::PART_MAX));
        }
        if self.farmer_pay_fen.is_zero() {
            return Err(Invalid::new("farmer_pay_required"));
        }
        let sum = self.sum()?;
        match announced {
            Some(price) if price != sum => {
                Err(Invalid::new("price_is_not_its_parts").with("price_fen", price.fen()).with("sum_fen", sum.fen()))
            }
            _ => Ok(*self),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ListingError {
    #[error("no such listing")]
    NotFound,
    #[error("the author cannot approve")]
    SamePerson,
    #[error("listing is {0}")]
    WrongState(ListingState),
    #[error("version {version} is the newest")]
    VersionConflict { version: i64, content: Box<Content> },
    #[error("{} papers are missing", .0.len())]
    PapersMissing(Vec<Missing>),
    #[error("a price that is {verdict} needs a reason")]
    PriceReasonRequired { verdict: Verdict, ratio_percent: Option<i64>, likely_price_fen: Option<Money> },
    #[error("the household took its consent back")]
    ConsentWithdrawn,
    #[error("refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Household(#[from] HouseholdError),
    #[error("only {left} units are left to promise")]
    PromiseLimit { left: i64 },
    #[error("{available} are for sale now")]
    StockChanged { available: i64 },
    #[error(transparent)]
    Production(#[from] ProductionError),
    #[error(transparent)]
    Db(#[from] DbError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fen(fen: i64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    /// 土鸡蛋 30枚/盒 at 48.00.
    fn eggs() -> PriceComposition {
        PriceComposition {
            farmer_pay_fen: fen(3_300),
            packing_fen: fen(450),
            freight_fen: fen(700),
            coop_fee_fen: fen(200),
            collective_fund_fen: fen(100),
            loss_reserve_fen: fen(50),
            ..PriceComposition::default()
        }
    }

    #[test]
    fn a_price_that_is_not_its_parts_is_refused() {
        assert_eq!(eggs().sum().unwrap(), fen(4_800));
        assert!(eggs().check(Some(fen(4_800))).is_ok());
        assert_eq!(eggs().check(Some(fen(4_801))).unwrap_err().code, "price_is_not_its_parts");
    }

    #[test]
    fn somebody_has_to_be_paid() {
        let unpaid = PriceComposition { farmer_pay_fen: Money::ZERO, ..eggs() };
        assert_eq!(unpaid.check(None).unwrap_err().code, "farmer_pay_required");
        let huge = PriceComposition { freight_fen: fen(100_000_001), ..eggs() };
        assert_eq!(huge.check(None).unwrap_err().code, "amount_over_limit");
    }

    proptest! {
        #[test]
        fn two_boxes_cost_twice_each_part(parts in prop::array::uniform9(0..1_000_000_i64), count in 1..1_000_i64) {
            let composition = PriceComposition::from_parts(parts.map(fen));
            let quantity = Quantity::new(count).unwrap();
            let many = composition.times(quantity).unwrap();
            prop_assert_eq!(many.sum().unwrap(), composition.sum().unwrap().times(quantity).unwrap());
            prop_assert_eq!(many.plus(&composition).unwrap().sum().unwrap().fen(), composition.sum().unwrap().fen() * (count + 1));
        }
    }
}
