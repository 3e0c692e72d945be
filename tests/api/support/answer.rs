//! What comes back, with what is expected of it in one word.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use serde_json::Value;
use uuid::Uuid;

/// An answer; a check that fails prints the request and the body, at the line of the test.
#[derive(Debug, Clone)]
pub struct Answer {
    pub request: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.expect(200)
    }

    #[track_caller]
    pub fn created(&self) -> Value {
        self.expect(201)
    }

    #[track_caller]
    pub fn accepted(&self) -> Value {
        self.expect(202)
    }

    #[track_caller]
    pub fn no_content(&self) {
        assert_eq!(self.status, 204, "{self}");
        assert!(self.body.is_empty(), "{self}");
    }

    /// A refusal is a problem document (RFC 9457) with a stable code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self}");
        assert_eq!(problem["status"], status, "{self}");
        assert_eq!(problem["type"], format!("urn:yuanshan:problem:{code}"), "{self}");
        for member in ["title", "detail", "instance"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member} of {self}");
        }
        assert!(Uuid::parse_str(problem["request_id"].as_str().unwrap_or_default()).is_ok(), "{self}");
        problem
    }

    /// Refused for fields: each with its pointer and the code of what is wrong with it.
    #[track_caller]
    pub fn invalid(&self, expected: &[(&str, &str)]) -> Value {
        let problem = self.refused(422, "invalid");
        let text = |error: &Value, member: &str| error[member].as_str().unwrap_or_default().to_owned();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        let found: Vec<(String, String)> =
            errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(pointer, code)| (&**pointer, &**code)).collect();
        assert_eq!(found, expected, "{self}");
        assert!(errors.iter().all(|error| !text(error, "detail").is_empty()), "{self}");
        problem
    }

    /// A header's text; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }

    #[track_caller]
    fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.header("content-type"), "application/json", "{self}");
        self.json()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n→ {}\n{}", self.request, self.status, String::from_utf8_lossy(&self.body))
    }
}
