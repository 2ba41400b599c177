use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::*;
use crate::remote::Options;
use crate::settings::load_from;

/// A client's host, and the key sets of a server that asks it; a set is its text, with the algorithm that it was read for.
struct World {
    sets: Arc<KeySets<u8, String>>,
    remote: Arc<Remote>,
    host: Host,
    time: Arc<AtomicI64>,
}

#[derive(Clone)]
struct Host {
    uri: String,
    asked: Arc<AtomicUsize>,
    answer: Arc<Mutex<String>>,
    /// An answer takes one; there are plenty unless a test takes them away.
    answers: Arc<Semaphore>,
}

impl Host {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = Self {
            uri: format!("http://{}/keys", listener.local_addr().unwrap()),
            asked: Arc::default(),
            answer: Arc::default(),
            answers: Arc::new(Semaphore::new(1000)),
        };
        let open = host.clone();
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let host = open.clone();
                tokio::spawn(async move {
                    let mut head = [0; 4096];
                    let _read = connection.read(&mut head).await;
                    host.asked.fetch_add(1, Ordering::SeqCst);
                    host.answers.acquire().await.unwrap().forget();
                    let answer = host.answer.lock().unwrap().clone();
                    let _gone = connection.write_all(answer.as_bytes()).await;
                });
            }
        });
        host.publishes("one");
        host
    }

    fn publishes(&self, text: &str) {
        *self.answer.lock().unwrap() = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
            text.len()
        );
    }

    fn fails(&self) {
        *self.answer.lock().unwrap() =
            "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned();
    }

    /// How often it was asked since this was asked last.
    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }

    async fn is_asked(&self) {
        while self.asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }
}

impl World {
    async fn new() -> Self {
        let settings = load_from(
            "[authorization]\nallow_loopback_http = true\n[client_keys]\nlifetime = 300\ncached = 2\n",
        );
        let settings = settings.unwrap();
        let time = Arc::new(AtomicI64::new(1_800_000_000));
        let read = Arc::clone(&time);
        let clock =
            Clock::from_fn(move || Timestamp::from_second(read.load(Ordering::SeqCst)).unwrap());
        let sets = KeySets::new(
            &settings.client_keys,
            clock,
            |text, algorithm: u8| match text {
                "broken" => Err("it is broken".to_owned()),
                text => Ok(format!("{text} {algorithm}")),
            },
        );
        Self {
            sets: Arc::new(sets),
            remote: Arc::new(Remote::new(&Options::of(&settings)).unwrap()),
            host: Host::open().await,
            time,
        }
    }

