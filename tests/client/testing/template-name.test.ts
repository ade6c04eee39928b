import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { templateName } from '../../../testing/template.ts';

// A server of an application's own keeps its templates, and a new version of the package finds them there.
const MIGRATIONS = [{ checksum: 'a' }, { checksum: 'b' }];
const name = templateName(MIGRATIONS, '1');

const FILES = ['scripts/postgres/platform', 'seed', 'testing'].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => resolve(folder, file)),
);

test.each(FILES.map((file) => [file.slice(resolve('.').length + 1), file] as const))(
  'a template is not taken for one that was made of another text of %s',
  (_, changed) => {
    const read = (file: string) =>
      file === changed ? `${readFileSync(file, 'utf8')}-- changed` : readFileSync(file);
    expect(templateName(MIGRATIONS, '1', read)).not.toBe(name);
  },
);

test('nor for one of other migrations, or of another version of what the application adds', () => {
  expect(templateName([{ checksum: 'a' }, { checksum: 'c' }], '1')).not.toBe(name);
  expect(templateName(MIGRATIONS, '2')).not.toBe(name);
});

test('the same texts have the same name', () => {
  expect(templateName(MIGRATIONS, '1')).toBe(name);
  expect(name).toMatch(/^cordon_template_[0-9a-f]{16}$/);
});
