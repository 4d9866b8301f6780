// Users and groups: out of the files, and the same by the C library.
import { findGroup, findGroups, findUser, hasLocalGroupsOnly } from "../../src/os/accounts.ts";
import { lookupGroup, lookupUser } from "../../src/os/accounts.ts";
import { groupBySystem, groupsBySystem, userBySystem } from "../../src/os/accounts_system.ts";
import { libc } from "../../src/os/libc.ts";
import { assertEquals } from "../support/assert.ts";

libc(); // Opened for the whole process: no test leaks it.

const PASSWD = [
  "root:x:0:0:root:/root:/bin/bash",
  "broken:x",
  "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
  "1000:x:77:78::/home/digits:",
  "+::::::",
  "",
].join("\n");

const GROUP = [
  "root:x:0:",
  "www-data:x:33:",
  "tty:x:5:www-data,root",
  "docker:x:999:www-data-2,www-data",
  "other:x:44:www",
  "",
].join("\n");

const WWW = { name: "www-data", uid: 33, gid: 33, home: "/var/www", shell: "/usr/sbin/nologin" };

Deno.test("findUser() finds by name and by number", () => {
  assertEquals(findUser(PASSWD, "www-data"), WWW);
  assertEquals(findUser(PASSWD, "33"), WWW);
  assertEquals(findUser(PASSWD, "033")?.name, "www-data");
  assertEquals(findUser(PASSWD, "77")?.name, "1000");
  for (const name of ["1000", "www", "broken", "+", "", "-1"]) {
    assertEquals(findUser(PASSWD, name), null, name);
  }
});

Deno.test("findGroup() and findGroups() find by name, number and member", () => {
  assertEquals([findGroup(GROUP, "tty"), findGroup(GROUP, "999")], [5, 999]);
  assertEquals([findGroup(GROUP, "nope"), findGroup(GROUP, "1")], [null, null]);
  assertEquals(findGroups(GROUP, WWW), [33, 5, 999]);
});

Deno.test("hasLocalGroupsOnly() knows a directory service", () => {
  const table = [
    ["", true],
    ["passwd: sss\ngroup: files systemd\n", true],
    ["group:          files [SUCCESS=merge] systemd # ldap\n", true],
    ["group: files ldap\n", false],
    ["group: sss files\n", false],
  ] as const;
  for (const [text, isLocal] of table) assertEquals(hasLocalGroupsOnly(text), isLocal, text);
});

Deno.test("lookupUser() and lookupGroup() agree with the C library", () => {
  for (const name of ["root", "daemon", "nobody", "0"]) {
    const user = lookupUser(name);
    const wanted = userBySystem(name);
    assertEquals(
      user,
      wanted === null ? null : {
        ...wanted,
        groups: user?.groups,
      },
    );
    const groups = groupsBySystem(wanted?.name ?? "", wanted?.gid ?? 0);
    assertEquals([...(user?.groups ?? [])].sort(), groups.sort(), name);
  }
  for (const name of ["root", "tty", "0", "5"]) {
    assertEquals(lookupGroup(name), groupBySystem(name));
  }
  for (const name of ["no such account", "4000000000", "99999999999999999999"]) {
    assertEquals([lookupUser(name), lookupGroup(name)], [null, null], name);
    assertEquals([userBySystem(name), groupBySystem(name)], [null, null], name);
  }
});
