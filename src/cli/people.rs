//! `yuanshan user …`

use clap::Subcommand;
use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Write};

use crate::context::Context;
use crate::identity::sessions::{self, EndReason};
use crate::identity::{self, IdentityError, NewGrant, Password, Phone, second_factor, service};
use crate::kernel::{RegionCode, Role, line};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an account and entrust it with a role; the password is read from the terminal or from the
    /// standard input, never from the command line
    Add {
        /// Mobile number
        #[arg(long)]
        phone: String,
        /// Name that colleagues see
        #[arg(long)]
        name: String,
        /// coordinator, approver, auditor or administrator
        #[arg(long)]
        role: Role,
        /// Code of the region in which the role holds, such as 510824
        #[arg(long)]
        region: RegionCode,
    },
    /// Take away the second factor of somebody who has lost the phone, and sign them out everywhere
    ResetTotp {
        /// Mobile number
        #[arg(long)]
        phone: String,
        /// Why; it stands in the log
        #[arg(long)]
        reason: String,
    },
}

/// # Errors
/// What is not acceptable, or [`IdentityError::PhoneTaken`].
pub fn run(context: &Context, command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Add { phone, name, role, region } => {
            add(context, &Phone::parse(&phone)?, &line(&name, 40)?, role, region)
        }
        Command::ResetTotp { phone, reason } => reset_totp(context, &Phone::parse(&phone)?, &line(&reason, 300)?),
    }
}

fn reset_totp(context: &Context, phone: &Phone, reason: &str) -> Result<(), Box<dyn Error>> {
    let act = context.system_act();
    context.db.write_blocking(|conn| {
        let user_id = service::find_by_phone(conn, &context.secrets, phone)?.ok_or(IdentityError::NotFound)?;
        second_factor::reset(conn, &act, user_id, reason)?;
        sessions::end_all(conn, &act, user_id, None, EndReason::SecondFactorReset)
    })?;
    println!("The second factor is gone; before acting, another one has to be set up.");
    Ok(())
}

fn add(context: &Context, phone: &Phone, name: &str, role: Role, region: RegionCode) -> Result<(), Box<dyn Error>> {
    let password = read_password()?;
    let hash = identity::hash_password(&password, context.settings.password_memory_kib)?;
    let (act, grant) = (context.system_act(), NewGrant::for_good(role, region));
    let id = context.db.write_blocking(|conn| {
        let id = service::register(conn, &act, &context.secrets, phone, name, &hash)?;
        identity::entrust(conn, &act, id, &grant)?;
        Ok::<_, IdentityError>(id)
    })?;
    println!("{id}: {role} of {}", grant.region_code);
    Ok(())
}

fn read_password() -> Result<Password, Box<dyn Error>> {
    if io::stdin().is_terminal() {
        print!("Password (at least 8 characters, shown as you type): ");
        io::stdout().flush()?;
    }
    let mut text = String::new();
    io::stdin().lock().read_line(&mut text)?;
    Ok(Password::choose(text.trim_end_matches(['\r', '\n']).to_owned())?)
}
