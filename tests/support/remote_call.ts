// Calls of XML-RPC methods by Python's own client, as supervisord's users write them.

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
  const child = new Deno.Command("/usr/bin/python3", {
    args: ["-c", SCRIPT, socket],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(calls)));
  await writer.close();
  const { stdout, stderr, success } = await output;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}
