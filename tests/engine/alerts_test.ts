// Alerts on fakes: facts in, messages out, what is made known of them, and the end.
import { Alerts, type AlertsParts } from "../../src/engine/alerts.ts";
import { createSender } from "../../src/engine/alert_sender.ts";
import type { Delivery, Parcel } from "../../src/core/alert_desk.ts";
import type { Fact } from "../../src/core/events.ts";
import type { AlertPlan } from "../../src/manifest/alert_plan.ts";
import { alertPlan, news, SPEAKER } from "../support/alerts.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { FakeErrands } from "../support/fake_errands.ts";
import { FakeClock } from "../support/fake_host.ts";
import { processPlan } from "../support/plans.ts";

const GAVE_UP: Fact = { kind: "gave-up", id: "web:web", reason: "too many" };
const FAILED: Delivery = { kind: "failed", fault: "refused", final: false };

interface Sending {
  readonly plan: AlertPlan;
  readonly parcel: Parcel;
  readonly done: (delivery: Delivery) => void;
  isDropped: boolean;
}

function rig(plans: readonly AlertPlan[], own: Partial<AlertsParts> = {}) {
  const clock = new FakeClock();
  const sent: Sending[] = [];
  const facts: Fact[] = [];
  const state = { plans };
  const alerts = new Alerts({
    clock,
    send: (plan, parcel, done) => {
      const sending = { plan, parcel, done, isDropped: false };
      sent.push(sending);
      return { [Symbol.dispose]: () => void (sending.isDropped = true) };
    },
    plans: () => state.plans,
    processOf: (id) => id === "web:web" ? processPlan("web") : null,
    report: (fact) => facts.push(fact),
    ...own,
  });
  const outcomes = () => facts.map((fact) => fact.kind === "alert" && fact.outcome);
  return { alerts, clock, sent, facts, state, outcomes };
}

function eventsOf({ parcel }: Sending): readonly string[] {
  return parcel.news.map(({ event }) => event);
}

Deno.test("Alerts costs nothing where there are none", () => {
  const { alerts, clock, sent } = rig([]);
  alerts.begin(7);
  alerts.fact(GAVE_UP);
  assertEquals([clock.waiting, sent.length, alerts.standings], [0, 0, []]);
});

Deno.test("Alerts sends a message to each alert that is about it, and says so", () => {
  const { alerts, clock, sent, outcomes } = rig([
    alertPlan(),
    alertPlan({ name: "api", programs: ["api"] }),
    alertPlan({ name: "all", on: ["fatal", "down"] }),
  ]);
  alerts.fact(GAVE_UP);
  assertEquals(sent.length, 0);
  clock.pass(1_000);
  assertEquals(sent.map(({ plan }) => plan.name), ["ops", "all"]);
  assertEquals(sent.map(eventsOf), [["fatal"], ["fatal", "down"]]);
  for (const { done } of sent) done({ kind: "delivered" });
  assertEquals(outcomes(), ["sent", "sent"]);
  assertEquals(clock.waiting, 0);
});

Deno.test("Alerts tries again, tells of the outage once, and counts", () => {
  const { alerts, clock, sent, facts } = rig([alertPlan({ retries: 2 })]);
  alerts.fact(GAVE_UP);
  clock.pass(1_000);
  sent[0]?.done(FAILED);
  clock.pass(1_000);
  sent[1]?.done(FAILED);
  clock.pass(2_000);
  assertEquals([sent.length, alerts.standings[0]?.waiting], [3, 1]);
  sent[2]?.done({ kind: "delivered" });
  assertEquals(facts, [
    { kind: "alert", alert: "ops", outcome: "failed", count: 1, detail: "refused" },
    { kind: "alert", alert: "ops", outcome: "restored", count: 1, detail: "" },
  ]);
  assertEquals(alerts.standings, [
    { name: "ops", sent: 1, failed: 2, lost: 0, waiting: 0, isOut: false },
  ]);
});

Deno.test("Alerts do not tell of themselves, of strangers, or of what is no news", () => {
  const { alerts, clock } = rig([alertPlan()]);
  alerts.fact({ kind: "alert", alert: "ops", outcome: "lost", count: 1, detail: "" });
  alerts.fact({ kind: "gave-up", id: "no:such", reason: "" });
  alerts.fact({ kind: "running", id: "web:web", startSeconds: 0 });
  assertEquals(clock.waiting, 0);
});

