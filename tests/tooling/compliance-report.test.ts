import { expect, test, vi } from 'vitest';
import { printReport } from '../../scripts/compliance/report.ts';
import type { ComplianceReport, Line } from '../../scripts/compliance/run.ts';
import { isSound } from '../../scripts/compliance/words.ts';

const line = (status: Line['status'], why: string): Line => ({
  id: 'S-01',
  promise: 'A promise.',
  status,
  why,
  outside: null,
  except: null,
  evidence: [],
  digest: '',
  milliseconds: 0,
});

test('a line says once that nobody looked, and why [N-51 +]', () => {
  const written: string[] = [];
  const write = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0);
  try {
    printReport({
      format: 'cordon.compliance.1',
      server: { address: 'here', version: '17', role: 'nobody' },
      startedAt: 'today',
      milliseconds: 1,
      counts: { held: 0, broken: 1, open: 0, unseen: 1, outside: 0 },
      lines: [line('unseen', 'not looked at: no such login'), line('broken', 'a table: 1 of 2')],
    } as ComplianceReport);
  } finally {
    write.mockRestore();
  }
  expect(written.join('')).toMatch(/^ {8}not looked at: no such login$/m);
  expect(written.join('')).toMatch(/^ {8}broken: a table: 1 of 2$/m);
});

test.each([
  ['held, and in part', {}, true],
  ['broken', { broken: 1 }, false],
  ['open', { open: 1 }, false],
  ['not looked at', { unseen: 1 }, false],
])(
  'a run with lines that are %s is a finding unless nothing is left to do [N-51 +, N-51 -]',
  (_, found, sound) => {
    expect(isSound({ held: 2, outside: 1, broken: 0, open: 0, unseen: 0, ...found })).toBe(sound);
  },
);
