//! Plays the demonstration's year through the real use cases, in the order of time. Before each event
//! the job runner does what has become due, payments of the sandbox among it: nothing here takes a
//! short cut.

use std::error::Error;
use std::time::Duration;

use super::accounts::People;
use super::story::{Agenda, Event, HOUR, plan};
use super::village::Village;
use crate::app::App;
use crate::catalog::{self, Edit, ListingId, PriceComposition};
use crate::context::Context;
use crate::db::Conn;
use crate::kernel::{Act, Day, Instant, Money, Quantity, RegionCode, Role, Scope, UserId};
use crate::livestream::{self, Link, NewStream, Platform};
use crate::orders::{self, Address, CheckoutId, Moved, Order, OrderId, OrderState, Parcel, Placement, Terms};
use crate::pairing;
use crate::papers::NewPaper;
use crate::payments::Provider;
use crate::settlement::{self, PayoutId};
use crate::web::ApiError;
use crate::web::idempotency::Ticket;

/// Plays everything between `first` and `end`; what is under way then stays so.
pub fn play(
    context: &Context,
    seed: u64,
    people: &People,
    villages: &[Village],
    (first, end): (Day, Instant),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Box<dyn Error>> {
    let mut agenda = Agenda::new(seed);
    plan(&mut agenda, &people.buyers, villages, first, end);
    let runner = App::assemble(context.clone()).runner();
    let seconds = |at: Instant| u64::try_from(at.unix_seconds() - first.start().unix_seconds()).unwrap_or(0);
    let mut player = Player { context, people, villages, streams: vec![None; villages.len()], orders: 0 };
    while let Some((at, event)) = agenda.next_before(end) {
        set_clock(context, at);
        runner.run_due()?;
        player.play(&mut agenda, at, event)?;
        progress(seconds(at), seconds(end));
    }
    set_clock(context, end);
    runner.run_due()?;
    progress(seconds(end), seconds(end));
    Ok(())
}

fn set_clock(context: &Context, at: Instant) {
    let ahead = at.unix_micros() - context.clock.now().unix_micros();
    context.clock.advance(Duration::from_micros(u64::try_from(ahead).unwrap_or(0)));
}

struct Player<'a> {
    context: &'a Context,
    people: &'a People,
    villages: &'a [Village],
    /// The code of each village's stream that is on.
    streams: Vec<Option<String>>,
    orders: u64,
}

/// Where parcels of the demonstration go: 成都市锦江区, and an address that is none.
const ADDRESS_REGION: &str = "510104";

