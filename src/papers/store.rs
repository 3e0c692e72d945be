//! Queries of papers.

use diesel::prelude::*;

use super::types::{PaperId, PaperKind, PaperSubject, SubjectKind};
use crate::db::schema::papers;
use crate::db::{Conn, DbResult, native};
use crate::kernel::{Any, Id, Instant, RegionCode, UserId};

/// A certificate, licence or number, as it was written down.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = papers)]
#[diesel(treat_none_as_default_value = false)]
pub struct Paper {
    pub id: PaperId,
    pub subject_kind: SubjectKind,
    pub subject_id: Id<Any>,
    pub village_code: RegionCode,
    pub kind: PaperKind,
    pub number: String,
    pub issuer: Option<String>,
    /// `2026-09-14`.
    pub issued_on: String,
    pub valid_until: Option<String>,
    pub added_by: UserId,
    pub added_at: Instant,
    pub withdrawn_at: Option<Instant>,
    pub withdrawn_by: Option<UserId>,
}

pub fn find(conn: &mut Conn, id: PaperId) -> DbResult<Option<Paper>> {
    Ok(papers::table.find(id).select(Paper::as_select()).first(conn).optional()?)
}

/// The papers of a subject, newest first, those that were withdrawn too.
pub fn list_of(conn: &mut Conn, subject: PaperSubject) -> DbResult<Vec<Paper>> {
    Ok(papers::table
        .filter(papers::subject_kind.eq(subject.kind))
        .filter(papers::subject_id.eq(Id::<Any>::from_uuid(subject.id)))
        .order((papers::added_at.desc(), papers::id.desc()))
        .select(Paper::as_select())
        .load(conn)?)
}

pub fn insert(conn: &mut Conn, row: &Paper) -> DbResult<()> {
    native!(conn, diesel::insert_into(papers::table).values(row).execute(conn))?;
    Ok(())
}

/// Takes a paper back; false if it was before.
pub fn withdraw(conn: &mut Conn, id: PaperId, by: UserId, at: Instant) -> DbResult<bool> {
    let row = papers::table.filter(papers::id.eq(id)).filter(papers::withdrawn_at.is_null());
    Ok(diesel::update(row).set((papers::withdrawn_at.eq(at), papers::withdrawn_by.eq(by))).execute(conn)? == 1)
}
