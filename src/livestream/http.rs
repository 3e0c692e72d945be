//! Routes of streams: the desk announces them, the public sees what is live and what is coming.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

use super::rules::{Command, decide};
use super::store::{self, Stream};
use super::{Link, NewStream, Platform, StreamError, StreamId, StreamState, service};
use crate::catalog::{self, ListingCard, ListingId};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Instant, Invalid, Page, PageQuery, Role, line};
use crate::regions::{self, RegionRef};
use crate::web::access::Anyone;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, OptionalBody, PathId, Query, Routes, cache, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        schedule_stream,
        start_stream,
        end_stream,
        cancel_stream,
        list_streams,
        list_desk_streams,
        show_stream
    );
}

/// Longest stream; a day is more than anybody can talk.
const LENGTH_MAX: Duration = Duration::from_secs(24 * 3600);
const GOODS_MAX: usize = 50;
/// No stream is announced for a later time.
const YEAR_2100: Instant = Instant::from_unix_micros(4_102_444_800_000_000);

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StreamIn {
    #[schema(max_length = 60)]
    title: String,
    platform: Platform,
    /// https, on the platform's own site; it is never fetched.
    url: String,
    #[schema(max_length = 30)]
    host_name: String,
    starts_at: Instant,
    ends_at: Instant,
    /// Goods of one village.
    listing_ids: Vec<ListingId>,
}

impl StreamIn {
    fn parse(self) -> ApiResult<NewStream> {
        let mut fields = Fields::default();
        let title = fields.take("/title", line(&self.title, 60));
        let url = fields.take("/url", Link::parse(&self.url, self.platform));
        let host_name = fields.take("/host_name", line(&self.host_name, 30));
        let plausible = (Instant::from_unix_micros(0)..YEAR_2100).contains(&self.starts_at);
        let times = plausible && self.starts_at < self.ends_at && self.ends_at <= self.starts_at.plus(LENGTH_MAX);
        fields.take("/ends_at", if times { Ok(()) } else { Err(Invalid::new("invalid_times")) });
        let listing_ids = fields.take("/listing_ids", check_goods(self.listing_ids));
        let (Some(title), Some(url), Some(host_name), Some(listing_ids)) = (title, url, host_name, listing_ids) else {
            return Err(fields.refusal());
        };
        fields.finish()?;
        let (platform, starts_at, ends_at) = (self.platform, self.starts_at, self.ends_at);
        Ok(NewStream { title, platform, url, host_name, starts_at, ends_at, listing_ids })
    }
}

fn check_goods(ids: Vec<ListingId>) -> Result<Vec<ListingId>, Invalid> {
    let mut distinct = ids.clone();
    distinct.sort();
    distinct.dedup();
    match ids.len() {
        0 => Err(Invalid::new("lines_required")),
        count if count > GOODS_MAX => Err(Invalid::new("too_many").with("max", GOODS_MAX)),
        count if distinct.len() != count => Err(Invalid::new("repeated")),
        _ => Ok(ids),
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Stream)]
struct StreamOut {
    id: StreamId,
    code: String,
    state: StreamState,
    title: String,
    platform: Platform,
    url: String,
    host_name: String,
    starts_at: Instant,
    ends_at: Instant,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
    replay_url: Option<String>,
    village: RegionRef,
    listings: Vec<ListingCard>,
    /// Leads buyers to the goods; orders placed after it carry the stream.
    go_path: String,
    /// What the caller may do with it now.
    actions: Vec<Command>,
}

/// Announces a stream.
#[utoipa::path(post, path = "/streams", tag = "streams", request_body = StreamIn, responses((status = 201, body = StreamOut)))]
async fn schedule_stream(
    who: Coordinator,
    context: web::Data<Context>,
    body: Body<StreamIn>,
    staff: Staff,
) -> ApiResult<HttpResponse> {
    let new = body.value.parse()?;
    let act = who.act(&context);
    let stream = context
        .db
        .write(move |conn| {
            let stream = service::schedule(conn, &act, who.user_id, &who.scope, &new)?;
            Ok::<_, StreamError>(show(conn, vec![stream], Some(&staff))?)
        })
        .await?;
    Ok(HttpResponse::Created().json(&stream[0]))
}

