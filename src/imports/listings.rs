//! Listings from a table: as drafts, which go through the same hands as any other.

use std::collections::HashMap;

use super::cells::Form;
use super::columns::{Column, HOUSEHOLD, Row, Sheet, VILLAGE};
use super::intake::{Desk, Judge};
use super::placed::{Known, Placed};
use super::places::Places;
use super::types::{Finding, Findings, ImportError, Kind};
use crate::catalog::{self, Content, NewListing, PriceComposition};
use crate::db::Conn;
use crate::households::HouseholdId;
use crate::kernel::{Act, Grams, Invalid, Money, Quantity};
use crate::templates::{Base, Template, fits_weight};

const fn text(
    key: &'static str,
    chinese: &'static str,
    max: usize,
    example: &'static str,
    help: (&'static str, &'static str),
) -> Column {
    Column { key, chinese, is_required: false, is_personal: false, form: Form::Line(max), example, help }
}

const fn yuan(key: &'static str, chinese: &'static str, example: &'static str, english: &'static str) -> Column {
    let help = ("元，每销售单位", english);
    Column { key, chinese, is_required: false, is_personal: false, form: Form::Yuan, example, help }
}

pub static SHEET: Sheet = Sheet {
    kind: Kind::Listings,
    schema_version: 1,
    columns: &[
        VILLAGE,
        HOUSEHOLD,
        text(
            "product",
            "产品标准",
            60,
            "",
            (
                "产品标准的名称；填了则品类和单位以标准为准",
                "The product of a template; category and unit then are the template's",
            ),
        ),
        text("title", "名称", 60, "土鸡蛋 30 枚/盒", ("没有产品标准时必填", "Needed without a template")),
        text(
            "category",
            "品类",
            30,
            "eggs",
            (
                "eggs、poultry、meat、grain、vegetables、fruit、honey、other；没有产品标准时必填",
                "eggs, poultry, meat, grain, vegetables, fruit, honey, other; needed without a template",
            ),
        ),
        text(
            "unit_label",
            "单位",
            20,
            "盒",
            ("一份叫什么：盒、只、袋；没有产品标准时必填", "What one unit is called; needed without a template"),
        ),
        Column {
            key: "net_weight",
            chinese: "净重",
            is_required: false,
            is_personal: false,
            form: Form::Mass,
            example: "1500克",
            help: ("要写单位：克、斤、公斤", "With its unit: g, kg, 斤"),
        },
        Column {
            key: "stock",
            chinese: "数量",
            is_required: true,
            is_personal: false,
            form: Form::Count(Quantity::MAX, &[]),
            example: "20",
            help: ("可售的份数", "Units for sale"),
        },
        Column {
            key: "farmer_pay",
            chinese: "农户所得",
            is_required: true,
            is_personal: false,
            form: Form::Yuan,
            example: "33.00",
            help: ("元，每销售单位", "Yuan a unit, to the household for the goods"),
        },
        yuan("quality_bonus", "优质优价", "", "Yuan a unit, to the household for quality"),
        yuan("coop_fee", "合作社服务费", "2.00", "Yuan a unit, to the co-op"),
        yuan("packing", "包装费", "4.50", "Yuan a unit, packing"),
        yuan("freight", "运费", "7.00", "Yuan a unit, freight"),
        yuan("inspection", "检验检疫", "", "Yuan a unit, inspection and quarantine"),
        yuan("collective_fund", "公积公益金", "1.00", "Yuan a unit, the village's collective fund"),
        yuan("loss_reserve", "损耗预留", "0.50", "Yuan a unit, kept for broken goods"),
        yuan("platform_cost", "平台成本", "", "Yuan a unit, the platform's own cost"),
        yuan("price", "合计", "48.00", "Yuan a unit; if given, the sum of the parts"),
    ],
};

/// What is known of a file's listings while it is read.
#[derive(Debug, Default)]
pub struct Intake {
    places: Places,
    /// In which row each stands.
    seen: HashMap<(HouseholdId, String, String), i64>,
}

impl Judge for Intake {
    type New = NewListing;

    fn judge(
        &mut self,
        conn: &mut Conn,
        desk: &Desk,
        rows: &[Row],
        findings: &mut Findings,
    ) -> Result<Vec<NewListing>, ImportError> {
        let placed = self.places.place(conn, &desk.scope, rows, &SHEET, findings)?;
        let known = Known::load(conn, &placed, &SHEET)?;
        let offered = catalog::list_offered(conn, &known.ids())?;
        let mut new = Vec::with_capacity(placed.len());
        for placed in &placed {
            let before = findings.errors();
            let listing = self.judge_row(placed, &known, &offered, findings);
            new.extend(listing.filter(|_| findings.errors() == before));
        }
        Ok(new)
    }

