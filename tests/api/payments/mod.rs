//! Ways to pay.

mod alipay;
mod alipay_gateway;
mod gateway;
mod offline;
mod own_gateway;
mod sandbox;
mod wechat;
