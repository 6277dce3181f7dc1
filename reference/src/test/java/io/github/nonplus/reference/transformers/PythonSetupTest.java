package io.github.nonplus.reference.transformers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Setting up, with a shell script in the place of Python and of the Python that it makes.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a script of sh stands in for Python")
class PythonSetupTest {
  /// Makes an environment whose program tells what it is called with.
  private static final String MAKES =
      """
      case "$2" in
        venv) mkdir -p "$3/bin"; cp "%1$s" "$3/bin/python" ;;
      esac
      """;

  private static final String TELLS =
      """
      #!/bin/sh
      echo "Collecting $*"
      echo "Progress 3000000 of 5000000"
      %s
      """;

  @TempDir Path directory;

  private final List<String> notes = new ArrayList<>();
  private final List<String> downloads = new ArrayList<>();

  @Test
  void packagesGoIntoAFolderThatIsThereWhenAllAre() throws IOException {
    PythonSetup setup = setup();
    String base = base("exit 0");
    setup.install(Optional.of(base), notes::add, this::downloaded);
    assertThat(setup.program()).contains(setup.folder().resolve("bin/python"));
    assertThat(Files.readAllLines(setup.folder().resolve("packages.txt")))
        .allMatch(line -> line.startsWith("#") || line.matches("[\\w-]+==[\\w.]+( ;.+)?"))
        .anyMatch(line -> line.startsWith("transformers=="));
    assertThat(String.join("\n", notes)).contains("--only-binary=:all:", "bitsandbytes", "ready");
    assertThat(downloads).contains("3000000 of 5000000");
    assertThat(siblings()).containsExactly(setup.folder());

    notes.clear();
    setup.install(Optional.of(base), notes::add, this::downloaded);
    assertThat(notes).hasSize(1).first().asString().contains("already");
  }

  @Test
  void whatFailsIsSaidAndLeavesNothing() throws IOException {
    PythonSetup setup = setup();
    String base = base("echo 'No matching distribution found'; exit 1");
    assertThatThrownBy(() -> setup.install(Optional.of(base), notes::add, this::downloaded))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cannot install its packages: No matching distribution found; name");
    assertThat(setup.program()).isEmpty();
    assertThat(siblings()).isEmpty();
  }

  @Test
  void aPythonThatIsTooOldIsNotUsed() throws IOException {
    Path old = script("old", "#!/bin/sh\necho 'it is 3.9.2' >&2; exit 1\n");
    assertThatThrownBy(
            () -> setup().install(Optional.of(old.toString()), notes::add, this::downloaded))
        .hasMessageContaining("cannot be used, 3.11 or newer is needed: it is 3.9.2; name another");
    assertThat(siblings()).isEmpty();
  }

  @Test
  void aCacheThatOthersCanWriteToIsNotTrusted() throws IOException {
    PythonSetup setup = setup();
    setup.install(Optional.of(base("exit 0")), notes::add, this::downloaded);
    assertThat(directory.resolve("cache").toFile().setWritable(true, false)).isTrue();
    assertThatThrownBy(setup::program)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("is not used (others can write to it");
  }

  private void downloaded(long done, long total, String note) {
    downloads.add(done + " of " + total);
  }

  private PythonSetup setup() {
    return new PythonSetup(directory.resolve("cache").resolve("python-1"));
  }

  private List<Path> siblings() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("cache"))) {
      return all.toList();
    }
  }

  /// A Python whose environments run `end` when packages are installed.
  private String base(String end) throws IOException {
    Path own = script("own", TELLS.formatted(end));
    return script("base", "#!/bin/sh\n" + MAKES.formatted(own)).toString();
  }

  private Path script(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
