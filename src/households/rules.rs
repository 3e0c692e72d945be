//! Who may agree to what, and what a new agreement does to the one before. Pure.
//!
//! ```text
//! granted ──withdraw──▶ withdrawn
//!    └──granted anew on another basis──▶ withdrawn, and a new one granted
//! ```

use super::types::{Field, IdNumber, Medium, Purpose, Relation};
use super::{EvidenceId, PersonId};
use crate::kernel::{Day, Invalid};

impl Purpose {
    /// What can be agreed to for it.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Publication => &[Field::Alias, Field::Story, Field::Photo],
            Self::Payout => &[Field::Name, Field::IdNumber, Field::BankAccount],
            Self::Contact => &[Field::Phone],
        }
    }
}

impl Field {
    /// The alias and the story are the household's, so its head agrees to them.
    #[must_use]
    pub const fn is_of_the_household(self) -> bool {
        matches!(self, Self::Alias | Self::Story)
    }
}

/// Somebody of the household, as far as agreements go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    pub is_head: bool,
    pub is_minor: bool,
    pub is_erased: bool,
}

/// On what an agreement rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    pub medium: Medium,
    pub evidence_id: Option<EvidenceId>,
    pub guardian_id: Option<PersonId>,
}

impl Basis {
    pub const TAP: Self = Self { medium: Medium::Tap, evidence_id: None, guardian_id: None };
}

/// What somebody is to have agreed to.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub purpose: Purpose,
    pub field: Field,
    pub basis: Basis,
    /// The person whom the basis names.
    pub guardian: Option<Party>,
}

impl Wish {
    /// That the public reads something, by tap.
    #[must_use]
    pub const fn published(field: Field) -> Self {
        Self { purpose: Purpose::Publication, field, basis: Basis::TAP, guardian: None }
    }
}

/// Why an agreement is not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Erased,
    FieldOfOtherPurpose,
    HeadRequired,
    EvidenceRequired,
    GuardianRequired,
    GuardianUnfit,
}

impl Refusal {
    /// The field of the request, and the code of what is wrong with it; nothing where the person is gone.
    #[must_use]
    pub fn invalid(self) -> Option<(&'static str, Invalid)> {
        let (pointer, code) = match self {
            Self::Erased => return None,
            Self::FieldOfOtherPurpose => ("/fields", "field_of_other_purpose"),
            Self::HeadRequired => ("/person_id", "head_required"),
            Self::EvidenceRequired => ("/evidence_id", "evidence_required"),
            Self::GuardianRequired => ("/guardian_id", "guardian_required"),
            Self::GuardianUnfit => ("/guardian_id", "guardian_unfit"),
        };
        Some((pointer, Invalid::new(code)))
    }
}

/// Whether somebody may agree to this.
///
/// # Errors
/// [`Refusal`].
pub fn check(person: Party, wish: &Wish) -> Result<(), Refusal> {
    let Wish { purpose, field, basis, guardian } = wish;
    if person.is_erased {
        return Err(Refusal::Erased);
    }
    if !purpose.fields().contains(field) {
        return Err(Refusal::FieldOfOtherPurpose);
    }
    if field.is_of_the_household() && !person.is_head {
        return Err(Refusal::HeadRequired);
    }
    if basis.medium != Medium::Tap && basis.evidence_id.is_none() {
        return Err(Refusal::EvidenceRequired);
    }
    if guardian.is_some_and(|guardian| !may_guard(guardian)) {
        return Err(Refusal::GuardianUnfit);
    }
    if person.is_minor && guardian.is_none() {
        return Err(Refusal::GuardianRequired);
    }
    Ok(())
}

/// Whether somebody may be the guardian of another person of the household.
#[must_use]
pub const fn may_guard(party: Party) -> bool {
    !party.is_minor && !party.is_erased
}

/// What a new agreement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It stands already.
    Unchanged,
    Record,
    /// The one in force ends, the new one stands.
    Replace,
}

#[must_use]
pub fn grant(in_force: Option<&Basis>, new: &Basis) -> Step {
    match in_force {
        Some(basis) if basis == new => Step::Unchanged,
        Some(_) => Step::Replace,
        None => Step::Record,
    }
}

/// Whether an agreement still stands when the person's age turns out to be another one.
#[must_use]
pub const fn stands(basis: &Basis, is_minor: bool) -> bool {
    !is_minor || basis.guardian_id.is_some()
}

