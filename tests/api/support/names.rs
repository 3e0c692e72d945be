//! Answers made fit for snapshots: what is drawn by chance gets a name, after its form was checked.
//!
//! The clock is the test's, so times stay as they are. Ids become `[id 1]`, `[id 2]`, … in the order
//! in which they appear, so that a snapshot still tells which of them are the same.

use serde_json::Value;
use uuid::Uuid;

const UUID_LENGTH: usize = 36;

/// The letters of codes that people type: base 32 without the letters that are misread.
const CODE_LETTERS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The value with names in place of ids, codes and tokens.
pub fn tidy(value: &Value) -> Value {
    let mut names = Names::default();
    let mut tidied = value.clone();
    names.visit("", &mut tidied);
    tidied
}

#[derive(Default)]
struct Names {
    ids: Vec<String>,
    codes: Vec<String>,
}

impl Names {
    fn visit(&mut self, key: &str, value: &mut Value) {
        match value {
            Value::Object(members) => {
                self.learn_codes(members);
                members.iter_mut().for_each(|(key, value)| self.visit(key, value));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.visit(key, value)),
            Value::String(text) if key == "access_token" => {
                assert_eq!(text.split('.').count(), 3, "a signed token: {text}");
                *text = "[token]".to_owned();
            }
            Value::Number(number) if key == "seq" => {
                assert!(number.as_i64().is_some_and(|number| number > 0), "a place in the log: {number}");
                *value = "[seq]".into();
            }
            Value::String(text) if key == "request_id" => {
                assert!(Uuid::parse_str(text).is_ok(), "a request id: {text}");
                *text = "[request]".to_owned();
            }
            Value::String(text) => {
                let named = self.name_ids(text);
                *text = self.name_codes(&named);
            }
            _ => {}
        }
    }

    /// Codes of slips and streams; those of regions and problems stay.
    fn learn_codes(&mut self, members: &serde_json::Map<String, Value>) {
        for key in ["code", "slip_code", "stream_code", "key"] {
            let Some(code) = members.get(key).and_then(Value::as_str) else { continue };
            let drawn = code.len() >= 6 && code.chars().all(|letter| CODE_LETTERS.contains(letter));
            let is_region = code.chars().all(|letter| letter.is_ascii_digit());
            if drawn && !is_region && !self.codes.iter().any(|known| known == code) {
                self.codes.push(code.to_owned());
            }
        }
    }

    /// Replaces each id of version 7 in `text` by its name.
    fn name_ids(&mut self, text: &str) -> String {
        let mut named = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some(id) = rest.get(..UUID_LENGTH).filter(|id| is_id(id)) {
                let number = self.ids.iter().position(|known| known == id).unwrap_or_else(|| {
                    self.ids.push(id.to_owned());
                    self.ids.len() - 1
                });
                named.push_str(&format!("[id {}]", number + 1));
                rest = &rest[UUID_LENGTH..];
            } else {
                named.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        named
    }

    fn name_codes(&self, text: &str) -> String {
        let name =
            |text: String, (number, code): (usize, &String)| text.replace(code, &format!("[code {}]", number + 1));
        self.codes.iter().enumerate().fold(text.to_owned(), name)
    }
}

fn is_id(text: &str) -> bool {
    text.contains('-') && Uuid::parse_str(text).is_ok_and(|id| id.get_version_num() == 7)
}
