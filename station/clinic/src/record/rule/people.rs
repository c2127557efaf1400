//! Who may work here.

use super::{By, Look, No, People, UserState};
use crate::record::command::NewUser;
use crate::record::fact::{self, Fact};
use crate::record::limits;
use crate::record::refusal::{Field, Refusal, Weak};
use crate::record::role::{Role, Roles};
use crate::record::text;
use hub_protocol::UserId;

/// Checks the name and login of a new user, for the first users too.
pub fn user_fields(new: &NewUser) -> Result<NewUser, Refusal> {
    let name = text::name(Field::Name, &new.name, limits::NAME_MAX_CHARS)?;
    let login = new.login.trim().to_lowercase();
    let length = login.chars().count();
    if !(limits::LOGIN_MIN_CHARS..=limits::LOGIN_MAX_CHARS).contains(&length) {
        return Err(Refusal::Form(Field::Login));
    }
    if !login.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        return Err(Refusal::Characters(Field::Login));
    }
    Ok(NewUser { login, name, role: new.role })
}

/// A password that opens the whole clinic must not be the first thing anybody would try.
pub fn password(password: &str, login: &str) -> Result<(), Refusal> {
    /// Passwords that lists of stolen ones name first, and this product's own words.
    const COMMON: [&str; 14] = [
        "password",
        "passw0rd",
        "12345678",
        "123456789",
        "1234567890",
        "qwertyui",
        "qwerty123",
        "iloveyou",
        "admin123",
        "welcome1",
        "india123",
        "tikka123",
        "krishna",
        "abcd1234",
    ];
    let length = password.chars().count();
    if length > limits::PASSWORD_MAX_CHARS {
        return Err(Refusal::TooLong(Field::Password));
    }
    let lower = password.to_lowercase();
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    let common = |c: &&str| lower == **c || lower.strip_prefix(*c).is_some_and(|rest| rest.len() < 3);
    let weak = [
        (COMMON.iter().any(common), Weak::Common),
        (length < limits::PASSWORD_MIN_CHARS, Weak::Short),
        (different.len() < 5, Weak::FewSigns),
        (lower.contains(&login.to_lowercase()), Weak::HasLogin),
    ];
    match weak.into_iter().find(|(applies, _)| *applies) {
        Some((_, why)) => Err(Refusal::WeakPassword(why)),
        None => Ok(()),
    }
}

pub(super) fn register<L: People>(user: UserId, new: &NewUser, look: &L) -> Result<Fact, No<L::Error>> {
    let new = user_fields(new)?;
    if look.login_taken(&new.login)? || look.user(user)?.is_some() {
        return Err(Refusal::LoginTaken.into());
    }
    Ok(Fact::UserRegistered(fact::UserRegistered { user, login: new.login, name: new.name, role: new.role }))
}

pub(super) fn disable<L: People>(user: UserId, by: By, look: &L, now_ms: u64) -> Result<Fact, No<L::Error>> {
    let state = look.user(user)?.filter(|u| u.active || u.waiting).ok_or(Refusal::UnknownUser)?;
    may_manage(state.role, by.role)?;
    last_of_role(state, look)?;
    Ok(Fact::UserDisabled(fact::UserDisabled { user, at_ms: now_ms }))
}

/// Somebody has to be there who can look after the others.
pub fn last_of_role<L: People>(leaves: UserState, look: &L) -> Result<(), No<L::Error>> {
    let needed = leaves.active && matches!(leaves.role, Role::SuperAdmin | Role::Admin);
    if needed && look.active_users(leaves.role)? <= 1 { Err(Refusal::LastOfRole(leaves.role).into()) } else { Ok(()) }
}

pub(super) fn enable<L: People>(user: UserId, by: By, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.user(user)?.ok_or(Refusal::UnknownUser)?;
    may_manage(state.role, by.role)?;
    if state.active {
        return Err(Refusal::UserActive.into());
    }
    if look.other_has_login(user)? {
        return Err(Refusal::LoginTaken.into());
    }
    // Whom the district sent or let back in comes with its code.
    if state.waiting {
        return Err(Refusal::NeedsCode.into());
    }
    Ok(Fact::UserEnabled(fact::UserEnabled { user }))
}

/// A person whom the district sent. That the code is theirs was seen before.
pub(super) fn admit<L: People>(user: UserId, look: &L) -> Result<Fact, No<L::Error>> {
    if !look.user(user)?.ok_or(Refusal::UnknownUser)?.waiting {
        return Err(Refusal::NotWaiting.into());
    }
    if look.other_has_login(user)? {
        return Err(Refusal::LoginTaken.into());
    }
    Ok(Fact::UserAdmitted(fact::UserAdmitted { user }))
}

pub(super) fn reset_password<L: People>(user: UserId, by: By, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.user(user)?.filter(|u| u.active).ok_or(Refusal::UnknownUser)?;
    may_manage(state.role, by.role)?;
    Ok(Fact::PasswordReset(fact::PasswordReset { user }))
}

/// An Admin looks after the staff; Admins and Super Admins are a Super Admin's.
pub fn may_manage(role: Role, by: Role) -> Result<(), Refusal> {
    let above = matches!(role, Role::SuperAdmin | Role::Admin);
    if above && by != Role::SuperAdmin { Err(Refusal::NotAllowed(Roles::of([Role::SuperAdmin]))) } else { Ok(()) }
}

pub(super) fn active_worker<L: Look>(worker: UserId, look: &L) -> Result<(), No<L::Error>> {
    let state = look.user(worker)?.filter(|u| u.active).ok_or(Refusal::UnknownUser)?;
    if state.role == Role::PhcWorker { Ok(()) } else { Err(Refusal::NotAWorker.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_looks_after_the_staff_and_a_super_admin_after_all() {
        for role in Role::ALL {
            assert!(may_manage(role, Role::SuperAdmin).is_ok(), "{role:?}");
            let above = matches!(role, Role::SuperAdmin | Role::Admin);
            assert_eq!(may_manage(role, Role::Admin).is_err(), above, "{role:?}");
        }
    }
}
