//! Charts: values in, accessible drawings and tables out.
//!
//! A [`Figure`] is a title and a [`Chart`]. The same figure is drawn for a page ([`Style::Inline`]), as a
//! file of its own ([`Style::Standalone`]) and for a picture ([`Style::Fixed`]), and is told as a
//! [`DataTable`] with every value, which also is its CSV. Pure: equal values give equal bytes. The crate
//! knows no pages, no addresses and no clock; times are UTC.
//!
//! Unknown values are gaps. They are never drawn as zero and never bridged; NaN and infinite values count
//! as unknown. Whatever the values, something well formed is drawn, and nothing panics.
//!
//! An inline drawing has class names only and takes its colours from the style sheet of the page. It fits
//! every width: texts and grid lines are placed in percent, what is curved lies in a nested `svg.plot`
//! that is stretched sideways only, so that no text is ever scaled.

mod axis;
mod canvas;
mod chart;
mod csv;
mod examples;
mod examples_shapes;
mod figure;
mod kinds;
mod markup;
mod palette;
mod scale;
mod series;
mod style;
mod table;
mod time_axis;
mod unit;
mod world;

pub use chart::Chart;
pub use examples::examples;
pub use figure::{Figure, LegendEntry};
pub use kinds::*;
pub use palette::{Colour, ColourValue, PALETTE};
pub use series::TimeSeries;
pub use style::{Style, Theme};
pub use table::{Cell, Column, DataTable};
pub use unit::Unit;
