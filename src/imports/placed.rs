//! Rows about a household of a village and a product: what is known of them, loaded for a chunk at once.

use std::collections::{BTreeSet, HashMap};

use super::columns::{Row, Sheet};
use super::places::Places;
use super::types::{Finding, Findings, ImportError};
use crate::db::Conn;
use crate::households::{self, HouseholdId};
use crate::kernel::{Invalid, RegionCode, Scope};
use crate::templates::{self, Template};

/// A row with its village; its sheet has the columns `village`, `household` and `product`.
pub struct Placed<'a> {
    pub row: &'a Row,
    pub village_code: RegionCode,
    alias: &'a str,
}

impl Places {
    /// The whole rows whose village is known and in the scope; the others are told.
    ///
    /// # Errors
    /// Those of the database.
    pub fn place<'a>(
        &mut self,
        conn: &mut Conn,
        scope: &Scope,
        rows: &'a [Row],
        sheet: &Sheet,
        findings: &mut Findings,
    ) -> Result<Vec<Placed<'a>>, ImportError> {
        let mut placed = Vec::with_capacity(rows.len());
        for row in rows.iter().filter(|row| row.is_whole) {
            match self.village(conn, scope, row.text(sheet, "village").unwrap_or_default())? {
                Ok(village_code) => {
                    placed.push(Placed { row, village_code, alias: row.text(sheet, "household").unwrap_or_default() });
                }
                Err(invalid) => findings.push(Finding::error(row.no, Some("village"), invalid)),
            }
        }
        Ok(placed)
    }
}

/// Households and templates that rows name.
pub struct Known {
    households: HashMap<(RegionCode, String), Vec<HouseholdId>>,
    templates: Vec<Template>,
    withdrawn: BTreeSet<HouseholdId>,
}

impl Known {
    /// # Errors
    /// Those of the database.
    pub fn load(conn: &mut Conn, placed: &[Placed<'_>], sheet: &Sheet) -> Result<Self, ImportError> {
        let households = households::list_named(conn, placed.iter().map(|it| (&it.village_code, it.alias)))?;
        let products: BTreeSet<&str> = placed.iter().filter_map(|it| it.row.text(sheet, "product")).collect();
        let ids: Vec<HouseholdId> = households.values().flatten().copied().collect();
        let withdrawn = households::list_withdrawn(conn, &ids)?;
        Ok(Self { templates: templates::list_of_products(conn, products)?, withdrawn, households })
    }

    #[must_use]
    pub fn ids(&self) -> Vec<HouseholdId> {
        self.households.values().flatten().copied().collect()
    }

    /// The one household of this alias.
    ///
    /// # Errors
    /// `unknown_household`, `ambiguous_household`.
    pub fn household(&self, placed: &Placed<'_>) -> Result<HouseholdId, Invalid> {
        let named = self.households.get(&(placed.village_code.clone(), placed.alias.to_owned()));
        match named.map_or(&[][..], Vec::as_slice) {
            [] => Err(Invalid::new("unknown_household")),
            [id] => Ok(*id),
            _ => Err(Invalid::new("ambiguous_household")),
        }
    }

    /// The one household of this alias, unless its head has withdrawn the consent to be named.
    ///
    /// # Errors
    /// `consent_withdrawn`, and those of [`Known::household`].
    pub fn agreeing(&self, placed: &Placed<'_>) -> Result<HouseholdId, Invalid> {
        match self.household(placed) {
            Ok(id) if self.withdrawn.contains(&id) => Err(Invalid::new("consent_withdrawn")),
            found => found,
        }
    }

    /// The template of the narrowest region around the village.
    ///
    /// # Errors
    /// `unknown_product`, `template_retired`.
    pub fn template(&self, placed: &Placed<'_>, product: &str) -> Result<&Template, Invalid> {
        let fits = |it: &&Template| it.product == product && it.region_code.contains(&placed.village_code);
        let around: Vec<&Template> = self.templates.iter().filter(fits).collect();
        let in_force = around.iter().filter(|template| template.retired_at.is_none());
        match in_force.max_by_key(|template| template.region_code.as_str().len()) {
            Some(template) => Ok(template),
            None if around.is_empty() => Err(Invalid::new("unknown_product")),
            None => Err(Invalid::new("template_retired")),
        }
    }
}
