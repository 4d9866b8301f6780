// Everything about one process: how it is, its plan, what it uses, its logs.
/// <reference lib="dom" />
import type { LogView, ProcessDetail } from "../../api/types.ts";
import { visibleText } from "../../../core/visible_text.ts";
import { chart, localTime, make } from "./element.ts";
import { counted, NONE, percentText, sizeText } from "../../table/figures.ts";
import { jobRows } from "../../table/job_rows.ts";
import { recycleRows } from "../../table/recycle_rows.ts";
import { wellnessRows } from "../../table/wellness_rows.ts";
import { type ChartBox, chartRange, type Samples, sparkline } from "./sparkline.ts";
import { fileAddress } from "./streams.ts";
import { KEPT, type UsageSeries } from "./usage_history.ts";

type Fact = readonly [name: string, value: string | Node];

const SIZE = { width: 300, height: 60 };
const CPU: ChartBox = { ...SIZE, slots: KEPT, least: 5, isFromZero: true };
const MEMORY: ChartBox = { ...SIZE, slots: KEPT, least: 4 << 20, isFromZero: true };

/** The details, as elements. */
export function detailElements(
  detail: ProcessDetail,
  { series, time }: { readonly series: UsageSeries; readonly time: number },
): readonly Node[] {
  return [
    make("div", { look: "charts" }, [
      usageChart("CPU", { samples: series.cpu, box: CPU, text: percentText, look: "cpu" }),
      usageChart("Memory", { samples: series.memory, box: MEMORY, text: sizeText, look: "memory" }),
    ]),
    facts("Now", [...nowFacts(detail), ...workFacts(detail, time)]),
    facts("Logs", [
      ["stdout", logElement(detail.id, "stdout", detail.stdout)],
      [
        "stderr",
        detail.stderr === null ? "goes to stdout" : logElement(detail.id, "stderr", detail.stderr),
      ],
    ]),
    facts("Since the runner started", [
      ["Restarts by reason", tally(detail.restartsBy)],
      ["Exits", tally(detail.exits)],
    ]),
    facts("Environment of the manifest", [
      ["Names", visibleText(detail.environmentNames.join(", ")) || NONE],
    ]),
    facts("Plan", planFacts(detail.plan)),
  ];
}

function nowFacts(detail: ProcessDetail): readonly Fact[] {
  const cpuTime = detail.cpuTime === null ? NONE : `${detail.cpuTime.toFixed(1)} s`;
  return [
    [
      "State",
      `${detail.state}${detail.since === null ? "" : `, since ${localTime(detail.since)}`}`,
    ],
    ["", visibleText(detail.description)],
    ["Waits for", visibleText(detail.waitingFor.join(", "))],
    ["Processes of its tree", String(detail.children)],
    ["Memory, highest", `${sizeText(detail.memory)}, ${sizeText(detail.memoryPeak)}`],
    ["Processor time", cpuTime],
    ["Fault of the last start", visibleText(detail.spawnError)],
  ];
}

/** As `describe` has them: the job, what it says of itself, its replacement. `time` is the runner's. */
function workFacts(detail: ProcessDetail, time: number): readonly Fact[] {
  const { job } = detail;
  const zone = job?.timeZone ?? null;
  const rows = [
    ["schedule", job === null ? "" : `${job.schedule}${zone === null ? "" : `, ${zone}`}`] as const,
    ...jobRows(detail, time),
    ...wellnessRows(detail, time),
    ...recycleRows(detail),
  ];
  return rows.map(([name, value]) => [
    name.slice(0, 1).toUpperCase() + name.slice(1),
    visibleText(value),
  ]);
}

interface UsageChart {
  readonly samples: Samples;
  readonly box: ChartBox;
  readonly text: (value: number) => string;
  readonly look: string;
}

function usageChart(title: string, { samples, box, text, look }: UsageChart): HTMLElement {
  const { svg, path } = chart({ ...SIZE, look: `spark spark-${look}` });
  path.setAttribute("d", sparkline(samples, box));
  const { bottom, top } = chartRange(samples, box);
  return make("figure", {}, [
    make("figcaption", { text: `${title}, ${text(bottom)} to ${text(top)}, last 10 minutes` }),
    svg,
  ]);
}

function facts(title: string, list: readonly Fact[]): HTMLElement {
  const known = list.filter(([, value]) => value !== "");
  return make("section", { look: "facts" }, [
    make("h3", { text: title }),
    make(
      "dl",
      {},
      known.flatMap(([name, value]) => [
        make("dt", { text: visibleText(name) }),
        typeof value === "string" ? make("dd", { text: value }) : make("dd", {}, [value]),
      ]),
    ),
  ]);
}

function logElement(id: string, stream: "stdout" | "stderr", log: LogView): Node {
  const lost = log.lost === 0 ? "" : `, ${sizeText(log.lost)} lost`;
  if (log.path === null) {
    return document.createTextNode(`no file, ${sizeText(log.written)} written${lost}`);
  }
  const backups = log.backups === 0 ? "" : `, ${counted(log.backups, "backup")}`;
  const text = ` ${sizeText(log.size)}${backups}${lost}`;
  const attributes = { href: fileAddress(id, stream), download: `${id}-${stream}.log` };
  return make("span", {}, [
    make("a", { text: visibleText(log.path), attributes }),
    document.createTextNode(text),
  ]);
}

function tally(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([reason, count]) => `${reason} ${count}`);
  return texts.length === 0 ? NONE : texts.join(", ");
}

/** The plan as `runner check --json` prints it, a value a line, the command first, without what is not set. */
function planFacts(plan: unknown): readonly Fact[] {
  if (typeof plan !== "object" || plan === null) return [];
  const set = Object.entries(plan).flatMap(([name, value]): readonly Fact[] => {
    const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
    return ["", "null", "[]"].includes(text) ? [] : [[name, visibleText(text)]];
  });
  const isCommand = ([name]: Fact) => name === "command";
  return [...set.filter(isCommand), ...set.filter((fact) => !isCommand(fact))];
}
