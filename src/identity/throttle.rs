//! Guessing is slowed down: by the number that is tried, whether it has an account or not, and by the
//! address that tries.

use std::time::Duration;

use super::{IdentityError, store_throttles as store};
use crate::db::Conn;
use crate::kernel::Instant;
use crate::secrets::Secrets;

/// What failures are counted under: keyed digests, so that the table tells neither numbers nor addresses.
#[derive(Debug, Clone)]
pub struct ThrottleKeys(Vec<(Vec<u8>, Kind)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Account,
    Address,
}

/// After so long without a failure, all is forgotten.
pub const MEMORY: Duration = Duration::from_secs(24 * 3600);

const DELAY_MAX: Duration = Duration::from_secs(15 * 60);

impl ThrottleKeys {
    /// For an attempt to sign in with a number, from an address.
    #[must_use]
    pub fn new(secrets: &Secrets, account: &str, address: &str) -> Self {
        Self(vec![
            (secrets.derive("throttle account", account), Kind::Account),
            (secrets.derive("throttle address", address), Kind::Address),
        ])
    }

    /// For attempts by somebody who is known: only the account counts.
    #[must_use]
    pub fn of_account(secrets: &Secrets, account: &str) -> Self {
        Self(vec![(secrets.derive("throttle account", account), Kind::Account)])
    }

    /// For what is no number: only the address counts.
    #[must_use]
    pub fn of_address(secrets: &Secrets, address: &str) -> Self {
        Self(vec![(secrets.derive("throttle address", address), Kind::Address)])
    }
}

/// How long to wait after so many failures in a row: nothing for the first few, then 1 s, doubled each
/// time. Many people may share an address, so it has more of them free.
fn delay(kind: Kind, failures: i64) -> Duration {
    let free = match kind {
        Kind::Account => 5,
        Kind::Address => 50,
    };
    match u32::try_from(failures - free) {
        Ok(over) if over > 0 => Duration::from_secs(1_u64 << (over - 1).min(16)).min(DELAY_MAX),
        _ => Duration::ZERO,
    }
}

/// Counts an attempt under each key: as a failure, until it turns out to be none. Counted before it is
/// looked at, so that many attempts at once do not get past.
///
/// # Errors
/// [`IdentityError::TooManyAttempts`] while one of the keys has to wait; that attempt is not counted.
pub fn count(conn: &mut Conn, keys: &ThrottleKeys, at: Instant) -> Result<(), IdentityError> {
    for (key, kind) in &keys.0 {
        let (failures, blocked_until) = store::count(conn, key, at, at.minus(MEMORY))?;
        if blocked_until > at {
            return Err(IdentityError::TooManyAttempts { until: blocked_until, at });
        }
        store::block(conn, key, at.plus(delay(*kind, failures)))?;
    }
    Ok(())
}

/// Takes back what [`count`] counted, for an attempt that was none of guessing.
///
/// # Errors
/// Those of the database.
pub fn uncount(conn: &mut Conn, keys: &ThrottleKeys) -> Result<(), IdentityError> {
    for (key, _) in &keys.0 {
        store::uncount(conn, key)?;
    }
    Ok(())
}

/// Forgets the failures of an account that has signed in; its address stays counted.
///
/// # Errors
/// Those of the database.
pub fn forget_account(conn: &mut Conn, keys: &ThrottleKeys) -> Result<(), IdentityError> {
    for (key, _) in keys.0.iter().filter(|(_, kind)| *kind == Kind::Account) {
        store::delete(conn, key)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_delay_grows_from_nothing_to_a_quarter_of_an_hour() {
        let seconds = |failures| delay(Kind::Account, failures).as_secs();
        let grown: Vec<u64> = [1, 5, 6, 7, 8, 12, 16, 1_000].map(seconds).to_vec();
        assert_eq!(grown, [0, 0, 1, 2, 4, 64, 900, 900]);
        assert_eq!(delay(Kind::Address, 50), Duration::ZERO);
        assert_eq!(delay(Kind::Address, 51).as_secs(), 1);
    }

    proptest! {
        #[test]
        fn more_failures_never_mean_less_delay(failures in 0..i64::MAX - 1) {
            for kind in [Kind::Account, Kind::Address] {
                prop_assert!(delay(kind, failures) <= delay(kind, failures + 1));
                prop_assert!(delay(kind, failures) <= DELAY_MAX);
            }
        }
    }
}
