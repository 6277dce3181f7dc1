package io.github.nonplus.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A model's own tokenizer: its `tokenizer.json`, run by Hugging Face's library. Special tokens are
/// added as the file's post-processor says; nothing is truncated or padded, whatever the file says
/// about that.
///
/// `tokenizer_config.json` changes no id here, though it does in some versions of transformers;
/// where the two files disagree, [#warnings] says so.
///
/// The native library is unpacked once into `~/.djl.ai` (or where `DJL_CACHE_DIR` points); nothing
/// is downloaded or reported to anybody.
public final class Tokenizer implements AutoCloseable {
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "do_not_truncate", "padding", "do_not_pad");

  static {
    // DJL would otherwise look for CUDA builds of the library to download, and report its use.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private final HuggingFaceTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final String digest;
  private final List<String> warnings;
  private final AddedTokens added;
  private final TokenizerSettings settings;
  private final boolean seams;

  private Tokenizer(
      HuggingFaceTokenizer tokenizer,
      Vocabulary vocabulary,
      AddedTokens added,
      String digest,
      JsonNode json,
      JsonNode settings) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.added = added;
    this.digest = digest;
    this.settings = new TokenizerSettings(settings);
    this.seams = Seams.exist(json, vocabulary);
    this.warnings = this.settings.disagreements(this, json);
  }

  /// Opens the tokenizer of a model directory.
  ///
  /// @throws CorpusException if there is none, or it cannot be used
  public static Tokenizer open(Path modelDirectory) {
    TokenizerFiles files = new TokenizerFiles(modelDirectory);
    Path file = files.tokenizer();
    byte[] bytes = TokenizerFiles.read(file);
    JsonNode json = TokenizerFiles.parse(file, bytes);
    Vocabulary vocabulary = new Vocabulary(file.toString(), json);
    AddedTokens added =
        new PostProcessor(file.toString(), vocabulary.size()).added(json.path("post_processor"));
    JsonNode settings = files.configuration();
    HuggingFaceTokenizer loaded = load(file, bytes);
    try {
      Tokenizer result = new Tokenizer(loaded, vocabulary, added, Sha256.of(bytes), json, settings);
      result.checkAdded(file);
      return result;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /// What was read from the file is what the library does, for texts with and without letters.
  private void checkAdded(Path file) {
    for (String text : List.of("", "a", "1 \n")) {
      int[] expected =
          Stream.of(added.before(), encode(text, false), added.after())
              .flatMapToInt(IntStream::of)
              .toArray();
      if (!Arrays.equals(expected, encode(text, true))) {
        throw new CorpusException(
            ("%s adds other tokens to a text than its post_processor says; get the model's"
                    + " tokenizer files anew")
                .formatted(file));
      }
    }
  }

  private static HuggingFaceTokenizer load(Path file, byte[] bytes) {
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), OPTIONS);
    } catch (EngineException | LinkageError e) {
      throw new CorpusException(
          ("the tokenizer's native library cannot be loaded on %s %s: %s; let DJL_CACHE_DIR name a "
                  + "directory where it can be unpacked, or tokenize on another machine")
              .formatted(
                  System.getProperty("os.name"), System.getProperty("os.arch"), innermost(e)),
          e);
    } catch (IOException | RuntimeException e) {
      throw new CorpusException(
          "%s is not a tokenizer that can be used: %s; get the model's tokenizer files anew"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static Throwable innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }

  /// The ids of `text`, with the special tokens that the tokenizer adds.
  public int[] encode(String text) {
    return encode(text, true);
  }

  /// The ids of `text` alone, without special tokens at its ends.
  public int[] encodePlain(String text) {
    return encode(text, false);
  }

  /// Begins a text that comes in parts.
  ///
  /// @param name of the text, for messages
  /// @param special whether the tokenizer's special tokens are added
  /// @param sink takes its ids in order, in parts of any length
  public PieceEncoder pieces(String name, boolean special, Consumer<int[]> sink) {
    return new PieceEncoder(this, name, special, PieceEncoder.PIECE, sink);
  }

  /// Whether texts can be tokenized in pieces.
  boolean hasSeams() {
    return seams;
  }

  /// What the tokenizer adds to a text by default.
  public AddedTokens added() {
    return added;
  }

  /// The token that begins a text, whether it is added by default or not: the one that
  /// `tokenizer_config.json` names, or else the first of those added; empty if there is none.
  public OptionalInt bos() {
    OptionalInt named = named("bos");
    return named.isPresent() ? named : added.first();
  }

  /// The token that ends a text, if `tokenizer_config.json` names one.
  public OptionalInt eos() {
    return named("eos");
  }

  private OptionalInt named(String which) {
    String token = settings.token(which);
    return token.isEmpty() ? OptionalInt.empty() : vocabulary.id(token);
  }

  /// @param special whether the tokenizer's special tokens are added
  int[] encode(String text, boolean special) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new CorpusException("the text holds half of a surrogate pair; it is not Unicode text");
    }
    long[] ids = wideIds(text, special);
    int[] result = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      result[i] = checked(ids[i]);
    }
    return result;
  }

  /// Asks the library for the ids alone: `HuggingFaceTokenizer.encode` would also fetch each
  /// token's string and place, several objects for each.
  private long[] wideIds(String text, boolean special) {
    try {
      long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, special);
      try {
        return TokenizersLibrary.LIB.getTokenIds(encoding);
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    } catch (RuntimeException e) {
      throw new CorpusException("the text cannot be tokenized: " + e.getMessage(), e);
    }
  }

  /// The text that `ids` stand for, special tokens included.
  public String decode(int[] ids) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = checked(ids[i]);
    }
    return tokenizer.decode(wide, false);
  }

  /// The token `id` as it stands in the vocabulary (`Ġthe`, not ` the`); empty where the vocabulary
  /// has a gap.
  public String token(int id) {
    String token = vocabulary.token(checked(id));
    return token == null ? "" : token;
  }

  /// One more than the largest id.
  public int vocabularySize() {
    return vocabulary.size();
  }

  /// Digest of `tokenizer.json`.
  public String digest() {
    return digest;
  }

  /// Where the model's files disagree about the ids, each a sentence.
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private int checked(long id) {
    if (id < 0 || id >= vocabularySize()) {
      throw new CorpusException(
          "the id %d is not in the vocabulary, which ends at %d"
              .formatted(id, vocabularySize() - 1));
    }
    return (int) id;
  }
}
