use jiff::Timestamp;

use crate::model::{EndReason, GrantState, HistoryEntry, HistoryKind};
use crate::store::{self, Rows, StoreFault};

use super::Permission;

/// How many entries are read; this program writes fewer of what happens once.
const MOST: u64 = 50;

/// One line of what happened to a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// When; of what happened several times, when last.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What happened to a grant, as its payer is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The payer approved.
    Approved,
    /// The app began to act on its own account.
    Created,
    /// The app redeemed its code; in the place of an earlier grant, if one is named.
    Collected(Option<String>),
    /// The app got another access token, this often.
    Renewed(u64),
    /// The app gave an access token back, this often.
    GivenBack(u64),
    /// The app did not redeem its code in time.
    NotCollected,
    /// It ended.
    Ended(EndReason),
}

impl What {
    /// Its place among what happened in one instant.
    fn rank(&self) -> u8 {
        match self {
            Self::Approved | Self::Created => 0,
            Self::Collected(_) => 1,
            Self::Renewed(_) => 2,
            Self::GivenBack(_) => 3,
            Self::NotCollected | Self::Ended(_) => 4,
        }
    }
}

/// What happened to a grant, the newest first; what recurs is told once.
pub(super) async fn of(
    rows: &impl Rows,
    permission: &Permission,
) -> Result<Vec<Happened>, StoreFault> {
    let id = &permission.grant.id;
    let entries = store::grant_history::milestones(rows, id, MOST).await?;
    let mut recurring = Vec::new();
    for kind in HistoryKind::RECURRING {
        let tally = store::grant_history::tally(rows, id, kind).await?;
        recurring.extend(tally.map(|(times, at)| (kind, times, at)));
    }
    Ok(tell(permission, &entries, &recurring))
}

fn tell(
    permission: &Permission,
    entries: &[HistoryEntry],
    recurring: &[(HistoryKind, u64, Timestamp)],
) -> Vec<Happened> {
    let collected = entries.iter().any(|it| it.kind == HistoryKind::Redeemed);
    let end = |reason| match reason {
        EndReason::Expired if !collected => What::NotCollected,
        reason => What::Ended(reason),
    };
    let once = entries.iter().map(|entry| Happened {
        at: entry.at,
        what: match entry.kind {
            HistoryKind::Approved => What::Approved,
            HistoryKind::Created => What::Created,
            HistoryKind::Redeemed => What::Collected(permission.grant.replaces.clone()),
            HistoryKind::Refreshed => What::Renewed(1),
            HistoryKind::TokenRevoked => What::GivenBack(1),
            HistoryKind::Ended => end(reason_of(entry)),
        },
    });
    let again = recurring.iter().map(|(kind, times, at)| Happened {
        at: *at,
        what: if *kind == HistoryKind::TokenRevoked {
            What::GivenBack(*times)
        } else {
            What::Renewed(*times)
        },
    });
    let mut all: Vec<Happened> = once.chain(again).collect();
    // What ended by the clock has no entry until somebody notices.
    let noted = entries.iter().any(|it| it.kind == HistoryKind::Ended);
    if let (GrantState::Ended(reason), false) = (&permission.grant.state, noted) {
        all.push(Happened {
            at: permission.since,
            what: end(*reason),
        });
    }
    all.sort_by_key(|it| std::cmp::Reverse((it.at, it.what.rank())));
    all
}

fn reason_of(entry: &HistoryEntry) -> EndReason {
    entry
        .detail
        .as_deref()
        .and_then(EndReason::parse)
        .unwrap_or(EndReason::System)
}
