import { splitMigration } from '../../compose/migration-text.ts';
import { WIDENS, wideningLines } from '../naming.ts';
import type { Guard } from './guard.ts';

export const wideningsNamed: Guard = {
  name: 'widenings-named',
  claim: 'every migration names in its header whatever it opens, or may open, and nothing that it does not',
  requirements: ['S-30'],
  check({ steps }) {
    return steps.flatMap(({ migration, verdicts }) => {
      const named = splitMigration(migration.sql).widenings.map((line) => line.trimEnd());
      const wanted = wideningLines(verdicts);
      const unnamed = wanted.filter((line) => !named.includes(line));
      const untrue = named.filter((line) => !wanted.includes(line));
      if (unnamed.length + untrue.length === 0) return [];
      const count = (lines: readonly string[], one: string, many: string) =>
        lines.length === 0 ? [] : [`${lines.length} ${lines.length === 1 ? one : many}`];
      return [
        {
          where: migration.path,
          problem: `does not name ${[...count(unnamed, 'thing that it opens', 'things that it opens'), ...count(untrue, 'thing as it is', 'things as they are')].join(', and ')}`,
          expected: `below \`-- Access:\`, a line \`${WIDENS}…\` for each, so that whoever reviews it reads it`,
          remedy: 'npm run db:new -- --headers writes them; read each before you commit it',
          details: [...untrue.map((line) => `- ${line}`), ...unnamed.map((line) => `+ ${line}`)],
        },
      ];
    });
  },
};
