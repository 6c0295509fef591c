//! How many files and connections the process may have open at once.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What is open beside connections: the listener, the store, documents, requests to sources.
const OTHERS: u64 = 256;

/// Raises the soft limit so that so many connections fit, as far as the hard limit lets it. Where that is too
/// low the log says so: connections beyond it wait.
pub fn raise_for(connections: usize) {
    let limit = getrlimit(Resource::Nofile);
    let wanted = connections as u64 + OTHERS;
    let raised = raised(&limit, wanted);
    if raised.current != limit.current
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!("the limit of open files cannot be raised: {error}");
    }
    if let Some(open) = raised.current.filter(|open| *open < wanted) {
        tracing::warn!(
            "at most {open} files may be open at once, and {wanted} would be needed; see ulimit -n"
        );
    }
}

/// No limit is `None`, and a soft limit is never lowered.
fn raised(limit: &Rlimit, wanted: u64) -> Rlimit {
    let current =
        limit.current.map(|current| current.max(limit.maximum.map_or(wanted, |most| most.min(wanted))));
    Rlimit { current, maximum: limit.maximum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_grows_to_what_is_wanted_and_allowed() {
        let raise = |current, maximum| raised(&Rlimit { current, maximum }, 5000).current;
        assert_eq!(raise(Some(1024), Some(20_000)), Some(5000));
        assert_eq!(raise(Some(1024), Some(4096)), Some(4096));
        assert_eq!(raise(Some(8192), Some(20_000)), Some(8192));
        assert_eq!(raise(Some(1024), None), Some(5000));
        assert_eq!(raise(None, None), None);
    }
}
