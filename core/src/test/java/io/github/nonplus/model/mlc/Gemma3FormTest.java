package io.github.nonplus.model.mlc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class Gemma3FormTest {
  /// As MLC's `gen_config` wrote it for a model of text and images, whose number of tokens is a
  /// default outside its text part.
  private static final String MODEL_OF_IMAGES =
      """
      {"text_config": {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 2,
       "attention_bias": false, "num_attention_heads": 4, "num_key_value_heads": 2,
       "head_dim": 16, "rms_norm_eps": 1e-06, "hidden_activation": "gelu_pytorch_tanh",
       "position_embedding_base": 1000000,
       "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "context_window_size": 8192,
       "prefill_chunk_size": 8192, "query_pre_attn_scalar": 16, "sliding_window_size": 16,
       "kwargs": {"model_type": "gemma3_text", "sliding_window": 16, "vocab_size": 128}},
       "vocab_size": 262208, "tensor_parallel_shards": 1, "max_batch_size": 128,
       "context_window_size": 8192, "sliding_window_size": 16, "prefill_chunk_size": 8192,
       "is_text_model": false}
      """;

  @Test
  void textPartOfAModelOfImagesIsRead() throws IOException {
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(MODEL_OF_IMAGES);
    FamilyModel model = MlcForms.named("gemma3", "m").read(new ConfigReader("m", config));
    assertThat(model.modelType()).isEqualTo("gemma3_text");
    assertThat(model.vocabularySize()).isEqualTo(128);
    assertThat(model.contextWindow()).isEqualTo(8192);
    assertThat(MlcForms.named("gemma3", "m").storedParameters(model))
        .extracting(StoredParameter::name)
        .allMatch(name -> name.startsWith("language_model.model."));
  }
}
