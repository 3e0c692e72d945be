//! Use cases of pairings.

use super::rules::{Command, decide};
use super::store::{self, Pairing};
use super::{PairingError, PairingId, PairingState};
use crate::db::Conn;
use crate::households::{self, HouseholdId};
use crate::inbox::{self, Kind, Told};
use crate::kernel::{Act, Role, UserId};
use crate::log::{self, Change, Subject};

/// A buyer asks a household.
///
/// # Errors
/// [`PairingError::UnknownHousehold`], [`PairingError::Exists`].
pub fn request(
    conn: &mut Conn,
    act: &Act,
    buyer_id: UserId,
    household_id: HouseholdId,
    message: Option<String>,
) -> Result<Pairing, PairingError> {
    let household = households::find(conn, household_id)?.ok_or(PairingError::UnknownHousehold)?;
    let pairing = Pairing {
        id: act.new_id(),
        buyer_id,
        household_id,
        village_code: household.village_code,
        state: PairingState::Requested,
        message,
        requested_at: act.at,
        accepted_at: None,
        ended_at: None,
    };
    store::insert(conn, &pairing)
        .map_err(|error| if error.is_unique_violation() { PairingError::Exists } else { error.into() })?;
    let change = Change::new(Subject::Pairing, pairing.id, "request").states(None, pairing.state.as_str());
    log::append(conn, act, &change)?;
    let told = Told::role(Role::Coordinator, &pairing.village_code, Kind::PairingRequested, pairing.id);
    inbox::tell(conn, act, &[told])?;
    Ok(pairing)
}

/// Carries out a command of somebody who was found to be allowed it. Repeating it changes nothing.
///
/// # Errors
/// [`PairingError::WrongState`].
pub fn change_state(
    conn: &mut Conn,
    act: &Act,
    id: PairingId,
    command: Command,
    reason: Option<&str>,
) -> Result<Pairing, PairingError> {
    let pairing = load(conn, id)?;
    let next = decide(pairing.state, command).map_err(PairingError::WrongState)?;
    if next == pairing.state {
        return Ok(pairing);
    }
    if !store::update_state(conn, id, (pairing.state, next), act.at)? {
        return Err(PairingError::WrongState(load(conn, id)?.state));
    }
    let change = Change::new(Subject::Pairing, id, command.as_str())
        .states(pairing.state.as_str(), next.as_str())
        .because(reason);
    log::append(conn, act, &change)?;
    let kind = match command {
        Command::Accept => Kind::PairingAccepted,
        Command::Decline => Kind::PairingDeclined,
        Command::End => Kind::PairingEnded,
    };
    inbox::tell(conn, act, &[Told::person(pairing.buyer_id, kind, id)])?;
    load(conn, id)
}

/// Ends all ties of a buyer and forgets what they wrote: their account is deleted.
///
/// # Errors
/// Those of the database.
pub fn end_all(conn: &mut Conn, act: &Act, buyer_id: UserId, why: &str) -> Result<(), PairingError> {
    for pairing in store::list_all_of_buyer(conn, buyer_id)? {
        if matches!(pairing.state, PairingState::Requested | PairingState::Active) {
            change_state(conn, act, pairing.id, Command::End, Some(why))?;
        }
    }
    Ok(store::erase_messages(conn, buyer_id)?)
}

/// # Errors
/// [`PairingError::NotFound`].
pub fn load(conn: &mut Conn, id: PairingId) -> Result<Pairing, PairingError> {
    store::find(conn, id)?.ok_or(PairingError::NotFound)
}
