package io.github.nonplus.weights.mlc;

/// Whose runtime is to read a directory: upstream and Qualcomm's fork differ in the name of the
/// index and in a few keys of `mlc-chat-config.json`.
public enum Dialect {
  /// MLC LLM since September 2025.
  UPSTREAM("tensor-cache"),
  /// Qualcomm's fork, and MLC LLM before.
  QUALCOMM("ndarray-cache");

  private final String index;

  Dialect(String index) {
    this.index = index;
  }

  /// The index file.
  String indexFile() {
    return index + ".json";
  }

  /// The second index, written if a tensor is stored in bfloat16 but means float32.
  String bfloat16IndexFile() {
    return index + "-b16.json";
  }
}
