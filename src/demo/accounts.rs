//! The people of the demonstration. Phone numbers are in a range that is not given out.

use serde::{Deserialize, Serialize};
use std::error::Error;

use crate::config::Config;
use crate::context::Context;
use crate::db::Conn;
use crate::helpers::{self, HelperCode};
use crate::identity::{self, IdentityError, NewGrant, Password, Phone, TotpSecret, second_factor, service};
use crate::kernel::{Clock, IdSource, RegionCode, Role, UserId};
use crate::secrets::write_private;

/// A person who can sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    pub role: Role,
    pub region: Option<RegionCode>,
    pub display_name: String,
    pub phone: String,
    pub password: String,
    /// Of the authenticator app; `yuanshan totp` shows its code. Staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<String>,
}

/// Everybody: those who can sign in, and families that only have ordered.
pub struct People {
    pub accounts: Vec<Account>,
    pub staff: Vec<(Role, RegionCode, UserId)>,
    pub buyers: Vec<UserId>,
}

impl People {
    /// Who holds a role at a place.
    ///
    /// # Panics
    /// Never: every village of the demonstration has its people.
    pub fn holder(&self, role: Role, place: &RegionCode) -> UserId {
        self.staff
            .iter()
            .find(|(held, region, _)| *held == role && region.contains(place))
            .expect("everybody is there")
            .2
    }
}

const STAFF: [(Role, &str, &str); 9] = [
    (Role::Coordinator, "510824115216", "演示·岫云村协调员"),
    (Role::Coordinator, "513431109210", "演示·悬崖村协调员"),
    (Role::Coordinator, "510623125201", "演示·太安村协调员"),
    (Role::Approver, "510824", "演示·苍溪县审核员"),
    (Role::Approver, "513431", "演示·昭觉县审核员"),
    (Role::Approver, "510623", "演示·中江县审核员"),
    (Role::Auditor, "510824", "演示·苍溪县审计员"),
    (Role::Auditor, "513431", "演示·昭觉县审计员"),
    (Role::Administrator, "51", "演示·管理员"),
];

const BUYERS: [&str; 2] = ["演示·陈家", "演示·林家"];

/// An elder and who helps; they come last, so that the year before them stays as it is.
const FAMILY: [&str; 2] = ["演示·伍奶奶", "演示·伍家女儿"];

/// Families that have ordered but cannot sign in.
const FAMILIES: [&str; 22] = [
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "褚", "卫", "蒋", "沈", "韩", "杨", "朱", "秦", "尤", "许",
    "何", "吕", "施",
];

/// Ten letters and digits from the system's randomness, whatever the seed.
const PASSWORD_LENGTH: usize = 10;

const FILE: &str = "demo-accounts.json";

pub fn create(context: &Context) -> Result<People, Box<dyn Error>> {
    let mut people = People { accounts: Vec::new(), staff: Vec::new(), buyers: Vec::new() };
    let mut phone = phones(FIRST_PHONE);
    let staff = STAFF.map(|(role, region, name)| (role, Some(region), name));
    let buyers = BUYERS.map(|name| (Role::Buyer, None, name));
    for (role, region, name) in staff.into_iter().chain(buyers) {
        let region = region.map(RegionCode::parse).transpose()?;
        let (user_id, account) = open(context, role, region.clone(), name, phone())?;
        match region {
            Some(region) => people.staff.push((role, region, user_id)),
            None => people.buyers.push(user_id),
        }
        people.accounts.push(account);
    }
    for family in FAMILIES {
        // No password hashes to this, so nobody can sign in.
        let user_id = register(context, &phone(), &format!("演示·{family}家"), "!", None)?;
        people.buyers.push(user_id);
    }
    Ok(people)
}

/// A family in which the daughter helps; gives their accounts.
pub fn create_family(context: &Context) -> Result<Vec<Account>, Box<dyn Error>> {
    let before = STAFF.len() + BUYERS.len() + FAMILIES.len();
    let mut phone = phones(FIRST_PHONE + u64::try_from(before)?);
    let [elder, helper] = FAMILY.map(|name| open(context, Role::Buyer, None, name, phone()));
    let ((elder_id, elder), (helper_id, helper)) = (elder?, helper?);
    let (elder_act, helper_act) = (context.act(elder_id, Role::Buyer), context.act(helper_id, Role::Buyer));
    let (number, code, relation) = (Phone::parse(&helper.phone)?, HelperCode::draw(), Some("女儿".to_owned()));
    let secrets = &context.secrets;
    context.db.write_blocking(|conn| {
        helpers::invite(conn, &elder_act, secrets, elder_id, &number, relation.clone(), &code)?;
        helpers::accept(conn, &helper_act, secrets, helper_id, &code)
    })?;
    Ok(vec![elder, helper])
}

