-- authz.tg_buckets__private: the bucket of documents stays as it was made.
begin;
select plan(8);

select throws_ok($$ update storage.buckets set public = true where id = 'patient-documents' $$, '42501', null, 'it is not published [S-06 S-10 -]');
select throws_ok($$ update storage.buckets set name = 'x' where id = 'patient-documents' $$, '42501', null, 'it is not renamed [S-06 S-10 -]');
select throws_ok($$ update storage.buckets set id = 'x' where id = 'patient-documents' $$, null, null, 'it is not called otherwise [S-06 S-10 -]');
select throws_ok($$ update storage.buckets set file_size_limit = null where id = 'patient-documents' $$, '42501', null, 'it is not without a limit [S-06 S-10 -]');
select throws_ok($$ update storage.buckets set allowed_mime_types = '{text/html}' where id = 'patient-documents' $$, '42501', null, 'it is not opened to other types [S-06 S-10 -]');
select lives_ok($$ update storage.buckets set updated_at = now() where id = 'patient-documents' $$, 'what says nothing about it may change [S-06 +]');
insert into storage.buckets (id, name) values ('avatars', 'avatars');
select lives_ok($$ update storage.buckets set file_size_limit = 1 where id = 'avatars' $$, 'other buckets are the application''s [S-06 +]');
set local storage.allow_delete_query = 'true';
select throws_ok($$ truncate storage.buckets, storage.objects $$, 'CD014', null, 'nothing is emptied [S-06 -]');

select * from finish();
rollback;
