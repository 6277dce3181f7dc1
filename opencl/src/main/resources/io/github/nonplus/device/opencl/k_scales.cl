// Scales and minimums of Q4_K and Q5_K (KScales): eight of each, of 6 bits, in twelve bytes.
inline uint k_scale(global const uint *plane0, size_t at, uint group) {
  return group < 4 ? BYTE(at + group) & 63
                   : (BYTE(at + group + 4) & 15) | BYTE(at + group - 4) >> 6 << 4;
}

inline uint k_minimum(global const uint *plane0, size_t at, uint group) {
  return group < 4 ? BYTE(at + group + 4) & 63
                   : BYTE(at + group + 4) >> 4 | BYTE(at + group) >> 6 << 4;
}
