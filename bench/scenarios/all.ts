// All scenarios, in the order of the table.
import { bootFifty, bootOne, bootTwoHundred } from "./boot.ts";
import { client } from "./client.ts";
import { clients, deafFollower } from "./clients.ts";
import { crashLoop } from "./crash_loop.ts";
import { exec } from "./exec.ts";
import { idleHundred, idleOne } from "./idle.ts";
import { leak } from "./leak.ts";
import { logChunks, logLines } from "./log.ts";
import { restart } from "./restart.ts";
import type { Scenario } from "./scenario.ts";
import { script } from "./script.ts";
import { statusHundred, statusThousand } from "./status.ts";
import { stopHundred } from "./stop.ts";

export const SCENARIOS: readonly Scenario[] = [
  bootOne,
  bootFifty,
  bootTwoHundred,
  restart,
  logChunks,
  logLines,
  idleOne,
  idleHundred,
  stopHundred,
  leak,
  crashLoop,
  client,
  statusHundred,
  statusThousand,
  clients,
  deafFollower,
  exec,
  script,
];
