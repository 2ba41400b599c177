use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::AtomicI64;

use jiff::Timestamp;

use super::*;

fn limits() -> Limits {
    let mut limits = crate::settings::load_from("").unwrap().limits;
    (limits.address_rate, limits.address_burst) = (2, 3);
    (limits.party_rate, limits.party_burst) = (4, 5);
    limits
}

/// A throttle whose clock shows these milliseconds.
fn throttle(limits: &Limits) -> (Throttle, Arc<AtomicI64>) {
    let millis = Arc::new(AtomicI64::new(1_800_000_000_000));
    let shown = Arc::clone(&millis);
    let clock =
        Clock::from_fn(move || Timestamp::from_millisecond(shown.load(Ordering::SeqCst)).unwrap());
    (Throttle::new(limits, clock), millis)
}

fn address(last: u32) -> Network {
    Network::of(IpAddr::V4(Ipv4Addr::from_bits(last)))
}

fn claim(secret: &str) -> Claim {
    Claim::new("client", "cli_1", &Secret::presented(secret))
}

#[test]
fn a_stranger_is_held_to_its_address_and_told_when_to_come_again() {
    let (throttle, millis) = throttle(&limits());
    for _ in 0..3 {
        assert_eq!(
            throttle.admit(Some(address(1)), None),
            Ok(Standing::Stranger)
        );
    }
    assert_eq!(
        throttle.admit(Some(address(1)), None),
        Err(TooMany { wait: 1 })
    );
    assert!(throttle.admit(Some(address(2)), None).is_ok());
    millis.fetch_add(499, Ordering::SeqCst);
    assert!(throttle.admit(Some(address(1)), None).is_err());
    millis.fetch_add(1, Ordering::SeqCst);
    assert!(throttle.admit(Some(address(1)), None).is_ok());
    assert!(throttle.admit(Some(address(1)), None).is_err());
}

#[test]
fn whoever_has_proven_a_claim_is_held_to_a_limit_of_their_own() {
    let (throttle, _) = throttle(&limits());
    let (right, wrong) = (claim("right"), claim("wrong"));
    throttle.proven(&right);
    while throttle.admit(Some(address(1)), Some(&wrong)).is_ok() {}
    for _ in 0..5 {
        assert_eq!(
            throttle.admit(Some(address(1)), Some(&right)),
            Ok(Standing::Known)
        );
    }
    assert!(throttle.admit(Some(address(2)), Some(&right)).is_err());
    throttle.disproven(&right);
    assert_eq!(
        throttle.admit(Some(address(2)), Some(&right)),
        Ok(Standing::Stranger)
    );
    assert!(throttle.admit(Some(address(1)), Some(&right)).is_err());
}

#[test]
fn a_claim_is_good_for_its_kind_its_party_and_its_secret() {
    let (throttle, _) = throttle(&limits());
    let secret = Secret::presented("secret");
    throttle.proven(&Claim::new("client", "a", &secret));
    for (kind, party, proof, standing) in [
        ("client", "a", "secret", Standing::Known),
        ("wallet", "a", "secret", Standing::Stranger),
        ("client", "b", "secret", Standing::Stranger),
        ("client", "a", "secret2", Standing::Stranger),
    ] {
        let claim = Claim::new(kind, party, &Secret::presented(proof));
        assert_eq!(throttle.admit(None, Some(&claim)), Ok(standing), "{kind}");
    }
}

#[test]
fn a_rate_of_nothing_is_no_limit() {
    let unlimited = Limits {
        address_rate: 0,
        ..limits()
    };
    let (throttle, _) = throttle(&unlimited);
    for _ in 0..1000 {
        assert!(throttle.admit(Some(address(1)), None).is_ok());
    }
}

#[test]
fn a_wait_is_rounded_up() {
    let slow = Limits {
        address_rate: 1,
        address_burst: 1,
        ..limits()
    };
    let (throttle, millis) = throttle(&slow);
    assert!(throttle.admit(Some(address(1)), None).is_ok());
    millis.fetch_add(1, Ordering::SeqCst);
    assert_eq!(
        throttle.admit(Some(address(1)), None),
        Err(TooMany { wait: 1 })
    );
}

