//! What goods that are ordered by the piece cost by their weight. Pure.
//!
//! The price of a line is for its estimated weight. By the weight that was found it costs
//! `total × final / estimated`, down to the fen and at most the total: less weight goes back to the buyer,
//! more is not asked for. Every part of the price follows in the one proportion.

use super::store::Line;
use crate::catalog::{PriceComposition, WeightBand};
use crate::kernel::{Invalid, Money};

/// A weight this many times outside the band is a slip of the pen or of the scale.
const SLIP: i64 = 10;

/// What a line costs by its weight.
///
/// # Errors
/// `amount_too_large` beyond what an amount can hold; it never is, because the total bounds it.
pub fn final_total(total: Money, estimated_g: i64, final_g: i64) -> Result<Money, Invalid> {
    let by_weight = i128::from(total.fen()) * i128::from(final_g) / i128::from(estimated_g.max(1));
    let fen = i64::try_from(by_weight).unwrap_or(i64::MAX).min(total.fen());
    Money::from_fen(fen)
}

/// The parts of a price, brought in one proportion to another sum, by largest remainder.
///
/// # Errors
/// `split_without_weight` for a price of nothing that is to become something.
pub fn in_proportion(price: &PriceComposition, to: Money) -> Result<PriceComposition, Invalid> {
    let parts = price.parts();
    if to.is_zero() && parts.iter().all(|part| part.is_zero()) {
        return Ok(*price);
    }
    let mut scaled = [Money::ZERO; 9];
    for (part, scaled) in to.split(&parts.map(Money::fen))?.into_iter().zip(&mut scaled) {
        *scaled = part;
    }
    Ok(PriceComposition::from_parts(scaled))
}

/// That a line of so many pieces may weigh so much: ten times outside the band never, outside it with a
/// reason.
///
/// # Errors
/// `final_weight_out_of_band`, `weight_reason_required`, both with the band of the line.
pub fn check_band((min, max): WeightBand, pieces: i64, final_g: i64, has_reason: bool) -> Result<(), Invalid> {
    let (min, max) = (min.saturating_mul(pieces), max.saturating_mul(pieces));
    let refuse = |code| Err(Invalid::new(code).with("min", min).with("max", max));
    if final_g.saturating_mul(SLIP) < min || final_g > max.saturating_mul(SLIP) {
        return refuse("final_weight_out_of_band");
    }
    if !has_reason && !(min..=max).contains(&final_g) { refuse("weight_reason_required") } else { Ok(()) }
}

impl Line {
    /// What it costs: by its weight, once it was weighed.
    #[must_use]
    pub fn settled_fen(&self) -> Money {
        self.weight.final_total_fen.unwrap_or(self.total_fen)
    }

    /// What that is made of.
    ///
    /// # Errors
    /// `amount_too_large` beyond what an amount can hold.
    pub fn settled_price(&self) -> Result<PriceComposition, Invalid> {
        let price = self.price.times(self.quantity)?;
        match self.weight.final_total_fen {
            Some(total) => in_proportion(&price, total),
            None => Ok(price),
        }
    }

    /// Whether it has to be weighed before it is packed, and was not.
    #[must_use]
    pub const fn lacks_weight(&self) -> bool {
        self.weight.estimated_g.is_some() && self.weight.final_g.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fen(fen: i64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    #[test]
    fn a_hen_that_weighs_less_costs_less_and_one_that_weighs_more_does_not_cost_more() {
        for (final_g, total) in [(1_800, 22_800), (1_620, 20_520), (1_799, 22_787), (2_400, 22_800), (1, 12)] {
            assert_eq!(final_total(fen(22_800), 1_800, final_g).unwrap(), fen(total), "{final_g} g");
        }
    }

    #[test]
    fn slips_of_the_pen_are_refused_and_odd_weights_explained() {
        let band = (1_500, 2_200);
        for (pieces, final_g, has_reason, refused) in [
            (1, 1_500, false, None),
            (2, 4_400, false, None),
            (2, 2_900, false, Some("weight_reason_required")),
            (2, 2_900, true, None),
            (2, 299, true, Some("final_weight_out_of_band")),
            (2, 300, true, None),
            (2, 44_001, true, Some("final_weight_out_of_band")),
        ] {
            let outcome = check_band(band, pieces, final_g, has_reason).err().map(|invalid| invalid.code);
            assert_eq!(outcome, refused, "{pieces} pieces of {final_g} g");
        }
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_final_total_and_none_grows(
            parts in prop::array::uniform9(0..100_000_000_i64), estimated in 1..1_000_000_i64, found in 1..1_000_000_i64,
        ) {
            let price = PriceComposition::from_parts(parts.map(fen));
            let total = price.sum().unwrap();
            let by_weight = final_total(total, estimated, found).unwrap();
            prop_assert!(by_weight <= total);
            let scaled = in_proportion(&price, by_weight).unwrap();
            prop_assert_eq!(scaled.sum().unwrap(), by_weight);
            for (before, after) in price.parts().iter().zip(scaled.parts()) {
                prop_assert!(after <= *before);
                let exact = if total.is_zero() { 0 } else {
                    i128::from(before.fen()) * i128::from(by_weight.fen()) / i128::from(total.fen())
                };
                prop_assert!((exact..=exact + 1).contains(&i128::from(after.fen())));
            }
        }
    }
}
