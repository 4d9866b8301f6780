// The page in a real Chromium: against a control server that says what a test wants, and against the binary.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Chromium, type Page } from "../support/chromium.ts";
import { FakeControl, listOf, viewOf } from "../support/fake_control.ts";
import type { LogLineView } from "../../src/control/api/types.ts";
import { type RunnerProcess, Sandbox } from "../support/runner_process.ts";
import { jobView, processView, runningView, runView } from "../support/views.ts";
import { until } from "../support/wait.ts";
import { workPool } from "../support/work_pool.ts";

const POOL = [viewOf("web:web_0"), viewOf("web:web_1"), viewOf("mail")];

/** An element whose text is, or an expression that gives it. */
function text(selector: string): string {
  return `(document.querySelector(${JSON.stringify(selector)})?.textContent ?? "")`;
}

/** The row whose title is this, as an expression. */
function row(title: string): string {
  const quoted = JSON.stringify(title);
  return `[...document.querySelectorAll("#rows tr")].find((row) => row.querySelector(".title").textContent === ${quoted})`;
}

function line(text: string, change: Partial<LogLineView> = {}): LogLineView {
  return {
    id: "web:web_0",
    shown: "web:web_0",
    stream: "stdout",
    time: null,
    line: text,
    ...change,
  };
}

interface Scene {
  readonly fake: FakeControl;
  readonly page: Page;
}

/** One browser for all parts of a test: starting it takes most of the time. */
Deno.test("the page", async (test) => {
  await using browser = await Chromium.start();
  const scene = async (name: string, play: (scene: Scene) => Promise<void>) => {
    await test.step(name, async () => {
      await using fake = new FakeControl();
      fake.list = listOf(POOL);
      const page = await browser.page();
      await play({ fake, page });
      assertEquals(page.complaints, [], "the console is empty");
      await page.close();
    });
  };
  await scene("shows all programs and takes their news", showsNews);
  await scene("sends orders by click, asks before those for all", takesClicks);
  await scene("is used by keyboard alone", takesKeys);
  await scene("shows a log with colours, stderr and search, and follows it", showsLog);
  await scene("takes hostile names and lines for text", staysText);
  await scene("shows details and history", showsDetails);
  await scene("loads a second script for them, and again when that failed", loadsViews);
  await scene("says so when what is open goes away", missesProcess);
  await scene("gives its connections back when it is left", leavesNothing);
  await scene("shows who waits, is due, done or a spare, and runs a job", showsWork);
  await scene("fits a phone", fitsPhone);
  await scene("fits every other width", fitsWidths);
  await scene("is dark or light", changesTheme);
  await scene("works below a path of a reverse proxy", worksBelowPath);
  await scene("stays quick with 1,000 processes", takesThousand);
  await test.step("says that the connection is lost and comes back", () => comesBack(browser));
});

