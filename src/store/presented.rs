//! What a wallet presents, looked up by one statement: itself, its secret, and a token with all that decides whether that
//! token is alive. Nothing of it is remembered.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, TryGetable, Value};

use super::row::{Reader, bytes, millis};
use super::together::{Together, WIDEST};
use super::{Store, StoreFault, grant};
use crate::model::{AgreementType, Confirmation, Digest, GrantState, Limits, PartyState};

/// A wallet that has proven itself, and what is known of the token that it asks about.
#[derive(Debug)]
pub struct Presented {
    /// The origin of the wallet, as it is registered.
    pub origin: String,
    /// Whether the wallet takes part.
    pub enabled: bool,
    /// The token; `None` if it is unknown.
    pub standing: Option<Standing>,
}

/// A token with everything that decides whether it is alive, and what an answer about it says.
#[derive(Debug)]
#[expect(missing_docs, reason = "the columns of tokens, grants and parties")]
pub struct Standing {
    pub jti: String,
    pub confirmation: Option<Confirmation>,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked: bool,
    pub grant: String,
    pub client: String,
    pub user: Option<String>,
    pub resource_server: String,
    pub agreement_url: String,
    pub kind: AgreementType,
    pub actions: Vec<String>,
    pub subject: String,
    pub agreement_digest: Option<String>,
    pub approval_digest: Option<String>,
    pub limits: Option<Limits>,
    pub auth_time: Option<Timestamp>,
    pub consented_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub state: GrantState,
    pub ends_at: Option<Timestamp>,
    /// Whether client and user (if there is one) take part.
    pub parties_enabled: bool,
}

/// What is presented.
#[derive(Debug)]
pub(super) struct Question {
    wallet: String,
    secret: Option<Digest>,
    token: Digest,
    at: i64,
}

/// An answer; a row that cannot be read is its asker's fault alone.
pub(super) type Answer = Result<Option<Presented>, StoreFault>;

/// The questions that wait for each other.
pub(super) type Questions = Together<Question, Answer>;

const COLUMNS: &str = r#"q.n, w.origin, w.state, t.jti, t.confirmation, t.issued_at, t.expires_at, t.revoked_at,
 g.id, g.client, g."user", g.resource_server, g.agreement_url, g.type, g.actions, g.subject, g.agreement_digest,
 g.approval_digest, g.limits, g.auth_time, g.consented_at, g.created_at, g.state, g.reason, g.ends_at, c.state, u.state"#;

/// Each join finds at most one row by its key, in this order. A question without a secret is that of a wallet which has proven
/// itself by other means.
const JOINS: &str = r#"FROM q
 LEFT JOIN party_secret s ON s.digest = q.secret AND s.party = q.wallet AND (s.not_after IS NULL OR s.not_after > q.at)
 LEFT JOIN resource_server w ON w.id = CASE WHEN q.secret IS NULL THEN q.wallet ELSE s.party END
 LEFT JOIN access_token t ON t.digest = q.token
 LEFT JOIN "grant" g ON g.id = t.grant_id
 LEFT JOIN client c ON c.id = g.client
 LEFT JOIN "user" u ON u.id = g."user""#;

/// Looks up a wallet with a secret that is good at `now`, and a token; `None` if the wallet has no such secret.
pub async fn find(
    store: &Store,
    wallet: &str,
    secret: &Digest,
    token: &Digest,
    now: Timestamp,
) -> Result<Option<Presented>, StoreFault> {
    let question = Question {
        wallet: wallet.to_owned(),
        secret: Some(*secret),
        token: *token,
        at: millis(now),
    };
    ask(store, question).await
}

/// The same for a wallet that has proven itself by other means than a secret.
pub async fn find_proven(
    store: &Store,
    wallet: &str,
    token: &Digest,
    now: Timestamp,
) -> Result<Option<Presented>, StoreFault> {
    let question = Question {
        wallet: wallet.to_owned(),
        secret: None,
        token: *token,
        at: millis(now),
    };
    ask(store, question).await
}

async fn ask(store: &Store, question: Question) -> Result<Option<Presented>, StoreFault> {
    let kept = store.clone();
    let all = move |questions: Vec<Question>| {
        let store = kept.clone();
        async move { store.within(answer(&store, &questions)).await }
    };
    store.within(store.presented().ask(question, all)).await?
}

