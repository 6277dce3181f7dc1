package io.github.nonplus.protocol;

import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.corpus.Span;
import io.github.nonplus.corpus.TokenIds;
import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.corpus.WindowsHeader;
import io.github.nonplus.corpus.WindowsSink;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.tokenizer.PieceEncoder;
import io.github.nonplus.tokenizer.Tokenizer;
import java.util.Optional;
import java.util.OptionalInt;

/// Makes a protocol's windows of documents, one after another.
public final class Preparation {
  private final Protocol protocol;
  private final Windowing windowing;
  private final Tokenizer tokenizer;
  private final int most;
  private final OptionalInt first;
  private final OptionalInt prefix;
  private final OptionalInt ending;
  private long tokens;
  private long leftOut;

  /// @param windowing of a size that was decided upon
  /// @param most windows to make at most, in all
  /// @throws CorpusException if the tokenizer lacks a token that the protocol needs
  public Preparation(Protocol protocol, Windowing windowing, Tokenizer tokenizer, int most) {
    this.protocol = protocol;
    this.windowing = windowing;
    this.tokenizer = tokenizer;
    this.most = most;
    this.first =
        switch (protocol.specialTokens()) {
          case BOS_IN_WINDOWS_IF_ADDED -> tokenizer.added().first();
          case BOS_IN_WINDOWS -> tokenizer.bos();
          case BY_TOKENIZER, NONE, BOS_BEFORE, PREFIX, PREFIX_AND_BY_TOKENIZER, EOS_AFTER_ROWS ->
              OptionalInt.empty();
        };
    this.prefix =
        switch (protocol.specialTokens()) {
          case BOS_BEFORE -> required("BOS", tokenizer.bos());
          case PREFIX, PREFIX_AND_BY_TOKENIZER ->
              required(
                  "BOS and no EOS",
                  tokenizer.bos().isPresent() ? tokenizer.bos() : tokenizer.eos());
          case BY_TOKENIZER, NONE, BOS_IN_WINDOWS_IF_ADDED, BOS_IN_WINDOWS, EOS_AFTER_ROWS ->
              OptionalInt.empty();
        };
    this.ending =
        protocol.specialTokens() == SpecialTokens.EOS_AFTER_ROWS
            ? required("EOS", tokenizer.eos())
            : OptionalInt.empty();
  }

  private OptionalInt required(String what, OptionalInt token) {
    if (token.isEmpty()) {
      throw new CorpusException(
          ("the tokenizer has no %s, which the protocol %s puts to each text; choose another"
                  + " protocol, or name it in tokenizer_config.json")
              .formatted(what, protocol.name()));
    }
    return token;
  }

  /// What begins the file of windows: nothing for the original's, if it is of one text.
  ///
  /// @param several whether there are several documents
  public Optional<WindowsHeader> header(boolean several) {
    return windowing instanceof SlidingWindows && !several
        ? Optional.empty()
        : Optional.of(
            new WindowsHeader(
                protocol.name(), windowing.window(), windowing.stride(), protocol.lastFed()));
  }

  /// Adds the windows of a document.
  ///
  /// @throws CorpusException if it has no tokens, or too few for the protocol
  public void add(Document document, WindowsSink out) {
    Passage.forEach(
        document,
        protocol.joining(),
        passage -> {
          if (out.windows() < most) {
            add(passage, out);
          }
        });
  }

  private void add(Passage passage, WindowsSink out) {
    TokenIds ids = ids(passage);
    requireTokens(passage, ids.size());
    tokens += ids.size();
    leftOut += ids.size();
    int reached = 0;
    out.document(passage.name(), passage.extent());
    for (Span span : windowing.spans(ids.size())) {
      if (out.windows() >= most) {
        return;
      }
      leftOut -= Math.max(0, span.end() - Math.max(span.start(), reached));
      reached = Math.max(reached, span.end());
      if (span.scored() == 0 && !isWritten(passage, span, out)) {
        continue;
      }
      int[] window = ids.range(span.start(), span.end());
      first.ifPresent(bos -> window[0] = bos);
      out.window(window, span.scored());
    }
  }

  /// A window of one id scores nothing. The original writes it, so its file has it; where a header
  /// stands, the original's protocol leaves it out, and any other refuses it.
  private boolean isWritten(Passage passage, Span span, WindowsSink out) {
    if (windowing instanceof SlidingWindows) {
      return !out.hasHeader();
    }
    throw new CorpusException(
        ("%s: a window of one token is left at token %d, in which nothing can be scored; choose"
                + " another --window or --stride")
            .formatted(passage.name(), span.start()));
  }

  private void requireTokens(Passage passage, int length) {
    if (length == 0) {
      throw new CorpusException(passage.name() + " has no tokens; give another text with --input");
    }
    boolean enough =
        protocol.windows().twice()
            ? length >= 2L * windowing.window()
            : !windowing.spans(length).isEmpty();
    if (!enough) {
      throw new CorpusException(
          ("%s has %d tokens, too few for the protocol %s with windows of %d; give a longer text or"
                  + " a smaller --window")
              .formatted(passage.name(), length, protocol.name(), windowing.window()));
    }
  }

  /// The tokenizer by which.
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /// Tokens of all texts so far, those at the ends of texts included.
  public long tokens() {
    return tokens;
  }

  /// How many of them are in no window.
  public long leftOut() {
    return leftOut;
  }

  /// The ids of a passage, with the special tokens that belong to its texts.
  private TokenIds ids(Passage passage) {
    TokenIds ids = new TokenIds();
    passage.content().read(new Texts(passage.name(), ids));
    return ids;
  }

  /// Tokenizes one text after another and glues their ids.
  private final class Texts implements Passage.Sink {
    private final String name;
    private final TokenIds ids;
    private PieceEncoder text;
    private int begin;

    Texts(String name, TokenIds ids) {
      this.name = name;
      this.ids = ids;
    }

    @Override
    public void part(String characters) {
      if (text == null) {
        begin = ids.size();
        prefix.ifPresent(ids::add);
        text = tokenizer.pieces(name, addsSpecialTokens(), ids::add);
      }
      text.add(characters);
    }

    @Override
    public void end() {
      if (text == null) {
        part(""); // a text of nothing still has what is added to it
      }
      text.end();
      text = null;
      if (ids.size() > begin) { // a text of no ids has no end either
        ending.ifPresent(eos -> Preparation.end(ids, eos));
      }
    }
  }

  private boolean addsSpecialTokens() {
    return switch (protocol.specialTokens()) {
      case BY_TOKENIZER,
          BOS_IN_WINDOWS_IF_ADDED,
          BOS_IN_WINDOWS,
          PREFIX_AND_BY_TOKENIZER,
          EOS_AFTER_ROWS ->
          true;
      case NONE, BOS_BEFORE, PREFIX -> false;
    };
  }

  private static void end(TokenIds ids, int eos) {
    if (ids.range(ids.size() - 1, ids.size())[0] != eos) {
      ids.add(eos);
    }
  }
}
