//! Closed lists of checks: a check is one line with its name, its words and the function that runs it.

/// Makes the enum of a list, its names and how each runs. Where it stands, `Subject` is what checks look
/// at and `Outcome` what comes of them.
macro_rules! check_list {
    ($list:ident; $($(#[$doc:meta])* $name:ident = $text:literal, $title:literal, $run:path;)+) => {
        /// The closed list of checks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $list { $($(#[$doc])* $name),+ }

        impl $list {
            /// Every check, in the order of the list.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$name),+];

            /// Its name in JSON, CSV and addresses; where mails have the check, their name for it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What must hold, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            fn run(self, subject: Subject<'_>) -> Outcome {
                match self { $(Self::$name => $run(subject)),+ }
            }
        }
    };
}

pub(crate) use check_list;
