//! `yuanshan keys …`

use clap::{Args, Subcommand};
use std::error::Error;

use crate::context::Context;
use crate::keys::{self, KeysError, Readiness, service};
use crate::secrets::Turn;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make new keys, which sign and seal from now on; nobody is logged out, and running servers learn of
    /// them by themselves
    Rotate(Rotate),
    /// Names and ages of the keys, and how far sealing anew is
    Status,
    /// Drop the sealing keys under which nothing is sealed any more; backups from before need them, so keep
    /// a copy of the file with those
    Retire,
}

#[derive(Debug, Args)]
pub struct Rotate {
    /// Only the key that signs tokens
    #[arg(long)]
    tokens: bool,
    /// Only the key that seals personal data; what is sealed is sealed anew while a server runs
    #[arg(long)]
    sealing: bool,
    /// Believe no token of an older key, for one that was stolen; browsers renew theirs unseen
    #[arg(long, conflicts_with = "sealing")]
    forget: bool,
}

/// # Errors
/// What keeps the keys as they are, or [`KeysError`] why older ones have to stay.
pub fn run(context: &Context, command: &Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Rotate(options) => rotate(context, options)?,
        Command::Retire => retire(context)?,
        Command::Status => {}
    }
    status(context)
}

fn rotate(context: &Context, options: &Rotate) -> Result<(), KeysError> {
    let both = !options.tokens && !options.sealing;
    let turn = Turn {
        tokens: both || options.tokens || options.forget,
        sealing: (both && !options.forget) || options.sealing,
        forget_token_keys: options.forget,
    };
    let act = context.system_act();
    context.secrets.turn(turn, act.at)?;
    Ok(context.db.write_blocking(|conn| service::begin(conn, &act, &context.secrets))?)
}

fn retire(context: &Context) -> Result<(), KeysError> {
    let (act, secrets) = (context.system_act(), &context.secrets);
    let older: Vec<u8> = secrets.sealing_keys().iter().rev().skip(1).map(|(id, _)| *id).collect();
    if older.is_empty() {
        return Ok(());
    }
    match context.db.write_blocking(|conn| service::readiness(conn, &act, secrets))? {
        Readiness::Ready => {}
        Readiness::Unfinished(row) => return Err(KeysError::Unfinished(row.column_name, row.done, row.total)),
        Readiness::Left(column, left) => return Err(KeysError::Left(column.to_string(), left)),
    }
    let unopened = actix_web::rt::System::new().block_on(keys::reseal_files(context))?;
    if unopened > 0 {
        return Err(KeysError::Left("evidence".into(), unopened));
    }
    Ok(secrets.drop_sealing_keys(&older)?)
}

fn status(context: &Context) -> Result<(), Box<dyn Error>> {
    let (secrets, now) = (&context.secrets, context.clock.now());
    let age = |created_at: Option<_>| {
        created_at.map_or_else(|| "unknown".into(), |at: crate::kernel::Instant| at.to_string())
    };
    let (signing, newest) = (secrets.token_key(), secrets.newest_sealing_key());
    for key in secrets.token_keys(now) {
        let does = if key.kid == signing.kid { "signs" } else { "verifies" };
        println!("token key    {:<10}{does:<10}made {}", key.kid, age(key.created_at));
    }
    for (id, created_at) in secrets.sealing_keys() {
        let does = if id == newest { "seals" } else { "opens" };
        println!("sealing key  {id:<10}{does:<10}made {}", age(created_at));
    }
    for row in context.db.read_blocking(service::list_progress)? {
        let state = if row.finished_at.is_some() { "done" } else { "under way" };
        println!("sealed anew  {:<32}{} of {} under key {}, {state}", row.column_name, row.done, row.total, row.key_id);
    }
    Ok(())
}
