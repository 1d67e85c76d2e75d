/*
 * A guide says things more than once: in tables, lists, prose, options, files,
 * outputs and links. Facts and commands are aligned by the words of their
 * keys, and what contradicts is reported with both places.
 */
#include "check/agreement.h"

#include "base/buf.h"
#include "check/names.h"

#include "base/banned.h"

static const vb_rule rules[] = {
    {"A001", VB_ERROR, "a table and the command beside it name one value",
     "The reader does not know which of the two is meant; whoever follows the "
     "table builds something else than whoever pastes the command.",
     "| | |\n| --- | --- |\n| Machine Type | `n2d-standard-16` |\n| Disk "
     "Size | `100GB` |\n\n```bash\ngcloud container clusters create demo "
     "--zone=us-central1-b --machine-type=n2d-standard-8 "
     "--disk-size=100GB\n```\n",
     "| | |\n| --- | --- |\n| Machine Type | `n2d-standard-16` |\n| Disk "
     "Size | `100GB` |\n\n```bash\ngcloud container clusters create demo "
     "--zone=us-central1-b --machine-type=n2d-standard-16 "
     "--disk-size=100GB\n```\n"},
    {"A002", VB_WARNING, "what a table lists for an option is given to it",
     "A listed item that the command leaves out is missing in what the reader "
     "builds.",
     "| | |\n| --- | --- |\n| Machine Type | `e2-small` |\n| Addons | "
     "HttpLoadBalancing,<br/>NodeLocalDNS |\n\n```bash\ngcloud container "
     "clusters create demo --zone=us-central1-b --machine-type=e2-small "
     "--addons=HttpLoadBalancing\n```\n",
     "| | |\n| --- | --- |\n| Machine Type | `e2-small` |\n| Addons | "
     "HttpLoadBalancing,<br/>NodeLocalDNS |\n\n```bash\ngcloud container "
     "clusters create demo --zone=us-central1-b --machine-type=e2-small "
     "--addons=HttpLoadBalancing,NodeLocalDNS\n```\n"},
    {"A003", VB_WARNING, "what an option is given stands in its table",
     "The table claims to be the list; an item that only the command knows "
     "will be forgotten by whoever works from the table.",
     "| | |\n| --- | --- |\n| Machine Type | `e2-small` |\n| Addons | "
     "HttpLoadBalancing |\n\n```bash\ngcloud container clusters create demo "
     "--zone=us-central1-b --machine-type=e2-small "
     "--addons=HttpLoadBalancing,NodeLocalDNS\n```\n",
     NULL},
    {"A004", VB_WARNING, "each item of a list is dealt with by the commands",
     "The list announces what the commands below do; the item they leave out "
     "is not done.",
     "| Roles |\n| --- |\n| roles/logging.logWriter |\n| "
     "roles/monitoring.metricWriter |\n\n```bash\ngcloud projects "
     "add-iam-policy-binding demo --member=user:a@example.org "
     "--role=roles/logging.logWriter\n```\n",
     "| Roles |\n| --- |\n| roles/logging.logWriter |\n\n```bash\ngcloud "
     "projects add-iam-policy-binding demo --member=user:a@example.org "
     "--role=roles/logging.logWriter\n```\n"},
    {"A005", VB_ERROR, "what is deleted is what was created",
     "The command deletes nothing, or something else that happens to have "
     "that name, and what was created goes on costing money.",
     "```bash\neksctl create cluster --name demo-pov\n```\n\n## Deleting the "
     "cluster\n\n```bash\neksctl delete cluster --name demo\n```\n",
     "```bash\neksctl create cluster --name demo-pov\n```\n\n## Deleting the "
     "cluster\n\n```bash\neksctl delete cluster --name demo-pov\n```\n"},
    {"A006", VB_ERROR, "a provider's column agrees with that provider's steps",
     "The overview promises one thing and the steps build another.",
     "| | GCP | AWS |\n| --- | --- | --- |\n| Node type | `n2d-standard-16` | "
     "`m6i.2xlarge` |\n\n<CloudPlatformToggle>\n<div "
     "slot=\"gcp\">\n\n```bash\necho n2d-standard-16\n```\n\n</div>\n<div "
     "slot=\"aws\">\n\n```bash\necho m6i.xlarge\n```\n\n</div>\n"
     "</CloudPlatformToggle>\n",
     "| | GCP | AWS |\n| --- | --- | --- |\n| Node type | `n2d-standard-16` | "
     "`m6i.xlarge` |\n\n<CloudPlatformToggle>\n<div "
     "slot=\"gcp\">\n\n```bash\necho n2d-standard-16\n```\n\n</div>\n<div "
     "slot=\"aws\">\n\n```bash\necho m6i.xlarge\n```\n\n</div>\n"
     "</CloudPlatformToggle>\n"},
    {"A007", VB_WARNING, "an output shows what the command asked for",
     "The reader compares what the page shows with what the terminal shows, "
     "and finds another name, version or region.",
     "```bash\nkubectl create namespace payments\n```\n\nThe output "
     "is:\n\n```\nnamespace/payment created\n```\n",
     "```bash\nkubectl create namespace payments\n```\n\nThe output "
     "is:\n\n```\nnamespace/payments created\n```\n"},
    {"A008", VB_ERROR, "a command agrees with the file it works on",
     "The file names one cluster, region or namespace and the command "
     "another: it is refused, or it works on something else.",
     "Create the file `map.yaml`:\n\n```yaml\napiVersion: v1\nkind: "
     "ConfigMap\nmetadata:\n  name: scraper\n  namespace: "
     "metrics\n```\n\n```bash\nkubectl apply -n monitoring -f "
     "map.yaml\n```\n",
     "Create the file `map.yaml`:\n\n```yaml\napiVersion: v1\nkind: "
     "ConfigMap\nmetadata:\n  name: scraper\n  namespace: "
     "metrics\n```\n\n```bash\nkubectl apply -n metrics -f "
     "map.yaml\n```\n"},
    {"A009", VB_WARNING, "what is used has the name under which it was created",
     "The program answers that there is no such thing.",
     "```bash\nkubectl create namespace sandbox\nkubectl get pods "
     "--namespace sandbx\n```\n",
     "```bash\nkubectl create namespace sandbox\nkubectl get pods "
     "--namespace sandbox\n```\n"},
    {"A010", VB_WARNING, "the text and the command name one value",
     "The reader does not know which of the two is meant.",
     "The node has the machine type `n2-highcpu-32`.\n\n```bash\ngcloud "
     "compute instances create build --zone=us-west4-b "
     "--machine-type=n2-highcpu-16\n```\n",
     "The node has the machine type `n2-highcpu-16`.\n\n```bash\ngcloud "
     "compute instances create build --zone=us-west4-b "
     "--machine-type=n2-highcpu-16\n```\n"},
    {"A011", VB_WARNING, "a link leads to what its text names",
     "The reader expects another version or another site.",
     "See [v2.4.0](https://example.org/releases/v2.3.0).\n",
     "See [v2.4.0](https://example.org/releases/v2.4.0).\n"},
    {"A012", VB_NOTE, "a table of options has all options of its command",
     "The table claims to be the list of settings; one that only the command "
     "knows is forgotten by whoever works from the table.",
     "| Setting | Value |\n| --- | --- |\n| Tier | `db-small` |\n| Storage "
     "size | `10GB` |\n| Database version | `POSTGRES_15` "
     "|\n\n```bash\ngcloud sql instances create r --tier=db-small "
     "--storage-size=10GB --database-version=POSTGRES_15 "
     "--availability-type=zonal\n```\n",
     "| Setting | Value |\n| --- | --- |\n| Tier | `db-small` |\n| Storage "
     "size | `10GB` |\n| Database version | `POSTGRES_15` "
     "|\n\n```bash\ngcloud sql instances create r --tier=db-small "
     "--storage-size=10GB --database-version=POSTGRES_15\n```\n"},
};

