//! What an approver reads of a new version: the fields that differ, before and after. Pure.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::content::{Content, Label};

/// A field that differs between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ListingChange)]
pub struct Difference {
    /// `title`, or `price.freight_fen`, or `label.storage`.
    pub field: String,
    #[schema(value_type = Value)]
    pub from: Value,
    #[schema(value_type = Value)]
    pub to: Value,
}

/// Every field by its name, in the order in which people read a listing.
fn fields(content: &Content) -> Vec<(&'static str, Value)> {
    // Taken apart whole, so that a new field is not forgotten here.
    let Content {
        template_id,
        title,
        category,
        unit_label,
        net_weight_g,
        sale_kind,
        description,
        origin,
        label: Label { ingredients, producer, storage },
        premium_reason,
        price,
        photo_ids,
        deposit_percent,
    } = content;
    let sum = price.sum().ok();
    vec![
        ("title", json!(title)),
        ("price_fen", json!(sum)),
        ("price.farmer_pay_fen", json!(price.farmer_pay_fen)),
        ("price.quality_bonus_fen", json!(price.quality_bonus_fen)),
        ("price.coop_fee_fen", json!(price.coop_fee_fen)),
        ("price.packing_fen", json!(price.packing_fen)),
        ("price.freight_fen", json!(price.freight_fen)),
        ("price.inspection_fen", json!(price.inspection_fen)),
        ("price.collective_fund_fen", json!(price.collective_fund_fen)),
        ("price.loss_reserve_fen", json!(price.loss_reserve_fen)),
        ("price.platform_cost_fen", json!(price.platform_cost_fen)),
        ("premium_reason", json!(premium_reason)),
        ("template_id", json!(template_id)),
        ("category", json!(category)),
        ("unit_label", json!(unit_label)),
        ("net_weight_g", json!(net_weight_g)),
        ("sale_kind", json!(sale_kind)),
        ("deposit_percent", json!(deposit_percent)),
        ("description", json!(description)),
        ("origin", json!(origin)),
        ("label.ingredients", json!(ingredients)),
        ("label.producer", json!(producer)),
        ("label.storage", json!(storage)),
        ("photo_ids", json!(photo_ids)),
    ]
}

/// What differs, field by field; nothing between equals.
#[must_use]
pub fn differences(from: &Content, to: &Content) -> Vec<Difference> {
    let pairs = fields(from).into_iter().zip(fields(to));
    pairs
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, from), (_, to))| Difference { field: field.to_owned(), from, to })
        .collect()
}

/// The version with which a version is compared: the one that buyers saw when it was written, or before
/// the first approval the one before it.
#[must_use]
pub fn compared_with(version: i64, approved: &[i64]) -> Option<i64> {
    let seen = approved.iter().copied().filter(|other| *other < version).max();
    seen.or((version > 1).then(|| version - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PriceComposition;
    use crate::catalog::content::Edit;
    use crate::kernel::{Grams, Money};
    use proptest::prelude::*;

    fn eggs(fen: i64) -> Content {
        let price = PriceComposition { farmer_pay_fen: Money::from_fen(fen).unwrap(), ..PriceComposition::default() };
        Content::of_goods("土鸡蛋", "eggs", "盒", price)
    }

    #[test]
    fn a_new_price_shows_its_part_and_the_sum() {
        let changes = differences(&eggs(3_300), &eggs(3_500));
        let named: Vec<_> = changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(named, ["price_fen", "price.farmer_pay_fen"]);
        assert_eq!((&changes[0].from, &changes[0].to), (&json!(3_300), &json!(3_500)));
    }

    #[test]
    fn a_version_is_held_against_what_buyers_saw() {
        for (version, approved, expected) in [
            (1, &[][..], None),
            (2, &[], Some(1)),
            (3, &[2], Some(2)),
            // The third was rejected: the fourth is held against the second, not against the third.
            (4, &[2], Some(2)),
            (5, &[2, 4], Some(4)),
            (2, &[2, 4], Some(1)),
        ] {
            assert_eq!(compared_with(version, approved), expected, "{version} {approved:?}");
        }
    }

    fn any_content() -> impl Strategy<Value = Content> {
        let words = || prop::option::of("[蛋鸡米]{1,3}");
        (1..5_i64, "[蛋鸡米]{1,2}", words(), words(), words(), prop::option::of(1..4_i64)).prop_map(
            |(fen, title, description, storage, reason, grams)| Content {
                title,
                description,
                label: Label { storage, ..Label::default() },
                premium_reason: reason,
                net_weight_g: grams.map(|grams| Grams::new(grams).unwrap()),
                ..eggs(fen)
            },
        )
    }

    proptest! {
        #[test]
        fn equals_do_not_differ_and_what_differs_is_told(from in any_content(), to in any_content()) {
            let there = differences(&from, &to);
            prop_assert_eq!(there.is_empty(), from == to);
            let back = differences(&to, &from);
            prop_assert_eq!(there.len(), back.len());
            for (one, other) in there.iter().zip(&back) {
                prop_assert_eq!((&one.field, &one.from, &one.to), (&other.field, &other.to, &other.from));
                prop_assert!(one.from != one.to);
            }
        }

        #[test]
        fn an_edit_changes_what_it_names_and_nothing_else(old in any_content(), title in prop::option::of("[蛋鸡]{1,2}"), fen in prop::option::of(1..5_i64)) {
            let edit = Edit { title: title.clone(), price: fen.map(|fen| eggs(fen).price), ..Edit::default() };
            let new = edit.apply(&old, None);
            for change in differences(&old, &new) {
                let named = (change.field == "title" && title.is_some()) || (change.field.starts_with("price") && fen.is_some());
                prop_assert!(named, "{}", change.field);
            }
            prop_assert_eq!(edit.apply(&new, None), new);
        }
    }
}
