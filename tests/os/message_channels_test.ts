// Channels between the runner and a child: who has which descriptor, what is heard, and what never blocks.
import { nodeMessage, parseNodeMessage } from "../../src/core/node_message.ts";
import { openChannelEnds } from "../../src/os/channel_libc.ts";
import { closeFd, writeOnce } from "../../src/os/libc.ts";
import { messageChannels } from "../../src/os/message_channels.ts";
import { nextTurn } from "../../src/os/next_turn.ts";
import { sendOn } from "../../src/os/socket_libc.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { TestHost, textOfBytes } from "../support/test_host.ts";
import { until } from "../support/wait.ts";

// Opened for the whole test process: no test leaks them.
const ends = openChannelEnds();
if (typeof ends === "object") [ends.ours, ends.theirs].forEach(closeFd);
sendOn(-1, new Uint8Array(1));

class Rig implements AsyncDisposable {
  readonly host = new TestHost();
  readonly channels = messageChannels(this.host.poller);
  readonly heard: string[] = [];

  open() {
    const channel = this.channels.open((line) => this.heard.push(line));
    assertTrue(typeof channel !== "string", `a channel: ${channel}`);
    return channel;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.channels[Symbol.dispose]();
    await this.host[Symbol.asyncDispose]();
  }
}

/** Writes it all, while the reader keeps up. */
async function write(fd: number, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    // Less than a socket holds, so that a blocking end never waits for us.
    at += writeOnce(fd, bytes.slice(at, at + 30_000));
    await nextTurn();
  }
}

Deno.test("spawn() makes a channel the descriptor 3 of a child, which has no other", async () => {
  await using rig = new Rig();
  const { ours, theirs } = rig.open();
  const script = "ls /proc/self/fd; read line <&3; echo $line; echo '\"ready\"' >&3";
  const child = rig.host.start({
    path: "/bin/bash",
    argv: ["bash", "-c", script],
    channel: theirs.fd,
  });
  theirs[Symbol.dispose]();
  assertTrue(ours.send(nodeMessage("shutdown")), "sent");
  const { stdout } = await child.ended;
  // 4 is the folder that ls looks at.
  assertEquals(textOfBytes(stdout), '0\n1\n2\n3\n4\n"shutdown"\n');
  ours.drain();
  assertEquals([rig.heard, ours.open, ours.send("x")], [['"ready"'], null, false]);
});

Deno.test("a channel cuts lines however they come, and passes over those that are too long", async () => {
  await using rig = new Rig();
  const { theirs } = rig.open();
  await write(theirs.fd, "one\ntw");
  await until("the first", () => rig.heard.length === 1);
  await write(theirs.fd, `o\n${"x".repeat(200_000)}\n${"y".repeat(65_536)}\n\nlast\nhalf`);
  await until("the last", () => rig.heard.includes("last"));
  assertEquals(rig.heard.map((line) => line.length > 9 ? line.length : line), [
    ...["one", "two", 65_536, "", "last"],
  ]);
  theirs[Symbol.dispose]();
});

Deno.test("adopt() goes on in the middle of a line, also of one that is too long", async () => {
  await using rig = new Rig();
  for (const [half, rest] of [["ha", "lf\n"], ["x".repeat(100_000), "x\nhalf\n"]] as const) {
    const both = openChannelEnds();
    assertTrue(typeof both === "object", "two ends");
    const head = { fd: both.ours, head: new Uint8Array(0), isSkipping: false };
    const before = rig.channels.adopt(head, () => {});
    await write(both.theirs, half);
    await until("the half", () => before.open?.isSkipping || before.open?.head.length === 2);
    const { open } = before;
    assertTrue(open !== null, "open");
    rig.host.poller.unwatch(open.fd);
    const after = rig.channels.adopt(open, (line) => rig.heard.push(line));
    await write(both.theirs, rest);
    await until("the line", () => rig.heard.length === 1);
    assertEquals(rig.heard.splice(0), ["half"]);
    after[Symbol.dispose]();
    closeFd(both.theirs);
  }
});

Deno.test("send() does not wait for a child that does not read, and never sends half a line more", async () => {
  await using rig = new Rig();
  const { ours, theirs } = rig.open();
  const line = nodeMessage("x".repeat(10_000));
  let sent = 0;
  while (ours.send(line)) sent += 1;
  assertTrue(sent > 0, "some fit");
  assertEquals(ours.send(line), false);
  theirs[Symbol.dispose]();
});

Deno.test("parseNodeMessage() knows ready, Node's own words, and nothing else", () => {
  const table: readonly (readonly [string, string])[] = [
    ['"ready"', "ready"],
    ['{"cmd":"NODE_HANDLE"}', "internal"],
    ['{"cmd":"other"}', "passed-over"],
    ['{"type":"process:msg","data":"ready"}', "passed-over"],
    ["ready", "passed-over"],
    ["null", "passed-over"],
    ["", "passed-over"],
  ];
  for (const [line, kind] of table) assertEquals([line, parseNodeMessage(line).kind], [line, kind]);
  const long = parseNodeMessage(`"${"x".repeat(1000)}"`);
  assertEquals(long.kind === "passed-over" && long.text.length, 201);
});
