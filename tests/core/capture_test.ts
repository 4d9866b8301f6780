// Capture mode: what goes to the log, what becomes an event, whatever the pieces.
import fc from "fast-check";
import { CaptureSplitter } from "../../src/core/capture.ts";
import { assertEquals } from "../support/assert.ts";

const BEGIN = "<!--XSUPERVISOR:BEGIN-->";
const END = "<!--XSUPERVISOR:END-->";

interface Split {
  readonly log: string;
  readonly events: readonly string[];
}

function split(pieces: readonly string[], { most = 100, isEnded = true } = {}): Split {
  const splitter = new CaptureSplitter(most);
  const decoder = new TextDecoder();
  let log = "";
  const events: string[] = [];
  const sink = {
    log: (bytes: Uint8Array) => void (log += decoder.decode(bytes)),
    captured: (bytes: Uint8Array) => void events.push(decoder.decode(bytes)),
  };
  for (const piece of pieces) splitter.write(new TextEncoder().encode(piece), sink);
  if (isEnded) splitter.end(sink);
  return { log, events };
}

const CASES: readonly (readonly [string, readonly string[], Split])[] = [
  ["passes what has no token", ["a", "<b>", "c\n"], { log: "a<b>c\n", events: [] }],
  ["takes out a capture", [`a${BEGIN}x${END}b`], { log: "ab", events: ["x"] }],
  ["takes out several", [`${BEGIN}x${END}${BEGIN}y${END}`], { log: "", events: ["x", "y"] }],
  ["takes an empty one", [`${BEGIN}${END}`], { log: "", events: [""] }],
  ["goes on over writes", [`${BEGIN}x`, "y", `z${END}`], { log: "", events: ["xyz"] }],
  ["takes what only begins like a token", ["<!--XSUPER", "MAN"], {
    log: "<!--XSUPERMAN",
    events: [],
  }],
  ["sees a token after half a one", [`<!--X${BEGIN}x${END}`], { log: "<!--X", events: ["x"] }],
  ["keeps what is held back at the end", ["tail<!--XSUP"], { log: "tail<!--XSUP", events: [] }],
  ["gives a capture that never ended to the log", [`${BEGIN}x<!--XS`], {
    log: `${BEGIN}x<!--XS`,
    events: [],
  }],
  ["takes BEGIN inside a capture for text", [`${BEGIN}${BEGIN}x${END}`], {
    log: "",
    events: [`${BEGIN}x`],
  }],
];

for (const [what, pieces, expected] of CASES) {
  Deno.test(`CaptureSplitter ${what}`, () => assertEquals(split(pieces), expected));
}

Deno.test("CaptureSplitter holds nothing back that cannot be a token", () => {
  assertEquals(split(["short"], { isEnded: false }).log, "short");
  assertEquals(split(["x<!--"], { isEnded: false }).log, "x");
});

Deno.test("CaptureSplitter keeps the last bytes of what is too long", () => {
  const long = `${BEGIN}${"a".repeat(50)}${"b".repeat(7)}${END}`;
  assertEquals(split([long], { most: 10 }).events, ["aaabbbbbbb"]);
  assertEquals(split([...long], { most: 10 }).events, ["aaabbbbbbb"]);
});

Deno.test("CaptureSplitter splits the same, however the bytes are cut", () => {
  const part = fc.constantFrom("x", "<", "<!--XSUPERVISOR:", BEGIN, END, "日本\n");
  fc.assert(fc.property(fc.array(part), fc.array(fc.nat(40)), (parts, lengths) => {
    const bytes = new TextEncoder().encode(parts.join(""));
    const whole = split([new TextDecoder("latin1").decode(bytes)]);
    const pieces: string[] = [];
    let at = 0;
    for (const length of [...lengths, bytes.length]) {
      pieces.push(new TextDecoder("latin1").decode(bytes.subarray(at, at + length)));
      at = Math.min(bytes.length, at + length);
    }
    assertEquals(split(pieces), whole);
  }));
});
