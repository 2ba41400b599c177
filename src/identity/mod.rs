//! People: passwords, sign-in attempts, sessions.

mod attempts;
mod passwords;
mod sessions;
mod sign_in;
pub mod users;

pub use passwords::{PasswordFault, hash_cost};
pub use sessions::{find as find_session, sign_out};
pub use sign_in::{Origin, SignInError, SignedIn, confirm, renew, sign_in};
