//! What buyers and villages of the demonstration have laid down: freight, an address, a cart.

use std::collections::BTreeMap;
use std::error::Error;

use super::accounts::People;
use super::village::Village;
use crate::addresses::{self, Door};
use crate::cart::{self, Choice};
use crate::context::Context;
use crate::freight::{self, NewRule, Rate, Tariff};
use crate::kernel::{Grams, Money, Quantity, RegionCode, Role};

/// 四川省.
const PROVINCE: &str = "51";

/// The village farthest up asks for its parcels by weight; a buyer keeps an address and has chosen something.
pub fn create(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let (Some(far), Some(buyer)) = (villages.last(), people.buyers.first().copied()) else { return Ok(()) };
    let coordinator = people.holder(Role::Coordinator, &far.code);
    let act = context.act(coordinator, Role::Coordinator);
    let rule = NewRule { village_code: far.code.clone(), effective_from: act.at.day(), tariff: tariff()? };
    context.db.write_blocking(|conn| freight::lay_down(conn, &act, coordinator, &rule))?;

    let act = context.act(buyer, Role::Buyer);
    let door = Door::parse("演示·陈家", "19900009999", "510104", "演示路 1 号")?;
    context.db.write_blocking(|conn| addresses::add(conn, &act, &context.secrets, buyer, &door, true))?;
    let Some((listing_id, _)) = far.goods.first().copied() else { return Ok(()) };
    let choice = Choice { listing_id, quantity: Quantity::ONE, seen_version: None };
    Ok(context.db.write_blocking(|conn| cart::put(conn, &act, buyer, &choice))?)
}

fn tariff() -> Result<Tariff, Box<dyn Error>> {
    let rate = |first, further| -> Result<Option<Rate>, Box<dyn Error>> {
        Ok(Some(Rate { first_fen: Money::from_fen(first)?, further_fen: Money::from_fen(further)? }))
    };
    Ok(Tariff {
        first_g: Grams::new(1_000)?,
        elsewhere: rate(1_500, 600)?,
        provinces: BTreeMap::from([(RegionCode::parse(PROVINCE)?, rate(600, 200)?)]),
    })
}
