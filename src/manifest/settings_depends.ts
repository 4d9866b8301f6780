// The table of keys, part of our own keys of a program: what it waits for, and whether it is expected to end.
import { choice } from "./readers.ts";
import { DEPENDENCIES, RESTART_WITH } from "./readers_depends.ts";
import { ownSetting } from "./setting.ts";

/** What it waits for. */
export const DEPENDS = {
  type: ownSetting("type", choice(["service", "oneshot"]), {
    ini: "service",
    shown: "service",
    help:
      "Whether it runs all the time or, as oneshot, ends and is done; startsecs is 0 then, and autorestart false, unless set.",
  }),
  dependsOn: ownSetting("depends_on", DEPENDENCIES, {
    ini: [],
    help:
      "Programs, groups or group:process that must be ready before it is started; with :started, :ready or :done.",
  }),
  restartWith: ownSetting("restart_with", RESTART_WITH, {
    ini: [],
    help:
      "Those of depends_on whose coming up again restarts it, too, once they are ready; true for all of them.",
  }),
} as const;
