"""Who calls, and with what that exists: what schemathesis cannot make up from the document."""

import base64
import hashlib
import hmac
import json
import os
import re
import struct
import threading
import time
import urllib.error
import urllib.request
import uuid

import schemathesis

BASE = os.environ["FUZZ_BASE_URL"] + "/api/v1"
VILLAGE, COUNTY = "510824115216", "510824"
# Log-ins have an address of their own, which the guesses of the run do not throttle.
HOME = "192.0.2.1"


def call(method, path, body=None, token=None):
    """The status and the document of an answer."""
    headers = {"Content-Type": "application/json", "X-Forwarded-For": HOME}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


class Person:
    """One of the demonstration, who signs in anew when the token or the session is over."""

    def __init__(self, account):
        self.account = account
        self.token = None
        self.user = None
        self.renew_at = 0.0
        self.step = 0
        self.recovery_codes = []
        self.lock = threading.Lock()

    def code(self):
        """Of the second factor (RFC 6238); each is good once."""
        while (step := int(time.time()) // 30) <= self.step:
            time.sleep(0.25)
        self.step = step
        key = base64.b32decode(self.account["totp_secret"])
        digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
        offset = digest[-1] & 15
        number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"

    def signed_in(self):
        with self.lock:
            if self.token is None or time.monotonic() > self.renew_at:
                self.sign_in()
            return self.token

    def sign_in(self):
        for _ in range(5):
            credentials = {name: self.account[name] for name in ("phone", "password")}
            code = self.recovery_codes.pop() if self.recovery_codes else self.code()
            status, answer = call("POST", "/auth/login", {**credentials, "totp": code})
            if status == 200:
                self.token, self.user = answer["access_token"], answer["user"]
                self.renew_at = time.monotonic() + answer["expires_in_s"] - 120
                return
        raise RuntimeError(f"cannot sign in: {status} {answer}")

    def stock_up(self):
        """With codes for log-ins that need not wait for the next one."""
        question = {"password": self.account["password"], "totp": self.code()}
        self.recovery_codes = self.ask("POST", "/me/totp/recovery-codes", question)["recovery_codes"]

    def ask(self, method, path, body=None):
        status, answer = call(method, path, body, self.signed_in())
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer


def caller_who_reaches_everything():
    """The coordinator of a village, who is given every other role of the staff."""
    with open(os.environ["FUZZ_ACCOUNTS"], encoding="utf-8") as file:
        accounts = json.load(file)
    administrator = Person(next(each for each in accounts if each["role"] == "administrator"))
    caller = Person(next(each for each in accounts if each["region"] == VILLAGE))
    caller.signed_in()
    for role in ("approver", "auditor", "administrator"):
        grant = {"role": role, "region_code": COUNTY}
        administrator.ask("POST", f"/admin/users/{caller.user['id']}/grants", grant)
    caller.stock_up()
    return caller


CALLER = caller_who_reaches_everything()


def known():
    """Ids and codes of the demonstration, by what they are of."""

    def rows(path):
        return CALLER.ask("GET", path)["data"]

    def ids(path):
        return [row["id"] for row in rows(path)]

    found = {
        "households": ids(f"/households?village={VILLAGE}"),
        "listings": ids("/desk/listings?limit=100"),
        "streams": ids("/desk/streams"),
        "orders": ids("/orders?view=scope&limit=100"),
        "pairings": ids("/pairings?view=scope&limit=100"),
        "payouts": ids("/payouts?limit=100"),
        "users": [row["id"] for row in rows("/admin/users?limit=100") if row["id"] != CALLER.user["id"]],
        "stream_codes": [row["code"] for row in rows("/desk/streams")],
    }
    found["templates"] = ids("/templates?limit=100")
    found["imports"] = ids("/imports")
    found["papers"] = [paper for listing in found["listings"] for paper in ids(f"/listings/{listing}/papers")]
    found["producing-units"] = [
        unit for home in found["households"] for unit in ids(f"/households/{home}/producing-units")
    ]
    found["people"] = {home: ids(f"/households/{home}/people") for home in found["households"]}
    found.update({kind: [] for kind in ("checkouts", "invitations", "grants", "evidence", "consents", "helpers", "photos", "uploads")})
    return found


KNOWN = known()
ACTING_FOR = "Yuanshan-Acting-For"
REGIONS = [VILLAGE, COUNTY, "510824115", "51"]
IS_REGION = re.compile(r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$", re.ASCII)


def is_id(value):
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def pick(value, things):
    """For three of four made-up values one of `things`, always the same; bad ones stay as they are."""
    number = int.from_bytes(hashlib.sha256(str(value).encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return things[number // 4 % len(things)] if things and number % 4 else value


def exists(name, value):
    """In place of a made-up value under `name` one that exists."""
    kinds = {
        "household_id": "households",
        "listing_id": "listings",
        "listing_ids": "listings",
        "evidence_id": "evidence",
        "template_id": "templates",
        "photo_id": "photos",
        "photo_ids": "photos",
        "upload_id": "uploads",
    }
    if name in kinds and is_id(value):
        return pick(value, KNOWN[kinds[name]])
    if name in ("person_id", "guardian_id") and is_id(value):
        return pick(value, [person for people in KNOWN["people"].values() for person in people])
    if name in ("village_code", "region_code", "village", "region", "parent") and isinstance(value, str):
        return pick(value, REGIONS) if IS_REGION.match(value) else value
    if isinstance(value, float) and value.is_integer():
        return int(value)  # to JSON Schema 2.0 is an integer; the API takes only what is written as one
    if isinstance(value, dict):
        return {key: exists(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [exists(name, each) for each in value]
    return value


def path_exists(path, parameters):
    """In place of made-up ids in the path those of the demonstration."""
    changed = dict(parameters)
    parts = path.removeprefix("/api/v1").split("/")
    kind = next((part for part in parts if part not in ("", "admin", "audit", "me")), None)
    if is_id(changed.get("id")) and isinstance(KNOWN.get(kind), list):
        changed["id"] = pick(changed["id"], KNOWN[kind])
    if is_id(changed.get("person_id")):
        changed["person_id"] = pick(changed["person_id"], KNOWN["people"].get(changed.get("id"), []))
    return changed


PARTS = {
    "path_parameters": lambda case, parameters: path_exists(case.path, parameters),
    "query": lambda case, query: exists(None, query),
    "body": lambda case, body: body if "multipart" in str(case.media_type) else exists(None, body),
}


@schemathesis.hook
def before_call(context, case, kwargs):
    # From everywhere: what is throttled by address is not all that there is to see.
    number = int.from_bytes(hashlib.sha256(case.id.encode()).digest()[:2], "big")
    case.headers["X-Forwarded-For"] = f"198.18.{number // 256}.{number % 256}"
    if is_id(acting_for := case.headers.get(ACTING_FOR)) and pick(acting_for, [None]) is None:
        del case.headers[ACTING_FOR]  # the caller helps nobody, and would see nothing but that
    for part, change in PARTS.items():
        before = getattr(case, part)
        after = change(case, before) if isinstance(before, (dict, list)) else before
        if repr(after) != repr(before):
            setattr(case, part, after)


@schemathesis.hook
def map_body(context, body):
    """For forms with a file: what is set later is judged anew, and schemathesis takes each file for a bad one."""
    return exists(None, body) if isinstance(body, dict) and "file" in body else body


@schemathesis.hook
def after_call(context, case, response):
    """A session that the run itself has ended is begun anew; what it makes is known from then on."""
    if response.status_code == 401 and CALLER.token and CALLER.token in str(response.request.headers):
        if response.json().get("code") == "unauthenticated":
            CALLER.token = None
    if response.status_code == 201:
        answer, kind = response.json(), case.path.rstrip("/").rsplit("/", 1)[-1]
        made = answer.get("data", [answer]) if isinstance(answer, dict) else []
        if isinstance(KNOWN.get(kind), list):
            KNOWN[kind].extend(each["id"] for each in made if is_id(each.get("id")))


@schemathesis.auth(refresh_interval=None)
class Bearer:
    def get(self, case, context):
        return CALLER.signed_in()

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.serializer("application/offset+octet-stream")
def piece(context, value):
    """Of an upload: bytes as they are, anything else as it is written."""
    return bytes(value) if isinstance(value, (bytes, bytearray)) else str(value).encode("utf-8", "replace")


# Refusals of what has the right form, by the rule that they stand for.
RULES = {
    "idempotency_conflict",  # the key was used before
    "provider_unavailable",  # sandbox payments, outside of a demonstration
    "amount_over_limit",  # of a part of a price
    "amount_too_large",  # of all of them
    "farmer_pay_required",
    "price_is_not_its_parts",
    "price_required",  # a price of nothing
    "unknown_household",
    "unknown_listing",
    "unknown_person",
    "unknown_photo",
    "unknown_region",
    "unknown_evidence",
    "field_of_other_purpose",
    "agreement_required",  # with an id number or a bank account
    "evidence_required",
    "guardian_required",
    "guardian_unfit",
    "listing_of_other_village",
    "cycle_times_not_in_order",
    "listing_in_other_cycle",
    "cap_below_taken",
    "not_a_village",
    "region_too_wide",  # an address needs a county at least
    "stream_unknown",
    "grant_outlives_giver",
    "head_required",
    "one_head",
    "minor_does_not_fit",
    "own_number",
    "repeated",
    "too_many",  # people, pictures, helpers
    "before_start",  # an event of a unit that was not there yet
    "both_or_none",
    "capacity_too_large",
    "credit_code_required",
    "credit_code_unexpected",
    "day_in_future",
    "day_to_come",
    "days_out_of_order",
    "differs_from_template",
    "ends_before_it_begins",
    "fixed_once_published",
    "invalid_credit_code",  # its check character
    "invalid_season",  # one end alone, or a day that is none
    "invalid_weight_band",  # the lighter end above the heavier
    "not_a_monday",
    "not_a_public_page",
    "not_by_piece",
    "not_perishable",
    "premium_reason_required",
    "region_out_of_scope",
    "split_without_weight",
    "tag_taken",
    "template_not_surveyed",
    "template_retired",
    "too_many_imports",
    "unknown_template",
    "unknown_word",  # for what an import is
    "village_out_of_scope",
    "weight_band_required",
    "weight_outside_band",
    "invalid_quantity",  # of several lines of one listing together
    "invalid_evidence",  # a file that is none of the types
    "invalid_image",
    "image_too_large",
    "invalid_id_number",  # its check digit
    "invalid_email",  # addresses that are written as nobody writes them
    "invalid_link",  # to no named site
    "link_host",  # to another site than the platform's
    "invalid_day",  # 31 February
    "invalid_period",
    "invalid_range",
    "invalid_times",
    "password_too_common",
    "password_too_long",  # in bytes
}


NEEDED_WITHOUT_TEMPLATE = {("/category", "text_required"), ("/unit_label", "text_required")}


def fault(error):
    return error["pointer"], error["code"]


@schemathesis.check
def refused_by_a_rule(context, response, case):
    """What has the right form is refused only by a rule that a schema cannot tell."""
    if response.status_code == 422 and is_good(case):
        problem = response.json()
        # Without a template a listing has to say these itself.
        faults = [each for each in problem.get("errors", []) if fault(each) not in NEEDED_WITHOUT_TEMPLATE]
        codes = [each["code"] for each in faults] or ([] if problem.get("errors") else [problem["code"]])
        assert set(codes) <= RULES, f"good data is refused: {problem}"


def is_good(case):
    return case.meta is not None and case.meta.generation.mode.value == "positive"


@schemathesis.check
def answers_are_whole(context, response, case):
    """The headers that the document tells of, and a refusal that is written out."""

    def header(name):
        return (response.headers.get(name) or [""])[0]

    status = response.status_code
    assert header("x-request-id"), "no X-Request-Id"
    assert header("x-content-type-options") == "nosniff", "sniffing is not forbidden"
    assert header("content-security-policy"), "no Content-Security-Policy"
    if status == 304 or header("etag"):
        assert header("etag") and header("cache-control") == "no-cache", "a cache is not told to ask"
    if status < 400 or response.request.method == "HEAD":
        return
    assert header("content-type") == "application/problem+json", f"not a problem: {header('content-type')}"
    assert header("content-language") in ("zh-CN", "en"), "no Content-Language"
    assert header("cache-control") == "no-store", "a refusal may be kept"
    problem = response.json()
    assert problem["status"] == status and problem["request_id"] == header("x-request-id")
    assert problem["type"] == "urn:yuanshan:problem:" + problem["code"]
    if status == 401:
        assert header("www-authenticate") == "Bearer", "no WWW-Authenticate"
    if status == 429:
        assert int(header("retry-after")) >= 0
    if status == 405:
        assert header("allow"), "no Allow"
