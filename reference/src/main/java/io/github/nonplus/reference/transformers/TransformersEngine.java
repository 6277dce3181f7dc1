package io.github.nonplus.reference.transformers;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.HubSnapshot;
import io.github.nonplus.reference.ReferenceEngine;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// transformers in a Python of the user's.
///
/// @param python its program; if absent, the one that was set up, or the first on the PATH
public record TransformersEngine(Optional<String> python) implements ReferenceEngine {
  @Override
  public ReferenceModel open(Path given, Variant variant, int threads, Consumer<String> note) {
    Path directory = HubSnapshot.of(given);
    if (!Files.isRegularFile(directory.resolve("config.json"))) {
      throw new ModelException(
          "%s holds no config.json; give the directory of a Hugging Face model"
              .formatted(directory));
    }
    String program = PythonProgram.toComputeWith(python);
    return TransformersModel.start(program, directory, variant, threads);
  }
}
