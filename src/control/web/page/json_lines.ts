// Cuts a stream of text into its lines and reads each as JSON.

/** A line beyond this is not one of ours: characters. */
const LONGEST = 4 << 20;

/** Collects pieces of a stream of JSON lines. */
export class JsonLines<Value> {
  #rest = "";

  /** The values whose lines are complete with this piece. Throws SyntaxError on what is no JSON. */
  push(piece: string): Value[] {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST) {
      throw new SyntaxError("Cannot read the log: a line never ends");
    }
    return lines.filter((line) => line !== "").map((line): Value => JSON.parse(line));
  }
}