async function showsNews({ fake, page }: Scene): Promise<void> {
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 4`);
  assertEquals(await page.get(text("#name")), "shop");
  assertEquals(await page.get(text("#light")), "live");
  assertEquals(await page.get(`${row("mail")}.querySelector(".state").textContent`), "RUNNING");
  fake.show(listOf([
    ...POOL.slice(0, 2),
    viewOf("mail", {
      state: "BACKOFF",
      pid: null,
      uptime: null,
      retryIn: 2.5,
      restarts: 7,
      lastExit: {
        at: "2026-11-21T10:00:00Z",
        code: 1,
        signal: null,
        planned: false,
        uptime: 3,
        reason: "exit status 1",
      },
    }),
  ]));
  await page.wait(`${row("mail")}.querySelector(".state").textContent === "BACKOFF"`);
  assertEquals(
    await page.get(`${row("mail")}.querySelector(".last").textContent`),
    "next try in 3s, exit status 1",
  );
  assertEquals(await page.get(`${row("mail")}.querySelector(".restarts").textContent`), "7");
  assertEquals(await page.get("document.title"), "(1) shop");
  await page.click('.chip[data-state="BACKOFF"]');
  await page.wait(`document.querySelectorAll("#rows tr").length === 1`);
  await page.click('.chip[data-state="BACKOFF"]');
  await page.click("#filter");
  await page.type("web 1");
  await page.wait(`document.querySelectorAll("#rows tr").length === 2`);
}

async function takesClicks({ fake, page }: Scene): Promise<void> {
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 4`);
  await page.get(`${row("web:web_1")}.querySelector(".do-restart").id = "the-button"`);
  await page.click("#the-button");
  await until("the order", () => fake.posted.length === 1);
  await page.wait(`${text(".notice")} === "web:web_1: restart done"`);
  await page.click("#all .do-stop");
  await page.wait(`document.querySelector("#confirm").open`);
  assertEquals(await page.get("document.activeElement.textContent"), "Cancel");
  await page.press("Enter");
  await page.wait(`!document.querySelector("#confirm").open`);
  await page.click("#all .do-stop");
  await page.click("#confirm-yes");
  await until("the second order", () => fake.posted.length === 2);
  assertEquals(fake.posted, [
    { path: "/api/v1/actions", body: { action: "restart", names: ["web:web_1"] } },
    { path: "/api/v1/actions", body: { action: "stop", names: ["all"] } },
  ]);
}

async function takesKeys({ fake, page }: Scene): Promise<void> {
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 4`);
  await page.press("x");
  await page.get(`document.querySelector("#rows tr").focus()`);
  for (const key of ["ArrowDown", "ArrowDown", "x"]) await page.press(key);
  await until("stop of the third row", () => fake.posted.length === 1);
  assertEquals(fake.posted[0]?.body, { action: "stop", names: ["web:web_0"] });
  for (const key of ["k", "n"]) await page.press(key);
  await page.wait(`document.querySelector("#scale").open`);
  await page.type("+2");
  await page.press("Enter");
  await until("scale", () => fake.posted.length === 2);
  assertEquals(fake.posted[1]?.body, { program: "web", count: "+2" });
  await page.wait(`!document.querySelector("#scale").open`);
  await page.press("ArrowLeft");
  await page.wait(`document.querySelectorAll("#rows tr").length === 2`);
  await page.press("ArrowRight");
  await page.press("?");
  await page.wait(`document.querySelector("#help").open`);
  await page.press("Escape");
  await page.wait(`!document.querySelector("#help").open`);
  await page.press("Enter");
  await page.wait(`!document.querySelector("#panel").hidden`);
  await page.press("Escape");
  await page.wait(`document.querySelector("#panel").hidden`);
  assertEquals(await page.get("document.activeElement.tagName"), "TR");
}

async function showsLog({ fake, page }: Scene): Promise<void> {
  fake.lines = [
    line("\x1b[32mgreen\x1b[0m plain"),
    line("it broke", { stream: "stderr" }),
    ...Array.from({ length: 200 }, (_, at) => line(`line ${at}`)),
  ];
  await page.open(`${fake.address}#p=web%3Aweb_0&tab=log`);
  await page.wait(`document.querySelectorAll(".line").length === 202`);
  assertTrue(
    fake.asked.some((path) => path.includes("/api/v1/logs?name=web%3Aweb_0&")),
    fake.asked.join(),
  );
  const green = await page.get(`getComputedStyle(document.querySelector(".line span")).color`);
  const plain = await page.get(`getComputedStyle(document.querySelector(".line")).color`);
  assertTrue(green !== plain, "colours are seen");
  assertEquals(await page.get(text(".line.stderr .mark-stderr")), "stderr");
  const atEnd = `(() => { const log = document.querySelector(".log");
    return log.scrollHeight - log.scrollTop - log.clientHeight < 30; })()`;
  await page.wait(atEnd);
  fake.say([line("fresh"), line("", { id: "", shown: "", line: "12 lines left out" })]);
  await page.wait(`document.querySelectorAll(".line").length === 203`);
  await page.wait(`${text(".remark")} === "12 lines left out"`);
  await page.wait(atEnd);
  await page.get(`document.querySelector(".log").scrollTop = 0`);
  await page.wait(`document.querySelector(".tools .toggle:last-child").ariaPressed === "false"`);
  fake.say([line("fresher")]);
  await page.wait(`document.querySelectorAll(".line").length === 204`);
  assertEquals(await page.get(`document.querySelector(".log").scrollTop`), 0);
  await page.click(".tools input");
  await page.type("LINE 19");
  await page.wait(`document.querySelectorAll(".line mark").length === 11`);
  assertEquals(await page.get(text(".count")), "11 matches");
  await page.press("Enter");
  await page.wait(`${text("mark.current")} === "line 19"`);
  await page.click(".tools .toggle");
  await page.wait(`document.querySelectorAll(".line").length === 11`);
}

