//! What a rule shows, in the words of a page.

use jiff::tz::TimeZone;

use super::account::{Account, Pointer};
use super::changed::{Change, Changed, Next};
use super::consent::{Consent, Permission, Quote, Technical};
use super::sign_in::sign_out_form;
use super::wording::{
    self, App, Ask, Creation, Day, Every, Invoice, Mandate, Session, Warning, Wording,
};
use super::{Form, Html, Row, Shell, Sitting};
use crate::model::{
    AgreementType, AuthorizationRequest, Interval, Money, PaymentPointer, Schedule, State, Terms,
    Text, redirect_uri,
};
use crate::oauth::consent::{self as rules, Opened, Presentation};
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
    match (opened.request.collection, opened.request.kind) {
        (false, AgreementType::Mandate) => Ask::Mandate,
        (false, AgreementType::Invoice) => Ask::Invoice,
        (false, AgreementType::Session) => Ask::Session,
        (true, AgreementType::Mandate) => Ask::CreateMandates,
        (true, AgreementType::Invoice) => Ask::CreateInvoices,
        (true, AgreementType::Session) => Ask::CreateSessions,
    }
}

/// The sentence that is kept with an approval, and its language.
pub(super) fn sentence(visitor: &Visitor, shown: &Presentation) -> (String, String) {
    let page = Page::new(visitor, &shown.opened.request);
    let sentence = page.wording(shown).sentence.to_plain();
    (sentence, page.text.locale().as_str().to_owned())
}

/// Screens S6 to S8b.
pub(super) fn consent_page(visitor: &Visitor, shown: &Presentation) -> Consent {
    let page = Page::new(visitor, &shown.opened.request);
    let (opened, text) = (&shown.opened, &page.text);
    let asker = asker(text, opened, &page.zone);
    let wording = page.wording(shown);
    let ask = wording.ask;
    let form = page.form(opened).with("digest", &shown.digest);
    let account = pointer_words(&shown.subject);
    let sitting = page.sitting(opened, &shown.user.username);
    let mut consent = Consent::new(
        page.shell(opened),
        wording,
        (&asker, &account),
        form,
        sitting,
    );
    let mut warnings = Vec::new();
    if let Some(agreement) = &shown.agreement {
        let terms = &agreement.terms;
        if ask == Ask::Mandate {
            consent.who.push(Mandate::receiver(
                text,
                terms.receiver.as_deref().map(pointer_words).as_deref(),
            ));
            warnings.extend(page.mandate(terms, shown.at).warnings());
        }
        if let Some(asset) = &terms.asset {
            consent.wording.rows.push(wording::currency(
                text,
                asset.code(),
                asset.name().as_deref(),
            ));
            if !asset.is_currency() {
                warnings.push(Warning::UnknownCurrency(asset.code().to_owned()));
            }
        }
        consent.quote = terms
            .description
            .as_deref()
            .and_then(|said| Quote::new(text, &asker, said));
    }
    if asker.checked.is_none() {
        warnings.push(Warning::Unchecked(opened.wallet.name.clone()));
    }
    consent.warning = Warning::gravest(text, warnings);
    consent.technical = technical(text, shown, ask);
    consent
}

