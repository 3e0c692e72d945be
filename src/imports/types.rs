//! Values of imports, and what can be refused about them.

use serde::Serialize;

use super::store::Import;
use crate::catalog::ListingError;
use crate::db::DbError;
use crate::households::HouseholdError;
use crate::identity::IdentityError;
use crate::kernel::{Id, Invalid, Role, text_enum};
use crate::prices::PriceError;
use crate::production::ProductionError;
use crate::secrets::SecretsError;

pub type ImportId = Id<Import>;

text_enum! {
    /// What the rows of a file are.
    pub enum Kind as ImportKind {
        Households = "households",
        Listings = "listings",
        /// What households can give in a season: surveys.
        Capacities = "capacities",
        /// What goods cost elsewhere.
        PriceReferences = "price_references",
    }
}

impl Kind {
    /// In which role somebody imports it.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Households | Self::Listings | Self::Capacities => Role::Coordinator,
            Self::PriceReferences => Role::Approver,
        }
    }
}

text_enum! {
    /// Where an import stands.
    pub enum State as ImportState {
        /// Its rows are being judged.
        Checking = "checking",
        /// Judged; without an error it can be carried out.
        Checked = "checked",
        Committing = "committing",
        Done = "done",
        /// Nothing of it was carried out.
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

impl State {
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

text_enum! {
    pub enum Format as ImportFormat {
        Csv = "csv",
        Xlsx = "xlsx",
    }
}

text_enum! {
    /// Errors keep an import from being carried out, notes do not.
    pub enum Severity as FindingSeverity {
        Error = "error",
        Note = "note",
    }
}

/// What was found about a cell, a row or the file (row 0). Never holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub row_no: i64,
    pub column: Option<&'static str>,
    pub severity: Severity,
    pub invalid: Invalid,
}

impl Finding {
    #[must_use]
    pub const fn error(row_no: i64, column: Option<&'static str>, invalid: Invalid) -> Self {
        Self { row_no, column, severity: Severity::Error, invalid }
    }

    #[must_use]
    pub const fn note(row_no: i64, column: Option<&'static str>, invalid: Invalid) -> Self {
        Self { row_no, column, severity: Severity::Note, invalid }
    }

    /// About the whole file.
    #[must_use]
    pub const fn file(invalid: Invalid) -> Self {
        Self::error(0, None, invalid)
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What is found in rows that are read and judged together.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    errors: usize,
}

impl Findings {
    pub fn push(&mut self, finding: Finding) {
        self.errors += usize::from(finding.is_error());
        self.list.push(finding);
    }

    #[must_use]
    pub const fn errors(&self) -> usize {
        self.errors
    }

    /// In the order of the file.
    #[must_use]
    pub fn sorted(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| finding.row_no);
        self.list
    }
}

impl Extend<Finding> for Findings {
    fn extend<T: IntoIterator<Item = Finding>>(&mut self, findings: T) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub rows_total: i64,
    pub rows_done: i64,
    pub findings: i64,
    pub errors: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("no such import")]
    NotFound,
    #[error("the import is {0}")]
    WrongState(State),
    #[error("the import has errors")]
    HasErrors,
    /// Found when it was carried out; nothing of it was kept.
    #[error("the import was stopped by {} findings", .0.len())]
    Stopped(Vec<Finding>),
    #[error("{0} refused: {1}")]
    Invalid(&'static str, Invalid),
    #[error("object store: {0}")]
    Store(#[from] object_store::Error),
    #[error("runtime: {0}")]
    Runtime(#[from] std::io::Error),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Household(#[from] HouseholdError),
    #[error(transparent)]
    Listing(#[from] ListingError),
    #[error(transparent)]
    Production(#[from] ProductionError),
    #[error(transparent)]
    Price(#[from] PriceError),
    #[error(transparent)]
    Db(#[from] DbError),
}
