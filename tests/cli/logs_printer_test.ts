// Lines of logs as they are printed.
import { LogsPrinter, type PrinterLook } from "../../src/cli/logs_printer.ts";
import { assertEquals } from "../support/assert.ts";

const PLAIN: PrinterLook = { form: "pretty", grep: null, withTime: false, colour: false };

function json(shown: string, line: string, own: Record<string, unknown> = {}): string {
  return JSON.stringify({ id: `${shown}:x`, shown, stream: "stdout", time: null, line, ...own });
}

const LINES = [
  json("web", "one"),
  json("api:api_1", "two", { stream: "stderr" }),
  "",
  json("web", "three", { time: "2026-11-21T09:30:00.000Z" }),
];

Deno.test("print() aligns the names of what comes together and marks stderr", () => {
  const { text, dropped } = new LogsPrinter(PLAIN).print(LINES);
  assertEquals([text, dropped], ["web       | one\napi:api_1 ! two\nweb       | three\n", 0]);
});

Deno.test("print() gives bare lines or JSON as it came when asked to", () => {
  const raw = new LogsPrinter({ ...PLAIN, form: "raw" }).print(LINES).text;
  assertEquals(raw, "one\ntwo\nthree\n");
  const asJson = new LogsPrinter({ ...PLAIN, form: "json" }).print(LINES).text;
  assertEquals(asJson, `${LINES.filter((line) => line !== "").join("\n")}\n`);
});

Deno.test("print() gives each name a colour that it keeps, and ends the colours of programs", () => {
  const printer = new LogsPrinter({ ...PLAIN, colour: true });
  printer.print([json("web", "x"), json("api", "x")]);
  assertEquals(
    printer.print([json("web", "\x1b[1mbold")]).text,
    "\x1b[36mweb |\x1b[0m \x1b[1mbold\x1b[0m\n",
  );
  assertEquals(
    printer.print([json("api", "err", { stream: "stderr" })]).text,
    "\x1b[33mapi \x1b[0m\x1b[31m!\x1b[0m err\n",
  );
});

Deno.test("print() shows times where they are known", () => {
  const { text } = new LogsPrinter({ ...PLAIN, withTime: true }).print(LINES);
  const [first, , third] = text.split("\n");
  assertEquals(first, `-${" ".repeat(18)} web       | one`);
  assertEquals(/^2026-11-21 \d\d:30:00 web {7}\| three$/.test(third ?? ""), true, third);
});

Deno.test("print() picks lines by a pattern that looks through colours, and counts what was left out", () => {
  const printer = new LogsPrinter({ ...PLAIN, form: "raw", grep: /error \d/ });
  const lines = [
    json("web", "an \x1b[31merror\x1b[0m 5"),
    json("web", "error"),
    json("", "", { dropped: 7 }),
  ];
  assertEquals(printer.print(lines), { text: "an \x1b[31merror\x1b[0m 5\n", dropped: 7 });
});

Deno.test("print() shows what a name hides", () => {
  assertEquals(new LogsPrinter(PLAIN).print([json("a\x1b[2Jb", "x")]).text, "a␛[2Jb | x\n");
});
