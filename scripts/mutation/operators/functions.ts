import type { Operator } from '../mutant.ts';
import { withBody } from '../sites.ts';
import { statementsOf } from '../statements.ts';
import type { FunctionSubject } from '../subject.ts';
import { replaced, tokensOf } from '../tokens.ts';

/** Exchanges the rights that a function runs with. */
export const flipSecurity: Operator = {
  name: 'flip-security',
  about: 'make a definer function an invoker, or the reverse',
  mutate: ({ functions }) =>
    functions.map(({ name, calls, signature, isDefiner }) => ({
      subject: name,
      calls,
      what: isDefiner ? 'as invoker' : 'as definer',
      sql: `alter function ${signature} security ${isDefiner ? 'invoker' : 'definer'}`,
    })),
};

/** Leaves a function to the caller's search_path. */
export const dropSearchPath: Operator = {
  name: 'drop-search-path',
  about: "leave a function to the caller's search_path",
  mutate: ({ functions }) =>
    functions
      .filter(({ setsPath }) => setsPath)
      .map(({ name, calls, signature }) => ({
        subject: name,
        calls,
        what: '',
        sql: `alter function ${signature} reset search_path`,
      })),
};

/** Turns the condition of an IF around. */
export const negateIf: Operator = {
  name: 'negate-if',
  about: 'turn the condition of an IF around',
  mutate: ({ functions }) =>
    statements(
      functions,
      'if',
      (text) => `not (${text})`,
      (text) => text,
    ),
};

/** Leaves out an exception. */
export const dropRaise: Operator = {
  name: 'drop-raise',
  about: 'leave out an exception',
  mutate: ({ functions }) => statements(functions, 'raise', () => 'null', firstLine),
};

/** Leaves out a statement that does something: an assignment, a lock, an update. */
export const dropStatement: Operator = {
  name: 'drop-statement',
  about: 'leave out a statement of a function',
  mutate: ({ functions }) => statements(functions, 'act', () => 'null', firstLine),
};

/** Values that answer "yes, and all of it", by return type. */
const CONSTANTS: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'false'],
  uuid: ['(select o.id from public.organisations as o order by o.id limit 1)'],
  'uuid[]': [
    'array(select o.id from public.organisations as o union select p.id from public.patients as p union select m.user_id from public.organisation_members as m)',
  ],
  smallint: ['100'],
  'timestamp with time zone': [`'infinity'`],
  trigger: ['new'],
  void: [''],
};

/** Makes a function answer the same to everybody. */
export const constantResult: Operator = {
  name: 'constant-result',
  about: 'answer the same to everybody: true, everything, the row as it was sent',
  mutate: ({ functions }) =>
    functions.flatMap(({ name, calls, language, returns, definition, body }) =>
      (CONSTANTS[returns] ?? []).map((value) => ({
        subject: name,
        calls,
        what: value === '' ? 'nothing' : value,
        undo: definition,
        sql: withBody(
          definition,
          body,
          language === 'sql' ? `select ${value}::${returns}` : `begin return ${value}; end`,
        ),
      })),
    ),
};

function statements(
  functions: readonly FunctionSubject[],
  kind: string,
  change: (text: string) => string,
  tell: (text: string) => string,
) {
  return functions
    .filter(({ language }) => language === 'plpgsql')
    .flatMap(({ name, calls, definition, body }) =>
      statementsOf(tokensOf(body))
        .filter((statement) => statement.kind === kind)
        .map((statement) => {
          const text = body.slice(statement.start, statement.end);
          return {
            subject: name,
            calls,
            what: tell(text),
            undo: definition,
            sql: withBody(definition, body, replaced(body, statement, change(text))),
          };
        }),
    );
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.trim() ?? '';
}
