//! How far resealing is, and the rows of any sealed column.
//!
//! The statements are put together from the names in [`COLUMNS`](super::columns::COLUMNS), and from
//! nothing that comes from outside.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};

use super::columns::{Column, RowName};
use crate::db::schema::resealings;
use crate::db::{Conn, DbResult, native};
use crate::kernel::{Any, Id, IdSql, Instant};

/// How far a column is, or the files of a kind.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = resealings)]
#[diesel(treat_none_as_default_value = false)]
pub struct Progress {
    pub column_name: String,
    /// Under which key all is to be sealed.
    pub key_id: i64,
    pub done: i64,
    pub total: i64,
    pub started_at: Instant,
    pub finished_at: Option<Instant>,
    /// The last row that was looked at.
    pub position: Option<String>,
}

pub fn list(conn: &mut Conn) -> DbResult<Vec<Progress>> {
    Ok(resealings::table.order(resealings::column_name).select(Progress::as_select()).load(conn)?)
}

/// Begins anew, whatever stood there before.
pub fn replace(conn: &mut Conn, progress: &Progress) -> DbResult<()> {
    diesel::delete(resealings::table.find(&progress.column_name)).execute(conn)?;
    diesel::insert_into(resealings::table).values(progress).execute(conn)?;
    Ok(())
}

/// Notes a batch; false if another process has noted it.
pub fn advance(conn: &mut Conn, before: &Progress, done: i64, position: Option<String>) -> DbResult<bool> {
    let here = resealings::table
        .find(&before.column_name)
        .filter(resealings::key_id.eq(before.key_id))
        .filter(resealings::finished_at.is_null());
    let row =
        diesel::update(here).set((resealings::done.eq(resealings::done + done), resealings::position.eq(position)));
    let changed = match &before.position {
        None => row.filter(resealings::position.is_null()).execute(conn)?,
        Some(at) => row.filter(resealings::position.eq(at)).execute(conn)?,
    };
    Ok(changed == 1)
}

pub fn finish(conn: &mut Conn, before: &Progress, at: Instant) -> DbResult<()> {
    let row = resealings::table.find(&before.column_name).filter(resealings::key_id.eq(before.key_id));
    diesel::update(row).set(resealings::finished_at.eq(at)).execute(conn)?;
    Ok(())
}

/// A row with what it holds sealed.
#[derive(QueryableByName)]
pub struct SealedRow {
    #[diesel(sql_type = IdSql)]
    id: Id<Any>,
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = Binary)]
    pub sealed: Vec<u8>,
}

impl SealedRow {
    pub fn name(&self) -> RowName {
        RowName { id: self.id, word: self.word.clone() }
    }
}

/// The first byte of a sealed value names its key; what was erased is empty.
fn otherwise(column: &Column, parameter: u8) -> String {
    let sealed = column.sealed();
    format!("length({sealed}) > 0 AND substr({sealed}, 1, 1) <> ${parameter}")
}

/// Rows after `after` that are sealed with another key than `key_id`, in the order of their keys.
pub fn list_sealed_otherwise(
    conn: &mut Conn,
    column: &Column,
    key_id: u8,
    after: &RowName,
    limit: i64,
) -> DbResult<Vec<SealedRow>> {
    let (id, word) = (column.id, column.word.unwrap_or("''"));
    let (later, order) = match column.word {
        Some(word) => (format!("({id}, {word}) > ($1, $2)"), format!("{id}, {word}")),
        None => (format!("{id} > $1 AND $2 = ''"), id.to_owned()),
    };
    let sql = format!(
        "SELECT {id} AS id, {word} AS word, {} AS sealed FROM {} WHERE {later} AND {} ORDER BY {order} LIMIT $4",
        column.sealed(),
        column.table,
        otherwise(column, 3),
    );
    let key = vec![key_id];
    Ok(native!(
        conn,
        diesel::sql_query(sql)
            .bind::<IdSql, _>(after.id)
            .bind::<Text, _>(&after.word)
            .bind::<Binary, _>(&key)
            .bind::<BigInt, _>(limit)
            .load(conn)
    )?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

pub fn count_sealed_otherwise(conn: &mut Conn, column: &Column, key_id: u8) -> DbResult<i64> {
    let sql = format!("SELECT COUNT(*) AS count FROM {} WHERE {}", column.table, otherwise(column, 1));
    let key = vec![key_id];
    let counted: Count = native!(conn, diesel::sql_query(sql).bind::<Binary, _>(&key).get_result(conn))?;
    Ok(counted.count)
}

/// Puts `sealed` in the place of what `row` held; false if that was changed meanwhile.
pub fn replace_sealed(conn: &mut Conn, column: &Column, row: &SealedRow, sealed: &[u8]) -> DbResult<bool> {
    let (name, word) = (column.sealed(), column.word.unwrap_or("''"));
    let sql =
        format!("UPDATE {} SET {name} = $1 WHERE {} = $2 AND {word} = $3 AND {name} = $4", column.table, column.id);
    let changed = native!(
        conn,
        diesel::sql_query(sql)
            .bind::<Binary, _>(sealed)
            .bind::<IdSql, _>(row.id)
            .bind::<Text, _>(&row.word)
            .bind::<Binary, _>(&row.sealed)
            .execute(conn)
    )?;
    Ok(changed == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::keys::columns::COLUMNS;
    use diesel::connection::SimpleConnection;

    #[test]
    fn what_was_changed_meanwhile_is_left() {
        let directory = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}", directory.path().join("x.sqlite").display()), 1).unwrap();
        let column = COLUMNS.iter().find(|column| column.table == "notices").unwrap();
        let notice =
            |number: u8, sealed: &str| format!("INSERT INTO notices VALUES (x'{number:032x}', 'sms', x'{sealed}', 0);");
        let notices = [notice(1, "01aa"), notice(2, "01bb"), notice(3, "02cc"), notice(4, "")].concat();
        let nobody = RowName { id: Id::from_uuid(uuid::Uuid::nil()), word: String::new() };
        db.write_blocking(|conn| {
            conn.batch_execute(&notices)?;
            let rows = list_sealed_otherwise(conn, column, 2, &nobody, 10)?;
            assert_eq!(rows.iter().map(|row| row.sealed[1]).collect::<Vec<_>>(), [0xaa, 0xbb]);
            conn.batch_execute("UPDATE notices SET message_sealed = x'01dd' WHERE message_sealed = x'01bb'")?;
            assert!(replace_sealed(conn, column, &rows[0], &[2, 0xaa])?);
            assert!(!replace_sealed(conn, column, &rows[1], &[2, 0xbb])?);
            let left = list_sealed_otherwise(conn, column, 2, &rows[0].name(), 10)?;
            assert_eq!(left.iter().map(|row| row.sealed[1]).collect::<Vec<_>>(), [0xdd]);
            assert_eq!(count_sealed_otherwise(conn, column, 2)?, 1);
            Ok::<_, crate::db::DbError>(())
        })
        .unwrap();
    }
}
