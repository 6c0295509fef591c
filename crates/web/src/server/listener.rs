//! Where the server listens: a TCP address or a unix socket.
//!
//! A unix socket is made under a name of its own, given its mode, and then moved to its place, so it
//! is never open to more people than it should be, and a stale one is replaced without a gap.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{TcpListener, UnixListener, UnixStream};

/// Something that accepts connections.
#[derive(Debug)]
pub enum Listener {
    /// A TCP address.
    Tcp(TcpListener),
    /// A unix socket.
    Unix(UnixListener, SocketFile),
}

/// The file of a unix socket; it is removed in the end, if it is still the same.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    inode: u64,
}

/// Why the server cannot listen. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The text is no address.
    #[error("{0:?} is no address; write 127.0.0.1:8080, [::1]:8080 or unix:PATH")]
    BadAddress(String),
    /// Somebody else listens there.
    #[error("{0} is in use; choose another with --listen")]
    InUse(String),
    /// The system does not allow it.
    #[error("{0} may not be used by this user; choose a port above 1023 or another path with --listen")]
    NotPermitted(String),
    /// A file that is no socket is in the way.
    #[error("{} is there and is no socket; move it away or choose another path with --listen", .0.display())]
    NotASocket(PathBuf),
    /// Anything else.
    #[error("{address} cannot be listened on: {error}")]
    Other {
        /// The address.
        address: String,
        /// What the system says.
        error: io::Error,
    },
}

impl Listener {
    /// Listens on `ADDRESS:PORT` or `unix:PATH`. Names are not looked up, `localhost` apart.
    pub async fn bind(address: &str) -> Result<Self, BindError> {
        match address.strip_prefix("unix:") {
            Some(path) if !path.is_empty() => bind_unix(Path::new(path)).await,
            Some(_) => Err(BindError::BadAddress(address.to_owned())),
            None => bind_tcp(address).await,
        }
    }

    /// The address for people: `http://127.0.0.1:8080/` or the path of the socket.
    pub fn address(&self) -> String {
        match self {
            Self::Tcp(listener) => {
                listener.local_addr().map_or_else(|_| String::new(), |address| format!("http://{address}/"))
            }
            Self::Unix(_, file) => format!("unix:{}", file.path.display()),
        }
    }
}

async fn bind_tcp(address: &str) -> Result<Listener, BindError> {
    let numeric = address.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let parsed: Result<SocketAddr, _> = numeric.as_deref().unwrap_or(address).parse();
    let socket_address = parsed.map_err(|_| BindError::BadAddress(address.to_owned()))?;
    let bound = TcpListener::bind(socket_address).await;
    bound.map(Listener::Tcp).map_err(|error| bind_error(address, error))
}

async fn bind_unix(path: &Path) -> Result<Listener, BindError> {
    let shown = path.display().to_string();
    if is_in_use(path).await? {
        return Err(BindError::InUse(shown));
    }
    place_socket(path).map_err(|error| bind_error(&shown, error))
}

/// Whether somebody listens on a socket file. A file of another kind is refused.
async fn is_in_use(path: &Path) -> Result<bool, BindError> {
    match std::fs::symlink_metadata(path) {
        Err(_) => Ok(false),
        Ok(metadata) if !metadata.file_type().is_socket() => Err(BindError::NotASocket(path.to_owned())),
        // Only a refusal proves that nobody listens.
        Ok(_) => match UnixStream::connect(path).await {
            Err(error) => Ok(error.kind() != io::ErrorKind::ConnectionRefused),
            Ok(_) => Ok(true),
        },
    }
}

fn place_socket(path: &Path) -> io::Result<Listener> {
    let mut new_name = path.as_os_str().to_owned();
    new_name.push(format!(".{}.new", std::process::id()));
    let new_path = PathBuf::from(new_name);
    let listener = UnixListener::bind(&new_path)?;
    let placed = std::fs::set_permissions(&new_path, std::fs::Permissions::from_mode(0o660))
        .and_then(|()| std::fs::rename(&new_path, path))
        .and_then(|()| std::fs::symlink_metadata(path));
    match placed {
        Ok(metadata) => {
            Ok(Listener::Unix(listener, SocketFile { path: path.to_owned(), inode: metadata.ino() }))
        }
        Err(error) => {
            let _ = std::fs::remove_file(&new_path);
            Err(error)
        }
    }
}

fn bind_error(address: &str, error: io::Error) -> BindError {
    let address = address.to_owned();
    match error.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse(address),
        io::ErrorKind::PermissionDenied => BindError::NotPermitted(address),
        _ => BindError::Other { address, error },
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let is_ours = std::fs::symlink_metadata(&self.path).is_ok_and(|found| found.ino() == self.inode);
        if is_ours {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
