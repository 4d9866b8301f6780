// Logs by XML-RPC on real files: bytes by supervisord's rules, and never a failure for what is in them.
import "../../support/open_libraries.ts";
import type { StreamName } from "../../../src/ports/logs.ts";
import type { ProcessPlan } from "../../../src/manifest/plan.ts";
import { assertEquals } from "../../support/assert.ts";
import { ApiRig } from "../../support/api_rig.ts";
import { LOG } from "../../support/plans.ts";
import { callRpc } from "../../support/rpc_rig.ts";

const CYAN = "\x1b[36m";

/** A runner whose program `web` logs to a file with this text. */
async function withLog(
  text: string | Uint8Array,
  check: (
    call: (name: string, ...words: (string | number)[]) => Promise<unknown>,
    rig: ApiRig,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/web.out`;
    await Deno.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
    const pathOf = ({ program, stdout, stderr }: ProcessPlan, stream: StreamName) => {
      // As of a program that has not run: the file is made by asking.
      if (program === "gone") Deno.writeTextFileSync(`${path}.gone`, "");
      const log = stream === "stdout" || stderr === "stdout" ? stdout : stderr;
      return log.destination.kind === "file" ? log.destination.path : null;
    };
    const stdout = { ...LOG, destination: { kind: "file", path } } as const;
    const missing = { ...LOG, destination: { kind: "file", path: `${path}.gone` } } as const;
    const rig = new ApiRig([
      { name: "web", own: { stdout, stderr: "stdout" } },
      { name: "none" },
      { name: "gone", own: { stdout: missing } },
      { name: "shown", own: { stdout: { ...LOG, destination: { kind: "stdout" } } } },
    ], { logs: { path: pathOf, ownPath: path, clearOwn: () => false } });
    await check((name, ...words) => callRpc(rig, `supervisor.${name}`, ...words), rig);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("read…Log gives bytes by offset and length", () =>
  withLog("0123456789", async (call) => {
    const cases: readonly (readonly [number, number, string])[] = [
      [0, 0, "0123456789"],
      [3, 0, "3456789"],
      [3, 2, "34"],
      [20, 5, ""],
      [-3, 0, "789"],
      [-99, 0, "0123456789"],
      [-3, 2, "3 BAD_ARGUMENTS"],
      [0, -2, "3 BAD_ARGUMENTS"],
    ];
    for (const [offset, length, wanted] of cases) {
      for (const name of ["readProcessStdoutLog", "readProcessLog"]) {
        assertEquals(await call(name, "web", offset, length), wanted, `${offset} ${length}`);
      }
      assertEquals(await call("readLog", offset, length), wanted);
      assertEquals(await call("readMainLog", String(offset), length), wanted);
    }
  }));

Deno.test("read…Log of a log that is not there is NO_FILE", () =>
  withLog("x", async (call) => {
    assertEquals(await call("readProcessStdoutLog", "none", 0, 0), "20 NO_FILE");
    assertEquals(await call("readProcessStderrLog", "web", 0, 0), "20 NO_FILE");
    assertEquals(
      String(await call("readProcessStdoutLog", "gone", 0, 0)).slice(0, 11),
      "20 NO_FILE:",
    );
    assertEquals(await call("readProcessStdoutLog", "shown", 0, 0), "");
    assertEquals(await call("readProcessStdoutLog", "zz", 0, 0), "10 BAD_NAME: zz");
    assertEquals(await call("readProcessStdoutLog", "web:*", 0, 0), "10 BAD_NAME: web:*");
  }));

Deno.test("tail…Log gives the end of a log, its size, and whether something was left out", () =>
  withLog("0123456789", async (call) => {
    const cases: readonly (readonly [number, number, unknown])[] = [
      [0, 100, ["0123456789", 10, false]],
      [0, 4, ["6789", 10, true]],
      [10, 5, ["", 10, false]],
      [8, 5, ["56789", 10, false]],
    ];
    for (const [offset, length, wanted] of cases) {
      for (const name of ["tailProcessStdoutLog", "tailProcessLog"]) {
        assertEquals(await call(name, "web", offset, length), wanted, `${offset} ${length}`);
      }
    }
    assertEquals(await call("tailProcessStderrLog", "web", 0, 5), ["", 0, false]);
    assertEquals(await call("tailProcessStdoutLog", "none", 0, 5), ["", 0, false]);
    assertEquals(await call("tailProcessStdoutLog", "zz", 0, 5), "10 BAD_NAME: zz");
  }));

Deno.test("colours are taken out and what is no text becomes a sign for that", () =>
  withLog(new TextEncoder().encode(`${CYAN}blue\x1b[0m \0 \x07 & <end>\r\n`), async (call) => {
    assertEquals(await call("readProcessStdoutLog", "web", 0, 0), "blue � � & <end>\r\n");
    assertEquals(await call("tailProcessStdoutLog", "web", 0, 4), ["d>\r\n", 27, true]);
  }));

Deno.test("characters cut by a window are left out, wherever it begins and ends", () =>
  withLog("日本語", async (call) => {
    const tails = [];
    for (let bytes = 1; bytes <= 9; bytes++) {
      tails.push(await call("readProcessStdoutLog", "web", -bytes, 0));
    }
    assertEquals(tails, ["", "", "語", "語", "語", "本語", "本語", "本語", "日本語"]);
    assertEquals(await call("readProcessStdoutLog", "web", 1, 7), "本");
  }));

Deno.test("bytes that are no UTF-8 become U+FFFD", () =>
  withLog(new Uint8Array([0x61, 0xff, 0xfe, 0x62, 0xc3, 0x28]), async (call) => {
    assertEquals(await call("readProcessStdoutLog", "web", 0, 0), "a��b�(");
  }));

Deno.test("clear…Logs clears, and says SUCCESS of every process", () =>
  withLog("x", async (call, rig) => {
    assertEquals(await call("clearProcessLog", "web"), true);
    assertEquals(await call("clearProcessLogs", "web:*"), "10 BAD_NAME: web:*");
    assertEquals(rig.cleared, ["web:web"]);
    const all = await call("clearAllProcessLogs");
    assertEquals(
      all,
      ["web", "none", "gone", "shown"].map((name) => ({
        name,
        group: name,
        status: 80,
        description: "OK",
      })),
    );
    assertEquals(await call("clearLog"), "30 FAILED");
  }));
