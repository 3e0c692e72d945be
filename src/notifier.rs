//! Who carries messages: a file (nobody; for a trial and for development), a mail server, an SMS gateway.
//!
//! The file is not the log: it is private to the owner of the data directory, because a code in it opens
//! an account.

use lettre::message::Mailbox;
use lettre::{SmtpTransport, Transport};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::kernel::text_enum;

text_enum! {
    /// How a message travels.
    pub enum Channel {
        Sms = "sms",
        Email = "email",
    }
}

/// What is to be told to whom. `to` is a number or a mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Carries messages; blocking, as jobs are.
pub trait Notifier: Send + Sync {
    /// # Errors
    /// [`NotifierError`] without the message and without the address.
    fn send(&self, channel: Channel, message: &Message) -> Result<(), NotifierError>;

    /// Whether messages go out by this channel.
    fn carries(&self, channel: Channel) -> bool;
}

#[derive(Debug, thiserror::Error)]
pub enum NotifierError {
    #[error("the notices file cannot be written: {0}")]
    File(#[from] std::io::Error),
    #[error("the mail server refused: {0}")]
    Smtp(String),
    #[error("the mail cannot be composed")]
    Mail,
    #[error("the SMS gateway refused: {0}")]
    Sms(String),
    #[error("setting {0}: {1}")]
    Setting(&'static str, String),
}

/// What the configuration says of it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where messages go that nothing else carries.
    pub file: PathBuf,
    /// `smtps://user:password@host`, `smtp://host:25`.
    pub smtp_url: Option<SecretString>,
    pub mail_from: Option<String>,
    pub sms_url: Option<url::Url>,
    pub sms_token: Option<SecretString>,
}

/// The notifier of the configuration.
///
/// # Errors
/// [`NotifierError::Setting`] by the name of the setting.
pub fn from_settings(settings: Settings) -> Result<Arc<dyn Notifier>, NotifierError> {
    if let Some(url) = &settings.sms_url
        && !(url.scheme() == "https" || url.scheme() == "http" && is_here(url))
    {
        return Err(NotifierError::Setting("sms_url", "https, or this machine".into()));
    }
    let smtp = match &settings.smtp_url {
        Some(url) => Some(Smtp::new(url, settings.mail_from.as_deref())?),
        None => None,
    };
    let sms = settings.sms_url.map(|url| Sms::new(url, settings.sms_token));
    Ok(Arc::new(Carriers { file: settings.file, smtp, sms }))
}

/// Only to this machine messages travel in the open.
fn is_here(url: &url::Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

struct Carriers {
    file: PathBuf,
    smtp: Option<Smtp>,
    sms: Option<Sms>,
}

impl Notifier for Carriers {
    fn send(&self, channel: Channel, message: &Message) -> Result<(), NotifierError> {
        match (channel, &self.smtp, &self.sms) {
            (Channel::Email, Some(smtp), _) => smtp.send(message),
            (Channel::Sms, _, Some(sms)) => sms.send(message),
            _ => self.write(channel, message),
        }
    }

    fn carries(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.smtp.is_some(),
            Channel::Sms => self.sms.is_some(),
        }
    }
}

impl Carriers {
    fn write(&self, channel: Channel, message: &Message) -> Result<(), NotifierError> {
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.file)?;
        let line = serde_json::json!({ "channel": channel, "to": message.to, "text": message.text });
        writeln!(file, "{line}")?;
        tracing::info!("nothing is set to carry it: a message was written to the notices file");
        Ok(())
    }
}

struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Smtp {
    fn new(url: &SecretString, from: Option<&str>) -> Result<Self, NotifierError> {
        // The library's own words may hold the password.
        let bad = || {
            let how = "smtps://host, smtp://host?tls=required, or smtp:// on this machine";
            NotifierError::Setting("smtp_url", how.into())
        };
        let parsed = url::Url::parse(url.expose_secret()).map_err(|_| bad())?;
        let is_sealed =
            parsed.scheme() == "smtps" || parsed.query().is_some_and(|query| query.contains("tls=required"));
        if !is_sealed && !is_here(&parsed) {
            return Err(bad());
        }
        let transport = SmtpTransport::from_url(url.expose_secret()).map_err(|_| bad())?.timeout(Some(TIMEOUT)).build();
        let from = from.ok_or_else(|| NotifierError::Setting("mail_from", "needed with smtp_url".into()))?;
        let from = from.parse().map_err(|_| NotifierError::Setting("mail_from", "not a mail address".into()))?;
        Ok(Self { transport, from })
    }

    fn send(&self, message: &Message) -> Result<(), NotifierError> {
        let to = message.to.parse::<Mailbox>().map_err(|_| NotifierError::Mail)?;
        let mail = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&message.subject)
            .body(message.text.clone())
            .map_err(|_| NotifierError::Mail)?;
        // Its own words may hold the address.
        let told = |error: lettre::transport::smtp::Error| {
            NotifierError::Smtp(error.status().map_or_else(|| "no answer".into(), |code| code.to_string()))
        };
        self.transport.send(&mail).map(|_| ()).map_err(told)
    }
}

/// A gateway that takes `{"to", "text"}` as JSON and answers 2xx.
struct Sms {
    url: url::Url,
    token: Option<SecretString>,
    agent: ureq::Agent,
}

const TIMEOUT: Duration = Duration::from_secs(15);

