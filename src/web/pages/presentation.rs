//! What a rule shows, in the words of a page.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::account::{Account, Pointer};
use super::changed::{Changed, Next};
use super::consent::{Consent, Quote, Technical};
use super::schedule::Picture;
use super::sign_in::sign_out_form;
use super::wording::{self, App};
use super::{Form, Html, Row, Shell, Sitting, difference};
use crate::model::wording::{Ask, Explanation, Replacement, View, Warning, payee, permissions};
use crate::model::{AuthorizationRequest, PaymentPointer, Phrase, Refusal, Text, redirect_uri};
use crate::oauth::consent::{self as rules, Opened, Presentation};
use crate::oauth::error::{ErrorCode, PageError, PageKind};
use crate::web::extract::Visitor;

/// Unknown members that are shown, at most.
const MOST_UNKNOWN: usize = 40;
const LONGEST_UNKNOWN: usize = 300;

/// The app that asks.
pub(super) fn asker(text: &Text, opened: &Opened, zone: &TimeZone) -> App {
    App {
        name: opened.client.name.clone(),
        host: redirect_uri::host(&opened.request.redirect_uri),
        checked: opened
            .client
            .verified_at
            .map(|at| text.date(day_of(at, zone), zone)),
    }
}

/// What it asks for.
pub(super) fn ask_of(opened: &Opened) -> Ask {
    let request = &opened.request;
    Ask::of(request.kind, request.collection, &request.actions())
}

/// What is kept with an approval, the sentence and what it takes the place of, a line each; and the language.
pub(super) fn sentence(visitor: &Visitor, shown: &Presentation) -> (String, String) {
    let page = Page::new(visitor, &shown.opened.request);
    // What cannot be said is not shown either, so nobody approves it.
    let said = page.explain(shown).map(|said| said.sentence.to_plain());
    let lines = std::iter::once(said.unwrap_or_default());
    let lines = lines.chain(
        page.replaces(shown)
            .iter()
            .map(Phrase::to_plain)
            .collect::<Vec<_>>(),
    );
    let locale = page.text.locale().as_str().to_owned();
    (lines.collect::<Vec<_>>().join("\n"), locale)
}

/// Screens S6 to S8b.
pub(super) fn consent_page(visitor: &Visitor, shown: &Presentation) -> Result<Consent, PageError> {
    let page = Page::new(visitor, &shown.opened.request);
    let (opened, text) = (&shown.opened, &page.text);
    let asker = asker(text, opened, &page.zone);
    let mut explained = page.explain(shown)?;
    let ask = explained.ask;
    let warnings = std::mem::take(&mut explained.warnings);
    let figures = explained.figures.take();
    let form = page.form(opened).with("digest", &shown.digest);
    let account = pointer_words(&shown.subject);
    let sitting = page.sitting(opened, &shown.user.username);
    let mut consent = Consent::new(
        page.shell(opened),
        explained,
        (&asker, &account),
        form,
        sitting,
    );
    if let Some(agreement) = &shown.agreement {
        let terms = &agreement.terms;
        if ask == Ask::Mandate {
            let called = asker.shown();
            let view = page.view(&called, shown.at);
            consent.who.push(payee(terms, &view).into());
            consent.picture = figures.and_then(|it| {
                let schedule = (&it.schedule, terms.start.is_some());
                Picture::new(text, &page.zone, schedule, &it.asset, shown.at)
            });
        }
        consent.quote = terms
            .description
            .as_deref()
            .and_then(|said| Quote::new(text, &asker, said));
    }
    consent.replaces = page.replaces(shown).into_iter().map(Html::from).collect();
    consent.warning = gravest(text, opened, warnings);
    consent.technical = technical(text, shown);
    Ok(consent)
}

/// Screen S9.
pub(super) fn changed_page(
    visitor: &Visitor,
    changed: &rules::Changed,
) -> Result<Changed, PageError> {
    let now = &changed.now;
    let page = Page::new(visitor, &now.opened.request);
    let asker = asker(&page.text, &now.opened, &page.zone);
    let mut explained = page.explain(now)?;
    let mut warnings = std::mem::take(&mut explained.warnings);
    let form = page.form(&now.opened).with("digest", &now.digest);
    let sitting = page.sitting(&now.opened, &now.user.username);
    let called = asker.shown();
    let view = page.view(&called, now.at);
    let replaces = page.replaces(now);
    let found = difference::of(changed, &explained, &replaces, &view);
    warnings.extend(found.larger);
    let mut who = wording::who(&page.text, &asker, &now.opened.wallet.name);
    let terms = now.agreement.as_ref().map(|agreement| &agreement.terms);
    if let Some(terms) = terms.filter(|_| explained.ask == Ask::Mandate) {
        who.push(payee(terms, &view).into());
    }
    let mut shown = Changed::ask_again(
        page.shell(&now.opened),
        &asker,
        (explained, found.changes, found.cause),
        form,
        sitting,
    );
    if let Next::Decide(again) = &mut shown.next {
        again.warning = gravest(&page.text, &now.opened, warnings);
        again.replaces = replaces.into_iter().map(Html::from).collect();
        again.who = who;
        let account = pointer_words(&now.subject);
        again.account = Some(wording::account(&page.text, ask_of(&now.opened), &account));
    }
    Ok(shown)
}

/// The one warning of a page.
fn gravest(text: &Text, opened: &Opened, mut warnings: Vec<Warning>) -> Option<Html> {
    if opened.client.verified_at.is_none() {
        warnings.push(Warning::Unchecked(opened.wallet.name.clone()));
    }
    Warning::gravest(text, warnings).map(Html::from)
}

