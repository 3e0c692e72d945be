//! Deleting an account: what goes, what stays, what stands in the way.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules;
use crate::addresses::{self, AddressError};
use crate::cart;
use crate::db::{Conn, DbError};
use crate::helpers::{self, HelperError};
use crate::identity::{self, IdentityError};
use crate::inbox;
use crate::kernel::{Act, Day, Instant, UserId, text_enum};
use crate::log::{self, Subject};
use crate::orders::{self, OrderError, OrderId, OrderState};
use crate::organisations::{self, OrganisationError};
use crate::pairing::{self, PairingError};
use crate::payments;
use crate::privacy;
use crate::web::idempotency;

text_enum! {
    /// What is erased with an account.
    pub enum Erased {
        DisplayName = "display_name",
        Phone = "phone",
        Email = "email",
        Password = "password",
        SecondFactor = "second_factor",
        /// Where the person was signed in.
        Devices = "devices",
        /// What was entrusted to the person ends.
        Grants = "grants",
        /// Ties to helpers and elders, with the numbers.
        Helpers = "helpers",
        /// For whom the person orders, and that they want to be left alone.
        Organisations = "organisations",
        /// Ties to households end, and what the person wrote to them.
        PairingMessages = "pairing_messages",
        Addresses = "addresses",
        /// What was chosen and not ordered.
        Cart = "cart",
        /// What the person was told.
        Inbox = "inbox",
        /// Answers that were saved for requests sent again.
        SavedAnswers = "saved_answers",
    }
}

text_enum! {
    /// What stays, under a pseudonym.
    pub enum KeptKind {
        Orders = "orders",
        /// Payments and refunds.
        Payments = "payments",
        Pairings = "pairings",
        /// Who did what, when and why.
        LogEntries = "log_entries",
        /// Who looked at the person's data.
        Accesses = "accesses",
    }
}

text_enum! {
    /// Why something stays.
    pub enum Why {
        /// E-Commerce Law of the PRC, article 31: three years from the completion of the transaction.
        ECommerceLaw = "e_commerce_law_31",
        /// So that it can be shown who acted, and who looked.
        Accountability = "accountability",
    }
}

/// Something that stays.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Kept {
    pub what: KeptKind,
    pub count: usize,
    /// At least until this day; `null` where no end is set.
    pub until: Option<Day>,
    pub why: Why,
}

/// What deleting the account would do now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deletion)]
pub struct Plan {
    pub erased: &'static [Erased],
    pub kept: Vec<Kept>,
    /// Numbers of orders that have to come to an end first.
    pub orders_open: Vec<String>,
    /// Somebody else has to be an administrator first.
    pub is_last_administrator: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum MyDataError {
    #[error("{} orders are open", .0.len())]
    OrdersOpen(Vec<String>),
    #[error("nobody else is an administrator")]
    LastAdministrator,
    #[error("the table cannot be written: {0}")]
    Table(String),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Helper(#[from] HelperError),
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    #[error(transparent)]
    Pairing(#[from] PairingError),
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// # Errors
/// Those of the database.
pub fn plan(conn: &mut Conn, user_id: UserId, at: Instant) -> Result<Plan, MyDataError> {
    Ok(Plan {
        erased: Erased::ALL,
        kept: list_kept(conn, user_id)?,
        orders_open: orders::list_open_numbers(conn, user_id)?,
        is_last_administrator: identity::is_last_administrator(conn, user_id, at)?,
    })
}

/// Deletes an account whose password was checked. Nobody who is in the middle of ordering gets past it: orders
/// wait for the lock, and find nobody then.
///
/// # Errors
/// [`MyDataError::OrdersOpen`], [`MyDataError::LastAdministrator`], `unauthenticated` if it was deleted
/// meanwhile.
pub fn delete(conn: &mut Conn, act: &Act, user_id: UserId) -> Result<Plan, MyDataError> {
    const WHY: &str = "account_deleted";
    identity::lock_account(conn, user_id)?;
    let plan = plan(conn, user_id, act.at)?;
    if !plan.orders_open.is_empty() {
        return Err(MyDataError::OrdersOpen(plan.orders_open));
    }
    if plan.is_last_administrator {
        return Err(MyDataError::LastAdministrator);
    }
    helpers::end_all(conn, act, user_id, WHY)?;
    organisations::forget(conn, act, user_id)?;
    pairing::end_all(conn, act, user_id, WHY)?;
    orders::erase_addresses(conn, user_id)?;
    cart::forget(conn, user_id)?;
    addresses::forget(conn, user_id)?;
    inbox::forget(conn, user_id)?;
    idempotency::forget(conn, user_id)?;
    identity::erase(conn, act, user_id)?;
    Ok(plan)
}

fn list_kept(conn: &mut Conn, user_id: UserId) -> Result<Vec<Kept>, MyDataError> {
    let ids: Vec<OrderId> = orders::list_all_of_buyer(conn, user_id)?.iter().map(|order| order.id).collect();
    let checkouts: Vec<_> =
        orders::list_checkouts_of_buyer(conn, user_id)?.iter().map(|checkout| checkout.id).collect();
    let payments: Vec<_> = payments::list_of_checkouts(conn, &checkouts)?.iter().map(|payment| payment.id).collect();
    let refunds = payments::list_refunds(conn, &payments)?.len();
    let until = last_completion(conn, &ids)?.map(rules::kept_until);
    let by_law = |what, count| Kept { what, count, until, why: Why::ECommerceLaw };
    let to_account = |what, count| Kept { what, count, until: None, why: Why::Accountability };
    let kept = [
        by_law(KeptKind::Orders, ids.len()),
        by_law(KeptKind::Payments, payments.len() + refunds),
        by_law(KeptKind::Pairings, pairing::list_all_of_buyer(conn, user_id)?.len()),
        to_account(KeptKind::LogEntries, log::list_of_person(conn, user_id)?.len()),
        to_account(KeptKind::Accesses, privacy::count_of_user(conn, user_id)?),
    ];
    Ok(kept.into_iter().filter(|kept| kept.count > 0).collect())
}

/// When the last of the orders came to its end.
fn last_completion(conn: &mut Conn, ids: &[OrderId]) -> Result<Option<Instant>, MyDataError> {
    let is_end = |state: &str| state.parse().is_ok_and(OrderState::is_over);
    let ends = log::list_of_many(conn, Subject::Order, ids)?
        .into_iter()
        .filter(|(_, entry)| entry.to_state.as_deref().is_some_and(is_end));
    Ok(ends.map(|(_, entry)| entry.at).max())
}
