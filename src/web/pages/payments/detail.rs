//! One thing that a payer has approved, and what happened to it (screen S19).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use jiff::Timestamp;

use super::{Reader, ask_of, kind, named, sign_in, stop::late};
use crate::model::wording::{Ask, Explanation, View, payee, period};
use crate::model::{EndReason, GrantState, Limits, Phrase, State, Terms, Text};
use crate::oauth::payments::{self as rules, Happened, Permission, What};
use crate::web::extract::Visitor;
use crate::web::pages::consent::Quote;
use crate::web::pages::presentation::pointer_words;
use crate::web::pages::schedule::Picture;
use crate::web::pages::wording::{self, App};
use crate::web::pages::{Html, Row, Shell};
use crate::web::respond;

/// What was approved, what it allows now, and what happened.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/payments/detail.html")]
pub struct Detail {
    /// What is around the page.
    pub shell: Shell,
    /// The app and the state.
    pub h1: Html,
    /// When and why it ended.
    pub ended: Option<Vec<Html>>,
    /// When it was approved.
    pub approved: Html,
    /// The words as they were approved, and their language.
    pub words: (String, String),
    /// The page that stops it, and what it is called.
    pub stop: Option<(String, String)>,
    /// What can be taken now and next.
    pub period: Vec<Html>,
    /// The app, the account, the wallet.
    pub about: Vec<Row>,
    /// When money can be taken, if there are several periods.
    pub picture: Option<Picture>,
    /// What was agreed to, in detail.
    pub agreed: Vec<Row>,
    /// What the app says itself.
    pub quote: Option<Quote>,
    /// What happened, the newest first.
    pub timeline: Vec<Line>,
    /// What a developer wants to see.
    pub technical: Vec<Row>,
    /// The list.
    pub back: String,
}

/// One line of what happened.
#[derive(Debug, Clone)]
pub struct Line {
    /// When.
    pub when: Html,
    /// What.
    pub words: Html,
    /// The page about what it took the place of.
    pub href: Option<String>,
}

impl Detail {
    /// The page for `detail` at `now`, whose tokens live for `token_life` seconds.
    #[must_use]
    pub fn new(
        shell: Shell,
        reader: &Reader,
        detail: &rules::Detail,
        token_life: i64,
        now: Timestamp,
    ) -> Self {
        let permission = &detail.permission;
        let text = reader.text.clone();
        let app = reader.app(permission);
        let called = app.shown();
        let seen = Seen {
            reader,
            detail,
            app: &app,
            shell: &shell,
            view: View {
                text: &reader.text,
                zone: &reader.zone,
                at: now,
                app: &called,
            },
        };
        let ended = permission.has_ended();
        let h1: Html = heading(&text, permission, &app).into();
        let href = format!("/payments/{}/stop", permission.grant.id);
        let label = match ask_of(permission) {
            Ask::Mandate => text.plain("payments-stop-take", &[]),
            _ => text.plain("payments-stop-allow", &[]),
        };
        let approved = permission.grant.consented_at;
        let approved = approved.unwrap_or(permission.grant.created_at);
        let approved = [("date", reader.moment(approved))];
        let words = permission.grant.text.clone().unwrap_or_default();
        Self {
            ended: seen.ending(token_life),
            approved: text.phrase("payments-approved", &approved).into(),
            words,
            stop: (!ended).then(|| (shell.path(&href), label)),
            period: seen.period(),
            about: seen.about(),
            picture: seen.picture(),
            agreed: seen.agreed(),
            quote: seen.quote(),
            timeline: detail.timeline.iter().map(|it| seen.line(it)).collect(),
            technical: seen.technical(),
            back: shell.path("/payments"),
            shell: shell.titled(&h1),
            h1,
        }
    }
}

fn heading(text: &Text, permission: &Permission, app: &App) -> Phrase {
    let args = [named(app), kind(ask_of(permission))];
    match permission.grant.state {
        GrantState::Pending => text.phrase("payments-detail-heading-pending", &args),
        GrantState::Active => text.phrase("payments-detail-heading", &args),
        GrantState::Suspended(_) => text.phrase("payments-detail-heading-held", &args),
        GrantState::Ended(_) => text.phrase("payments-detail-heading-ended", &args),
    }
}

