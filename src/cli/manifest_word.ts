// Whether a word of a command line can only be a manifest.

const ENDINGS =
  /\.(ini|conf|cfg|toml|json[5c]?|ya?ml|config\.[cm]?js|service|target|timer|crontab|cron|procfile)$/i;

/** True for a path, and for a name with the ending of a manifest: no program and no alert is called so. */
export function isManifestWord(word: string): boolean {
  return word.includes("/") || ENDINGS.test(word);
}
