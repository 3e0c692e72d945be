//! Routes of paying out in bulk.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::bank::{self, Judged, PAYOUTS_MAX, Transfer};
use super::bank_rules::{self, Outcome, Told, Verdict};
use super::rules::Command;
use super::store_bank::{self, BankFile, BankFileRow};
use super::view::{PayoutOut, show};
use super::{BankFileId, PayoutId, SettlementError, service};
use crate::context::Context;
use crate::db::{Conn, DbResult};
use crate::endpoints;
use crate::identity::access::{Approver, Staff};
use crate::kernel::{Instant, Invalid, Money, Page, PageQuery, RegionCode, line, spreadsheet_cell};
use crate::regions::{self, RegionRef};
use crate::web::idempotency::{self, OptionalKey};
use crate::web::upload::Upload;
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Query, Routes, page};

pub fn routes(routes: &mut Routes) {
    endpoints!(
        routes,
        approve_payouts,
        create_bank_file,
        list_bank_files,
        show_bank_file,
        download_bank_file,
        import_bank_results
    );
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveManyIn {
    #[schema(max_items = 200)]
    payout_ids: Vec<PayoutId>,
}

#[derive(Serialize, ToSchema)]
struct PayoutsOut {
    data: Vec<PayoutOut>,
}

fn check_count(ids: &[PayoutId]) -> ApiResult<()> {
    let refuse = |code| Err(ApiError::field("/payout_ids", Invalid::new(code).with("max", PAYOUTS_MAX)));
    if ids.is_empty() {
        return refuse("required");
    }
    if ids.len() > PAYOUTS_MAX { refuse("too_many") } else { Ok(()) }
}

/// The first of two people, for many payouts at once: all of them or none.
#[utoipa::path(post, path = "/payouts/approvals", tag = "payouts", params(("Idempotency-Key" = Option<String>, Header)), request_body = ApproveManyIn, responses((status = 200, body = PayoutsOut)))]
async fn approve_payouts(
    who: Approver,
    staff: Staff,
    context: web::Data<Context>,
    key: OptionalKey,
    body: Body<ApproveManyIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let ids = body.value.payout_ids;
    check_count(&ids)?;
    let act = who.act(&context);
    let saved = context
        .db
        .write(move |conn| {
            for id in &ids {
                if !who.scope.covers(&service::load(conn, *id)?.village_code) {
                    return Err(ApiError::from(SettlementError::NotFound));
                }
            }
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::OK, |conn| {
                bank::approve_all(conn, &act, &ids)?;
                let payouts = ids.iter().map(|id| service::load(conn, *id)).collect::<Result<Vec<_>, _>>()?;
                Ok::<_, ApiError>(PayoutsOut { data: show(conn, payouts, Some(&staff))? })
            })
        })
        .await?;
    Ok(saved.into_response())
}

#[derive(Serialize, ToSchema)]
#[schema(as = BankFile)]
struct BankFileOut {
    id: BankFileId,
    /// The reference of each of its payouts.
    number: String,
    village: RegionRef,
    payouts_count: i64,
    total_fen: Money,
    /// Of its number, codes and amounts, in hexadecimal digits; names and accounts are not in it.
    sha256: String,
    created_at: Instant,
}

fn show_files(conn: &mut Conn, files: Vec<BankFile>) -> DbResult<Vec<BankFileOut>> {
    let villages = regions::names(conn, files.iter().map(|file| &file.village_code))?;
    let show = |file: BankFile| BankFileOut {
        village: villages[&file.village_code].clone(),
        id: file.id,
        number: file.number,
        payouts_count: file.payouts_count,
        total_fen: file.total_fen,
        sha256: file.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        created_at: file.created_at,
    };
    Ok(files.into_iter().map(show).collect())
}