/// The page that asks for which pointer.
pub(super) fn account_page(visitor: &Visitor, opened: &Opened, pointers: Vec<String>) -> Account {
    let page = Page::new(visitor, &opened.request);
    let asker = asker(&page.text, opened, &page.zone);
    let username = visitor
        .payer
        .as_ref()
        .map_or("", |(user, _)| user.username.as_str());
    let sitting = page.sitting(opened, username);
    let pointers = pointers
        .into_iter()
        .map(|url| Pointer {
            words: pointer_words(&url),
            url,
        })
        .collect();
    Account::new(
        page.shell(opened),
        (&asker, ask_of(opened)),
        page.form(opened),
        pointers,
        sitting,
    )
}

/// A page about one request: its language, its zone and its forms.
struct Page<'a> {
    visitor: &'a Visitor,
    text: Text,
    zone: TimeZone,
}

impl<'a> Page<'a> {
    fn new(visitor: &'a Visitor, request: &AuthorizationRequest) -> Self {
        Self {
            visitor,
            text: visitor.text(request.ui_locales.as_deref()),
            zone: visitor.zone(),
        }
    }

    fn shell(&self, opened: &Opened) -> Shell {
        self.visitor
            .shell(self.text.clone(), Some(&opened.wallet.name))
    }

    fn form(&self, opened: &Opened) -> Form {
        own_form(self.visitor, opened)
    }

    fn sitting(&self, opened: &Opened, username: &str) -> Sitting {
        let shell = self.shell(opened);
        let switch = sign_out_form(self.visitor, &shell, Some(&opened.request.id));
        let switch = switch.unwrap_or_else(|| Form::to(shell.path("/sign-out")));
        let until = (opened.request.expires_at, &self.zone);
        Sitting::new(&self.text, username, until, switch, self.form(opened))
    }

    fn view<'b>(&'b self, app: &'b str, at: Timestamp) -> View<'b> {
        View {
            text: &self.text,
            zone: &self.zone,
            at,
            app,
        }
    }

    fn explain(&self, shown: &Presentation) -> Result<Explanation, PageError> {
        let asker = asker(&self.text, &shown.opened, &self.zone);
        let called = asker.shown();
        let view = self.view(&called, shown.at);
        if let Some(agreement) = &shown.agreement {
            let actions = shown.opened.request.actions();
            let wanted = (actions.as_slice(), &agreement.terms);
            return Explanation::of(wanted, &agreement.state, &view).map_err(unusable);
        }
        let account = pointer_words(&shown.subject);
        let ask = ask_of(&shown.opened);
        Ok(Explanation::of_creation(ask, &account, shown.until, &view))
    }

    /// What is shown takes the place of, and what ends with that.
    fn replaces(&self, shown: &Presentation) -> Vec<Phrase> {
        let asker = asker(&self.text, &shown.opened, &self.zone);
        let called = asker.shown();
        let view = self.view(&called, shown.at);
        let actions = shown.opened.request.actions();
        let earlier = shown.earlier.iter();
        earlier
            .map(|earlier| Replacement::new(&actions, earlier).phrase(&view))
            .collect()
    }
}

/// A form of this server about a request.
fn own_form(visitor: &Visitor, opened: &Opened) -> Form {
    let id = &opened.request.id;
    let csrf = visitor
        .request_cookie(id)
        .map(|secret| rules::csrf_token(&secret, id))
        .unwrap_or_default();
    let base = visitor.app.settings.server.base_path();
    Form::to(format!("{base}/consent/{id}")).with("csrf", csrf)
}

/// The form that goes back to the client; one that was answered before is answered again.
pub(super) fn leave_form(visitor: &Visitor, opened: &Opened) -> Form {
    own_form(visitor, opened)
        .with("decision", "leave")
        .with("error", ErrorCode::AccessDenied.as_str())
}

/// What was read can be explained; should it not be, nobody is asked to approve it.
fn unusable(refusal: Refusal) -> PageError {
    PageError::new(PageKind::Unusable(refusal))
}

fn technical(text: &Text, shown: &Presentation) -> Vec<Row> {
    let request = &shown.opened.request;
    let interval = shown
        .agreement
        .as_ref()
        .and_then(|agreement| agreement.terms.interval);
    let details = Technical {
        url: request.scope.clone(),
        pointer: shown.subject.clone(),
        interval: interval.map(|interval| interval.to_string()),
        permissions: permissions(request.kind, &request.actions(), text),
        request: request.id.clone(),
    };
    let mut rows = details.rows(text);
    let unknown = shown
        .agreement
        .iter()
        .flat_map(|agreement| &agreement.unknown)
        .take(MOST_UNKNOWN);
    rows.extend(unknown.map(|(name, value)| {
        let short = |text: &str| text.chars().take(LONGEST_UNKNOWN).collect::<String>();
        Row::code(crate::model::clean(name, 60), short(value))
    }));
    rows
}

/// A payment pointer as people write it.
pub(super) fn pointer_words(url: &str) -> String {
    PaymentPointer::parse(url, &[]).map_or_else(|_| url.to_owned(), |pointer| pointer.display())
}

/// The midnight that begins the day of an instant: days are written without a time.
pub(super) fn day_of(at: Timestamp, zone: &TimeZone) -> Timestamp {
    at.to_zoned(zone.clone())
        .start_of_day()
        .map_or(at, |day| day.timestamp())
}
