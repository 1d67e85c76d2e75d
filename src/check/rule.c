#include "check/rule.h"

#include "base/banned.h"

const vb_rule_family *const vb_rule_families[] = {
    &vb_rules_document,  &vb_rules_path,  &vb_rules_variables,
    &vb_rules_agreement, &vb_rules_shell, &vb_rules_commands,
    &vb_rules_files,     &vb_rules_links,
};
const size_t vb_rule_family_count = VB_COUNT(vb_rule_families);

const vb_rule *
vb_rule_find(vb_str id)
{
    for (size_t f = 0; f < vb_rule_family_count; f++)
        for (size_t i = 0; i < vb_rule_families[f]->count; i++)
            if (vb_str_eqc(id, vb_rule_families[f]->rules[i].id))
                return &vb_rule_families[f]->rules[i];
    return NULL;
}

const vb_rule_family *
vb_rule_family_of(const vb_rule *rule)
{
    for (size_t f = 0; f < vb_rule_family_count; f++) {
        const vb_rule_family *family = vb_rule_families[f];

        if (rule >= family->rules && rule < family->rules + family->count)
            return family;
    }
    return NULL;
}

bool
vb_rule_named(vb_str name)
{
    for (size_t f = 0; f < vb_rule_family_count; f++)
        if (vb_str_eqc(name, vb_rule_families[f]->name))
            return true;
    return vb_rule_find(name) != NULL;
}
