// The table of keys: when a program is ready, and what it must do to be left alone.
import { integer } from "./readers.ts";
import { PROBE, READY } from "./readers_ready.ts";
import { DURATION } from "./readers_units.ts";
import { ownSetting } from "./setting.ts";

/** When it counts as up. */
export const READINESS = {
  ready: ownSetting("ready", READY, {
    ini: null,
    phase: "process",
    help:
      "What makes it RUNNING, besides startsecs: a line of its output, its word on NOTIFY_SOCKET or Node's IPC channel, a time, or a probe.",
  }),
  timeout: ownSetting("ready_timeout", DURATION, {
    ini: 90_000,
    shown: "90s",
    help: "A process that is not ready by then is stopped, and its start has failed.",
  }),
  interval: ownSetting("ready_interval", DURATION, {
    ini: 200,
    shown: "200ms",
    help: "Wait between two looks of the probe of ready.",
  }),
} as const;

/** What makes it stuck. */
export const LIVENESS = {
  watchdog: ownSetting("watchdog", DURATION, {
    ini: null,
    help: "Longest time between two WATCHDOG=1 on NOTIFY_SOCKET; then it is restarted.",
  }),
  health: ownSetting("health", PROBE, {
    ini: null,
    phase: "process",
    help: "A probe that is repeated while it is RUNNING; it is restarted when that fails.",
  }),
  interval: ownSetting("health_interval", DURATION, {
    ini: 10_000,
    shown: "10s",
    help: "Wait between two looks of health.",
  }),
  timeout: ownSetting("health_timeout", DURATION, {
    ini: 5_000,
    shown: "5s",
    help: "A look of health that takes longer has failed.",
  }),
  failures: ownSetting("health_failures", integer({ min: 1, max: 1000 }), {
    ini: 3,
    shown: "3",
    help: "So many failed looks in a row, and it is restarted.",
  }),
  grace: ownSetting("health_grace", DURATION, {
    ini: 0,
    shown: "0s",
    help: "Failed looks do not count for so long after the start.",
  }),
  maxSilence: ownSetting("max_silence", DURATION, {
    ini: null,
    help: "Longest time without any output; then it is restarted.",
  }),
} as const;
