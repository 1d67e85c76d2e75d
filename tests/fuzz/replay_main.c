/*
 * Stands in for a fuzzing engine: feeds each seed, and a few plain mutations
 * of it, to the target. `make test` runs every target this way; `make fuzz`
 * links the same targets with libFuzzer instead.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *
slurp(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = NULL;
    long len;

    if (!f)
        return NULL;
    if (fseek(f, 0, SEEK_END) == 0 && (len = ftell(f)) >= 0) {
        rewind(f);
        *size = (size_t)len;
        data = malloc(*size + 1);
        if (data && fread(data, 1, *size, f) != *size) {
            free(data);
            data = NULL;
        }
    }
    fclose(f);
    return data;
}

/* An exact-size heap copy, so that a sanitizer sees reads past the end. */
static void
feed(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy)
        abort();
    if (size)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void
replay(const uint8_t *data, size_t size)
{
    uint8_t *work = malloc(size + 1);
    uint32_t random = 2463534242u;

    if (!work)
        abort();
    feed(data, size);
    for (size_t cut = 1; cut <= 8; cut++)
        feed(data, size * cut / 9);
    for (int round = 0; round < 24 && size; round++) {
        memcpy(work, data, size);
        for (int flips = 0; flips < 3; flips++) {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            work[random % size] ^= (uint8_t)(1u << (random >> 29));
        }
        feed(work, size);
    }
    free(work);
}

int
main(int argc, char **argv)
{
    int count = 0;

    for (int i = 1; i < argc; i++) {
        struct dirent **names = NULL;
        int n = scandir(argv[i], &names, NULL, alphasort);

        for (int k = 0; k < n; k++) {
            char path[4096];
            size_t size = 0;
            uint8_t *data;

            snprintf(path, sizeof path, "%s/%s", argv[i], names[k]->d_name);
            free(names[k]);
            data = path[strlen(path) - 1] == '.' ? NULL : slurp(path, &size);
            if (!data)
                continue;
            replay(data, size);
            free(data);
            count++;
        }
        free(names);
    }
    if (count == 0) {
        fprintf(stderr, "%s: no seeds\n", argv[0]);
        return 1;
    }
    printf("%s: %d seeds replayed\n", strrchr(argv[0], '/') + 1, count);
    return 0;
}
