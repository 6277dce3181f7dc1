package io.github.nonplus.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// A copy of one of the tiny checkpoints, and what can be made of it.
record TinyModel(Path path) {
  private static final Path FIXTURES =
      Path.of("../core/src/test/resources/io/github/nonplus/fixtures/architectures");

  private static final ObjectMapper JSON = new ObjectMapper();

  /// The one in the sources, which must stay as it is.
  static Path original(String name) {
    return FIXTURES.resolve(name);
  }

  /// A Llama in float32, whose head is its own, as `directory/llama`.
  static TinyModel llama(Path directory) {
    return copy("llama", directory);
  }

  static TinyModel copy(String name, Path directory) {
    return new TinyModel(copy(original(name), directory.resolve(name)));
  }

  /// Copies the files of a directory.
  static Path copy(Path from, Path to) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
      Files.createDirectories(to);
      for (Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path config() {
    return path.resolve("config.json");
  }

  Path weights() {
    return path.resolve("model.safetensors");
  }

  TensorFile tensors() throws IOException {
    return TensorFile.read(weights());
  }

  TinyModel configure(Consumer<ObjectNode> change) {
    edit(config(), change);
    return this;
  }

  /// Changes a JSON file.
  static void edit(Path file, Consumer<ObjectNode> change) {
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
      change.accept(json);
      Files.writeString(file, json.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Windows that it can score.
  static Path windows(Path directory) {
    return windows(directory, "1 2 3 4 5\n6 7 8\n9 10 11 12\n");
  }

  static Path windows(Path directory, String content) {
    try {
      return Files.writeString(directory.resolve("windows.txt"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A model library of it.
  Path compiled(String quantization, Object... more) {
    Path library = path.resolveSibling(path.getFileName() + ".lib");
    succeed(
        CommandRun.joined(
            more,
            "compile",
            path,
            "--quantization",
            quantization,
            "--device",
            "cpu",
            "--output",
            library));
    return library;
  }

  /// A directory of converted weights of it.
  Path converted(String quantization) {
    Path output = path.resolveSibling(path.getFileName() + "-" + quantization);
    succeed("convert-weight", path, "--quantization", quantization, "--output", output);
    return output;
  }

  private static void succeed(Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    if (run.code() != 0) {
      throw new AssertionError(run);
    }
  }
}
