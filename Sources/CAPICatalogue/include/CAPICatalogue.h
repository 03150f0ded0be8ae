#ifndef TRAILQ_API_CATALOGUE_H
#define TRAILQ_API_CATALOGUE_H

#include <stddef.h>

/// The text of `catalogue.txt`, which lies in the program and is read where it lies.
const unsigned char *trailq_api_catalogue(void);
/// Its length in bytes.
size_t trailq_api_catalogue_size(void);

#endif
