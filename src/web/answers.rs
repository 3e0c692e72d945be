//! Public answers that are kept for a moment, so that what many ask at once is read once.
//!
//! What always holds: an answer is given again only within the second in which it was made, and only while
//! this process has changed nothing since; so nobody is shown what they themselves have changed, and what
//! somebody takes back is gone at once. Several processes on one PostgreSQL may differ by that second.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;
use std::future::Future;
use std::sync::Arc;

use super::cache::{self, etag_of};
use super::{ApiError, ApiResult};
use crate::context::Context;

/// What all kept answers together may weigh, in bytes.
const BYTES_MAX: u64 = 8 << 20;
/// About how many that is.
const COUNT: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    /// Changes of this process before the answer was read.
    changes: u64,
    second: i64,
    /// Path and query.
    address: String,
}

#[derive(Debug, Clone)]
struct Answer {
    etag: Arc<str>,
    body: Bytes,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Key, Answer> for Weight {
    fn weight(&self, key: &Key, answer: &Answer) -> u64 {
        u64::try_from(key.address.len() + answer.body.len()).unwrap_or(u64::MAX).max(1)
    }
}

/// The answers that are kept, shared by all workers.
#[derive(Clone)]
pub struct Answers(Arc<Cache<Key, Answer, Weight>>);

impl Default for Answers {
    fn default() -> Self {
        Self(Arc::new(Cache::with_weighter(COUNT, BYTES_MAX, Weight)))
    }
}

impl Answers {
    /// What `load` gives, as JSON for everybody: those who ask the same meanwhile wait for the one who reads.
    ///
    /// # Errors
    /// Those of `load`, which are not kept.
    pub async fn public_json<T: Serialize>(
        &self,
        request: &HttpRequest,
        context: &Context,
        load: impl Future<Output = ApiResult<T>>,
    ) -> ApiResult<HttpResponse> {
        let key = Key {
            changes: context.db.changes(),
            second: context.clock.now().unix_micros() / 1_000_000,
            address: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        };
        let made = async {
            let body = serde_json::to_vec(&load.await?).map_err(ApiError::internal)?;
            Ok::<_, ApiError>(Answer { etag: etag_of(&body).into(), body: body.into() })
        };
        let answer = self.0.get_or_insert_async(&key, made).await?;
        Ok(cache::public_answer(request, "application/json", &answer.etag, answer.body))
    }
}
