// Alerts in manifests: what is read, what is refused, and that nothing secret is ever shown.
import type { AlertPlan } from "../../src/manifest/alert_plan.ts";
import { planAsJson, planAsText } from "../../src/manifest/plan_view.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type FakeMachine, loadText, problemsOf } from "./fake_machine.ts";

const WEB = "[program:web]\ncommand=/bin/cat\n[alert:ops]\n";
const URL_LINE = "to=https://chat.example.org/hook/t0ken\n";

async function alertOf(
  lines: string,
  options: FakeMachine & { readonly name?: string } = {},
): Promise<AlertPlan> {
  const { plan, problems } = await loadText(
    options.name === undefined ? WEB + lines : lines,
    options,
  );
  const [alert] = plan?.alerts ?? [];
  assertTrue(alert !== undefined, JSON.stringify(problems, null, 1));
  return alert;
}

Deno.test("an alert has its defaults", async () => {
  assertEquals(await alertOf(`on=fatal, Down\n${URL_LINE}`), {
    name: "ops",
    on: ["fatal", "down"],
    programs: [],
    target: {
      kind: "webhook",
      url: { kind: "text", text: "https://chat.example.org/hook/t0ken" },
    },
    template: "json",
    message: "[%(host)s] %(text)s",
    secret: null,
    every: 60_000,
    groupWait: 1_000,
    timeout: 10_000,
    retries: 5,
    flapping: { ends: 5, within: 600_000 },
  });
});

Deno.test("an alert has its keys, in TOML", async () => {
  const text = `[program.web]\ncommand = "/bin/cat"\n[alert.ops]\non = ["flapping"]
programs = ["w*"]\nto = "exec:/bin/tell -v 'a b'"\ntemplate = "slack"\nmessage = "%(event)s 100%%"
every = "5m"\ngroup_wait = 0\ntimeout = "3s"\nretries = 0\nflapping = "3 in 1m"\n`;
  const alert = await alertOf(text, { name: "test.toml" });
  assertEquals(alert.target, { kind: "exec", command: ["/bin/tell", "-v", "a b"] });
  assertEquals([alert.template, alert.message], ["slack", "%(event)s 100%%"]);
  assertEquals([alert.every, alert.groupWait, alert.timeout, alert.retries], [
    300_000,
    0,
    3_000,
    0,
  ]);
  assertEquals([alert.flapping, alert.programs], [{ ends: 3, within: 60_000 }, ["w*"]]);
});

Deno.test("an alert by mail is a text", async () => {
  const alert = await alertOf("on=fatal\nto=mailto:ops@example.org\n");
  assertEquals([alert.target, alert.template], [
    { kind: "mail", address: "ops@example.org" },
    "text",
  ]);
});

Deno.test("an alert's URL and secret can be in variables and files", async () => {
  const env = { HOOK_URL: "https://x", SIGN: "k" };
  const byEnv = await alertOf("on=fatal\nurl_env=HOOK_URL\nsecret_env=SIGN\n", { env });
  assertEquals([byEnv.target, byEnv.secret], [
    { kind: "webhook", url: { kind: "env", name: "HOOK_URL" } },
    { kind: "env", name: "SIGN" },
  ]);
  const files = { "/run/url": "https://x", "/run/key": "k" };
  const byFile = await alertOf("on=fatal\nurl_file=/run/url\nsecret_file=/run/key\n", { files });
  assertEquals([byFile.target, byFile.secret], [
    { kind: "webhook", url: { kind: "file", path: "/run/url" } },
    { kind: "file", path: "/run/key" },
  ]);
});

Deno.test("an alert's URL may come from the environment of the manifest, or hold a percent sign", async () => {
  const byName = await alertOf("on=fatal\nto=%(ENV_HOOK)s\n", { env: { HOOK: "https://x/y" } });
  assertEquals(byName.target, { kind: "webhook", url: { kind: "text", text: "https://x/y" } });
  const encoded = await alertOf("on=fatal\nto=https://x/a%20b\n");
  assertEquals(encoded.target, { kind: "webhook", url: { kind: "text", text: "https://x/a%20b" } });
});

