//! Households, pictures and approved listings of the demonstration's villages.

use std::collections::HashMap;
use std::error::Error;

use super::accounts::People;
use super::goods::{Good, PLACES, Place};
use super::production;
use super::standards;
use crate::catalog::{self, Command, Content, ListingError, ListingId, NewListing, PriceComposition};
use crate::cli::project_file;
use crate::context::Context;
use crate::households::{
    self, Agreement, Correction, Field, HouseholdError, HouseholdId, Medium, NewHousehold, PersonId, Purpose,
    SellerType,
};
use crate::kernel::{Grams, Money, Quantity, RegionCode, Role, Scope, UserId};
use crate::papers::{self, PaperSubject};
use crate::photos::{self, PhotoId, Picture};
use crate::templates::{self, TemplateId};

/// A village with what it offers.
pub struct Village {
    pub code: RegionCode,
    pub households: Vec<HouseholdId>,
    /// Each good with its household.
    pub goods: Vec<(ListingId, HouseholdId)>,
}

pub fn create(context: &Context, people: &People) -> Result<Vec<Village>, Box<dyn Error>> {
    let mut pictures = HashMap::new();
    PLACES.iter().map(|place| create_one(context, people, place, &mut pictures)).collect()
}

fn create_one(
    context: &Context,
    people: &People,
    place: &Place,
    pictures: &mut HashMap<&'static str, PhotoId>,
) -> Result<Village, Box<dyn Error>> {
    let code = RegionCode::parse(place.code)?;
    let coordinator = people.holder(Role::Coordinator, &code);
    let scope = Scope::new(vec![code.clone()]);
    let act = context.act(coordinator, Role::Coordinator);
    let mut village = Village { code: code.clone(), households: Vec::new(), goods: Vec::new() };
    for (alias, story, members, head) in place.households {
        let new = NewHousehold {
            village_code: code.clone(),
            alias: (*alias).to_owned(),
            story: Some((*story).to_owned()),
            members: Some(*members),
            seller_type: SellerType::HouseholdSelfProduced,
            credit_code: None,
            agrees_to_alias: true,
        };
        let name = Correction { name: Some(Some((*head).to_owned())), ..Correction::default() };
        let id = context.db.write_blocking(|conn| {
            let id = households::record(conn, &act, coordinator, &scope, &new)?.id;
            let head = households::list_people(conn, &context.secrets, id)?[0].id;
            households::correct_person(conn, &act, &context.secrets, (coordinator, &scope), (id, head), &name)?;
            households::grant(conn, &act, (coordinator, &scope), id, &agrees_to_story(head))?;
            Ok::<_, HouseholdError>(id)
        })?;
        village.households.push(id);
    }
    for good in place.goods {
        if !pictures.contains_key(good.picture) {
            pictures.insert(good.picture, keep_picture(context, people, &code, good.picture)?);
        }
        let household_id = village.households[good.household];
        let approver = context.act(people.holder(Role::Approver, &code), Role::Approver);
        let template_id = lay_down(context, people, good, &code)?;
        let new = listing_of(good, household_id, (pictures[good.picture], template_id))?;
        let id = context.db.write_blocking(|conn| {
            let listing = catalog::draft(conn, &act, coordinator, &scope, &new)?;
            production::survey(conn, &act, (coordinator, &scope), &new, 0)?;
            Ok::<_, ListingError>(listing.id)
        })?;
        if let Some(licence) = standards::licence_of(good, act.at.day()) {
            let of_listing = (PaperSubject::listing(id), &code);
            context.db.write_blocking(|conn| papers::add(conn, &act, coordinator, of_listing, &licence))?;
        }
        context.db.write_blocking(|conn| {
            catalog::change_state(conn, &act, id, Command::Submit, None)?;
            catalog::change_state(conn, &approver, id, Command::Approve, None)
        })?;
        village.goods.push((id, household_id));
    }
    Ok(village)
}

/// What the head of every household of the demonstration agrees to, beside the alias.
fn agrees_to_story(person_id: PersonId) -> Agreement {
    Agreement {
        person_id,
        purpose: Purpose::Publication,
        fields: [Field::Story].into(),
        medium: Medium::Tap,
        evidence_id: None,
        guardian_id: None,
    }
}

/// The county's standard for a good, laid down by its approver.
fn lay_down(
    context: &Context,
    people: &People,
    good: &Good,
    village: &RegionCode,
) -> Result<Option<TemplateId>, Box<dyn Error>> {
    let Some(standard) = standards::of(good, village)? else { return Ok(None) };
    let standard = templates::check(standard).map_err(|faults| format!("{}: {faults:?}", good.title))?;
    let approver = people.holder(Role::Approver, village);
    let (act, scope) = (context.act(approver, Role::Approver), Scope::new(vec![standard.region_code.clone()]));
    let template = context.db.write_blocking(|conn| templates::create(conn, &act, approver, &scope, &standard))?;
    Ok(Some(template.id))
}

fn listing_of(
    good: &Good,
    household_id: HouseholdId,
    (photo_id, template_id): (PhotoId, Option<TemplateId>),
) -> Result<NewListing, Box<dyn Error>> {
    let mut parts = [Money::ZERO; 9];
    for (part, fen) in parts.iter_mut().zip(good.parts) {
        *part = Money::from_fen(fen)?;
    }
    let price = PriceComposition::from_parts(parts).check(None)?;
    let content = Content {
        net_weight_g: good.net_weight_g.map(Grams::new).transpose()?,
        photo_ids: vec![photo_id],
        template_id,
        label: standards::label_of(good),
        ..Content::of_goods(good.title, good.category, good.unit_label, price)
    };
    Ok(NewListing { household_id, season: None, stock: Quantity::new(good.stock)?, content })
}

/// Takes a drawn picture in, as an upload is taken in.
pub fn keep_picture(
    context: &Context,
    people: &People,
    village: &RegionCode,
    name: &str,
) -> Result<PhotoId, Box<dyn Error>> {
    keep_picture_of(context, people.holder(Role::Coordinator, village), Role::Coordinator, name)
}

/// The same, as it came from somebody.
pub fn keep_picture_of(context: &Context, by: UserId, role: Role, name: &str) -> Result<PhotoId, Box<dyn Error>> {
    let path = project_file(&format!("demo/pictures/{name}.jpg"));
    let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let picture = Picture::read(&bytes)?;
    let keep = photos::keep(context, context.act(by, role), by, picture, None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(keep)?.id)
}