/// Screen S9.
pub(super) fn changed_page(visitor: &Visitor, changed: &rules::Changed) -> Changed {
    let (now, before) = (&changed.now, &changed.before);
    let page = Page::new(visitor, &now.opened.request);
    let asker = asker(&page.text, &now.opened, &page.zone);
    let wording = page.wording(now);
    let form = page.form(&now.opened).with("digest", &now.digest);
    let sitting = page.sitting(&now.opened, &now.user.username);
    let before = before.as_ref().map(|snapshot| &snapshot.terms);
    let terms = now.agreement.as_ref().map(|agreement| &agreement.terms);
    let differences = match (before, terms) {
        (Some(before), Some(terms)) => page.changes(&now.opened, before, terms, now.at),
        _ => Vec::new(),
    };
    let mut shown = Changed::ask_again(
        page.shell(&now.opened),
        &asker,
        (wording, differences),
        form,
        sitting,
    );
    if let (Some(before), Some(terms), Next::Decide(again)) = (before, terms, &mut shown.next) {
        let mut warnings = page.mandate(terms, now.at).warnings();
        warnings.extend(larger(before, terms, now.at));
        again.warning = Warning::gravest(&page.text, warnings);
    }
    shown
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
        let id = &opened.request.id;
        let csrf = self
            .visitor
            .request_cookie(id)
            .map(|secret| rules::csrf_token(&secret, id))
            .unwrap_or_default();
        Form::to(self.shell(opened).path(&format!("/consent/{id}"))).with("csrf", csrf)
    }

    fn sitting(&self, opened: &Opened, username: &str) -> Sitting {
        let shell = self.shell(opened);
        let switch = sign_out_form(self.visitor, &shell, Some(&opened.request.id));
        let switch = switch.unwrap_or_else(|| Form::to(shell.path("/sign-out")));
        let until = (opened.request.expires_at, &self.zone);
        Sitting::new(&self.text, username, until, switch, self.form(opened))
    }

    fn day(&self, at: jiff::Timestamp) -> Day {
        Day::new(&self.text, at, &self.zone)
    }

    fn wording(&self, shown: &Presentation) -> Wording {
        let Some(agreement) = &shown.agreement else {
            let creation = Creation {
                ask: ask_of(&shown.opened),
                account: pointer_words(&shown.subject),
                end: shown.until.map(|until| self.day(until)),
            };
            return creation.wording(&self.text, &asker(&self.text, &shown.opened, &self.zone));
        };
        self.terms(&shown.opened, &agreement.terms, &agreement.state, shown.at)
    }

    fn terms(&self, opened: &Opened, terms: &Terms, state: &State, at: jiff::Timestamp) -> Wording {
        let asker = asker(&self.text, opened, &self.zone);
        match terms.kind {
            AgreementType::Mandate => self.mandate(terms, at).wording(&self.text, &asker),
            AgreementType::Invoice => {
                let received = terms
                    .amount
                    .zip(state.received)
                    .filter(|(_, received)| *received > 0);
                let invoice = Invoice {
                    amount: terms.amount.and_then(|amount| money(terms, amount)),
                    received: received.and_then(|(amount, received)| {
                        Some((
                            money(terms, received)?,
                            money(terms, amount.saturating_sub(received).max(0))?,
                        ))
                    }),
                    end: terms.end.map(|end| self.day(end)),
                };
                invoice.wording(&self.text, &asker)
            }
            AgreementType::Session => Session {
                end: state.session_end.map(|end| self.day(end)),
            }
            .wording(&self.text, &asker),
        }
    }

    fn mandate(&self, terms: &Terms, at: jiff::Timestamp) -> Mandate {
        let schedule = Schedule::new(terms, at).ok();
        let first = schedule
            .as_ref()
            .and_then(|schedule| schedule.start_of(schedule.over()));
        let end = schedule.as_ref().and_then(Schedule::end).or(terms.end);
        let total = schedule.as_ref().and_then(Schedule::total);
        Mandate {
            amount: terms
                .amount
                .and_then(|amount| money(terms, amount))
                .unwrap_or_default(),
            every: terms.interval.map(every),
            cycles: schedule
                .as_ref()
                .and_then(Schedule::granted)
                .and_then(|granted| i64::try_from(granted).ok()),
            total: total.and_then(|total| money(terms, total)),
            max_per_payment: terms.max_per_payment.and_then(|most| money(terms, most)),
            start: terms.start.and(first).map(|start| self.day(start)),
            end: end.map(|end| self.day(end)),
            carries_over: terms.cap == Some(false),
        }
    }

    /// What differs between two versions of the terms: the rows of a page that differ, and what stands outside of them.
    fn changes(
        &self,
        opened: &Opened,
        before: &Terms,
        now: &Terms,
        at: jiff::Timestamp,
    ) -> Vec<Change> {
        let rows = |terms: &Terms| {
            let mut rows = self.terms(opened, terms, &State::default(), at).rows;
            if let Some(asset) = &terms.asset {
                rows.push(wording::currency(
                    &self.text,
                    asset.code(),
                    asset.name().as_deref(),
                ));
            }
            let say = |key| self.text.plain(key, &[]);
            if terms.kind == AgreementType::Mandate {
                let receiver = terms.receiver.as_deref().map(pointer_words);
                rows.push(Row::new(
                    say("changed-receiver"),
                    Mandate::receiver(&self.text, receiver.as_deref()),
                ));
            }
            if let Some(said) = &terms.description {
                rows.push(Row::given(say("changed-description"), said));
            }
            rows
        };
        differences(&self.text, &rows(before), &rows(now))
    }
}

