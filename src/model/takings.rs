use jiff::Timestamp;

use super::{Asset, Grant, GrantState, Money};

/// The most that apps can take from a payer in one currency, in some span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takings {
    /// The most that they can take together.
    pub most: Money,
    /// How many apps can.
    pub companies: usize,
}

/// What one mandate adds.
struct Part<'a> {
    grant: &'a Grant,
    asset: Asset,
    most: i128,
}

impl Part<'_> {
    /// A currency is the same everywhere; any other code may mean something else at another wallet.
    fn is_of(&self, other: &Self) -> bool {
        let same_wallet = self.grant.resource_server == other.grant.resource_server;
        self.asset.code() == other.asset.code() && (same_wallet || self.asset.is_currency())
    }
}

impl Takings {
    /// What can be taken under `grants` from `from` on and before `to`, one for each currency, by its code. Counted are
    /// mandates that are alive or still to be collected; a client counts once, however many it has.
    #[must_use]
    pub fn of(grants: &[&Grant], from: Timestamp, to: Timestamp) -> Vec<Self> {
        let mut rest: Vec<Part<'_>> = grants
            .iter()
            .filter_map(|grant| part(grant, from, to))
            .collect();
        let mut all = Vec::new();
        while !rest.is_empty() {
            let first = rest.swap_remove(0);
            let (mut same, other): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|part| part.is_of(&first));
            same.push(first);
            all.push(sum(&same));
            rest = other;
        }
        let mut all: Vec<Self> = all.into_iter().flatten().collect();
        all.sort_by(|a, b| a.most.asset.code().cmp(b.most.asset.code()));
        all
    }
}

fn part(grant: &Grant, from: Timestamp, to: Timestamp) -> Option<Part<'_>> {
    if !matches!(grant.state, GrantState::Active | GrantState::Pending) {
        return None;
    }
    let to = grant.ends_at.map_or(to, |end| end.min(to));
    let schedule = grant.schedule().filter(|_| grant.takes_money())?;
    let most = schedule.most_between(from, to);
    let asset = grant.limits.as_ref()?.asset()?;
    (most > 0).then_some(Part { grant, asset, most })
}

/// The sum, in the smallest of the units.
fn sum(parts: &[Part<'_>]) -> Option<Takings> {
    let asset = &parts.iter().max_by_key(|part| part.asset.scale())?.asset;
    let most = parts.iter().fold(0_i128, |sum, part| {
        let finer = asset.scale() - part.asset.scale();
        let factor = 10_i128.pow(u32::from(finer));
        sum.saturating_add(part.most.saturating_mul(factor))
    });
    let mut clients: Vec<&str> = parts
        .iter()
        .map(|part| part.grant.client.as_str())
        .collect();
    clients.sort_unstable();
    clients.dedup();
    Some(Takings {
        most: Money::new(most, asset.clone()),
        companies: clients.len(),
    })
}

#[cfg(test)]
mod tests;