const PROBLEMS: readonly (readonly [string, string])[] = [
  [URL_LINE, "on: Required, but not set"],
  ["on=fatal\n", "to: Required, but not set"],
  [`on=fatl\n${URL_LINE}`, 'on: There is no event "fatl" (did you mean "fatal"?)'],
  [`on=fatal\nurl_env=X\n${URL_LINE}`, "url_env: Cannot be used together with to"],
  ["on=fatal\nto=https://\n", "to: Cannot read the value as a URL"],
  ["on=fatal\nto=ftp://t0ken\n", "to: Cannot read the value as a target"],
  ["on=fatal\nto=mailto:ops\n", 'to: Cannot read "ops" as an address'],
  ["on=fatal\nto=mailto:a@b,c@d\n", 'to: Cannot read "a@b,c@d" as an address'],
  ["on=fatal\nto=exec:\n", "to: Cannot read the command: it is empty"],
  [`on=fatal\nmessage=%(txt)s\n${URL_LINE}`, 'message: There is no "txt" to put in'],
  [`on=fatal\nmessage=50%\n${URL_LINE}`, "message: Cannot fill in %"],
  [`on=fatal\nprograms=api\n${URL_LINE}`, 'programs: Nothing is called "api"'],
  ["on=fatal\nurl_env=NO_SUCH\n", "url_env: Nothing can be sent: NO_SUCH is not set"],
  ["on=fatal\nurl_file=/no/such\n", 'url_file: Nothing can be sent: "/no/such" is missing'],
  [
    `on=fatal\nsecret=a\nsecret_env=HOME\n${URL_LINE}`,
    "secret_env: Cannot be used together with secret",
  ],
  ["on=fatal\nto=exec:/bin/a\nsecret=b\n", "secret: Ignored: only webhooks have one"],
  [`on=fatal\ntimeout=0\n${URL_LINE}`, "timeout: No message would ever have the time to be sent"],
  [`on=fatal\nflapping=1 in 5m\n${URL_LINE}`, 'flapping: Cannot read "1 in 5m" as ends in a time'],
  [`on=fatal\ntemplate=slak\n${URL_LINE}`, 'template: Cannot read "slak" (did you mean "slack"?)'],
  [`on=fatal\nevry=5m\n${URL_LINE}`, "evry: Unknown key, ignored"],
];

for (const [lines, wanted] of PROBLEMS) {
  Deno.test(`an alert is complained about: ${wanted}`, async () => {
    const problems = await problemsOf(WEB + lines, { env: { HOME: "/root" } });
    assertTrue(problems.some((problem) => problem.includes(wanted)), problems.join("\n"));
    assertTrue(!problems.some((problem) => problem.includes("t0ken")), "the token is not told");
  });
}

Deno.test("a section of an alert without a name is a mistake", async () => {
  const problems = await problemsOf(`[alert]\non=fatal\n${URL_LINE}`);
  assertTrue((problems[0] ?? "").includes("The section has no name"), problems.join("\n"));
});

Deno.test("a plan shows alerts, and neither tokens nor secrets", async () => {
  const { plan } = await loadText(`${WEB}on=fatal\n${URL_LINE}secret=s3cret\n`);
  assertTrue(plan !== null, "it has a plan");
  const text = planAsText(plan);
  assertTrue(/^ {2}to +https:\/\/chat\.example\.org\/\.\.\., json$/m.test(text), text);
  const json = JSON.stringify(planAsJson(plan));
  for (const shown of [text, json]) {
    assertTrue(!shown.includes("t0ken") && !shown.includes("s3cret"), shown);
  }
  assertEquals(planAsJson(plan).alerts[0]?.target, {
    kind: "webhook",
    text: "https://chat.example.org/...",
  });
});
