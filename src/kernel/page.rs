//! Keyset pages: a cursor says after which row the next page begins, so that rows that come or go
//! meanwhile neither repeat nor hide others, and page 1,000 costs what page 1 costs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Any, Id, Instant, Invalid};

/// The sort key and id of the last row of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub key: i64,
    pub id: Uuid,
}

impl Cursor {
    /// Behind a row of a list that is sorted by time.
    #[must_use]
    pub fn at<T>(at: Instant, id: Id<T>) -> Self {
        Self { key: at.unix_micros(), id: id.uuid() }
    }

    /// The time and id of the row behind which a page begins.
    #[must_use]
    pub fn time_and_id(self) -> (Instant, Id<Any>) {
        (Instant::from_unix_micros(self.key), Id::from_uuid(self.id))
    }

    #[must_use]
    pub fn encode(self) -> String {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.key.to_be_bytes());
        bytes[8..].copy_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// # Errors
    /// `invalid_cursor` for what no page gave out.
    pub fn decode(text: &str) -> Result<Self, Invalid> {
        let refuse = || Invalid::new("invalid_cursor");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refuse())?;
        let (key, id) = bytes.split_first_chunk::<8>().ok_or_else(refuse)?;
        Ok(Self { key: i64::from_be_bytes(*key), id: Uuid::from_slice(id).map_err(|_| refuse())? })
    }
}

/// What a list request may say of its page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows on a page: 1 to 100, by default 20.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
    /// `page.next` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    const DEFAULT: i64 = 20;
    const MAX: i64 = 100;

    /// # Errors
    /// `invalid_limit` outside 1 to 100.
    pub fn limit(&self) -> Result<i64, Invalid> {
        let limit = self.limit.unwrap_or(Self::DEFAULT);
        if (1..=Self::MAX).contains(&limit) {
            Ok(limit)
        } else {
            Err(Invalid::new("invalid_limit").with("max", Self::MAX))
        }
    }

    /// # Errors
    /// `invalid_cursor` for what no page gave out.
    pub fn after(&self) -> Result<Option<Cursor>, Invalid> {
        self.cursor.as_deref().map(Cursor::decode).transpose()
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub page: PageInfo,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageInfo {
    /// Cursor of the next page; null on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts rows fetched with `limit + 1` to a page; the row too many says that there is a next one.
    pub fn cut(mut rows: Vec<T>, limit: i64, cursor_of: impl FnOnce(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|row| cursor_of(row).encode()) } else { None };
        Self { data: rows, page: PageInfo { next } }
    }

    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(change).collect(), page: self.page }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_back(key in any::<i64>(), id in any::<u128>()) {
            let cursor = Cursor { key, id: Uuid::from_u128(id) };
            prop_assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
        }

        #[test]
        fn no_text_breaks_the_decoder(text in ".*") {
            let _ = Cursor::decode(&text);
        }
    }

    #[test]
    fn the_last_page_has_no_next() {
        let cursor_of = |row: &i64| Cursor { key: *row, id: Uuid::nil() };
        assert!(Page::cut(vec![1, 2], 2, cursor_of).page.next.is_none());
        let page = Page::cut(vec![1, 2, 3], 2, cursor_of);
        assert_eq!(page.data, [1, 2]);
        assert_eq!(Cursor::decode(&page.page.next.unwrap()).unwrap().key, 2);
    }
}
