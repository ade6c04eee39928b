import { statementsOf } from '../../migrate/syntax.ts';
import { roleName } from '../../sql/names.ts';
import type { Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
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
          const ran = [{ kind, tree, fillers: [] }, ...programs.flatMap((program) => program.ran)];
          const all = ran.flatMap((one) => [
            ...told(one.kind, one.tree),
            ...toldOfConnections(one.kind, one.tree, one.fillers),
          ]);
          return [...new Set(all)].map((problem) => ({
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

/** What says where to connect, and as whom: of a subscription, or handed over to dblink, by a variable too. */
function toldOfConnections(kind: string, tree: Tree, fillers: readonly Tree[]): readonly string[] {
  if (/^(Create|Alter)SubscriptionStmt$/.test(kind))
    return holdsPassword(tree.conninfo ?? '')
      ? [`writes down the password of the subscription ${tree.subname}`]
      : [];
  const calls = nodesOf({ [kind]: tree }, 'FuncCall').filter(({ funcname }) =>
    /^dblink/.test((funcname as Tree[]).at(-1).String.sval),
  );
  const texts = calls
    .flatMap(({ args = [] }) => [args, ...fillers])
    .flatMap((one) => nodesOf(one, 'A_Const'));
  return texts.some(({ sval }) => holdsPassword(sval?.sval ?? ''))
    ? ['writes down a password with which dblink connects']
    : [];
}

/** In libpq's words or in an address. What is filled in when it runs, `password=%s` and `'password=' || …`, is none. */
function holdsPassword(text: string): boolean {
  return (
    /\b(ssl)?password\s*=\s*('(?!%[sLI]?')(?:[^'\\]|\\.)+'|(?!%[sLI])[^\s'&]+)/i.test(text) ||
    /\bpostgres(ql)?:\/\/[^:/@\s]*:(?!%[sLI])[^@\s]+@/i.test(text)
  );
}

const WHOSE: Readonly<Record<string, (tree: Tree) => string>> = {
  CreateRoleStmt: ({ role }) => `the role ${role}`,
  AlterRoleStmt: ({ role }) => `the role ${roleName(role)}`,
  CreateUserMappingStmt: ({ servername }) => `somebody on the foreign server ${servername}`,
  AlterUserMappingStmt: ({ servername }) => `somebody on the foreign server ${servername}`,
};
