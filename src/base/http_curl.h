/* For http*.c alone: the functions of libcurl, once it is loaded. */
#ifndef VB_BASE_HTTP_CURL_H
#define VB_BASE_HTTP_CURL_H

#include "base/error.h"

#include <curl/curl.h>

#define VB_CURL_FUNCTIONS(X)                                                   \
    X(global_init)                                                             \
    X(free)                                                                    \
    X(easy_init)                                                               \
    X(easy_setopt)                                                             \
    X(easy_perform)                                                            \
    X(easy_getinfo)                                                            \
    X(easy_cleanup)                                                            \
    X(easy_reset)                                                              \
    X(easy_strerror)                                                           \
    X(easy_header)                                                             \
    X(slist_append)                                                            \
    X(slist_free_all)                                                          \
    X(url)                                                                     \
    X(url_get)                                                                 \
    X(url_set)                                                                 \
    X(url_cleanup)                                                             \
    X(multi_init)                                                              \
    X(multi_cleanup)                                                           \
    X(multi_add_handle)                                                        \
    X(multi_remove_handle)                                                     \
    X(multi_perform)                                                           \
    X(multi_poll)                                                              \
    X(multi_info_read)                                                         \
    X(multi_strerror)

typedef struct vb_curl {
#define VB_CURL_MEMBER(name) __typeof__(curl_##name) *name;
    VB_CURL_FUNCTIONS(VB_CURL_MEMBER)
#undef VB_CURL_MEMBER
} vb_curl;

/* NULL when it is not installed or too old. */
const vb_curl *vb_curl_load(vb_error *err);

#endif