/// Says that a stream is live.
#[utoipa::path(post, path = "/streams/{id}/start", tag = "streams", params(("id" = StreamId, Path)), responses((status = 200, body = StreamOut)))]
async fn start_stream(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Stream>,
    staff: Staff,
) -> ApiResult<HttpResponse> {
    change(who, staff, &context, id.0, Command::Start, None).await
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndIn {
    /// Where the recording is, on the platform's own site.
    replay_url: Option<String>,
}

/// Says that a stream is over.
#[utoipa::path(post, path = "/streams/{id}/end", tag = "streams", params(("id" = StreamId, Path)), request_body = Option<EndIn>, responses((status = 200, body = StreamOut)))]
async fn end_stream(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Stream>,
    body: OptionalBody<EndIn>,
    staff: Staff,
) -> ApiResult<HttpResponse> {
    change(who, staff, &context, id.0, Command::End, body.0.replay_url).await
}

/// Says that a stream will not take place.
#[utoipa::path(post, path = "/streams/{id}/cancel", tag = "streams", params(("id" = StreamId, Path)), responses((status = 200, body = StreamOut)))]
async fn cancel_stream(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Stream>,
    staff: Staff,
) -> ApiResult<HttpResponse> {
    change(who, staff, &context, id.0, Command::Cancel, None).await
}

async fn change(
    who: Coordinator,
    staff: Staff,
    context: &Context,
    id: StreamId,
    command: Command,
    replay_url: Option<String>,
) -> ApiResult<HttpResponse> {
    let act = who.act(context);
    let stream = context
        .db
        .write(move |conn| {
            let stream = service::change_state(conn, &act, &who.scope, id, command, replay_url.as_deref())?;
            Ok::<_, StreamError>(show(conn, vec![stream], Some(&staff))?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&stream[0]))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StreamsQuery {
    /// `live`, `scheduled` or `ended`; all three without it.
    #[param(inline)]
    state: Option<StreamState>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// What is live, what is coming, what can be seen again.
#[utoipa::path(get, path = "/streams", tag = "streams", params(StreamsQuery), responses((status = 200, body = Page<StreamOut>)))]
async fn list_streams(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    query: Query<StreamsQuery>,
) -> ApiResult<HttpResponse> {
    let StreamsQuery { state, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let states =
        state.map_or_else(|| vec![StreamState::Live, StreamState::Scheduled, StreamState::Ended], |state| vec![state]);
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list(conn, &states, limit, after)?;
            Ok::<_, StreamError>(Page { data: show(conn, data, None)?, page })
        })
        .await?;
    cache::public_json(&request, &page)
}

/// The streams of the caller's villages, latest first.
#[utoipa::path(get, path = "/desk/streams", tag = "streams", params(PageQuery), responses((status = 200, body = Page<StreamOut>)))]
async fn list_desk_streams(
    who: Coordinator,
    context: web::Data<Context>,
    query: Query<PageQuery>,
    staff: Staff,
) -> ApiResult<web::Json<Page<StreamOut>>> {
    let (limit, after) = page(&query.0)?;
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list_in_scope(conn, &who.scope, limit, after)?;
            Ok::<_, StreamError>(Page { data: show(conn, data, Some(&staff))?, page })
        })
        .await?;
    Ok(web::Json(page))
}

/// One stream by its code.
#[utoipa::path(get, path = "/streams/{code}", tag = "streams", params(("code" = String, Path)), responses((status = 200, body = StreamOut)))]
async fn show_stream(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    code: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let stream = context
        .db
        .read(move |conn| {
            let stream = store::find_by_code(conn, &code)?.ok_or(StreamError::NotFound)?;
            Ok::<_, StreamError>(show(conn, vec![stream], None)?)
        })
        .await?;
    cache::public_json(&request, &stream[0])
}

/// `/go/{code}`: to the one good of a stream, or to the page with all of them. Outside the API,
/// because people type it.
///
/// # Errors
/// `not_found` for a code that no stream has.
pub async fn go(context: web::Data<Context>, code: web::Path<String>) -> ApiResult<HttpResponse> {
    let code = code.into_inner().to_ascii_uppercase();
    let target = context
        .db
        .read(move |conn| {
            let stream = store::find_by_code(conn, &code)?.ok_or(StreamError::NotFound)?;
            let goods = store::list_listing_ids(conn, &[stream.id])?.remove(&stream.id).unwrap_or_default();
            Ok::<_, StreamError>(match goods.as_slice() {
                [only] => format!("/listings/{only}?stream={}", stream.code),
                _ => format!("/streams/{}", stream.code),
            })
        })
        .await?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, target)).finish())
}

fn show(conn: &mut Conn, streams: Vec<Stream>, to: Option<&Staff>) -> DbResult<Vec<StreamOut>> {
    let ids: Vec<StreamId> = streams.iter().map(|stream| stream.id).collect();
    let goods = store::list_listing_ids(conn, &ids)?;
    let villages = regions::names(conn, streams.iter().map(|stream| &stream.village_code))?;
    let mut shown = Vec::with_capacity(streams.len());
    for stream in streams {
        let cards = catalog::cards_by_id(conn, goods.get(&stream.id).map_or(&[][..], Vec::as_slice))?;
        let may = to.is_some_and(|staff| staff.role_at(&stream.village_code, &[Role::Coordinator]).is_some());
        let changes = |command: &Command| may && decide(stream.state, *command).is_ok_and(|next| next != stream.state);
        shown.push(StreamOut {
            actions: Command::ALL.iter().copied().filter(changes).collect(),
            village: villages[&stream.village_code].clone(),
            listings: catalog::show_cards(cards),
            go_path: format!("/go/{}", stream.code),
            id: stream.id,
            code: stream.code,
            state: stream.state,
            title: stream.title,
            platform: stream.platform,
            url: stream.url,
            host_name: stream.host_name,
            starts_at: stream.starts_at,
            ends_at: stream.ends_at,
            started_at: stream.started_at,
            ended_at: stream.ended_at,
            replay_url: stream.replay_url,
        });
    }
    Ok(shown)
}

impl From<StreamError> for ApiError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::NotFound => Self::new(Code::NotFound),
            StreamError::OutOfScope => Self::new(Code::OutOfScope),
            StreamError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            StreamError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            StreamError::Listing(error) => error.into(),
            StreamError::Db(error) => error.into(),
        }
    }
}
