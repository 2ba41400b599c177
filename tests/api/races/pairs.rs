//! Each act many times at once, alone and with each other act, on two instances.

use std::collections::BTreeMap;

use countersign::model::{EndReason, HistoryEntry, HistoryKind, Secret};
use countersign::store::{self, Rows as _};
use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, Statement,
};

use super::model::{ASKED, Act, HELD, Life, NEXT, Out, RIVAL, State, Told, ends, held, vacant};
use super::stage::{Arena, Stage};

/// What can be done whether the agreement is held or not.
const ALWAYS: [Act; 12] = [
    Act::Redeem(HELD),
    Act::Redeem(NEXT),
    Act::Redeem(RIVAL),
    Act::Redeem(ASKED),
    Act::Approve,
    Act::Decline,
    Act::Stop,
    Act::End,
    Act::DisableClient,
    Act::DisableUser,
    Act::DisableWallet,
    Act::NewPassword,
];

/// What needs tokens.
const WITH_TOKENS: [Act; 4] = [Act::Refresh, Act::GiveBack, Act::GiveUp, Act::Introspect];

/// What the variable `RACES` says, or `usual`: how many act at once.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own switch, not a setting of the server"
)]
fn at_once(usual: usize) -> usize {
    let set = std::env::var("RACES").ok();
    set.map_or(usual, |text| text.parse().unwrap())
}

fn all_acts(is_held: bool, public: bool) -> Vec<Act> {
    let mut acts = ALWAYS.to_vec();
    if is_held {
        acts.extend(WITH_TOKENS);
    }
    if is_held && public {
        acts.push(Act::RefreshOld);
    }
    acts
}

/// `count` acts at once, of these kinds in turn, through both instances: some order of them explains what each was told and
/// what is left.
async fn race(arena: &Arena, is_held: bool, kinds: &[Act], count: usize) {
    let needs_request = |act: &Act| matches!(act, Act::Approve | Act::Decline | Act::Redeem(ASKED));
    let stage = arena.stage(is_held, kinds.iter().any(needs_request)).await;
    let acts: Vec<Act> = kinds.iter().copied().cycle().take(count).collect();
    let all = acts.iter().enumerate().map(|(number, act)| {
        let instance = number / kinds.len() % 2;
        stage.does(*act, instance)
    });
    let outs = tokio::select! {
        outs = join_all(all) => outs,
        () = watches(&stage) => unreachable!(),
    };
    let mut told: BTreeMap<(Act, Out), usize> = BTreeMap::new();
    for (act, out) in acts.into_iter().zip(outs) {
        *told.entry((act, out)).or_default() += 1;
    }
    let told: Vec<Told> = told
        .into_iter()
        .map(|((act, out), count)| (act, out, count))
        .collect();
    let start = if is_held {
        held(arena.public)
    } else {
        vacant(arena.public)
    };
    let left = stage.state().await;
    let right = ends(&start, &told);
    assert!(
        right.contains(&left),
        "no order explains {told:?} and {left:?}; explained were {right:?}"
    );
    is_written_down(&stage, &left, &told, is_held).await;
    stage.closes(&left).await;
}

/// The wallet asks about a token again and again meanwhile: what was dead once stays dead.
async fn watches(stage: &Stage<'_>) {
    let mut dead = false;
    for number in 0.. {
        if stage.held.is_none() {
            std::future::pending::<()>().await;
        }
        match stage.does(Act::Introspect, number % 2).await {
            Out::Active => assert!(!dead, "a dead token came to life"),
            _ => dead = true,
        }
    }
}

