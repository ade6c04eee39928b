import type { Door, Holding, Reach, Relation, Role } from '../reach/reach.ts';

/** PostgreSQL's own roles that stand for a right on everything. */
const PREDEFINED: Readonly<Record<string, (relation: Relation) => Partial<Holding>>> = {
  pg_read_all_data: ({ kind, columns }) => (kind === 'sequence' ? { bare: ['SELECT'] } : { SELECT: columns }),
  pg_write_all_data: ({ kind, columns }) =>
    kind === 'sequence' ? { bare: ['UPDATE'] } : { INSERT: columns, UPDATE: columns, DELETE: true },
  pg_maintain: ({ kind }) => (kind === 'sequence' ? {} : { bare: ['MAINTAIN'] }),
};

/**
 * A reach in which roles already have the rights of those that they come to inherit from in `other`. The membership is told in one
 * line; so only what differs beyond it is told of each object.
 */
export function withMemberships(reach: Reach, other: Reach): Reach {
  const known = new Map(reach.roles.map((role) => [role.name, role]));
  const joined = other.roles.flatMap(({ name, inherits }) =>
    inherits.filter((from) => !known.get(name)?.inherits.includes(from)).map((from) => ({ name, from })),
  );
  const born = other.roles.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  return joined.reduce(
    (changed, { name, from }) => joinAll(changed, other, name, from),
    born.reduce(withPublic, reach),
  );
}

/** Roles that are gone, or no longer have the rights of another. */
export function rolesThatLeft(before: Reach, after: Reach): ReadonlySet<string> {
  const now = new Map(after.roles.map((role) => [role.name, role]));
  const left = before.roles.filter(({ name, inherits }) =>
    inherits.some((from) => !now.get(name)?.inherits.includes(from)),
  );
  const gone = before.roles.filter(({ name }) => !now.has(name));
  return new Set([...left, ...gone].map(({ name }) => name));
}

function joinAll(reach: Reach, other: Reach, name: string, from: string): Reach {
  return {
    ...reach,
    relations: reach.relations.map((relation) => joinRelation(relation, name, from)),
    routines: reach.routines.map((routine) => ({ ...routine, callers: join(routine.callers, name, from) })),
    doors: joinDoors(reach, other, name, from),
  };
}

/** A new role has what everybody has, by PUBLIC: that is no news. */
function withPublic(reach: Reach, name: string): Reach {
  // What our definer functions may call is not read.
  const everybody = reach.roles.filter(
    (role) => role.name !== 'cordon_definer' && !role.attributes.includes('superuser'),
  );
  const join = (list: readonly string[]) =>
    everybody.every((role) => list.includes(role.name)) ? [...list, name].sort() : list;
  const holders = new Map<string, Set<string>>();
  const keyOf = ({ verb, object }: Door) => `${verb} ${object}`;
  for (const door of reach.doors) {
    holders.set(keyOf(door), (holders.get(keyOf(door)) ?? new Set()).add(door.realm));
  }
  const isPublic = (door: Door) =>
    door.isInherited &&
    door.realm === everybody[0]?.name &&
    everybody.every((role) => holders.get(keyOf(door))?.has(role.name));
  return {
    ...reach,
    relations: reach.relations.map((relation) => {
      const holdings = everybody.map((role) => relation.held[role.name]);
      const held = shared(holdings, relation.columns);
      return {
        ...relation,
        nameableBy: join(relation.nameableBy),
        held: held ? { ...relation.held, [name]: held } : relation.held,
      };
    }),
    routines: reach.routines.map((routine) => ({ ...routine, callers: join(routine.callers) })),
    doors: [...reach.doors, ...reach.doors.filter(isPublic).map((door) => ({ ...door, realm: name }))],
  };
}

