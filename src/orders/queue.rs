//! The queue in which placements meet: one thread drains it and places whole batches, so that a
//! thousand buyers cost a few transactions. Several processes on one PostgreSQL stay correct by the
//! guards in the statements; the queue is only for speed.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use tokio::sync::oneshot;

use super::place::place_all;
use super::types::{OrderError, Placement};
use crate::context::Context;
use crate::db::DbError;
use crate::web::idempotency::Saved;

type Answer = Result<Saved, OrderError>;

struct Waiting {
    wish: Placement,
    answer: oneshot::Sender<Answer>,
}

/// Hands placements to the thread that writes them.
#[derive(Clone)]
pub struct PlacementQueue(SyncSender<Waiting>);

/// Wishes that may wait; beyond it the caller is told to come again, rather than to wait for ever.
const WAITING_MAX: usize = 4_096;
/// Wishes placed in one transaction.
const BATCH_MAX: usize = 256;

impl PlacementQueue {
    /// Starts the thread; it ends when the last handle is dropped.
    ///
    /// # Panics
    /// If the system gives no thread.
    #[must_use]
    pub fn start(context: Context) -> Self {
        let (sender, receiver) = sync_channel(WAITING_MAX);
        std::thread::Builder::new()
            .name("placement".into())
            .spawn(move || drain(&context, &receiver))
            .expect("a thread can be started");
        Self(sender)
    }

    /// Places a wish and waits for the outcome.
    ///
    /// # Errors
    /// Its refusal; [`OrderError::Overloaded`] when too many wait.
    pub async fn place(&self, wish: Placement) -> Answer {
        let (answer, outcome) = oneshot::channel();
        self.0.try_send(Waiting { wish, answer }).map_err(|error| match error {
            TrySendError::Full(_) => OrderError::Overloaded,
            TrySendError::Disconnected(_) => DbError::Unavailable("placement thread ended".into()).into(),
        })?;
        outcome.await.unwrap_or(Err(OrderError::Overloaded))
    }
}

fn drain(context: &Context, queue: &Receiver<Waiting>) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        let (wishes, callers): (Vec<Placement>, Vec<_>) =
            batch.into_iter().map(|waiting| (waiting.wish, waiting.answer)).unzip();
        let count = wishes.len();
        // The thread outlives a defect in one batch; its transaction was rolled back.
        let placed = std::panic::catch_unwind(AssertUnwindSafe(|| place_batch(context, wishes)));
        let answers = placed.unwrap_or_else(|_| {
            let panicked = || OrderError::Db(DbError::Panicked("placing a batch".into()));
            (0..count).map(|_| Err(panicked())).collect()
        });
        for (caller, answer) in callers.into_iter().zip(answers) {
            // A caller that hung up meanwhile finds the answer under its key.
            let _ = caller.send(answer);
        }
    }
}

/// Places a batch; if it fails as a whole, each wish alone, so that one that cannot be placed does
/// not take the others with it.
fn place_batch(context: &Context, wishes: Vec<Placement>) -> Vec<Answer> {
    let wishes = Arc::new(wishes);
    match place(context, &wishes) {
        Ok(answers) => answers,
        Err(error) if wishes.len() == 1 => vec![Err(error)],
        Err(error) => {
            tracing::warn!(%error, wishes = wishes.len(), "batch failed, placing one by one");
            wishes
                .iter()
                .map(|wish| {
                    place(context, std::slice::from_ref(wish))
                        .and_then(|mut answers| answers.pop().unwrap_or(Err(OrderError::Overloaded)))
                })
                .collect()
        }
    }
}

/// One transaction. Another process may have saved one of the keys between our reading and our
/// writing; reading again finds it.
fn place(context: &Context, wishes: &[Placement]) -> Result<Vec<Answer>, OrderError> {
    const ATTEMPTS: u32 = 3;
    let mut attempt = 1;
    loop {
        let act = context.system_act();
        let outcome = context.db.write_blocking(|conn| place_all(conn, &act, context.settings.time_to_pay, wishes));
        match outcome {
            Err(OrderError::Db(error)) if attempt < ATTEMPTS && error.is_unique_violation() => attempt += 1,
            outcome => return outcome,
        }
    }
}
