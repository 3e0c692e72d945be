//! Promises that meet: what is published at once, and a survey that finds less meanwhile.

use crate::stage::{Stage, at_once, trials, village};
use yuanshan::catalog::{self, Command, Content, ListingError, ListingId, NewListing, PriceComposition};
use yuanshan::context::Context;
use yuanshan::db::Conn;
use yuanshan::households::{self, HouseholdError, HouseholdId, NewHousehold, SellerType};
use yuanshan::kernel::{Money, Quantity, RegionCode, Role, Scope};
use yuanshan::production::{NewSurvey, Season};
use yuanshan::templates::{
    self, Base, CapacityUnit, Category, Class, ReturnsRule, Standard, TemplateError, TemplateId,
};

/// A hen gives 150 eggs, a box holds 30.
fn standard() -> Standard {
    Standard {
        region_code: RegionCode::parse("510824").expect("a code"),
        product: "土鸡蛋".into(),
        title: "土鸡蛋 30 枚/盒".into(),
        category: Category::Eggs,
        class: Class::Primary,
        unit_label: "盒".into(),
        base: Base::Piece,
        pack_quantity: 30,
        weight_min_g: None,
        weight_max_g: None,
        catch_weight: false,
        season_from: None,
        season_until: None,
        min_age_days: None,
        shelf_life_days: None,
        claim_window_h: 48,
        cost_floor_fen: None,
        capacity_unit: Some(CapacityUnit::Animal),
        yield_limit: Some(150),
        returns_rule: ReturnsRule::Perishable,
        standard: None,
        papers: Vec::new(),
    }
}

/// A household with listings of ten boxes each that wait for approval.
struct Yard {
    household: HouseholdId,
    template: TemplateId,
    listings: [ListingId; 2],
}

fn template(stage: &Stage) -> TemplateId {
    let context = &stage.processes[0];
    let act = context.act(stage.approver, Role::Approver);
    let scope = Scope::new(vec![RegionCode::parse("510824").expect("a code")]);
    let laid = context.db.write_blocking(|conn| templates::create(conn, &act, stage.approver, &scope, &standard()));
    laid.unwrap_or_else(|error: TemplateError| panic!("{error}")).id
}

fn survey(context: &Context, stage: &Stage, yard: (HouseholdId, TemplateId), hens: i64) -> Result<(), ListingError> {
    let act = context.act(stage.coordinator, Role::Coordinator);
    let new = NewSurvey {
        household_id: yard.0,
        template_id: yard.1,
        season: Season::of(act.at.day()),
        capacity_units: hens,
        expected_quantity: hens,
        photo_id: None,
        surveyed_on: act.at.day(),
        note: None,
    };
    let scope = Scope::new(vec![village()]);
    context.db.write_blocking(|conn| catalog::take_survey(conn, &act, stage.coordinator, &scope, &new).map(|_| ()))
}

fn yard(stage: &Stage, template: TemplateId, hens: i64) -> Yard {
    let context = &stage.processes[0];
    let (act, scope) = (context.act(stage.coordinator, Role::Coordinator), Scope::new(vec![village()]));
    let new = NewHousehold {
        village_code: village(),
        alias: "坡上王家".into(),
        story: None,
        members: None,
        seller_type: SellerType::HouseholdSelfProduced,
        credit_code: None,
        agrees_to_alias: false,
    };
    let household = context.db.write_blocking(|conn| households::record(conn, &act, stage.coordinator, &scope, &new));
    let household = household.unwrap_or_else(|error: HouseholdError| panic!("{error}")).id;
    survey(context, stage, (household, template), hens).expect("a survey is taken");
    let price = PriceComposition { farmer_pay_fen: Money::from_fen(3_300).expect("fen"), ..Default::default() };
    let content =
        Content { template_id: Some(template), ..Content::of_goods("土鸡蛋 30 枚/盒", "eggs", "盒", price) };
    let stock = Quantity::new(10).expect("a quantity");
    let new = NewListing { household_id: household, season: None, stock, content };
    let listings = [(), ()].map(|()| {
        let hand_in = |conn: &mut Conn| {
            let listing = catalog::draft(conn, &act, stage.coordinator, &scope, &new)?;
            catalog::change_state(conn, &act, listing.id, Command::Submit, None)?;
            Ok::<_, ListingError>(listing.id)
        };
        context.db.write_blocking(hand_in).expect("a listing is handed in")
    });
    Yard { household, template, listings }
}

fn give(context: &Context, stage: &Stage, id: ListingId, command: Command) -> Result<(), ListingError> {
    let act = match command {
        Command::Approve => context.act(stage.approver, Role::Approver),
        _ => context.act(stage.coordinator, Role::Coordinator),
    };
    context.db.write_blocking(|conn| catalog::change_state(conn, &act, id, command, None).map(|_| ()))
}

#[test]
fn two_listings_published_at_once_do_not_promise_more_than_there_is() {
    let (stage, trials) = (Stage::new(), trials(10));
    let template = template(&stage);
    // Fifteen boxes: one listing fits.
    let yards: Vec<Yard> = (0..trials).map(|_| yard(&stage, template, 3)).collect();
    let outcomes = at_once(2, trials, |thread, trial| {
        give(stage.process(thread), &stage, yards[trial].listings[thread], Command::Approve)
    });
    for (trial, outcomes) in outcomes.iter().enumerate() {
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "trial {trial}: {outcomes:?}");
        let refusal = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
        assert!(matches!(refusal, Some(ListingError::PromiseLimit { left: 5 })), "trial {trial}: {refusal:?}");
    }
    stage.check_books();
    stage.report("two promises", &format!("{trials} trials, {trials} published, {trials} refused"));
}

#[test]
fn a_survey_that_finds_less_meets_publishing_and_pausing() {
    let (stage, trials) = (Stage::new(), trials(10));
    let template = template(&stage);
    let yards: Vec<Yard> = (0..trials).map(|_| yard(&stage, template, 4)).collect();
    for yard in &yards {
        give(&stage.processes[0], &stage, yard.listings[0], Command::Approve).expect("it fits");
    }
    let outcomes = at_once(3, trials, |thread, trial| {
        let (context, yard) = (stage.process(thread), &yards[trial]);
        match thread {
            0 => give(context, &stage, yard.listings[1], Command::Approve),
            1 => survey(context, &stage, (yard.household, yard.template), 1),
            _ => give(context, &stage, yard.listings[0], Command::Pause),
        }
    });
    for (trial, outcomes) in outcomes.iter().enumerate() {
        for refusal in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert!(matches!(refusal, ListingError::PromiseLimit { .. }), "trial {trial}: {refusal:?}");
        }
    }
    stage.check_books();
    stage.report("fewer hens", &format!("{trials} trials of three"));
}
