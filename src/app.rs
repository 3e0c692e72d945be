//! The application: built once, for the program and for the tests alike.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, NormalizePath, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App as ActixApp, Error, HttpRequest, HttpResponse};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tracing_actix_web::TracingLogger;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use crate::config::Config;
use crate::context::{Context, Settings};
use crate::db::{Conn, Db, DbError, DbResult};
use crate::gateways::{Letter, Provider, Providers, SettingError};
use crate::installation;
use crate::jobs::{self, Job, JobKind, Runner};
use crate::kernel::{Act, Clock, Id, IdSource};
use crate::ledger::{self, Finding, LedgerError};
use crate::notifier::{self, NotifierError};
use crate::objects::{self, ObjectsError};
use crate::orders::{self, PlacementQueue};
use crate::payments;
use crate::secrets::{Secrets, SecretsError};
use crate::web::answers::Answers;
use crate::web::body::BODY_LIMIT;
use crate::web::logging::RequestLog;
use crate::web::rate_limit::Limiter;
use crate::web::routes::readable;
use crate::web::{ApiError, Routes, cache, edge, idempotency, openapi, problem, rate_limit, spa};
use crate::{
    addresses, audit, cart, catalog, claims, cycles, freight, harvest, helpers, households, identity, imports, inbox,
    keys, livestream, mydata, notices, organisations, pairing, papers, photos, prices, privacy, production, regions,
    reviews, search, settlement, sharing, templates, transparency, webhooks,
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
    #[error("setting price_stop_percent: must not be below price_warn_percent")]
    PriceThresholds,
    #[error(transparent)]
    Notifier(#[from] NotifierError),
    #[error("setting photos_url: {0}")]
    Photos(#[from] ObjectsError),
    #[error(transparent)]
    Payments(#[from] SettingError),
}

#[derive(Clone)]
pub struct App {
    pub context: Context,
    queue: PlacementQueue,
    routes: Arc<Routes>,
    limiter: Arc<Limiter>,
    answers: Answers,
}

/// How often what a running server holds in memory is looked after.
const UPKEEP: Duration = Duration::from_secs(30);

impl App {
    /// Opens what the configuration names.
    ///
    /// # Errors
    /// [`StartError`] naming the setting.
    pub fn build(config: &Config) -> Result<Self, StartError> {
        if config.price_stop_percent < config.price_warn_percent {
            return Err(StartError::PriceThresholds);
        }
        let data_dir = |error| StartError::DataDir(config.data_dir.display().to_string(), error);
        std::fs::create_dir_all(&config.data_dir).map_err(data_dir)?;
        let db = Db::open(&config.url(), config.pool_size)?;
        let secrets = Secrets::load_or_create(&config.keys_path().ok_or(StartError::KeysNotNamed)?)?;
        let photos = match &config.photos_url {
            Some(url) => objects::open(url, |name| std::env::var(name).ok())?,
            None => objects::open_directory(&config.data_dir.join("objects"))?,
        };
        let demonstration = db.read_blocking(installation::is_demonstration)?;
        Ok(Self::assemble(Context {
            db,
            clock: Clock::System,
            ids: Arc::new(IdSource::random()),
            providers: Providers::build(&config.payments, &config.public_url, demonstration, &secrets)?,
            secrets,
            photos,
            notifier: notifier::from_settings(config.notifier())?,
            settings: Settings::new(config, demonstration),
        }))
    }

    /// Puts the parts together that tests make themselves.
    #[must_use]
    pub fn assemble(context: Context) -> Self {
        let limiter =
            Limiter::new(context.settings.edge.rate_per_minute, &context.clock, identity::access::signed_user);
        Self {
            queue: PlacementQueue::start(context.clone()),
            context,
            routes: Arc::new(routes()),
            limiter: Arc::new(limiter),
            answers: Answers::default(),
        }
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
            .app_data(Data::new(self.answers.clone()))
            .app_data(Data::from(self.limiter.clone()))
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .wrap(from_fn(rate_limit::count))
            .wrap(from_fn(edge::limits))
            .wrap(edge::security_headers(&self.context.settings))
            .wrap(edge::cors(&self.context.settings.edge))
            .wrap(from_fn(problem::render))
            .wrap(Compress::default())
            .wrap(TracingLogger::<RequestLog>::new())
            .wrap(NormalizePath::trim())
            .configure(move |config| this.routes.configure(config))
            .configure(sharing::http::pages)
            .service(readable("/go/{code}", livestream::http::go))
            .service(readable("/healthz", alive))
            .service(readable("/readyz", ready))
            .service(readable(keys::http::TOKEN_KEYS_PATH, keys::http::show_token_keys))
            .service(readable(openapi::DOCUMENT_PATH, show_document).app_data(Data::new(document)))
            .service(web::redirect("/api/docs", "/api/docs/index.html"))
            .service(
                web::scope("/api/docs")
                    .service(SwaggerUi::new("/{_:.*}").config(utoipa_swagger_ui::Config::from(openapi::DOCUMENT_PATH))),
            )
            .default_service(web::to(spa::serve))
    }

    /// Sees to it that what is done once a day begins.
    ///
    /// # Errors
    /// Those of the database.
    pub fn begin_daily_work(&self) -> DbResult<()> {
        let act = self.context.system_act();
        self.context.db.write_blocking(|conn| {
            if jobs::is_waiting(conn, JobKind::Tidy)? {
                return Ok(());
            }
            jobs::enqueue(conn, &act, JobKind::Tidy, act.new_id::<Job>(), act.at)
        })
    }

    /// Does what is due, when it is due.
    #[must_use]
    pub fn runner(&self) -> Runner {
        Runner::new(self.context.clone(), go_outside, run_job)
    }

    /// Learns of turned keys, sees that all is sealed with the newest, forgets callers who rest and words that
    /// nobody files; until `stop` changes.
    pub async fn keep_up(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.context.secrets.refresh() {
                tracing::error!(%error, "keys are not read again");
            }
            if let Err(error) = keys::keep_sealed(&self.context).await {
                tracing::error!(%error, "is not sealed anew");
            }
            self.limiter.forget_rested();
            search::rest();
            tokio::select! {
                () = tokio::time::sleep(UPKEEP) => {}
                _ = stop.changed() => {}
            }
        }
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
    sharing::http::routes(&mut routes);
    identity::http::routes(&mut routes);
    helpers::http::routes(&mut routes);
    inbox::http::routes(&mut routes);
    regions::http::routes(&mut routes);
    privacy::http::routes(&mut routes);
    photos::http::routes(&mut routes);
    households::http::routes(&mut routes);
    templates::http::routes(&mut routes);
    production::http::routes(&mut routes);
    prices::http::routes(&mut routes);
    papers::http::routes(&mut routes);
    catalog::http::routes(&mut routes);
    addresses::http::routes(&mut routes);
    cart::http::routes(&mut routes);
    freight::http::routes(&mut routes);
    cycles::http::routes(&mut routes);
    organisations::http::routes(&mut routes);
    orders::http::routes(&mut routes);
    payments::http::routes(&mut routes);
    harvest::http::routes(&mut routes);
    claims::http::routes(&mut routes);
    reviews::http::routes(&mut routes);
    settlement::http::routes(&mut routes);
    pairing::http::routes(&mut routes);
    livestream::http::routes(&mut routes);
    audit::http::routes(&mut routes);
    keys::http::routes(&mut routes);
    mydata::http::routes(&mut routes);
    imports::http::routes(&mut routes);
    webhooks::http::routes(&mut routes);
    routes
}

/// What of a job leaves the process.
fn go_outside(context: &Context, job: &Job) -> Result<(), ApiError> {
    match job.kind {
        JobKind::SendNotice => {
            notices::deliver(context, Id::from_uuid(job.subject_id.uuid())).map_err(ApiError::internal)
        }
        JobKind::SendInboxMessage => {
            inbox::deliver(context, Id::from_uuid(job.subject_id.uuid())).map_err(ApiError::internal)
        }
        JobKind::DeliverWebhook => {
            webhooks::deliver(context, Id::from_uuid(job.subject_id.uuid())).map_err(ApiError::internal)
        }
        JobKind::RemovePicture => {
            households::remove_picture_files(context, Id::from_uuid(job.subject_id.uuid())).map_err(ApiError::internal)
        }
        JobKind::ClearUpload => {
            photos::remove_pieces(context, Id::from_uuid(job.subject_id.uuid())).map_err(ApiError::internal)
        }
        JobKind::StartPayment | JobKind::QueryPayment | JobKind::ClosePayment | JobKind::RefundPayment => {
            Ok(orders::go_outside(context, job)?)
        }
        _ => imports::go_outside(context, job),
    }
}

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Longer than anybody repeats a request.
const KEPT_ANSWERS: Duration = Duration::from_secs(7 * 24 * 3600);

/// What each kind of job does.
fn run_job(context: &Context, conn: &mut Conn, act: &Act, job: &Job) -> Result<(), ApiError> {
    let subject = job.subject_id.uuid();
    match job.kind {
        JobKind::ExpireCheckout => Ok(orders::expire(conn, act, Id::from_uuid(subject))?),
        JobKind::LapseBalance => Ok(orders::lapse(conn, act, Id::from_uuid(subject))?),
        JobKind::ExpireHelper => Ok(helpers::expire(conn, act, Id::from_uuid(subject))?),
        JobKind::SettleOrder => {
            let order = orders::load(conn, Id::from_uuid(subject))?;
            Ok(settlement::settle_by_job(conn, act, &order, context.settings.claim_window)?)
        }
        JobKind::SendNotice => notices::forget(conn, Id::from_uuid(subject)).map_err(ApiError::internal),
        JobKind::SendInboxMessage => Ok(()),
        JobKind::DeliverWebhook => Ok(webhooks::finish(conn, act, Id::from_uuid(subject))?),
        JobKind::Tidy => {
            identity::tidy(conn, act)?;
            catalog::order_anew(conn, act)?;
            imports::tidy(conn, act)?;
            inbox::tidy(conn, act.at)?;
            webhooks::tidy(conn, act.at)?;
            idempotency::forget_older(conn, act.at.minus(KEPT_ANSWERS))?;
            // Of several that began at once, one goes on.
            if !jobs::is_waiting(conn, JobKind::Tidy)? {
                jobs::enqueue(conn, act, JobKind::Tidy, act.new_id::<Job>(), act.at.plus(DAY))?;
            }
            Ok(())
        }
        JobKind::ReindexHousehold => Ok(catalog::reindex(conn, Id::from_uuid(subject))?),
        // Done outside.
        JobKind::CheckImport | JobKind::CommitImport | JobKind::ForgetImport => Ok(()),
        JobKind::SandboxPay | JobKind::SandboxRefund => {
            // What the sandbox tells comes in as if from the network.
            for (headers, body) in payments::sandbox_letters(context, conn, job)? {
                let letter = Letter { headers: &headers, body: body.as_bytes(), at: act.at };
                if let (Some(told), _) = payments::read(&context.providers, Provider::Sandbox, letter)? {
                    orders::notified(conn, act, &told)?;
                }
            }
            Ok(())
        }
        JobKind::QueryPayment | JobKind::RefundPayment => Ok(payments::ask_again(conn, act, job)?),
        JobKind::StartPayment | JobKind::ClosePayment => Ok(()),
        JobKind::RemovePicture => Ok(()),
        JobKind::ClearUpload => Ok(photos::forget(conn, Id::from_uuid(subject))?),
        JobKind::Reseal => Ok(keys::service::reseal_batch(conn, act, &context.secrets)?),
    }
}

/// Recomputes every invariant on a live database; empty if all of them hold.
///
/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> Result<Vec<Finding>, LedgerError> {
    let mut findings = ledger::verify(conn)?;
    findings.extend(orders::verify(conn)?);
    findings.extend(orders::verify_terms(conn)?);
    findings.extend(claims::verify(conn)?);
    findings.extend(households::verify(conn)?);
    findings.extend(production::verify(conn)?);
    findings.extend(catalog::verify(conn)?);
    findings.extend(harvest::verify(conn)?);
    findings.extend(settlement::verify(conn)?);
    Ok(findings)
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
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}
