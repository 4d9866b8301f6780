// Calls of XML-RPC methods by Python's own client, as supervisord's users write them.
import { runWords } from "./run_words.ts";

const SCRIPT = `
import json, sys
from supervisor import childutils
from xmlrpc.client import Fault
remote = childutils.getRPCInterface({"SUPERVISOR_SERVER_URL": "unix://" + sys.argv[1]})
for method, *words in json.load(sys.stdin):
    try:
        print(json.dumps(getattr(remote.supervisor, method)(*words)))
    except Fault as fault:
        print(fault.faultString)
`;

/** A method of the namespace `supervisor` and its arguments. */
export type RemoteCall = readonly [string, ...(readonly unknown[])];

/** Makes the calls one after the other and gives each answer as JSON, or the text of its fault. */
export async function callRemote(socket: string, calls: readonly RemoteCall[]): Promise<string[]> {
  const input = JSON.stringify(calls);
  const { code, out, err } = await runWords(["/usr/bin/python3", "-c", SCRIPT, socket], { input });
  if (code !== 0) throw new Error(err);
  return out.trimEnd().split("\n");
}
