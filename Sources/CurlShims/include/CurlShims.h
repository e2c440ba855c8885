#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call.
// Each door below fixes the type of the argument; options that do not take it are the caller's fault.

CURLcode spot_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode spot_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode spot_curl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode spot_curl_set_size(CURL *handle, CURLoption option, curl_off_t value);
CURLcode spot_curl_set_write(CURL *handle, CURLoption option, curl_write_callback function);
CURLcode spot_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode spot_curl_get_size(CURL *handle, CURLINFO info, curl_off_t *value);

// The result inside a CURLMSG_DONE message, which curl keeps in a union.
CURLcode spot_curl_result(const CURLMsg *message);
