package io.github.nonplus.corpus;

import io.github.nonplus.corpus.parquet.MissingText;
import io.github.nonplus.corpus.parquet.ParquetException;
import io.github.nonplus.corpus.parquet.ParquetFile;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/// A Parquet file, of which one column holds the rows' texts.
///
/// @param path where it lies
/// @param name says where it came from
/// @param column the column's name
/// @param sha256 digest of the file
public record ParquetRows(Path path, String name, String column, String sha256)
    implements RowSource {
  /// Opens a file.
  public static ParquetRows of(Path path, String name, String column) {
    try {
      return new ParquetRows(path, name, column, Sha256.of(path));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  @Override
  public void forEach(Consumer<String> sink) {
    try (ParquetFile file = ParquetFile.open(path)) {
      if (file.forEach(column, sink).isEmpty()) {
        throw new CorpusException(
            "%s has no column '%s', but %s; name the text's with --column"
                .formatted(name, column, String.join(", ", file.columns())));
      }
    } catch (MissingText e) {
      throw new CorpusException(
          "%s: row %d has no text in the column '%s'; leave such rows out"
              .formatted(name, e.row(), column),
          e);
    } catch (ParquetException e) {
      throw new CorpusException(
          "%s is no Parquet file that can be read: %s; %s"
              .formatted(name, e.getMessage(), e.remedy()),
          e);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static CorpusException unreadable(String name, IOException e) {
    return new CorpusException(
        "%s cannot be read: %s; give a Parquet file".formatted(name, Reason.of(e)), e);
  }
}
