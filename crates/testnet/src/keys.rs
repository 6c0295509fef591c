//! Keys: of an authority by `tor-gencert`, of any node by tor itself.

use crate::find_program;
use anyhow::{Context, Result, ensure};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Who a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// SHA-1 of its RSA key, in upper-case hex.
    pub(crate) fingerprint: String,
    /// Its ed25519 master key, in base64.
    pub(crate) master_key: String,
}

/// An authority that does not exist: tor makes no keys for a testing network without one.
const NOBODY: &str = "nobody orport=1 no-v2 v3ident=0000000000000000000000000000000000000000 \
                      127.0.0.1:2 0000000000000000000000000000000000000000";

/// Makes the keys of a relay in its data directory and reads who it is.
pub(crate) fn make_node_keys(data: &Path, nickname: &str) -> Result<Identity> {
    let mut command = Command::new(find_program("tor").context("tor is not installed")?);
    command.args(["--ignore-missing-torrc", "-f"]).arg(data.join("no-torrc"));
    command.args(["--hush", "--TestingTorNetwork", "1", "--AssumeReachable", "1", "--SocksPort", "0"]);
    command.args(["--ORPort", "1", "--Nickname", nickname, "--DirAuthority", NOBODY, "--DataDirectory"]);
    succeeded(&command.arg(data).arg("--list-fingerprint").stdin(Stdio::null()).output()?)?;
    let second_word = |file: &str| -> Result<String> {
        let text = std::fs::read_to_string(data.join(file))?;
        Ok(text.split_whitespace().nth(1).with_context(|| format!("no fingerprint in {file}"))?.to_owned())
    };
    Ok(Identity { fingerprint: second_word("fingerprint")?, master_key: second_word("fingerprint-ed25519")? })
}

/// Makes the identity key, the signing key and the certificate of an authority, and reads its v3 identity.
pub(crate) fn make_authority_keys(data: &Path, dir_port: u16) -> Result<String> {
    let keys = data.join("keys");
    std::fs::create_dir_all(&keys)?;
    let certificate = keys.join("authority_certificate");
    let mut child = Command::new(find_program("tor-gencert").context("tor-gencert is not installed")?)
        .args(["--create-identity-key", "--passphrase-fd", "0", "-m", "12", "-a"])
        .arg(format!("127.0.0.1:{dir_port}"))
        .arg("-i")
        .arg(keys.join("authority_identity_key"))
        .arg("-s")
        .arg(keys.join("authority_signing_key"))
        .arg("-c")
        .arg(&certificate)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("no input of tor-gencert")?.write_all(b"of no worth\n")?;
    succeeded(&child.wait_with_output()?)?;
    let text = std::fs::read_to_string(certificate)?;
    let line = text.lines().find_map(|line| line.strip_prefix("fingerprint "));
    Ok(line.context("a certificate without fingerprint")?.to_owned())
}

fn succeeded(output: &Output) -> Result<()> {
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "a program failed ({}): {said}", output.status);
    Ok(())
}
