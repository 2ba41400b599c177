use std::collections::HashMap;

use super::Reader;
use crate::model::Phrase;
use crate::model::wording::{brief, reference};
use crate::oauth::payments::Permission;

/// What it takes to tell a permission from the others beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Apart {
    /// What it allows, for which account, and in which minute it was approved.
    #[default]
    Minute,
    /// Also which agreement it is about.
    Reference,
    /// Also the second.
    Second,
}

/// What is said of a permission, so that it is told from others.
pub(super) fn words(reader: &Reader, permission: &Permission, apart: Apart) -> Vec<Phrase> {
    let (text, grant) = (&reader.text, &permission.grant);
    let mut lines = brief(grant, text);
    lines.push(reader.account(permission));
    if apart != Apart::Minute && !grant.collection {
        let args = [("reference", reference(&grant.agreement_url).into())];
        lines.push(text.phrase("payments-reference", &args));
    }
    lines.extend(grant.consented_at.map(|at| {
        let date = match apart {
            Apart::Second => reader.date(at),
            Apart::Minute | Apart::Reference => reader.moment(at),
        };
        text.phrase("payments-since", &[("date", date)])
    }));
    lines
}

/// What it takes for each of `all`: no more than needed.
pub(super) fn told(reader: &Reader, all: &[Permission]) -> Vec<Apart> {
    let mut apart = vec![Apart::default(); all.len()];
    for more in [Apart::Reference, Apart::Second] {
        let looks: Vec<Vec<String>> = all
            .iter()
            .zip(&apart)
            .map(|(permission, apart)| look(reader, permission, *apart))
            .collect();
        let mut alike: HashMap<&[String], usize> = HashMap::new();
        for look in &looks {
            *alike.entry(look).or_default() += 1;
        }
        for (apart, look) in apart.iter_mut().zip(&looks) {
            if alike[look.as_slice()] > 1 {
                *apart = more;
            }
        }
    }
    apart
}

/// What it takes for `permission`, one of `all`, on a page of its own: there the agreement is named in any case.
pub(super) fn among(reader: &Reader, permission: &Permission, all: &[Permission]) -> Apart {
    let told = told(reader, all).into_iter().zip(all);
    let found = told.filter(|(_, one)| one.grant.id == permission.grant.id);
    let needed = found.map(|(apart, _)| apart).next();
    needed.unwrap_or_default().max(Apart::Reference)
}

/// How a permission looks: whose it is, in which state, and the words.
fn look(reader: &Reader, permission: &Permission, apart: Apart) -> Vec<String> {
    let app = reader.app(permission);
    let mut look = vec![app.shown().into_owned(), reader.status(permission)];
    let lines = words(reader, permission, apart);
    look.extend(lines.iter().map(Phrase::to_plain));
    look
}
