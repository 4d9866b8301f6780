// Webhooks against a real receiver: what is sent, and what its answers mean.
import { createHmac } from "node:crypto";
import type { Delivery } from "../../src/core/alert_desk.ts";
import type { AlertPlan } from "../../src/manifest/alert_plan.ts";
import { createWebhooks, signedUrl } from "../../src/os/alert_webhook.ts";
import { systemClock } from "../../src/os/system_clock.ts";
import { alertPlan } from "../support/alerts.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { Receiver } from "../support/webhook_receiver.ts";

const BODY = { type: "application/json; charset=utf-8", text: '{"a":1}' };

function post(plan: AlertPlan, env: Readonly<Record<string, string>> = {}): Promise<Delivery> {
  const webhooks = createWebhooks({ clock: systemClock(), env, version: "1.2.3" });
  return new Promise((done) => void webhooks.post(plan, BODY, done));
}

function to(receiver: Receiver, own: Partial<AlertPlan> = {}): AlertPlan {
  const url = { kind: "text", text: receiver.url("/hook/s3cret") } as const;
  return alertPlan({ target: { kind: "webhook", url }, ...own });
}

Deno.test("a webhook gets the body by POST, with its type", async () => {
  await using receiver = new Receiver();
  assertEquals(await post(to(receiver)), { kind: "delivered" });
  const [got] = receiver.got;
  assertEquals([got?.method, got?.path, got?.body], ["POST", "/hook/s3cret", BODY.text]);
  assertEquals(got?.headers["content-type"], BODY.type);
  assertEquals([got?.headers["user-agent"], got?.headers["authorization"]], [
    "runner/1.2.3",
    undefined,
  ]);
});

const ANSWERS: readonly (readonly [number, Delivery])[] = [
  [204, { kind: "delivered" }],
  [301, { kind: "failed", fault: "HTTP status 301: said", final: true }],
  [404, { kind: "failed", fault: "HTTP status 404: said", final: true }],
  [429, { kind: "failed", fault: "HTTP status 429: said", final: false }],
  [500, { kind: "failed", fault: "HTTP status 500: said", final: false }],
];

for (const [status, wanted] of ANSWERS) {
  Deno.test(`a webhook that answers ${status} is ${wanted.kind}`, async () => {
    await using receiver = new Receiver();
    receiver.answer(status, status === 204 ? "" : " said\n");
    assertEquals(await post(to(receiver)), wanted);
  });
}

for (const template of ["dingtalk", "wecom"] as const) {
  Deno.test(`a webhook of ${template} says in its body what it means`, async () => {
    await using receiver = new Receiver();
    receiver.answer(200, '{"errcode":0,"errmsg":"ok"}');
    assertEquals(await post(to(receiver, { template })), { kind: "delivered" });
    receiver.answer(200, '{"errcode": 310000, "errmsg":"keywords not in content"}');
    const refused = await post(to(receiver, { template }));
    assertEquals(
      refused.kind === "failed" && refused.fault.slice(0, 27),
      "refused with errcode 310000",
    );
  });
}

Deno.test("a webhook that repeats the request in its answer does not bring its secrets into our log", async () => {
  await using receiver = new Receiver();
  const path = "/hook/t0ken%2Babc?key=qu3ry-key";
  const url = { kind: "text", text: receiver.url(path) } as const;
  const plan = alertPlan({
    target: { kind: "webhook", url },
    secret: { kind: "text", text: "b3arer" },
  });
  // The last of them stands where the answer is cut.
  const filler = "x".repeat(100);
  receiver.answer(
    404,
    `Cannot POST ${path} (t0ken+abc, qu3ry-key), Bearer b3arer ${filler} ${path}`,
  );
  const delivery = await post(plan);
  const fault = delivery.kind === "failed" ? delivery.fault : "";
  assertTrue(fault.startsWith("HTTP status 404: Cannot POST ... (..., ...), Bearer ... x"), fault);
  assertTrue(!/t0ken|qu3ry|b3arer/.test(fault), fault);
});

