// What completion offers for a word or a value of a command.

/** What completion offers for a word or a value. */
export type Completion =
  /** Names of the programs of the running instance. */
  | "programs"
  | "signals"
  | "shells"
  | "commands"
  | "manifests"
  /** A program of the running instance, or a manifest. */
  | "programs-or-manifests"
  | "files"
  /** Overlays of the manifest that the line names. */
  | "environments"
  | "nothing";
