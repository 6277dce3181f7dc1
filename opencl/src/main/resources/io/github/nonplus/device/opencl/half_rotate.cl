// Rotary position embedding of float16 numbers, in place: element i of a head's first half turns with
// element i of its second half, by the angles of the row's position.
// rows [·, heads · 2 · half_size], float16, from element `at` on, `stride` apart; half_size, at and
// stride are multiples of 8. angle_rows names each row's row of cosine and sine [·, half_size].
// Launch: work-items (eight elements of a first half, row), the first padded to whole work-groups.
// Equals rotate.cl but for the rounding to float16.
#include "halves.cl"

kernel void half_rotate(
    global uint4 *rows, ulong at, uint stride, global const float *cosine, global const float *sine,
    global const int *angle_rows, uint half_size, uint pairs) {
  const uint pair = 8 * get_global_id(0);
  const size_t row = get_global_id(1);
  if (pair < pairs) {
    const uint i = pair % half_size;
    const size_t first = (row * stride + at + pair / half_size * 2 * half_size + i) / 8;
    const size_t second = first + half_size / 8;
    const size_t angle = (size_t)angle_rows[row] * half_size + i;
    const float8 c = *(global const float8 *)(cosine + angle);
    const float8 s = *(global const float8 *)(sine + angle);
    const float8 a = unpacked8(rows[first]);
    const float8 b = unpacked8(rows[second]);
    rows[first] = packed8(a * c - b * s);
    rows[second] = packed8(b * c + a * s);
  }
}
