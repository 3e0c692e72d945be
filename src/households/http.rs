//! Routes of households: recorded and changed by coordinators, listed by staff, one shown to anybody.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::seller::{CreditCode, SellerType};
use super::service::{self, Alteration, NewHousehold};
use super::store::{self, Household};
use super::types::{HouseholdError, check_members};
use super::view::{HouseholdOut, show};
use super::{HouseholdId, PersonId, http_categories, http_consents, http_files, http_people};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Coordinator, Staff, Visitor};
use crate::kernel::{Page, PageQuery, RegionCode, line, paragraphs};
use crate::regions;
use crate::web::body::present;
use crate::web::error::Fields;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, cache, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, record_household, list_households, show_household, change_household);
    http_people::routes(routes);
    http_categories::routes(routes);
    http_consents::routes(routes);
    http_files::routes(routes);
}

const ALIAS_MAX: usize = 30;
const STORY_MAX: usize = 1_000;

/// That the head agreed on the coordinator's screen.
#[derive(Clone, Copy, Deserialize, ToSchema)]
enum Tap {
    #[serde(rename = "tap")]
    Tap,
}

/// `"tap"` or `true`: agreed on the coordinator's screen; `false`: not yet.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(untagged)]
enum AliasConsent {
    Given(Tap),
    Said(bool),
}

