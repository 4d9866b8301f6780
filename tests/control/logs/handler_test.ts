// Logs over the JSON API, from real files: which lines, in which order, and what goes on after them.
import { STREAM_LIMIT } from "../../../src/control/http/message.ts";
import type { LogPlan } from "../../../src/manifest/plan.ts";
import { assertEquals } from "../../support/assert.ts";
import { LogRig } from "../../support/log_rig.ts";
import { LOG, processPlan } from "../../support/plans.ts";
import { until } from "../../support/wait.ts";
import "../../support/open_libraries.ts";

const file = (path: string, own: Partial<LogPlan> = {}): LogPlan => ({
  ...LOG,
  destination: { kind: "file", path },
  ...own,
});

/** A program with a file for each stream. */
function web(folder: string, own: Partial<LogPlan> = {}) {
  return processPlan("web", {
    stdout: file(`${folder}/web.out`, own),
    stderr: file(`${folder}/web.err`, own),
  });
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

Deno.test("GET /logs gives the last lines, over rotated and compressed backups", async () => {
  for (const compress of [false, true]) {
    await using rig = new LogRig((folder) => [
      web(folder, { maxBytes: 500, backups: 40, compress }),
    ]);
    rig.start("web:web");
    for (const line of numbers(0, 1000)) rig.say("web:web", `${line}\n`);
    if (compress) {
      await until("compressed backups", () => {
        const names = [...Deno.readDirSync(rig.folder)].map(({ name }) => name);
        return names.filter((name) => /\.\d+$/.test(name)).length === 0;
      });
    }
    for (const wanted of [1, 20, 400]) {
      const reply = await rig.whole(`/logs?name=web&stream=stdout&lines=${wanted}`);
      assertEquals(reply.words, numbers(1000 - wanted, 1000), `${wanted}, ${compress}`);
    }
    assertEquals((await rig.whole("/logs?lines=0")).words, []);
    const all = await rig.whole("/logs?lines=all");
    assertEquals(all.words, numbers(1000 - all.words.length, 1000));
    assertEquals(all.words.length > 900, true);
    // The runner's bytes with their backups.
    Deno.renameSync(`${rig.folder}/web.out`, rig.ownPath);
    Deno.writeTextFileSync(rig.ownPath, "one\ntwo\nthree");
    assertEquals((await rig.whole("/log?lines=1")).text, "two\nthree");
  }
});

Deno.test("GET /logs shows a line that is not ended yet, cut characters and bytes that are no text", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  rig.say("web:web", "\x1b[31mred\x1b[0m\r\n");
  rig.say("web:web", Uint8Array.of(0xe4, 0xbd));
  rig.say("web:web", Uint8Array.of(0xa0, 0x0a, 0xff, 0x00, 0xfe));
  const { words } = await rig.whole("/logs?stream=stdout");
  assertEquals(words, ["\x1b[31mred\x1b[0m", "你", "\ufffd\0\ufffd"]);
});

Deno.test("GET /logs shows a huge line as several, none of them huge", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  const huge = "é".repeat(1_500_000);
  rig.say("web:web", `${huge}\nlast\n`);
  const { words } = await rig.whole("/logs?stream=stdout&lines=2");
  assertEquals(words.at(-1), "last");
  assertEquals(words.slice(0, -1).join("") === huge, true);
  assertEquals(Math.max(...words.map(({ length }) => length)) <= 65536, true);
});

Deno.test("GET /logs takes the lines of several logs in the order in which they came", async () => {
  await using rig = new LogRig((folder) => [
    web(folder),
    processPlan("api", { stdout: file(`${folder}/api.log`), stderr: "stdout" }),
  ]);
  rig.start("web:web");
  rig.start("api:api");
  const said: string[] = [];
  for (let turn = 0; turn < 5; turn++) {
    for (
      const [id, stream] of [["web:web", "stdout"], ["api:api", "stdout"], ["web:web", "stderr"]]
    ) {
      rig.clock.pass(2_000);
      rig.say(id ?? "", `${id} ${stream} ${turn}\n`, stream === "stderr" ? "stderr" : "stdout");
      said.push(`${id} ${stream} ${turn}`);
    }
  }
  assertEquals((await rig.whole("/logs")).words, said);
  const both = await rig.whole("/logs?name=web&stream=stderr&lines=1");
  assertEquals(both.lines, [
    { id: "web:web", shown: "web", stream: "stderr", time: null, line: "web:web stderr 4" },
  ]);
});

