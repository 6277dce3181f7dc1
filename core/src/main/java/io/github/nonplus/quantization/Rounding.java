package io.github.nonplus.quantization;

/// What happens to a weight that lies exactly between two codes. In float16 that is frequent: about
/// one code in 300 depends on it.
public enum Rounding {
  /// To the even code, as MLC does since TVM changed over in April 2026.
  TIES_TO_EVEN {
    @Override
    double round(float value) {
      return Math.rint(value);
    }
  },
  /// To the larger code, as MLC on earlier versions of TVM and Qualcomm's fork do on a CPU.
  TIES_AWAY {
    @Override
    double round(float value) {
      return Math.floor(value + 0.5);
    }
  };

  /// The nearest whole number; NaN stays NaN. Exact for every float of at least -1/2; below that
  /// the caller needs the sign only.
  abstract double round(float value);
}
