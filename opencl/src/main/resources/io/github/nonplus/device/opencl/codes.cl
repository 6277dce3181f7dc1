// Small codes and their scales: numbers of eight and four bits, streams of bits, and rounding as
// libraries do it. Included by the snippets of formats whose scales lie apart; the numbers of types
// are those of CodeType and ScaleType in core.
#define BITS 0
#define CODES 1

#define UNSIGNED_CODE 3
#define SIGNED_CODE 4
#define E2M1_CODE 5
#define E4M3_CODE 6
#define E5M2_CODE 7
#define E8M0_CODE 8

#define BYTE_OF(plane, at) ((uint)((global const uchar *)(plane))[at])

constant float E2M1_NUMBERS[16] = {0.0f,  0.5f,  1.0f,  1.5f,  2.0f,  3.0f,  4.0f,  6.0f,
                                   -0.0f, -0.5f, -1.0f, -1.5f, -2.0f, -3.0f, -4.0f, -6.0f};

// A sign above four exponent and three mantissa bits, exactly; no operand is a subnormal.
inline float e4m3(uint code) {
  const uint size = code & 127;
  const float small = (float)size * 0x1p-9f;
  const float normal = as_float(((size >> 3) + 120) << 23 | (size & 7) << 20);
  const float number = size < 8 ? small : size == 127 ? NAN : normal;
  return code < 128 ? number : -number;
}

// A sign above five exponent and two mantissa bits.
inline float e5m2(uint code) {
  const uint size = code & 127;
  const float small = (float)size * 0x1p-16f;
  const float normal = as_float(((size >> 2) + 112) << 23 | (size & 3) << 21);
  const float number = size < 4 ? small : size < 124 ? normal : size == 124 ? INFINITY : NAN;
  return code < 128 ? number : -number;
}

// The number of a code of at most eight bits.
inline float code_number(int type, uint code) {
  return type == UNSIGNED_CODE ? (float)code
         : type == SIGNED_CODE ? (float)(int)(char)code
         : type == E2M1_CODE   ? E2M1_NUMBERS[code & 15]
         : type == E4M3_CODE   ? e4m3(code)
         : type == E5M2_CODE   ? e5m2(code)
         : code == 255         ? NAN
         : code == 0           ? as_float(0x00400000u)
                               : as_float(code << 23);
}

// Scale `at` of a plane.
inline float scale_number(int type, global const uint *plane, size_t at) {
  return type < UNSIGNED_CODE ? number(type, plane, at) : code_number(type, BYTE_OF(plane, at));
}

// Code `index` of a stream that begins at byte `at`, the lowest bits first; reads no byte that is not
// its own.
inline uint code_in_bytes(global const uint *plane, size_t at, uint bits, size_t index) {
  const size_t bit = index * bits;
  const size_t byte = at + bit / 8;
  const uint shift = (uint)(bit % 8);
  uint pair = BYTE_OF(plane, byte);
  if (shift + bits > 8) {
    pair |= BYTE_OF(plane, byte + 1) << 8;
  }
  return pair >> shift & ((1u << bits) - 1u);
}

// Code `index` of stream `stream` of `streams`, whose words lie one below the other.
inline uint code_in_words(
    global const uint *plane, uint bits, size_t index, size_t stream, size_t streams) {
  const size_t bit = index * bits;
  const size_t word = bit / 32;
  const uint shift = (uint)(bit % 32);
  uint code = plane[word * streams + stream] >> shift;
  if (shift + bits > 32) {
    code |= plane[(word + 1) * streams + stream] << (32 - shift);
  }
  return code & ((1u << bits) - 1u);
}

// Rounds as ElementType.rounded: to the nearest float16 or bfloat16, ties to even.
inline float rounded_to(int type, float value) {
  const uint bits = as_uint(value);
  if (type == F16) {
    const float normal = as_float((bits + 0xFFFu + ((bits >> 13) & 1u)) & ~0x1FFFu);
    const float small = copysign((fabs(value) + 0.75f) - 0.75f, value);
    const float near = fabs(value) < 0x1p-14f ? small : normal;
    return isnan(value) ? value : fabs(value) >= 65520.0f ? copysign(INFINITY, value) : near;
  }
  if (type == BF16) {
    return isnan(value) ? value : as_float((bits + 0x7FFFu + ((bits >> 16) & 1u)) & ~0xFFFFu);
  }
  return value;
}