    fn published(&self) -> Published<'_, u8> {
        Published {
            party: "cli_1",
            uri: &self.host.uri,
            algorithm: 7,
        }
    }

    async fn set(&self) -> Result<Arc<String>, NoKeySet> {
        self.sets.of(&self.remote, self.published()).await
    }

    async fn again(&self, seen: &Arc<String>) -> Result<Arc<String>, NoKeySet> {
        self.sets.again(&self.remote, self.published(), seen).await
    }

    fn pass(&self, seconds: i64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn text(text: &str) -> Arc<String> {
    Arc::new(text.to_owned())
}

#[tokio::test]
async fn a_registered_set_is_kept_as_it_was_read() {
    let world = World::new().await;
    let first = world.sets.registered("one", 7).unwrap();
    assert_eq!(first, text("one 7"));
    let again = world.sets.registered("one", 7).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    assert_eq!(world.sets.registered("one", 8), Ok(text("one 8")));
    assert_eq!(world.sets.registered("two", 7), Ok(text("two 7")));
    for _ in 0..2 {
        let broken = world.sets.registered("broken", 7);
        assert_eq!(broken, Err("it is broken".to_owned()));
    }
    assert_eq!(world.host.asked(), 0);
}

#[tokio::test]
async fn a_set_is_used_for_its_lifetime() {
    let world = World::new().await;
    assert_eq!(world.set().await, Ok(text("one 7")));
    world.host.publishes("two");
    world.pass(299);
    assert_eq!(world.set().await, Ok(text("one 7")));
    assert_eq!(world.host.asked(), 1);
    world.pass(1);
    assert_eq!(world.set().await, Ok(text("two 7")));
    assert_eq!(world.host.asked(), 1);
}

#[tokio::test]
async fn those_who_come_together_share_one_request() {
    let world = World::new().await;
    let all = join_all((0..20).map(|_| world.set())).await;
    assert!(all.iter().all(|set| *set == Ok(text("one 7"))), "{all:?}");
    assert_eq!(world.host.asked(), 1);
    world.host.publishes("two");
    world.pass(10);
    let seen = world.set().await.unwrap();
    let all = join_all((0..20).map(|_| world.again(&seen))).await;
    assert!(all.iter().all(|set| *set == Ok(text("two 7"))), "{all:?}");
    assert_eq!(world.host.asked(), 1);
}

#[tokio::test]
async fn for_an_unknown_key_the_host_is_asked_once_in_ten_seconds() {
    let world = World::new().await;
    let seen = world.set().await.unwrap();
    world.host.publishes("two");
    world.pass(9);
    for _ in 0..3 {
        assert!(Arc::ptr_eq(&world.again(&seen).await.unwrap(), &seen));
    }
    assert_eq!(world.host.asked(), 1);
    world.pass(1);
    let new = world.again(&seen).await.unwrap();
    assert_eq!(*new, "two 7");
    assert!(Arc::ptr_eq(&world.set().await.unwrap(), &new));
    assert!(Arc::ptr_eq(&world.again(&new).await.unwrap(), &new));
    assert_eq!(world.host.asked(), 1);
}

#[tokio::test]
async fn a_failure_stands_for_ten_seconds() {
    let world = World::new().await;
    world.host.fails();
    let failed = Err(NoKeySet::Unread(Fault::Failed(500)));
    for _ in 0..3 {
        assert_eq!(world.set().await, failed);
    }
    world.host.publishes("broken");
    world.pass(9);
    assert_eq!(world.set().await, failed);
    assert_eq!(world.host.asked(), 1);
    world.pass(1);
    let broken = Err(NoKeySet::Invalid("it is broken".to_owned()));
    for _ in 0..3 {
        assert_eq!(world.set().await, broken);
    }
    assert_eq!(world.host.asked(), 1);
    world.host.publishes("one");
    world.pass(10);
    assert_eq!(world.set().await, Ok(text("one 7")));
}

#[tokio::test]
async fn a_failure_takes_no_fresh_set_away() {
    let world = World::new().await;
    let seen = world.set().await.unwrap();
    world.host.fails();
    world.pass(10);
    for _ in 0..3 {
        let again = world.again(&seen).await;
        assert_eq!(again, Err(NoKeySet::Unread(Fault::Failed(500))));
        assert!(Arc::ptr_eq(&world.set().await.unwrap(), &seen));
    }
    assert_eq!(world.host.asked(), 2);
    world.pass(289);
    assert!(world.set().await.is_ok());
    world.pass(1);
    assert!(world.set().await.is_err());
}

#[tokio::test]
async fn another_party_address_or_algorithm_is_another_set() {
    let world = World::new().await;
    let other = Host::open().await;
    other.publishes("other");
    assert_eq!(world.set().await, Ok(text("one 7")));
    let here = world.published();
    let changed = Published {
        uri: &other.uri,
        ..here
    };
    assert_eq!(
        world.sets.of(&world.remote, changed).await,
        Ok(text("other 7"))
    );
    let changed = Published {
        algorithm: 8,
        ..here
    };
    assert_eq!(
        world.sets.of(&world.remote, changed).await,
        Ok(text("one 8"))
    );
    let changed = Published {
        party: "cli_2",
        ..here
    };
    assert_eq!(
        world.sets.of(&world.remote, changed).await,
        Ok(text("one 7"))
    );
    assert_eq!((world.host.asked(), other.asked()), (3, 1));
    world.sets.known.run_pending_tasks();
    assert_eq!(world.sets.known.entry_count(), 2);
}

#[tokio::test]
async fn who_hangs_up_leaves_the_answer_to_the_others() {
    let world = World::new().await;
    world.host.answers.forget_permits(1000);
    let (sets, remote) = (Arc::clone(&world.sets), Arc::clone(&world.remote));
    let uri = world.host.uri.clone();
    let first = tokio::spawn(async move {
        let published = Published {
            party: "cli_1",
            uri: &uri,
            algorithm: 7,
        };
        sets.of(&remote, published).await
    });
    world.host.is_asked().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    let waiting = world.set();
    world.host.answers.add_permits(1);
    assert_eq!(waiting.await, Ok(text("one 7")));
    assert_eq!(world.host.asked(), 1);
}
