//! House rules as tests: which module may use which, what may not stand in the source, how long a
//! file may be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the program, from the ground up. A file uses only modules on a line above its own, or
/// its own.
const LAYERS: &[&[&str]] = &[
    &["kernel"],
    &["search"],
    &["db", "notifier", "objects", "secrets"],
    &["gateways"],
    &["config"],
    &["context"],
    &["web"],
    &["installation", "jobs", "log"],
    &["keys", "ledger", "notices", "regions"],
    &["privacy", "webhooks"],
    &["identity"],
    &["helpers"],
    &["inbox", "photos"],
    &["households"],
    &["templates"],
    &["papers", "prices", "production"],
    &["catalog"],
    &["addresses", "cart", "freight", "pairing", "livestream", "payments", "cycles", "organisations"],
    &["orders"],
    &["harvest"],
    &["claims", "reviews"],
    &["settlement"],
    &["audit", "imports", "mydata", "sharing", "transparency"],
    &["app"],
    &["demo"],
    &["cli"],
    &["main", "lib"],
];

/// Uses that go up on purpose, each with its reason.
const EXCEPTIONS: &[(&str, &str, &str)] =
    &[("demo", "cli", "the demonstration loads places as the command line does, with its progress bar")];

struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The program's lines, without the tests at the end of the file.
    fn program(&self) -> &str {
        self.text.split("\n#[cfg(test)]\n").next().unwrap_or_default()
    }

    /// `orders` for `src/orders/place.rs`.
    fn module(&self) -> String {
        let first = self.path.strip_prefix("src").unwrap().components().next().unwrap();
        first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
    }

    /// What goes out and comes in may ask any domain.
    fn is_edge(&self) -> bool {
        let name = self.path.file_stem().unwrap().to_string_lossy();
        name == "view" || name.starts_with("http")
    }
}

fn sources(folder: &str, extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(Source { text: fs::read_to_string(&path).unwrap(), path });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "{folder} holds no .{extension}");
    found
}

fn layer_of(module: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or_else(|| panic!("{module} stands in no layer"))
}

/// The modules that a source names by `crate::…`.
fn used_modules(text: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for rest in text.split("crate::").skip(1) {
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            modules.extend(list.split(',').map(|item| item.trim().split("::").next().unwrap_or_default().to_owned()));
        } else {
            modules.push(rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect());
        }
    }
    // `crate::endpoints` is a macro of `web`.
    modules.retain(|module| !module.is_empty() && module != "endpoints");
    modules
}

#[test]
fn modules_use_only_what_lies_below_them() {
    let mut wrong = Vec::new();
    for source in sources("src", "rs") {
        let module = source.module();
        for used in used_modules(source.program()) {
            let excepted = EXCEPTIONS.iter().any(|(from, to, _)| *from == module && *to == used);
            let below = layer_of(&used) < layer_of(&module) || used == module;
            let edge_asks_a_domain = source.is_edge() && layer_of(&used) < layer_of("app");
            if !(below || excepted || edge_asks_a_domain) {
                wrong.push(format!("{} uses {used}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rules_are_pure() {
    for source in sources("src", "rs") {
        let name = source.path.file_stem().unwrap().to_string_lossy();
        if !matches!(&*name, "rules" | "turns" | "placement" | "link" | "names") {
            continue;
        }
        for word in ["diesel", "actix", "Conn", "Clock", "std::fs", "tokio"] {
            assert!(!source.program().contains(word), "{} knows {word}", source.path.display());
        }
    }
}

#[test]
fn only_stores_name_tables() {
    let allowed = |path: &Path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let parent = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("store")
            || matches!(&*name, "report" | "verify" | "import" | "search" | "idempotency")
            || parent == "db"
    };
    // Small domains that are one file are their own store.
    let one_file = ["src/installation.rs", "src/log/mod.rs", "src/demo/mod.rs"];
    for source in sources("src", "rs") {
        let names_tables = source.program().contains("db::schema::");
        let path = source.path.to_string_lossy();
        assert!(!names_tables || allowed(&source.path) || one_file.contains(&&*path), "{path} names tables");
    }
}

#[test]
fn what_may_not_stand_in_the_program() {
    let banned: &[(&str, &[&str])] = &[
        (".unwrap()", &[]),
        ("dbg!(", &[]),
        ("f64", &[]),
        ("f32", &["src/web/messages.rs"]),
        ("SystemTime", &[]),
        ("Timestamp::now", &["src/kernel/time.rs"]),
        (".transaction(", &[]),
        ("TODO", &[]),
        ("FIXME", &[]),
        ("#[allow(", &[]),
    ];
    let mut wrong = Vec::new();
    for source in sources("src", "rs") {
        let path = source.path.to_string_lossy().into_owned();
        for (words, except) in banned {
            if source.program().contains(words) && !except.contains(&path.as_str()) {
                wrong.push(format!("{path}: {words}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_have_a_seam_before_they_grow() {
    const LINES_MAX: usize = 420;
    let mut long = BTreeMap::new();
    for source in sources("src", "rs").into_iter().chain(sources("tests", "rs")) {
        let lines = source.text.lines().count();
        if lines > LINES_MAX && !source.path.ends_with("schema.rs") {
            long.insert(source.path, lines);
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_module_says_what_it_is() {
    for source in sources("src", "rs") {
        assert!(source.text.starts_with("//!"), "{} has no introduction", source.path.display());
    }
}

#[test]
fn every_error_code_is_used() {
    let all: String =
        sources("src", "rs").iter().filter(|source| !source.path.ends_with("error.rs")).map(Source::program).collect();
    for code in yuanshan::web::Code::ALL {
        let name = format!("Code::{code:?}");
        assert!(all.contains(&name), "{name} is never given");
    }
}

#[test]
fn every_dependency_is_accounted_for() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let reasons = fs::read_to_string("docs/dependencies.md").unwrap();
    let sections = manifest
        .split("\n[")
        .filter(|section| section.starts_with("dependencies]") || section.starts_with("dev-dependencies]"));
    for line in sections.flat_map(|section| section.lines().skip(1)) {
        if let Some((name, _)) = line.split_once(" = ") {
            assert!(reasons.contains(&format!("`{name}`")), "docs/dependencies.md does not say why {name} is here");
        }
    }
}
