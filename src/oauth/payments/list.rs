use std::cmp::Reverse;

use jiff::Timestamp;

use crate::app::App;
use crate::model::{Grant, Takings, User};
use crate::oauth::error::PageError;
use crate::store;

use super::{Permission, complete};

/// How many a page shows.
pub const PAGE: usize = 50;
/// How many are read of those that are alive, and of those that have ended: the newest.
const MOST: u64 = 1000;

/// Which grants a payer wants to see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Show {
    /// Those of which something can come.
    #[default]
    Active,
    /// Those that are over.
    Ended,
    /// All of them.
    All,
}

/// What a payer wants to see.
#[derive(Debug, Clone)]
pub struct Query {
    /// Which.
    pub show: Show,
    /// A part of the app's name or host; empty for any.
    pub search: String,
    /// The number of the page, counted from 1.
    pub page: usize,
    /// Until when the summary counts.
    pub until: Timestamp,
}

/// A page of a payer's grants.
#[derive(Debug)]
pub struct Listing {
    /// Those on this page: what lets take money first.
    pub shown: Vec<Permission>,
    /// How many are alive.
    pub active: usize,
    /// How many have ended.
    pub ended: usize,
    /// How many were found.
    pub found: usize,
    /// The number of the page.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
    /// Whether anything that is alive lets an app take money.
    pub can_take: bool,
    /// The most that can be taken until the query's end, by currency.
    pub takings: Vec<Takings>,
    /// Whether there are older ones that were not read.
    pub cut: bool,
}

/// Lists the grants of `user`: no end date first, then the largest total, then the newest.
pub async fn list(app: &App, user: &User, query: &Query) -> Result<Listing, PageError> {
    let now = app.clock.now();
    let mut grants = store::grant::of_user(&app.store, &user.id, false, MOST).await?;
    let living = grants.len();
    grants.extend(store::grant::of_user(&app.store, &user.id, true, MOST).await?);
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let cut = living >= most || grants.len() - living >= most;
    let mut all = complete(&app.store, grants, now).await?;
    let ended = all.iter().filter(|one| one.has_ended()).count();
    let active = all.len() - ended;
    let taking: Vec<&Grant> = all
        .iter()
        .filter(|one| !one.has_ended() && one.grant.takes_money())
        .map(|one| &one.grant)
        .collect();
    let (can_take, takings) = (!taking.is_empty(), Takings::of(&taking, now, query.until));
    all.retain(|one| is_wanted(one, query));
    all.sort_by_cached_key(order);
    let found = all.len();
    let pages = found.div_ceil(PAGE).max(1);
    let page = query.page.clamp(1, pages);
    Ok(Listing {
        shown: all.into_iter().skip((page - 1) * PAGE).take(PAGE).collect(),
        active,
        ended,
        found,
        page,
        pages,
        can_take,
        takings,
        cut,
    })
}

/// Those of `user` that are alive, or wait to be collected: the newest of them.
pub async fn living(app: &App, user: &User) -> Result<Vec<Permission>, PageError> {
    let grants = store::grant::of_user(&app.store, &user.id, false, MOST).await?;
    let mut all = complete(&app.store, grants, app.clock.now()).await?;
    all.retain(|one| !one.has_ended());
    Ok(all)
}

fn is_wanted(one: &Permission, query: &Query) -> bool {
    let state = match query.show {
        Show::Active => !one.has_ended(),
        Show::Ended => one.has_ended(),
        Show::All => true,
    };
    let wanted = query.search.to_lowercase();
    let host = crate::model::redirect_uri::host(&one.redirect_uri);
    let fits = |text: &str| text.to_lowercase().contains(&wanted);
    state && (fits(&one.client.name) || fits(&host))
}

/// What lets take money, what is alive, what has no end, the largest total, the newest.
fn order(one: &Permission) -> impl Ord + use<> {
    let grant = &one.grant;
    let has_end = one.end().is_some() || one.has_ended();
    let total = grant.schedule().map(|schedule| {
        let scale = grant.limits.as_ref().and_then(|limits| limits.asset_scale);
        let finer = 10_i128.pow(18 - u32::from(scale.unwrap_or(18).min(18)));
        let whole = |total: i128| total.saturating_mul(finer);
        schedule.total().map_or(i128::MAX, whole)
    });
    let total = total.filter(|_| !one.has_ended());
    let at = if one.has_ended() {
        one.since
    } else {
        grant.created_at
    };
    (
        !grant.takes_money(),
        one.has_ended(),
        has_end,
        Reverse(total),
        Reverse(at),
        grant.id.clone(),
    )
}
