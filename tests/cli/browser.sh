# The HTML pages in Chromium, with axe-core: see tests/browser/pages.mjs. The
# packages it needs are installed below the build folder, once.
# shellcheck shell=bash source=tests/cli/lib.sh disable=SC2016 # fences
. "$TOP/tests/cli/lib.sh"
need node
need npm
chromium=
for name in chromium chromium-browser google-chrome-stable google-chrome; do
    chromium=$(command -v $name) && break
done
if [ -z "$chromium" ]; then
    echo 'skip browser: no Chromium here'
    exit 0
fi

modules=$BUILD/browser
if ! cmp -s "$TOP/tests/browser/package.json" "$modules/package.json" ||
    [ ! -e "$modules/installed" ]; then
    rm -rf "$modules"
    mkdir -p "$modules"
    cp "$TOP/tests/browser/package.json" "$modules/"
    if (cd "$modules" && timeout 120 npm install --no-package-lock \
        --no-audit --no-fund --ignore-scripts) >npm.out 2>&1; then
        : >"$modules/installed"
    else
        echo 'skip browser: npm cannot install playwright-core and axe-core here'
        exit 0
    fi
fi

mkdir pages
# A rehearsal of the shipped guide.
(cd "$TOP" && verbatim run runbooks/proof-of-value.md --provider gcp --quiet \
    --set LETSENCRYPT_EMAIL=ada@lovelace.dev \
    --rehearse fixtures/scenarios/cloud.yaml --out "$OLDPWD/tour") \
    >tour.out 2>&1
check "a tour to show" verbatim report tour --format html -o pages/report.html
check "its coverage" verbatim coverage tour --format html -o pages/coverage.html

# Steps that pass, differ, fail and are never reached.
cat >failed.md <<'END'
# A guide with faults

## What works

```bash
echo needle in a haystack
```

## What does not

A table of pods:

```bash
printf 'NAME    READY   STATUS\nweb-1   1/1     Running\nweb-2   0/1     Pending\n'
```

The output is similar to:

```
NAME    READY   STATUS
web-1   1/1     Running
web-2   1/1     Running
```

```bash
echo "about to fail" && ls /nowhere/at/all
```

## What is never reached

```bash
echo late
```
END
verbatim run failed.md --yes --quiet --out failed >/dev/null 2>&1
check "a run with faults" verbatim report failed --format html -o pages/failed.html
for _ in 1 2 3; do
    verbatim run failed.md --yes --quiet >/dev/null 2>&1
done
check "its past" verbatim history failed.md --format html -o pages/history.html

# A guide whose every word tries to act.
cat >hostile.md <<'END'
# <script>window.hacked = 1</script> "><img src=x onerror=window.hacked=1>

## '"><svg onload=window.hacked=1> &lt;b&gt;

Words with <script>window.hacked=1</script> and [a link](javascript:window.hacked=1).

```bash
printf '</pre></details><script>window.hacked=1</script>\n'
printf '\033]0;title\a\033[2J\033[31mred\033[0m \342\200\256gnp.exe \302\233 \001\n'
printf '<img src=x onerror=window.hacked=1><a href=javascript:window.hacked=1>x</a>\n'
printf '<style>*{display:none}</style><base href=//example.org/>\n'
printf '<meta http-equiv=refresh content=0;url=//example.org/>\377\376\n'
```

The output is:

```
<script>window.hacked=2</script>
"onmouseover="window.hacked=2
```
END
verbatim run hostile.md --yes --quiet --out hostile >/dev/null 2>&1
check "a hostile run" verbatim report hostile --format html -o pages/hostile.html

shots=${SHOTS:-}
[ -z "$shots" ] || mkdir -p "$shots"
(cd "$modules" && timeout 400 node "$TOP/tests/browser/pages.mjs" \
    "$chromium" "$OLDPWD/pages" ${shots:+"$shots"}) >browser.out 2>browser.err
status=$?
grep -q '^FAILED\|^ok' browser.out || status=1
cat browser.out
if [ $status -ne 0 ]; then
    echo "FAILED the pages in the browser (status $status)"
    head -n 20 browser.err | cut -c1-200 | sed 's/^/    /'
fi
