// Runs everything that must hold before a commit, each step to its end, and says at the end which did not hold.

interface Step {
  readonly name: string;
  readonly args: readonly string[];
}

const REFERENCE = "tools/manifest_reference.ts";

const STEPS: readonly Step[] = [
  { name: "fmt", args: ["fmt", "--check", "--quiet"] },
  { name: "lint", args: ["lint", "--quiet"] },
  { name: "check", args: ["check", "--quiet"] },
  { name: "floors", args: ["run", "-A", "tools/check_floors.ts"] },
  { name: "lengths", args: ["run", "-A", "tools/check_lengths.ts"] },
  ...(exists(REFERENCE) ? [{ name: "docs", args: ["run", "-A", REFERENCE, "--check"] }] : []),
  { name: "web page", args: ["run", "-A", "tools/web_page.ts", "--check"] },
  { name: "openapi", args: ["run", "-A", "tools/openapi.ts", "--check"] },
  { name: "unit tests", args: ["run", "-A", "tools/test.ts", "--unit", ...again()] },
];

if (import.meta.main) {
  const broken: string[] = [];
  for (const { name, args } of STEPS) {
    const { success } = await new Deno.Command(Deno.execPath(), { args: [...args], stdin: "null" })
      .spawn().status;
    console.error(`${success ? "ok" : "NOT ok"}: ${name}`);
    if (!success) broken.push(name);
  }
  if (broken.length > 0) {
    console.error(`Cannot commit this: ${broken.join(", ")} failed`);
    Deno.exit(1);
  }
}

/** A clean machine's run is one vote on thousands of tests: what lost a race there gets a second one. */
function again(): string[] {
  return Deno.env.has("CI") ? ["--again"] : [];
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
