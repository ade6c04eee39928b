import { expect, test, vi } from 'vitest';
import { printReport } from '../../scripts/compliance/report.ts';
import type { ComplianceReport, Line } from '../../scripts/compliance/run.ts';

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
