//! Routes of freight: a coordinator lays down what a village's parcels cost, and everybody reads it.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

use super::rules::{Rate, Tariff};
use super::service::{self, NewRule};
use super::store::{self, FreightRule};
use super::{FreightError, FreightRuleId};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::identity::access::Coordinator;
use crate::kernel::{Day, Grams, Invalid, Money, RegionCode};
use crate::regions::{self, RegionError, RegionRef};
use crate::web::access::Anyone;
use crate::web::{ApiError, ApiResult, Body, Code, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, show_freight, lay_down_freight);
}

/// There are fewer provinces.
const PROVINCES_MAX: usize = 40;
/// Ten thousand yuan; a typing mistake, and not a parcel.
const FEE_MAX_FEN: i64 = 1_000_000;

#[derive(Serialize, ToSchema)]
#[schema(as = FreightProvince)]
struct ProvinceOut {
    province: RegionRef,
    /// Null: nothing is sent there.
    rate: Option<Rate>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FreightRule)]
struct RuleOut {
    id: FreightRuleId,
    /// The first day on which it counts.
    #[schema(format = Date)]
    effective_from: String,
    /// The weight that the first fee is for.
    first_g: Grams,
    /// To provinces that are not named; null: nothing is sent there.
    elsewhere: Option<Rate>,
    provinces: Vec<ProvinceOut>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Freight)]
struct FreightOut {
    /// What counts today; null: a parcel costs nothing beyond the prices.
    in_force: Option<RuleOut>,
    /// What will count, from the latest day on.
    coming: Vec<RuleOut>,
}

fn show(conn: &mut Conn, village: &RegionCode, today: Day) -> Result<FreightOut, FreightError> {
    regions::load_village(conn, village)?;
    let begun = store::list_begun(conn, std::slice::from_ref(village), today)?.into_iter().next();
    let mut coming = store::list_coming(conn, village, today)?;
    coming.dedup_by(|older, newer| older.effective_from == newer.effective_from);
    let has_begun = begun.is_some();
    let mut rules = service::with_rates(conn, begun.into_iter().chain(coming).collect())?;
    let codes: Vec<RegionCode> = rules.iter().flat_map(|(_, tariff)| tariff.provinces.keys().cloned()).collect();
    let names = regions::names(conn, &codes)?;
    let coming = rules.split_off(usize::from(has_begun));
    let in_force = rules.pop().map(|(rule, tariff)| show_rule(rule, tariff, &names));
    Ok(FreightOut {
        in_force,
        coming: coming.into_iter().map(|(rule, tariff)| show_rule(rule, tariff, &names)).collect(),
    })
}

fn show_rule(rule: FreightRule, tariff: Tariff, names: &HashMap<RegionCode, RegionRef>) -> RuleOut {
    let of_province = |(code, rate): (RegionCode, Option<Rate>)| {
        let province = names.get(&code).cloned()?;
        Some(ProvinceOut { province, rate })
    };
    RuleOut {
        id: rule.id,
        effective_from: rule.effective_from,
        first_g: tariff.first_g,
        elsewhere: tariff.elsewhere,
        provinces: tariff.provinces.into_iter().filter_map(of_province).collect(),
    }
}

/// What parcels of a village cost beyond the prices of the goods.
#[utoipa::path(get, path = "/villages/{code}/freight", tag = "public", params(("code" = String, Path)), responses((status = 200, body = FreightOut)))]
async fn show_freight(
    _: Anyone,
    context: web::Data<Context>,
    code: web::Path<String>,
) -> ApiResult<web::Json<FreightOut>> {
    let village = RegionCode::parse(&code).map_err(|_| ApiError::new(Code::NotFound))?;
    let today = context.clock.now().day();
    Ok(web::Json(context.db.read(move |conn| show(conn, &village, today)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProvinceIn {
    /// Two digits.
    code: RegionCode,
    /// Null: nothing is sent there.
    rate: Option<Rate>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FreightIn {
    /// The first day on which it counts: today or later.
    effective_from: Day,
    first_g: Grams,
    /// To provinces that are not named; null: nothing is sent there.
    elsewhere: Option<Rate>,
    /// Each once.
    #[serde(default)]
    provinces: Vec<ProvinceIn>,
}

impl FreightIn {
    fn parse(self) -> ApiResult<(Day, Tariff)> {
        if self.provinces.len() > PROVINCES_MAX {
            return Err(ApiError::field("/provinces", Invalid::new("too_many").with("max", PROVINCES_MAX)));
        }
        let mut provinces = BTreeMap::new();
        for (index, ProvinceIn { code, rate }) in self.provinces.into_iter().enumerate() {
            check(&format!("/provinces/{index}/rate"), rate)?;
            if provinces.insert(code, rate).is_some() {
                return Err(ApiError::field(format!("/provinces/{index}/code"), Invalid::new("province_twice")));
            }
        }
        check("/elsewhere", self.elsewhere)?;
        Ok((self.effective_from, Tariff { first_g: self.first_g, elsewhere: self.elsewhere, provinces }))
    }
}

fn check(pointer: &str, rate: Option<Rate>) -> ApiResult<()> {
    let is_huge = |fee: Money| fee.fen() > FEE_MAX_FEN;
    if rate.is_some_and(|rate| is_huge(rate.first_fen) || is_huge(rate.further_fen)) {
        return Err(ApiError::field(pointer, Invalid::new("amount_over_limit").with("max_fen", FEE_MAX_FEN)));
    }
    Ok(())
}

/// Lays down what parcels of a village cost from a day on. A rule is never changed: the next one takes its
/// place.
#[utoipa::path(post, path = "/villages/{code}/freight", tag = "desk", params(("code" = String, Path)), request_body = FreightIn, responses((status = 201, body = FreightOut)))]
async fn lay_down_freight(
    who: Coordinator,
    context: web::Data<Context>,
    code: web::Path<String>,
    body: Body<FreightIn>,
) -> ApiResult<HttpResponse> {
    let village_code = RegionCode::parse(&code).map_err(|_| ApiError::new(Code::NotFound))?;
    if !who.scope.covers(&village_code) {
        return Err(ApiError::new(Code::OutOfScope));
    }
    let act = who.act(&context);
    let (effective_from, tariff) = body.value.parse()?;
    let new = NewRule { village_code, effective_from, tariff };
    let shown = context.db.write(move |conn| {
        service::lay_down(conn, &act, who.user_id, &new)?;
        show(conn, &new.village_code, act.at.day())
    });
    Ok(HttpResponse::Created().json(shown.await?))
}

impl From<FreightError> for ApiError {
    fn from(error: FreightError) -> Self {
        match error {
            FreightError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            FreightError::Region(RegionError::Invalid(_)) => Self::new(Code::NotFound),
            FreightError::Region(RegionError::Db(error)) => error.into(),
            FreightError::Db(error) => error.into(),
        }
    }
}
