-- authz.is_object_path: one shape is a path, and nothing that looks like it.
begin;
select plan(13);

select ok(authz.is_object_path('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11'), 'four ids are a path [S-07 +]');
select ok(not authz.is_object_path('A0000000-0000-7000-8000-000000000001/A3000000-0000-7000-8000-000000000001/AA200000-0000-7000-8000-000000000001/0C9D4F6E-7D3B-4F55-9A53-0D9C8F1F2A11'), 'large letters is none [S-07 -]');
select ok(not authz.is_object_path('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11/'), 'a slash at the end is none [S-07 -]');
select ok(not authz.is_object_path('/' || 'a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11'), 'a slash before is none [S-07 -]');
select ok(not authz.is_object_path('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11' || chr(10)), 'a line break at the end is none [S-07 -]');
select ok(not authz.is_object_path('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11/a.pdf'), 'a level more is none [S-07 -]');
select ok(not authz.is_object_path('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001'), 'a level less is none [S-07 -]');
select ok(not authz.is_object_path(replace('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11', '/', '//')), 'empty levels is none [S-07 -]');
select ok(not authz.is_object_path(overlay('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11' placing '..' from 38 for 36)), 'dots is none [S-07 -]');
select ok(not authz.is_object_path(replace('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11', '/', '%2f')), 'what a server would decode is none [S-07 -]');
select ok(not authz.is_object_path(replace('a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/aa200000-0000-7000-8000-000000000001/0c9d4f6e-7d3b-4f55-9a53-0d9c8f1f2a11', 'a3', chr(1072) || '3')), 'a letter of another script is none [S-07 -]');
select ok(not authz.is_object_path(''), 'nothing is none [S-07 -]');
select ok(not authz.is_object_path(null), 'NULL is none [S-07 -]');

select * from finish();
rollback;
