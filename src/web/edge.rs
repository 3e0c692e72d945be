//! What stands between the network and every handler: how long and how slow a request may be, which
//! other sites may call, and what a browser is told of every answer.

use actix_cors::Cors;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, CROSS_ORIGIN_OPENER_POLICY, CROSS_ORIGIN_RESOURCE_POLICY, ETAG, HeaderName, IF_NONE_MATCH,
    PERMISSIONS_POLICY, REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, TRANSFER_ENCODING,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{ConnectionType, Method};
use actix_web::middleware::{Condition, DefaultHeaders, Next};
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage};
use futures_util::Stream;
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

use super::{ApiError, Code};
use crate::context::{Context, Edge, Settings};

/// Bytes of a path with its query; the longest that the site makes has a few hundred.
const TARGET_MAX: usize = 8 * 1024;

/// Bytes of a body in a second, after the time that each body has: a slow mobile network has more.
const BODY_RATE: u64 = 8 * 1024;

/// Nothing is loaded from other sites, no script and no style stands in a page.
const CONTENT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// A page of the site needs none of these; a photo is chosen by the system's own picker.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
    fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
    picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

/// What every answer carries that says nothing else itself; private answers are not to be kept.
#[must_use]
pub fn security_headers(settings: &Settings) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((CONTENT_SECURITY_POLICY, CONTENT))
        .add((CACHE_CONTROL, "no-store"))
        .add((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((REFERRER_POLICY, "same-origin"))
        .add((PERMISSIONS_POLICY, PERMISSIONS))
        .add((CROSS_ORIGIN_OPENER_POLICY, "same-origin"))
        .add((CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"));
    match settings.secure_cookies {
        true => headers.add((STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains")),
        false => headers,
    }
}

/// Pages of the named origins may call with a token, never with a cookie; without a name nothing is said.
#[must_use]
pub fn cors(edge: &Edge) -> Condition<Cors> {
    let header = HeaderName::from_static;
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([AUTHORIZATION, CONTENT_TYPE, ACCEPT_LANGUAGE, IF_NONE_MATCH])
        .allowed_headers([header("idempotency-key"), header("yuanshan-acting-for")])
        .expose_headers([ETAG, RETRY_AFTER, CONTENT_LANGUAGE])
        .expose_headers([header("ratelimit"), header("ratelimit-policy"), header("x-request-id")])
        .max_age(600);
    let named = edge.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin.as_str()));
    Condition::new(!edge.cors_origins.is_empty(), named)
}

/// Middleware: refuses what is too long, and waits only so long for a body.
///
/// # Errors
/// Those of the handler.
pub async fn limits(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > TARGET_MAX) {
        return Ok(request.error_response(ApiError::new(Code::UriTooLong)));
    }
    let headers = request.headers();
    if !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let time = request.app_data::<Data<Context>>().map_or(Edge::default().body_time, |it| it.settings.edge.body_time);
    let is_late = Rc::new(Cell::new(false));
    let body = InTime::new(request.take_payload(), time, is_late.clone());
    request.set_payload(Payload::Stream { payload: Box::pin(body) });
    let mut response = next.call(request).await?.map_into_boxed_body();
    if is_late.get() && !response.status().is_success() {
        response = ServiceResponse::from_err(ApiError::new(Code::RequestTimeout), response.request().clone());
    }
    if is_late.get() {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// A body that has to come in time.
struct InTime {
    body: Payload,
    begun: Instant,
    time: Duration,
    received: u64,
    deadline: Pin<Box<Sleep>>,
    is_late: Rc<Cell<bool>>,
}

impl InTime {
    fn new(body: Payload, time: Duration, is_late: Rc<Cell<bool>>) -> Self {
        let begun = Instant::now();
        Self { body, begun, time, received: 0, deadline: Box::pin(tokio::time::sleep_until(begun + time)), is_late }
    }
}

impl Stream for InTime {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_next(task) {
            Poll::Ready(Some(Ok(bytes))) => {
                this.received += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let earned = Duration::from_secs(this.received / BODY_RATE);
                this.deadline.as_mut().reset(this.begun + this.time + earned);
                Poll::Ready(Some(Ok(bytes)))
            }
            Poll::Pending => {
                ready!(this.deadline.as_mut().poll(task));
                this.is_late.set(true);
                Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
            }
            finished => finished,
        }
    }
}
