#include <stdint.h>
#include <string.h>

// What Swift has no word for: which of 64 elements equal one, as the bits of a word. The compiler makes of it what the
// processor has for that.

typedef uint8_t CVectors8 __attribute__((ext_vector_type(64)));
typedef uint16_t CVectors16 __attribute__((ext_vector_type(64)));
typedef uint32_t CVectors32 __attribute__((ext_vector_type(64)));
typedef _Bool CVectorsBits __attribute__((ext_vector_type(64)));

#define CVECTORS_EQUAL(bits)                                                          \
  static inline uint64_t CVectorsEqual##bits(const uint##bits##_t *elements,          \
                                             uint##bits##_t wanted) {                 \
    CVectors##bits vector;                                                            \
    memcpy(&vector, elements, sizeof vector);                                         \
    CVectorsBits equal = __builtin_convertvector(vector == (CVectors##bits)wanted, CVectorsBits); \
    uint64_t mask;                                                                    \
    memcpy(&mask, &equal, sizeof mask);                                               \
    return mask;                                                                      \
  }

CVECTORS_EQUAL(8)
CVECTORS_EQUAL(16)
CVECTORS_EQUAL(32)
