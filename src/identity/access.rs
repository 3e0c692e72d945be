//! The permissions: types that are extracted only for those who may.
//!
//! A handler begins with one of these. Where a role reaches only so far, the type carries the
//! scope, and the use case asks for it; there is no way to get at the rows without.

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::future::Future;
use std::pin::Pin;

use super::sessions::SessionId;
use super::types::{Grant, scope_of};
use super::{IdentityError, service, token};
use crate::context::Context;
use crate::kernel::{Act, RegionCode, Role, Scope, UserId, text_enum};
use crate::web::access::{Access, Token};
use crate::web::{ApiError, Code};

/// Anybody with an account, acting as a buyer.
#[derive(Debug, Clone, Copy)]
pub struct Buyer {
    pub user_id: UserId,
    pub session_id: SessionId,
}

/// Anybody; staff see more of what lies in their scope.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub staff: Option<Staff>,
}

/// A person with at least one grant as coordinator or approver, or a buyer without any: for routes
/// where each sees their own.
#[derive(Debug, Clone)]
pub struct Member {
    pub user_id: UserId,
    pub staff: Option<Staff>,
}

text_enum! {
    /// Whose things a list is to hold: one's own as a buyer, or those of the villages entrusted to one.
    pub enum Whose {
        Own = "own",
        Scope = "scope",
    }
}

/// Somebody who acts for villages: a coordinator, an approver or both.
#[derive(Debug, Clone)]
pub struct Staff {
    pub user_id: UserId,
    grants: Vec<Grant>,
}

macro_rules! scoped_role {
    ($(#[$doc:meta])* $name:ident, $role:expr, $word:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            pub user_id: UserId,
            pub scope: Scope,
        }

        impl $name {
            /// What this person does now in this role.
            #[must_use]
            pub fn act(&self, context: &Context) -> Act {
                context.act(self.user_id, $role)
            }
        }

        impl Access for $name {
            const NAME: &'static str = $word;
        }

        impl FromRequest for $name {
            type Error = ApiError;
            type Future = Extraction<Self>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                extract(request, |caller| Ok(Self { user_id: caller.user_id, scope: caller.scope(&[$role])? }))
            }
        }
    };
}

scoped_role!(
    /// Acts for the households of a village or township.
    Coordinator, Role::Coordinator, "coordinator"
);
scoped_role!(
    /// The county's second pair of eyes.
    Approver, Role::Approver, "approver"
);
scoped_role!(
    /// Sees the books of a region and changes nothing.
    Auditor, Role::Auditor, "auditor"
);
scoped_role!(
    /// Entrusts others with roles in a region, and looks after the installation.
    Administrator, Role::Administrator, "administrator"
);

impl Buyer {
    #[must_use]
    pub fn act(&self, context: &Context) -> Act {
        context.act(self.user_id, Role::Buyer)
    }
}

impl Staff {
    /// The role in which this person acts at `place`; approvers before coordinators where `wanted`
    /// allows both.
    ///
    /// # Errors
    /// `out_of_scope` if the place is entrusted to somebody else.
    pub fn act_at(&self, context: &Context, place: &RegionCode, wanted: &[Role]) -> Result<Act, ApiError> {
        self.role_at(place, wanted)
            .map(|role| context.act(self.user_id, role))
            .ok_or_else(|| ApiError::new(if self.scope().covers(place) { Code::Forbidden } else { Code::OutOfScope }))
    }

    #[must_use]
    pub fn role_at(&self, place: &RegionCode, wanted: &[Role]) -> Option<Role> {
        let held = |role: Role| scope_of(&self.grants, role).is_some_and(|scope| scope.covers(place));
        wanted.iter().copied().find(|role| held(*role))
    }

