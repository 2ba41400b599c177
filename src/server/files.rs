//! Open files: each connection takes two, and the system allows so many.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::settings::Settings;

/// What the process needs beside: listeners, workers, the log, outgoing calls.
const BESIDE: usize = 200;
/// What a connection to the database takes: `SQLite` has a database, a log and an index open.
const OF_A_DATABASE_CONNECTION: usize = 3;
/// A connection and what watches it.
const OF_A_CONNECTION: usize = 2;
/// Fewer connections are of no use, whatever the system says.
const FEWEST: usize = 16;

/// How many connections can be open at once: what the settings say, or less where the system does not allow as many files.
pub(super) fn room_for_connections(settings: &Settings) -> usize {
    let wanted = settings.limits.connections;
    let database = usize::try_from(settings.database.max_connections).unwrap_or(usize::MAX);
    let beside = BESIDE.saturating_add(database.saturating_mul(OF_A_DATABASE_CONNECTION));
    let needed = wanted
        .saturating_mul(OF_A_CONNECTION)
        .saturating_add(beside);
    let Some(allowed) = raised_to(needed) else {
        return wanted;
    };
    let room = connections(allowed, beside).min(wanted);
    if room < wanted {
        tracing::warn!(
            wanted,
            room,
            allowed,
            "fewer connections than limits.connections: the system allows too few open files (LimitNOFILE, ulimit -n)"
        );
    }
    room
}

fn connections(allowed: usize, beside: usize) -> usize {
    (allowed.saturating_sub(beside) / OF_A_CONNECTION).max(FEWEST)
}

/// Raises what the process may open to `needed`, as far as it can; what it may open then, `None` if there is no limit.
fn raised_to(needed: usize) -> Option<usize> {
    let limit = getrlimit(Resource::Nofile);
    let now = limit.current?;
    let needed = u64::try_from(needed).unwrap_or(u64::MAX);
    let most = limit.maximum.map_or(needed, |most| most.min(needed));
    let higher = Rlimit {
        current: Some(most),
        maximum: limit.maximum,
    };
    let allowed = if most > now && setrlimit(Resource::Nofile, higher).is_ok() {
        most
    } else {
        now
    };
    Some(usize::try_from(allowed).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::connections;

    #[test]
    fn connections_leave_room_for_what_else_is_open() {
        assert_eq!(connections(1024, 224), 400);
        assert_eq!(connections(256, 224), 16);
        assert_eq!(connections(0, 224), 16);
    }
}