impl Player<'_> {
    fn play(&mut self, agenda: &mut Agenda, at: Instant, event: Event) -> Result<(), ApiError> {
        match event {
            Event::Pair { buyer, village, household } => {
                let act = self.context.act(buyer, Role::Buyer);
                let message = Some("演示：想和你们结个亲。".to_owned());
                let pairing =
                    self.write(|conn| Ok(pairing::request(conn, &act, buyer, household, message.clone())?))?;
                agenda.after(at, 20..60, Event::AcceptPair { pairing: pairing.id, village });
                Ok(())
            }
            Event::AcceptPair { pairing, village } => {
                let act = self.by(Role::Coordinator, &self.villages[village].code);
                self.write(|conn| Ok(pairing::change_state(conn, &act, pairing, pairing::Command::Accept, None)?))?;
                Ok(())
            }
            Event::Announce { village, starts_at } => self.announce(agenda, village, starts_at),
            Event::StartStream { stream, village } => self.stream(stream, village, livestream::Command::Start),
            Event::EndStream { stream, village } => {
                self.streams[village] = None;
                self.stream(stream, village, livestream::Command::End)
            }
            Event::Order { buyer, village, lines, from_stream } => {
                self.order(agenda, at, buyer, village, &lines, from_stream)
            }
            Event::Reprice { village, good, more_fen, why } => self.reprice(village, good, more_fen, why),
            Event::ApproveReprice { village, good } => {
                let place = &self.villages[village];
                let (act, id) = (self.by(Role::Approver, &place.code), place.goods[good].0);
                self.write(|conn| {
                    catalog::change_state(conn, &act, id, catalog::Command::Approve, Some("演示：附了买粮的票据"))?;
                    Ok(())
                })
            }
            Event::Pay { buyer, checkout } => {
                let (act, providers) = (self.context.act(buyer, Role::Buyer), &self.context.providers);
                self.write(|conn| {
                    Ok(orders::start_payment(conn, &act, providers, buyer, checkout, Provider::Sandbox)?)
                })?;
                Ok(())
            }
            Event::Cancel { buyer, order } => {
                let act = self.context.act(buyer, Role::Buyer);
                self.write(|conn| {
                    let order = orders::load(conn, order)?;
                    Ok(orders::cancel(conn, &act, &order, "演示：计划有变")?)
                })
            }
            Event::Confirm { order } => self.step(agenda, at, order, orders::Command::Confirm),
            Event::Pack { order } => self.step(agenda, at, order, orders::Command::Pack),
            Event::Ship { order } => self.step(agenda, at, order, orders::Command::Ship),
            Event::Receive { buyer, order } => self.receive(agenda, at, buyer, order),
            Event::ApprovePayout { payout } => {
                agenda.after(at, 20..50, Event::SendPayout { payout });
                self.payout(payout, Role::Approver, settlement::Command::Approve, None)
            }
            Event::SendPayout { payout } => {
                let bounces = agenda.chance(2);
                let next = if bounces { Event::BouncePayout { payout } } else { Event::ConfirmPayout { payout } };
                agenda.after(at, 6..30, next);
                let reference = format!("DEMO-{}", self.context.ids.new_code(10));
                self.payout(payout, Role::Coordinator, settlement::Command::Send, Some(&reference))
            }
            Event::ConfirmPayout { payout } => {
                self.payout(payout, Role::Coordinator, settlement::Command::Confirm, None)
            }
            Event::BouncePayout { payout } => {
                agenda.after(at, 20..60, Event::ApprovePayout { payout });
                self.payout(payout, Role::Coordinator, settlement::Command::Bounce, Some("演示：户名不符"))
            }
        }
    }

    /// A coordinator asks for more for the household, and says why.
    fn reprice(&self, village: usize, good: usize, more_fen: i64, why: &str) -> Result<(), ApiError> {
        let place = &self.villages[village];
        let (act, id) = (self.by(Role::Coordinator, &place.code), place.goods[good].0);
        let coordinator = self.people.holder(Role::Coordinator, &place.code);
        self.write(|conn| {
            let listing = catalog::load(conn, id)?;
            let more = Money::from_fen(more_fen).map_err(|invalid| ApiError::field("/price", invalid))?;
            let pay = listing.price.farmer_pay_fen.checked_add(more);
            let farmer_pay_fen = pay.map_err(|invalid| ApiError::field("/price", invalid))?;
            let edit = Edit {
                price: Some(PriceComposition { farmer_pay_fen, ..listing.price }),
                premium_reason: Some(Some(why.to_owned())),
                ..Edit::default()
            };
            catalog::edit(conn, &act, coordinator, (id, listing.newest_version()), &edit)?;
            Ok(())
        })
    }

    fn write<T>(&self, change: impl FnMut(&mut Conn) -> Result<T, ApiError>) -> Result<T, ApiError> {
        self.context.db.write_blocking(change)
    }

    fn by(&self, role: Role, place: &RegionCode) -> Act {
        self.context.act(self.people.holder(role, place), role)
    }

    fn announce(&mut self, agenda: &mut Agenda, village: usize, starts_at: Instant) -> Result<(), ApiError> {
        let here = &self.villages[village];
        let coordinator = self.people.holder(Role::Coordinator, &here.code);
        let act = self.context.act(coordinator, Role::Coordinator);
        let platform = [Platform::Douyin, Platform::Kuaishou, Platform::Taobao][village % 3];
        let url = ["https://live.douyin.com/10086", "https://live.kuaishou.com/u/demo", "https://m.tb.cn/h.demo"]
            [village % 3];
        let url = Link::parse(url, platform).map_err(|invalid| ApiError::field("/url", invalid))?;
        let new = NewStream {
            title: "演示：村里的货，今晚直播".to_owned(),
            platform,
            url,
            host_name: "演示主播".to_owned(),
            starts_at,
            ends_at: starts_at.plus(2 * HOUR),
            listing_ids: here.goods.iter().map(|(id, _)| *id).collect(),
        };
        let scope = Scope::new(vec![here.code.clone()]);
        let stream = self.write(|conn| Ok(livestream::schedule(conn, &act, coordinator, &scope, &new)?))?;
        self.streams[village] = Some(stream.code);
        agenda.plan(starts_at, Event::StartStream { stream: stream.id, village });
        agenda.plan(starts_at.plus(2 * HOUR), Event::EndStream { stream: stream.id, village });
        Ok(())
    }

    fn stream(&self, id: livestream::StreamId, village: usize, command: livestream::Command) -> Result<(), ApiError> {
        let code = &self.villages[village].code;
        let (act, scope) = (self.by(Role::Coordinator, code), Scope::new(vec![code.clone()]));
        self.write(|conn| Ok(livestream::change_state(conn, &act, &scope, id, command, None)?))?;
        Ok(())
    }

    fn order(
        &mut self,
        agenda: &mut Agenda,
        at: Instant,
        buyer: UserId,
        village: usize,
        lines: &[(usize, Quantity)],
        from_stream: bool,
    ) -> Result<(), ApiError> {
        self.orders += 1;
        let wish = self.wish(buyer, village, lines, self.streams[village].clone().filter(|_| from_stream))?;
        let (act, time_to_pay) = (self.context.act(buyer, Role::Buyer), self.context.settings.time_to_pay);
        let outcome =
            self.write(|conn| Ok(orders::place_all(conn, &act, time_to_pay, std::slice::from_ref(&wish))?))?;
        // Sold out is part of a year.
        let Some(Ok(_)) = outcome.into_iter().next() else { return Ok(()) };
        if agenda.chance(3) {
            return Ok(());
        }
        agenda.plan(at.plus(Duration::from_secs(90)), Event::Pay { buyer, checkout: wish.checkout_id });
        let checkout_id = wish.checkout_id;
        for order in self.context.db.read_blocking(|conn| orders::list_of_checkout(conn, checkout_id))? {
            let next = if agenda.chance(4) {
                Event::Cancel { buyer, order: order.id }
            } else {
                Event::Confirm { order: order.id }
            };
            agenda.after(at, 5..30, next);
        }
        Ok(())
    }

    fn wish(
        &self,
        buyer_id: UserId,
        village: usize,
        lines: &[(usize, Quantity)],
        stream_code: Option<String>,
    ) -> Result<Placement, ApiError> {
        let goods = &self.villages[village].goods;
        let lines = lines.iter().map(|(good, quantity)| (goods[*good].0, *quantity)).collect();
        placement(self.context, buyer_id, format!("demo-{}", self.orders), lines, stream_code)
    }

    /// A coordinator's step, and the plan for the next one.
    fn step(&self, agenda: &mut Agenda, at: Instant, id: OrderId, command: orders::Command) -> Result<(), ApiError> {
        let order = self.context.db.read_blocking(|conn| orders::load(conn, id))?;
        let act = self.by(Role::Coordinator, &order.village_code);
        let next = match command {
            orders::Command::Confirm if order.state != OrderState::Paid => return Ok(()),
            orders::Command::Confirm => Event::Pack { order: id },
            orders::Command::Pack => Event::Ship { order: id },
            _ => Event::Receive { buyer: order.buyer_id, order: id },
        };
        let number = format!("DEMO{}", self.context.ids.new_code(10));
        self.write(|conn| advance(conn, &act, &order, command, &number))?;
        agenda.after(at, 12..48, next);
        Ok(())
    }

    fn receive(&self, agenda: &mut Agenda, at: Instant, buyer: UserId, id: OrderId) -> Result<(), ApiError> {
        let act = self.context.act(buyer, Role::Buyer);
        let payouts = self.write(|conn| {
            let order = orders::load(conn, id)?;
            settlement::receive(conn, &act, &order, self.context.settings.claim_window)?;
            Ok(settlement::list_of_order(conn, id)?)
        })?;
        for payout in payouts {
            agenda.after(at, 12..72, Event::ApprovePayout { payout: payout.id });
        }
        Ok(())
    }

    fn payout(
        &self,
        id: PayoutId,
        role: Role,
        command: settlement::Command,
        detail: Option<&str>,
    ) -> Result<(), ApiError> {
        let payout = self.context.db.read_blocking(|conn| settlement::load(conn, id))?;
        let act = self.by(role, &payout.village_code);
        self.write(|conn| Ok(settlement::advance(conn, &act, id, command, detail)?))?;
        Ok(())
    }
}

