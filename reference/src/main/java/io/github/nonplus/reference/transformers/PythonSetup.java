package io.github.nonplus.reference.transformers;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.Leftovers;
import io.github.nonplus.files.PrivateFolder;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.files.WholeDirectory;
import io.github.nonplus.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A Python of the engine's own in the user's cache: a virtual environment with what the engine
/// needs, in the versions that it was tried with. It is named after them, so another release of
/// Nonplus that wants others makes another.
///
/// @param folder of the environment; it is whole or not there
public record PythonSetup(Path folder) {
  private static final String PACKAGES = "packages.txt";

  private static final String CHECK =
      "import sys; sys.exit(0 if sys.version_info >= (3, 11) else f'it is {sys.version.split()[0]}')";

  /// The one for this user and release.
  public static PythonSetup ofUser() {
    String name = "python-" + Sha256.of(packages()).substring(0, 12);
    return new PythonSetup(CacheDirectory.ofUser().resolve(name));
  }

  /// The environment's program, if it is there and this user's own.
  Optional<Path> program() {
    Optional<Path> program =
        Stream.of("bin/python", "Scripts/python.exe")
            .map(folder::resolve)
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isPresent()) {
      try {
        PrivateFolder.open(folder.toAbsolutePath().getParent());
        PrivateFolder.requireOwn(folder);
      } catch (IOException e) {
        throw notUsed(e);
      }
    }
    return program;
  }

  /// Sets it up, unless it is there.
  ///
  /// @param named the Python that it is made from; the first on the PATH if absent
  /// @param note is told what is done, line by line
  /// @param progress of each download, in bytes
  public void install(Optional<String> named, Consumer<String> note, Progress progress) {
    if (program().isPresent()) {
      note.accept("There is a Python with transformers in %s already.".formatted(folder));
      return;
    }
    String base =
        named
            .or(() -> PythonProgram.onPath(System.getenv("PATH")))
            .orElseThrow(
                () ->
                    new DeviceException(
                        "there is no Python on the PATH to set up the engine transformers from; install Python 3.11 or newer, or name one with --python"));
    try {
      Leftovers.reclaim(PrivateFolder.open(folder.toAbsolutePath().getParent()), note);
    } catch (IOException e) {
      throw notUsed(e);
    }
    note.accept("Setting up a Python with transformers in %s, from %s.".formatted(folder, base));
    try (WholeDirectory whole = WholeDirectory.create(folder, _ -> false)) {
      fill(whole.path(), new PythonTask(base, note, progress));
      whole.commit();
    }
    note.accept("The engine transformers is ready: %s.".formatted(folder));
  }

  private static void fill(Path environment, PythonTask base) {
    base.run("be used, 3.11 or newer is needed", "-c", CHECK);
    base.run("make a virtual environment", "-m", "venv", environment.toString());
    Path list = environment.resolve(PACKAGES);
    try {
      Files.write(list, packages());
    } catch (IOException e) {
      throw WholeDirectory.notWritten(environment, e);
    }
    PythonTask own = base.with(new PythonSetup(environment).program().orElseThrow().toString());
    // The pip that a Python brings may be too old to tell how far a download is.
    install(own, list, "pip");
    install(own, list, "--progress-bar=raw", "torch", "transformers", "accelerate", "bitsandbytes");
  }

  private static void install(PythonTask python, Path versions, String... what) {
    List<String> pip =
        List.of(
            "-m",
            "pip",
            "install",
            "--no-input",
            "--disable-pip-version-check",
            "--no-cache-dir",
            "--only-binary=:all:", // code of strangers' build scripts is not run
            "--constraint",
            versions.toString());
    python.run(
        "install its packages",
        Stream.concat(pip.stream(), Stream.of(what)).toArray(String[]::new));
  }

  private static byte[] packages() {
    try (InputStream in = PythonSetup.class.getResourceAsStream(PACKAGES)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DeviceException notUsed(IOException cause) {
    return new DeviceException(
        "%s is not used (%s); remove it, or name another cache with NONPLUS_JAVA_OPTIONS=-Dnonplus.cache=DIR"
            .formatted(folder, Reason.of(cause)),
        cause);
  }
}
