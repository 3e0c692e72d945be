//! The orders of an export as a table for a spreadsheet: one row for each line.

use std::collections::HashMap;

use super::deletion::MyDataError;
use super::records::{AddressRecord, CheckoutRecord, Export, LineRecord, OrderRecord};
use crate::kernel::spreadsheet_cell;
use crate::orders::CheckoutId;

/// Without it spreadsheets take the bytes for another encoding.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const HEAD: [&str; 16] = [
    "订单号",
    "下单时间",
    "状态",
    "村庄",
    "行号",
    "商品",
    "单位",
    "数量",
    "单价（元）",
    "金额（元）",
    "收件人",
    "电话",
    "地区",
    "地址",
    "承运方",
    "运单号",
];

/// RFC 4180 with a byte order mark.
///
/// # Errors
/// None but that of memory.
pub fn write(export: &Export) -> Result<Vec<u8>, MyDataError> {
    let refuse = |error: csv::Error| MyDataError::Table(error.to_string());
    let checkouts: HashMap<CheckoutId, &CheckoutRecord> =
        export.checkouts.iter().map(|checkout| (checkout.id, checkout)).collect();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(HEAD).map_err(refuse)?;
    for order in &export.orders {
        for row in rows(order, checkouts.get(&order.checkout_id).copied()) {
            writer.write_record(row.iter().map(|cell| spreadsheet_cell(cell).into_owned())).map_err(refuse)?;
        }
    }
    writer.into_inner().map_err(|error| MyDataError::Table(error.to_string()))
}

fn rows(order: &OrderRecord, checkout: Option<&CheckoutRecord>) -> Vec<[String; HEAD.len()]> {
    let address = checkout.and_then(|checkout| checkout.address.as_ref());
    let of_address = |part: fn(&AddressRecord) -> String| address.map(part).unwrap_or_default();
    let village = order.village.as_ref().map(|village| village.name.clone());
    let shipment = order.shipment.as_ref();
    let row = |line: &LineRecord| {
        [
            order.number.clone(),
            order.placed_at.to_string(),
            order.state.to_string(),
            village.clone().unwrap_or_default(),
            line.line_no.to_string(),
            line.title.clone(),
            line.unit_label.clone(),
            line.quantity.to_string(),
            line.unit_price_fen.to_string(),
            line.total_fen.to_string(),
            of_address(|address| address.recipient.clone()),
            of_address(|address| address.phone.clone()),
            of_address(|address| address.path.clone()),
            of_address(|address| address.detail.clone()),
            shipment.map(|shipment| shipment.carrier.clone()).unwrap_or_default(),
            shipment.map(|shipment| shipment.tracking_number.clone()).unwrap_or_default(),
        ]
    };
    order.lines.iter().map(row).collect()
}
