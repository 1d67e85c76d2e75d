#include "exec/capture.h"

#include "base/banned.h"

void
vb_output_init(vb_output *output)
{
    *output = (vb_output){.bytes = {0, 0}};
    vb_buf_init(&output->text[0], VB_CAPTURE_MAX);
    vb_buf_init(&output->text[1], VB_CAPTURE_MAX);
}

void
vb_output_clear(vb_output *output)
{
    for (int i = 0; i < 2; i++) {
        vb_buf_clear(&output->text[i]);
        output->bytes[i] = 0;
    }
    output->marks.at = NULL;
    output->marks.len = output->marks.cap = 0;
}

void
vb_output_release(vb_output *output)
{
    vb_buf_release(&output->text[0]);
    vb_buf_release(&output->text[1]);
}

void
vb_output_add(vb_output *output, vb_stream stream, vb_str bytes)
{
    vb_buf *text = &output->text[stream];

    output->bytes[stream] += bytes.len;
    if (text->len < VB_CAPTURE_MAX)
        vb_buf_str(text, bytes);
}

bool
vb_output_clipped(const vb_output *output)
{
    return output->bytes[0] > VB_CAPTURE_MAX ||
           output->bytes[1] > VB_CAPTURE_MAX;
}
