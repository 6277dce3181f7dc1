package io.github.nonplus.corpus;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A Parquet file, of which one column holds the rows' texts.
///
/// @param path where it lies
/// @param name says where it came from
/// @param column the column's name
/// @param sha256 digest of the file
public record ParquetRows(Path path, String name, String column, String sha256)
    implements RowSource {
  /// Kept, because a logger that nobody holds forgets its level.
  private static final Logger LOGGER = Logger.getLogger("dev.hardwood");

  static {
    LOGGER.setLevel(Level.WARNING);
  }

  /// How long some hundred rows may take. The library can search a damaged file for ever.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /// Opens a file.
  public static ParquetRows of(Path path, String name, String column) {
    try {
      return new ParquetRows(path, name, column, Sha256.of(path));
    } catch (IOException e) {
      throw new CorpusException("%s cannot be read: %s".formatted(name, Reason.of(e)), e);
    }
  }

  @Override
  public void forEach(Consumer<String> sink) {
    try {
      RowQueue.forEach(this::read, PATIENCE, sink);
    } catch (CorpusException e) {
      throw e;
    } catch (Throwable e) { // a stranger's sizes end in errors of any kind
      throw new CorpusException(
          "%s is no Parquet file that can be read: %s; get the file anew"
              .formatted(
                  name, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
          e);
    }
  }

  private void read(Consumer<String> sink) {
    try (ParquetFileReader file = ParquetFileReader.open(InputFile.of(path))) {
      requireColumn(file);
      try (RowReader rows =
          file.buildRowReader().projection(ColumnProjection.columns(column)).build()) {
        for (long row = 1; rows.hasNext(); row++) {
          sink.accept(text(rows, row));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(Reason.of(e), e);
    }
  }

  private void requireColumn(ParquetFileReader file) {
    List<String> columns =
        file.getFileSchema().getColumns().stream().map(ColumnSchema::name).toList();
    if (!columns.contains(column)) {
      throw new CorpusException(
          "%s has no column '%s', but %s; name the text's with --column"
              .formatted(name, column, String.join(", ", columns)));
    }
  }

  private String text(RowReader rows, long row) {
    rows.next();
    if (rows.isNull(column)) {
      throw new CorpusException(
          "%s: row %d has no text in the column '%s'".formatted(name, row, column));
    }
    return rows.getString(column);
  }
}
