import { describe, expect, test } from 'vitest';
import { keysAsJson } from '../../scripts/mutation/report.ts';
import { runScript } from '../support/commands.ts';
import { type Matrix, matrixAsJson } from '../support/matrix/cell.ts';

// Whoever parses what --json prints parses one object, whatever else was asked for.
describe('under --json one object is printed, and nothing else', () => {
  test('by matrix --check, where the document is not what was observed too', () => {
    const matrix = { cells: [], unruled: [] };
    const told = (...args: [Matrix, boolean?]) => {
      const { text, exitCode } = matrixAsJson(...args);
      return { ...JSON.parse(text), exitCode };
    };
    expect(told(matrix)).toEqual({ cells: 0, differing: [], unruled: [], exitCode: 0 });
    expect(told(matrix, false)).toMatchObject({ stale: false, exitCode: 0 });
    expect(told(matrix, true)).toMatchObject({ stale: true, exitCode: 1 });
    expect(told({ ...matrix, unruled: ['public.beds'] }, false)).toMatchObject({ exitCode: 1 });
  });

  test('by mutation, of the keys of mutants, and where nothing is left to judge', async () => {
    const keys = [
      { key: 'drop-policy public.beds a', operator: 'drop-policy', subject: 'public.beds', sql: '' },
    ];
    expect(JSON.parse(keysAsJson(keys))).toEqual({ keys: ['drop-policy public.beds a'] });
    const rest = await runScript('mutation.ts', ['--rest', '--json', '--only', 'no-such-mutant']);
    expect(rest.code).toBe(0);
    expect(JSON.parse(rest.stdout)).toMatchObject({ mutants: 0, killed: 0, survivors: [], undecided: 0 });
  });

  test('by test:majors --install', async () => {
    const { code, stdout } = await runScript('test-majors.ts', ['17', '--install', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { installed: [{ major: 17, version: expect.stringMatching(/^17\./) }] },
    ]);
  });
});
