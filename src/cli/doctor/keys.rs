use std::path::Path;

use jiff::Timestamp;

use crate::keys::{KeyRing, SealingKey};
use crate::model::SigningKey;
use crate::store::{self, Store};

use super::Patient;
use super::finding::Finding;

const CHECK: &str = "keys";

/// A signing key older than this should be followed by another, in hours: a year.
const OLD: i64 = 365 * 24;

/// Whether the key file opens every signing key, and one of them signs now.
pub(super) async fn findings(store: &Store, patient: &Patient) -> Vec<Finding> {
    let keys = match store::signing_key::list(store).await {
        Ok(keys) => keys,
        Err(fault) => return vec![Finding::of(CHECK, fault)],
    };
    if keys.is_empty() {
        return vec![Finding::ok(
            CHECK,
            "none yet: the first start makes one, which signs at once",
        )];
    }
    let settings = &patient.settings;
    let (path, _) = settings.keys.encryption_key(&settings.database);
    let path = Path::new(&path);
    if !path.is_file() {
        let seen = format!(
            "{} signing keys, and no key file at {}",
            keys.len(),
            path.display()
        );
        let advice = "put the file there that this database was started with: no other opens them";
        return vec![Finding::failed(CHECK, seen, advice)];
    }
    let Ok(sealing) = SealingKey::load_or_create(path, false) else {
        return vec![Finding::unknown(CHECK, "the key file cannot be used")];
    };
    let faults: Vec<Finding> = keys
        .iter()
        .filter_map(|key| KeyRing::new(vec![key.clone()], &sealing).err())
        .map(|fault| Finding::of(CHECK, fault))
        .collect();
    if !faults.is_empty() {
        return faults;
    }
    let now = patient.clock.now();
    vec![match KeyRing::new(keys.clone(), &sealing) {
        Ok(ring) => ages(&keys, ring.signing_key(now), now),
        Err(fault) => Finding::of(CHECK, fault),
    }]
}

fn ages(keys: &[SigningKey], signer: Option<&SigningKey>, now: Timestamp) -> Finding {
    let ahead = keys.iter().filter(|key| now < key.published_at).count();
    if ahead > 0 {
        let seen = format!(
            "{ahead} of {} were made after {now}, which is now",
            keys.len()
        );
        return Finding::failed(
            CHECK,
            seen,
            "this machine's clock is behind: set it before the server starts",
        );
    }
    let Some(signer) = signer else {
        let seen = format!("{} open, none signs now", keys.len());
        return Finding::failed(
            CHECK,
            seen,
            "run `countersign key rotate`; the new key signs after keys.announce",
        );
    };
    let next = keys
        .iter()
        .find(|key| now < key.signs_from && key.retired_at.is_none());
    let next = next.map_or_else(
        || "none is announced".to_owned(),
        |key| format!("{} signs from {}", key.kid, key.signs_from),
    );
    let seen = format!(
        "{} open, {} signs since {}, {next}",
        keys.len(),
        signer.kid,
        signer.signs_from
    );
    if now.duration_since(signer.signs_from).as_hours() > OLD {
        return Finding::warning(
            CHECK,
            seen,
            "it signs for more than a year: run `countersign key rotate`",
        );
    }
    Finding::ok(CHECK, seen)
}
