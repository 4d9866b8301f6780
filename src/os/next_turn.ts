// Lets everything else have its turn in the middle of long work.

/** Resolves after what is due now has been done. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
