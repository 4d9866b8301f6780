// One job, in a file of its own.
export interface Job {
  readonly id: number;
  readonly queue: string;
}

/** Says what has been done. */
export function work({ id, queue }: Job): string {
  return `${queue}: job ${id} is done`;
}
