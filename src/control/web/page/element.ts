// Makes elements. Text only ever becomes text: nothing here, and nothing else on the page, reads HTML.
/// <reference lib="dom" />

export interface Look {
  readonly look?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A new element. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { look, text, attributes = {} }: Look = {},
  children: readonly Node[] = [],
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (look !== undefined) made.className = look;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The element of the page with this id. */
export function part<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`Cannot find #${id} on the page`);
}

/** Changes a text only when it differs: an unchanged page costs nothing to lay out. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Changes an attribute only when it differs. */
export function setAttribute(node: Element, name: string, value: string): void {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** In the time zone of who looks. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : at.toLocaleString();
}

const SVG = "http://www.w3.org/2000/svg";

/** Outlines of 16 by 16. */
const ICONS = {
  start: "M4 2.5v11l9-5.5z",
  run: "M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z",
  stop: "M3.5 3.5h9v9h-9z",
  restart: "M13 8a5 5 0 1 1-1.5-3.6M13 1.8v3h-3",
  reload: "M2.5 6a5.6 5.6 0 0 1 10.3-1.6M13 1.6v3h-3M13.5 10a5.6 5.6 0 0 1-10.3 1.6M3 14.4v-3h3",
  scale: "M8 2.5v11M2.5 8h11",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  fold: "M4 6l4 4 4-4",
} as const;
export type IconName = keyof typeof ICONS;

/** A small picture; what it means must be said by the button it is in. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of [["viewBox", "0 0 16 16"], ["aria-hidden", "true"]] as const) {
    svg.setAttribute(key, value);
  }
  svg.setAttribute("class", `icon icon-${name}`);
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A chart of one line, to be drawn with `path.setAttribute("d", …)`. */
export function chart(
  { width, height, look }: {
    readonly width: number;
    readonly height: number;
    readonly look: string;
  },
): { readonly svg: SVGSVGElement; readonly path: SVGPathElement } {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", look);
  svg.append(path);
  return { svg, path };
}

/** A button with a picture whose meaning is said to those who rest on it or cannot see it. */
export function iconButton(
  name: IconName,
  { label, look = "", onPress }: {
    readonly label: string;
    readonly look?: string;
    readonly onPress: () => void;
  },
): HTMLButtonElement {
  const made = make("button", {
    look: `icon-button ${look}`.trim(),
    attributes: { type: "button", title: label, "aria-label": label },
  }, [icon(name)]);
  made.addEventListener("click", onPress);
  return made;
}
