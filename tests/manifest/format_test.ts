// Which format a name stands for.
import { dialectOf, type Format, formatOf } from "../../src/manifest/format.ts";
import { assertEquals } from "../support/assert.ts";

const NAMES: readonly (readonly [string, Format])[] = [
  ["runner.toml", "toml"],
  ["/etc/RUNNER.TOML", "toml"],
  ["supervisord.conf", "ini"],
  ["pool", "ini"],
  ["app.js", "ini"],
  ["ecosystem.config.js", "module"],
  ["a/b.config.cjs", "module"],
  ["b.config.mjs", "module"],
  ["pm2.json", "json"],
  ["docker-compose.yml", "yaml"],
  ["x.yaml", "yaml"],
  ["Procfile", "procfile"],
  ["/srv/Procfile.dev", "procfile"],
  ["shop.procfile", "procfile"],
  ["Procfiles", "ini"],
  ["mail@3.service", "systemd"],
  ["backup.timer", "systemd"],
  ["crontab", "crontab"],
  ["/etc/cron.d/backup", "crontab"],
  ["crontab.txt", "crontab"],
  ["www.cron", "crontab"],
  ["shop.crontab", "crontab"],
  ["crontabs", "ini"],
];

Deno.test("formatOf() tells a format by the name", () => {
  for (const [name, format] of NAMES) assertEquals([name, formatOf(name)], [name, format]);
});

Deno.test("dialectOf() gives INI supervisord's defaults, and all others ours", () => {
  assertEquals(NAMES.filter(([name]) => dialectOf(name) === "ini").map(([name]) => name), [
    "supervisord.conf",
    "pool",
    "app.js",
    "Procfiles",
    "crontabs",
  ]);
});