    /// All places in which this person acts.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::new(self.grants.iter().map(|grant| grant.region_code.clone()).collect())
    }

    const ROLES: [Role; 2] = [Role::Coordinator, Role::Approver];

    fn of(caller: Caller) -> Result<Self, ApiError> {
        caller.scope(&Self::ROLES)?;
        let grants = caller.grants.into_iter().filter(|grant| Self::ROLES.contains(&grant.role)).collect();
        Ok(Self { user_id: caller.user_id, grants })
    }
}

impl Access for Buyer {
    const NAME: &'static str = "signed in";
}

impl FromRequest for Buyer {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, |caller| Ok(Self { user_id: caller.user_id, session_id: caller.session_id }))
    }
}

impl Access for Staff {
    const NAME: &'static str = "coordinator or approver";
}

impl FromRequest for Staff {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, Self::of)
    }
}

impl Access for Member {
    const NAME: &'static str = "signed in; staff for their scope";
}

impl FromRequest for Member {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Without a second factor staff are what everybody is: buyers.
        extract(request, |caller| Ok(Self { user_id: caller.user_id, staff: Staff::of(caller).ok() }))
    }
}

impl Access for Visitor {
    const NAME: &'static str = "anyone; staff for their scope";
    const TOKEN: Token = Token::Optional;
}

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.headers().get(AUTHORIZATION).is_none() {
            return Box::pin(std::future::ready(Ok(Self { staff: None })));
        }
        let member = Member::from_request(request, payload);
        Box::pin(async move { Ok(Self { staff: member.await?.staff }) })
    }
}

/// Somebody who looks after villages: as coordinator, approver or auditor.
#[derive(Debug, Clone)]
pub struct Overseer {
    pub user_id: UserId,
    grants: Vec<Grant>,
}

impl Overseer {
    const ROLES: [Role; 3] = [Role::Coordinator, Role::Approver, Role::Auditor];

    /// What this person does now at `place`.
    ///
    /// # Errors
    /// `not_found` for a place of somebody else: what is there is private.
    pub fn act_at(&self, context: &Context, place: &RegionCode) -> Result<Act, ApiError> {
        self.act_as(context, place, &Self::ROLES)
    }

    /// The same, in one of some roles only.
    ///
    /// # Errors
    /// As [`Overseer::act_at`].
    pub fn act_as(&self, context: &Context, place: &RegionCode, wanted: &[Role]) -> Result<Act, ApiError> {
        let held = |role: &Role| scope_of(&self.grants, *role).is_some_and(|scope| scope.covers(place));
        let role = wanted.iter().copied().find(held).ok_or_else(|| ApiError::new(Code::NotFound))?;
        Ok(context.act(self.user_id, role))
    }
}

impl Access for Overseer {
    const NAME: &'static str = "coordinator, approver or auditor";
}

impl FromRequest for Overseer {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        extract(request, |caller| {
            caller.scope(&Self::ROLES)?;
            Ok(Self { user_id: caller.user_id, grants: caller.grants })
        })
    }
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// The header by which a family helper says for whom a request is.
pub const ACTING_FOR: &str = "Yuanshan-Acting-For";

/// Who sends a request, in which session, and what is entrusted to them now; read once for all
/// permissions of the request.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user_id: UserId,
    pub session_id: SessionId,
    pub has_second_factor: bool,
    grants: Vec<Grant>,
}

impl Caller {
    #[must_use]
    pub const fn new(user_id: UserId, session_id: SessionId, has_second_factor: bool, grants: Vec<Grant>) -> Self {
        Self { user_id, session_id, has_second_factor, grants }
    }

    /// Where the caller holds one of `roles`.
    ///
    /// # Errors
    /// `forbidden` if nowhere; `second_factor_required` if the session has shown none.
    pub fn scope(&self, roles: &[Role]) -> Result<Scope, ApiError> {
        let held = self.grants.iter().filter(|grant| roles.contains(&grant.role));
        let regions: Vec<RegionCode> = held.map(|grant| grant.region_code.clone()).collect();
        if regions.is_empty() {
            return Err(ApiError::new(Code::Forbidden));
        }
        if !self.has_second_factor {
            return Err(ApiError::new(Code::SecondFactorRequired));
        }
        Ok(Scope::new(regions))
    }

