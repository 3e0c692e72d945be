//! The permission of a route is the type of its handler's first argument.
//!
//! [`Routes`](super::Routes) takes only handlers whose first argument implements [`Access`], so a
//! route that nobody thought about does not compile. The types themselves are in
//! `identity::access`, but for [`Anyone`].

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

/// Who may call: a type that is extracted only for those who may.
pub trait Access: FromRequest {
    /// As written in the route table and in the OpenAPI document.
    const NAME: &'static str;
    const TOKEN: Token = Token::Required;
}

/// Whether a caller shows an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    Unneeded,
    /// With one they see more.
    Optional,
    Required,
}

/// Everybody, signed in or not.
pub struct Anyone;

impl Access for Anyone {
    const NAME: &'static str = "anyone";
    const TOKEN: Token = Token::Unneeded;
}

impl FromRequest for Anyone {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

/// The arguments of a handler that begins with its permission.
pub trait Permitted {
    type Permission: Access;
}

macro_rules! permitted {
    ($($rest:ident)*) => {
        impl<P: Access $(, $rest)*> Permitted for (P, $($rest,)*) {
            type Permission = P;
        }
    };
}
permitted!();
permitted!(A);
permitted!(A B);
permitted!(A B C);
permitted!(A B C D);
permitted!(A B C D E);
