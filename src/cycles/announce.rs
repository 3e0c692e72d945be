//! 报货: what a village's loudspeaker says once it is known what was ordered. Pure.

use super::store::Cycle;

/// What was ordered of a household's goods.
#[derive(Debug, Clone)]
pub struct Ordered {
    pub household: String,
    pub title: String,
    pub unit_label: String,
    pub units: i64,
}

/// A text to read out, in plain Chinese; households in a fixed order, what nobody ordered left out.
#[must_use]
pub fn text(cycle: &Cycle, village: &str, ordered: &[Ordered]) -> String {
    let mut rows: Vec<&Ordered> = ordered.iter().filter(|row| row.units > 0).collect();
    rows.sort_by(|a, b| (&a.household, &a.title).cmp(&(&b.household, &b.title)));
    let greeting = format!("{village}的乡亲们，现在报一下“{}”要的货。", cycle.title);
    if rows.is_empty() {
        return format!("{greeting}\n这一期还没有人订。");
    }
    let lines = rows.iter().map(|row| format!("{}：{} {}{}。", row.household, row.title, row.units, row.unit_label));
    let lines = lines.collect::<Vec<_>>().join("\n");
    let (report_by, intake_on) = (spoken(&cycle.report_by), spoken(&cycle.intake_on));
    format!("{greeting}\n{lines}\n请在{report_by}以前到村里报一声，能交多少说多少。{intake_on}收货。谢谢大家！")
}

/// `2026-09-05` as it is said: 9月5日.
fn spoken(day: &str) -> String {
    let mut parts = day.split('-').skip(1).map(|part| part.trim_start_matches('0'));
    format!("{}月{}日", parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::rules::CycleState;
    use super::*;
    use crate::kernel::{Id, Instant, RegionCode};

    #[test]
    fn it_says_who_brings_what_until_when() {
        let at = Instant::from_unix_micros(0);
        let cycle = Cycle {
            id: Id::from_uuid(uuid::Uuid::from_u128(1)),
            village_code: RegionCode::parse("510824115216").unwrap(),
            title: "秋蛋团".into(),
            state: CycleState::Planned,
            opens_at: at,
            closes_at: at,
            report_by: "2026-09-05".into(),
            intake_on: "2026-10-12".into(),
            dispatch_on: "2026-10-12".into(),
            arrival_on: "2026-10-14".into(),
            created_by: Id::from_uuid(uuid::Uuid::from_u128(2)),
            created_at: at,
        };
        let row = |household: &str, units| Ordered {
            household: household.into(),
            title: "土鸡蛋".into(),
            unit_label: "盒".into(),
            units,
        };
        let said = text(&cycle, "岫云村", &[row("坡上王家", 12), row("坝上李家", 3), row("沟里张家", 0)]);
        assert_eq!(
            said,
            "岫云村的乡亲们，现在报一下“秋蛋团”要的货。\n坝上李家：土鸡蛋 3盒。\n坡上王家：土鸡蛋 12盒。\n\
             请在9月5日以前到村里报一声，能交多少说多少。10月12日收货。谢谢大家！"
        );
        assert!(text(&cycle, "岫云村", &[]).ends_with("还没有人订。"));
    }
}
