#include "CryptoShims.h"

#include <openssl/crypto.h>

// OpenSSL's exit handler would take its tables from under threads that are still saying goodbye to their
// servers. It is registered by whoever calls OpenSSL first, libcurl perhaps, so this runs before main.
__attribute__((constructor)) static void keep_openssl_to_the_end(void) {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
}