Deno.test("GET /logs reads a file that two streams share once, and formatted ones by who wrote", async () => {
  for (const format of ["raw", "text", "json"] as const) {
    await using rig = new LogRig((folder) => {
      const shared = file(`${folder}/all.log`, { format });
      return [processPlan("web", { stdout: shared, stderr: shared })];
    });
    rig.start("web:web");
    rig.say("web:web", "out\n");
    rig.say("web:web", "err\n", "stderr");
    const reply = await rig.whole("/logs");
    assertEquals(reply.words, ["out", "err"], format);
    if (format === "raw") continue;
    assertEquals(reply.lines.map(({ stream }) => stream), ["stdout", "stderr"]);
    assertEquals(reply.lines[0]?.time, new Date(1_000).toISOString());
  }
});

Deno.test("GET /logs?since= knows when lines came, also in raw logs and in those that are no file", async () => {
  for (const format of ["raw", "text", "json", "none"] as const) {
    await using rig = new LogRig((folder) => {
      const plan = format === "none" ? LOG : file(`${folder}/web.log`, { format, maxBytes: 2_000 });
      return [processPlan("web", { stdout: plan })];
    });
    rig.start("web:web");
    for (const line of numbers(0, 60)) {
      rig.say("web:web", `${line}\n`);
      rig.clock.pass(10_000);
    }
    const { words } = await rig.whole("/logs?since=95");
    // A span may be a second long or, when it is old, a tenth of its age.
    assertEquals(words, numbers(51, 60), format);
    assertEquals((await rig.whole("/logs?since=95&lines=2")).words, numbers(58, 60));
    assertEquals((await rig.whole("/logs?since=5")).words, [], format);
  }
});

Deno.test("GET /logs?since= does not reach back over a log that was emptied", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.clock.pass(10_000);
  rig.start("web:web");
  rig.say("web:web", text(numbers(0, 100)));
  Deno.writeTextFileSync(`${rig.folder}/web.out.1`, text(numbers(900, 999)));
  Deno.utimeSync(`${rig.folder}/web.out.1`, 0, 0);
  rig.clear("web:web");
  rig.say("web:web", "after\n");
  assertEquals((await rig.whole("/logs?since=1")).words, ["after"]);
});

Deno.test("GET /logs of a thousand streams holds few files open", async () => {
  const names = Array.from({ length: 500 }, (_, index) => `p${index}`);
  await using rig = new LogRig((folder) =>
    names.map((name) =>
      processPlan(name, {
        stdout: file(`${folder}/${name}.out`),
        stderr: file(`${folder}/${name}.err`),
      })
    )
  );
  for (const name of names) {
    for (const stream of ["out", "err"]) {
      Deno.writeTextFileSync(`${rig.folder}/${name}.${stream}`, `${name} ${stream}\n`);
    }
  }
  const fds = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = fds();
  let most = 0;
  const reply = await rig.get("/logs?lines=5");
  await until("the end", () => {
    most = Math.max(most, fds());
    return reply.isClosed;
  });
  assertEquals(
    reply.words.toSorted(),
    names.flatMap((name) => [`${name} err`, `${name} out`]).sort(),
  );
  assertEquals(most - before < 150, true, `${most - before}`);
  assertEquals(fds(), before);
});

