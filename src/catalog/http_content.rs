//! Routes of what a listing says: drafted, changed and copied by coordinators, its versions read by staff.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::content::{Content, Edit, Label, NewListing, SaleKind};
use super::types::{ListingError, ListingId, PriceComposition};
use super::view::{ListingOut, show};
use super::view_versions::{VersionOut, show_versions};
use super::{Listing, drafts, service, versions};
use crate::context::Context;
use crate::endpoints;
use crate::households::HouseholdId;
use crate::identity::access::{Coordinator, Staff};
use crate::kernel::{Grams, Invalid, Money, Page, PageQuery, Quantity, Role, line, paragraphs};
use crate::photos::PhotoId;
use crate::templates::{self, Template, TemplateId};
use crate::web::body::present;
use crate::web::error::Fields;
use crate::web::idempotency::{self, OptionalKey};
use crate::web::{ApiError, ApiResult, Body, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, draft_listing, edit_listing, copy_listing, list_versions);
}

const PHOTOS_MAX: usize = 6;
const TITLE_MAX: usize = 60;
const CATEGORY_MAX: usize = 30;
const UNIT_MAX: usize = 20;
const DESCRIPTION_MAX: usize = 1_000;
const WORDS_MAX: usize = 100;
const INGREDIENTS_MAX: usize = 300;

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ListingIn {
    household_id: HouseholdId,
    /// Lays down category and unit, which may be left out with it.
    template_id: Option<TemplateId>,
    #[schema(max_length = 60, example = "土鸡蛋 30 枚/盒")]
    title: String,
    /// One word; the shop knows eggs, poultry, pork, meat, fish, vegetables, fruit, tea, grain, honey, preserved, other.
    #[schema(max_length = 30)]
    category: Option<String>,
    /// What one unit is called: 盒, 只, 袋.
    #[schema(max_length = 20)]
    unit_label: Option<String>,
    net_weight_g: Option<Grams>,
    /// By default goods.
    #[schema(inline)]
    sale_kind: Option<SaleKind>,
    /// The year of the harvest that it is of.
    #[schema(example = "2026")]
    season: Option<String>,
    #[schema(max_length = 1000)]
    description: Option<String>,
    #[schema(max_length = 100)]
    origin: Option<String>,
    label: Option<Label>,
    /// Why it costs more than others of its kind.
    #[schema(max_length = 100)]
    premium_reason: Option<String>,
    /// Of a pre-order: what is paid at once, in percent of the price.
    #[schema(minimum = 1, maximum = 99)]
    deposit_percent: Option<i64>,
    stock: Quantity,
    #[serde(default)]
    photo_ids: Vec<PhotoId>,
    /// If given, has to be the sum of the parts.
    price_fen: Option<Money>,
    price: PriceComposition,
}

impl ListingIn {
    fn parse(self, template: Option<&Template>) -> ApiResult<NewListing> {
        let mut fields = Fields::default();
        let category = self.category.or_else(|| template.map(|it| it.category.to_string())).unwrap_or_default();
        let unit_label = self.unit_label.or_else(|| template.map(|it| it.unit_label.clone())).unwrap_or_default();
        let title = fields.take("/title", line(&self.title, TITLE_MAX));
        let category = fields.take("/category", line(&category, CATEGORY_MAX));
        let unit_label = fields.take("/unit_label", line(&unit_label, UNIT_MAX));
        let description =
            fields.take_optional("/description", given(self.description), |it| paragraphs(&it, DESCRIPTION_MAX));
        let origin = fields.take_optional("/origin", given(self.origin), |it| line(&it, WORDS_MAX));
        let premium_reason =
            fields.take_optional("/premium_reason", given(self.premium_reason), |it| line(&it, WORDS_MAX));
        let label = parse_label(&mut fields, self.label.unwrap_or_default());
        let season = fields.take_optional("/season", given(self.season), |it| check_season(&it));
        let price = fields.take("/price", self.price.check(self.price_fen));
        let photo_ids = fields.take("/photo_ids", check_photos(self.photo_ids));
        let (Some(title), Some(category), Some(unit_label), Some(price), Some(photo_ids)) =
            (title, category, unit_label, price, photo_ids)
        else {
            return Err(fields.refusal());
        };
        fields.finish()?;
        let content = Content {
            template_id: self.template_id,
            title,
            category,
            unit_label,
            net_weight_g: self.net_weight_g,
            sale_kind: self.sale_kind.unwrap_or(SaleKind::Goods),
            description,
            origin,
            label,
            premium_reason,
            price,
            photo_ids,
            deposit_percent: self.deposit_percent,
        };
        Ok(NewListing { household_id: self.household_id, season, stock: self.stock, content })
    }
}

