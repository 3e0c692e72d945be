//! Routes of the inbox: read, mark as read, keep it off the phone.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, Message};
use super::{InboxError, Kind, Mailbox, MessageId};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::helpers::access::ShopperOrStaff;
use crate::identity::access::{Buyer, Member, Staff};
use crate::kernel::{Instant, Money, Page, PageQuery, RegionCode, Role, Scope, UserId};
use crate::privacy::AnyId;
use crate::web::{ApiError, ApiResult, Body, Code, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_messages, count_unread, mark_read, set_silence);
}

impl From<InboxError> for ApiError {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::Identity(error) => error.into(),
            InboxError::Db(error) => error.into(),
            InboxError::Notifier(_) => Self::internal(error),
        }
    }
}

/// More unread messages than these are not counted.
const COUNTED_MAX: u8 = 99;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InboxQuery {
    /// Whose messages; one's own by default.
    #[serde(default = "own", rename = "box")]
    #[param(rename = "box", required = false)]
    of: Mailbox,
    limit: Option<i64>,
    cursor: Option<String>,
}

const fn own() -> Mailbox {
    Mailbox::Own
}

/// Something that the reader is told. What it says follows from `kind`.
#[derive(Serialize, ToSchema)]
#[schema(as = InboxMessage)]
struct MessageOut {
    id: MessageId,
    kind: Kind,
    /// What it is about: an order, a pairing, a listing, as `kind` says.
    thing_id: AnyId,
    /// By what that is called: the number of an order, the title of a listing.
    number: Option<String>,
    amount_fen: Option<Money>,
    /// The place whose staff are told.
    region_code: Option<RegionCode>,
    created_at: Instant,
    is_read: bool,
}

/// Unread messages of each box that the reader has; at most 99 are counted.
#[derive(Serialize, ToSchema)]
#[schema(as = InboxUnread)]
struct UnreadOut {
    own: usize,
    /// Where the reader is a coordinator.
    coordinator: Option<usize>,
    /// Where the reader is an approver.
    approver: Option<usize>,
    /// Nothing goes to the reader's phone.
    is_silent: bool,
}

/// Whose box is read: a person's, or that of a role at places.
enum Of {
    Person(UserId),
    Role(Role, Scope),
}

fn box_of(who: UserId, staff: Option<&Staff>, of: Mailbox) -> ApiResult<Of> {
    let Some(role) = of.role() else { return Ok(Of::Person(who)) };
    let scope = staff.and_then(|staff| staff.scope_as(role));
    scope.map(|scope| Of::Role(role, scope)).ok_or_else(|| ApiError::new(Code::Forbidden))
}

/// Messages, newest first: one's own (a helper reads the elder's), or those for a role that one has.
#[utoipa::path(get, path = "/inbox", tag = "inbox", params(InboxQuery), responses((status = 200, body = Page<MessageOut>)))]
async fn list_messages(
    who: ShopperOrStaff,
    context: web::Data<Context>,
    query: Query<InboxQuery>,
) -> ApiResult<web::Json<Page<MessageOut>>> {
    let InboxQuery { of, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let reader = who.shopper.user_id;
    let source = box_of(reader, who.staff.as_ref(), of)?;
    let found = context.db.read(move |conn| {
        let Page { data, page } = match &source {
            Of::Person(id) => store::list_of(conn, *id, limit, after)?,
            Of::Role(role, scope) => store::list_of_role(conn, (*role, scope), limit, after)?,
        };
        let read_until = store::find_mark(conn, reader, of)?;
        let data = data.into_iter().map(|message| show(message, read_until)).collect();
        Ok::<_, InboxError>(Page { data, page })
    });
    Ok(web::Json(found.await?))
}

fn show(message: Message, read_until: Option<Instant>) -> MessageOut {
    MessageOut {
        id: message.id,
        kind: message.kind,
        thing_id: message.thing_id,
        number: message.number,
        amount_fen: message.amount_fen,
        region_code: message.region_code,
        is_read: read_until.is_some_and(|until| message.created_at <= until),
        created_at: message.created_at,
    }
}

/// How many messages wait to be read.
#[utoipa::path(get, path = "/inbox/unread", tag = "inbox", responses((status = 200, body = UnreadOut)))]
async fn count_unread(who: ShopperOrStaff, context: web::Data<Context>) -> ApiResult<web::Json<UnreadOut>> {
    let counted = context.db.read(move |conn| {
        let reader = who.shopper.user_id;
        let mut count_role = |of: Mailbox, role: Role| {
            let scope = who.staff.as_ref().and_then(|staff| staff.scope_as(role));
            scope.map(|scope| count(conn, reader, of, &Of::Role(role, scope))).transpose()
        };
        let coordinator = count_role(Mailbox::Coordinator, Role::Coordinator)?;
        let approver = count_role(Mailbox::Approver, Role::Approver)?;
        let own = count(conn, reader, Mailbox::Own, &Of::Person(reader))?;
        Ok::<_, InboxError>(UnreadOut { own, coordinator, approver, is_silent: store::is_silent(conn, reader)? })
    });
    Ok(web::Json(counted.await?))
}

fn count(conn: &mut Conn, reader: UserId, of: Mailbox, source: &Of) -> Result<usize, InboxError> {
    let than = store::find_mark(conn, reader, of)?.unwrap_or(Instant::from_unix_micros(0));
    let most = i64::from(COUNTED_MAX);
    let count = match source {
        Of::Person(id) => store::count_newer(conn, *id, than, most)?,
        Of::Role(role, scope) => store::count_newer_of_role(conn, (*role, scope), than, most)?,
    };
    Ok(count.min(COUNTED_MAX.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InboxMark)]
struct MarkIn {
    #[serde(rename = "box")]
    of: Mailbox,
    /// `created_at` of the newest message that was seen. What was read stays read.
    until: Instant,
}

/// Says up to when a box was read.
#[utoipa::path(post, path = "/inbox/read", tag = "inbox", request_body = MarkIn, responses((status = 204)))]
async fn mark_read(who: Member, context: web::Data<Context>, body: Body<MarkIn>) -> ApiResult<HttpResponse> {
    let MarkIn { of, until } = body.value;
    box_of(who.user_id, who.staff.as_ref(), of)?;
    // What is yet to come is not read.
    let until = until.min(context.clock.now());
    context.db.write(move |conn| Ok::<_, InboxError>(store::mark(conn, who.user_id, of, until)?)).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InboxSilence)]
struct SilenceIn {
    is_silent: bool,
}

/// Says whether what cannot wait may go to one's phone. Codes for signing in always do.
#[utoipa::path(put, path = "/inbox/silence", tag = "inbox", request_body = SilenceIn, responses((status = 204)))]
async fn set_silence(who: Buyer, context: web::Data<Context>, body: Body<SilenceIn>) -> ApiResult<HttpResponse> {
    let (SilenceIn { is_silent }, at) = (body.value, context.clock.now());
    let set = context.db.write(move |conn| {
        let set = if is_silent { store::silence(conn, who.user_id, at) } else { store::unsilence(conn, who.user_id) };
        Ok::<_, InboxError>(set?)
    });
    set.await?;
    Ok(HttpResponse::NoContent().finish())
}