const EVIL = '<img src=x onerror="document.title=1">';

async function staysText({ fake, page }: Scene): Promise<void> {
  const names = [
    EVIL,
    "a\u202egnp",
    '"><script>alert(1)</script>',
    "x".repeat(300),
    "javascript:1",
  ];
  fake.list = listOf(
    names.map((name) => viewOf(name, { id: name, shown: name, spawnError: EVIL })),
  );
  fake.lines = [
    line(EVIL),
    line("x".repeat(1_000_000)),
    line("שלום \u202e turned"),
    line("\x1b]8;;javascript:alert(1)\x1b\\link\x1b]8;;\x1b\\"),
    line("\x1b[38;5;1;url(http://x)m;odd"),
  ];
  fake.detail = { plan: { command: EVIL, [EVIL]: EVIL }, environmentNames: [EVIL], history: [] };
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 5`);
  const titles = await page.get(
    `JSON.stringify([...document.querySelectorAll(".title")].map((title) => title.textContent))`,
  );
  const expected = names.map((name) => name.replace("\u202e", "<202E>"));
  assertEquals(JSON.parse(String(titles)).sort(), expected.sort());
  await page.get(`${row(EVIL)}.querySelector(".title").click()`);
  await page.wait(`document.querySelectorAll(".line").length === 5`);
  assertEquals(await page.get(text(".line")), EVIL);
  assertEquals(await page.get(text(".line .more")), "… 990,000 more characters");
  await page.click(".line .more");
  await page.wait(`document.querySelectorAll(".line")[1].textContent.length === 1000000`);
  assertEquals(await page.get(`document.querySelectorAll(".line")[3].textContent`), "link");
  await page.click("#tab-details");
  await page.wait(
    `${text("#panel-content")}.includes("APP") || ${text("#panel-content")}.includes("onerror")`,
  );
  assertEquals(await page.get(`document.querySelectorAll("img, main script, iframe").length`), 0);
  assertEquals(await page.get("document.title"), "shop");
}

async function showsDetails({ fake, page }: Scene): Promise<void> {
  fake.detail = {
    history: [{
      at: "2026-11-21T10:00:00Z",
      code: null,
      signal: "SIGKILL",
      planned: false,
      uptime: 75,
      reason: "memory: over max_memory",
    }],
  };
  await page.open(`${fake.address}#p=mail%3Amail&tab=details`);
  await page.wait(`${text("#panel-content")}.includes("/var/log/out.log")`);
  const details = String(await page.get(text("#panel-content")));
  for (const part of ["APP_ENV", '["sleep","10"]', "40.0 MB", "exit 2", "goes to stdout"]) {
    assertTrue(details.includes(part), `${part} in ${details}`);
  }
  assertEquals(
    await page.get(`document.querySelector("#panel-content a").href`),
    `${fake.address}api/v1/logs/mail%3Amail/stdout`,
  );
  await page.click("#tab-history");
  await page.wait(`${text(".history tbody tr")}.endsWith("1m 15sSIGKILLmemory: over max_memory")`);
}

