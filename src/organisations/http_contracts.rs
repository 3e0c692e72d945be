//! Routes of contracts: an organisation asks, the county decides.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::rules::{ContractState, PAY_DAYS};
use super::service::{self, Decision};
use super::store::{self, Contract, Organisation};
use super::types::{ContractId, NewContract, OrganisationError, OrganisationId};
use super::view::{self, ContractOut};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Approver, Buyer, Staff};
use crate::kernel::{Invalid, Money, Page, PageQuery, RegionCode, line};
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        request_contract,
        list_contracts,
        show_contract,
        approve_contract,
        decline_contract,
        end_contract
    );
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationContractIn)]
struct ContractIn {
    /// Of the county whose goods are bought.
    county_code: String,
    /// The number on the paper contract.
    #[schema(max_length = 60)]
    number: String,
    /// Days after the acceptance of a delivery in which it is paid: 30, if nothing is said, and 60 at most.
    #[schema(minimum = 1, maximum = 60)]
    pay_days: Option<i64>,
    /// Interest on what is late, in hundredths of a percent a year, not below the 1-year LPR; 0.05 % a day, if
    /// nothing is said.
    #[schema(minimum = 1, maximum = 2400)]
    late_rate_bp: Option<i64>,
}

/// A manager asks a county for a contract by which is ordered now and paid after acceptance.
#[utoipa::path(post, path = "/organisations/{id}/contracts", tag = "organisations", params(("id" = OrganisationId, Path)), request_body = ContractIn, responses((status = 201, body = ContractOut)))]
async fn request_contract(
    who: Buyer,
    context: web::Data<Context>,
    id: PathId<Organisation>,
    body: Body<ContractIn>,
) -> ApiResult<HttpResponse> {
    let ContractIn { county_code, number, pay_days, late_rate_bp } = body.value;
    let mut fields = Fields::default();
    let county_code = fields.take("/county_code", RegionCode::parse(&county_code));
    let number = fields.take("/number", line(&number, 60));
    let (Some(county_code), Some(number)) = (county_code, number) else { return Err(fields.refusal()) };
    let new = NewContract { county_code, number, pay_days: pay_days.unwrap_or(PAY_DAYS), late_rate_bp };
    let act = who.act(&context);
    let shown = context.db.write(move |conn| {
        let contract = service::request_contract(conn, &act, id.0, who.user_id, &new)?;
        view::show_contracts(conn, vec![contract])?.pop().ok_or(OrganisationError::NotFound)
    });
    Ok(HttpResponse::Created().json(shown.await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ContractsQuery {
    #[param(inline)]
    state: Option<ContractState>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// The contracts of the caller's counties, newest first.
#[utoipa::path(get, path = "/organisation-contracts", tag = "organisations", params(ContractsQuery), responses((status = 200, body = Page<ContractOut>)))]
async fn list_contracts(
    who: Staff,
    context: web::Data<Context>,
    query: Query<ContractsQuery>,
) -> ApiResult<web::Json<Page<ContractOut>>> {
    let ContractsQuery { state, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let shown = context.db.read(move |conn| {
        let Page { data, page } = store::list_contracts_in_scope(conn, &who.scope(), state, limit, after)?;
        Ok::<_, OrganisationError>(Page { data: view::show_contracts(conn, data)?, page })
    });
    Ok(web::Json(shown.await?))
}

/// A contract of the caller's counties.
#[utoipa::path(get, path = "/organisation-contracts/{id}", tag = "organisations", params(("id" = ContractId, Path)), responses((status = 200, body = ContractOut)))]
async fn show_contract(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Contract>,
) -> ApiResult<web::Json<ContractOut>> {
    let shown = context.db.read(move |conn| {
        let found = store::find_contract(conn, id.0)?.filter(|contract| who.scope().covers(&contract.county_code));
        let contract = found.ok_or(OrganisationError::NotFound)?;
        view::show_contracts(conn, vec![contract])?.pop().ok_or(OrganisationError::NotFound)
    });
    Ok(web::Json(shown.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationContractApproval)]
struct ApprovalIn {
    /// The most that may be owed at a time.
    limit_fen: Money,
}

/// The county lets an organisation order on the terms of its contract; approving anew changes the limit.
#[utoipa::path(post, path = "/organisation-contracts/{id}/approve", tag = "organisations", params(("id" = ContractId, Path)), request_body = ApprovalIn, responses((status = 200, body = ContractOut)))]
async fn approve_contract(
    who: Approver,
    context: web::Data<Context>,
    id: PathId<Contract>,
    body: Body<ApprovalIn>,
) -> ApiResult<web::Json<ContractOut>> {
    let limit_fen = body.value.limit_fen;
    if limit_fen == Money::ZERO {
        return Err(ApiError::field("/limit_fen", Invalid::new("amount_required")));
    }
    decide(who, &context, id.0, Decision::Approve(limit_fen)).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationContractReason)]
struct ReasonIn {
    /// The organisation reads it.
    #[schema(max_length = 300)]
    reason: String,
}

/// The county wants no such contract.
#[utoipa::path(post, path = "/organisation-contracts/{id}/decline", tag = "organisations", params(("id" = ContractId, Path)), request_body = ReasonIn, responses((status = 200, body = ContractOut)))]
async fn decline_contract(
    who: Approver,
    context: web::Data<Context>,
    id: PathId<Contract>,
    body: Body<ReasonIn>,
) -> ApiResult<web::Json<ContractOut>> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    decide(who, &context, id.0, Decision::Decline(reason)).await
}

/// Nothing is ordered on the contract any more; what is owed stays owed.
#[utoipa::path(post, path = "/organisation-contracts/{id}/end", tag = "organisations", params(("id" = ContractId, Path)), request_body = ReasonIn, responses((status = 200, body = ContractOut)))]
async fn end_contract(
    who: Approver,
    context: web::Data<Context>,
    id: PathId<Contract>,
    body: Body<ReasonIn>,
) -> ApiResult<web::Json<ContractOut>> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    decide(who, &context, id.0, Decision::End(reason)).await
}

async fn decide(
    who: Approver,
    context: &Context,
    id: ContractId,
    decision: Decision,
) -> ApiResult<web::Json<ContractOut>> {
    let act = who.act(context);
    let shown = context.db.write(move |conn| {
        let contract = service::decide(conn, &act, &who.scope, id, &decision)?;
        view::show_contracts(conn, vec![contract])?.pop().ok_or(OrganisationError::NotFound)
    });
    Ok(web::Json(shown.await?))
}
