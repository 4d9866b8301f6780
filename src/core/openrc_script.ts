// The text of an OpenRC script that runs one manifest under supervise-daemon.
import { OURS, runFolder, seconds, type ServiceSpec } from "./service_spec.ts";

/** The script, complete. */
export function openrcScript(spec: ServiceSpec): string {
  const { name, manifest, environment, directory, user, minfds } = spec;
  const folder = `/run/${runFolder(spec)}`;
  // Read twice, as below.
  const overlay = environment === null ? "" : `--environment ${quoted(environment)} `;
  const words = `start --nodaemon ${overlay}--configuration ${quoted(manifest)}`;
  const owner = user === null ? "" : ` --owner ${quoted(user.name)}`;
  return `#!/sbin/openrc-run
# ${OURS}; \`runner uninstall\` removes it. Your own settings: /etc/conf.d/${name}
# shellcheck shell=sh disable=SC2034,SC2016

name=${quoted(name)}
description=${quoted(`Programs of ${manifest}`)}
supervisor=supervise-daemon
command=${readTwice(spec.binary)}
command_args=${quoted(words)}
${user === null ? "" : `command_user=${quoted(user.name)}\n`}directory=${readTwice(directory)}
pidfile="/run/\${RC_SVCNAME}.pid"
output_log="\${output_log:-/var/log/\${RC_SVCNAME}.log}"
error_log="\${error_log:-/var/log/\${RC_SVCNAME}.log}"
# The runner stops its programs, each in its way; it is killed only after that long.
retry="TERM/${seconds(spec.stopTimeout)}/KILL/5"
respawn_delay=1
respawn_max=5
respawn_period=60
rc_ulimit="\${rc_ulimit:--n ${Math.max(minfds, 1024)}}"
extra_started_commands="reload"
description_reload="Read the manifest again and apply what differs"

export RUNNER_RUNTIME_DIR=${quoted(folder)}
${user === null ? "" : `export RUNNER_STATE_DIR=${quoted(`/var/lib/${runFolder(spec)}`)}\n`}
depend() {
	use net logger
	after firewall
}

start_pre() {
	checkpath --directory --mode 0700${owner} "$RUNNER_RUNTIME_DIR"
${user === null ? "" : `\tcheckpath --directory --mode 0700${owner} "$RUNNER_STATE_DIR"\n`}}

reload() {
	ebegin "Reloading \${RC_SVCNAME}"
	supervise-daemon "\${RC_SVCNAME}" --signal HUP --pidfile "\${pidfile}"
	eend $?
}
`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The shell of supervise-daemon's script reads the words once more; plain ones look better without that. */
function readTwice(word: string): string {
  return quoted(/^[\w./+@:-]+$/.test(word) ? word : quoted(word));
}