async function loadsViews({ fake, page }: Scene): Promise<void> {
  await page.open(`${fake.address}#p=mail%3Amail&tab=log`);
  await page.wait(`document.querySelectorAll("#rows tr").length === 4`);
  const views = () => fake.asked.filter((path) => path.startsWith("/web/views.js"));
  assertEquals(views(), [], "a first visit does without");
  fake.broken.add("/web/views.js");
  await page.click("#tab-details");
  await page.wait(
    `${text("#panel-content")} === "Cannot load this view: trying again in a moment"`,
  );
  // Of this the console does have something to say.
  page.complaints.length = 0;
  fake.broken.clear();
  fake.show(listOf([...POOL.slice(0, 2), viewOf("mail", { restarts: 1 })]));
  await page.wait(`${text("#panel-content")}.includes("/var/log/out.log")`);
  const [first, second] = views();
  assertEquals(second, `${first}&again=1`);
  // What is being copied is not drawn anew, and the focus stays on a link.
  const link = `document.querySelector("#panel-content a")`;
  await page.get(`${link}.focus(); getSelection().selectAllChildren(${link}); ${link}.id = "old"`);
  const asked = () => fake.asked.filter((path) => path.includes("/processes/")).length;
  const before = asked();
  fake.show(listOf([...POOL.slice(0, 2), viewOf("mail", { restarts: 2 })]));
  await until("the next details", () => asked() > before);
  fake.show(listOf([...POOL.slice(0, 2), viewOf("mail", { restarts: 3 })]));
  await until("those after them", () => asked() > before + 1);
  assertEquals(await page.get(`${link}.id`), "old");
  await page.get("getSelection().removeAllRanges()");
  fake.show(listOf([...POOL.slice(0, 2), viewOf("mail", { restarts: 4 })]));
  await page.wait(`${link}.id === "" && document.activeElement === ${link}`);
  assertEquals(views().length, 2, "it is loaded once");
}

async function missesProcess({ fake, page }: Scene): Promise<void> {
  await page.open(`${fake.address}#p=${encodeURIComponent(EVIL)}&tab=log`);
  await page.wait(`${text(".notice")} === ${JSON.stringify(`There is no process ${EVIL}`)}`);
  await page.get(`location.hash = "#p=mail&tab=log"`);
  await page.wait(`!document.querySelector("#panel").hidden`);
  await page.get(`document.querySelector("#tab-log").focus()`);
  fake.show(listOf(POOL.slice(0, 2)));
  await page.wait(`document.querySelector("#panel").hidden`);
  await page.wait(`${text(".notice:last-child")} === "There is no process mail"`);
  assertEquals(await page.get("document.activeElement.tagName"), "TR", "keys go on in the table");
}

/** A browser keeps pages for its "back", with their streams: six of those, and it opened none to this host any more. */
async function leavesNothing({ fake, page }: Scene): Promise<void> {
  fake.lines = [line("one line")];
  const isHere = `${text(".line")} === "one line" && ${text("#light")} === "live"`;
  for (let visit = 0; visit < 8; visit++) {
    await page.open(`${fake.address}?${visit}#p=web%3Aweb_0&tab=log`);
    await page.wait(`location.search === "?${visit}" && ${isHere}`);
  }
  await until("only the last page to follow", () => fake.followers === 1);
  await page.get("history.back()");
  await page.wait(`location.search === "?6" && ${isHere}`);
  await until("only the page before to follow", () => fake.followers === 1);
  fake.say([line("another")]);
  await page.wait(`${text(".line:last-child")} === "another"`);
  assertEquals(await page.get(`document.querySelectorAll(".line").length`), 2);
}

/** Counts above the table, as they are read. */
const CHIPS = `[...document.querySelectorAll(".chip")].map((chip) => chip.textContent).join(", ")`;

