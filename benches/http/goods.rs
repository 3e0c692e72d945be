//! Live listings of 200 households in 20 villages, written by the use cases that serve people.

use diesel::prelude::*;
use std::time::Duration;

use crate::Outcome;
use crate::database::Database;
use yuanshan::app::App;
use yuanshan::catalog::{self, Command, Content, ListingError, ListingId, NewListing, PriceComposition};
use yuanshan::context::Context;
use yuanshan::db::schema::regions;
use yuanshan::db::{Conn, DbResult};
use yuanshan::households::{self, HouseholdId, NewHousehold, SellerType};
use yuanshan::identity::{self, IdentityError, NewGrant, Phone, service};
use yuanshan::kernel::{Act, Grams, Money, Quantity, RegionCode, RegionLevel, Role, Scope, UserId};
use yuanshan::photos::{self, PhotoId, Picture};
use yuanshan::regions::import::import_regions;

const VILLAGES: i64 = 20;
const HOUSEHOLDS_OF_A_VILLAGE: usize = 10;
/// `YUANSHAN_BENCH_LISTINGS` asks for more, 100000 for the second table.
pub fn count() -> Outcome<usize> {
    match std::env::var("YUANSHAN_BENCH_LISTINGS") {
        Ok(count) => Ok(count.parse()?),
        Err(_) => Ok(10_000),
    }
}
/// Written in one transaction.
const CHUNK: usize = 500;

/// Every twentieth listing is found by 鸡蛋.
const TITLES: &str = "土鸡蛋 时光鸡 土蜂蜜 高山新米 时令菜 土鸭 山核桃 高山土豆 跑山鸡 河坝大鹅 甜玉米 粘豆包 红薯 黑木耳 \
                      红薯粉 菜籽油 花生 柿子 紫皮蒜 明前茶";
const PICTURES: [&str; 4] = ["eggs", "hen", "honey", "rice"];

/// Who writes and who approves, and for where.
struct Staff {
    coordinator: UserId,
    approver: UserId,
    scope: Scope,
}

pub fn fill(database: &Database) -> Outcome<Vec<ListingId>> {
    let context = App::build(&database.config()?)?.context;
    import_regions(&context.db, &project_file("regions/sichuan.csv.gz"), |_| ())?;
    let staff = appoint(&context)?;
    let photos = PICTURES.iter().map(|name| keep(&context, &staff, name)).collect::<Outcome<Vec<_>>>()?;
    let households = record(&context, &staff)?;
    let count = count()?;
    let mut listings = Vec::with_capacity(count);
    for chunk in (0..count).collect::<Vec<_>>().chunks(CHUNK) {
        let offer =
            |conn: &mut Conn, index: &usize| offer(conn, &context, &staff, &households, &photos, (*index, count));
        let written: Vec<ListingId> =
            context.db.write_blocking(|conn| chunk.iter().map(|index| offer(conn, index)).collect::<Result<_, _>>())?;
        listings.extend(written);
    }
    // As the daily work leaves the shop.
    let act = context.system_act();
    context.db.write_blocking(|conn| catalog::order_anew(conn, &act))?;
    Ok(listings)
}

