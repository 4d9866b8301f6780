// Whether there is a server to talk to, and what the commands say when there is none.
import { FAULTS } from "../../control/supervisor/faults.ts";
import { XmlRpcFault } from "../../control/xmlrpc/value.ts";
import { NoConnection, type Session, STATUS } from "./session.ts";

const API_VERSION = "3.0";

/** True when the server answers and speaks our version. Otherwise it has been said why, and the status is set. */
export async function upcheck(session: Session): Promise<boolean> {
  const refuse = (line: string, status: number) => {
    session.print(line);
    session.exitStatus = status;
    return false;
  };
  try {
    const version = await session.server.call("supervisor.getVersion");
    if (version === API_VERSION) return true;
    return refuse(
      "Sorry, this version of supervisorctl expects to talk to a server with API version " +
        `${API_VERSION}, but the remote version is ${String(version)}.`,
      STATUS.notInstalled,
    );
  } catch (error) {
    if (error instanceof XmlRpcFault && error.code === FAULTS.UNKNOWN_METHOD) {
      return refuse(
        "Sorry, supervisord responded but did not recognize the supervisor namespace commands " +
          "that supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] " +
          "section is enabled in the configuration file (see sample.conf).",
        STATUS.noNamespace,
      );
    }
    const line = connectionLine(session, error);
    if (line === null) throw error;
    const { kind, text } = line;
    return refuse(text, kind === "refused" ? STATUS.noPrivileges : STATUS.notRunning);
  }
}

/** What is said when nobody listens at the server's address; null for any other error. */
export function connectionLine(
  { server }: Session,
  error: unknown,
): { readonly kind: "refused" | "missing"; readonly text: string } | null {
  if (!(error instanceof NoConnection) || error.kind === "other") return null;
  const what = error.kind === "refused" ? "refused connection" : "no such file";
  return { kind: error.kind, text: `${server.url} ${what}` };
}
