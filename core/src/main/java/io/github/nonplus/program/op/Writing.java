package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// An operation that writes a buffer of its own.
public sealed interface Writing extends Operation
    permits Embed,
        Norm,
        MatMul,
        SelectKeys,
        Attend,
        Elementwise,
        Gate,
        Combine,
        Scale,
        Adjust,
        FakeQuantize,
        Concatenate,
        Convolve,
        Softplus,
        Decay,
        Scan,
        Route,
        Spread,
        ExpertMatMul,
        Gather,
        SelectRows {
  Buffer output();

  @Override
  default Optional<Buffer> result() {
    return Optional.of(output());
  }

  /// Whether it can be computed for the selected rows alone.
  default boolean narrows() {
    return !readings().isEmpty()
        && readings().stream().allMatch(reading -> reading.reach() == Reading.Reach.OWN_ROW);
  }

  /// Most compute a row of the result for each row that they read.
  @Override
  default boolean rowsFit() {
    return inputs().stream().allMatch(view -> view.buffer().rows().equals(output().rows()));
  }

  @Override
  Writing withInputs(UnaryOperator<View> change);

  /// The same operation writing another buffer.
  Writing withOutput(Buffer other);
}
