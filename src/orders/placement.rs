//! Deciding orders. Pure: the shelf is what the database held under lock, the outcome is what is to
//! be written.
//!
//! What always holds: an order is decided whole or refused whole; what one takes is gone for the
//! next; a village's goods of one cycle make one order, because they make one parcel; goods that ask a deposit
//! make one of their own, because they come in their own time.

use super::decided::{Decided, DecidedLine, DecidedOrder};
use super::prepaid;
use super::shelf::Shelf;
use super::types::{OrderError, Placement};
use crate::catalog::{ForSale, ListingId, ListingState};
use crate::cycles::{CycleId, Standing};
use crate::freight::FreightRefusal;
use crate::kernel::{Money, Quantity};

impl Shelf {
    /// Decides one wish; what it gets is off the shelf.
    ///
    /// # Errors
    /// The reason why nothing of it was taken.
    pub fn decide(&mut self, wish: &Placement) -> Result<Decided, OrderError> {
        let stream =
            match &wish.stream_code {
                Some(code) => Some(self.streams.get(code).ok_or_else(|| {
                    OrderError::Invalid("/stream_code", crate::kernel::Invalid::new("stream_unknown"))
                })?),
                None => None,
            };
        let mut orders: Vec<DecidedOrder> = Vec::new();
        for (index, (listing_id, quantity)) in wish.lines.iter().enumerate() {
            let listing = self.available(index, *listing_id, *quantity)?;
            let cycle = self.open_cycle(*listing_id, *quantity)?;
            if wish.seen.get(listing_id).is_some_and(|seen| *seen != listing.version) {
                let (version, price_fen) = (listing.version, listing.price_fen);
                return Err(OrderError::PriceChanged { line: index, listing_id: *listing_id, version, price_fen });
            }
            let too_large = |invalid| OrderError::Invalid("/lines", invalid);
            let line = DecidedLine {
                listing_id: *listing_id,
                listing_version: listing.version,
                household_id: listing.household_id,
                pairing_id: self.pairings.get(&(wish.buyer_id, listing.household_id)).copied(),
                title: listing.title.clone(),
                unit_label: listing.unit_label.clone(),
                quantity: *quantity,
                price_fen: listing.price_fen,
                price: listing.price,
                total_fen: listing.price_fen.times(*quantity).map_err(too_large)?,
                estimated_g: listing.estimated_g.map(|grams| grams * quantity.get()),
            };
            let streamed = stream.filter(|stream| stream.counts && stream.listing_ids.contains(listing_id));
            let pre_order = listing.deposit_percent.map(|_| *listing_id);
            let deposit_fen = listing.deposit_percent.map(|percent| prepaid::deposit(line.total_fen, percent));
            let position = orders.iter().position(|order| {
                order.village_code == listing.village_code && order.cycle == cycle && order.pre_order == pre_order
            });
            let order = match position {
                Some(position) => &mut orders[position],
                None => {
                    let village_code = listing.village_code.clone();
                    orders.push(DecidedOrder {
                        village_code,
                        stream_id: None,
                        cycle,
                        pre_order,
                        deposit_fen: None,
                        total_fen: Money::ZERO,
                        freight_fen: Money::ZERO,
                        parcel_g: 0,
                        lines: Vec::new(),
                    });
                    orders.last_mut().expect("just pushed")
                }
            };
            order.total_fen = order.total_fen.checked_add(line.total_fen).map_err(too_large)?;
            order.deposit_fen = deposit_fen;
            order.stream_id = order.stream_id.or(streamed.map(|stream| stream.id));
            order.lines.push(line);
            let unit_g = listing.net_weight_g.map_or(0, |grams| grams.get());
            order.parcel_g = order.parcel_g.saturating_add(unit_g.saturating_mul(quantity.get()));
        }
        self.add_freight(wish, &mut orders)?;
        let is_perishable = self.check_perishable(wish)?;
        for order in &mut orders {
            // Of a fen no part can be paid later.
            order.deposit_fen = order.deposit_fen.filter(|deposit| *deposit < order.total_fen);
        }
        let total_fen = Money::sum(orders.iter().map(|order| order.total_fen))
            .map_err(|invalid| OrderError::Invalid("/lines", invalid))?;
        self.take(&wish.lines);
        Ok(Decided { total_fen, is_perishable, orders })
    }

