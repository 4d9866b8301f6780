// The text format of Prometheus, version 0.0.4: one family of samples after another.

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Labels as they are written: `{a="1",b="2"}`, or nothing. Made once for many samples. */
export type LabelText = string;

/** A family; samples are added, then it is printed. One without samples is left out. */
export class Family {
  readonly #name: string;
  readonly #head: string;
  #text = "";

  constructor(name: string, kind: "counter" | "gauge", help: string) {
    this.#name = name;
    this.#head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n`;
  }

  /** Adds a sample; null and what is not finite is left out: no value is better than a wrong one. */
  add(labels: LabelText, value: number | null): void {
    if (value === null || !Number.isFinite(value)) return;
    this.#text += labels === ""
      ? `${this.#name} ${value}\n`
      : `${this.#name}{${labels}} ${value}\n`;
  }

  toString(): string {
    return this.#text === "" ? "" : this.#head + this.#text;
  }
}

/** `a="1",b="2"`, with values escaped. */
export function labelText(labels: Readonly<Record<string, string>>): LabelText {
  return Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(",");
}

/** Labels and further ones. */
export function withLabel(labels: LabelText, name: string, value: string): LabelText {
  return `${labels}${labels === "" ? "" : ","}${name}="${escapeLabel(value)}"`;
}

function escapeLabel(value: string): string {
  // Nearly always there is nothing to escape, and it is asked thousands of times.
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
