// Hands the messages of alerts to whoever carries them: a webhook, sendmail, a command.
import type { Delivery, Parcel } from "../core/alert_desk.ts";
import { mailText } from "../core/alert_mail.ts";
import {
  eventsJson,
  messageBody,
  messageEnvironment,
  type Speaker,
} from "../core/alert_message.ts";
import { formatDuration } from "../base/units.ts";
import { signalName } from "../base/signals.ts";
import type { AlertPlan } from "../manifest/alert_plan.ts";
import type { Webhooks } from "../ports/alert_post.ts";
import type { Clock } from "../ports/clock.ts";
import { type Errand, type ErrandEnd, type Errands, hasSucceeded } from "../ports/errands.ts";

export interface SenderParts {
  readonly errands: Errands;
  readonly clock: Clock;
  readonly speaker: Speaker;
  /** Made when the first message goes to one. */
  webhooks(): Promise<Webhooks>;
}

/** `-i`: a line with nothing but a dot is not the end; `-t`: the address is in the header. */
const SENDMAIL = ["-i", "-t"] as const;
/** Where it is, whatever PATH says: /usr/sbin is not for everybody. */
const SENDMAIL_PATHS = ":/usr/sbin:/usr/lib";
/** Characters of a command's output that are told. */
const MOST_TOLD = 300;

export type SendAlert = (
  plan: AlertPlan,
  parcel: Parcel,
  done: (delivery: Delivery) => void,
) => Disposable;

export function createSender(parts: SenderParts): SendAlert {
  const { speaker, clock } = parts;
  return (plan, parcel, done) => {
    switch (plan.target.kind) {
      case "webhook":
        return post(plan, parcel, { parts, done });
      case "mail": {
        const { address } = plan.target;
        const stdin = mailText(parcel, plan, { speaker, address, at: clock.now().wall });
        // A shell finds it by more than PATH.
        const command = [
          "/bin/sh",
          "-c",
          `PATH="$PATH${SENDMAIL_PATHS}" exec sendmail ${SENDMAIL.join(" ")}`,
        ];
        return run(plan, { command, stdin, environment: {} }, { parts, done });
      }
      case "exec": {
        const { command } = plan.target;
        const stdin = `${JSON.stringify(eventsJson(parcel, plan, speaker))}\n`;
        const environment = messageEnvironment(parcel, plan, speaker);
        return run(plan, { command, stdin, environment }, { parts, done });
      }
    }
  };
}

interface Way {
  readonly parts: SenderParts;
  readonly done: (delivery: Delivery) => void;
}

function post(plan: AlertPlan, parcel: Parcel, { parts, done }: Way): Disposable {
  const body = messageBody(parcel, plan, parts.speaker);
  let isDropped = false;
  let sent: Disposable | null = null;
  void parts.webhooks().then((webhooks) => {
    if (!isDropped) sent = webhooks.post(plan, body, done);
  });
  return {
    [Symbol.dispose]: () => {
      isDropped = true;
      sent?.[Symbol.dispose]();
    },
  };
}

function run(
  plan: AlertPlan,
  own: Pick<Errand, "command" | "stdin" | "environment">,
  { parts, done }: Way,
): Disposable {
  const errand = { ...own, name: `alert ${plan.name}`, like: null, timeout: plan.timeout };
  return parts.errands.send(errand, (end) => {
    const fault = hasSucceeded(end) ? null : faultOf(end, plan);
    done(fault === null ? { kind: "delivered" } : { kind: "failed", fault, final: false });
  });
}

function faultOf({ exit, timedOut, fault, output }: ErrandEnd, { timeout }: AlertPlan): string {
  if (fault !== null) return fault;
  if (timedOut) return `took longer than ${formatDuration(timeout)}`;
  const how = exit?.kind === "code"
    ? `exit status ${exit.code}`
    : exit?.kind === "signal"
    ? `terminated by ${signalName(exit.signal)}`
    : "exit status unknown";
  const said = output.trim().split("\n").at(-1) ?? "";
  return said === "" ? how : `${how}: ${said.slice(0, MOST_TOLD)}`;
}
