//! Routes of the address book: one's own, or that of the elder whom one helps.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{Parsed, Part};
use super::service::{self, ADDRESSES_MAX, Door, Entry};
use super::store::AddressRow;
use super::{AddressError, AddressId};
use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::helpers::access::Shopper;
use crate::kernel::{Invalid, RegionCode, UserId};
use crate::regions::{self, RegionError, RegionRef};
use crate::secrets::Secrets;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, list_addresses, add_address, replace_address, remove_address, parse_address);
}

#[derive(Serialize, ToSchema)]
struct SavedAddress {
    id: AddressId,
    recipient: String,
    phone: String,
    region: RegionRef,
    /// Where the region lies: 四川省成都市.
    path: String,
    detail: String,
    /// Offered first; one of the book is.
    is_default: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AddressBook)]
struct BookOut {
    /// The one that is offered first at the head, then the newest.
    data: Vec<SavedAddress>,
}

fn show(conn: &mut Conn, secrets: &Secrets, owner: UserId) -> Result<BookOut, AddressError> {
    let entries = service::list_opened(conn, secrets, owner)?;
    let codes: Vec<RegionCode> = entries.iter().map(|entry| entry.door.region_code.clone()).collect();
    let (names, paths) = (regions::names(conn, &codes)?, regions::paths(conn, &codes)?);
    let show = |Entry { id, door, is_default, .. }: Entry| SavedAddress {
        id,
        path: paths.get(&door.region_code).cloned().unwrap_or_default(),
        region: names[&door.region_code].clone(),
        recipient: door.recipient,
        phone: door.phone,
        detail: door.detail,
        is_default,
    };
    Ok(BookOut { data: entries.into_iter().map(show).collect() })
}

/// The addresses that the caller keeps, opened; at most 20.
#[utoipa::path(get, path = "/me/addresses", tag = "account", params(("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = BookOut)))]
async fn list_addresses(who: Shopper, context: web::Data<Context>) -> ApiResult<web::Json<BookOut>> {
    let secrets = context.secrets.clone();
    Ok(web::Json(context.db.read(move |conn| show(conn, &secrets, who.user_id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedAddressIn {
    #[schema(max_length = 40)]
    recipient: String,
    phone: String,
    /// A county or a place inside one.
    region_code: String,
    #[schema(max_length = 200)]
    detail: String,
    /// To be offered first. The only one is anyway.
    #[serde(default)]
    is_default: bool,
}

impl SavedAddressIn {
    fn parse(&self) -> Result<Door, AddressError> {
        Door::parse(&self.recipient, &self.phone, &self.region_code, &self.detail)
    }
}

/// Writes an address down; one that is kept already stays one.
#[utoipa::path(post, path = "/me/addresses", tag = "account", request_body = SavedAddressIn,
    params(("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 201, body = BookOut)))]
async fn add_address(who: Shopper, context: web::Data<Context>, body: Body<SavedAddressIn>) -> ApiResult<HttpResponse> {
    let (door, is_default) = (body.value.parse()?, body.value.is_default);
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let book = context.db.write(move |conn| {
        service::add(conn, &act, &secrets, who.user_id, &door, is_default)?;
        show(conn, &secrets, who.user_id)
    });
    Ok(HttpResponse::Created().json(book.await?))
}

/// Writes an address anew.
#[utoipa::path(put, path = "/me/addresses/{id}", tag = "account", request_body = SavedAddressIn,
    params(("id" = AddressId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = BookOut)))]
async fn replace_address(
    who: Shopper,
    context: web::Data<Context>,
    id: PathId<AddressRow>,
    body: Body<SavedAddressIn>,
) -> ApiResult<HttpResponse> {
    let (door, is_default) = (body.value.parse()?, body.value.is_default);
    let secrets = context.secrets.clone();
    let book = context.db.write(move |conn| {
        service::replace(conn, &secrets, who.user_id, id.0, &door, is_default)?;
        show(conn, &secrets, who.user_id)
    });
    Ok(HttpResponse::Ok().json(book.await?))
}

/// Takes an address out of the book; one that is not there is out already.
#[utoipa::path(delete, path = "/me/addresses/{id}", tag = "account",
    params(("id" = AddressId, Path), ("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = BookOut)))]
async fn remove_address(who: Shopper, context: web::Data<Context>, id: PathId<AddressRow>) -> ApiResult<HttpResponse> {
    let secrets = context.secrets.clone();
    let book = context.db.write(move |conn| {
        service::remove(conn, who.user_id, id.0)?;
        show(conn, &secrets, who.user_id)
    });
    Ok(HttpResponse::Ok().json(book.await?))
}

/// Longer than any address.
const LINE_MAX: usize = 300;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PastedIn {
    /// 姓名 电话 省市区 地址, in any order.
    #[schema(max_length = 300)]
    text: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ParsedAddress)]
struct ParsedOut {
    recipient: Option<String>,
    phone: Option<String>,
    /// Of a county.
    region_code: Option<RegionCode>,
    detail: Option<String>,
    /// What is left to fill in, because the line does not say it for sure.
    unsure: Vec<Part>,
}

/// Takes a pasted line apart. Nothing is guessed, and nothing is kept.
#[utoipa::path(post, path = "/addresses/parse", tag = "account", request_body = PastedIn,
    params(("Yuanshan-Acting-For" = Option<UserId>, Header)), responses((status = 200, body = ParsedOut)))]
async fn parse_address(
    _: Shopper,
    context: web::Data<Context>,
    body: Body<PastedIn>,
) -> ApiResult<web::Json<ParsedOut>> {
    let text = body.value.text;
    if text.chars().count() > LINE_MAX {
        return Err(ApiError::field("/text", Invalid::new("text_too_long").with("max", LINE_MAX)));
    }
    let parsed = context.db.read(move |conn| service::parse(conn, &text)).await?;
    let Parsed { recipient, phone, region_code, detail, unsure } = parsed;
    Ok(web::Json(ParsedOut { recipient, phone, region_code, detail, unsure }))
}

impl From<AddressError> for ApiError {
    fn from(error: AddressError) -> Self {
        match error {
            AddressError::NotFound => Self::new(Code::NotFound),
            AddressError::Full => Self::new(Code::AddressBookFull).with("max", ADDRESSES_MAX),
            AddressError::Invalid(pointer, invalid) => Self::field(pointer, invalid),
            AddressError::Region(RegionError::Invalid(invalid)) => Self::field("/region_code", invalid),
            AddressError::Region(RegionError::Db(error)) | AddressError::Db(error) => error.into(),
            AddressError::Secrets(_) => Self::internal(error),
        }
    }
}
