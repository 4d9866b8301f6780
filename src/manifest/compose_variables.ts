// `${NAME:-default}` in a compose file: from our environment and the .env file beside it.
import { readEnvFile } from "./env_file.ts";
import { differs, type Draft, fails } from "./foreign.ts";
import type { TreeMember, TreeNode } from "./tree.ts";

type Variables = ReadonlyMap<string, string>;

export function composeVariables({ machine, source }: Draft): Variables {
  const reading = machine.readText(`${source.here}/.env`);
  const file = reading.kind === "text"
    ? readEnvFile(reading.text).variables
    : new Map<string, string>();
  return new Map([...file, ...Object.entries(machine.env)]);
}

/** The same tree with every text filled in. */
export function interpolate(draft: Draft, node: TreeNode, variables: Variables): TreeNode {
  if (node.kind === "scalar") {
    const { line, value } = node;
    if (typeof value !== "string" || !value.includes("$")) return node;
    return { kind: "scalar", line, value: fill(draft, value, { variables, line }) };
  }
  if (node.kind === "list") {
    return { ...node, items: node.items.map((item) => interpolate(draft, item, variables)) };
  }
  const entries = [...node.entries].map(([key, member]): [string, TreeMember] => {
    return [key, { line: member.line, node: interpolate(draft, member.node, variables) }];
  });
  return { ...node, entries: new Map(entries) };
}

const VARIABLE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\})/g;

interface Filling {
  readonly variables: Variables;
  readonly line: number;
}

function fill(draft: Draft, text: string, { variables, line }: Filling): string {
  const spot = { section: null, key: "", line };
  return text.replaceAll(VARIABLE, (whole, plain, name, sign = "", word = "") => {
    if (whole === "$$") return "$";
    const key: string = plain ?? name;
    const value = variables.get(key);
    const isSet = value !== undefined && !(sign.startsWith(":") && value === "");
    if (sign.endsWith("+")) return isSet ? word : "";
    if (isSet) return value;
    if (sign.endsWith("-")) return word;
    if (sign.endsWith("?")) fails(draft, spot, `${key} is not set`, word);
    else differs(draft, spot, `${key} is not set: it is replaced by nothing`);
    return "";
  });
}
