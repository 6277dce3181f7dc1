package io.github.nonplus.report.record;

import io.github.nonplus.failure.RecordException;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Result records as they are named on a command line: files, and folders that stand for the
/// records in them.
public final class RecordFolder {
  private RecordFolder() {}

  /// Reads all. The records of a folder come with the largest weights first, so that what lost
  /// least is the baseline; of equal ones, by name.
  ///
  /// @param note is told what of a folder is no record, as sentences
  /// @throws RecordException saying what is wrong with a file, or that a folder has no records
  public static List<ResultRecord> read(List<Path> given, Consumer<String> note) {
    List<ResultRecord> records = new ArrayList<>();
    for (Path path : given) {
      if (Files.isDirectory(path)) {
        records.addAll(folder(path, note));
      } else {
        records.add(RecordFile.read(path));
      }
    }
    return records;
  }

  private static List<ResultRecord> folder(Path folder, Consumer<String> note) {
    List<ResultRecord> records = new ArrayList<>();
    for (Path file : files(folder)) {
      try {
        records.add(RecordFile.read(file));
      } catch (RecordException other) {
        note.accept("Passed over: " + other.getMessage());
      }
    }
    if (records.isEmpty()) {
      throw new RecordException(
          folder + " holds no result records; make some with calculate-perplexity --record FILE");
    }
    records.sort(Comparator.comparing(RecordFolder::bytes).reversed());
    return records;
  }

  private static long bytes(ResultRecord record) {
    return record.facts().path("model").path("weight_bytes").asLong();
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new RecordException("%s cannot be read (%s)".formatted(folder, Reason.of(e)), e);
    }
  }
}
