package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.ForcedFile;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.files.PythonJson;
import io.github.nonplus.quantization.Quantization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes `mlc-chat-config.json` and copies the tokenizer's files beside it, as MLC's `gen_config`
/// does.
final class ChatConfigFile {
  static final String FILE_NAME = "mlc-chat-config.json";

  /// What is copied, and in this order listed, if it is there.
  static final List<String> TOKENIZER_FILES =
      List.of(
          "tokenizer.model",
          "tokenizer.json",
          "vocab.json",
          "merges.txt",
          "added_tokens.json",
          "tokenizer_config.json");

  private static final int INDENT = 2;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// Keys of the generation configuration with MLC's defaults, in order.
  private static final Map<String, JsonNode> SAMPLING = new LinkedHashMap<>();

  private static final Map<String, JsonNode> SPECIAL_TOKENS = new LinkedHashMap<>();

  static {
    SAMPLING.put("temperature", JSON.numberNode(1.0));
    SAMPLING.put("presence_penalty", JSON.numberNode(0.0));
    SAMPLING.put("frequency_penalty", JSON.numberNode(0.0));
    SAMPLING.put("repetition_penalty", JSON.numberNode(1.0));
    SAMPLING.put("top_p", JSON.numberNode(1.0));
    SPECIAL_TOKENS.put("pad_token_id", JSON.numberNode(0));
    SPECIAL_TOKENS.put("bos_token_id", JSON.numberNode(1));
    SPECIAL_TOKENS.put("eos_token_id", JSON.numberNode(2));
  }

  private final ChatConfig config;
  private final Path huggingFace;

  ChatConfigFile(ChatConfig config, Path huggingFace) {
    this.config = config;
    this.huggingFace = huggingFace;
  }

  /// Sentences about what the directory lacks.
  List<String> warnings() {
    if (Files.exists(huggingFace.resolve("tokenizer.json"))) {
      return List.of();
    }
    String there =
        Files.exists(huggingFace.resolve("tokenizer.model"))
            ? "tokenizer.model (SentencePiece), but no tokenizer.json"
            : "no tokenizer.json";
    return List.of(
        "%s has %s; texts cannot be tokenized for this model".formatted(huggingFace, there));
  }

  /// Writes all files into `target`.
  void write(Quantization quantization, Dialect dialect, Path target) {
    List<String> tokenizerFiles =
        TOKENIZER_FILES.stream()
            .filter(file -> Files.isRegularFile(huggingFace.resolve(file)))
            .toList();
    ObjectNode json = json(quantization, dialect, tokenizerFiles);
    try {
      for (String file : tokenizerFiles) {
        ForcedFile.copy(huggingFace.resolve(file), target.resolve(file));
      }
      ForcedFile.write(target.resolve(FILE_NAME), PythonJson.print(json, INDENT));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private ObjectNode json(Quantization quantization, Dialect dialect, List<String> tokenizerFiles) {
    TokenizerFacts tokenizer = TokenizerFacts.read(huggingFace);
    ObjectNode model = config.modelConfig();
    int vocabulary = model.get("vocab_size").intValue();
    ObjectNode json = JSON.objectNode();
    json.put("version", "0.1.0");
    json.put("model_type", config.modelType());
    json.put("quantization", quantization.name());
    json.set("model_config", model);
    json.put("vocab_size", vocabulary);
    copy(model, "context_window_size", -1, json);
    copy(model, "sliding_window_size", -1, json);
    copy(model, "prefill_chunk_size", -1, json);
    copy(model, "attention_sink_size", -1, json);
    copy(model, "tensor_parallel_shards", 1, json);
    copy(model, "pipeline_parallel_stages", 1, json);
    if (dialect == Dialect.UPSTREAM) {
      json.put("active_vocab_size", tokenizer.tokens().orElse(vocabulary));
    }
    Map<String, JsonNode> generation = generation();
    for (String key : SAMPLING.keySet()) {
      json.set(key, generation.get(key));
    }
    ArrayNode files = json.putArray("tokenizer_files");
    tokenizerFiles.forEach(files::add);
    json.set("tokenizer_info", tokenizer.info());
    json.set("conv_template", template(dialect));
    for (String key : SPECIAL_TOKENS.keySet()) {
      json.set(key, generation.get(key));
    }
    if (dialect == Dialect.UPSTREAM) {
      json.put("model_task", "chat");
      json.putNull("embedding_metadata");
    }
    return json;
  }

  private static void copy(ObjectNode from, String key, int absent, ObjectNode to) {
    JsonNode value = from.get(key);
    to.set(key, value == null || value.isNull() ? IntNode.valueOf(absent) : value);
  }

  private ObjectNode template(Dialect dialect) {
    ObjectNode template = ConversationTemplates.named(config.conversationTemplate());
    if (dialect == Dialect.QUALCOMM) {
      template.remove("strip_reasoning_in_history");
    }
    return template;
  }

  /// Each key from `generation_config.json`, else `config.json`, else MLC's default.
  private Map<String, JsonNode> generation() {
    Map<String, JsonNode> values = new LinkedHashMap<>(SAMPLING);
    values.putAll(SPECIAL_TOKENS);
    for (String name : List.of("config.json", "generation_config.json")) {
      Path file = huggingFace.resolve(name);
      if (Files.exists(file) || name.equals("config.json")) {
        ObjectNode json = JsonFile.readOfPython(file, ModelException::new);
        values.replaceAll((key, before) -> json.hasNonNull(key) ? json.get(key) : before);
      }
    }
    return values;
  }
}
