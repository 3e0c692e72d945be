//! Price references from a table: what goods cost elsewhere, with source and date.

use std::collections::HashMap;

use super::cells::Form;
use super::columns::{Column, Row, Sheet};
use super::intake::{Desk, Judge};
use super::types::{Finding, Findings, ImportError, Kind};
use crate::db::Conn;
use crate::kernel::{Act, Invalid, Money, RegionCode};
use crate::prices::{self, NewReference, PRODUCT_MAX, Per};
use crate::regions;

const PERS: &[(&str, &[&str])] = &[("500g", &["斤", "500克"]), ("piece", &["个", "枚", "件"])];

const fn column(
    key: &'static str,
    chinese: &'static str,
    form: Form,
    example: &'static str,
    help: (&'static str, &'static str),
) -> Column {
    Column { key, chinese, is_required: true, is_personal: false, form, example, help }
}

pub static SHEET: Sheet = Sheet {
    kind: Kind::PriceReferences,
    schema_version: 1,
    columns: &[
        column("product", "产品", Form::Line(PRODUCT_MAX), "土鸡蛋", ("与产品标准同名", "As templates name it")),
        column(
            "region",
            "地区代码",
            Form::Place,
            "510824",
            ("统计用区划代码：省、市、县", "The official code of a province, city or county"),
        ),
        column("week", "周一日期", Form::Day, "2026-03-02", ("这一周的星期一", "The Monday of the week")),
        column("per", "计价单位", Form::Word(PERS), "斤", ("斤 或 个", "500g or piece")),
        column("median", "中位价", Form::Yuan, "12.50", ("元", "Yuan")),
        column("sample_count", "样本数", Form::Count(10_000_000, &[]), "24", ("多少个报价", "How many prices")),
        column("source", "来源", Form::Line(100), "县农贸市场", ("从哪里来", "Where it is from")),
        column("source_date", "来源日期", Form::Day, "2026-03-06", ("写成 2026-03-06", "As 2026-03-06")),
    ],
};

/// What is known of a file's references while it is read.
#[derive(Debug, Default)]
pub struct Intake {
    regions: HashMap<String, Result<RegionCode, Invalid>>,
    /// In which row each stands.
    seen: HashMap<(String, RegionCode, String, Per), i64>,
}

impl Judge for Intake {
    type New = NewReference;

    fn judge(
        &mut self,
        conn: &mut Conn,
        desk: &Desk,
        rows: &[Row],
        findings: &mut Findings,
    ) -> Result<Vec<NewReference>, ImportError> {
        let mut new = Vec::with_capacity(rows.len());
        for row in rows.iter().filter(|row| row.is_whole) {
            let code = row.text(&SHEET, "region").unwrap_or_default();
            match self.region(conn, desk, code)? {
                Ok(region_code) => new.extend(self.judge_row(row, region_code, desk, findings)),
                Err(invalid) => findings.push(Finding::error(row.no, Some("region"), invalid)),
            }
        }
        Ok(new)
    }

    fn keep(conn: &mut Conn, desk: &Desk, act: &Act, new: &[NewReference]) -> Result<(), ImportError> {
        prices::record(conn, act, desk.by, new)?;
        Ok(())
    }
}

impl Intake {
    fn region(&mut self, conn: &mut Conn, desk: &Desk, text: &str) -> Result<Result<RegionCode, Invalid>, ImportError> {
        if let Some(known) = self.regions.get(text) {
            return Ok(known.clone());
        }
        let found = match RegionCode::parse(text) {
            Ok(code) if !regions::exists(conn, &code)? => Err(Invalid::new("unknown_region")),
            Ok(code) if desk.scope.covers(&code) => Ok(code),
            Ok(_) => Err(Invalid::new("region_out_of_scope")),
            Err(invalid) => Err(invalid),
        };
        self.regions.insert(text.to_owned(), found.clone());
        Ok(found)
    }

    fn judge_row(
        &mut self,
        row: &Row,
        region_code: RegionCode,
        desk: &Desk,
        findings: &mut Findings,
    ) -> Option<NewReference> {
        let text = |key| row.text(&SHEET, key).unwrap_or_default().to_owned();
        let new = NewReference {
            product: text("product"),
            region_code,
            week: row.day(&SHEET, "week")?,
            per: text("per").parse().ok()?,
            median_fen: Money::from_fen(row.count(&SHEET, "median")?).ok()?,
            sample_count: row.count(&SHEET, "sample_count")?,
            source: text("source"),
            source_date: row.day(&SHEET, "source_date")?,
        };
        let new = match new.check(desk.today) {
            Ok(new) => new,
            Err(wrong) => {
                let of = |name: &str| SHEET.columns.iter().find(|it| name.starts_with(it.key)).map(|it| it.key);
                findings.extend(wrong.into_iter().map(|(name, it)| Finding::error(row.no, of(name), it)));
                return None;
            }
        };
        let key = (new.product.clone(), new.region_code.clone(), new.week.to_string(), new.per);
        let first = *self.seen.entry(key).or_insert(row.no);
        if first != row.no {
            findings.push(Finding::error(row.no, Some("week"), Invalid::new("duplicate_in_file").with("row", first)));
            return None;
        }
        Some(new)
    }
}
