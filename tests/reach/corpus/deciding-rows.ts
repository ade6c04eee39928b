import type { Migration } from './migration.ts';

/** Until then, of the bucket of documents: what they hold a ticket, or a grant, for; its fence still stands. */
const SIGNED_ALONE = `widened: clinic staff can now read storage.objects in more rows: no longer only where name = any (authz.document_paths('sign', storage.operation())), and 1 more`;
const UPLOADED_ALONE = `widened: clinic staff can now add to storage.objects in more rows: no longer only where name = any (authz.document_paths('upload', storage.operation())), and 1 more`;

export const DECIDING_ROWS: readonly Migration[] = [
  {
    does: 'allows a state to follow another',
    sql: `insert into authz.state_transitions (table_name, from_state, to_state, realms) values ('invoices', 'void', 'draft', '{provider}')`,
    widens: true,
    tells: [
      'widened: authz.state_transitions now allows table_name invoices, from_state void, to_state draft and realms provider',
    ],
  },
  {
    does: 'no longer allows a state to follow another',
    sql: `delete from authz.state_transitions where table_name = 'invoices' and from_state = 'issued' and to_state = 'void'`,
    widens: false,
    tells: [
      'narrowed: authz.state_transitions no longer allows table_name invoices, from_state issued and to_state void',
    ],
  },
  {
    does: 'allows tokens without a session',
    sql: 'update authz.deployment_settings set allow_sessionless_tokens = true',
    widens: true,
    tells: [
      'changed: authz.deployment_settings says otherwise: allow_sessionless_tokens is true instead of false',
    ],
  },
  {
    does: 'touches the settings of the deployment and changes none',
    sql: 'update authz.deployment_settings set updated_at = now()',
    widens: false,
    tells: [],
  },
  {
    does: 'lets staff read the files of a bucket',
    sql: `create policy portal_files on storage.objects for select to authenticated using (bucket_id = 'portal')`,
    widens: true,
    tells: [SIGNED_ALONE],
  },
  {
    does: 'opens every file to whoever has not signed in',
    sql: 'create policy anyone on storage.objects for all to public using (true)',
    widens: true,
    tells: [
      'widened: whoever has not signed in can now add to storage.objects, where its policies let them',
      'widened: whoever has not signed in can now change storage.objects, where its policies let them',
      'widened: whoever has not signed in can now delete from storage.objects, where its policies let them',
      'widened: whoever has not signed in can now read storage.objects, where its policies let them',
      UPLOADED_ALONE,
      'widened: clinic staff can now change storage.objects, where its policies let them',
      'widened: clinic staff can now delete from storage.objects, where its policies let them',
      SIGNED_ALONE,
    ],
  },
  {
    does: 'makes a bucket that everybody reads who knows the address',
    sql: `insert into storage.buckets (id, name, public) values ('portal', 'portal', true)`,
    widens: true,
    tells: ['widened: whoever knows its address can now read every file in bucket portal'],
  },
  {
    does: 'makes a bucket that policies guard',
    sql: `insert into storage.buckets (id, name, public) values ('portal', 'portal', false)`,
    widens: false,
    tells: [],
  },
];
