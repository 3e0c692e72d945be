//! Routes of family helpers: the elder's side under `/me/helpers`, the helper's under `/me/elders`.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

use super::rules::{self, HelperState};
use super::service::{self, Acceptance, Side};
use super::store::{self, Tie};
use super::{HelperCode, HelperError, TieId};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::identity::access::Buyer;
use crate::identity::{self, IdentityError, Phone};
use crate::kernel::{Instant, Invalid, UserId, line};
use crate::secrets::Secrets;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_helpers, invite_helper, end_helper, list_elders, accept_elder, end_elder);
}

const RELATION_MAX: usize = 20;

/// Ties that an elder is shown; far more than anybody has.
const SHOWN_MAX: i64 = 50;

#[derive(Clone, Serialize, ToSchema)]
struct PersonRef {
    id: UserId,
    display_name: String,
}

/// A helper, as the elder sees them.
#[derive(Serialize, ToSchema)]
#[schema(as = Helper)]
struct HelperOut {
    id: TieId,
    state: HelperState,
    /// As the elder named it; gone once the tie has ended.
    #[schema(example = "138****1234")]
    phone_masked: Option<String>,
    relation: Option<String>,
    /// Who it is, once accepted.
    helper: Option<PersonRef>,
    invited_at: Instant,
    /// Until then an invitation can be accepted.
    expires_at: Instant,
    accepted_at: Option<Instant>,
    ended_at: Option<Instant>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Helpers)]
struct HelpersOut {
    data: Vec<HelperOut>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = HelperInvitation)]
struct InvitationOut {
    #[serde(flatten)]
    helper: HelperOut,
    /// Six digits to read out to the helper; shown this once.
    #[schema(example = "204816")]
    code: String,
}

/// An elder, as the helper sees them.
#[derive(Serialize, ToSchema)]
#[schema(as = Elder)]
struct ElderOut {
    id: TieId,
    state: HelperState,
    /// Goes into `Yuanshan-Acting-For`.
    elder: PersonRef,
    accepted_at: Option<Instant>,
    ended_at: Option<Instant>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Elders)]
struct EldersOut {
    data: Vec<ElderOut>,
    /// Somebody has named the caller's number and has digits to read out; who it is, the digits tell.
    invitation_waits: bool,
}

