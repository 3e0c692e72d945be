//! Ways to pay.

mod gateway;
mod offline;
mod sandbox;
mod wechat;
