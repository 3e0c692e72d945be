//! Routes of webhooks: administrators say who is told, see what was told, and try it out.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::rules::check_url;
use super::store::{self, Message, Webhook};
use super::{Event, MessageId, MessageState, WebhookError, WebhookId, service};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::identity::access::Administrator;
use crate::kernel::{Instant, Page, PageQuery, RegionCode};
use crate::regions::{self, RegionRef};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, register_webhook, list_webhooks, remove_webhook, try_webhook, list_webhook_messages);
}

impl From<WebhookError> for ApiError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::NotFound => Self::new(Code::NotFound),
            WebhookError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            WebhookError::Region(error) => error.into(),
            WebhookError::Db(error) => error.into(),
            WebhookError::NotDelivered(_) | WebhookError::Secrets(_) => Self::internal(error),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookIn {
    /// What happens in this region is told.
    region_code: String,
    /// https, at a public address, without name and password in it.
    #[schema(example = "https://erp.example.com/hooks/yuanshan")]
    url: String,
}

/// Another program that is told of things.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
struct WebhookOut {
    id: WebhookId,
    region: RegionRef,
    url: String,
    created_at: Instant,
    /// Since then it is told nothing more.
    disabled_at: Option<Instant>,
    disabled_reason: Option<String>,
}

/// A webhook with the secret that its messages are signed with. It is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewWebhook)]
struct NewWebhookOut {
    #[serde(flatten)]
    webhook: WebhookOut,
    /// As Standard Webhooks writes it: whsec_ and base64.
    secret: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = WebhookMessage)]
struct MessageOut {
    /// The header webhook-id of every attempt.
    id: MessageId,
    event: Event,
    state: MessageState,
    attempts: i64,
    /// Status of the last answer, or why there was none.
    last_answer: Option<String>,
    created_at: Instant,
    done_at: Option<Instant>,
}

fn show(conn: &mut Conn, webhooks: Vec<Webhook>) -> DbResult<Vec<WebhookOut>> {
    let names = regions::names(conn, webhooks.iter().map(|webhook| &webhook.region_code))?;
    let show = |webhook: Webhook| WebhookOut {
        id: webhook.id,
        region: names[&webhook.region_code].clone(),
        url: webhook.url,
        created_at: webhook.created_at,
        disabled_at: webhook.disabled_at,
        disabled_reason: webhook.disabled_reason,
    };
    Ok(webhooks.into_iter().map(show).collect())
}

/// Tells another program of orders and payouts of a region (Standard Webhooks).
#[utoipa::path(post, path = "/admin/webhooks", tag = "admin", request_body = WebhookIn, responses((status = 201, body = NewWebhookOut)))]
async fn register_webhook(
    who: Administrator,
    context: web::Data<Context>,
    body: Body<WebhookIn>,
) -> ApiResult<HttpResponse> {
    let WebhookIn { region_code, url } = body.value;
    let region_code = RegionCode::parse(&region_code).map_err(|invalid| ApiError::field("/region_code", invalid))?;
    let url =
        check_url(&url, &context.settings.webhook_networks).map_err(|invalid| ApiError::field("/url", invalid))?;
    if !who.scope.covers(&region_code) {
        return Err(ApiError::new(Code::OutOfScope));
    }
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let made = context.db.write(move |conn| {
        regions::check_address(conn, &region_code)?;
        let (webhook, secret) = service::register(conn, &act, &secrets, who.user_id, &region_code, &url)?;
        let webhook = show(conn, vec![webhook])?.pop().ok_or(WebhookError::NotFound)?;
        Ok::<_, WebhookError>(NewWebhookOut { webhook, secret })
    });
    Ok(HttpResponse::Created().json(made.await?))
}

/// Who is told, newest first.
#[utoipa::path(get, path = "/admin/webhooks", tag = "admin", params(PageQuery), responses((status = 200, body = Page<WebhookOut>)))]
async fn list_webhooks(
    who: Administrator,
    context: web::Data<Context>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<WebhookOut>>> {
    let (limit, after) = page(&query.0)?;
    let found = context.db.read(move |conn| {
        let Page { data, page } = store::list_in_scope(conn, &who.scope, limit, after)?;
        Ok::<_, WebhookError>(Page { data: show(conn, data)?, page })
    });
    Ok(web::Json(found.await?))
}

/// Tells it nothing more.
#[utoipa::path(delete, path = "/admin/webhooks/{id}", tag = "admin", params(("id" = WebhookId, Path)), responses((status = 204)))]
async fn remove_webhook(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<Webhook>,
) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let removed = context.db.write(move |conn| {
        let webhook = service::load(conn, &who.scope, id.0)?;
        Ok::<_, WebhookError>(service::disable(conn, &act, webhook.id, "removed")?)
    });
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends a message of no meaning, to see whether it arrives.
#[utoipa::path(post, path = "/admin/webhooks/{id}/test", tag = "admin", params(("id" = WebhookId, Path)), responses((status = 202)))]
async fn try_webhook(who: Administrator, context: web::Data<Context>, id: PathId<Webhook>) -> ApiResult<HttpResponse> {
    let act = who.act(&context);
    let sent = context.db.write(move |conn| {
        let webhook = service::load(conn, &who.scope, id.0)?;
        if webhook.disabled_at.is_none() {
            service::send(conn, &act, webhook.id, Event::Test, &json!({}))?;
        }
        Ok::<_, WebhookError>(())
    });
    sent.await?;
    Ok(HttpResponse::Accepted().finish())
}

/// What it was told, newest first.
#[utoipa::path(get, path = "/admin/webhooks/{id}/messages", tag = "admin",
    params(("id" = WebhookId, Path), PageQuery), responses((status = 200, body = Page<MessageOut>)))]
async fn list_webhook_messages(
    who: Administrator,
    context: web::Data<Context>,
    id: PathId<Webhook>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<MessageOut>>> {
    let (limit, after) = page(&query.0)?;
    let show = |message: Message| MessageOut {
        id: message.id,
        event: message.event,
        state: message.state,
        attempts: message.attempts,
        last_answer: message.last_answer,
        created_at: message.created_at,
        done_at: message.done_at,
    };
    let found = context.db.read(move |conn| {
        let webhook = service::load(conn, &who.scope, id.0)?;
        Ok::<_, WebhookError>(store::list_messages(conn, webhook.id, limit, after)?.map(show))
    });
    Ok(web::Json(found.await?))
}
