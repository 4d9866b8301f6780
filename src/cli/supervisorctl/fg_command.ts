// supervisorctl's `fg`: what is typed goes to a process, what it prints is shown.
import { FAULTS } from "../../control/supervisor/faults.ts";
import { XmlRpcFault } from "../../control/xmlrpc/value.ts";
import { type Following, followLog } from "./follow.ts";
import { readProcess, STATE } from "./replies.ts";
import { type Session, STATUS } from "./session.ts";
import { upcheck } from "./upcheck.ts";
import { sayWrong, wordsOf } from "./words.ts";

export async function fg(session: Session, arg: string): Promise<void> {
  if (!await upcheck(session)) return;
  const [name, ...more] = wordsOf(arg);
  if (name === undefined) return sayWrong(session, "ERROR: no process name supplied", "fg");
  if (more.length > 0) {
    session.exitStatus = STATUS.generic;
    return session.print("ERROR: too many process names supplied");
  }
  if (!await isRunning(session, name)) return;
  session.print("==> Press Ctrl-C to exit <==");
  const followings = ["stdout", "stderr"].map((channel) =>
    followLog(session, `/logtail/${name}/${channel}`)
  );
  try {
    await passOn(session, name);
  } finally {
    await leave(session, followings);
  }
}

/** Sends line after line until there is no more, the process has ended, or Ctrl-C. */
async function passOn(session: Session, name: string): Promise<void> {
  const interrupted = Promise.withResolvers<null>();
  using _interrupt = session.onInterrupt(() => interrupted.resolve(null));
  for (;;) {
    const line = await Promise.race([session.typed.ask(""), interrupted.promise]);
    if (line === null) return;
    try {
      await session.server.call("supervisor.sendProcessStdin", name, `${line}\n`);
      const info = readProcess(await session.server.call("supervisor.getProcessInfo", name));
      if (info.state === STATE.running) continue;
      return session.print("Process got killed");
    } catch (error) {
      if (!(error instanceof XmlRpcFault)) throw error;
      const isGone = error.code === FAULTS.NOT_RUNNING;
      return session.print(isGone ? "Process got killed" : `ERROR: ${faultText(error)}`);
    }
  }
}

async function leave(session: Session, followings: readonly Following[]): Promise<void> {
  session.print("Exiting foreground");
  for (const following of followings) following.close();
  await Promise.all(followings.map(({ ended }) => ended));
}

async function isRunning(session: Session, name: string): Promise<boolean> {
  try {
    const info = readProcess(await session.server.call("supervisor.getProcessInfo", name));
    if (info.state === STATE.running) return true;
    session.print("ERROR: process not running");
    session.exitStatus = STATUS.generic;
  } catch (error) {
    if (!(error instanceof XmlRpcFault)) throw error;
    const isUnknown = error.code === FAULTS.BAD_NAME;
    session.print(isUnknown ? "ERROR: bad process name supplied" : `ERROR: ${faultText(error)}`);
    if (isUnknown) session.exitStatus = STATUS.generic;
  }
  return false;
}

function faultText({ code, message }: XmlRpcFault): string {
  return `<Fault ${code}: '${message}'>`;
}
