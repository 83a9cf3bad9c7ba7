//! Ctrl-C and SIGTERM: while a collection listens they end it in order, otherwise the process at once.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::register_conditional_shutdown;

/// Lasts as long as someone listens; one listener at a time, as many as come.
///
/// A listener takes the signals from the process for good; without this they would do nothing once the
/// last has gone.
pub struct Listening(());

/// Whether nobody listens. One for the whole process, as its signals are.
static NOBODY: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Whether signals end the process while nobody listens.
static REGISTERED: AtomicBool = AtomicBool::new(false);

impl Listening {
    /// From now on, until it is dropped, signals are the listener's.
    pub fn begin() -> io::Result<Listening> {
        NOBODY.store(false, Ordering::SeqCst);
        if !REGISTERED.swap(true, Ordering::SeqCst) {
            for signal in [SIGINT, SIGTERM] {
                // 130: see the table of exit codes.
                register_conditional_shutdown(signal, 130, Arc::clone(&NOBODY))?;
            }
        }
        Ok(Listening(()))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        NOBODY.store(true, Ordering::SeqCst);
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
