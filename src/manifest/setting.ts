// What a row of the table of keys holds.
import type { Dialect } from "./document.ts";
import type { ValueType } from "./value_type.ts";

/** When a value is expanded: once for the section, or anew for each process, with its `process_num`. */
export type Phase = "section" | "process";

/** Whose key it is, word for word and in meaning. None: our own. */
export type System = "supervisord" | "pm2";

export interface Setting<T> {
  readonly key: string;
  /** Other names for it. */
  readonly aliases: readonly string[];
  readonly type: ValueType<T>;
  /** The value when the key is not set. */
  readonly defaults: Readonly<Record<Dialect, T>>;
  /** The default as it would be written, or in words. */
  readonly shown: Readonly<Record<Dialect, string>>;
  /** One sentence. */
  readonly help: string;
  readonly phase: Phase;
  readonly systems: readonly System[];
  /** Version of the runner that first had it. */
  readonly since: string;
  /** How often `%(...)s` is expanded in INI: supervisord does it twice with log files. */
  readonly expansions: 0 | 1 | 2;
  /** A percent sign is a share here: a value without `%(` is not expanded. */
  readonly shares: boolean;
  /** Never shown. */
  readonly secret: boolean;
}

export interface SettingOptions<T> {
  readonly help: string;
  /** In INI, and in TOML unless `toml` differs. */
  readonly ini: T;
  readonly toml?: T;
  /** As written or in words; empty when not setting it means just that. */
  readonly shown?: string;
  readonly shownToml?: string;
  readonly aliases?: readonly string[];
  readonly phase?: Phase;
  readonly systems?: readonly System[];
  readonly expansions?: 0 | 1 | 2;
  readonly shares?: boolean;
  readonly secret?: boolean;
}

/** One row, supervisord's own unless said otherwise. */
export function setting<const T>(
  key: string,
  type: ValueType<T>,
  options: SettingOptions<T>,
): Setting<T> {
  const { ini, shown = "" } = options;
  return {
    key,
    type,
    aliases: options.aliases ?? [],
    defaults: { ini, toml: "toml" in options && options.toml !== undefined ? options.toml : ini },
    shown: { ini: shown, toml: options.shownToml ?? shown },
    help: options.help,
    phase: options.phase ?? "section",
    systems: options.systems ?? ["supervisord"],
    since: "0.1.0",
    expansions: options.expansions ?? 1,
    shares: options.shares ?? false,
    secret: options.secret ?? false,
  };
}

/** A row of our own. */
export function ownSetting<const T>(
  key: string,
  type: ValueType<T>,
  options: SettingOptions<T>,
): Setting<T> {
  return setting(key, type, { systems: [], ...options });
}
