//! Routes for everybody.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::context::Context;
use crate::db::Conn;
use crate::endpoints;
use crate::kernel::{Day, Instant, Money, Quantity};
use crate::ledger::{self, AccountKind};
use crate::orders;
use crate::payments::Provider;
use crate::regions::{self, RegionRef};
use crate::settlement::{self, Payout, PayoutState, SettlementError};
use crate::web::access::Anyone;
use crate::web::{ApiResult, Routes, cache};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, show_installation, show_receipt);
}

#[derive(Serialize, ToSchema)]
#[schema(as = Installation)]
struct InstallationOut {
    name: &'static str,
    /// All people and sales are invented.
    demonstration: bool,
    claim_window_hours: u64,
    /// Ways to pay.
    providers: Vec<Provider>,
}

/// What this installation is.
#[utoipa::path(get, path = "/installation", tag = "public", responses((status = 200, body = InstallationOut)))]
async fn show_installation(_: Anyone, context: web::Data<Context>, request: HttpRequest) -> ApiResult<HttpResponse> {
    let settings = &context.settings;
    let installation = InstallationOut {
        name: "远山",
        demonstration: settings.demonstration,
        claim_window_hours: settings.claim_window.as_secs() / 3600,
        providers: context.providers.offered(),
    };
    cache::public_json(&request, &installation)
}

#[derive(Serialize, ToSchema)]
struct ReceiptPart {
    account: AccountKind,
    fen: i64,
    /// True for the household of this very slip.
    this_slip: bool,
}

#[derive(Serialize, ToSchema)]
struct ReceiptWeight {
    title: String,
    quantity: Quantity,
    ordered_g: i64,
    final_g: i64,
}

#[derive(Serialize, ToSchema)]
struct ReceiptPayout {
    state: PayoutState,
    amount_fen: Money,
    sent_on: Option<Day>,
    confirmed_on: Option<Day>,
}

/// What became of the money of one order, as the books have it.
#[derive(Serialize, ToSchema)]
#[schema(as = Receipt)]
struct ReceiptOut {
    code: String,
    order_number: String,
    village: RegionRef,
    paid_fen: i64,
    /// What went back to the buyer.
    refunded_fen: i64,
    /// Of goods that are settled by weight: what was ordered and what was weighed.
    weights: Vec<ReceiptWeight>,
    /// The credits of the order's settlement; they sum to what was paid and did not go back.
    split: Vec<ReceiptPart>,
    /// The published rule by which the order was split.
    rule_version: String,
    settled_on: Day,
    payout: ReceiptPayout,
    demonstration: bool,
}

/// The slip of a payout, by the code that is printed on it.
#[utoipa::path(get, path = "/receipts/{code}", tag = "public", params(("code" = String, Path)), responses((status = 200, body = ReceiptOut)))]
async fn show_receipt(
    _: Anyone,
    context: web::Data<Context>,
    request: HttpRequest,
    code: web::Path<String>,
) -> ApiResult<HttpResponse> {
    let demonstration = context.settings.demonstration;
    // People type it from paper.
    let code = code.trim().to_ascii_uppercase();
    let receipt = context.db.read(move |conn| {
        let payout = settlement::find_by_code(conn, &code)?.ok_or(SettlementError::NotFound)?;
        show(conn, payout, demonstration)
    });
    cache::public_json(&request, &receipt.await?)
}

fn show(conn: &mut Conn, payout: Payout, demonstration: bool) -> Result<ReceiptOut, SettlementError> {
    let order = orders::load(conn, payout.order_id)?;
    let rows = ledger::list_of_order(conn, order.id)?;
    let own = payout.household_id.to_string();
    let standing = ledger::standing_settlement(&rows);
    let of_settlement = rows.iter().filter(|row| Some(row.transaction_id) == standing && row.credit_fen > 0);
    let lines = orders::list_lines(conn, &[order.id])?;
    let weighed = lines.into_iter().filter(|line| line.household_id == payout.household_id);
    let weights = weighed.filter_map(|line| {
        let (ordered_g, final_g) = line.weight.estimated_g.zip(line.weight.final_g)?;
        Some(ReceiptWeight { title: line.title, quantity: line.quantity, ordered_g, final_g })
    });
    let figures = ledger::figures_of(&rows);
    let split = of_settlement.map(|row| ReceiptPart {
        account: row.account,
        fen: row.credit_fen,
        this_slip: row.account == AccountKind::FarmerPayable && row.owner == own,
    });
    Ok(ReceiptOut {
        village: regions::names(conn, [&order.village_code])?[&order.village_code].clone(),
        split: split.collect(),
        weights: weights.collect(),
        paid_fen: figures.paid_fen,
        refunded_fen: figures.refunded_fen,
        settled_on: payout.due_at.day(),
        payout: ReceiptPayout {
            state: payout.state,
            amount_fen: payout.amount_fen,
            sent_on: payout.sent_at.map(Instant::day),
            confirmed_on: payout.confirmed_at.map(Instant::day),
        },
        code: payout.code,
        order_number: order.number,
        rule_version: order.rule_version,
        demonstration,
    })
}
