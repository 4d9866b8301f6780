// The text of a systemd unit that runs one manifest.
import { OURS, runFolder, seconds, type ServiceSpec } from "./service_spec.ts";

/** The unit, complete. */
export function systemdUnit(spec: ServiceSpec): string {
  const { manifest, directory, user, isUserService } = spec;
  return `# ${OURS}; \`runner uninstall\` removes it. Your own settings: systemctl edit ${spec.name}
[Unit]
Description=Programs of ${plain(manifest)}
${isUserService ? "" : "After=network.target\n"}
[Service]
Type=notify
NotifyAccess=main
ExecStart=${startWords(spec)}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${plain(directory)}
${user === null || isUserService ? "" : `User=${plain(user.name)}\n`}SyslogIdentifier=${spec.name}

# A runner that crashes or hangs is started again, and stops what was left of its programs first. One that was
# told to stop stays down, and so does one that cannot read its manifest (status 2).
Restart=on-failure
RestartSec=1
RestartPreventExitStatus=2
WatchdogSec=60
TimeoutStartSec=${seconds(spec.startTimeout)}

# The runner stops its programs, each in its way; what is left after that long is killed.
KillMode=mixed
TimeoutStopSec=${seconds(spec.stopTimeout)}
# One program that runs out of memory is the runner's business, and no end of the others.
OOMPolicy=continue
${limits(spec)}
# Locks and sockets; the list of children must be found again after a crash.
RuntimeDirectory=${runFolder(spec)}
RuntimeDirectoryMode=0700
RuntimeDirectoryPreserve=yes
Environment=RUNNER_RUNTIME_DIR=%t/${runFolder(spec)}
${stateFolder(spec)}
# The programs live under every restriction that is set here, so that there is none they have not asked for.

[Install]
WantedBy=${isUserService ? "default.target" : "multi-user.target"}
`;
}

/** Root has /var/lib/runner, and a user a home; whoever has neither gets a place for what outlives the runner. */
function stateFolder(spec: ServiceSpec): string {
  if (spec.user === null || spec.isUserService) return "";
  return `# What jobs have done, for the next start.\nStateDirectory=${
    runFolder(spec)
  }\nStateDirectoryMode=0700\n`;
}

/** The manager of a user's services cannot give more than it has. */
function limits({ minfds, needsCgroups, isUserService }: ServiceSpec): string {
  const own = isUserService ? [] : [
    `LimitNOFILE=${Math.max(minfds, 1024)}:${Math.max(minfds, HARD_NOFILE)}`,
    "LimitNPROC=infinity",
  ];
  const common = ["TasksMax=infinity", ...(needsCgroups ? ["Delegate=yes"] : [])];
  return [...own, ...common].map((line) => `${line}\n`).join("");
}

/** systemd's own default for what a service may raise its limit to. */
const HARD_NOFILE = 524_288;

function startWords({ binary, manifest, environment }: ServiceSpec): string {
  const overlay = environment === null ? [] : ["--environment", environment];
  const words = ["start", "--nodaemon", ...overlay.map(argument), "--configuration"];
  return [quoted(binary), ...words, argument(manifest)].join(" ");
}

function argument(word: string): string {
  return quoted(word).replaceAll("$", "$$$$");
}

/** A word in quotes, where the manager would take it for something else. */
function quoted(word: string): string {
  const safe = plain(word);
  if (/^[A-Za-z0-9_/.+%-]+$/.test(safe)) return safe;
  return `"${word.replaceAll("%", "%%").replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

/** A value that is taken as it is, to the end of the line. */
function plain(text: string): string {
  return text.replaceAll("%", "%%").replaceAll(/[\n\r]/g, " ");
}
