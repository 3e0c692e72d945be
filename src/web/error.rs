//! The errors of the API: one table of codes, one type that becomes RFC 9457 problem+json.
//!
//! Each domain has its own error enum and turns it into an [`ApiError`] in its `http.rs`. A 4xx is
//! the caller's to mend and says how; a 5xx is ours, generic on the wire, with the cause in the log.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;

use crate::db::DbError;
use crate::kernel::Invalid;

pub type ApiResult<T> = Result<T, ApiError>;

/// Declares the codes: name, word on the wire, HTTP status, and what it means to a programmer.
macro_rules! codes {
    ($($variant:ident = $word:literal $status:ident $doc:literal,)+) => {
        /// A stable code; the sentence a person reads is in `locales/*.json`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $(#[doc = $doc] $variant,)+ }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),+ }
            }

            /// For the OpenAPI document.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $doc),+ }
            }
        }
    };
}

codes! {
    InvalidJson = "invalid_json" BAD_REQUEST "The body is not JSON, or not UTF-8.",
    InvalidRequest = "invalid_request" BAD_REQUEST "The request cannot be read: its query, headers or upload.",
    IdempotencyKeyRequired = "idempotency_key_required" BAD_REQUEST "The Idempotency-Key header is missing or not 1 to 200 visible ASCII characters.",
    InvalidSignature = "invalid_signature" BAD_REQUEST "A payment notification is not signed by its provider.",
    Unauthenticated = "unauthenticated" UNAUTHORIZED "No access token, or one that is expired or forged.",
    WrongCredentials = "wrong_credentials" UNAUTHORIZED "Phone and password do not belong together.",
    TotpRequired = "totp_required" UNAUTHORIZED "The account has a second factor: send its code as `totp`.",
    WrongTotp = "wrong_totp" UNAUTHORIZED "The code is none of the second factor, or was used before.",
    WrongCode = "wrong_code" UNAUTHORIZED "The code is not the one that was given out, was tried too often, or is over.",
    Forbidden = "forbidden" FORBIDDEN "Signed in, but not in a role that may do this.",
    SecondFactorRequired = "second_factor_required" FORBIDDEN "Staff act only in a session with a second factor: set one up, or sign in with its code.",
    OutOfScope = "out_of_scope" FORBIDDEN "The place is outside the regions that were entrusted to the caller.",
    SamePerson = "same_person" FORBIDDEN "Another person than the one before has to do this.",
    NotHelping = "not_helping" FORBIDDEN "The caller is not the family helper of the person named by Yuanshan-Acting-For.",
    NotFound = "not_found" NOT_FOUND "There is no such thing, or the caller may not know of it.",
    MethodNotAllowed = "method_not_allowed" METHOD_NOT_ALLOWED "The address exists, but not for this method.",
    RequestTimeout = "request_timeout" REQUEST_TIMEOUT "The body did not come in time.",
    PhoneTaken = "phone_taken" CONFLICT "The phone number has an account.",
    GrantExists = "grant_exists" CONFLICT "The person holds this role in this region already.",
    IdNumberTaken = "id_number_taken" CONFLICT "Somebody is recorded under this id number already.",
    ImportHasErrors = "import_has_errors" CONFLICT "The file has errors; nothing of it can be imported before they are mended.",
    WrongState = "wrong_state" CONFLICT "The thing is in a state in which this cannot be done.",
    OutOfStock = "out_of_stock" CONFLICT "Less is left than was asked for.",
    VersionConflict = "version_conflict" CONFLICT "Somebody changed it since it was read; `version` and `content` are the newest.",
    PriceChanged = "price_changed" CONFLICT "A line names a version that is no longer in force; `line`, `listing_id`, `version` and `price_fen` say what is.",
    TemplateRetired = "template_retired" CONFLICT "The template was replaced or taken out of use.",
    ConsentWithdrawn = "consent_withdrawn" CONFLICT "The head of the household no longer agrees that the public reads of it, so nothing of it goes on sale anew.",
    WeightsMissing = "weights_missing" CONFLICT "Goods that are settled by weight were not weighed; `lines` names their lines.",
    PapersMissing = "papers_missing" CONFLICT "Papers or label fields that the law asks for are missing; `errors` says of each why, `missing` which.",
    PaperExists = "paper_exists" CONFLICT "A paper of this kind and number is there, with another issuer or other dates.",
    PriceReasonRequired = "price_reason_required" CONFLICT "Such a price is approved only with a written reason; `verdict` and `ratio_percent` say how it stands.",
    ListingNotLive = "listing_not_live" CONFLICT "The listing is not for sale now.",
    AddressBookFull = "address_book_full" CONFLICT "An address book holds no more addresses.",
    CartFull = "cart_full" CONFLICT "A cart holds no more listings.",
    FreightChanged = "freight_changed" CONFLICT "The parcels cost another freight than the caller saw; `freight_fen` says what they cost.",
    PerishableNotAcknowledged = "perishable_not_acknowledged" CONFLICT "Fresh goods do not come back without a reason: say so by `perishable_acknowledged`; `listing_id` names one of them.",
    NotDelivered = "not_delivered" CONFLICT "A village sends nothing to this province; `village_code` says which.",
    SurveyMissing = "survey_missing" CONFLICT "Nothing was surveyed of this good at the household for the season.",
    PromiseLimit = "promise_limit" CONFLICT "More would be promised than the household can give; `left` says how many units still can be.",
    CycleClosed = "cycle_closed" CONFLICT "The goods are sold in order cycles, and none is open; `next_opens_at` says when the next one opens, if one is planned.",
    CycleFull = "cycle_full" CONFLICT "Less is left in the order cycle than was asked for; `left` says how much.",
    CoolOffOver = "cool_off_over" CONFLICT "The seven days in which prepaid money goes back without a question are past, or the goods were not prepaid; `end-quote` says what goes back.",
    CycleHasOrders = "cycle_has_orders" CONFLICT "Orders stand in the cycle; they are cancelled first, each with its money back.",
    StockChanged = "stock_changed" CONFLICT "Another number than the caller saw is for sale by now; `available` says how many.",
    WeightOutOfBand = "weight_out_of_band" CONFLICT "The net weight is beyond ten times what so many weigh; `net_g`, `least_g` and `most_g` say how far. A `band_reason` confirms it.",
    BatchInUse = "batch_in_use" CONFLICT "The batch is a part of another one, or an order has goods of it.",
    PairingExists = "pairing_exists" CONFLICT "The buyer has already asked this household, or is paired with it.",
    CheckoutExpired = "checkout_expired" CONFLICT "The time to pay is over.",
    ClaimWindowOpen = "claim_window_open" CONFLICT "The order can be settled only after the claim window.",
    ClaimWindowClosed = "claim_window_closed" CONFLICT "The time to claim, or to ask the county, is over; `until` says since when.",
    ClaimOpen = "claim_open" CONFLICT "A claim waits for its decision.",
    PaymentMismatch = "payment_mismatch" CONFLICT "A payment notification does not fit the payment it names.",
    InvitationGone = "invitation_gone" GONE "The invitation was used, taken back or is over.",
    OrdersOpen = "orders_open" CONFLICT "The account can be deleted once its orders are over; `numbers` names those that are not.",
    OrganisationExists = "organisation_exists" CONFLICT "The credit code was registered by somebody else, who may ask the caller to order for it.",
    LastManager = "last_manager" CONFLICT "The last manager of an organisation stays; another one is asked first.",
    NoContract = "no_contract" CONFLICT "No contract of the organisation is in force with the county of `village_code`, or the goods are paid before.",
    CreditLimit = "credit_limit" CONFLICT "More would be owed than the contract allows; `left_fen` says how much still may be.",
    InvoiceOpen = "invoice_open" CONFLICT "The organisation has not paid yet; the order settles when the money has come.",
    LastAdministrator = "last_administrator" CONFLICT "The caller is the only administrator left.",
    UploadOffset = "upload_offset" CONFLICT "The upload goes on elsewhere; `offset` says where.",
    UploadIncomplete = "upload_incomplete" CONFLICT "The upload is not whole yet; `offset` says how much is there.",
    TooManyUploads = "too_many_uploads" CONFLICT "The caller has as many uploads open as one person may.",
    BodyTooLarge = "body_too_large" PAYLOAD_TOO_LARGE "The body is over the limit.",
    UriTooLong = "uri_too_long" URI_TOO_LONG "The address with its query is over the limit.",
    UnsupportedMediaType = "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The body is not of a type that this address takes.",
    Invalid = "invalid" UNPROCESSABLE_ENTITY "Some fields are not acceptable; `errors` names each by JSON pointer.",
    IdempotencyConflict = "idempotency_conflict" UNPROCESSABLE_ENTITY "The Idempotency-Key was used with another request.",
    ProviderUnavailable = "provider_unavailable" UNPROCESSABLE_ENTITY "This payment provider is not offered here.",
    TooManyAttempts = "too_many_attempts" TOO_MANY_REQUESTS "Too many failed attempts; `retry_after_s` says when to try again.",
    RateLimited = "rate_limited" TOO_MANY_REQUESTS "Too many requests; `Retry-After` says when the next one is taken.",
    Overloaded = "overloaded" SERVICE_UNAVAILABLE "Too much at once; the request was not accepted and may be sent again.",
    Internal = "internal" INTERNAL_SERVER_ERROR "A fault of the server; the request id finds it in the log.",
}

