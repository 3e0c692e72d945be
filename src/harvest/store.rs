//! Queries of intakes and of the batches that they make.

use diesel::prelude::*;
use std::collections::HashMap;

use super::rules::Grade;
use super::types::{BatchId, IntakeId};
use crate::db::schema::{batches, intake_photos, intakes};
use crate::db::{Conn, DbResult, lies_in, native, newest_in_scope, older_than};
use crate::households::HouseholdId;
use crate::kernel::{Cursor, Instant, Page, RegionCode, Scope, UserId, is_code};
use crate::photos::PhotoId;
use crate::templates::TemplateId;

/// What was weighed of a household, and what of it was taken; quantities in base units.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = intakes)]
#[diesel(treat_none_as_default_value = false)]
pub struct Intake {
    pub id: IntakeId,
    pub village_code: RegionCode,
    pub household_id: HouseholdId,
    pub template_id: TemplateId,
    pub gross_g: i64,
    pub tare_g: i64,
    pub net_g: i64,
    pub counted: Option<i64>,
    pub candled_good: Option<i64>,
    pub candled_bad: Option<i64>,
    pub grade: Grade,
    pub rejected_quantity: i64,
    pub reject_reason: Option<String>,
    pub accepted_quantity: i64,
    /// Why a weight beside the band is right all the same.
    pub band_reason: Option<String>,
    pub scale_id: String,
    pub scale_checked_on: Option<String>,
    pub taken_at: Instant,
    pub recorded_by: UserId,
    pub created_at: Instant,
}

/// Goods of one day and grade, of one household; or several of them under one certificate.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = batches)]
#[diesel(treat_none_as_default_value = false)]
pub struct Batch {
    pub id: BatchId,
    /// On the label.
    pub code: String,
    pub village_code: RegionCode,
    pub template_id: TemplateId,
    pub household_id: Option<HouseholdId>,
    pub intake_id: Option<IntakeId>,
    pub harvested_on: String,
    pub age_days: Option<i64>,
    pub grade: Grade,
    /// In base units.
    pub quantity: i64,
    /// Whole sales units.
    pub units: i64,
    /// Those of them that no order has.
    pub remaining: i64,
    /// The batch of which it is a part.
    pub merged_into: Option<BatchId>,
    pub created_by: UserId,
    pub created_at: Instant,
}

