//! What becomes of memberships and contracts, and what a contract may say. Pure.
//!
//! ```text
//! member:   invited ─accept▶ active ─end▶ ended;  invited ─end▶ ended
//! contract: requested ─approve▶ in_force ─end▶ ended;  requested ─decline▶ declined
//! ```

use crate::kernel::{Day, Invalid, text_enum};

text_enum! {
    /// What an organisation is.
    pub enum OrganisationKind {
        /// 机关单位食堂.
        Canteen = "canteen",
        TradeUnion = "trade_union",
        School = "school",
        Hospital = "hospital",
        Company = "company",
        Other = "other",
    }
}

text_enum! {
    /// What somebody does for an organisation.
    pub enum MemberRole as OrganisationRole {
        /// Invites others, asks for contracts; orders, too.
        Manager = "manager",
        /// Orders.
        Buyer = "buyer",
    }
}

text_enum! {
    pub enum MemberState as OrganisationMemberState {
        Invited = "invited",
        Active = "active",
        Ended = "ended",
    }
}

/// What happens to a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberStep {
    Accept,
    End,
}

/// The state after a step; the same state if it was carried out before.
///
/// # Errors
/// The present state, where the step does not apply.
pub const fn decide_member(state: MemberState, step: MemberStep) -> Result<MemberState, MemberState> {
    match (state, step) {
        (MemberState::Invited | MemberState::Active, MemberStep::Accept) => Ok(MemberState::Active),
        (_, MemberStep::End) => Ok(MemberState::Ended),
        (state, MemberStep::Accept) => Err(state),
    }
}

text_enum! {
    /// How a contract with a county stands.
    pub enum ContractState as OrganisationContractState {
        Requested = "requested",
        InForce = "in_force",
        Declined = "declined",
        Ended = "ended",
    }
}

text_enum! {
    pub enum ContractStep {
        Approve = "approve",
        Decline = "decline",
        End = "end",
    }
}

/// The state after a step; the same state if it was carried out before.
///
/// # Errors
/// The present state, where the step does not apply.
pub const fn decide_contract(state: ContractState, step: ContractStep) -> Result<ContractState, ContractState> {
    use ContractState::{Declined, Ended, InForce, Requested};
    match (state, step) {
        (Requested | InForce, ContractStep::Approve) => Ok(InForce),
        (Requested | Declined, ContractStep::Decline) => Ok(Declined),
        (InForce | Ended, ContractStep::End) => Ok(Ended),
        (state, _) => Err(state),
    }
}

/// Days after acceptance in which is paid unless the contract says otherwise, and at most
/// (保障中小企业款项支付条例 §9).
pub const PAY_DAYS: i64 = 30;
pub const PAY_DAYS_MAX: i64 = 60;

/// The 1-year loan prime rate (贷款市场报价利率) in hundredths of a percent, from the day of its announcement by
/// the National Interbank Funding Center on. The last one counts until another is added here.
const LPR: [(&str, i64); 3] = [("2024-07-22", 335), ("2024-10-21", 310), ("2025-05-20", 300)];

/// The 1-year LPR of a day, in hundredths of a percent a year.
#[must_use]
pub fn lpr_bp(day: Day) -> i64 {
    let day = day.to_string();
    let known = LPR.iter().rev().find(|(from, _)| *from <= day.as_str());
    known.unwrap_or(&LPR[0]).1
}

/// Checks what a contract says of paying: 1 to 60 days, and interest on what is late of at least the 1-year LPR
/// of the day of the contract (条例 §17), and of at most 24 %, because more is a slip of the pen.
///
/// # Errors
/// The first field that is not acceptable.
pub fn check_terms(pay_days: i64, late_rate_bp: Option<i64>, day: Day) -> Result<(), (&'static str, Invalid)> {
    if !(1..=PAY_DAYS_MAX).contains(&pay_days) {
        return Err(("/pay_days", Invalid::new("pay_days_unlawful").with("max", PAY_DAYS_MAX)));
    }
    let least = lpr_bp(day);
    match late_rate_bp {
        Some(rate) if rate < least => {
            Err(("/late_rate_bp", Invalid::new("late_rate_below_lpr").with("least_bp", least)))
        }
        Some(rate) if rate > LATE_RATE_MAX_BP => {
            Err(("/late_rate_bp", Invalid::new("late_rate_too_high").with("most_bp", LATE_RATE_MAX_BP)))
        }
        _ => Ok(()),
    }
}

const LATE_RATE_MAX_BP: i64 = 2_400;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    proptest! {
        #[test]
        fn nothing_comes_back_into_force(steps in prop::collection::vec(select(ContractStep::ALL), 0..8)) {
            let mut state = ContractState::Requested;
            for step in steps {
                let Ok(next) = decide_contract(state, step) else { continue };
                prop_assert_eq!(decide_contract(next, step), Ok(next), "replay changes nothing");
                if matches!(state, ContractState::Declined | ContractState::Ended) {
                    prop_assert_eq!(next, state);
                }
                state = next;
            }
        }
    }

    #[test]
    fn contracts_and_memberships() {
        use ContractState::{Declined, Ended, InForce, Requested};
        assert_eq!(decide_contract(Requested, ContractStep::Approve), Ok(InForce));
        assert_eq!(decide_contract(Requested, ContractStep::End), Err(Requested));
        assert_eq!(decide_contract(InForce, ContractStep::Decline), Err(InForce));
        assert_eq!(decide_contract(InForce, ContractStep::End), Ok(Ended));
        assert_eq!(decide_contract(Declined, ContractStep::Approve), Err(Declined));
        assert_eq!(decide_member(MemberState::Ended, MemberStep::Accept), Err(MemberState::Ended));
        assert_eq!(decide_member(MemberState::Invited, MemberStep::Accept), Ok(MemberState::Active));
    }

    #[test]
    fn terms_keep_to_the_regulation() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!((lpr_bp(day("2024-10-20")), lpr_bp(day("2024-10-21")), lpr_bp(day("2026-09-20"))), (335, 310, 300));
        let today = day("2026-09-20");
        assert!(check_terms(PAY_DAYS, None, today).is_ok());
        assert!(check_terms(60, Some(300), today).is_ok());
        let refused = |days, rate| check_terms(days, rate, today).unwrap_err();
        assert_eq!(refused(0, None).1.code, "pay_days_unlawful");
        assert_eq!(refused(61, None).1.code, "pay_days_unlawful");
        assert_eq!(refused(30, Some(299)).1.code, "late_rate_below_lpr");
        assert_eq!(refused(30, Some(2_401)).1.code, "late_rate_too_high");
    }
}
