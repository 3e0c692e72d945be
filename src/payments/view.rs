//! Payments as buyers see them, transfers as staff do.

use qrcode::QrCode;
use qrcode::render::svg;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

use super::rules::{Command, TransferState};
use super::store::Payment;
use super::store_transfers::{self, Direction, Method, Transfer, TransferId};
use super::{PaymentId, PaymentState, transfers};
use crate::db::{Conn, DbResult};
use crate::gateways::{BankAccount, Provider, Providers};
use crate::kernel::{Instant, Money, RegionCode, UserId};
use crate::regions::{self, RegionRef};

/// How a payment that is pending is paid.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum PayBy {
    /// Nothing is left to do but to wait for the provider.
    Nothing,
    /// The provider has not answered yet: look again.
    Wait,
    /// By a transfer to this account, with the memo, or in cash.
    Transfer { bank_account: BankAccount, memo: String },
    /// By a code that the provider's app reads, as an SVG.
    Qr { svg: String },
    /// On the provider's own page.
    Link { url: String },
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentOut {
    pub id: PaymentId,
    pub state: PaymentState,
    pub provider: Provider,
    pub amount_fen: Money,
    pub pay_by: PayBy,
}

/// A payment as its buyer sees it.
///
/// # Errors
/// Those of the database.
pub fn show(conn: &mut Conn, providers: &Providers, payment: Payment) -> DbResult<PaymentOut> {
    let pay_by = match (payment.provider, providers.bank_account()) {
        _ if payment.state != PaymentState::Pending => PayBy::Nothing,
        (Provider::Sandbox, _) => PayBy::Nothing,
        (Provider::Offline, Some(bank_account)) => {
            let transfer = store_transfers::find_of_payment(conn, payment.id)?;
            let memo = transfer.map(|transfer| transfer.memo).unwrap_or_default();
            PayBy::Transfer { bank_account: bank_account.clone(), memo }
        }
        _ => match (&payment.qr_text, &payment.pay_url) {
            (Some(text), _) => draw(text).map_or(PayBy::Wait, |svg| PayBy::Qr { svg }),
            (_, Some(url)) => PayBy::Link { url: url.clone() },
            _ => PayBy::Wait,
        },
    };
    let Payment { id, state, provider, amount_fen, .. } = payment;
    Ok(PaymentOut { id, state, provider, amount_fen, pay_by })
}

fn draw(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(240, 240).build())
}

/// Money that is to come from a buyer, or to go back to one, by the bank or in cash.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Transfer)]
pub struct TransferOut {
    id: TransferId,
    direction: Direction,
    state: TransferState,
    amount_fen: Money,
    /// The number of the order, as it stands on the transfer.
    memo: String,
    village: RegionRef,
    method: Option<Method>,
    /// The bank's number of the transfer, or that of the receipt for cash.
    reference: Option<String>,
    /// YYYY-MM-DD.
    happened_on: Option<String>,
    recorded_at: Option<Instant>,
    confirmed_at: Option<Instant>,
    created_at: Instant,
    /// What the caller may do with it now.
    actions: Vec<Command>,
}

/// # Errors
/// Those of the database.
pub fn show_transfers(conn: &mut Conn, transfers: Vec<Transfer>, to: UserId) -> DbResult<Vec<TransferOut>> {
    let villages: HashMap<RegionCode, RegionRef> =
        regions::names(conn, transfers.iter().map(|transfer| &transfer.village_code))?;
    let show = |transfer: Transfer| TransferOut {
        actions: transfers::actions(&transfer, to),
        village: villages[&transfer.village_code].clone(),
        id: transfer.id,
        direction: transfer.direction,
        state: transfer.state,
        amount_fen: transfer.amount_fen,
        memo: transfer.memo,
        method: transfer.method,
        reference: transfer.reference,
        happened_on: transfer.happened_on,
        recorded_at: transfer.recorded_at,
        confirmed_at: transfer.confirmed_at,
        created_at: transfer.created_at,
    };
    Ok(transfers.into_iter().map(show).collect())
}
