package io.github.nonplus.program;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.rotation.Rotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// One step of a program. Everything is float32; each instruction writes one buffer, except
/// [Rotate], which changes one in place, and [Score], which ends a program.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Instruction.Embed.class, name = "embed"),
  @JsonSubTypes.Type(value = Instruction.Norm.class, name = "norm"),
  @JsonSubTypes.Type(value = Instruction.MatMul.class, name = "matmul"),
  @JsonSubTypes.Type(value = Instruction.Rotate.class, name = "rotate"),
  @JsonSubTypes.Type(value = Instruction.Attend.class, name = "attend"),
  @JsonSubTypes.Type(value = Instruction.Gate.class, name = "gate"),
  @JsonSubTypes.Type(value = Instruction.Add.class, name = "add"),
  @JsonSubTypes.Type(value = Instruction.SelectRows.class, name = "select"),
  @JsonSubTypes.Type(value = Instruction.Score.class, name = "score")
})
public sealed interface Instruction {
  /// What is read, in order.
  List<View> inputs();

  /// What is written, if it is a buffer of its own.
  default Optional<Buffer> result() {
    return Optional.empty();
  }

  /// The columns that hold something else after it: its result, or what it changed in place; none
  /// after a score.
  default Optional<View> written() {
    return result().map(Buffer::view);
  }

  /// The checkpoint tensors it needs.
  default List<Parameter> parameters() {
    return List.of();
  }

  /// The same instruction reading other views.
  Instruction withInputs(UnaryOperator<View> change);

  /// An instruction that writes a buffer of its own.
  sealed interface Writing extends Instruction {
    Buffer output();

    @Override
    default Optional<Buffer> result() {
      return Optional.of(output());
    }

    @Override
    Writing withInputs(UnaryOperator<View> change);

    /// The same instruction writing another buffer.
    Writing withOutput(Buffer other);
  }

  /// Row t of `output` is the row of `table` that token t names.
  record Embed(Parameter table, Buffer output) implements Writing {
    public Embed {
      require(table.inputs() == output.width(), table, output);
    }

    @Override
    public List<View> inputs() {
      return List.of();
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(table);
    }

    @Override
    public Embed withInputs(UnaryOperator<View> change) {
      return this;
    }

    @Override
    public Embed withOutput(Buffer other) {
      return new Embed(table, other);
    }
  }

  /// Root mean square norm of each row: x / sqrt(mean(x²) + epsilon) · weight.
  record Norm(View input, Parameter weight, double epsilon, Buffer output) implements Writing {
    public Norm {
      require(weight.outputs() == input.width() && input.width() == output.width(), input, output);
      require(weight.shape().size() == 1, weight, input);
      require(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY, "an epsilon of", epsilon);
    }

    @Override
    public List<View> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(weight);
    }

    @Override
    public Norm withInputs(UnaryOperator<View> change) {
      return new Norm(change.apply(input), weight, epsilon, output);
    }