Deno.test("Alerts follow the plan in force: a removed one is forgotten", async () => {
  const { alerts, clock, sent, state } = rig([alertPlan()]);
  alerts.fact(GAVE_UP);
  state.plans = [alertPlan({ name: "new" })];
  clock.pass(5_000);
  assertEquals(sent.length, 0);
  alerts.fact(GAVE_UP);
  clock.pass(1_000);
  assertEquals(sent.map(({ plan }) => plan.name), ["new"]);
  sent[0]?.done({ kind: "delivered" });
  await alerts.close(clock.now().mono + 1_000);
});

Deno.test("Alerts sends at the end what waits, and waits for that", async () => {
  const { alerts, clock, sent, outcomes } = rig([alertPlan({ on: ["fatal", "runner-stop"] })]);
  alerts.fact(GAVE_UP);
  alerts.fact({ kind: "down", status: 0, killed: [] });
  let isClosed = false;
  const closing = alerts.close(clock.now().mono + 5_000).then(() => isClosed = true);
  assertEquals(sent.map(eventsOf), [["fatal", "runner-stop"]]);
  await Promise.resolve();
  assertEquals(isClosed, false);
  sent[0]?.done({ kind: "delivered" });
  await closing;
  assertEquals([outcomes(), clock.waiting], [["sent"], 0]);
});

Deno.test("Alerts gives up at the time that the end allows, and says what is lost", async () => {
  const { alerts, clock, sent, facts } = rig([alertPlan()]);
  alerts.fact(GAVE_UP);
  const closing = alerts.close(clock.now().mono + 5_000);
  clock.pass(5_000);
  await closing;
  assertEquals([sent.length, sent[0]?.isDropped, clock.waiting], [1, true, 0]);
  assertEquals(facts, [
    { kind: "alert", alert: "ops", outcome: "lost", count: 1, detail: "the end came first" },
  ]);
});

Deno.test("Alerts has nothing to wait for at the end when nothing has happened", async () => {
  const { alerts, clock } = rig([alertPlan()]);
  await alerts.close(clock.now().mono + 5_000);
  assertEquals(clock.waiting, 0);
});

function sender() {
  const errands = new FakeErrands();
  const deliveries: Delivery[] = [];
  const send = createSender({
    errands,
    clock: new FakeClock(),
    speaker: SPEAKER,
    webhooks: () => Promise.reject(new Error("nobody expects a webhook")),
  });
  const parcel = { news: [news()], omitted: 0 };
  const to = (target: AlertPlan["target"]) =>
    send(alertPlan({ target, timeout: 3_000 }), parcel, (delivery) => deliveries.push(delivery));
  return { errands, deliveries, to };
}

Deno.test("createSender() gives a command the events on its stdin and in its environment", () => {
  const { errands, deliveries, to } = sender();
  to({ kind: "exec", command: ["/bin/tell", "-v"] });
  const { name, command, like, stdin, environment, timeout } = errands.first;
  assertEquals([name, command, like, timeout], ["alert ops", ["/bin/tell", "-v"], null, 3_000]);
  assertEquals(JSON.parse(stdin ?? "").events[0].event, "fatal");
  assertEquals(environment["RUNNER_EVENT"], "fatal");
  errands.end();
  assertEquals(deliveries, [{ kind: "delivered" }]);
});

Deno.test("createSender() hands a mail to sendmail", () => {
  const { errands, to } = sender();
  to({ kind: "mail", address: "ops@example.org" });
  const { command, stdin } = errands.first;
  assertTrue(/ exec sendmail -i -t$/.test(command.at(-1) ?? ""), command.join(" "));
  assertTrue((stdin ?? "").startsWith("To: ops@example.org\nSubject: "), stdin ?? "");
});

const ENDS: readonly (readonly [Parameters<FakeErrands["end"]>[0], string])[] = [
  [{ code: 75, output: "line\nno route" }, "exit status 75: no route"],
  [{ exit: null, timedOut: true }, "took longer than 3s"],
  [{ exit: null, fault: "can't find command" }, "can't find command"],
  [{ exit: { kind: "signal", signal: 15, coreDumped: false } }, "terminated by SIGTERM"],
];

for (const [end, fault] of ENDS) {
  Deno.test(`createSender() takes a command's end for a failure: ${fault}`, () => {
    const { errands, deliveries, to } = sender();
    to({ kind: "exec", command: ["/bin/tell"] });
    errands.end(end);
    assertEquals(deliveries, [{ kind: "failed", fault, final: false }]);
  });
}

Deno.test("createSender() gives up a command that is disposed", () => {
  const { errands, to } = sender();
  to({ kind: "exec", command: ["/bin/tell"] })[Symbol.dispose]();
  assertEquals(errands.open, []);
});
