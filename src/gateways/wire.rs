//! What clients of payment parties have in common.

use std::time::Duration;

use super::GatewayError;
use crate::kernel::{Any, Id};

const TIMEOUT: Duration = Duration::from_secs(15);
/// Longer answers are none.
pub const ANSWER_MAX: u64 = 1024 * 1024;

/// Calls addresses of the settings, follows nobody elsewhere, and leaves the status to whoever asks.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into()
}

/// Names of things at a provider: at most 32 letters and digits.
pub fn number(id: Id<Any>) -> String {
    id.uuid().simple().to_string()
}

/// # Errors
/// [`GatewayError::Answer`] for what [`number`] did not write.
pub fn id(number: &str) -> Result<Id<Any>, GatewayError> {
    uuid::Uuid::try_parse(number).map(Id::from_uuid).map_err(|_| GatewayError::Answer)
}
