//! What is weighed, counted and rejected on intake day. Pure.

use crate::kernel::{Invalid, text_enum};
use crate::templates::Base;

text_enum! {
    /// How good what came in is.
    pub enum Grade as HarvestGrade {
        First = "first",
        Second = "second",
        Third = "third",
    }
}

/// How a template counts and what it should weigh.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    pub base: Base,
    /// Grams or pieces in one sales unit.
    pub pack: i64,
    /// Least and most grams of one sales unit.
    pub band: Option<(i64, i64)>,
}

/// What stood on the scale, and what the hands found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weighing {
    pub gross_g: i64,
    pub tare_g: i64,
    /// Pieces; needed where pieces are sold.
    pub counted: Option<i64>,
    pub candled_good: Option<i64>,
    pub candled_bad: Option<i64>,
    /// Beyond those that candling found bad; grams or pieces.
    pub rejected: i64,
}

/// What of it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    pub net_g: i64,
    /// Grams or pieces.
    pub quantity: i64,
    /// Whole sales units.
    pub units: i64,
}

/// Why a weighing is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Invalid(&'static str, Invalid),
    /// Not even a slip of ten times explains it: somebody read kilograms as grams, or another scale.
    OutOfBand {
        net_g: i64,
        counted: i64,
        least_g: i64,
        most_g: i64,
    },
}

/// How far beside the band a weight may lie before it is asked about.
const BAND_TIMES: i128 = 10;
/// The heaviest that is weighed, in grams: 20 tons.
const WEIGHT_MAX: i64 = 20_000_000;
const COUNT_MAX: i64 = 1_000_000;

/// # Errors
/// [`Refusal`]; `is_confirmed` lets a weight beside the band pass.
pub fn weigh(measure: Measure, weighing: &Weighing, is_confirmed: bool) -> Result<Accepted, Refusal> {
    let Weighing { gross_g, tare_g, counted, candled_good, candled_bad, rejected } = *weighing;
    check("/gross_g", gross_g, 1, WEIGHT_MAX)?;
    check("/tare_g", tare_g, 0, WEIGHT_MAX)?;
    let net_g = gross_g - tare_g;
    if net_g <= 0 {
        return Err(Refusal::Invalid("/tare_g", Invalid::new("tare_above_gross")));
    }
    for (pointer, count) in [("/counted", counted), ("/candled_good", candled_good), ("/candled_bad", candled_bad)] {
        check(pointer, count.unwrap_or(0), 0, COUNT_MAX)?;
    }
    check("/rejected_quantity", rejected, 0, WEIGHT_MAX)?;
    if measure.base == Base::Piece && counted.is_none() {
        return Err(Refusal::Invalid("/counted", Invalid::new("count_required")));
    }
    let bad = candled_bad.unwrap_or(0);
    if counted.is_some_and(|counted| candled_good.unwrap_or(0) + bad > counted) {
        return Err(Refusal::Invalid("/candled_good", Invalid::new("candled_more_than_counted")));
    }
    check_band(measure, net_g, counted, is_confirmed)?;
    let there = match measure.base {
        Base::Piece => counted.unwrap_or(0) - bad,
        Base::Gram => net_g,
    };
    let quantity = there - rejected;
    if quantity < 0 {
        return Err(Refusal::Invalid("/rejected_quantity", Invalid::new("rejected_more_than_there")));
    }
    Ok(Accepted { net_g, quantity, units: quantity / measure.pack })
}

fn check(pointer: &'static str, count: i64, min: i64, max: i64) -> Result<(), Refusal> {
    if (min..=max).contains(&count) {
        return Ok(());
    }
    Err(Refusal::Invalid(pointer, Invalid::new("invalid_count").with("min", min).with("max", max)))
}

