// The list of living children that survives the runner.

export interface JournalEntry {
  readonly id: string;
  readonly run: number;
  readonly pid: number;
}

export interface ChildJournal {
  add(entry: JournalEntry): void;
  remove(pid: number): void;
}
