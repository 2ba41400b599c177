//! Attempts to sign in, counted for an account and for an address; after some, each next one has to wait. No lock lasts.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::app::{App, later};
use crate::model::Network;
use crate::store::attempt::{self, Attempts};
use crate::store::{StoreFault, Transaction};

/// Counts an attempt before it is made, so that parallel ones cannot outrun the count; else how long to wait, in seconds.
pub(super) async fn begin(app: &App, keys: &[Key]) -> Result<Result<(), i64>, StoreFault> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    for key in keys {
        tx.lock(&key.name).await?;
    }
    let mut wait = 0;
    for key in keys {
        if let Some(found) = attempt::find(&tx, &key.name).await? {
            wait = wait.max(seconds_until(found.next_at, now));
        }
    }
    if wait > 0 {
        return Ok(Err(wait));
    }
    for key in keys {
        count(app, &tx, key, now).await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// After a success: forgets the attempts under the account's key, and does not count this one under the address's.
pub(super) async fn succeed(app: &App, account: &Key, address: &Key) -> Result<(), StoreFault> {
    attempt::remove(&app.store, &account.name).await?;
    attempt::give_back(&app.store, &address.name).await
}

/// Whose attempts are counted, and how many are free of delay.
pub(super) struct Key {
    pub(super) name: String,
    pub(super) free: i64,
}

/// What is counted as one address.
pub(super) fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(address) => Network::of(address).to_string(),
        Err(_) => address.to_owned(),
    }
}

async fn count(app: &App, tx: &Transaction, key: &Key, now: Timestamp) -> Result<(), StoreFault> {
    let window = app.settings.sign_in.window;
    let open = attempt::find(tx, &key.name)
        .await?
        .filter(|found| later(found.window_start, window) > now);
    let count = open.map_or(0, |found| found.count) + 1;
    let delay = delay(count - key.free, app.settings.sign_in.max_delay);
    let attempts = Attempts {
        // Each attempt that had to wait keeps the window open, so that waiting does not start the count anew.
        window_start: if delay > 0 {
            now
        } else {
            open.map_or(now, |found| found.window_start)
        },
        count,
        next_at: later(now, delay),
    };
    attempt::put(tx, &key.name, &attempts).await
}

/// 0 within the free attempts, then 1, 2, 4 … seconds up to `longest`.
fn delay(beyond: i64, longest: i64) -> i64 {
    match u32::try_from(beyond) {
        Ok(0) | Err(_) => 0,
        Ok(beyond) => 1_i64
            .checked_shl(beyond - 1)
            .filter(|delay| *delay > 0)
            .map_or(longest, |d| d.min(longest)),
    }
}

/// Whole seconds until `then`, rounded up; 0 when it is past.
fn seconds_until(then: Timestamp, now: Timestamp) -> i64 {
    let millis = then.as_millisecond() - now.as_millisecond();
    if millis <= 0 {
        0
    } else {
        (millis - 1) / 1000 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::delay;

    #[test]
    fn the_delay_doubles_up_to_the_longest_and_never_lasts() {
        assert_eq!(
            [-5, 0, 1, 2, 3, 4].map(|beyond| delay(beyond, 60)),
            [0, 0, 1, 2, 4, 8]
        );
        for beyond in [7, 63, 64, 65, 1000, i64::from(u32::MAX)] {
            assert_eq!(delay(beyond, 60), 60, "{beyond}");
        }
    }
}