/// Whether the pieces weigh what such pieces can, within ten times.
fn check_band(measure: Measure, net_g: i64, counted: Option<i64>, is_confirmed: bool) -> Result<(), Refusal> {
    let (Base::Piece, Some((least, most)), Some(counted)) = (measure.base, measure.band, counted) else {
        return Ok(());
    };
    let of_all = |grams: i64| i128::from(grams) * i128::from(counted);
    let net = i128::from(net_g) * i128::from(measure.pack);
    let is_inside = net * BAND_TIMES >= of_all(least) && net <= of_all(most) * BAND_TIMES;
    if is_inside || is_confirmed {
        return Ok(());
    }
    let of_pack = |grams: i64| i64::try_from(of_all(grams) / i128::from(measure.pack)).unwrap_or(i64::MAX);
    Err(Refusal::OutOfBand { net_g, counted, least_g: of_pack(least), most_g: of_pack(most) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EGGS: Measure = Measure { base: Base::Piece, pack: 30, band: Some((1_300, 1_800)) };
    const RICE: Measure = Measure { base: Base::Gram, pack: 5_000, band: None };

    fn eggs(gross_g: i64, counted: i64, bad: i64, rejected: i64) -> Weighing {
        let candled = Some(bad);
        Weighing { gross_g, tare_g: 500, counted: Some(counted), candled_bad: candled, rejected, ..Weighing::default() }
    }

    #[test]
    fn what_is_accepted() {
        let taken =
            |measure, weighing: &Weighing| weigh(measure, weighing, false).map(|it| (it.net_g, it.quantity, it.units));
        assert_eq!(taken(EGGS, &eggs(5_500, 100, 3, 2)), Ok((5_000, 95, 3)));
        assert_eq!(taken(EGGS, &eggs(5_500, 100, 100, 0)), Ok((5_000, 0, 0)));
        let rice = Weighing { gross_g: 26_000, tare_g: 1_000, rejected: 400, ..Weighing::default() };
        assert_eq!(taken(RICE, &rice), Ok((25_000, 24_600, 4)));
    }

    #[test]
    fn what_is_refused() {
        let why = |measure, weighing: &Weighing| match weigh(measure, weighing, false) {
            Err(Refusal::Invalid(pointer, invalid)) => (pointer, invalid.code),
            Err(Refusal::OutOfBand { .. }) => ("", "weight_out_of_band"),
            Ok(_) => ("", "accepted"),
        };
        assert_eq!(why(EGGS, &eggs(500, 10, 0, 0)), ("/tare_g", "tare_above_gross"));
        assert_eq!(why(EGGS, &eggs(0, 10, 0, 0)), ("/gross_g", "invalid_count"));
        assert_eq!(why(EGGS, &Weighing { counted: None, ..eggs(5_500, 0, 0, 0) }), ("/counted", "count_required"));
        assert_eq!(why(EGGS, &eggs(5_500, 100, 101, 0)), ("/candled_good", "candled_more_than_counted"));
        assert_eq!(why(EGGS, &eggs(5_500, 100, 60, 41)), ("/rejected_quantity", "rejected_more_than_there"));
        // 100 eggs of 4.3 to 6 kg: neither 0.4 kg nor 61 kg.
        assert_eq!(why(EGGS, &eggs(900, 100, 0, 0)), ("", "weight_out_of_band"));
        assert_eq!(why(EGGS, &eggs(61_000, 100, 0, 0)), ("", "weight_out_of_band"));
        assert_eq!(why(EGGS, &eggs(1_000, 100, 0, 0)), ("", "accepted"));
        assert!(weigh(EGGS, &eggs(900, 100, 0, 0), true).is_ok(), "confirmed with a reason");
    }

    proptest! {
        #[test]
        fn no_more_is_accepted_than_is_there(
            gross_g in 0..100_000_i64, tare_g in 0..5_000_i64, counted in prop::option::of(0..500_i64),
            candled_bad in prop::option::of(0..50_i64), rejected in 0..100_i64, pieces: bool,
        ) {
            let weighing = Weighing { gross_g, tare_g, counted, candled_good: None, candled_bad, rejected };
            let measure = if pieces { EGGS } else { RICE };
            if let Ok(it) = weigh(measure, &weighing, true) {
                prop_assert_eq!(it.net_g, gross_g - tare_g);
                let there = if pieces { counted.unwrap_or(0) - candled_bad.unwrap_or(0) } else { it.net_g };
                prop_assert_eq!(it.quantity + rejected, there);
                prop_assert!(it.net_g > 0 && it.quantity >= 0);
                prop_assert!(it.units * measure.pack <= it.quantity && it.quantity < (it.units + 1) * measure.pack);
            }
        }
    }
}
