//! Queries of helpers.

use diesel::prelude::*;

use super::rules::HelperState;
use super::types::TieId;
use crate::db::schema::{helpers, users};
use crate::db::{Conn, DbResult};
use crate::kernel::{Instant, UserId};

/// An elder and the one who helps, or is asked to.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = helpers)]
#[diesel(treat_none_as_default_value = false)]
pub struct Tie {
    pub id: TieId,
    pub elder_id: UserId,
    /// Empty once the tie has ended, as is its index.
    pub phone_sealed: Vec<u8>,
    pub phone_index: Vec<u8>,
    pub helper_id: Option<UserId>,
    /// What the elder calls the helper: 女儿.
    pub relation: Option<String>,
    pub state: HelperState,
    pub code_hash: Option<Vec<u8>>,
    pub tries: i64,
    pub invited_at: Instant,
    pub expires_at: Instant,
    pub accepted_at: Option<Instant>,
    pub ended_at: Option<Instant>,
}

/// Makes changes of one elder's ties wait for each other. SQLite has one writer anyway.
pub fn lock_elder(conn: &mut Conn, id: UserId) -> DbResult<()> {
    if let Conn::Pg(conn) = conn {
        users::table.find(id).select(users::id).for_no_key_update().first::<UserId>(conn)?;
    }
    Ok(())
}

pub fn insert(conn: &mut Conn, tie: &Tie) -> DbResult<()> {
    diesel::insert_into(helpers::table).values(tie).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: TieId) -> DbResult<Option<Tie>> {
    Ok(helpers::table.find(id).select(Tie::as_select()).first(conn).optional()?)
}

/// The ties of an elder that have not ended, expired invitations among them.
pub fn list_unended(conn: &mut Conn, elder_id: UserId) -> DbResult<Vec<Tie>> {
    Ok(helpers::table
        .filter(helpers::elder_id.eq(elder_id))
        .filter(helpers::state.ne(HelperState::Ended))
        .order((helpers::invited_at.desc(), helpers::id.desc()))
        .select(Tie::as_select())
        .load(conn)?)
}

/// What an elder is shown: open invitations, helpers, and who has been one.
pub fn list_of_elder(conn: &mut Conn, elder_id: UserId, limit: i64) -> DbResult<Vec<Tie>> {
    Ok(helpers::table
        .filter(helpers::elder_id.eq(elder_id))
        .filter(helpers::state.ne(HelperState::Ended).or(helpers::accepted_at.is_not_null()))
        .order((helpers::invited_at.desc(), helpers::id.desc()))
        .limit(limit)
        .select(Tie::as_select())
        .load(conn)?)
}

/// Whom somebody helps now.
pub fn list_of_helper(conn: &mut Conn, helper_id: UserId) -> DbResult<Vec<Tie>> {
    Ok(helpers::table
        .filter(helpers::helper_id.eq(helper_id))
        .filter(helpers::state.eq(HelperState::Active))
        .order((helpers::accepted_at.desc(), helpers::id.desc()))
        .select(Tie::as_select())
        .load(conn)?)
}

/// All ties in which somebody is the elder or the helper, newest first.
///
/// # Errors
/// Those of the database.
pub fn list_of_person(conn: &mut Conn, id: UserId) -> DbResult<Vec<Tie>> {
    Ok(helpers::table
        .filter(helpers::elder_id.eq(id).or(helpers::helper_id.eq(id)))
        .order((helpers::invited_at.desc(), helpers::id.desc()))
        .select(Tie::as_select())
        .load(conn)?)
}

/// Whether one helps the other now.
pub fn is_active(conn: &mut Conn, elder_id: UserId, helper_id: UserId) -> DbResult<bool> {
    let ties = helpers::table
        .filter(helpers::helper_id.eq(helper_id))
        .filter(helpers::elder_id.eq(elder_id))
        .filter(helpers::state.eq(HelperState::Active));
    Ok(diesel::select(diesel::dsl::exists(ties)).get_result(conn)?)
}

/// The invitations to a number that have not ended.
pub fn list_invited(conn: &mut Conn, phone_index: &[u8]) -> DbResult<Vec<Tie>> {
    Ok(helpers::table
        .filter(helpers::phone_index.eq(phone_index))
        .filter(helpers::state.eq(HelperState::Invited))
        .order(helpers::id)
        .select(Tie::as_select())
        .load(conn)?)
}

/// As [`list_invited`], locked until the transaction ends: each try counts, also of many at once.
pub fn lock_invited(conn: &mut Conn, phone_index: &[u8]) -> DbResult<Vec<Tie>> {
    match conn {
        Conn::Pg(conn) => Ok(helpers::table
            .filter(helpers::phone_index.eq(phone_index))
            .filter(helpers::state.eq(HelperState::Invited))
            .order(helpers::id)
            .select(Tie::as_select())
            .for_no_key_update()
            .load(conn)?),
        conn @ Conn::Sqlite(_) => list_invited(conn, phone_index),
    }
}

/// Gives an invitation new digits and a new time.
pub fn renew(conn: &mut Conn, tie: &Tie) -> DbResult<bool> {
    let row = helpers::table.find(tie.id).filter(helpers::state.eq(HelperState::Invited));
    let renewed = diesel::update(row).set((
        helpers::relation.eq(&tie.relation),
        helpers::code_hash.eq(&tie.code_hash),
        helpers::tries.eq(tie.tries),
        helpers::invited_at.eq(tie.invited_at),
        helpers::expires_at.eq(tie.expires_at),
    ));
    Ok(renewed.execute(conn)? == 1)
}

/// False if it was no longer an invitation.
pub fn activate(conn: &mut Conn, id: TieId, helper_id: UserId, at: Instant) -> DbResult<bool> {
    let row = helpers::table.find(id).filter(helpers::state.eq(HelperState::Invited));
    let activated = diesel::update(row).set((
        helpers::state.eq(HelperState::Active),
        helpers::helper_id.eq(helper_id),
        helpers::accepted_at.eq(at),
        helpers::code_hash.eq(None::<Vec<u8>>),
    ));
    Ok(activated.execute(conn)? == 1)
}

pub fn count_try(conn: &mut Conn, id: TieId) -> DbResult<()> {
    let row = helpers::table.find(id).filter(helpers::state.eq(HelperState::Invited));
    diesel::update(row).set(helpers::tries.eq(helpers::tries + 1)).execute(conn)?;
    Ok(())
}

/// Ends a tie and forgets its number; false if it was no longer in the state.
pub fn end(conn: &mut Conn, id: TieId, from: HelperState, at: Instant) -> DbResult<bool> {
    let row = helpers::table.find(id).filter(helpers::state.eq(from));
    let ended = diesel::update(row).set((
        helpers::state.eq(HelperState::Ended),
        helpers::ended_at.eq(at),
        helpers::code_hash.eq(None::<Vec<u8>>),
        helpers::phone_sealed.eq(Vec::new()),
        helpers::phone_index.eq(Vec::new()),
    ));
    Ok(ended.execute(conn)? == 1)
}

/// Forgets what somebody called those who helped, and was called.
pub fn erase_relations(conn: &mut Conn, id: UserId) -> DbResult<()> {
    diesel::update(helpers::table.filter(helpers::elder_id.eq(id).or(helpers::helper_id.eq(id))))
        .set(helpers::relation.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}
