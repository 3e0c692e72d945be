//! Whether a price is what such goods cost. Pure, in integers: ratios are compared as products.
//!
//! The thresholds are those of the field's cases: a millet at 35 yuan for 19.8 (1.77 ×) is warned, a
//! mushroom at 75 for 35 (2.14 ×) stopped; 18.5 yuan typed as 185 is called what it is.

use super::types::{Pack, Per, Verdict};
use crate::kernel::{Money, PriceThresholds};

/// A price that is to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub price_fen: Money,
    /// The price of the version before.
    pub previous_fen: Option<Money>,
    /// What a sales unit costs to raise at least.
    pub cost_floor_fen: Option<Money>,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    pub verdict: Verdict,
    /// Of the median, rounded.
    pub ratio_percent: Option<i64>,
    /// What was probably meant.
    pub likely_price_fen: Option<Money>,
}

/// Judges a price against the median of its goods, if there is one.
#[must_use]
pub fn assess(asked: &Asked, median: Option<(Pack, Money)>, thresholds: &PriceThresholds) -> Finding {
    let ratio = median.and_then(|(pack, median_fen)| Ratio::of(asked.price_fen, pack, median_fen));
    let likely_price_fen = slip(asked, ratio);
    let verdict = if likely_price_fen.is_some() {
        Verdict::DigitSlip
    } else if ratio.is_some_and(|ratio| ratio.is_above(thresholds.stop_percent)) {
        Verdict::Stopped
    } else if is_below_cost(asked, thresholds) {
        Verdict::BelowCost
    } else if ratio.is_some_and(|ratio| ratio.is_above(thresholds.warn_percent)) {
        Verdict::Warned
    } else if ratio.is_some() {
        Verdict::Within
    } else {
        Verdict::Unknown
    };
    Finding { verdict, ratio_percent: ratio.map(Ratio::percent), likely_price_fen }
}

fn is_below_cost(asked: &Asked, thresholds: &PriceThresholds) -> bool {
    let floor = asked.cost_floor_fen.map_or(0, |floor| i128::from(floor.fen()));
    i128::from(asked.price_fen.fen()) * 100 < floor * i128::from(thresholds.floor_percent)
}

/// A price by the median price of the same amount, as a fraction.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    /// What the median is of: 500 g or one piece.
    unit: i128,
    /// The price times `unit`.
    price: i128,
    /// The median price of the amount, times `unit`.
    median: i128,
}

/// Digits by which a price may have slipped.
const SLIPS: u32 = 6;
/// How near to a power of ten the ratio then lies, in percent.
const SLIP_PERCENT: i128 = 3;

impl Ratio {
    fn of(price_fen: Money, pack: Pack, median_fen: Money) -> Option<Self> {
        let unit = match pack.per {
            Per::Jin => 500,
            Per::Piece => 1,
        };
        let price = i128::from(price_fen.fen()) * unit;
        let median = i128::from(median_fen.fen()) * i128::from(pack.amount());
        (median > 0).then_some(Self { unit, price, median })
    }

    fn is_above(self, percent: i64) -> bool {
        self.price * 100 > self.median * i128::from(percent)
    }

    fn percent(self) -> i64 {
        to_i64(divided(self.price * 100, self.median))
    }

    /// The median price of the amount in fen.
    fn expected_fen(self) -> i64 {
        to_i64(divided(self.median, self.unit))
    }

    /// The price without the power of ten by which it is too high or too low, if there is one.
    fn without_slip(self) -> Option<i64> {
        let near = |price: i128, median: i128| (price - median).abs() * 100 <= median * SLIP_PERCENT;
        (1..=SLIPS).map(|digits| 10_i128.pow(digits)).find_map(|power| {
            if near(self.price, self.median * power) {
                Some(to_i64(divided(self.price, self.unit * power)))
            } else if near(self.price * power, self.median) {
                Some(to_i64(self.price / self.unit * power))
            } else {
                None
            }
        })
    }
}

