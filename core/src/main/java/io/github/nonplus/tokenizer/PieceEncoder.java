package io.github.nonplus.tokenizer;

import io.github.nonplus.failure.CorpusException;
import java.util.Arrays;
import java.util.function.Consumer;

/// Tokenizes one text that comes in parts. The ids are those of the whole text in one go; where the
/// tokenizer allows it ([Seams]), memory is that of a piece.
public final class PieceEncoder {
  /// Characters of a piece. Hugging Face's library takes some 150 bytes of memory for each byte.
  static final int PIECE = 1 << 18;

  /// The most that is tokenized in one go.
  static final int WHOLE = 32 << 20;

  private final Tokenizer tokenizer;
  private final String name;
  private final boolean special;
  private final int piece;
  private final Consumer<int[]> sink;
  private final int[] anchor;
  private final StringBuilder waiting = new StringBuilder();
  private boolean begun;

  PieceEncoder(Tokenizer tokenizer, String name, boolean special, int piece, Consumer<int[]> sink) {
    this.tokenizer = tokenizer;
    this.name = name;
    this.special = special;
    this.piece = piece;
    this.sink = sink;
    this.anchor = tokenizer.encode(Seams.ANCHOR, false);
  }

  /// Takes the next part of the text.
  public void add(String part) {
    for (int from = 0; from < part.length(); from += piece) {
      waiting.append(part, from, Math.min(part.length(), from + piece));
      if (waiting.length() >= 2 * piece && tokenizer.hasSeams()) {
        int seam = Seams.last(waiting);
        if (seam > 0) {
          encode(waiting.substring(0, seam), false);
          waiting.delete(0, seam);
        }
      }
      if (waiting.length() > WHOLE) {
        throw tooLong();
      }
    }
  }

  private CorpusException tooLong() {
    return new CorpusException(
        tokenizer.hasSeams()
            ? "%s has %d characters without a space between two letters, more than are tokenized at once; split it"
                .formatted(name, WHOLE)
            : "%s is longer than the %d characters that are tokenized at once, and this tokenizer is none of those of which pieces are known to give the same ids; split the text"
                .formatted(name, WHOLE));
  }

  /// Ends the text.
  public void end() {
    encode(waiting.toString(), true);
  }

  private void encode(String text, boolean last) {
    if (!begun && last) {
      sink.accept(tokenizer.encode(text, special));
      return;
    }
    if (!begun && special) {
      sink.accept(tokenizer.added().before());
    }
    int[] ids = tokenizer.encode(begun ? Seams.ANCHOR + text : text, false);
    sink.accept(begun ? withoutAnchor(ids) : ids);
    if (last && special) {
      sink.accept(tokenizer.added().after());
    }
    begun = true;
  }

  private int[] withoutAnchor(int[] ids) {
    if (ids.length < anchor.length
        || Arrays.mismatch(ids, 0, anchor.length, anchor, 0, anchor.length) >= 0) {
      throw new CorpusException(
          name
              + " cannot be tokenized in pieces by this tokenizer, though its tokenizer.json says so;"
              + " split the text");
    }
    return Arrays.copyOfRange(ids, anchor.length, ids.length);
  }
}
