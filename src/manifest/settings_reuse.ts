// The table of keys: what programs of a TOML manifest take over from elsewhere.
import { NAME_LIST } from "./readers.ts";
import { ownSetting } from "./setting.ts";

export const REUSE = {
  extends: ownSetting("extends", NAME_LIST, {
    ini: [],
    expansions: 0,
    help: "Templates whose keys it takes over; of several, later ones win; only in TOML.",
  }),
} as const;
