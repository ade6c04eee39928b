import fc from 'fast-check';

/** What a column's values are made of. */
export interface ColumnSample {
  readonly type: string;
  /** What the seed holds, as JSON. */
  readonly held: readonly unknown[];
  /** Texts and numbers that the table's CHECKs name: where verdicts turn. */
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

/**
 * Values of a column's type as JSON, close to where a CHECK turns: what the seed holds, changed a little; lengths and numbers
 * that a CHECK names, and their neighbours; anything.
 */
export function valuesOf(column: ColumnSample): fc.Arbitrary<unknown> {
  const held = column.held.filter((value) => value !== null);
  const any = typed(column);
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: held.length > 0 ? fc.constantFrom(...held) : any },
    { weight: 6, arbitrary: any },
  );
}

function typed(column: ColumnSample): fc.Arbitrary<unknown> {
  const held = column.held.filter((value) => value !== null);
  const numbers = column.numbers.flatMap((each) => [each - 1, each, each + 1]);
  switch (column.type) {
    case 'text':
      return text(column, held as string[]);
    case 'text[]':
      return fc.oneof(
        fc.array(fc.constantFrom('', ...column.texts), { maxLength: 8 }),
        fc
          .tuple(
            fc.constantFrom(0, ...numbers.filter((each) => each >= 0 && each < 3_000)),
            text(column, ['a']),
          )
          .map(([count, element]) => Array<string>(count).fill(element.slice(0, 30))),
        fc.array(
          character.map((each) => each.repeat(2)),
          { maxLength: 5 },
        ),
      );
    case 'uuid':
      return fc
        .oneof(fc.uuid(), fc.constantFrom('00000000-0000-0000-0000-000000000000', ...(held as string[])))
        .chain((id) => fc.constantFrom(id, id.toUpperCase()));
    case 'boolean':
      return fc.boolean();
    case 'smallint':
      return fc.oneof(whole(numbers, 32_767), fc.integer({ min: -32_768, max: 32_767 }));
    case 'integer':
      return fc.oneof(whole(numbers, 2_147_483_647), fc.integer());
    case 'bigint':
      return fc.oneof(whole(numbers, Number.MAX_SAFE_INTEGER), fc.maxSafeInteger());
    case 'xid8':
      return fc.nat().map(String);
    case 'timestamp with time zone':
      return moment(held as string[]);
    case 'date':
      return fc.oneof(
        fc.constantFrom('1849-12-31', '1850-01-01', '2199-12-31', '2200-01-01', '0001-01-01'),
        fc
          .date({ min: new Date('1800-01-01'), max: new Date('2300-01-01'), noInvalidDate: true })
          .map((each) => each.toISOString().slice(0, 10)),
      );
    case 'jsonb':
      return json(column, held);
    case 'inet':
      return fc.ipV4();
    case 'cidr':
      return fc.constantFrom('192.0.2.0/24', '2001:db8::/32');
    default:
      throw new Error(`no values of type ${column.type}: add them here`);
  }
}

/** One character, those included that a locale or a count of halves would get wrong. */
const character = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    '\u00a0',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u007f',
    '\n',
    '\t',
    ' ',
    '\\',
    '/',
    '@',
    '-',
    '.',
    '"',
    '{',
    ',',
    '😀',
    'İ',
    'ß',
    'Ä',
    'A',
    'z',
    '0',
    'null',
    '\0',
    '\ud834',
    '\\u0000',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);

function text(column: ColumnSample, held: readonly string[]): fc.Arbitrary<string> {
  const known = [...held, ...column.texts, ''];
  const lengths = [...column.numbers.flatMap((each) => [each - 1, each, each + 1]), 0, 1].filter(
    (each) => each >= 0 && each <= 25_000,
  );
  const changed = fc
    .tuple(
      fc.constantFrom(...known),
      fc.nat(),
      character,
      fc.constantFrom('insert', 'replace', 'remove', 'append', 'upper', 'pad'),
    )
    .map(([value, at, each, how]) => {
      const characters = [...value];
      const place = at % (characters.length + 1);
      if (how === 'insert') characters.splice(place, 0, each);
      if (how === 'replace') characters.splice(place, 1, each);
      if (how === 'remove') characters.splice(place, 1);
      if (how === 'append') characters.push(each);
      const all = characters.join('');
      return how === 'upper' ? all.toUpperCase() : how === 'pad' ? ` ${all} ` : all;
    });
  const long = fc
    .tuple(fc.constantFrom(...lengths), character, fc.constantFrom('', ' ', '\t'))
    .map(([count, each, edge]) => edge + [...each].at(0)?.repeat(count) + edge);
  return fc.oneof(
    changed,
    long,
    fc.constantFrom(...known),
    fc.array(character, { maxLength: 12 }).map((all) => all.join('')),
  );
}

function whole(numbers: readonly number[], limit: number): fc.Arbitrary<number> {
  return fc.constantFrom(...[0, 1, -1, limit, -limit, ...numbers].filter((each) => Math.abs(each) <= limit));
}

/** Microseconds apart, an hour, ninety days: as the server writes them. */
function moment(held: readonly string[]): fc.Arbitrary<string> {
  const bases = [...held, '2026-11-28T12:00:00+00:00'].map((each) => Date.parse(each));
  const steps = [0, 1, 3_600_000, 86_400_000, 90 * 86_400_000];
  return fc
    .tuple(
      fc.constantFrom(...bases.slice(0, 4), ...bases.slice(-1)),
      fc.constantFrom(...steps),
      fc.constantFrom(1, -1),
      fc.constantFrom('', '000', '001', '999', '0004', '0005', '9996'),
      fc.constantFrom('Z', '+00:00', '-03:00', '+07:00'),
    )
    .map(([base, step, sign, micros, offset]) => {
      const shift = offset === '-03:00' ? -3 : offset === '+07:00' ? 7 : 0;
      return new Date(base + sign * step + shift * 3_600_000).toISOString().replace('Z', micros + offset);
    });
}

function json(column: ColumnSample, held: readonly unknown[]): fc.Arbitrary<unknown> {
  const leaf = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(...column.numbers, ...column.texts, 24.5, 1e21, 1e-7, -0, 1.5e300, null, '5'),
  );
  const isGiven = (value: unknown) => value !== null;
  const objects = held.filter((value) => typeof value === 'object' && !Array.isArray(value)) as object[];
  const changed = fc
    .tuple(
      fc.constantFrom(...(objects.length > 0 ? objects : [{}])),
      fc.constantFrom(...column.texts, 'more'),
      leaf,
      fc.boolean(),
    )
    .map(([base, name, value, isRemoved]) => {
      const entries = Object.entries(base).filter(([each]) => each !== name);
      return Object.fromEntries(isRemoved ? entries : [...entries, [name, value]]);
    });
  const large = fc
    .tuple(
      fc.constantFrom(...column.numbers.filter((each) => each > 100 && each < 25_000), 100),
      fc.constantFrom(-1, 0, 1),
      fc.constantFrom('x', '😀', '"', '\\', 'é'),
      fc.boolean(),
    )
    .map(([limit, more, each, isList]) => {
      // What PostgreSQL writes around it: [1, "…", 1000000000000000000000] and {"a": "…", "b": [0.00000015, true]}
      const around = isList ? 31 : 34;
      const filling = each.repeat((limit + more - around) / (each === '"' || each === '\\' ? 2 : 1));
      return isList ? [1, filling, 1e21] : { a: filling, b: [1.5e-7, true] };
    });
  return fc.oneof(changed, large, leaf).filter(isGiven);
}
