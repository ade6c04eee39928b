import { join } from 'node:path';
import { MIGRATIONS } from '../../migrate/history.ts';
import { LINK, leadsElsewhere } from '../../migrate/pushed-folder.ts';
import type { Guard } from './guard.ts';

export const historyKept: Guard = {
  name: 'history-kept',
  claim: 'every migration of the base is there, byte for byte, and every new one is younger than all of them',
  requirements: ['S-26'],
  check({ base, head }) {
    const now = new Map(head.map((migration) => [migration.fileName, migration]));
    const newest = base.migrations.at(-1);
    const old = new Set(base.migrations.map(({ fileName }) => fileName));
    return [
      ...base.migrations.flatMap(({ fileName, checksum }) => {
        const is = now.get(fileName);
        if (is?.checksum === checksum) return [];
        const path = join(MIGRATIONS, fileName);
        return [
          {
            where: path,
            problem: is ? `was edited, and stands in ${base.ref}` : `is gone, and stands in ${base.ref}`,
            expected: 'a history that is never edited: databases have applied it',
            remedy: `git checkout ${base.commit.slice(0, 12)} -- ${path}, and write a new migration: npm run db:new -- <verb_object>`,
          },
        ];
      }),
      ...head
        .filter(({ fileName, version }) => !old.has(fileName) && newest && version <= newest.version)
        .map(({ path, version }) => ({
          where: path,
          problem: `is new, and not younger than ${newest?.fileName} of ${base.ref}`,
          expected: `a version after ${newest?.version}: databases that have applied that one refuse this one`,
          remedy: `rename it to a version after ${newest?.version} (it is ${version})`,
        })),
      ...(leadsElsewhere() ? [LINK] : []),
    ];
  },
};
