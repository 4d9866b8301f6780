// supervisorctl: steers a supervisord or a runner by XML-RPC, with the original's options, output and exit statuses.
import { EXIT, RunnerError } from "../../base/errors.ts";
import { kindOf, machineContext } from "../../os/manifest_context.ts";
import { systemClock } from "../../os/system_clock.ts";
import { printBytes, printLine, sayLine, showText } from "../output.ts";
import { completions } from "./completion.ts";
import { obey } from "./command_table.ts";
import { type CtlConfig, NO_CONFIG, readCtlConfig } from "./ctl_config.ts";
import { CTL_USAGE, type CtlOptions, readCtlOptions } from "./ctl_options.ts";
import { plainLines } from "./plain_lines.ts";
import { rpcServer } from "./rpc_server.ts";
import type { Session, TypedLines } from "./session.ts";
import { shell } from "./shell.ts";
import { allProcesses } from "./status_commands.ts";
import { usualPlaces } from "./usual_places.ts";

const DEFAULT_URL = "http://localhost:9001";

/** Runs supervisorctl and gives its exit status. */
export async function supervisorctl(args: readonly string[]): Promise<number> {
  const options = readCtlOptions(args);
  if (options === "help") {
    showText(CTL_USAGE);
    return EXIT.done;
  }
  if ("fault" in options) return refuse(options.fault);
  const config = await findConfig(options);
  if ("fault" in config) return refuse(config.fault);
  const history = loadHistory(options.historyFile ?? config.historyFile);
  const { words } = options;
  const isInteractive = options.interactive || words.length === 0;
  const session = await openSession({ options, config, history: history.lines, isInteractive });
  using _typed = session.typed;
  if (words.length > 0) {
    await obey(session, words.join(" "));
    return session.exitStatus;
  }
  await shell(session, config.prompt ?? "supervisor");
  history.save();
  // The shell has shown what went wrong; its own end is no failure.
  return EXIT.done;
}

function refuse(fault: string): number {
  sayLine(`Error: ${fault}`);
  sayLine("For help, use supervisorctl -h");
  return EXIT.usage;
}

async function findConfig(
  { configuration }: CtlOptions,
): Promise<CtlConfig | { readonly fault: string }> {
  const isThere = (path: string) => kindOf(path) !== "missing";
  if (configuration !== null && !isThere(configuration)) {
    return { fault: `could not find config file ${configuration}` };
  }
  const path = configuration ?? usualPlaces(Deno.execPath()).find(isThere);
  if (path === undefined) return NO_CONFIG;
  const config = await readCtlConfig(path, machineContext());
  if ("fault" in config || config.serverurl !== null) return config;
  return { ...config, serverurl: await ownSocketUrl(path) };
}

/** The socket that a runner of this very file always has; null: none runs. */
async function ownSocketUrl(path: string): Promise<string | null> {
  const { findInstance } = await import("../../os/instance.ts");
  const { instanceName } = await import("../../os/instance_key.ts");
  const { runtimeFolder } = await import("../../os/runtime_folder.ts");
  const socket = findInstance(instanceName(path), runtimeFolder())?.socket ?? "";
  return socket === "" ? null : `unix://${socket}`;
}

interface SessionOptions {
  readonly options: CtlOptions;
  readonly config: CtlConfig;
  readonly history: string[];
  readonly isInteractive: boolean;
}

async function openSession(request: SessionOptions): Promise<Session> {
  const { options, config, isInteractive } = request;
  const user = options.username ?? config.username;
  const password = options.password ?? config.password;
  const credentials = user === null || password === null ? null : { user, password };
  const clock = systemClock();
  const connect: Session["connect"] = (place) => rpcServer({ credentials, clock, ...place });
  const url = normalUrl(options.serverurl ?? config.serverurl ?? DEFAULT_URL);
  const session: Session = {
    server: connect({ url }),
    exitStatus: EXIT.done,
    isInteractive,
    typed: plainLines(Deno.stdin, showText),
    connect,
    print: printLine,
    write: printBytes,
    complain: sayLine,
    onInterrupt: onSigint,
  };
  const isTerminal = isInteractive && Deno.stdin.isTerminal();
  return isTerminal ? await withTerminal(session, request.history) : session;
}

async function withTerminal(session: Session, history: string[]): Promise<Session> {
  const { terminalLines } = await import("./terminal_lines.ts");
  const typed: TypedLines = terminalLines({
    history,
    complete: (line) => completions(line, () => allProcesses(current)),
  });
  // `open` and a new password change it while the shell runs.
  const current: Session = { ...session, typed };
  return current;
}

/** A path may be relative or begin at home in a file, not in a URL. */
function normalUrl(url: string): string {
  const path = /^unix:\/\/(.*)$/s.exec(url)?.[1];
  if (path === undefined) return url;
  const home = path.startsWith("~/") ? `${Deno.env.get("HOME") ?? ""}${path.slice(1)}` : path;
  return `unix://${home.startsWith("/") ? home : `${Deno.cwd()}/${home}`}`;
}

function onSigint(callback: () => void): Disposable {
  Deno.addSignalListener("SIGINT", callback);
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", callback) };
}

/** Lines of earlier shells, latest first, and how to keep them. */
function loadHistory(path: string | null): { readonly lines: string[]; save(): void } {
  if (path === null) return { lines: [], save: () => {} };
  const lines = readLines(path).filter((line) => line !== "").reverse();
  const save = () => {
    try {
      Deno.writeTextFileSync(path, lines.toReversed().map((line) => `${line}\n`).join(""), {
        mode: 0o600,
      });
    } catch (error) {
      // A history that cannot be kept is not worth a word, as with the original.
      if (!(error instanceof Error)) throw error;
    }
  };
  return { lines, save };
}

function readLines(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n");
  } catch (error) {
    if (error instanceof RunnerError || !(error instanceof Error)) throw error;
    return [];
  }
}
