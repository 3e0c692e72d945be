//! Two units that buy: a canteen with a contract, which has ordered and pays after acceptance, and a school that
//! waits for the county's answer.

use std::error::Error;

use super::accounts::People;
use super::history;
use super::village::Village;
use crate::context::Context;
use crate::households::CreditCode;
use crate::kernel::{Money, Quantity, RegionCode, Role, Scope, UserId};
use crate::orders;
use crate::organisations::{
    self, Contract, Decision, NewContract, NewOrganisation, Organisation, OrganisationError, OrganisationKind,
};

/// Invented; only the last character is what the standard asks for.
const UNITS: [(&str, &str, OrganisationKind, &str); 2] = [
    ("演示·成都市某局机关食堂", "12510100450000001E", OrganisationKind::Canteen, "演示采 2026-017"),
    ("演示·锦江区某小学", "12510104MB00000078", OrganisationKind::School, "演示采 2026-018"),
];
const WHERE: &str = "510104";
/// 5,000 yuan.
const LIMIT_FEN: i64 = 500_000;

pub fn create(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let village = villages.first().ok_or("no village")?;
    for (number, buyer_id) in people.buyers.iter().take(UNITS.len()).enumerate() {
        let (unit, contract) = register(context, *buyer_id, number, &village.code)?;
        if number == 0 {
            approve(context, people, village, &contract)?;
            order(context, *buyer_id, village, &unit)?;
        }
    }
    Ok(())
}

fn register(
    context: &Context,
    by: UserId,
    number: usize,
    village_code: &RegionCode,
) -> Result<(Organisation, Contract), Box<dyn Error>> {
    let (name, code, kind, contract_number) = UNITS[number];
    let act = context.act(by, Role::Buyer);
    let new = NewOrganisation {
        name: name.to_owned(),
        code: CreditCode::parse(code)?,
        region_code: RegionCode::parse(WHERE)?,
        kind,
        invoice_title: name.to_owned(),
    };
    let asked = NewContract {
        county_code: RegionCode::parse(&village_code.as_str()[..6])?,
        number: contract_number.to_owned(),
        pay_days: 30,
        late_rate_bp: None,
    };
    Ok(context.db.write_blocking(|conn| {
        let unit = organisations::register(conn, &act, by, &new)?;
        let contract = organisations::request_contract(conn, &act, unit.id, by, &asked)?;
        Ok::<_, OrganisationError>((unit, contract))
    })?)
}

fn approve(context: &Context, people: &People, village: &Village, contract: &Contract) -> Result<(), Box<dyn Error>> {
    let act = context.act(people.holder(Role::Approver, &village.code), Role::Approver);
    let scope = Scope::new(vec![contract.county_code.clone()]);
    let decision = Decision::Approve(Money::from_fen(LIMIT_FEN)?);
    context.db.write_blocking(|conn| organisations::decide(conn, &act, &scope, contract.id, &decision))?;
    Ok(())
}

fn order(context: &Context, by: UserId, village: &Village, unit: &Organisation) -> Result<(), Box<dyn Error>> {
    let (listing_id, _) = village.goods.first().ok_or("no goods")?;
    let act = context.act(by, Role::Buyer);
    let mut wish =
        history::placement(context, by, "demo-canteen".to_owned(), vec![(*listing_id, Quantity::new(2)?)], None)?;
    wish.terms.organisation_id = Some(unit.id);
    let time_to_pay = context.settings.time_to_pay;
    context.db.write_blocking(|conn| {
        let placed = orders::place_all(conn, &act, time_to_pay, std::slice::from_ref(&wish))?;
        // Sold out is part of a year.
        if matches!(placed.first(), Some(Ok(_))) {
            orders::order_on_terms(conn, &act, &context.providers, by, wish.checkout_id)?;
        }
        Ok::<_, orders::OrderError>(())
    })?;
    Ok(())
}