    fn keep(conn: &mut Conn, desk: &Desk, act: &Act, new: &[NewListing]) -> Result<(), ImportError> {
        catalog::draft_all(conn, act, desk.by, &desk.scope, new)?;
        Ok(())
    }
}

impl Intake {
    fn judge_row(
        &mut self,
        placed: &Placed<'_>,
        known: &Known,
        offered: &Offered,
        findings: &mut Findings,
    ) -> Option<NewListing> {
        let row = placed.row;
        let mut refuse = |column, invalid| findings.push(Finding::error(row.no, Some(column), invalid));
        let household_id = known.agreeing(placed).map_err(|invalid| refuse("household", invalid)).ok();
        let template = row.text(&SHEET, "product").map(|product| known.template(placed, product)).transpose();
        let template = template.map_err(|invalid| refuse("product", invalid)).ok()?;
        let words = words(row, template);
        let (title, category, unit_label) = words.map_err(|(column, invalid)| refuse(column, invalid)).ok()?;
        let stock = Quantity::new(row.count(&SHEET, "stock").unwrap_or_default());
        let stock = stock.map_err(|invalid| refuse("stock", invalid)).ok();
        let price = price(row).map_err(|(column, invalid)| refuse(column, invalid)).ok();
        let weight = row.count(&SHEET, "net_weight").and_then(|grams| Grams::new(grams).ok());
        let net_weight_g = weight.or_else(|| template.and_then(net_weight_of));
        let fits = template.map_or(Ok(()), |template| fits_weight(template, net_weight_g));
        fits.unwrap_or_else(|invalid| refuse("net_weight", invalid));
        let household_id = household_id?;
        let key = (household_id, title.clone(), unit_label.clone());
        if let Some(listing) = offered.get(&key) {
            refuse("title", Invalid::new("duplicate_listing").with("id", listing));
        }
        let first = *self.seen.entry(key).or_insert(row.no);
        if first != row.no {
            refuse("title", Invalid::new("duplicate_in_file").with("row", first));
        }
        let content = Content {
            template_id: template.map(|template| template.id),
            net_weight_g,
            ..Content::of_goods(&title, &category, &unit_label, price?)
        };
        Some(NewListing { household_id, season: None, stock: stock?, content })
    }
}

/// What a unit of goods that are counted in grams weighs.
fn net_weight_of(template: &Template) -> Option<Grams> {
    Some(template.pack_quantity).filter(|_| template.base == Base::Gram).and_then(|grams| Grams::new(grams).ok())
}

/// What is offered already, by household, title and unit.
type Offered = HashMap<(HouseholdId, String, String), catalog::ListingId>;

type Refusal = (&'static str, Invalid);

/// Title, category and unit: the template's where there is one.
fn words(row: &Row, template: Option<&Template>) -> Result<(String, String, String), Refusal> {
    let given = |key| row.text(&SHEET, key).map(str::to_owned);
    let Some(template) = template else {
        let needed = |key| given(key).ok_or((key, Invalid::new("value_required")));
        return Ok((needed("title")?, needed("category")?, needed("unit_label")?));
    };
    let same = |key, own: &str| match given(key) {
        Some(text) if text != own => Err((key, Invalid::new("differs_from_template").with("expected", own))),
        _ => Ok(own.to_owned()),
    };
    let title = given("title").unwrap_or_else(|| template.title.clone());
    Ok((title, same("category", template.category.as_str())?, same("unit_label", &template.unit_label)?))
}

fn price(row: &Row) -> Result<PriceComposition, Refusal> {
    let part = |key| Money::from_fen(row.count(&SHEET, key).unwrap_or_default()).map_err(|invalid| (key, invalid));
    let parts = PriceComposition {
        farmer_pay_fen: part("farmer_pay")?,
        quality_bonus_fen: part("quality_bonus")?,
        coop_fee_fen: part("coop_fee")?,
        packing_fen: part("packing")?,
        freight_fen: part("freight")?,
        inspection_fen: part("inspection")?,
        collective_fund_fen: part("collective_fund")?,
        loss_reserve_fen: part("loss_reserve")?,
        platform_cost_fen: part("platform_cost")?,
    };
    let announced = row.count(&SHEET, "price").map(|_| part("price")).transpose()?;
    parts.check(announced).map_err(|invalid| match invalid.code {
        "price_is_not_its_parts" => ("price", invalid),
        _ => ("farmer_pay", invalid),
    })
}
