use std::collections::{BTreeMap, BTreeSet};

use super::reply::Reply;
use super::server::Server;

/// Where a server's figures are asked for.
pub struct Figures {
    server: Server,
    base: String,
}

/// Figures as Prometheus reads them: each sample, named with its labels, and its value.
#[derive(Debug)]
pub struct Samples(BTreeMap<String, String>);

impl Figures {
    pub fn of(server: &Server) -> Self {
        let base = server.serves_figures();
        Self {
            server: server.clone(),
            base,
        }
    }

    pub async fn asks(&self, method: &str, path: &str, accept: &str) -> Reply {
        let method = method.parse().unwrap();
        let url = format!("{}{path}", self.base);
        let request = self.server.http.request(method, url);
        Reply::of(request.header("accept", accept)).await
    }

    pub async fn samples(&self) -> Samples {
        let reply = self.asks("GET", "/metrics", "text/plain").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        Samples::read(&reply.body)
    }
}

impl Samples {
    /// Reads the text format, and no more than is in its specification.
    pub fn read(text: &str) -> Self {
        let mut samples = BTreeMap::new();
        let mut kinds = BTreeMap::new();
        let (mut described, mut family) = (BTreeSet::new(), String::new());
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, words) = help.split_once(' ').unwrap();
                assert!(described.insert(name.to_owned()), "{name} comes twice");
                assert!(words.ends_with('.') && !words.contains(".."), "{line}");
                name.clone_into(&mut family);
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert_eq!(name, family, "{line}");
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
                kinds.insert(name.to_owned(), kind.to_owned());
            } else {
                let (sample, value) = line.rsplit_once(' ').unwrap();
                let name = sample.split('{').next().unwrap();
                let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                assert!(name.chars().all(is_name), "{line}");
                let endings: &[&str] = match kinds[&family].as_str() {
                    "histogram" => &["_bucket", "_count", "_sum"],
                    _ => &[""],
                };
                let fits = |ending: &&str| name == format!("{family}{ending}");
                assert!(endings.iter().any(fits), "{line} in {family}");
                let _: f64 = value.parse().unwrap();
                let before = samples.insert(sample.to_owned(), value.to_owned());
                assert!(before.is_none(), "{sample} comes twice");
            }
        }
        let read = Self(samples);
        read.check_histograms();
        read
    }

    /// Buckets only grow, and the last one holds everything.
    fn check_histograms(&self) {
        for sample in self.names() {
            let Some((name, labels)) = sample.split_once("_count") else {
                continue;
            };
            let labels = labels.trim_start_matches('{').trim_end_matches('}');
            let mut buckets: Vec<(f64, i64)> = Vec::new();
            for other in self.names() {
                let of = other.strip_prefix(&format!("{name}_bucket{{"));
                let Some((rest, bound)) = of.and_then(|it| it.split_once("le=\"")) else {
                    continue;
                };
                if rest.trim_end_matches(',') == labels {
                    let bound = bound.trim_end_matches("\"}");
                    let bound = bound.replace("+Inf", "inf").parse().unwrap();
                    buckets.push((bound, self.value(other)));
                }
            }
            buckets.sort_by(|left, right| left.0.total_cmp(&right.0));
            assert!(buckets.len() > 5, "{sample}: {buckets:?}");
            assert!(buckets.is_sorted_by(|left, right| left.1 <= right.1));
            let (last, all) = buckets.pop().unwrap();
            assert!(last.is_infinite() && all == self.value(sample), "{sample}");
            assert!(self.0.contains_key(&sample.replace("_count", "_sum")));
        }
    }

    /// The value of a sample that counts, 0 if it is not there.
    pub fn value(&self, sample: &str) -> i64 {
        let text = self.0.get(sample).map_or("0", String::as_str);
        text.parse().unwrap()
    }

    /// What came to a sample since `before`.
    pub fn since(&self, before: &Self, sample: &str) -> i64 {
        self.value(sample) - before.value(sample)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
