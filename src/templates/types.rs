//! Values of product templates.

use super::store::Template;
use crate::kernel::{Id, text_enum};

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
