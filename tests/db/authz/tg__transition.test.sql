-- authz.tg__transition: a status follows from the one before, for whom it may.
begin;
select plan(28);

create table pg_temp.things (id integer primary key, status text, word text);
insert into authz.state_transitions (table_name, from_state, to_state, realms) values
  ('things', null, 'born', null), ('things', null, 'found', null), ('things', 'born', 'grown', '{system,internal_ops}'), ('things', 'born', 'lost', '{internal_ops}'), ('things', 'grown', 'lost', null),
  ('others', 'lost', 'found', null), ('others', null, 'grown', null), ('others', 'born', 'gone', null);
create trigger _200_transition before insert or update on pg_temp.things for each row execute function authz.tg__transition('things', 'born');
create function pg_temp.said(statement text) returns text language plpgsql as $$
declare
  v_message text;
  v_detail text;
begin
  execute statement;
  return 'ok';
exception
  when others then
    get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
    return sqlstate || ' ' || v_message || '. ' || v_detail;
end
$$;
create function pg_temp.to(place integer, status text) returns text language sql as $$
  select pg_temp.said(format('update pg_temp.things set status = %L where id = %s', status, place))
$$;

select is(pg_temp.said($$ insert into pg_temp.things values (1, 'born', 'a') $$), 'ok', 'as rows are born [S-18 +]');
select is(pg_temp.said($$ insert into pg_temp.things values (2, 'found', 'a') $$), 'ok', 'and as else they may be [S-18 +]');
select is(pg_temp.said($$ insert into pg_temp.things values (3, 'grown', 'a') $$), 'CD013 things cannot go from nothing to grown. Allowed here: born, found.', 'as another table''s are they are not [S-18 -]');
select is(pg_temp.said($$ insert into pg_temp.things values (3, 'secret words', 'a') $$), 'CD013 things cannot go from nothing to an unknown state. Allowed here: born, found.', 'what is no state of ours is not repeated [S-18 -, S-39 -]');
select is(pg_temp.said($$ insert into pg_temp.things values (3, 'gone', 'a') $$), 'CD013 things cannot go from nothing to an unknown state. Allowed here: born, found.', 'nor what is another table''s [S-18 -]');
select is(pg_temp.to(1, 'lost'), 'CD013 things cannot go from born to lost. Allowed here: grown.', 'a step of another realm is none, and not told of [S-18 -]');
select is(pg_temp.to(1, 'gone'), 'CD013 things cannot go from born to an unknown state. Allowed here: grown.', 'nor is another table''s [S-18 -]');
select is(pg_temp.to(1, 'found'), 'CD013 things cannot go from born to found. Allowed here: grown.', 'nor how rows are born [S-18 -]');
select is(pg_temp.to(1, null), 'CD013 things cannot go from born to an unknown state. Allowed here: grown.', 'nor nothing [S-18 -]');
select is(pg_temp.to(1, 'born'), 'ok', 'what stays what it is takes no step [S-18 +]');
select is(pg_temp.said($$ update pg_temp.things set word = 'b' where id = 2 $$), 'ok', 'whatever else changes [S-18 +]');
select is(pg_temp.to(1, 'grown'), 'ok', 'a step of this realm is taken [S-18 +]');
select is(pg_temp.to(1, 'lost'), 'ok', 'and one of everybody [S-18 +]');
select is(pg_temp.to(1, 'grown'), 'CD013 things cannot go from lost to grown. Allowed here: nothing, it is an end.', 'from an end there is none [S-18 -]');
select is(pg_temp.to(1, 'found'), 'CD013 things cannot go from lost to found. Allowed here: nothing, it is an end.', 'in this table [S-18 -]');
select is(pg_temp.to(2, 'born'), 'CD013 things cannot go from found to born. Allowed here: nothing, it is an end.', 'what was found is not born [S-18 -]');
select is((select string_agg(status || ' ' || word, ', ' order by id) from pg_temp.things), 'lost a, found b', 'what was refused changed nothing [S-18 -]');
update authz.state_transitions set realms = '{internal_ops,provider}' where table_name = 'things' and from_state = 'grown';
insert into pg_temp.things values (4, 'born', 'a');
select is(pg_temp.to(4, 'grown'), 'ok', 'another is grown');
select is(pg_temp.to(4, 'lost'), 'CD013 things cannot go from grown to lost. Allowed here: nothing, it is an end.', 'and lost only by whom it may be [S-18 -]');

-- Written down here, and not read off the triggers: a table without one would be left out here too. A step, by the server, that its table does not list.
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.steps(relation regclass, id text, status text) returns text language sql as $$
  select pg_temp.said(format('update %s set status = %L where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %L', relation, status, id))
$$;
select is(split_part(pg_temp.steps(s.relation::regclass, s.id, s.status), '. ', 1), format('CD013 %s cannot go from %s to %s', split_part(s.relation, '.', 2), s.was, s.status), format('%s does not go from %s to %s [S-18 -]', s.relation, s.was, s.status))
from (values ('public.beds', '02', 'occupied', 'available'), ('public.cases', '02', 'new', 'closed'), ('public.claims', '01', 'draft', 'paid'), ('public.guarantees_of_payment', '01', 'requested', 'revoked'),
  ('public.signed_forms', '01', 'draft', 'terminated'), ('public.transfers', '01', 'requested', 'completed')) as s (relation, id, was, status);
select is(pg_temp.steps('public.invoices', '01', 'void'), 'ok', 'a draft of an invoice is void [S-18 +]');
select is(split_part(pg_temp.steps('public.invoices', '01', 'draft'), '. ', 1), 'CD013 invoices cannot go from void to draft', 'what is void is no draft again [S-18 -]');
select is(pg_temp.steps('public.guarantees_of_payment', '01', 'granted'), 'ok', 'a guarantee that was asked for is granted [S-18 +]');

select * from finish();
rollback;
