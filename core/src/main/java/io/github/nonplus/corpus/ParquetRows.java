package io.github.nonplus.corpus;

import io.github.nonplus.corpus.parquet.MissingText;
import io.github.nonplus.corpus.parquet.ParquetException;
import io.github.nonplus.corpus.parquet.ParquetFile;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// A Parquet file, of which one column holds the rows' texts.
///
/// @param path where it lies
/// @param name says where it came from
/// @param column the column's name
/// @param sha256 digest of the file
public record ParquetRows(Path path, String name, String column, String sha256)
    implements RowSource {
  private static final int MOST_NAMES = 20;

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
        List<String> columns = file.columns();
        throw new CorpusException(
            columns.isEmpty()
                ? "%s has no column '%s': all its columns are structures or lists; write the texts as a plain column"
                    .formatted(name, column)
                : "%s has no column '%s', but %s; name the text's with --column"
                    .formatted(name, column, names(columns)));
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

  private static String names(List<String> columns) {
    String names = String.join(", ", columns.subList(0, Math.min(MOST_NAMES, columns.size())));
    int more = columns.size() - MOST_NAMES;
    return more > 0 ? names + " and %d more".formatted(more) : names;
  }

  private static CorpusException unreadable(String name, IOException e) {
    return new CorpusException(
        "%s cannot be read: %s; give a Parquet file".formatted(name, Reason.of(e)), e);
  }
}
