// Who may come in: tables of peers, hosts, origins and passwords.
import { createHash, scryptSync } from "node:crypto";
import { readBasic } from "../../../src/control/http/credentials.ts";
import { Failures } from "../../../src/control/http/failures.ts";
import { Gate, mayPass, sourceOf } from "../../../src/control/http/gate.ts";
import { hostRules, isHostAllowed, isSameOrigin } from "../../../src/control/http/host_rules.ts";
import type { Peer } from "../../../src/control/http/message.ts";
import { hashPassword, isPassword } from "../../../src/control/http/password.ts";
import { isFault, readHead, type RequestHead } from "../../../src/control/http/request_head.ts";
import type { ServerPlan } from "../../../src/manifest/plan_sockets.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { FakeClock } from "../../support/fake_host.ts";

const PORT: ServerPlan = {
  kind: "inet",
  section: "http",
  address: "box.example.org:9001",
  mode: null,
  owner: null,
  username: null,
  password: null,
  allowedHosts: ["Ops.Example.org", "exact.example.org:8443"],
};
const SOCKET: ServerPlan = { ...PORT, kind: "unix", address: "/run/a.sock", mode: 0o700 };
const RULES = hostRules(PORT, "myhost");

const unix = (uid: number): Peer => ({ kind: "unix", uid, pid: 1 });

/** Peer, mode, owner; our user is 1000. */
const PEERS: readonly (readonly [number, number | null, number | null, boolean])[] = [
  [0, 0o600, null, true],
  [1000, 0o600, null, true],
  [1001, 0o600, null, false],
  [1001, null, null, false],
  [1001, 0o700, 1001, true],
  [1001, 0o700, 1002, false],
  [1001, 0o770, 1002, true],
  [1001, 0o766, null, true],
  [1001, 0o702, null, true],
  [1001, 0o744, null, false],
  [1001, 0o755, null, false],
];

Deno.test("mayPass() lets in root, ourselves, the owner, and whom the mode is open to", () => {
  for (const [uid, mode, owner, expected] of PEERS) {
    const plan = { mode, owner: owner === null ? null : { uid: owner, gid: -1 } };
    assertEquals(mayPass(unix(uid), { uid: 1000, plan }), expected, `${uid} ${mode} ${owner}`);
  }
  assertTrue(mayPass({ kind: "inet", address: "1.2.3.4" }, { uid: 1, plan: PORT }), "inet");
});

const HOSTS: readonly (readonly [string | null, boolean])[] = [
  [null, true],
  ["localhost", true],
  ["LOCALHOST:9001", true],
  ["127.0.0.1:9001", true],
  ["[::1]:9001", true],
  ["192.168.3.4", true],
  ["box.example.org:9001", true],
  ["box.example.org.:9001", true],
  ["myhost", true],
  ["ops.example.org", true],
  ["ops.example.org:443", true],
  ["exact.example.org:8443", true],
  ["exact.example.org", false],
  ["exact.example.org:1", false],
  ["evil.example", false],
  ["evil.example:9001", false],
  ["localhost.evil.example", false],
  ["127.0.0.1.evil.example", false],
  ["1.2.3.4.5", false],
  ["x.localhost", false],
  ["", false],
];

Deno.test("isHostAllowed() takes numbers and our names, and nothing a stranger's name could be", () => {
  for (const [host, expected] of HOSTS) {
    assertEquals(isHostAllowed(host, RULES), expected, `${host}`);
  }
  const open = hostRules({ ...PORT, allowedHosts: ["*"] }, "myhost");
  assertTrue(isHostAllowed("evil.example", open), "a star allows any");
  assertTrue(isHostAllowed("evil.example", hostRules(SOCKET, "myhost")), "no browser gets there");
});

/** Host, Origin, Sec-Fetch-Site. */
const ORIGINS: readonly (readonly [string | null, string | null, string | null, boolean])[] = [
  ["localhost:9001", null, null, true],
  [null, null, null, true],
  ["localhost:9001", "http://localhost:9001", null, true],
  ["localhost:9001", "http://localhost:9001", "same-origin", true],
  ["localhost:9001", null, "none", true],
  ["box", "http://box:80", null, true],
  ["box:443", "https://box", null, true],
  ["localhost:9001", "http://localhost:3000", null, false],
  ["localhost:9001", "http://localhost", null, false],
  ["localhost:9001", "http://127.0.0.1:9001", null, false],
  ["localhost:9001", "http://evil.example", null, false],
  ["localhost:9001", "http://localhost:9001", "cross-site", false],
  ["localhost:9001", "http://localhost:9001", "same-site", false],
  ["localhost:9001", null, "cross-site", false],
  ["localhost:9001", "null", null, false],
  ["localhost:9001", "", null, false],
  ["localhost:9001", "file://", null, false],
  ["localhost:9001", "http://u@localhost:9001", null, false],
  // Behind a proxy that keeps its own Host.
  ["127.0.0.1:9001", "https://ops.example.org", "same-origin", true],
  ["127.0.0.1:9001", "https://exact.example.org:8443", "same-origin", true],
  ["127.0.0.1:9001", "https://exact.example.org", "same-origin", false],
  [null, "http://evil.example", null, false],
];