Deno.test("a webhook that is slow has failed, and nothing is left of it", async () => {
  await using receiver = new Receiver();
  receiver.hang();
  const delivery = await post(to(receiver, { timeout: 100 }));
  const fault = `${receiver.url("")}/... took longer than 0.1 s`;
  assertEquals(delivery, { kind: "failed", fault, final: false });
});

Deno.test("a webhook that nobody listens at has failed, and its URL is not told", async () => {
  const receiver = new Receiver();
  const plan = to(receiver);
  await receiver[Symbol.asyncDispose]();
  const delivery = await post(plan);
  const fault = delivery.kind === "failed" ? delivery.fault : "";
  assertTrue(/refused/i.test(fault), fault);
  assertTrue(!fault.includes("s3cret"), fault);
});

const SECRETS: readonly (readonly [AlertPlan["secret"], string])[] = [
  [{ kind: "text", text: "word" }, "Bearer word"],
  [{ kind: "text", text: "Basic dTpw" }, "Basic dTpw"],
  [{ kind: "env", name: "TOKEN" }, "Bearer from-env"],
];

for (const [secret, wanted] of SECRETS) {
  Deno.test(`a webhook gets "${wanted}" as its authorization`, async () => {
    await using receiver = new Receiver();
    await post(to(receiver, { secret }), { TOKEN: "from-env\n" });
    assertEquals(receiver.got[0]?.headers["authorization"], wanted);
  });
}

Deno.test("a webhook's URL can be in a variable or a file, read for each message", async () => {
  await using receiver = new Receiver();
  const path = await Deno.makeTempFile();
  const inFile = alertPlan({ target: { kind: "webhook", url: { kind: "file", path } } });
  assertEquals(await post(inFile), { kind: "failed", fault: `${path} is empty`, final: false });
  await Deno.writeTextFile(path, `${receiver.url("/file")}\n`);
  assertEquals(await post(inFile), { kind: "delivered" });
  await Deno.remove(path);
  assertEquals(await post(inFile), {
    kind: "failed",
    fault: `cannot read ${path}: ENOENT`,
    final: false,
  });
  const inEnv = alertPlan({ target: { kind: "webhook", url: { kind: "env", name: "HOOK" } } });
  assertEquals(await post(inEnv, { HOOK: receiver.url("/env") }), { kind: "delivered" });
  assertEquals(await post(inEnv), { kind: "failed", fault: "HOOK is not set", final: false });
  assertEquals(await post(inEnv, { HOOK: "ftp://x" }), {
    kind: "failed",
    fault: "what should be its URL is none",
    final: false,
  });
  assertEquals(receiver.got.map(({ path }) => path), ["/file", "/env"]);
});

Deno.test("a webhook of DingTalk is signed with the time and the key", async () => {
  await using receiver = new Receiver();
  const secret = { kind: "text", text: "SECabc" } as const;
  await post(to(receiver, { template: "dingtalk", secret }));
  const [got] = receiver.got;
  const asked = new URL(receiver.url(got?.path ?? ""));
  const time = asked.searchParams.get("timestamp") ?? "";
  const sign = createHmac("sha256", "SECabc").update(`${time}\nSECabc`).digest("base64");
  assertEquals([asked.searchParams.get("sign"), got?.headers["authorization"]], [sign, undefined]);
});

Deno.test("signedUrl() keeps the token and encodes the signature", () => {
  const signed = signedUrl(
    "https://example.org/robot/send?access_token=t",
    "key",
    1_700_000_000_123,
  );
  assertEquals(
    signed,
    "https://example.org/robot/send?access_token=t&timestamp=1700000000123" +
      `&sign=${
        encodeURIComponent(
          createHmac("sha256", "key").update("1700000000123\nkey").digest("base64"),
        )
      }`,
  );
});

Deno.test("a webhook that is disposed is given up, and nothing is told of it", async () => {
  await using receiver = new Receiver();
  receiver.hang();
  const webhooks = createWebhooks({ clock: systemClock(), env: {}, version: "1" });
  let told = 0;
  const sent = webhooks.post(to(receiver), BODY, () => told++);
  await receiver.until(1);
  sent[Symbol.dispose]();
  await receiver.untilGone();
  assertEquals(told, 0);
});
