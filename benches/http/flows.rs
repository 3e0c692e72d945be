//! What is asked of the server, and how often.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use crate::database::Database;
use crate::server::Bare;
use crate::wrk::{self, Run};
use crate::{Outcome, Pace, client};
use yuanshan::catalog::ListingId;

/// A server with goods and people.
pub struct Market {
    pub server: SocketAddr,
    pub tokens: Vec<String>,
    pub goods: Vec<ListingId>,
}

/// What is measured, in the order of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    Bare,
    List,
    ListAnew,
    Search,
    SearchAnew,
    Pinyin,
    Typo,
    Facets,
    Show,
    Order,
    HotOrder,
}

pub const FLOWS: [Flow; 11] = [
    Flow::Bare,
    Flow::List,
    Flow::ListAnew,
    Flow::Search,
    Flow::SearchAnew,
    Flow::Pinyin,
    Flow::Typo,
    Flow::Facets,
    Flow::Show,
    Flow::Order,
    Flow::HotOrder,
];

impl Flow {
    pub fn title(self) -> &'static str {
        match self {
            Self::Bare => "bare actix handler",
            Self::List => "list page, 20 items: `GET /listings`",
            Self::ListAnew => "the same, asked in another way each time, so that no kept answer serves",
            Self::Search => "search, 20 of a twentieth of all: `GET /listings?q=鸡蛋`",
            Self::SearchAnew => "the same, asked in another way each time",
            Self::Pinyin => "search by pinyin: `GET /listings?q=tujidan`",
            Self::Typo => "search with a slip: `GET /listings?q=土鸡旦`",
            Self::Facets => "counts of all facets: `GET /listings/facets`",
            Self::Show => "one listing: `GET /listings/{id}`",
            Self::Order => "order, 2 random lines: `POST /checkouts`",
            Self::HotOrder => "order, 1 line, all of one listing: `POST /checkouts`",
        }
    }

    pub fn places_orders(self) -> bool {
        matches!(self, Self::Order | Self::HotOrder)
    }
}

/// The runs of one flow.
pub struct Measured {
    pub flow: Flow,
    /// Every run, also those that warmed up.
    pub runs: Vec<Run>,
    /// The one with the median rate of those that count.
    pub median: Run,
}

/// Takes the flows in turn, so that whatever disturbs the machine disturbs all of them.
pub fn measure(market: &Market, bare: &Bare, database: &Database, pace: Pace) -> Outcome<Vec<Measured>> {
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); FLOWS.len()];
    for round in 0..=pace.rounds {
        eprintln!("{}: round {round} of {}", database.name, pace.rounds);
        for (flow, runs) in FLOWS.into_iter().zip(&mut runs) {
            let time = if round == 0 { pace.warm_up } else { pace.round };
            runs.push(run(market, bare, database, flow, round, time)?);
        }
        if round == 0 {
            // A plan that was made while the tables of orders were empty would be kept.
            database.analyze()?;
        }
    }
    let measured = |(flow, runs): (Flow, Vec<Run>)| {
        let mut counted = runs[1..].to_vec();
        counted.sort_by_key(Run::per_second);
        Measured { flow, median: counted[counted.len() / 2], runs }
    };
    Ok(FLOWS.into_iter().zip(runs).map(measured).collect())
}

fn run(market: &Market, bare: &Bare, database: &Database, flow: Flow, round: u32, time: Duration) -> Outcome<Run> {
    let (server, directory) = (market.server, database.directory());
    let get = |path: &str| {
        client::expect(server, 200, &client::request("GET", path, &[], ""))?;
        wrk::run(directory, server, path, "", time)
    };
    match flow {
        Flow::Bare => wrk::run(directory, bare.address, "/", "", time),
        Flow::List => get("/api/v1/listings"),
        Flow::ListAnew => wrk::run(directory, server, "", &anew_script("/api/v1/listings?"), time),
        Flow::Search => get("/api/v1/listings?q=%E9%B8%A1%E8%9B%8B"),
        Flow::SearchAnew => {
            wrk::run(directory, server, "", &anew_script("/api/v1/listings?q=%E9%B8%A1%E8%9B%8B&"), time)
        }
        Flow::Pinyin => get("/api/v1/listings?q=tujidan"),
        Flow::Typo => get("/api/v1/listings?q=%E5%9C%9F%E9%B8%A1%E6%97%A6"),
        Flow::Facets => get("/api/v1/listings/facets"),
        Flow::Show => get(&format!("/api/v1/listings/{}", market.goods[usize::try_from(round)?])),
        Flow::Order => wrk::run(directory, server, "", &order_script(market, &market.goods, 2, round), time),
        Flow::HotOrder => {
            // Each round has a listing of its own, whose stock outlasts it.
            let hot = &market.goods[usize::try_from(round)?..][..1];
            wrk::run(directory, server, "", &order_script(market, hot, 1, round), time)
        }
    }
}

