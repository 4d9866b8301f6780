// The number of the form in which a runner hands its pool over to another version.

/**
 * It changes when an old value would be misunderstood. What is merely new gets its default (`pool_snapshot.ts`), and
 * what is no longer known is carried along.
 */
export const SNAPSHOT_FORMAT = 1;
