package io.github.nonplus.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Tensors by name, wherever they are stored. Everything about lengths and offsets has been checked
/// when a source is handed out; the bytes are mapped, not read.
public interface TensorSource extends AutoCloseable {
  /// The directory or file that holds the tensors, for messages.
  Path path();

  /// All names in the order in which the format enumerates them.
  List<String> names();

  /// The tensor of that name, or empty if the source has none.
  Optional<Tensor> find(String name);

  @Override
  void close();
}
