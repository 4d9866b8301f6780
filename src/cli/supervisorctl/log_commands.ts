// supervisorctl's commands that show logs: tail and maintail, once or for good.
import { FAULTS } from "../../control/supervisor/faults.ts";
import { XmlRpcFault, type XmlRpcValue } from "../../control/xmlrpc/value.ts";
import { followLog } from "./follow.ts";
import { type Session, STATUS } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { sayWrong, wordsOf } from "./words.ts";

/** Bytes shown unless said otherwise. */
const USUAL = 1600;

export async function tail(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  const words = wordsOf(arg);
  if (words.length < 1) return sayWrong(session, "Error: too few arguments", "tail");
  if (words.length > 3) return sayWrong(session, "Error: too many arguments", "tail");
  const [first = ""] = words;
  const modifier = first.startsWith("-") ? first : null;
  const [name, ...channels] = modifier === null ? words : words.slice(1);
  if (name === undefined) return refuse(session, "Error: tail requires process name");
  const channel = channels.at(-1)?.toLowerCase() ?? "stdout";
  if (channel !== "stdout" && channel !== "stderr") {
    return refuse(session, `Error: bad channel '${channel}'`);
  }
  if (modifier === "-f") return await follow(session, `/logtail/${name}/${channel}`);
  const bytes = bytesOf(modifier);
  if (bytes === null) return refuse(session, `Error: bad argument ${modifier}`);
  const method = channel === "stdout"
    ? "supervisor.readProcessStdoutLog"
    : "supervisor.readProcessStderrLog";
  await show(session, name, () => session.server.call(method, name, -bytes, 0));
}

export async function maintail(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  const [modifier, ...more] = wordsOf(arg);
  if (more.length > 0) return sayWrong(session, "Error: too many arguments", "maintail");
  if (modifier === "-f") return await follow(session, "/mainlogtail");
  const bytes = modifier?.startsWith("-") === false ? null : bytesOf(modifier ?? null);
  if (bytes === null) return refuse(session, `Error: bad argument ${modifier}`);
  await show(session, "supervisord", () => session.server.call("supervisor.readLog", -bytes, 0));
}

/** `-100`: 100 bytes; null: it is no number. */
function bytesOf(modifier: string | null): number | null {
  if (modifier === null) return USUAL;
  return /^-[+-]?\d{1,12}$/.test(modifier) ? Number(modifier.slice(1)) : null;
}

function refuse(session: Session, line: string): void {
  session.print(line);
  session.exitStatus = STATUS.generic;
}

async function show(
  session: Session,
  name: string,
  read: () => Promise<XmlRpcValue>,
): Promise<void> {
  try {
    session.print(String(await read()));
  } catch (error) {
    session.exitStatus = STATUS.generic;
    const reason = error instanceof XmlRpcFault ? REASONS.get(error.code) : undefined;
    if (reason === undefined) throw error;
    session.print(`${name}: ERROR (${reason})`);
  }
}

const REASONS: ReadonlyMap<number, string> = new Map<number, string>([
  [FAULTS.NO_FILE, "no log file"],
  [FAULTS.FAILED, "unknown error reading log"],
  [FAULTS.BAD_NAME, "no such process name"],
]);

async function follow(session: Session, path: string): Promise<void> {
  session.print("==> Press Ctrl-C to exit <==");
  const following = followLog(session, path);
  using _interrupt = session.onInterrupt(() => following.close());
  if (await following.ended === "closed") session.print("");
}
