package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One step of a program, with its laws. Everything is float32; each operation writes one buffer,
/// except [Rotate], which changes one in place, and [Score], which ends a program.
///
/// To add one: a record here that states its laws, its line in the two lists below, and its kernel
/// in each device's lowering, which does not compile without.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Embed.class, name = "embed"),
  @JsonSubTypes.Type(value = Norm.class, name = "norm"),
  @JsonSubTypes.Type(value = MatMul.class, name = "matmul"),
  @JsonSubTypes.Type(value = Rotate.class, name = "rotate"),
  @JsonSubTypes.Type(value = SelectKeys.class, name = "select-keys"),
  @JsonSubTypes.Type(value = Attend.class, name = "attend"),
  @JsonSubTypes.Type(value = Elementwise.class, name = "elementwise"),
  @JsonSubTypes.Type(value = Gate.class, name = "gate"),
  @JsonSubTypes.Type(value = Combine.class, name = "combine"),
  @JsonSubTypes.Type(value = Scale.class, name = "scale"),
  @JsonSubTypes.Type(value = Adjust.class, name = "adjust"),
  @JsonSubTypes.Type(value = FakeQuantize.class, name = "fake-quantize"),
  @JsonSubTypes.Type(value = Concatenate.class, name = "concatenate"),
  @JsonSubTypes.Type(value = Convolve.class, name = "convolve"),
  @JsonSubTypes.Type(value = Softplus.class, name = "softplus"),
  @JsonSubTypes.Type(value = Decay.class, name = "decay"),
  @JsonSubTypes.Type(value = Scan.class, name = "scan"),
  @JsonSubTypes.Type(value = Route.class, name = "route"),
  @JsonSubTypes.Type(value = Spread.class, name = "spread"),
  @JsonSubTypes.Type(value = ExpertMatMul.class, name = "experts"),
  @JsonSubTypes.Type(value = Gather.class, name = "gather"),
  @JsonSubTypes.Type(value = SelectRows.class, name = "select"),
  @JsonSubTypes.Type(value = Score.class, name = "score")
})
public sealed interface Operation permits Writing, Rotate, Score {
  /// What it does, in a word: `matmul`.
  String verb();

  /// Itself as a reader wants to see it in a dump, on one line.
  String text();

  /// What it reads, in order, and how far each reading reaches.
  List<Reading> readings();

  /// The columns that it reads, in order.
  default List<View> inputs() {
    return readings().stream().map(Reading::view).toList();
  }

  /// What it writes, if it is a buffer of its own.
  default Optional<Buffer> result() {
    return Optional.empty();
  }

  /// The columns that hold something else after it: its result, or what it changed in place; none
  /// after a score.
  default Optional<View> written() {
    return result().map(Buffer::view);
  }

  /// The checkpoint tensors that it needs.
  default List<Parameter> parameters() {
    return List.of();
  }

  /// The routing of the routed rows that it begins, computes or ends, if it does.
  default Optional<View> findRouting() {
    return Optional.empty();
  }

  /// Readings whose place its result may take where they end their life with it: each number of the
  /// result is written after the numbers of these that it needs have been read.
  default List<View> replaceable() {
    return List.of();
  }

  /// Whether a device may compute it together with the operation before, so that what that one
  /// reads must be kept until this one is done.
  default boolean absorbs(Operation previous) {
    return false;
  }

  /// Whether nothing may follow.
  default boolean ends() {
    return false;
  }

  /// The longest window that it computes, in tokens: as many as it has learnt positions, if it has.
  default int longestWindow() {
    return Integer.MAX_VALUE;
  }

  /// Whether rows of what it reads and writes fit each other.
  boolean rowsFit();

  /// Terms of the sums behind one number of its result.
  ///
  /// @param window the most tokens of a window
  long terms(int window);

  /// Times that a number is rounded to a device's format on its way through the operation, as a
  /// factor of a product or as a result that will be one. Sums of residuals are float32 everywhere.
  int roundings();

  /// By how much a number of the result may change however little its input does, as a part of the
  /// largest of its row; 0 of what is continuous.
  default double jump() {
    return 0;
  }

  /// The same operation reading other views.
  Operation withInputs(UnaryOperator<View> change);

  /// The parameters of linear layers, in order.
  static List<Parameter> parametersOf(List<Linear> parts) {
    return parts.stream()
        .flatMap(part -> Stream.concat(Stream.of(part.weight()), part.findBias().stream()))
        .toList();
  }

  /// Linear layers as a dump shows them.
  static String text(List<Linear> parts) {
    return parts.stream()
        .map(part -> part.weight() + part.findBias().map(bias -> " + " + bias).orElse(""))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /// Refuses operands that cannot belong together.
  static void require(boolean fits, Object left, Object right) {
    if (!fits) {
      throw new IllegalArgumentException(left + " does not fit " + right);
    }
  }

  /// Refuses a number that no operation can have.
  static void requireFinite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(what + " is " + value);
    }
  }
}
