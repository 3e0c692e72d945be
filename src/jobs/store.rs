//! The queue.

use diesel::prelude::*;

use crate::db::schema::jobs;
use crate::db::{Conn, DbResult, INSERT_CHUNK, native};
use crate::kernel::{Act, Any, Id, Instant, text_enum};

text_enum! {
    /// What is to be done; the subject says to what.
    pub enum JobKind {
        /// A checkout was not paid in time.
        ExpireCheckout = "expire_checkout",
        /// The balance of a pre-order was not paid in time.
        LapseBalance = "lapse_balance",
        /// The sandbox tells that a payment succeeded.
        SandboxPay = "sandbox_pay",
        /// The sandbox tells that a refund succeeded.
        SandboxRefund = "sandbox_refund",
        /// A provider is to be told of a payment, so that the buyer can be shown how to pay it.
        StartPayment = "start_payment",
        /// A payment waits long for its notification: its provider is asked.
        QueryPayment = "query_payment",
        /// A payment was given up: its provider is asked to close it.
        ClosePayment = "close_payment",
        /// A provider is asked to pay a refund, and how it stands.
        RefundPayment = "refund_payment",
        /// The claim window of an order is over.
        SettleOrder = "settle_order",
        /// A message waits to be sent.
        SendNotice = "send_notice",
        /// Something that somebody was told goes to their phone, too.
        SendInboxMessage = "send_inbox_message",
        /// Another program is to be told.
        DeliverWebhook = "deliver_webhook",
        /// What has run out is to be cleared away, once a day.
        Tidy = "tidy",
        /// There is more to seal anew; the subject is the job alone.
        Reseal = "reseal",
        /// An invitation of a family helper was not answered.
        ExpireHelper = "expire_helper",
        /// What a household offers is to be found by other words.
        ReindexHousehold = "reindex_household",
        /// The files of a picture of somebody are to be removed.
        RemovePicture = "remove_picture",
        /// The pieces of an upload that is over are to be removed.
        ClearUpload = "clear_upload",
        /// The rows of a file are to be judged.
        CheckImport = "check_import",
        /// What was found good is to be carried out.
        CommitImport = "commit_import",
        /// The file of an import that is over is to go.
        ForgetImport = "forget_import",
    }
}

impl JobKind {
    /// Whether the work leaves the process, so that it must not happen inside a transaction.
    #[must_use]
    pub const fn goes_outside(self) -> bool {
        matches!(
            self,
            Self::SendNotice
                | Self::SendInboxMessage
                | Self::DeliverWebhook
                | Self::RemovePicture
                | Self::ClearUpload
                | Self::CheckImport
                | Self::CommitImport
                | Self::ForgetImport
                | Self::StartPayment
                | Self::QueryPayment
                | Self::ClosePayment
                | Self::RefundPayment
        )
    }
}

/// A job that waits for its time.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Job {
    pub id: Id<Job>,
    pub kind: JobKind,
    pub subject_id: Id<Any>,
    pub run_at: Instant,
    pub attempts: i64,
}

/// A job as it is ordered.
#[derive(Insertable)]
#[diesel(table_name = jobs)]
#[diesel(treat_none_as_default_value = false)]
pub struct NewJob {
    id: Id<Job>,
    kind: JobKind,
    subject_id: Id<Any>,
    run_at: Instant,
    attempts: i64,
    last_error: Option<String>,
}

impl NewJob {
    #[must_use]
    pub fn new<T>(act: &Act, kind: JobKind, subject: Id<T>, run_at: Instant) -> Self {
        let subject_id = Id::from_uuid(subject.uuid());
        Self { id: act.new_id(), kind, subject_id, run_at, attempts: 0, last_error: None }
    }
}

/// # Errors
/// Those of the database.
pub fn enqueue<T>(conn: &mut Conn, act: &Act, kind: JobKind, subject: Id<T>, run_at: Instant) -> DbResult<()> {
    enqueue_all(conn, &[NewJob::new(act, kind, subject, run_at)])
}

/// # Errors
/// Those of the database.
pub fn enqueue_all(conn: &mut Conn, new: &[NewJob]) -> DbResult<()> {
    for rows in new.chunks(INSERT_CHUNK) {
        native!(conn, diesel::insert_into(jobs::table).values(rows).execute(conn))?;
    }
    Ok(())
}

pub fn list_due(conn: &mut Conn, now: Instant, limit: i64) -> DbResult<Vec<Job>> {
    Ok(jobs::table
        .filter(jobs::run_at.le(now))
        .order((jobs::run_at, jobs::id))
        .limit(limit)
        .select(Job::as_select())
        .load(conn)?)
}

/// Puts a job off until its work outside is done: false if another process has it.
pub fn lease(conn: &mut Conn, job: &Job, until: Instant) -> DbResult<bool> {
    let waiting = jobs::table.find(job.id).filter(jobs::run_at.eq(job.run_at));
    Ok(diesel::update(waiting).set(jobs::run_at.eq(until)).execute(conn)? == 1)
}

/// Whether a job of this kind waits.
///
/// # Errors
/// Those of the database.
pub fn is_waiting(conn: &mut Conn, kind: JobKind) -> DbResult<bool> {
    let waiting = jobs::table.filter(jobs::kind.eq(kind));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}

/// Takes a job for oneself: false if another process has done it.
pub fn claim(conn: &mut Conn, id: Id<Job>) -> DbResult<bool> {
    Ok(diesel::delete(jobs::table.find(id)).execute(conn)? == 1)
}

pub fn postpone(conn: &mut Conn, id: Id<Job>, run_at: Instant, error: &str) -> DbResult<()> {
    diesel::update(jobs::table.find(id))
        .set((jobs::run_at.eq(run_at), jobs::attempts.eq(jobs::attempts + 1), jobs::last_error.eq(error)))
        .execute(conn)?;
    Ok(())
}

/// A job that has failed at least once, with its last error.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct FailedJob {
    pub kind: JobKind,
    pub subject_id: Id<Any>,
    pub last_error: Option<String>,
}

/// # Errors
/// Those of the database.
pub fn list_failed(conn: &mut Conn) -> DbResult<Vec<FailedJob>> {
    Ok(jobs::table.filter(jobs::attempts.gt(0)).order(jobs::run_at).select(FailedJob::as_select()).load(conn)?)
}
