# Secrets, from where they enter to everywhere they could come out: terminal,
# transcript, state to resume from, reports. Ordinary text stays as it is.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need jq

# Made up, and put together here so that no scanner takes this file for a leak.
token="Zq7-vR2+xL9/""tW4=kP'8 m"
password="hunter""2-Tr0ub4dor"
github=ghp_"a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
mkdir steps
echo "$github" >undeclared
cat >guide.md <<X
# Secrets

\`\`\`bash
set -x
curl_like() { :; }
curl_like -H "Authorization: Bearer \$API_TOKEN" --user "ada:\$DB_PASSWORD"
set +x
echo "plain: \$API_TOKEN and \$DB_PASSWORD"
printf '%s' "\$API_TOKEN" | base64
printf 'user:%s' "\$DB_PASSWORD" | base64 -w 0; echo
printf '%s' "\$API_TOKEN" | jq -sRr @uri
printf '%s' "\$API_TOKEN" | jq -sR .
printf '%s' "\$API_TOKEN" | od -An -tx1 | tr -d ' \n'; echo
printf '%s' "\$API_TOKEN" | fold -w 5
for ((i = 0; i < \${#DB_PASSWORD}; i++)); do
    printf %s "\${DB_PASSWORD:i:1}"; sleep 0.01
done; echo
head -c 4090 /dev/zero | tr '\0' .; printf '%s\n' "\$API_TOKEN"
head -c 65530 /dev/zero | tr '\0' .; printf '%s\n' "\$DB_PASSWORD"
echo "postgres://ada:\$DB_PASSWORD@db:5432/x" >&2
echo "a token nobody declared: \$(cat "$PWD/undeclared")"
env | grep -e TOKEN -e PASSWORD
kubectl() { printf 'kind: Secret\ndata:\n  key: %s\n' "\$1"; }
kubectl "\$(printf %s "\$API_TOKEN" | base64 -w 0)"
echo 'privateKeySecretRef: letsencrypt'
\`\`\`

Then:

\`\`\`bash
echo "again \$API_TOKEN" && test "\$DB_PASSWORD" = other
\`\`\`

You should see:

\`\`\`
again
\`\`\`
X
export API_TOKEN=$token
exits 1 'a run that prints its secrets' verbatim run guide.md --out run -v \
    --cwd steps --yes --env API_TOKEN --set DB_PASSWORD="$password"
cp out.txt terminal.out
cp err.txt terminal.err
for format in text html markdown junit tap json asciicast typescript; do
    verbatim report run --format $format -o report.$format
done
verbatim runs show run >shown.txt
verbatim runs show run -f json >shown.json
verbatim verify run --format json >verified.json
verbatim run guide.md --resume run --yes --cwd steps --rerun >resumed.txt 2>&1
verbatim accept run >patch.txt 2>&1

# Every file but the test's own, raw and with what JSON and HTML escape undone.
find run terminal.* report.* shown.* verified.json resumed.txt patch.txt \
    -type f >looked-at
check 'there is much to look at' test "$(wc -l <looked-at)" -ge 18
{
    xargs -d '\n' cat <looked-at
    jq -r '.. | strings' run/transcript.jsonl
    sed 's/&amp;/\&/g; s/&#39;/'\''/g; s/&lt;/</g' report.html
} >everything
tr -d '\r\n' <everything >joined
absent() {
    local name=$1 text=$2
    if grep -qF -e "$text" everything || grep -qF -e "$text" joined; then
        echo "FAILED $name is somewhere:"
        xargs -d '\n' grep -lF -e "$text" <looked-at | sed 's/^/    /'
    else
        echo "ok $name is nowhere"
    fi
}
absent 'the token' "$token"
absent 'the password' "$password"
absent 'the undeclared token' "$github"
absent 'the token in base64' "$(printf %s "$token" | base64 -w 0 | cut -c 1-24)"
absent 'the password in base64' "$(printf 'user:%s' "$password" | base64 -w 0 | cut -c 9-26)"
absent 'the token in a URL' "$(printf %s "$token" | jq -sRr @uri)"
absent 'the token in JSON' "$(printf %s "$token" | jq -sR . | sed 's/^"//; s/"$//')"
absent 'the token in hexadecimal' "$(printf %s "$token" | od -An -tx1 | tr -d ' \n')"
absent 'the token as set -x writes it' "$(printf %s "$token" | sed "s/'/'\\\\''/g")"
absent 'a digest of the token' "$(printf %s "$token" | sha256sum | cut -c 1-64)"
absent 'a digest of the password' "$(printf %s "$password" | sha256sum | cut -c 1-64)"
check 'the names are there' test "$(grep -o '\[redacted:API_TOKEN\]' \
    run/transcript.jsonl | wc -l)" -ge 7
check 'the inputs are named, not told' jq -es '
    map(select(.type == "input")) | length >= 2 and
    all(.[]; .secret and (has("value") | not))' run/transcript.jsonl
check 'ordinary text stays' grep -q 'privateKeySecretRef: letsencrypt' \
    run/transcript.jsonl
check 'the record is whole' verbatim verify run

# Inputs whose names say what they are, in a guide that never uses them.
cat >unused.md <<'X'
# Unused

```bash
echo hello; printenv RESTIC_PASSWORD DB_PASSWORD PGPASSWORD || true
printf '%s\n' 'privateKeySecretRef: letsencrypt'
```
X
export PGPASSWORD=postgres DB2_PASSWORD=mnemonic GITHUB_TOKEN=seven-dwarfs
exits 0 'inputs that the guide does not use' verbatim run unused.md --yes \
    --out unused --env PGPASSWORD --env DB2_PASSWORD --env GITHUB_TOKEN \
    --set RESTIC_PASSWORD='correct horse battery staple' \
    --set DB_PASSWORD='vQM=fjwebSF&OEF' --set API_TOKEN=abc
cat out.txt err.txt unused/transcript.jsonl unused/plan.json >everything
tr -d '\r\n' <everything >joined
for value in postgres mnemonic seven-dwarfs 'correct horse' 'battery staple' \
    fjweb OEF API_TOKEN=abc; do
    absent "the unused $value" "$value"
done
check 'the unused inputs are named, not told' jq -es '
    map(select(.type == "input")) | length == 6 and
    all(.[]; .secret and (has("value") | not))' unused/transcript.jsonl
check 'a secret reference is ordinary text' grep -q \
    'privateKeySecretRef: letsencrypt' unused/transcript.jsonl
