//! The route table: one entry registers the handler, its permission and its documentation, so that
//! none of the three can be forgotten or disagree.

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{Error, FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route, web};
use std::collections::BTreeMap;
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::{RefOr, Schema};

use super::access::{Access, Permitted, Token};
use super::{ApiError, Code};

/// Under which every documented path lives.
pub const API_PREFIX: &str = "/api/v1";

type MakeRoute = Box<dyn Fn(actix_web::http::Method) -> Route + Send + Sync>;

/// A handler with what is known about it.
pub struct Endpoint {
    pub path: String,
    pub method: HttpMethod,
    pub permission: &'static str,
    pub token: Token,
    pub operation: Operation,
    pub schemas: Vec<(String, RefOr<Schema>)>,
    make_route: MakeRoute,
}

/// All endpoints, in the order in which `app` lists them.
#[derive(Default)]
pub struct Routes(Vec<Endpoint>);

impl Routes {
    /// Adds a handler under the path and method that its `#[utoipa::path]` declares. Called by
    /// [`endpoints!`](super::endpoints).
    ///
    /// # Panics
    /// If the attribute names no method, which the attribute macro does not allow.
    pub fn add<P, H, Args>(&mut self, handler: H)
    where
        P: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<Args> + Send + Sync + Clone,
        Args: FromRequest + Permitted + 'static,
        H::Output: Responder + 'static,
    {
        let method = P::methods().into_iter().next().expect("one method an endpoint");
        let mut schemas = Vec::new();
        P::schemas(&mut schemas);
        let mut operation = P::operation();
        operation.description = Some(match operation.description.take() {
            Some(text) => format!("{text}\n\nWho may: {}.", Args::Permission::NAME),
            None => format!("Who may: {}.", Args::Permission::NAME),
        });
        let make_route = Box::new(move |method| {
            let handler = handler.clone();
            web::method(method).to(move |request, payload| call(handler.clone(), request, payload))
        });
        self.0.push(Endpoint {
            path: P::path(),
            method,
            permission: Args::Permission::NAME,
            token: Args::Permission::TOKEN,
            operation,
            schemas,
            make_route,
        });
    }

    #[must_use]
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.0
    }

    /// Registers everything with actix: one resource a path, so that a wrong method is told apart
    /// from a wrong path.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        let mut by_path: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
        for endpoint in &self.0 {
            by_path.entry(&endpoint.path).or_default().push(endpoint);
        }
        // A literal segment goes before a parameter: `/listings/mine` before `/listings/{id}`.
        let mut paths: Vec<_> = by_path.into_iter().collect();
        paths.sort_by_key(|(path, _)| path.matches('{').count());
        for (path, endpoints) in paths {
            let mut resource = Resource::new(format!("{API_PREFIX}{path}"));
            let mut allowed = Vec::new();
            for endpoint in endpoints {
                for method in methods_of(&endpoint.method) {
                    allowed.push(method.to_string());
                    resource = resource.route((endpoint.make_route)(method.clone()));
                }
            }
            config.service(otherwise_refused(resource, allowed.join(", ")));
        }
    }
}

/// Calls a handler once its permission is given: actix extracts all arguments side by side, and whoever may
/// not call must not learn first what is wrong with the body.
async fn call<H, Args>(handler: H, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Error>
where
    H: Handler<Args>,
    Args: FromRequest + Permitted,
    H::Output: Responder + 'static,
{
    let mut payload = payload.into_inner();
    Args::Permission::from_request(&request, &mut payload).await.map_err(Into::into)?;
    let args = Args::from_request(&request, &mut payload).await.map_err(Into::into)?;
    Ok(handler.call(args).await.respond_to(&request).map_into_boxed_body())
}

/// A page or a file outside of the API.
pub fn readable<Args, H>(path: &str, handler: H) -> Resource
where
    H: Handler<Args>,
    Args: FromRequest + 'static,
    H::Output: Responder + 'static,
{
    let resource = Resource::new(path).route(web::get().to(handler.clone())).route(web::head().to(handler));
    otherwise_refused(resource, READABLE.into())
}

/// What the 405 of something that can only be read says.
pub const READABLE: &str = "GET, HEAD";

fn otherwise_refused(resource: Resource, allowed: String) -> Resource {
    resource.default_service(web::to(move || std::future::ready(wrong_method(&allowed))))
}

/// A 405 says which methods there are (RFC 9110).
pub fn wrong_method(allowed: &str) -> HttpResponse {
    let mut response = HttpResponse::from_error(ApiError::new(Code::MethodNotAllowed));
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}

/// What can be got can also be asked for without its body, which the server then leaves out.
const fn methods_of(method: &HttpMethod) -> &'static [actix_web::http::Method] {
    use actix_web::http::Method;
    match method {
        HttpMethod::Post => &[Method::POST],
        HttpMethod::Put => &[Method::PUT],
        HttpMethod::Patch => &[Method::PATCH],
        HttpMethod::Delete => &[Method::DELETE],
        _ => &[Method::GET, Method::HEAD],
    }
}

/// Adds handlers to a [`Routes`]: `endpoints!(routes, place_order, show_order)`.
#[macro_export]
macro_rules! endpoints {
    ($routes:expr, $($handler:ident),+ $(,)?) => {
        paste::paste! { $($routes.add::<[<__path_ $handler>], _, _>($handler);)+ }
    };
}
