//! Somebody who calls the API: with their own account, or with none.

use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use super::{Answer, TestApp, minutes, text};
use yuanshan::identity::TotpSecret;
use yuanshan::kernel::Instant;

pub const PASSWORD: &str = "correct horse";

pub struct Person {
    app: Rc<TestApp>,
    phone: Option<String>,
    /// Their authenticator app.
    totp: Option<TotpSecret>,
    /// The access token, and until when it is used.
    session: RefCell<Option<(String, Instant)>>,
}

impl Person {
    pub fn anonymous(app: &Rc<TestApp>) -> Self {
        Self { app: app.clone(), phone: None, totp: None, session: RefCell::default() }
    }

    /// Somebody with an account under this number, who signs in when it is needed.
    pub fn with_account(app: &Rc<TestApp>, phone: &str, totp: Option<TotpSecret>) -> Self {
        Self { app: app.clone(), phone: Some(phone.to_owned()), totp, session: RefCell::default() }
    }

    /// Somebody whose token this is, whoever that may be.
    pub fn with_token(app: &Rc<TestApp>, token: &str) -> Self {
        let session = (token.to_owned(), app.now().plus(minutes(60 * 24 * 365)));
        Self { app: app.clone(), phone: Some(String::new()), totp: None, session: RefCell::new(Some(session)) }
    }

    pub fn get(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// A POST with a JSON body and a new Idempotency-Key, as a browser sends it.
    pub fn post(&self, path: impl Into<String>, body: &Value) -> Call<'_> {
        self.call(Method::POST, path).key(&self.app.new_key()).json(body)
    }

    pub fn patch(&self, path: impl Into<String>, body: &Value) -> Call<'_> {
        self.call(Method::PATCH, path).json(body)
    }

    pub fn delete(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// A POST without a body.
    pub fn act(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::POST, path).key(&self.app.new_key())
    }

    pub fn call(&self, method: Method, path: impl Into<String>) -> Call<'_> {
        Call { person: self, method, path: path.into(), headers: Vec::new(), body: Bytes::new() }
    }

    /// What their authenticator app shows now.
    pub fn totp_code(&self) -> Option<String> {
        self.totp.as_ref().map(|totp| totp.code_at(self.app.now()).expect("a code"))
    }

    /// A good access token: the one at hand, or that of a new log-in.
    pub async fn token(&self) -> Option<String> {
        let phone = self.phone.as_ref()?;
        let session = self.session.borrow().clone();
        if let Some((token, until)) = session
            && self.app.now() < until
        {
            return Some(token);
        }
        let anonymous = Self::anonymous(&self.app);
        let mut login = json!({ "phone": phone, "password": PASSWORD });
        if let Some(code) = self.totp_code() {
            login["totp"] = json!(code);
        }
        let session = Box::pin(anonymous.post("/api/v1/auth/login", &login).into_future()).await.ok();
        let token = text(&session, "/access_token").to_owned();
        *self.session.borrow_mut() = Some((token.clone(), self.app.now().plus(minutes(10))));
        Some(token)
    }
}

/// A request that goes out when it is awaited.
pub struct Call<'a> {
    person: &'a Person,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Call<'_> {
    pub fn header(mut self, name: impl ToString, value: impl ToString) -> Self {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    pub fn without(mut self, name: impl ToString) -> Self {
        let name = name.to_string();
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.without("idempotency-key").header("idempotency-key", key)
    }

    pub fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string())
    }

    pub fn bytes(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self { body, ..self.without(CONTENT_TYPE).header(CONTENT_TYPE, content_type) }
    }

    async fn send(self) -> Answer {
        let mut request = TestRequest::with_uri(&self.path).method(self.method.clone()).set_payload(self.body.clone());
        if let Some(token) = self.person.token().await {
            request = request.insert_header((AUTHORIZATION, format!("Bearer {token}")));
        }
        for (name, value) in &self.headers {
            request = request.insert_header((name.as_str(), value.as_str()));
        }
        let response = self.person.app.handle(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = actix_web::test::read_body(response).await;
        let request = format!("{} {} {}", self.method, self.path, String::from_utf8_lossy(&self.body));
        Answer { request, status, headers, body }
    }
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
