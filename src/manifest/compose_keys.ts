// Which keys of a docker-compose service mean something here, and what is said of the others.
import { didYouMean } from "../base/suggest.ts";
import { differs } from "./foreign.ts";
import type { Fields } from "./foreign_fields.ts";

const TAKEN = [
  ...[
    "command",
    "entrypoint",
    "working_dir",
    "environment",
    "env_file",
    "user",
    "scale",
    "restart",
  ],
  ...["stop_signal", "stop_grace_period", "mem_limit", "oom_score_adj", "ulimits", "profiles"],
  ...[
    "stdin_open",
    "depends_on",
    "container_name",
    "healthcheck",
    "develop",
    "post_start",
    "pre_stop",
  ],
];

/** What changes nothing when it is left out. */
const SILENT = ["tty", "init", "labels", "annotations", "pull_policy", "platform", "attach"];

const NO_IMAGE = "Ignored: the command runs on this machine, with what is installed there";
const NO_NET = "Ignored: it uses the network of this machine";
const NO_BOX = "Not applied: the program is kept in no box";

const SAID: Readonly<Record<string, string>> = {
  image: NO_IMAGE,
  build: NO_IMAGE,
  ports: `${NO_NET}: the program listens where it likes`,
  expose: NO_NET,
  networks: NO_NET,
  network_mode: NO_NET,
  hostname: NO_NET,
  extra_hosts: NO_NET,
  dns: NO_NET,
  links: NO_NET,
  volumes: "Ignored: paths are those of this machine",
  volumes_from: "Ignored: paths are those of this machine",
  tmpfs: "Ignored: paths are those of this machine",
  configs: "Ignored: paths are those of this machine",
  secrets: "Ignored: paths are those of this machine",
  logging: "Ignored: the log lies in the runner's own folder (runner logs)",
  extends: "Ignored: other services are not read into it",
  cap_add: NO_BOX,
  cap_drop: NO_BOX,
  privileged: NO_BOX,
  read_only: NO_BOX,
  security_opt: NO_BOX,
  devices: NO_BOX,
  pid: NO_BOX,
  ipc: NO_BOX,
  sysctls: NO_BOX,
  cpus: "Ignored: processor time is not shared out",
  cpu_shares: "Ignored: processor time is not shared out",
  mem_reservation: "Ignored: memory is not set aside",
};

/** Of `deploy`, these are read. */
const DEPLOY = ["replicas", "restart_policy", "resources"];

export function reportComposeKeys({ draft, section, table }: Fields): void {
  for (const [key, { line, node }] of table.entries) {
    if (TAKEN.includes(key) || SILENT.includes(key) || key.startsWith("x-")) continue;
    if (key === "deploy" && node.kind === "table") {
      for (const [part, member] of node.entries) {
        if (DEPLOY.includes(part)) continue;
        const spot = { section, key: `deploy.${part}`, line: member.line };
        differs(draft, spot, "Ignored: this is one machine");
      }
      continue;
    }
    const known = [...TAKEN, ...Object.keys(SAID), "deploy"];
    const what = SAID[key] ?? `Ignored: it means nothing here${didYouMean(key, known)}`;
    differs(draft, { section, key, line }, what);
  }
}
