//! Runs wrk and reads what it found.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;

/// One connection more than the workers could ever hold up, few enough to look at latency.
pub const CONNECTIONS: u64 = 32;

/// What one run found.
#[derive(Debug, Clone, Copy, Default)]
pub struct Run {
    pub requests: u64,
    pub micros: u64,
    pub p50_us: u64,
    pub p99_us: u64,
    /// Answers that were refusals or errors, broken connections, time-outs.
    pub failures: u64,
}

impl Run {
    pub fn per_second(&self) -> u64 {
        self.requests * 1_000_000 / self.micros.max(1)
    }
}

/// Last lines of every script: the figures in one line that needs no guessing of units.
const DONE: &str = r#"
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("figures: %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout))
end
"#;

/// Drives `address` for `time`; `script` may make the requests, else it is GET `path`.
pub fn run(directory: &Path, address: SocketAddr, path: &str, script: &str, time: Duration) -> Outcome<Run> {
    let file = directory.join("bench.lua");
    fs::write(&file, format!("{script}\n{DONE}"))?;
    let wrk = Command::new("wrk")
        .args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{}s", time.as_secs().max(1)), "--timeout", "10s"])
        .arg("-s")
        .arg(&file)
        .arg(format!("http://{address}{path}"))
        .output()
        .map_err(|error| format!("wrk (Debian package wrk): {error}"))?;
    let printed = String::from_utf8_lossy(&wrk.stdout);
    let figures = printed.lines().find_map(|line| line.strip_prefix("figures: "));
    let figures = figures.ok_or_else(|| format!("wrk: {printed}{}", String::from_utf8_lossy(&wrk.stderr)))?;
    let figures = figures.split(' ').map(str::parse).collect::<Result<Vec<u64>, _>>()?;
    match figures[..] {
        [requests, micros, p50_us, p99_us, failures] => Ok(Run { requests, micros, p50_us, p99_us, failures }),
        _ => Err(format!("wrk: {printed}").into()),
    }
}
