//! Routes of consents.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::consents::{self, Agreement};
use super::store::Household;
use super::store_consents::{self, Consent, ConsentId};
use super::types::{Field, Medium, Purpose};
use super::view::ConsentOut;
use super::{EvidenceId, HouseholdId, PersonId, people};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Coordinator, Overseer};
use crate::kernel::{Page, PageQuery, line};
use crate::web::{ApiError, ApiResult, Body, OptionalBody, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_consents, grant_consent, withdraw_consent);
}

/// What the people of a household agree to, and have agreed to, newest first.
#[utoipa::path(get, path = "/households/{id}/consents", tag = "households", params(("id" = HouseholdId, Path), PageQuery), responses((status = 200, body = Page<ConsentOut>)))]
async fn list_consents(
    who: Overseer,
    context: web::Data<Context>,
    id: PathId<Household>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<ConsentOut>>> {
    let (limit, after) = page(&query.0)?;
    let at_desk = context.clone();
    let page = context.db.read(move |conn| {
        who.act_at(&at_desk, &people::village_of(conn, id.0)?)?;
        Ok::<_, ApiError>(store_consents::list_of_household(conn, id.0, limit, after)?)
    });
    Ok(web::Json(page.await?.map(ConsentOut::from)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsentIn {
    person_id: PersonId,
    purpose: Purpose,
    /// Of `publication`: `alias` and `story` by the head, `photo`; of `payout`: `name`, `id_number`,
    /// `bank_account`; of `contact`: `phone`.
    fields: Vec<Field>,
    medium: Medium,
    /// Needed for `paper` and `voice`.
    evidence_id: Option<EvidenceId>,
    /// Needed for a minor: the adult of the household who agrees for them.
    guardian_id: Option<PersonId>,
}

#[derive(Serialize, ToSchema)]
struct ConsentsOut {
    data: Vec<ConsentOut>,
}

/// Records what somebody agrees to. On another basis than before, the one before ends.
#[utoipa::path(post, path = "/households/{id}/consents", tag = "households", params(("id" = HouseholdId, Path)), request_body = ConsentIn, responses((status = 201, body = ConsentsOut)))]
async fn grant_consent(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Household>,
    body: Body<ConsentIn>,
) -> ApiResult<HttpResponse> {
    let ConsentIn { person_id, purpose, fields, medium, evidence_id, guardian_id } = body.value;
    let fields = fields.into_iter().collect();
    let agreement = Agreement { person_id, purpose, fields, medium, evidence_id, guardian_id };
    let act = who.act(&context);
    let granted =
        context.db.write(move |conn| consents::grant(conn, &act, (who.user_id, &who.scope), id.0, &agreement));
    let data = granted.await?.into_iter().map(ConsentOut::from).collect();
    Ok(HttpResponse::Created().json(ConsentsOut { data }))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawIn {
    /// If they gave one; nobody has to.
    #[schema(max_length = 300)]
    reason: Option<String>,
}

/// Records that somebody no longer agrees. What stood on it is not public from now on.
#[utoipa::path(post, path = "/consents/{id}/withdraw", tag = "households", params(("id" = ConsentId, Path)), request_body = Option<WithdrawIn>, responses((status = 200, body = ConsentOut)))]
async fn withdraw_consent(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Consent>,
    body: OptionalBody<WithdrawIn>,
) -> ApiResult<web::Json<ConsentOut>> {
    let reason = body.0.reason.filter(|reason| !reason.trim().is_empty()).map(|reason| line(&reason, 300));
    let reason = reason.transpose().map_err(|invalid| ApiError::field("/reason", invalid))?;
    let act = who.act(&context);
    let withdrawn = context.db.write(move |conn| consents::withdraw(conn, &act, &who.scope, id.0, reason.as_deref()));
    Ok(web::Json(ConsentOut::from(withdrawn.await?)))
}
