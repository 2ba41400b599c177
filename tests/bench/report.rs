//! The table.

use std::io::{self, Write as _};

/// What several rounds have measured, in one unit.
#[derive(Default, Clone)]
pub struct Samples(Vec<u64>);

impl Samples {
    pub fn add(&mut self, value: u64) {
        self.0.push(value);
    }

    pub fn median(&self) -> u64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    fn range(&self) -> (u64, u64) {
        let least = self.0.iter().min().copied();
        let most = self.0.iter().max().copied();
        (least.unwrap_or_default(), most.unwrap_or_default())
    }
}

/// Prints a line.
pub fn line(text: &str) {
    // Whoever closed the pipe has read enough.
    let _ = writeln!(io::stdout(), "{text}");
}

/// Nanoseconds as microseconds with one digit.
pub fn micros(nanos: u64) -> String {
    let tenths = (nanos + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `value` in terms of `base`, with two digits.
pub fn ratio(value: u64, base: u64) -> String {
    if base == 0 {
        return String::new();
    }
    let hundredths = (value * 100 + base / 2) / base;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Prints the rows of one figure: CPU time a request, and in terms of the raw floor.
pub fn table(title: &str, rows: &[(String, Samples)], floor: u64) {
    line("");
    line(&format!(
        "{title:<52} {:>8} {:>8}   {}",
        "µs CPU", "x floor", "least to most"
    ));
    for (name, samples) in rows {
        let median = samples.median();
        let (least, most) = samples.range();
        line(&format!(
            "  {name:<50} {:>8} {:>8}   {} to {}",
            micros(median),
            ratio(median, floor),
            micros(least),
            micros(most)
        ));
    }
}
