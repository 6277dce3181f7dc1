package io.github.nonplus.reference.pytorch;

import io.github.nonplus.reference.ReferenceEngine;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import java.nio.file.Path;
import java.util.function.Consumer;

/// libtorch inside this process; nothing of it is loaded before a model is opened.
public final class PyTorchEngine implements ReferenceEngine {
  @Override
  public ReferenceModel open(Path directory, Variant variant, int threads, Consumer<String> note) {
    return TorchModel.load(directory, variant, threads, note);
  }
}
