package io.github.nonplus.device.none;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.Trace;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.ModelWeights;

/// Checks that all weights are there in their shapes, and executes nothing.
final class NullDevice implements Device {
  static final String NAME = "null";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "executes nothing";
  }

  @Override
  public String kernels() {
    return "none";
  }

  @Override
  public Computation computation(Program program, DeviceCode code) {
    return Computation.inFloat32(kernels());
  }

  @Override
  public int threads() {
    return 0;
  }

  @Override
  public Executable load(Function function, DeviceCode code, ModelWeights weights, int tokens) {
    for (Parameter parameter : function.program().parameters()) {
      if (parameter.shape().size() == 2) {
        weights.matrix(parameter.name(), parameter.outputs(), parameter.inputs());
      } else {
        weights.vector(parameter.name(), parameter.outputs());
      }
    }
    return new Refusal();
  }

  @Override
  public void close() {}

  /// What is left of a program on this device.
  private static final class Refusal implements Executable {
    @Override
    public double[] score(Batch batch) {
      throw refusal();
    }

    @Override
    public float[] output(Batch batch) {
      throw refusal();
    }

    @Override
    public Trace trace(Batch batch) {
      throw refusal();
    }

    @Override
    public int vocabulary() {
      throw refusal();
    }

    @Override
    public void begin(Batch batch) {
      throw refusal();
    }

    @Override
    public void logits(int from, int to, float[] into) {
      throw refusal();
    }

    private static DeviceException refusal() {
      return new DeviceException(
          "the device null plans programs but executes nothing; use --device cpu for numbers");
    }

    @Override
    public void close() {}
  }
}