/// What was probably meant, if a digit slipped in: the usual price or the one before, of which this one has
/// a digit too many, or this one moved by the power of ten that parts it from the median.
fn slip(asked: &Asked, ratio: Option<Ratio>) -> Option<Money> {
    let price = asked.price_fen.fen();
    let meant = [ratio.map(Ratio::expected_fen), asked.previous_fen.map(Money::fen)];
    let one_digit_less = meant.into_iter().flatten().find(|fen| *fen > 0 && has_one_digit_more(price, *fen));
    one_digit_less.or_else(|| ratio.and_then(Ratio::without_slip)).and_then(|fen| Money::from_fen(fen).ok())
}

/// Whether leaving out one digit of `longer` gives `shorter`: 17.76 and 1.76, 185.00 and 18.50.
fn has_one_digit_more(longer: i64, shorter: i64) -> bool {
    let (longer, shorter) = (longer.to_string(), shorter.to_string());
    longer.len() == shorter.len() + 1
        && (0..longer.len()).any(|left_out| {
            let kept = longer.bytes().enumerate().filter(|(position, _)| *position != left_out);
            kept.map(|(_, digit)| digit).eq(shorter.bytes())
        })
}

/// Rounded to the nearest.
const fn divided(amount: i128, by: i128) -> i128 {
    (amount * 2 + by) / (by * 2)
}

