use std::io;

use crate::app::StartFault;
use crate::identity::users::UserFault;
use crate::keys::KeyFault;
use crate::oauth::signing_keys::RotationFault;
use crate::oauth::{ownership, registration};
use crate::settings::{Mend, SettingsFault};
use crate::store::{Barred, StoreFault};
use crate::telemetry::log::LogFault;

/// Why a command did not do what it was asked, and what to do next.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub code: u8,
    /// What went wrong, a line each.
    pub errors: Vec<String>,
    /// What to do next.
    pub hint: Option<String>,
}

const FAILED: u8 = 1;
const USAGE: u8 = 2;
const NOT_FOUND: u8 = 3;

impl Failure {
    /// It failed.
    pub fn new(error: &(impl ToString + ?Sized)) -> Self {
        Self {
            code: FAILED,
            errors: vec![error.to_string()],
            hint: None,
        }
    }

    /// What was named is not there.
    pub fn not_found(error: &(impl ToString + ?Sized)) -> Self {
        Self {
            code: NOT_FOUND,
            ..Self::new(error)
        }
    }

    /// The arguments do not go together.
    pub fn usage(error: &(impl ToString + ?Sized)) -> Self {
        Self {
            code: USAGE,
            ..Self::new(error)
        }
    }

    /// The same, with what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(&error)
    }
}

impl From<SettingsFault> for Failure {
    fn from(fault: SettingsFault) -> Self {
        let hint = match fault.1 {
            Mend::Name => "name the settings file with --config",
            Mend::Quotes => {
                "put text in quotes, as in bind = \"127.0.0.1:8080\"; without them stand only numbers, true, false and lists"
            }
            Mend::Setting => {
                "config/default.toml describes every setting, and `countersign settings show`, without your file, prints them \
                 with their defaults; `countersign settings check` judges what you change"
            }
        };
        Self {
            code: FAILED,
            errors: fault.0,
            hint: Some(hint.to_owned()),
        }
    }
}

impl From<LogFault> for Failure {
    fn from(fault: LogFault) -> Self {
        Self::new(&fault)
    }
}

impl From<StoreFault> for Failure {
    fn from(fault: StoreFault) -> Self {
        let hint = match &fault {
            StoreFault::Unavailable(_) => match fault.barred() {
                Some(Barred::Database) => {
                    "make it with `createdb --owner ROLE NAME`, or mend its name in the setting database.url; then run \
                     `countersign migrate`"
                }
                Some(Barred::Role) => {
                    "make the role with CREATE ROLE … LOGIN PASSWORD '…', or mend its name in the setting database.url; pg_hba.conf \
                     says who may come from where"
                }
                Some(Barred::Password) => {
                    "see that the role of the setting database.url is there, and that its password is the one there: CREATE ROLE \
                     makes it, ALTER ROLE … PASSWORD changes it"
                }
                None => {
                    "see that the database of the setting database.url is running, and is at that host and port; \
                     `countersign settings show` prints the settings in force"
                }
            },
            StoreFault::Address => {
                "write it as postgres://USER:PASSWORD@HOST:PORT/NAME; in a password, whatever is not a letter or digit is \
                 percent-encoded"
            }
            StoreFault::Replaced => "try again when `countersign restore` is done",
            StoreFault::Schema => {
                "run `countersign migrate` with the same settings, then try again"
            }
            StoreFault::NewerSchema => {
                "start a program of the version that last migrated it, or a newer one"
            }
            StoreFault::Duplicate(_) => {
                "it was made just now by somebody else: look, then try again"
            }
            StoreFault::Corrupt { .. } => {
                "another program has written to the database; restore that row"
            }
        };
        match fault {
            StoreFault::Schema => Self::new("the database's schema is not up to date"),
            fault => Self::new(&fault),
        }
        .hint(hint)
    }
}

impl From<StartFault> for Failure {
    fn from(fault: StartFault) -> Self {
        match fault {
            StartFault::Store(fault) => fault.into(),
            StartFault::Key(fault) => fault.into(),
            StartFault::Remote(_) | StartFault::Mark(_) => Self::new(&fault),
        }
    }
}

impl From<KeyFault> for Failure {
    fn from(fault: KeyFault) -> Self {
        let reason = std::error::Error::source(&fault).map(ToString::to_string);
        let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        Self::new(&format!("{fault}{reason}")).hint(
            "the setting keys.encryption_key_file names the file with the key of this database",
        )
    }
}

impl From<registration::RegistrationFault> for Failure {
    fn from(fault: registration::RegistrationFault) -> Self {
        let noun = match &fault {
            registration::RegistrationFault::Store(_) => "",
            registration::RegistrationFault::UnknownResourceServer(_) => "resource-server",
            _ => "client",
        };
        match fault {
            registration::RegistrationFault::Store(fault) => fault.into(),
            fault if fault.is_unknown() => Self::not_found(&fault)
                .hint(format!("`countersign {noun} list` prints those there are")),
            fault => Self::new(&fault).hint("nothing was changed; correct the value and try again"),
        }
    }
}

impl From<UserFault> for Failure {
    fn from(fault: UserFault) -> Self {
        match fault {
            UserFault::Store(fault) => fault.into(),
            UserFault::Unknown(_) => {
                Self::not_found(&fault).hint("`countersign user list` prints those there are")
            }
            UserFault::Taken(_) => Self::new(&fault)
                .hint("choose another name; `countersign user set-password` changes the password"),
            fault => Self::new(&fault).hint("nothing was changed; correct the value and try again"),
        }
    }
}

impl From<ownership::OwnershipFault> for Failure {
    fn from(fault: ownership::OwnershipFault) -> Self {
        match fault {
            ownership::OwnershipFault::Store(fault) => fault.into(),
            ownership::OwnershipFault::UnknownUser(_) => {
                Self::not_found(&fault).hint("`countersign user list` prints those there are")
            }
            ownership::OwnershipFault::NotOwned { .. } => Self::not_found(&fault)
                .hint("`countersign user show USER` prints the pointers of a user"),
            ownership::OwnershipFault::Refused { .. } => Self::new(&fault).hint(
                "`countersign resource-server list` prints the origins on which payment pointers can be",
            ),
            ownership::OwnershipFault::Taken { .. } => Self::new(&fault).hint(
                "take it from its owner first, with `countersign user remove-pointer`: that ends the \
                 grants for it",
            ),
        }
    }
}

impl From<RotationFault> for Failure {
    fn from(fault: RotationFault) -> Self {
        match fault {
            RotationFault::Store(fault) => fault.into(),
            RotationFault::Key(fault) => fault.into(),
            RotationFault::Announced { .. } => Self::new(&fault)
                .hint("rotate again after that; `countersign key list` prints the keys"),
        }
    }
}