async fn answer(store: &Store, questions: &[Question]) -> Result<Vec<Answer>, DbErr> {
    // Few widths, so that each is prepared once.
    let width = [1, 4].into_iter().find(|width| questions.len() <= *width);
    let width = width.unwrap_or(WIDEST);
    let mut values = Vec::with_capacity(width * 4);
    for at in 0..width {
        let asked = questions.get(at);
        values.push(Value::from(asked.map(|it| it.wallet.clone())));
        values.push(Value::from(
            asked.and_then(|it| it.secret.as_ref()).map(bytes),
        ));
        values.push(Value::from(asked.map(|it| bytes(&it.token))));
        values.push(Value::from(asked.map_or(0, |it| it.at)));
    }
    let connection = store.kept();
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql(width), values);
    let mut answers: Vec<Answer> = questions.iter().map(|_| Ok(None)).collect();
    for row in connection.query_all_raw(statement).await? {
        let number = usize::try_from(row.try_get_by_index::<i32>(0)?).unwrap_or(usize::MAX);
        if let Some(answer) = answers.get_mut(number) {
            *answer = read(&row);
        }
    }
    Ok(answers)
}

fn sql(width: usize) -> String {
    let rows: Vec<String> = (0..width)
        .map(|n| {
            let first = n * 4 + 1;
            let (secret, token, at) = (first + 1, first + 2, first + 3);
            format!("({n}, ${first}, ${secret}, ${token}, ${at})")
        })
        .collect();
    let rows = rows.join(", ");
    format!("WITH q(n, wallet, secret, token, at) AS (VALUES {rows}) SELECT {COLUMNS} {JOINS}")
}

/// Reads columns one after the other.
struct Columns<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl Columns<'_> {
    fn take<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let at = self.next;
        self.next += 1;
        self.row.try_get_by_index(at)
    }
}

fn read(row: &QueryResult) -> Answer {
    let mut columns = Columns { row, next: 1 };
    let origin = columns.take::<Option<String>>()?;
    let state = columns.take::<Option<String>>()?;
    let (Some(origin), Some(state)) = (origin, state) else {
        return Ok(None);
    };
    let reader = Reader {
        table: "resource_server",
        row: &origin,
    };
    let enabled = reader.word(&state, PartyState::parse)? == PartyState::Enabled;
    let standing = match columns.take::<Option<String>>()? {
        Some(jti) => read_standing(jti, &mut columns)?,
        None => None,
    };
    Ok(Some(Presented {
        origin,
        enabled,
        standing,
    }))
}

fn read_standing(jti: String, row: &mut Columns<'_>) -> Result<Option<Standing>, StoreFault> {
    let confirmation = row.take::<Option<String>>()?;
    let (issued_at, expires_at) = (row.take::<i64>()?, row.take::<i64>()?);
    let revoked = row.take::<Option<i64>>()?.is_some();
    // A token whose grant is gone is worth nothing.
    let Some(grant) = row.take::<Option<String>>()? else {
        return Ok(None);
    };
    let reader = Reader {
        table: "grant",
        row: &grant,
    };
    let (client, user) = (row.take()?, row.take::<Option<String>>()?);
    let (resource_server, agreement_url) = (row.take()?, row.take()?);
    let kind = reader.word(&row.take::<String>()?, AgreementType::parse)?;
    let actions = reader.json(&row.take::<String>()?)?;
    let (subject, agreement_digest, approval_digest) = (row.take()?, row.take()?, row.take()?);
    let limits = row.take::<Option<String>>()?;
    let limits = limits.map(|text| reader.json(&text)).transpose()?;
    let auth_time = reader.instant_opt(row.take()?)?;
    let consented_at = reader.instant_opt(row.take()?)?;
    let created_at = reader.instant(row.take()?)?;
    let (state, reason) = (row.take::<String>()?, row.take::<Option<String>>()?);
    let state = grant::read_state(&reader, &state, reason.as_deref())?;
    let ends_at = reader.instant_opt(row.take()?)?;
    let enabled = |state: Option<String>| state.as_deref() == Some(PartyState::Enabled.as_str());
    let client_enabled = enabled(row.take()?);
    let user_enabled = enabled(row.take()?) || user.is_none();
    Ok(Some(Standing {
        jti,
        confirmation: reader.json_opt(confirmation.as_deref())?,
        issued_at: reader.instant(issued_at)?,
        expires_at: reader.instant(expires_at)?,
        revoked,
        client,
        user,
        resource_server,
        agreement_url,
        kind,
        actions,
        subject,
        agreement_digest,
        approval_digest,
        limits,
        auth_time,
        consented_at,
        created_at,
        state,
        ends_at,
        parties_enabled: client_enabled && user_enabled,
        grant,
    }))
}
