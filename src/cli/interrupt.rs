//! Ctrl-C and SIGTERM: while a collection listens they end it in order, otherwise the process at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::register_conditional_shutdown;

/// Lasts as long as someone listens.
///
/// The listener takes the signals from the process for good; without this they would do nothing
/// once it has gone.
pub struct Listening(Arc<AtomicBool>);

impl Listening {
    /// From now on, until it is dropped, signals are the listener's.
    pub fn begin() -> io::Result<Listening> {
        let over = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // 130: see the table of exit codes.
            register_conditional_shutdown(signal, 130, Arc::clone(&over))?;
        }
        Ok(Listening(over))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn signalled() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => return,
                _ = terminate.recv() => return,
            }
        }
    }
    // Without a handler there is nothing to wait for; the default action ends the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
