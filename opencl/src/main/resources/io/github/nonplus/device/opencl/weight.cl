// A weight matrix as it is stored: `outputs` by `depth` inputs of `stored_rows` by `stored_columns`
// weights. Equals Matrix.decode, bit for bit.
//
// Definitions: SNIPPET, the file that decodes its format, and those of that file, which defines
// stored_at; PLANES, of a stored matrix, at most 6; GATHERED, 1 if output n is stored row
// first_row + order[n], 0 if it is row first_row + n;
// TRANSPOSED, 1 if outputs are stored columns and inputs rows.
//
// A matrix is handed over as: its planes (plane0, plane1, …), order (any memory where it is not
// gathered), its stored size, first_row and first_column (where it begins), outputs and depth.
#include "number.cl"
#include "planes.cl"

#define STORED_PARAMETERS EACH_PLANE(PLANE_PARAMETER), uint stored_rows, uint stored_columns
#define STORED EACH_PLANE(PLANE), stored_rows, stored_columns
#define WEIGHT_PARAMETERS                                                                          \
  EACH_PLANE(PLANE_PARAMETER), global const int *order, uint stored_rows, uint stored_columns,     \
      uint first_row, uint first_column, uint outputs, uint depth
#define WEIGHT                                                                                     \
  EACH_PLANE(PLANE), order, stored_rows, stored_columns, first_row, first_column, outputs, depth

// The stored row of an output.
#if GATHERED
#define ROW(output) (first_row + (uint)order[output])
#else
#define ROW(output) (first_row + (output))
#endif

#include SNIPPET

// Weight k of an output.
inline float weight_at(WEIGHT_PARAMETERS, uint output, uint k) {
#if TRANSPOSED
  return stored_at(STORED, first_column + k, ROW(output));
#else
  return stored_at(STORED, ROW(output), first_column + k);
#endif
}
