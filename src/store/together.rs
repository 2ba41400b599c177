use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::{DbErr, RuntimeErr};
use tokio::sync::oneshot;

/// How many are answered by one statement at most.
pub(super) const WIDEST: usize = 16;

/// What many ask at once is asked together: who comes while a statement is on its way waits for the next, and all who wait
/// go with it. A lone question goes at once.
#[derive(Debug)]
pub(super) struct Together<Q, A>(Arc<Shared<Q, A>>);

#[derive(Debug)]
struct Shared<Q, A> {
    state: Mutex<State<Q, A>>,
    /// Statements at once.
    most: usize,
}

#[derive(Debug)]
struct State<Q, A> {
    waiting: Vec<(Q, oneshot::Sender<Result<A, DbErr>>)>,
    running: usize,
}

impl<Q, A> Clone for Together<Q, A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Q: Send + 'static, A: Send + 'static> Together<Q, A> {
    /// Has at most `most` statements on their way.
    pub(super) fn new(most: usize) -> Self {
        let state = State {
            waiting: Vec::new(),
            running: 0,
        };
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            most,
        }))
    }

    /// Answers `question`, by `all` who are asked together; `all` gives one answer to each, in their order.
    ///
    /// The statement is a task of its own: a caller who hangs up takes nobody's answer along.
    pub(super) async fn ask<F>(
        &self,
        question: Q,
        all: impl Fn(Vec<Q>) -> F + Send + 'static,
    ) -> Result<A, DbErr>
    where
        F: Future<Output = Result<Vec<A>, DbErr>> + Send,
    {
        let (sender, answer) = oneshot::channel();
        if let Some(runner) = self.0.enter(question, sender) {
            tokio::spawn(async move { runner.run(all).await });
        }
        answer.await.unwrap_or_else(|_| Err(lost()))
    }
}

impl<Q, A> Shared<Q, A> {
    fn lock(&self) -> MutexGuard<'_, State<Q, A>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits, and runs as well if there is room for one more.
    fn enter(
        self: &Arc<Self>,
        question: Q,
        sender: oneshot::Sender<Result<A, DbErr>>,
    ) -> Option<Runner<Q, A>> {
        let mut state = self.lock();
        state.waiting.push((question, sender));
        let room = state.running < self.most;
        if room {
            state.running += 1;
        }
        room.then(|| Runner {
            shared: Arc::clone(self),
            running: true,
        })
    }
}

/// Whoever has statements on their way, until nobody waits.
struct Runner<Q, A> {
    shared: Arc<Shared<Q, A>>,
    running: bool,
}

impl<Q, A> Runner<Q, A> {
    async fn run<F>(mut self, all: impl Fn(Vec<Q>) -> F)
    where
        F: Future<Output = Result<Vec<A>, DbErr>>,
    {
        while let Some((questions, senders)) = self.next() {
            let mut answers = all(questions).await.map(Vec::into_iter);
            for sender in senders {
                let answer = match &mut answers {
                    Ok(answers) => answers.next().ok_or_else(lost),
                    Err(error) => Err(error.clone()),
                };
                // Who has gone needs none.
                let _gone = sender.send(answer);
            }
        }
    }
}

/// Questions, and whom to give the answers to.
type Batch<Q, A> = (Vec<Q>, Vec<oneshot::Sender<Result<A, DbErr>>>);

impl<Q, A> Runner<Q, A> {
    /// Those who wait, or the end of this runner: under one lock, so that nobody comes in between.
    fn next(&mut self) -> Option<Batch<Q, A>> {
        let mut state = self.shared.lock();
        if state.waiting.is_empty() {
            state.running -= 1;
            self.running = false;
            return None;
        }
        let count = state.waiting.len().min(WIDEST);
        Some(state.waiting.drain(..count).unzip())
    }
}

impl<Q, A> Drop for Runner<Q, A> {
    fn drop(&mut self) {
        // It was ended with its runtime, or by a panic.
        if self.running {
            self.shared.lock().running -= 1;
        }
    }
}

