// "Did you mean": the nearest of the known names.

/** The known name nearest to `word`, or null when none is near enough to be meant. */
export function suggest(word: string, known: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  // A third of the letters may be wrong: `autorestrat` is still `autorestart`, `user` is never `nice`.
  let best = Math.floor(wanted.length / 3) + 1;
  let found: string | null = null;
  for (const name of known) {
    const distance = editDistance(wanted, name.toLowerCase(), best);
    if (distance < best) {
      best = distance;
      found = name;
    }
  }
  return found;
}

/** ` (did you mean "x"?)`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const found = suggest(word, known);
  return found === null ? "" : ` (did you mean "${found}"?)`;
}

/** Letters to insert, delete, replace or swap with their neighbour; `limit` when it is that many or more. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let older: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        cell(previous, column) + 1,
        cell(current, column - 1) + 1,
        cell(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, cell(older, column - 2) + 1);
      current.push(cost);
    }
    older = previous;
    previous = current;
  }
  return Math.min(limit, cell(previous, to.length));
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
