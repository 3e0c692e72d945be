//! The application under test. When a test ends well, its books have to be in order, too.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{self, TestRequest};
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::letterbox::Letterbox;
use crate::common::{self, Database};
use yuanshan::app::App;
use yuanshan::context::{Context, Settings};
use yuanshan::db::{Conn, Db};
use yuanshan::jobs;
use yuanshan::kernel::{IdSource, Instant};
use yuanshan::secrets::Secrets;

type Handle = dyn Fn(TestRequest) -> Response;
type Response = Pin<Box<dyn Future<Output = ServiceResponse<BoxBody>>>>;

pub struct TestApp {
    app: App,
    handle: RefCell<Rc<Handle>>,
    letters: Arc<Letterbox>,
    keys: Cell<u64>,
    // Last: dropped when nothing is connected any more.
    database: Rc<Database>,
}

/// More would be idle: a test mostly does one thing at a time.
const CONNECTIONS: u32 = 2;

impl TestApp {
    pub async fn new(settings: Settings) -> Rc<Self> {
        let database = Rc::new(Database::new());
        let letters = Arc::new(Letterbox::default());
        let context = common::context(&database, settings, CONNECTIONS, letters.clone());
        Self::of(database, context, letters).await
    }

    /// Another process on the same database, with keys of its own choice.
    pub async fn beside(&self, secrets: Secrets) -> Rc<Self> {
        let letters = self.letters.clone();
        let alike = common::context(&self.database, self.context().settings.clone(), CONNECTIONS, letters.clone());
        let context = Context { secrets, ids: Arc::new(IdSource::random()), ..alike };
        Self::of(self.database.clone(), context, letters).await
    }

    /// The application on a database that was filled otherwise.
    pub async fn of(database: Rc<Database>, context: Context, letters: Arc<Letterbox>) -> Rc<Self> {
        let app = App::assemble(context);
        let handle = RefCell::new(serve(&app).await);
        Rc::new(Self { app, handle, letters, keys: Cell::new(0), database })
    }

    /// From now on requests are answered by a process that was just started: what the one before held in
    /// memory is gone.
    pub async fn restart(&self) {
        let db = Db::open(&self.database.url, CONNECTIONS).expect("the database opens again");
        let started = App::assemble(Context { db, ..self.context().clone() });
        let handle = serve(&started).await;
        self.handle.replace(handle);
    }

    pub fn context(&self) -> &Context {
        &self.app.context
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    pub async fn handle(&self, request: TestRequest) -> ServiceResponse<BoxBody> {
        let handle = self.handle.borrow().clone();
        handle(request).await
    }

    pub fn now(&self) -> Instant {
        self.context().clock.now()
    }

    /// Time passes, and nothing else happens.
    pub fn advance(&self, by: Duration) {
        self.context().clock.advance(by);
    }

    /// Does what is due; says how many jobs were done.
    pub fn run_jobs(&self) -> usize {
        self.app.runner().run_due().expect("the queue is readable")
    }

    /// Time passes, and what becomes due is done.
    pub fn later(&self, by: Duration) -> usize {
        self.advance(by);
        self.run_jobs()
    }

    /// Sends what waits to be sent, and gives what has come since the last time: to whom, and what.
    pub fn letters(&self) -> Vec<(String, String)> {
        self.run_jobs();
        self.letters.take().into_iter().map(|(_, message)| (message.to, message.text)).collect()
    }

    /// The six digits of the one message that has come.
    #[track_caller]
    pub fn code(&self) -> String {
        let letters = self.letters();
        assert_eq!(letters.len(), 1, "{letters:?}");
        let digits: Vec<&str> =
            letters[0].1.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 6).collect();
        digits[0].to_owned()
    }

    /// Begins what is done once a day.
    pub fn begin_daily_work(&self) {
        self.app.begin_daily_work().expect("the queue is writable");
    }

    /// A key that no request had before.
    pub fn new_key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("key-{}", self.keys.get())
    }

    /// Reads past the API.
    pub fn read<T>(&self, read: impl FnOnce(&mut Conn) -> diesel::QueryResult<T>) -> T {
        let read = |conn: &mut Conn| read(conn).map_err(yuanshan::db::DbError::from);
        self.context().db.read_blocking(read).expect("the query runs")
    }

    /// That all invariants hold and no job has failed.
    pub fn check(&self) {
        let findings = self.context().db.read_blocking(yuanshan::app::verify).expect("the books are readable");
        assert!(findings.is_empty(), "verify: {findings:#?}");
        let failed = self.context().db.read_blocking(jobs::list_failed).expect("the queue is readable");
        assert!(failed.is_empty(), "failed jobs: {failed:#?}");
    }
}

async fn serve(app: &App) -> Rc<Handle> {
    let service = Rc::new(test::init_service(app.actix()).await);
    Rc::new(move |request: TestRequest| {
        let service = service.clone();
        let answer = async move {
            let response = service.call(request.to_request()).await.expect("refusals are answers, too");
            response.map_body(|_, body| body.boxed())
        };
        Box::pin(answer) as Response
    })
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.check();
        }
    }
}