const ADDRESS: &str = r#"{"recipient":"陈女士","phone":"13800001234","region_code":"510104","detail":"春熙路 1 号"}"#;

/// Requests of buyers in turn, each with a key of its own, for `lines` of `goods` at random.
fn order_script(market: &Market, goods: &[ListingId], lines: usize, round: u32) -> String {
    let list = |values: Vec<String>| format!("{{\"{}\"}}", values.join("\",\""));
    let (tokens, ids) = (list(market.tokens.clone()), list(goods.iter().map(ToString::to_string).collect()));
    let of_many = goods.len() > 1;
    format!(
        r#"
local tokens, ids, count = {tokens}, {ids}, 0
math.randomseed({round})
request = function()
  count = count + 1
  local lines = {{}}
  for line = 1, {lines} do
    lines[line] = '{{"listing_id":"' .. ids[math.random(#ids)] .. '","quantity":1}}'
  end
  local body = '{{"lines":[' .. table.concat(lines, ",") .. '],"address":{ADDRESS}}}'
  return "POST /api/v1/checkouts HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nAuthorization: Bearer "
    .. tokens[count % #tokens + 1] .. "\r\nIdempotency-Key: {round}-{of_many}-" .. count
    .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end"#
    )
}

/// Units that a burst is for; every buyer wants one of them.
pub const BURST_UNITS: usize = 100;
const BURSTS: usize = 3;

/// How a burst ended.
#[derive(Debug, Clone, Copy)]
pub struct Burst {
    pub sold: usize,
    pub refused: usize,
    pub failed: usize,
    /// From the first press to the last answer.
    pub took: Duration,
}

/// All buyers press at once, with their connections open, for the last units of a listing.
pub fn burst(market: &Market) -> Outcome<Vec<Burst>> {
    let mut bursts = (1..=BURSTS)
        .map(|number| {
            let listing = market.goods[market.goods.len() - number];
            sell_down(market, listing)?;
            press(market, listing)
        })
        .collect::<Outcome<Vec<_>>>()?;
    bursts.sort_by_key(|burst| burst.took);
    Ok(bursts)
}

/// Orders what is too much, so that [`BURST_UNITS`] are left.
fn sell_down(market: &Market, listing: ListingId) -> Outcome<()> {
    let show = client::request("GET", &format!("/api/v1/listings/{listing}"), &[], "");
    let shown: serde_json::Value = serde_json::from_str(&client::expect(market.server, 200, &show)?)?;
    let available = shown["stock_available"].as_u64().ok_or("no stock")?;
    let surplus = available.checked_sub(u64::try_from(BURST_UNITS)?).ok_or("less stock than the burst is for")?;
    client::expect(market.server, 201, &order(&market.tokens[0], listing, surplus, "sell-down"))?;
    Ok(())
}

fn order(token: &str, listing: ListingId, quantity: u64, key: &str) -> String {
    let authorization = format!("Bearer {token}");
    let key = format!("{key}-{listing}");
    let body = format!(r#"{{"lines":[{{"listing_id":"{listing}","quantity":{quantity}}}],"address":{ADDRESS}}}"#);
    client::request(
        "POST",
        "/api/v1/checkouts",
        &[("Authorization", authorization.as_str()), ("Idempotency-Key", key.as_str())],
        &body,
    )
}

fn press(market: &Market, listing: ListingId) -> Outcome<Burst> {
    let start = Barrier::new(market.tokens.len());
    let answers: Vec<(Instant, Instant, u16)> = thread::scope(|scope| {
        let buyers: Vec<_> = market
            .tokens
            .iter()
            .map(|token| {
                let (start, request) = (&start, order(token, listing, 1, "burst"));
                scope.spawn(move || {
                    let stream = client::connect(market.server);
                    start.wait();
                    let pressed = Instant::now();
                    let status = stream.and_then(|mut stream| client::send(&mut stream, &request));
                    (pressed, Instant::now(), status.map_or(0, |answer| answer.status))
                })
            })
            .collect();
        buyers.into_iter().filter_map(|buyer| buyer.join().ok()).collect()
    });
    let count = |status: u16| answers.iter().filter(|answer| answer.2 == status).count();
    let first = answers.iter().map(|answer| answer.0).min().ok_or("nobody pressed")?;
    let last = answers.iter().map(|answer| answer.1).max().ok_or("nobody pressed")?;
    let (sold, refused) = (count(201), count(409));
    Ok(Burst { sold, refused, failed: market.tokens.len() - sold - refused, took: last - first })
}

/// Blanks mean nothing to the server, but make another address.
fn anew_script(path: &str) -> String {
    format!(
        r#"
local function blanks() return string.rep("+", math.random(0, 59)) end
request = function()
  return wrk.format("GET", "{path}category=" .. blanks() .. "&village=" .. blanks() .. "&household=" .. blanks())
end
"#
    )
}