/// What happened, in words.
fn said(text: &Text, what: &What, app: &App, operator: &str) -> Phrase {
    let mut args = vec![named(app), ("operator", operator.into())];
    let key = match what {
        What::Approved => "payments-event-approved",
        What::Created => "payments-event-created",
        What::Collected(None) => "payments-event-collected",
        What::Collected(Some(_)) => "payments-event-replacing",
        What::Renewed(times) | What::GivenBack(times) => {
            args.push(("times", i64::try_from(*times).unwrap_or(i64::MAX).into()));
            if matches!(what, What::Renewed(_)) {
                "payments-event-renewed"
            } else {
                "payments-event-given-back"
            }
        }
        What::NotCollected => "payments-event-not-collected",
        What::Ended(reason) => match reason {
            EndReason::Payer => "payments-event-payer",
            EndReason::Client => "payments-event-client",
            EndReason::Wallet => "payments-event-wallet",
            EndReason::Operator => "payments-event-operator",
            EndReason::System => "payments-event-system",
            EndReason::Expired => "payments-event-expired",
            EndReason::UsedUp => "payments-event-used-up",
            EndReason::Replaced => "payments-event-replaced",
            EndReason::CodeReplayed => "payments-event-code-replayed",
            EndReason::TokenReplayed => "payments-event-token-replayed",
        },
    };
    text.phrase(key, &args)
}

/// What is shown, and to whom.
struct Seen<'a> {
    reader: &'a Reader,
    detail: &'a rules::Detail,
    app: &'a App,
    shell: &'a Shell,
    view: View<'a>,
}

