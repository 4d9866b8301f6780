// Tells of looks that could not be made, since the runner had nothing left to make them with: now and then, not each.
import type { LogLevel, Millis } from "../manifest/plan.ts";
import type { Clock } from "../ports/clock.ts";

/** They fail for all programs at the same time, and again and again. */
const TOLD_EVERY: Millis = 60_000;

/** Takes note of one. */
export type UnseenLooks = (whose: string, why: string) => void;

export function unseenLooks(
  clock: Pick<Clock, "now">,
  say: (level: LogLevel, text: string) => void,
): UnseenLooks {
  let quietUntil: Millis = -Infinity;
  let untold = 0;
  return (whose, why) => {
    const now = clock.now().mono;
    if (now < quietUntil) {
      untold += 1;
      return;
    }
    const more = untold === 0 ? "" : `; ${untold} looks more since the last word`;
    say(
      "warn",
      `not looked at ${whose}, which is not judged by it: the runner lacks the means (${why})${more}`,
    );
    quietUntil = now + TOLD_EVERY;
    untold = 0;
  };
}
