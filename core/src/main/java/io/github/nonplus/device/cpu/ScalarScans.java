package io.github.nonplus.device.cpu;

/// The definition of recurrences: plain loops.
final class ScalarScans implements Scans {
  @Override
  public void select(
      float[] state,
      int states,
      int columns,
      float[] factors,
      float[] skip,
      float[] x,
      float[] step,
      int at,
      float[] keys,
      float[] queries,
      int keyAt,
      float[] out) {
    for (int c = 0; c < columns; c++) {
      float dt = step[at + c];
      float input = dt * x[at + c];
      float sum = 0;
      for (int n = 0; n < states; n++) {
        int i = n * columns + c;
        float kept = Exponential.of(dt * factors[i]) * state[i];
        state[i] = Math.fma(input, keys[keyAt + n], kept);
        sum = Math.fma(queries[keyAt + n], state[i], sum);
      }
      out[at + c] = Math.fma(skip[c], x[at + c], sum);
    }
  }

  @Override
  public void gate(
      float[] state,
      int columns,
      float[] factors,
      boolean isFirst,
      float[] x,
      float[] gate,
      float[] recurrence,
      int at,
      float[] out) {
    for (int c = 0; c < columns; c++) {
      float input = gate[at + c] * x[at + c];
      if (isFirst) {
        state[c] = input;
      } else {
        float log = recurrence[at + c] * factors[c];
        float weight = (float) Math.sqrt(-Exponential.minusOne(log + log));
        state[c] = Math.fma(Exponential.of(log), state[c], input * weight);
      }
      out[at + c] = state[c];
    }
  }

  @Override
  public void weigh(
      float[] state,
      int columns,
      float[] factors,
      float[] first,
      float[] key,
      float[] value,
      int at,
      float[] out) {
    int weights = columns;
    int exponents = 2 * columns;
    for (int c = 0; c < columns; c++) {
      float own = first[c] + key[at + c];
      float before = state[exponents + c];
      float most = before > own ? before : own;
      float a = Exponential.of(before - most);
      float b = Exponential.of(own - most);
      float sum = Math.fma(b, value[at + c], a * state[c]);
      out[at + c] = sum / Math.fma(a, state[weights + c], b);
      float faded = before + factors[c];
      most = faded > key[at + c] ? faded : key[at + c];
      a = Exponential.of(faded - most);
      b = Exponential.of(key[at + c] - most);
      state[c] = Math.fma(b, value[at + c], a * state[c]);
      state[weights + c] = Math.fma(a, state[weights + c], b);
      state[exponents + c] = most;
    }
  }
}
