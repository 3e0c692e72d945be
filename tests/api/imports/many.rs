//! Many rows. Of the largest usual size only when it is asked for, with figures:
//! `cargo test --release --test api imports::many -- --ignored --nocapture`.

use std::fmt::Write;
use std::time::Instant;

use super::{committed, judged, listings};
use crate::support::Market;

fn households(count: usize) -> Vec<u8> {
    let mut text = "村,别名,故事,人数,别名同意方式\r\n".to_owned();
    for no in 0..count {
        let village = if no % 2 == 0 { "岫云村" } else { "510824115216" };
        writeln!(text, "{village},第{no}家,养鸡种菜。,{}口,点按\r", no % 9 + 1).unwrap();
    }
    text.into_bytes()
}

fn goods(count: usize) -> Vec<u8> {
    let lines: Vec<String> = (0..count)
        .map(|no| format!("岫云村,第{no}家,,土鸡蛋 30枚/盒,eggs,盒,三斤,20,33元,￥4.50,7.00,2,1,0.5,48.00"))
        .collect();
    listings(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The most memory that this process has held, in MiB.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
}

async fn import(market: &Market, kind: &str, file: &[u8], count: usize) {
    let begun = Instant::now();
    let import = judged(market, &market.coordinator, kind, file).await;
    let checked = begun.elapsed();
    assert_eq!((import["rows_total"].as_u64(), import["errors_count"].as_u64()), (Some(count as u64), Some(0)));
    let begun = Instant::now();
    let done = committed(market, &market.coordinator, &import).await;
    println!("{count} {kind}: judged in {checked:?}, carried out in {:?}, peak {} MiB", begun.elapsed(), peak_mib());
    assert_eq!((done["state"].as_str(), done["rows_done"].as_u64()), (Some("done"), Some(count as u64)));
}

async fn both(count: usize) {
    let market = Market::new().await;
    println!("before: peak {} MiB", peak_mib());
    import(&market, "households", &households(count), count).await;
    import(&market, "listings", &goods(count), count).await;
}

#[actix_web::test]
async fn more_rows_than_a_chunk() {
    both(1_201).await;
}

#[actix_web::test]
#[ignore = "takes a minute in a debug build"]
async fn twenty_thousand_rows() {
    both(20_000).await;
}