impl Sms {
    fn new(url: url::Url, token: Option<SecretString>) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(true)
            .build()
            .into();
        Self { url, token, agent }
    }

    fn send(&self, message: &Message) -> Result<(), NotifierError> {
        let mut request = self.agent.post(self.url.as_str());
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {}", token.expose_secret()));
        }
        let body = serde_json::json!({ "to": message.to, "text": message.text });
        request.send_json(body).map_err(|error| NotifierError::Sms(error.to_string()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt;

    fn message(to: &str) -> Message {
        Message { to: to.into(), subject: "验证码".into(), text: "验证码 123456".into() }
    }

    fn settings(file: PathBuf) -> Settings {
        Settings { file, smtp_url: None, mail_from: None, sms_url: None, sms_token: None }
    }

    #[test]
    fn without_a_carrier_messages_go_to_a_private_file() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("notices.jsonl");
        let notifier = from_settings(settings(file.clone())).unwrap();
        assert!(!notifier.carries(Channel::Sms) && !notifier.carries(Channel::Email));
        notifier.send(Channel::Sms, &message("13800001234")).unwrap();
        notifier.send(Channel::Email, &message("a@example.com")).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 2);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    /// Answers one connection with `answers`, line by line where the other side speaks in turn.
    fn listen(
        talk: impl FnOnce(std::net::TcpStream) -> String + Send + 'static,
    ) -> (u16, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        (port, std::thread::spawn(move || talk(listener.accept().unwrap().0)))
    }

    #[test]
    fn an_sms_gateway_gets_json_with_the_token() {
        let (port, heard) = listen(|mut stream| {
            let mut heard = String::new();
            let mut buffer = [0; 4096];
            while !heard.contains("123456") {
                let read = stream.read(&mut buffer).unwrap();
                heard.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            heard
        });
        let sms_url = format!("http://127.0.0.1:{port}/send").parse().ok();
        let settings = Settings { sms_url, sms_token: Some("a-token".into()), ..settings(PathBuf::new()) };
        from_settings(settings).unwrap().send(Channel::Sms, &message("13800001234")).unwrap();
        let heard = heard.join().unwrap().to_lowercase();
        assert!(heard.contains("post /send") && heard.contains("bearer a-token") && heard.contains("13800001234"));
    }

    #[test]
    fn a_gateway_that_refuses_is_an_error_without_the_message() {
        let (port, _) = listen(|mut stream| {
            let _ = stream.read(&mut [0; 4096]);
            stream.write_all(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n").unwrap();
            String::new()
        });
        let sms_url = format!("http://127.0.0.1:{port}/send").parse().ok();
        let notifier = from_settings(Settings { sms_url, ..settings(PathBuf::new()) }).unwrap();
        let error = notifier.send(Channel::Sms, &message("13800001234")).unwrap_err().to_string();
        assert!(error.contains("500") && !error.contains("123456") && !error.contains("1380000"), "{error}");
    }

    #[test]
    fn a_mail_server_gets_a_mail() {
        let (port, heard) = listen(|stream| {
            use std::io::{BufRead, BufReader};
            let mut out = stream.try_clone().unwrap();
            let mut lines = BufReader::new(stream).lines();
            let (mut heard, mut in_data) = (String::new(), false);
            out.write_all(b"220 here\r\n").unwrap();
            while let Some(Ok(line)) = lines.next() {
                heard.push_str(&line);
                heard.push('\n');
                let answer: &[u8] = match (in_data, line.split(' ').next().unwrap_or_default()) {
                    (true, ".") => {
                        in_data = false;
                        b"250 taken\r\n"
                    }
                    (true, _) => continue,
                    (_, "DATA") => {
                        in_data = true;
                        b"354 go on\r\n"
                    }
                    (_, "QUIT") => break,
                    _ => b"250 ok\r\n",
                };
                out.write_all(answer).unwrap();
                if heard.contains("\n.\n") {
                    break;
                }
            }
            heard
        });
        let settings = Settings {
            smtp_url: Some(format!("smtp://127.0.0.1:{port}").into()),
            mail_from: Some("yuanshan@example.com".into()),
            ..settings(PathBuf::new())
        };
        let notifier = from_settings(settings).unwrap();
        assert!(notifier.carries(Channel::Email));
        notifier.send(Channel::Email, &message("buyer@example.com")).unwrap();
        let heard = heard.join().unwrap();
        assert!(
            heard.contains("RCPT TO:<buyer@example.com>") && heard.contains("FROM:<yuanshan@example.com>"),
            "{heard}"
        );
    }

    #[test]
    fn settings_that_cannot_be_honoured_are_refused_by_name_without_the_password() {
        let bad = Settings { smtp_url: Some("http://user:secret@host".into()), ..settings(PathBuf::new()) };
        let error = from_settings(bad).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("smtp_url") && !error.contains("secret"), "{error}");
        let open = Settings { smtp_url: Some("smtp://mail.example.com".into()), ..settings(PathBuf::new()) };
        assert!(from_settings(open).map(|_| ()).unwrap_err().to_string().contains("smtp_url"));
        let open = Settings { sms_url: "http://sms.example.com/".parse().ok(), ..settings(PathBuf::new()) };
        assert!(from_settings(open).map(|_| ()).unwrap_err().to_string().contains("sms_url"));
        let bad = Settings { smtp_url: Some("smtps://host".into()), ..settings(PathBuf::new()) };
        assert!(from_settings(bad).map(|_| ()).unwrap_err().to_string().contains("mail_from"));
    }
}
