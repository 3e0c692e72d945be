//! Runs jobs when they are due.

use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::watch;

use super::store::{self, Job};
use crate::context::Context;
use crate::db::{Conn, DbError};
use crate::kernel::Act;
use crate::web::ApiError;

/// Does one job inside the transaction that removes it.
pub type Handler = fn(&Context, &mut Conn, &Act, &Job) -> Result<(), ApiError>;

/// Does what of a job leaves the process, before [`Handler`] puts down that it was done.
pub type Outside = fn(&Context, &Job) -> Result<(), ApiError>;

/// How long work outside may take before another process tries it.
const LEASE: Duration = Duration::from_secs(60);

/// How often the queue is looked at; a payment in the sandbox completes within a second.
const PAUSE: Duration = Duration::from_millis(200);
const BATCH: i64 = 50;
const BACKOFF_MAX: Duration = Duration::from_secs(3600);

#[derive(Clone)]
pub struct Runner {
    context: Context,
    outside: Outside,
    handler: Handler,
}

impl Runner {
    #[must_use]
    pub fn new(context: Context, outside: Outside, handler: Handler) -> Self {
        Self { context, outside, handler }
    }

    /// Runs until `stop` changes.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let runner = self.clone();
            match tokio::task::spawn_blocking(move || runner.run_due()).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::error!(%error, "job queue cannot be read"),
                Err(error) => tracing::error!(%error, "job runner stopped"),
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Runs what is due now, and what becomes due by it; says how many jobs were done.
    ///
    /// # Errors
    /// [`DbError`] if the queue cannot be read; a job's own error postpones it.
    pub fn run_due(&self) -> Result<usize, DbError> {
        let mut done = 0;
        loop {
            let now = self.context.clock.now();
            let due = self.context.db.read_blocking(|conn| store::list_due(conn, now, BATCH))?;
            if due.is_empty() {
                return Ok(done);
            }
            for job in due {
                done += usize::from(self.run_one(&job)?);
            }
        }
    }

    fn run_one(&self, job: &Job) -> Result<bool, DbError> {
        let act = self.context.system_act();
        // A job with a defect is postponed like one that fails, so that it does not stop those behind it.
        let done = std::panic::catch_unwind(AssertUnwindSafe(|| {
            if job.kind.goes_outside() {
                let until = act.at.plus(LEASE);
                if !self.context.db.write_blocking(|conn| store::lease(conn, job, until))? {
                    return Ok(false);
                }
                (self.outside)(&self.context, job)?;
            }
            self.context.db.write_blocking(|conn| {
                if !store::claim(conn, job.id)? {
                    return Ok(false);
                }
                (self.handler)(&self.context, conn, &act, job)?;
                Ok::<_, ApiError>(true)
            })
        }));
        let outcome = done.unwrap_or_else(|_| Err(DbError::Panicked(job.kind.to_string()).into()));
        outcome.or_else(|error| {
            tracing::warn!(kind = %job.kind, subject = %job.subject_id, attempts = job.attempts, %error, "job failed");
            let backoff = Duration::from_secs(1 << job.attempts.clamp(0, 12)).min(BACKOFF_MAX);
            let (run_at, error) = (act.at.plus(backoff), error.to_string());
            self.context.db.write_blocking(|conn| store::postpone(conn, job.id, run_at, &error))?;
            Ok(false)
        })
    }
}
