package io.github.nonplus.library;

import io.github.nonplus.files.ForcedFile;
import io.github.nonplus.files.WholeDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// A directory with a text for each step of a compilation, `score.0-architecture.txt` and so on,
/// and one for each kernel, `kernel.000-embed.cl`, which is there once all of it is. An earlier
/// dump is replaced, anything else is not.
public final class ProgramDump implements Compiler.Dump, AutoCloseable {
  private static final Pattern NAME =
      Pattern.compile(
          "(prefill|score)\\.\\d+-[a-z0-9-]+\\.txt|kernel\\.\\d+-[a-z0-9_]+\\.(cl|ptx)");

  private final Path path;
  private final WholeDirectory directory;

  private ProgramDump(Path path) {
    this.path = path;
    this.directory = WholeDirectory.create(path, ProgramDump::isDump);
  }

  /// Begins a dump that is to be the directory `path`.
  public static ProgramDump to(Path path) {
    return new ProgramDump(path);
  }

  private static boolean isDump(Set<String> files) {
    return files.stream().allMatch(NAME.asMatchPredicate());
  }

  @Override
  public void accept(String function, String step, Supplier<String> text) {
    write(function + "." + step + ".txt", text.get());
  }

  /// Adds kernels, by the names of their files.
  public void kernels(Map<String, String> texts) {
    texts.forEach(this::write);
  }

  private void write(String name, String text) {
    try {
      ForcedFile.write(directory.path().resolve(name), text);
    } catch (IOException e) {
      throw WholeDirectory.notWritten(path, e);
    }
  }

  /// Makes it what it was meant to be.
  public void commit() {
    directory.commit();
  }

  @Override
  public void close() {
    directory.close();
  }
}
