//! Less memory for a server on Linux with the GNU C library.
//!
//! Its allocator gives each thread a heap of its own, up to eight for each core, and what one of them freed no
//! other can use. Of documents of 100 MB that are read on one thread and pages that are made on twenty others
//! that leaves a hundred megabytes unused. It reads how many heaps it may have when a program starts, and from
//! nowhere else that safe code reaches.

use std::os::unix::process::CommandExt;
use std::process::Command;

const VARIABLE: &str = "MALLOC_ARENA_MAX";
/// One for the thread that builds, and one for those that serve.
const ARENAS: &str = "2";

/// Begins the program anew with few heaps, as the same process, unless the environment says how many. Where
/// that fails it goes on as it is.
pub fn begin_with_few() {
    if !cfg!(target_env = "gnu") || std::env::var_os(VARIABLE).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let error = Command::new(program).args(std::env::args_os().skip(1)).env(VARIABLE, ARENAS).exec();
        tracing::debug!("the program goes on with many heaps: {error}");
    }
}
