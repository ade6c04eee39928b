import { expect, test } from 'vitest';
import { type Deployment, describeDeployment } from '../../scripts/migrate/summary.ts';

const server = { version: '17.1', origin: 'embedded', address: '127.0.0.1' } as const;
const nextAfter = (applied: Deployment['applied']) =>
  describeDeployment({
    server,
    url: 'postgresql://postgres@127.0.0.1/postgres',
    typesWritten: [],
    alreadyApplied: 3,
    applied,
  } as unknown as Deployment).find((line) => line.startsWith('next'));

test('the next step is one that can be taken: a server that was migrated and never filled is told how to fill it', () => {
  expect(nextAfter([{ version: '20260101000000', name: 'a', milliseconds: 5 }] as never)).toContain(
    'npm run db:seed',
  );
  expect(nextAfter([])).toMatch(/npm run db:seed.*npm run db:new/);
});
