//! Sending to the phone what cannot wait.

use super::store::{self, Message};
use super::{InboxError, MessageId};
use crate::context::Context;
use crate::identity;
use crate::notifier::{self, Channel};
use crate::web::messages::Language;

/// Hands a message to the notifier; outside of any transaction, because it may take long. Whose account is gone,
/// and who wants none, gets none.
///
/// # Errors
/// Those of the notifier; then it is tried again later.
pub fn deliver(context: &Context, id: MessageId) -> Result<(), InboxError> {
    let found = context.db.read_blocking(|conn| {
        let Some(message) = store::find(conn, id)? else { return Ok(None) };
        let Some(user_id) = message.user_id else { return Ok(None) };
        if store::is_silent(conn, user_id)? {
            return Ok(None);
        }
        let person = identity::find_person(conn, &context.secrets, user_id)?;
        Ok::<_, InboxError>(person.and_then(|person| person.phone).map(|phone| (message, phone)))
    })?;
    let Some((message, phone)) = found else { return Ok(()) };
    let text = text_of(&message);
    let outward = notifier::Message { to: phone.as_str().to_owned(), subject: "远山".into(), text };
    Ok(context.notifier.send(Channel::Sms, &outward)?)
}

/// The sentence of a message, as short as a text message has to be.
fn text_of(message: &Message) -> String {
    let number = message.number.clone().unwrap_or_default();
    let amount = message.amount_fen.map(|amount| amount.to_string()).unwrap_or_default();
    let code = format!("inbox.{}", message.kind);
    Language::Chinese.message(&code, [("number", number), ("amount", amount)])
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;
    use crate::kernel::{Id, Instant, Money};
    use uuid::Uuid;

    #[test]
    fn what_cannot_wait_has_a_sentence_in_both_languages() {
        for kind in Kind::ALL.iter().filter(|kind| kind.is_urgent()) {
            let message = Message {
                id: Id::from_uuid(Uuid::nil()),
                user_id: None,
                role: None,
                region_code: None,
                kind: *kind,
                thing_id: Id::from_uuid(Uuid::nil()),
                number: Some("YS1".into()),
                amount_fen: Money::from_fen(1250).ok(),
                created_at: Instant::from_unix_micros(0),
            };
            let text = text_of(&message);
            assert!(text.contains("YS1") && !text.contains('{') && text.chars().count() <= 70, "{text}");
            let english = Language::English.message(&format!("inbox.{kind}"), []);
            assert!(english.contains("{number}"), "{english}");
        }
    }
}
