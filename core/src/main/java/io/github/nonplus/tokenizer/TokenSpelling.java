package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How a vocabulary spells bytes: `Ġthe`, `▁the` and `<0x0A>` are ` the`, ` the` and a line feed.
/// Read from `tokenizer.json` alone, without the native library; enough to show what an id stands
/// for, not to decode a text as the model's own decoder would (which may drop or add spaces).
public final class TokenSpelling {
  /// What the file's decoder says.
  private enum Alphabet {
    /// Each character of a token is one byte, in the alphabet that GPT-2 introduced.
    BYTES,
    /// `▁` is a space, `<0xNN>` a byte.
    LOWER_BLOCK,
    /// A token without `##` in front begins a word.
    WORD_PIECES,
    /// Tokens are text as they stand.
    NONE
  }

  private static final int BYTES = 256;

  private final Vocabulary vocabulary;
  private final Alphabet alphabet;

  private TokenSpelling(Vocabulary vocabulary, Alphabet alphabet) {
    this.vocabulary = vocabulary;
    this.alphabet = alphabet;
  }

  /// Reads a `tokenizer.json`.
  ///
  /// @throws CorpusException if it cannot be used
  public static TokenSpelling read(Path file) {
    return of(file, TokenizerDirectory.read(file));
  }

  /// That of a model.
  ///
  /// @throws CorpusException if it cannot be used
  public static TokenSpelling of(TokenizerFiles files) {
    return of(files.path(), files.bytes());
  }

  private static TokenSpelling of(Path file, byte[] bytes) {
    JsonNode json = TokenizerDirectory.parse(file, bytes);
    return new TokenSpelling(new Vocabulary(file.toString(), json), alphabet(json.path("decoder")));
  }

  private static Alphabet alphabet(JsonNode decoder) {
    List<JsonNode> parts = new ArrayList<>();
    parts.add(decoder);
    decoder.path("decoders").forEach(parts::add);
    for (JsonNode part : parts) {
      switch (part.path("type").asText()) {
        case "ByteLevel" -> {
          return Alphabet.BYTES;
        }
        case "Metaspace", "ByteFallback" -> {
          return Alphabet.LOWER_BLOCK;
        }
        case "WordPiece" -> {
          return Alphabet.WORD_PIECES;
        }
        default -> {
          // The rest (Fuse, Strip, Replace …) says nothing of how a byte is spelled.
        }
      }
    }
    return Alphabet.NONE;
  }

  /// The bytes that `id` stands for; none if the vocabulary has no such token.
  public byte[] bytes(int id) {
    String token = vocabulary.token(id);
    if (token == null) {
      return new byte[0];
    }
    if (vocabulary.isAdded(id)) {
      return utf8(token);
    }
    return switch (alphabet) {
      case BYTES -> fromBytes(token);
      case LOWER_BLOCK -> fromLowerBlock(token);
      case WORD_PIECES -> utf8(token.startsWith("##") ? token.substring(2) : " " + token);
      case NONE -> utf8(token);
    };
  }

  private static byte[] fromBytes(String token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    token
        .codePoints()
        .forEach(
            c -> {
              int value = byteOf(c);
              if (value < 0) { // not of the alphabet, so it can only mean itself
                bytes.writeBytes(utf8(Character.toString(c)));
              } else {
                bytes.write(value);
              }
            });
    return bytes.toByteArray();
  }

  /// GPT-2's alphabet: printable Latin-1 stands for itself, the other 68 bytes, in order, for
  /// U+0100 and on.
  private static int byteOf(int character) {
    if (character < BYTES) {
      return isPrintable(character) ? character : -1;
    }
    int rank = character - BYTES;
    for (int value = 0; value < BYTES; value++) {
      if (!isPrintable(value) && rank-- == 0) {
        return value;
      }
    }
    return -1;
  }

  private static boolean isPrintable(int value) {
    return value >= '!' && value <= '~'
        || value >= 0xa1 && value <= 0xac
        || value >= 0xae && value <= 0xff;
  }

  private static byte[] fromLowerBlock(String token) {
    return token.matches("<0x[0-9A-F]{2}>")
        ? new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)}
        : utf8(token.replace('▁', ' '));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
