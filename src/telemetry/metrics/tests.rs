use super::super::labels::{Endpoint, Method, Status};
use super::*;

fn metrics() -> Metrics {
    Metrics::new("2027-03-01T09:00:00Z".parse().unwrap())
}

fn written(metrics: &Metrics) -> String {
    metrics.write(Exposition::Prometheus, &Readings::default())
}

/// The value of a sample, named with its labels.
fn value(text: &str, sample: &str) -> String {
    let found = text.lines().find_map(|it| it.strip_prefix(sample));
    found
        .unwrap_or_else(|| panic!("no {sample} in {text}"))
        .trim()
        .to_owned()
}

#[test]
fn what_happens_is_counted() {
    let metrics = metrics();
    let request = Request {
        endpoint: Endpoint::Token,
        method: Method::from("POST"),
        status: Status::from(401),
    };
    metrics.answered(&request, Duration::from_millis(3));
    metrics.decided(AgreementType::Mandate, false, Decided::Approved);
    metrics.tried(SignIn::Begin, Tried::Wrong);
    metrics.issued(GrantType::RefreshToken);
    metrics.introspected(Answer::Inactive);
    metrics.refused(Form::Json, "invalid_client");
    metrics.called(Call::Answered, Duration::from_millis(30));
    metrics.set_table_size("grant", 12);
    let text = written(&metrics);
    for (sample, wanted) in [
        (
            "countersign_http_request_duration_seconds_bucket{endpoint=\"token\",method=\"POST\",status=\"4xx\",le=\"0.005\"}",
            "1",
        ),
        (
            "countersign_http_request_duration_seconds_bucket{endpoint=\"token\",method=\"POST\",status=\"4xx\",le=\"0.0025\"}",
            "0",
        ),
        (
            "countersign_http_request_duration_seconds_count{endpoint=\"token\",method=\"POST\",status=\"4xx\"}",
            "1",
        ),
        (
            "countersign_decisions_total{type=\"mandate\",consent=\"agreement\",outcome=\"approved\"}",
            "1",
        ),
        (
            "countersign_decisions_total{type=\"mandate\",consent=\"agreement\",outcome=\"declined\"}",
            "0",
        ),
        (
            "countersign_password_attempts_total{act=\"sign_in\",outcome=\"wrong\"}",
            "1",
        ),
        (
            "countersign_access_tokens_issued_total{grant_type=\"refresh_token\"}",
            "1",
        ),
        ("countersign_introspections_total{answer=\"inactive\"}", "1"),
        (
            "countersign_refusals_total{form=\"json\",reason=\"invalid_client\"}",
            "1",
        ),
        (
            "countersign_outgoing_request_duration_seconds_count{outcome=\"answered\"}",
            "1",
        ),
        ("countersign_table_rows{table=\"grant\"}", "12"),
    ] {
        assert_eq!(value(&text, sample), wanted, "{sample}");
    }
}

#[test]
fn what_is_read_elsewhere_replaces_what_was_there() {
    let metrics = metrics();
    let mut readings = Readings {
        idle: 3,
        in_use: 5,
        limit: 8,
        late_connections: 2,
        late_statements: 1,
        ended: vec![(EndReason::Payer, 4)],
    };
    let _ = metrics.write(Exposition::Prometheus, &readings);
    readings.late_connections = 7;
    let text = metrics.write(Exposition::Prometheus, &readings);
    for (sample, wanted) in [
        ("countersign_database_connections{state=\"idle\"}", "3"),
        ("countersign_database_connections{state=\"in_use\"}", "5"),
        ("countersign_database_connections_limit", "8"),
        (
            "countersign_database_timeouts_total{waited_for=\"connection\"}",
            "7",
        ),
        (
            "countersign_database_timeouts_total{waited_for=\"statement\"}",
            "1",
        ),
        (
            "countersign_grants_ended_total{reason=\"revoked_by_payer\"}",
            "4",
        ),
        ("countersign_grants_ended_total{reason=\"expired\"}", "0"),
        (
            "countersign_build_info{version=\"",
            &format!(
                "{}\",otel=\"{}\"}} 1",
                env!("CARGO_PKG_VERSION"),
                cfg!(feature = "otel")
            ),
        ),
        ("process_start_time_seconds", "1803891600"),
    ] {
        assert_eq!(value(&text, sample), wanted, "{sample}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_process_is_described() {
    let text = written(&metrics());
    for name in [
        "process_cpu_seconds_total ",
        "process_open_fds ",
        "process_max_fds ",
        "process_resident_memory_bytes ",
        "process_virtual_memory_bytes ",
        "process_threads ",
    ] {
        let found: f64 = value(&text, name).parse().unwrap();
        assert!(found > 0.0, "{name}{found}");
    }
}

#[test]
fn a_made_up_method_makes_no_series() {
    for method in ["BREW", "get", "", "POST "] {
        assert_eq!(Method::from(method), Method::Other, "{method:?}");
    }
    assert_eq!(Method::from("POST"), Method::Post);
    assert_eq!(
        [100, 200, 304, 429, 503].map(Status::from),
        [
            Status::Informational,
            Status::Successful,
            Status::Redirection,
            Status::Caller,
            Status::Server
        ]
    );
}

#[test]
fn open_metrics_ends_as_it_must() {
    let text = metrics().write(Exposition::OpenMetrics, &Readings::default());
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert!(text.contains("# TYPE countersign_build info\n"), "{text}");
    assert!(!written(&metrics()).contains("# EOF"));
}
