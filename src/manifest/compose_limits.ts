// Within which limits a docker-compose service runs.
import type { Field } from "./field.ts";
import { differs, put } from "./foreign.ts";
import { type Fields, inner, numberField, textField } from "./foreign_fields.ts";
import { RLIMITS } from "./settings_policy.ts";
import { scalarText, type TreeNode } from "./tree.ts";

export function putComposeLimits(fields: Fields): void {
  const { draft, section } = fields;
  const deploy = inner(fields, "deploy", "resources", "limits");
  const memory = textField(fields, "mem_limit") ??
    (deploy === null ? null : textField(deploy, "memory"));
  if (memory !== null) {
    const value = /^\d+$/.test(memory.value) ? Number(memory.value) : memory.value;
    if (value !== 0) put(draft, section, { ...memory, key: "memory_hard_limit", value });
  }
  const score = numberField(fields, "oom_score_adj");
  if (score !== null) put(draft, section, score);
  const limits = inner(fields, "ulimits");
  if (limits === null) return;
  for (const [name, { line, node }] of limits.table.entries) {
    const field = { key: name, line, value: node };
    if (RLIMITS.some(({ resource }) => resource === name)) putLimit(fields, field);
    else differs(draft, { ...field, section }, "There is no such limit: ignored");
  }
}

function putLimit({ draft, section }: Fields, { key, line, value }: Field<TreeNode>): void {
  const part = (name: string): string | null => {
    const node = value.kind === "table" ? value.entries.get(name)?.node : value;
    const text = node === undefined ? null : scalarText(node);
    return text === "-1" ? "unlimited" : text;
  };
  const [soft, hard] = [part("soft"), part("hard")];
  if (soft === null) return;
  const plain = hard === null || hard === soft;
  const text = plain ? soft : `${soft}:${hard}`;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : text;
  put(draft, section, { key: `rlimit_${key}`, line, value: number });
}
