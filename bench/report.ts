// The results as a table for people and as JSON for programs.
import { type Figure, OURS, type Results } from "./results.ts";

/** Writes one line a figure: the medians, and in parentheses their ratio to ours. */
export function formatTable(
  figures: readonly Figure[],
  columns: readonly string[],
  results: Results,
): string {
  const head = ["figure", "unit", ...columns, "target", "met"];
  const rows = figures.map((figure) => [
    figure.label,
    figure.unit,
    ...columns.map((column) => formatCell(figure, column, results)),
    figure.target?.text ?? "",
    formatMet(figure, results),
  ]);
  return align([head, ...rows], { leftColumns: 2 });
}

/** Gives the remarks that the table has no room for. */
export function formatRemarks(
  figures: readonly Figure[],
  columns: readonly string[],
  results: Results,
): string {
  const lines = figures.flatMap((figure) =>
    columns.flatMap((column) => {
      const hasFigure = results.median(figure, column) !== undefined;
      const why = results.excuseOf(figure, column);
      return hasFigure && why !== undefined ? [`${column}, ${figure.label.trim()}: ${why}`] : [];
    })
  );
  return lines.join("\n");
}

/** Gives everything, with every sample. */
export function toJson(figures: readonly Figure[], columns: readonly string[], results: Results) {
  return figures.map((figure) => ({
    key: figure.key,
    label: figure.label.trim(),
    unit: figure.unit,
    target: figure.target?.text,
    met: results.isMet(figure),
    columns: Object.fromEntries(columns.map((column) => [column, {
      median: results.median(figure, column),
      samples: results.samples(figure, column),
      remark: results.excuseOf(figure, column),
    }])),
  }));
}

function formatCell(figure: Figure, column: string, results: Results): string {
  const value = results.median(figure, column);
  const why = results.excuseOf(figure, column);
  if (value === undefined) return why ?? "-";
  const ours = results.median(figure, OURS);
  const remark = why === undefined ? "" : "*";
  const shown = `${value.toFixed(figure.digits)}${remark}`;
  if (column === OURS || ours === undefined || ours === 0) return shown;
  return `${shown} (${formatRatio(value / ours)}×)`;
}

function formatRatio(ratio: number): string {
  return ratio.toFixed(ratio < 0.1 ? 3 : ratio < 10 ? 2 : 0);
}

function formatMet(figure: Figure, results: Results): string {
  const isMet = results.isMet(figure);
  return isMet === undefined ? "" : isMet ? "yes" : "NO";
}

function align(rows: readonly (readonly string[])[], { leftColumns }: { leftColumns: number }) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < leftColumns ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  ).join("\n");
}
