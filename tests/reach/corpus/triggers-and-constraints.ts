import type { Migration } from './migration.ts';

/** A table in parts, with a trigger of all of them. */
const MONTHLY = `create table public.monthly (month integer) partition by list (month);
  create table public.monthly_1 partition of public.monthly for values in (1);
  create function public.keep() returns trigger language plpgsql as $$ begin raise exception 'kept'; end $$;
  create trigger keep before delete on public.monthly for each row execute function public.keep()`;

export const GUARDS: readonly Migration[] = [
  {
    does: 'drops a trigger',
    sql: 'drop trigger _060_frozen on public.invoices',
    widens: true,
    tells: ['widened: the trigger _060_frozen no longer guards public.invoices'],
  },
  {
    does: 'switches a trigger off',
    sql: 'alter table public.invoices disable trigger _060_frozen',
    widens: true,
    tells: ['widened: the trigger _060_frozen on public.invoices is switched off'],
  },
  {
    does: 'lets a trigger sleep but for replicas',
    sql: 'alter table public.invoices enable replica trigger _060_frozen',
    widens: true,
    tells: [
      'widened: the trigger _060_frozen on public.invoices now fires only in a session that replays as a replica',
    ],
  },
  {
    does: 'lets a trigger sleep while a session replays as a replica',
    sql: 'alter table public.invoices enable trigger _060_frozen',
    widens: true,
    tells: [
      'widened: the trigger _060_frozen on public.invoices now fires except in a session that replays as a replica',
    ],
  },
  {
    does: 'puts a condition on a trigger',
    sql: `drop trigger _300_occupancy on public.beds;
      create trigger _300_occupancy before insert or update on public.beds for each row when (new.status <> 'closed') execute function authz.tg_beds__occupancy();
      alter table public.beds enable always trigger _300_occupancy`,
    widens: true,
    tells: ['changed: the trigger _300_occupancy guards public.beds by another definition'],
  },
  {
    does: 'adds a trigger',
    sql: `create trigger _060_extra before update on public.beds for each row execute function authz.tg__tenant('beds');
      alter table public.beds enable always trigger _060_extra`,
    widens: false,
    tells: ['narrowed: the trigger _060_extra now guards public.beds'],
  },
  {
    does: 'drops a check',
    sql: 'alter table public.invoices drop constraint invoices_total_minor_check',
    widens: true,
    tells: ['widened: the check invoices_total_minor_check no longer guards public.invoices'],
  },
  {
    does: 'loosens a check',
    sql: `alter table public.beds drop constraint beds_status_check;
      alter table public.beds add constraint beds_status_check check (status <> '')`,
    widens: true,
    tells: ['changed: the check beds_status_check guards public.beds by another definition'],
  },
  {
    does: 'drops a foreign key',
    sql: 'alter table public.invoices drop constraint invoices_organisation_id_agreement_id_fkey',
    widens: true,
    tells: [
      'widened: the foreign key invoices_organisation_id_agreement_id_fkey no longer guards public.invoices',
    ],
  },
  {
    does: 'lets what a foreign key refers to take its rows along',
    sql: `alter table public.invoices drop constraint invoices_organisation_id_agreement_id_fkey;
      alter table public.invoices add constraint invoices_organisation_id_agreement_id_fkey
        foreign key (organisation_id, agreement_id) references public.agreements (organisation_id, id) on delete cascade`,
    widens: true,
    tells: [
      'changed: the foreign key invoices_organisation_id_agreement_id_fkey guards public.invoices by another definition',
    ],
  },
  {
    does: 'drops a unique key',
    sql: 'alter table public.patients drop constraint patients_organisation_id_mrn_key',
    widens: true,
    tells: ['widened: the unique key patients_organisation_id_mrn_key no longer guards public.patients'],
  },
  {
    does: 'drops a unique index that is no constraint',
    given: `create unique index beds_one_label on public.beds (organisation_id, label) where status = 'occupied'`,
    sql: 'drop index public.beds_one_label',
    widens: true,
    tells: ['widened: the unique index beds_one_label no longer guards public.beds'],
  },
  {
    does: 'lets a column be empty',
    sql: 'alter table public.patients alter column mrn drop not null',
    widens: true,
    tells: ['widened: public.patients (mrn) no longer has to be filled in'],
  },
  {
    does: 'drops the check of a type',
    given: `create domain public.ward_code as text constraint ward_code_check check (value ~ '^[A-Z]+$')`,
    sql: 'alter domain public.ward_code drop constraint ward_code_check',
    widens: true,
    tells: ['widened: the check ward_code_check no longer guards type public.ward_code'],
  },
  {
    does: 'drops an event trigger',
    given: `create function public.on_drop() returns event_trigger language plpgsql as $$ begin null; end $$;
      create event trigger no_drops on sql_drop execute function public.on_drop()`,
    sql: 'drop event trigger no_drops',
    asSuperuser: true,
    widens: true,
    tells: ['widened: the event trigger no_drops no longer guards the database'],
  },
  {
    does: 'rewrites what is read to something else',
    sql: `create rule beds_quiet as on delete to public.beds do instead nothing`,
    widens: true,
    tells: ['changed: a rule rewrites statements on public.beds, with the rights of its owner postgres'],
  },
  {
    does: 'writes elsewhere what is written to a table',
    sql: `create table public.shadow (organisation_id uuid, id uuid);
      create rule beds_copy as on insert to public.beds do also insert into public.shadow values (new.organisation_id, new.id)`,
    widens: true,
    tells: ['changed: a rule rewrites statements on public.beds, with the rights of its owner postgres'],
  },
  {
    does: 'adds a check',
    sql: `alter table public.beds add constraint beds_floor_check check (ward <> 'roof') not valid`,
    widens: false,
    tells: ['narrowed: the check beds_floor_check now guards public.beds'],
  },
  {
    does: 'validates a check',
    given: `alter table public.beds add constraint beds_floor_check check (ward <> 'roof') not valid`,
    sql: 'alter table public.beds validate constraint beds_floor_check',
    widens: false,
    tells: ['narrowed: the check beds_floor_check on public.beds has now been asked of every row'],
  },
  {
    does: 'drops a check, and puts it back for new rows only',
    sql: `alter table public.invoices drop constraint invoices_total_minor_check;
      alter table public.invoices add constraint invoices_total_minor_check check (total_minor >= 0) not valid`,
    widens: true,
    tells: [
      'widened: the check invoices_total_minor_check on public.invoices is asked of new rows only: those that stand there may break it, until `alter table public.invoices validate constraint invoices_total_minor_check`',
    ],
  },
  {
    does: 'drops a foreign key, and puts it back for new rows only',
    sql: `alter table public.invoices drop constraint invoices_organisation_id_agreement_id_fkey;
      alter table public.invoices add constraint invoices_organisation_id_agreement_id_fkey
        foreign key (organisation_id, agreement_id) references public.agreements (organisation_id, id) on delete restrict not valid`,
    widens: true,
    tells: [
      'widened: the foreign key invoices_organisation_id_agreement_id_fkey on public.invoices is asked of new rows only: those that stand there may break it, until `alter table public.invoices validate constraint invoices_organisation_id_agreement_id_fkey`',
    ],
  },
  {
    does: 'drops a check of a domain, and puts it back for new rows only, by a name that has to be quoted',
    given: `create domain public.floor as text; alter domain public.floor add constraint "No roof" check (value <> 'roof')`,
    sql: `alter domain public.floor drop constraint "No roof";
      alter domain public.floor add constraint "No roof" check (value <> 'roof') not valid`,
    widens: true,
    tells: [
      'widened: the check No roof on type public.floor is asked of new rows only: those that stand there may break it, until `alter domain public.floor validate constraint "No roof"`',
    ],
  },
  {
    does: 'drops a check, and puts it back as it was',
    sql: `alter table public.invoices drop constraint invoices_total_minor_check;
      alter table public.invoices add constraint invoices_total_minor_check check (total_minor >= 0)`,
    widens: false,
    tells: [],
  },
  {
    does: 'switches a trigger on for replicas too',
    given: 'alter table public.invoices enable trigger _060_frozen',
    sql: 'alter table public.invoices enable always trigger _060_frozen',
    widens: false,
    tells: ['narrowed: the trigger _060_frozen on public.invoices now always fires'],
  },
  {
    does: 'adds a trigger with a function of its own',
    sql: `create function public.copy_beds() returns trigger language plpgsql security definer as $$ begin return new; end $$;
      create trigger _990_copy after insert on public.beds for each row execute function public.copy_beds()`,
    widens: true,
    tells: [
      'changed: public.copy_beds() is new, which 1 trigger asks',
      'changed: the trigger _990_copy now guards public.beds',
    ],
  },
  {
    does: 'drops one of two triggers that do the same, and the other is switched off',
    given: `create trigger _061_frozen before insert or delete or update on public.beds for each row execute function authz.tg__tenant('beds');
      alter table public.beds disable trigger _061_frozen;
      create trigger _060_frozen before insert or delete or update on public.beds for each row execute function authz.tg__tenant('beds')`,
    sql: 'drop trigger _060_frozen on public.beds',
    widens: true,
    tells: ['widened: the trigger _061_frozen on public.beds is switched off'],
  },
  {
    does: 'drops one of two triggers that do the same',
    given: `create trigger _061_frozen before insert or delete or update on public.beds for each row execute function authz.tg__tenant('beds');
      create trigger _060_frozen before insert or delete or update on public.beds for each row execute function authz.tg__tenant('beds')`,
    sql: 'drop trigger _060_frozen on public.beds',
    widens: false,
    tells: [],
  },
  {
    does: 'drops a foreign key to a table that a new column is called after',
    sql: 'alter table public.invoices drop constraint invoices_organisation_id_agreement_id_fkey; alter table public.invoices add column agreements text',
    widens: true,
    tells: [
      'widened: clinic staff can now read public.invoices (agreements) too',
      'widened: the foreign key invoices_organisation_id_agreement_id_fkey no longer guards public.invoices',
      'widened: ops_agent can now read public.invoices (agreements) too',
      'widened: patients can now read public.invoices (agreements) too',
      'widened: the service role can now add to public.invoices (agreements) too',
      'widened: the service role can now change public.invoices (agreements) too',
      'widened: the service role can now read public.invoices (agreements) too',
    ],
  },
  {
    does: 'drops a column together with a check that speaks of another one',
    given: `alter table public.beds add column note text; alter table public.beds add constraint beds_note_check check (note is null or ward <> '')`,
    sql: 'alter table public.beds drop column note',
    widens: true,
    tells: [
      'widened: the check beds_note_check no longer guards public.beds',
      'narrowed: public.beds (note) is gone',
    ],
  },
  {
    does: 'lets rows be active by default that policies show where they are',
    sql: `alter table public.appointments alter column patient_status set default 'active'`,
    widens: true,
    tells: ['changed: the default of public.appointments (patient_status) is another one'],
  },
  {
    does: 'no longer generates a column that policies ask about',
    sql: `alter table public.medical_records alter column is_segmented drop expression`,
    widens: true,
    tells: [
      'changed: the expression of public.medical_records (is_segmented) no longer decides what stands there',
    ],
  },
  {
    does: 'puts the trigger function of another table on a table',
    sql: `create trigger _001_closed before insert on public.access_restrictions
      for each row execute function authz.tg_organisations__close()`,
    widens: true,
    tells: ['changed: the trigger _001_closed now guards public.access_restrictions'],
  },
  {
    does: 'puts a guard of many tables on one more',
    sql: `create trigger _999_secrets before insert on public.vehicles
      for each row execute function authz.tg__no_secrets()`,
    widens: false,
    tells: ['narrowed: the trigger _999_secrets now guards public.vehicles'],
  },
  {
    does: 'gives whoever becomes a member a capability by default',
    sql: `alter table public.organisation_members alter column capabilities set default '{break_glass}'`,
    widens: true,
    tells: ['changed: the default of public.organisation_members (capabilities) is another one'],
  },
  {
    does: 'switches a trigger off for one partition',
    given: MONTHLY,
    sql: 'alter table public.monthly_1 disable trigger keep',
    widens: true,
    tells: ['widened: the trigger keep on public.monthly_1 is switched off'],
  },
  {
    does: 'switches a trigger on again for one partition',
    given: `${MONTHLY}; alter table public.monthly_1 disable trigger keep`,
    sql: 'alter table public.monthly_1 enable trigger keep',
    widens: false,
    tells: [
      'narrowed: the trigger keep on public.monthly_1 now fires except in a session that replays as a replica',
    ],
  },
  {
    does: 'adds a partition, on which the triggers of its parent stand',
    given: MONTHLY,
    sql: 'create table public.monthly_2 partition of public.monthly for values in (2)',
    widens: false,
    tells: [],
  },
  {
    does: 'adds a partition, and switches a trigger of its parent off for it',
    given: MONTHLY,
    sql: `create table public.monthly_2 partition of public.monthly for values in (2);
      alter table public.monthly_2 disable trigger keep`,
    widens: true,
    tells: ['widened: the trigger keep on public.monthly_2 is switched off'],
  },
  {
    does: 'switches off what keeps a foreign key',
    given: `create table public.wards (id uuid primary key); create table public.rooms (ward uuid constraint rooms_ward_fkey references public.wards)`,
    sql: 'alter table public.rooms disable trigger all',
    asSuperuser: true,
    widens: true,
    tells: ['widened: the foreign key rooms_ward_fkey on public.rooms is switched off'],
  },
  {
    does: 'takes the rows of a record out of the log of the server',
    sql: 'alter table audit.deployment_events set unlogged',
    widens: true,
    tells: [
      'widened: the rows of audit.deployment_events are no longer logged: a crash empties it, and no standby has them',
    ],
  },
  {
    does: 'puts the rows of a table into the log of the server',
    given: 'create unlogged table public.scratch (x integer)',
    sql: 'alter table public.scratch set logged',
    widens: false,
    tells: ['narrowed: the rows of public.scratch outlive a crash from now on'],
  },
  {
    does: 'lets a rule that refuses sleep but for replicas',
    given: 'create rule beds_kept as on delete to public.beds do instead nothing',
    sql: 'alter table public.beds enable replica rule beds_kept',
    widens: true,
    tells: [
      'changed: a rule no longer rewrites statements on public.beds',
      'changed: a rule rewrites statements on public.beds, with the rights of its owner postgres',
    ],
  },
  {
    does: 'refuses something else by a check whose text ends like one that is not valid yet',
    given: `create table public.words (word text, constraint words_word_check check (word <> 'a NOT VALID'))`,
    sql: `alter table public.words drop constraint words_word_check;
      alter table public.words add constraint words_word_check check (word <> 'a')`,
    widens: true,
    tells: ['changed: the check words_word_check guards public.words by another definition'],
  },
  {
    does: 'lets a guard fire before what it should look at is written',
    sql: 'alter trigger _080_no_secrets on public.patients rename to _000_no_secrets',
    widens: true,
    tells: ['changed: the trigger _000_no_secrets on public.patients now fires before _050_tenant'],
  },
  {
    does: 'lets whoever adds a row choose its number',
    given: 'create table public.numbered (id bigint generated always as identity, x text)',
    sql: 'alter table public.numbered alter column id set generated by default',
    widens: true,
    tells: ['widened: public.numbered (id) no longer takes its numbers from its sequence alone'],
  },
  {
    does: 'gives the numbers of rows by its sequence alone',
    given: 'create table public.numbered (id bigint generated by default as identity, x text)',
    sql: 'alter table public.numbered alter column id set generated always',
    widens: false,
    tells: ['narrowed: public.numbered (id) now takes its numbers from its sequence alone'],
  },
];
