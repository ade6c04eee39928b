import { statementsOf } from '../../migrate/syntax.ts';
import { roleName } from '../../sql/names.ts';
import type { Tree } from '../../sql/parse.ts';
import { writtenBy } from '../programs/written.ts';
import type { Guard } from './guard.ts';

export const passwordsElsewhere: Guard = {
  name: 'passwords-elsewhere',
  claim: 'no migration sets a password, or says until when one is good',
  requirements: ['S-30'],
  async check({ steps }) {
    const found = await Promise.all(
      steps.map(async ({ migration: { up, path }, before }) => {
        const statements = await statementsOf({ path, up });
        const written = writtenBy(statements, before.reach);
        return statements.flatMap(({ kind, tree, line }, at) => {
          const programs = (written[at]?.programs ?? []).filter(({ isOwn }) => isOwn);
          const ran = [{ kind, tree }, ...programs.flatMap((program) => program.ran)];
          return [...new Set(ran.flatMap((one) => told(one.kind, one.tree)))].map((problem) => ({
            where: `${path}:${line}`,
            problem,
          }));
        });
      }),
    );
    return found.flat().map((one) => ({
      ...one,
      expected:
        'a history that whoever reads the repository may read, and that opens no deployment by itself',
      // A password that was written down once is known, also where nobody deployed it.
      remedy:
        'take it out, set it on each deployment by itself (`\\password`), and let nobody use the one that stood here',
    }));
  },
};

/** Never with the password: the report is read by many. */
function told(kind: string, tree: Tree): readonly string[] {
  const whose = WHOSE[kind]?.(tree);
  if (whose === undefined) return [];
  const options = ((tree.options ?? []) as Tree[]).map(({ DefElem }) => DefElem as Tree);
  // `password null` takes one away.
  const sets = (name: string) =>
    options.some(({ defname, arg }) => String(defname).toLowerCase() === name && arg !== undefined);
  return [
    ...(sets('password') ? [`sets the password of ${whose}`] : []),
    ...(sets('validuntil') ? [`sets until when the password of ${whose} is good`] : []),
  ];
}

const WHOSE: Readonly<Record<string, (tree: Tree) => string>> = {
  CreateRoleStmt: ({ role }) => `the role ${role}`,
  AlterRoleStmt: ({ role }) => `the role ${roleName(role)}`,
  CreateUserMappingStmt: ({ servername }) => `somebody on the foreign server ${servername}`,
  AlterUserMappingStmt: ({ servername }) => `somebody on the foreign server ${servername}`,
};
