//! Parquet: a row group for some batches, columns by name, times in milliseconds of UTC, zstd.

use super::TableWriter;
use super::table::{Batch, Column, ColumnKind, Value};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as PhysicalType, ZstdLevel};
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of a row group.
const GROUP_ROWS: usize = 500_000;

/// Writes Parquet.
pub struct ParquetWriter<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    rows: Batch,
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins a file.
    pub fn new(out: W, columns: &[Column]) -> io::Result<Self> {
        let fields: Result<Vec<_>, _> = columns.iter().map(|column| field(*column).map(Arc::new)).collect();
        let schema =
            fields.and_then(|fields| Type::group_type_builder("history").with_fields(fields).build());
        let properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema.map_err(failed)?), Arc::new(properties));
        Ok(Self { writer: writer.map_err(failed)?, rows: Batch::new() })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        let mut place = 0;
        while let Some(mut column) = group.next_column()? {
            write_column(column.untyped(), &self.rows, place)?;
            column.close()?;
            place += 1;
        }
        group.close()?;
        self.rows.clear();
        Ok(())
    }
}

impl<W: Write + Send> TableWriter for ParquetWriter<W> {
    fn write(&mut self, batch: &Batch) -> io::Result<()> {
        self.rows.extend_from_slice(batch);
        if self.rows.len() >= GROUP_ROWS { self.write_group().map_err(failed) } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if !self.rows.is_empty() {
            self.write_group().map_err(failed)?;
        }
        self.writer.into_inner().map_err(failed)?.flush()
    }
}

fn field(column: Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        ColumnKind::Time => (PhysicalType::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        ColumnKind::Integer => (PhysicalType::INT64, None),
        ColumnKind::Real => (PhysicalType::DOUBLE, None),
        ColumnKind::Boolean => (PhysicalType::BOOLEAN, None),
        ColumnKind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
    };
    Type::primitive_type_builder(column.name, physical)
        .with_logical_type(logical)
        .with_repetition(Repetition::OPTIONAL)
        .build()
}

fn write_column(writer: &mut ColumnWriter<'_>, rows: &Batch, place: usize) -> Result<(), ParquetError> {
    let column = || rows.iter().map(|row| row.get(place));
    match writer {
        ColumnWriter::Int64ColumnWriter(writer) => put(writer, column().map(integer)),
        ColumnWriter::DoubleColumnWriter(writer) => put(writer, column().map(real)),
        ColumnWriter::BoolColumnWriter(writer) => put(writer, column().map(boolean)),
        ColumnWriter::ByteArrayColumnWriter(writer) => put(writer, column().map(text)),
        _ => Err(ParquetError::General("a column has a type that is not written here".to_owned())),
    }
}

fn put<T: DataType>(
    writer: &mut ColumnWriterImpl<'_, T>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let (mut present, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    writer.write_batch(&present, Some(&levels), None).map(|_| ())
}

fn integer(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Integer(number) => Some(*number),
        Value::Time(time) => Some(time.0.saturating_mul(1000)),
        _ => None,
    }
}

fn real(value: Option<&Value>) -> Option<f64> {
    if let Value::Real(number) = value? { Some(*number) } else { None }
}

fn boolean(value: Option<&Value>) -> Option<bool> {
    if let Value::Boolean(is_so) = value? { Some(*is_so) } else { None }
}

fn text(value: Option<&Value>) -> Option<ByteArray> {
    if let Value::Text(text) = value? { Some(text.as_str().into()) } else { None }
}
