//! The permission to act as a buyer, for oneself or for the elder whom one helps.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::pin::Pin;

use super::store;
use crate::context::Context;
use crate::identity::access::{ACTING_FOR, Caller, Member, Staff};
use crate::kernel::{Act, Role, UserId};
use crate::web::access::Access;
use crate::web::{ApiError, Code};

/// Somebody who buys: for themselves, or for the elder whom `Yuanshan-Acting-For` names and whom they help
/// now.
#[derive(Debug, Clone, Copy)]
pub struct Shopper {
    /// Whose orders these are.
    pub user_id: UserId,
    /// Who acts: the same person, or their helper.
    pub by: UserId,
    pub is_helper: bool,
}

/// A shopper, or staff: for routes where each sees their own orders.
#[derive(Debug, Clone)]
pub struct ShopperOrStaff {
    pub shopper: Shopper,
    /// Never with a helper: whoever acts for an elder sees what the elder sees.
    pub staff: Option<Staff>,
}

impl Shopper {
    /// What is done now: the log keeps the helper as the one who acts, and for whom.
    #[must_use]
    pub fn act(&self, context: &Context) -> Act {
        let act = context.act(self.by, self.role());
        Act { on_behalf_of: self.is_helper.then_some(self.user_id), ..act }
    }

    #[must_use]
    pub const fn role(&self) -> Role {
        if self.is_helper { Role::Helper } else { Role::Buyer }
    }

    /// What tells a request from another one under the same key: its body, and for whom it is.
    #[must_use]
    pub fn fingerprint(&self, body: &[u8]) -> Vec<u8> {
        let elder = self.user_id.uuid().into_bytes();
        if self.is_helper { [body, &elder].concat() } else { body.to_vec() }
    }

    const fn oneself(user_id: UserId) -> Self {
        Self { user_id, by: user_id, is_helper: false }
    }
}

impl Access for Shopper {
    const NAME: &'static str = "signed in; helper for an elder";
}

impl Access for ShopperOrStaff {
    const NAME: &'static str = "signed in; helper; scope's staff";
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl FromRequest for Shopper {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if let Some(shopper) = request.extensions().get::<Self>().copied() {
            return Box::pin(std::future::ready(Ok(shopper)));
        }
        let (request, caller) = (request.clone(), Caller::of(request));
        Box::pin(async move {
            let helper_id = caller.await?.user_id;
            let Some(elder_id) = acting_for(&request)? else { return Ok(Self::oneself(helper_id)) };
            let context = request.app_data::<web::Data<Context>>().ok_or_else(not_helping)?;
            if !context.db.read(move |conn| store::is_active(conn, elder_id, helper_id)).await? {
                return Err(not_helping());
            }
            let shopper = Self { user_id: elder_id, by: helper_id, is_helper: true };
            request.extensions_mut().insert(shopper);
            Ok(shopper)
        })
    }
}

impl FromRequest for ShopperOrStaff {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.headers().contains_key(ACTING_FOR) {
            let shopper = Shopper::from_request(request, payload);
            return Box::pin(async move { Ok(Self { shopper: shopper.await?, staff: None }) });
        }
        let member = Member::from_request(request, payload);
        Box::pin(async move {
            let member = member.await?;
            Ok(Self { shopper: Shopper::oneself(member.user_id), staff: member.staff })
        })
    }
}

/// For whom a request is, if not for the caller. What is no id names nobody whom one helps.
fn acting_for(request: &HttpRequest) -> Result<Option<UserId>, ApiError> {
    let mut named = request.headers().get_all(ACTING_FOR);
    match (named.next(), named.next()) {
        (None, _) => Ok(None),
        (Some(id), None) => {
            let id = id.to_str().ok().and_then(|id| id.parse().ok());
            id.map(Some).ok_or_else(not_helping)
        }
        (Some(_), Some(_)) => Err(not_helping()),
    }
}

fn not_helping() -> ApiError {
    ApiError::new(Code::NotHelping)
}
