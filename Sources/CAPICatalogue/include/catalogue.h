// The catalogue of AWS's services and operations, built into the program.
#ifndef TRAILQ_CATALOGUE_H
#define TRAILQ_CATALOGUE_H

#include <stddef.h>

/// The text of catalogue.txt, as make-catalogue.py describes it.
const unsigned char *_Nonnull trailq_catalogue(void);
size_t trailq_catalogue_size(void);

#endif
