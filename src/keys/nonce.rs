use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::{equal, hmac_sha256};

/// The nonces of `DPoP-Nonce` (RFC 9449 §8), one for each window of time, derived and not stored: all servers with one
/// encryption key give and take the same.
pub struct Nonces([u8; 32]);

impl Nonces {
    /// Takes the key that nonces are derived with, which is for this alone.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The nonce to hand out at `now`; `lifetime` is the length of a window, in seconds.
    #[must_use]
    pub fn current(&self, now: Timestamp, lifetime: i64) -> String {
        self.of(window(now, lifetime))
    }

    /// Whether `nonce` was handed out in the window of `now` or in the one before it.
    #[must_use]
    pub fn is_good(&self, nonce: &str, now: Timestamp, lifetime: i64) -> bool {
        let window = window(now, lifetime);
        let is = |window| equal(nonce.as_bytes(), self.of(window).as_bytes());
        // Both are compared, whichever it is.
        is(window) | is(window - 1)
    }

    fn of(&self, window: i64) -> String {
        URL_SAFE_NO_PAD.encode(hmac_sha256(&self.0, "DPoP nonce", &window.to_be_bytes()))
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonces(..)")
    }
}

fn window(now: Timestamp, lifetime: i64) -> i64 {
    now.as_second().div_euclid(lifetime.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_nonce_is_good_in_its_window_and_the_next() {
        let nonces = Nonces::new([1; 32]);
        let nonce = nonces.current(at(600), 300);
        assert_eq!(nonce.len(), 43);
        for (now, good) in [
            (599, false),
            (600, true),
            (899, true),
            (900, true),
            (1199, true),
            (1200, false),
            (0, false),
        ] {
            assert_eq!(nonces.is_good(&nonce, at(now), 300), good, "{now}");
        }
        assert_eq!(nonces.current(at(899), 300), nonce);
        assert_ne!(nonces.current(at(900), 300), nonce);
    }

    #[test]
    fn nobody_else_makes_one() {
        let nonces = Nonces::new([1; 32]);
        let foreign = Nonces::new([2; 32]).current(at(600), 300);
        for nonce in ["", "x", foreign.as_str(), "\u{e4}"] {
            assert!(!nonces.is_good(nonce, at(600), 300), "{nonce}");
        }
    }

    #[test]
    fn no_lifetime_and_no_instant_make_it_panic() {
        let nonces = Nonces::new([1; 32]);
        for now in [Timestamp::MIN, at(-1), at(0), Timestamp::MAX] {
            for lifetime in [i64::MIN, -1, 0, 1, i64::MAX] {
                let nonce = nonces.current(now, lifetime);
                assert!(nonces.is_good(&nonce, now, lifetime));
            }
        }
    }
}
