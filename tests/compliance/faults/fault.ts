/** One way to break what a requirement promises, which its line must notice. */
interface Fault {
  readonly told: string;
  /** What must have been done for the line to hold, beyond applying the migrations. */
  readonly first?: string;
  /** Run as superuser, in the transaction that the world is staged in; the roll-back mends it. Ids are the seed's. */
  readonly plant: string;
  /** What must stand in the reason that the line gives. */
  readonly caught: RegExp;
  /** Other ways, each of which alone must be noticed. */
  readonly also?: readonly Omit<Fault, 'first' | 'also'>[];
}

export type Faults = Readonly<Record<string, Fault>>;

/** A function whose text says something else. Fails where the text does not hold what is replaced. */
export function rewritten(signature: string, from: string, to: string): string {
  return `do $fault$ declare v_text text := pg_get_functiondef('${signature}'::regprocedure); begin
    if position($x$${from}$x$ in v_text) = 0 then raise exception 'the fault finds nothing to replace in ${signature}'; end if;
    execute replace(v_text, $x$${from}$x$, $x$${to}$x$);
  end $fault$`;
}

/** Every policy of a realm on a table lets every row of the own organisation through; of the portal, every row. */
export function opened(table: string, realm: 'authenticated' | 'patient' = 'authenticated'): string {
  const condition = realm === 'patient' ? 'true' : '(organisation_id = (select authz.organisation_id()))';
  return `do $fault$ declare v_policy record; begin
    for v_policy in select * from pg_policies where schemaname = 'public' and tablename = '${table}' and '${realm}' = any (roles) loop
      if v_policy.cmd <> 'INSERT' then execute format('alter policy %I on public.${table} using (%s)', v_policy.policyname, $x$${condition}$x$); end if;
      if v_policy.with_check is not null then execute format('alter policy %I on public.${table} with check (%s)', v_policy.policyname, $x$${condition}$x$); end if;
    end loop;
  end $fault$; grant select on public.${table} to ${realm}`;
}

/** A trigger that is silent. */
export function silenced(table: string, trigger: string): string {
  return `alter table ${table} disable trigger ${trigger}`;
}