fn project_file(relative: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn appoint(context: &Context) -> Outcome<Staff> {
    let province = RegionCode::parse("51")?;
    let act = context.system_act();
    let register = |phone: &str, role: Role| -> Outcome<UserId> {
        let phone = Phone::parse(phone)?;
        let grant = NewGrant::for_good(role, province.clone());
        let id = context.db.write_blocking(|conn| {
            // No password hashes to this, so nobody can sign in.
            let id = service::register(conn, &act, &context.secrets, &phone, role.as_str(), "!")?;
            identity::entrust(conn, &act, id, &grant)?;
            Ok::<_, IdentityError>(id)
        })?;
        Ok(id)
    };
    Ok(Staff {
        coordinator: register("19900000001", Role::Coordinator)?,
        approver: register("19900000002", Role::Approver)?,
        scope: Scope::new(vec![province.clone()]),
    })
}

fn keep(context: &Context, staff: &Staff, name: &str) -> Outcome<PhotoId> {
    let picture = Picture::read(&std::fs::read(project_file(&format!("demo/pictures/{name}.jpg")))?)?;
    let act = context.act(staff.coordinator, Role::Coordinator);
    let kept = photos::keep(context, act, staff.coordinator, picture, None);
    Ok(actix_web::rt::System::new().block_on(kept)?.id)
}

fn record(context: &Context, staff: &Staff) -> Outcome<Vec<HouseholdId>> {
    let first = RegionCode::parse("510824115")?;
    let villages = context.db.read_blocking(|conn| -> DbResult<Vec<RegionCode>> {
        Ok(regions::table
            .filter(regions::level.eq(RegionLevel::Village))
            .filter(regions::code.ge(&first))
            .order(regions::code)
            .select(regions::code)
            .limit(VILLAGES)
            .load(conn)?)
    })?;
    let act = context.act(staff.coordinator, Role::Coordinator);
    let mut households = Vec::new();
    for number in 0..HOUSEHOLDS_OF_A_VILLAGE {
        for village_code in &villages {
            let new = NewHousehold {
                village_code: village_code.clone(),
                alias: format!("坡上第 {number} 家"),
                story: Some("演示数据：鸡满山跑，蛋一天一捡。".to_owned()),
                members: Some(3),
                agrees_to_alias: true,
                seller_type: SellerType::HouseholdSelfProduced,
                credit_code: None,
            };
            let recorded = |conn: &mut Conn| households::record(conn, &act, staff.coordinator, &staff.scope, &new);
            households.push(context.db.write_blocking(recorded)?.id);
        }
    }
    Ok(households)
}

/// Writes, submits and approves the listing of an index: each a minute younger than the one before.
fn offer(
    conn: &mut Conn,
    context: &Context,
    staff: &Staff,
    households: &[HouseholdId],
    photos: &[PhotoId],
    (index, count): (usize, usize),
) -> Result<ListingId, ListingError> {
    let age = Duration::from_secs(60 * u64::try_from(count - index).unwrap_or_default());
    let at = context.clock.now().minus(age);
    let coordinator = Act { at, ..context.act(staff.coordinator, Role::Coordinator) };
    let approver = Act { at, ..context.act(staff.approver, Role::Approver) };
    let invalid = |invalid| ListingError::Invalid("", invalid);
    let title = TITLES.split(' ').cycle().nth(index / 20 % 20).unwrap_or_default();
    // Households change fastest, so that neighbours in the list are of different villages.
    let content = Content {
        net_weight_g: Some(Grams::new(1_500).map_err(invalid)?),
        photo_ids: vec![photos[index % photos.len()]],
        ..Content::of_goods(&format!("{title} {index} 号"), "other", "份", price(index).map_err(invalid)?)
    };
    let new = NewListing {
        household_id: households[index % households.len()],
        season: None,
        stock: Quantity::new(Quantity::MAX).map_err(invalid)?,
        content,
    };
    let id = catalog::draft(conn, &coordinator, staff.coordinator, &staff.scope, &new)?.id;
    catalog::change_state(conn, &coordinator, id, Command::Submit, None)?;
    catalog::change_state(conn, &approver, id, Command::Approve, None)?;
    Ok(id)
}

fn price(index: usize) -> Result<PriceComposition, yuanshan::kernel::Invalid> {
    let fen = Money::from_fen;
    PriceComposition {
        farmer_pay_fen: fen(3_000 + i64::try_from(index % 500).unwrap_or_default() * 10)?,
        coop_fee_fen: fen(200)?,
        packing_fen: fen(450)?,
        freight_fen: fen(700)?,
        collective_fund_fen: fen(100)?,
        loss_reserve_fen: fen(50)?,
        ..PriceComposition::default()
    }
    .check(None)
}