/// A wish of a buyer of the demonstration.
pub fn placement(
    context: &Context,
    buyer_id: UserId,
    key: String,
    lines: Vec<(ListingId, Quantity)>,
    stream_code: Option<String>,
) -> Result<Placement, ApiError> {
    let act = context.act(buyer_id, Role::Buyer);
    let checkout_id: CheckoutId = act.new_id();
    let region_code = RegionCode::parse(ADDRESS_REGION).map_err(|invalid| ApiError::field("", invalid))?;
    let address = Address::parse("演示收件人", "19900009999", region_code.clone(), "演示路 1 号")
        .map_err(|(pointer, invalid)| ApiError::field(pointer, invalid))?;
    Ok(Placement {
        ticket: Ticket::new(buyer_id, key, Vec::new(), &context.secrets),
        buyer_id,
        actor: act.actor(),
        checkout_id,
        lines,
        seen: std::collections::BTreeMap::new(),
        address_sealed: address.seal(&context.secrets, checkout_id),
        region_code,
        stream_code,
        terms: Terms { perishable_acknowledged: true, ..Terms::default() },
    })
}

/// Orders one good and pays it; the sandbox tells so within seconds.
pub fn buy(context: &Context, buyer: UserId, listing: ListingId, quantity: Quantity) -> Result<(), ApiError> {
    let (act, time_to_pay) = (context.act(buyer, Role::Buyer), context.settings.time_to_pay);
    let wish = placement(context, buyer, format!("demo-{listing}"), vec![(listing, quantity)], None)?;
    context.db.write_blocking(|conn| {
        for placed in orders::place_all(conn, &act, time_to_pay, std::slice::from_ref(&wish))? {
            placed?;
        }
        let providers = &context.providers;
        orders::start_payment(conn, &act, providers, buyer, wish.checkout_id, Provider::Sandbox)?;
        Ok::<_, ApiError>(())
    })?;
    let runner = App::assemble(context.clone()).runner();
    for _ in 0..3 {
        runner.run_due()?;
        context.clock.advance(Duration::from_secs(1));
    }
    runner.run_due()?;
    Ok(())
}

