import type { ScanRule } from '../rule.ts';

export const callerPastPolicies: ScanRule = {
  name: 'caller-past-policies',
  level: 'high',
  claim: 'no caller bypasses row-level security, owns a table, or can become a role that does',
  why: 'A superuser, a role with BYPASSRLS and the owner of a table whose row-level security is not forced are asked by no policy; a member becomes them with SET ROLE.',
  remedy: 'revoke the membership, take the attribute away, or give the tables another owner',
  query: ({ callers, tables }) => `
    with ${callers}, ${tables}
    select quote_ident(r.rolname) as object,
           (
             select string_agg(
               case
                 when w.oid = r.oid then ''
                 else 'can become ' || quote_ident(w.rolname) || ', which '
               end
               || case
                    when w.rolsuper then 'is superuser'
                    when w.rolbypassrls then 'bypasses row-level security'
                    else 'owns tables whose row-level security does not bind it'
                  end, '; ' order by w.rolname)
             from pg_roles as w
             where pg_has_role(r.oid, w.oid, 'member')
               and (
                 w.rolsuper
                 or w.rolbypassrls
                 or exists (select from tables as t where t.relowner = w.oid and t.relrowsecurity and not t.relforcerowsecurity)
               )
           ) as problem
    from callers as r
    where r.oid <> 0`,
};