    /// A parcel costs by its weight and by where it goes; not more than what the buyer saw, nor less.
    fn add_freight(&self, wish: &Placement, orders: &mut [DecidedOrder]) -> Result<(), OrderError> {
        let too_large = |invalid| OrderError::Invalid("/lines", invalid);
        for order in orders.iter_mut() {
            let Some(tariff) = self.freight.get(&order.village_code) else { continue };
            order.freight_fen = tariff.fee(order.parcel_g, &wish.region_code).map_err(|refusal| match refusal {
                FreightRefusal::NotDelivered => OrderError::NotDelivered(order.village_code.clone()),
                FreightRefusal::TooLarge(invalid) => too_large(invalid),
            })?;
            order.total_fen = order.total_fen.checked_add(order.freight_fen).map_err(too_large)?;
        }
        let freight_fen = Money::sum(orders.iter().map(|order| order.freight_fen)).map_err(too_large)?;
        match wish.terms.freight_seen_fen {
            Some(seen) if seen != freight_fen => Err(OrderError::FreightChanged(freight_fen)),
            _ => Ok(()),
        }
    }

    fn check_perishable(&self, wish: &Placement) -> Result<bool, OrderError> {
        let perishable = wish.lines.iter().map(|(id, _)| *id).find(|id| self.perishable.contains(id));
        match perishable {
            Some(id) if !wish.terms.perishable_acknowledged => Err(OrderError::PerishableNotAcknowledged(id)),
            found => Ok(found.is_some()),
        }
    }

    fn available(&self, index: usize, listing_id: ListingId, quantity: Quantity) -> Result<&ForSale, OrderError> {
        let Some(listing) = self.listings.get(&listing_id) else {
            let invalid = crate::kernel::Invalid::new("unknown_listing").with("line", index);
            return Err(OrderError::Invalid("/lines", invalid));
        };
        if listing.state != ListingState::Live {
            // A draft is nobody's business yet.
            return match listing.state {
                ListingState::Draft | ListingState::InReview | ListingState::Rejected => Err(OrderError::Invalid(
                    "/lines",
                    crate::kernel::Invalid::new("unknown_listing").with("line", index),
                )),
                state => Err(OrderError::ListingNotLive { listing_id, state }),
            };
        }
        if listing.stock_available < quantity.get() {
            let (requested, available) = (quantity.get(), listing.stock_available);
            return Err(OrderError::OutOfStock { listing_id, requested, available });
        }
        Ok(listing)
    }

    /// The cycle in which goods can be had now; `None` for those that are sold without one.
    fn open_cycle(&self, listing_id: ListingId, quantity: Quantity) -> Result<Option<(CycleId, String)>, OrderError> {
        match self.standings.get(&listing_id) {
            None => Ok(None),
            Some(Standing::Closed { next_opens_at }) => {
                Err(OrderError::CycleClosed { listing_id, next_opens_at: *next_opens_at })
            }
            Some(Standing::Open { left, .. }) if *left < quantity.get() => {
                Err(OrderError::CycleFull { listing_id, requested: quantity.get(), left: *left })
            }
            Some(Standing::Open { cycle_id, arrival_on, .. }) => Ok(Some((*cycle_id, arrival_on.clone()))),
        }
    }