/// History and tokens say the same as the replies.
async fn is_written_down(stage: &Stage<'_>, left: &State, told: &[Told], is_held: bool) {
    let rows = stage.arena.store();
    let count_of = |wanted: &[Act], what: Out| -> usize {
        let found = told
            .iter()
            .filter(|(act, out, _)| wanted.contains(act) && *out == what);
        found.map(|(.., count)| count).sum()
    };
    let living = left.lives.iter().filter(|life| **life == Life::Active);
    assert!(living.count() <= 1, "{left:?}");
    for which in 0..4 {
        if left.lives[which] == Life::Unborn {
            continue;
        }
        let first = usize::from(is_held && which == HELD);
        let redeemed = count_of(&[Act::Redeem(which)], Out::Granted) + first;
        let mut refreshed = 0;
        if which == HELD {
            let before = usize::from(is_held && stage.arena.public);
            refreshed = count_of(&[Act::Refresh, Act::RefreshOld], Out::Granted) + before;
        }
        let grant = stage.grants[which].as_str();
        let history = store::grant_history::list(rows, grant).await.unwrap();
        let given_back = which == HELD && count_of(&[Act::GiveBack], Out::Done) > 0;
        let counts = [redeemed, refreshed, usize::from(given_back)];
        is_complete(&history, left.lives[which], counts);
        let tokens = store::access_token::Entity::find()
            .filter(store::access_token::Column::GrantId.eq(grant))
            .count(rows.connection())
            .await
            .unwrap();
        assert_eq!(tokens, (redeemed + refreshed) as u64, "tokens of {which}");
    }
    for parent in [
        stage.held.as_ref().and_then(|held| held.refresh.clone()),
        stage.fresh.clone(),
    ] {
        let Some(parent) = parent else { continue };
        let digest = Secret::presented(parent).digest();
        let living = store::refresh_token::Entity::find()
            .filter(store::refresh_token::Column::Parent.eq(digest.as_bytes().to_vec()))
            .filter(store::refresh_token::Column::VoidedAt.is_null())
            .count(rows.connection())
            .await
            .unwrap();
        assert!(living <= 1, "{living} successors live");
    }
}

/// Approved first, redeemed then, refreshed while it lived, ended once; only a token that is given back is noted later.
fn is_complete(history: &[HistoryEntry], life: Life, [redeemed, refreshed, back]: [usize; 3]) {
    let kinds: Vec<HistoryKind> = history.iter().map(|entry| entry.kind).collect();
    let count = |kind: HistoryKind| kinds.iter().filter(|it| **it == kind).count();
    let shown = format!("{kinds:?} {life:?}");
    assert_eq!(kinds[0], HistoryKind::Approved, "{shown}");
    assert_eq!(count(HistoryKind::Approved), 1, "{shown}");
    assert_eq!(count(HistoryKind::Redeemed), redeemed, "{shown}");
    assert!(redeemed <= 1, "{shown}");
    assert_eq!(count(HistoryKind::Refreshed), refreshed, "{shown}");
    assert_eq!(count(HistoryKind::TokenRevoked), back, "{shown}");
    let why = match life {
        Life::Ended(why) => Some(why),
        _ => None,
    };
    assert_eq!(
        count(HistoryKind::Ended),
        usize::from(why.is_some()),
        "{shown}"
    );
    let ended = history
        .iter()
        .find(|entry| entry.kind == HistoryKind::Ended);
    let noted = ended.and_then(|entry| EndReason::parse(entry.detail.as_deref()?));
    assert_eq!(noted, why, "{shown}");
    let once = |kind: &&HistoryKind| **kind != HistoryKind::TokenRevoked;
    let order: Vec<&HistoryKind> = kinds.iter().filter(once).collect();
    assert!(
        order.is_sorted_by_key(|kind| match kind {
            HistoryKind::Approved => 0,
            HistoryKind::Redeemed => 1,
            HistoryKind::Ended => 3,
            _ => 2,
        }),
        "{shown}"
    );
}

/// Nothing in the whole database hangs on a grant that is not there, and no agreement is held twice.
async fn nothing_is_left_over(arena: &Arena) {
    let connection = arena.store().connection();
    let mut questions: Vec<String> =
        ["access_token", "refresh_token", "authorization_code", "grant_history"]
            .iter()
            .map(|table| {
                format!(
                    r#"SELECT COUNT(*) AS n FROM "{table}" WHERE "grant_id" NOT IN (SELECT "id" FROM "grant")"#
                )
            })
            .collect();
    questions.push(
        r#"SELECT COUNT(*) AS n FROM (SELECT "agreement_url" FROM "grant" WHERE "state" IN ('active', 'suspended') GROUP BY "agreement_url" HAVING COUNT(*) > 1) AS twice"#
            .to_owned(),
    );
    for question in questions {
        let statement = Statement::from_string(connection.get_database_backend(), question.clone());
        let row = connection.query_one_raw(statement).await.unwrap().unwrap();
        let found: i64 = row.try_get("", "n").unwrap();
        assert_eq!(found, 0, "{question}");
    }
}