Deno.test("isSameOrigin() takes our own pages and programs, never pages of others", () => {
  for (const [host, origin, site, expected] of ORIGINS) {
    const told = `${host} ${origin} ${site}`;
    assertEquals(isSameOrigin({ host, origin, site }, RULES), expected, told);
  }
  const open = hostRules({ ...PORT, allowedHosts: ["*"] }, "myhost");
  const evil = { host: "localhost:9001", origin: "http://evil.example", site: null };
  assertEquals(isSameOrigin(evil, open), false, "a star is for calls, not for strangers' pages");
});

/** A head as it would come. */
function head(lines: string): RequestHead {
  const read = readHead([...lines.split("\n"), "Host: localhost"]);
  if (isFault(read)) throw new Error(read.reason);
  return read;
}

function basic(user: string, password: string): string {
  return `Authorization: Basic ${btoa(`${user}:${password}`)}`;
}

function gate(plan: Partial<ServerPlan>) {
  const clock = new FakeClock();
  const log: string[] = [];
  const said = (level: string, message: string) => log.push(`${level} ${message}`);
  const made = new Gate({
    plan: { ...PORT, ...plan },
    uid: 1000,
    hostName: "myhost",
    clock,
    log: said,
  });
  const ask = async (lines: string, peer: Peer = { kind: "inet", address: "10.0.0.1" }) =>
    (await made.admit(head(lines), peer))?.status ?? null;
  return { clock, log, ask, gate: made };
}

/** Head, and the status it is refused with. */
const CHANGES: readonly (readonly [string, number | null])[] = [
  ["GET / HTTP/1.1", null],
  ["GET / HTTP/1.1\nOrigin: http://evil.example", null],
  ["POST / HTTP/1.1\nContent-Length: 1", null],
  ["POST / HTTP/1.1\nContent-Type: application/x-www-form-urlencoded", 415],
  ["POST / HTTP/1.1\nOrigin: http://evil.example", 403],
  ["POST / HTTP/1.1\nSec-Fetch-Site: cross-site", 403],
  ["PUT / HTTP/1.1", 405],
  ["DELETE / HTTP/1.1", 405],
  ["PATCH /api/v1/x HTTP/1.1", 405],
  ["TRACE / HTTP/1.1", 405],
  ["POST /api/v1/actions HTTP/1.1\nContent-Type: application/json", null],
  ["POST /api/v1/actions HTTP/1.1\nContent-Type: Application/JSON; charset=utf-8", null],
  ["POST /api/v1/actions HTTP/1.1", 415],
  ["POST /api/v1/actions HTTP/1.1\nContent-Type: text/plain", 415],
  ["POST /api/v1/actions HTTP/1.1\nContent-Type: application/x-www-form-urlencoded", 415],
  ["POST /api/v1/actions HTTP/1.1\nContent-Type: text/plain; application/json", 415],
  ["POST /RPC2 HTTP/1.1\nContent-Type: text/xml", null],
  ["POST /RPC2 HTTP/1.1\nContent-Type: application/xml; charset=utf-8", null],
  ["POST /RPC2 HTTP/1.1", null],
  ["POST /RPC2 HTTP/1.1\nContent-Type: text/plain", 415],
  ["POST /RPC2 HTTP/1.1\nContent-Type: multipart/form-data; boundary=x", 415],
];

Deno.test("admit() lets a change in only when no other site can have sent it", async () => {
  const { ask } = gate({});
  for (const [lines, status] of CHANGES) assertEquals(await ask(lines), status, lines);
});

Deno.test("admit() says which key a proxy needs when it does not know the Host", async () => {
  const { gate: made } = gate({});
  const read = readHead(["GET / HTTP/1.1", "Host: proxy.example"]);
  if (isFault(read)) throw new Error(read.reason);
  const reply = await made.admit(read, { kind: "inet", address: "10.0.0.1" });
  assertEquals(reply?.status, 421);
  assertTrue(`${reply?.body}`.includes("allowed_hosts"), `${reply?.body}`);
});

Deno.test("readBasic() reads what clients send and nothing else", () => {
  const read = (text: string) => {
    const found = readBasic(text);
    return found === null ? null : `${found.username}|${found.password}`;
  };
  assertEquals(read(`Basic ${btoa("a:b:c")}`), "a|b:c");
  assertEquals(read(`bAsIc  ${btoa("a:")}`), "a|");
  const utf8 = btoa(String.fromCharCode(...new TextEncoder().encode("ä:中")));
  assertEquals(read(`Basic ${utf8}`), "ä|中");
  for (
    const text of ["", "Basic", "Basic ====", "Basic YQ", `Bearer ${btoa("a:b")}`, "Basic a*b"]
  ) {
    assertEquals(read(text), null, text);
  }
});