Deno.test("GET /logs?grep= leaves lines out that do not have the text, taken literally", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  rig.say("web:web", "a.b\naxb\n(a+)+$ a.b\n");
  assertEquals((await rig.whole("/logs?grep=a.b")).words, ["a.b", "(a+)+$ a.b"]);
  const following = await rig.get("/logs?grep=a.b&lines=0&follow=1");
  rig.say("web:web", "axb\na.b 2\n");
  await until("the line", () => following.words.length > 0);
  assertEquals(following.words, ["a.b 2"]);
});

Deno.test("GET /logs says what it cannot take", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  const cases = [
    ["/logs?name=wep", 404, 'did you mean \\"web\\"'],
    ["/logs?lines=-1", 400, "a number of lines"],
    ["/logs?lines=1&lines=2", 400, "more than once"],
    ["/logs?stream=out", 400, "stdout, stderr or both"],
    ["/logs?folow=1", 400, "folow"],
    ["/logs?follow=yes", 400, "use 1 or 0"],
    ["/logs/nobody/stdout", 404, "nobody"],
    ["/logs/web/stdin", 404, "no such path"],
    ["/logs/%ff/stdout", 404, "%ff"],
    ["/logs/web/stdout?offset=-5&length=5", 400, "negative offset"],
    ["/logs/web/stdout?offset=1e3", 400, "whole number"],
    ["/logs/web/stdout?offset=1&lines=3", 400, "one of them"],
    ["/log", 404, "no such file"],
  ] as const;
  for (const [path, status, part] of cases) {
    if (path.startsWith("/logs/web/stdout")) rig.start("web:web");
    const reply = await rig.whole(path);
    assertEquals(
      [reply.status, reply.text.includes(part)],
      [status, true],
      `${path}: ${reply.text}`,
    );
  }
});

Deno.test("GET /logs does not make the file of a program that has never run", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  assertEquals((await rig.whole("/logs")).words, []);
  const following = await rig.get("/logs?follow=1");
  assertEquals([...Deno.readDirSync(rig.folder)], []);
  rig.start("web:web");
  rig.say("web:web", "first\n");
  await until("the first line", () => following.words.length === 1);
  assertEquals(following.words, ["first"]);
});

Deno.test("GET /logs?follow=1 joins the past to what comes, whatever the moment and the pieces", async () => {
  for (const format of ["raw", "text", "json"] as const) {
    await using rig = new LogRig((folder) => [
      web(folder, { format, maxBytes: 3_000, backups: 100 }),
    ]);
    rig.start("web:web");
    const all = text(numbers(0, 600));
    const replies = [];
    for (let at = 0; at < all.length; at += 37) {
      rig.say("web:web", all.slice(at, at + 37));
      // In the middle of lines, and while others are still being sent their past.
      if (at % 5 === 0) replies.push(await rig.get("/logs?stream=stdout&lines=all&follow=1"));
    }
    for (const [index, reply] of replies.entries()) {
      await until("all lines", () => reply.words.length >= 600);
      assertEquals(reply.words, numbers(0, 600), `${format}, follower ${index}`);
    }
    assertEquals(replies.length > 20, true);
  }
});

Deno.test("GET /logs?follow=1 goes on over restarts, and shows both streams", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  const reply = await rig.get("/logs?name=web&follow=1");
  rig.say("web:web", "one\n");
  rig.start("web:web", 2);
  rig.say("web:web", "two\n", "stderr");
  rig.say("web:web", "three\n");
  await until("three lines", () => reply.words.length === 3);
  assertEquals(
    reply.lines.map(({ stream, line }) => `${stream} ${line}`),
    ["stdout one", "stderr two", "stdout three"],
  );
  assertEquals(reply.lines.every(({ time }) => time === new Date(1_000).toISOString()), true);
});

Deno.test("GET /logs?follow=1 takes up programs that come later, and those that come back", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  const reply = await rig.get("/logs?follow=1");
  const late = processPlan("late", { stdout: file(`${rig.folder}/late.log`) });
  rig.change([late]);
  rig.start("late:late");
  rig.say("late:late", "here\n");
  rig.change([late, web(rig.folder)]);
  rig.start("web:web", 2);
  rig.say("web:web", "again\n");
  await until("two lines", () => reply.words.length === 2);
  assertEquals(reply.words, ["here", "again"]);
});

