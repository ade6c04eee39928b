import { statementsOf } from '../../migrate/syntax.ts';
import type { Tree } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import { writtenBy } from '../programs/written.ts';
import type { Guard } from './guard.ts';

export const sessionLeftClean: Guard = {
  name: 'session-left-clean',
  claim:
    'no migration ends its transaction itself, or leaves a setting, a role, a temporary object or something kept for later in its session',
  requirements: ['S-26', 'S-30'],
  async check({ steps }) {
    const found = await Promise.all(
      steps.map(async ({ migration: { up, path }, before }) => {
        const statements = await statementsOf({ path, up });
        const written = writtenBy(statements, before.reach);
        return statements.flatMap(({ kind, tree, line }, at) => {
          // Blocks, and functions that the migration brings and calls.
          const programs = (written[at]?.programs ?? []).filter(({ isOwn }) => isOwn);
          const inBlocks = programs
            .flatMap(({ ran }) => ran)
            .flatMap((one) => leftBehind(one.kind, one.tree) ?? []);
          const left = leftBehind(kind, tree) ?? inBlocks[0];
          return left === undefined ? [] : [{ path, line, left }];
        });
      }),
    );
    return found.flat().map(({ path, line, left }) => ({
      where: `${path}:${line}`,
      problem: left,
      expected:
        'one transaction that both runners begin and end, and a session as it was: the next migration runs in the same one',
      remedy: 'set local, and an object of a schema; the runners begin and commit',
    }));
  },
};

/** As DECLARE counts it. */
const WITH_HOLD = 0x20;
const LOCKS_SESSION = /^pg_(try_)?advisory_lock(_shared)?$/;

function leftBehind(kind: string, tree: Tree): string | undefined {
  if (kind === 'TransactionStmt') return 'begins or ends a transaction';
  if (kind === 'DiscardStmt' || (kind === 'VariableSetStmt' && !tree.is_local))
    return 'sets something beyond its transaction';
  const all = { [kind]: tree };
  if ([...nodesOf(all, 'PrepareStmt'), ...nodesOf(all, 'ExecuteStmt')].length > 0)
    return 'prepares or executes a statement, which outlives its transaction and hides what it reads';
  if (kind === 'ListenStmt') return 'listens beyond its transaction';
  if (kind === 'DeclareCursorStmt' && tree.options & WITH_HOLD)
    return 'opens a cursor that outlives its transaction';
  const calls = kind === 'CreateFunctionStmt' ? [] : nodesOf(tree, 'FuncCall');
  if (calls.some(setsForGood)) return 'sets something beyond its transaction';
  if (calls.some(({ funcname }) => LOCKS_SESSION.test(funcname.at(-1).String.sval)))
    return 'takes a lock that outlives its transaction';
  const text = JSON.stringify(tree);
  if (/"relpersistence":"t"/.test(text) || /"(schemaname|sval)":"pg_temp"/.test(text)) {
    // A pinned search_path names pg_temp last, and makes nothing there.
    const isPinned =
      kind === 'CreateFunctionStmt' || kind === 'AlterFunctionStmt' || kind === 'VariableSetStmt';
    if (!isPinned || /"funcname":\[\{"String":\{"sval":"pg_temp"/.test(text))
      return 'makes or uses a temporary object';
  }
  return undefined;
}

/** `set_config(name, value, is_local)`, where the last is anything but true. */
function setsForGood({ funcname, args }: Tree): boolean {
  if ((funcname as Tree[]).at(-1).String.sval !== 'set_config') return false;
  return args?.[2]?.A_Const?.boolval?.boolval !== true;
}
