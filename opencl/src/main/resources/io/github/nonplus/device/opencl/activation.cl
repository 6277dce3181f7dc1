// Activation functions of one number. ACTIVATION, if it is defined, names the one that `activated`
// computes.
// Equals ScalarCurves up to the rounding of the built-in exp, erfc and tanh.
#include "number.cl"

#define SILU 1
#define GELU 2
#define GELU_TANH 3
#define QUICK_GELU 4
#define RELU 5
#define RELU_SQUARED 6
#define SIGMOID 7
#define TANH 8
#define IDENTITY 9

inline float activated(float x) {
#if ACTIVATION == SILU
  return x / (1.0f + exp(-x));
#elif ACTIVATION == GELU
  // Φ(−|x|), so that nothing cancels on either side.
  const float tail = 0.5f * erfc(fabs(x) * 0.70710678f);
  return x < 0 ? x * tail : x - x * tail;
#elif ACTIVATION == GELU_TANH
  return x / (1.0f + exp(-x * FMA(0x1.2444f2p-4f, x * x, 0x1.988454p+0f)));
#elif ACTIVATION == QUICK_GELU
  return x / (1.0f + exp(-1.702f * x));
#elif ACTIVATION == RELU
  return x > 0 ? x : 0.0f;
#elif ACTIVATION == RELU_SQUARED
  return x > 0 ? x * x : 0.0f;
#elif ACTIVATION == SIGMOID
  return 1.0f / (1.0f + exp(-x));
#elif ACTIVATION == TANH
  return tanh(x);
#elif ACTIVATION == IDENTITY
  return x;
#else
#error ACTIVATION is none that there is
#endif
}
