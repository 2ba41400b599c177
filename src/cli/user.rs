use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::app::App;
use crate::identity::users;
use crate::model::{PartyState, User};
use crate::oauth::ownership;
use crate::store;

use super::failure::Failure;
use super::record::Record;
use super::{Context, password};

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a user; the password comes from a file or from standard input.
    Create(Create),
    /// List the users.
    List,
    /// Show one user.
    Show(Named),
    /// Change language or time zone.
    Update(Update),
    /// Give a user payment pointers.
    AddPointer(Pointers),
    /// Take payment pointers from a user, and end every grant for them.
    RemovePointer(Pointers),
    /// Set a password; whoever is signed in as this user is signed out.
    SetPassword(SetPassword),
    /// Keep a user from signing in, and tokens from working.
    Disable(Named),
    /// Let a user sign in again.
    Enable(Named),
}

/// A user, by name or id.
#[derive(Debug, Args)]
pub struct Named {
    /// The username, or the id (`usr_…`).
    #[arg(value_name = "USER")]
    user: String,
}

/// A new user.
#[derive(Debug, Args)]
pub struct Create {
    /// The name to sign in with.
    #[arg(long)]
    username: String,
    /// A payment pointer of theirs, such as $wallet.example/alice; can be repeated.
    #[arg(long, value_name = "POINTER")]
    payment_pointer: Vec<String>,
    #[command(flatten)]
    password: password::Source,
}

/// What changes about a user.
#[derive(Debug, Args)]
pub struct Update {
    #[command(flatten)]
    named: Named,
    /// The language of the pages, such as de; an empty one is taken away.
    #[arg(long, required_unless_present = "time_zone")]
    locale: Option<String>,
    /// The time zone of the pages, such as Europe/Berlin; an empty one is taken away.
    #[arg(long)]
    time_zone: Option<String>,
}

/// A user and payment pointers.
#[derive(Debug, Args)]
pub struct Pointers {
    #[command(flatten)]
    named: Named,
    /// The payment pointer, such as $wallet.example/alice.
    #[arg(value_name = "POINTER", required = true)]
    pointers: Vec<String>,
}

/// A user and where the new password comes from.
#[derive(Debug, Args)]
pub struct SetPassword {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    password: password::Source,
}

/// Does what the command says.
pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let app = context.app().await?;
    let user = match command {
        Command::List => return list(context, &app).await,
        Command::Create(new) => create(&app, &new).await?,
        Command::Show(named) => users::load(&app, &named.user).await?,
        Command::Update(change) => {
            let (locale, zone) = (change.locale.as_deref(), change.time_zone.as_deref());
            users::update(&app, &change.named.user, locale, zone).await?
        }
        Command::AddPointer(wanted) => {
            for pointer in &wanted.pointers {
                ownership::add_pointer(&app, &wanted.named.user, pointer).await?;
            }
            users::load(&app, &wanted.named.user).await?
        }
        Command::RemovePointer(wanted) => return remove_pointers(context, &app, &wanted).await,
        Command::SetPassword(wanted) => {
            // An unknown name is said before anybody types a password.
            users::load(&app, &wanted.named.user).await?;
            let password = wanted.password.read()?;
            users::set_password(&app, &wanted.named.user, &password).await?
        }
        Command::Disable(named) => {
            users::set_state(&app, &named.user, PartyState::Disabled).await?
        }
        Command::Enable(named) => users::set_state(&app, &named.user, PartyState::Enabled).await?,
    };
    context.output.one(&record(&app, &user).await?)
}

async fn create(app: &App, new: &Create) -> Result<User, Failure> {
    let mut pointers = Vec::new();
    for pointer in &new.payment_pointer {
        let pointer = ownership::check_free(app, pointer).await?;
        if !pointers.contains(&pointer) {
            pointers.push(pointer);
        }
    }
    let password = new.password.read()?;
    Ok(users::create_with(app, &new.username, &password, &pointers).await?)
}

async fn list(context: &Context, app: &App) -> Result<(), Failure> {
    let mut records = Vec::new();
    for user in store::user::list(&app.store).await? {
        records.push(record(app, &user).await?);
    }
    let columns = ["user_id", "username", "payment_pointers", "state"];
    context.output.list(&records, &columns)
}

async fn remove_pointers(context: &Context, app: &App, wanted: &Pointers) -> Result<(), Failure> {
    let mut ended = Vec::new();
    for pointer in &wanted.pointers {
        let removed = ownership::remove_pointer(app, &wanted.named.user, pointer).await?;
        ended.extend(removed.ended);
    }
    let user = users::load(app, &wanted.named.user).await?;
    let record = record(app, &user).await?;
    context.output.one(&record.words("ended_grants", &ended))
}

async fn record(app: &App, user: &User) -> Result<Record, Failure> {
    let pointers = store::payment_pointer::of_user(&app.store, &user.id).await?;
    let created: Timestamp = user.created_at;
    Ok(Record::default()
        .with("user_id", user.id.as_str())
        .with("username", user.username.as_str())
        .with("payment_pointers", pointers)
        .with("locale", user.locale.clone())
        .with("time_zone", user.time_zone.clone())
        .with("state", user.state.as_str())
        .at("created_at", created))
}
