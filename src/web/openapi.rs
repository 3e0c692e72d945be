//! The OpenAPI 3.1 document, built from the route table, and a page to browse it that loads
//! nothing from outside.

mod inputs;
mod refusals;

use utoipa::PartialSchema;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::schema::Array;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Schema,
};

use super::access::Token;
use super::routes::API_PREFIX;
use super::{Code, Routes};

/// Where the document is served.
pub const DOCUMENT_PATH: &str = "/api/v1/openapi.json";

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the document that `web::problem` writes")]
#[schema(as = Problem)]
struct ProblemSchema {
    r#type: String,
    title: String,
    status: u16,
    /// Stable; the table is in the description of the API.
    code: String,
    /// For people, in the language of Accept-Language.
    detail: String,
    instance: String,
    request_id: Option<String>,
    errors: Option<Vec<ProblemFieldSchema>>,
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the document that `web::problem` writes")]
#[schema(as = ProblemField)]
struct ProblemFieldSchema {
    /// JSON pointer into the body, `#` for the query.
    pointer: String,
    code: String,
    detail: String,
}

/// The document of all `routes`.
#[must_use]
pub fn document(routes: &Routes) -> OpenApi {
    let schemas = routes.endpoints().iter().flat_map(|endpoint| endpoint.schemas.clone());
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .schema("Problem", ProblemSchema::schema())
        .schema("ProblemField", ProblemFieldSchema::schema())
        .responses_from_iter(refusals::responses())
        .security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)))
        .build();
    let components = with_answers_whole(components);
    let mut paths = Paths::new();
    for endpoint in routes.endpoints() {
        let mut operation = endpoint.operation.clone();
        refusals::add(&mut operation, endpoint);
        inputs::describe_parameters(&mut operation);
        operation.security = security(endpoint.token);
        let item = PathItem::new(endpoint.method.clone(), operation);
        let path = format!("{API_PREFIX}{}", endpoint.path);
        match paths.paths.get_mut(&path) {
            Some(others) => others.merge_operations(item),
            None => {
                paths.paths.insert(path, item);
            }
        }
    }
    let info = InfoBuilder::new()
        .title("Yuanshan 远山")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(description()))
        .license(Some(License::new("Apache-2.0")))
        .build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

/// The ways in which a caller may show who they are; none where nobody asks.
fn security(token: Token) -> Option<Vec<SecurityRequirement>> {
    let bearer = SecurityRequirement::new("bearer", Vec::<String>::new());
    match token {
        Token::Unneeded => None,
        Token::Optional => Some(vec![SecurityRequirement::default(), bearer]),
        Token::Required => Some(vec![bearer]),
    }
}

/// Members that are left out of some answers.
const LEFT_OUT: [(&str, &str); 11] = [
    ("Household", "members"),
    ("Household", "public_fields"),
    ("Household", "credit_code"),
    ("Household", "payee_person_id"),
    ("Household", "turnover"),
    ("Order", "address"),
    ("Problem", "errors"),
    ("UnmaskedPerson", "name"),
    ("UnmaskedPerson", "phone"),
    ("UnmaskedPerson", "id_number"),
    ("UnmaskedPerson", "bank_account"),
];

/// What comes in under the name of what it is.
const COME_IN: [&str; 2] = ["PriceComposition", "ProductStandard"];

/// Answers are written whole, `null` for what is not there, so every member of them is required; what
/// comes in (`…In`, `…Form`, and what is in [`COME_IN`]) says itself what may be left out, and how it has to look.
fn with_answers_whole(mut components: Components) -> Components {
    for (name, schema) in &mut components.schemas {
        let comes_in = name.ends_with("In") || name.ends_with("Form") || COME_IN.contains(&name.as_str());
        let RefOr::T(schema) = schema else { continue };
        if comes_in {
            inputs::describe(name, schema);
        } else {
            require_members(name, schema);
            if let (Some(item), Schema::Object(page)) = (name.strip_prefix("Page_"), schema) {
                // The generator writes the rows of a page out in full; they are known by name.
                page.properties.insert("data".into(), Array::new(Ref::from_schema_name(item)).into());
            }
        }
    }
    components
}

fn require_members(name: &str, schema: &mut Schema) {
    match schema {
        Schema::Object(object) => {
            let written = |member: &&String| !LEFT_OUT.contains(&(name, member.as_str()));
            object.required = object.properties.keys().filter(written).cloned().collect();
        }
        Schema::AllOf(all) => {
            for part in &mut all.items {
                if let RefOr::T(part) = part {
                    require_members(name, part);
                }
            }
        }
        _ => {}
    }
}

fn description() -> String {
    let mut text = String::from(
        "Money is in integer fen (`…_fen`), mass in integer grams (`…_g`), time RFC 3339 in UTC, places by the 12-digit \
         statistical code, ids UUIDv7. Lists are keyset pages: pass `page.next` as `cursor`. A POST that moves money or stock \
         takes an `Idempotency-Key`: the same key with the same request gives the saved answer.\n\nCodes of refusals:\n\n\
         | code | status | meaning |\n|---|---|---|\n",
    );
    for code in Code::ALL {
        text.push_str(&format!("| `{}` | {} | {} |\n", code.as_str(), code.status().as_u16(), code.meaning()));
    }
    text
}
