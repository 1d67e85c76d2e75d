// The script of the HTML report. The build puts it into the program, without
// indentation, blank lines and comments.
"use strict";
(function () {
    var d = document,
        r = d.documentElement,
        $ = function (s) {
            return Array.prototype.slice.call(d.querySelectorAll(s));
        };
    var steps = $("details.step"),
        q = d.getElementById("q"),
        shown = d.getElementById("shown"),
        help = d.getElementById("help");
    var buttons = $("button[data-v]"),
        cur = -1,
        text = null;
    function key(k, v) {
        try {
            if (v === undefined) return localStorage.getItem(k);
            localStorage.setItem(k, v);
        } catch (e) {
            return null;
        }
    }
    function theme(v) {
        r.setAttribute("data-theme", v);
        key("verbatim-theme", v);
    }
    function dark() {
        var t = r.getAttribute("data-theme");
        return t
            ? t === "dark"
            : matchMedia("(prefers-color-scheme:dark)").matches;
    }
    var kept = key("verbatim-theme");
    if (kept === "dark" || kept === "light") r.setAttribute("data-theme", kept);
    on("theme", toggle);
    if (!q) return;
    function words(i) {
        if (!text)
            text = steps.map(function (s) {
                return s.textContent.toLowerCase();
            });
        return text[i];
    }
    function apply() {
        var off = {},
            want = q.value.trim().toLowerCase(),
            n = 0;
        buttons.forEach(function (b) {
            if (b.getAttribute("aria-pressed") === "false")
                off[b.dataset.v] = 1;
        });
        steps.forEach(function (s, i) {
            var hide = off[s.dataset.v] || (want && words(i).indexOf(want) < 0);
            s.hidden = !!hide;
            if (!hide) n++;
        });
        $("h2.group").forEach(function (g) {
            var e = g.nextElementSibling,
                any = false;
            while (e && e.tagName === "DETAILS") {
                any = any || !e.hidden;
                e = e.nextElementSibling;
            }
            g.hidden = !any;
        });
        shown.textContent =
            (n === steps.length ? n : n + " of " + steps.length) +
            (steps.length === 1 ? " step" : " steps");
    }
    buttons.forEach(function (b) {
        b.addEventListener("click", function (e) {
            if (e.shiftKey) {
                buttons.forEach(function (o) {
                    o.setAttribute("aria-pressed", String(o === b));
                });
            } else
                b.setAttribute(
                    "aria-pressed",
                    String(b.getAttribute("aria-pressed") === "false"),
                );
            apply();
        });
    });
    q.addEventListener("input", apply);
    function visible() {
        return steps.filter(function (s) {
            return !s.hidden;
        });
    }
    function go(s) {
        if (!s) return;
        steps.forEach(function (o) {
            o.classList.toggle("cur", o === s);
        });
        cur = steps.indexOf(s);
        s.firstElementChild.focus();
        s.scrollIntoView({ block: "start" });
    }
    function move(by) {
        var v = visible(),
            i = v.indexOf(steps[cur]);
        go(
            v[
                Math.max(
                    0,
                    Math.min(
                        v.length - 1,
                        i < 0 ? (by > 0 ? 0 : v.length - 1) : i + by,
                    ),
                )
            ],
        );
    }
    function bad(by) {
        var v = visible().filter(function (s) {
            return /failed|differs|timeout|interrupted|unfinished/.test(
                s.dataset.v,
            );
        });
        if (!v.length) return;
        var i = v.indexOf(steps[cur]);
        go(
            v[
                (i < 0 ? (by > 0 ? 0 : v.length - 1) : i + by + v.length) %
                    v.length
            ],
        );
    }
    function all() {
        var open = steps.some(function (s) {
            return !s.open;
        });
        steps.forEach(function (s) {
            s.open = open;
        });
    }
    function toggle() {
        theme(dark() ? "light" : "dark");
    }
    function show() {
        if (help.open) help.close();
        else help.showModal();
    }
    function on(id, f) {
        var b = d.getElementById(id);
        if (b) b.addEventListener("click", f);
    }
    on("all", all);
    on("keys", show);
    on("close", function () {
        help.close();
    });
    function jump() {
        var s = location.hash && d.getElementById(location.hash.slice(1));
        if (s && s.tagName === "DETAILS") {
            s.hidden = false;
            s.open = true;
            go(s);
        }
    }
    addEventListener("hashchange", jump);
    $("ol.gantt a").forEach(function (a) {
        a.addEventListener("click", function (e) {
            var s = d.getElementById(a.hash.slice(1));
            if (s) {
                e.preventDefault();
                s.hidden = false;
                s.open = true;
                history.replaceState(null, "", a.hash);
                go(s);
            }
        });
    });
    var screen = null;
    addEventListener("beforeprint", function () {
        screen = r.getAttribute("data-theme");
        r.setAttribute("data-theme", "light");
        steps.forEach(function (s) {
            s.dataset.was = s.open;
            s.open = true;
        });
    });
    addEventListener("afterprint", function () {
        if (screen) r.setAttribute("data-theme", screen);
        else r.removeAttribute("data-theme");
        steps.forEach(function (s) {
            s.open = s.dataset.was === "true";
        });
    });
    addEventListener("keydown", function (e) {
        if (e.ctrlKey || e.metaKey || e.altKey) return;
        if (e.target === q) {
            if (e.key === "Escape") {
                q.value = "";
                apply();
                q.blur();
            }
            return;
        }
        if (help.open && e.key !== "?") return;
        var f = {
            j: function () {
                move(1);
            },
            k: function () {
                move(-1);
            },
            n: function () {
                bad(1);
            },
            p: function () {
                bad(-1);
            },
            o: function () {
                if (steps[cur]) steps[cur].open = !steps[cur].open;
            },
            e: all,
            t: toggle,
            "?": show,
            "/": function () {
                q.focus();
                q.select();
            },
        }[e.key];
        if (f) {
            e.preventDefault();
            f();
        }
    });
    d.getElementById("bar").hidden = false;
    apply();
    jump();
})();
