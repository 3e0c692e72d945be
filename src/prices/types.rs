//! Values of price references and of the verdict on a price.

use super::store::PriceReference;
use crate::db::DbError;
use crate::kernel::{Day, Id, Invalid, Money, RegionCode, line, text_enum};

pub type PriceReferenceId = Id<PriceReference>;

text_enum! {
    /// What a median is the price of.
    pub enum Per as PricePer {
        /// A 斤; the law counts in grams.
        Jin = "500g",
        Piece = "piece",
    }
}

text_enum! {
    /// How a price stands to what such goods cost: docs/desk.md, "Price card".
    pub enum Verdict as PriceVerdict {
        /// There is nothing to hold it against.
        Unknown = "unknown",
        Within = "within",
        /// Dearer than usual: the coordinator says why.
        Warned = "warned",
        /// Much dearer: the approver says why it may be so.
        Stopped = "stopped",
        /// Probably a digit too many or too few.
        DigitSlip = "digit_slip",
        /// Cheaper than it can be raised: is it what it says?
        BelowCost = "below_cost",
    }
}

impl Verdict {
    /// Approving such a price needs a written reason.
    #[must_use]
    pub const fn stops(self) -> bool {
        matches!(self, Self::Stopped | Self::DigitSlip | Self::BelowCost)
    }
}

/// What one sales unit holds, in what medians are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pack {
    pub per: Per,
    /// Grams or pieces.
    amount: i64,
}

impl Pack {
    /// A hundred tonnes, or as many pieces: nothing that is sold in one unit is more.
    const MAX: i64 = 100_000_000;

    /// `None` for an amount that no sales unit holds.
    #[must_use]
    pub fn new(per: Per, amount: i64) -> Option<Self> {
        (1..=Self::MAX).contains(&amount).then_some(Self { per, amount })
    }

    #[must_use]
    pub const fn amount(self) -> i64 {
        self.amount
    }
}

/// A median as somebody writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReference {
    /// As templates name it: 土鸡蛋.
    pub product: String,
    pub region_code: RegionCode,
    /// The Monday on which the week begins.
    pub week: Day,
    pub per: Per,
    pub median_fen: Money,
    pub sample_count: i64,
    pub source: String,
    pub source_date: Day,
}

pub const PRODUCT_MAX: usize = 30;
const SOURCE_MAX: usize = 100;
/// A million yuan, as for the parts of a price.
const MEDIAN_MAX: i64 = 100_000_000;
const SAMPLES_MAX: i64 = 10_000_000;

impl NewReference {
    /// The reference with its texts trimmed.
    ///
    /// # Errors
    /// Every field that is not acceptable, with its name.
    pub fn check(mut self, today: Day) -> Result<Self, Vec<(&'static str, Invalid)>> {
        let mut wrong = Vec::new();
        match line(&self.product, PRODUCT_MAX) {
            Ok(product) => self.product = product,
            Err(invalid) => wrong.push(("product", invalid)),
        }
        match line(&self.source, SOURCE_MAX) {
            Ok(source) => self.source = source,
            Err(invalid) => wrong.push(("source", invalid)),
        }
        if self.week != self.week.monday() {
            wrong.push(("week", Invalid::new("not_a_monday").with("monday", self.week.monday())));
        } else if self.week > today {
            wrong.push(("week", Invalid::new("day_in_future")));
        }
        if self.source_date > today {
            wrong.push(("source_date", Invalid::new("day_in_future")));
        }
        if !(1..=MEDIAN_MAX).contains(&self.median_fen.fen()) {
            wrong.push(("median_fen", Invalid::new("invalid_median").with("max_fen", MEDIAN_MAX)));
        }
        if !(1..=SAMPLES_MAX).contains(&self.sample_count) {
            wrong.push(("sample_count", Invalid::new("invalid_sample_count").with("max", SAMPLES_MAX)));
        }
        if wrong.is_empty() { Ok(self) } else { Err(wrong) }
    }
}

/// What came of writing a reference down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Added,
    Changed,
    Unchanged,
}

#[derive(Debug, thiserror::Error)]
pub enum PriceError {
    /// The row, counted from zero, and its field.
    #[error("row {0}: {1} refused: {2}")]
    Invalid(usize, &'static str, Invalid),
    #[error("no such template")]
    UnknownTemplate,
    #[error(transparent)]
    Db(#[from] DbError),
}
