// The help of `runner top`; it fits a terminal of 80 columns and 24 lines.

export const HELP_LINES: readonly string[] = [
  "",
  "  up, down, j, k     choose a program or process; page up, page down, home, end",
  "  s  x  r  R         start, stop, restart, reload one by one; asks first",
  "  g                  run a job now; asks first",
  "  enter, l           show its log below, or hide it; page up, page down scroll it",
  "  left, right, space hide or show the processes of a program",
  "  /                  filter by parts of names; enter keeps the filter, esc drops it",
  "  <  >               sort by the column before or after",
  "  N S U E P M        sort by name, state, uptime, restarts, CPU, memory;",
  "                     again: the other way around",
  "  ctrl-l             draw everything again",
  "  ctrl-z             to the shell; fg comes back",
  "  q, ctrl-c          quit; all programs run on",
  "",
  "  CPU is in percent of one core; memory is resident, with all descendants.",
  "",
  "  Any key goes back.",
];
