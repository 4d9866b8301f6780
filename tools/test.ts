// Runs the tests and ends with one line, `N passed, M failed`, summed from what `deno test` says itself.
// --unit leaves out the compiled binary; --again gives files with a failure a second run, alone, and names what
// passed only then; paths and options of `deno test` choose among the tests.
import { isStale } from "./compile.ts";

/** Rooms whose tests run without any permission: that they pass proves that they touch nothing. */
const PURE = ["tests/base", "tests/manifest", "tests/core"];
const BINARY = "tests/e2e";
/** Files of tests of the binary at a time: they mostly wait for processes, so that two cores have room for three. */
const JOBS = "3";

/** What one run of `deno test` counted. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/** One run of `deno test`: what it counted, and the tests that failed by name and file. */
interface Run {
  readonly tally: Tally;
  readonly failures: readonly Failure[];
}

/** A test that failed. */
export interface Failure {
  readonly name: string;
  readonly file: string;
}

interface Group {
  readonly name: string;
  readonly files: readonly string[];
  readonly flags: readonly string[];
}

const OWN_OPTIONS = ["--unit", "--again"];

if (import.meta.main) {
  const isUnit = Deno.args.includes("--unit");
  const isAgain = Deno.args.includes("--again");
  const options = Deno.args.filter((arg) => arg.startsWith("-") && !OWN_OPTIONS.includes(arg));
  const paths = Deno.args.filter((arg) => !arg.startsWith("-"));
  const groups = grouped(testFiles("tests"), { paths, isUnit });
  const tallies: Tally[] = [];
  if (groups.some(({ name }) => name === "binary")) await compile();
  for (const group of groups) {
    const run = await runGroup(group, options);
    tallies.push(isAgain && run.failures.length > 0 ? await again(group, run) : run.tally);
  }
  const total = sum(tallies);
  if (total.ignored > 0) console.log(`${total.ignored} ignored`);
  if (total.passed === 0) console.log("Cannot find a test to run");
  console.log(`${total.passed} passed, ${total.failed} failed`);
  Deno.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

/** Sorts test files into the pure ones, those of the binary, and the rest. */
export function grouped(
  files: readonly string[],
  { paths, isUnit }: { readonly paths: readonly string[]; readonly isUnit: boolean },
): Group[] {
  const isBelow = (file: string, folder: string) =>
    file === folder || file.startsWith(`${folder.replace(/\/$/, "")}/`);
  const wanted = files.filter((file) =>
    paths.length === 0 || paths.some((path) => isBelow(file, path.replace(/^\.\//, "")))
  );
  const pure = wanted.filter((file) => PURE.some((room) => isBelow(file, room)));
  const binary = wanted.filter((file) => isBelow(file, BINARY));
  const rest = wanted.filter((file) => !pure.includes(file) && !binary.includes(file));
  return [
    { name: "pure", files: pure, flags: ["--no-prompt"] },
    { name: "rest", files: rest, flags: ["-A"] },
    { name: "binary", files: isUnit ? [] : binary, flags: ["-A", "--parallel"] },
  ].filter((group) => group.files.length > 0);
}

/**
 * Reads the closing line of `deno test`. A run without one, or one that fails without counting a
 * failure (a type error, a crash, a leak), counts as one failure: it must never look like a success.
 */
export function readTally(output: string, code: number): Tally {
  const closing = /^(?:ok|FAILED) \| (\d+) passed[^|]*\| (\d+) failed(.*)$/;
  const line = output.split("\n").map((text) => text.trim()).findLast((text) => closing.test(text));
  const [, passed = "0", failed = "0", rest = ""] = line?.match(closing) ?? [];
  const ignored = rest.match(/\| (\d+) ignored/)?.[1] ?? "0";
  const isUncounted = line === undefined || (code !== 0 && Number(failed) === 0);
  return {
    passed: Number(passed),
    failed: Number(failed) + (isUncounted ? 1 : 0),
    ignored: Number(ignored),
  };
}

/** Reads the list of failures that `deno test` ends with. */
export function readFailures(output: string): Failure[] {
  const from = output.lastIndexOf("\n FAILURES");
  if (from < 0) return [];
  return [...output.slice(from).matchAll(/^(.+) => \.?\/?(.+?\.ts)(?::\d+:\d+)?$/gm)]
    .map(([, name = "", file = ""]) => ({ name, file }));
}

/**
 * Gives the files of a group's failures a second run, one at a time: what fails twice is broken, what
 * passes now is not to be relied on and is named. Without it one test in thousands that loses a race on
 * a busy machine would hide what the others say.
 */
async function again(group: Group, first: Run): Promise<Tally> {
  const files = [...new Set(first.failures.map(({ file }) => file))];
  const flags = group.flags.filter((flag) => flag !== "--parallel");
  const second = await runGroup({ name: `${group.name}, again`, files, flags }, []);
  const isBroken = ({ name, file }: Failure) =>
    second.failures.some((failure) => failure.name === name && failure.file === file);
  const mended = first.failures.filter((failure) => !isBroken(failure));
  for (const { name, file } of mended) console.log(`UNSTEADY: ${file}: ${name}`);
  if (second.tally.failed > 0) return first.tally;
  const { passed, failed, ignored } = first.tally;
  return { passed: passed + failed, failed: 0, ignored };
}

/** Adds up tallies. */
export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((total, tally) => ({
    passed: total.passed + tally.passed,
    failed: total.failed + tally.failed,
    ignored: total.ignored + tally.ignored,
  }), { passed: 0, failed: 0, ignored: 0 });
}

async function runGroup({ name, files, flags }: Group, options: readonly string[]): Promise<Run> {
  console.log(`\n== ${name}: ${files.length} files, ${flags.join(" ")} ==`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", ...flags, ...options, ...files],
    env: { NO_COLOR: "1", DENO_JOBS: Deno.env.get("DENO_JOBS") ?? JOBS },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const [shown, read] = child.stdout.tee();
  const [output] = await Promise.all([
    new Response(read).text(),
    shown.pipeTo(Deno.stdout.writable, { preventClose: true }),
  ]);
  return { tally: readTally(output, (await child.status).code), failures: readFailures(output) };
}

async function compile(): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tools/compile.ts", "--if-stale"],
  }).spawn().status;
  if (success && !isStale("dist/runner", [])) return;
  console.log("Cannot compile the binary, so its tests cannot run\n0 passed, 1 failed");
  Deno.exit(1);
}

function testFiles(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return testFiles(path);
    return entry.name.endsWith("_test.ts") ? [path] : [];
  }).sort();
}
