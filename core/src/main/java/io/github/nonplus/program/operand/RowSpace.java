package io.github.nonplus.program.operand;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;

/// The leading dimension of a buffer, known only when a batch is there.
public sealed interface RowSpace {
  /// One row for each token of the batch.
  RowSpace TOKENS = new Tokens();

  /// One row for each token whose output is wanted: those that are scored.
  RowSpace SELECTED = new Selected();

  /// How many rows there are of this space for each token, at most.
  int perToken();

  /// The same rows of the selected tokens alone.
  RowSpace selected();

  /// Its name in programs, from which it can be read: `tokens`, `selected x 8`.
  @JsonValue
  String text();

  /// See [#TOKENS].
  record Tokens() implements RowSpace {
    @Override
    public int perToken() {
      return 1;
    }

    @Override
    public RowSpace selected() {
      return SELECTED;
    }

    @Override
    public String text() {
      return "tokens";
    }
  }

  /// See [#SELECTED].
  record Selected() implements RowSpace {
    @Override
    public int perToken() {
      return 1;
    }

    @Override
    public RowSpace selected() {
      return this;
    }

    @Override
    public String text() {
      return "selected";
    }
  }

  /// `each` rows for every row of another space, one for each expert that was chosen for it: row r
  /// · each + j belongs to the j-th expert of row r. In which order a device keeps them is its own
  /// affair.
  record Routed(RowSpace of, int each) implements RowSpace {
    public Routed {
      Objects.requireNonNull(of);
      if (of instanceof Routed || each < 1 || each > 1 << 16) {
        throw new IllegalArgumentException("%d rows for each of %s".formatted(each, of.text()));
      }
    }

    @Override
    public int perToken() {
      return Math.multiplyExact(of.perToken(), each);
    }

    @Override
    public RowSpace selected() {
      return new Routed(of.selected(), each);
    }

    @Override
    public String text() {
      return of.text() + SEPARATOR + each;
    }
  }

  /// Between a space and how many rows of it are routed.
  String SEPARATOR = " x ";

  /// Reads what [#text] writes.
  @JsonCreator
  static RowSpace of(String text) {
    return switch (text) {
      case "tokens" -> TOKENS;
      case "selected" -> SELECTED;
      case String routed when routed.contains(SEPARATOR) -> {
        int at = routed.lastIndexOf(SEPARATOR);
        String each = routed.substring(at + SEPARATOR.length());
        yield new Routed(of(routed.substring(0, at)), Integer.parseInt(each));
      }
      default -> throw new IllegalArgumentException("rows of '%s'".formatted(text));
    };
  }
}
