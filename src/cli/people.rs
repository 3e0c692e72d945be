//! `yuanshan user …`

use clap::Subcommand;
use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Write};

use crate::context::Context;
use crate::identity::{self, Grant, IdentityError, Password, Phone, service};
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
}

/// # Errors
/// What is not acceptable, or [`IdentityError::PhoneTaken`].
pub fn run(context: &Context, command: Command) -> Result<(), Box<dyn Error>> {
    let Command::Add { phone, name, role, region } = command;
    let (phone, name) = (Phone::parse(&phone)?, line(&name, 40)?);
    let password = read_password()?;
    let hash = identity::hash_password(&password, context.settings.password_memory_kib)?;
    let (act, grant) = (context.system_act(), Grant { role, region_code: region });
    let id = context.db.write_blocking(|conn| {
        let id = service::register(conn, &act, &context.secrets, &phone, &name, &hash)?;
        service::entrust(conn, &act, id, &grant)?;
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
    Ok(Password::parse(text.trim_end_matches(['\r', '\n']).to_owned())?)
}
