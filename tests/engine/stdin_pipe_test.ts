// The stdin of a child: what fits goes at once, the rest waits, and the queue has a bound.
import { StdinPipe } from "../../src/engine/stdin_pipe.ts";
import { assertEquals } from "../support/assert.ts";
import { FakeHost } from "../support/fake_host.ts";

const FD = 5;

function rig(room = Infinity) {
  const host = new FakeHost();
  host.stdinRoom.set(FD, room);
  return { host, pipe: new StdinPipe(FD, host) };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("StdinPipe writes what fits at once, and the rest in order when there is room", () => {
  const { host, pipe } = rig(3);
  assertEquals([pipe.write(bytes("abcd")), pipe.write(bytes("ef"))], ["sent", "sent"]);
  assertEquals(host.stdins.get(FD), "abc");
  host.makeRoom(FD, 2);
  assertEquals(host.stdins.get(FD), "abcde");
  host.makeRoom(FD, 9);
  assertEquals(host.stdins.get(FD), "abcdef");
  assertEquals(host.stdinWatches.size, 0, "nothing waits, nothing is watched");
});

Deno.test("StdinPipe keeps a copy: the bytes are the caller's", () => {
  const { host, pipe } = rig(0);
  const mine = bytes("abc");
  pipe.write(mine);
  mine.fill(0);
  host.makeRoom(FD, 9);
  assertEquals(host.stdins.get(FD), "abc");
});

Deno.test("StdinPipe takes all or nothing, and anything while nothing waits", () => {
  const { host, pipe } = rig(0);
  const large = new Uint8Array(2 << 20).fill(65);
  assertEquals(pipe.write(large), "sent");
  assertEquals(pipe.write(bytes("b")), "full");
  host.makeRoom(FD, Infinity);
  assertEquals(pipe.write(bytes("b")), "sent");
  assertEquals(host.stdins.get(FD)?.length, large.length + 1);
});

Deno.test("StdinPipe says that nobody reads, at once or later, and watches no more", () => {
  assertEquals(rig(-1).pipe.write(bytes("a")), "closed");
  const { host, pipe } = rig(0);
  pipe.write(bytes("a"));
  host.makeRoom(FD, -1);
  assertEquals(pipe.write(bytes("b")), "closed");
  assertEquals(host.stdinWatches.size, 0);
});

Deno.test("StdinPipe lets go of everything when the child is gone", () => {
  const { host, pipe } = rig(0);
  pipe.write(bytes("a"));
  pipe[Symbol.dispose]();
  assertEquals([host.closedStdins, host.stdinWatches.size], [[FD], 0]);
});
