-- What was recorded while seeding is sealed, as a deployment does every hour or so.
select public.seal_records();
