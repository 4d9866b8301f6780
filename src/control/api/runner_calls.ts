// What is asked of the runner as a whole, and the few answers about single processes that need no waiting.
import { planAsJson } from "../../manifest/plan_view.ts";
import { inheritedEnvironment } from "../../os/byte_text.ts";
import { jsonReply } from "../http/message.ts";
import { ApiFault } from "./api_fault.ts";
import { checkQuery, flagField, queryFlag, readBody, textField } from "./body.ts";
import { type Answer, oneProcess, refuseWhileEnding } from "./call.ts";
import { processDetail } from "./detail.ts";
import { environmentView } from "./environment_view.ts";
import type { DoneReply } from "./runner_types.ts";
import { refusal } from "./update.ts";
import { runnerView } from "./views.ts";

const DONE: DoneReply = { done: true };

export const runnerInfo: Answer = ({ runner, request }) => {
  checkQuery(request, []);
  return jsonReply(runnerView(runner));
};

export const process: Answer = ({ runner, request, id }) => {
  checkQuery(request, []);
  return jsonReply(processDetail(runner, oneProcess(runner, id)));
};

export const environment: Answer = ({ runner, request, id }) => {
  checkQuery(request, ["secrets"]);
  const { plan } = oneProcess(runner, id);
  const secrets = queryFlag(request, "secrets");
  const inherited = inheritedEnvironment();
  return jsonReply(
    environmentView(plan, { inherited, serverUrl: runner.serverUrl, secrets }),
  );
};

export const plan: Answer = ({ runner, request }) => {
  checkQuery(request, []);
  return jsonReply(planAsJson(runner.pool.plan));
};

export const reopen: Answer = ({ runner, request }) => {
  readBody(request, []);
  runner.logs.reopen();
  return jsonReply(DONE);
};

/** The reply cannot wait for the end: it would have nobody left to send it. */
export const shutdown: Answer = ({ runner, request }) => {
  const body = readBody(request, ["force", "wait"]);
  const isForced = flagField(body, "force", false);
  flagField(body, "wait", true);
  runner.cancelRestart();
  // A second order kills at once, so a client that asks twice must not give two.
  if (runner.pool.phase.name === "UP") runner.order({ kind: "shutdown", why: "asked for" });
  if (isForced) runner.order({ kind: "shutdown", why: "asked for, by force" });
  return jsonReply(runnerView(runner), 202);
};

export const restart: Answer = async ({ runner, request }) => {
  readBody(request, []);
  refuseWhileEnding(runner, "restart the runner");
  const { plan, problems } = await runner.restart();
  return plan === null ? refusal("restart", problems) : jsonReply(runnerView(runner), 202);
};

/** The reply comes before the other program does. */
export const upgrade: Answer = async ({ runner, request }) => {
  readBody(request, []);
  refuseWhileEnding(runner, "go on as another program");
  const fault = runner.upgrade === undefined ? "it cannot be done here" : await runner.upgrade();
  if (fault === null) return jsonReply(runnerView(runner), 202);
  throw new ApiFault(409, `Cannot go on as another program: ${fault}`, {
    hint: "Nothing has changed",
  });
};

const ENCODER = new TextEncoder();

export const stdin: Answer = ({ runner, request }) => {
  const body = readBody(request, ["name", "text"]);
  const name = textField(body, "name", "the name of a process");
  const text = textField(body, "text");
  const { plan } = oneProcess(runner, name);
  const outcome = runner.writeStdin(plan.id, ENCODER.encode(text));
  if (outcome === "sent") return jsonReply(DONE);
  throw new ApiFault(409, `Cannot send to ${plan.id}: ${WHY_NOT[outcome].why}`, {
    hint: WHY_NOT[outcome].hint,
  });
};

const WHY_NOT = {
  "not-running": { why: "it is not running", hint: "Start it first" },
  closed: { why: "its stdin is closed", hint: 'Programs read what is sent with stdin = "pipe"' },
  full: { why: "it does not read what was sent before", hint: "Try again later" },
} as const;

/** Loaded when somebody asks, which is seldom. */
export const openapi: Answer = async ({ request }) => {
  checkQuery(request, []);
  const { default: document } = await import("../../../docs/openapi.json", {
    with: { type: "json" },
  });
  return jsonReply(document);
};
