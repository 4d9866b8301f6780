// THE table of sections and keys. Parser, check, suggestions, reference and JSON Schema are all made from it.
import type { Setting } from "./setting.ts";
import { ALERT, ALERT_DELIVERY, ALERT_SECRET } from "./settings_alert.ts";
import { HOOK_POLICY, HOOKS } from "./settings_hooks.ts";
import { OUTPUT, STDERR, STDOUT } from "./settings_output.ts";
import { LIVENESS, READINESS } from "./settings_ready.ts";
import { DEPENDS } from "./settings_depends.ts";
import { MEMORY_SETTINGS, RESTART, RLIMITS, STOP, SURROUNDINGS } from "./settings_policy.ts";
import { FCGI, GROUP_SETTINGS, LISTENER, PROGRAM } from "./settings_program.ts";
import { RUNNER_FILES, RUNNER_PROCESS } from "./settings_runner.ts";
import { RENEWAL, SCHEDULE } from "./settings_schedule.ts";
import { PERMISSIONS, SCRIPT } from "./settings_script.ts";
import { REUSE } from "./settings_reuse.ts";
import { RECYCLE, WATCH_MANIFEST, WATCH_SETTINGS } from "./settings_recycle.ts";
import {
  CTL,
  CTL_PLUGIN,
  INCLUDE,
  INET_SERVER,
  RPC_INTERFACE,
  UNIX_SERVER,
} from "./settings_server.ts";

export type SectionName =
  | "supervisord"
  | "program"
  | "defaults"
  | "template"
  | "group"
  | "fcgi-program"
  | "eventlistener"
  | "unix_http_server"
  | "inet_http_server"
  | "alert"
  | "supervisorctl"
  | "rpcinterface"
  | "ctlplugin"
  | "include";

export interface SectionKind {
  readonly name: SectionName;
  /** Its name in TOML. */
  readonly toml: string;
  /** Whether a name follows: always (`[program:x]`), perhaps (`[unix_http_server:x]`), never. */
  readonly named: "always" | "perhaps" | "never";
  readonly help: string;
  readonly settings: readonly Setting<unknown>[];
  /** Every way to write a key, aliases included. */
  readonly keys: ReadonlySet<string>;
  /** Those that have aliases. */
  readonly aliased: readonly Setting<unknown>[];
  /** Any other key is fine: it is for somebody else. */
  readonly open: boolean;
  /** supervisord's format does not have it. */
  readonly isTomlOnly?: boolean;
}

const PROGRAM_KEYS: readonly Setting<unknown>[] = [
  ...Object.values(PROGRAM),
  ...Object.values(SCRIPT),
  ...PERMISSIONS.map(({ setting }) => setting),
  ...Object.values(OUTPUT),
  ...Object.values(STDOUT),
  ...Object.values(STDERR),
  ...Object.values(RESTART),
  ...Object.values(MEMORY_SETTINGS),
  ...Object.values(STOP),
  ...Object.values(SCHEDULE),
  ...Object.values(RENEWAL),
  ...Object.values(SURROUNDINGS),
  ...Object.values(DEPENDS),
  ...Object.values(READINESS),
  ...Object.values(LIVENESS),
  ...Object.values(HOOKS),
  ...Object.values(HOOK_POLICY),
  ...Object.values(RECYCLE),
  ...Object.values(WATCH_SETTINGS),
  ...RLIMITS.map((limit) => limit.setting),
];

/** Every section, in the order of the reference. */
export const SECTIONS: readonly SectionKind[] = [
  section("program", "always", "A program to run, in one or more processes.", [
    ...PROGRAM_KEYS,
    ...Object.values(REUSE),
  ]),
  {
    ...section(
      "defaults",
      "never",
      "What all programs in TOML take over; it extends nothing.",
      PROGRAM_KEYS,
    ),
    isTomlOnly: true,
  },
  {
    ...section("template", "always", "What programs that extend it take over.", [
      ...PROGRAM_KEYS,
      ...Object.values(REUSE),
    ]),
    isTomlOnly: true,
  },
  section("group", "always", "Programs handled together.", Object.values(GROUP_SETTINGS)),
  {
    ...section("supervisord", "never", "The runner itself.", [
      ...Object.values(RUNNER_PROCESS),
      ...Object.values(RUNNER_FILES),
      WATCH_MANIFEST,
    ]),
    toml: "runner",
  },
  section("include", "never", "More files to read.", Object.values(INCLUDE)),
  section("fcgi-program", "always", "A program whose processes share a listening socket.", [
    ...Object.values(FCGI),
    ...PROGRAM_KEYS,
    ...Object.values(REUSE),
  ]),
  section("eventlistener", "always", "A program that is told of events.", [
    ...Object.values(LISTENER),
    ...PROGRAM_KEYS,
    ...Object.values(REUSE),
  ]),
  section("unix_http_server", "perhaps", "A control socket.", Object.values(UNIX_SERVER)),
  {
    ...section("inet_http_server", "perhaps", "A control port.", Object.values(INET_SERVER)),
    toml: "http",
  },
  section("alert", "always", "Tells people or programs of what happens.", [
    ...Object.values(ALERT),
    ...Object.values(ALERT_DELIVERY),
    ...Object.values(ALERT_SECRET),
  ]),
  section("supervisorctl", "never", "For the control program.", Object.values(CTL)),
  pluginSection("rpcinterface", Object.values(RPC_INTERFACE)),
  pluginSection("ctlplugin", Object.values(CTL_PLUGIN)),
];

function section(
  name: SectionName,
  named: SectionKind["named"],
  help: string,
  settings: readonly Setting<unknown>[],
): SectionKind {
  const keys = new Set(settings.flatMap((setting) => [setting.key, ...setting.aliases]));
  const aliased = settings.filter((setting) => setting.aliases.length > 0);
  return { name, toml: name, named, help, settings, keys, aliased, open: false };
}

function pluginSection(name: SectionName, settings: readonly Setting<unknown>[]): SectionKind {
  const help = "A Python plug-in: not supported, reported and ignored.";
  return { ...section(name, "always", help, settings), open: true };
}
