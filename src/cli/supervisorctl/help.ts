// What supervisorctl's `help` says of each command.

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  add: ["add <group> [...]\tTake groups of the configuration last read into service"],
  avail: ["avail\t\t\tShow every configured process: in use or not, its start and priorities"],
  clear: [
    "clear <name> [...]\tEmpty the logs of processes",
    "clear all\t\tEmpty the logs of all processes",
  ],
  exit: ["exit\tLeave this shell"],
  fg: ["fg <process>\tType to a process and see what it prints", "\t\tCtrl-C leaves it"],
  help: ["help\t\tList the commands", "help <command>\tSay how a command is used"],
  maintail: [
    "maintail -f\tFollow the server's own log (Ctrl-C ends it)",
    "maintail -100\tThe last 100 *bytes* of it",
    "maintail\tThe last 1600 *bytes* of it",
  ],
  open: [
    "open <url>\tTalk to another server: http://host:port",
    "\t\tor unix:///path/of/socket",
  ],
  pid: [
    "pid\t\t\tProcess number of the server",
    "pid <name> [...]\tProcess numbers of processes; 0: not running",
    "pid all\t\t\tThose of all processes, one a line",
  ],
  quit: ["quit\tLeave this shell"],
  reload: ["reload\t\tStop everything and start the server anew"],
  remove: ["remove <group> [...]\tTake stopped groups out of service"],
  reread: ["reread\t\t\tRead the configuration and say what has changed; nothing is applied"],
  restart: [
    "restart <name> [...]\tStop processes, then start them",
    "restart <group>:*\tThe same for a whole group",
    "restart all\t\tThe same for everything",
    "The configuration is not read again by this: see reread and update.",
  ],
  shutdown: ["shutdown\tStop everything and end the server"],
  signal: [
    "signal <signal> <name> [...]\tSend a signal to processes",
    "signal <signal> <group>:*\tSend it to a whole group",
    "signal <signal> all\t\tSend it to everything",
  ],
  start: [
    "start <name> [...]\tStart processes",
    "start <group>:*\t\tStart a whole group",
    "start all\t\tStart everything",
  ],
  status: [
    "status\t\t\tState of all processes",
    "status <name> [...]\tState of some",
    "status <group>:*\tState of a whole group",
  ],
  stop: [
    "stop <name> [...]\tStop processes",
    "stop <group>:*\t\tStop a whole group",
    "stop all\t\tStop everything",
  ],
  tail: [
    "tail [-f] <name> [stdout|stderr]\tstdout unless said otherwise",
    "tail -f <name>\t\tFollow a log (Ctrl-C ends it)",
    "tail -100 <name>\tThe last 100 *bytes* of stdout",
    "tail <name> stderr\tThe last 1600 *bytes* of stderr",
  ],
  update: [
    "update\t\t\tRead the configuration again and apply it, restarting what it changes",
    "update all\t\tThe same",
    "update <group> [...]\tApply it to some groups only",
  ],
  version: ["version\t\t\tVersion of the server"],
};

/** All commands by name. */
export const COMMAND_NAMES: readonly string[] = Object.keys(TEXTS);

/** The lines about one command; null: there is no such command. */
export function helpLines(command: string): readonly string[] | null {
  return Object.hasOwn(TEXTS, command) ? TEXTS[command] ?? null : null;
}

const HEAD = "default commands (type help <topic>):";
const WIDTH = 80;

/** The list of commands in columns, read downwards. */
export function helpOverview(): readonly string[] {
  const names = COMMAND_NAMES.filter((name) => name !== "help");
  for (let rows = 1;; rows++) {
    const columns = Array.from(
      { length: Math.ceil(names.length / rows) },
      (_, index) => names.slice(index * rows, (index + 1) * rows),
    );
    const widths = columns.map((column) => Math.max(...column.map(({ length }) => length)));
    const total = widths.reduce((sum, width) => sum + width + 2, -2);
    if (total > WIDTH && rows < names.length) continue;
    const lines = Array.from(
      { length: rows },
      (_, row) =>
        columns.filter((column) => row < column.length)
          .map((column, index) => (column[row] ?? "").padEnd(widths[index] ?? 0)).join("  "),
    );
    return ["", HEAD, "=".repeat(HEAD.length), ...lines, ""];
  }
}