impl Seen<'_> {
    fn permission(&self) -> &Permission {
        &self.detail.permission
    }

    fn line(&self, happened: &Happened) -> Line {
        let text = &self.reader.text;
        let earlier = match &happened.what {
            What::Collected(earlier) => earlier.as_ref(),
            _ => None,
        };
        let moment = self.reader.moment(happened.at);
        Line {
            when: text.phrase("payments-when", &[("date", moment)]).into(),
            words: said(text, &happened.what, self.app, &self.shell.operator).into(),
            href: earlier.map(|id| self.shell.path(&format!("/payments/{id}"))),
        }
    }

    /// When and why it ended, and how long that may take to reach everybody.
    fn ending(&self, token_life: i64) -> Option<Vec<Html>> {
        let permission = self.permission();
        let GrantState::Ended(reason) = permission.grant.state else {
            return None;
        };
        let text = &self.reader.text;
        let args = [("date", self.reader.moment(permission.since))];
        if reason != EndReason::Payer {
            let when = text.phrase("payments-ended", &args);
            let why = self.detail.timeline.iter().find(|it| is_end(&it.what));
            let why = why.map(|it| said(text, &it.what, self.app, &self.shell.operator).into());
            return Some(std::iter::once(when.into()).chain(why).collect());
        }
        let mut lines = vec![text.phrase("payments-stopped", &args).into()];
        let since = self.view.at.duration_since(permission.since).as_secs();
        let collected = |it: &Happened| matches!(it.what, What::Collected(_));
        if since < token_life && self.detail.timeline.iter().any(collected) {
            lines.push(late(text, self.app, token_life).into());
        }
        Some(lines)
    }

    fn period(&self) -> Vec<Html> {
        let grant = &self.permission().grant;
        if self.permission().has_ended() {
            return Vec::new();
        }
        let lines = period(grant, &self.view);
        lines.into_iter().map(Html::from).collect()
    }

    fn about(&self) -> Vec<Row> {
        let text = &self.reader.text;
        let permission = self.permission();
        let account = pointer_words(&permission.grant.subject);
        let mut who = wording::who(text, self.app, &self.detail.wallet.name);
        if let Some(terms) = self.mandate() {
            who.push(payee(terms, &self.view).into());
        }
        let mut rows = vec![
            wording::account(text, ask_of(permission), &account),
            Row {
                label: text.plain("payments-row-site", &[]),
                values: who,
            },
            Row::given(
                text.plain("payments-row-kept-by", &[]),
                &self.detail.wallet.name,
            ),
        ];
        rows.extend(self.runs_out());
        rows
    }

    /// When this server ends what has no end in its terms, or a later one.
    fn runs_out(&self) -> Option<Row> {
        let permission = self.permission();
        let ends_at = permission.grant.ends_at?;
        let limits = permission.grant.limits.as_ref();
        let told = limits.and_then(|limits| limits.end) == Some(ends_at);
        if told || permission.grant.collection || permission.has_ended() {
            return None;
        }
        let text = &self.reader.text;
        let args = [named(self.app), ("date", self.reader.date(ends_at))];
        Some(Row::new(
            text.plain("payments-row-runs-out", &[]),
            text.phrase("payments-runs-out", &args),
        ))
    }

    /// The terms of a mandate that takes money.
    fn mandate(&self) -> Option<&Terms> {
        let terms = self.detail.terms.as_ref();
        terms.filter(|_| self.permission().grant.takes_money())
    }

    fn picture(&self) -> Option<Picture> {
        let grant = &self.permission().grant;
        let schedule = grant
            .schedule()
            .filter(|_| grant.takes_money() && !self.permission().has_ended())?;
        let asset = grant.limits.as_ref().and_then(Limits::asset)?;
        // The approval is known by now: nothing is counted from one that is yet to come.
        let counted = (&schedule, true);
        Picture::new(
            &self.reader.text,
            &self.reader.zone,
            counted,
            &asset,
            self.view.at,
        )
    }

    /// The rows of the page that was approved, as of the approval.
    fn agreed(&self) -> Vec<Row> {
        let permission = self.permission();
        let grant = &permission.grant;
        let view = View {
            at: grant.consented_at.unwrap_or(grant.created_at),
            ..self.view
        };
        let explained = if let Some(terms) = &self.detail.terms {
            let asked = (grant.actions.as_slice(), terms);
            Explanation::of(asked, &State::default(), &view).ok()
        } else {
            let account = pointer_words(&grant.subject);
            let ask = ask_of(permission);
            Some(Explanation::of_creation(
                ask,
                &account,
                grant.ends_at,
                &view,
            ))
        };
        let rows = explained.map(|it| it.rows).unwrap_or_default();
        rows.into_iter().map(Row::from).collect()
    }

    fn quote(&self) -> Option<Quote> {
        let said = self.detail.terms.as_ref()?.description.as_deref()?;
        Quote::new(&self.reader.text, self.app, said)
    }

    fn technical(&self) -> Vec<Row> {
        let grant = &self.permission().grant;
        let say = |key| self.reader.text.plain(key, &[]);
        vec![
            Row::code(say("consent-row-url"), &grant.agreement_url),
            Row::code(say("consent-row-pointer"), &grant.subject),
            Row::code(say("payments-row-reference"), &grant.id),
        ]
    }
}

fn is_end(what: &What) -> bool {
    matches!(what, What::Ended(_) | What::NotCollected)
}

/// Shows one of them; whoever is not signed in is asked to.
pub async fn get(visitor: Visitor, id: Path<String>) -> HttpResponse {
    let Some((user, _)) = &visitor.payer else {
        return sign_in(&visitor);
    };
    match rules::detail(&visitor.app, user, &id).await {
        Ok(detail) => {
            let reader = Reader::of(&visitor);
            let shell = visitor.shell(reader.text.clone(), Some(&detail.wallet.name));
            let life = visitor.app.settings.token.access_token_lifetime;
            let page = Detail::new(shell, &reader, &detail, life, visitor.app.clock.now());
            respond::page(StatusCode::OK, &page)
        }
        Err(error) => respond::failure(&visitor, &error),
    }
}
