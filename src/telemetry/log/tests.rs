use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::*;

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged while `act` runs.
fn logged(filter: &str, format: &str, act: impl FnOnce()) -> Vec<String> {
    let paper = Paper::default();
    let sink = Sink::to(paper.clone(), Box::leak(Box::default()), |_| {}).unwrap();
    let settings = settings::Log {
        filter: filter.to_owned(),
        format: format.to_owned(),
    };
    let lines = lines(&settings, sink.clone()).unwrap();
    let subscriber = tracing_subscriber::registry().with(lines);
    tracing::subscriber::with_default(subscriber, act);
    sink.end();
    let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn within_a_request(act: impl FnOnce()) {
    tracing::error_span!(target: REQUEST, "request", request_id = "r_1").in_scope(act);
}

#[test]
fn every_line_of_a_request_has_its_number_whatever_the_filter() {
    for filter in [
        "trace",
        "warn",
        "countersign::oauth=warn,off",
        "sqlx=trace,countersign=warn",
    ] {
        let lines = logged(filter, "text", || {
            within_a_request(|| tracing::warn!(target: "countersign::oauth::token", "a line"));
        });
        assert_eq!(lines.len(), 1, "{filter}: {lines:?}");
        assert!(
            lines[0].contains("request_id=\"r_1\""),
            "{filter}: {lines:?}"
        );
        assert!(lines[0].contains("a line"), "{filter}: {lines:?}");
    }
}

#[test]
fn json_is_one_object_a_line() {
    let lines = logged("info", "json", || {
        within_a_request(|| {
            tracing::info_span!("inner", secret = 1);
            tracing::info!(cause = "a \"b\"\nc", status = 503, "a line");
        });
        tracing::info!("beside a request");
    });
    let first: Value = serde_json::from_str(&lines[0]).unwrap();
    for (member, wanted) in [
        ("/level", Value::from("INFO")),
        ("/message", "a line".into()),
        ("/cause", "a \"b\"\nc".into()),
        ("/status", 503.into()),
        ("/span/request_id", "r_1".into()),
    ] {
        assert_eq!(first.pointer(member), Some(&wanted), "{}", lines[0]);
    }
    let second: Value = serde_json::from_str(&lines[1]).unwrap();
    assert_eq!(second.get("span"), None, "{}", lines[1]);
}

#[test]
fn libraries_are_not_asked_for_details() {
    for filter in [
        "trace",
        "sqlx=trace",
        "sqlx_core::x=debug,hyper=trace,countersign_other=trace",
    ] {
        let lines = logged(filter, "text", || {
            tracing::trace!(target: "sqlx_core::x", "a statement");
            tracing::debug!(target: "hyper::proto", "a header");
            tracing::debug!(target: "countersign_other", "somebody else");
        });
        assert_eq!(lines, Vec::<String>::new(), "{filter}");
    }
    let lines = logged("trace", "text", || {
        tracing::trace!(target: "countersign::store", "our own");
        tracing::info!(target: "sqlx_core::pool", "a library's");
        tracing::error!(target: "sqlx_postgres::options::parse", "a password");
    });
    assert_eq!(lines.len(), 2, "{lines:?}");
}

#[test]
fn nobody_can_steer_a_terminal_or_make_up_a_line() {
    let lines = logged("info", "text", || {
        let cause = "x\u{1b}[2J\u{9b}2J\u{7f}\n2027-03-01T09:00:00Z  INFO all is well";
        tracing::info!(%cause, "a line");
    });
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(!lines[0].contains(char::is_control), "{lines:?}");
}

#[test]
fn a_panic_shows_only_what_is_in_a_source_file() {
    let fixed = panic::catch_unwind(|| panic!("a fixed text")).unwrap_err();
    assert_eq!(said(fixed.as_ref()), "a fixed text");
    let token = "eyJ";
    let made = panic::catch_unwind(|| panic!("no {token} here")).unwrap_err();
    assert_eq!(said(made.as_ref()), "not shown");
}

#[test]
fn a_filter_that_is_none_is_said() {
    let settings = settings::Log {
        filter: "countersign=loud".to_owned(),
        format: "text".to_owned(),
    };
    let fault = filter(&settings).unwrap_err().to_string();
    assert!(
        fault.starts_with("log.filter is \"countersign=loud\": "),
        "{fault}"
    );
}