/// What was really written.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn parse_label(fields: &mut Fields, label: Label) -> Label {
    let mut take = |pointer, text, max| fields.take_optional(pointer, given(text), |text| line(&text, max));
    Label {
        ingredients: take("/label/ingredients", label.ingredients, INGREDIENTS_MAX),
        producer: take("/label/producer", label.producer, WORDS_MAX),
        storage: take("/label/storage", label.storage, WORDS_MAX),
    }
}

fn check_season(text: &str) -> Result<String, Invalid> {
    let year = text.trim();
    let is_year = year.len() == 4 && year.starts_with("20") && year.bytes().all(|byte| byte.is_ascii_digit());
    if is_year { Ok(year.to_owned()) } else { Err(Invalid::new("invalid_season_year")) }
}

fn check_photos(ids: Vec<PhotoId>) -> Result<Vec<PhotoId>, Invalid> {
    if ids.len() > PHOTOS_MAX {
        return Err(Invalid::new("too_many").with("max", PHOTOS_MAX));
    }
    Ok(ids)
}

/// Writes a draft for a household. With an Idempotency-Key a draft that is sent twice is one draft.
#[utoipa::path(post, path = "/listings", tag = "desk", request_body = ListingIn,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = ListingOut)))]
async fn draft_listing(
    who: Coordinator,
    staff: Staff,
    context: web::Data<Context>,
    key: OptionalKey,
    body: Body<ListingIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let (act, input) = (who.act(&context), body.value);
    let saved = context.db.write(move |conn| {
        idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::CREATED, |conn| {
            let template = match input.template_id {
                Some(id) => Some(templates::find(conn, id)?.ok_or_else(unknown_template)?),
                None => None,
            };
            let new = input.clone().parse(template.as_ref())?;
            let listing = drafts::draft(conn, &act, who.user_id, &who.scope, &new)?;
            Ok(show(conn, vec![listing], Some(&staff))?.remove(0))
        })
    });
    Ok(saved.await?.into_response())
}

fn unknown_template() -> ApiError {
    ApiError::field("/template_id", Invalid::new("unknown_template"))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ListingPatchIn {
    /// The version that the change was made from.
    #[schema(minimum = 1)]
    version: i64,
    /// `null` takes it away. Fixed once the listing was published.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<TemplateId>)]
    template_id: Option<Option<TemplateId>>,
    #[schema(max_length = 60)]
    title: Option<String>,
    #[schema(max_length = 30)]
    category: Option<String>,
    #[schema(max_length = 20)]
    unit_label: Option<String>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Grams>)]
    net_weight_g: Option<Option<Grams>>,
    /// Fixed once the listing was published.
    #[schema(inline)]
    sale_kind: Option<SaleKind>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    description: Option<Option<String>>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100)]
    origin: Option<Option<String>>,
    /// Takes the place of the whole label.
    label: Option<Label>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100)]
    premium_reason: Option<Option<String>>,
    /// `null` takes it away: the whole price is paid at once.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 99)]
    deposit_percent: Option<Option<i64>>,
    photo_ids: Option<Vec<PhotoId>>,
    /// If given, has to be the sum of the parts.
    price_fen: Option<Money>,
    /// All parts; those that are left out are zero.
    price: Option<PriceComposition>,
}

