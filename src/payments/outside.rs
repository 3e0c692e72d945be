//! What leaves the process: asking gateways, from jobs, never inside a transaction.

use std::collections::BTreeMap;
use std::time::Duration;

use super::service::{self, PATIENCE};
use super::store::{self, Payment, Refund};
use super::{PaymentError, PaymentState, RefundState};
use crate::context::Context;
use crate::db::{Conn, DbError};
use crate::gateways::{Notification, Sandbox, Shown, Told};
use crate::jobs::{self, Job, JobKind};
use crate::kernel::{Act, Id};

/// How long until a provider is asked again how a refund stands.
const REFUND_PATIENCE: Duration = Duration::from_secs(600);

/// Does what of a job leaves the process; what the provider tells is for `orders` to take in.
///
/// # Errors
/// [`PaymentError::Gateway`] if it does not answer, or not as it should; the job is tried again.
pub fn go_outside(context: &Context, job: &Job) -> Result<Option<Notification>, PaymentError> {
    if job.kind == JobKind::RefundPayment {
        return ask_for_refund(context, job);
    }
    let find = |conn: &mut Conn| store::find(conn, Id::from_uuid(job.subject_id.uuid()));
    let payment = context.db.read_blocking(find)?.ok_or(PaymentError::NotFound)?;
    let Some(gateway) = context.providers.gateway(payment.provider) else {
        return Err(PaymentError::ProviderUnavailable);
    };
    let (charge, now) = (payment.charge(), context.clock.now());
    match job.kind {
        JobKind::StartPayment if payment.state == PaymentState::Pending && !is_shown(&payment) => {
            let shown = gateway.start(&charge, now)?;
            context.db.write_blocking(|conn| keep_shown(conn, &payment, &shown))?;
            Ok(None)
        }
        JobKind::QueryPayment if payment.state == PaymentState::Pending => match gateway.query(&charge, now)? {
            Told::Succeeded(notification) => Ok(Some(notification)),
            Told::Pending => Ok(None),
            Told::Closed => {
                let act = context.system_act();
                context.db.write_blocking(|conn| service::fail(conn, &act, payment.id))?;
                Ok(None)
            }
        },
        JobKind::ClosePayment if payment.state != PaymentState::Succeeded => {
            match gateway.query(&charge, now)? {
                Told::Succeeded(notification) => return Ok(Some(notification)),
                Told::Pending => gateway.close(&charge, now)?,
                Told::Closed => {}
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

fn is_shown(payment: &Payment) -> bool {
    payment.qr_text.is_some() || payment.pay_url.is_some()
}

fn keep_shown(conn: &mut Conn, payment: &Payment, shown: &Shown) -> Result<(), DbError> {
    match shown {
        Shown::Nothing => Ok(()),
        Shown::Qr(text) => store::set_shown(conn, payment.id, Some(text), None),
        Shown::Link(url) => store::set_shown(conn, payment.id, None, Some(url)),
    }
}

fn ask_for_refund(context: &Context, job: &Job) -> Result<Option<Notification>, PaymentError> {
    let (refund, payment) = context.db.read_blocking(|conn| refund_with_payment(conn, job))?;
    if refund.state == RefundState::Succeeded {
        return Ok(None);
    }
    let Some(gateway) = context.providers.gateway(payment.provider) else {
        return Err(PaymentError::ProviderUnavailable);
    };
    Ok(gateway.refund(&refund.back(&payment), context.clock.now())?)
}

fn refund_with_payment(conn: &mut Conn, job: &Job) -> Result<(Refund, Payment), PaymentError> {
    let refund = service::load_refund(conn, Id::from_uuid(job.subject_id.uuid()))?;
    let payment = store::find(conn, refund.payment_id)?.ok_or(PaymentError::NotFound)?;
    Ok((refund, payment))
}

/// Puts down that a provider is to be asked again, while something is under way there.
///
/// # Errors
/// Those of the database.
pub fn ask_again(conn: &mut Conn, act: &Act, job: &Job) -> Result<(), PaymentError> {
    let (subject, later) = (job.subject_id, |wait| act.at.plus(wait));
    match job.kind {
        JobKind::QueryPayment => {
            let payment = store::find(conn, Id::from_uuid(subject.uuid()))?.ok_or(PaymentError::NotFound)?;
            // Once it is too late, the checkout's end closes the payment.
            if payment.state == PaymentState::Pending && payment.expires_at.is_some_and(|end| act.at < end) {
                jobs::enqueue(conn, act, job.kind, subject, later(PATIENCE))?;
            }
        }
        JobKind::RefundPayment => {
            let refund = service::load_refund(conn, Id::from_uuid(subject.uuid()))?;
            if refund.state == RefundState::Pending {
                jobs::enqueue(conn, act, job.kind, subject, later(REFUND_PATIENCE))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Headers and body of what the sandbox sends.
pub type SandboxLetter = (BTreeMap<String, String>, String);

/// What the sandbox sends when a job of its own is due: headers and body of each letter.
///
/// # Errors
/// [`PaymentError::NotFound`].
pub fn sandbox_letters(context: &Context, conn: &mut Conn, job: &Job) -> Result<Vec<SandboxLetter>, PaymentError> {
    let sandbox = Sandbox::new(context.secrets.clone(), context.providers.faults);
    if job.kind == JobKind::SandboxRefund {
        let (refund, payment) = refund_with_payment(conn, job)?;
        return Ok(sandbox.letters_of_refund(&refund.back(&payment)));
    }
    let payment = store::find(conn, Id::from_uuid(job.subject_id.uuid()))?.ok_or(PaymentError::NotFound)?;
    Ok(sandbox.letters_of_payment(&payment.charge()))
}
