package io.github.nonplus.model;

import io.github.nonplus.program.Program;
import io.github.nonplus.weights.Source;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A resolved configuration: what the user's files say, understood and checked.
public interface Model {
  /// The family's name, such as `llama`.
  String modelType();

  /// Rows of the embedding: token ids are 0 to `vocabularySize` − 1.
  int vocabularySize();

  /// The longest window that the model was made for (`max_position_embeddings`).
  int contextWindow();

  /// The longest window that it can be given at all, because it has no more positions; empty if
  /// there is none.
  OptionalInt limit();

  /// The same model for windows beyond that limit, where it takes other operations; empty if there
  /// is none.
  default Optional<Model> longer() {
    return Optional.empty();
  }

  /// Everything that decides what it computes, by name: two models compute the same function of the
  /// same weights if and only if their facts are equal.
  Map<String, String> facts();

  /// What the model computes, before any pass.
  Program program(Output output);

  /// How parameters are made of a checkpoint's tensors, by name; a parameter that is not here is
  /// the tensor of its very name.
  Map<String, Source> sources();

  /// Tensors that a checkpoint may hold although the model does not use them.
  boolean ignores(String checkpointName);

  /// The tensor that an ignored one must equal bit by bit: where it differs, the checkpoint is not
  /// the model that its configuration describes.
  Optional<String> originalOf(String checkpointName);

  /// What a program ends in.
  enum Output {
    /// The negative log-likelihood of the target of each selected row.
    SCORE,
    /// The logits of each selected row.
    LOGITS
  }
}