async function showsWork({ fake, page }: Scene): Promise<void> {
  const job = jobView({
    timeZone: EVIL,
    last: runView({ result: "failed", code: 3, reason: EVIL, why: "manual", duration: 2 }),
  });
  fake.list = listOf([
    processView("job", { state: "EXITED", job }),
    processView("once", { state: "EXITED", done: true }),
    processView("reads", { waitingFor: [EVIL] }),
    runningView("web:web_0", { state: "STARTING", description: "waiting for notify" }),
    processView("web:web_1", { spare: true }),
  ]);
  const wellness = {
    waitsFor: "notify",
    waiting: EVIL,
    readySince: null,
    health: { at: "2026-11-21T09:59:50Z", fault: EVIL, failures: 2 },
    heartbeat: "2026-11-21T09:59:58Z",
    status: EVIL,
    condition: "reloading",
    errno: 5,
    metrics: { [EVIL]: 7 },
  };
  fake.detail = { runs: [job.last], wellness, recycling: { jobs: 9, due: "max-jobs" } };
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 6`);
  assertEquals(await page.get(CHIPS), "1 failed, 1 waiting, 1 starting, 1 spare, 1 done");
  assertEquals(await page.get("document.title"), "(1) shop");
  assertEquals(
    await page.get(`${row("reads")}.querySelector(".last").textContent`),
    `waits for ${EVIL}`,
  );
  const starting = `${row("web:web_0")}.querySelector(".last").textContent`;
  assertEquals(await page.get(starting), "waiting for notify");
  assertEquals(
    await page.get(`${row("web")}.querySelector(".note").textContent`),
    "2 processes, 1 spare",
  );
  await page.get(`${row("job")}.querySelector(".do-run").id = "run-it"`);
  await page.click("#run-it");
  await page.get(`${row("job")}.focus()`);
  await page.press("g");
  await until("both runs", () => fake.posted.length === 2);
  const order = { path: "/api/v1/run", body: { name: "job:job", follow: false } };
  assertEquals(fake.posted, [order, order]);
  await page.wait(`${text(".notice")} === "job:job: begun"`);
  await page.press("h");
  await page.wait(
    `${text(".history tbody tr")}.endsWith("2sfailedmanualexit 3, ${EVIL.replaceAll('"', '\\"')}")`,
  );
  await page.click(".run-now");
  await until("the run of the panel", () => fake.posted.length === 3);
  await page.click("#tab-details");
  await page.wait(`${text("#panel-content")}.includes("bad, 2 in a row")`);
  const details = String(await page.get(text("#panel-content")));
  const parts = [`waiting for notify (${EVIL})`, `reloading: ${EVIL}`, `${EVIL} 7`, "for max_jobs"];
  for (const part of ["5 14 * * *", ...parts]) {
    assertTrue(details.includes(part), `${part} in ${details}`);
  }
  assertEquals(await page.get(`document.querySelectorAll("img, main script, iframe").length`), 0);
}

/** Texts and pictures of the first row that lie over each other, as an expression. */
const OVERLAPS = `(() => {
  const of = [...document.querySelector("#rows tr").querySelectorAll("button, .state, .figure, svg.spark, td")]
    .filter((part) => part.tagName !== "TD" || part.childElementCount === 0)
    .map((part) => {
      const range = document.createRange();
      range.selectNodeContents(part);
      return [part, (part.tagName === "TD" ? range : part).getBoundingClientRect()];
    })
    .filter(([, box]) => box.width > 0);
  return of.flatMap(([one, a], at) => of.slice(at + 1).flatMap(([other, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
      ? [one.getAttribute("class") + " over " + other.getAttribute("class")] : []
  )).join();
})()`;

async function fitsPhone({ fake, page }: Scene): Promise<void> {
  await page.size(360, 720, true);
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 4`);
  const fits = "document.documentElement.scrollWidth <= 360 && " +
    `[...document.querySelectorAll("#rows button")].every((button) => button.hidden || ` +
    `(button.getBoundingClientRect().right <= 360 && button.getBoundingClientRect().height >= 20))`;
  assertTrue(await page.get(fits) === true, "nothing is cut off at the side");
  assertEquals(await page.get(OVERLAPS), "", "nothing lies over something else");
  await page.click("#rows tr:last-child .title");
  await page.wait(`!document.querySelector("#panel").hidden`);
  await page.wait(`document.querySelector("#panel").getBoundingClientRect().width > 330`);
  assertTrue(await page.get(fits.replace("#rows", "#panel")) === true, "nor is the panel");
  await page.get("history.back()");
  await page.wait(`document.querySelector("#panel").hidden`);
}

async function fitsWidths({ fake, page }: Scene): Promise<void> {
  const busy = { uptime: 86_400 * 123 + 82_800, restarts: 12_345, memory: 1 << 30, cpu: 1600 };
  fake.list = listOf([viewOf("mail", busy), ...POOL.slice(0, 2)]);
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 4`);
  const pool = `document.querySelector("#pool")`;
  for (const width of [320, 500, 700, 740, 900, 1010, 1100, 1300, 1900]) {
    await page.size(width, 800);
    assertTrue(await page.get(`${pool}.scrollWidth <= ${pool}.clientWidth`) === true, `${width}`);
    assertEquals(await page.get(OVERLAPS), "", `${width}`);
  }
}

async function changesTheme({ fake, page }: Scene): Promise<void> {
  const back = `getComputedStyle(document.body).backgroundColor`;
  await page.scheme("light");
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 4`);
  const light = await page.get(back);
  await page.scheme("dark");
  const dark = await page.get(back);
  assertTrue(light !== dark, "as the system has it");
  await page.press("t");
  await page.wait(`${back} === ${JSON.stringify(light)}`);
  await page.open(`${fake.address}index.html`);
  assertEquals(await page.get(back), light, "kept for the next visit");
  await page.click("#theme");
  await page.wait(`${back} === ${JSON.stringify(dark)}`);
  await page.get("localStorage.clear()");
}