    /// # Errors
    /// `unauthenticated` without a token, with one that is not good, or when its session has ended.
    pub fn of(request: &HttpRequest) -> Extraction<Self> {
        if let Some(caller) = request.extensions().get::<Self>().cloned() {
            return Box::pin(std::future::ready(Ok(caller)));
        }
        let identified = identify(request);
        let (request, context) = (request.clone(), request.app_data::<web::Data<Context>>().cloned());
        Box::pin(async move {
            let (user_id, session_id) = identified?;
            let context = context.ok_or_else(|| ApiError::new(Code::Unauthenticated))?;
            let at = context.clock.now();
            let caller = context.db.read(move |conn| service::load_caller(conn, user_id, session_id, at)).await?;
            request.extensions_mut().insert(caller.clone());
            Ok(caller)
        })
    }
}

/// Whom a good signature names; checked once a request.
#[derive(Clone, Copy)]
struct Signed(UserId, SessionId);

/// The user of the request's access token, by its signature alone; its session may have ended.
#[must_use]
pub fn signed_user(request: &HttpRequest) -> Option<UserId> {
    let (user_id, session_id) = identify(request).ok()?;
    request.extensions_mut().insert(Signed(user_id, session_id));
    Some(user_id)
}

/// Who sends the request, by the signature of the access token alone.
fn identify(request: &HttpRequest) -> Result<(UserId, SessionId), ApiError> {
    if let Some(Signed(user_id, session_id)) = request.extensions().get().copied() {
        return Ok((user_id, session_id));
    }
    let refuse = || ApiError::new(Code::Unauthenticated);
    let context = request.app_data::<web::Data<Context>>().ok_or_else(refuse)?;
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(refuse)?;
    let token = header.strip_prefix("Bearer ").ok_or_else(refuse)?;
    token::verify_access(&context.secrets, token, context.clock.now()).map_err(ApiError::from)
}

/// The caller's permission to act for themselves.
fn extract<T: 'static>(
    request: &HttpRequest,
    decide: impl FnOnce(Caller) -> Result<T, ApiError> + 'static,
) -> Extraction<T> {
    // What a helper may do for an elder asks for it by its type; nothing else is done for another.
    let for_another = request.headers().contains_key(ACTING_FOR);
    let caller = Caller::of(request);
    Box::pin(async move {
        let caller = caller.await?;
        if for_another {
            return Err(ApiError::new(Code::Forbidden));
        }
        decide(caller)
    })
}

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::PhoneTaken => Self::new(Code::PhoneTaken),
            IdentityError::WrongCredentials => Self::new(Code::WrongCredentials),
            IdentityError::Unauthenticated => Self::new(Code::Unauthenticated),
            IdentityError::NotFound => Self::new(Code::NotFound),
            IdentityError::TooManyAttempts { until, at } => {
                let wait_s = (until.unix_millis().saturating_sub(at.unix_millis())).div_ceil(1_000);
                Self::new(Code::TooManyAttempts).with("retry_after_s", wait_s)
            }
            IdentityError::TotpRequired => Self::new(Code::TotpRequired),
            IdentityError::WrongTotp => Self::new(Code::WrongTotp),
            IdentityError::WrongCode => Self::new(Code::WrongCode),
            IdentityError::SecondFactorRequired => Self::new(Code::SecondFactorRequired),
            IdentityError::SamePerson => Self::new(Code::SamePerson),
            IdentityError::OutOfScope => Self::new(Code::OutOfScope),
            IdentityError::GrantExists => Self::new(Code::GrantExists),
            IdentityError::InvitationGone => Self::new(Code::InvitationGone),
            IdentityError::Field(pointer, invalid) => Self::field(pointer, invalid),
            IdentityError::Invalid(invalid) => Self::field("", invalid),
            IdentityError::Db(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
