use std::sync::mpsc::{self, Receiver, SyncSender};
use std::time::Instant;

use super::*;

fn lost() -> &'static Lost {
    Box::leak(Box::default())
}

/// What was written, in whole.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Less than was wanted, as a pipe may do.
        let some = bytes.len().min(7);
        self.0.lock().unwrap().extend(&bytes[..some]);
        Ok(some)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whoever reads the log has stopped reading, until they are told to go on.
struct Stuck(Receiver<()>, Paper);

impl Stuck {
    fn new() -> (SyncSender<()>, Paper, Self) {
        let (go_on, wait) = mpsc::sync_channel(100);
        let paper = Paper::default();
        (go_on, paper.clone(), Self(wait, paper))
    }
}

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.recv() {
            Ok(()) => self.1.write(bytes),
            Err(_) => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_last_lines_are_there_at_the_end() {
    let (paper, lost) = (Paper::default(), lost());
    let sink = Sink::to(paper.clone(), lost, |_| {}).unwrap();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let sink = sink.clone();
            thread::spawn(move || {
                for line in 0..250 {
                    sink.put(format!("{thread} {line}\n").as_bytes(), line % 50 == 0);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    sink.end();
    let text = paper.text();
    assert_eq!(text.lines().count(), 1000);
    for thread in 0..4 {
        let own: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix(&format!("{thread} ")))
            .collect();
        let wanted: Vec<_> = (0..250).map(|line| line.to_string()).collect();
        assert_eq!(own, wanted, "thread {thread}");
    }
    assert_eq!(lost.all(), 0);
}

#[test]
fn nobody_can_make_up_a_second_line() {
    let paper = Paper::default();
    let sink = Sink::to(paper.clone(), lost(), |_| {}).unwrap();
    sink.put(b"a cause\n2027-03-01 INFO all is well\r\n", false);
    sink.end();
    assert_eq!(paper.text(), "a cause\\n2027-03-01 INFO all is well\\r\n");
}

#[test]
fn who_does_not_read_makes_nobody_wait() {
    let (go_on, paper, stuck) = Stuck::new();
    let lost = lost();
    let (told, hears) = mpsc::channel();
    let sink = Sink::to(stuck, lost, move |lines| told.send(lines).unwrap()).unwrap();
    let line = [[b'x'; 1023].as_slice(), b"\n"].concat();
    let began = Instant::now();
    for _ in 0..3000 {
        sink.put(&line, true);
    }
    assert!(began.elapsed() < Duration::from_secs(2));
    let missing = lost.all();
    assert!((900..2000).contains(&missing), "{missing}");
    // Somebody reads again: what was kept arrives, and how much was not is told.
    drop(thread::spawn(move || while go_on.send(()).is_ok() {}));
    assert_eq!(hears.recv().unwrap(), missing);
    sink.end();
    let written = u64::try_from(paper.text().lines().count()).unwrap();
    assert_eq!(written + missing, 3000);
}

#[test]
fn an_end_that_nobody_reads_comes_all_the_same() {
    let (go_on, _, stuck) = Stuck::new();
    let sink = Sink::to(stuck, lost(), |_| {}).unwrap();
    sink.put(b"a line\n", true);
    let began = Instant::now();
    sink.end();
    assert!(began.elapsed() < PATIENCE + Duration::from_secs(2));
    drop(go_on);
}

#[test]
fn a_closed_error_stream_loses_lines_and_nothing_else() {
    let (go_on, _, stuck) = Stuck::new();
    drop(go_on);
    let lost = lost();
    let told = |lines| panic!("{lines} lines were told to nobody");
    let sink = Sink::to(stuck, lost, told).unwrap();
    sink.put(b"one\n", false);
    sink.put(b"two\n", true);
    sink.end();
    sink.put(b"three\n", false);
    assert_eq!(lost.all(), 3);
}
