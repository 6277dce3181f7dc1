package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.tokenizer.fence.TokenizerProcess;
import io.github.nonplus.tokenizer.rules.TokenizerRules;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A model's own tokenizer: its `tokenizer.json`, or one made of the metadata of a GGUF file, run
/// by Hugging Face's library. Special tokens are added as the file's post-processor says; nothing
/// is truncated or padded, whatever the file says about that.
///
/// `tokenizer_config.json` changes no id here, though it does in some versions of transformers;
/// where the two files disagree, [#warnings] says so.
///
/// The library runs in a process of its own ([TokenizerProcess]), so that what a stranger's file
/// does to it is a sentence here. It is unpacked once into the user's cache; nothing is downloaded
/// or reported to anybody.
public final class Tokenizer implements AutoCloseable {
  private final TokenizerProcess process;
  private final Vocabulary vocabulary;
  private final String digest;
  private final List<String> warnings;
  private final AddedTokens added;
  private final TokenizerSettings settings;
  private final boolean seams;
  private final SpelledAs spelled;

  private Tokenizer(
      TokenizerProcess process,
      Vocabulary vocabulary,
      AddedTokens added,
      String digest,
      JsonNode json,
      JsonNode settings,
      SpelledAs spelled) {
    this.process = process;
    this.vocabulary = vocabulary;
    this.added = added;
    this.digest = digest;
    this.settings = new TokenizerSettings(settings);
    this.spelled = spelled;
    this.seams = Seams.exist(json, vocabulary);
    this.warnings = this.settings.disagreements(this, json);
  }

  /// Opens the tokenizer of a model's directory, or of a GGUF file.
  ///
  /// @throws CorpusException if there is none, or it cannot be used
  public static Tokenizer open(Path modelDirectory) {
    return open(modelDirectory, SpelledAs.IDS);
  }

  /// The same, with special tokens in texts as one wants them.
  ///
  /// @param spelled what a special token becomes that a text spells out
  public static Tokenizer open(Path modelDirectory, SpelledAs spelled) {
    TokenizerFiles files = TokenizerFiles.of(modelDirectory);
    byte[] bytes = files.bytes();
    TokenizerProcess process = TokenizerProcess.start(); // gets ready while the file is read
    try {
      return load(files, bytes, process, spelled);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /// Loads a tokenizer into a process, which it then owns.
  ///
  /// @param bytes of the directory's `tokenizer.json`
  static Tokenizer load(
      TokenizerFiles files, byte[] bytes, TokenizerProcess process, SpelledAs spelled) {
    Path file = files.path();
    JsonNode json = TokenizerDirectory.parse(file, bytes);
    Vocabulary vocabulary = new Vocabulary(file.toString(), json);
    TokenizerRules.check(file.toString(), json);
    AddedTokens added =
        new PostProcessor(file.toString(), vocabulary.size()).added(json.path("post_processor"));
    JsonNode settings = files.configuration();
    process.load(
        file.toString(),
        switch (spelled) {
          case IDS -> bytes;
          case LETTERS -> LetteredFile.of(file.toString(), bytes, json, vocabulary);
        });
    Tokenizer result =
        new Tokenizer(process, vocabulary, added, Sha256.of(bytes), json, settings, spelled);
    result.checkAdded(file);
    return result;
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

  /// The special tokens as texts spell them.
  public List<String> specialTokens() {
    return vocabulary.special();
  }

  /// What each of them becomes wherever it stands in a text.
  public SpelledAs spelledAs() {
    return spelled;
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
    if (spelled == SpelledAs.LETTERS && text.contains(LetteredFile.NO_TEXT)) {
      throw new CorpusException(
          "the text holds U+10FFFF, which is no character; take it out, or take special tokens as"
              + " ids");
    }
    int[] ids = process.encode(text, special);
    for (int id : ids) {
      checked(Integer.toUnsignedLong(id));
    }
    return ids;
  }

  /// The text that `ids` stand for, special tokens included.
  public String decode(int[] ids) {
    for (int id : ids) {
      checked(id);
    }
    return process.decode(ids);
  }

  /// The token `id` as it stands in the vocabulary (`Ġthe`, not ` the`); empty where the vocabulary
  /// has a gap.
  public String token(int id) {
    String token = vocabulary.token(checked(id));
    return token == null ? "" : token;
  }

  /// Added tokens with other ids than the file gives them.
  List<String> moved() {
    return vocabulary.moved();
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

  /// Whether its process failed and takes no more texts: another is to be opened.
  public boolean hasEnded() {
    return process.hasEnded();
  }

  @Override
  public void close() {
    process.close();
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
