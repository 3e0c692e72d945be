//! Why a value was refused.

use std::fmt;

/// A refused value: a stable code and what fills the placeholders of its message.
///
/// The sentence a person reads is in `locales/*.json` under `code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    pub code: &'static str,
    pub params: Vec<(&'static str, String)>,
}

impl Invalid {
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        Self { code, params: Vec::new() }
    }

    /// Adds what the message's `{name}` stands for.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.params.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        for (name, value) in &self.params {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}
