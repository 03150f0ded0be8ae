#include "shim.h"

// What is done to whole texts: which of their bytes part names, which alphabets have all of them, and packing them by
// their codes in one. Tables have an entry for each byte below 128; what is above counts as 0. 64 bytes behind a text
// must be readable, and 64 behind what is written writable.

typedef uint8_t CVectorsBytes64 __attribute__((ext_vector_type(64)));

#define CVECTORS_WITHIN(bytes, low, high) ((bytes) - (uint8_t)(low) <= (uint8_t)((high) - (low)))

// Which of 64 bytes part names (`NameTokens.delimiters`), and which are not ASCII.
#define CVECTORS_NAME_ENDS(form, attribute)                                                        \
  attribute static inline uint64_t CVectorsNameEnds##form(const uint8_t *text, uint64_t *wide) {   \
    CVectorsBytes64 bytes;                                                                         \
    memcpy(&bytes, text, sizeof bytes);                                                            \
    CVectorsBits ends = __builtin_convertvector(                                                   \
        CVECTORS_WITHIN(bytes, ':', '?') | CVECTORS_WITHIN(bytes, '&', ')') |                      \
            CVECTORS_WITHIN(bytes, '[', ']') | CVECTORS_WITHIN(bytes, '{', '}') |                  \
            CVECTORS_WITHIN(bytes, '\t', '\n') | (bytes == '\r') | (bytes == ' ') |                \
            (bytes == '"') | (bytes == ',') | (bytes == '/') | (bytes == '`'),                     \
        CVectorsBits);                                                                             \
    CVectorsBits beyond = __builtin_convertvector(bytes >= 0x80, CVectorsBits);                    \
    uint64_t mask;                                                                                 \
    memcpy(&mask, &ends, sizeof mask);                                                             \
    memcpy(wide, &beyond, sizeof *wide);                                                           \
    return mask;                                                                                   \
  }
CVECTORS_NAME_ENDS(Newer, CVECTORS_NEWER)
CVECTORS_NAME_ENDS(Older, )

static inline uint64_t CVectorsNameEnds(const uint8_t *text, uint64_t *wide) {
  return CVECTORS_KNOWS_NEWER ? CVectorsNameEndsNewer(text, wide)
                              : CVectorsNameEndsOlder(text, wide);
}

// True if a text has capital letters, or bytes that are not ASCII.
static inline _Bool CVectorsHasCapitals(const uint8_t *text, size_t count) {
  for (size_t start = 0; start < count; start += 32) {
    CVectorsBytes32 bytes;
    memcpy(&bytes, text + start, sizeof bytes);
    CVectorsBytes32 marks =
        (CVectorsBytes32)CVECTORS_WITHIN(bytes, 'A', 'Z') | (CVectorsBytes32)bytes;
    CVectorsBits32 marked = __builtin_convertvector(
        (int8_t __attribute__((ext_vector_type(32))))marks < 0, CVectorsBits32);
    uint32_t mask;
    memcpy(&mask, &marked, sizeof mask);
    if (count - start < 32) mask <<= 32 - (count - start);
    if (mask != 0) return 1;
  }
  return 0;
}

// What the alphabets have of a text: bits that all of its bytes have, bits that those behind the last delimiter have,
// and where these begin.
typedef struct {
  size_t cut;
  uint8_t all;
  uint8_t tail;
} CVectorsMembership;

#if defined(__x86_64__)

typedef char CVectorsSigned32 __attribute__((vector_size(32)));
typedef short CVectorsPairs __attribute__((vector_size(32)));

// The entries of a table of 128 for 32 bytes: each row of 16 is looked up for those bytes that are of it. No table has
// entries for control bytes, which are the first two rows.
CVECTORS_NEWER static inline CVectorsBytes32 CVectorsLookUp(const uint8_t *table,
                                                            CVectorsBytes32 bytes) {
  CVectorsBytes32 found = 0;
#pragma clang loop unroll(full)
  for (int row = 2; row < 8; row++) {
    CVectorsBytes16 half;
    memcpy(&half, table + row * 16, sizeof half);
    CVectorsBytes32 both = __builtin_shufflevector(half, half, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                                                   14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
                                                   28, 29, 30, 31);
    // Of a byte of this row the low half is left, with the highest bit off; of any other that bit is on.
    CVectorsBytes32 index =
        __builtin_elementwise_add_sat(bytes ^ (uint8_t)(row << 4), (CVectorsBytes32)0x70);
    found |= (CVectorsBytes32)__builtin_ia32_pshufb256((CVectorsSigned32)both,
                                                       (CVectorsSigned32)index);
  }
  return found;
}

// Lane numbers.
#define CVECTORS_LANES                                                                             \
  ((CVectorsBytes32){0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,               \
                     16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31})

