//! `yuanshan import …`, as somebody at a terminal runs it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

use super::{households, listings, table, workbook};
use crate::common::Database;

/// An installation of its own, with a coordinator and an approver.
struct Installation {
    database: Database,
    directory: TempDir,
}

const COORDINATOR: &str = "13800000001";
const APPROVER: &str = "13800000003";

impl Installation {
    fn new() -> Self {
        let new = Self { database: Database::new(), directory: tempfile::tempdir().unwrap() };
        for (phone, role, region) in [(COORDINATOR, "coordinator", "510824115216"), (APPROVER, "approver", "510824")] {
            let arguments = ["user", "add", "--phone", phone, "--name", role, "--role", role, "--region", region];
            let output = new.run(&arguments);
            assert!(output.status.success(), "{output:?}");
        }
        new
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_yuanshan"))
            .args(arguments)
            .env("YUANSHAN_DATA", self.directory.path())
            .env("YUANSHAN_KEYS", self.directory.path().join("keys.json"))
            .env("YUANSHAN_PASSWORD_MEMORY_KIB", "8")
            .env("DATABASE_URL", &self.database.url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that asks for nothing may have ended by now.
        let _ = child.stdin.take().unwrap().write_all("岫云村-2026-远山\n".as_bytes());
        child.wait_with_output().unwrap()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Whether it went well, and what it said: to be read on, and to the person.
    fn import(&self, kind: &str, name: &str, bytes: &[u8], more: &[&str]) -> (bool, String, String) {
        let path = self.file(name, bytes);
        let person = if kind == "price_references" { APPROVER } else { COORDINATOR };
        let arguments = [&["import", kind, path.to_str().unwrap(), "--as", person], more].concat();
        let output = self.run(&arguments);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    }

    #[track_caller]
    fn imports(&self, kind: &str, name: &str, bytes: &[u8], rows: usize) {
        // In a pipe there is no bar, and without a note nothing but what came of it.
        let good = (true, format!("Good rows: {rows}. Nothing was imported: say --commit.\n"), String::new());
        assert_eq!(self.import(kind, name, bytes, &[]), good, "{kind}: judged alone");
        let done = (true, format!("Imported rows: {rows}.\n"), String::new());
        assert_eq!(self.import(kind, name, bytes, &["--commit"]), done, "{kind}: carried out");
    }
}

#[test]
fn files_are_judged_and_imported() {
    let here = Installation::new();
    here.imports(
        "households",
        "households.csv",
        &households(&["岫云村,坡上王家,养鸡。,4,点按", "岫云村,河边李家,,,"]),
        2,
    );
    let rows: [&[&str]; 2] = [&["村", "别名", "故事"], &["510824115216", "山后赵家", "种菜。"]];
    here.imports("households", "households.xlsx", &workbook(&rows), 1);
    here.imports("listings", "listings.csv", &listings(&["岫云村,山后赵家,,蜂蜜,honey,瓶,500 g,2,50,,,,,,50"]), 1);
    let prices = "产品,地区代码,周一日期,计价单位,中位价,样本数,来源,来源日期";
    let prices = table(prices, &["土鸡蛋,510824,2026-03-02,斤,12.50,24,县农贸市场,2026-03-06"]);
    here.imports("price_references", "prices.csv", &prices, 1);
    let verified = here.run(&["verify"]);
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn what_is_wrong_is_said_by_row_and_nothing_is_imported() {
    let here = Installation::new();
    let file = households(&["岫云村,坡上王家,养鸡。,4,点按", "悬崖村,崖顶家,,,", "岫云村,河边李家,,四十,"]);
    let (is_good, told, error) = here.import("households", "households.csv", &file, &["--commit"]);
    assert!(!is_good);
    assert_eq!(error, "yuanshan: errors: 2; nothing was imported\n");
    let rows: Vec<Vec<&str>> = told.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    assert_eq!(rows, [["3", "village", "error"], ["4", "members", "error"]], "{told}");
    // Nor was the good row.
    here.imports("households", "households.csv", &households(&["岫云村,坡上王家,养鸡。,4,点按"]), 1);
    for (name, bytes) in [("picture.csv", &b"\x89PNG\r\n\x1a\n"[..]), ("empty.csv", &b""[..])] {
        let (is_good, told, error) = here.import("households", name, bytes, &["--commit"]);
        assert!(!is_good && told.is_empty() && error.starts_with("yuanshan: "), "{name}: {told} {error}");
    }
    let output = here.run(&["import", "households", "households.csv", "--as", "13800000099"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "yuanshan: nobody has this number\n");
}

#[test]
fn an_error_is_shown_among_many_notes() {
    let here = Installation::new();
    let mut lines: Vec<String> = (0..250).map(|no| format!("岫云村,第{no}家,,4口,")).collect();
    lines.push("岫云村,第1家,,4,".into());
    let file = households(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let (is_good, told, _) = here.import("households", "households.csv", &file, &["--commit"]);
    assert!(!is_good && told.ends_with("… and 51 more\n"), "{told}");
    assert!(told.lines().any(|line| line.trim_start().starts_with("252  alias")), "{told}");
}
