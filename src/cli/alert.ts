// `runner alert`: sends a test message by the alerts of a manifest, from here, and says how it went.
import { suggest } from "../base/suggest.ts";
import { EXIT, formatProblem, RunnerError } from "../base/errors.ts";
import type { Delivery } from "../core/alert_desk.ts";
import type { News } from "../core/alert_news.ts";
import { createSender, type SendAlert } from "../engine/alert_sender.ts";
import { ErrandRunner } from "../engine/errand_runner.ts";
import type { AlertPlan } from "../manifest/alert_plan.ts";
import type { Plan } from "../manifest/plan.ts";
import { targetText } from "../manifest/plan_view_alerts.ts";
import { inheritedEnvironment } from "../os/byte_text.ts";
import { Children } from "../os/children.ts";
import { unblockSignals } from "../os/host_signals.ts";
import { kindOf } from "../os/manifest_context.ts";
import { Poller } from "../os/poller.ts";
import { systemClock } from "../os/system_clock.ts";
import { findManifest } from "./find_manifest.ts";
import { foreignChoice } from "./foreign_options.ts";
import { loadManifest, problemLines } from "./load_manifest.ts";
import { isManifestWord } from "./manifest_word.ts";
import type { CommandLine } from "./options.ts";
import { printLine, sayLine } from "./output.ts";
import { webhookLoader } from "./pool_alerts.ts";
import { VERSION } from "./version.ts";

interface Trial {
  readonly alert: AlertPlan;
  readonly delivery: Delivery;
}

/** Exit status 0 when every message was delivered, 1 when one was not. */
export async function alertCommand(line: CommandLine): Promise<number> {
  const { path, names } = chosen(line);
  const loaded = await loadManifest(path, {
    strictness: "start",
    choice: foreignChoice(line),
    isOnce: true,
  });
  const { plan, errors, warnings } = loaded;
  for (const warning of warnings) sayLine(formatProblem(warning));
  if (plan === null) {
    for (const text of problemLines(path, errors)) sayLine(text);
    return EXIT.usage;
  }
  const trials = await tryAll(chosenAlerts(plan, names), plan);
  printLine(line.has("json") ? JSON.stringify(trials.map(trialJson), null, 2) : trialText(trials));
  const isGood = trials.every(({ delivery }) => delivery.kind === "delivered");
  return isGood ? EXIT.done : EXIT.failed;
}

/** The first word may be the manifest, as with other commands: no alert is called `runner.toml`. */
function chosen(line: CommandLine): { readonly path: string; readonly names: readonly string[] } {
  const [first, ...names] = line.words;
  const isManifest = first !== undefined && line.value("configuration") === undefined &&
    isManifestWord(first);
  return isManifest
    ? { path: findManifest({ ...line, words: [first] }), names }
    : { path: findManifest({ ...line, words: [] }), names: line.words };
}

function chosenAlerts({ alerts, file }: Plan, names: readonly string[]): readonly AlertPlan[] {
  const known = alerts.map(({ name }) => name);
  if (known.length === 0) {
    throw new RunnerError(`Cannot send anything: ${file} has no alert`, {
      hint: "Add a section such as [alert.ops] with on and to",
      exitStatus: EXIT.usage,
    });
  }
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) {
    return names.length === 0 ? alerts : alerts.filter(({ name }) => names.includes(name));
  }
  const meant = suggest(unknown, known);
  throw new RunnerError(`Cannot send "${unknown}": there is no such alert`, {
    hint: meant === null
      ? `There are ${known.join(", ")}; a manifest is named first, or by -c`
      : `Did you mean "${meant}"?`,
    exitStatus: EXIT.usage,
  });
}

/** One try each, all of them at once. */
async function tryAll(alerts: readonly AlertPlan[], plan: Plan): Promise<readonly Trial[]> {
  const clock = systemClock();
  await using poller = new Poller();
  using children = new Children(poller);
  using errands = new ErrandRunner({
    children,
    clock,
    pipes: poller,
    // Nobody takes over from a command.
    journal: { add: () => {}, remove: () => {} },
    inherited: inheritedEnvironment(),
    workingDirectory: Deno.cwd(),
    serverUrl: null,
    defaultRlimits: [],
    kindOf,
    marks: () => ({}),
    cgroupFor: () => null,
  });
  const reap = () => children.reap().forEach((reaped) => errands.reaped(reaped));
  Deno.addSignalListener("SIGCHLD", reap);
  unblockSignals();
  const { file: manifest } = plan;
  const speaker = { host: Deno.hostname(), pid: Deno.pid, manifest, version: VERSION };
  const send = createSender({ errands, clock, speaker, webhooks: webhookLoader(clock) });
  const at = clock.now().wall;
  const trials = await Promise.all(alerts.map((alert) => tryOne(alert, send, at)));
  Deno.removeSignalListener("SIGCHLD", reap);
  return trials;
}

function tryOne(alert: AlertPlan, send: SendAlert, at: number): Promise<Trial> {
  const text = `this is a test of the alert ${alert.name}`;
  const news: News = { event: "test", at, subject: null, text, detail: {} };
  const parcel = { news: [news], omitted: 0 };
  return new Promise((done) => void send(alert, parcel, (delivery) => done({ alert, delivery })));
}

function trialText(trials: readonly Trial[]): string {
  return trials.map(({ alert, delivery }) => {
    const how = delivery.kind === "delivered" ? "delivered" : `NOT delivered: ${delivery.fault}`;
    return `${alert.name}: to ${targetText(alert.target)}: ${how}`;
  }).join("\n");
}

function trialJson({ alert, delivery }: Trial) {
  return {
    alert: alert.name,
    to: targetText(alert.target),
    delivered: delivery.kind === "delivered",
    fault: delivery.kind === "delivered" ? null : delivery.fault,
  };
}
