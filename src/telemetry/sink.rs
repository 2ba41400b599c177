//! Where lines of the log go: a buffer, which a thread of its own writes to standard error.
//!
//! Whoever writes a line never waits for whoever reads it. What finds no room is lost, and counted.

use std::io::{self, ErrorKind, Write};
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The most that waits to be written, in bytes.
const ROOM: usize = 1024 * 1024;

/// How long lines are gathered, so that many are one system call.
const GATHER: Duration = Duration::from_millis(10);

/// How long the end waits for what is not written yet.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a full pipe is left alone.
const PAUSE: Duration = Duration::from_millis(20);

/// The lines that nobody will read.
#[derive(Debug, Default)]
pub(super) struct Lost {
    all: AtomicU64,
    told: AtomicU64,
}

impl Lost {
    pub(super) const fn none() -> Self {
        Self {
            all: AtomicU64::new(0),
            told: AtomicU64::new(0),
        }
    }

    /// How many there are.
    pub(super) fn all(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }

    fn add(&self, lines: u64) {
        self.all.fetch_add(lines, Ordering::Relaxed);
    }

    /// How many there are since this was last asked.
    fn untold(&self) -> u64 {
        let all = self.all();
        all - self.told.swap(all, Ordering::Relaxed)
    }
}

/// The buffer; a clone is the same one.
#[derive(Debug, Clone)]
pub(super) struct Sink(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// There is something to write.
    more: Condvar,
    /// The thread has written everything, and is over.
    over: Condvar,
    lost: &'static Lost,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<u8>,
    urgent: bool,
    ends: bool,
    over: bool,
}

impl Sink {
    /// Begins to write what is put here to `out`; after lines were lost and others arrived, `tell` is told how many.
    pub(super) fn to(
        mut out: impl Write + Send + 'static,
        lost: &'static Lost,
        tell: impl Fn(u64) + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            more: Condvar::new(),
            over: Condvar::new(),
            lost,
        });
        let sink = Self(Arc::clone(&shared));
        let writes = move || {
            let mut batch = Vec::new();
            while shared.gather(&mut batch) {
                let written = write(&mut out, &batch);
                shared.lost.add(count_lines(&batch[written..]));
                batch.clear();
                let untold = if written > 0 { shared.lost.untold() } else { 0 };
                if untold > 0 {
                    tell(untold);
                }
            }
            shared.lock().over = true;
            shared.over.notify_all();
        };
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(writes)?;
        Ok(sink)
    }

    /// Takes one line, with its end; control characters within it are spelled out, so that nobody can make up a second line,
    /// or steer a terminal.
    pub(super) fn put(&self, line: &[u8], urgent: bool) {
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        let mut state = self.0.lock();
        if state.ends || state.lines.len() + body.len() >= ROOM {
            drop(state);
            self.0.lost.add(1);
            return;
        }
        let was_empty = state.lines.is_empty();
        let text = String::from_utf8_lossy(body);
        if text.contains(char::is_control) {
            let plain = text.chars().flat_map(|c| {
                let spelled = c.is_control().then(|| c.escape_default());
                let kept = (!c.is_control()).then_some(c);
                spelled.into_iter().flatten().chain(kept)
            });
            state.lines.extend(plain.collect::<String>().as_bytes());
        } else {
            state.lines.extend_from_slice(body);
        }
        state.lines.push(b'\n');
        state.urgent |= urgent;
        drop(state);
        if was_empty || urgent {
            self.0.more.notify_one();
        }
    }

    /// Writes what is there, and ends: nothing is taken any more.
    pub(super) fn end(&self) {
        let mut state = self.0.lock();
        state.ends = true;
        self.0.more.notify_one();
        let waited = self
            .0
            .over
            .wait_timeout_while(state, PATIENCE, |state| !state.over);
        drop(waited);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for lines and takes them; false when there will be none.
    fn gather(&self, batch: &mut Vec<u8>) -> bool {
        let state = self.lock();
        let state = self
            .more
            .wait_while(state, |state| state.lines.is_empty() && !state.ends)
            .unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .more
            .wait_timeout_while(state, GATHER, |state| !state.urgent && !state.ends);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.urgent = false;
        mem::swap(&mut state.lines, batch);
        !(batch.is_empty() && state.ends)
    }
}

/// Writes as much as can be written, and says how much that was.
fn write(out: &mut impl Write, batch: &[u8]) -> usize {
    let mut written = 0;
    while written < batch.len() {
        match out.write(&batch[written..]) {
            Ok(0) => return written,
            Ok(more) => written += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(_) => return written,
        }
    }
    written
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

#[cfg(test)]
mod tests;
