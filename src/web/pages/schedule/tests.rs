use askama::Template;
use proptest::prelude::*;

use super::*;
use crate::model::{AgreementType, AgreementUrl, Interval, PaymentPointer, Terms};
use crate::web::pages::Shell;

/// The partial alone.
#[derive(Template)]
#[template(path = "partials/schedule.html")]
struct Figure<'a> {
    shell: Shell,
    picture: &'a Picture,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn seen() -> Timestamp {
    at("2026-11-22T10:00:00Z")
}

fn terms(interval: &str, cycles: Option<i64>, start: &str) -> Terms {
    Terms {
        kind: AgreementType::Mandate,
        name: AgreementUrl::parse("https://wallet.example/mandates/1", &[]).unwrap(),
        subject: PaymentPointer::parse("$wallet.example/alice", &[]).unwrap(),
        asset: Some(Asset::new("USD", 2).unwrap()),
        amount: Some(2000),
        start: Some(at(start)),
        end: None,
        interval: Some(Interval::parse(interval).unwrap()),
        cycles,
        cap: Some(true),
        receiver: None,
        max_per_payment: None,
        description: None,
    }
}

fn picture(terms: &Terms, approved: Timestamp, now: Timestamp) -> Option<Picture> {
    let schedule = Schedule::new(terms, approved).unwrap();
    let asset = terms.asset.as_ref().unwrap();
    {
        let schedule = (&schedule, terms.start.is_some());
        Picture::new(&Text::default(), &TimeZone::UTC, schedule, asset, now)
    }
}

fn html(picture: &Picture) -> String {
    let shell = crate::web::pages::tests::shell();
    let html = Figure { shell, picture }.render().unwrap();
    for never in ["style=", "<script", "{ $", "{$", ">schedule-"] {
        assert!(!html.contains(never), "{never} in {html}");
    }
    html
}

fn labels(picture: &Picture) -> Vec<&str> {
    let labels = picture.drawing.labels.iter();
    labels.map(|label| label.words.as_str()).collect()
}

#[test]
fn the_last_day_of_a_month_is_drawn_as_specified() {
    let terms = terms("P1M", Some(6), "2027-01-31T00:00:00Z");
    let picture = picture(&terms, seen(), seen()).unwrap();
    let caption = picture.caption.to_plain();
    assert_eq!(
        caption,
        "When they can take money: 6 periods, up to $20.00 in each"
    );
    let places: Vec<i64> = picture.drawing.circles.iter().map(|c| c.x).collect();
    assert_eq!(places, [160, 605, 1098, 1576, 2069, 2546]);
    assert_eq!(labels(&picture), ["31 Jan", "31 Mar", "31 May", "31 Jul"]);
    assert!(picture.drawing.dashes.is_empty() && picture.notes.is_empty());
    let html = html(&picture);
    assert!(html.contains("aria-hidden=\"true\" focusable=\"false\""));
    assert!(html.contains("<time datetime=\"2027-02-28T00:00:00Z\">28 Feb 2027</time>"));
    assert!(html.contains("<bdi class=\"money\" dir=\"ltr\" translate=\"no\">$120.00</bdi>"));
    assert!(!html.contains("transform"));
    let mut mirrored = picture.clone();
    mirrored.drawing.mirrored = true;
    assert!(self::html(&mirrored).contains("<g transform=\"matrix(-1 0 0 1 3200 0)\">\n<path"));
}

#[test]
fn a_single_period_needs_no_picture() {
    let mut once = terms("P1M", Some(1), "2026-12-01T00:00:00Z");
    assert!(picture(&once, seen(), seen()).is_none());
    once.cycles = None;
    once.interval = None;
    assert!(picture(&once, seen(), seen()).is_none());
    let over = terms("P1M", Some(2), "2026-01-01T00:00:00Z");
    assert!(picture(&over, seen(), seen()).is_none());
}

#[test]
fn what_is_not_drawn_is_said() {
    let many = terms("P1M", Some(75), "2026-12-01T00:00:00Z");
    let picture_of = |terms: &Terms, now| picture(terms, seen(), now).unwrap();
    let first = picture_of(&many, seen());
    assert_eq!(first.drawing.circles.len(), 12);
    assert_eq!(first.notes[0].to_plain(), "and 63 more, until 1 Mar 2033");
    assert_eq!(first.lines.len(), 60);
    let more = first.more.unwrap();
    assert_eq!(more.to_plain(), "and 15 more, until 1 Mar 2033");
    let later = picture_of(&many, at("2028-12-15T00:00:00Z"));
    assert_eq!(
        later.notes[0].to_plain(),
        "22 earlier periods are not shown"
    );
    assert_eq!(later.lines[0].number.to_plain(), "23 (over)");
    assert_eq!(later.lines[2].number.to_plain(), "25 (now)");
    assert!(later.more.is_none());
    let open = picture_of(&terms("P1W", None, "2026-12-01T00:00:00Z"), seen());
    assert_eq!(open.notes[0].to_plain(), "and so on, with no end date");
    assert!(open.drawing.dashes.ends_with("L3200 200"));
    assert!(
        open.caption
            .to_plain()
            .ends_with("$20.00 in each period, with no end date")
    );
}