fn show_file(conn: &mut Conn, file: BankFile) -> ApiResult<BankFileOut> {
    show_files(conn, vec![file])?.pop().ok_or_else(|| ApiError::new(Code::NotFound))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BankFileIn {
    village_code: RegionCode,
    /// Left out: all that are approved in the village, up to 200.
    #[schema(max_items = 200)]
    payout_ids: Option<Vec<PayoutId>>,
}

/// The second of two people: approved payouts of a village are sent as one file. Who approved one of them
/// cannot send it.
#[utoipa::path(post, path = "/payouts/bank_files", tag = "payouts", params(("Idempotency-Key" = Option<String>, Header)), request_body = BankFileIn, responses((status = 201, body = BankFileOut)))]
async fn create_bank_file(
    who: Staff,
    context: web::Data<Context>,
    key: OptionalKey,
    body: Body<BankFileIn>,
) -> ApiResult<HttpResponse> {
    let ticket = key.ticket(who.user_id, &body.sha256, &context.secrets);
    let BankFileIn { village_code, payout_ids } = body.value;
    payout_ids.as_deref().map_or(Ok(()), check_count)?;
    if !who.scope().covers(&village_code) {
        return Err(ApiError::new(Code::OutOfScope));
    }
    let act = who.act_at(&context, &village_code, Command::Send.roles())?;
    let saved = context
        .db
        .write(move |conn| {
            idempotency::once(conn, ticket.as_ref(), act.at, StatusCode::CREATED, |conn| {
                let file = bank::send(conn, &act, &village_code, payout_ids.as_deref())?;
                show_file(conn, file)
            })
        })
        .await?;
    Ok(saved.into_response())
}

/// The bank files of the caller's villages, newest first.
#[utoipa::path(get, path = "/payouts/bank_files", tag = "payouts", params(PageQuery), responses((status = 200, body = Page<BankFileOut>)))]
async fn list_bank_files(
    who: Staff,
    context: web::Data<Context>,
    query: Query<PageQuery>,
) -> ApiResult<web::Json<Page<BankFileOut>>> {
    let (limit, after) = page(&query.0)?;
    let page = context.db.read(move |conn| {
        let Page { data, page } = store_bank::list_in_scope(conn, &who.scope(), limit, after)?;
        Ok::<_, SettlementError>(Page { data: show_files(conn, data)?, page })
    });
    Ok(web::Json(page.await?))
}

#[derive(Serialize, ToSchema)]
#[schema(as = BankFileRow)]
struct RowOut {
    line_no: i64,
    payout_id: PayoutId,
    /// The code on the slip.
    code: String,
    amount_fen: Money,
    /// What the bank said of it.
    outcome: Option<Outcome>,
    bank_reference: Option<String>,
    reason: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct BankFileDetail {
    #[serde(flatten)]
    file: BankFileOut,
    rows: Vec<RowOut>,
}

fn load_in_scope(conn: &mut Conn, who: &Staff, id: BankFileId) -> ApiResult<BankFile> {
    let file = store_bank::find(conn, id)?.filter(|file| who.scope().covers(&file.village_code));
    file.ok_or_else(|| ApiError::new(Code::NotFound))
}

/// A bank file with its rows, without names and accounts.
#[utoipa::path(get, path = "/payouts/bank_files/{id}", tag = "payouts", params(("id" = BankFileId, Path)), responses((status = 200, body = BankFileDetail)))]
async fn show_bank_file(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<BankFile>,
) -> ApiResult<web::Json<BankFileDetail>> {
    let show = |row: BankFileRow| RowOut {
        line_no: row.line_no,
        payout_id: row.payout_id,
        code: row.code,
        amount_fen: row.amount_fen,
        outcome: row.outcome,
        bank_reference: row.bank_reference,
        reason: row.reason,
    };
    let file = context.db.read(move |conn| {
        let file = load_in_scope(conn, &who, id.0)?;
        let rows = store_bank::list_rows(conn, file.id)?.into_iter().map(show).collect();
        Ok::<_, ApiError>(BankFileDetail { file: show_file(conn, file)?, rows })
    });
    Ok(web::Json(file.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DownloadIn {
    /// Why; the people whose names and accounts are in the file read it.
    #[schema(max_length = 300)]
    reason: String,
}

/// The file for the bank, with the names and accounts of those who are paid.
#[utoipa::path(post, path = "/payouts/bank_files/{id}/download", tag = "payouts", params(("id" = BankFileId, Path)), request_body = DownloadIn, responses((status = 200, content((String = "text/csv")))))]
async fn download_bank_file(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<BankFile>,
    body: Body<DownloadIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let at_desk = context.clone();
    let (number, transfers) = context
        .db
        .write(move |conn| {
            let file = load_in_scope(conn, &who, id.0)?;
            let act = who.act_at(&at_desk, &file.village_code, Command::Send.roles())?;
            let transfers = bank::open(conn, &act, &at_desk.secrets, &file, &reason)?;
            Ok::<_, ApiError>((file.number, transfers))
        })
        .await?;
    let csv = write_csv(&number, &transfers).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{number}.csv\"")))
        .body(csv))
}

/// With a byte order mark, so that a spreadsheet reads it as UTF-8; no cell begins a formula.
fn write_csv(number: &str, transfers: &[Transfer]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(["序号", "凭号", "户名", "账号", "金额（元）", "附言"])?;
    for Transfer { row, payee, account } in transfers {
        let cells = [
            row.line_no.to_string(),
            row.code.clone(),
            payee.clone(),
            account.clone(),
            row.amount_fen.to_string(),
            number.to_owned(),
        ];
        writer.write_record(cells.iter().map(|cell| spreadsheet_cell(cell).into_owned()))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ResultsQuery {
    /// Only judge the file; nothing is changed.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Serialize, ToSchema)]
struct ResultRow {
    row_no: i64,
    code: String,
    outcome: Outcome,
    /// Whether it changes something; what was said before does not.
    is_new: bool,
}

#[derive(Serialize, ToSchema)]
struct ResultsOut {
    /// This very file was taken in before: nothing changed.
    already_imported: bool,
    confirmed: usize,
    bounced: usize,
    rows: Vec<ResultRow>,
}

fn show_judged(judged: Judged) -> ResultsOut {
    let (already_imported, rows) = match judged {
        Judged::AlreadyImported => (true, Vec::new()),
        Judged::Rows(rows) => (false, rows),
    };
    let count = |outcome| {
        let new = rows.iter().filter(|(_, verdict)| *verdict == Verdict::New);
        new.filter(|(told, _)| told.outcome == outcome).count()
    };
    let (confirmed, bounced) = (count(Outcome::Confirmed), count(Outcome::Bounced));
    let show = |(told, verdict): (Told, Verdict)| ResultRow {
        row_no: told.row_no,
        code: told.code,
        outcome: told.outcome,
        is_new: verdict == Verdict::New,
    };
    ResultsOut { already_imported, confirmed, bounced, rows: rows.into_iter().map(show).collect() }
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
struct ResultsForm {
    /// CSV or XLSX of at most 1 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Bytes of a result file.
const RESULTS_MAX: usize = 1024 * 1024;

/// What the bank says of a file, as CSV or XLSX with the columns code (凭号), amount (金额), outcome (结果),
/// bank_reference (流水号) and reason (原因): first with `dry_run`, then all of it or nothing. Each row that is
/// not acceptable is named. The same file again changes nothing.
#[utoipa::path(post, path = "/payouts/bank_files/{id}/results", tag = "payouts", params(("id" = BankFileId, Path), ResultsQuery),
    request_body(content = ResultsForm, content_type = "multipart/form-data"), responses((status = 200, body = ResultsOut)))]
async fn import_bank_results(
    who: Staff,
    context: web::Data<Context>,
    id: PathId<BankFile>,
    query: Query<ResultsQuery>,
    form: Multipart,
) -> ApiResult<web::Json<ResultsOut>> {
    let upload = Upload::read(form, &[], RESULTS_MAX).await?;
    let sha256 = Sha256::digest(&upload.file).to_vec();
    let table = crate::imports::read_plain(&upload.file).map_err(|invalid| ApiError::field("/file", invalid))?;
    let told = bank_rules::read(&table).map_err(|faults| {
        SettlementError::Refused(faults.into_iter().map(|(no, invalid)| (format!("/rows/{no}"), invalid)).collect())
    })?;
    let (at_desk, dry_run) = (context.clone(), query.0.dry_run);
    let judged = context.db.write(move |conn| {
        let file = load_in_scope(conn, &who, id.0)?;
        let act = who.act_at(&at_desk, &file.village_code, Command::Confirm.roles())?;
        if dry_run {
            return Ok::<_, ApiError>(bank::judge(conn, &file, &sha256, &told)?);
        }
        Ok(bank::take_in(conn, &act, &file, &sha256, &told)?)
    });
    Ok(web::Json(show_judged(judged.await?)))
}
