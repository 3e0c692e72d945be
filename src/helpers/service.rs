//! Use cases of family helpers.

use super::rules::{CODE_LIFE, Command, HelperState, TIES_MAX, TRIES_MAX, decide, lives};
use super::store::{self, Tie};
use super::types::{HelperCode, HelperError, TieId};
use crate::db::Conn;
use crate::identity::{self, IdentityError, Phone};
use crate::jobs::{self, JobKind};
use crate::kernel::{Act, UserId};
use crate::log::{self, Change, Subject};
use crate::secrets::Secrets;

/// An elder asks whoever has a number to help. Nothing tells whether the number has an account. Asking again
/// replaces the invitation that is open.
///
/// # Errors
/// [`HelperError::OwnNumber`], [`HelperError::TooMany`], [`HelperError::WrongState`] if who has the number
/// helps already.
pub fn invite(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    elder_id: UserId,
    phone: &Phone,
    relation: Option<String>,
    code: &HelperCode,
) -> Result<Tie, HelperError> {
    store::lock_elder(conn, elder_id)?;
    let phone_index = secrets.blind_index(phone.as_str());
    if identity::find_phone_index(conn, elder_id)?.ok_or(IdentityError::Unauthenticated)? == phone_index {
        return Err(HelperError::OwnNumber);
    }
    let (same, others): (Vec<Tie>, Vec<Tie>) =
        store::list_unended(conn, elder_id)?.into_iter().partition(|tie| tie.phone_index == phone_index);
    if others.iter().filter(|tie| lives(tie.state, tie.tries, tie.expires_at, act.at)).count() >= TIES_MAX {
        return Err(HelperError::TooMany(TIES_MAX));
    }
    let before = same.into_iter().next();
    let id = before.as_ref().map_or_else(|| act.new_id(), |tie| tie.id);
    let tie = Tie {
        id,
        elder_id,
        phone_sealed: secrets.seal(&phone_context(id), phone.as_str()),
        phone_index,
        helper_id: None,
        relation,
        state: HelperState::Invited,
        code_hash: Some(code.digest(secrets, id)),
        tries: 0,
        invited_at: act.at,
        expires_at: act.at.plus(CODE_LIFE),
        accepted_at: None,
        ended_at: None,
    };
    match &before {
        Some(before) if before.state != HelperState::Invited => return Err(HelperError::WrongState(before.state)),
        Some(_) if !store::renew(conn, &tie)? => return Err(HelperError::WrongState(HelperState::Ended)),
        Some(_) => {}
        None => store::insert(conn, &tie)?,
    }
    log_change(conn, act, id, "invite", before.map(|tie| tie.state), tie.state, None)?;
    // Who never answers is not kept.
    jobs::enqueue(conn, act, JobKind::ExpireHelper, id, tie.expires_at)?;
    Ok(tie)
}

fn phone_context(id: TieId) -> String {
    format!("helpers.phone:{id}")
}

/// The number that the elder named; `None` once the tie has ended.
///
/// # Errors
/// [`HelperError::Secrets`] for a number sealed with another key.
pub fn open_phone(secrets: &Secrets, tie: &Tie) -> Result<Option<Phone>, HelperError> {
    if tie.phone_sealed.is_empty() {
        return Ok(None);
    }
    let number = secrets.open(&phone_context(tie.id), &tie.phone_sealed)?;
    Ok(Some(Phone::parse(&number).map_err(IdentityError::from)?))
}

/// What became of digits that somebody typed. A refusal is an outcome, not an error: it counts as a try, and
/// that has to be kept.
pub enum Acceptance {
    Tied(Box<Tie>),
    Refused,
}

