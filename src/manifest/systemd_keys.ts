// Which keys of a systemd unit mean something here, and what is said of the others.
import { didYouMean } from "../base/suggest.ts";
import { differs } from "./foreign.ts";
import { ORDER_KEYS } from "./systemd_order.ts";
import type { Service } from "./systemd_service.ts";
import { LIMIT_KEYS } from "./systemd_surroundings.ts";

const TAKEN = [
  ...["Type", "ExecStart", "ExecReload", "ExecStop", "Environment", "EnvironmentFile"],
  ...["UnsetEnvironment", "User", "Group", "UMask", "Nice", "OOMScoreAdjust", "WorkingDirectory"],
  ...["MemoryMax", "MemoryLimit", "MemoryHigh", "Restart", "RestartSec", "RestartSteps"],
  ...["RestartMaxDelaySec", "SuccessExitStatus", "RestartPreventExitStatus"],
  ...["RestartForceExitStatus", "StartLimitBurst", "StartLimitInterval", "StartLimitIntervalSec"],
  ...["KillSignal", "KillMode", "SendSIGHUP", "TimeoutStopSec", "TimeoutSec", "StandardInput"],
  ...["StandardOutput", "StandardError", ...LIMIT_KEYS],
  ...["ExecStartPre", "ExecStartPost", "ExecStopPost", "TimeoutStartSec", "WatchdogSec"],
  ...["RuntimeMaxSec", "RuntimeRandomizedExtraSec"],
];

/** What changes nothing when it is left out. */
const SILENT = [
  ...["SyslogIdentifier", "SyslogFacility", "SyslogLevel", "SyslogLevelPrefix", "RemainAfterExit"],
  ...["PIDFile", "GuessMainPID", "BusName", "NotifyAccess", "PassEnvironment", "Slice", "Delegate"],
  ...["CPUAccounting", "MemoryAccounting", "TasksAccounting", "IOAccounting", "IPAccounting"],
];

const NO_BOX = "Not applied: the program is kept in no box";
const SAID: Readonly<Record<string, string>> = {
  ExecCondition: "Not run: let ExecStartPre fail, or the command itself look",
  SendSIGKILL: "Ignored: SIGKILL always comes last",
  DynamicUser: "Not done: it runs as User, or as the runner",
  SupplementaryGroups: "Not done: it has the groups of its user",
  TasksMax: "Ignored: rlimit_nproc limits the processes of a user",
  CPUQuota: "Ignored: processor time is not shared out",
  RuntimeDirectory: "Not made: create the folder yourself",
  StateDirectory: "Not made: create the folder yourself",
  CacheDirectory: "Not made: create the folder yourself",
  LogsDirectory: "Not made: create the folder yourself",
  ConfigurationDirectory: "Not made: create the folder yourself",
};

/** Names of the keys that keep a service in a box: there are many, and all begin so. */
const BOX =
  /^(Protect|Private|Restrict|SystemCall|Capability|Ambient|NoNewPrivileges|ReadOnly|ReadWrite|Inaccessible|Exec(Paths|SearchPath)|MemoryDenyWrite|LockPersonality|RemoveIPC|Root|Bind|TemporaryFileSystem|Device|IPAddress|Keyring|SecureBits|SELinux|AppArmor|Smack|Proc)/;

/** Whether the value of a key counts here: specifiers in all others may stay what they are. */
export function isRead(key: string): boolean {
  return TAKEN.includes(key) || ORDER_KEYS.includes(key) || key === "Description";
}

export function reportServiceKeys(service: Service): void {
  const { draft, section } = service;
  for (const entry of service.entries) {
    const { key } = entry;
    if (TAKEN.includes(key) || SILENT.includes(key) || key.startsWith("X-")) continue;
    const known = SAID[key] ?? (BOX.test(key) ? NO_BOX : null);
    const near = known === null ? didYouMean(key, [...TAKEN, ...Object.keys(SAID)]) : "";
    const said = known ?? `Ignored: it means nothing here${near}`;
    differs(draft, { ...entry, section }, said, near === "" ? {} : { errorIn: "strict" });
  }
}

const KNOWN_UNIT = [
  ...["Description", "Documentation", "DefaultDependencies", "SourcePath", "CollectMode"],
  ...["StartLimitBurst", "StartLimitIntervalSec", "StartLimitInterval", "RefuseManualStart"],
  ...["RefuseManualStop", "StopWhenUnneeded", "IgnoreOnIsolate"],
];

export function reportUnitKeys({ draft, section, unit }: Service): void {
  for (const entry of unit) {
    const { key, value } = entry;
    if (KNOWN_UNIT.includes(key) || key.startsWith("X-") || value === "") continue;
    if (ORDER_KEYS.includes(key)) continue;
    const isCondition = /^(Condition|Assert)/.test(key);
    const what = isCondition ? "Not looked at: it is started in any case" : "Ignored";
    differs(draft, { ...entry, section }, what);
  }
}