const vb_rule_family vb_rules_agreement = {
    "agreement", "what a guide says twice, it says alike", rules,
    VB_COUNT(rules)};

/* "Number of nodes", "num-nodes", "numNodes" -> "num nodes". */
vb_str
vb_agreement_words(vb_arena *arena, vb_str key)
{
    vb_buf out;
    vb_str result;
    size_t i = 0;

    vb_buf_init(&out, VB_BUF_NO_MAX);
    while (i < key.len) {
        size_t n = 0;
        vb_str word;

        while (i + n < key.len && vb_is_alnum(key.ptr[i + n]) &&
               !(n && vb_is_upper(key.ptr[i + n]) &&
                 vb_is_lower(key.ptr[i + n - 1])))
            n++;
        word = vb_str_sub(key, i, n);
        i += n + (n == 0);
        if (n == 0 || vb_str_ieqc(word, "of") || vb_str_ieqc(word, "the"))
            continue;
        if (out.len)
            vb_buf_ch(&out, ' ');
        if (vb_str_ieqc(word, "number")) {
            vb_buf_c(&out, "num");
            continue;
        }
        for (size_t k = 0; k < word.len; k++)
            vb_buf_ch(&out, vb_lower(word.ptr[k]));
    }
    result = vb_str_copy(arena, vb_buf_view(&out));
    vb_buf_release(&out);
    return result;
}

