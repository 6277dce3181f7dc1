package io.github.nonplus.tokenizer.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.gguf.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The `tokenizer.json` of a file's tokenizer, by which Hugging Face's library gives the ids that
/// llama.cpp gives.
public final class TokenizerJson {
  private static final int BYTES = 256;
  private static final String SPACE = "\u2581";

  private final TokenList tokens;
  private final ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
  private int bos;
  private int eos;
  private boolean addsBos;

  private TokenizerJson(Metadata metadata) {
    this.tokens = new TokenList(metadata);
  }

  /// What a file's metadata say.
  ///
  /// @param json the file
  /// @param settings what `tokenizer_config.json` would say: which tokens begin and end a text
  public record Files(byte[] json, ObjectNode settings) {}

  /// @throws io.github.nonplus.failure.CorpusException if there is no tokenizer, or one that is not
  ///   implemented
  public static Files of(Metadata metadata) {
    return new TokenizerJson(metadata).made();
  }

  private Files made() {
    String kind = tokens.text("model").orElse("");
    switch (kind) {
      case "gpt2" -> pairs();
      case "llama" -> pieces();
      case "bert", "t5", "rwkv", "plamo2", "gemma4", "hybriddna", "whitespace" ->
          throw tokens.failure("its tokenizer is a '%s', which is not implemented".formatted(kind));
      case "none", "no_vocab", "" -> throw tokens.failure("it has no tokenizer");
      default ->
          throw tokens.failure("tokenizer.ggml.model is '%s', which is not known".formatted(kind));
    }
    added();
    template(
        tokens.flag("add_bos_token").orElse(addsBos), tokens.flag("add_eos_token").orElse(false));
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    named(bos).ifPresent(token -> settings.put("bos_token", token));
    named(eos).ifPresent(token -> settings.put("eos_token", token));
    return new Files(json.toString().getBytes(StandardCharsets.UTF_8), settings);
  }

  private Optional<String> named(int id) {
    return id < 0 ? Optional.empty() : Optional.of(tokens.token(id));
  }

  /// GPT-2's: pairs of bytes, merged within words.
  private void pairs() {
    String name = tokens.text("pre").filter(text -> !text.isEmpty()).orElse("default");
    PreTokenizer pre =
        PreTokenizer.find(name).orElseThrow(() -> tokens.failure(PreTokenizer.unknown(name)));
    bos = tokens.special("bos", pre.hasNoBos() ? -1 : 11);
    eos = tokens.special("eos", 11);
    addsBos = pre.addsBos();
    json.putNull("normalizer");
    json.set("pre_tokenizer", pre.json());
    json.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = model(false);
    model.put("ignore_merges", pre.takesWholeWords());
    ArrayNode merges = model.putArray("merges");
    for (String merge : tokens.texts("merges")) {
      int at = merge.indexOf(' ', 1);
      if (at < 0) {
        throw tokens.failure("its merge '%s' is no pair".formatted(merge));
      }
      add(merges, merge.substring(0, at), merge.substring(at + 1));
    }
    if (merges.isEmpty()) {
      throw tokens.failure("it has no merges (tokenizer.ggml.merges)");
    }
  }

  private void add(ArrayNode merges, String left, String right) {
    for (String token : List.of(left, right, left + right)) {
      if (tokens.id(token).isEmpty()) {
        throw tokens.failure(
            "its merge of '%s' and '%s' needs the token '%s', which is not there"
                .formatted(left, right, token));
      }
    }
    merges.addArray().add(left).add(right);
  }

  /// SentencePiece's: pieces with scores, and bytes for what has none.
  private void pieces() {
    bos = tokens.special("bos", 1);
    eos = tokens.special("eos", 2);
    addsBos = true;
    requireBytes();
    boolean prefix = tokens.flag("add_space_prefix").orElse(true);
    ArrayNode normalizers =
        json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    if (prefix) {
      normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    replace(normalizers.addObject(), " ", SPACE);
    json.putNull("pre_tokenizer");
    ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders.addObject(), SPACE, " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    ObjectNode model = model(true);
    ArrayNode merges = model.putArray("merges");
    for (SentencePieceMerges.Merge merge : SentencePieceMerges.of(tokens)) {
      merges.addArray().add(merge.left()).add(merge.right());
    }
  }

  private static void replace(ObjectNode step, String what, String by) {
    step.put("type", "Replace").putObject("pattern").put("String", what);
    step.put("content", by);
  }

  private void requireBytes() {
    for (int value = 0; value < BYTES; value++) {
      if (tokens.id("<0x%02X>".formatted(value)).isEmpty()) {
        throw tokens.failure("its tokenizer has no token for the byte %d".formatted(value));
      }
    }
  }

  private ObjectNode model(boolean fallsBack) {
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.putNull("dropout");
    int unknown = fallsBack ? tokens.special("unknown", 0) : -1;
    named(unknown)
        .ifPresentOrElse(token -> model.put("unk_token", token), () -> model.putNull("unk_token"));
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", fallsBack).put("byte_fallback", fallsBack);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.token(id), id);
    }
    return model;
  }

  /// Tokens that texts are searched for.
  private void added() {
    ArrayNode added = json.putArray("added_tokens");
    for (int id = 0; id < tokens.size(); id++) {
      TokenKind kind = tokens.kind(id);
      boolean special = kind == TokenKind.CONTROL || kind == TokenKind.UNKNOWN;
      if (special || kind == TokenKind.USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.token(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", takesSpaceBehind(tokens.token(id)))
            .put("normalized", false)
            .put("special", special);
      }
    }
  }

  /// As llama.cpp does in models whose name says that they are Phi-3.
  private boolean takesSpaceBehind(String token) {
    boolean isPhi = tokens.title().contains("phi-3") || tokens.title().contains("phi3");
    return isPhi && !List.of("<unk>", "<s>", "<|endoftext|>").contains(token);
  }

  private void template(boolean withBos, boolean withEos) {
    if (withBos && bos < 0 || withEos && eos < 0) {
      throw tokens.failure("a token is to be added to texts, but nothing says which");
    }
    ObjectNode processor = json.putObject("post_processor").put("type", "TemplateProcessing");
    IntStream.of(0, 1)
        .forEach(
            pair -> {
              ArrayNode template = processor.putArray(pair == 0 ? "single" : "pair");
              for (int text = 0; text <= pair; text++) {
                if (withBos) {
                  special(template, bos, text);
                }
                template
                    .addObject()
                    .putObject("Sequence")
                    .put("id", text == 0 ? "A" : "B")
                    .put("type_id", text);
                if (withEos) {
                  special(template, eos, text);
                }
              }
            });
    ObjectNode named = processor.putObject("special_tokens");
    if (withBos) {
      declare(named, bos);
    }
    if (withEos) {
      declare(named, eos);
    }
  }

  private void special(ArrayNode template, int id, int text) {
    template.addObject().putObject("SpecialToken").put("id", tokens.token(id)).put("type_id", text);
  }

  private void declare(ObjectNode named, int id) {
    ObjectNode token = named.putObject(tokens.token(id)).put("id", tokens.token(id));
    token.putArray("ids").add(id);
    token.putArray("tokens").add(tokens.token(id));
  }
}
