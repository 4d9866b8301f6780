// A letter to the next program in this process: written in memory, sealed, and taken by nobody else.
import { encodePlain } from "../../src/base/plain_json.ts";
import { HANDOVER_NAME } from "../../src/os/byte_text.ts";
import { keepOverExec, readLetter, takeLetter, writeLetter } from "../../src/os/handover_file.ts";
import { libc } from "../../src/os/libc.ts";
import { stat as lookAt, truncateFd } from "../../src/os/log_libc.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

// The C library stays open: not inside a test, where it would count as a leak.
libc();
lookAt("/");
truncateFd(-1, 0);

const F_GETFD = 1;

/** Takes the letter that the environment names so. */
function taken(word: string) {
  Deno.env.set(HANDOVER_NAME, word);
  try {
    return takeLetter();
  } finally {
    Deno.env.delete(HANDOVER_NAME);
  }
}

Deno.test("takeLetter() gives what writeLetter() wrote, once, and closes it", () => {
  const body = encodePlain({ name: "é \ud800", size: 1 << 20, text: "x".repeat(300_000) });
  const { fd } = writeLetter({ format: 1, fds: [7, 8], body });
  assertEquals(taken(String(fd)), { format: 1, fds: [7, 8], body });
  assertTrue(libc().fcntl(fd, F_GETFD, 0n) < 0, "it is closed");
  assertEquals(taken(String(fd)), null);
});

Deno.test("writeLetter() seals its letter, and no program gets it unless it shall be kept", () => {
  using letter = writeLetter({ format: 1, fds: [], body: "{}" });
  const { fd } = letter;
  assertEquals(libc().fcntl(fd, F_GETFD, 0n), 1);
  keepOverExec([fd], true);
  assertEquals(libc().fcntl(fd, F_GETFD, 0n), 0);
  keepOverExec([fd], false);
  assertEquals(libc().fcntl(fd, F_GETFD, 0n), 1);
  assertTrue(libc().write(fd, new Uint8Array(1), 1n) < 0, "nobody changes it");
});

Deno.test("takeLetter() leaves every other descriptor alone", () => {
  using file = Deno.openSync("/dev/null");
  assertTrue(file.statSync().isCharDevice === true, "it is open");
  for (let fd = 0; fd < 20; fd++) assertEquals(taken(String(fd)), null, `descriptor ${fd}`);
  for (const word of ["", "x", "-1", "9999", "try"]) assertEquals(taken(word), null, word);
  assertTrue(file.statSync().isCharDevice === true, "it is open still");
});

Deno.test("readLetter() takes letters to this process only, of any format", () => {
  const head = `runner-handover ${Deno.pid}`;
  const cases: readonly (readonly [string, ReturnType<typeof readLetter>])[] = [
    [`${head} 1 \n{}`, { format: 1, fds: [], body: "{}" }],
    [`${head} 99 3,4 and more\n1\n2`, { format: 99, fds: [3, 4], body: "1\n2" }],
    [`runner-handover ${Deno.pid + 1} 1 \n{}`, null],
    [`other ${Deno.pid} 1 \n{}`, null],
    ["", null],
    [head, null],
  ];
  for (const [text, expected] of cases) assertEquals(readLetter(text), expected, text);
});