Deno.test("GET /logs?follow=1 shows the last bytes of a stream that goes to no file", async () => {
  await using rig = new LogRig(() => [processPlan("web", { stdout: LOG })]);
  rig.start("web:web");
  rig.say("web:web", text(numbers(0, 5_000)));
  rig.say("web:web", "half");
  const reply = await rig.get("/logs?stream=stdout&lines=all&follow=1");
  rig.say("web:web", " whole\n");
  await until("the last line", () => reply.words.at(-1) === "half whole");
  const kept = reply.words.slice(0, -1);
  assertEquals(kept, numbers(5_000 - kept.length, 5_000));
  assertEquals(kept.length > 1_000 && kept.length < 2_000, true);
});

Deno.test("a follower that does not read costs no more than the limit, and is told what it has missed", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  const reply = await rig.get("/logs?stream=stdout&lines=0&follow=1", (own) => own.isRead = false);
  const other = await rig.get("/logs?stream=stdout&lines=0&follow=1");
  await until("both to follow", async () => {
    rig.say("web:web", "probe\n");
    await Promise.resolve();
    return reply.words.length > 0 && other.words.length > 0;
  });
  const probes = other.words.length;
  for (let at = 0; at < 100_000; at += 100) rig.say("web:web", text(numbers(at, at + 100)));
  assertEquals(reply.isClosed, false);
  assertEquals(reply.buffered <= STREAM_LIMIT, true, `${reply.buffered}`);
  assertEquals(reply.buffered < 1 << 17, true, "nothing is formatted in vain");
  // The server sends 64 KB at a time.
  for (let turn = 0; turn < 1_000; turn++) reply.drain();
  rig.say("web:web", "after\n");
  // Whole lines from the first on, then how many are missing, then all that is latest.
  const { lines, words } = reply;
  const gap = lines.findIndex((line) => line.dropped !== undefined);
  const first = words.indexOf("line 0");
  const sent = gap - first;
  assertEquals(words.slice(first, gap), numbers(0, sent));
  const resumed = sent + (lines[gap]?.dropped ?? 0);
  assertEquals(words.slice(gap + 1), [...numbers(resumed, 100_000), "after"]);
  assertEquals([sent > 100, resumed > 50_000, resumed < 90_000], [true, true, true], `${resumed}`);
  assertEquals(other.words.length, 100_000 + probes + 1, "who reads misses nothing");
});

Deno.test("a follower that does not read is kept cheap when a program writes single letters", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  const reply = await rig.get("/logs/web/stdout?follow=1", (own) => own.isRead = false);
  rig.say("web:web", `${"x".repeat(1 << 17)}\n`);
  await until("it to be held up", () => reply.buffered > 1 << 16);
  for (let at = 0; at < 20_000; at++) rig.say("web:web", at % 2 === 0 ? "y" : "\n");
  for (let turn = 0; turn < 3_000; turn++) reply.drain();
  const [dropped = ""] = reply.text.match(/==> \d+ lines left out/) ?? [];
  const lines = Number(dropped.match(/\d+/)?.[0]);
  assertEquals([lines > 7_500, lines < 10_000], [true, true], dropped);
  assertEquals(reply.text.endsWith("y\ny\n"), true);
});

Deno.test("GET /logs?follow=1 lets go of everything when the client leaves", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  const reply = await rig.get("/logs?follow=1&lines=0");
  rig.say("web:web", "one\n");
  await until("one line", () => reply.words.length === 1);
  reply.leave();
  rig.say("web:web", "two\n");
  assertEquals(reply.words, ["one"]);
});

