/* The closed vocabularies of the format, and back. */
#include "record/events.h"

#include "base/banned.h"

static const char *const verdicts[] = {
#define X(name, text) text,
    VB_VERDICTS(X)
#undef X
};

static const char *const types[] = {
#define X(name, text) text,
    VB_EVENT_TYPES(X)
#undef X
};

const char *
vb_verdict_name(vb_verdict verdict)
{
    return verdicts[verdict];
}

bool
vb_verdict_parse(vb_str name, vb_verdict *out)
{
    for (size_t i = 0; i < VB_COUNT(verdicts); i++)
        if (vb_str_eqc(name, verdicts[i])) {
            *out = (vb_verdict)i;
            return true;
        }
    return false;
}

const char *
vb_event_type_name(vb_event_type type)
{
    return type < VB_EVENT_UNKNOWN ? types[type] : "unknown";
}

vb_event_type
vb_event_type_parse(vb_str name)
{
    for (size_t i = 0; i < VB_COUNT(types); i++)
        if (vb_str_eqc(name, types[i]))
            return (vb_event_type)i;
    return VB_EVENT_UNKNOWN;
}
