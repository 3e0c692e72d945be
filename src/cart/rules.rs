//! How what lies on a phone and what lies on the server become one cart. Pure.

use std::collections::HashMap;

use crate::catalog::{ListingId, ListingState};
use crate::kernel::{Quantity, text_enum};

/// Listings in a cart: as many as one checkout takes.
pub const LINES_MAX: usize = 50;

text_enum! {
    /// Whether what was chosen can be ordered now.
    pub enum Standing {
        ForSale = "for_sale",
        SoldOut = "sold_out",
        /// It is not offered now, or never again.
        Closed = "closed",
        /// There is no such listing, or it was never offered.
        Unknown = "unknown",
    }
}

text_enum! {
    /// What became of a line of the phone, where it is not what was asked.
    pub enum MergeNote {
        /// Less is left: the quantity is what is.
        Capped = "capped",
        SoldOut = "sold_out",
        Closed = "closed",
        Unknown = "unknown",
        /// The cart is full.
        Full = "full",
    }
}

/// What a cart needs to know of a listing.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub state: ListingState,
    /// Whether the public ever saw it.
    pub is_known: bool,
    pub stock_available: i64,
    /// The version in force.
    pub version: i64,
}

/// What is chosen of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub listing_id: ListingId,
    pub quantity: Quantity,
    /// What the buyer saw, where that is known.
    pub seen_version: Option<i64>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Lines to write, with the version that was seen.
    pub lines: Vec<(ListingId, Quantity, i64)>,
    pub notes: Vec<(ListingId, MergeNote)>,
}

#[must_use]
pub fn standing(facts: Option<&Facts>) -> Standing {
    match facts {
        Some(facts) if facts.is_known => match facts.state {
            ListingState::Live if facts.stock_available > 0 => Standing::ForSale,
            ListingState::Live => Standing::SoldOut,
            _ => Standing::Closed,
        },
        _ => Standing::Unknown,
    }
}

/// A version that can have been seen: none that is not in force yet.
#[must_use]
pub fn seen(version: Option<i64>, facts: &Facts) -> i64 {
    version.unwrap_or(facts.version).clamp(1, facts.version.max(1))
}