    fn take(&mut self, lines: &[(ListingId, Quantity)]) {
        for (listing_id, quantity) in lines {
            if let Some(listing) = self.listings.get_mut(listing_id) {
                listing.stock_available -= quantity.get();
                assert!(listing.stock_available >= 0, "checked before it was taken");
            }
            *self.taken.entry(*listing_id).or_default() += quantity.get();
            if let Some(Standing::Open { cycle_id, left, .. }) = self.standings.get_mut(listing_id) {
                *left -= quantity.get();
                *self.taken_in_cycles.entry((*cycle_id, *listing_id)).or_default() += quantity.get();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};

    use super::super::shelf::StreamGoods;
    use super::super::types::Terms;
    use super::*;
    use crate::catalog::PriceComposition;
    use crate::freight::{Rate, Tariff};
    use crate::kernel::{Actor, Grams, Id, IdSource, Instant, RegionCode, Role};
    use crate::secrets::Secrets;
    use crate::web::idempotency::Ticket;
    use proptest::prelude::*;

    fn id<T>(number: u128) -> Id<T> {
        Id::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn listing(number: u128, village: &str, stock: i64) -> ForSale {
        let price = PriceComposition { farmer_pay_fen: Money::from_fen(3_300).unwrap(), ..PriceComposition::default() };
        ForSale {
            id: id(number),
            household_id: id(number + 100),
            village_code: RegionCode::parse(village).unwrap(),
            state: ListingState::Live,
            title: "土鸡蛋".into(),
            unit_label: "盒".into(),
            price_fen: Money::from_fen(3_300).unwrap(),
            price,
            stock_available: stock,
            version: 3,
            net_weight_g: Some(Grams::new(1_500).unwrap()),
            estimated_g: None,
            deposit_percent: None,
        }
    }

    fn wish(lines: &[(u128, i64)]) -> Placement {
        let buyer_id = id(1);
        Placement {
            ticket: Ticket::new(buyer_id, "k".into(), Vec::new(), &Secrets::ephemeral()),
            buyer_id,
            actor: Actor { user_id: Some(buyer_id), role: Role::Buyer, on_behalf_of: None },
            checkout_id: IdSource::seeded(1).new_id(Instant::from_unix_micros(0)),
            lines: lines.iter().map(|(listing, count)| (id(*listing), Quantity::new(*count).unwrap())).collect(),
            seen: BTreeMap::new(),
            address_sealed: Vec::new(),
            region_code: RegionCode::parse("510104").unwrap(),
            stream_code: None,
            terms: Terms::default(),
        }
    }

    const XIUYUN: &str = "510824115216";
    const XUANYA: &str = "513431109210";

    #[test]
    fn a_village_makes_one_order() {
        let mut shelf = Shelf::new(
            vec![listing(1, XIUYUN, 9), listing(2, XUANYA, 9), listing(3, XIUYUN, 9)],
            vec![],
            HashMap::new(),
        );
        let decided = shelf.decide(&wish(&[(1, 2), (2, 1), (3, 1)])).unwrap();
        let shape: Vec<_> =
            decided.orders.iter().map(|order| (order.village_code.as_str(), order.lines.len())).collect();
        assert_eq!(shape, [(XIUYUN, 2), (XUANYA, 1)]);
        assert_eq!(decided.total_fen.fen(), 4 * 3_300);
    }

    #[test]
    fn what_changed_since_it_was_seen_is_not_sold() {
        let mut shelf = Shelf::new(vec![listing(1, XIUYUN, 5), listing(2, XIUYUN, 5)], vec![], HashMap::new());
        let saw = |version| Placement { seen: BTreeMap::from([(id(2), version)]), ..wish(&[(1, 1), (2, 1)]) };
        let refused = shelf.decide(&saw(2)).unwrap_err();
        assert!(matches!(refused, OrderError::PriceChanged { line: 1, version: 3, .. }), "{refused}");
        assert!(shelf.taken().is_empty());
        let decided = shelf.decide(&saw(3)).unwrap();
        assert!(decided.orders[0].lines.iter().all(|line| line.listing_version == 3));
    }

    #[test]
    fn what_is_refused_takes_nothing() {
        let mut shelf = Shelf::new(vec![listing(1, XIUYUN, 5), listing(2, XIUYUN, 1)], vec![], HashMap::new());
        let refused = shelf.decide(&wish(&[(1, 5), (2, 2)])).unwrap_err();
        assert!(matches!(refused, OrderError::OutOfStock { requested: 2, available: 1, .. }));
        assert!(shelf.taken().is_empty());
        assert!(shelf.decide(&wish(&[(1, 5)])).is_ok());
    }

    #[test]
    fn a_pair_and_a_stream_are_remembered_where_they_belong() {
        let goods = StreamGoods { id: id(7), listing_ids: HashSet::from([id(1)]), counts: true };
        let streams = HashMap::from([("ABC".to_owned(), goods)]);
        let mut shelf =
            Shelf::new(vec![listing(1, XIUYUN, 5), listing(2, XUANYA, 5)], vec![(id(1), id(101), id(8))], streams);
        let decided = shelf.decide(&Placement { stream_code: Some("ABC".into()), ..wish(&[(1, 1), (2, 1)]) }).unwrap();
        assert_eq!(decided.orders[0].stream_id, Some(id(7)));
        assert_eq!(decided.orders[0].lines[0].pairing_id, Some(id(8)));
        assert_eq!(decided.orders[1].stream_id, None);
        assert_eq!(decided.orders[1].lines[0].pairing_id, None);
        assert!(shelf.decide(&Placement { stream_code: Some("XYZ".into()), ..wish(&[(1, 1)]) }).is_err());
    }

    fn tariff(first: i64, further: i64) -> Tariff {
        let fen = |fen| Money::from_fen(fen).unwrap();
        let rate = Rate { first_fen: fen(first), further_fen: fen(further) };
        let nowhere = (RegionCode::parse("54").unwrap(), None);
        Tariff { first_g: Grams::new(1_000).unwrap(), elsewhere: Some(rate), provinces: BTreeMap::from([nowhere]) }
    }

    #[test]
    fn each_parcel_has_its_freight_and_what_differs_from_what_was_seen_is_refused() {
        let goods = || vec![listing(1, XIUYUN, 9), listing(2, XUANYA, 9)];
        let freight = || HashMap::from([(RegionCode::parse(XIUYUN).unwrap(), tariff(800, 200))]);
        let mut shelf = Shelf::new(goods(), vec![], HashMap::new()).with_terms(freight(), vec![]);
        let saw = |fen| Terms { freight_seen_fen: Some(Money::from_fen(fen).unwrap()), ..Terms::default() };
        let asked = |fen| Placement { terms: saw(fen), ..wish(&[(1, 2), (2, 1)]) };
        let refused = shelf.decide(&asked(900)).unwrap_err();
        assert!(matches!(refused, OrderError::FreightChanged(fen) if fen.fen() == 1_200), "{refused}");
        assert!(shelf.taken().is_empty());
        let decided = shelf.decide(&asked(1_200)).unwrap();
        let shape: Vec<_> = decided
            .orders
            .iter()
            .map(|order| (order.freight_fen.fen(), order.parcel_g, order.total_fen.fen()))
            .collect();
        assert_eq!(shape, [(1_200, 3_000, 2 * 3_300 + 1_200), (0, 1_500, 3_300)]);
        assert_eq!(decided.total_fen.fen(), 3 * 3_300 + 1_200);
        let far = Placement { region_code: RegionCode::parse("540102").unwrap(), ..wish(&[(1, 1)]) };
        assert!(matches!(shelf.decide(&far), Err(OrderError::NotDelivered(_))));
    }

    #[test]
    fn what_does_not_come_back_is_sold_to_who_has_read_so() {
        let mut shelf =
            Shelf::new(vec![listing(1, XIUYUN, 9)], vec![], HashMap::new()).with_terms(HashMap::new(), vec![id(1)]);
        assert!(matches!(shelf.decide(&wish(&[(1, 1)])), Err(OrderError::PerishableNotAcknowledged(_))));
        let read = Terms { perishable_acknowledged: true, ..Terms::default() };
        assert!(shelf.decide(&Placement { terms: read, ..wish(&[(1, 1)]) }).unwrap().is_perishable);
    }

    fn open(number: u128, left: i64) -> Standing {
        Standing::Open { cycle_id: id(number), arrival_on: "2026-09-27".into(), left }
    }

    #[test]
    fn goods_of_different_cycles_make_different_orders() {
        let goods = (1..=4).map(|number| listing(number, XIUYUN, 9)).collect();
        let standings = HashMap::from([(id(1), open(11, 9)), (id(2), open(12, 9)), (id(3), open(11, 9))]);
        let mut shelf = Shelf::new(goods, vec![], HashMap::new()).in_cycles(standings);
        let decided = shelf.decide(&wish(&[(1, 2), (2, 1), (3, 1), (4, 1)])).unwrap();
        let cycles: Vec<_> = decided
            .orders
            .iter()
            .map(|order| (order.cycle.clone().map(|(cycle, _)| cycle), order.lines.len()))
            .collect();
        assert_eq!(cycles, [(Some(id(11)), 2), (Some(id(12)), 1), (None, 1)]);
        let taken: Vec<_> = shelf.taken_in_cycles().collect();
        assert_eq!(taken, [(id(11), id(1), 2), (id(11), id(3), 1), (id(12), id(2), 1)]);
    }

    #[test]
    fn goods_that_ask_a_deposit_make_an_order_of_their_own() {
        let pre_order = |number| ForSale { deposit_percent: Some(30), ..listing(number, XIUYUN, 9) };
        let mut shelf = Shelf::new(vec![pre_order(1), listing(2, XIUYUN, 9), pre_order(3)], vec![], HashMap::new());
        let decided = shelf.decide(&wish(&[(1, 2), (2, 1), (3, 1)])).unwrap();
        let shape: Vec<_> =
            decided.orders.iter().map(|order| (order.total_fen.fen(), order.deposit_fen.map(Money::fen))).collect();
        assert_eq!(shape, [(6_600, Some(1_980)), (3_300, None), (3_300, Some(990))]);
    }

    #[test]
    fn a_closed_cycle_sells_nothing() {
        let closed = HashMap::from([(id(1), Standing::Closed { next_opens_at: None })]);
        let mut shelf = Shelf::new(vec![listing(1, XIUYUN, 9)], vec![], HashMap::new()).in_cycles(closed);
        let refused = shelf.decide(&wish(&[(1, 1)])).unwrap_err();
        assert!(matches!(refused, OrderError::CycleClosed { next_opens_at: None, .. }), "{refused}");
        assert!(shelf.taken().is_empty());
    }

    proptest! {
        #[test]
        fn an_order_is_its_lines_and_its_freight(counts in prop::collection::vec(1..9_i64, 1..5), first in 0..3_000_i64, further in 0..900_i64) {
            let goods = (1..).zip(&counts).map(|(n, _)| listing(n, if n % 2 == 0 { XIUYUN } else { XUANYA }, 99)).collect();
            let freight = HashMap::from([(RegionCode::parse(XIUYUN).unwrap(), tariff(first, further))]);
            let mut shelf = Shelf::new(goods, vec![], HashMap::new()).with_terms(freight, vec![]);
            let lines: Vec<(u128, i64)> = (1..).zip(counts).collect();
            let decided = shelf.decide(&wish(&lines)).unwrap();
            for order in &decided.orders {
                let lines = Money::sum(order.lines.iter().map(|line| line.total_fen)).unwrap();
                prop_assert_eq!(order.total_fen, lines.checked_add(order.freight_fen).unwrap());
            }
            prop_assert_eq!(decided.total_fen, Money::sum(decided.orders.iter().map(|order| order.total_fen)).unwrap());
        }

        #[test]
        fn no_more_than_the_cap_is_taken(cap in 0..20_i64, wishes in prop::collection::vec(1..6_i64, 0..20)) {
            let standings = HashMap::from([(id(1), open(11, cap))]);
            let mut shelf = Shelf::new(vec![listing(1, XIUYUN, 500)], vec![], HashMap::new()).in_cycles(standings);
            let sold: i64 = wishes.iter().filter(|count| shelf.decide(&wish(&[(1, **count)])).is_ok()).sum();
            prop_assert!(sold <= cap);
            prop_assert_eq!(shelf.taken_in_cycles().map(|(_, _, units)| units).sum::<i64>(), sold);
            let refused = shelf.decide(&wish(&[(1, cap - sold + 1)]));
            let is_full = matches!(refused, Err(OrderError::CycleFull { .. }));
            prop_assert!(is_full);
        }

        #[test]
        fn nothing_is_sold_twice(stock in 0..20_i64, wishes in prop::collection::vec(1..6_i64, 0..20)) {
            let mut shelf = Shelf::new(vec![listing(1, XIUYUN, stock)], vec![], HashMap::new());
            let sold: i64 = wishes.iter().filter(|count| shelf.decide(&wish(&[(1, **count)])).is_ok()).sum();
            prop_assert!(sold <= stock);
            prop_assert_eq!(shelf.taken().values().sum::<i64>(), sold);
            let smallest_refused = stock - sold;
            prop_assert!(shelf.decide(&wish(&[(1, smallest_refused + 1)])).is_err());
        }
    }
}
