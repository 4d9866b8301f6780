// What alerts say: lines, bodies of the templates, variables, and mails that nobody can tamper with.
import { mailText } from "../../src/core/alert_mail.ts";
import { messageBody, messageEnvironment, messageLines } from "../../src/core/alert_message.ts";
import type { AlertTemplate } from "../../src/manifest/alert_plan.ts";
import { alertPlan, news, SPEAKER } from "../support/alerts.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const ONE = { news: [news()], omitted: 0 };
const TWO = { news: [news(), news("exit", "api <is> down & out")], omitted: 3 };

function bodyOf(template: AlertTemplate, parcel = TWO): string {
  return messageBody(parcel, alertPlan({ template }), SPEAKER).text;
}

Deno.test("messageLines() fills in every name", () => {
  const message =
    "%(alert)s %(event)s %(text)s %(host)s %(time)s %(process)s %(program)s %(group)s %(manifest)s 5%%";
  assertEquals(messageLines(ONE, alertPlan({ message }), SPEAKER), [
    "ops fatal web is given up box 2023-11-14T22:13:20.000Z web web web /srv/runner.toml 5%",
  ]);
});

Deno.test("messageLines() says how many more there were", () => {
  assertEquals(messageLines(TWO, alertPlan(), SPEAKER), [
    "[box] web is given up",
    "[box] api <is> down & out",
    "... and 3 more",
  ]);
});

const TEXT = "[box] web is given up\n[box] api <is> down & out\n... and 3 more";
const SLACK = TEXT.replace("<is>", "&lt;is&gt;").replace(" & ", " &amp; ");
const BODIES: readonly (readonly [AlertTemplate, string])[] = [
  ["text", `${TEXT}\n`],
  ["slack", JSON.stringify({ text: SLACK })],
  ["dingtalk", JSON.stringify({ msgtype: "text", text: { content: TEXT } })],
  ["wecom", JSON.stringify({ msgtype: "text", text: { content: TEXT } })],
];

for (const [template, wanted] of BODIES) {
  Deno.test(`messageBody() makes what ${template} takes`, () => {
    assertEquals(bodyOf(template), wanted);
  });
}

Deno.test("messageBody() gives programs everything as JSON", () => {
  assertEquals(JSON.parse(bodyOf("json")), {
    alert: "ops",
    runner: SPEAKER,
    text: TEXT,
    omitted: 3,
    events: ["fatal", "exit"].map((event, index) => ({
      event,
      time: "2023-11-14T22:13:20.000Z",
      id: "web:web",
      process: "web",
      program: "web",
      group: "web",
      text: TWO.news[index]?.text,
      detail: {},
    })),
  });
});

Deno.test("messageBody() cuts between characters what a chat would refuse", () => {
  const long = { news: [news("fatal", "ü".repeat(5_000))], omitted: 0 };
  const { text } = messageBody(long, alertPlan({ template: "wecom" }), SPEAKER);
  const content: string = JSON.parse(text).text.content;
  assertTrue(new TextEncoder().encode(content).length <= 2_000, "it fits");
  assertTrue(/^\[box\] ü+ \.\.\.$/.test(content), content.slice(-10));
});

Deno.test("messageEnvironment() tells a command of the first one", () => {
  assertEquals(messageEnvironment(TWO, alertPlan(), SPEAKER), {
    RUNNER_ALERT: "ops",
    RUNNER_EVENT: "fatal",
    RUNNER_PROGRAM: "web",
    RUNNER_PROCESS: "web",
    RUNNER_GROUP: "web",
    RUNNER_COUNT: "5",
    RUNNER_TEXT: TEXT,
  });
});

function mailOf(text: string): readonly string[] {
  const parcel = { news: [news("fatal", text)], omitted: 0 };
  const own = { speaker: SPEAKER, address: "ops@example.org", at: 1_700_000_000_000 };
  return mailText(parcel, alertPlan(), own).split("\n");
}

Deno.test("mailText() is a mail with a subject, a date and a text", () => {
  const mail = mailOf("web is given up");
  assertEquals(mail.slice(0, 8), [
    "To: ops@example.org",
    "Subject: [box] web is given up",
    "Date: Tue, 14 Nov 2023 22:13:20 +0000",
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
  ]);
  assertEquals(atob(mail.slice(8).join("")), "[box] web is given up\n");
});

Deno.test("mailText() lets nobody add a header, and encodes what is not ASCII", () => {
  const injected = mailOf("down\r\nBcc: all@example.org");
  assertEquals(injected.filter((line) => line.startsWith("Bcc")), []);
  assertEquals(injected[1], "Subject: [box] down Bcc: all@example.org");
  const foreign = mailOf("服务 ".repeat(30));
  const words = foreign.slice(1, foreign.indexOf("Date: Tue, 14 Nov 2023 22:13:20 +0000"));
  assertTrue(words.length > 1 && words.every((line) => line.length <= 90), words.join("\n"));
  const text = words.map((line) => /=\?utf-8\?B\?(.+)\?=/.exec(line)?.[1] ?? "").map((part) =>
    new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(atob(part), (char) => char.charCodeAt(0)),
    )
  ).join("");
  assertEquals(text.startsWith("[box] 服务 服务"), true);
});
