// Stored number by number (Dense). Definitions: FORMAT, of a number (number.cl).
#define BITS 0
#define CODES 1

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  return number(FORMAT, plane0, (size_t)row * stored_columns + column);
}
