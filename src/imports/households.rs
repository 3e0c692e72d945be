//! Households from a table.

use std::collections::HashMap;

use super::cells::Form;
use super::columns::{Column, Row, Sheet, VILLAGE};
use super::intake::{Desk, Judge};
use super::places::Places;
use super::types::{Finding, Findings, ImportError, Kind};
use crate::db::Conn;
use crate::households::{
    self, ALIAS_MAX, CreditCode, NewHousehold, STORY_MAX, SellerType, check_members, check_seller,
};
use crate::kernel::{Act, Invalid, RegionCode};

/// How the head agreed that the public reads the alias. Paper and voice need their evidence, which a table
/// cannot carry.
const CONSENTS: &[(&str, &[&str])] = &[
    ("none", &["否", "没有", "无", "no"]),
    ("tap", &["点按", "现场点按"]),
    ("paper", &["纸质", "书面", "签字"]),
    ("voice", &["录音", "语音"]),
];

const SELLERS: &[(&str, &[&str])] = &[
    ("household_self_produced", &["农户自产"]),
    ("small_amount", &["零星小额"]),
    ("co_op", &["合作社"]),
    ("firm", &["企业", "公司"]),
];

pub static SHEET: Sheet = Sheet {
    kind: Kind::Households,
    schema_version: 1,
    columns: &[
        VILLAGE,
        Column {
            key: "alias",
            chinese: "别名",
            is_required: true,
            is_personal: true,
            form: Form::Line(ALIAS_MAX),
            example: "坡上王家",
            help: (
                "公众看到的称呼，不是真实姓名；同村不能重复",
                "What the public calls them, never the real name; no two of a village",
            ),
        },
        Column {
            key: "story",
            chinese: "故事",
            is_required: false,
            is_personal: true,
            form: Form::Paragraphs(STORY_MAX),
            example: "四十只土鸡，两亩坡地。",
            help: ("户主另行同意后才公开", "Public only once the head agrees to it"),
        },
        Column {
            key: "members",
            chinese: "人数",
            is_required: false,
            is_personal: false,
            form: Form::Count(30, &["人", "口", "口人"]),
            example: "4",
            help: ("1–30，只给工作人员看", "1 to 30, for staff only"),
        },
        Column {
            key: "alias_consent",
            chinese: "别名同意方式",
            is_required: false,
            is_personal: false,
            form: Form::Word(CONSENTS),
            example: "点按",
            help: (
                "户主怎样同意公开别名：点按（在您的手机上）或 否；不填即没有。纸质和录音须附凭证，请在农户页面登记",
                "How the head agreed that the alias is public: tap (on your phone) or none; empty is none. Paper and voice need evidence: record them on the household's page",
            ),
        },
        Column {
            key: "seller_type",
            chinese: "销售主体",
            is_required: false,
            is_personal: false,
            form: Form::Word(SELLERS),
            example: "农户自产",
            help: (
                "农户自产、零星小额、合作社、企业；不填即农户自产",
                "household_self_produced, small_amount, co_op or firm; empty is the first",
            ),
        },
        Column {
            key: "credit_code",
            chinese: "统一社会信用代码",
            is_required: false,
            is_personal: false,
            form: Form::Line(18),
            example: "",
            help: ("合作社和企业必填", "Needed for co-ops and firms"),
        },
    ],
};

/// What is known of a file's households while it is read.
#[derive(Debug, Default)]
pub struct Intake {
    places: Places,
    /// In which row each stands.
    seen: HashMap<(RegionCode, String), i64>,
}

impl Judge for Intake {
    type New = NewHousehold;

    fn judge(
        &mut self,
        conn: &mut Conn,
        desk: &Desk,
        rows: &[Row],
        findings: &mut Findings,
    ) -> Result<Vec<NewHousehold>, ImportError> {
        let mut new = Vec::with_capacity(rows.len());
        for row in rows.iter().filter(|row| row.is_whole) {
            if let Some(household) = self.judge_row(conn, desk, row, findings)? {
                new.push((row.no, household));
            }
        }
        refuse_known(conn, &new, findings)?;
        Ok(new.into_iter().map(|(_, household)| household).collect())
    }

    fn keep(conn: &mut Conn, desk: &Desk, act: &Act, new: &[NewHousehold]) -> Result<(), ImportError> {
        Ok(households::record_all(conn, act, desk.by, &desk.scope, new)?)
    }
}

impl Intake {
    fn judge_row(
        &mut self,
        conn: &mut Conn,
        desk: &Desk,
        row: &Row,
        findings: &mut Findings,
    ) -> Result<Option<NewHousehold>, ImportError> {
        let before = findings.errors();
        let mut refuse = |column, invalid| findings.push(Finding::error(row.no, Some(column), invalid));
        let village = row.text(&SHEET, "village").unwrap_or_default();
        let village = self.places.village(conn, &desk.scope, village)?.map_err(|it| refuse("village", it)).ok();
        let alias = row.text(&SHEET, "alias").unwrap_or_default().to_owned();
        let members = row.count(&SHEET, "members").map(check_members).transpose();
        let members = members.map_err(|invalid| refuse("members", invalid)).ok().flatten();
        let consent = row.text(&SHEET, "alias_consent");
        if matches!(consent, Some("paper" | "voice")) {
            refuse("alias_consent", Invalid::new("consent_needs_evidence"));
        }
        let seller_type = row.text(&SHEET, "seller_type").and_then(|word| word.parse().ok());
        let seller_type = seller_type.unwrap_or(SellerType::HouseholdSelfProduced);
        let credit_code = row.text(&SHEET, "credit_code").map(CreditCode::parse).transpose();
        let credit_code = credit_code.and_then(|code| check_seller(seller_type, code.as_ref()).map(|()| code));
        let credit_code = credit_code.map_err(|invalid| refuse("credit_code", invalid)).ok().flatten();
        let Some(village_code) = village else { return Ok(None) };
        let first = *self.seen.entry((village_code.clone(), alias.clone())).or_insert(row.no);
        if first != row.no {
            refuse("alias", Invalid::new("duplicate_in_file").with("row", first));
        }
        let story = row.text(&SHEET, "story").map(str::to_owned);
        let agrees_to_alias = consent == Some("tap");
        let household = NewHousehold { village_code, alias, story, members, seller_type, credit_code, agrees_to_alias };
        Ok((findings.errors() == before).then_some(household))
    }
}

/// Households that are recorded already, under the same alias in the same village.
fn refuse_known(conn: &mut Conn, new: &[(i64, NewHousehold)], findings: &mut Findings) -> Result<(), ImportError> {
    let named = households::list_named(
        conn,
        new.iter().map(|(_, household)| (&household.village_code, household.alias.as_str())),
    )?;
    for (no, household) in new {
        if let Some(known) =
            named.get(&(household.village_code.clone(), household.alias.clone())).and_then(|ids| ids.first())
        {
            let invalid = Invalid::new("duplicate_household").with("id", known);
            findings.push(Finding::error(*no, Some("alias"), invalid));
        }
    }
    Ok(())
}
