// What is exported of a manifest with everything about work, word for word: a change is looked at before it is kept.
import { assertEquals } from "../support/assert.ts";
import { ENGINES, exportSample } from "../manifest/export_rig.ts";
import { EXPORT_SAMPLES } from "../manifest/export_samples.ts";

const FIXTURES = new URL("../fixtures/export/", import.meta.url);

/** `UPDATE_GOLDEN=1` writes what is made now. */
function assertGolden(name: string, actual: string): void {
  const url = new URL(name, FIXTURES);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") Deno.writeTextFileSync(url, actual);
  assertEquals(actual, Deno.readTextFileSync(url));
}

for (const engine of ENGINES.filter((one) => one !== "one pod")) {
  Deno.test(`export for ${engine} of all that is said about work is what it was`, async () => {
    const sample = EXPORT_SAMPLES.find(({ what }) => what === "everything about work");
    if (sample === undefined) throw new Error("there is no such sample");
    const files = await exportSample(engine, sample);
    const texts = files.map(({ path, text }) => files.length === 1 ? text : `# ${path}\n${text}`);
    assertGolden(`${engine}.txt`, texts.join("\n"));
  });
}

Deno.test("systemd reads each calendar that is written for it", async () => {
  const text = Deno.readTextFileSync(new URL("systemd.txt", FIXTURES));
  const calendars = [...text.matchAll(/^OnCalendar=(.*)$/gm)].map(([, calendar = ""]) => calendar);
  assertEquals(calendars.length, 4);
  const { code, stderr } = await new Deno.Command("systemd-analyze", {
    args: ["calendar", ...calendars],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
});