pub fn insert_intake(conn: &mut Conn, intake: &Intake, photo_ids: &[PhotoId]) -> DbResult<()> {
    native!(conn, diesel::insert_into(intakes::table).values(intake).execute(conn))?;
    for (position, photo_id) in (0_i64..).zip(photo_ids) {
        diesel::insert_into(intake_photos::table)
            .values((
                intake_photos::intake_id.eq(intake.id),
                intake_photos::position.eq(position),
                intake_photos::photo_id.eq(photo_id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub fn list_intakes(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<Intake>> {
    let load = |region: &RegionCode| {
        let query = intakes::table
            .filter(lies_in!(intakes::village_code, region))
            .order((intakes::created_at.desc(), intakes::id.desc()))
            .limit(limit + 1)
            .select(Intake::as_select())
            .into_boxed();
        Ok(older_than!(query, intakes::created_at, intakes::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Intake| Cursor::at(last.created_at, last.id))
}

/// The pictures of intakes, in their order.
pub fn list_photos(conn: &mut Conn, ids: &[IntakeId]) -> DbResult<HashMap<IntakeId, Vec<PhotoId>>> {
    let rows: Vec<(IntakeId, PhotoId)> = intake_photos::table
        .filter(intake_photos::intake_id.eq_any(ids))
        .order((intake_photos::intake_id, intake_photos::position))
        .select((intake_photos::intake_id, intake_photos::photo_id))
        .load(conn)?;
    let mut photos: HashMap<IntakeId, Vec<PhotoId>> = HashMap::new();
    for (id, photo) in rows {
        photos.entry(id).or_default().push(photo);
    }
    Ok(photos)
}

pub fn insert_batch(conn: &mut Conn, batch: &Batch) -> DbResult<()> {
    native!(conn, diesel::insert_into(batches::table).values(batch).execute(conn))?;
    Ok(())
}

pub fn find_batch(conn: &mut Conn, id: BatchId) -> DbResult<Option<Batch>> {
    Ok(batches::table.find(id).select(Batch::as_select()).first(conn).optional()?)
}

pub fn find_batch_by_code(conn: &mut Conn, code: &str) -> DbResult<Option<Batch>> {
    if !is_code(code) {
        return Ok(None);
    }
    Ok(batches::table.filter(batches::code.eq(code)).select(Batch::as_select()).first(conn).optional()?)
}

/// The codes on the labels of batches.
pub fn list_codes(conn: &mut Conn, ids: &[BatchId]) -> DbResult<HashMap<BatchId, String>> {
    let rows: Vec<(BatchId, String)> =
        batches::table.filter(batches::id.eq_any(ids)).select((batches::id, batches::code)).load(conn)?;
    Ok(rows.into_iter().collect())
}

pub fn list_batches(conn: &mut Conn, scope: &Scope, limit: i64, after: Option<Cursor>) -> DbResult<Page<Batch>> {
    let load = |region: &RegionCode| {
        let query = batches::table
            .filter(lies_in!(batches::village_code, region))
            .order((batches::created_at.desc(), batches::id.desc()))
            .limit(limit + 1)
            .select(Batch::as_select())
            .into_boxed();
        Ok(older_than!(query, batches::created_at, batches::id, after).load(conn)?)
    };
    newest_in_scope(scope, limit, load, |last: &Batch| Cursor::at(last.created_at, last.id))
}

/// The parts of batches that were made of others.
pub fn list_parts(conn: &mut Conn, ids: &[BatchId]) -> DbResult<Vec<Batch>> {
    Ok(batches::table
        .filter(batches::merged_into.eq_any(ids))
        .order((batches::harvested_on, batches::id))
        .select(Batch::as_select())
        .load(conn)?)
}

/// Batches of a village and good that have something left, the oldest first; locked until the transaction ends.
pub fn lock_stored(conn: &mut Conn, village: &RegionCode, template_id: TemplateId) -> DbResult<Vec<Batch>> {
    let query = batches::table
        .filter(batches::template_id.eq(template_id))
        .filter(batches::village_code.eq(village))
        .filter(batches::remaining.gt(0))
        .order((batches::harvested_on, batches::id));
    if let Conn::Pg(conn) = conn {
        query.select(batches::id).for_no_key_update().load::<BatchId>(conn)?;
    }
    Ok(query.select(Batch::as_select()).load(conn)?)
}

/// Units in store, by village and good.
pub fn list_remaining(conn: &mut Conn, scope: &Scope) -> DbResult<Vec<(RegionCode, TemplateId, i64)>> {
    let mut rows = Vec::new();
    for region in scope.regions() {
        let found: Vec<(RegionCode, TemplateId, i64)> = batches::table
            .filter(lies_in!(batches::village_code, region))
            .filter(batches::remaining.gt(0))
            .order((batches::village_code, batches::template_id))
            .select((batches::village_code, batches::template_id, batches::remaining))
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Takes units out of a batch; false if it has not that many.
pub fn take(conn: &mut Conn, id: BatchId, units: i64) -> DbResult<bool> {
    let row = batches::table.filter(batches::id.eq(id)).filter(batches::remaining.ge(units));
    Ok(diesel::update(row).set(batches::remaining.eq(batches::remaining - units)).execute(conn)? == 1)
}

/// Puts units back; false if the batch never had that many.
pub fn put_back(conn: &mut Conn, id: BatchId, units: i64) -> DbResult<bool> {
    let row = batches::table.filter(batches::id.eq(id)).filter((batches::remaining + units).le(batches::units));
    Ok(diesel::update(row).set(batches::remaining.eq(batches::remaining + units)).execute(conn)? == 1)
}

/// Makes a batch a part of another; false if it is one already or an order has of it.
pub fn put_into(conn: &mut Conn, id: BatchId, whole: BatchId) -> DbResult<bool> {
    let row = batches::table
        .filter(batches::id.eq(id))
        .filter(batches::merged_into.is_null())
        .filter(batches::intake_id.is_not_null())
        .filter(batches::remaining.eq(batches::units));
    Ok(diesel::update(row).set(batches::merged_into.eq(whole)).execute(conn)? == 1)
}