async function worksBelowPath({ fake, page }: Scene): Promise<void> {
  await using proxy = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const { pathname, search } = new URL(request.url);
      if (!pathname.startsWith("/ops/runner/")) return new Response("elsewhere", { status: 418 });
      const target = `${fake.address}${pathname.slice("/ops/runner/".length)}${search}`;
      return fetch(target, {
        method: request.method,
        headers: { "content-type": request.headers.get("content-type") ?? "" },
        redirect: "manual",
        signal: request.signal,
        ...(request.method === "POST" ? { body: request.body } : {}),
      });
    },
  );
  const base = `http://127.0.0.1:${proxy.addr.port}/ops/runner/`;
  fake.lines = [line("through the proxy")];
  await page.open(`${base}tail.html?processname=web:web_0`);
  await page.wait(`${text(".line")} === "through the proxy"`);
  assertEquals(await page.get("location.href"), `${base}#p=web%3Aweb_0&tab=log`);
  await page.get(`${row("mail")}.querySelector(".do-stop").click()`);
  await page.wait(`${text(".notice")} === "mail:mail: stop done"`);
  // The proxy ends when its streams do.
  await page.send("Page.navigate", { url: "about:blank" });
  fake.drop();
}

async function takesThousand({ fake, page }: Scene): Promise<void> {
  const pool = (cpu: number) =>
    listOf(Array.from({ length: 1000 }, (_, at) => viewOf(`p${at}`, { cpu, memory: at << 16 })));
  fake.list = pool(1);
  await page.open(fake.address);
  await page.wait(`document.querySelectorAll("#rows tr").length === 1000`);
  fake.show(pool(42));
  await page.wait(`${row("p999")}.querySelector(".cpu .figure").textContent === "42.0 %"`);
}

async function comesBack(browser: Chromium): Promise<void> {
  const page = await browser.page();
  let port = 0;
  {
    await using first = new FakeControl();
    port = first.port;
    first.list = listOf(POOL);
    await page.open(first.address);
    await page.wait(`${text("#light")} === "live"`);
  }
  await page.wait(
    `${text("#banner-text")}.startsWith("No connection to the runner, shown is what")`,
  );
  assertTrue(await page.get(`document.body.classList.contains("stale")`) === true, "greyed");
  assertEquals(await page.get(`document.querySelectorAll("#rows tr").length`), 4);
  await using second = new FakeControl(port);
  second.list = listOf(POOL.slice(0, 2));
  await page.wait(`document.querySelectorAll("#rows tr").length === 3`);
  await page.wait(`document.querySelector("#banner").hidden`);
  assertEquals(await page.get(`document.body.classList.contains("stale")`), false);
  await page.close();
}

