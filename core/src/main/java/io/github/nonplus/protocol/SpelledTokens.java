package io.github.nonplus.protocol;

import io.github.nonplus.corpus.Document;
import io.github.nonplus.tokenizer.SpelledAs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Special tokens that a text spells out, letter by letter, such as `<s>` in a page about
/// tokenizers. Hugging Face's library makes each its one id; other tools take it as the letters.
///
/// @param count how many there are
/// @param first the first of them
/// @param passage the name of the text in which it stands
/// @param line of that text, from 1
public record SpelledTokens(long count, String first, String passage, long line) {
  /// Looks for them as the protocol joins the texts.
  ///
  /// @param tokens their spellings
  /// @return nothing if there are none
  public static Optional<SpelledTokens> in(
      List<Document> documents, Joining joining, List<String> tokens) {
    Search search = new Search(tokens);
    for (Document document : documents) {
      Passage.forEach(document, joining, search::read);
    }
    return search.count == 0
        ? Optional.empty()
        : Optional.of(new SpelledTokens(search.count, search.first, search.passage, search.line));
  }

  /// What a user should know about them, as a sentence; nothing if the protocol's tool takes them
  /// the same way.
  ///
  /// @param spelled what they became
  public Optional<String> warning(Protocol protocol, SpelledAs spelled) {
    boolean letters = Protocols.takesSpelledTokensAsLetters(protocol);
    return switch (spelled) {
      case IDS -> Optional.of(ofIds(protocol, letters));
      case LETTERS -> letters ? Optional.empty() : Optional.of(ofLetters(protocol));
    };
  }

  private String ofIds(Protocol protocol, boolean letters) {
    return "%s; each becomes its one id here, as in transformers, unless spelled tokens are asked for as letters: %s"
        .formatted(
            words(),
            letters
                ? "llama.cpp, which the protocol %s stands for, takes them as letters"
                    .formatted(protocol.name())
                : "tools that take them as letters give other numbers");
  }

  private String ofLetters(Protocol protocol) {
    return "%s; they are taken as letters here, but the tool of the protocol %s makes each one id"
        .formatted(words(), protocol.name());
  }

  private String words() {
    return "the text spells out special tokens (%d, the first %s in line %d of %s)"
        .formatted(count, first, line, passage);
  }

  /// Goes through texts that come in parts. The longest token that begins at a place is taken, and
  /// the search goes on behind it.
  private static final class Search implements Passage.Sink {
    /// By the character that they begin with; the longest first.
    private final Map<Character, List<String>> tokens = new HashMap<>();

    private final int longest;
    private final StringBuilder waiting = new StringBuilder();
    private String name;
    private long lines;
    private long count;
    private String first;
    private String passage;
    private long line;

    Search(List<String> spellings) {
      spellings.stream()
          .filter(token -> !token.isEmpty())
          .sorted(Comparator.comparing(String::length).reversed())
          .forEach(
              token -> tokens.computeIfAbsent(token.charAt(0), _ -> new ArrayList<>()).add(token));
      longest = spellings.stream().mapToInt(String::length).max().orElse(0);
    }

    void read(Passage text) {
      if (!tokens.isEmpty()) {
        name = text.name();
        lines = 1;
        text.content().read(this);
      }
    }

    @Override
    public void part(String characters) {
      waiting.append(characters);
      search(waiting.length() - longest);
    }

    @Override
    public void end() {
      search(waiting.length());
      waiting.setLength(0);
    }

    /// Looks at the places before `end`, behind each of which stands a longest token's length.
    private void search(int end) {
      int at = 0;
      while (at < end) {
        char character = waiting.charAt(at);
        lines += character == '\n' ? 1 : 0;
        at += length(character, at);
      }
      waiting.delete(0, at);
    }

    private int length(char character, int at) {
      for (String token : tokens.getOrDefault(character, List.of())) {
        if (stands(token, at)) {
          found(token);
          return token.length();
        }
      }
      return 1;
    }

    private boolean stands(String token, int at) {
      int same = 0;
      while (same < token.length()
          && at + same < waiting.length()
          && waiting.charAt(at + same) == token.charAt(same)) {
        same++;
      }
      return same == token.length();
    }

    private void found(String token) {
      if (count++ == 0) {
        first = token;
        passage = name;
        line = lines;
      }
    }
  }
}
