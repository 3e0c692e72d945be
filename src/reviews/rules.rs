//! Stars, and how long a review is edited. Pure.

use std::time::Duration;

use crate::kernel::{Instant, Invalid};

pub const STARS_MAX: i64 = 5;

/// How long its author edits a review.
pub const EDITED_FOR: Duration = Duration::from_secs(7 * 24 * 3_600);

/// # Errors
/// `invalid_stars` outside 1 to 5.
pub fn check_stars(stars: i64) -> Result<i64, Invalid> {
    if (1..=STARS_MAX).contains(&stars) { Ok(stars) } else { Err(Invalid::new("invalid_stars").with("max", STARS_MAX)) }
}

/// Until when a review is edited.
#[must_use]
pub fn edited_until(written_at: Instant) -> Instant {
    written_at.plus(EDITED_FOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_five_stars() {
        for (stars, is_good) in [(i64::MIN, false), (0, false), (1, true), (5, true), (6, false)] {
            assert_eq!(check_stars(stars).is_ok(), is_good, "{stars}");
        }
    }
}
