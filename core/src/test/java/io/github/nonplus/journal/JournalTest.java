package io.github.nonplus.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.SymbolicLink;
import io.github.nonplus.failure.JournalException;
import io.github.nonplus.files.PrivateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a journal keeps, and what becomes of one that was interrupted, damaged, or is another
/// run's.
class JournalTest {
  private static final double[] ODD = {
    Double.MIN_VALUE, -0.0, Math.nextUp(1.0), 1e300, Math.PI, 0.1 + 0.2, 17
  };

  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void nameIt() {
    file = directory.resolve("j");
  }

  private static JournalHeader header(int windows, Shard shard, String... facts) {
    Map<String, String> run = new LinkedHashMap<>();
    for (int i = 0; i < facts.length; i += 2) {
      run.put(facts[i], facts[i + 1]);
    }
    return new JournalHeader(windows, shard, run, JsonNodeFactory.instance.objectNode());
  }

  private static JournalHeader header() {
    return header(9, Shard.WHOLE, "weights", "12ab", "device", "cpu");
  }

  private static ObjectNode session() {
    return JsonNodeFactory.instance.objectNode().put("started", "now");
  }

  private static FinishedWindow window(double... nll) {
    return new FinishedWindow(1, nll);
  }

  /// Three batches: windows 0 to 1, 2, and 3 to 5.
  private void writeThreeBatches() {
    try (Journal journal = Journal.open(file, header())) {
      journal.start(session());
      journal.add(0, 0.5, List.of(window(ODD), window(2)));
      journal.add(2, 0.25, List.of(new FinishedWindow(7, new double[] {3})));
      journal.add(3, 1, List.of(window(4), window(5, 5), window()));
    }
  }

  @Test
  void whatIsAddedComesBackToTheBit() {
    writeThreeBatches();
    JournalContent content = JournalReader.read(file);
    assertThat(content.finished()).hasSize(6);
    long[] bits =
        Arrays.stream(content.finished().getFirst().nll())
            .mapToLong(Double::doubleToLongBits)
            .toArray();
    assertThat(bits).isEqualTo(Arrays.stream(ODD).mapToLong(Double::doubleToLongBits).toArray());
    assertThat(content.finished().get(2).position()).isEqualTo(7);
    assertThat(content.seconds()).isEqualTo(1.75);
    assertThat(content.sessions()).containsExactly(session());
    assertThat(content.header()).isEqualTo(header());
    assertThat(content.torn()).isZero();
    assertThat(content.isComplete()).isFalse();
  }

  @Test
  void anOpenedJournalGoesOnWhereItEnded() {
    writeThreeBatches();
    try (Journal journal = Journal.open(file, header())) {
      assertThat(journal.before().finished()).hasSize(6);
      assertThatThrownBy(() -> journal.add(0, 0, List.of(window(1))))
          .isInstanceOf(IllegalArgumentException.class);
      journal.add(6, 0, List.of(window(6), window(7), window(8)));
    }
    assertThat(JournalReader.read(file).isComplete()).isTrue();
  }

