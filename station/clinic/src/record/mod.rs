//! The rules of the records, pure: what a command may do, by whom, and what fact follows from it.

pub mod command;
pub mod fact;
pub mod limits;
pub mod moved;
pub mod refusal;
pub mod role;
pub mod rule;
pub mod secret;
pub mod text;

pub use command::{ChildForm, Command, NewUser};
pub use fact::Fact;
pub use refusal::{Field, Refusal};
pub use role::{Grant, Query, Role, Scope};
pub use rule::{SessionStage, engine_sex, form_faults, password as may_be_password};
pub use rule::{asks_breastfed, card_stops, is_suspected, may_be_held, may_manage, stock_change};
