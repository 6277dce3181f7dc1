package io.github.nonplus.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A resolved configuration: what the user's files say, understood and checked.
public interface Model {
  /// The architecture's name, such as `llama`.
  String modelType();

  /// Rows of the embedding: token ids are 0 to `vocabularySize` − 1.
  int vocabularySize();

  /// The longest window that the model was made for (`max_position_embeddings`).
  int contextWindow();

  /// Everything that decides what it computes, by name: two models compute the same function of the
  /// same weights if and only if their facts are equal.
  Map<String, String> facts();

  /// What the model computes, before any pass.
  Program program(Output output);

  /// How the program's parameters are made of a checkpoint's tensors, by their names. A parameter
  /// that is not there is the tensor of its very name.
  default Map<String, Source> sources() {
    return Map.of();
  }

  /// Its parameters in MLC's weight format, layer by layer.
  List<StoredParameter> storedParameters();

  /// Tensors that a checkpoint may hold although the model does not use them.
  boolean ignores(String checkpointName);

  /// The tensor that an ignored one must equal bit by bit: where it differs, the checkpoint is not
  /// the model that its configuration describes.
  Optional<String> originalOf(String checkpointName);

  /// The object `model_config` of `mlc-chat-config.json`, keys in MLC's order.
  ObjectNode mlcModelConfig();

  /// What MLC LLM itself would get wrong with the weights of this model; empty if nothing.
  List<String> mlcCaveats();

  /// What a program ends in.
  enum Output {
    /// The negative log-likelihood of the target of each selected row.
    SCORE,
    /// The logits of each selected row.
    LOGITS
  }
}
