//! Queries of imports and of what was found about them.

use diesel::prelude::*;

use super::types::{Counts, Finding, Format, ImportId, Kind, Severity, State};
use crate::db::schema::{import_findings, imports};
use crate::db::{Conn, DbResult, INSERT_CHUNK, native, older_than};
use crate::kernel::{Cursor, Instant, Page, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = imports)]
#[diesel(treat_none_as_default_value = false)]
pub struct Import {
    pub id: ImportId,
    pub kind: Kind,
    pub state: State,
    pub file_name: String,
    pub format: Format,
    pub sha256: Vec<u8>,
    pub size_bytes: i64,
    pub rows_total: i64,
    pub rows_done: i64,
    pub findings_count: i64,
    pub errors_count: i64,
    pub created_by: UserId,
    pub created_at: Instant,
    pub checked_at: Option<Instant>,
    pub finished_at: Option<Instant>,
    pub schema_version: i64,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_findings)]
#[diesel(treat_none_as_default_value = false)]
pub struct FindingRow {
    pub import_id: ImportId,
    pub seq: i64,
    pub row_no: i64,
    pub column_name: Option<String>,
    pub severity: Severity,
    pub code: String,
    /// What fills the placeholders of the code's sentence, as JSON.
    pub detail: String,
}

impl FindingRow {
    #[must_use]
    pub fn new(import_id: ImportId, seq: i64, finding: &Finding) -> Self {
        let params = finding.invalid.params.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
        Self {
            import_id,
            seq,
            row_no: finding.row_no,
            column_name: finding.column.map(str::to_owned),
            severity: finding.severity,
            code: finding.invalid.code.to_owned(),
            detail: serde_json::Value::Object(params.collect()).to_string(),
        }
    }
}

pub fn insert(conn: &mut Conn, import: &Import) -> DbResult<()> {
    diesel::insert_into(imports::table).values(import).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: ImportId) -> DbResult<Option<Import>> {
    Ok(imports::table.find(id).select(Import::as_select()).first(conn).optional()?)
}

/// The import, locked until the transaction ends, so that it is carried out by one process.
pub fn lock(conn: &mut Conn, id: ImportId) -> DbResult<Option<Import>> {
    if let Conn::Pg(conn) = conn {
        imports::table.find(id).select(imports::id).for_no_key_update().first::<ImportId>(conn).optional()?;
    }
    find(conn, id)
}

/// Moves an import on; false if it was not in the state before.
pub fn update_state(conn: &mut Conn, id: ImportId, (from, to): (State, State), at: Instant) -> DbResult<bool> {
    let row = imports::table.find(id).filter(imports::state.eq(from));
    let moved = match to {
        State::Checked => {
            diesel::update(row).set((imports::state.eq(to), imports::checked_at.eq(Some(at)))).execute(conn)?
        }
        to if to.is_over() => {
            diesel::update(row).set((imports::state.eq(to), imports::finished_at.eq(Some(at)))).execute(conn)?
        }
        to => diesel::update(row).set(imports::state.eq(to)).execute(conn)?,
    };
    Ok(moved == 1)
}

pub fn update_counts(conn: &mut Conn, id: ImportId, counts: Counts) -> DbResult<()> {
    diesel::update(imports::table.find(id))
        .set((
            imports::rows_total.eq(counts.rows_total),
            imports::rows_done.eq(counts.rows_done),
            imports::findings_count.eq(counts.findings),
            imports::errors_count.eq(counts.errors),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn update_rows_done(conn: &mut Conn, id: ImportId, rows_done: i64) -> DbResult<()> {
    diesel::update(imports::table.find(id)).set(imports::rows_done.eq(rows_done)).execute(conn)?;
    Ok(())
}

/// How many imports of somebody are not over.
pub fn count_open(conn: &mut Conn, created_by: UserId) -> DbResult<i64> {
    const OPEN: [State; 3] = [State::Checking, State::Checked, State::Committing];
    let own = imports::table.filter(imports::created_by.eq(created_by)).filter(imports::state.eq_any(OPEN));
    Ok(own.count().get_result(conn)?)
}

/// Imports that somebody left lying.
pub fn list_left(conn: &mut Conn, before: Instant) -> DbResult<Vec<Import>> {
    Ok(imports::table
        .filter(imports::state.eq_any([State::Checking, State::Checked]))
        .filter(imports::created_at.lt(before))
        .order((imports::created_at, imports::id))
        .select(Import::as_select())
        .load(conn)?)
}

/// Somebody's own imports, newest first.
pub fn list_of(conn: &mut Conn, created_by: UserId, limit: i64, after: Option<Cursor>) -> DbResult<Page<Import>> {
    let query = imports::table
        .filter(imports::created_by.eq(created_by))
        .order((imports::created_at.desc(), imports::id.desc()))
        .limit(limit + 1)
        .select(Import::as_select())
        .into_boxed();
    let rows = older_than!(query, imports::created_at, imports::id, after).load(conn)?;
    Ok(Page::cut(rows, limit, |last: &Import| Cursor::at(last.created_at, last.id)))
}

pub fn insert_findings(conn: &mut Conn, rows: &[FindingRow]) -> DbResult<()> {
    for rows in rows.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(import_findings::table).values(rows).execute(conn))?;
    }
    Ok(())
}

pub fn delete_findings(conn: &mut Conn, id: ImportId) -> DbResult<()> {
    diesel::delete(import_findings::table.filter(import_findings::import_id.eq(id))).execute(conn)?;
    Ok(())
}

/// What was found, in the order of the file; errors alone where `severity` says so.
pub fn list_findings(
    conn: &mut Conn,
    id: ImportId,
    severity: Option<Severity>,
    limit: i64,
    after: Option<i64>,
) -> DbResult<Vec<FindingRow>> {
    let mut query = import_findings::table
        .filter(import_findings::import_id.eq(id))
        .filter(import_findings::seq.gt(after.unwrap_or(-1)))
        .order(import_findings::seq)
        .limit(limit)
        .select(FindingRow::as_select())
        .into_boxed();
    if let Some(severity) = severity {
        query = query.filter(import_findings::severity.eq(severity));
    }
    Ok(query.load(conn)?)
}