const FIRST_PHONE: u64 = 19_900_000_001;

/// One number after the other.
fn phones(first: u64) -> impl FnMut() -> String {
    let mut next = first;
    move || {
        next += 1;
        (next - 1).to_string()
    }
}

/// An account with a password of its own; staff with a second factor.
fn open(
    context: &Context,
    role: Role,
    region: Option<RegionCode>,
    name: &str,
    phone: String,
) -> Result<(UserId, Account), Box<dyn Error>> {
    let password = IdSource::random().new_code(PASSWORD_LENGTH);
    let hash = identity::hash_password(&Password::parse(password.clone())?, context.settings.password_memory_kib)?;
    let grant = region.clone().map(|region_code| NewGrant::for_good(role, region_code));
    let user_id = register(context, &phone, name, &hash, grant)?;
    let totp = region.is_some().then(TotpSecret::random);
    if let Some(totp) = &totp {
        let act = context.system_act();
        let install = |conn: &mut Conn| second_factor::install(conn, &act, &context.secrets, user_id, totp, None);
        context.db.write_blocking(install)?;
    }
    let totp_secret = totp.map(|totp| totp.base32().to_owned());
    Ok((user_id, Account { role, region, display_name: name.to_owned(), phone, password, totp_secret }))
}

fn register(
    context: &Context,
    phone: &str,
    name: &str,
    hash: &str,
    grant: Option<NewGrant>,
) -> Result<UserId, Box<dyn Error>> {
    let (act, phone) = (context.system_act(), Phone::parse(phone)?);
    let user_id = context.db.write_blocking(|conn| {
        let user_id = service::register(conn, &act, &context.secrets, &phone, name, hash)?;
        if let Some(grant) = &grant {
            identity::entrust(conn, &act, user_id, grant)?;
        }
        Ok::<_, IdentityError>(user_id)
    })?;
    Ok(user_id)
}

/// Writes the accounts where only the owner of the data directory can read them.
pub fn write(config: &Config, accounts: &[Account]) -> Result<(), Box<dyn Error>> {
    let path = config.data_dir.join(FILE);
    // Of an earlier demonstration whose database is gone.
    if path.exists() {
        std::fs::remove_file(&path)?;
    }
    Ok(write_private(&path, &serde_json::to_string_pretty(accounts)?)?)
}

fn read(config: &Config) -> Result<Vec<Account>, Box<dyn Error>> {
    Ok(serde_json::from_str(&std::fs::read_to_string(config.data_dir.join(FILE))?)?)
}

/// What the authenticator app of a demonstration account shows now, and for how many seconds.
///
/// # Errors
/// Where there is no demonstration, or no such account of the staff.
pub fn print_totp(config: &Config, phone: &str) -> Result<(), Box<dyn Error>> {
    const STEP_S: i64 = 30;
    let accounts = read(config).map_err(|error| format!("no accounts of a demonstration here: {error}"))?;
    let secret = accounts.into_iter().find(|account| account.phone == phone).and_then(|account| account.totp_secret);
    let secret = secret.ok_or("no account of the staff with this number")?;
    let now = Clock::System.now();
    println!("{}", TotpSecret::from_base32(&secret)?.code_at(now)?);
    eprintln!("good for {} s", STEP_S - now.unix_seconds().rem_euclid(STEP_S));
    Ok(())
}

/// Prints the accounts as a table, if they are here.
pub fn print(config: &Config) {
    let path = config.data_dir.join(FILE);
    let Ok(accounts) = read(config) else { return };
    println!("Demonstration accounts, also in {}:", path.display());
    for account in accounts {
        let region = account.region.map_or_else(String::new, |region| region.to_string());
        println!(
            "  {:<14}{region:<14}{}  {}  {}",
            account.role.as_str(),
            account.phone,
            account.password,
            account.display_name
        );
    }
    println!("Staff also sign in with a code: yuanshan totp <phone> shows it.");
}
