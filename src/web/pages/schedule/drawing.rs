use std::fmt::Write as _;

use jiff::Timestamp;

/// All lengths are in tenths of a unit; a picture is 320 units wide.
const WIDTH: i64 = 3200;
/// Where the first mark stands.
const LEFT: i64 = 160;
/// Where the end stands.
const RIGHT: i64 = 3040;
/// Where the drawn periods end, if more follow.
const BREAK: i64 = 2640;
/// From the last mark to what follows it, at least.
const GAP: i64 = 110;
const RADIUS: i64 = 70;
/// The height of the circles' middle.
const MIDDLE: i64 = 200;
/// The ground and the top of the stairs.
const GROUND: i64 = 350;
const TOP: i64 = 40;
/// No character of a label is wider, as a rule.
const CHARACTER: i64 = 82;
const BETWEEN_LABELS: i64 = 70;

/// How far a period has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is over.
    Over,
    /// It has begun.
    Now,
    /// It has not begun.
    Later,
}

/// Where the time in which money can be taken ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With the last period that is drawn.
    Here,
    /// After it.
    Later,
    /// Nowhere.
    Never,
}

/// What is to be drawn.
pub(super) struct Plan<'a> {
    /// When each period starts, in order.
    pub starts: Vec<Timestamp>,
    /// How far each of them has got.
    pub progress: Vec<Progress>,
    /// When the last of them ends, if ever.
    pub until: Option<Timestamp>,
    /// Where the time in which money can be taken ends.
    pub ending: Ending,
    /// Whether nothing comes before the first of them.
    pub begins: bool,
    /// Whether what is not taken adds up.
    pub rises: bool,
    /// Whether time runs from right to left.
    pub mirrored: bool,
    /// Names an instant among others within so many seconds.
    pub label: &'a dyn Fn(Timestamp, i64) -> String,
}

/// Marks in time, with their places.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// The time line and the bar at its end, or the stairs, as a path.
    pub line: String,
    /// What is left out, as a path.
    pub dashes: String,
    /// One for each period, where its unused part is lost at its end.
    pub circles: Vec<Circle>,
    /// What lies under the stairs as far as they have been climbed.
    pub blocks: Vec<Block>,
    /// Some dates.
    pub labels: Vec<Label>,
    /// Whether the marks, and not the words, are to be mirrored.
    pub mirrored: bool,
}

/// The start of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circle {
    /// Where its middle is.
    pub x: i64,
    /// How far the period has got.
    pub progress: Progress,
}

impl Circle {
    /// Whether the period is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.progress == Progress::Over
    }

    /// Whether the period has begun, and is not over.
    #[must_use]
    pub fn is_now(&self) -> bool {
        self.progress == Progress::Now
    }
}

/// A filled rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its left edge.
    pub x: i64,
    /// Its upper edge.
    pub y: i64,
    /// Its width.
    pub width: i64,
    /// Its height.
    pub height: i64,
}

/// A date under the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where its middle is.
    pub x: i64,
    /// The date.
    pub words: String,
}

impl Drawing {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        let right = match plan.ending {
            Ending::Here => RIGHT,
            Ending::Later | Ending::Never => BREAK,
        };
        let places = places(&plan.starts, plan.until, right);
        let mut drawing = Self {
            line: String::new(),
            dashes: String::new(),
            circles: Vec::new(),
            blocks: Vec::new(),
            labels: labels(plan, &places),
            mirrored: plan.mirrored,
        };
        if plan.rises {
            drawing.stairs(plan, &places, right);
        } else {
            drawing.circles(plan, &places, right);
        }
        drawing
    }

    fn circles(&mut self, plan: &Plan<'_>, places: &[i64], right: i64) {
        let marks = places.iter().zip(&plan.progress);
        self.circles = marks
            .map(|(&x, &progress)| Circle { x, progress })
            .collect();
        for (x, next) in steps(places, right + RADIUS) {
            if x + RADIUS < next - RADIUS {
                draw(
                    &mut self.line,
                    &[(x + RADIUS, MIDDLE), (next - RADIUS, MIDDLE)],
                );
            }
        }
        if !plan.begins {
            draw(&mut self.dashes, &[(0, MIDDLE), (LEFT - RADIUS, MIDDLE)]);
        }
        self.end(plan, right, MIDDLE, (MIDDLE - 100, MIDDLE + 100));
    }

    fn stairs(&mut self, plan: &Plan<'_>, places: &[i64], right: i64) {
        // What is left out before and after takes a step each.
        let before = i64::from(!plan.begins);
        let known = i64::try_from(places.len()).unwrap_or(1);
        let all = (before + known + i64::from(plan.ending != Ending::Here)).max(1);
        let height = |step: i64| GROUND - (GROUND - TOP) * (before + step) / all;
        let mut corners = vec![(LEFT, height(0))];
        for ((step, (x, next)), progress) in (1..).zip(steps(places, right)).zip(&plan.progress) {
            let y = height(step);
            corners.extend([(x, y), (next, y)]);
            let width = match progress {
                Progress::Over => next - x,
                Progress::Now => (next - x) / 2,
                Progress::Later => continue,
            };
            let height = GROUND - y;
            self.blocks.push(Block {
                x,
                y,
                width,
                height,
            });
        }
        draw(&mut self.line, &corners);
        draw(&mut self.line, &[(LEFT, GROUND), (right, GROUND)]);
        if !plan.begins {
            draw(&mut self.dashes, &[(0, height(0)), (LEFT, height(0))]);
        }
        self.end(plan, right, height(known), (TOP - 20, GROUND));
    }

    /// A bar at the end if there is one, and before it what is left out.
    fn end(&mut self, plan: &Plan<'_>, right: i64, height: i64, bar: (i64, i64)) {
        let edge = match plan.ending {
            Ending::Here => right,
            Ending::Later => RIGHT,
            Ending::Never => WIDTH,
        };
        if edge > right {
            draw(&mut self.dashes, &[(right, height), (edge, height)]);
        }
        if plan.ending != Ending::Never {
            draw(&mut self.line, &[(RIGHT, bar.0), (RIGHT, bar.1)]);
        }
    }
}

