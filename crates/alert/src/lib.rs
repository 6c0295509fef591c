//! Who is told what, and when.
//!
//! [`Facts`] say what is known of each relay, [`decide()`] looks at subscriptions, facts and incidents with
//! the states of the last time, and gives the states that changed and every decision with its reason.
//! [`Message`] is what is said, and `render` puts it into the form of a channel. Nothing here sends,
//! stores or asks a clock. Definitions: `docs/methods/alerts.md`.

mod budget;
mod decide;
mod decision;
mod facts;
mod form;
mod message;
pub mod render;
mod silence;
mod state;
mod subscription;
mod target;
mod watch;

pub use budget::{Budget, Receiver, Sent};
pub use decide::{Inputs, decide};
pub use decision::{Decision, Delivery, DeliveryId, Held, Outcome, Reason, ThreadId};
pub use facts::{Facts, Figure, Ipv6, Limits, Place, Presence, RelayFacts};
pub use form::{Draft, DraftError, RepeatTable, Scalar, SubscriptionTable, TableError};
pub use message::{
    AlertNews, Line, LineRole, Link, LinkTarget, Message, MessageEvent, Piece, Text, cause_name,
    incident_label,
};
pub use silence::{LONGEST_SILENCE_SECONDS, Maintenance, Matcher, Silence, SilenceError};
pub use state::{
    AlertKey, AlertState, Closing, MOST_RAISES, ParseSubjectError, Phase, Raises, StateChange, States,
    Subject, SubscriptionState, Told,
};
pub use subscription::{Digest, ReceiverId, Repeat, Subscription, SubscriptionId, Watches};
pub use target::{ParseTargetError, Target};
pub use watch::{VersionLimit, Watch, WatchError, WatchKind};
