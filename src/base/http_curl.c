#include "base/http_curl.h"

#include "base/attr.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "base/banned.h"

/* A loaded library belongs to the process, so this state does, too. */
static struct {
    pthread_once_t once;
    vb_curl functions;
    const char *missing; /* NULL when all is well */
} lib = {.once = PTHREAD_ONCE_INIT};

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
#define VB_CURL_SYMBOL(name) {"curl_" #name, offsetof(vb_curl, name)},
    VB_CURL_FUNCTIONS(VB_CURL_SYMBOL)
#undef VB_CURL_SYMBOL
};

static void
load(void)
{
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
    void *handle = NULL;

    for (size_t i = 0; !handle && i < VB_COUNT(names); i++)
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        lib.missing = "libcurl (libcurl.so.4) is not installed";
        return;
    }
    for (size_t i = 0; i < VB_COUNT(symbols); i++) {
        void *at = dlsym(handle, symbols[i].name);

        if (!at) {
            lib.missing = "libcurl is too old, 7.85 is needed";
            return;
        }
        memcpy((char *)&lib.functions + symbols[i].offset, &at, sizeof at);
    }
    if (lib.functions.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        lib.missing = "libcurl cannot be initialised";
}

const vb_curl *
vb_curl_load(vb_error *err)
{
    if (pthread_once(&lib.once, load) != 0)
        vb_fail(err, "cannot load libcurl");
    else if (lib.missing)
        vb_fail(err, "%s", lib.missing);
    else
        return &lib.functions;
    return NULL;
}
