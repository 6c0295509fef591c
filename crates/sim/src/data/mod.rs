//! The tables that the simulated network is drawn from.
//!
//! Every name, domain and number here is invented or reserved for documentation and private use;
//! nothing names a real operator, provider or host.

pub(crate) mod causes;
pub(crate) mod contacts;
pub(crate) mod countries;
pub(crate) mod hostile;
pub(crate) mod policies;
pub(crate) mod software;
pub(crate) mod words;
