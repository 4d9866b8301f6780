// Sockets for programs: who reaches them, who does not, and that nothing is left of them.
import { instanceName } from "../../src/os/instance_key.ts";
import { DatagramReader, LONGEST_DATAGRAM, openDatagrams } from "../../src/os/notify_libc.ts";
import { notifySockets } from "../../src/os/notify_sockets.ts";
import { Poller } from "../../src/os/poller.ts";
import { serviceManager } from "../../src/os/sd_notify.ts";
import { closeFd, setOption } from "../../src/os/socket_libc.ts";
import type { UserPlan } from "../../src/manifest/plan.ts";
import type { NotifySocket } from "../../src/ports/notify_socket.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import "../support/open_libraries.ts";
import { until } from "../support/wait.ts";

// Opened for the whole test process: no test leaks them.
closeFd(openDatagrams());
setOption(-1, [1, 16], true);
new DatagramReader().take(-1);
serviceManager({ NOTIFY_SOCKET: "/nowhere" }, 1)?.[Symbol.dispose]();

const NOBODY: UserPlan = {
  name: "nobody",
  uid: 65534,
  gid: 65534,
  groups: [65534],
  home: "/",
  shell: "/bin/sh",
};

class Rig implements AsyncDisposable {
  readonly folder: string;
  readonly poller = new Poller();
  readonly sockets;
  readonly heard: string[] = [];

  constructor(folder = Deno.makeTempDirSync({ prefix: "runner-notify-" })) {
    this.folder = folder;
    const name = instanceName("/dev/null");
    this.sockets = notifySockets({ folder, name, poller: this.poller });
  }

  open(user: UserPlan | null = null): NotifySocket {
    const socket = this.sockets.open(user, (text) => this.heard.push(text));
    assertTrue(typeof socket !== "string", `a socket: ${socket}`);
    return socket;
  }

  files(): string[] {
    return [...Deno.readDirSync(`${this.folder}/notify`)].map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sockets[Symbol.dispose]();
    await this.poller[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

function say(address: string, text: string): void {
  using manager = serviceManager({ NOTIFY_SOCKET: address }, Deno.pid);
  assertTrue(manager?.say([text]) === true, "said");
}

/** What a command that is given the address ends with. */
async function tell(address: string, words: readonly string[]): Promise<number> {
  const [word = "", ...args] = words;
  const options = { args, env: { NOTIFY_SOCKET: address }, stderr: "null" } as const;
  return (await new Deno.Command(word, options).output()).code;
}

const AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

Deno.test("open() gives each run a socket of its own that only its user can open", async () => {
  await using rig = new Rig();
  const [one, two] = [rig.open(), rig.open()];
  assertTrue(one.address !== two.address, "two addresses");
  for (const { address } of [one, two]) {
    assertEquals((Deno.lstatSync(address).mode ?? 0) & 0o777, 0o600);
  }
  say(two.address, "READY=1");
  await until("the word", () => rig.heard.length === 1);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  assertEquals(rig.files().length, 1);
});

Deno.test("drain() hears what has been said before, without waiting", async () => {
  await using rig = new Rig();
  const socket = rig.open();
  for (const text of ["READY=1", "", "WATCHDOG=1"]) say(socket.address, text);
  socket.drain();
  assertEquals(rig.heard, ["READY=1", "", "WATCHDOG=1"]);
});

Deno.test("open() passes over what is too long, and what follows is heard", async () => {
  await using rig = new Rig();
  const { address, drain } = rig.open();
  say(address, "x".repeat(LONGEST_DATAGRAM));
  say(address, `STATUS=${"x".repeat(LONGEST_DATAGRAM)}`);
  say(address, "READY=1");
  drain();
  assertEquals(rig.heard, ["x".repeat(LONGEST_DATAGRAM), "READY=1"]);
});

Deno.test("systemd-notify is heard, and comes to its end", async () => {
  await using rig = new Rig();
  const { address } = rig.open();
  // It sends a descriptor along and waits until nobody has it any more.
  assertEquals(await tell(address, ["systemd-notify", "--ready", "--status=all good"]), 0);
  await until("both words", () => rig.heard.join().includes("STATUS=all good"));
  assertTrue(rig.heard.join().includes("READY=1"), rig.heard.join());
});

Deno.test({
  name: "open() lets a program of another user in, and nobody else",
  // Only root can give a socket away.
  ignore: Deno.uid() !== 0,
  async fn() {
    await using rig = new Rig();
    Deno.chmodSync(rig.folder, 0o700);
    const [theirs, ours] = [rig.open(NOBODY), rig.open()];
    assertEquals(Deno.lstatSync(theirs.address).uid, 65534);
    assertEquals(await tell(theirs.address, [...AS_NOBODY, "systemd-notify", "--ready"]), 0);
    await until("the word", () => rig.heard.join().includes("READY=1"));
    rig.heard.length = 0;
    assertTrue(
      await tell(ours.address, [...AS_NOBODY, "systemd-notify", "--ready"]) !== 0,
      "kept out",
    );
    ours.drain();
    assertEquals(rig.heard, []);
  },
});

Deno.test({
  name: "open() takes an abstract name where a folder above keeps the user out",
  // Only root can give a socket away.
  ignore: Deno.uid() !== 0,
  async fn() {
    const closed = await Deno.makeTempDir({ prefix: "runner-notify-" });
    Deno.mkdirSync(`${closed}/run`);
    {
      await using rig = new Rig(`${closed}/run`);
      const { address, drain } = rig.open(NOBODY);
      assertTrue(address.startsWith("@runner/"), address);
      assertEquals(await tell(address, [...AS_NOBODY, "systemd-notify", "--ready"]), 0);
      await until("the word", () => rig.heard.join().includes("READY=1"));
      // An abstract name has no mode: who speaks there is told by the kernel.
      rig.heard.length = 0;
      const stranger = ["setpriv", "--reuid=4321", "--clear-groups", "systemd-notify", "--ready"];
      await tell(address, stranger);
      drain();
      assertEquals(rig.heard, []);
    }
    await Deno.remove(closed, { recursive: true });
  },
});

Deno.test("open() removes what an earlier runner of the manifest has left, and nothing else", async () => {
  await using rig = new Rig();
  Deno.mkdirSync(`${rig.folder}/notify`);
  const { key } = instanceName("/dev/null");
  for (const name of [`${key}-7`, "other-7"]) {
    Deno.writeTextFileSync(`${rig.folder}/notify/${name}`, "");
  }
  const socket = rig.open();
  assertEquals(rig.files().toSorted(), [`${key}-1`, "other-7"]);
  socket[Symbol.dispose]();
  assertEquals(rig.files(), ["other-7"]);
});
