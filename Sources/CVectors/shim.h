#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// What Swift has no word for: which of many elements have something, as the bits of words. The compiler makes of it
// what the processor has for that; where there are two forms, the newer one is taken if the processor knows it.

#if defined(__x86_64__)
#define CVECTORS_NEWER __attribute__((target("avx2,bmi,popcnt")))
#define CVECTORS_KNOWS_NEWER                                      \
  (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && \
   __builtin_cpu_supports("popcnt"))
#else
#define CVECTORS_NEWER
#define CVECTORS_KNOWS_NEWER 0
#endif

typedef uint8_t CVectors8 __attribute__((ext_vector_type(64)));
typedef uint16_t CVectors16 __attribute__((ext_vector_type(64)));
typedef uint32_t CVectors32 __attribute__((ext_vector_type(64)));
typedef _Bool CVectorsBits __attribute__((ext_vector_type(64)));

// Which codes equal one, or are members of a set by its table of a byte a code: 64 codes to a word of `hits`. Returns
// how many do.
#define CVECTORS_SCAN(bits, form, attribute)                                                       \
  attribute static inline size_t CVectorsEqual##bits##form(                                        \
      const uint##bits##_t *codes, size_t words, uint##bits##_t wanted, uint64_t *hits) {          \
    size_t count = 0;                                                                              \
    for (size_t word = 0; word < words; word++) {                                                  \
      CVectors##bits vector;                                                                       \
      memcpy(&vector, codes + word * 64, sizeof vector);                                           \
      CVectorsBits equal =                                                                         \
          __builtin_convertvector(vector == (CVectors##bits)wanted, CVectorsBits);                 \
      memcpy(&hits[word], &equal, sizeof hits[word]);                                              \
      count += (size_t)__builtin_popcountll(hits[word]);                                           \
    }                                                                                              \
    return count;                                                                                  \
  }                                                                                                \
  attribute static inline size_t CVectorsMembers##bits##form(                                      \
      const uint##bits##_t *codes, size_t words, const uint8_t *members, uint64_t *hits) {         \
    size_t count = 0;                                                                              \
    for (size_t word = 0; word < words; word++) {                                                  \
      const uint##bits##_t *own = codes + word * 64;                                               \
      uint64_t mask = 0;                                                                           \
      for (size_t bit = 0; bit < 64; bit += 8) {                                                   \
        uint32_t part = members[own[bit]];                                                         \
        part |= (uint32_t)members[own[bit + 1]] << 1;                                              \
        part |= (uint32_t)members[own[bit + 2]] << 2;                                              \
        part |= (uint32_t)members[own[bit + 3]] << 3;                                              \
        part |= (uint32_t)members[own[bit + 4]] << 4;                                              \
        part |= (uint32_t)members[own[bit + 5]] << 5;                                              \
        part |= (uint32_t)members[own[bit + 6]] << 6;                                              \
        part |= (uint32_t)members[own[bit + 7]] << 7;                                              \
        mask |= (uint64_t)part << bit;                                                             \
      }                                                                                            \
      hits[word] = mask;                                                                           \
      count += (size_t)__builtin_popcountll(mask);                                                 \
    }                                                                                              \
    return count;                                                                                  \
  }
#define CVECTORS_SCANS(bits)                                                                       \
  CVECTORS_SCAN(bits, Newer, CVECTORS_NEWER)                                                       \
  CVECTORS_SCAN(bits, Older, )                                                                     \
  static inline size_t CVectorsEqual##bits(const uint##bits##_t *codes, size_t words,              \
                                           uint##bits##_t wanted, uint64_t *hits) {                \
    return CVECTORS_KNOWS_NEWER ? CVectorsEqual##bits##Newer(codes, words, wanted, hits)           \
                                : CVectorsEqual##bits##Older(codes, words, wanted, hits);          \
  }                                                                                                \
  static inline size_t CVectorsMembers##bits(const uint##bits##_t *codes, size_t words,            \
                                             const uint8_t *members, uint64_t *hits) {             \
    return CVECTORS_KNOWS_NEWER ? CVectorsMembers##bits##Newer(codes, words, members, hits)        \
                                : CVectorsMembers##bits##Older(codes, words, members, hits);       \
  }

CVECTORS_SCANS(8)
CVECTORS_SCANS(16)
CVECTORS_SCANS(32)

typedef uint8_t CVectorsBytes16 __attribute__((ext_vector_type(16)));
typedef uint8_t CVectorsBytes32 __attribute__((ext_vector_type(32)));
typedef _Bool CVectorsBits32 __attribute__((ext_vector_type(32)));

// Which of 32 bytes end the plain part of a JSON string: quotes, backslashes and what is not ASCII.
static inline uint32_t CVectorsStringStops(const uint8_t *bytes) {
  CVectorsBytes32 vector;
  memcpy(&vector, bytes, sizeof vector);
  CVectorsBytes32 marks =
      (CVectorsBytes32)(vector == '"') | (CVectorsBytes32)(vector == '\\') | vector;
  // The highest bit of each.
  CVectorsBits32 stops = __builtin_convertvector(
      (int8_t __attribute__((ext_vector_type(32))))marks < 0, CVectorsBits32);
  uint32_t mask;
  memcpy(&mask, &stops, sizeof mask);
  return mask;
}

// Copies 32 bytes, which do not overlap.
static inline void CVectorsCopy32(uint8_t *to, const uint8_t *from) { memcpy(to, from, 32); }

// Which of 32 bytes differ.
static inline uint32_t CVectorsDifferent(const uint8_t *a, const uint8_t *b) {
  CVectorsBytes32 first, second;
  memcpy(&first, a, sizeof first);
  memcpy(&second, b, sizeof second);
  CVectorsBits32 different = __builtin_convertvector(first != second, CVectorsBits32);
  uint32_t mask;
  memcpy(&mask, &different, sizeof mask);
  return mask;
}
