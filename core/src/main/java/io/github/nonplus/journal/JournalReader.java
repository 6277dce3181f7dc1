package io.github.nonplus.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.JournalException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a journal, trusting nothing. A line that is not as it was written, with none behind it
/// that is, is the end of a write that was interrupted; with one behind it, the file is damaged.
public final class JournalReader {
  static final String MAGIC = "nonplus-journal 1\n";

  /// Far more than any published text takes: a loss is written in about 19 bytes.
  private static final long LARGEST = 1L << 30;

  private final Path file;
  private final byte[] bytes;
  private final List<ObjectNode> sessions = new ArrayList<>();
  private final List<FinishedWindow> finished = new ArrayList<>();
  private JournalHeader header;
  private double seconds;
  private int at;
  private int line = 1;

  private JournalReader(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// The journal in `file`, which has to be there.
  public static JournalContent read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new JournalException(
          file
              + (Files.exists(file) ? " is not a file" : " does not exist")
              + "; give a journal that calculate-perplexity --journal wrote");
    }
    try (FileChannel channel = InputFile.channel(file)) {
      return find(file, channel)
          .orElseThrow(
              () ->
                  new JournalException(
                      file + ": the journal ends before it says of which run it is; remove it"));
    } catch (IOException e) {
      throw new JournalException(
          "the journal %s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }
  }

  /// The journal in `file`, which `channel` reads; empty if it was interrupted before the run that
  /// it belongs to was on disk, so that no window can be lost with it.
  static Optional<JournalContent> find(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size > LARGEST) {
      throw new JournalException(
          "%s has %d bytes, more than the %d that a journal has at most; name another file"
              .formatted(file, size, LARGEST));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
      // until all is read
    }
    return new JournalReader(file, bytes.array()).content();
  }

  private Optional<JournalContent> content() {
    byte[] magic = MAGIC.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < Math.min(magic.length, bytes.length); i++) {
      if (bytes[i] != magic[i]) {
        throw new JournalException(
            file + " is not a journal of this version of Nonplus; name another file");
      }
    }
    at = Math.min(magic.length, bytes.length);
    while (at < bytes.length) {
      int end = endOfLine(at);
      Optional<ObjectNode> record = record(at, end);
      if (record.isEmpty()) {
        refuseIfLinesFollow(at);
        break;
      }
      line++;
      accept(record.get());
      at = end + 1;
    }
    if (header == null) {
      return Optional.empty();
    }
    return Optional.of(
        new JournalContent(header, sessions, finished, seconds, at, bytes.length - at));
  }

  private int endOfLine(int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }

  /// The line up to `end`, where its line feed has to be.
  private Optional<ObjectNode> record(int from, int end) {
    return end == bytes.length ? Optional.empty() : JournalLine.read(bytes, from, end);
  }

  /// Looks for a whole line anywhere behind the begin of one that is not, because a line feed may
  /// be what was damaged. Bytes that only look like a line cost time: the search ends when it has
  /// read the file a few times over.
  private void refuseIfLinesFollow(int damaged) {
    long budget = 4L * bytes.length;
    int end = -1;
    for (int from = damaged + 1; from < bytes.length - JournalLine.SHORTEST && budget > 0; from++) {
      if (!JournalLine.mayBegin(bytes, from)) {
        continue;
      }
      end = end < from ? endOfLine(from) : end;
      budget -= end - from;
      if (record(from, end).isPresent()) {
        throw new JournalException(
            ("%s: line %d of the journal is damaged, but lines behind it are whole, so this is not"
                    + " the end of a write that was interrupted; restore the file or remove it")
                .formatted(file, line + 1));
      }
    }
  }

  private void accept(ObjectNode record) {
    String kind = record.size() == 1 ? record.fieldNames().next() : "";
    JsonNode value = record.path(kind);
    if (header == null) {
      if (!kind.equals("run")) {
        throw wrong("should say of which run it is");
      }
      header = header(value);
    } else if (kind.equals("session") && value instanceof ObjectNode session) {
      sessions.add(session);
    } else if (kind.equals("batch")) {
      batch(value);
    } else {
      throw wrong("is neither a session nor a batch");
    }
  }

  private JournalHeader header(JsonNode json) {
    Map<String, String> run = new LinkedHashMap<>();
    if (!(json.path("facts") instanceof ObjectNode facts)
        || !(json.path("account") instanceof ObjectNode account)) {
      throw wrong("lacks the facts of the run");
    }
    facts
        .properties()
        .forEach(
            fact -> {
              if (!fact.getValue().isTextual()) {
                throw wrong("has the fact '%s' as %s".formatted(fact.getKey(), fact.getValue()));
              }
              run.put(fact.getKey(), fact.getValue().textValue());
            });
    int windows = whole(json, "windows");
    int index = whole(json, "shard");
    int of = whole(json, "shards");
    if (index < 1 || index > of || windows < of) {
      throw wrong("is part %d of %d, of %d windows".formatted(index, of, windows));
    }
    return new JournalHeader(windows, new Shard(index, of), run, account);
  }

  private void batch(JsonNode json) {
    int expected = header.first() + finished.size();
    int first = whole(json, "first");
    JsonNode took = json.path("seconds");
    JsonNode windows = json.path("windows");
    if (first != expected) {
      throw wrong("begins with window %d, expected window %d".formatted(first + 1, expected + 1));
    }
    if (!took.isNumber() || !(took.doubleValue() >= 0) || Double.isInfinite(took.doubleValue())) {
      throw wrong("does not say how long it took");
    }
    if (!windows.isArray() || windows.isEmpty() || windows.size() > header.end() - expected) {
      throw wrong(
          "holds %d windows, expected 1 to %d".formatted(windows.size(), header.end() - expected));
    }
    windows.forEach(
        window -> finished.add(new FinishedWindow(whole(window, "position"), losses(window))));
    seconds += took.doubleValue();
  }

  private double[] losses(JsonNode window) {
    JsonNode values = window.path("nll");
    if (!values.isArray()) {
      throw wrong("holds a window without losses");
    }
    double[] losses = new double[values.size()];
    for (int i = 0; i < losses.length; i++) {
      JsonNode loss = values.get(i);
      if (!loss.isNumber() || !Double.isFinite(loss.doubleValue())) {
        throw wrong("holds the loss %s, expected a finite number".formatted(loss));
      }
      losses[i] = loss.doubleValue();
    }
    return losses;
  }

  private int whole(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw wrong("has '%s' as %s, expected a whole number".formatted(key, value));
    }
    return value.intValue();
  }

  private JournalException wrong(String what) {
    return new JournalException(
        "%s: line %d of the journal %s; remove the file".formatted(file, line, what));
  }
}