impl AliasConsent {
    const fn is_given(self) -> bool {
        !matches!(self, Self::Said(false))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HouseholdIn {
    village_code: String,
    /// What the public calls them; never the real name.
    #[schema(max_length = 30, example = "坡上王家")]
    alias: String,
    /// Public once the head agrees to it.
    #[schema(max_length = 1000)]
    story: Option<String>,
    /// How many live there; for staff only.
    #[schema(minimum = 1, maximum = 30)]
    members: Option<i64>,
    /// As what the household sells; by default as one that raises it itself.
    #[schema(inline)]
    seller_type: Option<SellerType>,
    /// Unified social credit code; of co-ops and firms, and needed there.
    #[schema(example = "91350100M000100Y43")]
    credit_code: Option<String>,
    /// Whether the head agreed that the public reads the alias; by default by tap.
    #[schema(inline)]
    alias_consent: Option<AliasConsent>,
}

impl HouseholdIn {
    fn parse(self) -> ApiResult<NewHousehold> {
        let mut fields = Fields::default();
        let village_code = fields.take("/village_code", RegionCode::parse(&self.village_code));
        let alias = fields.take("/alias", line(&self.alias, ALIAS_MAX));
        let story = fields.take_optional("/story", given(self.story), |story| paragraphs(&story, STORY_MAX));
        let members = fields.take_optional("/members", self.members, check_members);
        let credit_code =
            fields.take_optional("/credit_code", given(self.credit_code), |code| CreditCode::parse(&code));
        let seller_type = self.seller_type.unwrap_or(SellerType::HouseholdSelfProduced);
        let (Some(village_code), Some(alias)) = (village_code, alias) else { return Err(fields.refusal()) };
        fields.finish()?;
        let agrees_to_alias = self.alias_consent.is_none_or(AliasConsent::is_given);
        Ok(NewHousehold { village_code, alias, story, members, seller_type, credit_code, agrees_to_alias })
    }
}

/// What was really written.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// Records a household of the coordinator's village, with its head.
#[utoipa::path(post, path = "/households", tag = "households", request_body = HouseholdIn, responses((status = 201, body = HouseholdOut)))]
async fn record_household(
    who: Coordinator,
    context: web::Data<Context>,
    body: Body<HouseholdIn>,
) -> ApiResult<HttpResponse> {
    let new = body.value.parse()?;
    let act = who.act(&context);
    let household = context
        .db
        .write(move |conn| {
            let household = service::record(conn, &act, who.user_id, &who.scope, &new)?;
            Ok::<_, HouseholdError>(show(conn, vec![household], Some(act.at))?)
        })
        .await?;
    Ok(HttpResponse::Created().json(&household[0]))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HouseholdsQuery {
    /// Only of this place.
    village: Option<String>,
    /// Rows on a page: 1 to 100, by default 20.
    limit: Option<i64>,
    /// `page.next` of the page before.
    cursor: Option<String>,
}

/// The households of the caller's villages, newest first.
#[utoipa::path(get, path = "/households", tag = "households", params(HouseholdsQuery), responses((status = 200, body = Page<HouseholdOut>)))]
async fn list_households(
    who: Staff,
    context: web::Data<Context>,
    query: Query<HouseholdsQuery>,
) -> ApiResult<web::Json<Page<HouseholdOut>>> {
    let HouseholdsQuery { village, limit, cursor } = query.0;
    let (limit, after) = page(&PageQuery { limit, cursor })?;
    let village = given(village)
        .map(|code| RegionCode::parse(&code))
        .transpose()
        .map_err(|invalid| ApiError::field("#village", invalid))?;
    let scope = village.map_or_else(|| who.scope(), |village| who.scope().within(&village));
    let now = context.clock.now();
    let page = context
        .db
        .read(move |conn| {
            let Page { data, page } = store::list_in_scope(conn, &scope, limit, after)?;
            Ok::<_, HouseholdError>(Page { data: show(conn, data, Some(now))?, page })
        })
        .await?;
    Ok(web::Json(page))
}

/// One household, as far as the caller may know it.
#[utoipa::path(get, path = "/households/{id}", tag = "households", params(("id" = HouseholdId, Path)), responses((status = 200, body = HouseholdOut)))]
async fn show_household(
    who: Visitor,
    context: web::Data<Context>,
    request: HttpRequest,
    id: PathId<Household>,
) -> ApiResult<HttpResponse> {
    let (is_public, now) = (who.staff.is_none(), context.clock.now());
    let household = context
        .db
        .read(move |conn| {
            let household = store::find(conn, id.0)?.ok_or(HouseholdError::NotFound)?;
            let inside = who.staff.is_some_and(|staff| staff.scope().covers(&household.village_code));
            Ok::<_, HouseholdError>(show(conn, vec![household], inside.then_some(now))?)
        })
        .await?;
    cache::json_for(&request, &household[0], is_public)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HouseholdPatchIn {
    #[schema(max_length = 30)]
    alias: Option<String>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    story: Option<Option<String>>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 30)]
    members: Option<Option<i64>>,
    #[schema(inline)]
    seller_type: Option<SellerType>,
    /// Of co-ops and firms; `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    credit_code: Option<Option<String>>,
    /// Somebody of the household with a bank account, to which its money goes; `null`: nobody yet.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<PersonId>)]
    payee_person_id: Option<Option<PersonId>>,
    /// That the head agrees to the new words; without it the public does not see them.
    #[schema(inline)]
    consent: Option<Tap>,
}

impl HouseholdPatchIn {
    fn parse(self) -> ApiResult<Alteration> {
        let mut fields = Fields::default();
        let alias = fields.take_optional("/alias", self.alias, |alias| line(&alias, ALIAS_MAX));
        let story =
            self.story.map(|story| fields.take_optional("/story", given(story), |story| paragraphs(&story, STORY_MAX)));
        let members = self.members.map(|members| fields.take_optional("/members", members, check_members));
        let credit_code = self
            .credit_code
            .map(|code| fields.take_optional("/credit_code", given(code), |code| CreditCode::parse(&code)));
        fields.finish()?;
        let Self { seller_type, payee_person_id, consent, .. } = self;
        let head_agrees = consent.is_some();
        Ok(Alteration { alias, story, members, seller_type, credit_code, payee_person_id, head_agrees })
    }
}

/// Changes what is told of a household. New words are public only if the head agrees to them.
#[utoipa::path(patch, path = "/households/{id}", tag = "households", params(("id" = HouseholdId, Path)), request_body = HouseholdPatchIn, responses((status = 200, body = HouseholdOut)))]
async fn change_household(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Household>,
    body: Body<HouseholdPatchIn>,
) -> ApiResult<HttpResponse> {
    let alteration = body.value.parse()?;
    let act = who.act(&context);
    let household = context
        .db
        .write(move |conn| {
            let household = service::change(conn, &act, who.user_id, &who.scope, id.0, &alteration)?;
            Ok::<_, HouseholdError>(show(conn, vec![household], Some(act.at))?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&household[0]))
}

impl From<HouseholdError> for ApiError {
    fn from(error: HouseholdError) -> Self {
        match error {
            HouseholdError::NotFound | HouseholdError::Store(object_store::Error::NotFound { .. }) => {
                Self::new(Code::NotFound)
            }
            HouseholdError::OutOfScope => Self::new(Code::OutOfScope),
            HouseholdError::Erased => Self::new(Code::WrongState).with("state", "erased"),
            HouseholdError::IdNumberTaken => Self::new(Code::IdNumberTaken),
            HouseholdError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            HouseholdError::Identity(error) => error.into(),
            HouseholdError::Region(regions::RegionError::Invalid(invalid)) => Self::field("/village_code", invalid),
            HouseholdError::Region(regions::RegionError::Db(error)) | HouseholdError::Db(error) => error.into(),
            HouseholdError::Store(_) | HouseholdError::Secrets(_) => Self::internal(error),
        }
    }
}