    @Override
    public Norm withOutput(Buffer other) {
      return new Norm(input, weight, epsilon, other);
    }
  }

  /// Linear layers side by side: columns of `output` are the outputs of `parts`, in order, each
  /// input · weightᵀ + bias; `residual`, if not null, is added to the whole.
  record MatMul(
      View input, List<Linear> parts, @JsonSetter(nulls = Nulls.SET) View residual, Buffer output)
      implements Writing {
    public MatMul {
      parts = List.copyOf(parts);
      int outputs = 0;
      for (Linear part : parts) {
        require(part.weight().inputs() == input.width(), part.weight(), input);
        outputs = Math.addExact(outputs, part.weight().outputs());
      }
      require(outputs == output.width(), parts, output);
      require(residual == null || residual.width() == outputs, residual, output);
    }

    @Override
    public List<View> inputs() {
      return residual == null ? List.of(input) : List.of(input, residual);
    }

    @Override
    public List<Parameter> parameters() {
      return parametersOf(parts);
    }

    @Override
    public MatMul withInputs(UnaryOperator<View> change) {
      View changed = residual == null ? null : change.apply(residual);
      return new MatMul(change.apply(input), parts, changed, output);
    }

    @Override
    public MatMul withOutput(Buffer other) {
      return new MatMul(input, parts, residual, other);
    }
  }

  /// Rotary position embedding, in place: each head of `vector` (`headSize` columns) is rotated by
  /// its token's position within the window, element i paired with element i + headSize/2.
  record Rotate(View vector, int headSize, Rotation rotation) implements Instruction {
    public Rotate {
      require(
          headSize > 0 && headSize % 2 == 0 && vector.width() % headSize == 0, vector, headSize);
      Objects.requireNonNull(rotation);
    }

    @Override
    public List<View> inputs() {
      return List.of(vector);
    }

    @Override
    public Optional<View> written() {
      return Optional.of(vector);
    }

    @Override
    public Rotate withInputs(UnaryOperator<View> change) {
      return new Rotate(change.apply(vector), headSize, rotation);
    }
  }

  /// Causal attention within each window: softmax(query · keyᵀ · scale) · value for each head;
  /// query head h reads key and value head h / (query heads / key heads). Where `output` has the
  /// selected rows, only their queries are computed.
  record Attend(View query, View key, View value, int headSize, double scale, Buffer output)
      implements Writing {
    public Attend {
      require(headSize > 0 && query.width() % headSize == 0, query, headSize);
      require(key.width() == value.width() && key.width() % headSize == 0, key, value);
      require(query.width() % key.width() == 0 && query.width() == output.width(), query, key);
      require(Double.isFinite(scale), "a scale of", scale);
    }

    /// Number of query heads.
    public int heads() {
      return query.width() / headSize;
    }

    /// Query heads that share one key head.
    public int headsPerKey() {
      return query.width() / key.width();
    }

    @Override
    public List<View> inputs() {
      return List.of(query, key, value);
    }

    @Override
    public Attend withInputs(UnaryOperator<View> change) {
      return new Attend(
          change.apply(query), change.apply(key), change.apply(value), headSize, scale, output);
    }

    @Override
    public Attend withOutput(Buffer other) {
      return new Attend(query, key, value, headSize, scale, other);
    }
  }

  /// activation(gate) · up, element by element.
  record Gate(View gate, View up, Activation activation, Buffer output) implements Writing {
    public Gate {
      require(gate.width() == up.width() && up.width() == output.width(), gate, up);
      Objects.requireNonNull(activation);
    }

    /// Whether the two parts of a product, and nothing else, are what it reads.
    public boolean gates(MatMul matmul) {
      int width = output.width();
      return matmul.parts().size() == 2
          && matmul.residual() == null
          && gate.equals(new View(matmul.output(), 0, width))
          && up.equals(new View(matmul.output(), width, width));
    }

    @Override
    public List<View> inputs() {
      return List.of(gate, up);
    }

    @Override
    public Gate withInputs(UnaryOperator<View> change) {
      return new Gate(change.apply(gate), change.apply(up), activation, output);
    }

    @Override
    public Gate withOutput(Buffer other) {
      return new Gate(gate, up, activation, other);
    }
  }

  /// left + right, element by element.
  record Add(View left, View right, Buffer output) implements Writing {
    public Add {
      require(left.width() == right.width() && left.width() == output.width(), left, right);
    }

    @Override
    public List<View> inputs() {
      return List.of(left, right);
    }

    @Override
    public Add withInputs(UnaryOperator<View> change) {
      return new Add(change.apply(left), change.apply(right), output);
    }

    @Override
    public Add withOutput(Buffer other) {
      return new Add(left, right, other);
    }
  }

  /// The selected rows of a whole buffer that has a row for each token.
  record SelectRows(View input, Buffer output) implements Writing {
    public SelectRows {
      require(
          input.buffer().rows() == Rows.TOKENS && output.rows() == Rows.SELECTED, input, output);
      require(input.width() == input.buffer().width(), input, input.buffer());
      require(input.width() == output.width(), input, output);
    }

    @Override
    public List<View> inputs() {
      return List.of(input);
    }

    @Override
    public SelectRows withInputs(UnaryOperator<View> change) {
      return new SelectRows(change.apply(input), output);
    }

    @Override
    public SelectRows withOutput(Buffer other) {
      return new SelectRows(input, other);
    }
  }

  /// For each selected row the negative log-likelihood of its target: log Σ exp(logits) −
  /// logits[target], where logits = input · headᵀ. The logits are never stored beyond a tile.
  record Score(View input, Linear head) implements Instruction {
    public Score {
      require(head.weight().inputs() == input.width(), head.weight(), input);
      require(input.buffer().rows() == Rows.SELECTED, input, Rows.SELECTED);
    }

    @Override
    public List<View> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      return parametersOf(List.of(head));
    }

    @Override
    public Score withInputs(UnaryOperator<View> change) {
      return new Score(change.apply(input), head);
    }
  }

  private static List<Parameter> parametersOf(List<Linear> parts) {
    List<Parameter> parameters = new ArrayList<>();
    parts.forEach(
        part ->
            Stream.concat(Stream.of(part.weight()), part.findBias().stream())
                .forEach(parameters::add));
    return List.copyOf(parameters);
  }

  private static void require(boolean fits, Object left, Object right) {
    if (!fits) {
      throw new IllegalArgumentException(left + " does not fit " + right);
    }
  }
}
