//! A connection by way of a SOCKS proxy (RFC 1928, no authentication), for looks that must not show our address.

use super::ask::{Trouble, write_all};
use std::io;
use std::net::{IpAddr, SocketAddr};
use tokio::net::TcpStream;

/// Version of the protocol.
const VERSION: u8 = 5;

/// The answers of a proxy that are told apart; others are told by their number.
fn refusal(code: u8) -> String {
    let words = match code {
        2 => "the proxy does not allow it",
        3 | 4 => "the proxy finds no way to it",
        5 => "it refused the connection of the proxy",
        6 => "the way through the proxy took too long",
        _ => return format!("the proxy failed with code {code}"),
    };
    words.to_owned()
}

/// `socks5h://host:port` without the scheme.
pub(super) fn host(proxy: &str) -> &str {
    let rest = proxy.split_once("://").map_or(proxy, |(_, rest)| rest);
    rest.trim_end_matches('/')
}

/// Connects to an address by way of the proxy.
pub(super) async fn connect(proxy: &str, address: SocketAddr) -> Result<TcpStream, Trouble> {
    let stream = TcpStream::connect(host(proxy)).await.map_err(|error| Trouble::Proxy {
        reason: format!("the proxy could not be reached: {}", error.to_string().to_lowercase()),
    })?;
    ask(&stream, &address_request(address)).await?;
    Ok(stream)
}

/// Whether the proxy reaches a host by its name, `host:port`.
pub(super) async fn reaches(proxy: &str, host_and_port: &str) -> bool {
    let Some(request) = name_request(host_and_port) else { return false };
    match TcpStream::connect(host(proxy)).await {
        Ok(stream) => ask(&stream, &request).await.is_ok(),
        Err(_) => false,
    }
}

fn address_request(address: SocketAddr) -> Vec<u8> {
    let mut request = vec![VERSION, 1, 0];
    match address.ip() {
        IpAddr::V4(ip) => {
            request.push(1);
            request.extend(ip.octets());
        }
        IpAddr::V6(ip) => {
            request.push(4);
            request.extend(ip.octets());
        }
    }
    request.extend(address.port().to_be_bytes());
    request
}

fn name_request(host_and_port: &str) -> Option<Vec<u8>> {
    let (name, port) = host_and_port.rsplit_once(':')?;
    let port: u16 = port.parse().ok()?;
    let mut request = vec![VERSION, 1, 0, 3, u8::try_from(name.len()).ok()?];
    request.extend(name.as_bytes());
    request.extend(port.to_be_bytes());
    Some(request)
}

/// Greets the proxy, asks for a connection and reads its answer to the end.
async fn ask(stream: &TcpStream, request: &[u8]) -> Result<(), Trouble> {
    write_all(stream, &[VERSION, 1, 0]).await?;
    let [version, method] = read(stream).await?;
    if (version, method) != (VERSION, 0) {
        let reason = "the proxy is no SOCKS proxy, or wants a password".to_owned();
        return Err(Trouble::Proxy { reason });
    }
    write_all(stream, request).await?;
    let [_, code, _, kind] = read(stream).await?;
    if code != 0 {
        return Err(Trouble::Refused { reason: refusal(code) });
    }
    match kind {
        1 => read::<6>(stream).await.map(drop),
        4 => read::<18>(stream).await.map(drop),
        3 => {
            let [length] = read(stream).await?;
            for _ in 0..usize::from(length) + 2 {
                read::<1>(stream).await?;
            }
            Ok(())
        }
        _ => Err(Trouble::Proxy { reason: "the proxy answers with an unknown kind of address".to_owned() }),
    }
}

async fn read<const N: usize>(stream: &TcpStream) -> Result<[u8; N], Trouble> {
    let mut bytes = [0; N];
    let mut filled = 0;
    while filled < N {
        stream.readable().await?;
        match stream.try_read(&mut bytes[filled..]) {
            Ok(0) => return Err(Trouble::Proxy { reason: "the proxy closed the connection".to_owned() }),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_written_as_the_protocol_has_them() {
        assert_eq!(
            address_request(SocketAddr::from(([192, 0, 2, 1], 80))),
            [5, 1, 0, 1, 192, 0, 2, 1, 0, 80]
        );
        assert_eq!(address_request(SocketAddr::from(([0; 16], 443))).len(), 22);
        assert_eq!(name_request("a.b:443"), Some(vec![5, 1, 0, 3, 3, b'a', b'.', b'b', 1, 187]));
        assert_eq!([name_request("a.b"), name_request("a:70000")], [None, None]);
        assert_eq!(host("socks5h://127.0.0.1:9050/"), "127.0.0.1:9050");
    }
}