fn lost() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("no answer came back".to_owned()))
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;
    use tokio::task::yield_now;

    use super::*;

    /// Doubles numbers, when it is let; 13 is a fault.
    struct Doubling {
        together: Together<u32, u32>,
        gate: Arc<Semaphore>,
        asked: Arc<Mutex<Vec<Vec<u32>>>>,
    }

    impl Doubling {
        fn new() -> Self {
            Self {
                together: Together::new(1),
                gate: Arc::new(Semaphore::new(0)),
                asked: Arc::default(),
            }
        }

        fn ask(&self, question: u32) -> tokio::task::JoinHandle<Result<u32, DbErr>> {
            let together = self.together.clone();
            let (gate, asked) = (Arc::clone(&self.gate), Arc::clone(&self.asked));
            tokio::spawn(async move {
                let all = move |questions: Vec<u32>| {
                    let (gate, asked) = (Arc::clone(&gate), Arc::clone(&asked));
                    async move {
                        asked.lock().unwrap().push(questions.clone());
                        gate.acquire().await.unwrap().forget();
                        let fault = questions.contains(&13);
                        let doubled = questions.iter().map(|it| it * 2).collect();
                        if fault { Err(lost()) } else { Ok(doubled) }
                    }
                };
                together.ask(question, all).await
            })
        }

        async fn asked(&self) -> Vec<Vec<u32>> {
            for _ in 0..20 {
                yield_now().await;
            }
            self.asked.lock().unwrap().clone()
        }
    }

    #[tokio::test]
    async fn who_waits_goes_with_the_next_and_gets_their_own_answer() {
        let doubling = Doubling::new();
        let first = doubling.ask(1);
        assert_eq!(doubling.asked().await, [[1]]);
        let (second, third) = (doubling.ask(2), doubling.ask(3));
        assert_eq!(doubling.asked().await, [[1]]);
        doubling.gate.add_permits(2);
        assert_eq!(first.await.unwrap().unwrap(), 2);
        assert_eq!(third.await.unwrap().unwrap(), 6);
        assert_eq!(second.await.unwrap().unwrap(), 4);
        assert_eq!(doubling.asked().await, [vec![1], vec![2, 3]]);
        assert_eq!(doubling.together.0.lock().running, 0);
    }

    #[tokio::test]
    async fn who_hangs_up_takes_nobodys_answer_along() {
        let doubling = Doubling::new();
        let first = doubling.ask(1);
        doubling.asked().await;
        let second = doubling.ask(2);
        let third = doubling.ask(3);
        doubling.asked().await;
        first.abort();
        second.abort();
        doubling.gate.add_permits(2);
        assert_eq!(third.await.unwrap().unwrap(), 6);
    }

    #[tokio::test]
    async fn a_fault_is_that_of_all_who_went_along_and_of_nobody_else() {
        let doubling = Doubling::new();
        let first = doubling.ask(1);
        doubling.asked().await;
        let (second, third) = (doubling.ask(2), doubling.ask(13));
        doubling.asked().await;
        doubling.gate.add_permits(3);
        assert!(first.await.unwrap().is_ok());
        assert!(second.await.unwrap().is_err() && third.await.unwrap().is_err());
        assert_eq!(doubling.ask(4).await.unwrap().unwrap(), 8);
    }

    #[tokio::test]
    async fn a_statement_takes_no_more_than_its_width() {
        let doubling = Doubling::new();
        let mut all = vec![doubling.ask(0)];
        doubling.asked().await;
        all.extend((100..140).map(|it| doubling.ask(it)));
        doubling.asked().await;
        doubling.gate.add_permits(10);
        for one in all {
            one.await.unwrap().unwrap();
        }
        let widths: Vec<usize> = doubling.asked().await.iter().map(Vec::len).collect();
        assert_eq!(widths, [1, 16, 16, 8]);
    }
}
