//! Keeps the messages that people were sent.

use std::sync::{Mutex, PoisonError};

use yuanshan::notifier::{Channel, Message, Notifier, NotifierError};

#[derive(Default)]
pub struct Letterbox(Mutex<Vec<(Channel, Message)>>);

impl Letterbox {
    /// Takes out what has come.
    pub fn take(&self) -> Vec<(Channel, Message)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Notifier for Letterbox {
    fn send(&self, channel: Channel, message: &Message) -> Result<(), NotifierError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((channel, message.clone()));
        Ok(())
    }

    fn carries(&self, channel: Channel) -> bool {
        channel == Channel::Sms
    }
}
