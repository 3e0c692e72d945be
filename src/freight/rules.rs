//! What a parcel costs by its weight and by where it goes. Pure.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::kernel::{Grams, Invalid, Money, RegionCode};

/// What a parcel costs: up to the first weight, and for each kilogram that is begun beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FreightRate)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub first_fen: Money,
    pub further_fen: Money,
}

/// A village's rates; `None` where it sends nothing to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tariff {
    pub first_g: Grams,
    /// Of provinces that are not named.
    pub elsewhere: Option<Rate>,
    pub provinces: BTreeMap<RegionCode, Option<Rate>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreightRefusal {
    NotDelivered,
    TooLarge(Invalid),
}

const KILOGRAM: i64 = 1_000;

impl Tariff {
    fn rate_to(&self, place: &RegionCode) -> Option<Rate> {
        let province = self.provinces.iter().find(|(province, _)| province.contains(place));
        province.map_or(self.elsewhere, |(_, rate)| *rate)
    }

    /// # Errors
    /// [`FreightRefusal::NotDelivered`]; an amount beyond what can be held.
    pub fn fee(&self, parcel_g: i64, to: &RegionCode) -> Result<Money, FreightRefusal> {
        let rate = self.rate_to(to).ok_or(FreightRefusal::NotDelivered)?;
        let over = parcel_g.saturating_sub(self.first_g.get()).max(0);
        let begun = over / KILOGRAM + i64::from(over % KILOGRAM > 0);
        let too_large = || FreightRefusal::TooLarge(Invalid::new("amount_too_large"));
        let further = rate.further_fen.fen().checked_mul(begun).ok_or_else(too_large)?;
        let further = Money::from_fen(further).map_err(FreightRefusal::TooLarge)?;
        rate.first_fen.checked_add(further).map_err(FreightRefusal::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(first: i64, further: i64) -> Rate {
        Rate { first_fen: Money::from_fen(first).unwrap(), further_fen: Money::from_fen(further).unwrap() }
    }

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    /// 8 yuan for the first kilogram in Sichuan, 12 elsewhere, nothing to Tibet.
    fn tariff() -> Tariff {
        Tariff {
            first_g: Grams::new(1_000).unwrap(),
            elsewhere: Some(rate(1_200, 500)),
            provinces: BTreeMap::from([(code("51"), Some(rate(800, 200))), (code("54"), None)]),
        }
    }

    #[test]
    fn the_first_weight_and_each_kilogram_that_is_begun() {
        let fee = |grams, to| tariff().fee(grams, &code(to)).map(Money::fen);
        for (grams, to, fen) in [
            (0, "510104", 800),
            (1_000, "510104", 800),
            (1_001, "510104", 1_000),
            (2_000, "510104", 1_000),
            (2_001, "510104", 1_200),
            (1_000, "310101", 1_200),
            (4_500, "310101", 1_200 + 4 * 500),
        ] {
            assert_eq!(fee(grams, to), Ok(fen), "{grams} g to {to}");
        }
        assert_eq!(fee(1, "540102"), Err(FreightRefusal::NotDelivered));
        assert!(matches!(fee(i64::MAX, "310101"), Ok(_) | Err(FreightRefusal::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn more_weight_never_costs_less(
            first_g in 1..20_000_i64, first in 0..10_000_i64, further in 0..5_000_i64,
            light in 0..200_000_i64, more in 0..50_000_i64,
        ) {
            let tariff = Tariff { first_g: Grams::new(first_g).unwrap(), elsewhere: Some(rate(first, further)), provinces: BTreeMap::new() };
            let there = code("310101");
            let (light_fee, heavy_fee) = (tariff.fee(light, &there).unwrap(), tariff.fee(light + more, &there).unwrap());
            prop_assert!(light_fee <= heavy_fee);
            prop_assert!(light_fee.fen() >= first);
            prop_assert_eq!(tariff.fee(light + 1_000, &there).unwrap().fen() - light_fee.fen() <= further, true);
        }
    }
}
