package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Runs little programs, on an OpenCL device with kernels of some name and on the CPU by its
/// definition.
record OnDevice(Device device) implements AutoCloseable {
  static OnDevice opencl(String kernels) {
    return new OnDevice(Devices.open("opencl", new DeviceOptions(1, Optional.of(kernels))));
  }

  static OnDevice definition() {
    return new OnDevice(Devices.open("cpu", new DeviceOptions(2, Optional.of("scalar"))));
  }

  float[] output(List<Operation> program, ModelWeights weights, Batch batch) {
    Function function = Function.of(new Program(program));
    try (Executable executable = device.load(function, weights, batch.tokens())) {
      return executable.output(batch);
    }
  }

  double[] score(List<Operation> program, ModelWeights weights, Batch batch) {
    Function function = Function.of(new Program(program));
    try (Executable executable = device.load(function, weights, batch.tokens())) {
      return executable.score(batch);
    }
  }

  /// The logits of all rows, asked for at once.
  float[] logits(List<Operation> program, ModelWeights weights, Batch batch) {
    Function function = Function.of(new Program(program));
    try (Executable executable = device.load(function, weights, batch.tokens())) {
      float[] logits = new float[batch.selected().length * executable.vocabulary()];
      executable.begin(batch);
      executable.logits(0, batch.selected().length, logits);
      return logits;
    }
  }

  /// Windows of these lengths, ids counted up modulo `vocabulary`, every row but the last of a
  /// window selected.
  static Batch batch(int vocabulary, int... lengths) {
    int next = 0;
    List<int[]> windows = new java.util.ArrayList<>();
    for (int length : lengths) {
      int[] ids = new int[length];
      for (int i = 0; i < length; i++) {
        ids[i] = next++ * 7 % vocabulary;
      }
      windows.add(ids);
    }
    return Batch.scoring(windows);
  }

  /// A batch of one window with all rows selected.
  static Batch rows(int vocabulary, int rows) {
    int[] ids = new int[rows];
    Arrays.setAll(ids, i -> i * 7 % vocabulary);
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    return new Batch(ids, new int[] {0, rows}, all, ids);
  }

  @Override
  public void close() {
    device.close();
  }
}
