//! Values of papers and gates.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::Paper;
use crate::db::DbError;
use crate::kernel::{Day, Id, Invalid, line, text_enum};

pub type PaperId = Id<Paper>;

text_enum! {
    /// What a paper is.
    pub enum PaperKind {
        /// Number of the designated slaughterhouse (定点屠宰).
        Slaughterhouse = "slaughterhouse",
        /// 动物检疫合格证明.
        Quarantine = "quarantine",
        /// 肉品品质检验合格证.
        MeatInspection = "meat_inspection",
        /// 承诺达标合格证.
        Conformity = "conformity",
        /// 食品生产 or 经营许可证.
        FoodLicence = "food_licence",
        /// Number of a registered small workshop (小作坊).
        Workshop = "workshop",
        MarkOrganic = "mark_organic",
        MarkGreen = "mark_green",
        /// 消费帮扶产品.
        MarkRelief = "mark_relief",
    }
}

impl PaperKind {
    /// Of one lot of goods, and so soon over; the others stand until they end or are withdrawn.
    #[must_use]
    pub const fn is_of_a_lot(self) -> bool {
        matches!(self, Self::Quarantine | Self::MeatInspection | Self::Conformity)
    }

    /// Says what somebody may make or claim, whatever the lot.
    #[must_use]
    pub const fn is_licence_or_mark(self) -> bool {
        matches!(self, Self::FoodLicence | Self::Workshop | Self::MarkOrganic | Self::MarkGreen | Self::MarkRelief)
    }
}

text_enum! {
    /// What a paper belongs to.
    pub enum SubjectKind as PaperSubjectKind {
        Listing = "listing",
        Batch = "batch",
    }
}

/// What a paper belongs to: a listing, or a harvest batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperSubject {
    pub kind: SubjectKind,
    pub id: Uuid,
}

impl PaperSubject {
    #[must_use]
    pub const fn listing<T>(id: Id<T>) -> Self {
        Self { kind: SubjectKind::Listing, id: id.uuid() }
    }

    #[must_use]
    pub const fn batch<T>(id: Id<T>) -> Self {
        Self { kind: SubjectKind::Batch, id: id.uuid() }
    }
}

text_enum! {
    /// When a gate is asked.
    pub enum Stage as GateStage {
        Publish = "publish",
        Dispatch = "dispatch",
    }
}

text_enum! {
    /// A field of the label of processed food (食品安全法 §67).
    pub enum LabelField {
        Ingredients = "ingredients",
        Producer = "producer",
        Storage = "storage",
        ShelfLife = "shelf_life",
    }
}

text_enum! {
    /// Where a gate comes from; the site names the law and its articles.
    pub enum Law {
        /// 生猪屠宰管理条例 §2, §23; 畜牧法 §65
        PigSlaughter = "pig_slaughter",
        /// 动物防疫法 §49, §51, §52
        AnimalDisease = "animal_disease",
        /// 农产品质量安全法 §38–40
        ProduceSafety = "produce_safety",
        /// 食品安全法 §35, §36
        FoodLicensing = "food_licensing",
        /// 食品安全法 §67
        FoodLabel = "food_label",
        /// 农产品质量安全法 §42
        ProduceMarks = "produce_marks",
        /// 消费帮扶产品认定: marks of relief are given by the county.
        ReliefMark = "relief_mark",
        /// The product's standard asks for it.
        Template = "template",
    }
}

/// Something without which goods cannot go on: a paper, any one of several, or a field of the label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MissingPaper)]
pub struct Missing {
    /// Any one of these is enough; empty where a field of the label is missing.
    pub any_of: Vec<PaperKind>,
    pub label: Option<LabelField>,
    pub law: Law,
    /// Code of the sentence that says why.
    pub why: &'static str,
}

/// A paper as somebody writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPaper {
    pub kind: PaperKind,
    pub number: String,
    pub issuer: Option<String>,
    pub issued_on: Day,
    pub valid_until: Option<Day>,
}

const NUMBER_MAX: usize = 40;
const ISSUER_MAX: usize = 60;

impl NewPaper {
    /// The paper with its texts trimmed.
    ///
    /// # Errors
    /// Every field that is not acceptable, with its name.
    pub fn check(mut self, today: Day) -> Result<Self, Vec<(&'static str, Invalid)>> {
        let mut wrong = Vec::new();
        match line(&self.number, NUMBER_MAX) {
            Ok(number) => self.number = number,
            Err(invalid) => wrong.push(("number", invalid)),
        }
        match self.issuer.as_deref().map(|issuer| line(issuer, ISSUER_MAX)).transpose() {
            Ok(issuer) => self.issuer = issuer,
            Err(invalid) => wrong.push(("issuer", invalid)),
        }
        if self.issued_on > today {
            wrong.push(("issued_on", Invalid::new("day_in_future")));
        }
        if self.valid_until.is_some_and(|until| until < self.issued_on) {
            wrong.push(("valid_until", Invalid::new("ends_before_it_begins")));
        }
        if wrong.is_empty() { Ok(self) } else { Err(wrong) }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    #[error("no such paper")]
    NotFound,
    /// A paper of this kind and number is there, and says something else.
    #[error("the paper is there with other dates")]
    Exists,
    #[error(transparent)]
    Db(#[from] DbError),
}
