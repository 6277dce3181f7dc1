package io.github.nonplus.compilation;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.device.Devices;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.library.ProgramDump;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.quantization.Quantization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What a user asks for: a model library of a model for a device.
///
/// @param model a directory, or a configuration alone if the scheme is named
/// @param wanted what the checkpoint is to be taken for
/// @param quantization name of the weights' scheme; absent for that of the directory's own weights
/// @param device its name
/// @param kernels to take along, of a device that has several
/// @param output the library's file
/// @param dump where the program is written after each pass, as text, with the kernels
public record Compilation(
    Path model,
    Wanted wanted,
    Optional<String> quantization,
    String device,
    Optional<String> kernels,
    CompileOptions options,
    Path output,
    Optional<Path> dump) {
  /// Compiles and writes.
  public ModelLibrary run() {
    Optional<Quantization> scheme = quantization.map(Quantization::named);
    Devices.requireKnown(device);
    AtomicFile.check(output);
    if (dump.isEmpty()) {
      ModelLibrary library = compiled(scheme, (_, _, _) -> {});
      LibraryFile.write(output, library);
      return library;
    }
    try (ProgramDump texts = ProgramDump.to(dump.get())) {
      ModelLibrary library = compiled(scheme, texts);
      texts.kernels(Devices.texts(device, library.code()));
      LibraryFile.write(output, library);
      texts.commit();
      return library;
    }
  }

  private ModelLibrary compiled(Optional<Quantization> scheme, Compiler.Dump texts) {
    if (scheme.isEmpty() && Files.isRegularFile(model) && model.toString().endsWith(".json")) {
      throw new ModelException(
          "%s is a configuration without weights; name their scheme with --quantization, or give the model's directory"
              .formatted(model));
    }
    ModelDirectory stored =
        scheme.isPresent()
            ? ModelDirectory.configuration(model, scheme.get(), wanted)
            : ModelDirectory.open(model, wanted);
    return Compiler.compile(
        stored.model(),
        stored.quantization(),
        stored.forms(),
        device,
        kernels,
        options,
        Devices::code,
        texts);
  }
}