fn advance(conn: &mut Conn, act: &Act, order: &Order, command: orders::Command, number: &str) -> Result<(), ApiError> {
    match command {
        orders::Command::Ship => {
            let parcel = Parcel {
                carrier: "演示快运".to_owned(),
                tracking_number: number.to_owned(),
                papers: papers_for(conn, act, order, number)?,
            };
            Ok(orders::ship(conn, act, order, &parcel)?)
        }
        orders::Command::Pack => {
            super::weights::weigh(conn, act, order)?;
            let _: Moved = orders::pack(conn, act, order)?;
            Ok(())
        }
        command => {
            let _: Moved = orders::transition(conn, act, order, command, None)?;
            Ok(())
        }
    }
}

/// Papers of the lot for what its goods lack, with invented numbers.
fn papers_for(conn: &mut Conn, act: &Act, order: &Order, number: &str) -> Result<Vec<(ListingId, NewPaper)>, ApiError> {
    let lacking = orders::missing_papers(conn, act, order)?;
    let kinds = lacking.iter().flat_map(|line| line.missing.iter().map(|missing| (line.listing_id, missing)));
    let given = kinds.filter_map(|(listing_id, missing)| Some((listing_id, *missing.any_of.first()?)));
    let paper = |kind| NewPaper {
        kind,
        number: format!("演示-{number}"),
        issuer: Some("演示动物卫生监督所".to_owned()),
        issued_on: act.at.day(),
        valid_until: None,
    };
    Ok(given.map(|(listing_id, kind)| (listing_id, paper(kind))).collect())
}