/* A value that a machine reads: one word without a sentence around it. */
bool
vb_agreement_plain(vb_str value)
{
    enum { VALUE_MAX = 200 };

    if (value.len == 0 || value.len > VALUE_MAX)
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (vb_is_space(value.ptr[i]) || (unsigned char)value.ptr[i] >= 0x80)
            return false;
    return true;
}

static bool
list_has(vb_str list, vb_str item)
{
    vb_str field;

    while (vb_str_field(&list, ',', &field)) {
        size_t equals = vb_str_chr(field, '=');

        if (vb_str_eq(vb_str_trim(field), item) ||
            (equals != VB_NPOS &&
             vb_str_eq(vb_str_from(field, equals + 1), item)))
            return true;
    }
    return false;
}

/* "1.27" for "1.27.8-gke.1067004", with or without a "v". */
static bool
is_version_of(vb_str shorter, vb_str longer)
{
    if (vb_str_starts(shorter, "v"))
        shorter = vb_str_from(shorter, 1);
    if (vb_str_starts(longer, "v"))
        longer = vb_str_from(longer, 1);
    return shorter.len && longer.len > shorter.len &&
           vb_is_digit(shorter.ptr[0]) && vb_str_chr(shorter, '.') != VB_NPOS &&
           vb_str_eq(vb_str_sub(longer, 0, shorter.len), shorter) &&
           !vb_is_digit(longer.ptr[shorter.len]);
}

bool
vb_agreement_same(vb_str a, vb_str b)
{
    return vb_str_ieq(a, b) || list_has(a, b) || list_has(b, a) ||
           is_version_of(a, b) || is_version_of(b, a);
}

void
vb_agreement_other(vb_finding *f, vb_loc other, const char *message)
{
    f->other = other;
    f->other_message = vb_str_c(message);
}

void
vb_check_agreement(vb_checker *checker)
{
    for (size_t i = 0; i < checker->doc->nplans; i++) {
        vb_agreement a = {.checker = checker,
                          .plan = checker->doc->plans[i],
                          .arena = checker->arena};

        a.calls = vb_calls_of(checker, a.plan);
        vb_manifests_collect(a.calls, &a.manifests);
        vb_check_tables(&a);
        vb_check_names(checker, a.calls, &a.manifests);
        vb_check_promises(&a);
        vb_check_prose(&a);
    }
    vb_check_link_texts(checker);
}
