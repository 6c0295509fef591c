//! Mail over SMTP.

use super::{Person, Post};
use crate::config::{SmtpConfig, SmtpSecurity};
use crate::retry::Fault;
use crate::wire::MailText;
use crate::{Attempt, MailAddress, NotifyError};
use allium_model::printable;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::fmt::Display;
use std::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};

/// A mail server, and in whose name it is written.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<MailAddress>,
}

/// Longest wait for a word of the server.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl Smtp {
    pub(super) fn open(what: &str, config: &SmtpConfig) -> Result<Self, NotifyError> {
        let refused = |reason: &dyn Display| NotifyError::configuration(what, reason);
        let from: Mailbox = config.from.parse().map_err(|error| refused(&format_args!("from: {error}")))?;
        let to = config.to.iter().map(|text| MailAddress::parse(text)).collect::<Result<_, _>>();
        let to = to.map_err(|error| refused(&format_args!("to: {error}")))?;
        let transport = transport(what, config, &from)?;
        Ok(Self { transport, from, to })
    }

    pub(super) fn has_receivers(&self) -> bool {
        !self.to.is_empty()
    }

    pub(super) async fn send(&self, post: &Post<'_>, mail: &MailText) -> Attempt {
        let message = match self.message(post, mail) {
            Ok(message) => message,
            Err(error) => return Attempt::Refused(format!("the mail cannot be written: {error}")),
        };
        match self.transport.send(message).await {
            Ok(_) => Attempt::Accepted,
            Err(error) => failed(&error),
        }
    }

    fn message(&self, post: &Post<'_>, mail: &MailText) -> Result<Message, Box<dyn std::error::Error>> {
        let domain = self.from.email.domain();
        let mut builder = Message::builder()
            .from(self.from.clone())
            .subject(printable(&mail.subject).into_owned())
            .date(UNIX_EPOCH + Duration::from_secs(post.created.0.max(0).unsigned_abs()))
            .message_id(Some(format!("<{}@{domain}>", post.id)))
            .references(format!("<{}@{domain}>", post.thread))
            .header(ContentType::TEXT_PLAIN)
            .header(AutoSubmitted);
        for address in self.addresses(post.to.as_ref()) {
            builder = builder.to(Mailbox::new(None, address.as_str().parse()?));
        }
        Ok(with_unsubscribe(builder, post.to.as_ref()).body(mail.text.clone())?)
    }

    fn addresses<'a>(&'a self, person: Option<&'a Person>) -> Vec<&'a MailAddress> {
        person.map_or_else(|| self.to.iter().collect(), |person| vec![&person.address])
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Smtp(..)")
    }
}

fn transport(
    what: &str,
    config: &SmtpConfig,
    from: &Mailbox,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, NotifyError> {
    let (port, tls) = match config.security {
        SmtpSecurity::Starttls => (587, Tls::Required(tls(what, config)?)),
        SmtpSecurity::Tls => (465, Tls::Wrapper(tls(what, config)?)),
        SmtpSecurity::None if is_loopback(&config.host) => (25, Tls::None),
        SmtpSecurity::None => {
            return Err(NotifyError::configuration(
                what,
                &"without TLS only a server on this machine is spoken to",
            ));
        }
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
        .port(config.port.unwrap_or(port))
        .tls(tls)
        .hello_name(ClientId::Domain(from.email.domain().to_owned()))
        .timeout(Some(LONGEST_WAIT));
    let password = config.password.read(what)?;
    match (&config.user, password) {
        (Some(user), Some(password)) => {
            Ok(builder.credentials(Credentials::new(user.clone(), password.expose().to_owned())).build())
        }
        (None, None) => Ok(builder.build()),
        _ => Err(NotifyError::configuration(what, &"user and password go together")),
    }
}

fn tls(what: &str, config: &SmtpConfig) -> Result<TlsParameters, NotifyError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        let pem = std::fs::read(path).map_err(|error| NotifyError::Io { path: path.clone(), error })?;
        let certificate = Certificate::from_pem(&pem);
        builder = builder.add_root_certificate(
            certificate
                .map_err(|error| NotifyError::configuration(what, &format_args!("ca_file: {error}")))?,
        );
    }
    builder.build().map_err(|error| NotifyError::configuration(what, &error))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// What the server said, sorted: a refusal of the mail, a wish to wait, or a server that does not work. A
/// refused login is the server's or ours to mend, and no reason to lose mail.
fn failed(error: &lettre::transport::smtp::Error) -> Attempt {
    let problem = printable(&root_cause(error)).chars().take(200).collect();
    let code = error.status().map(u16::from);
    match code {
        Some(530 | 534 | 535 | 538 | 421 | 454) | None => Attempt::unreachable(problem),
        Some(500..) => Attempt::Refused(problem),
        Some(_) => Attempt::Later { problem, retry_after_seconds: None, fault: Fault::Message },
    }
}

fn root_cause(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    if error.is_timeout() {
        text = "there was no answer in time".into();
    }
    text
}

/// Links and posts of RFC 2369 and RFC 8058: a mail program offers a button for them.
fn with_unsubscribe(builder: MessageBuilder, person: Option<&Person>) -> MessageBuilder {
    let Some(url) = person.and_then(|person| person.unsubscribe.as_ref()) else {
        return builder;
    };
    let builder = builder.header(ListUnsubscribe(format!("<{url}>")));
    // One click is for links that are encrypted.
    if url.starts_with("https://") { builder.header(ListUnsubscribePost) } else { builder }
}

/// A header with a value that is ASCII without line breaks, and one name.
macro_rules! header {
    ($(#[$doc:meta])* $type:ident, $name:literal, $value:expr) => {
        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Err("this header is only written".into())
            }

            fn display(&self) -> HeaderValue {
                let value: fn(&Self) -> String = $value;
                let value = value(self);
                HeaderValue::dangerous_new_pre_encoded(Self::name(), value.clone(), value)
            }
        }
    };
}

/// That a program wrote it (RFC 3834): nobody's out-of-office note answers.
#[derive(Debug, Clone)]
struct AutoSubmitted;
header!(AutoSubmitted, "Auto-Submitted", |_| "auto-generated".into());

/// Where one unsubscribes.
#[derive(Debug, Clone)]
struct ListUnsubscribe(String);
header!(ListUnsubscribe, "List-Unsubscribe", |header| header.0.clone());

/// That one click is enough.
#[derive(Debug, Clone)]
struct ListUnsubscribePost;
header!(ListUnsubscribePost, "List-Unsubscribe-Post", |_| "List-Unsubscribe=One-Click".into());