/// One field that was refused.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the request's body, or `#name` for a query parameter.
    pub pointer: String,
    pub invalid: Invalid,
}

/// A refusal on its way out. Written in the caller's language by `web::problem`.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub code: Code,
    /// Fills the message's placeholders and stands as members of the problem document.
    pub params: Map<String, Value>,
    pub fields: Vec<FieldError>,
    cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl ApiError {
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, params: Map::new(), fields: Vec::new(), cause: None }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// A refusal of one field.
    #[must_use]
    pub fn field(pointer: impl Into<String>, invalid: Invalid) -> Self {
        let mut error = Self::new(Code::Invalid);
        error.fields.push(FieldError { pointer: pointer.into(), invalid });
        error
    }

    /// A fault of ours.
    #[must_use]
    pub fn internal(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Arc::new(cause)), ..Self::new(Code::Internal) }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        for field in &self.fields {
            write!(f, " {}: {}", field.pointer, field.invalid)?;
        }
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as &(dyn std::error::Error + 'static))
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        // The body is written by `web::problem`, which knows the caller's language.
        HttpResponse::new(self.status_code())
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        let code = if matches!(error, DbError::Unavailable(_)) { Code::Overloaded } else { Code::Internal };
        Self { cause: Some(Arc::new(error)), ..Self::new(code) }
    }
}

/// Collects what is wrong with a request, so that a form can show it all at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// The value, or `None` and a note of why not.
    pub fn take<T>(&mut self, pointer: &str, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|invalid| self.0.push(FieldError { pointer: pointer.to_owned(), invalid })).ok()
    }

    /// As [`Fields::take`] for a field that may be left out.
    pub fn take_optional<I, T>(
        &mut self,
        pointer: &str,
        value: Option<I>,
        parse: impl FnOnce(I) -> Result<T, Invalid>,
    ) -> Option<T> {
        value.and_then(|value| self.take(pointer, parse(value)))
    }

    /// The refusal of all that was noted.
    #[must_use]
    pub fn refusal(self) -> ApiError {
        ApiError { fields: self.0, ..ApiError::new(Code::Invalid) }
    }

    /// # Errors
    /// [`Fields::refusal`] if anything was noted.
    pub fn finish(self) -> ApiResult<()> {
        if self.0.is_empty() { Ok(()) } else { Err(self.refusal()) }
    }
}
