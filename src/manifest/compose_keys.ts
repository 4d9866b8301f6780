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
  extends: "Ignored: services of other files are not read into it",
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

/** Of `deploy`, these are read, and of their tables what is null here; the rest is told of. */
const DEPLOY: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  replicas: {},
  restart_policy: {
    condition: null,
    delay: null,
    max_attempts: null,
    window: "Ignored: startsecs says how long a process must be up",
  },
  "resources.limits": {
    memory: null,
    cpus: "Ignored: processor time is not shared out",
    pids: "Ignored: rlimit_nproc limits the processes of a user",
  },
  "resources.reservations": {
    cpus: "Ignored: processor time is not set aside",
    memory: "Ignored: memory is not set aside",
  },
};

export function reportComposeKeys({ draft, section, table }: Fields): void {
  for (const [key, { line, node }] of table.entries) {
    if (TAKEN.includes(key) || SILENT.includes(key) || key.startsWith("x-")) continue;
    if (key === "deploy" && node.kind === "table") {
      reportDeployKeys({ draft, section, table: node });
      continue;
    }
    const known = [...TAKEN, ...Object.keys(SAID), "deploy"];
    const what = SAID[key] ?? `Ignored: it means nothing here${didYouMean(key, known)}`;
    differs(draft, { section, key, line }, what);
  }
}

function reportDeployKeys({ draft, section, table }: Fields): void {
  const resources = table.entries.get("resources")?.node;
  const inside = resources?.kind === "table" ? [...resources.entries] : [];
  const parts = [...table.entries].filter(([name]) => name !== "resources");
  const all = [...parts, ...inside.map(([name, one]) => [`resources.${name}`, one] as const)];
  for (const [part, { line, node }] of all) {
    const known = DEPLOY[part];
    if (known === undefined) {
      differs(draft, { section, key: `deploy.${part}`, line }, "Ignored: this is one machine");
    } else if (node.kind === "table") {
      for (const [key, member] of node.entries) {
        const said = key in known ? known[key] : "Ignored: it means nothing here";
        if (said === null || said === undefined) continue;
        differs(draft, { section, key: `deploy.${part}.${key}`, line: member.line }, said);
      }
    }
  }
}
