// The HTML pages in a real browser: accessible in light, dark and narrow, in
// print and without scripts; filters, search and keys; nothing fetched; and
// nothing that a hostile transcript holds acts.
// usage: node pages.mjs CHROMIUM PAGES [SHOTS]
//   PAGES holds report.html, failed.html, hostile.html, coverage.html and
//   history.html; with SHOTS a picture of each is left there.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [chromiumPath, pages, shots] = process.argv.slice(2);
// The packages stand below the build folder, not beside this file.
const require = createRequire(resolve(process.cwd(), "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

let failures = 0;
function ok(name, good, detail = "") {
    if (good) {
        console.log(`ok ${name}`);
        return;
    }
    failures++;
    console.log(`FAILED ${name}${detail ? `: ${detail}` : ""}`);
}

const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox", "--disable-gpu"],
});

// A page that notes all it asks for and every complaint.
async function open(name, options = {}) {
    const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        ...options,
    });
    const page = await context.newPage();
    const asked = [];
    const said = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => {
        if (message.type() === "error") said.push(message.text());
    });
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("dialog", (dialog) => {
        said.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    await page.goto(pathToFileURL(resolve(pages, `${name}.html`)).href);
    return { page, asked, said, close: () => context.close() };
}

const openAll = (page) =>
    page.evaluate(() =>
        document.querySelectorAll("details").forEach((d) => (d.open = true)),
    );

async function axeViolations(page) {
    await page.evaluate(axe);
    const result = await page.evaluate(() =>
        window.axe.run(document, { resultTypes: ["violations"] }),
    );
    return result.violations.map(
        (v) => `${v.id} (${v.nodes.length}) at ${v.nodes[0].target}`,
    );
}

// Whose right edge is beyond the window.
const widest = (page, width) =>
    page.evaluate(
        (limit) =>
            [...document.querySelectorAll("body *")]
                .filter((e) => e.getBoundingClientRect().right > limit + 1)
                .slice(-3)
                .map((e) => `${e.tagName}.${e.className}`)
                .join(" "),
        width,
    );

const names = ["report", "failed", "hostile", "coverage", "history"];
const looks = [
    ["light", 1280],
    ["dark", 1280],
    ["light", 360],
    ["dark", 360],
];

for (const name of names) {
    for (const [colorScheme, width] of looks) {
        const label = `${name}, ${colorScheme}, ${width} px`;
        // axe is put into the page, which the page's own policy forbids.
        const { page, close } = await open(name, {
            colorScheme,
            viewport: { width, height: 900 },
            bypassCSP: true,
        });
        if (shots)
            await page.screenshot({
                path: `${shots}/${name}-${colorScheme}-${width}.png`,
            });
        await openAll(page);
        const found = await axeViolations(page);
        ok(`${label}: no axe violation`, found.length === 0, found.join("; "));
        const wide = await page.evaluate(
            () => document.scrollingElement.scrollWidth,
        );
        ok(`${label}: nothing sticks out`, wide <= width, `${wide} px`);
        if (wide > width) console.log("   ", await widest(page, width));
        if (shots)
            await page.screenshot({
                path: `${shots}/${name}-${colorScheme}-${width}-open.png`,
                fullPage: true,
            });
        await close();
    }
}

// With the page's own policy in force.
for (const name of names) {
    const { page, asked, said, close } = await open(name);
    await openAll(page);
    await page.waitForTimeout(200);
    ok(`${name}: asks for nothing`, asked.length === 1, asked.join(" "));
    ok(`${name}: no complaint`, said.length === 0, said.join("; "));
    const scripts = await page.evaluate(
        () =>
            document.querySelectorAll(
                "script, iframe, object, embed, link[rel=stylesheet], img, form",
            ).length,
    );
    ok(`${name}: one script and nothing else that acts`, scripts === 1);
    await close();
}

{
    const { page, close } = await open("hostile");
    await openAll(page);
    const state = await page.evaluate(() => ({
        hacked: window.hacked,
        handlers: [...document.querySelectorAll("*")].filter((e) =>
            [...e.attributes].some((a) => a.name.startsWith("on")),
        ).length,
        links: [...document.querySelectorAll("a")].filter(
            (a) => !a.getAttribute("href").startsWith("#"),
        ).length,
        controls: /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(
            document.documentElement.textContent,
        ),
        seen: document.body.textContent.includes("<script>window.hacked"),
    }));
    ok("hostile: no script of the transcript ran", state.hacked === undefined);
    ok("hostile: no handlers", state.handlers === 0);
    ok("hostile: no links but to the steps", state.links === 0);
    ok("hostile: no control or bidi character", !state.controls);
    ok("hostile: but the text can be read", state.seen);
    await close();
}

// Filters, search, keys.
{
    const { page, close } = await open("failed");
    const visible = () => page.locator("details.step:visible").count();
    const total = await visible();
    const shown = () => page.locator("#shown").textContent();
    const focused = () =>
        page.evaluate(() => document.activeElement.parentElement.id);
    ok("a step each", total === 4, String(total));
    ok("and says so", (await shown()) === "4 steps", await shown());
    ok(
        "a row of the chart each",
        (await page.locator("ol.gantt li").count()) === 4,
    );

    await page.locator("button[data-v=differs]").click();
    ok("a filter hides", (await visible()) === 3);
    ok("and counts", (await shown()) === "3 of 4 steps", await shown());
    ok(
        "and is said to be off",
        (await page
            .locator("button[data-v=differs]")
            .getAttribute("aria-pressed")) === "false",
    );
    await page
        .locator("button[data-v=differs]")
        .click({ modifiers: ["Shift"] });
    ok("shift shows one kind alone", (await visible()) === 1);
    await page.evaluate(() => document.activeElement.blur());

    await page.reload();
    await page.keyboard.press("/");
    await page.keyboard.type("needle");
    ok("search finds output", (await visible()) === 1);
    await page.keyboard.press("Escape");
    ok("escape ends it", (await visible()) === total);

    await page.keyboard.press("j");
    ok("j goes to the first step", (await focused()) === "s1", await focused());
    const before = await page.locator("#s1").evaluate((e) => e.open);
    await page.keyboard.press("o");
    ok(
        "o opens or closes it",
        (await page.locator("#s1").evaluate((e) => e.open)) !== before,
    );
    await page.keyboard.press("n");
    ok("n goes to the first bad one", (await focused()) === "s2", await focused());
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    ok("k goes back", (await focused()) === "s2", await focused());
    await page.keyboard.press("e");
    ok(
        "e opens all",
        await page
            .locator("details.step")
            .evaluateAll((all) => all.every((d) => d.open)),
    );
    await page.keyboard.press("?");
    ok("? shows the keys", await page.locator("#help").isVisible());
    await page.keyboard.press("Escape");
    ok("escape hides them", !(await page.locator("#help").isVisible()));
    const background = () =>
        page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.keyboard.press("t");
    ok("t makes it dark", (await background()) !== light);
    await page.keyboard.press("t");
    ok("and light again", (await background()) === light);
    await page.locator("ol.gantt a").nth(3).click();
    ok("the chart leads to the step", (await focused()) === "s4", await focused());
    await close();
}

// Paper, and no scripts.
{
    const { page, close } = await open("failed");
    await page.emulateMedia({ media: "print" });
    ok("print: no tool bar", !(await page.locator("#bar").isVisible()));
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    ok(
        "print: every step is open",
        await page
            .locator("details.step")
            .evaluateAll((all) => all.every((d) => d.open)),
    );
    const pdf = await page.pdf({
        format: "A4",
        ...(shots ? { path: `${shots}/failed.pdf` } : {}),
    });
    ok("print: makes pages", pdf.length > 10000);
    if (shots)
        await page.screenshot({ path: `${shots}/print.png`, fullPage: true });
    await close();

    const plain = await open("failed", { javaScriptEnabled: false });
    ok(
        "no scripts: the steps are there",
        (await plain.page.locator("details.step").count()) === 4,
    );
    ok(
        "no scripts: no tool bar that does nothing",
        !(await plain.page.locator("#bar").isVisible()),
    );
    await plain.close();
}

await browser.close();
process.exit(failures ? 1 : 0);