#[test]
fn however_many_callers_come_few_are_remembered() {
    let few = Limits {
        callers: 1000,
        ..limits()
    };
    let (throttle, _) = throttle(&few);
    for caller in 0..100_000 {
        let _ = throttle.admit(Some(address(caller)), None);
        let name = caller.to_string();
        throttle.proven(&Claim::new("client", &name, &Secret::presented("")));
        throttle.is_nth(&name, 2);
    }
    let Throttle {
        addresses,
        known,
        begun,
        ..
    } = &throttle;
    addresses.all.run_pending_tasks();
    known.run_pending_tasks();
    begun.run_pending_tasks();
    let counts = [
        addresses.all.entry_count(),
        known.entry_count(),
        begun.entry_count(),
    ];
    assert!(
        counts.iter().all(|count| (1..=1000).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn each_nth_is_counted_for_each_party() {
    let (throttle, _) = throttle(&limits());
    let nth: Vec<bool> = (0..6).map(|_| throttle.is_nth("a", 3)).collect();
    assert_eq!(nth, [false, false, true, false, false, true]);
    assert!(throttle.is_nth("b", 1) && throttle.is_nth("b", 0));
}

fn signed(key: &str) -> Claim {
    Claim::signed("client", "cli_1", Some(address(1)), Some(key))
}

/// An address with ten tokens, beside which one is kept for each who signs there.
fn ten() -> Limits {
    let mut limits = limits();
    (limits.address_rate, limits.address_burst) = (1, 10);
    limits
}

#[test]
fn what_others_sign_takes_nothing_from_the_party() {
    let (throttle, _) = throttle(&ten());
    throttle.proven(&signed("key"));
    let all: Vec<_> = (0..60)
        .map_while(|_| throttle.admit(Some(address(1)), Some(&signed("key"))).ok())
        .collect();
    let (of_address, spare) = all.split_at(10);
    assert!(
        of_address
            .iter()
            .all(|it| *it == Standing::Likely(Loan::Address))
    );
    assert_eq!(spare, [Standing::Likely(Loan::Spare)]);
    for _ in 0..5 {
        assert!(throttle.parties.take(&"cli_1".to_owned()).is_ok());
    }
}

#[test]
fn whoever_signs_pays_by_itself_and_not_by_its_address() {
    let (throttle, _) = throttle(&Limits {
        party_rate: 1,
        party_burst: 100,
        ..ten()
    });
    throttle.proven(&signed("key"));
    let passes = |loan| {
        let came = throttle.admit(Some(address(1)), Some(&signed("key")));
        assert_eq!(came, Ok(Standing::Likely(loan)));
        throttle.verified(Some(address(1)), &signed("key"), loan)
    };
    for _ in 0..50 {
        assert_eq!(passes(Loan::Address), Ok(()));
    }
    while throttle.admit(Some(address(1)), None).is_ok() {}
    for _ in 0..50 {
        assert_eq!(passes(Loan::Spare), Ok(()));
    }
    // There is nothing left: what it sends now is held to what is lent.
    assert_eq!(passes(Loan::Spare), Err(TooMany { wait: 1 }));
    let came = throttle.admit(Some(address(1)), Some(&signed("key")));
    assert_eq!(came, Err(TooMany { wait: 1 }));
}

#[test]
fn an_assertion_is_known_by_where_it_comes_from_and_the_key_that_it_names() {
    let (throttle, _) = throttle(&ten());
    throttle.proven(&signed("key"));
    let at = |last| Some(address(last));
    for (network, key, standing) in [
        (at(1), Some("key"), Standing::Likely(Loan::Address)),
        (at(1), Some("other"), Standing::Stranger),
        (at(1), None, Standing::Stranger),
        (at(2), Some("key"), Standing::Stranger),
    ] {
        let claim = Claim::signed("client", "cli_1", network, key);
        assert_eq!(throttle.admit(at(3), Some(&claim)), Ok(standing), "{key:?}");
    }
}
