// How a process has ended so far, and how the runs of a job went.
/// <reference lib="dom" />
import type { RunView } from "../../api/job_types.ts";
import type { EndView, ProcessDetail } from "../../api/types.ts";
import { visibleText } from "../../../core/visible_text.ts";
import { durationText } from "../../table/figures.ts";
import { hasFailed, lengthText } from "../../table/job_text.ts";
import { localTime, make } from "./element.ts";

/** Of a job: a button that runs it now, and its runs before the ends of this process. */
export function historyElements(
  { job, runs, history }: ProcessDetail,
  onRun: () => void,
): readonly Node[] {
  const ends = history.length === 0
    ? make("p", { look: "empty", text: "It has not ended yet." })
    : table(["Ended", "Was up", "How", "Why"], history.map(endRow));
  if (job === null) return [ends];
  const button = make("button", {
    look: "toggle run-now",
    text: "Run now",
    attributes: { type: "button" },
  });
  button.addEventListener("click", onRun);
  const list = runs.length === 0
    ? make("p", { look: "empty", text: "It has not run yet." })
    : table(["Began", "Took", "Result", "Run by", "Why"], runs.map(runRow));
  return [
    make("div", { look: "runs-head" }, [make("h3", { text: "Runs" }), button]),
    list,
    make("h3", { look: "runs-head", text: "Ends of this process" }),
    ends,
  ];
}

function runRow({ began, duration, result, why, attempt, ...run }: RunView): Row {
  const how = run.signal ?? (run.code === null ? "" : `exit ${run.code}`);
  const by = attempt === 1 ? why : `${why}, try ${attempt}`;
  const reason = [how, run.reason].filter((text) => text !== "").join(", ");
  return {
    isBad: hasFailed({ result }),
    texts: [localTime(began), lengthText({ duration }, ""), result, by, reason],
  };
}

function endRow({ at, uptime, code, signal, planned, reason }: EndView): Row {
  const how = signal ?? (code === null ? "status lost" : `exit ${code}`);
  const word = planned ? `${how}, expected` : how;
  return { isBad: !planned, texts: [localTime(at), durationText(uptime), word, reason] };
}

interface Row {
  readonly isBad: boolean;
  readonly texts: readonly string[];
}

function table(titles: readonly string[], rows: readonly Row[]): HTMLElement {
  const head = titles.map((text) => make("th", { text }));
  const body = rows.map(({ isBad, texts }) =>
    make(
      "tr",
      { look: isBad ? "bad" : "" },
      texts.map((text) => make("td", { text: visibleText(text) })),
    )
  );
  return make("table", { look: "history" }, [
    make("thead", {}, [make("tr", {}, head)]),
    make("tbody", {}, body),
  ]);
}
