// Where a command may be, in the order in which the C library's execvp looks.

/** As the C library has it for an environment without PATH. */
const DEFAULT_PATH = "/bin:/usr/bin";
/** The system refuses longer ones, so that of those only the refusal is wanted. */
const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;

/** The files to try. */
export function commandPlaces(command: string, path: string | undefined): string[] {
  if (command === "" || command.includes("/") || command.length > LONGEST_NAME) {
    return [command.slice(0, LONGEST_PATH + 1)];
  }
  const folders = new Set((path ?? DEFAULT_PATH).split(":"));
  return [...folders].map((folder) => folder === "" ? command : `${folder}/${command}`)
    .filter((place) => place.length <= LONGEST_PATH);
}
