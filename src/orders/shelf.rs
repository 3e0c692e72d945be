//! What orders are decided on: goods, pairings, streams, terms and cycles as the database held them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::catalog::{ForSale, ListingId};
use crate::cycles::{CycleId, Standing, Take};
use crate::freight::Tariff;
use crate::households::HouseholdId;
use crate::kernel::{RegionCode, UserId};
use crate::livestream::StreamId;
use crate::pairing::PairingId;

/// A stream that orders may be credited to, with its goods.
pub struct StreamGoods {
    pub id: StreamId,
    pub listing_ids: HashSet<ListingId>,
    /// False once it is too long over; a stale link must not keep anybody from buying.
    pub counts: bool,
}

/// What the decisions are made on.
#[derive(Default)]
pub struct Shelf {
    pub(super) listings: HashMap<ListingId, ForSale>,
    pub(super) pairings: HashMap<(UserId, HouseholdId), PairingId>,
    pub(super) streams: HashMap<String, StreamGoods>,
    /// Of villages that have a rule.
    pub(super) freight: HashMap<RegionCode, Tariff>,
    /// Goods that do not come back without a reason.
    pub(super) perishable: HashSet<ListingId>,
    /// Units taken, in the order of listing ids.
    pub(super) taken: BTreeMap<ListingId, i64>,
    /// How those stand that are sold in cycles.
    pub(super) standings: HashMap<ListingId, Standing>,
    /// Units taken in cycles, in the order of their ids.
    pub(super) taken_in_cycles: BTreeMap<(CycleId, ListingId), i64>,
}

impl Shelf {
    #[must_use]
    pub fn new(
        listings: Vec<ForSale>,
        pairings: Vec<(UserId, HouseholdId, PairingId)>,
        streams: HashMap<String, StreamGoods>,
    ) -> Self {
        Self {
            listings: listings.into_iter().map(|listing| (listing.id, listing)).collect(),
            pairings: pairings.into_iter().map(|(buyer, household, id)| ((buyer, household), id)).collect(),
            streams,
            freight: HashMap::new(),
            perishable: HashSet::new(),
            taken: BTreeMap::new(),
            standings: HashMap::new(),
            taken_in_cycles: BTreeMap::new(),
        }
    }

    /// With what parcels cost, and which goods do not come back.
    #[must_use]
    pub fn with_terms(self, freight: HashMap<RegionCode, Tariff>, perishable: Vec<ListingId>) -> Self {
        Self { freight, perishable: perishable.into_iter().collect(), ..self }
    }

    /// With goods that are sold in cycles.
    #[must_use]
    pub fn in_cycles(mut self, standings: HashMap<ListingId, Standing>) -> Self {
        self.standings = standings;
        self
    }

    /// What has been taken in cycles, in the order in which rows are locked.
    pub fn taken_in_cycles(&self) -> impl Iterator<Item = Take> {
        self.taken_in_cycles.iter().map(|((cycle_id, listing_id), units)| (*cycle_id, *listing_id, *units))
    }

    /// What has been taken from each listing, in the order in which rows are locked.
    #[must_use]
    pub fn taken(&self) -> &BTreeMap<ListingId, i64> {
        &self.taken
    }
}