// The first lanes, as many as are left of a text.
CVECTORS_NEWER static inline CVectorsBytes32 CVectorsFirst(size_t left) {
  return (CVectorsBytes32)(CVECTORS_LANES < (uint8_t)(left < 32 ? left : 32));
}

// - core: bytes of the text that count.
// - ends: a delimiter parts only where something stands behind it: before this place.
CVECTORS_NEWER static inline CVectorsMembership CVectorsMembershipOf(
    const uint8_t *text, size_t core, size_t ends, uint8_t delimiter, const uint8_t *table) {
  CVectorsMembership found = {0, 0xFF, 0xFF};
  CVectorsBytes32 all = 0xFF, tail = 0xFF;
  for (size_t start = 0; start < core; start += 32) {
    CVectorsBytes32 bytes;
    memcpy(&bytes, text + start, sizeof bytes);
    CVectorsBytes32 own = CVectorsLookUp(table, bytes);
    CVectorsBytes32 counted = own | ~CVectorsFirst(core - start);
    all &= counted;
    CVectorsBytes32 parts =
        (CVectorsBytes32)((own & delimiter) != 0) & CVectorsFirst(ends > start ? ends - start : 0);
    uint32_t mask = (uint32_t)__builtin_ia32_pmovmskb256((CVectorsSigned32)parts);
    if (mask == 0) {
      tail &= counted;
    } else {
      size_t last = 31 - (size_t)__builtin_clz(mask);
      found.cut = start + last + 1;
      tail = counted | CVectorsFirst(last + 1);
    }
  }
  found.all = __builtin_reduce_and(all);
  found.tail = __builtin_reduce_and(tail);
  return found;
}

// The codes of up to 32 symbols in a table, two and two together: the second of each pair counts `factor` times.
CVECTORS_NEWER static inline CVectorsPairs CVectorsCodePairs(const uint8_t *text, size_t left,
                                                             const uint8_t *table, uint16_t factor) {
  typedef uint16_t Factors __attribute__((ext_vector_type(16)));
  CVectorsBytes32 bytes;
  memcpy(&bytes, text, sizeof bytes);
  CVectorsBytes32 codes = CVectorsLookUp(table, bytes) & CVectorsFirst(left);
  Factors factors = (uint16_t)(factor << 8 | 1);
  return __builtin_ia32_pmaddubsw256((CVectorsSigned32)codes, (CVectorsSigned32)factors);
}

// Packs symbols by their codes in a table, four bits each, the first of two in the lower half of its byte.
CVECTORS_NEWER static inline void CVectorsPackHalves(const uint8_t *text, size_t count,
                                                     const uint8_t *table, uint8_t *output) {
  for (size_t start = 0; start < count; start += 32, output += 16) {
    CVectorsPairs pairs = CVectorsCodePairs(text + start, count - start, table, 16);
    CVectorsBytes16 packed = __builtin_convertvector(
        (uint16_t __attribute__((ext_vector_type(16))))pairs, CVectorsBytes16);
    memcpy(output, &packed, sizeof packed);
  }
}

// The same with six bits each: four symbols in three bytes, the first in the lowest bits.
CVECTORS_NEWER static inline void CVectorsPackSixes(const uint8_t *text, size_t count,
                                                    const uint8_t *table, uint8_t *output) {
  const CVectorsPairs pairFactors = {1, 4096, 1, 4096, 1, 4096, 1, 4096,
                                     1, 4096, 1, 4096, 1, 4096, 1, 4096};
  for (size_t start = 0; start < count; start += 32, output += 24) {
    CVectorsPairs pairs = CVectorsCodePairs(text + start, count - start, table, 64);
    CVectorsBytes32 quads = (CVectorsBytes32)__builtin_ia32_pmaddwd256(pairs, pairFactors);
    // Of each four bytes the first three.
    CVectorsBytes32 packed = __builtin_shufflevector(
        quads, quads, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21, 22, 24, 25, 26, 28,
        29, 30, 3, 7, 11, 15, 19, 23, 27, 31);
    memcpy(output, &packed, sizeof packed);
  }
}

static inline _Bool CVectorsKnowsTexts(void) { return CVECTORS_KNOWS_NEWER; }

#else

// Without vectors that look up, who asks does it byte by byte.
static inline _Bool CVectorsKnowsTexts(void) { return 0; }
static inline CVectorsMembership CVectorsMembershipOf(const uint8_t *text, size_t core,
                                                      size_t ends, uint8_t delimiter,
                                                      const uint8_t *table) {
  __builtin_trap();
}
static inline void CVectorsPackHalves(const uint8_t *text, size_t count, const uint8_t *table,
                                      uint8_t *output) {
  __builtin_trap();
}
static inline void CVectorsPackSixes(const uint8_t *text, size_t count, const uint8_t *table,
                                     uint8_t *output) {
  __builtin_trap();
}

#endif
