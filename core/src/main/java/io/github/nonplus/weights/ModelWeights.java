package io.github.nonplus.weights;

import java.nio.file.Path;

/// The weights of a model under the names of its checkpoint
/// (`model.layers.0.self_attn.k_proj.weight`), wherever and however they are stored. What is handed
/// out has the shape that was asked for and finite values, and lives until `close`.
public interface ModelWeights extends AutoCloseable {
  /// The model's directory, for messages and reports.
  Path path();

  /// Whether there is a tensor of that name.
  boolean contains(String name);

  /// The matrix of that name as it is stored. A missing one, another shape, or a value that is not
  /// finite is a [io.github.nonplus.failure.WeightsException].
  Matrix matrix(String name, int rows, int columns);

  /// The vector of that name, under the same conditions.
  float[] vector(String name, int length);

  /// SHA-256 of the weight files, in hexadecimal digits. Reads them all, once.
  String digest();

  /// Bytes of storage of all tensors.
  long bytes();

  @Override
  void close();
}