/// Who helps the caller, who has, and who was asked.
#[utoipa::path(get, path = "/me/helpers", tag = "helpers", responses((status = 200, body = HelpersOut)))]
async fn list_helpers(who: Buyer, context: web::Data<Context>) -> ApiResult<web::Json<HelpersOut>> {
    let (secrets, at) = (context.secrets.clone(), context.clock.now());
    let data = context.db.read(move |conn| {
        let mut ties = store::list_of_elder(conn, who.user_id, SHOWN_MAX)?;
        // What nobody answered in time is over, also before anybody has noticed.
        ties.retain(|tie| tie.accepted_at.is_some() || rules::lives(tie.state, tie.tries, tie.expires_at, at));
        show_helpers(conn, &secrets, ties)
    });
    Ok(web::Json(HelpersOut { data: data.await? }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HelperIn {
    /// The helper's mobile number, whether it has an account or not.
    #[schema(example = "13800001234")]
    phone: String,
    /// What the helper is to the caller: 女儿.
    #[schema(max_length = 20)]
    relation: Option<String>,
}

/// Asks somebody to help. The answer holds six digits to read out to them; they are good for 30 minutes and
/// five tries. Asking the same number again replaces them.
#[utoipa::path(post, path = "/me/helpers", tag = "helpers", request_body = HelperIn, responses((status = 201, body = InvitationOut)))]
async fn invite_helper(who: Buyer, context: web::Data<Context>, body: Body<HelperIn>) -> ApiResult<HttpResponse> {
    let HelperIn { phone, relation } = body.value;
    let mut fields = Fields::default();
    let phone = fields.take("/phone", Phone::parse(&phone));
    let relation = relation.filter(|relation| !relation.trim().is_empty());
    let relation = relation.map(|relation| line(&relation, RELATION_MAX)).transpose();
    let relation = fields.take("/relation", relation);
    let (Some(phone), Some(relation)) = (phone, relation) else { return Err(fields.refusal()) };
    let (act, secrets, code) = (who.act(&context), context.secrets.clone(), HelperCode::draw());
    let shown = code.as_str().to_owned();
    let helper = context
        .db
        .write(move |conn| {
            let tie = service::invite(conn, &act, &secrets, who.user_id, &phone, relation.clone(), &code)?;
            show_helper(conn, &secrets, tie)
        })
        .await?;
    Ok(HttpResponse::Created().json(InvitationOut { helper, code: shown }))
}

/// Ends a helper's tie, or takes an invitation back. It takes effect with the helper's next request.
#[utoipa::path(post, path = "/me/helpers/{id}/end", tag = "helpers", params(("id" = TieId, Path)), responses((status = 200, body = HelperOut)))]
async fn end_helper(who: Buyer, context: web::Data<Context>, id: PathId<Tie>) -> ApiResult<web::Json<HelperOut>> {
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let helper = context.db.write(move |conn| {
        let tie = service::end(conn, &act, id.0, who.user_id, Side::Elder)?;
        show_helper(conn, &secrets, tie)
    });
    Ok(web::Json(helper.await?))
}

/// Whom the caller helps.
#[utoipa::path(get, path = "/me/elders", tag = "helpers", responses((status = 200, body = EldersOut)))]
async fn list_elders(who: Buyer, context: web::Data<Context>) -> ApiResult<web::Json<EldersOut>> {
    let at = context.clock.now();
    let elders = context.db.read(move |conn| {
        let index = identity::find_phone_index(conn, who.user_id)?.ok_or(IdentityError::Unauthenticated)?;
        let waits = store::list_invited(conn, &index)?
            .iter()
            .any(|tie| tie.elder_id != who.user_id && rules::lives(tie.state, tie.tries, tie.expires_at, at));
        let ties = store::list_of_helper(conn, who.user_id)?;
        Ok::<_, HelperError>(EldersOut { data: show_elders(conn, ties)?, invitation_waits: waits })
    });
    Ok(web::Json(elders.await?))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ElderAcceptIn)]
#[serde(deny_unknown_fields)]
struct AcceptElderIn {
    /// The six digits that the elder read out.
    #[schema(example = "204816")]
    code: String,
}

/// Becomes the helper of whoever read these digits out.
#[utoipa::path(post, path = "/me/elders/accept", tag = "helpers", request_body = AcceptElderIn, responses((status = 200, body = ElderOut)))]
async fn accept_elder(
    who: Buyer,
    context: web::Data<Context>,
    body: Body<AcceptElderIn>,
) -> ApiResult<web::Json<ElderOut>> {
    let code = HelperCode::parse(&body.value.code).map_err(|invalid| ApiError::field("/code", invalid))?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let elder = context.db.write(move |conn| match service::accept(conn, &act, &secrets, who.user_id, &code)? {
        Acceptance::Tied(tie) => Ok(Some(show_elder(conn, *tie)?)),
        Acceptance::Refused => Ok::<_, HelperError>(None),
    });
    elder.await?.map(web::Json).ok_or_else(|| ApiError::new(Code::WrongCode))
}

/// Stops helping.
#[utoipa::path(post, path = "/me/elders/{id}/end", tag = "helpers", params(("id" = TieId, Path)), responses((status = 200, body = ElderOut)))]
async fn end_elder(who: Buyer, context: web::Data<Context>, id: PathId<Tie>) -> ApiResult<web::Json<ElderOut>> {
    let act = who.act(&context);
    let elder = context.db.write(move |conn| {
        let tie = service::end(conn, &act, id.0, who.user_id, Side::Helper)?;
        show_elder(conn, tie)
    });
    Ok(web::Json(elder.await?))
}

fn show_helper(conn: &mut Conn, secrets: &Secrets, tie: Tie) -> Result<HelperOut, HelperError> {
    show_helpers(conn, secrets, vec![tie])?.pop().ok_or(HelperError::NotFound)
}

fn show_helpers(conn: &mut Conn, secrets: &Secrets, ties: Vec<Tie>) -> Result<Vec<HelperOut>, HelperError> {
    let names = identity::names(conn, ties.iter().filter_map(|tie| tie.helper_id))?;
    let show = |tie: Tie| {
        Ok(HelperOut {
            phone_masked: service::open_phone(secrets, &tie)?.map(|phone| phone.masked()),
            helper: tie.helper_id.map(|id| person(&names, id)),
            id: tie.id,
            state: tie.state,
            relation: tie.relation,
            invited_at: tie.invited_at,
            expires_at: tie.expires_at,
            accepted_at: tie.accepted_at,
            ended_at: tie.ended_at,
        })
    };
    ties.into_iter().map(show).collect()
}

fn show_elder(conn: &mut Conn, tie: Tie) -> Result<ElderOut, HelperError> {
    show_elders(conn, vec![tie])?.pop().ok_or(HelperError::NotFound)
}

fn show_elders(conn: &mut Conn, ties: Vec<Tie>) -> Result<Vec<ElderOut>, HelperError> {
    let names = identity::names(conn, ties.iter().map(|tie| tie.elder_id))?;
    let show = |tie: Tie| ElderOut {
        elder: person(&names, tie.elder_id),
        id: tie.id,
        state: tie.state,
        accepted_at: tie.accepted_at,
        ended_at: tie.ended_at,
    };
    Ok(ties.into_iter().map(show).collect())
}

fn person(names: &HashMap<UserId, String>, id: UserId) -> PersonRef {
    PersonRef { id, display_name: names.get(&id).cloned().unwrap_or_default() }
}

impl From<HelperError> for ApiError {
    fn from(error: HelperError) -> Self {
        match error {
            HelperError::NotFound => Self::new(Code::NotFound),
            HelperError::OwnNumber => Self::field("/phone", Invalid::new("own_number")),
            HelperError::TooMany(max) => Self::field("/phone", Invalid::new("too_many").with("max", max)),
            HelperError::WrongState(state) => Self::new(Code::WrongState).with("state", state.as_str()),
            HelperError::Identity(error) => error.into(),
            HelperError::Db(error) => error.into(),
            HelperError::Secrets(_) => Self::internal(error),
        }
    }
}
