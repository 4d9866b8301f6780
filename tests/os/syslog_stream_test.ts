// Lines as messages of the local syslog, received by a socket of our own.
import { join } from "node:path";
import { libc } from "../../src/os/libc.ts";
import { messageHead, openSyslog } from "../../src/os/syslog_stream.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FakeClock } from "../support/fake_host.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** A datagram socket bound to a path, and what it has received. */
function listen(path: string) {
  const library = Deno.dlopen("libc.so.6", {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const { symbols } = library;
  const fd = symbols.socket(AF_UNIX, SOCK_DGRAM, 0);
  const address = new Uint8Array([AF_UNIX, 0, ...encode(path), 0]);
  assertEquals(symbols.bind(fd, address, address.length), 0);
  const receive = (): string | null => {
    const buffer = new Uint8Array(1 << 16);
    const length = symbols.recv(fd, buffer, BigInt(buffer.length), MSG_DONTWAIT);
    return length < 0 ? null : new TextDecoder().decode(buffer.subarray(0, length));
  };
  const end = () => {
    symbols.close(fd);
    library.close();
  };
  return { receive, [Symbol.dispose]: end };
}

Deno.test("messageHead() is the local form: priority, local time, tag and pid", () => {
  const wall = new Date(2026, 10, 5, 9, 4, 3).getTime();
  assertEquals(
    new TextDecoder().decode(messageHead(wall, "runner")),
    `<14>Nov  5 09:04:03 runner[${Deno.pid}]: `,
  );
});

Deno.test({
  name: "openSyslog() sends each line as a message, long ones in several, none for empty lines",
  sanitizeResources: false, // the C library stays open
  async fn() {
    const folder = await Deno.makeTempDir();
    const socket = join(folder, "log");
    const clock = new FakeClock();
    assertEquals(openSyslog({ clock, tag: "t", socket }), { fault: "ENOENT" });
    {
      using listener = listen(socket);
      const stream = openSyslog({ clock, tag: "t", socket });
      assertTrue("fd" in stream, "not open");
      const head = new TextDecoder().decode(messageHead(clock.now().wall, "t"));
      const long = `${"x".repeat(8191)}日${"y".repeat(10)}`;
      const bytes = encode(`web one\n\nweb 日本\n${long}\n`);
      assertEquals(stream.write(bytes), bytes.length);
      const messages = [1, 2, 3, 4].map(() => listener.receive());
      assertEquals(messages, [
        `${head}web one`,
        `${head}web 日本`,
        `${head}${"x".repeat(8191)}`,
        `${head}日${"y".repeat(10)}`,
      ]);
      assertEquals(listener.receive(), null);
      stream.close();
    }
    await Deno.remove(folder, { recursive: true });
    libc();
  },
});

Deno.test({
  name: "openSyslog() says that it is full instead of waiting, and takes whole lines only",
  sanitizeResources: false,
  async fn() {
    const folder = await Deno.makeTempDir();
    const socket = join(folder, "log");
    {
      using listener = listen(socket);
      const stream = openSyslog({ clock: new FakeClock(), tag: "t", socket });
      assertTrue("fd" in stream, "not open");
      const lines = encode("line\n".repeat(5000));
      const taken = stream.write(lines);
      assertTrue(taken > 0 && taken < lines.length && taken % 5 === 0, `${taken} bytes taken`);
      assertEquals(stream.write(lines), -11);
      listener.receive();
      assertEquals(stream.write(lines) > 0, true);
      stream.close();
    }
    await Deno.remove(folder, { recursive: true });
  },
});
