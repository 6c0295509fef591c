//! From a name to addresses that may be connected to.

use super::guard::{AddressClass, Reach};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Where names are looked up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Names {
    /// The system.
    #[default]
    System,
    /// A fixed list.
    Fixed(Arc<BTreeMap<String, Vec<IpAddr>>>),
}

/// Looks names up and lets through only what may be reached. A name with one forbidden address is refused
/// whole: who sees both cannot choose.
#[derive(Debug, Clone)]
pub(super) struct GuardedNames {
    pub(super) names: Names,
    pub(super) reach: Reach,
}

/// Why there is nothing to connect to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NameError {
    #[error("the name cannot be resolved: {0}")]
    Unresolved(String),
    #[error("the name leads to {address}, a {} address, which is not allowed", .class.name())]
    Forbidden { address: IpAddr, class: AddressClass },
}

/// Longest wait for a name server.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl GuardedNames {
    /// The addresses of a name, all of them allowed and at least one.
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, NameError> {
        let found = self.names.look_up(name).await?;
        match found.iter().find(|address| !self.reach.allows(**address)) {
            Some(address) => {
                Err(NameError::Forbidden { address: *address, class: AddressClass::of(*address) })
            }
            None if found.is_empty() => Err(NameError::Unresolved("it has no address".into())),
            None => Ok(found),
        }
    }
}

impl Names {
    async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, NameError> {
        let unresolved = |error: &dyn std::fmt::Display| NameError::Unresolved(error.to_string());
        match self {
            Self::Fixed(names) => Ok(names.get(name).cloned().unwrap_or_default()),
            Self::System => {
                let asked = tokio::time::timeout(LONGEST_WAIT, tokio::net::lookup_host((name, 0))).await;
                let found = asked.map_err(|error| unresolved(&error))?.map_err(|error| unresolved(&error))?;
                Ok(found.map(|address| address.ip()).collect())
            }
        }
    }
}

impl Resolve for GuardedNames {
    /// What a client connects to is what was looked at here, and no second look-up.
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let addresses = names.addresses(name.as_str()).await?;
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(reach: Reach, addresses: &[&str]) -> GuardedNames {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let names = Names::Fixed(Arc::new(BTreeMap::from([("hook.example".to_owned(), addresses)])));
        GuardedNames { names, reach }
    }

    #[tokio::test]
    async fn a_name_with_one_forbidden_address_is_refused() {
        let found = names(Reach::Public, &["1.1.1.1", "10.0.0.1"]).addresses("hook.example").await;
        let address: IpAddr = "10.0.0.1".parse().unwrap();
        assert_eq!(found, Err(NameError::Forbidden { address, class: AddressClass::Private }));
        let found = names(Reach::Private, &["1.1.1.1", "10.0.0.1"]).addresses("hook.example").await;
        assert_eq!(found.unwrap().len(), 2);
        let found = names(Reach::Public, &[]).addresses("hook.example").await;
        assert!(matches!(found, Err(NameError::Unresolved(_))));
    }

    #[tokio::test]
    async fn the_system_knows_this_machine_and_it_is_refused() {
        let system = GuardedNames { names: Names::System, reach: Reach::Public };
        assert!(matches!(system.addresses("localhost").await, Err(NameError::Forbidden { .. })));
    }
}
