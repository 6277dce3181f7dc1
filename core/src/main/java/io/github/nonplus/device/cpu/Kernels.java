package io.github.nonplus.device.cpu;

/// The inner loops of the device, each for one thread and one stretch of work, all in float32 on
/// plain arrays. [ScalarKernels] is the definition; whatever is faster must agree with it.
///
/// A matrix of activations is given as array, index of its first element and stride from row to
/// row. A panel holds `width` outputs of a weight matrix, transposed: weight (n, k) is at k · width
/// + n.
interface Kernels {
  /// As results name it.
  String name();

  /// Outputs of one full panel.
  int panelWidth();

  /// Writes `rows` × `width` products: out(r, n) = Σ_k x(r, k) · panel(k, n), summed by fused
  /// multiply-adds from k = 0 upwards, starting with 0.
  void multiply(
      float[] x,
      int xAt,
      int xStride,
      int rows,
      int depth,
      float[] panel,
      int width,
      float[] out,
      int outAt,
      int outStride);

  /// out(n) = x(n) / sqrt(mean(x²) + epsilon) · weight(n), for one row.
  void norm(float[] x, int xAt, float[] weight, double epsilon, float[] out, int outAt);

  /// Turns one head in place: element i of the first half with element i of the second.
  ///
  /// @param cosine of `size / 2` angles from `tableAt` on, and `sine` likewise
  void rotate(float[] head, int at, int size, float[] cosine, float[] sine, int tableAt);

  /// One query of one head: out = Σ_j softmax_j(scale · query · key_j) · value_j over the first
  /// `keys` keys.
  ///
  /// @param keyColumns the head's keys transposed: element d of key j at d · keyStride + j
  /// @param scores scratch of at least `keys` floats
  void attend(
      float[] query,
      int queryAt,
      int size,
      float scale,
      float[] keyColumns,
      int keyStride,
      float[] value,
      int valueAt,
      int valueStride,
      int keys,
      float[] scores,
      float[] out,
      int outAt);

  /// out(i) = gate(i) · sigmoid(gate(i)) · up(i) for `count` elements.
  void gateSilu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count);

  /// The largest of `count` logits.
  float max(float[] logits, int at, int count);

  /// Σ exp(logit − shift) over `count` logits, in float64.
  double sumExp(float[] logits, int at, int count, float shift);
}
