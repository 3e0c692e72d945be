//! What of a request's form stands in no type: how numbers and codes are written, and what a line of text
//! may hold. By the name of the member, which means the same wherever it stands.

use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, SchemaType};
use utoipa::openapi::{RefOr, Schema, Type};

use crate::kernel::Role;

const PHONE: &str = r"^(\+86)?1[3-9][0-9]{9}$";
const REGION: &str = "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$";
const ID_NUMBER: &str = "^[0-9]{17}[0-9Xx]$";
const BANK_ACCOUNT: &str = "^[0-9]{12,19}$";
const DAY: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
const SEASON: &str = "^20[0-9]{2}$";
const SIX_DIGITS: &str = "^[0-9]{6}$";
const LINK: &str = "^https://";
const IDEMPOTENCY_KEY: &str = "^[!-~]{1,200}$";
const CURSOR: &str = "^[A-Za-z0-9_-]{32}$";

// An empty parameter, as a form sends it, is none.
const REGION_OR_NONE: &str = "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$";
const DAY_OR_NONE: &str = "^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$";
const ID_OR_NONE: &str = "^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?$";

// Blanks at the ends of a text are taken off, also those that are control characters.
const BLANKS: &str = r"[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*";
const LETTER: &str = r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";
const IN_LINE: &str = r"[^\u0000-\u001f\u007f-\u009f]";
const IN_PARAGRAPHS: &str = r"([^\u0000-\u001f\u007f-\u009f]|\r?\n)";

/// Texts that may be left out, but not left empty.
const NOT_EMPTY: [(&str, &str); 11] = [
    ("HouseholdPatchIn", "alias"),
    ("ListingIn", "category"),
    ("ListingIn", "unit_label"),
    ("ListingPatchIn", "category"),
    ("ListingPatchIn", "title"),
    ("ListingPatchIn", "unit_label"),
    ("PersonIn", "name"),
    ("PersonPatchIn", "name"),
    ("ProducingUnitIn", "insured_no"),
    ("SurveyIn", "note"),
    ("UnitEventIn", "note"),
];

/// Writes into what comes in as the schema `name` how its members have to look.
pub fn describe(name: &str, schema: &mut Schema) {
    let Schema::Object(object) = schema else { return };
    let required = object.required.clone();
    for (member, schema) in &mut object.properties {
        match schema {
            RefOr::T(Schema::Object(text)) if is_text(text) => {
                let needed = required.contains(member) || NOT_EMPTY.contains(&(name, member.as_str()));
                describe_text(name, member, text, needed);
            }
            RefOr::T(Schema::Array(list)) => {
                let (least, most) = count_of(member);
                (list.min_items, list.max_items) = (least, most);
            }
            RefOr::Ref(named) if member == "role" && named.ref_location.ends_with("/Role") => {
                let roles = Role::ALL.iter().filter(|role| role.is_granted()).map(|role| role.as_str());
                *schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(roles)).into();
            }
            _ => {}
        }
    }
    if name.ends_with("Form") {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
}

fn is_text(object: &Object) -> bool {
    match &object.schema_type {
        SchemaType::Type(only) => *only == Type::String,
        SchemaType::Array(any) => any.contains(&Type::String),
        SchemaType::AnyValue => false,
    }
}

fn describe_text(schema: &str, member: &str, text: &mut Object, needed: bool) {
    let pattern = match member {
        "phone" => PHONE,
        "region_code" | "village_code" => REGION,
        "id_number" => ID_NUMBER,
        "bank_account" => BANK_ACCOUNT,
        "code" => SIX_DIGITS,
        "season" => SEASON,
        "surveyed_on" => DAY,
        "url" | "replay_url" => {
            text.max_length = Some(500);
            LINK
        }
        _ if text.max_length.is_some() => {
            let inner = if member == "story" { IN_PARAGRAPHS } else { IN_LINE };
            return describe_words(text, inner, needed);
        }
        _ => {
            let chosen = member == "new" || (member == "password" && CHOSEN_IN.contains(&schema));
            if chosen {
                (text.min_length, text.max_length) = (Some(8), Some(256));
            }
            return;
        }
    };
    text.pattern = Some(pattern.to_owned());
}

/// The length is that of what is left between the blanks, so it stands in the pattern.
fn describe_words(text: &mut Object, inner: &str, needed: bool) {
    let Some(most) = text.max_length.take() else { return };
    let words = format!("{LETTER}({inner}{{0,{}}}{LETTER})?", most.saturating_sub(2));
    let words = if needed { words } else { format!("({words})?") };
    text.pattern = Some(format!("^{BLANKS}{words}{BLANKS}$"));
    let length = format!("At most {most} characters without the blanks at its ends.");
    text.description = Some(match text.description.take() {
        Some(description) => format!("{description} {length}"),
        None => length,
    });
}

/// Where `password` is one to be.
const CHOSEN_IN: [&str; 3] = ["RegisterIn", "AcceptInvitationIn", "ResetIn"];

fn count_of(member: &str) -> (Option<usize>, Option<usize>) {
    match member {
        "lines" | "listing_ids" => (Some(1), Some(50)),
        "photo_ids" => (None, Some(6)),
        "fields" => (Some(1), None),
        _ => (None, None),
    }
}

/// The same for the parameters of an operation.
pub fn describe_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if parameter.parameter_in == ParameterIn::Header {
            without_null(parameter);
        }
        let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema else { continue };
        let pattern = match parameter.name.as_str() {
            "limit" => {
                (object.minimum, object.maximum) = (Some(1.into()), Some(100.into()));
                continue;
            }
            "cursor" => CURSOR,
            "from" | "to" => DAY_OR_NONE,
            "region" | "village" | "parent" => REGION_OR_NONE,
            "household" | "actor" => ID_OR_NONE,
            "q" | "category" => {
                object.max_length = Some(60);
                describe_words(object, IN_LINE, false);
                continue;
            }
            "Idempotency-Key" => IDEMPOTENCY_KEY,
            _ => continue,
        };
        object.pattern = Some(pattern.to_owned());
    }
}

/// A header that may be left out is there or not; it is never `null`.
fn without_null(parameter: &mut Parameter) {
    let of_value = match &mut parameter.schema {
        Some(RefOr::T(Schema::Object(object))) if is_text(object) => {
            object.schema_type = Type::String.into();
            return;
        }
        Some(RefOr::T(Schema::OneOf(any))) => any.items.first().cloned(),
        _ => None,
    };
    if of_value.is_some() {
        parameter.schema = of_value;
    }
}