fn differences(text: &Text, before: &[Row], now: &[Row]) -> Vec<Change> {
    let value = |rows: &[Row], label: &str| {
        let row = rows.iter().find(|row| row.label == label)?;
        let plain: Vec<String> = row.values.iter().map(Html::to_plain).collect();
        Some((plain.join(" "), row.values.first()?.clone()))
    };
    let mut labels: Vec<&str> = Vec::new();
    for row in before.iter().chain(now) {
        if !labels.contains(&row.label.as_str()) {
            labels.push(&row.label);
        }
    }
    let nothing = || Html::from(text.phrase("changed-absent", &[]));
    let differs = |label: &&str| {
        let (saw, is) = (value(before, label), value(now, label));
        saw.as_ref().map(|(plain, _)| plain) != is.as_ref().map(|(plain, _)| plain)
    };
    labels
        .iter()
        .filter(|label| differs(label))
        .map(|label| Change {
            what: (*label).to_owned(),
            saw: value(before, label).map_or_else(nothing, |(_, html)| html),
            now: value(now, label).map_or_else(nothing, |(_, html)| html),
        })
        .collect()
}

/// A larger total is what a payer must not miss.
fn larger(before: &Terms, now: &Terms, at: jiff::Timestamp) -> Option<Warning> {
    let total = |terms: &Terms| Schedule::new(terms, at).ok()?.total();
    let (saw, is) = (total(before)?, total(now)?);
    let same_asset = before.asset == now.asset;
    (same_asset && is > saw).then(|| Some(Warning::Larger(money(before, saw)?, money(now, is)?)))?
}

fn technical(text: &Text, shown: &Presentation, ask: Ask) -> Vec<Row> {
    let permissions = match ask {
        Ask::Mandate => vec![Permission::Take, Permission::See],
        Ask::Invoice | Ask::Session => vec![Permission::Send, Permission::See],
        Ask::CreateMandates | Ask::CreateInvoices | Ask::CreateSessions => vec![Permission::Create],
    };
    let request = &shown.opened.request;
    let interval = shown
        .agreement
        .as_ref()
        .and_then(|agreement| agreement.terms.interval);
    let details = Technical {
        url: request.scope.clone(),
        pointer: shown.subject.clone(),
        interval: interval.map(|interval| interval.to_string()),
        permissions,
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

fn every(interval: Interval) -> Every {
    let (unit, count) = interval.unit_and_count();
    Every { count, unit }
}

fn money(terms: &Terms, value: impl Into<i128>) -> Option<String> {
    terms
        .asset
        .clone()
        .map(|asset| Money::new(value, asset).to_string())
}

/// A payment pointer as people write it.
fn pointer_words(url: &str) -> String {
    PaymentPointer::parse(url, &[]).map_or_else(|_| url.to_owned(), |pointer| pointer.display())
}

/// The midnight that begins the day of an instant: days are written without a time.
fn day_of(at: jiff::Timestamp, zone: &TimeZone) -> jiff::Timestamp {
    at.to_zoned(zone.clone())
        .start_of_day()
        .map_or(at, |day| day.timestamp())
}
