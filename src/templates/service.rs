//! Use cases of product templates.

use super::store::{self, Template};
use super::types::{Standard, TemplateError, TemplateId};
use crate::db::Conn;
use crate::kernel::{Act, Invalid, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::regions;

const IN_USE: &str = "in_use";
const RETIRED: &str = "retired";

/// Lays down a standard for a region of the approver's scope.
///
/// # Errors
/// [`TemplateError::OutOfScope`], `unknown_region`.
pub fn create(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &Standard,
) -> Result<Template, TemplateError> {
    insert(conn, act, by, scope, (new, None))
}

fn insert(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    (new, replaces): (&Standard, Option<TemplateId>),
) -> Result<Template, TemplateError> {
    if !regions::exists(conn, &new.region_code)? {
        return Err(TemplateError::Invalid("/region_code", Invalid::new("unknown_region")));
    }
    if !scope.covers(&new.region_code) {
        return Err(TemplateError::OutOfScope);
    }
    let template = store::insert(conn, act, by, new, replaces)?;
    log::append(conn, act, &Change::new(Subject::Template, template.id, "create").states(None, IN_USE))?;
    Ok(template)
}

/// Lays down a better standard in the place of one that is in use: what rests on the old one stays what
/// it was, and nothing new rests on it.
///
/// # Errors
/// As [`create`]; [`TemplateError::NotFound`], [`TemplateError::Retired`].
pub fn replace(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    (id, new): (TemplateId, &Standard),
) -> Result<Template, TemplateError> {
    load_for_change(conn, scope, id)?;
    if !store::retire(conn, id, act.at)? {
        return Err(TemplateError::Retired);
    }
    log::append(conn, act, &Change::new(Subject::Template, id, "replace").states(IN_USE, RETIRED))?;
    insert(conn, act, by, scope, (new, Some(id)))
}

/// Takes a template out of use. Repeating it changes nothing.
///
/// # Errors
/// [`TemplateError::NotFound`], [`TemplateError::OutOfScope`].
pub fn retire(conn: &mut Conn, act: &Act, scope: &Scope, id: TemplateId) -> Result<Template, TemplateError> {
    load_for_change(conn, scope, id)?;
    if store::retire(conn, id, act.at)? {
        log::append(conn, act, &Change::new(Subject::Template, id, "retire").states(IN_USE, RETIRED))?;
    }
    store::find(conn, id)?.ok_or(TemplateError::NotFound)
}

fn load_for_change(conn: &mut Conn, scope: &Scope, id: TemplateId) -> Result<Template, TemplateError> {
    let template = store::find(conn, id)?.ok_or(TemplateError::NotFound)?;
    if scope.covers(&template.region_code) { Ok(template) } else { Err(TemplateError::OutOfScope) }
}

/// The template on which a listing of a village is to rest.
///
/// # Errors
/// `unknown_template` if there is none or it is of another place; [`TemplateError::Retired`].
pub fn load_for_listing(conn: &mut Conn, village: &RegionCode, id: TemplateId) -> Result<Template, TemplateError> {
    let template = store::find(conn, id)?;
    for_listing(template.as_ref(), village).cloned()
}

/// What was found, if a listing of a village is to rest on it.
///
/// # Errors
/// As [`load_for_listing`].
pub fn for_listing<'a>(found: Option<&'a Template>, village: &RegionCode) -> Result<&'a Template, TemplateError> {
    let template = found.filter(|template| template.region_code.contains(village));
    let unknown = || TemplateError::Invalid("/template_id", Invalid::new("unknown_template"));
    let template = template.ok_or_else(unknown)?;
    if template.retired_at.is_some() { Err(TemplateError::Retired) } else { Ok(template) }
}
