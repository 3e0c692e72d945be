//! How many requests a minute one caller may send, told in the headers of every answer
//! (draft-ietf-httpapi-ratelimit-headers).
//!
//! A caller is the user of a token whose signature is good, else the client's address. What everybody
//! may read without a token does not count.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest};
use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use super::routes::API_PREFIX;
use super::{ApiError, ClientAddress, Code};
use crate::kernel::{Clock, UserId};

/// Counts requests; one for all workers.
pub struct Limiter {
    /// `None` where there is no limit.
    counter: Option<Counter>,
    /// The user whose good token a request carries.
    user_of: fn(&HttpRequest) -> Option<UserId>,
}

struct Counter {
    per_minute: u32,
    clock: Ticks,
    callers: RateLimiter<String, DefaultKeyedStateStore<String>, Ticks, StateInformationMiddleware>,
}

/// How a request stands: how many more there may be, or how long to wait.
struct Standing {
    per_minute: u32,
    left: Result<u32, Duration>,
}

impl Limiter {
    #[must_use]
    pub fn new(per_minute: u32, clock: &Clock, user_of: fn(&HttpRequest) -> Option<UserId>) -> Self {
        let counter = NonZeroU32::new(per_minute).map(|quota| {
            let clock = Ticks { clock: clock.clone(), began: Instant::now() };
            let callers = RateLimiter::dashmap_with_clock(Quota::per_minute(quota), clock.clone()).with_middleware();
            Counter { per_minute, clock, callers }
        });
        Self { counter, user_of }
    }

    /// Forgets callers who have not called for a while.
    pub fn forget_rested(&self) {
        if let Some(counter) = &self.counter {
            counter.callers.retain_recent();
            counter.callers.shrink_to_fit();
        }
    }

    /// `None` for a request that does not count.
    fn count(&self, request: &ServiceRequest) -> Option<Standing> {
        let counter = self.counter.as_ref()?;
        let is_public =
            matches!(*request.method(), Method::GET | Method::HEAD) && !request.headers().contains_key(AUTHORIZATION);
        if is_public || !request.path().starts_with(API_PREFIX) {
            return None;
        }
        let user = (self.user_of)(request.request());
        let caller = user.map_or_else(|| ClientAddress::of(request).key(), |user| user.to_string());
        let left = match counter.callers.check_key(&caller) {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(not_until) => Err(not_until.wait_time_from(counter.clock.now())),
        };
        Some(Standing { per_minute: counter.per_minute, left })
    }
}

impl Standing {
    /// The quota grows back evenly, so it is whole again after the share of a minute that was used.
    fn tell(&self, headers: &mut HeaderMap) {
        let Self { per_minute, left } = self;
        let remaining = left.unwrap_or(0);
        let whole_in = (u64::from(per_minute - remaining.min(*per_minute)) * 60).div_ceil(u64::from(*per_minute));
        let mut put = |name: HeaderName, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        put(HeaderName::from_static("ratelimit-policy"), format!("\"default\";q={per_minute};w=60"));
        put(HeaderName::from_static("ratelimit"), format!("\"default\";r={remaining};t={whole_in}"));
        if let Err(wait) = left {
            put(RETRY_AFTER, whole_seconds(*wait).to_string());
        }
    }
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Middleware: counts, tells, and refuses what is too much.
///
/// # Errors
/// Those of the handler.
pub async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let standing = request.app_data::<Data<Limiter>>().and_then(|limiter| limiter.count(&request));
    let mut response = match &standing {
        Some(Standing { left: Err(_), .. }) => request.error_response(ApiError::new(Code::RateLimited)),
        _ => next.call(request).await?.map_into_boxed_body(),
    };
    if let Some(standing) = standing {
        standing.tell(response.headers_mut());
    }
    Ok(response)
}

/// The clock as the counter wants it. The system's time may be set back, so there it is the time since the
/// start.
#[derive(Debug, Clone)]
struct Ticks {
    clock: Clock,
    began: Instant,
}

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        match &self.clock {
            Clock::System => Nanos::from(self.began.elapsed()),
            Clock::Manual(_) => Nanos::from(self.clock.now().unix_millis().saturating_mul(1_000_000)),
        }
    }
}
