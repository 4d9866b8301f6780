// Runs the YAML parser without the environment that would make it talk.
import process from "node:process";

/**
 * The parser asks the environment whether to show its tokens on stdout: LOG_STREAM and LOG_TOKENS, which others
 * set for other things. Nobody else runs meanwhile.
 */
export function quietly<T>(run: () => T): T {
  const { env } = process;
  process.env = {};
  try {
    return run();
  } finally {
    process.env = env;
  }
}
