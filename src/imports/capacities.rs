//! Surveys from a table: what households can give in a season.

use std::collections::HashMap;

use super::cells::Form;
use super::columns::{Column, HOUSEHOLD, Row, Sheet, VILLAGE};
use super::intake::{Desk, Judge};
use super::placed::{Known, Placed};
use super::places::Places;
use super::types::{Finding, Findings, ImportError, Kind};
use crate::catalog;
use crate::db::Conn;
use crate::households::HouseholdId;
use crate::kernel::{Act, Invalid};
use crate::production::{NewSurvey, Season};
use crate::templates::{CapacityUnit, Template, TemplateId};

/// As much as the route takes: hundredths of 亩 are counted too.
const COUNT_MAX: i64 = 1_000_000;

pub static SHEET: Sheet = Sheet {
    kind: Kind::Capacities,
    schema_version: 1,
    columns: &[
        VILLAGE,
        HOUSEHOLD,
        Column {
            key: "product",
            chinese: "产品标准",
            is_required: true,
            is_personal: false,
            form: Form::Line(60),
            example: "土鸡蛋",
            help: ("产品标准的名称", "The product of a template"),
        },
        Column {
            key: "season",
            chinese: "季节",
            is_required: true,
            is_personal: false,
            form: Form::Line(4),
            example: "2026",
            help: ("年份", "The year"),
        },
        Column {
            key: "capacity",
            chinese: "规模",
            is_required: true,
            is_personal: false,
            form: Form::Hundredths(COUNT_MAX),
            example: "40",
            help: (
                "只、头、棵、箱为整数；亩可到两位小数",
                "Animals, trees and hives as whole numbers; 亩 with up to two decimals",
            ),
        },
        Column {
            key: "expected",
            chinese: "预计产量",
            is_required: true,
            is_personal: false,
            form: Form::Count(1_000_000_000, &[]),
            example: "6000",
            help: ("按标准的基本单位：克或个", "In the template's base: grams or pieces"),
        },
        Column {
            key: "surveyed_on",
            chinese: "摸底日期",
            is_required: true,
            is_personal: false,
            form: Form::Day,
            example: "2026-03-01",
            help: ("写成 2026-03-01", "As 2026-03-01"),
        },
    ],
};

/// What is known of a file's surveys while it is read.
#[derive(Debug, Default)]
pub struct Intake {
    places: Places,
    /// In which row each stands.
    seen: HashMap<(HouseholdId, TemplateId, String), i64>,
}

impl Judge for Intake {
    type New = NewSurvey;

    fn judge(
        &mut self,
        conn: &mut Conn,
        desk: &Desk,
        rows: &[Row],
        findings: &mut Findings,
    ) -> Result<Vec<NewSurvey>, ImportError> {
        let placed = self.places.place(conn, &desk.scope, rows, &SHEET, findings)?;
        let known = Known::load(conn, &placed, &SHEET)?;
        let mut new = Vec::with_capacity(placed.len());
        for placed in &placed {
            let before = findings.errors();
            let survey = self.judge_row(placed, &known, desk, findings);
            new.extend(survey.filter(|_| findings.errors() == before));
        }
        Ok(new)
    }

    /// What then is promised above a new limit is cut as by any other survey.
    fn keep(conn: &mut Conn, desk: &Desk, act: &Act, new: &[NewSurvey]) -> Result<(), ImportError> {
        for survey in new {
            catalog::take_survey(conn, act, desk.by, &desk.scope, survey)?;
        }
        Ok(())
    }
}

impl Intake {
    fn judge_row(
        &mut self,
        placed: &Placed<'_>,
        known: &Known,
        desk: &Desk,
        findings: &mut Findings,
    ) -> Option<NewSurvey> {
        let row = placed.row;
        let mut refuse = |column, invalid| findings.push(Finding::error(row.no, Some(column), invalid));
        let household_id = known.household(placed).map_err(|invalid| refuse("household", invalid)).ok();
        let product = row.text(&SHEET, "product").unwrap_or_default();
        let template = known.template(placed, product).map_err(|invalid| refuse("product", invalid)).ok();
        let season = Season::parse(row.text(&SHEET, "season").unwrap_or_default());
        let season = season.map_err(|invalid| refuse("season", invalid)).ok();
        let surveyed_on = row.day(&SHEET, "surveyed_on")?;
        if surveyed_on > desk.today {
            refuse("surveyed_on", Invalid::new("day_to_come"));
        }
        let template = template?;
        let hundredths = row.count(&SHEET, "capacity").unwrap_or_default();
        let capacity_units = units(template, hundredths).map_err(|(column, invalid)| refuse(column, invalid)).ok();
        let (household_id, season) = (household_id?, season?);
        let key = (household_id, template.id, season.to_string());
        let first = *self.seen.entry(key).or_insert(row.no);
        if first != row.no {
            refuse("product", Invalid::new("duplicate_in_file").with("row", first));
        }
        Some(NewSurvey {
            household_id,
            template_id: template.id,
            season,
            capacity_units: capacity_units?,
            expected_quantity: row.count(&SHEET, "expected").unwrap_or_default(),
            photo_id: None,
            surveyed_on,
            note: None,
        })
    }
}

/// What is counted, in the template's own measure: hundredths of 亩, else whole ones.
fn units(template: &Template, hundredths: i64) -> Result<i64, (&'static str, Invalid)> {
    let unit = template.capacity_unit.ok_or_else(|| ("product", Invalid::new("template_not_surveyed")))?;
    match unit {
        CapacityUnit::Mu => Ok(hundredths),
        _ if hundredths % 100 == 0 => Ok(hundredths / 100),
        _ => Err(("capacity", Invalid::new("not_a_whole_number"))),
    }
}
