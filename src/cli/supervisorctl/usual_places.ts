// Where a configuration lies when none is named.

/** As supervisord 4.2 looks: relative to the program first, then to the current folder, then in /etc. */
export function usualPlaces(program: string): readonly string[] {
  const above = program.split("/").slice(0, -2).join("/");
  return [
    `${above}/etc/supervisord.conf`,
    `${above}/supervisord.conf`,
    "supervisord.conf",
    "etc/supervisord.conf",
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
  ];
}
