//! The first people of a clinic that a test founds itself, without a process.

use clinic::Env;
use clinic::store::{Founding, KdfCost, NewPerson, RecoveryKey};

/// The password of `root1`, `admin` and `asha`.
pub const PASSWORD: &str = "horse staple 9";

/// The system's clock, and passwords that cost no time.
pub fn env() -> Env {
    let mut env = Env::system();
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

/// A clinic of this name, with one person of each role that the first run asks for.
pub fn founding(clinic: &str, recovery: RecoveryKey) -> Founding {
    let person = |login: &str| NewPerson {
        login: login.to_owned(),
        name: format!("The {login}"),
        password: PASSWORD.to_owned().into(),
    };
    Founding {
        clinic: clinic.to_owned(),
        schedule: "uip".to_owned(),
        je_endemic: false,
        super_admin: person("root1"),
        admin: person("admin"),
        worker: person("asha"),
        recovery,
        demo: false,
    }
}
