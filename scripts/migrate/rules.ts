/** A fault in a migration file, at a line that an editor can jump to. */
export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

const UP = '-- migrate:up';
const DOWN = '-- migrate:down';
/** dbmate takes any line of this shape as a marker, inside a function body too. */
const MARKER = /^--\s*migrate:(up|down)\b/;
const HEADINGS = ['Why', 'Access', 'Locks'];
/** Zero would be no timeout at all. */
export const TIMEOUT = /^[1-9]\d*(ms|s|min)$/;
const LOCK_TIMEOUT = /^set local lock_timeout = '[1-9]\d*(ms|s|min)';$/;

/**
 * Checks the text of one migration file against the shape that both runners execute alike.
 *
 * @param problems receives what is wrong.
 * @returns the text and its part between the markers, or undefined where the file has no such part.
 */
export function checkText(
  path: string,
  bytes: Buffer,
  problems: Problem[],
): { sql: string; up: string } | undefined {
  const report = (index: number, problem: string) => problems.push({ path, line: index + 1, problem });
  const sql = bytes.toString('utf8');
  if (!Buffer.from(sql, 'utf8').equals(bytes)) return void report(0, 'is not UTF-8');
  const lines = sql.split('\n');
  checkCharacters(lines, report);

  if (lines[0]?.trimEnd() !== UP) return void report(0, `first line is not exactly \`${UP}\` (no options)`);
  const down = lines.findIndex((line, index) => index > 0 && MARKER.test(line));
  // dbmate refuses a file without the marker.
  if (down === -1) return void report(lines.length - 1, `has no \`${DOWN}\` line at its end`);
  if (lines[down]?.trimEnd() !== DOWN) report(down, `a marker that is not exactly \`${DOWN}\``);
  // supabase db push executes what stands below the marker too.
  const below = lines.findIndex((line, index) => index > down && line.trim() !== '');
  if (below !== -1) report(below, `the down section is not empty (\`supabase db push\` would execute it)`);

  checkHeader(lines.slice(0, down), report);
  return { sql, up: lines.slice(1, down).join('\n') };
}

function checkCharacters(lines: readonly string[], report: (index: number, problem: string) => void): void {
  const carriageReturn = lines.findIndex((line) => line.includes('\r'));
  if (carriageReturn !== -1) report(carriageReturn, 'has carriage returns: end lines with LF alone');
  const nul = lines.findIndex((line) => line.includes('\0'));
  if (nul !== -1) report(nul, 'holds a NUL byte');
  if (lines[0]?.startsWith('\uFEFF')) report(0, 'starts with a byte order mark');
}

/** The header is the run of comment lines after the marker; the first statement stands directly below it. */
function checkHeader(lines: readonly string[], report: (index: number, problem: string) => void): void {
  const first = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('--'));
  const header = lines.slice(1, first === -1 ? lines.length : first);
  for (const heading of HEADINGS) {
    if (header.some((line) => new RegExp(`^-- ${heading}:\\s*\\S`).test(line))) continue;
    report(1, `the header lacks \`-- ${heading}: …\` with a text`);
  }
  if (first === -1) {
    report(0, 'holds no statement');
  } else if (!LOCK_TIMEOUT.test(lines[first]?.trimEnd() ?? '')) {
    report(first, "the first statement is not of the form `set local lock_timeout = '5s';`");
  }
}
