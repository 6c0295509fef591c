//! Word lists for nicknames, domains and names of providers. Nicknames are at most 19 letters and
//! digits: two words of at most 8 letters and a number of at most 3 digits.

/// First halves of nicknames and domains.
pub(crate) const FIRST: [&str; 64] = [
    "quiet", "amber", "silver", "north", "copper", "hidden", "gentle", "rapid", "polar", "velvet", "misty",
    "lunar", "crimson", "golden", "paper", "cosmic", "urban", "marble", "cobalt", "winter", "summer",
    "purple", "humble", "brave", "dusty", "electric", "frosty", "happy", "iron", "jolly", "kind", "lucky",
    "mellow", "noble", "olive", "proud", "quartz", "rustic", "sandy", "tidal", "upper", "vivid", "warm",
    "young", "zesty", "arctic", "blue", "calm", "deep", "early", "fair", "green", "high", "inner", "jade",
    "late", "mossy", "neon", "open", "pine", "red", "stone", "tin", "wild",
];

/// Second halves of nicknames and domains.
pub(crate) const SECOND: [&str; 64] = [
    "onion", "garlic", "leek", "shallot", "chive", "ramson", "relay", "router", "otter", "falcon", "badger",
    "heron", "lynx", "marten", "owl", "puffin", "raven", "salmon", "tortoise", "walrus", "beacon", "bridge",
    "canyon", "delta", "ember", "fjord", "glacier", "harbor", "island", "jungle", "lagoon", "meadow",
    "nebula", "oasis", "prairie", "quarry", "river", "summit", "tundra", "valley", "anchor", "bellows",
    "compass", "dynamo", "engine", "furnace", "gadget", "hammer", "kettle", "lantern", "mirror", "needle",
    "orbit", "piston", "rocket", "signal", "turbine", "utensil", "violin", "whistle", "zeppelin", "node",
    "path", "light",
];

/// Names of the invented directory authorities.
pub(crate) const AUTHORITIES: [&str; 9] =
    ["abelia", "borage", "calamus", "dahlia", "erica", "freesia", "gentian", "hyssop", "indigo"];

/// First words of providers.
pub(crate) const PROVIDER: [&str; 40] = [
    "Alder", "Basalt", "Cumulus", "Drumlin", "Eider", "Foxglove", "Granite", "Heather", "Isobar", "Juniper",
    "Kestrel", "Larch", "Monsoon", "Nimbus", "Osprey", "Pebble", "Quill", "Rowan", "Sorrel", "Thistle",
    "Umbra", "Verbena", "Willow", "Yarrow", "Zephyr", "Anemone", "Bramble", "Clover", "Dune", "Estuary",
    "Fathom", "Gable", "Hollow", "Inlet", "Jetty", "Knoll", "Lichen", "Moraine", "Nettle", "Orchard",
];

/// Second words of providers, with how large such a provider is among its neighbours.
pub(crate) const PROVIDER_KIND: [(&str, f64); 10] = [
    ("Hosting", 4.0),
    ("Cloud", 3.0),
    ("Servers", 2.5),
    ("Data Centers", 2.0),
    ("Privacy Foundation", 1.5),
    ("Networks", 1.2),
    ("Telecom", 1.0),
    ("Fiber", 0.6),
    ("Cable", 0.5),
    ("University Network", 0.3),
];

/// Forms of companies.
pub(crate) const COMPANY: [&str; 6] = ["Ltd (simulated)", "LLC", "SA", "AB", "GmbH", "e.V."];
