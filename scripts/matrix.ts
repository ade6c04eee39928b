import { readFile } from 'node:fs/promises';
import { differingCells, type Matrix, matrixAsJson } from '../tests/support/matrix/cell.ts';
import { everyTenth, observeMatrix } from '../tests/support/matrix/matrix.ts';
import { startScratchServer, urlOf } from '../tests/support/scratch-server.ts';
import { ACCESS_MATRIX, renderAccessMatrix, sharesOf, tellPersonas } from './codegen/access-matrix.ts';
import { command } from './console/command.ts';
import { isServersOwn } from './console/denied.ts';
import { finding } from './console/errors.ts';
import { writeReport } from './console/folder.ts';
import { out, progress, say, table } from './console/report.ts';
import { historyDigest } from './migrate/checksums.ts';

const DOCUMENT = new URL(`../${ACCESS_MATRIX}`, import.meta.url);

await command<{ json?: boolean; write?: boolean; check?: boolean }>({
  name: 'matrix',
  summary:
    'Asks every persona for every table on real connections, and compares with what policies/ declares.',
  options: [
    ['--write', 'write generated/access-matrix.md'],
    ['--check', 'fail if generated/access-matrix.md is not what was observed'],
    ['--json', 'print {"cells","differing","unruled"}, with --check "stale" too, and nothing else'],
  ],
  notes:
    'Runs on a server of its own, removed afterwards. Exits 1 if a cell differs or a table has no rules.',
  async run({ json, write, check }) {
    const matrix = await observe();
    const differing = differingCells(matrix);
    const text = renderAccessMatrix(matrix.cells, historyDigest());
    const stale = check ? (await readFile(DOCUMENT, 'utf8').catch(() => '')) !== text : undefined;
    const told = matrixAsJson(matrix, stale);
    if (json) say(told.text);
    else {
      if (!write) printAccess(matrix);
      printFindings(matrix);
    }
    if (stale && !json) {
      throw finding({
        problem: 'generated/access-matrix.md is not what was observed',
        expected: 'the document that belongs to these migrations and rules',
        remedy: 'npm run matrix -- --write, and read the difference',
      });
    }
    if (write && !stale && differing.length === 0 && matrix.unruled.length === 0) {
      writeReport(DOCUMENT, text);
      progress('wrote generated/access-matrix.md');
    }
    return told.exitCode;
  },
});

async function observe(): Promise<Matrix> {
  const server = await startScratchServer();
  try {
    return await observeMatrix(urlOf(server.addresses.superuser, server.addresses.template), {
      onPersona: everyTenth(progress),
    });
  } catch (cause) {
    if (isServersOwn(cause)) throw cause;
    throw finding(
      {
        problem: cause instanceof Error ? cause.message : String(cause),
        expected: 'rows of both clinics to ask about, and a probe that asks',
        remedy: 'add rows to seed/, and a probe in tests/support/matrix/probes/, in the file of its area',
      },
      { cause },
    );
  } finally {
    await server.stop();
  }
}

/** Who has what of every table: with `--write` that is for the document to tell. */
function printAccess(matrix: Matrix): void {
  for (const [relation, shares] of sharesOf(matrix.cells)) {
    say(out.bold(relation));
    const rows = shares.flatMap(({ own, other, personas }) =>
      own + other === ''
        ? [['–', '–', `everybody else (${personas.length})`]]
        : tellPersonas(personas).map((persona) => [own || '–', other || '–', persona]),
    );
    say(table(['own', 'other', 'who'], rows));
    say();
  }
}

function printFindings(matrix: Matrix): void {
  for (const { relation, persona, operation, whose, expected, observed } of differingCells(matrix)) {
    say(
      `${out.red('✗')} ${relation} ${operation} of ${whose} rows, ${persona}: rules say ${expected}, observed ${observed}`,
    );
  }
  for (const relation of matrix.unruled) say(`${out.red('✗')} ${relation} has no rules in policies/`);
  say(`${matrix.cells.length} cells, ${differingCells(matrix).length} differing`);
}
