//! The states of an order. Pure.
//!
//! ```text
//! placed ─pay deposit▶ deposit_paid ─call in▶ balance_due ─pay▶ paid
//! placed ─pay▶ paid ─confirm▶ confirmed ─pack▶ packed ─ship▶ shipped ─receive▶ received ─settle▶ settled
//!   │            └──────cancel──────┴─────────────┴──▶ cancelled ─refund▶ refunded
//!   ├─cancel▶ cancelled                                    ▲
//!   └─expire▶ expired ──refund (money came too late)───────┘▶ refunded
//! ```

use crate::kernel::{Role, text_enum};

text_enum! {
    pub enum OrderState {
        Placed = "placed",
        /// A pre-order whose date does not stand yet.
        DepositPaid = "deposit_paid",
        /// Its date stands, and the rest is to be paid.
        BalanceDue = "balance_due",
        Paid = "paid",
        Confirmed = "confirmed",
        Packed = "packed",
        Shipped = "shipped",
        Received = "received",
        Settled = "settled",
        Expired = "expired",
        Cancelled = "cancelled",
        Refunded = "refunded",
    }
}

impl OrderState {
    /// True while the buyer's whole money is in the order: held for it, or settled.
    #[must_use]
    pub const fn is_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Confirmed | Self::Packed | Self::Shipped | Self::Received | Self::Settled)
    }

    /// True while there is a parcel to pack, to send or to ask after.
    #[must_use]
    pub const fn has_parcel(self) -> bool {
        matches!(self, Self::Paid | Self::Confirmed | Self::Packed | Self::Shipped | Self::Received)
    }

    /// True once nothing more is expected of the buyer or the village.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Settled | Self::Expired | Self::Cancelled | Self::Refunded)
    }
}

text_enum! {
    pub enum Command as OrderCommand {
        PayDeposit = "pay_deposit",
        /// The date of a pre-order stands: the balance is asked for.
        CallIn = "call_in",
        Pay = "pay",
        /// 报货: the village has the goods.
        Confirm = "confirm",
        Pack = "pack",
        Ship = "ship",
        Receive = "receive",
        Settle = "settle",
        Cancel = "cancel",
        Expire = "expire",
        Refund = "refund",
    }
}

impl Command {
    /// The commands that people give; the others follow from payments and time.
    pub const BY_PEOPLE: [Self; 6] = [Self::Confirm, Self::Pack, Self::Ship, Self::Receive, Self::Settle, Self::Cancel];

    const fn target(self) -> OrderState {
        match self {
            Self::PayDeposit => OrderState::DepositPaid,
            Self::CallIn => OrderState::BalanceDue,
            Self::Pay => OrderState::Paid,
            Self::Confirm => OrderState::Confirmed,
            Self::Pack => OrderState::Packed,
            Self::Ship => OrderState::Shipped,
            Self::Receive => OrderState::Received,
            Self::Settle => OrderState::Settled,
            Self::Cancel => OrderState::Cancelled,
            Self::Expire => OrderState::Expired,
            Self::Refund => OrderState::Refunded,
        }
    }
}

