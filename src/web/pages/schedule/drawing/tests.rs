use proptest::prelude::*;

use super::*;

fn label(at: Timestamp, _span: i64) -> String {
    at.strftime("%d %b %Y").to_string()
}

fn plan(seconds: &[i64], until: Option<i64>) -> Plan<'static> {
    let instant = |second: &i64| Timestamp::from_second(*second).unwrap();
    Plan {
        starts: seconds.iter().map(instant).collect(),
        progress: vec![Progress::Later; seconds.len()],
        until: until.as_ref().map(instant),
        ending: Ending::Here,
        begins: true,
        rises: false,
        mirrored: false,
        label: &label,
    }
}

#[test]
fn right_to_left_mirrors_places_and_not_words() {
    let mut plan = plan(&[0, 1_000_000, 2_000_000], Some(3_000_000));
    let there = Drawing::new(&plan);
    plan.mirrored = true;
    let mirrored = Drawing::new(&plan);
    assert_eq!(there.line, mirrored.line);
    for (one, other) in there.labels.iter().zip(&mirrored.labels) {
        assert_eq!(one.x + other.x, WIDTH);
        assert_eq!(one.words, other.words);
    }
}

#[test]
fn a_period_that_is_cut_short_has_room() {
    let day = 86_400;
    let drawing = Drawing::new(&plan(&[0, 300 * day], Some(300 * day + 1)));
    assert_eq!(drawing.circles[1].x, RIGHT - GAP);
    assert!(drawing.line.contains("M3000 200L3040 200"));
}

#[test]
fn nothing_to_draw_is_drawn() {
    assert!(Drawing::new(&plan(&[], None)).circles.is_empty());
    let mut stairs = plan(&[], None);
    stairs.rises = true;
    assert!(Drawing::new(&stairs).blocks.is_empty());
}

proptest! {
    #[test]
    fn marks_are_in_order_and_labels_apart(
        first in -300_000_000_000..200_000_000_000_i64,
        (step, jitter) in (1..2_000_000_000_i64, 0..12_i64),
        count in 2..=12_i64,
        short in 1..=100_i64,
        (rises, mirrored, begins) in any::<(bool, bool, bool)>(),
        ending in prop_oneof![Just(Ending::Here), Just(Ending::Later), Just(Ending::Never)],
    ) {
        // Months differ by a tenth at most.
        let at = |n: i64| first + n * step + step * (n * jitter % 3) / 20;
        let seconds: Vec<i64> = (0..count).map(at).collect();
        let until = seconds[seconds.len() - 1] + (step * short / 100).max(1);
        let mut plan = plan(&seconds, Some(until));
        (plan.ending, plan.rises, plan.mirrored, plan.begins) = (ending, rises, mirrored, begins);
        let distinct = seconds.windows(2).all(|pair| pair[0] < pair[1]);
        prop_assume!(distinct);
        let right = if ending == Ending::Here { RIGHT } else { BREAK };
        let places = places(&plan.starts, plan.until, right);
        prop_assert!(places.windows(2).all(|pair| pair[0] + 2 * RADIUS < pair[1]), "{places:?}");
        prop_assert!(places[0] == LEFT && places[places.len() - 1] <= right - GAP);
        let mut drawing = Drawing::new(&plan);
        prop_assert!(!drawing.labels.is_empty());
        drawing.labels.sort_by_key(|label| label.x);
        let mut end = -BETWEEN_LABELS;
        for label in &drawing.labels {
            let half = i64::try_from(label.words.chars().count()).unwrap() * CHARACTER / 2;
            prop_assert!(label.x - half >= end + BETWEEN_LABELS, "{:?}", drawing.labels);
            end = label.x + half;
        }
        prop_assert!(end <= WIDTH);
    }
}
