// Every key PM2 has for an app: which of them mean something here, and what is said of the others.
import { didYouMean } from "../base/suggest.ts";
import { differs } from "./foreign.ts";
import type { Fields } from "./foreign_fields.ts";

/** `taken`: read elsewhere. `silent`: about PM2 itself. Any other text: what is said of it. */
type Meaning = "taken" | "silent" | { readonly says: string };

const TAKEN = [
  ...["name", "name_prefix", "append_env_to_name", "namespace", "script", "exec", "cmd", "command"],
  ...["args", "cwd", "interpreter", "exec_interpreter", "interpreter_args", "interpreterArgs"],
  ...["node_args", "nodeArgs", "instances", "exec_mode", "increment_var", "instance_var", "env"],
  ...["filter_env", "port", "uid", "gid", "user", "autostart", "autorestart", "max_restarts"],
  ...[
    "min_uptime",
    "restart_delay",
    "exp_backoff_restart_delay",
    "stop_exit_codes",
    "kill_timeout",
  ],
  ...["max_memory_restart", "treekill", "shutdown_with_message", "out_file", "output", "out"],
  ...["out_log", "error_file", "error", "err", "err_file", "err_log", "log_file", "log"],
  ...["disable_logs", "log_type", "log_date_format", "time", "merge_logs", "combine_logs"],
  ...["cron_restart", "cron", "watch", "ignore_watch", "watch_delay", "watch_options"],
  ...["wait_ready", "listen_timeout"],
];

const SILENT = [
  ...["force", "windowsHide", "vizion", "pmx", "automation", "source_map_support", "version"],
  ...["disable_source_map_support", "kill_retry_time", "instance_id", "$schema", "description"],
];

const SAID: Readonly<Record<string, string>> = {
  pid_file: "Ignored: runner pid NAME tells it",
  pid: "Ignored: runner pid NAME tells it",
  post_update: "Ignored: nothing is pulled from here",
  trace: "Ignored: there is no tracing",
  io: "Ignored: nothing is sent to anybody's service",
  deploy: "Ignored: nothing is deployed from here",
  install_url: "Ignored: nothing is installed from here",
};

const PM2_KEYS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...TAKEN.map((key): [string, Meaning] => [key, "taken"]),
  ...SILENT.map((key): [string, Meaning] => [key, "silent"]),
  ...Object.entries(SAID).map(([key, says]): [string, Meaning] => [key, { says }]),
]);

export function isPm2Key(key: string): boolean {
  return PM2_KEYS.has(key) || /^env_./.test(key);
}

/** Says what becomes of each key that is not taken. */
export function reportPm2Keys({ draft, section, table }: Fields): void {
  for (const [key, { line, node }] of table.entries) {
    const meaning = PM2_KEYS.get(key);
    const isOff = node.kind === "scalar" && (node.value === false || node.value === null);
    if (meaning === undefined && !isPm2Key(key)) {
      const what = `Unknown key, ignored${didYouMean(key, PM2_KEYS.keys())}`;
      differs(draft, { section, key, line }, what, { errorIn: "strict" });
    } else if (typeof meaning === "object" && !isOff) {
      differs(draft, { section, key, line }, meaning.says);
    }
  }
}