/// Every place with the next one, and the last with `end`.
fn steps(places: &[i64], end: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
    let next = places.iter().skip(1).copied().chain([end]);
    places.iter().copied().zip(next)
}

fn draw(path: &mut String, corners: &[(i64, i64)]) {
    for (at, (x, y)) in corners.iter().enumerate() {
        let command = if at == 0 { 'M' } else { 'L' };
        // Writing to a string does not fail.
        let _ = write!(path, "{command}{x} {y}");
    }
}

/// Where each start stands between `LEFT` and `right`, in proportion to time.
fn places(starts: &[Timestamp], until: Option<Timestamp>, right: i64) -> Vec<i64> {
    let moments: Vec<i128> = starts.iter().map(|at| at.as_nanosecond()).collect();
    let (Some(&first), Some(&last)) = (moments.first(), moments.last()) else {
        return Vec::new();
    };
    let spread = |span: i128, width: i64| {
        let place = |at: &i128| {
            let along = (at - first) * i128::from(width) / span.max(1);
            LEFT + i64::try_from(along).unwrap_or(width).clamp(0, width)
        };
        moments.iter().map(place).collect::<Vec<i64>>()
    };
    let whole = until.map_or(last, |until| until.as_nanosecond().max(last)) - first;
    let places = spread(whole, right - LEFT);
    // A last period that is cut short still has room for its mark.
    if places.last().is_some_and(|last| *last > right - GAP) {
        return spread(last - first, right - GAP - LEFT);
    }
    places
}

/// The dates that fit: those at every second mark, or every third, and so on; the end before others.
fn labels(plan: &Plan<'_>, places: &[i64]) -> Vec<Label> {
    let (Some(first), Some(last)) = (plan.starts.first(), plan.starts.last()) else {
        return Vec::new();
    };
    let until = plan.until.unwrap_or(*last).max(*last);
    let span = until.as_second().saturating_sub(first.as_second());
    let room = |x: i64, at: Timestamp| {
        let words = (plan.label)(at, span);
        let width = i64::try_from(words.chars().count()).unwrap_or(WIDTH) * CHARACTER;
        let half = (width / 2).min(WIDTH / 2);
        let middle = x.clamp(half, WIDTH - half);
        (middle - half, middle + half, Label { x: middle, words })
    };
    let apart =
        |one: &(i64, i64, Label), other: &(i64, i64, Label)| one.1 + BETWEEN_LABELS <= other.0;
    let mut all: Vec<_> = places
        .iter()
        .zip(&plan.starts)
        .map(|(x, at)| room(*x, *at))
        .collect();
    all.dedup_by(|second, first| second.2.words == first.2.words);
    let fits = |step: &usize| {
        let chosen: Vec<_> = all.iter().step_by(*step).collect();
        chosen
            .iter()
            .zip(chosen.iter().skip(1))
            .all(|(one, other)| apart(one, other))
    };
    let step = (1..=all.len()).find(fits).unwrap_or(1);
    let mut chosen: Vec<_> = all.into_iter().step_by(step).collect();
    if plan.ending == Ending::Here {
        let end = room(RIGHT, until);
        if chosen.first().is_some_and(|first| apart(first, &end)) {
            chosen.retain(|label| apart(label, &end));
            chosen.push(end);
        }
    }
    let place = |mut label: Label| {
        if plan.mirrored {
            label.x = WIDTH - label.x;
        }
        label
    };
    chosen.into_iter().map(|label| place(label.2)).collect()
}

#[cfg(test)]
mod tests;