impl ListingPatchIn {
    fn parse(self) -> ApiResult<Edit> {
        let mut fields = Fields::default();
        let mut words =
            |pointer, text: Option<String>, max| fields.take_optional(pointer, text, |text| line(&text, max));
        let title = words("/title", self.title, TITLE_MAX);
        let category = words("/category", self.category, CATEGORY_MAX);
        let unit_label = words("/unit_label", self.unit_label, UNIT_MAX);
        let origin = self.origin.map(|text| words("/origin", given(text), WORDS_MAX));
        let premium_reason = self.premium_reason.map(|text| words("/premium_reason", given(text), WORDS_MAX));
        let description = self
            .description
            .map(|text| fields.take_optional("/description", given(text), |text| paragraphs(&text, DESCRIPTION_MAX)));
        let label = self.label.map(|label| parse_label(&mut fields, label));
        let announced = self.price_fen;
        if self.price.is_none() && announced.is_some() {
            fields.take::<()>("/price", Err(Invalid::new("price_required")));
        }
        let price = fields.take_optional("/price", self.price, |price| price.check(announced));
        let photo_ids = fields.take_optional("/photo_ids", self.photo_ids, check_photos);
        fields.finish()?;
        Ok(Edit {
            template_id: self.template_id,
            title,
            category,
            unit_label,
            net_weight_g: self.net_weight_g,
            sale_kind: self.sale_kind,
            description,
            origin,
            label,
            premium_reason,
            price,
            photo_ids,
            deposit_percent: self.deposit_percent,
        })
    }
}

/// Changes what a listing says: at once while nobody has approved it, else once another person approves it.
#[utoipa::path(patch, path = "/listings/{id}", tag = "desk", params(("id" = ListingId, Path)), request_body = ListingPatchIn, responses((status = 200, body = ListingOut)))]
async fn edit_listing(
    _: Coordinator,
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
    body: Body<ListingPatchIn>,
) -> ApiResult<HttpResponse> {
    let (read, edit) = (body.value.version, body.value.parse()?);
    let at_desk = context.clone();
    let listing = context.db.write(move |conn| {
        let village_code = service::load(conn, id.0)?.village_code;
        let act = who.act_at(&at_desk, &village_code, &[Role::Coordinator])?;
        let listing = versions::edit(conn, &act, who.user_id, (id.0, read), &edit)?;
        Ok::<_, ApiError>(show(conn, vec![listing], Some(&who))?)
    });
    Ok(HttpResponse::Ok().json(&listing.await?[0]))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CopyIn {
    /// For whom the draft is; of the caller's villages.
    household_id: HouseholdId,
    /// By default one unit.
    stock: Option<Quantity>,
}

/// Begins a draft with what a published listing says, but for its photos and what is true of its place alone.
#[utoipa::path(post, path = "/listings/{id}/copy", tag = "desk", request_body = CopyIn,
    params(("id" = ListingId, Path), ("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = ListingOut)))]
async fn copy_listing(
    who: Coordinator,
    staff: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
    key: OptionalKey,
    body: Body<CopyIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let (act, CopyIn { household_id, stock }) = (who.act(&context), body.value);
    let what = (id.0, household_id, stock.unwrap_or(Quantity::ONE));
    let saved = context.db.write(move |conn| {
        idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::CREATED, |conn| {
            let listing = versions::copy(conn, &act, who.user_id, &who.scope, what)?;
            Ok(show(conn, vec![listing], Some(&staff))?.remove(0))
        })
    });
    Ok(saved.await?.into_response())
}

/// Every version of a listing of the caller's villages, newest first, each with what is new in it.
#[utoipa::path(get, path = "/listings/{id}/versions", tag = "desk", params(("id" = ListingId, Path), PageQuery), responses((status = 200, body = Page<VersionOut>)))]
async fn list_versions(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<Listing>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<VersionOut>>> {
    let (limit, after) = page(&query.0)?;
    let page = context.db.read(move |conn| {
        let listing = service::load(conn, id.0)?;
        if !who.scope().covers(&listing.village_code) {
            return Err(ListingError::NotFound);
        }
        Ok(show_versions(conn, &listing, limit, after)?)
    });
    Ok(web::Json(page.await?))
}