/// Brings the phone's lines into the cart on the server. Of two quantities the larger counts, of two versions
/// the older: it is what was not looked at again. Doing it again changes nothing.
#[must_use]
pub fn merge(server: &[Choice], phone: &[Choice], facts: &HashMap<ListingId, Facts>) -> Merged {
    let mut merged = Merged::default();
    let mut count = server.len();
    for choice in phone {
        let id = choice.listing_id;
        let known = facts.get(&id);
        let held = server.iter().find(|held| held.listing_id == id);
        match (standing(known), known) {
            (Standing::Unknown, _) | (_, None) => merged.notes.push((id, MergeNote::Unknown)),
            (Standing::Closed, _) => merged.notes.push((id, MergeNote::Closed)),
            _ if held.is_none() && count >= LINES_MAX => merged.notes.push((id, MergeNote::Full)),
            (standing, Some(known)) => {
                count += usize::from(held.is_none());
                let wanted = held.map_or(choice.quantity, |held| held.quantity.max(choice.quantity));
                let quantity = match Quantity::new(known.stock_available) {
                    Ok(left) => wanted.min(left),
                    // Nothing is left: what was wished stays, in case some comes back.
                    Err(_) => wanted,
                };
                if standing == Standing::SoldOut {
                    merged.notes.push((id, MergeNote::SoldOut));
                } else if quantity < wanted {
                    merged.notes.push((id, MergeNote::Capped));
                }
                let versions = [held.and_then(|held| held.seen_version), choice.seen_version];
                let version = versions.into_iter().flatten().min();
                merged.lines.push((id, quantity, seen(version, known)));
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Id;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(number: u128) -> ListingId {
        Id::from_uuid(Uuid::from_u128(number))
    }

    fn choice(number: u128, quantity: i64, seen_version: Option<i64>) -> Choice {
        Choice { listing_id: id(number), quantity: Quantity::new(quantity).unwrap(), seen_version }
    }

    fn facts(state: ListingState, stock_available: i64) -> Facts {
        Facts { state, is_known: state != ListingState::Draft, stock_available, version: 3 }
    }

    #[test]
    fn the_larger_quantity_counts_and_nothing_is_lost_silently() {
        let known = HashMap::from([
            (id(1), facts(ListingState::Live, 9)),
            (id(2), facts(ListingState::Live, 2)),
            (id(3), facts(ListingState::Closed, 5)),
            (id(4), facts(ListingState::Draft, 5)),
            (id(5), facts(ListingState::Live, 0)),
        ]);
        let server = [choice(1, 4, Some(2))];
        let phone = [
            choice(1, 3, Some(3)),
            choice(2, 7, None),
            choice(3, 1, None),
            choice(4, 1, None),
            choice(5, 2, Some(99)),
            choice(6, 1, None),
        ];
        let merged = merge(&server, &phone, &known);
        let quantity = |count| Quantity::new(count).unwrap();
        assert_eq!(merged.lines, [(id(1), quantity(4), 2), (id(2), quantity(2), 3), (id(5), quantity(2), 3)]);
        let notes = [
            (id(2), MergeNote::Capped),
            (id(3), MergeNote::Closed),
            (id(4), MergeNote::Unknown),
            (id(5), MergeNote::SoldOut),
            (id(6), MergeNote::Unknown),
        ];
        assert_eq!(merged.notes, notes);
    }

    #[test]
    fn a_full_cart_takes_no_new_listing_and_more_of_an_old_one() {
        let numbers = 1..=LINES_MAX as u128 + 1;
        let known = numbers.map(|number| (id(number), facts(ListingState::Live, 9))).collect();
        let server: Vec<Choice> = (1..=LINES_MAX as u128).map(|number| choice(number, 1, None)).collect();
        let merged = merge(&server, &[choice(1, 5, None), choice(LINES_MAX as u128 + 1, 1, None)], &known);
        assert_eq!(merged.lines, [(id(1), Quantity::new(5).unwrap(), 3)]);
        assert_eq!(merged.notes, [(id(LINES_MAX as u128 + 1), MergeNote::Full)]);
    }

    proptest! {
        #[test]
        fn merging_again_changes_nothing_and_each_line_is_kept_or_told(
            server in prop::collection::btree_map(1..8_u128, 1..20_i64, 0..6),
            phone in prop::collection::btree_map(1..8_u128, 1..20_i64, 0..6),
            stock in prop::collection::vec(0..15_i64, 8),
        ) {
            let known: HashMap<_, _> = (1..6_u128).zip(stock).map(|(n, left)| (id(n), facts(ListingState::Live, left))).collect();
            let choices = |lines: &std::collections::BTreeMap<u128, i64>| lines.iter().map(|(n, q)| choice(*n, *q, None)).collect::<Vec<_>>();
            let (server, phone) = (choices(&server), choices(&phone));
            let first = merge(&server, &phone, &known);
            let after: Vec<Choice> = server
                .iter()
                .filter(|held| first.lines.iter().all(|line| line.0 != held.listing_id))
                .copied()
                .chain(first.lines.iter().map(|(listing_id, quantity, version)| Choice { listing_id: *listing_id, quantity: *quantity, seen_version: Some(*version) }))
                .collect();
            prop_assert_eq!(&merge(&after, &phone, &known).lines, &first.lines);
            for wished in &phone {
                let told = first.notes.iter().any(|note| note.0 == wished.listing_id);
                let kept = first.lines.iter().any(|line| line.0 == wished.listing_id && line.1 >= wished.quantity);
                prop_assert!(told || kept);
            }
        }
    }
}
