use std::sync::Arc;

use tokio::sync::Semaphore;

/// A gate that whoever comes waits at until it is opened; it tells when somebody has come.
#[derive(Debug, Clone)]
pub struct Gate {
    came: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    pub fn shut() -> Self {
        Self {
            came: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
        }
    }

    /// Comes to the gate, and passes it once it is open.
    pub async fn passes(&self) {
        self.came.add_permits(1);
        let _through = self.open.acquire().await.unwrap();
    }

    /// Waits until somebody has come.
    pub async fn is_reached(&self) {
        self.came.acquire().await.unwrap().forget();
    }

    /// Lets everybody through.
    pub fn opens(&self) {
        self.open.add_permits(1);
    }
}