Deno.test("GET /logs/{id}/{stream} gives bytes as they are, in part, and as they come", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  const bytes = Uint8Array.of(0xff, 0, 0x0a, 0xe4, 0xbd);
  rig.say("web:web", bytes);
  const path = "/logs/web%3Aweb/stdout";
  assertEquals((await rig.whole(path)).bytes, bytes);
  assertEquals((await rig.whole(`${path}?offset=1&length=2`)).bytes, bytes.slice(1, 3));
  assertEquals((await rig.whole(`${path}?offset=-2`)).bytes, bytes.slice(3));
  assertEquals((await rig.whole(`${path}?lines=1`)).bytes, bytes);
  const following = await rig.get(`${path}?offset=3&follow=1`);
  rig.say("web:web", Uint8Array.of(0xa0, 0x0a));
  await until("four bytes", () => following.bytes.length === 4);
  assertEquals(following.bytes, Uint8Array.of(0xe4, 0xbd, 0xa0, 0x0a));
});

Deno.test("GET /logs/{id}/{stream}?follow=1 shows formatted logs as they are in the file", async () => {
  for (const format of ["text", "json"] as const) {
    await using rig = new LogRig((folder) => [web(folder, { format })]);
    rig.start("web:web");
    rig.say("web:web", "one\ntw");
    const reply = await rig.get("/logs/web/stdout?offset=0&follow=1");
    rig.say("web:web", "o\nthree\n");
    await until("three lines", () => reply.text.split("\n").length === 4);
    assertEquals(reply.text, rig.file("web.out"));
  }
});

Deno.test("GET /log?follow=1 follows the runner's own log over rotation", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  const write = (name: string, content: string) =>
    Deno.writeTextFileSync(`${rig.folder}/${name}`, content, { append: true });
  write("own.log", "one\n");
  const reply = await rig.get("/log?follow=1");
  await until("the past", () => reply.text !== "");
  write("own.log", "two\n");
  Deno.renameSync(rig.ownPath, `${rig.ownPath}.2`);
  write("own.log.1", "three\n");
  write("own.log", "four\n");
  rig.clock.pass(250);
  write("own.log", "five\n");
  rig.clock.pass(250);
  assertEquals(reply.text, "one\ntwo\nthree\nfour\nfive\n");
  Deno.truncateSync(rig.ownPath);
  write("own.log", "x\n");
  rig.clock.pass(250);
  assertEquals(reply.text.endsWith("==> File truncated <==\nx\n"), true);
  reply.leave();
  assertEquals(rig.clock.waiting, 0, "nobody follows, nobody looks");
});

Deno.test("/logtail/ gives the last kilobyte and follows, as text whose characters are whole", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  rig.say("web:web", "你".repeat(1_000));
  const reply = await rig.get("/logtail/web");
  await until("the past", () => reply.text !== "");
  assertEquals(reply.text, "你".repeat(341));
  for (const byte of new TextEncoder().encode("好\n")) rig.say("web:web", Uint8Array.of(byte));
  rig.say("web:web", Uint8Array.of(0xff, 0x0a));
  assertEquals(reply.text, `${"你".repeat(341)}好\n\ufffd\n`);
  for (const piece of reply.pieces) {
    new TextDecoder("utf-8", { fatal: true }).decode(piece);
  }
});

Deno.test("/logtail/ and /mainlogtail know names and streams as supervisord does", async () => {
  await using rig = new LogRig((folder) => [web(folder)]);
  rig.start("web:web");
  rig.say("web:web", "out\n");
  rig.say("web:web", "err\n", "stderr");
  Deno.writeTextFileSync(rig.ownPath, "own\n");
  const cases = [
    ["/logtail/web", 200, "out\n"],
    ["/logtail/web:web/stdout", 200, "out\n"],
    ["/logtail/web%3Aweb/stderr", 200, "err\n"],
    ["/mainlogtail", 200, "own\n"],
    ["/logtail/nobody", 404, "Not found\n"],
    ["/logtail/web/stdin", 404, "Not found\n"],
    ["/logtail/web/stdout/x", 404, "Not found\n"],
  ] as const;
  for (const [path, status, content] of cases) {
    const reply = await rig.get(path);
    await until(path, () => reply.text !== "");
    assertEquals([reply.status, reply.text], [status, content], path);
  }
});