fn to_i64(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fen(fen: i64) -> Money {
        Money::from_fen(fen).unwrap()
    }

    fn asked(price: i64) -> Asked {
        Asked { price_fen: fen(price), previous_fen: None, cost_floor_fen: None }
    }

    /// A price of one 斤 against a median of one 斤.
    fn of_a_jin(price: i64, median: i64) -> Finding {
        let jin = Pack::new(Per::Jin, 500).unwrap();
        assess(&asked(price), Some((jin, fen(median))), &PriceThresholds::default())
    }

    #[test]
    fn the_cases_of_the_field() {
        for (what, price, median, verdict, ratio, likely) in [
            ("millet", 3_500, 1_980, Verdict::Warned, 177, None),
            ("mushroom", 7_500, 3_500, Verdict::Stopped, 214, None),
            ("18.5 typed as 185", 18_500, 1_850, Verdict::DigitSlip, 1_000, Some(1_850)),
            ("176 typed as 1776", 177_600, 17_600, Verdict::DigitSlip, 1_009, Some(17_600)),
            ("a comma too far left", 185, 1_850, Verdict::DigitSlip, 10, Some(1_850)),
            ("near ten times", 19_000, 1_850, Verdict::DigitSlip, 1_027, Some(1_900)),
            ("not so near", 19_100, 1_850, Verdict::Stopped, 1_032, None),
            ("as usual", 1_850, 1_850, Verdict::Within, 100, None),
            ("at the edge", 2_775, 1_850, Verdict::Within, 150, None),
            ("over the edge", 2_776, 1_850, Verdict::Warned, 150, None),
            ("at the second edge", 3_330, 1_850, Verdict::Warned, 180, None),
            ("over it", 3_331, 1_850, Verdict::Stopped, 180, None),
            ("cheap", 900, 1_850, Verdict::Within, 49, None),
        ] {
            let found = of_a_jin(price, median);
            let expected = Finding { verdict, ratio_percent: Some(ratio), likely_price_fen: likely.map(fen) };
            assert_eq!(found, expected, "{what}");
        }
    }

    #[test]
    fn packs_are_held_against_their_own_amount() {
        let per_piece = (Pack::new(Per::Piece, 30).unwrap(), fen(120));
        let of = |price| assess(&asked(price), Some(per_piece), &PriceThresholds::default());
        assert_eq!((of(4_800).verdict, of(4_800).ratio_percent), (Verdict::Within, Some(133)));
        assert_eq!(of(36_000).likely_price_fen, Some(fen(3_600)));
        let bag = (Pack::new(Per::Jin, 10_000).unwrap(), fen(600));
        assert_eq!(assess(&asked(12_000), Some(bag), &PriceThresholds::default()).ratio_percent, Some(100));
        assert_eq!((Pack::new(Per::Piece, 0), Pack::new(Per::Jin, i64::MAX)), (None, None));
    }

    #[test]
    fn without_a_reference_the_version_before_and_the_cost_still_speak() {
        let thresholds = PriceThresholds::default();
        let judge = |price, previous: Option<i64>, floor: Option<i64>| {
            let asked = Asked { previous_fen: previous.map(fen), cost_floor_fen: floor.map(fen), ..asked(price) };
            assess(&asked, None, &thresholds)
        };
        assert_eq!(judge(1_850, None, None).verdict, Verdict::Unknown);
        let slipped = judge(18_500, Some(1_850), None);
        assert_eq!((slipped.verdict, slipped.likely_price_fen), (Verdict::DigitSlip, Some(fen(1_850))));
        assert_eq!(judge(2_000, Some(1_850), None).verdict, Verdict::Unknown);
        // Three hens for 83.3 yuan, of which each costs over 150.
        assert_eq!(judge(8_330, None, Some(45_000)).verdict, Verdict::BelowCost);
        assert_eq!(judge(36_000, None, Some(45_000)).verdict, Verdict::Unknown, "four fifths are enough");
    }

    /// How much a verdict asks for.
    const fn severity(verdict: Verdict) -> u8 {
        match verdict {
            Verdict::Unknown | Verdict::Within => 0,
            Verdict::Warned => 1,
            Verdict::Stopped | Verdict::DigitSlip | Verdict::BelowCost => 2,
        }
    }

    proptest! {
        #[test]
        fn nothing_is_too_large_to_judge(price in 0..=i64::MAX, previous in prop::option::of(0..=i64::MAX), floor in prop::option::of(0..=i64::MAX), median in 0..=i64::MAX, amount in 1..=100_000_000_i64, by_mass: bool) {
            let asked = Asked { price_fen: fen(price), previous_fen: previous.map(fen), cost_floor_fen: floor.map(fen) };
            let per = if by_mass { Per::Jin } else { Per::Piece };
            let median = Pack::new(per, amount).map(|pack| (pack, fen(median)));
            let found = assess(&asked, median, &PriceThresholds::default());
            prop_assert_eq!(found.likely_price_fen.is_some(), found.verdict == Verdict::DigitSlip);
            // What was said of the version before never makes a verdict milder.
            let alone = assess(&Asked { previous_fen: None, ..asked }, median, &PriceThresholds::default());
            prop_assert!(severity(found.verdict) >= severity(alone.verdict));
        }

        #[test]
        fn a_higher_price_is_not_judged_milder(median in 1..1_000_000_i64, above in 0..20_000_000_i64, more in 0..20_000_000_i64, amount in 1..50_000_i64, floor in prop::option::of(1..1_000_000_i64)) {
            let pack = Pack::new(Per::Jin, amount).unwrap();
            let usual = median * amount / 500 + 1;
            let judge = |price| {
                let asked = Asked { cost_floor_fen: floor.map(fen), ..asked(price) };
                assess(&asked, Some((pack, fen(median))), &PriceThresholds::default()).verdict
            };
            let (low, high) = (judge(usual + above), judge(usual + above + more));
            prop_assert!(severity(high) >= severity(low) || low == Verdict::BelowCost, "{low} {high}");
        }

        #[test]
        fn a_digit_too_many_is_found(price in 10..1_000_000_i64, digit in 0..10_i64, at in 0_usize..7) {
            let text = price.to_string();
            let (front, back) = text.split_at(at.clamp(1, text.len()));
            let typed: i64 = format!("{front}{digit}{back}").parse().unwrap();
            let asked = Asked { previous_fen: Some(fen(price)), ..asked(typed) };
            prop_assert_eq!(assess(&asked, None, &PriceThresholds::default()).likely_price_fen, Some(fen(price)));
        }
    }
}