/// The state after a command given in a role; the same state if it was carried out before.
///
/// # Errors
/// The present state, if the command does not apply to it or is not for that role.
pub fn decide(state: OrderState, command: Command, role: Role) -> Result<OrderState, OrderState> {
    use OrderState::{BalanceDue, Cancelled, Confirmed, DepositPaid, Expired, Packed, Paid, Placed, Received, Shipped};
    let target = command.target();
    let for_role = match command {
        Command::PayDeposit | Command::Pay | Command::Expire | Command::Refund => role == Role::System,
        Command::CallIn | Command::Confirm | Command::Pack | Command::Ship => role == Role::Coordinator,
        Command::Receive => role == Role::Buyer,
        Command::Settle => matches!(role, Role::Coordinator | Role::System),
        Command::Cancel => matches!(role, Role::Coordinator | Role::Buyer | Role::Helper | Role::System),
    };
    let applies = match command {
        Command::PayDeposit | Command::Expire => state == Placed,
        Command::CallIn => state == DepositPaid,
        Command::Pay => matches!(state, Placed | BalanceDue),
        Command::Confirm => state == Paid,
        Command::Pack => state == Confirmed,
        Command::Ship => state == Packed,
        Command::Receive => state == Shipped,
        Command::Settle => state == Received,
        // A buyer may think again until the parcel is packed, a village may fail until it is sent.
        Command::Cancel if matches!(role, Role::Buyer | Role::Helper) => {
            matches!(state, Placed | DepositPaid | BalanceDue | Paid | Confirmed)
        }
        // The balance was not paid in time.
        Command::Cancel if role == Role::System => state == BalanceDue,
        Command::Cancel => matches!(state, DepositPaid | BalanceDue | Paid | Confirmed | Packed),
        Command::Refund => matches!(state, Cancelled | Expired),
    };
    if for_role && (applies || state == target) { Ok(target) } else { Err(state) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    const EVERY_ROLE: [Role; 4] = [Role::Buyer, Role::Helper, Role::Coordinator, Role::System];

    #[test]
    fn scenarios() {
        use Command::{CallIn, Cancel, Confirm, Expire, Pack, Pay, PayDeposit, Receive, Refund, Settle, Ship};
        use Role::{Buyer, Coordinator, Helper, System};
        let run = |steps: &[(Command, Role)]| {
            steps.iter().try_fold(OrderState::Placed, |state, (command, role)| decide(state, *command, *role))
        };
        let delivered = [
            (Pay, System),
            (Confirm, Coordinator),
            (Pack, Coordinator),
            (Ship, Coordinator),
            (Receive, Buyer),
            (Settle, System),
        ];
        assert_eq!(run(&delivered), Ok(OrderState::Settled));
        for (steps, outcome) in [
            (&[(Cancel, Buyer)][..], Ok(OrderState::Cancelled)),
            (&[(Pay, System), (Cancel, Buyer), (Refund, System)], Ok(OrderState::Refunded)),
            (&[(Pay, System), (Cancel, Helper), (Refund, System)], Ok(OrderState::Refunded)),
            (&[(Expire, System), (Refund, System)], Ok(OrderState::Refunded)),
            (&[(Pay, System), (Confirm, Coordinator), (Confirm, Coordinator)], Ok(OrderState::Confirmed)),
            (&[(Pay, Buyer)], Err(OrderState::Placed)),
            (&[(Cancel, Coordinator)], Err(OrderState::Placed)),
            (&[(Pay, System), (Expire, System)], Err(OrderState::Paid)),
            (&[(Pay, System), (Confirm, Buyer)], Err(OrderState::Paid)),
            (&[(Pay, System), (Pack, Coordinator)], Err(OrderState::Paid)),
            (&[(Pay, System), (Confirm, Coordinator), (Pack, Coordinator), (Cancel, Buyer)], Err(OrderState::Packed)),
            (&[(Pay, System), (Confirm, Coordinator), (Pack, Coordinator), (Cancel, Helper)], Err(OrderState::Packed)),
            (&[(Pay, Helper)], Err(OrderState::Placed)),
            (&delivered[..4], Ok(OrderState::Shipped)),
            (&[(PayDeposit, System), (CallIn, Coordinator), (Pay, System)], Ok(OrderState::Paid)),
            (&[(PayDeposit, System), (Pay, System)], Err(OrderState::DepositPaid)),
            (&[(PayDeposit, System), (Cancel, Buyer)], Ok(OrderState::Cancelled)),
            (&[(PayDeposit, System), (Cancel, System)], Err(OrderState::DepositPaid)),
            (&[(PayDeposit, System), (CallIn, Coordinator), (Cancel, System)], Ok(OrderState::Cancelled)),
            (&[(Pay, System), (Cancel, System)], Err(OrderState::Paid)),
        ] {
            assert_eq!(run(steps), outcome, "{steps:?}");
        }
        assert_eq!(decide(OrderState::Shipped, Cancel, Coordinator), Err(OrderState::Shipped));
        assert_eq!(decide(OrderState::Shipped, Receive, Helper), Err(OrderState::Shipped));
    }

    proptest! {
        #[test]
        fn no_sequence_leaves_the_documented_paths(steps in prop::collection::vec((select(Command::ALL), select(&EVERY_ROLE[..])), 0..20)) {
            let mut path = vec![OrderState::Placed];
            for (command, role) in steps {
                let state = path[path.len() - 1];
                let Ok(next) = decide(state, command, role) else { continue };
                prop_assert_eq!(decide(next, command, role), Ok(next), "replay changes nothing");
                if next != state {
                    path.push(next);
                }
            }
            use OrderState::{
                BalanceDue, Cancelled, Confirmed, DepositPaid, Expired, Packed, Paid, Placed, Received, Refunded, Settled, Shipped,
            };
            let main = [Placed, Paid, Confirmed, Packed, Shipped, Received, Settled];
            let pre_order = [Placed, DepositPaid, BalanceDue, Paid, Confirmed, Packed, Shipped, Received, Settled];
            let along = |way: &[OrderState]| path.iter().zip(way).take_while(|(state, expected)| state == expected).count();
            let straight = along(&main).max(along(&pre_order));
            let exit = &path[straight..];
            let documented: &[&[OrderState]] = &[&[], &[Cancelled], &[Expired], &[Cancelled, Refunded], &[Expired, Refunded]];
            prop_assert!(documented.contains(&exit), "{:?}", path);
            prop_assert!(exit.is_empty() || path[straight - 1] < Shipped);
        }

        #[test]
        fn what_is_settled_or_refunded_stays_so(command in select(Command::ALL), role in select(&EVERY_ROLE[..])) {
            for end in [OrderState::Settled, OrderState::Refunded] {
                prop_assert!(decide(end, command, role).is_err() || decide(end, command, role) == Ok(end));
            }
        }
    }
}
