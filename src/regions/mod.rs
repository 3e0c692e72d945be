//! Places: the official codes from province to village, with the names people use.
//!
//! What always holds: a name is shown without the words of its committee (村民委员会); a former name
//! is an alias and finds the place that it became part of. Tables: `regions`, `region_aliases`.

pub mod http;
pub mod import;
mod names;
mod store;

pub use names::display_name;
pub use store::{Region, RegionRef, aliases, exists, find, list_down_to_counties, list_villages_named, names, paths};

use crate::db::{Conn, DbError};
use crate::kernel::{Invalid, RegionCode, RegionLevel};

#[derive(Debug, thiserror::Error)]
pub enum RegionError {
    #[error("region refused: {0}")]
    Invalid(Invalid),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The village of this code.
///
/// # Errors
/// `not_a_village` for a wider place, `unknown_region` if there is none.
pub fn load_village(conn: &mut Conn, code: &RegionCode) -> Result<Region, RegionError> {
    if code.level() != RegionLevel::Village {
        return Err(RegionError::Invalid(Invalid::new("not_a_village")));
    }
    find(conn, code)?.ok_or_else(|| RegionError::Invalid(Invalid::new("unknown_region")))
}

/// Checks that parcels can be sent to `code`: a known county or something inside one.
///
/// # Errors
/// `region_too_wide` for a city or province, `unknown_region` if there is no such place.
pub fn check_address(conn: &mut Conn, code: &RegionCode) -> Result<(), RegionError> {
    if matches!(code.level(), RegionLevel::Province | RegionLevel::City) {
        return Err(RegionError::Invalid(Invalid::new("region_too_wide")));
    }
    if exists(conn, code)? { Ok(()) } else { Err(RegionError::Invalid(Invalid::new("unknown_region"))) }
}
