package io.github.nonplus.model.decoder;

import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.op.Taps;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes the operations of a program, in the words of decoders. Each method returns the buffer
/// that holds the result, which is what it was given where there is nothing to do.
public final class ProgramBuilder {
  private final List<Operation> operations = new ArrayList<>();
  private final Map<Integer, Buffer> keys = new HashMap<>();
  private final Map<Integer, Buffer> values = new HashMap<>();
  private final Map<String, Buffer> shared = new HashMap<>();

  /// The operations so far.
  List<Operation> operations() {
    return operations;
  }

  /// A buffer with a row for each token.
  public Buffer tokens(String name, int width) {
    return new Buffer(name, RowSpace.TOKENS, width);
  }

  public void add(Operation operation) {
    operations.add(operation);
  }

  /// A linear layer.
  public Buffer linear(String name, Buffer in, Projection projection) {
    return linear(name, in.view(), projection);
  }

  /// A linear layer of some columns.
  public Buffer linear(String name, View in, Projection projection) {
    Buffer output = new Buffer(name, in.buffer().rows(), projection.outputs());
    add(MatMul.of(in, List.of(layer(projection, in.width())), output));
    return output;
  }

  /// A linear layer times a number.
  public Buffer linear(String name, Buffer in, Projection projection, double scale) {
    Buffer output = new Buffer(name, in.rows(), projection.outputs());
    add(new MatMul(in.view(), List.of(layer(projection, in.width())), scale, null, output));
    return output;
  }

  /// A convolution of columns with the tokens before.
  ///
  /// @param tensor the name of its tensors without their endings `.weight` and `.bias`
  public Buffer convolve(String name, Buffer in, String tensor, int taps, boolean hasBias) {
    Buffer output = tokens(name, in.width());
    Parameter weight = Parameter.matrix(tensor + ".weight", in.width(), taps);
    Parameter bias = hasBias ? Parameter.vector(tensor + ".bias", in.width()) : null;
    add(new Convolve(in.view(), new Taps.Learnt(weight), bias, output));
    return output;
  }

  /// An activation function of each number.
  public Buffer activate(String name, Buffer in, Activation activation) {
    Buffer output = tokens(name, in.width());
    add(new Elementwise(in.view(), new Curve.Activated(activation), output));
    return output;
  }

  /// activation(gate) · up.
  public Buffer gate(String name, Activation activation, View gate, View up) {
    Buffer output = tokens(name, up.width());
    add(new Gate(gate, up, activation, output));
    return output;
  }

  /// A recurrence.
  public Buffer scan(String name, ScanLaw law) {
    Buffer output = tokens(name, law.width());
    add(new Scan(law, output));
    return output;
  }

  static Linear layer(Projection projection, int inputs) {
    int outputs = projection.outputs();
    return new Linear(
        Parameter.matrix(projection.name() + ".weight", outputs, inputs),
        projection.hasBias() ? Parameter.vector(projection.name() + ".bias", outputs) : null);
  }

  /// Begins a space of routed rows.
  ///
  /// @param each how many experts are chosen for a row
  public Buffer spread(String name, Buffer in, Buffer routing, int each, Spread.Take take) {
    int width = take == Spread.Take.PART ? in.width() / each : in.width();
    Buffer output = new Buffer(name, new RowSpace.Routed(in.rows(), each), width);
    add(new Spread(in.view(), routing.view(), take, output));
    return output;
  }

  /// Linear layers of experts side by side.
  ///
  /// @param layers in whose names [Experts#NUMBER] stands for the expert's number
  public Buffer experts(
      String name, Buffer rows, Buffer routing, List<Projection> layers, int count) {
    List<Experts> parts =
        layers.stream()
            .map(
                layer ->
                    new Experts(
                        layer.name() + ".weight",
                        layer.hasBias() ? layer.name() + ".bias" : null,
                        count,
                        layer.outputs(),
                        rows.width()))
            .toList();
    int width = layers.stream().mapToInt(Projection::outputs).sum();
    Buffer output = new Buffer(name, rows.rows(), width);
    add(new ExpertMatMul(rows.view(), routing.view(), parts, output));
    return output;
  }

  /// Ends a space of routed rows.
  public Buffer gather(String name, Buffer rows, Buffer routing, int each, Gather.Put put) {
    return gather(name, rows, routing, each, put, null);
  }

  /// Ends a space of routed rows.
  ///
  /// @param passed experts that leave a row as it is; null for none
  public Buffer gather(
      String name, Buffer rows, Buffer routing, int each, Gather.Put put, Gather.Passed passed) {
    int width = put == Gather.Put.SIDE ? each * rows.width() : rows.width();
    Buffer output = new Buffer(name, routing.rows(), width);
    add(new Gather(rows.view(), routing.view(), put, passed, output));
    return output;
  }

  /// A norm of each of `groups` groups of columns, whose weight they share; none if it is null.
  public Buffer norm(String name, Buffer in, Norming norming, int groups) {
    return norming == null ? in : norm(name, in.view(), norming, groups, in.width() / groups);
  }

  /// A norm of each of `groups` groups of some columns.
  ///
  /// @param weights length of its tensors: a group's width, or that of all
  public Buffer norm(String name, View in, Norming norming, int groups, int weights) {
    Buffer output = new Buffer(name, in.buffer().rows(), in.width());
    Parameter weight =
        norming.name() == null ? null : Parameter.vector(norming.name() + ".weight", weights);
    Parameter bias = norming.hasBias() ? Parameter.vector(norming.name() + ".bias", weights) : null;
    add(
        new Norm(
            in, norming.kind(), groups, weight, bias, norming.offset(), norming.epsilon(), output));
    return output;
  }

  /// Numbers clamped to ±limit; none if it is 0.
  public Buffer clamp(String name, Buffer in, double limit) {
    if (limit == 0) {
      return in;
    }
    Buffer output = tokens(name, in.width());
    add(new Elementwise(in.view(), new Curve.Clamped(limit), output));
    return output;
  }

  /// Numbers times a factor.
  public Buffer scale(String name, Buffer in, Factor factor) {
    Buffer output = new Buffer(name, in.rows(), in.width());
    add(new Scale(in.view(), factor, output));
    return output;
  }

  /// Columns side by side.
  public Buffer concatenate(String name, List<View> parts) {
    Buffer output = tokens(name, parts.stream().mapToInt(View::width).sum());
    add(new Concatenate(parts, output));
    return output;
  }

  /// left + b · right.
  public Buffer sum(String name, Buffer left, Buffer right, double b) {
    Buffer output = tokens(name, left.width());
    add(new Combine(left.view(), 1, right.view(), b, output));
    return output;
  }

  /// Keeps a layer's keys and values for later layers that share them.
  void keep(int layer, Buffer key, Buffer value) {
    keys.put(layer, key);
    values.put(layer, value);
  }

  Buffer keysOf(int layer) {
    return keys.get(layer);
  }

  Buffer valuesOf(int layer) {
    return values.get(layer);
  }

  /// Keeps something that is computed once and read by the parts of many layers.
  public void share(String what, Buffer buffer) {
    shared.put(what, buffer);
  }

  /// What was kept.
  public Buffer shared(String what) {
    return shared.get(what);
  }
}
