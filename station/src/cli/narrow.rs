//! A part of the clinic, as it is typed.

use super::Failure;
use clinic::exit::Code;
use clinic::store::ReportFilter;
use clinic::{Clinic, Session};

#[derive(clap::Args)]
pub struct Narrow {
    /// Of one village alone, by how it sounds.
    #[arg(long)]
    village: Option<String>,
    /// Of one worker alone, by login.
    #[arg(long, value_name = "LOGIN")]
    worker: Option<String>,
}

impl Narrow {
    pub fn is_given(&self) -> bool {
        self.village.is_some() || self.worker.is_some()
    }

    pub fn filter(self, clinic: &Clinic, session: &Session) -> Result<ReportFilter, Failure> {
        let worker = match &self.worker {
            None => None,
            Some(login) => {
                let users = clinic.users(session)?;
                let found = users.iter().find(|user| user.login == *login).map(|user| user.id);
                let nobody = || Failure::new(Code::Usage, format!("nobody here has the login {login}"));
                Some(found.ok_or_else(nobody)?)
            }
        };
        if let Some(village) = &self.village
            && !clinic.knows_village(session, village)?
        {
            return Err(Failure::new(
                Code::Usage,
                format!("no child here lives in a village that sounds like {village}"),
            ));
        }
        Ok(ReportFilter { worker, village: self.village })
    }
}
