// OpenSSL's libcrypto: digests, RSA signatures, AES-GCM and the arithmetic of large numbers.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

// Constants that are made of other constants, which Swift does not see.
static const int trailq_evp_pkey_keypair = EVP_PKEY_KEYPAIR;
