use std::fmt;
use std::fs;

use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// What the system knows about this process, read when somebody asks, under the names that Prometheus gives them.
#[derive(Debug)]
pub(super) struct Process {
    started: Timestamp,
}

impl Process {
    pub(super) fn new(started: Timestamp) -> Self {
        Self { started }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut write = |name: &str, help: &str, metric: &dyn EncodeMetric| {
            let kind = metric.metric_type();
            // The encoder adds the ending that a counter's name must have.
            let name = match kind {
                MetricType::Counter => name.trim_end_matches("_total"),
                _ => name,
            };
            metric.encode(encoder.encode_descriptor(name, help, None, kind)?)
        };
        let started = Timestamp::as_second(self.started);
        write(
            "process_start_time_seconds",
            "When the server started, in seconds since 1970.",
            &ConstGauge::new(started),
        )?;
        if let Some(used) = cpu_seconds() {
            write(
                "process_cpu_seconds_total",
                "CPU time of all threads, user and system, in seconds.",
                &ConstCounter::new(used),
            )?;
        }
        let files = [
            ("process_open_fds", "Open file descriptors.", open_files()),
            (
                "process_max_fds",
                "Open file descriptors that there may be.",
                most_files(),
            ),
            (
                "process_resident_memory_bytes",
                "Memory in use, in bytes.",
                memory("VmRSS:"),
            ),
            (
                "process_virtual_memory_bytes",
                "Address space in use, in bytes.",
                memory("VmSize:"),
            ),
            ("process_threads", "Threads.", status("Threads:")),
        ];
        for (name, help, value) in files {
            if let Some(value) = value {
                write(name, help, &ConstGauge::new(value))?;
            }
        }
        Ok(())
    }
}

/// The processor time of the whole process.
#[cfg(unix)]
fn cpu_seconds() -> Option<f64> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let used = std::time::Duration::try_from(used).ok()?;
    Some(used.as_secs_f64())
}

#[cfg(not(unix))]
fn cpu_seconds() -> Option<f64> {
    None
}

// The rest is from Linux; elsewhere there is no such file, and no such figure.

fn open_files() -> Option<i64> {
    let open = fs::read_dir("/proc/self/fd").ok()?.count();
    // The one that lists them is among them.
    i64::try_from(open.saturating_sub(1)).ok()
}

fn most_files() -> Option<i64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|it| it.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn memory(name: &str) -> Option<i64> {
    status(name)?.checked_mul(1024)
}

fn status(name: &str) -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
