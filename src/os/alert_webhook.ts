// Sends alerts to webhooks. Loaded only where a manifest has some.
import { createHmac } from "node:crypto";
import type { Delivery } from "../core/alert_desk.ts";
import type { Body } from "../core/alert_message.ts";
import type { AlertPlan, SecretSource } from "../manifest/alert_plan.ts";
import type { Millis } from "../manifest/plan.ts";
import { errnoOf } from "./deno_errors.ts";
import { secretsOf, withoutSecrets } from "./echoed_secrets.ts";
import { originOf } from "../manifest/plan_view_alerts.ts";
import type { Webhooks } from "../ports/alert_post.ts";
import type { Clock } from "../ports/clock.ts";

/** Of an answer so much is read: chat services say there what was wrong. */
const MOST_READ = 4096;
/** Characters of an answer that are told. */
const MOST_TOLD = 200;
/** Statuses of the client's kind after which another try may fare better. */
const LATER: readonly number[] = [408, 425, 429];

export interface WebhookParts {
  readonly clock: Clock;
  /** The runner's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

export function createWebhooks(parts: WebhookParts): Webhooks {
  return {
    post(plan, body, done) {
      const abort = new AbortController();
      let isDropped = false;
      const at = parts.clock.now().mono + plan.timeout;
      const timer = parts.clock.wakeAt(at, () => abort.abort());
      const told = (delivery: Delivery) => {
        timer[Symbol.dispose]();
        if (!isDropped) done(delivery);
      };
      void deliver(plan, body, { ...parts, signal: abort.signal }).then(told);
      return {
        [Symbol.dispose]: () => {
          isDropped = true;
          abort.abort();
          timer[Symbol.dispose]();
        },
      };
    },
  };
}

interface Way extends WebhookParts {
  readonly signal: AbortSignal;
}

async function deliver(plan: AlertPlan, body: Body, way: Way): Promise<Delivery> {
  if (plan.target.kind !== "webhook") throw new Error("Cannot post to what is no webhook");
  const url = secretText(plan.target.url, way.env);
  if (url.fault !== null) return failed(url.fault);
  if (!/^https?:/i.test(url.text) || !URL.canParse(url.text)) {
    return failed("what should be its URL is none");
  }
  const secret = plan.secret === null ? null : secretText(plan.secret, way.env);
  if (secret !== null && secret.fault !== null) return failed(secret.fault);
  return await send(
    request(plan, body, { url: url.text, secret: secret?.text ?? null, way }),
    plan,
    way,
  );
}

interface Request {
  readonly url: string;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly secret: string | null;
}

function request(plan: AlertPlan, body: Body, { url, secret, way }: {
  readonly url: string;
  readonly secret: string | null;
  readonly way: Way;
}): Request {
  const headers: Record<string, string> = {
    "content-type": body.type,
    "user-agent": `runner/${way.version}`,
  };
  if (secret === null) return { url, body: body.text, headers, secret };
  if (plan.template === "dingtalk") {
    const signed = signedUrl(url, secret, way.clock.now().wall);
    return { url: signed, body: body.text, headers, secret };
  }
  const authorization = /\s/.test(secret) ? secret : `Bearer ${secret}`;
  return { url, body: body.text, headers: { ...headers, authorization }, secret };
}

/** DingTalk: HMAC-SHA256 over the time and the key, as a parameter of the URL. */
export function signedUrl(url: string, secret: string, wall: Millis): string {
  const timestamp = Math.floor(wall);
  const signature = createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
  const signed = new URL(url);
  signed.searchParams.set("timestamp", `${timestamp}`);
  signed.searchParams.set("sign", signature);
  return signed.href;
}

async function send(made: Request, plan: AlertPlan, way: Way): Promise<Delivery> {
  const { url, body, headers } = made;
  const { signal } = way;
  try {
    // A redirection would take the secret elsewhere.
    const redirect = "manual";
    const answer = await fetch(url, { method: "POST", body, headers, signal, redirect });
    const said = await beginning(answer);
    // Before it is cut: half a token is no longer found.
    return judge(answer.status, withoutSecrets(said, secretsOf(url, made.secret)), plan);
  } catch (error) {
    if (signal.aborted) return failed(`${originOf(url)} took longer than ${plan.timeout / 1000} s`);
    return failed(`${originOf(url)}: ${networkFault(error, url)}`);
  }
}

/** A fault of the network, without the URL that the runtime puts into it. */
function networkFault(error: unknown, url: string): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  const seen = `error sending request for url (${new URL(url).href}): `;
  return text.replace(seen, "").replaceAll(/https?:\/\/\S+/g, originOf(url));
}

async function beginning(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < MOST_READ) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, MOST_READ);
}

function judge(status: number, said: string, plan: AlertPlan): Delivery {
  const why = said.replaceAll(/\s+/g, " ").trim().slice(0, MOST_TOLD);
  if (status >= 200 && status < 300) {
    const code = refusal(said, plan);
    return code === null ? { kind: "delivered" } : failed(`refused with ${code}: ${why}`);
  }
  const isFinal = status >= 300 && status < 500 && !LATER.includes(status);
  return failed(`HTTP status ${status}${why === "" ? "" : `: ${why}`}`, isFinal);
}

/** DingTalk and WeCom say 200 to everything, and what they mean in the body. */
function refusal(said: string, { template }: AlertPlan): string | null {
  if (template !== "dingtalk" && template !== "wecom") return null;
  const code = /"errcode"\s*:\s*(-?\d+)/.exec(said)?.[1] ?? "0";
  return code === "0" ? null : `errcode ${code}`;
}

function failed(fault: string, final = false): Delivery {
  return { kind: "failed", fault, final };
}

type Secret = { readonly text: string; readonly fault: null } | {
  readonly text: null;
  readonly fault: string;
};

function secretText(source: SecretSource, env: Readonly<Record<string, string>>): Secret {
  switch (source.kind) {
    case "text":
      return { text: source.text, fault: null };
    case "env": {
      const text = (env[source.name] ?? "").trim();
      return text === ""
        ? { text: null, fault: `${source.name} is not set` }
        : { text, fault: null };
    }
    case "file":
      return fileText(source.path);
  }
}

function fileText(path: string): Secret {
  try {
    const text = Deno.readTextFileSync(path).trim();
    return text === "" ? { text: null, fault: `${path} is empty` } : { text, fault: null };
  } catch (error) {
    const name = errnoOf(error);
    if (name === null) throw error;
    return { text: null, fault: `cannot read ${path}: ${name}` };
  }
}
