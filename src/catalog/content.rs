//! What a listing says: the part of it that has versions. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::types::PriceComposition;
use crate::households::HouseholdId;
use crate::kernel::{Grams, Invalid, Quantity, text_enum};
use crate::photos::PhotoId;
use crate::templates::{Template, TemplateId, fits_weight};

text_enum! {
    /// What is sold.
    pub enum SaleKind {
        /// Goods that are there.
        Goods = "goods",
        /// Goods of a coming harvest.
        PreOrder = "pre_order",
        /// An animal is raised for the buyer (代养).
        RaisingService = "raising_service",
    }
}

/// What stands on the label of prepackaged and processed food (食品安全法 §67).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = FoodLabel)]
pub struct Label {
    #[schema(max_length = 300)]
    pub ingredients: Option<String>,
    /// Who makes it, and where.
    #[schema(max_length = 100)]
    pub producer: Option<String>,
    #[schema(max_length = 100)]
    pub storage: Option<String>,
}

/// What a listing says in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ListingContent)]
pub struct Content {
    pub template_id: Option<TemplateId>,
    pub title: String,
    pub category: String,
    pub unit_label: String,
    pub net_weight_g: Option<Grams>,
    pub sale_kind: SaleKind,
    pub description: Option<String>,
    /// Where exactly it comes from, in words.
    pub origin: Option<String>,
    pub label: Label,
    /// Why it costs more than others of its kind.
    pub premium_reason: Option<String>,
    pub price: PriceComposition,
    pub photo_ids: Vec<PhotoId>,
    /// Of a pre-order: the part of the price that is paid at once, as a deposit (订金) that always goes back.
    pub deposit_percent: Option<i64>,
}

impl Content {
    /// Goods with what every listing says, and nothing else.
    #[must_use]
    pub fn of_goods(title: &str, category: &str, unit_label: &str, price: PriceComposition) -> Self {
        Self {
            template_id: None,
            title: title.to_owned(),
            category: category.to_owned(),
            unit_label: unit_label.to_owned(),
            net_weight_g: None,
            sale_kind: SaleKind::Goods,
            description: None,
            origin: None,
            label: Label::default(),
            premium_reason: None,
            price,
            photo_ids: Vec::new(),
            deposit_percent: None,
        }
    }

    /// As another household begins with it: what is said of the place, the maker and the price of the
    /// first is not true of the second, and its photos show other animals.
    #[must_use]
    pub fn for_another_household(mut self) -> Self {
        (self.origin, self.label.producer, self.premium_reason) = (None, None, None);
        self.photo_ids.clear();
        self
    }
}

/// What a coordinator offers for a household, checked.
#[derive(Debug, Clone)]
pub struct NewListing {
    pub household_id: HouseholdId,
    /// The year of the harvest that it is of.
    pub season: Option<String>,
    pub stock: Quantity,
    pub content: Content,
}

/// What changes of a listing's content; what is absent stays, what is null goes.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub template_id: Option<Option<TemplateId>>,
    pub title: Option<String>,
    pub category: Option<String>,
    pub unit_label: Option<String>,
    pub net_weight_g: Option<Option<Grams>>,
    pub sale_kind: Option<SaleKind>,
    pub description: Option<Option<String>>,
    pub origin: Option<Option<String>>,
    pub label: Option<Label>,
    pub premium_reason: Option<Option<String>>,
    pub price: Option<PriceComposition>,
    pub photo_ids: Option<Vec<PhotoId>>,
    pub deposit_percent: Option<Option<i64>>,
}

impl Edit {
    /// The content after the edit. With another template, what it lays down is taken from it.
    #[must_use]
    pub fn apply(&self, old: &Content, template: Option<&Template>) -> Content {
        let template = template.filter(|_| self.template_id.is_some());
        let category = self.category.clone().or_else(|| template.map(|it| it.category.to_string()));
        let unit_label = self.unit_label.clone().or_else(|| template.map(|it| it.unit_label.clone()));
        let old = old.clone();
        Content {
            template_id: self.template_id.unwrap_or(old.template_id),
            title: self.title.clone().unwrap_or(old.title),
            category: category.unwrap_or(old.category),
            unit_label: unit_label.unwrap_or(old.unit_label),
            net_weight_g: self.net_weight_g.unwrap_or(old.net_weight_g),
            sale_kind: self.sale_kind.unwrap_or(old.sale_kind),
            description: self.description.clone().unwrap_or(old.description),
            origin: self.origin.clone().unwrap_or(old.origin),
            label: self.label.clone().unwrap_or(old.label),
            premium_reason: self.premium_reason.clone().unwrap_or(old.premium_reason),
            price: self.price.unwrap_or(old.price),
            photo_ids: self.photo_ids.clone().unwrap_or(old.photo_ids),
            deposit_percent: self.deposit_percent.unwrap_or(old.deposit_percent),
        }
    }
}

/// Checks that content says what its template lays down.
///
/// # Errors
/// `differs_from_template`, `weight_outside_band`.
pub fn check_against(template: &Template, content: &Content) -> Result<(), (&'static str, Invalid)> {
    let same = |pointer, said: &str, laid_down: &str| {
        let differs = || Invalid::new("differs_from_template").with("expected", laid_down);
        if said == laid_down { Ok(()) } else { Err((pointer, differs())) }
    };
    same("/category", &content.category, template.category.as_str())?;
    same("/unit_label", &content.unit_label, &template.unit_label)?;
    fits_weight(template, content.net_weight_g).map_err(|invalid| ("/net_weight_g", invalid))
}

/// Checks that a deposit is a part of the price of goods to come.
///
/// # Errors
/// `deposit_out_of_range`, `deposit_needs_pre_order`.
pub fn check_deposit(content: &Content) -> Result<(), Invalid> {
    match content.deposit_percent {
        Some(percent) if !(1..=99).contains(&percent) => {
            Err(Invalid::new("deposit_out_of_range").with("min", 1).with("max", 99))
        }
        Some(_) if content.sale_kind != SaleKind::PreOrder => Err(Invalid::new("deposit_needs_pre_order")),
        _ => Ok(()),
    }
}

/// Checks an edit of what was published: what the promise to buyers rests on stays.
///
/// # Errors
/// `fixed_once_published`.
pub fn check_published(old: &Content, new: &Content) -> Result<(), (&'static str, Invalid)> {
    let fixed = |pointer| Err((pointer, Invalid::new("fixed_once_published")));
    if old.template_id != new.template_id {
        return fixed("/template_id");
    }
    if old.sale_kind != new.sale_kind { fixed("/sale_kind") } else { Ok(()) }
}
