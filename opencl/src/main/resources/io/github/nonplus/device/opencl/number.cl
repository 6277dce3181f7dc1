// Vectors and stored numbers. Included by every other file.
//
// Definitions: VEC, floats of a vector (1, 2, 4, 8, 16); FMA, `fma` where the device has it in
// hardware or software, else `mad`.
#pragma OPENCL FP_CONTRACT OFF

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

#if VEC == 1
typedef float floatv;
#define LOAD(p) (*(p))
#define STORE(value, p) (*(p) = (value))
#else
typedef JOIN(float, VEC) floatv;
#define LOAD(p) JOIN(vload, VEC)(0, (p))
#define STORE(value, p) JOIN(vstore, VEC)((value), 0, (p))
#endif

// cap · tanh(x / cap), of a number or a vector.
#define CAPPED_AT(cap, x) ((cap) * tanh((x) / (cap)))

// Products run in waves of 64 work-items on Adreno, which would choose for itself between 64 and 128:
// they need the registers. The attribute is there only with its extension.
#ifdef cl_qcom_reqd_sub_group_size
#pragma OPENCL EXTENSION cl_qcom_reqd_sub_group_size : enable
#define WAVE __attribute__((qcom_reqd_sub_group_size("half")))
#else
#define WAVE
#endif

// The sum and the largest of a vector's elements, always in the same order.
inline float total(floatv v) {
#if VEC == 1
  return v;
#else
#if VEC == 16
  float8 a8 = v.lo + v.hi;
#elif VEC == 8
  float8 a8 = v;
#endif
#if VEC >= 8
  float4 a4 = a8.lo + a8.hi;
#elif VEC == 4
  float4 a4 = v;
#endif
#if VEC >= 4
  float2 a2 = a4.lo + a4.hi;
#else
  float2 a2 = v;
#endif
  return a2.x + a2.y;
#endif
}

inline float largest(floatv v) {
#if VEC == 1
  return v;
#else
#if VEC == 16
  float8 a8 = fmax(v.lo, v.hi);
#elif VEC == 8
  float8 a8 = v;
#endif
#if VEC >= 8
  float4 a4 = fmax(a8.lo, a8.hi);
#elif VEC == 4
  float4 a4 = v;
#endif
#if VEC >= 4
  float2 a2 = fmax(a4.lo, a4.hi);
#else
  float2 a2 = v;
#endif
  return fmax(a2.x, a2.y);
#endif
}

// How a number is stored: float32, float16, bfloat16.
#define F32 0
#define F16 1
#define BF16 2

inline float number(int format, global const void *data, size_t at) {
  if (format == F32) {
    return ((global const float *)data)[at];
  }
  if (format == F16) {
    return vload_half(at, (global const half *)data);
  }
  return as_float((uint)((global const ushort *)data)[at] << 16);
}
