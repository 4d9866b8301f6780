// The alerts of a running pool, put together.
import type { Fact } from "../core/events.ts";
import type { Pool } from "../core/pool.ts";
import { createSender } from "../engine/alert_sender.ts";
import { Alerts } from "../engine/alerts.ts";
import { inheritedEnvironment } from "../os/byte_text.ts";
import type { Webhooks } from "../ports/alert_post.ts";
import type { Clock } from "../ports/clock.ts";
import type { Errands } from "../ports/errands.ts";
import { VERSION } from "./version.ts";

export interface PoolAlertsParts {
  readonly clock: Clock;
  readonly errands: Errands;
  /** Absolute. */
  readonly manifest: string;
  pool(): Pool;
  report(fact: Fact): void;
}

export function poolAlerts({ clock, errands, manifest, pool, report }: PoolAlertsParts): Alerts {
  return new Alerts({
    clock,
    send: createSender({
      errands,
      clock,
      speaker: { host: Deno.hostname(), pid: Deno.pid, manifest, version: VERSION },
      webhooks: webhookLoader(clock),
    }),
    plans: () => pool().plan.alerts,
    processOf: (id) => pool().processes.get(id)?.plan ?? null,
    report,
  });
}

/** Who never sends anything does not load what sends it. */
export function webhookLoader(clock: Clock): () => Promise<Webhooks> {
  let loaded: Promise<Webhooks> | null = null;
  return () => loaded ??= load(clock);
}

async function load(clock: Clock): Promise<Webhooks> {
  const { createWebhooks } = await import("../os/alert_webhook.ts");
  return createWebhooks({ clock, env: inheritedEnvironment(), version: VERSION });
}
