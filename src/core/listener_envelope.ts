// An event as it is written to the stdin of a listener: one line about it, then what it says.
import type { ListenerPlan } from "../manifest/plan.ts";
import type { ListenerPool, Queued } from "./listener_pool.ts";

/** Who sends, to whom. */
export interface EnvelopeFor {
  readonly identifier: string;
  readonly pool: Pick<ListenerPool, "name" | "lengthUnit">;
}

/** The bytes of an event. */
export function envelope({ event, serial, poolSerial }: Queued, to: EnvelopeFor): Uint8Array {
  const { payload, length } = measured(event.payload, to.pool.lengthUnit);
  const head = new TextEncoder().encode(
    `ver:3.0 server:${to.identifier} serial:${serial} pool:${to.pool.name} ` +
      `poolserial:${poolSerial} eventname:${event.name} len:${length}\n`,
  );
  const all = new Uint8Array(head.length + payload.length);
  all.set(head);
  all.set(payload, head.length);
  return all;
}

/** Who counts characters reads text: bytes that are none are replaced. */
function measured(
  payload: Uint8Array,
  unit: ListenerPlan["lengthUnit"],
): { readonly payload: Uint8Array; readonly length: number } {
  if (unit === "bytes" || payload.every((byte) => byte < 0x80)) {
    return { payload, length: payload.length };
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload);
  return { payload: new TextEncoder().encode(text), length: [...text].length };
}
