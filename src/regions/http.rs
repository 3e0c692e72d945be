//! Routes of places; all public.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, Region};
use super::{RegionError, paths};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::kernel::{RegionCode, RegionLevel, line};
use crate::web::access::Anyone;
use crate::web::{ApiError, ApiResult, Query, Routes, cache};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_regions);
}

impl From<RegionError> for ApiError {
    fn from(error: RegionError) -> Self {
        match error {
            RegionError::Invalid(invalid) => Self::field("/region_code", invalid),
            RegionError::Db(error) => error.into(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RegionQuery {
    /// The places directly inside this one; without `parent` and `q`, the provinces.
    parent: Option<String>,
    /// The beginning of a name or of a former name.
    q: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct RegionOut {
    code: RegionCode,
    name: String,
    level: RegionLevel,
    parent_code: Option<RegionCode>,
    /// Where it lies: 四川省广元市苍溪县白驿镇.
    path: String,
    /// Former and other names.
    aliases: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct RegionsOut {
    data: Vec<RegionOut>,
}

/// At most this many places by name; who looks for a place types another character.
const NAME_LIMIT: i64 = 30;

/// Places inside another one, or by name.
#[utoipa::path(get, path = "/regions", tag = "regions", params(RegionQuery), responses((status = 200, body = RegionsOut)))]
async fn list_regions(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    query: Query<RegionQuery>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let parent = given(query.parent).map(|parent| RegionCode::parse(&parent)).transpose();
    let parent = parent.map_err(|invalid| ApiError::field("#parent", invalid))?;
    let name =
        given(query.q).map(|text| line(&text, 60)).transpose().map_err(|invalid| ApiError::field("#q", invalid))?;
    let data = context
        .db
        .read(move |conn| match &name {
            Some(name) => store::list_by_name(conn, name, NAME_LIMIT).and_then(|found| show(conn, found)),
            None => store::list_children(conn, parent.as_ref()).and_then(|found| show(conn, found)),
        })
        .await?;
    cache::public_json(&request, &RegionsOut { data })
}

fn show(conn: &mut Conn, found: Vec<Region>) -> DbResult<Vec<RegionOut>> {
    let codes: Vec<RegionCode> = found.iter().map(|region| region.code.clone()).collect();
    let mut paths = paths(conn, &codes)?;
    let mut aliases = store::aliases(conn, &codes)?;
    let show = |region: Region| RegionOut {
        path: paths.remove(&region.code).unwrap_or_default(),
        aliases: aliases.remove(&region.code).unwrap_or_default(),
        code: region.code,
        name: region.name,
        level: region.level,
        parent_code: region.parent_code,
    };
    Ok(found.into_iter().map(show).collect())
}
