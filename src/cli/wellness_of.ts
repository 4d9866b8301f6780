// Puts together who looks after the runs: probes, sockets to speak on, and the way back to the engine.
import type { Engine } from "../engine/engine.ts";
import type { Output } from "../engine/output.ts";
import { Wellness } from "../engine/wellness.ts";
import { messageChannels } from "../os/message_channels.ts";
import { notifySockets } from "../os/notify_sockets.ts";
import { networkProber } from "../os/prober.ts";
import type { Errands } from "../ports/errands.ts";
import type { Ground } from "./pool_ground.ts";

export interface WellnessGround {
  readonly errands: Errands;
  readonly output: Output;
  /** Not there yet when this is made. */
  engine(): Engine;
}

export function wellnessOf(
  { folder, name, poller, clock, log }: Ground,
  { errands, output, engine }: WellnessGround,
): Wellness {
  return new Wellness(
    {
      clock,
      prober: networkProber(),
      errands,
      sockets: notifySockets({ folder, name, poller }),
      channels: messageChannels(poller),
      output,
      say: (level, text) => log.write(level, text),
    },
    {
      tell: (id, event) => engine().post({ kind: "process", id, event }),
      process: (id) => engine().pool.processes.get(id),
    },
  );
}