/// Whether a person is a minor: by the id number if there is one, else as told, else as known before;
/// of children it is assumed.
///
/// # Errors
/// `minor_does_not_fit` where the id number tells otherwise.
pub fn minority(
    told: Option<bool>,
    id_number: Option<&IdNumber>,
    known: Option<bool>,
    relation: Relation,
    today: Day,
) -> Result<bool, Invalid> {
    let by_number = id_number.map(|number| number.is_minor_on(today));
    match (told, by_number) {
        (Some(told), Some(by_number)) if told != by_number => Err(Invalid::new("minor_does_not_fit")),
        (told, by_number) => {
            let assumed = matches!(relation, Relation::Child | Relation::Grandchild);
            Ok(by_number.or(told).or(known).unwrap_or(assumed))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Id;
    use proptest::prelude::*;
    use uuid::Uuid;

    const HEAD: Party = Party { is_head: true, is_minor: false, is_erased: false };
    const ADULT: Party = Party { is_head: false, ..HEAD };
    const CHILD: Party = Party { is_minor: true, ..ADULT };

    fn basis(medium: Medium, evidence: bool, guardian: Option<usize>) -> Basis {
        Basis {
            medium,
            evidence_id: evidence.then(|| Id::from_uuid(Uuid::from_u128(9))),
            guardian_id: guardian.map(|index| Id::from_uuid(Uuid::from_u128(index as u128))),
        }
    }

    #[test]
    fn who_may_agree_to_what() {
        use Field::{Alias, BankAccount, Phone, Photo, Story};
        use Purpose::{Contact, Payout, Publication};
        let (tap, paper) = (Basis::TAP, basis(Medium::Paper, true, None));
        let voice = basis(Medium::Voice, false, None);
        let gone = Party { is_erased: true, ..HEAD };
        for (person, guardian, purpose, field, basis, expected) in [
            (HEAD, None, Publication, Alias, tap, Ok(())),
            (HEAD, None, Publication, Story, paper, Ok(())),
            (ADULT, None, Publication, Alias, tap, Err(Refusal::HeadRequired)),
            (ADULT, None, Publication, Photo, tap, Ok(())),
            (ADULT, None, Publication, Phone, tap, Err(Refusal::FieldOfOtherPurpose)),
            (ADULT, None, Contact, Phone, voice, Err(Refusal::EvidenceRequired)),
            (CHILD, None, Publication, Photo, tap, Err(Refusal::GuardianRequired)),
            (CHILD, Some(CHILD), Publication, Photo, tap, Err(Refusal::GuardianUnfit)),
            (CHILD, Some(gone), Publication, Photo, tap, Err(Refusal::GuardianUnfit)),
            (CHILD, Some(HEAD), Publication, Photo, tap, Ok(())),
            (gone, None, Payout, BankAccount, tap, Err(Refusal::Erased)),
        ] {
            let wish = Wish { purpose, field, basis, guardian };
            assert_eq!(check(person, &wish), expected, "{person:?} {purpose} {field}");
        }
    }

    #[test]
    fn an_id_number_tells_the_age_and_children_are_minors_unless_said_otherwise() {
        let today: Day = "2026-09-20".parse().unwrap();
        let adult = IdNumber::parse("11010519491231002X").unwrap();
        let of = |told, number, known, relation| minority(told, number, known, relation, today);
        assert_eq!(of(None, None, None, Relation::Child), Ok(true));
        assert_eq!(of(Some(false), None, None, Relation::Grandchild), Ok(false));
        assert_eq!(of(None, None, None, Relation::Parent), Ok(false));
        assert_eq!(of(None, Some(&adult), Some(true), Relation::Child), Ok(false));
        assert_eq!(of(Some(true), Some(&adult), None, Relation::Child).unwrap_err().code, "minor_does_not_fit");
        assert_eq!(of(None, None, Some(false), Relation::Child), Ok(false));
    }

    #[derive(Debug, Clone)]
    enum Command {
        Grant(usize, Wish),
        Withdraw(usize),
    }

    #[derive(Debug)]
    struct Record {
        person: usize,
        purpose: Purpose,
        field: Field,
        basis: Basis,
        in_force: bool,
    }

    const PEOPLE: [Party; 4] = [HEAD, ADULT, CHILD, Party { is_erased: true, ..ADULT }];

    /// What the service does with a decision.
    fn carry_out(book: &mut Vec<Record>, command: &Command) {
        match command {
            Command::Grant(person, wish) => {
                if check(PEOPLE[*person], wish).is_err() {
                    return;
                }
                let Wish { purpose, field, basis, .. } = *wish;
                let same = |row: &&mut Record| {
                    row.in_force && (row.person, row.purpose, row.field) == (*person, purpose, field)
                };
                let old = book.iter_mut().find(same);
                match grant(old.as_ref().map(|row| &row.basis), &basis) {
                    Step::Unchanged => return,
                    Step::Record => {}
                    Step::Replace => old.into_iter().for_each(|row| row.in_force = false),
                }
                book.push(Record { person: *person, purpose, field, basis, in_force: true });
            }
            Command::Withdraw(index) => {
                if let Some(row) = book.get_mut(*index) {
                    row.in_force = false;
                }
            }
        }
    }

    fn commands() -> impl Strategy<Value = Vec<Command>> {
        let basis = (prop::sample::select(Medium::ALL), any::<bool>(), prop::option::of(0_usize..4)).prop_map(
            |(medium, evidence, guardian)| (basis(medium, evidence, guardian), guardian.map(|index| PEOPLE[index])),
        );
        let granted = (0_usize..4, prop::sample::select(Purpose::ALL), prop::sample::select(Field::ALL), basis)
            .prop_map(|(person, purpose, field, (basis, guardian))| {
                Command::Grant(person, Wish { purpose, field, basis, guardian })
            });
        prop::collection::vec(prop_oneof![4 => granted, 1 => (0_usize..20).prop_map(Command::Withdraw)], 0..60)
    }

    proptest! {
        #[test]
        fn whatever_is_asked_the_records_are_in_order(commands in commands()) {
            let mut book = Vec::new();
            for command in &commands {
                carry_out(&mut book, command);
                // Asking again changes nothing.
                let length = book.len();
                carry_out(&mut book, command);
                prop_assert_eq!(book.len(), length);
            }
            for (index, row) in book.iter().enumerate() {
                let person = PEOPLE[row.person];
                prop_assert!(row.purpose.fields().contains(&row.field) && !person.is_erased);
                prop_assert!(row.basis.medium == Medium::Tap || row.basis.evidence_id.is_some());
                prop_assert!(stands(&row.basis, person.is_minor), "a minor has a guardian");
                let same = |other: &Record| {
                    other.in_force && (other.person, other.purpose, other.field) == (row.person, row.purpose, row.field)
                };
                prop_assert!(!row.in_force || !book[index + 1..].iter().any(same), "one in force");
            }
        }
    }
}
