//! Ways to pay.

mod alipay;
mod alipay_gateway;
mod gateway;
mod offline;
mod sandbox;
mod wechat;