  /// Wherever a write may end, only its own batch is lost, and the next write follows cleanly.
  @Test
  void aTornTailOfAnyLengthIsCut() throws IOException {
    writeThreeBatches();
    byte[] whole = Files.readAllBytes(file);
    String text = new String(whole, StandardCharsets.UTF_8);
    int last = text.lastIndexOf('\n', text.length() - 2) + 1;
    for (int length = last + 1; length < whole.length; length += 13) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (Journal journal = Journal.open(file, header())) {
        assertThat(journal.before().finished()).hasSize(3);
        assertThat(journal.before().torn()).isEqualTo(length - last);
        journal.add(3, 1, List.of(window(4), window(5, 5), window()));
      }
      assertThat(file).hasBinaryContent(whole);
    }
  }

  /// After a loss of power, a file may be as long as it should be, but hold zeros.
  @Test
  void aTailOfZerosIsCut() throws IOException {
    writeThreeBatches();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length + 500));
    assertThat(JournalReader.read(file).finished()).hasSize(6);
    assertThat(JournalReader.read(file).torn()).isEqualTo(500);
  }

  @Test
  void aJournalThatEndsBeforeItsHeaderDoesIsBegunAnew() throws IOException {
    writeThreeBatches();
    byte[] whole = Files.readAllBytes(file);
    int headerEnd = new String(whole, StandardCharsets.UTF_8).indexOf("\n", 20);
    for (int length = 0; length <= headerEnd; length += 17) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (Journal journal = Journal.open(file, header())) {
        assertThat(journal.before().finished()).isEmpty();
        journal.add(0, 1, List.of(window(1)));
      }
      assertThat(JournalReader.read(file).finished()).hasSize(1);
    }
  }

  /// One flipped bit, wherever it is but in the last line.
  @Test
  void damageInTheMiddleIsRefusedAndStaysAsItIs() throws IOException {
    writeThreeBatches();
    byte[] whole = Files.readAllBytes(file);
    String text = new String(whole, StandardCharsets.UTF_8);
    int last = text.lastIndexOf('\n', text.length() - 2);
    for (int at = 0; at <= last; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      Files.write(file, damaged);
      assertThatThrownBy(() -> JournalReader.read(file))
          .as("byte %d", at)
          .isInstanceOf(JournalException.class);
    }
    byte[] damaged = whole.clone();
    damaged[last - 3] ^= 1;
    Files.write(file, damaged);
    assertThatThrownBy(() -> Journal.open(file, header()))
        .hasMessage(
            file
                + ": line 5 of the journal is damaged, but lines behind it are whole, so this is not"
                + " the end of a write that was interrupted; restore the file or remove it");
    assertThat(file).hasBinaryContent(damaged);
  }

  @Test
  void theJournalOfAnotherRunIsRefusedByNameAndStaysAsItIs() throws IOException {
    writeThreeBatches();
    byte[] whole = Files.readAllBytes(file);
    refuses(
        header(9, Shard.WHOLE, "weights", "34cd", "device", "cpu"),
        "weights: 34cd here, 12ab there");
    refuses(
        header(9, Shard.WHOLE, "weights", "12ab", "device", "gpu"), "device: gpu here, cpu there");
    refuses(header(9, Shard.WHOLE, "weights", "12ab"), "device: not said here, cpu there");
    refuses(header(8, Shard.WHOLE, "weights", "12ab", "device", "cpu"), "windows: 8 here, 9 there");
    refuses(
        header(9, new Shard(1, 2), "weights", "12ab", "device", "cpu"),
        "part: 1/2 here, 1/1 there");
    assertThat(file).hasBinaryContent(whole);
  }

  private void refuses(JournalHeader other, String difference) {
    assertThatThrownBy(() -> Journal.open(file, other))
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "%s is the journal of another run (%s); name another file, or remove this one"
                .formatted(file, difference));
  }

  @Test
  void anotherFileIsNotTakenForAJournal() throws IOException {
    Files.writeString(file, "years of work");
    assertThatThrownBy(() -> Journal.open(file, header()))
        .hasMessage(file + " is not a journal of this version of Nonplus; name another file");
    assertThat(file).hasContent("years of work");
    assertThatThrownBy(() -> Journal.open(directory, header()))
        .hasMessage(directory + " is not a file; name another one for the journal");
  }

  @Test
  void aJournalHasOneWriter() {
    try (Journal _ = Journal.open(file, header())) {
      assertThatThrownBy(() -> Journal.open(file, header()))
          .hasMessage(
              "the journal %s is in use by another run; wait for it, or name another file"
                  .formatted(file));
    }
  }

  /// A whole line whose checksum is right, and whose content is not.
  @Test
  void windowsOutOfOrderOrTooManyAreRefused() throws IOException {
    writeThreeBatches();
    byte[] whole = Files.readAllBytes(file);
    String[] lines = new String(whole, StandardCharsets.UTF_8).split("(?<=\n)");
    Files.writeString(file, String.join("", lines) + lines[4]);
    assertThatThrownBy(() -> JournalReader.read(file))
        .hasMessageContaining("line 7 of the journal begins with window 3, expected window 7");
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    var windows = record.putObject("batch").put("first", 6).put("seconds", 1).putArray("windows");
    for (int i = 0; i < 4; i++) {
      windows.addObject().put("position", 1).putArray("nll").add(1);
    }
    Files.write(file, whole);
    Files.write(file, JournalLine.of(record), java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(() -> JournalReader.read(file))
        .hasMessageContaining("line 7 of the journal holds 4 windows, expected 1 to 3");
  }

  @Test
  void aCacheKeepsNoJournalWhereItCannot() throws IOException {
    Path occupied = Files.createFile(directory.resolve("occupied"));
    StringBuilder notes = new StringBuilder();
    assertThat(new JournalPlace.Cache(occupied).open(JournalTest::header, notes::append)).isEmpty();
    assertThat(notes)
        .hasToString(
            "No journal is kept in %s (it is no folder); name a file for it to keep one."
                .formatted(occupied));
  }

  @Test
  void aCacheThatOthersCanWriteToIsNotTrusted() throws IOException {
    assumeTrue(
        Files.getFileStore(directory).supportsFileAttributeView("posix"), "no POSIX permissions");
    for (String permissions : List.of("rwxrwxrwx", "rwxrwx---", "rwx----w-")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
      StringBuilder notes = new StringBuilder();
      assertThat(new JournalPlace.Cache(directory).open(JournalTest::header, notes::append))
          .isEmpty();
      assertThat(notes).contains("others can write to it", "not trusted");
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Path link = SymbolicLink.make(directory.resolve("link"), directory);
    StringBuilder notes = new StringBuilder();
    assertThat(new JournalPlace.Cache(link).open(JournalTest::header, notes::append)).isEmpty();
    assertThat(notes).contains("it is a symbolic link");
  }

  /// Only root can make what is another user's.
  @Test
  void anotherUsersJournalIsNotResumed() throws IOException {
    assumeTrue(PrivateFolder.user().equals(Optional.of(0L)), "needs root");
    JournalPlace cache = new JournalPlace.Cache(directory);
    Path file;
    try (Journal journal = cache.open(JournalTest::header, _ -> {}).orElseThrow()) {
      file = journal.file();
    }
    Files.setAttribute(file, "unix:uid", 23456);
    StringBuilder notes = new StringBuilder();
    assertThat(cache.open(JournalTest::header, notes::append)).isEmpty();
    assertThat(notes).contains("it belongs to user 23456, and this is user 0");
    Files.delete(file);
    Files.setAttribute(directory, "unix:uid", 23456);
    assertThat(cache.open(JournalTest::header, notes::append)).isEmpty();
    Files.setAttribute(directory, "unix:uid", 0);
  }

  @Test
  void aCacheHasAFileForEachRun() {
    JournalPlace cache = new JournalPlace.Cache(directory);
    StringBuilder notes = new StringBuilder();
    try (Journal one = cache.open(JournalTest::header, notes::append).orElseThrow();
        Journal other =
            cache
                .open(() -> header(9, Shard.WHOLE, "weights", "34cd"), notes::append)
                .orElseThrow()) {
      assertThat(one.file()).isNotEqualTo(other.file());
      assertThat(notes).hasToString("");
      assertThat(cache.open(JournalTest::header, notes::append)).isEmpty();
      assertThat(notes)
          .hasToString(
              "No journal is kept, because another run of the same windows is writing %s."
                  .formatted(one.file()));
    }
  }
}