/** A hash as `hashPassword` makes it, for a hundredth of its cost. */
function cheapHash(password: string): string {
  const salt = new Uint8Array(16).fill(7);
  const hash = scryptSync(password, salt, 32, { N: 1024, r: 2, p: 1 });
  const code = (bytes: Uint8Array) => bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  return `{SCRYPT}ln=10,r=2,p=1$${code(salt)}$${code(hash)}`;
}

Deno.test("hashPassword() makes another hash each time, and each is right for its password only", async () => {
  const [one, other] = [await hashPassword("hüsh"), await hashPassword("hüsh")];
  assertTrue(one !== other && /^\{SCRYPT\}ln=15,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/.test(one), one);
  assertEquals(await isPassword("hüsh", one), true);
  assertEquals(await isPassword("hush", one), false);
});

Deno.test("admit() asks for the password in each of its forms", async () => {
  const sha = createHash("sha1").update("hush").digest("hex");
  for (
    const password of [
      "hush",
      `{SHA}${sha}`,
      `{SHA}${sha.toUpperCase()}`,
      cheapHash("hush"),
    ]
  ) {
    const { ask } = gate({ username: "u", password });
    assertEquals(await ask("GET / HTTP/1.1"), 401, password);
    assertEquals(await ask(`GET / HTTP/1.1\n${basic("u", "hush")}`), null, password);
    assertEquals(await ask(`GET / HTTP/1.1\n${basic("u", "hush")}`), null, "once more");
    assertEquals(await ask(`GET / HTTP/1.1\n${basic("u", "hus")}`), 401, password);
    assertEquals(await ask(`GET / HTTP/1.1\n${basic("v", "hush")}`), 401, password);
    assertEquals(
      await ask(`GET / HTTP/1.1\n${basic("u", password)}`) === null,
      password === "hush",
    );
    assertEquals(await ask("GET /healthz HTTP/1.1"), null);
    assertEquals(await ask("GET /readyz HTTP/1.1"), null);
    // Whoever knows no password brings nothing along that has to be kept.
    assertEquals(await ask("POST /healthz HTTP/1.1\ncontent-length: 1000000"), 401);
    assertEquals(await ask("GET /readyz HTTP/1.1\ntransfer-encoding: chunked"), 401);
    assertEquals(await ask("GET /metrics HTTP/1.1"), 401);
  }
});

Deno.test("admit() asks a page of another site for nothing: the password of the browser is not enough", async () => {
  const { ask } = gate({ username: "u", password: "hush" });
  const lines = `POST / HTTP/1.1\nOrigin: http://evil.example\n${basic("u", "hush")}`;
  assertEquals(await ask(lines), 403);
});

Deno.test("admit() makes who guesses wait, longer each time, and nobody else", async () => {
  const { ask, clock, log } = gate({ username: "u", password: "hush" });
  const wrong = `GET / HTTP/1.1\n${basic("u", "guess")}`;
  const right = `GET / HTTP/1.1\n${basic("u", "hush")}`;
  for (let time = 0; time < 5; time++) assertEquals(await ask(wrong), 401);
  assertEquals(log, ["warn too many wrong passwords from 10.0.0.1 on box.example.org:9001"]);
  assertEquals([await ask(wrong), await ask(right), await ask("GET / HTTP/1.1")], [429, 429, 401]);
  assertEquals(await ask(right, { kind: "inet", address: "10.0.0.2" }), null);
  clock.pass(1_000);
  assertEquals(await ask(wrong), 401);
  clock.pass(1_999);
  assertEquals(await ask(right), 429);
  clock.pass(1);
  assertEquals(await ask(right), null);
  assertEquals(await ask(wrong), 401, "a right one makes good");
  assertEquals(await ask(wrong), 401);
});

Deno.test("admit() looks at guesses one after the other", async () => {
  const { ask } = gate({ username: "u", password: "hush" });
  const guesses = Array.from(
    { length: 20 },
    (_, index) => ask(`GET / HTTP/1.1\n${basic("u", `guess${index}`)}`),
  );
  const statuses = await Promise.all(guesses);
  assertEquals(statuses.filter((status) => status === 401).length, 5);
  assertEquals(statuses.filter((status) => status === 429).length, 15);
});

Deno.test("Failures bounds its waits and its table", () => {
  const failures = new Failures();
  for (let time = 0; time < 40; time++) failures.failed("a", 0);
  assertEquals(failures.waitOf("a", 0), 60_000);
  for (let peer = 0; peer < 999; peer++) failures.failed(`${peer}`, 0);
  assertEquals(failures.waitOf("a", 0), 60_000);
  failures.failed("one more", 0);
  assertEquals(failures.waitOf("a", 0), 0, "the oldest has made room");
  for (let time = 0; time < 4; time++) failures.failed("b", 0);
  failures.failed("b", 600_000);
  assertEquals(failures.waitOf("b", 600_000), 0, "ten quiet minutes are forgotten");
});

Deno.test("sourceOf() takes a network of IPv6 for one peer", () => {
  const sources = [
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["10.0.0.1", "10.0.0.1"],
  ];
  for (const [address = "", source] of sources) {
    assertEquals(sourceOf({ kind: "inet", address }), source);
  }
  assertEquals(sourceOf(unix(7)), "user 7");
});
