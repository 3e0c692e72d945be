//! Days off and days made up for in China, as the State Council announces them each November: 国务院办公厅
//! 关于2026年部分节假日安排的通知 of 2025-11-04 (published by Xinhua and on www.gov.cn). A year that is not
//! here was not announced when this was written, and has weekends alone.

/// First and last day of each holiday.
pub const DAYS_OFF: &[(&str, &str)] = &[
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
];

/// Weekend days on which people work.
pub const DAYS_MADE_UP: &[&str] = &["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"];
