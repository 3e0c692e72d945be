//! What a kind of rows is judged by and turned into.

use super::columns::{Row, Sheet};
use super::types::{Findings, ImportError, Kind};
use super::{capacities, households, listings, price_references};
use crate::db::Conn;
use crate::identity;
use crate::kernel::{Act, Day, Instant, Scope, UserId};

/// On whose behalf rows are judged, and where that person may act.
#[derive(Debug, Clone)]
pub struct Desk {
    pub by: UserId,
    pub scope: Scope,
    pub today: Day,
}

impl Desk {
    /// What is entrusted to somebody now; nothing if it was taken back.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of(conn: &mut Conn, by: UserId, kind: Kind, at: Instant) -> Result<Self, ImportError> {
        let scope = identity::scope_in_force(conn, by, kind.role(), at)?;
        Ok(Self { by, scope: scope.unwrap_or_else(|| Scope::new(Vec::new())), today: at.day() })
    }
}

/// What is known of a file while its rows come in.
pub enum Intake {
    Households(households::Intake),
    Listings(listings::Intake),
    Capacities(capacities::Intake),
    PriceReferences(price_references::Intake),
}

impl Kind {
    #[must_use]
    pub fn sheet(self) -> &'static Sheet {
        match self {
            Self::Households => &households::SHEET,
            Self::Listings => &listings::SHEET,
            Self::Capacities => &capacities::SHEET,
            Self::PriceReferences => &price_references::SHEET,
        }
    }

    #[must_use]
    pub fn intake(self) -> Intake {
        match self {
            Self::Households => Intake::Households(households::Intake::default()),
            Self::Listings => Intake::Listings(listings::Intake::default()),
            Self::Capacities => Intake::Capacities(capacities::Intake::default()),
            Self::PriceReferences => Intake::PriceReferences(price_references::Intake::default()),
        }
    }
}

/// How rows of one kind are judged, and what becomes of them.
pub trait Judge {
    type New;

    /// Judges rows; gives what is good of them.
    ///
    /// # Errors
    /// Those of the database.
    fn judge(
        &mut self,
        conn: &mut Conn,
        desk: &Desk,
        rows: &[Row],
        findings: &mut Findings,
    ) -> Result<Vec<Self::New>, ImportError>;

    /// Carries out what was found good.
    ///
    /// # Errors
    /// Those of the domain and of the database.
    fn keep(conn: &mut Conn, desk: &Desk, act: &Act, new: &[Self::New]) -> Result<(), ImportError>;
}

fn take<J: Judge>(
    judge: &mut J,
    conn: &mut Conn,
    desk: &Desk,
    rows: &[Row],
    act: Option<&Act>,
    findings: &mut Findings,
) -> Result<(), ImportError> {
    let new = judge.judge(conn, desk, rows, findings)?;
    match act.filter(|_| findings.errors() == 0) {
        Some(act) => J::keep(conn, desk, act, &new),
        None => Ok(()),
    }
}

impl Intake {
    /// Judges rows that follow each other in the file; with an act, and as long as nothing was refused,
    /// carries them out.
    ///
    /// # Errors
    /// Those of the domain and of the database.
    pub fn take(
        &mut self,
        conn: &mut Conn,
        desk: &Desk,
        rows: &[Row],
        act: Option<&Act>,
        findings: &mut Findings,
    ) -> Result<(), ImportError> {
        match self {
            Self::Households(intake) => take(intake, conn, desk, rows, act, findings),
            Self::Listings(intake) => take(intake, conn, desk, rows, act, findings),
            Self::Capacities(intake) => take(intake, conn, desk, rows, act, findings),
            Self::PriceReferences(intake) => take(intake, conn, desk, rows, act, findings),
        }
    }
}
