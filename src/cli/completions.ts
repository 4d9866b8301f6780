// `runner completions bash|zsh|fish`: the script that a shell reads. It asks the binary at every Tab, so it never ages.
import { EXIT } from "../base/errors.ts";
import type { CommandLine } from "./options.ts";
import { printLine } from "./output.ts";
import { usageError } from "./usage_error.ts";

const BASH = `# Completion of runner for bash.
_runner() {
  local line=\${COMP_LINE:0:COMP_POINT} word item head
  local -a words=()
  # Colons and = part words in COMP_WORDS; names have colons in them.
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  word=\${words[-1]}
  head=
  [[ $word == *[:=]* ]] && head=\${word%"\${word##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r item _; do
    if [[ $item == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r item; do COMPREPLY+=("$item"); done < <(compgen -f -- "\${word#"$head"}")
    elif [[ $COMP_WORDBREAKS == *:* ]]; then
      COMPREPLY+=("\${item#"$head"}")
    else
      COMPREPLY+=("$item")
    fi
  done < <("$1" __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _runner runner`;

const ZSH = `#compdef runner
# Completion of runner for zsh.
_runner() {
  local item about
  local -a items
  local -i files=0
  while IFS=$'\\t' read -r item about; do
    if [[ $item == :files ]]; then
      files=1
    else
      items+=("\${item//:/\\\\:}:$about")
    fi
  done < <("\${words[1]}" __complete -- "\${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)
  (( \${#items} )) && _describe -V 'runner' items
  (( files )) && _files
}
if [[ $funcstack[1] == _runner ]]; then
  _runner "$@"
else
  compdef _runner runner
fi`;

const FISH = `# Completion of runner for fish.
function __runner_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for item in ($program __complete -- $words "$current" 2>/dev/null)
        if test "$item" = :files
            __fish_complete_path "$current"
        else
            echo $item
        end
    end
end
complete -c runner -f -a '(__runner_complete)'`;

/** The script of each shell. */
export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

export function completions(line: CommandLine): number {
  const [shell = "", ...more] = line.words;
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script === undefined || more.length > 0) {
    const hint = 'For a running bash: eval "$(runner completions bash)"';
    throw usageError("Cannot print completions: name one shell, bash, zsh or fish", hint);
  }
  printLine(script);
  return EXIT.done;
}
