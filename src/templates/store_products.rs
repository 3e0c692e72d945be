//! Templates by the product they are of.

use diesel::prelude::*;
use std::collections::BTreeSet;

use super::store::Template;
use crate::db::schema::product_templates;
use crate::db::{Conn, DbResult};

/// Templates of these products, retired ones too, newest first.
///
/// # Errors
/// Those of the database.
pub fn list_of_products(conn: &mut Conn, products: BTreeSet<&str>) -> DbResult<Vec<Template>> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    Ok(product_templates::table
        .filter(product_templates::product.eq_any(products))
        .order((product_templates::created_at.desc(), product_templates::id.desc()))
        .select(Template::as_select())
        .load(conn)?)
}
