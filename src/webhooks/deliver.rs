//! Calling the other program; outside of any transaction.

use std::time::Duration;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use ipnet::IpNet;

use super::rules::{ATTEMPTS_MAX, may_call, read_secret, sign};
use super::service::sealing_context;
use super::store::{self, Message, Webhook};
use super::{MessageId, MessageState, WebhookError};
use crate::context::Context;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Looks a name up, and gives only addresses that may be called: looked at in the very look-up whose outcome
/// is called, so a name cannot mean something else a moment later.
#[derive(Debug)]
struct Guarded {
    allowed: Vec<IpNet>,
    inner: DefaultResolver,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        found.iter().filter(|address| may_call(address.ip(), &self.allowed)).for_each(|address| kept.push(*address));
        if kept.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(kept) }
    }
}

fn agent(allowed: Vec<IpNet>) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .build();
    ureq::Agent::with_parts(config, DefaultConnector::default(), Guarded { allowed, inner: DefaultResolver::default() })
}

/// Tells a message. Whoever answers 2xx has it; 410 wants no more; anything else is tried again later.
///
/// # Errors
/// [`WebhookError::NotDelivered`]: then it is tried again, up to [`ATTEMPTS_MAX`] times.
pub fn deliver(context: &Context, id: MessageId) -> Result<(), WebhookError> {
    let found = context.db.read_blocking(|conn| -> Result<_, WebhookError> {
        let Some(message) = store::find_message(conn, id)? else { return Ok(None) };
        let webhook = store::find(conn, message.webhook_id)?.ok_or(WebhookError::NotFound)?;
        Ok(Some((message, webhook)))
    })?;
    let Some((message, webhook)) = found else { return Ok(()) };
    if message.state != MessageState::Pending || webhook.disabled_at.is_some() {
        return Ok(());
    }
    let answer = call(context, &message, &webhook)?;
    context.db.write_blocking(|conn| store::record_attempt(conn, id, &answer))?;
    let is_over = answer.starts_with('2') || answer == "410" || message.attempts + 1 >= ATTEMPTS_MAX;
    if is_over { Ok(()) } else { Err(WebhookError::NotDelivered(answer)) }
}

/// The status that was answered, or why there was none.
fn call(context: &Context, message: &Message, webhook: &Webhook) -> Result<String, WebhookError> {
    let secret = context.secrets.open(&sealing_context(webhook.id), &webhook.secret_sealed)?;
    let secret = read_secret(&secret).ok_or(WebhookError::NotFound)?;
    let at = context.clock.now().unix_seconds();
    let sent = agent(context.settings.webhook_networks.clone())
        .post(&webhook.url)
        .header("Content-Type", "application/json")
        .header("webhook-id", message.id.to_string())
        .header("webhook-timestamp", at.to_string())
        .header("webhook-signature", sign(&secret, message.id.any(), at, &message.body))
        .send(&message.body);
    Ok(match sent {
        Ok(answer) => answer.status().as_u16().to_string(),
        Err(ureq::Error::HostNotFound) => "address refused or not found".to_owned(),
        Err(ureq::Error::Timeout(_)) => "no answer in time".to_owned(),
        Err(_) => "no connection".to_owned(),
    })
}
