// Units that plans count in.

/** Milliseconds. */
export type Millis = number;
/** Bytes. */
export type Bytes = number;