/// Each pair of acts that `wanted` lets through.
async fn all_pairs(arena: &Arena, is_held: bool, wanted: impl Fn(Act) -> bool) {
    let acts = all_acts(is_held, arena.public);
    let count = at_once(4);
    for (at, one) in acts.iter().enumerate() {
        for other in &acts[at + 1..] {
            if wanted(*one) || wanted(*other) {
                race(arena, is_held, &[*one, *other], count).await;
            }
        }
    }
    nothing_is_left_over(arena).await;
}

#[tokio::test]
async fn each_act_many_times_at_once_has_one_order() {
    let arena = Arena::open(true).await;
    for act in all_acts(true, true) {
        race(&arena, true, &[act], at_once(100)).await;
    }
    nothing_is_left_over(&arena).await;
}

#[tokio::test]
async fn each_act_on_an_agreement_that_nobody_holds_has_one_order() {
    let arena = Arena::open(false).await;
    let acts = [HELD, NEXT, RIVAL].map(Act::Redeem).into_iter();
    for act in acts.chain([Act::Stop, Act::End]) {
        race(&arena, false, &[act], at_once(100)).await;
    }
    race(&arena, true, &[Act::Refresh], at_once(100)).await;
    nothing_is_left_over(&arena).await;
}

#[tokio::test]
async fn each_pair_of_acts_on_a_public_clients_agreement_has_one_order() {
    let arena = Arena::open(true).await;
    all_pairs(&arena, true, |_| true).await;
}

#[tokio::test]
async fn each_pair_of_acts_on_an_agreement_that_nobody_holds_has_one_order() {
    let arena = Arena::open(false).await;
    all_pairs(&arena, false, |_| true).await;
}

#[tokio::test]
async fn each_act_beside_a_confidential_clients_refresh_has_one_order() {
    let arena = Arena::open(false).await;
    all_pairs(&arena, true, |act| act == Act::Refresh).await;
}

#[tokio::test]
async fn three_acts_at_once_have_one_order() {
    let arena = Arena::open(true).await;
    let [again, next, rival] = [ASKED, NEXT, RIVAL].map(Act::Redeem);
    for (is_held, acts) in [
        (false, [Act::Approve, Act::Decline, again]),
        (false, [Act::Redeem(HELD), next, rival]),
        (false, [Act::Approve, rival, Act::DisableUser]),
        (true, [Act::Approve, again, next]),
        (true, [Act::Refresh, Act::RefreshOld, next]),
        (true, [Act::Refresh, Act::GiveUp, Act::Stop]),
        (true, [Act::RefreshOld, Act::DisableClient, Act::End]),
        (true, [Act::Redeem(HELD), Act::GiveBack, Act::NewPassword]),
        (true, [rival, Act::End, Act::Introspect]),
    ] {
        race(&arena, is_held, &acts, at_once(12)).await;
    }
    nothing_is_left_over(&arena).await;
}

/// Whatever is done one after the other is told what the model says.
#[test]
fn any_sequence_of_acts_is_what_the_model_says() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let arena = runtime.block_on(Arena::open(true));
    let cases = u32::try_from(at_once(12)).unwrap();
    let mut runner = TestRunner::new(Config {
        cases,
        max_shrink_iters: 40,
        failure_persistence: None,
        ..Config::default()
    });
    let act = proptest::sample::select(all_acts(true, true));
    let acts = proptest::collection::vec(act, 1..12);
    let told = runner.run(&(acts, any::<bool>()), |(acts, is_held)| {
        runtime.block_on(tells(&arena, is_held, acts));
        Ok(())
    });
    told.unwrap();
}

async fn tells(arena: &Arena, is_held: bool, acts: Vec<Act>) {
    let possible = all_acts(is_held, arena.public);
    let stage = arena.stage(is_held, true).await;
    let mut states = vec![if is_held {
        held(arena.public)
    } else {
        vacant(arena.public)
    }];
    for (number, act) in acts.into_iter().enumerate() {
        if !possible.contains(&act) {
            continue;
        }
        let out = stage.does(act, number % 2).await;
        let after = states.iter().flat_map(|state| state.outcomes(act));
        let after: Vec<State> = after
            .filter(|(reply, _)| *reply == out)
            .map(|(_, state)| state)
            .collect();
        assert!(!after.is_empty(), "{act:?} was told {out:?} in {states:?}");
        states = after;
    }
    let left = stage.state().await;
    let states: Vec<State> = states.into_iter().map(State::kept).collect();
    assert!(states.contains(&left), "{left:?} is none of {states:?}");
    stage.closes(&left).await;
}
