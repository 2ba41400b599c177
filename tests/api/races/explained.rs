//! The model finds no order for what must not happen.

use std::collections::HashSet;

use countersign::model::EndReason;

use super::model::{Act, HELD, Life, Out, ends, held, vacant};

#[test]
fn a_code_that_was_granted_twice_has_no_explanation() {
    let twice = [
        (Act::Redeem(HELD), Out::Granted, 2),
        (Act::Redeem(HELD), Out::InvalidGrant, 8),
    ];
    assert!(ends(&vacant(false), &twice).is_empty());
    let once = [
        (Act::Redeem(HELD), Out::Granted, 1),
        (Act::Redeem(HELD), Out::InvalidGrant, 99),
    ];
    let left = ends(&vacant(false), &once);
    assert_eq!(left.len(), 1);
    let state = left.into_iter().next().unwrap();
    assert_eq!(state.lives[HELD], Life::Ended(EndReason::CodeReplayed));
}

#[test]
fn two_orders_may_leave_two_states_and_nothing_else() {
    let told = [
        (Act::GiveUp, Out::Done, 3),
        (Act::Stop, Out::Done, 3),
        (Act::Refresh, Out::Granted, 2),
        (Act::Refresh, Out::InvalidGrant, 1),
    ];
    let left = ends(&held(false), &told);
    let why: HashSet<Life> = left.iter().map(|state| state.lives[HELD]).collect();
    let wanted = [EndReason::Client, EndReason::Payer].map(Life::Ended);
    assert_eq!(why, HashSet::from(wanted));
}

#[test]
fn a_token_that_works_after_its_grant_ended_has_no_explanation() {
    let told = [
        (Act::End, Out::Nothing, 1),
        (Act::Introspect, Out::Active, 1),
    ];
    assert!(ends(&held(true), &told).is_empty());
}
