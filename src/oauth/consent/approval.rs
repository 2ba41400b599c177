use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::app::{App, later};
use crate::model::wording::Replacement;
use crate::model::{
    Authentication, AuthorizationCode, Digest, Grant, GrantState, Limits, Refusal, Secret, Session,
    Terms, redirect_uri,
};

use super::{Opened, Presentation};

/// The digest of everything that an approval covers: the terms, the client, what it is called and whether that was checked
/// (the sentence names it by that), the host of the redirect URI, the actions, the account and, where there are any, what
/// ends with the grants whose place is taken (RFC 8785, SHA-256). `agreement` is the digest of the terms, or a collection with its end.
pub(super) fn approval_digest(
    opened: &Opened,
    account: &str,
    agreement: &str,
    earlier: &[Grant],
) -> String {
    let request = &opened.request;
    let actions = request.actions().join(" ");
    let host = redirect_uri::host(&request.redirect_uri);
    let checked = opened.client.verified_at.is_some().to_string();
    let replaces = covered(&request.actions(), earlier);
    let mut covered = BTreeMap::from([
        ("account", account),
        ("actions", actions.as_str()),
        ("agreement", agreement),
        ("client", opened.client.id.as_str()),
        ("clientChecked", checked.as_str()),
        ("clientName", opened.client.name.as_str()),
        ("redirectHost", host.as_str()),
    ]);
    if !replaces.is_empty() {
        covered.insert("replaces", &replaces);
    }
    // Keys are ASCII and in order, values are strings: serde_json writes this as RFC 8785 does.
    let canonical = serde_json::to_string(&covered).unwrap_or_default();
    format!("v1.{}", Digest::of(canonical.as_bytes()).to_base64url())
}

/// What an approval of `actions` covers of the grants whose place is taken; nothing where there are none.
pub(super) fn covered(actions: &[String], earlier: &[Grant]) -> String {
    let each = earlier.iter();
    let each = each.map(|grant| Replacement::new(actions, grant).covered());
    each.collect::<Vec<_>>().join(", ")
}

/// How a grant is made from what was shown.
pub(super) struct Approved<'a> {
    pub(super) presentation: &'a Presentation,
    pub(super) session: &'a Session,
    pub(super) snapshot: Option<String>,
    pub(super) text: (String, String),
}

/// The grant of an approval at `now`, pending until its code is redeemed.
pub(super) fn grant(app: &App, approved: Approved<'_>, now: Timestamp) -> Result<Grant, Refusal> {
    let presentation = approved.presentation;
    let request = &presentation.opened.request;
    let terms = presentation
        .agreement
        .as_ref()
        .map(|agreement| &agreement.terms);
    let limits = terms.map(|terms| Limits::resolve(terms, now)).transpose()?;
    let longest = presentation
        .until
        .unwrap_or_else(|| later(now, app.settings.grant.max_age));
    let end = limits
        .as_ref()
        .and_then(|limits| limits.end)
        .map_or(longest, |end| end.min(longest));
    Ok(Grant {
        id: request.grant_id.clone(),
        client: request.client.clone(),
        user: Some(presentation.user.id.clone()),
        resource_server: request.resource_server.clone(),
        agreement_url: request.scope.clone(),
        collection: request.collection,
        kind: request.kind,
        actions: request.actions(),
        subject: presentation.subject.clone(),
        snapshot: approved.snapshot,
        agreement_digest: terms.map(Terms::digest),
        approval_digest: Some(presentation.digest.clone()),
        starts_at: limits.as_ref().and_then(|limits| limits.start),
        limits,
        authentication: Some(Authentication {
            time: approved.session.auth_time,
            amr: approved.session.amr.clone(),
        }),
        consented_at: Some(now),
        text: Some(approved.text),
        state: GrantState::Pending,
        state_at: now,
        ends_at: Some(end),
        replaces: None,
        created_at: now,
    })
}

/// The row of the code that stands for an approved request.
pub(super) fn code_row(
    app: &App,
    opened: &Opened,
    code: &Secret,
    now: Timestamp,
) -> AuthorizationCode {
    let request = &opened.request;
    AuthorizationCode {
        digest: code.digest(),
        grant: request.grant_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        dpop_jkt: request.dpop_jkt.clone(),
        expires_at: later(now, app.settings.authorization.code_lifetime),
        redeemed_at: None,
    }
}
