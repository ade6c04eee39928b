-- public.search_patients: patients of an organisation whose name has this in it, wherever. Invoker: the rules of patients decide, and record, as for any
-- SELECT of it; a definer would need them written a second time. What a definer would win, an index by parts of words, is not there to be
-- used: position() is not leakproof, so that it is asked of rows that the policies have let through, of one tenant, in the order of their names. For the
-- beginning of a name alone name_key has an index (docs/client.md).
--
-- Letters count without their accents, and however they are composed. A name of ASCII is compared as it stands: that costs a tenth.
create or replace function public.search_patients(organisation_id uuid, part_of_name text, most integer default 20)
  returns table (id uuid, mrn text, full_name text, language text, status text)
  language plpgsql
  stable
  parallel unsafe
  security invoker
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan -- planning costs more than the search of a small clinic
as $$
declare
  v_marks constant text := E'[\u0300-\u036f]';
  v_letters constant text := 'łøđħı'; -- those that no decomposition takes apart
  v_part constant text := translate(regexp_replace(normalize(lower(btrim(left(part_of_name, 201))), NFD), v_marks, '', 'g'), v_letters, 'lodhi');
begin
  -- One sign of three octets is a word by itself in scripts that have thousands.
  if v_part is null or (length(v_part) < 2 and octet_length(v_part) < 3) or length(part_of_name) > 200 then
    raise exception 'a search takes a part of a name'
      using errcode = 'invalid_parameter_value', hint = 'Give 2 to 200 characters of it.';
  end if;
  if most is null or most not between 1 and 50 then
    raise exception 'a search gives 1 to 50 patients'
      using errcode = 'invalid_parameter_value', hint = 'Give most between 1 and 50; where there are more, ask for more of the name.';
  end if;
  return query
  select p.id, p.mrn, p.full_name, p.language, p.status
  from public.patients as p
  where p.organisation_id = search_patients.organisation_id
    and position(
      v_part in case
        when octet_length(p.name_key) = length(p.name_key) then p.name_key
        else translate(regexp_replace(normalize(p.name_key, NFD), v_marks, '', 'g'), v_letters, 'lodhi')
      end
    ) > 0
  order by p.name_key, p.id
  limit most;
end
$$;
comment on function public.search_patients(uuid, text, integer) is
  'Patients of an organisation whom the caller may read and whose name has these characters in it, accents and case aside, by name; at most 50. 22023 for less than 2 characters or more than 200, and another number of rows. [N-02, N-26, S-02]';
revoke all on function public.search_patients(uuid, text, integer) from public;
grant execute on function public.search_patients(uuid, text, integer) to authenticated;