/** What all of them hold. */
function shared(holdings: readonly (Holding | undefined)[], order: readonly string[]): Holding | undefined {
  const all = holdings.filter((holding) => holding !== undefined);
  if (all.length < holdings.length || all.length === 0) return;
  const columns = (command: 'SELECT' | 'INSERT' | 'UPDATE') =>
    order.filter((column) => all.every((holding) => holding[command].includes(column)));
  return {
    SELECT: columns('SELECT'),
    INSERT: columns('INSERT'),
    UPDATE: columns('UPDATE'),
    DELETE: all.every((holding) => holding.DELETE),
    bare: (all[0]?.bare ?? []).filter((right) => all.every((holding) => holding.bare.includes(right))),
    isUnbound: false,
  };
}

function join(list: readonly string[], name: string, from: string): readonly string[] {
  return list.includes(from) && !list.includes(name) ? [...list, name].sort() : list;
}

function joinRelation(relation: Relation, name: string, from: string): Relation {
  const given = PREDEFINED[from]?.(relation);
  const held = unite(relation.held[name], relation.held[from] ?? given, relation.columns);
  const isOwner = relation.owner === from && !relation.forced;
  return {
    ...relation,
    nameableBy: join(relation.nameableBy, name, from),
    held: held
      ? { ...relation.held, [name]: { ...held, isUnbound: held.isUnbound || isOwner } }
      : relation.held,
    policies: relation.policies.map((policy) => ({
      ...policy,
      appliesTo: join(policy.appliesTo, name, from),
    })),
  };
}

function unite(
  one: Holding | undefined,
  other: Partial<Holding> | undefined,
  order: readonly string[],
): Holding | undefined {
  if (!other) return one;
  const columns = (command: 'SELECT' | 'INSERT' | 'UPDATE') =>
    order.filter((column) => one?.[command].includes(column) || other[command]?.includes(column));
  return {
    SELECT: columns('SELECT'),
    INSERT: columns('INSERT'),
    UPDATE: columns('UPDATE'),
    DELETE: one?.DELETE || other.DELETE || false,
    bare: [...new Set([...(one?.bare ?? []), ...(other.bare ?? [])])],
    isUnbound: one?.isUnbound ?? false,
  };
}

function joinDoors({ doors }: Reach, other: Reach, name: string, from: string): readonly Door[] {
  // These two name every schema, whoever else does.
  const everySchema = /^pg_(read|write)_all_data$/.test(from)
    ? other.doors.filter(({ realm, verb }) => realm === name && verb === 'name what stands in')
    : [];
  return [
    ...doors,
    ...doors
      .filter(({ realm, isInherited }) => isInherited && realm === from)
      .map((door) => ({ ...door, realm: name })),
    ...everySchema,
  ];
}

/** Both without what is read off of roles that no rule binds before or after: that is told of the role, in one line. */
export function withoutUnbound(before: Reach, after: Reach): readonly [Reach, Reach] {
  const of = (reach: Reach, attribute: string) =>
    reach.roles.filter(({ attributes }) => attributes.includes(attribute)).map(({ name }) => name);
  const changed = (attribute: string) => {
    const [was, is] = [of(before, attribute), of(after, attribute)];
    return [...was.filter((name) => !is.includes(name)), ...is.filter((name) => !was.includes(name))].filter(
      (name) => before.roles.some((role) => role.name === name),
    );
  };
  const [mighty, unbound] = [new Set(changed('superuser')), new Set(changed('bypassrls'))];
  if (mighty.size === 0 && unbound.size === 0) return [before, after];
  const spare = (reach: Reach): Reach => ({
    ...reach,
    roles: reach.roles.filter(({ name }: Role) => !mighty.has(name)),
    relations: reach.relations.map((relation) => ({
      ...relation,
      held: Object.fromEntries(
        Object.entries(relation.held)
          .filter(([name]) => !mighty.has(name))
          .map(([name, holding]) => [name, unbound.has(name) ? { ...holding, isUnbound: true } : holding]),
      ),
      policies: relation.policies.map((policy) => ({
        ...policy,
        appliesTo: policy.appliesTo.filter((name) => !mighty.has(name)),
      })),
    })),
    routines: reach.routines.map((routine) => ({
      ...routine,
      callers: routine.callers.filter((name) => !mighty.has(name)),
    })),
    doors: reach.doors.filter(({ realm }) => !mighty.has(realm)),
  });
  return [spare(before), spare(after)];
}
