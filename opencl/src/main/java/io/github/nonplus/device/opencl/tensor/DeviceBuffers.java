package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.Allocations;
import io.github.nonplus.device.opencl.BatchInputs;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;

/// The buffers of a program in device memory.
final class DeviceBuffers {
  private final Arrangement arrangement;
  private final BatchInputs inputs;
  private final int rows;
  private final Memory arena;

  /// @param rows of every buffer
  DeviceBuffers(Arrangement arrangement, int rows, Allocations allocations, BatchInputs inputs) {
    this.arrangement = arrangement;
    this.inputs = inputs;
    this.rows = rows;
    this.arena = allocations.take(arrangement.bytes(), "the activations");
  }

  BatchInputs inputs() {
    return inputs;
  }

  /// The most rows that a buffer can have.
  int capacity() {
    return rows;
  }

  Memory arena() {
    return arena;
  }

  /// Index in the arena of a buffer's first element, counted in elements of its form.
  long at(Buffer buffer) {
    return arrangement.offsets().get(buffer) / form(buffer).elementBytes();
  }

  /// Index in the arena of a view's first element, in rows.
  long at(View view) {
    return at(view.buffer()) + view.column();
  }

  Form form(Buffer buffer) {
    return arrangement.forms().get(buffer);
  }

  /// The same in eights of elements, as the kernels for tensor cores take it.
  int eighth(View view) {
    return Math.toIntExact(at(view) / 8);
  }

  int eighth(Buffer buffer) {
    return eighth(buffer.view());
  }

  /// Whether a sum is where its residual was.
  boolean same(Buffer one, Buffer other) {
    return arrangement.offsets().get(one).equals(arrangement.offsets().get(other));
  }

  /// Rows of a buffer in the batch at hand.
  int rows(Buffer buffer) {
    return inputs.rows(buffer);
  }

  /// Waits for what was given before, and reads a buffer's rows as float32.
  float[] read(Buffer buffer, Queue queue) {
    int rows = rows(buffer);
    int width = buffer.width();
    float[] values = new float[Math.multiplyExact(rows, width)];
    switch (form(buffer)) {
      case FLOAT_ROWS -> queue.read(arena, at(buffer), values.length, values, 0);
      case HALF_ROWS -> {
        short[] halves = queue.readHalves(arena, at(buffer), values.length);
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(halves[i]);
        }
      }
      case HALF_TILES -> {
        int padded = Math.ceilDiv(rows, Form.TILE_ROWS) * Form.TILE_ROWS;
        int count = Math.toIntExact(Form.HALF_TILES.bytes(width, padded) / 2);
        short[] halves = queue.readHalves(arena, at(buffer), count);
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < width; column++) {
            values[row * width + column] =
                Float.float16ToFloat(halves[Form.tiled(row, column, width, Form.TILE_ROWS)]);
          }
        }
      }
    }
    return values;
  }
}