/// Somebody types the digits that an elder read out. Wrong digits count for every invitation that is open to
/// the number; after five tries it ends.
///
/// # Errors
/// Those of the database.
pub fn accept(
    conn: &mut Conn,
    act: &Act,
    secrets: &Secrets,
    helper_id: UserId,
    code: &HelperCode,
) -> Result<Acceptance, HelperError> {
    let phone_index = identity::find_phone_index(conn, helper_id)?.ok_or(IdentityError::Unauthenticated)?;
    let invited = store::lock_invited(conn, &phone_index)?;
    // Numbers change hands: an elder may have come to have the one that they named.
    let open: Vec<Tie> = invited
        .into_iter()
        .filter(|tie| tie.elder_id != helper_id && lives(tie.state, tie.tries, tie.expires_at, act.at))
        .collect();
    let Some(tie) = open.iter().find(|tie| tie.code_hash == Some(code.digest(secrets, tie.id))) else {
        for tie in &open {
            count_try(conn, act, tie)?;
        }
        return Ok(Acceptance::Refused);
    };
    for older in store::list_of_helper(conn, helper_id)?.into_iter().filter(|older| older.elder_id == tie.elder_id) {
        end_one(conn, act, &older, Some("replaced"))?;
    }
    let next = decide(tie.state, Command::Accept).map_err(HelperError::WrongState)?;
    if !store::activate(conn, tie.id, helper_id, act.at)? {
        return Ok(Acceptance::Refused);
    }
    log_change(conn, act, tie.id, Command::Accept.as_str(), Some(tie.state), next, None)?;
    Ok(Acceptance::Tied(Box::new(load(conn, tie.id)?)))
}

fn count_try(conn: &mut Conn, act: &Act, tie: &Tie) -> Result<(), HelperError> {
    store::count_try(conn, tie.id)?;
    log::append(conn, act, &Change::new(Subject::Helper, tie.id, "wrong_code"))?;
    if tie.tries + 1 < TRIES_MAX { Ok(()) } else { end_one(conn, &act.by_system(), tie, Some("tries")) }
}

/// On which side of a tie somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Elder,
    Helper,
}

/// Ends a tie, from either side. Ending it again changes nothing.
///
/// # Errors
/// [`HelperError::NotFound`] for a tie of others: that it exists is private.
pub fn end(conn: &mut Conn, act: &Act, id: TieId, user_id: UserId, side: Side) -> Result<Tie, HelperError> {
    let tie = load(conn, id)?;
    let is_own = match side {
        Side::Elder => tie.elder_id == user_id,
        Side::Helper => tie.helper_id == Some(user_id),
    };
    if !is_own {
        return Err(HelperError::NotFound);
    }
    end_one(conn, act, &tie, None)?;
    load(conn, id)
}

/// An invitation that nobody answered is over.
///
/// # Errors
/// Those of the database.
pub fn expire(conn: &mut Conn, act: &Act, id: TieId) -> Result<(), HelperError> {
    match store::find(conn, id)? {
        Some(tie) if tie.state == HelperState::Invited && tie.expires_at <= act.at => {
            end_one(conn, act, &tie, Some("expired"))
        }
        _ => Ok(()),
    }
}

/// Ends everything in which somebody is the elder or the helper, or is asked to be one: their account is
/// deleted.
///
/// # Errors
/// Those of the database.
pub fn end_all(conn: &mut Conn, act: &Act, user_id: UserId, why: &str) -> Result<(), HelperError> {
    let mut ties = store::list_of_person(conn, user_id)?;
    if let Some(phone_index) = identity::find_phone_index(conn, user_id)? {
        ties.extend(store::list_invited(conn, &phone_index)?);
    }
    for tie in &ties {
        end_one(conn, act, tie, Some(why))?;
    }
    Ok(store::erase_relations(conn, user_id)?)
}

fn end_one(conn: &mut Conn, act: &Act, tie: &Tie, why: Option<&str>) -> Result<(), HelperError> {
    let next = decide(tie.state, Command::End).map_err(HelperError::WrongState)?;
    if next == tie.state {
        return Ok(());
    }
    if store::end(conn, tie.id, tie.state, act.at)? {
        return log_change(conn, act, tie.id, Command::End.as_str(), Some(tie.state), next, why);
    }
    // It was accepted meanwhile, or has ended; what is asked for is that it has.
    let now = load(conn, tie.id)?;
    if now.state == HelperState::Ended { Ok(()) } else { end_one(conn, act, &now, why) }
}

fn load(conn: &mut Conn, id: TieId) -> Result<Tie, HelperError> {
    store::find(conn, id)?.ok_or(HelperError::NotFound)
}

fn log_change(
    conn: &mut Conn,
    act: &Act,
    id: TieId,
    action: &str,
    from: Option<HelperState>,
    to: HelperState,
    why: Option<&str>,
) -> Result<(), HelperError> {
    let change =
        Change::new(Subject::Helper, id, action).states(from.map(HelperState::as_str), to.as_str()).because(why);
    Ok(log::append(conn, act, &change)?)
}
