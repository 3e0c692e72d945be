//! The application: built once, for the program and for the tests alike.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::{Compress, DefaultHeaders, NormalizePath, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App as ActixApp, Error, HttpRequest, HttpResponse};
use object_store::local::LocalFileSystem;
use std::sync::Arc;
use tracing_actix_web::TracingLogger;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use crate::config::Config;
use crate::context::{Context, Settings};
use crate::db::{Conn, Db, DbError, DbResult};
use crate::installation;
use crate::jobs::{Job, JobKind, Runner};
use crate::kernel::{Act, Clock, Id, IdSource};
use crate::ledger::{self, Finding, LedgerError};
use crate::orders::{self, PlacementQueue};
use crate::payments::{self, Provider};
use crate::secrets::{Secrets, SecretsError};
use crate::web::body::BODY_LIMIT;
use crate::web::logging::RequestLog;
use crate::web::{ApiError, Routes, cache, openapi, problem, spa};
use crate::{
    audit, catalog, households, identity, livestream, pairing, photos, privacy, regions, settlement, transparency,
};

/// Why the application cannot be built, naming the setting that is wrong.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("setting data: directory {0} cannot be used: {1}")]
    DataDir(String, std::io::Error),
    #[error("setting database_url: {0}")]
    Database(#[from] DbError),
    #[error("setting keys: with PostgreSQL name the file of the keys, by --keys or YUANSHAN_KEYS")]
    KeysNotNamed,
    #[error("setting keys: {0}")]
    Keys(#[from] SecretsError),
    #[error("setting data: photos cannot be kept: {0}")]
    Photos(#[from] object_store::Error),
}

#[derive(Clone)]
pub struct App {
    pub context: Context,
    queue: PlacementQueue,
    routes: Arc<Routes>,
}

impl App {
    /// Opens what the configuration names.
    ///
    /// # Errors
    /// [`StartError`] naming the setting.
    pub fn build(config: &Config) -> Result<Self, StartError> {
        let data_dir = |error| StartError::DataDir(config.data_dir.display().to_string(), error);
        let photos_dir = config.data_dir.join("objects");
        std::fs::create_dir_all(&photos_dir).map_err(data_dir)?;
        let db = Db::open(&config.url(), config.pool_size)?;
        let secrets = Secrets::load_or_create(&config.keys_path().ok_or(StartError::KeysNotNamed)?)?;
        let photos = LocalFileSystem::new_with_prefix(photos_dir)?;
        let demonstration = db.read_blocking(installation::is_demonstration)?;
        Ok(Self::assemble(Context {
            db,
            clock: Clock::System,
            ids: Arc::new(IdSource::random()),
            secrets,
            photos: Arc::new(photos),
            settings: Settings::new(config, demonstration),
        }))
    }

    /// Puts the parts together that tests make themselves.
    #[must_use]
    pub fn assemble(context: Context) -> Self {
        Self { queue: PlacementQueue::start(context.clone()), context, routes: Arc::new(routes()) }
    }

    /// The actix application, one for each worker.
    pub fn actix(
        &self,
    ) -> ActixApp<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody + use<>>,
            Error = Error,
            InitError = (),
        > + use<>,
    > {
        let (this, document) = (self.clone(), openapi::document(&self.routes));
        ActixApp::new()
            .app_data(Data::new(self.context.clone()))
            .app_data(Data::new(self.queue.clone()))
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .wrap(security_headers())
            .wrap(from_fn(problem::render))
            .wrap(Compress::default())
            .wrap(TracingLogger::<RequestLog>::new())
            .wrap(NormalizePath::trim())
            .configure(move |config| this.routes.configure(config))
            .service(web::resource("/go/{code}").route(web::get().to(livestream::http::go)))
            .service(web::resource("/healthz").route(web::get().to(alive)))
            .service(web::resource("/readyz").route(web::get().to(ready)))
            .service(
                web::resource(openapi::DOCUMENT_PATH).app_data(Data::new(document)).route(web::get().to(show_document)),
            )
            .service(web::redirect("/api/docs", "/api/docs/index.html"))
            .service(
                web::scope("/api/docs")
                    .wrap(DefaultHeaders::new().add((CONTENT_SECURITY_POLICY, BROWSER_OF_THE_API)))
                    .service(SwaggerUi::new("/{_:.*}").config(utoipa_swagger_ui::Config::from(openapi::DOCUMENT_PATH))),
            )
            .default_service(web::to(spa::serve))
    }

    /// Does what is due, when it is due.
    #[must_use]
    pub fn runner(&self) -> Runner {
        Runner::new(self.context.clone(), run_job)
    }

    #[must_use]
    pub fn routes(&self) -> &Routes {
        &self.routes
    }
}

/// Every route of the API.
#[must_use]
pub fn routes() -> Routes {
    let mut routes = Routes::default();
    transparency::http::routes(&mut routes);
    identity::http::routes(&mut routes);
    regions::http::routes(&mut routes);
    privacy::http::routes(&mut routes);
    photos::http::routes(&mut routes);
    households::http::routes(&mut routes);
    catalog::http::routes(&mut routes);
    orders::http::routes(&mut routes);
    settlement::http::routes(&mut routes);
    pairing::http::routes(&mut routes);
    livestream::http::routes(&mut routes);
    audit::http::routes(&mut routes);
    routes
}

/// What each kind of job does.
fn run_job(context: &Context, conn: &mut Conn, act: &Act, job: &Job) -> Result<(), ApiError> {
    let subject = job.subject_id.uuid();
    match job.kind {
        JobKind::ExpireCheckout => Ok(orders::expire(conn, act, Id::from_uuid(subject))?),
        JobKind::SettleOrder => {
            let order = orders::load(conn, Id::from_uuid(subject))?;
            Ok(settlement::settle(conn, act, &order)?)
        }
        JobKind::ReindexHousehold => Ok(catalog::reindex(conn, Id::from_uuid(subject))?),
        JobKind::SandboxPay => {
            let payment = payments::find(conn, Id::from_uuid(subject))?.ok_or(payments::PaymentError::NotFound)?;
            notify(context, conn, act, payments::notify_paid(&context.secrets, &payment))
        }
        JobKind::SandboxRefund => {
            let refund = payments::load_refund(conn, Id::from_uuid(subject))?;
            notify(context, conn, act, payments::notify_refunded(&context.secrets, &refund))
        }
    }
}

/// What the sandbox tells comes in as if from the network.
fn notify(context: &Context, conn: &mut Conn, act: &Act, (body, signature): (String, String)) -> Result<(), ApiError> {
    let notification =
        payments::read(&context.settings, &context.secrets, Provider::Sandbox, &signature, body.as_bytes())?;
    Ok(orders::notified(conn, act, &notification)?)
}

/// Recomputes every invariant on a live database; empty if all of them hold.
///
/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> Result<Vec<Finding>, LedgerError> {
    let mut findings = ledger::verify(conn)?;
    findings.extend(orders::verify(conn)?);
    findings.extend(households::verify(conn)?);
    Ok(findings)
}

/// Nothing is loaded from other sites, no script and no style stands in a page.
const SITE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// The same for the page that browses the API, whose library writes styles into it.
const BROWSER_OF_THE_API: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// What every answer carries that says nothing else itself; private answers are not to be kept.
fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((CONTENT_SECURITY_POLICY, SITE))
        .add((CACHE_CONTROL, "no-store"))
        .add((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((REFERRER_POLICY, "same-origin"))
}

async fn show_document(request: HttpRequest, document: Data<OpenApi>) -> Result<HttpResponse, ApiError> {
    cache::public_json(&request, &**document)
}

/// Whether requests can be served: the database answers.
async fn ready(context: Data<Context>) -> Result<HttpResponse, ApiError> {
    context.db.read(|conn| -> DbResult<bool> { installation::is_demonstration(conn) }).await?;
    Ok(alive().await)
}

/// That the process answers.
async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}
