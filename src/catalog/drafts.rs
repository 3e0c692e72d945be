//! Writing drafts: one is written as many are, in few statements.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::content::{Content, NewListing, check_against, check_deposit};
use super::service::load;
use super::store::{FIRST_VERSION, Listing};
use super::store_many::{self, Draft};
use super::types::{ListingError, ListingId, ListingState};
use super::{filing, store_versions};
use crate::db::{Conn, INSERT_CHUNK};
use crate::households::{self, HouseholdError, HouseholdId};
use crate::kernel::{Act, Invalid, Money, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::photos::{self, PhotoId};
use crate::templates::{self, Template, TemplateId};

/// Writes a draft for a household of the coordinator's scope.
///
/// # Errors
/// [`ListingError::Household`], [`ListingError::Template`], [`ListingError::Invalid`] for unknown photos and
/// for what differs from the template.
pub fn draft(conn: &mut Conn, act: &Act, by: UserId, scope: &Scope, new: &NewListing) -> Result<Listing, ListingError> {
    let ids = draft_all(conn, act, by, scope, std::slice::from_ref(new))?;
    load(conn, *ids.first().ok_or(ListingError::NotFound)?)
}

/// Writes drafts for households of the coordinator's scope.
///
/// # Errors
/// As [`draft`], for the first that is refused.
pub fn draft_all(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &[NewListing],
) -> Result<Vec<ListingId>, ListingError> {
    let mut ids = Vec::with_capacity(new.len());
    for new in new.chunks(INSERT_CHUNK) {
        ids.extend(write(conn, act, by, scope, new)?);
    }
    Ok(ids)
}

fn write(
    conn: &mut Conn,
    act: &Act,
    by: UserId,
    scope: &Scope,
    new: &[NewListing],
) -> Result<Vec<ListingId>, ListingError> {
    let villages = households::villages(conn, new.iter().map(|new| new.household_id))?;
    let known = Known::load(conn, new.iter().map(|new| &new.content))?;
    let mut drafts = Vec::with_capacity(new.len());
    for new in new {
        let village_code = village_in_scope(&villages, scope, new.household_id)?;
        let price_fen = known.check(village_code, None, &new.content)?;
        drafts.push(Draft { id: act.new_id(), village_code, new, price_fen });
    }
    store_many::insert(conn, act, by, &drafts)?;
    let versions: Vec<_> = drafts.iter().map(|it| ((it.id, FIRST_VERSION), (&it.new.content, it.price_fen))).collect();
    store_versions::insert(conn, act, by, &versions)?;
    let ids: Vec<ListingId> = drafts.iter().map(|draft| draft.id).collect();
    filing::file(conn, &ids)?;
    let written =
        |id: &ListingId| Change::new(Subject::Listing, *id, "draft").states(None, ListingState::Draft.as_str());
    let changes: Vec<_> = ids.iter().map(|id| (act.actor(), written(id))).collect();
    log::append_all(conn, act.at, &changes)?;
    Ok(ids)
}

fn village_in_scope<'a>(
    villages: &'a HashMap<HouseholdId, RegionCode>,
    scope: &Scope,
    id: HouseholdId,
) -> Result<&'a RegionCode, ListingError> {
    let unknown = || ListingError::Invalid("/household_id", Invalid::new("unknown_household"));
    let village_code = villages.get(&id).ok_or_else(unknown)?;
    if scope.covers(village_code) { Ok(village_code) } else { Err(HouseholdError::OutOfScope.into()) }
}

/// What is known of the world that content speaks of.
pub(super) struct Known {
    templates: HashMap<TemplateId, Template>,
    photos: HashSet<PhotoId>,
}

impl Known {
    pub(super) fn load<'a>(conn: &mut Conn, contents: impl Iterator<Item = &'a Content>) -> Result<Self, ListingError> {
        let (mut template_ids, mut photo_ids) = (BTreeSet::new(), BTreeSet::new());
        for content in contents {
            template_ids.extend(content.template_id);
            photo_ids.extend(&content.photo_ids);
        }
        let template_ids: Vec<TemplateId> = template_ids.into_iter().collect();
        let templates = templates::list_by_id(conn, &template_ids)?;
        Ok(Self {
            templates: templates.into_iter().map(|template| (template.id, template)).collect(),
            photos: photos::known(conn, photo_ids)?,
        })
    }

    /// Checks content against the world, and gives its price. A template that it rested on before may have
    /// been retired since.
    pub(super) fn check(
        &self,
        village: &RegionCode,
        old: Option<&Content>,
        content: &Content,
    ) -> Result<Money, ListingError> {
        let refused = |(pointer, invalid)| ListingError::Invalid(pointer, invalid);
        if let Some(id) = content.template_id {
            let found = self.templates.get(&id);
            let template = match old.is_some_and(|old| old.template_id == content.template_id) {
                true => found,
                false => Some(templates::for_listing(found, village)?),
            };
            template.map_or(Ok(()), |template| check_against(template, content)).map_err(refused)?;
        }
        if !content.photo_ids.iter().all(|id| self.photos.contains(id)) {
            return Err(ListingError::Invalid("/photo_ids", Invalid::new("unknown_photo")));
        }
        check_deposit(content).map_err(|invalid| refused(("/deposit_percent", invalid)))?;
        content.price.sum().map_err(|invalid| ListingError::Invalid("/price", invalid))
    }
}
