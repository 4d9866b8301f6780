// A value of a foreign file, and where it stands.

/** A value with the key and the line it stands at. */
export interface Field<T> {
  readonly key: string;
  readonly line: number;
  readonly value: T;
  /** Where it is another than the manifest's. */
  readonly file?: string;
}
