//! Values of product templates.

use serde::Deserialize;
use utoipa::ToSchema;

use super::store::Template;
use crate::db::DbError;
use crate::kernel::{Grams, Id, Invalid, Money, RegionCode, text_enum};

pub type TemplateId = Id<Template>;

text_enum! {
    /// What kind of good it is; the papers that the law asks for hang on it.
    pub enum Category as ProductCategory {
        Eggs = "eggs",
        Poultry = "poultry",
        Pork = "pork",
        /// Beef, mutton, rabbit: other meat than pork and poultry.
        Meat = "meat",
        Fish = "fish",
        Vegetables = "vegetables",
        Fruit = "fruit",
        Tea = "tea",
        Grain = "grain",
        Honey = "honey",
        /// Cured, pickled, fermented: 腊肉, 豆豉, 霉豆腐.
        Preserved = "preserved",
        Other = "other",
    }
}

text_enum! {
    /// How far it is from the field (食品安全法 §35: primary produce needs no licence to be sold).
    pub enum Class as ProductClass {
        Primary = "primary",
        Prepackaged = "prepackaged",
        Processed = "processed",
    }
}

text_enum! {
    /// What is counted: grams or pieces.
    pub enum Base as ProductBase {
        Gram = "gram",
        Piece = "piece",
    }
}

text_enum! {
    /// What a survey counts of a household.
    pub enum CapacityUnit {
        Animal = "animal",
        Tree = "tree",
        Hive = "hive",
        /// 亩, counted in hundredths.
        Mu = "mu",
    }
}

text_enum! {
    /// Whether goods come back without a reason (消费者权益保护法 §25).
    pub enum ReturnsRule {
        /// 鲜活易腐: not within seven days; claims about quality stay open.
        Perishable = "perishable",
        SevenDays = "seven_days",
    }
}

/// The papers that a template may ask for beyond the law.
pub const PAPER_KINDS: [&str; 9] = [
    "slaughterhouse",
    "quarantine",
    "meat_inspection",
    "conformity",
    "food_licence",
    "workshop",
    "mark_organic",
    "mark_green",
    "mark_relief",
];

/// What an approver lays down of a good.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProductStandard)]
pub struct Standard {
    /// The region in which it is used: a village or any place around it.
    pub region_code: RegionCode,
    /// The name under which price references are kept.
    #[schema(max_length = 40, example = "土鸡蛋")]
    pub product: String,
    /// What a listing of it is called first.
    #[schema(max_length = 60, example = "土鸡蛋 30 枚/盒")]
    pub title: String,
    pub category: Category,
    pub class: Class,
    /// What one sales unit is called.
    #[schema(max_length = 20, example = "盒")]
    pub unit_label: String,
    pub base: Base,
    /// Grams or pieces in one sales unit.
    #[schema(minimum = 1, maximum = 10_000_000)]
    pub pack_quantity: i64,
    pub weight_min_g: Option<Grams>,
    pub weight_max_g: Option<Grams>,
    /// Sold by the piece, settled by the weighed grams; needs the band of its weight.
    #[serde(default)]
    pub catch_weight: bool,
    /// `MM-DD`; a season may go over the end of the year.
    #[schema(example = "10-01")]
    pub season_from: Option<String>,
    #[schema(example = "02-28")]
    pub season_until: Option<String>,
    #[schema(minimum = 1, maximum = 36_500)]
    pub min_age_days: Option<i64>,
    #[schema(minimum = 1, maximum = 36_500)]
    pub shelf_life_days: Option<i64>,
    /// Hours in which a buyer may complain.
    #[schema(minimum = 1, maximum = 8_760)]
    pub claim_window_h: i64,
    /// What one sales unit costs to raise at least.
    pub cost_floor_fen: Option<Money>,
    pub capacity_unit: Option<CapacityUnit>,
    /// Base units that one capacity unit gives in a season at most; of 亩, one whole 亩.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub yield_limit: Option<i64>,
    pub returns_rule: ReturnsRule,
    /// The standard in words: age, feed, grade.
    #[schema(max_length = 500)]
    pub standard: Option<String>,
    /// Kinds of papers that it asks for beyond the law.
    #[serde(default)]
    pub papers: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("no such template")]
    NotFound,
    #[error("the place is entrusted to somebody else")]
    OutOfScope,
    #[error("the template was retired")]
    Retired,
    #[error("refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error(transparent)]
    Db(#[from] DbError),
}
