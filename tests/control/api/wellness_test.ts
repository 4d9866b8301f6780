// How a run is, as the API shows it: what it waits for, looks, and what it says of itself.
import { newSayings } from "../../../src/engine/run_look.ts";
import { processDetail } from "../../../src/control/api/detail.ts";
import { lookAt, processView } from "../../../src/control/api/views.ts";
import type { Process } from "../../../src/core/process_state.ts";
import type { ReadyPlan } from "../../../src/manifest/plan_work.ts";
import { ApiRig } from "../../support/api_rig.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

const READY: ReadyPlan = { when: { kind: "notify" }, timeout: 90_000 };

function rigOf(): { readonly rig: ApiRig; process(): Process } {
  const rig = new ApiRig([{ name: "web", own: { ready: READY } }]);
  return {
    rig,
    process: () => {
      const process = rig.runner.pool.processes.get("web:web");
      assertTrue(process !== undefined, "the process");
      return process;
    },
  };
}

Deno.test("processDetail() has nothing of a run that nobody looks after", () => {
  const { rig, process } = rigOf();
  assertEquals(processDetail(rig.runner, process()).wellness, null);
});

Deno.test("processDetail() says what is waited for until it is ready, and what is known then", () => {
  const { rig, process } = rigOf();
  const look = {
    ...newSayings(),
    readySince: null,
    waiting: "",
    failedLooks: { ready: 0, health: 0 },
    health: null,
    inARow: 0,
  };
  rig.looksOf.set("web:web", look);
  assertEquals(processDetail(rig.runner, process()).wellness?.waitsFor, "notify");
  assertEquals(processView(process(), lookAt(rig.runner)).description, "waiting for notify");
  rig.engine.post({ kind: "process", id: "web:web", event: { kind: "ready", run: 1 } });
  const at = { mono: 1_000, wall: 1_000 };
  rig.looksOf.set("web:web", {
    ...look,
    readySince: 1_000,
    health: { at, fault: null },
    heartbeat: at,
    status: "3 jobs",
    metrics: new Map([["depth", 7]]),
  });
  const iso = "1970-01-01T00:00:01.000Z";
  const healthFault = () => processView(process(), lookAt(rig.runner)).healthFault;
  assertEquals(healthFault(), "");
  assertEquals(processDetail(rig.runner, process()).wellness, {
    waitsFor: "",
    waiting: "",
    readySince: iso,
    health: { at: iso, fault: "", failures: 0 },
    heartbeat: iso,
    status: "3 jobs",
    condition: "",
    errno: null,
    metrics: { depth: 7 },
  });
  rig.looksOf.set("web:web", { ...look, health: { at, fault: "no answer" }, inARow: 2 });
  assertEquals(healthFault(), "no answer");
});
