//! Countries with the weight by which relays are found there, in relays of ten thousand.
//!
//! The order of size is that of the public network; names are those of GeoIP data bases.

use crate::dice::Dice;

/// A country.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Country {
    /// Code in lower case.
    pub(crate) code: &'static str,
    /// English name.
    pub(crate) name: &'static str,
    /// Relays of ten thousand.
    pub(crate) weight: f64,
    /// Latitude and longitude of a place in it, in degrees.
    pub(crate) place: (f32, f32),
}

const fn country(
    code: &'static str,
    name: &'static str,
    weight: f64,
    latitude: f32,
    longitude: f32,
) -> Country {
    Country { code, name, weight, place: (latitude, longitude) }
}

/// All countries of the simulation.
pub(crate) const COUNTRIES: [Country; 72] = [
    country("de", "Germany", 2300.0, 50.1, 8.7),
    country("us", "United States of America", 2050.0, 39.0, -77.5),
    country("nl", "Netherlands", 1080.0, 52.4, 4.9),
    country("fr", "France", 560.0, 48.9, 2.3),
    country("se", "Sweden", 500.0, 59.3, 18.1),
    country("pl", "Poland", 430.0, 52.2, 21.0),
    country("fi", "Finland", 290.0, 60.2, 24.9),
    country("gb", "United Kingdom of Great Britain and Northern Ireland", 280.0, 51.5, -0.1),
    country("ca", "Canada", 250.0, 45.5, -73.6),
    country("ch", "Switzerland", 230.0, 47.4, 8.5),
    country("ro", "Romania", 190.0, 44.4, 26.1),
    country("at", "Austria", 185.0, 48.2, 16.4),
    country("lu", "Luxembourg", 130.0, 49.6, 6.1),
    country("no", "Norway", 115.0, 59.9, 10.8),
    country("it", "Italy", 110.0, 45.5, 9.2),
    country("sg", "Singapore", 105.0, 1.3, 103.8),
    country("es", "Spain", 95.0, 40.4, -3.7),
    country("cz", "Czechia", 95.0, 50.1, 14.4),
    country("au", "Australia", 85.0, -33.9, 151.2),
    country("bg", "Bulgaria", 82.0, 42.7, 23.3),
    country("md", "Moldova, Republic of", 75.0, 47.0, 28.9),
    country("jp", "Japan", 70.0, 35.7, 139.7),
    country("ar", "Argentina", 60.0, -34.6, -58.4),
    country("hu", "Hungary", 65.0, 47.5, 19.0),
    country("ua", "Ukraine", 58.0, 50.5, 30.5),
    country("ru", "Russian Federation", 57.0, 55.8, 37.6),
    country("dk", "Denmark", 50.0, 55.7, 12.6),
    country("lt", "Lithuania", 46.0, 54.7, 25.3),
    country("br", "Brazil", 46.0, -23.5, -46.6),
    country("kr", "Korea, Republic of", 42.0, 37.6, 127.0),
    country("is", "Iceland", 38.0, 64.1, -21.9),
    country("be", "Belgium", 35.0, 50.8, 4.4),
    country("za", "South Africa", 31.0, -26.2, 28.0),
    country("cl", "Chile", 31.0, -33.4, -70.7),
    country("ee", "Estonia", 31.0, 59.4, 24.8),
    country("in", "India", 30.0, 19.1, 72.9),
    country("mx", "Mexico", 28.0, 19.4, -99.1),
    country("pt", "Portugal", 27.0, 38.7, -9.1),
    country("hr", "Croatia", 26.0, 45.8, 16.0),
    country("hk", "Hong Kong", 25.0, 22.3, 114.2),
    country("lv", "Latvia", 24.0, 56.9, 24.1),
    country("ie", "Ireland", 24.0, 53.3, -6.3),
    country("sk", "Slovakia", 22.0, 48.1, 17.1),
    country("gr", "Greece", 20.0, 38.0, 23.7),
    country("si", "Slovenia", 18.0, 46.1, 14.5),
    country("il", "Israel", 17.0, 32.1, 34.8),
    country("nz", "New Zealand", 16.0, -36.8, 174.8),
    country("rs", "Serbia", 15.0, 44.8, 20.5),
    country("tw", "Taiwan, Province of China", 14.0, 25.0, 121.5),
    country("sc", "Seychelles", 14.0, -4.6, 55.5),
    country("th", "Thailand", 11.0, 13.8, 100.5),
    country("tr", "Turkey", 10.0, 41.0, 29.0),
    country("my", "Malaysia", 10.0, 3.1, 101.7),
    country("vn", "Viet Nam", 9.0, 21.0, 105.8),
    country("kz", "Kazakhstan", 9.0, 43.2, 76.9),
    country("id", "Indonesia", 8.0, -6.2, 106.8),
    country("cy", "Cyprus", 8.0, 35.2, 33.4),
    country("co", "Colombia", 7.0, 4.7, -74.1),
    country("pa", "Panama", 7.0, 9.0, -79.5),
    country("ge", "Georgia", 6.0, 41.7, 44.8),
    country("al", "Albania", 5.0, 41.3, 19.8),
    country("mt", "Malta", 4.0, 35.9, 14.5),
    country("cr", "Costa Rica", 4.0, 9.9, -84.1),
    country("uy", "Uruguay", 4.0, -34.9, -56.2),
    country("pe", "Peru", 3.0, -12.0, -77.0),
    country("ec", "Ecuador", 3.0, -0.2, -78.5),
    country("ke", "Kenya", 2.0, -1.3, 36.8),
    country("ae", "United Arab Emirates", 2.0, 25.2, 55.3),
    country("ng", "Nigeria", 2.0, 6.5, 3.4),
    country("ma", "Morocco", 1.0, 33.6, -7.6),
    country("tn", "Tunisia", 1.0, 36.8, 10.2),
    country("li", "Liechtenstein", 1.0, 47.1, 9.5),
];

/// Position of a country in the table, drawn by weight.
pub(crate) fn draw(dice: &mut Dice) -> usize {
    let drawn = dice.weighted(&COUNTRIES, |country| country.weight);
    COUNTRIES.iter().position(|country| country.code == drawn.code).unwrap_or(0)
}
