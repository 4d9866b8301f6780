// Takes a stream apart into lines and gives each, in its own form, to the foreground, to syslog and to formatted files.
import { ByteBuilder } from "../base/byte_builder.ts";
import { LineCutter } from "../base/lines.ts";
import type { LineFormat } from "../core/log_format.ts";
import type { Millis } from "../manifest/plan.ts";
import type { LogSource } from "../ports/logs.ts";

/** One way out for lines. */
export interface LineOutlet {
  readonly source: LogSource;
  /** How lines that come at this time are written. */
  formatAt(wall: Millis): LineFormat;
}

interface Open {
  readonly outlet: LineOutlet;
  readonly built: ByteBuilder;
  format: LineFormat;
}

/** The lines of one pipe. */
export class LineOutlets {
  readonly #cutter = new LineCutter();
  readonly #open: readonly Open[];

  constructor(outlets: readonly LineOutlet[]) {
    this.#open = outlets.map((outlet) => ({
      outlet,
      built: new ByteBuilder(),
      format: outlet.formatAt(0),
    }));
  }

  /** The head of an unfinished line, for another one to go on with by `write`. */
  get unfinished(): Uint8Array {
    return this.#cutter.unfinished;
  }

  /** False when one of the outlets is full. */
  write(bytes: Uint8Array, wall: Millis): boolean {
    this.#begin(wall);
    this.#cutter.push(bytes, (line) => this.#take(line));
    return this.#flush();
  }

  /** Writes an unfinished last line as a line. */
  end(wall: Millis): void {
    this.#begin(wall);
    this.#cutter.end((line) => this.#take(line));
    this.#flush();
  }

  #begin(wall: Millis): void {
    for (const open of this.#open) open.format = open.outlet.formatAt(wall);
  }

  #take(line: Uint8Array): void {
    for (const { format, built } of this.#open) format(line, built);
  }

  #flush(): boolean {
    let hasRoom = true;
    for (const { outlet, built } of this.#open) {
      if (built.length === 0) continue;
      hasRoom = outlet.source.write(built.bytes) && hasRoom;
      built.clear();
    }
    return hasRoom;
  }
}
