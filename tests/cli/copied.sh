# Ids that an author copied by hand from an output follow today's output.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"

cat >guide.md <<'X'
# A network

```bash
make_net() { echo "{\"VpcId\": \"vpc-0$1c4d5e6f70819\", \"State\": \"available\"}"; }
make_net a1b2
```

Output:

```json
{"VpcId": "vpc-09f8e7d6c5b4a3928", "State": "available"}
```

Describe it:

```bash
echo "describing vpc-09f8e7d6c5b4a3928 now"
```

```output
describing vpc-09f8e7d6c5b4a3928 now
```

```bash
export NET=vpc-09f8e7d6c5b4a3928
# vpc-09f8e7d6c5b4a3928 stays in a comment
cat >net.txt <<'EOF'
net: vpc-09f8e7d6c5b4a3928
EOF
echo "$NET" '--net=vpc-09f8e7d6c5b4a3928' "$(cat net.txt)"
```

Save this as `net.yaml`:

```yaml
network: vpc-09f8e7d6c5b4a3928
```

Make a pump:

```bash
echo 'ready: pump-x1;touch$(touch${IFS}owned)`touch\owned`'
```

Output:

```
ready: <pump-name>
```

```bash
echo stop <pump-name> "<pump-name>" '<pump-name>'
```

```
stop <pump-name> <pump-name> <pump-name>
```
X
exits 0 'plan' verbatim plan guide.md
says 'the plan shows what is copied' \
    'VPC_ID.*vpc-09f8e7d6c5b4a3928.*line 11 -> line 17, 25, 36' out.txt
says 'and placeholders that an output shows' \
    'PUMP_NAME.*<pump-name>.*line 48 -> line 52' out.txt
says_not 'which are not asked for' 'needed and never set' out.txt
exits 0 'plan for programs' verbatim plan guide.md --format json
check 'in JSON, too' test "$(jq -r '.links[] | .name + " " + .class + " " +
    (.at.line | tostring) + " " + (.used_by | map(.at.line | tostring) |
    join(","))' out.txt)" = "VPC_ID hash 11 17,25,36
PUMP_NAME placeholder 48 52"

exits 0 'run' verbatim run guide.md --out run --yes --verbose
says 'says what it takes' "VPC_ID is 'vpc-0a1b2c4d5e6f70819' from here on"
says 'the next step has it' 'describing vpc-0a1b2c4d5e6f70819 now'
says 'and a variable, a here-document, an option' \
    'vpc-0a1b2c4d5e6f70819 --net=vpc-0a1b2c4d5e6f70819 net: vpc-0a1b2c4d5e6f70819'
check 'and a file' \
    grep -qx 'network: vpc-0a1b2c4d5e6f70819' run/work/net.yaml
check 'what an output says is no shell text' test ! -e run/work/owned
check 'the record says where it is from' test "$(jq -r \
    'select(.type == "input" and .name == "VPC_ID") | .value + " " + .from' \
    run/transcript.jsonl)" = \
    'vpc-0a1b2c4d5e6f70819 output of step a-network/make-net-a1b2'
exits 0 'the record holds' verbatim verify run

exits 0 'a value of the user counts' verbatim run guide.md --out set --yes \
    --set VPC_ID=vpc-mine --set PUMP_NAME=p --until a-network/echo
check 'not the one of the output' \
    jq -se 'map(select(.type == "step-start" and (.body // "" |
    contains("describing vpc-mine now")))) | length == 1' set/transcript.jsonl

# The same id printed wrongly by a later command is a difference.
sed 's/^echo "describing \(.*\) now"/: \1; echo "describing vpc-0fffffffffffffff1 now"/' \
    guide.md >other.md
exits 1 'another id' verbatim run other.md --out other --yes
says 'differs' "the output says 'vpc-0fffffffffffffff1'"

# Without the output there is no value for a placeholder.
sed 's/^ready: <pump-name>/...'/ guide.md >none.md
exits 3 'a placeholder that no output shows' verbatim run none.md --yes
sed "s/^echo 'ready.*/echo 'no pump'/" guide.md >none.md
exits 1 'one that today shows none' verbatim run none.md --out none --yes -k
says 'the step is not run' 'was to come from the output'

# A run that goes on has what its first part took.
sed 's/^echo "\$NET".*/test -e go\n&/' guide.md >stop.md
exits 1 'stops' verbatim run stop.md --out stop --yes
touch stop/work/go
exits 0 'goes on' verbatim run stop.md --resume stop --yes --verbose
check 'with the value' \
    grep -qx 'network: vpc-0a1b2c4d5e6f70819' stop/work/net.yaml

cat >hint.md <<'X'
```bash
echo 'VPC: vpc-0123ab456cd789ef0'
```

Output:

```
VPC: vpc-09f8e7d6c5b4a3928
```

```bash
echo "--vpc-id" "<VPC ID similar to: vpc-09…>"
```
X
exits 0 'a described id' verbatim run hint.md --out hint --yes --verbose
says 'is found by its form' '--vpc-id vpc-0123ab456cd789ef0'

# What the guide itself gave is not taken from an output.
cat >own.md <<'X'
```bash
echo make 10.11.12.13
echo "got 10.11.12.13"
```

```
make 10.11.12.13
got 10.11.12.13
```

```bash
echo ping 10.11.12.13
```
X
exits 0 'own' verbatim plan own.md --format json
check 'no link' jq -e '.links == []' out.txt
