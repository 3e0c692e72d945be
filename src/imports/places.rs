//! Villages as people name them in a table: by the official code or by their name.

use std::collections::HashMap;

use super::types::ImportError;
use crate::db::Conn;
use crate::kernel::{Invalid, RegionCode, RegionLevel, Scope};
use crate::regions;

/// The villages of a file, each looked up once.
#[derive(Debug, Default)]
pub struct Places(HashMap<String, Result<RegionCode, Invalid>>);

impl Places {
    /// The village of this code or name, in the scope.
    ///
    /// # Errors
    /// The refusal inside, [`ImportError::Db`] outside.
    pub fn village(
        &mut self,
        conn: &mut Conn,
        scope: &Scope,
        text: &str,
    ) -> Result<Result<RegionCode, Invalid>, ImportError> {
        if let Some(known) = self.0.get(text) {
            return Ok(known.clone());
        }
        let found = if text.bytes().all(|byte| byte.is_ascii_digit()) {
            by_code(conn, scope, text)?
        } else {
            by_name(conn, scope, text)?
        };
        self.0.insert(text.to_owned(), found.clone());
        Ok(found)
    }
}

fn by_code(conn: &mut Conn, scope: &Scope, text: &str) -> Result<Result<RegionCode, Invalid>, ImportError> {
    let code = match RegionCode::parse(text) {
        Ok(code) if code.level() == RegionLevel::Village => code,
        Ok(_) => return Ok(Err(Invalid::new("not_a_village"))),
        Err(invalid) => return Ok(Err(invalid)),
    };
    if !scope.covers(&code) {
        return Ok(Err(Invalid::new("village_out_of_scope")));
    }
    Ok(if regions::exists(conn, &code)? { Ok(code) } else { Err(Invalid::new("unknown_region")) })
}

fn by_name(conn: &mut Conn, scope: &Scope, text: &str) -> Result<Result<RegionCode, Invalid>, ImportError> {
    let named = regions::list_villages_named(conn, text)?;
    let mut own: Vec<&RegionCode> = named.iter().filter(|code| scope.covers(code)).collect();
    Ok(match (own.pop(), own.is_empty()) {
        (Some(code), true) => Ok(code.clone()),
        (Some(_), false) => Err(Invalid::new("ambiguous_village")),
        (None, _) if named.is_empty() => Err(Invalid::new("unknown_village")),
        (None, _) => Err(Invalid::new("village_out_of_scope")),
    })
}