#[test]
fn shapes_say_what_is_over() {
    let terms = terms("P1M", Some(6), "2026-12-01T00:00:00Z");
    let picture = picture(&terms, seen(), at("2027-02-10T00:00:00Z")).unwrap();
    let progress: Vec<Progress> = picture.drawing.circles.iter().map(|c| c.progress).collect();
    assert_eq!(progress[..2], [Progress::Over, Progress::Over]);
    assert_eq!(progress[2..4], [Progress::Now, Progress::Later]);
    let html = html(&picture);
    assert_eq!(
        html.matches("r=\"70\" fill=\"currentColor\"").count(),
        2,
        "{html}"
    );
    assert_eq!(html.matches("Z\" fill=\"currentColor\"").count(), 1);
}

#[test]
fn carried_amounts_rise_like_stairs() {
    let mut terms = terms("P1M", Some(3), "2026-12-01T00:00:00Z");
    terms.cap = Some(false);
    let open = picture(&terms, seen(), at("2027-01-10T00:00:00Z")).unwrap();
    assert!(open.drawing.circles.is_empty());
    assert_eq!(open.drawing.blocks.len(), 2);
    assert!(
        !open.drawing.line.contains("M3040"),
        "no bar without an end"
    );
    assert_eq!(
        open.notes[0].to_plain(),
        "After that, what is left can be taken at any time."
    );
    assert_eq!(open.lines[2].most.to_plain(), "$60.00");
    terms.end = Some(at("2028-01-01T00:00:00Z"));
    let ended = picture(&terms, seen(), seen()).unwrap();
    assert!(ended.drawing.line.contains("M3040 20L3040 350"));
    assert_eq!(
        ended.notes[0].to_plain(),
        "After that, what is left can be taken until 1 Jan 2028."
    );
}

#[test]
fn dates_stay_exact_when_seen_at_the_very_start() {
    let start = "2026-11-22T10:03:27.123Z";
    let terms = terms("P1M", Some(3), start);
    let monthly = picture(&terms, at(start), at(start)).unwrap();
    assert_eq!(
        monthly.lines[1].from.to_plain(),
        "22 Dec 2026, 10:03:27 UTC"
    );
    assert!(monthly.notes.is_empty());
}

#[test]
fn an_approval_to_come_has_no_seconds() {
    let mut terms = terms("P1M", Some(3), "2026-12-01T00:00:00Z");
    terms.start = None;
    let now = at("2026-11-22T10:03:27.123Z");
    let monthly = picture(&terms, now, now).unwrap();
    assert_eq!(monthly.lines[1].from.to_plain(), "22 Dec 2026");
    assert_eq!(
        monthly.notes[0].to_plain(),
        "These are the dates if you approve now, on 22 Nov 2026."
    );
    terms.interval = Some(Interval::parse("PT1H").unwrap());
    let hourly = picture(&terms, now, now).unwrap();
    assert_eq!(hourly.lines[1].from.to_plain(), "22 Nov 2026, 11:03 UTC");
    assert_eq!(labels(&hourly), ["10:03", "11:03", "12:03", "13:03"]);
}

#[test]
fn extremes_are_drawn() {
    let now = seen();
    for (interval, cycles) in [
        ("PT1S", None),
        ("PT1H", Some(87_600)),
        ("P1Y", None),
        ("P4000Y", None),
        ("P1000Y", Some(7)),
    ] {
        for (code, scale) in [("ABCDEFGHIJKL", 0), ("ABCDEFGHIJKL", 18), ("USD", 9)] {
            for cap in [Some(true), Some(false)] {
                let mut terms = terms(interval, cycles, "2026-12-01T00:00:00Z");
                terms.asset = Some(Asset::new(code, scale).unwrap());
                terms.amount = Some(i64::MAX);
                terms.cap = cap;
                let picture = picture(&terms, now, now).unwrap();
                assert!(picture.long);
                assert!(html(&picture).contains("</svg>"));
            }
        }
    }
}

proptest! {
    #[test]
    fn the_table_adds_up_and_nothing_panics(
        interval in "P[1-9][0-9]{0,2}[DWMY]|PT[1-9][0-9]{0,4}[HMS]",
        cycles in proptest::option::of(1..2000_i64),
        amount in 1..=i64::MAX,
        cap: bool,
        start in proptest::option::of(-50_000_000_000..200_000_000_000_i64),
        life in proptest::option::of(1..1_000_000_000_i64),
        (approved, later) in (0..200_000_000_000_i64, 0..1_000_000_000_i64),
    ) {
        let mut terms = terms(&interval, cycles, "2026-12-01T00:00:00Z");
        let instant = |second| Timestamp::from_second(second).unwrap();
        terms.amount = Some(amount);
        terms.cap = Some(cap);
        terms.start = start.map(instant);
        terms.end = life.map(|life| instant(start.unwrap_or(approved) + life));
        let approved = instant(approved);
        let Ok(schedule) = Schedule::new(&terms, approved) else { return Ok(()) };
        let now = instant(approved.as_second() + later);
        let asset = terms.asset.as_ref().unwrap();
        let seen = (&schedule, terms.start.is_some());
        let made = Picture::new(&Text::default(), &TimeZone::UTC, seen, asset, now);
        let Some(picture) = made else {
            prop_assert!(schedule.granted().is_none_or(|granted| granted < 2));
            return Ok(());
        };
        html(&picture);
        prop_assert!(picture.lines.len() <= 60);
        if picture.more.is_none() {
            let last = picture.lines.last().unwrap().total.to_plain();
            prop_assert_eq!(last, Text::default().money(&Money::new(schedule.total().unwrap(), asset.clone())));
        }
        if cap {
            let marks = picture.drawing.circles.len();
            let left_out = picture.notes.iter().any(|note| note.to_plain().contains("more"));
            prop_assert!(marks == 12 || !left_out || schedule.granted().is_none());
        }
    }
}
