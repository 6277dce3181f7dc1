package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A command that failed as every command should: exit code 1, nothing on standard output, one
/// sentence on standard error (behind notes at most), no stack trace, and every file of the
/// directory as it was, none more and none less.
record Refusal(String sentence) {
  private static final String PREFIX = "nonplus: ";

  /// What may be said before.
  private static final Pattern NOTE =
      Pattern.compile("Compiling .* in memory, because no model library is given\\.");

  static Refusal of(Path directory, Object... arguments) {
    return of(1, directory, arguments);
  }

  /// The same of what was asked for, not of what was found: exit code 2, and where to read more.
  static Refusal ofRequest(Path directory, Object... arguments) {
    return of(2, directory, arguments);
  }

  private static Refusal of(int code, Path directory, Object... arguments) {
    Map<String, String> before = files(directory);
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
    List<String> lines = run.err().lines().filter(line -> !NOTE.matcher(line).matches()).toList();
    assertThat(lines).hasSize(code).first().asString().startsWith(PREFIX).doesNotContain("bug");
    assertThat(files(directory)).isEqualTo(before);
    return new Refusal(lines.getFirst().substring(PREFIX.length()));
  }

  /// The sentence, to the letter.
  void says(String expected, Object... values) {
    assertThat(sentence).isEqualTo(expected.formatted(values));
  }

  /// Parts of the sentence, where the rest is the system's.
  void mentions(Object... parts) {
    for (Object part : parts) {
      assertThat(sentence).contains(part.toString());
    }
  }

  /// Each file with the digest of its bytes, hidden ones included; directories with none.
  static Map<String, String> files(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      Map<String, String> files = new TreeMap<>();
      for (Path each : all.toList()) {
        files.put(
            directory.relativize(each).toString().replace('\\', '/'),
            Files.isRegularFile(each) ? Sha256.of(each) : "");
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
