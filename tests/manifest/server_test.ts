// The server sections: their addresses, who may come in, and what is refused.
import { assertEquals, assertTrue } from "../support/assert.ts";
import { loadText, problemsOf } from "./fake_machine.ts";

const PROGRAM = "[program:a]\ncommand=/bin/cat\n";

/** What `port` says, and the address it stands for; null: it is refused. */
const PORTS: readonly (readonly [string, string | null])[] = [
  ["9001", "*:9001"],
  ["*:9001", "*:9001"],
  [":9001", "*:9001"],
  ["127.0.0.1:9001", "127.0.0.1:9001"],
  ["LocalHost:1", "localhost:1"],
  ["[::1]:9001", "[::1]:9001"],
  ["::1:9001", "[::1]:9001"],
  ["[::]:65535", "[::]:65535"],
  ["0", null],
  ["host:", null],
  ["65536", null],
  ["host:http", null],
  ["[::1]", null],
];

Deno.test("a port is read with its host", async () => {
  for (const [port, address] of PORTS) {
    const text = `${PROGRAM}[inet_http_server]\nport=${port}\nallow_insecure=true\n`;
    const { plan } = await loadText(text);
    assertEquals(plan?.servers[0]?.address ?? null, address, port);
  }
});

/** Lines of a server section, and whether it may start. */
const OPEN: readonly (readonly [string, boolean])[] = [
  ["port=9001", false],
  ["port=*:9001", false],
  ["port=0.0.0.0:9001", false],
  ["port=192.168.1.4:9001", false],
  ["port=[::]:9001", false],
  ["port=box.example.org:9001", false],
  ["port=127.0.0.1:9001", true],
  ["port=127.9.9.9:9001", true],
  ["port=localhost:9001", true],
  ["port=[::1]:9001", true],
  ["port=[::ffff:127.0.0.1]:9001", true],
  ["port=*:9001\nusername=u\npassword=p", true],
  ["port=*:9001\nallow_insecure=true", true],
  ["port=*:9001\nallow_insecure=false", false],
];

Deno.test("a port beyond this machine needs a password or a word", async () => {
  for (const [lines, isFine] of OPEN) {
    const text = `${PROGRAM}[inet_http_server]\n${lines}\n`;
    const { plan } = await loadText(text);
    assertEquals(plan !== null, isFine, lines);
  }
  assertEquals(await problemsOf(`${PROGRAM}[inet_http_server]\nport=9001\n`), [
    'test.ini:4: [inet_http_server] port: Listens on "9001", beyond this machine, and asks for no ' +
    "password: set username and password, use 127.0.0.1:PORT, or set allow_insecure = true",
  ]);
});

Deno.test("[http] is a port in both dialects, with names of its own", async () => {
  const ini = await loadText(`${PROGRAM}[http]\nport=127.0.0.1:1\n[http:b]\nport=127.0.0.1:2\n`);
  assertEquals(ini.problems, []);
  assertEquals(ini.plan?.servers.map(({ kind, section, address }) => [kind, section, address]), [
    ["inet", "http", "127.0.0.1:1"],
    ["inet", "http:b", "127.0.0.1:2"],
  ]);
  const toml = await loadText(
    `[http]\nport = "127.0.0.1:1"\nallowed_hosts = ["ops.example.org", "ops:8443"]\n` +
      `[http.b]\nport = "127.0.0.1:2"\n[inet_http_server]\nport = "127.0.0.1:3"\n`,
    { name: "test.toml" },
  );
  assertEquals(toml.problems, []);
  assertEquals(toml.plan?.servers.map(({ address }) => address), [
    "127.0.0.1:1",
    "127.0.0.1:2",
    "127.0.0.1:3",
  ]);
  assertEquals(toml.plan?.servers[0]?.allowedHosts, ["ops.example.org", "ops:8443"]);
});

Deno.test("every section that begins as a server's is one, as supervisord has it", async () => {
  const { plan } = await loadText(
    "[inet_http_server2]\nport=127.0.0.1:1\n[unix_http_server_b]\nfile=/run/b.sock\n",
  );
  assertEquals(plan?.servers.map(({ section }) => section), [
    "inet_http_server2",
    "unix_http_server_b",
  ]);
});

const SCRYPT = `{SCRYPT}ln=14,r=8,p=5$${"a".repeat(22)}$${"b".repeat(43)}`;

/** A password, and what is said of it. */
const PASSWORDS: readonly (readonly [string, string | null])[] = [
  ["hush", null],
  ["{SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d", null],
  [SCRYPT, null],
  ["{SHA}82ab", "Cannot read as a hash"],
  ["{SCRYPT}hush", "Cannot read as a hash"],
  [SCRYPT.replace("ln=14", "ln=30"), "Cannot read as a hash"],
  ["{SSHA}abcdef", "Taken as a password in clear: {SSHA} is not known"],
];

Deno.test("a password that looks like a hash must be one, and is in no message", async () => {
  for (const [password, expected] of PASSWORDS) {
    const text = `[unix_http_server]\nfile=/run/a.sock\nusername=u\npassword=${password}\n`;
    const told = (await problemsOf(text)).join("\n");
    if (expected === null) assertEquals(told, "");
    else assertTrue(told.includes(expected), `${password}: ${told}`);
    assertTrue(!told.includes(password.slice(-6)), told);
  }
});

Deno.test("allowed_hosts are names, not addresses of pages", async () => {
  const text = "[unix_http_server]\nfile=/run/a.sock\nallowed_hosts=ops.example.org, https://x/\n";
  assertEquals(await problemsOf(text), [
    'test.ini:3: [unix_http_server] allowed_hosts: "https://x/" is no host: use names as in the ' +
    "address bar, without http:// and path",
  ]);
});
