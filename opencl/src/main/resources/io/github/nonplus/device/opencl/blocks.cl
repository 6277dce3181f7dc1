// Rows of whole blocks of bytes. Included by the snippet of each block format of ggml, whose header is
// the class of that name in core; weight (row, column) is decoded by itself.
#define BITS 0
#define CODES 1

#define BYTES ((global const uchar *)plane0)
#define BYTE(at) ((uint)BYTES[at])
#define SIGNED(at) ((int)((global const char *)plane0)[at])
#define HALF(at) vload_half(0, (global const half *)(BYTES + (at)))
#define WORD16(at) (BYTE(at) | BYTE((at) + 1) << 8)
#define WORD32(at) (WORD16(at) | WORD16((at) + 2) << 16)

// Where the block of a weight begins, of `weights` weights in `bytes` bytes.
#define BLOCK(weights, bytes)                                                                      \
  (((size_t)row * (stored_columns / (weights)) + column / (weights)) * (bytes))

// Twice the numbers of E2M1, and the values of IQ4_NL.
constant char E2M1[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
constant char NONLINEAR[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                               1,    13,   25,  38,  53,  69,  89,  113};

// Signs of eight weights from seven bits: the eighth makes their number even.
inline uint even_signs(uint bits) {
  return (bits & 127) | (popcount(bits & 127) & 1) << 7;
}
