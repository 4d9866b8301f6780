// A manifest of a real shop's shape, unchanged: its user, its paths and its missing log folder.
import { fileURLToPath } from "node:url";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HAS_NAMESPACES, mounted } from "../support/namespaces.ts";
import { CHILDREN, Sandbox } from "../support/runner_process.ts";
import { textOf, until } from "../support/wait.ts";

const MANIFEST = fileURLToPath(new URL("../fixtures/manifests/php_shop.ini", import.meta.url));

/** The machine of the shop: php at its place, the folder of the site, the user www. */
function shop(box: Sandbox): string[] {
  box.write(
    "passwd",
    `${Deno.readTextFileSync("/etc/passwd")}www:x:4321:4321::/home/www:/bin/sh\n`,
  );
  box.write("group", `${Deno.readTextFileSync("/etc/group")}www:x:4321:\n`);
  return mounted(`
mount --bind "${box.path("passwd")}" /etc/passwd
mount --bind "${box.path("group")}" /etc/group
for folder in /usr/local /srv /var/log; do mount -t tmpfs -o mode=755 shop $folder; done
mkdir -p /usr/local/php72/bin /srv/wwwroot/shop-admin/public
cp "${CHILDREN}/php_worker.sh" /usr/local/php72/bin/php
`);
}

Deno.test({
  name: "the PHP workers of a shop run unchanged as their user, come back, and finish their jobs",
  ignore: !HAS_NAMESPACES,
  fn: async () => {
    await using box = new Sandbox();
    const check = box.run(["check", MANIFEST], { wrapper: shop(box) });
    assertEquals((await check.status).code, 0, await check.stderr());
    assertEquals(await check.stderr(), "");
    const runner = box.run(["start", "-c", MANIFEST], { wrapper: shop(box) });
    // What is mounted there is not seen from here, but through the runner.
    const log = (name: string) =>
      textOf(`/proc/${runner.pid}/root/var/log/shop_workers/${name}.log`);
    const said = (word: string) =>
      `php cli.php ${word} in /srv/wwwroot/shop-admin/public as www, at home in /home/www\n` +
      "PHP Warning: a warning\n";
    const workers = [
      ["event-dispatcher", "Event/dispatcher"],
      ["event-login", "Event/login"],
      ["sms", "Sms/send"],
    ] as const;
    for (const [name, word] of workers) {
      await until(`${name} to work`, async () => (await log(name)) === said(word));
      await runner.said(`success: ${name} entered RUNNING state`);
    }
    const sms = await runner.spawnOf("sms");
    assertTrue(/^Uid:\t4321\t/m.test(await textOf(`/proc/${sms}/status`)), "it is www");
    Deno.kill(sms, "SIGKILL");
    await until("sms to work again", async () => (await log("sms")) === said("Sms/send").repeat(2));
    // Opened before the runner, and with it the mounts, are gone.
    const logs = await Deno.open(`/proc/${runner.pid}/root/var/log/shop_workers/sms.log`);
    assertEquals(await runner.stop(), 0);
    const text = await new Response(logs.readable).text();
    assertEquals(text, `${said("Sms/send").repeat(2)}cli.php Sms/send has finished its job\n`);
  },
});

Deno.test("the same file on a machine without that user is refused as a whole", async () => {
  await using box = new Sandbox();
  const runner = box.run(["start", "-c", MANIFEST]);
  assertEquals((await runner.status).code, 2);
  const said = await runner.stderr();
  for (const line of [9, 23, 36]) {
    assertTrue(said.includes(`php_shop.ini:${line}: [program:`), `line ${line} in:\n${said}`);
  }
});