Deno.test("the page of the binary sees a crash, stops and starts, and follows the log", async () => {
  await using box = new Sandbox();
  const port = freePort();
  const runner = startPool(box, port);
  await runner.said("success: talks entered RUNNING state");
  await using browser = await Chromium.start();
  const page = await browser.page();
  await page.open(`http://127.0.0.1:${port}/#p=talks%3Atalks&tab=log`);
  await page.wait(`document.querySelectorAll("#rows tr").length === 1`);
  const state = `${row("talks")}.querySelector(".state").textContent`;
  await page.wait(`${state} === "RUNNING"`);
  const first = await runner.spawnOf("talks");
  await page.wait(`${row("talks")}.querySelector(".pid").textContent === "${first}"`);
  Deno.kill(first, "SIGKILL");
  await page.wait(`${row("talks")}.querySelector(".restarts").textContent === "1"`);
  await page.get(`${row("talks")}.querySelector(".do-stop").id = "stop-it"`);
  await page.click("#stop-it");
  await page.wait(`${state} === "STOPPED"`);
  await page.get(`${row("talks")}.focus()`);
  await page.press("s");
  await page.wait(`${state} === "RUNNING"`);
  await page.wait(
    `[...document.querySelectorAll(".line.stderr")].some((line) => line.textContent.includes("to stderr"))`,
  );
  assertEquals(page.complaints, []);
  assertEquals(await runner.stop(), 0);
  await page.wait(`document.body.classList.contains("stale")`);
  const again = startPool(box, port);
  const second = await again.spawnOf("talks");
  await page.wait(`${row("talks")}.querySelector(".pid").textContent === "${second}"`);
  await page.wait(`!document.body.classList.contains("stale")`);
});

Deno.test("the page of the binary sees a pool come up in waves, and runs a job", async () => {
  await using box = new Sandbox();
  const port = freePort();
  const runner = box.start(workPool(box, `[http]\nport = "127.0.0.1:${port}"\n`));
  await runner.said("waiting: web waits for migrate: done");
  await using browser = await Chromium.start();
  const page = await browser.page();
  await page.open(`http://127.0.0.1:${port}/#p=report%3Areport&tab=history`);
  const last = (title: string) => `${row(title)}.querySelector(".state").title`;
  await page.wait(`${CHIPS} === "1 waiting, 2 running, 1 due, 1 spare"`);
  assertEquals(await page.get(last("web")), "waiting: waits for migrate: done");
  await Deno.writeTextFile(box.path("go"), "");
  await page.wait(`${CHIPS} === "1 starting, 1 running, 1 due, 1 spare, 1 done"`);
  assertEquals(await page.get(last("web")), "STARTING: waiting for log:^up");
  await Deno.writeTextFile(box.path("up"), "");
  await page.wait(`${CHIPS} === "2 running, 1 due, 1 spare, 1 done"`);
  await page.click(".run-now");
  await page.wait(`${CHIPS} === "1 failed, 2 running, 1 spare, 1 done"`);
  await page.wait(`/failedmanualexit 3$/.test(${text(".history tbody tr")})`);
  assertEquals(page.complaints, []);
});

const TALKS = "while :; do echo to stdout; echo to stderr >&2; sleep 0.2; done";

function startPool(box: Sandbox, port: number): RunnerProcess {
  return box.start(`
[http]
port = "127.0.0.1:${port}"
[program.talks]
command = ["sh", "-c", "${TALKS}"]
startsecs = 0
`);
}

/** A port that nobody listens on, or did not a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
