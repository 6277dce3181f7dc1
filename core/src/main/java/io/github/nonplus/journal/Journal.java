package io.github.nonplus.journal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.JournalException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// A journal that a run writes: locked against other processes, appended to, and forced to the disk
/// after each batch, so that whatever ends the process costs the batch in flight and no other.
public final class Journal implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final JournalContent before;
  private int next;

  private Journal(Path file, FileChannel channel, JournalHeader header) throws IOException {
    this.file = file;
    this.channel = channel;
    Optional<JournalContent> found = JournalReader.find(file, channel);
    found.ifPresent(content -> refuseOther(content.header(), header));
    this.before =
        found.isPresent()
            ? found.get()
            : new JournalContent(header, List.of(), List.of(), 0, 0, channel.size());
    this.next = header.first() + before.finished().size();
    channel.truncate(before.length()).position(before.length());
    if (found.isEmpty()) {
      write(ByteBuffer.wrap(JournalReader.MAGIC.getBytes(StandardCharsets.US_ASCII)));
      append("run", json(header));
      Tree.forceFolder(file.toAbsolutePath().getParent());
    }
  }

  /// Opens the journal of a run, or begins it. What an interrupted write left at its end is cut
  /// off.
  ///
  /// @throws JournalException if it is another run's, damaged, or in use; it stays as it is
  public static Journal open(Path file, JournalHeader header) {
    return openIfFree(file, header)
        .orElseThrow(
            () ->
                new JournalException(
                    "the journal %s is in use by another run; wait for it, or name another file"
                        .formatted(file)));
  }

  /// The same; empty if another run is writing it.
  static Optional<Journal> openIfFree(Path file, JournalHeader header) {
    FileChannel channel = null;
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new JournalException(file + " is not a file; name another one for the journal");
      }
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(new Journal(file, channel, header));
    } catch (IOException e) {
      close(channel, file);
      throw failure(file, e);
    } catch (RuntimeException e) {
      close(channel, file);
      throw e;
    }
  }

  /// Locked far behind its end: Windows keeps others from reading what is locked, and a journal may
  /// be merged while its run goes on.
  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      return false; // another run of this process
    }
  }

  private void refuseOther(JournalHeader its, JournalHeader mine) {
    String difference = mine.difference(its.run());
    if (difference == null && its.windows() != mine.windows()) {
      difference = "windows: %d here, %d there".formatted(mine.windows(), its.windows());
    }
    if (difference == null && !its.shard().equals(mine.shard())) {
      difference = "part: %s here, %s there".formatted(mine.shard(), its.shard());
    }
    if (difference != null) {
      throw new JournalException(
          "%s is the journal of another run (%s); name another file, or remove this one"
              .formatted(file, difference));
    }
  }

  /// Where it lies.
  public Path file() {
    return file;
  }

  /// What it held when it was opened.
  public JournalContent before() {
    return before;
  }

  /// Whether no window is in it yet.
  public boolean isEmpty() {
    return next == before.header().first();
  }

  /// Says that the run was started, and by whom.
  public void start(ObjectNode session) {
    append("session", session);
  }

  /// Adds finished windows; they are on the disk when this returns.
  ///
  /// @param first the window after the last that was added
  public void add(int first, double seconds, List<FinishedWindow> finished) {
    if (first != next) {
      throw new IllegalArgumentException("window %d, expected %d".formatted(first, next));
    }
    next += finished.size();
    ObjectNode batch = JsonNodeFactory.instance.objectNode();
    batch.put("first", first).put("seconds", seconds);
    ArrayNode windows = batch.putArray("windows");
    for (FinishedWindow window : finished) {
      ArrayNode values = windows.addObject().put("position", window.position()).putArray("nll");
      for (double loss : window.nll()) {
        values.add(loss);
      }
    }
    append("batch", batch);
  }

  /// Removes the file: everything in it is somewhere else by now.
  public void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private void append(String kind, ObjectNode content) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.set(kind, content);
    try {
      write(ByteBuffer.wrap(JournalLine.of(record)));
      channel.force(false);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static ObjectNode json(JournalHeader header) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("windows", header.windows());
    json.put("shard", header.shard().index());
    json.put("shards", header.shard().of());
    ObjectNode facts = json.putObject("facts");
    header.run().forEach(facts::put);
    json.set("account", header.account());
    return json;
  }

  @Override
  public void close() {
    close(channel, file);
  }

  private static void close(FileChannel channel, Path file) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static JournalException failure(Path file, IOException e) {
    return new JournalException(
        "the journal %s cannot be written: %s; name another file, or go without: --no-journal"
            .formatted(file, Reason.of(e)),
        e);
  }
}
